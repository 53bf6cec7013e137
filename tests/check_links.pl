#!/usr/bin/env perl
# Follows every link of a workbook, and holds what the sheets in front say against the NDJSON of the same
# run. A link leads to a sheet and cells that are there; from a finding to its evidence rows and no others,
# from evidence to its finding, from a count to as many rows of its rule, severity and outcome; from a
# statistic's sheet with quotes in its name back. Counts, sums, states and hashes of Cover and Summary are
# those of the results.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Basename qw(basename);
use File::Temp qw(tempdir);
use FindBin;
use JSON::PP;
use lib $FindBin::Bin;
use Office qw(read_book);

binmode STDOUT, ':encoding(UTF-8)';
my $build  = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
my $folder = tempdir(CLEANUP => 1);
my $faults = 0;
my $what;
$ENV{FLOWAUDIT_DATA} = $source;

sub fault { print "$what: @_\n"; $faults++ }

sub run {
    my ($command) = @_;
    system("cd $folder && $command >said 2>&1") == 0 or die "$command ended with status $?\n";
}

sub is_same {
    my ($where, $found, $expected) = @_;
    $_ //= 'nothing' for $found, $expected;
    fault("$where: found $found, expected $expected") if $found ne $expected;
}

sub words { my ($value) = @_; return $value =~ tr/_/ /r }
sub cents { my ($text) = @_; return defined $text && $text =~ /\d/ ? sprintf '%.0f', $text * 100 : '' }

# --- the parts of a link ---

# A string of a formula without its quotes, and where it ends.
sub formula_string {
    my ($formula, $from) = @_;
    pos($formula) = $from;
    return if $formula !~ /\G"((?:[^"]|"")*)"/g;
    return ($1 =~ s/""/"/gr, pos $formula);
}

# [sheet's name, first row, last row, label] of a link; undef: the formula is none.
sub parse_link {
    my ($formula) = @_;
    return if $formula !~ /^HYPERLINK\(/;
    my ($target, $at) = formula_string($formula, length 'HYPERLINK(');
    return [] if !defined $target;
    my ($name, $first, $last) = $target =~ /^#'((?:[^']|'')*)'!\$?[A-Z]+\$?(\d+)(?::\$?[A-Z]+\$?(\d+))?\z/;
    my $rest = substr $formula, $at;
    return [] if !defined $name || $rest !~ /^,(?:-?\d+|"(?:[^"]|"")*")\)\z/;
    my $label = $rest =~ /^,(-?\d+)\)/ ? $1 : (formula_string($formula, $at + 1))[0];
    return [$name =~ s/''/'/gr, $first, $last // $first, $label];
}

# --- the workbook ---

my (%sheets, %headings);

# The row of the headings: the first with more than three texts.
sub heading_row {
    my ($sheet) = @_;
    for my $row (sort { $a <=> $b } keys %{$sheet->{rows}}) {
        return $row if 3 < grep { defined && length } @{$sheet->{rows}{$row}};
    }
    return 0;
}

