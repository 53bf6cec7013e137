#!/usr/bin/env perl
# Properties of reconciliation, over small random ledgers and statements in which much is alike: few
# amounts, few references, some rows doubled, cut or changed on the way. None of them needs to know what
# the right answer is.
#
# - No row is claimed twice, and all rows are in a class; the bridge foots on every day.
# - The two sides may change places: the ledger read as the statement, and the statement as the ledger,
#   give the same movements.
# - A wider tolerance takes nothing away from an exact pair. (From a sum it may: what one row explains
#   within the tolerance comes before what several add up to.)
# - The order of the rows in the files, threads, the memory limit and a second run change nothing.
#
#     tests/check_two_sides.pl [--seeds FROM-TO] [--keep FOLDER] [-v]
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin;
use Getopt::Long;
use lib $FindBin::Bin;
use Reconciled qw(fault file_rows table_rows movements read_filing check_bridge check_totals);

my %option = (seeds => '1-12');
GetOptions(\%option, 'seeds=s', 'keep=s', 'verbose|v') or exit 2;
my $build = abs_path($ENV{BUILD} // getcwd());
my $folder = $option{keep} // tempdir(CLEANUP => 1);
$Reconciled::build = $build;
$Reconciled::shown_most = 1000 if $option{verbose};

my $state;
sub draw { use integer; $state = $state * 6364136223846793005 + 1442695040888963407; return ($state >> 32) & 0x7fffffff }
sub below { my ($bound) = @_; return draw() % $bound }
sub one_of { return $_[draw() % @_] }
sub yuan { my ($fen) = @_; return sprintf '%d.%02d', $fen / 100, $fen % 100 }
sub shuffled { my @rows = @_; for my $i (reverse 1 .. $#rows) { my $j = below($i + 1); @rows[$i, $j] = @rows[$j, $i] } return @rows }

# --- rows of two sides ---

# [side, id, account, direction, fen, day, second, reference, key]; each side's seconds are its own.
sub make_sides {
    my (@rows, %taken, %count);
    my $add = sub {
        my ($side, $account, $direction, $fen, $day, $reference, $key) = @_;
        my $second = 30000 + below(20000);
        $second++ while $taken{"$side $day $second"}++;
        push @rows, [$side, sprintf('%s%04d', $side ? 'B' : 'A', ++$count{$side}), $account, $direction, $fen, $day, $second, $reference, $key];
    };
    for my $movement (1 .. 60 + below(120)) {
        my ($account, $direction, $day) = (one_of('X-1', 'X-2'), one_of('credit', 'debit'), 10 + below(11));
        my $fen = 100 * (1 + below(30)) + one_of(0, 0, 0, 1, 2, 3, 5, 8);
        my $reference = below(3) ? sprintf 'R%03d', below(120) : '';
        my $key = 'K' . below(20);
        my @one = ($account, $direction, $fen, $day, $reference, $key);
        my @other = @one;
        my $change = below(14);
        $other[3] += one_of(-1, 0, 0, 1);
        $other[2] += one_of(-3, -1, 1, 2, 5, 100) if $change == 1;
        $other[0] = $account eq 'X-1' ? 'X-2' : 'X-1' if $change == 2;
        $other[4] = '' if $change == 3;
        my ($first, $second) = below(2) ? (0, 1) : (1, 0);
        $add->($first, @one) if $change != 4;
        $add->($first, @one) if $change == 5;
        if ($change == 6 && $other[2] > 200) {
            my $part = 1 + below($other[2] - 1);
            $add->($second, @other[0, 1], $part, @other[3 .. 5]);
            $other[2] -= $part;
        }
        $add->($second, @other);
    }
    return @rows;
}

# The filing in which SIDE is the ledger.
sub write_filing {
    my ($filing, $side, $order, @rows) = @_;
    make_path($filing);
    my $put = sub {
        my ($name, $header, @lines) = @_;
        open my $out, '>', "$filing/$name" or die "$name: $!\n";
        print $out map { "$_\n" } $header, $order->(@lines);
        close $out or die "$name: $!\n";
    };
    my $at = sub { my ($row) = @_; sprintf '2025-02-%02dT%02d:%02d:%02d', $row->[5], $row->[6] / 3600, $row->[6] / 60 % 60, $row->[6] % 60 };
    $put->('flow.csv', 'flow_id,time,payer_account,payee_account,amount,currency,kind,status,order_id,instruction_id', map {
        my @accounts = $_->[3] eq 'credit' ? ('C-1', $_->[2]) : ($_->[2], 'C-1');
        join ',', $_->[1], $at->($_), @accounts, yuan($_->[4]), 'CNY', 'transfer', 'settled', @$_[7, 8]
    } grep { $_->[0] == $side } @rows);
    $put->('statement.csv', 'statement_id,account,booked_at,direction,amount,currency,reference,counterparty',
        map { join ',', @$_[1, 2], $at->($_), $_->[3], yuan($_->[4]), 'CNY', @$_[7, 8] } grep { $_->[0] != $side } @rows);
    $put->('account.csv', 'account_id,owner,role,currency,opening_balance', 'X-1,P-1,custody,CNY,1000000.00', 'X-2,P-1,custody,CNY,2000000.00', 'C-1,P-2,customer,CNY,');
    $put->('balance.csv', 'account,date,source,opening,closing', map { "X-$_,2025-02-08,bank,,${_}000000.00" } 1, 2);
    $put->('holiday.csv', 'calendar,date,kind', 'cn,2025-01-01,off');
    $put->('institution.csv', 'institution_id,kind', 'PAY-1,payment');
    my @tables = qw(institution account holiday flow statement balance);
    $order = sub { return @_ };
    $put->('filing.manifest', 'filing "Two sides"', '  filer PAY-1', '  period 2025-02-08 .. 2025-02-28', '  zone Asia/Shanghai', '  currency CNY',
        '  reference order_id', (map { "  file \"$_.csv\" table $_" } @tables), 'end');
}

sub write_scheme {
    my ($file, $tolerance, @statements) = @_;
    open my $out, '>', $file or die "$file: $!\n";
    print $out "scheme two_sides\n  title \"Either side\"\n  calendar \"cn\"\n  reference order_id\n  window -1bd .. 1bd\n  tolerance $tolerance CNY\n", map({ "  $_\n" } @statements), "end\n";
    close $out or die "$file: $!\n";
}

sub run { my ($command) = @_; system("$command 2>>$folder/messages") == 0 or die "$command: status ", $? >> 8, "\n" }

sub reconcile {
    my ($filing, $name, $scheme, %more) = @_;
    run("$build/flowaudit-ingest $filing @{$more{ingest} // []} -o $folder/ledger.fa");
    run("$build/flowaudit-reconcile --matches --scheme $scheme @{$more{reconcile} // []} -o $folder/$name.fa $folder/ledger.fa");
    return "$folder/$name.fa";
}

# --- what must hold ---

# What became of each row, without the numbers that depend on where it stood in its file.
sub lot {
    my ($stream) = @_;
    my %lot = (matches => movements(table_rows($stream, 'match')), breaks => table_rows($stream, 'break'));
    delete $_->{match_no} for @{$lot{breaks}};
    return \%lot;
}
sub match_texts { my ($lot) = @_; return sort map { "$_->{stage} $_->{class} $_->{note}: $_->{flow} | $_->{statement}" } @{$lot->{matches}} }
sub break_texts { my ($lot) = @_; return sort map { my $break = $_; join ' ', map { "$_=$break->{$_}" } grep { $_ ne 'break_id' } sort keys %$break } @{$lot->{breaks}} }

sub compare {
    my ($what, $one, $other) = @_;
    my %count;
    $count{$_}++ for @$one;
    $count{$_}-- for @$other;
    fault($what, ($count{$_} > 0 ? 'only in the first: ' : 'only in the second: ') . $_) for grep { $count{$_} } sort keys %count;
}

# The other side of a class or stage.
sub mirrored {
    my ($lot) = @_;
    my @matches = map { +{%$_, flow => $_->{statement}, statement => $_->{flow}} } @{$lot->{matches}};
    my @breaks = map { +{%$_, flow => $_->{statement}, statement => $_->{flow}} } @{$lot->{breaks}};
    return {matches => \@matches, breaks => \@breaks};
}
# Of an open row without a reference the ledger's side is missing at the bank, the bank's unexplained.
my %one_class = (missing_at_bank => 'missing', missing_in_ledger => 'missing', unexplained => 'missing');
sub open_texts {
    my ($lot) = @_;
    return map { join ' ', $one_class{$_->{class}} // $_->{class}, @$_{qw(account direction flow statement amount)} } grep { $_->{class} ne 'remainder' } @{$lot->{breaks}};
}

sub same_bytes { my ($what, $one, $other) = @_; fault($what, "$one and $other differ") if system('cmp', '-s', $one, $other) != 0 }

sub check_seed {
    my ($seed) = @_;
    $state = $seed * 7919 + 11;
    below(2) for 1 .. 8;
    my @rows = make_sides();
    my ($ab, $ba, $mixed, $scheme) = map { "$folder/$_" } qw(ab ba mixed two_sides.scheme);
    my @statements = (['match amount'], [], ['match amount', 'match subset at most 4'],
        ['match flows by instruction_id = reference', 'match flows by day', 'match lines by day'])[$seed % 4]->@*;
    # The same with the sides turned round.
    my @turned = map { s/by instruction_id = reference/by counterparty = order_id/r } map { s/flows|lines/$& eq 'flows' ? 'lines' : 'flows'/er } @statements;
    my $as_is = sub { return @_ };
    write_filing($ab, 0, $as_is, @rows);
    write_filing($ba, 1, $as_is, @rows);
    write_filing($mixed, 0, \&shuffled, @rows);
    write_scheme($scheme, '0.03', @statements);
    my $stream = reconcile($ab, 'ab', $scheme);
    my $lot = lot($stream);
    my $f = read_filing($ab);
    check_bridge($f, table_rows($stream, 'bridge'), $lot->{breaks});
    check_totals($f, table_rows($stream, 'match_total'));

    my $again = lot(reconcile($mixed, 'mixed', $scheme));
    compare("seed $seed shuffled", [match_texts($lot)], [match_texts($again)]);
    compare("seed $seed shuffled", [break_texts($lot)], [break_texts($again)]);
    same_bytes("seed $seed threads", $stream, reconcile($ab, 'threads', $scheme, ingest => ['-j', 1 + below(4)]));
    same_bytes("seed $seed memory", $stream, reconcile($ab, 'memory', $scheme, reconcile => ['--memory', '64K']));

    write_scheme($scheme, '0.03', @turned);
    my $back = mirrored(lot(reconcile($ba, 'ba', $scheme)));
    compare("seed $seed mirrored", [match_texts($lot)], [match_texts($back)]);
    compare("seed $seed mirrored", [open_texts($lot)], [open_texts($back)]);

    my %exact;
    for my $tolerance ('0.00', '0.01', '0.03', '1.00') {
        write_scheme($scheme, $tolerance, @statements);
        my $wide = lot(reconcile($ab, 'wide', $scheme));
        my %now = map { ("$_->{flow} | $_->{statement}" => $_->{class}) } @{$wide->{matches}};
        fault("seed $seed tolerance", "$tolerance takes away $_") for grep { ($now{$_} // '') ne 'matched' } sort keys %exact;
        $exact{$_} = 1 for grep { $now{$_} eq 'matched' && !/\w \w/ } keys %now;
    }
}

my ($from, $to) = split /-/, $option{seeds};
check_seed($_) for $from .. $to // $from;
print "$Reconciled::faults faults\n";
exit($Reconciled::faults ? 1 : 0);
