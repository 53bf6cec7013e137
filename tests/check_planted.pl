#!/usr/bin/env perl
# Reconciliation proved from outside: filings of 100,000 rows into which breaks of every class and
# matches of every stage were planted (tests/PlantedKinds.pm) are read, reconciled and compared with the
# plan: all found in their class, none invented. What the tables say is then computed again from the
# filing's own files: balances, the bridge of every day, totals, and that no row is claimed twice.
#
#     tests/check_planted.pl [--rows N] [--count N] [--seeds N,N...] [--keep FOLDER] [-v]
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin;
use Getopt::Long;
use lib $FindBin::Bin;
use PlantedKinds;
use Reconciled qw(fault file_rows table_rows movements read_filing check_bridge check_totals check_coverage);

my %option = (rows => 100_000, count => 12, seeds => '1');
GetOptions(\%option, 'rows=i', 'count=i', 'seeds=s', 'keep=s', 'verbose|v') or exit 2;
my $build = abs_path($ENV{BUILD} // getcwd());
my $folder = $option{keep} // tempdir(CLEANUP => 1);
$Reconciled::build = $build;
$Reconciled::shown_most = 1000 if $option{verbose};

# --- the plan ---

my @break_columns = qw(account direction flow statement date amount ledger_amount bank_amount due_on days_late age age_days other
  other_account candidates note currency reference);

# Breaks by class and each id that they can be found by.
sub break_names {
    my ($break) = @_;
    my @ids = map { "$_=$break->{$_}" } grep { ($break->{$_} // '') ne '' } qw(flow statement);
    @ids = ("date=$break->{date}") if !@ids;
    return map { "$break->{class} $break->{account} $_" } @ids;
}

sub compare_breaks {
    my ($plan, $found) = @_;
    my (%by_name, %used, %tally);
    for my $i (0 .. $#$found) { push @{$by_name{$_}}, $i for break_names($found->[$i]) }
    for my $fact (@$plan) {
        my $tally = $tally{$fact->{class}} //= {};
        $tally->{planted}++;
        my ($i) = grep { !$used{$_} } map { @{$by_name{$_} // []} } break_names($fact);
        if (!defined $i) {
            $tally->{missed}++;
            fault("break $fact->{class} missed", join ' ', "($fact->{kind})", map { "$_=$fact->{$_}" } grep { ($fact->{$_} // '') ne '' } @break_columns);
            next;
        }
        $used{$i} = 1;
        for my $column (grep { ($fact->{$_} // '') ne '' } @break_columns) {
            my $is = $found->[$i]{$column} // '(no such column)';
            next if $is eq $fact->{$column};
            $tally->{differing}++;
            fault("break $fact->{class} $column", "($fact->{kind}) $found->[$i]{break_id}: '$is', expected '$fact->{$column}'");
        }
    }
    for my $i (grep { !$used{$_} } 0 .. $#$found) {
        my $break = $found->[$i];
        $tally{$break->{class}}{false}++;
        fault("break $break->{class} invented", join ' ', map { "$_=$break->{$_}" } grep { ($break->{$_} // '') ne '' } sort keys %$break);
    }
    return \%tally;
}

sub compare_matches {
    my ($plan, $found) = @_;
    my (%by_rows, %tally);
    push @{$by_rows{"$_->{flow}|$_->{statement}"}}, $_ for @$found;
    for my $fact (@$plan) {
        my $tally = $tally{$fact->{stage}} //= {};
        $tally->{planted}++;
        my $rows = join '|', map { join ' ', sort split / /, $fact->{$_} } qw(flow statement);
        my $match = shift @{$by_rows{$rows} // []};
        if (!$match) {
            $tally->{missed}++;
            fault("match $fact->{stage} missed", "($fact->{kind}) $rows");
            next;
        }
        for my $column (grep { $fact->{$_} ne '' } qw(stage class note)) {
            next if $match->{$column} eq $fact->{$column};
            $tally->{differing}++;
            fault("match $fact->{stage} $column", "($fact->{kind}) $rows: '$match->{$column}', expected '$fact->{$column}'");
        }
    }
    for my $rows (sort keys %by_rows) {
        for my $match (@{$by_rows{$rows}}) {
            $tally{$match->{stage}}{false}++;
            fault("match $match->{stage} invented", $rows);
        }
    }
    return \%tally;
}

# Rows without anything but an amount and a day: all are paired, and how many not as they belong is told.
sub check_guesses {
    my ($plan, $found) = @_;
    my %line_of = map { $_->{flow} => $_->{statement} } @$plan;
    my @matches = grep { $line_of{$_->{flow}} } @$found;
    my @others = grep { $line_of{$_->{flow}} ne $_->{statement} } @matches;
    my @unmarked = grep { $_->{note} eq '' } @others;
    printf "  guessed by amount and day: %d, otherwise than planted %d, of these not marked as interchangeable %d\n", scalar @matches, scalar @others, scalar @unmarked;
    fault('guessed', scalar(@matches) . ' of ' . @$plan . ' paired') if @matches != @$plan;
    fault('guessed', 'more than a quarter are not as they belong') if 4 * @others > @$plan;
    fault('guessed', 'more than one in twenty is wrong and does not say so') if 20 * @unmarked > @$plan;
}

sub print_tally {
    my ($what, $tally) = @_;
    for my $name (sort keys %$tally) {
        my $t = $tally->{$name};
        printf "  %-6s %-18s planted %6d, missed %d, invented %d, columns that differ %d\n", $what, $name, map { $t->{$_} // 0 } qw(planted missed false differing);
    }
}

# --- one filing ---

sub run { my ($command) = @_; system($command) == 0 or die "$command: status ", $? >> 8, "\n" }

sub check_seed {
    my ($seed) = @_;
    my $filing = "$folder/filing-$seed";
    make_path($filing);
    PlantedKinds::make(seed => $seed, rows => $option{rows}, count => $option{count})->write_files($filing);
    run("$build/flowaudit-ingest $filing 2>$folder/messages >$folder/ledger.fa");
    run("$build/flowaudit-reconcile --matches --scheme $filing/planted.scheme $folder/ledger.fa 2>>$folder/messages >$folder/reconciled.fa");
    # Neither threads nor memory change a byte.
    my $memory = 4 + int($option{rows} / 25_000) . 'M';
    run("$build/flowaudit-ingest -j 3 --memory 1M $filing 2>>$folder/messages >$folder/again.fa");
    fault('threads', "other threads and less memory give another ledger") if system('cmp', '-s', "$folder/ledger.fa", "$folder/again.fa") != 0;
    run("$build/flowaudit-reconcile --matches --memory $memory --scheme $filing/planted.scheme - <$folder/ledger.fa 2>>$folder/messages >$folder/again.fa");
    fault('memory', "--memory $memory and a pipe give another stream") if system('cmp', '-s', "$folder/reconciled.fa", "$folder/again.fa") != 0;
    my $plan = file_rows("$filing/planted.csv");
    my $breaks = table_rows("$folder/reconciled.fa", 'break');
    my $matches = movements(table_rows("$folder/reconciled.fa", 'match'));
    print "seed $seed:\n";
    print_tally('break', compare_breaks([grep { $_->{what} eq 'break' } @$plan], $breaks));
    check_guesses([grep { $_->{kind} eq 'guessed' } @$plan], $matches);
    my %guessed = map { $_->{flow} => 1 } grep { $_->{kind} eq 'guessed' } @$plan;
    print_tally('match', compare_matches([grep { $_->{what} eq 'match' && $_->{kind} ne 'guessed' } @$plan], [grep { !$guessed{$_->{flow}} } @$matches]));
    my $f = read_filing($filing, 'LED-1' => 'BNK-1');
    my $bridge = table_rows("$folder/reconciled.fa", 'bridge');
    check_bridge($f, $bridge, $breaks);
    check_totals($f, table_rows("$folder/reconciled.fa", 'match_total'));
    my %days = map { $_->{date} => 1 } @$bridge;
    check_coverage($f, table_rows("$folder/reconciled.fa", 'coverage'), [sort keys %days]);
}

check_seed($_) for split /,/, $option{seeds};
print "$Reconciled::faults faults\n";
exit($Reconciled::faults ? 1 : 0);
