#!/usr/bin/env perl
# What audit finds in the samples is what their plans list, all of it and nothing else: in the
# samples of the tree, and in those of other seeds.
#
#     tests/check_findings.pl [SEEDS]
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);

my $top    = dirname(dirname(__FILE__));
my $build  = $ENV{BUILD} // "$top/build";
my $seeds  = $ARGV[0] // 20;
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
    for my $key (sort keys %{ { %found, %expected } }) {
        next if $found{$key} && $expected{$key};
        print "$name: ", $found{$key} ? 'found, not planted: ' : 'planted, not found: ', $key;
        $faults++;
    }
}

for my $sample (qw(payment-2025-01-clean payment-2025-01-defects lending-2017-defects)) {
    check("samples/$sample", "$top/samples/$sample");
}
for my $seed (2 .. $seeds + 1) {
    for my $kind (qw(payment-clean payment-defects lending-defects)) {
        my $folder = "$work/$kind";
        system("$build/samples/flowaudit-sample", $kind, '-o', $folder, '--seed', $seed) == 0
          or die "no sample $kind\n";
        check("$kind --seed $seed", $folder);
    }
}
exit($faults ? 1 : 0);
