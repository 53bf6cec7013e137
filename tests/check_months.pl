#!/usr/bin/env perl
# Statements of lending platforms from which one month was taken out: each is read, and the month that
# it lacks is remarked on; the same statements with all of their months raise no such doubt.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use FindBin;

my $source = abs_path("$FindBin::Bin/..");
my $build = abs_path($ENV{BUILD} // getcwd());
my $data = ($ENV{SHARED_DATA} // "$source/../shared/data") . '/p2p-statements';
if (!-d $data) {
    print "skipped: no $data\n";
    exit 77;
}
my @statements = (
    ['as-csv/input_test_dofinance_parser_missing_month.sheet1.csv', 'dofinance-statement', '2018-06'],
    ['as-csv/input_test_grupeer_parser_missing_month.sheet1.csv', 'grupeer-statement', '2018-10'],
    ['as-csv/input_test_mintos_parser_missing_month.sheet1.csv', 'mintos-account-statement', '2018-10'],
    ['as-csv/input_test_mintos_parser_unknown_cf.sheet1.csv', 'mintos-account-statement', ''],
    ['tests/input/input_test_estateguru_parser_missing_month.csv', 'estateguru-statement', '2018-10'],
    ['tests/input/input_test_robocash_parser_missing_month.xls', 'robocash-statement', '2018-10'],
    ['tests/input/input_test_viainvest_parser_missing_month.xlsx', 'viainvest-statement', '2020-04'],
);
my $faults = 0;
for my $statement (@statements) {
    my ($file, $profile, $month) = @$statement;
    my $messages = `$build/flowaudit-ingest --profile $source/profiles/$profile.profile $data/$file 2>&1 >/dev/null`;
    my ($found) = $messages =~ /no row in (.*), though there are rows before and after \[REMARK-MONTH\]/;
    next if $? == 0 && ($found // '') eq $month;
    print "$file: ", $found // 'no remark', ", expected '$month'\n";
    $faults++;
}
print scalar @statements, " statements, $faults with the wrong months\n";
exit($faults ? 1 : 0);
