#!/usr/bin/env perl
# The vectorised evaluator and the plain one agree on invented filings: one of the tree, and small ones
# of other seeds, of some days: the plain evaluator takes its time, and whole months of balances of
# every client are too many for it. Run in the build tree.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;

my $source = abs_path("$FindBin::Bin/..");
my $build  = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
my @rules  = sort glob "$source/rulesets/*/*.rules";
my $seeds  = $ARGV[0] // 1;
my ($count, $faults) = (0, 0);

sub compare {
    my ($name, $filing) = @_;
    $count++;
    my $said = `'$build/tests/property/evaluators' '$filing' @rules 2>&1`;
    return if $? == 0;
    $faults++;
    print "$name: $said";
}

compare('lending-2017-defects', "$source/tests/filings/lending-2017-defects");
compare($_, "$source/samples/$_") for qw(elder-2026-damaged elder-2026-defects prepaid-2025-damaged prepaid-2025-defects);
for my $seed (1 .. $seeds) {
    for my $kind (qw(payment-defects)) {
        my $filing = "$folder/$kind-$seed";
        system("'$build/samples/flowaudit-sample' $kind --seed $seed --flows 1000 --days 12 -o '$filing' >'$folder/said'") == 0
          or die "flowaudit-sample failed\n";
        compare("$kind, seed $seed", $filing);
    }
}
print "$count filings, $faults faults\n";
exit($faults != 0);
