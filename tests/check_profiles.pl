#!/usr/bin/env perl
# The shipped profiles on exports made by the stated layouts (tests/MadeExports.pm): rows, sums, what is
# rejected and what is left out are exactly what was put in; an export that was changed is refused.
# Run in the build tree.
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path getcwd);
use Encode qw(encode);
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use MadeExports;

my $source = abs_path("$FindBin::Bin/..");
my $build = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
my ($count, $failed) = (0, 0);

sub fault { print "@_\n"; $failed++ }

sub write_file {
    my ($name, $bytes) = @_;
    open my $out, '>:raw', "$folder/$name" or die "$name: $!\n";
    print $out $bytes;
    close $out or die;
}

# What ingest makes of a file: its status, its messages, the lines of its totals.
sub ingested {
    my ($profile, $file) = @_;
    unlink "$folder/stream";
    my $messages = qx($build/flowaudit-ingest --profile $source/profiles/$profile.profile '$folder/$file' -o $folder/stream 2>&1);
    my $status = $? >> 8;
    my @totals = $status ? () : split /\n/, qx($build/flowaudit-view --totals $folder/stream);
    return ($status, $messages, \@totals);
}

sub yuan { my ($fen) = @_; return sprintf '%d.%02d', $fen / 100, $fen % 100 }

sub check_export {
    my ($export) = @_;
    $count++;
    write_file($export->{file}, $export->{bytes});
    my ($status, $messages, $totals) = ingested($export->{profile}, $export->{file});
    return fault("$export->{profile}: status $status\n$messages") if $status;
    fault("$export->{profile}: its keys are not unique\n$messages") if $messages =~ /KEY-CONFLICT/;
    my (%rows, %sums);
    my $rejected = 0;
    for my $line (@$totals) {
        my ($table, $column, $currency, $direction, $row_count, $reject_count, $sum) = split /,/, $line, -1;
        next if $table eq 'table' || $table eq 'reject';
        if ($column eq '') { $rows{$table} = $row_count; $rejected += $reject_count }
        elsif ($column =~ /^(amount|balance_after|principal|interest)$/) { $sums{"$table,$column,$currency,$direction"} = $sum }
    }
    for my $table (sort keys %{$export->{rows}}) {
        my $found = $rows{$table} // 'no';
        fault("$export->{profile}: $found rows of $table, not $export->{rows}{$table}") if $found ne $export->{rows}{$table};
    }
    fault("$export->{profile}: $rejected rejected, not $export->{rejected}\n$messages") if $rejected != $export->{rejected};
    my (undef, @sources) = split /\n/, qx($build/flowaudit-view --sources $folder/stream);
    for my $line (@sources) {
        my ($name, $table, $profile, $records, $accepted, $rejected_here, $ignored, $other) = split /,/, $line;
        fault("$export->{profile}: $table has $records records, not all of them accounted for")
          if $records != $accepted + $rejected_here + $ignored + $other;
        # What is around a list of JSON comes before its header.
        my $expected = $export->{ignored} + ($export->{file} =~ /json$/ ? 10 : 0);
        fault("$export->{profile}: $ignored records of $table left out, not $expected") if $ignored != $expected;
    }
    for my $key (sort keys %{$export->{sums}}) {
        my $expected = yuan($export->{sums}{$key});
        my $found = $sums{$key} // 'nothing';
        fault("$export->{profile}: $key is $found, not $expected") if $found ne $expected;
    }
}

# The first made export of PROFILE with FROM made TO; it must be refused with CODE.
sub check_refused {
    my ($export, $from, $to, $code) = @_;
    $count++;
    my $bytes = $export->{bytes};
    $bytes =~ s/$from/$to/ or die "$export->{profile}: nothing to change\n";
    write_file($export->{file}, $bytes);
    my ($status, $messages) = ingested($export->{profile}, $export->{file});
    fault("$export->{profile} with $to: not refused with $code, but status $status\n$messages") if !$status || $messages !~ /\[$code\]/;
}

my @exports = MadeExports::all();
check_export($_) for @exports;
my %export_of = map { $_->{profile} => $_ } @exports;

# All of them are one filing, whose keys are unique.
$count++;
mkdir "$folder/filing" or die;
my $manifest = "filing \"Made\"\n  filer P-1\n  zone Asia/Shanghai\n  currency CNY\n";
for my $export (grep { $_->{profile} !~ /-csv$/ } @exports) {
    write_file("filing/$export->{file}", $export->{bytes});
    $manifest .= "  file \"$export->{file}\" profile $export->{profile}\n";
}
write_file('filing/filing.manifest', $manifest . "end\n");
my $messages = qx($build/flowaudit-ingest $folder/filing -o $folder/stream 2>&1);
fault("the filing of all: status $?\n$messages") if $? || $messages =~ /KEY-CONFLICT/;

my $json = $export_of{'ifcert-transact'};
check_refused($json, qr/"totalNum": "300"/, '"totalNum": "301"', 'TOTAL-MISMATCH');
check_refused($json, qr/"totalNum"/, '"total"', 'TOTAL-ABSENT');
check_refused($json, qr/"dataList"/, '"list"', 'JSON-(?:LIST|RECORDS)');
check_refused($json, qr/"transMoney"/, '"money"', 'CSV-COLUMN');
check_refused($json, qr/"transId": "T0"/, '"transId": "T0", "transId": "T1"', 'JSON-TWICE');
check_refused($json, qr/\]\s*,\s*"totalNum.*/s, '', 'JSON-CUT');
check_refused($export_of{'ifcert-transact-csv'}, qr/transMoney/, 'money', 'CSV-MISSING');
my $heading = encode('cp936', '平台请求流水号');
check_refused($export_of{'lanmao-recharge'}, qr/\Q$heading/, 'request_no', 'CSV-MISSING');

print "$count exports, $failed not as they must be\n";
exit($failed ? 1 : 0);
