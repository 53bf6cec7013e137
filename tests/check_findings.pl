#!/usr/bin/env perl
# What audit finds in the samples is what their plans list, all of it and nothing else: in the
# samples of the tree, and in those of other seeds. Damaged ones also list every rule that cannot be
# tested; in others it is only those for which somebody would have to give a parameter.
#
#     tests/check_findings.pl [SEEDS]
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Temp qw(tempdir);

my $top    = dirname(dirname(__FILE__));
my $build  = $ENV{BUILD} // "$top/build";
my $seeds  = $ARGV[0] // 3;
my $work   = tempdir(CLEANUP => 1);
my $faults = 0;

sub keys_of {
    my ($path) = @_;
    my @keys = `"$^X" "$top/tests/finding_keys.pl" "$path"`;
    die "finding_keys.pl failed on $path\n" if $?;
    return @keys;
}

sub check {
    my ($name, $folder) = @_;
    my $results = "$work/results.ndjson";
    unlink $results;
    system("$build/flowaudit-audit --format ndjson --reveal -o '$results' '$folder' >'$work/said' 2>&1");
    if ($? != 0) {
        print "$name: audit ended with status ", $? >> 8, "\n", `cat "$work/said"`;
        $faults++;
        return;
    }
    my %found    = map { $_ => 1 } keys_of($results);
    my %expected = map { $_ => 1 } keys_of("$folder/expected.csv");
    delete @found{grep { /^not_testable,/ } keys %found} if !grep { /^not_testable,/ } keys %expected;
    for my $key (sort keys %{ { %found, %expected } }) {
        next if $found{$key} && $expected{$key};
        print "$name: ", $found{$key} ? 'found, not planted: ' : 'planted, not found: ', $key;
        $faults++;
    }
}

# The clean month without one line of the statement: the break names the flow that lacks it, the
# bank's own balances no longer foot, and the bridge has a remainder.
sub check_lost_line {
    my ($sample, $line_no) = ("$top/samples/payment-2025-clean", 500);
    my $folder = "$work/lost";
    mkdir $folder or die "$folder: $!\n";
    for my $path (glob "$sample/*") {
        my $name = basename($path);
        open my $in,  '<', $path            or die "$path: $!\n";
        open my $out, '>', "$folder/$name" or die "$folder/$name: $!\n";
        while (my $line = <$in>) {
            $line =~ s/(table statement) .*/$1/ if $name eq 'filing.manifest';
            next if $name eq 'expected.csv' && $. > 1;
            print $out $line if $name ne 'statement.csv' || $. != $line_no;
        }
        close $out or die "$folder/$name: $!\n";
    }
    my @lines = split /\n/, `cat "$sample/statement.csv"`;
    my ($account, $booked_at, $direction, $reference) =
      (split /,/, $lines[ $line_no - 1 ])[1, 2, 3, 7];
    my $next = (split /,/, $lines[$line_no])[0];
    my ($flow) = `grep ",$reference," "$sample/flow.csv"` =~ /^(\w+)/;
    open my $expected, '>>', "$folder/expected.csv" or die "$folder/expected.csv: $!\n";
    my $day = substr $booked_at, 0, 10;
    print $expected "break,missing_at_bank,$account,$direction,,,,,$flow\n",
      "break,footing,$account,$direction,,,,,$next\n", "break,remainder,$account,$direction,,,,,$day\n";
    close $expected or die "$folder/expected.csv: $!\n";
    check('a lost line', $folder);
}

check_lost_line();
check("samples/" . basename(dirname($_)), dirname($_)) for sort glob "$top/samples/*/expected.csv";
for my $seed (2 .. $seeds + 1) {
    for my $kind (qw(payment-clean payment-defects lending-clean lending-damaged
        lending-defects elder-clean elder-damaged elder-defects
        microloan-clean microloan-damaged microloan-defects
        bank-accounts-clean bank-accounts-damaged bank-accounts-defects
        bank-loans-clean bank-loans-damaged bank-loans-defects
        prepaid-clean prepaid-damaged prepaid-defects)) {
        my $folder = "$work/$kind";
        system("$build/samples/flowaudit-sample", $kind, '-o', $folder, '--seed', $seed) == 0
          or die "no sample $kind\n";
        check("$kind --seed $seed", $folder);
    }
}
exit($faults ? 1 : 0);