sub load {
    my ($path) = @_;
    %sheets = map { $_->{name} => $_ } my @order = read_book($path);
    %headings = ();
    for my $sheet (@order) {
        my $row = heading_row($sheet) or next;
        $sheet->{heading} = $row;
        my @names = map { $_ // '' } @{$sheet->{rows}{$row}};
        $headings{$sheet->{name}} = {map { $names[$_] => $_ } reverse 0 .. $#names};
    }
    return @order;
}

sub cell {
    my ($name, $row, $heading) = @_;
    my $column = $headings{$name}{$heading};
    return defined $column ? $sheets{$name}{rows}{$row}[$column] // '' : '';
}

# Where a link leads, by its column and its sheet.
sub check_target {
    my ($from, $place, $link) = @_;
    my ($to, $first, $last, $label) = @$link;
    my ($letters, $row) = $place =~ /^([A-Z]+)(\d+)$/;
    my @rows = $first .. $last;
    if (my ($missing) = grep { !$sheets{$to}{rows}{$_} } @rows) {
        return fault("$from!$place leads to row $missing of $to, which is empty");
    }
    if ($from eq 'Findings' && $to eq 'Evidence') {
        my $number = cell($from, $row, 'Finding');
        my @all = grep { $_ > $sheets{$to}{heading} && cell($to, $_, 'Finding') eq $number } keys %{$sheets{$to}{rows}};
        is_same("$from!$place: rows of evidence", join(' ', @rows), join(' ', sort { $a <=> $b } @all));
        is_same("$from!$place: label", $label =~ s/ \/.*//r, scalar @rows);
    } elsif ($from eq 'Evidence' && $to eq 'Findings') {
        is_same("$from!$place: finding", cell($to, $first, 'Finding'), $label);
    } elsif ($to eq 'Findings' && $label =~ /^\d+$/) {
        is_same("$from!$place: rows", scalar @rows, $label);
        my $columns = $headings{$from}{Outcome} && $headings{$from}{Rule} ? $from : undef;
        my %is = map { $_ => cell_below($from, $row, $_) } qw(Rule Severity Outcome Currency);
        for my $found (@rows) {
            is_same("$from!$place: $_ of row $found", cell($to, $found, $_), $is{$_}) for sort keys %is;
        }
    } elsif ($to ne 'Cover' && $to ne 'Not tested' && $from eq 'Cover') {
        is_same("$from!$place: its first cell", $sheets{$to}{rows}{$first}[0], "\x{2190} Cover");
    } elsif ($to eq 'Cover' && $first > 1) {
        is_same("$from!$place: source", $sheets{$to}{rows}{$first}[0], $label);
    }
}

# A sheet may have several lists: the column that the nearest row of headings above calls HEADING.
sub cell_below {
    my ($name, $row, $heading) = @_;
    my $rows = $sheets{$name}{rows};
    for my $above (sort { $b <=> $a } grep { $_ < $row } keys %$rows) {
        my @cells = map { $_ // '' } @{$rows->{$above}};
        my ($column) = grep { $cells[$_] eq $heading } 0 .. $#cells;
        return $rows->{$row}[$column] // '' if defined $column;
    }
    return '';
}

sub check_links {
    my (@order) = @_;
    my ($count, %leads_to, %has_back) = (0);
    for my $sheet (@order) {
        for my $place (sort keys %{$sheet->{formulas}}) {
            my $link = parse_link($sheet->{formulas}{$place}) or next;
            $count++;
            if (!@$link || !$sheets{$link->[0]}) {
                fault("$sheet->{name}!$place is no link to a sheet: $sheet->{formulas}{$place}");
                next;
            }
            $leads_to{$link->[0]} = 1 if $sheet->{name} eq 'Cover';
            $has_back{$sheet->{name}} = 1 if $place eq 'A1' && $link->[0] eq 'Cover';
            check_target($sheet->{name}, $place, $link);
        }
        next if $sheet->{name} eq 'Cover';
        fault("$sheet->{name} has no way back") if !$has_back{$sheet->{name}};
    }
    $_ ne 'Cover' && !$leads_to{$_} && fault("nothing on Cover leads to $_") for map { $_->{name} } @order;
    # every finding that has evidence on its sheet leads there
    for my $row (grep { $_ > $sheets{Evidence}{heading} } keys %{$sheets{Evidence}{rows}}) {
        fault("Evidence!A$row leads nowhere") if !$sheets{Evidence}{formulas}{"A$row"};
    }
    return $count;
}

# --- the sheets in front against the results ---

sub objects {
    my ($type) = @_;
    open my $in, '<', "$folder/out.ndjson" or die "out.ndjson: $!\n";
    return grep { $_->{type} eq $type } map { decode_json($_) } <$in>;
}

# "critical 12, high 48"
sub by_severity {
    my (@rows) = @_;
    my %counts;
    $counts{$_->{severity}}++ for @rows;
    return join ', ', map { "$_ $counts{$_}" } grep { $counts{$_} } qw(critical high medium low info);
}

sub check_cover {
    my ($findings, $breaks, $rules) = @_;
    my %cover;
    for my $row (sort { $a <=> $b } keys %{$sheets{Cover}{rows}}) {
        my ($key, @values) = @{$sheets{Cover}{rows}{$row}};
        $cover{$key} //= \@values if defined $key;
    }
    my ($filing) = objects('filing');
    is_same('Cover: Entity', $cover{Entity}[0], $filing->{filer} // '-');
    is_same('Cover: Filing', $cover{Filing}[0], $filing->{title});
    is_same('Cover: As of', substr($cover{'As of'}[0], 0, 10), $filing->{as_of});
    for (['Violations', 'violation'], ['Indeterminate', 'indeterminate']) {
        my ($key, $outcome) = @$_;
        my @these = grep { $_->{outcome} eq $outcome && !$_->{waived} } @$findings;
        is_same("Cover: $key", join(' ', $cover{$key}[0], $cover{$key}[1] // ''), join(' ', scalar @these, by_severity(@these)));
    }
    is_same('Cover: Breaks', join(' ', $cover{Breaks}[0], $cover{Breaks}[1] // ''), join(' ', scalar @$breaks, by_severity(@$breaks)));
    is_same('Cover: Leads', $cover{Leads}[0], scalar grep { $_->{outcome} eq 'lead' && !$_->{waived} } @$findings);
    is_same('Cover: waived', $cover{waived}[0], scalar grep { $_->{waived} } @$findings);
    my @tested = grep { $_->{state} eq 'tested' } @$rules;
    my ($in_scope) = ($cover{Scope}[0] // '') =~ /(\d+) rules tested/;
    is_same('Cover: rules tested', $in_scope, scalar @tested);
    my @not_testable = grep { $_->{state} eq 'not_testable' } @$rules;
    my @empty = grep { defined $_->{judged_nothing} } @$rules;
    my ($state) = @{$cover{State}};
    is_same('Cover: rules not tested', $state =~ /rules not tested: (\d+)/ ? $1 : 0, scalar @not_testable);
    is_same('Cover: rules that judged nothing', $state =~ /judged nothing: (\d+)/ ? $1 : 0, scalar @empty);
    my $rejected = () = objects('reject');
    is_same('Cover: completeness', $cover{'Completeness of the filing'}[0], $rejected ? "$rejected rows rejected" : 'complete');
    my $short = grep { ($_->{surplus} // 0) < 0 } objects('coverage');
    is_same('Cover: short days', $cover{'Cover of customer money'}[0] =~ /^(\d+) / ? $1 : 0, $short);
    is_same("Cover: SHA-256 of $_->{name}", join(' ', @{$cover{$_->{name}} // []}), "$_->{bytes} $_->{sha256}") for objects('source');
    for my $ruleset (grep { $_->{state} eq 'applied' } objects('ruleset')) {
        my ($row) = grep { ($_->[2] // '') eq $ruleset->{hash} } values %{$sheets{Cover}{rows}};
        is_same("Cover: ruleset with hash $ruleset->{hash}", $row && $row->[0], $ruleset->{ruleset});
    }
}

# Rows below the headings that begin with FIRST, up to a line that has none of them.
sub list_below {
    my ($first, $second) = @_;
    my $rows = $sheets{Summary}{rows};
    my ($heading) = grep { my $r = $rows->{$_}; ($r->[0] // '') eq $first && ($r->[1] // '') eq $second } sort { $a <=> $b } keys %$rows;
    return fault("Summary has no list of $first and $second") if !$heading;
    my @list;
    for (my $row = $heading + 1; $rows->{$row} && defined $rows->{$row}[0]; $row++) {
        my %cells;
        $cells{$rows->{$heading}[$_]} = $rows->{$row}[$_] // '' for grep { defined $rows->{$heading}[$_] } 0 .. $#{$rows->{$heading}};
        push @list, \%cells;
    }
    return @list;
}

sub check_summary {
    my ($findings, $breaks) = @_;
    my (%grades, %sums, %rules);
    for my $finding (@$findings) {
        $grades{$finding->{severity}}{$finding->{outcome}}++;
        $grades{$finding->{severity}}{waived}++ if $finding->{waived};
        my $currency = $finding->{currency} // '';
        for my $sum ($sums{join ' ', $finding->{severity}, words($finding->{outcome}), $currency} //= [0, 0, ''],
            $rules{join ' ', $finding->{severity}, words($finding->{outcome}), $currency, $finding->{rule}} //= [0, 0, '']) {
            $sum->[0]++;
            $sum->[1] += $finding->{waived} ? 1 : 0;
            $sum->[2] = ($sum->[2] || 0) + cents($finding->{amount}) if defined $finding->{amount};
        }
    }
    $grades{$_->{severity}}{breaks}++ for @$breaks;
    for my $row (list_below('Severity', 'Violations')) {
        my $severity = $row->{Severity};
        next if $severity eq 'Total';
        my @found = @$row{'Violations', 'Indeterminate', 'Leads', 'Breaks', 'Of these waived'};
        is_same("Summary: $severity", "@found", join ' ', map { $grades{$severity}{$_} // 0 } qw(violation indeterminate lead breaks waived));
    }
    my ($by_empty) = map { /^rules that took it .*: (\d+) / } grep { defined } map { $_->[0] } values %{$sheets{Summary}{rows}};
    is_same('Summary: rules by empty tables', $by_empty // 0, scalar grep { defined $_->{empty_tables} } objects('rule'));
    my $dated = 0;
    for my $row (list_below('Period', 'critical')) {
        $dated += $row->{$_} for qw(critical high medium low info);
    }
    is_same('Summary: findings by time', $dated, scalar @$findings);
    my ($aged, $aged_breaks) = (0, 0);
    ($aged, $aged_breaks) = ($aged + $_->{Findings}, $aged_breaks + $_->{Breaks}) for list_below('Days old', 'Findings');
    is_same('Summary: findings and breaks by age', "$aged $aged_breaks", scalar(@$findings) . ' ' . scalar @$breaks);
    my (%found_sums, %found_rules);
    for my $row (list_below('Severity', 'Outcome')) {
        $found_sums{join ' ', @$row{qw(Severity Outcome Currency)}} = join ' ', @$row{'Findings', 'Of these waived'}, cents($row->{Amount});
    }
    my $rows = $sheets{Summary}{rows};
    my ($heading) = grep { grep { ($_ // '') eq 'Rule' } @{$rows->{$_}} } sort { $a <=> $b } keys %$rows;
    for my $row (grep { $_ > $heading && $rows->{$_}[6] } keys %$rows) {
        my @cells = map { $_ // '' } @{$rows->{$row}};
        $found_rules{join ' ', @cells[0, 1, 4, 6]} = join ' ', @cells[2, 3], cents($cells[5]);
    }
    for ([\%found_sums, \%sums, 'by currency'], [\%found_rules, \%rules, 'by rule']) {
        my ($found, $expected, $list) = @$_;
        is_same("Summary $list: $_", $found->{$_}, $expected->{$_} && join ' ', @{$expected->{$_}}) for sort keys %{{%$found, %$expected}};
    }
}

sub check_book {
    my @order = load("$folder/book.xlsx");
    my $links = check_links(@order);
    my @findings = objects('finding');
    my @breaks = objects('break');
    check_cover(\@findings, \@breaks, [objects('rule')]);
    check_summary(\@findings, \@breaks);
    print "$what: $links links, ", scalar @findings, ' findings, ', scalar @breaks, " breaks\n";
}

for my $sample (@ARGV ? @ARGV : qw(payment-2025-defects lending-2020-damaged elder-2026-defects prepaid-2025-clean)) {
    $what = $sample;
    run("$build/flowaudit audit $source/samples/$sample --lang en -o book.xlsx");
    run("$build/flowaudit audit $source/samples/$sample --lang en --format ndjson -o out.ndjson");
    check_book();
}

# A sheet whose name needs both kinds of quotes: in a link each stands twice.
$what = 'quotes';
open my $rules, '>', "$folder/quotes.rules" or die;
print $rules <<'END';
ruleset q
  title en "Quotes" zh "引号"
  in force 2017-01-01 ..
  zone Asia/Shanghai
  currency CNY
end
statistic loans
  title en "Loans" zh "借款"
  sheet en "a \"b\" o'c" zh "a"
  on settled where kind = disburse
  per contract.borrower each quarter
  show total = sum(amount)
end
rule Q-ONE
  title en "A loan" zh "借款"
  cite "Art. 1" seen
  severity low
  on settled where kind = disburse
  when amount > 200000.00
  say en "{amount}" zh "{amount}"
end
END
close $rules or die;
run("$build/flowaudit audit $source/tests/filings/lending-2017-defects -r quotes.rules --lang en -o book.xlsx");
my @order = load("$folder/book.xlsx");
my $links = check_links(@order);
my $quoted = grep { $_ eq q{HYPERLINK("#'a ""b"" o''c'!A1","a ""b"" o'c")} } values %{$sheets{Cover}{formulas}};
is_same('the link to the quoted name', $quoted, 1);
is_same('the quoted name', scalar(grep { $_->{name} eq q{a "b" o'c} } @order), 1);
print "quotes: $links links\n";
exit($faults ? 1 : 0);
