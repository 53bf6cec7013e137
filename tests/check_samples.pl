#!/usr/bin/perl
# The samples in the tree are what their generator writes, to the byte: so nobody edits them by hand,
# and a change of the generator shows in them.
#
#     tests/check_samples.pl             compares
#     tests/check_samples.pl --update    writes them anew
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Compare qw(compare);
use File::Temp qw(tempdir);

my %samples = (
    'bank-accounts-2026-clean'   => 'bank-accounts-clean',
    'bank-accounts-2026-damaged' => 'bank-accounts-damaged',
    'bank-accounts-2026-defects' => 'bank-accounts-defects',
    'bank-loans-2026-clean'   => 'bank-loans-clean',
    'bank-loans-2026-damaged' => 'bank-loans-damaged',
    'bank-loans-2026-defects' => 'bank-loans-defects',
    'elder-2026-clean'   => 'elder-clean',
    'elder-2026-damaged' => 'elder-damaged',
    'elder-2026-defects' => 'elder-defects',
    'prepaid-2025-clean'   => 'prepaid-clean',
    'prepaid-2025-damaged' => 'prepaid-damaged',
    'prepaid-2025-defects' => 'prepaid-defects',
    'microloan-2026-clean'   => 'microloan-clean',
    'microloan-2026-damaged' => 'microloan-damaged',
    'microloan-2026-defects' => 'microloan-defects',
    'payment-2025-clean'   => 'payment-clean',
    'payment-2025-damaged' => 'payment-damaged',
    'payment-2025-defects' => 'payment-defects',
    'lending-2020-clean'   => 'lending-clean',
    'lending-2020-damaged' => 'lending-damaged',
    'lending-2020-defects' => 'lending-defects',
);

my $top       = dirname(dirname(__FILE__));
my $build     = $ENV{BUILD} // "$top/build";
my $generator = "$build/samples/flowaudit-sample";
my $update    = @ARGV && $ARGV[0] eq '--update';
my $failures  = 0;

sub names {
    my ($folder) = @_;
    return join ' ', map { basename($_) } sort glob "$folder/*";
}

for my $sample (sort keys %samples) {
    my $kept   = "$top/samples/$sample";
    my $folder = $update ? $kept : tempdir(CLEANUP => 1);
    system($generator, $samples{$sample}, '-o', $folder) == 0 or die "$generator failed\n";
    next if $update;
    if (names($folder) ne names($kept)) {
        print "samples/$sample: holds other files than the generator writes\n";
        $failures++;
        next;
    }
    for my $file (sort glob "$folder/*") {
        my $name = basename($file);
        next if compare($file, "$kept/$name") == 0;
        print "samples/$sample/$name: differs from what the generator writes\n";
        $failures++;
    }
}
exit($failures ? 1 : 0);
