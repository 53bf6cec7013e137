#!/usr/bin/env perl
# A rule of each way is refused with status 6 and its name when --memory is just too small for it, and
# passes above that; where its state is less than the tables it reads, these are named. Run in the build tree.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;

my $source = abs_path("$FindBin::Bin/..");
my $build  = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
my ($count, $faults) = (0, 0);
local $ENV{FLOWAUDIT_DATA} = $source;
my @rules = (
    ['views', 'VIEW-EFFECTIVE'], ['numbers', 'NUMBER-SUM'], ['windows', 'WIN-FAN'],
    ['balances', 'RUN-INSTANT'], ['balances', 'SERIES-PREVIOUS'], ['windows', 'WIN-PASS'],
    ['chains', 'TEST-LEAD-CYCLE'], ['windows', 'WIN-TWICE'],
    ['duties', 'DUTY-FILE-5'], ['intervals', 'TEST-ONE-BANK'], ['intervals', 'TEST-RETURN'],
    ['statistics', 'TEST-RESERVES'],
);

sub flag {
    my ($file, $rule, $memory) = @_;
    my $said = `'$build/flowaudit-flag' -r '$source/tests/rules/$file.rules' --only $rule --memory $memory '$folder/ledger' -o '$folder/out' 2>&1`;
    return ($? >> 8, $said);
}

system("'$build/flowaudit-ingest' '$source/tests/filings/payment-2025-01-defects' -o '$folder/ledger' 2>'$folder/said'");
for (@rules) {
    my ($file, $rule) = @$_;
    my ($least, $most) = (1, 1 << 26);
    $count++;
    while ($most - $least > 4096) { # the least that it passes with
        my $middle = int(($least + $most) / 2);
        my ($status) = flag($file, $rule, $middle);
        ($status == 6 ? $least : $most) = $middle;
    }
    my ($status, $said) = flag($file, $rule, $least);
    my ($above) = flag($file, $rule, $most);
    next if $status == 6 && $said =~ /\b\Q$rule\E\b.*--memory|the tables that rules hold need.*--memory|held tables take more/ && $above <= 1;
    $faults++;
    print "$rule: status $status below $most bytes, $above with them: $said";
}
print "$count rules, $faults faults\n";
exit($faults != 0);
