#!/usr/bin/env perl
# What a workbook costs against a bare libxlsxwriter loop over the same cells: writes a filing of which
# every flow is a finding, reports it, lists the cells of the workbook for bench/book, and compares the
# CPU of the two, alternating, as medians. --findings N (40000), --runs N (5).
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use Getopt::Long;
use IO::Uncompress::Unzip;

my ($findings, $runs) = (40000, 5);
GetOptions('findings=i' => \$findings, 'runs=i' => \$runs) or die "usage: book.pl [--findings N] [--runs N]\n";
my $build  = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);

sub run { my ($command) = @_; system($command) == 0 or die "$command: status $?\n" }

sub write_file { my ($name, $text) = @_; open my $out, '>', "$folder/$name" or die "$name: $!\n"; print $out $text; close $out }

sub make_results {
    mkdir "$folder/filing";
    my $flows = "flow_id,time,payer_account,payee_account,amount,currency,kind,status\n";
    $flows .= sprintf "F%07d,2025-%02d-%02dT%02d:00:00+08:00,A%04d,B%04d,%d.%02d,CNY,pay,settled\n", $_,
      1 + $_ % 12, 1 + $_ % 28, $_ % 24, $_ % 5000, $_ % 777, 10 + $_ % 9000, $_ % 100 for 1 .. $findings;
    write_file('filing/flow.csv', $flows);
    write_file('filing/filing.manifest', qq(filing "Bench"\n currency CNY\n file "flow.csv" table flow\nend\n));
    write_file('all.rules', <<'END');
ruleset bench-all
  title    en "Every flow" zh "每笔流水"
  in force 2024-01-01 ..
  zone     Asia/Shanghai
  currency CNY
end

rule BENCH-ALL
  title    en "A flow of more than nothing" zh "金额大于零的流水"
  cite     "Art. 1" seen
  severity high
  on       settled
  when     amount > 0.00
  say      en "{flow_id} moved {first.amount} from {payer_account} to {payee_account}"
  say      zh "{flow_id}由{payer_account}向{payee_account}划转{first.amount}"
end
END
    run("$build/flowaudit-ingest $folder/filing 2>/dev/null | $build/flowaudit-flag -r $folder/all.rules >$folder/results");
}

sub part {
    my ($name) = @_;
    my $zip = IO::Uncompress::Unzip->new("$folder/book.xlsx", Name => $name) or return '';
    local $/;
    return scalar <$zip> // '';
}

sub plain {
    my ($text) = @_;
    my %entity = (lt => '<', gt => '>', quot => '"', amp => '&');
    $text =~ s/&(lt|gt|quot|amp);/$entity{$1}/g;
    return $text =~ s/\\/\\\\/gr =~ s/\t/\\t/gr =~ s/\n/\\n/gr;
}

# The cells of the workbook as bench/book reads them.
sub list_cells {
    my $count = 0;
    open my $out, '>', "$folder/cells" or die "cells: $!\n";
    for my $number (1 .. 200) {
        my $xml = part("xl/worksheets/sheet$number.xml") or last;
        print $out "w\t0\t0\t0\tSheet$number\n";
        while ($xml =~ /<c r="([A-Z]+)(\d+)"(?: s="(\d+)")?(?: t="(\w+)")?(?:\/>|>(.*?)<\/c>)/gs) {
            my ($letters, $row, $format, $type, $content) = ($1, $2, $3 // 0, $4 // '', $5 // '');
            my $column = 0;
            $column = $column * 26 + ord($_) - 64 for split //, $letters;
            my ($formula) = $content =~ /<f>(.*?)<\/f>/s;
            my ($value) = $content =~ /<(?:v|t)\b[^>]*>(.*?)<\/(?:v|t)>/s;
            my $kind = defined $formula ? 'f' : $type eq 'inlineStr' ? 's' : defined $value ? 'n' : 'b';
            my @fields = ($kind, $row - 1, $column - 1, $format, $kind eq 'f' ? ('=' . plain($formula), plain($value // '')) : plain($value // ''));
            print $out join("\t", @fields), "\n";
            $count++;
        }
    }
    close $out;
    return $count;
}

sub report_cpu {
    my @before = times;
    run("$build/flowaudit-report -o $folder/book.xlsx $folder/results");
    my @after = times;
    return $after[2] + $after[3] - $before[2] - $before[3];
}

sub median { my @sorted = sort { $a <=> $b } @_; return $sorted[@sorted / 2] }

make_results();
report_cpu();
my $cells = list_cells();
my (@report, @bare);
for (1 .. $runs) {
    push @report, report_cpu();
    push @bare, qx($build/bench/book $folder/cells $folder/bare.xlsx);
}
my ($report, $bare) = (median(@report), median(@bare));
printf "workbook    %d findings, %d cells: report %.2f s CPU, a bare loop over the same cells %.2f s: %.2f\n",
  $findings, $cells, $report, $bare, $report / $bare;
