#!/usr/bin/env perl
# The sheets of the reconciliation, read back by our own reader and held against the NDJSON of the same
# audit: every break is listed and is in the total of its class, every day of the bridge adds up from left
# to right, coverage marks its lowest points, findings carry the values of their conditions.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;
use JSON::PP;

binmode STDOUT, ':encoding(UTF-8)';
my $build  = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
my $folder = tempdir(CLEANUP => 1);
my $faults = 0;

sub fault { print "@_\n"; $faults++ }

# Rows of a sheet, without their numbers, title and note; a line that is empty in the sheet is left out.
sub sheet {
    my ($name) = @_;
    my @rows;
    for (split /\n/, qx($build/tests/sheet/dump $folder/book.xlsx $name)) {
        next if !s/^\d+\t//;
        my @cells;
        push @cells, defined $1 ? $1 =~ s/""/"/gr : $2 while /\G(?:"((?:[^"]|"")*)"|([^,]*))(?:,|\z)/g && length $&;
        utf8::decode($_) for grep { defined } @cells;
        push @rows, \@cells if $cells[0] !~ /^(?:\x{2190} |Rows: |none$)/;    # not the title and the note
    }
    return @rows;
}

sub cents { my ($text) = @_; return sprintf '%.0f', $text * 100 }

# The objects of NDJSON of one type.
sub objects {
    my ($type) = @_;
    open my $in, '<', "$folder/out.ndjson" or die "out.ndjson: $!\n";
    return grep { $_->{type} eq $type } map { decode_json($_) } <$in>;
}

# Words of the sheet are those of the dictionary, with blanks.
sub word { my ($value) = @_; return $value =~ tr/_/ /r }

sub compare {
    my ($what, $found, $expected) = @_;
    for my $key (sort keys %{{%$found, %$expected}}) {
        my ($is, $should) = map { $_->{$key} // 'nothing' } $found, $expected;
        fault("$what: $key: found $is, expected $should") if $is ne $should;
    }
}

sub check_breaks {
    my ($what) = @_;
    my (%totals, %listed, %expected_totals, %expected, %nets, %listed_nets);
    my $heading;
    for my $row (sheet('Breaks')) {
        if ($row->[0] eq 'Class') {
            $heading = $row;
        } elsif ($heading->[5] eq 'Breaks') {
            $totals{"@$row[0, 2]"} = join ' ', cents($row->[3]), @$row[5, 6];
            $nets{"@$row[0, 2]"} = cents($row->[4]);
        } else {
            my %cell;
            @cell{@$heading} = @$row;
            $listed{$cell{Break}} = join ' ', $cell{Class}, cents($cell{Difference}), $cell{Date}, $cell{'Working days old'},
              $cell{Match} // '';
            $listed_nets{"@cell{qw(Class Currency)}"} += cents($cell{'Bank less ledger'});
        }
    }
    for my $break (objects('break')) {
        my ($class, $amount) = (word($break->{class}), cents($break->{amount}));
        $expected{$break->{break_id}} = join ' ', $class, $amount, $break->{date}, $break->{age} // '',
          $break->{match_no} // '';
        my $total = $expected_totals{"$class $break->{currency}"} //= [0, 0, $break->{date}];
        $total->[0] += $amount;
        $total->[1]++;
        $total->[2] = $break->{date} if $break->{date} lt $total->[2];
    }
    $_ = "@$_" for values %expected_totals;
    compare("$what: breaks", \%listed, \%expected);
    compare("$what: totals of breaks", \%totals, \%expected_totals);
    compare("$what: net totals of breaks", \%nets, \%listed_nets);
    check_nets($what, \%nets);
    return scalar keys %listed;
}

# What breaks about flows and lines add and take is what the bridge's last days show.
# Running balances within the tolerance, and whole statements in another currency, are in no line of it.
sub check_nets {
    my ($what, $nets) = @_;
    my (%last, %expected);
    for my $line (objects('bridge')) {
        my $day = $last{"@$line{qw(account currency)}"} //= {date => ''};
        $day = $last{"@$line{qw(account currency)}"} = {date => $line->{date}} if $line->{date} gt $day->{date};
        next if $line->{line} =~ /closing|overlap|remainder/;
        $day->{lines}{word($line->{line}) . " $line->{currency}"} = cents($line->{credit}) - cents($line->{debit});
    }
    for my $day (values %last) {
        $expected{$_} += $day->{lines}{$_} for keys %{$day->{lines}};
    }
    for my $break (objects('break')) {
        next if $break->{class} !~ /^(absorbed|currency)$/ || $break->{match_no};
        my $sign = $break->{direction} eq 'credit' ? 1 : -1;
        $expected{word($break->{class}) . " $break->{currency}"} += $sign * cents($break->{amount});
    }
    my %found = map { $_ => $nets->{$_} } grep { !/^(footing|continuity|no balance|gap|overlap|remainder) / } keys %$nets;
    $found{$_} += 0 for keys %expected;    # a line of zero may be left out, on either sheet
    $expected{$_} += 0 for keys %found;
    compare("$what: net totals and the bridge", \%found, \%expected);
}

sub check_bridge {
    my ($what) = @_;
    my ($heading, @rows) = sheet('Bridge');
    my %days;
    $days{"$_->{account} $_->{date} $_->{currency}"}{word($_->{line})} =
      defined $_->{credit} ? cents($_->{credit}) - cents($_->{debit}) : '' for objects('bridge');
    fault("$what: the bridge has " . @rows . ' days, expected ' . keys %days) if @rows != keys %days;
    for my $row (@rows) {
        my %cell;
        @cell{@$heading} = @$row;
        my $day = join ' ', map { delete $cell{$_} } qw(Account Date Currency);
        my %found = map { $_ => cents($cell{$_}) } grep { length($cell{$_} // '') } keys %cell;
        my $left = delete $found{'Left over (must be 0)'};
        fault("$what: bridge of $day: $left is left over") if $left;
        my %expected = %{$days{$day} // {}};
        delete $expected{$_} for grep { $expected{$_} eq '' } keys %expected;
        compare("$what: bridge of $day", \%found, \%expected);
        my $bank = delete $found{'bank closing'};
        next if !defined $bank || !defined $found{'platform closing'};
        my $sum = 0;
        $sum += $_ for values %found;
        fault("$what: the bridge of $day leads to $sum, the bank has $bank") if $sum != $bank;
    }
    return scalar @rows;
}

sub check_coverage {
    my ($what) = @_;
    my ($heading, @rows) = sheet('Coverage');
    my $found = join ',', map { "@$_[0, 1]" } grep { ($_->[6] // '') eq 'Lowest point' } @rows;
    my @days = objects('coverage');
    my $expected = join ',', map { "$_->{date} $_->{currency}" } grep { $_->{is_lowest} } @days;
    fault("$what: lowest points are $found, expected $expected") if $found ne $expected;
    fault("$what: coverage has " . @rows . ' days, expected ' . @days) if @rows != @days;
}

# Each finding shows the values that its condition used, the first and, where they differ, the worst.
sub check_values {
    my ($what) = @_;
    my ($heading, @rows) = sheet('Findings');
    my (%found, %expected);
    for my $row (@rows) {
        my %cell;
        @cell{@$heading} = @$row;
        $found{$cell{Finding}} = join '; ', sort split /; /, $cell{Values} // '';
    }
    for my $finding (objects('finding')) {
        my ($first, $worst) = @{$finding->{values}}{qw(first worst)};
        $expected{$finding->{finding}} = join '; ', sort map {
            my $name = $_;
            my @values = map { length($_->{$name} // '') ? $_->{$name} : '?' } $first, $worst // $first;
            "$name: $values[0]" . ($values[0] ne $values[1] ? " (at worst $values[1])" : '');
        } keys %{$first // {}};
    }
    compare("$what: values of findings", \%found, \%expected);
    return scalar keys %found;
}

# What was not tested stands on one sheet: what the filing or a parameter kept from it, then what judged
# nothing, then provisions.
sub check_not_tested {
    my ($what) = @_;
    my ($heading, @rows) = sheet("'Not tested'");
    my @expected = map { "$_->{rule} " . word($_->{state}) . " $_->{reason}" }
      grep { $_->{state} =~ /^(not_testable|off)$/ } objects('rule');
    push @expected, map { "$_->{rule} " . word($_->{judged_nothing}) . " $_->{reason}" }
      grep { defined $_->{judged_nothing} } objects('rule');
    push @expected, map { "$_->{provision} no filing shows it $_->{reason_en}" } objects('provision');
    my %found = map { $_ => join ' ', @{$rows[$_]}[0, 6, 7] } 0 .. $#rows;
    compare("$what: what was not tested", \%found, {map { $_ => $expected[$_] } 0 .. $#expected});
    return scalar @rows;
}

# The duties that are not yet due stand in the sheet as in the stream: the next to be due first.
sub check_pending {
    my ($what) = @_;
    my ($heading, @rows) = sheet("'Pending duties'");
    my @expected = map { "$_->{due} $_->{rule} $_->{subject}" } objects('pending');
    my %found = map { $_ => join ' ', @{$rows[$_]}[0, 1, 4] } 0 .. $#rows;
    compare("$what: duties not yet due", \%found, {map { $_ => $expected[$_] } 0 .. $#expected});
    fault("$what: duties out of order") if "@expected" ne join ' ', sort { substr($a, 0, 10) cmp substr($b, 0, 10) } @expected;
    return scalar @rows;
}

my @cases = (["$source/tests/filings/payment-2025-01-defects", ''],
    ["$source/samples/lending-2020-defects", ''],
    ["$source/tests/data/classes", "-r payment-institution --scheme $source/tests/schemes/classes.scheme"],
    ["$source/tests/data/pending", "-r $source/tests/data/pending.rules"]);
@cases = [@ARGV[0, 1]] if @ARGV; # FILING [OPTIONS]
for my $case (@cases) {
    my ($filing, $options) = map { $_ // '' } @$case;
    my $what = $filing =~ s/.*\///r;
    for my $out ('--lang en -o book.xlsx', '--format ndjson -o out.ndjson') {
        system("cd $folder && $build/flowaudit-audit $filing $options --reveal $out >/dev/null 2>&1") == 0
          or die "$what: cannot be audited\n";
    }
    my $breaks = check_breaks($what);
    my $days = check_bridge($what);
    check_coverage($what);
    my $findings = check_values($what);
    my $untested = check_not_tested($what);
    my $pending = check_pending($what);
    print "$what: $breaks breaks, $days days of accounts, $findings findings, $untested not tested, "
      . "$pending duties not yet due\n";
}
exit($faults ? 1 : 0);
