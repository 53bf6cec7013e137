#!/usr/bin/env perl
# Do the tests inside the rulesets come out as they say, on every evaluator? Those of the shipped
# rulesets must also make every condition true and false, and notice every change of the rules for
# which no reason is written down. The cases of tests/rules pin what the language means; of them only
# the outcome is asked. Run in the build tree.
use strict;
use warnings;
use FindBin;

my $srcdir  = "$FindBin::Bin/..";
my @shipped = glob "$srcdir/rulesets/*/*.rules";
my @cases   = glob "$srcdir/tests/rules/*.rules";
die "no rulesets were found\n" if !@shipped || !@cases;

my $failed = 0;
for my $run ([ 'check', @shipped, @cases ], [ 'test', @cases ], [ 'test', '--coverage', '--mutate', @shipped ]) {
    my ($command, @arguments) = @$run;
    open my $pipe, '-|', "./flowaudit-rules $command @arguments 2>&1" or die "flowaudit-rules: $!\n";
    my $said = do { local $/; <$pipe> };
    my $is_done = close $pipe;
    next if $is_done && $said !~ /warning:/;
    print $said;
    $failed = 1;
}
exit $failed;
