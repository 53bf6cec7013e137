#!/usr/bin/env perl
# Streams of results that were altered in every column, with the right checksums, and streams of older or newer
# heads: tests/property/altered_results shows each in every format and reads it as earlier results; some of
# them are given to the tools. Nothing crashes, and what is refused is refused with a code.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;

my $build = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
$ENV{FLOWAUDIT_DATA} //= $source;
my $work = tempdir(CLEANUP => 1);
chdir $work or die "$work: $!\n";
mkdir 'altered' or die "altered: $!\n";

sub run {
    my ($command) = @_;
    my $said = `( $command ) 2>&1`;
    die "$command: ends with signal " . ($? & 127) . "\n$said" if $? & 127;
    return ($? >> 8, $said);
}

# Results with findings, evidence, breaks, statistics, waivers, earlier findings and rejected rows.
my $filing = "$source/tests/filings/lending-2017-defects";
my $rules = '-r cn-online-lending-2016';
open my $waivers, '>', 'w.waivers' or die;
print $waivers <<'END';
waiver W-1
  rule     OL16-PROH-02
  keys     any
  owner    "Head"
  approver "Desk"
  reason   "known"
  cite     "letter"
  from     2016-01-01
  expires  2030-12-31
  cap      none
end
END
close $waivers or die;
system("cp -r $filing first && cp -r $filing second && perl -ni -e 'print if \$. != 5' second/flow.csv"
    . " && perl -pi -e 's/ rows \\d+.*// if /^ *file/' second/filing.manifest") == 0 or die;
for my $step (['first', ''], ['second', '--baseline first.res --waivers w.waivers']) {
    my ($name, $options) = @$step;
    my ($status, $said) = run("$build/flowaudit-ingest $name | $build/flowaudit-reconcile --scheme camt"
        . " | $build/flowaudit-flag $rules --evidence 2 $options -o $name.res");
    die "cannot make results: $said" if $status;
}
my ($status, $said) = run("$build/tests/property/altered_results second.res altered");
print $said;
die "status $status\n" if $status;
die "few were tried\n" unless $said =~ /^(\d+) altered: (\d+) shown, (\d+) refused/m && $1 > 1000 && $2 > 500 && $3 > 50;

my ($count, %ends) = (0);
for my $file (sort { $a <=> $b } map { s/.*\///r } glob 'altered/*') {
    for my $command ("flag $rules --baseline altered/$file first.fa -o out", "verify altered/$file second",
        "report --format ndjson altered/$file -o out") {
        run("$build/flowaudit-ingest first -o first.fa") unless -e 'first.fa';
        my ($ended, $told) = run("$build/flowaudit-" . $command);
        my $is_right = $ended <= 1 || ($ended =~ /^[234]$/ && $told =~ /error: .* \[[A-Z-]+\]/);
        die "$command: status $ended\n$told" unless $is_right;
        $ends{$ended}++;
        $count++;
    }
}
print "$count runs of the tools: ", join(', ', map { "$ends{$_} with status $_" } sort keys %ends), "\n";
