#!/usr/bin/env perl
# Do the two evaluators agree close to where the rules decide? The tables of the tests inside the
# rulesets, which lie there, are shaken: cells are exchanged, emptied and moved by a day or a few fen,
# rows repeated, covered days and as-of drawn. What comes out is not asked, only that it is the same.
# (tests/property/test_evaluators.c has ledgers from nowhere.) Run in the build tree.
#
#     tests/check_evaluators.pl [FIRST-SEED [SEEDS [LEDGERS-A-RULE]]]
use strict;
use warnings;
no warnings 'portable';
use FindBin;
use lib "$FindBin::Bin/../man";
use Dictionary;

my $first_seed = $ARGV[0] // 1;
my $seeds      = $ARGV[1] // 1;
my $per_rule   = $ARGV[2] // 12;
my $srcdir = "$FindBin::Bin/..";
my @files  = (glob("$srcdir/rulesets/*/*.rules"), glob("$srcdir/tests/rules/*.rules"));

# Columns without a value that no ledger holds.
my %is_required;
for my $t (Dictionary::load("$srcdir/lib/ledger/dictionary.txt")) {
    $is_required{"$t->{name}.$_->{name}"} = $_->{required} for @{ $t->{columns} };
}
# Tables of the rulesets' own: what their rows declare, and what they are streamed by.
for my $file (@files) {
    open my $in, '<', $file or die "$file: $!";
    my $table = '';
    while (<$in>) {
        $table = $1 if /^table (\w+)/;
        $is_required{"$table.$1"} = 1 if /^\s*column\s+(\w+)\s*:\s*id of \Q$table\E\b/;
        $is_required{"$table.$1"} = 1 if /^\s+by\s+(\w+)\s*$/;
    }
}

# The same numbers everywhere: xorshift64*, upper half.
my $state;
sub below {
    my ($n) = @_;
    $state ^= $state >> 12;
    $state ^= ($state << 25) & 0xFFFFFFFFFFFFFFFF;
    $state ^= $state >> 27;
    return ($state >> 16) % $n;
}
sub pick { return $_[ below(scalar @_) ] }

# Tables of a test: name, head, rows of cells.
sub tables_of {
    my ($test) = @_;
    my @tables;
    for my $line (split /\n/, $test) {
        next if $line !~ /^\s*(\w*)\s*\|(.*)\|\s*$/;
        my ($name, @cells) = ($1, map { s/^\s+|\s+$//gr } split /\|/, $2, -1);
        if   ($name ne '') { push @tables, { name => $name, head => \@cells, rows => [] } }
        else               { push @{ $tables[-1]{rows} }, \@cells }
    }
    return @tables;
}

sub shift_day {
    my ($text, $days) = @_;
    my ($y, $m, $d) = $text =~ /^(\d+)-(\d+)-(\d+)/ or return $text;
    $d += $days;
    ($d, $m) = (28, $m - 1) if $d < 1;
    ($d, $m) = (1, $m + 1) if $d > 28 && $days > 0;
    return $text if $m < 1 || $m > 12;
    return sprintf('%04d-%02d-%02d', $y, $m, $d) . substr $text, 10;
}

sub shaken {
    my ($value) = @_;
    if ($value =~ /^\d{4}-\d\d-\d\d/) {
        return shift_day($value, pick(-1, 1)) if below(2);
        return $value =~ s/T.*/T23:59:59.999999/r;
    }
    if ($value =~ /^(-?)(\d{1,14})\.(\d\d)$/) {
        return sprintf '%s%s.%02d', $1, $2, ($3 + pick(1, 99)) % 100;
    }
    return $value;
}

# One shaken test out of those of a rule.
sub variant {
    my ($tests, $number) = @_;
    my $base = pick(@$tests);
    my %pool;
    for my $table (map { tables_of($_) } @$tests) {
        for my $row (@{ $table->{rows} }) {
            push @{ $pool{"$table->{name}.$table->{head}[$_]"} }, $row->[$_] for 0 .. $#$row;
        }
    }
    my @days = map { /^(\d{4}-\d\d-\d\d)/ ? $1 : () } map { @$_ } values %pool;
    my $text = qq{  test "shaken $number"\n};
    $text .= $_ for $base =~ /^(\s+param .*\n)/mg;
    if (@days && below(2)) {
        my ($from, $to) = sort(pick(@days), pick(@days));
        $text .= "    covers $from .. $to\n";
    }
    elsif ($base =~ /^(\s+covers .*\n)/m) {
        $text .= $1;
    }
    $text .= '    as of ' . pick(@days) . "\n" if @days && !below(4);
    for my $table (tables_of($base)) {
        my @head = @{ $table->{head} };
        $text .= "    $table->{name} | " . join(' | ', @head) . " |\n";
        my @rows = @{ $table->{rows} } or next;
        my $is_fixed = $table->{name} eq 'holiday' || $table->{name} eq 'institution';
        my $count = $is_fixed ? @rows : @rows + below(2 + @rows);
        for my $n (1 .. $count) {
            my @cells = @{ $is_fixed || $n <= @rows ? $rows[ $n - 1 ] : pick(@rows) };
            for my $c (0 .. $#cells) {
                my $column = $head[$c];
                next if $is_fixed || below(4);
                my $how    = below(8);
                $cells[$c] = $how == 0 && !$is_required{"$table->{name}.$column"} ? '' : $how < 3 ? shaken($cells[$c]) : pick(@{ $pool{"$table->{name}.$column"} });
            }
            # keys of rows that are not declared ids stay unique, as ingest would have them
            $cells[0] = $n if $head[0] =~ /^(?:flow|action|statement|report)_id$/;
            $text .= '     | ' . join(' | ', @cells) . " |\n";
        }
    }
    return $text . "    expect nothing\n  end\n";
}

my ($tried, $differ) = (0, 0);
for my $file (@files) {
    open my $in, '<', $file or die "$file: $!\n";
    my $source = do { local $/; <$in> };
    for my $seed ($first_seed .. $first_seed + $seeds - 1) {
        $state = 0x9E3779B97F4A7C15 ^ ($seed * 0x10001);
        my ($head, @rules) = split /^(?=rule |param |let )/m, $source;
        my $made = $head;
        for my $block (@rules) {
            my @tests;
            push @tests, $1 while $block =~ /^(  test ".*?^  end\n)/msg;
            if (@tests) {
                $block =~ s/^  test ".*?^  end\n//msg;
                my $added = join '', map { variant(\@tests, $_) } 1 .. $per_rule;
                $block =~ s/^end$/${added}end/m;
                $tried += $per_rule;
            }
            $made .= $block;
        }
        my $path = "shaken-$$.rules";
        open my $out, '>', $path or die "$path: $!\n";
        print $out $made;
        close $out or die "$path: $!\n";
        open my $pipe, '-|', "./flowaudit-rules test $path 2>&1" or die "flowaudit-rules: $!\n";
        my @said = <$pipe>;
        close $pipe;
        my $status = $? >> 8;
        my @wrong = grep { !/RULE-TEST-FAILED/ && /error:/ } @said;
        if (@wrong || ($? & 127) || $status > 1) {
            $differ++;
            print "$file, seed $seed: status $status\n", @wrong;
            rename $path, "shaken-$seed-" . ($file =~ s{.*/}{}r) or die "$path: $!\n";
            next;
        }
        unlink $path;
    }
}
print "$tried ledgers, $differ files with differences\n";
exit($differ ? 1 : 0);
