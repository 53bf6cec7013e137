#!/usr/bin/env perl
# What a report costs in each form for machines: writes a filing of which every flow is a finding,
# judges it once, and reports it in each form. Reading the results alone is the form text. --findings N
# (1000000), --runs N (3): medians of alternating runs after a warm-up.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use Getopt::Long;

my ($findings, $runs) = (1_000_000, 3);
GetOptions('findings=i' => \$findings, 'runs=i' => \$runs) or die "usage: formats.pl [--findings N] [--runs N]\n";
my $build  = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
my @formats = qw(text ndjson csv sarif junit github);

sub run { my ($command) = @_; system($command) == 0 or die "$command: status $?\n" }

sub make_results {
    mkdir "$folder/filing";
    open my $flows, '>', "$folder/filing/flow.csv" or die "flow.csv: $!\n";
    print $flows "flow_id,time,payer_account,payee_account,amount,currency,kind,status\n";
    printf $flows "F%07d,2025-%02d-%02dT%02d:00:00+08:00,A%04d,B%04d,%d.%02d,CNY,pay,settled\n", $_,
      1 + int(11 * $_ / $findings), 1 + $_ % 28, $_ % 24, $_ % 5000, $_ % 777, 10 + $_ % 9000, $_ % 100 for 1 .. $findings;
    close $flows or die "flow.csv: $!\n";
    open my $manifest, '>', "$folder/filing/filing.manifest" or die "filing.manifest: $!\n";
    print $manifest qq(filing "Bench"\n currency CNY\n file "flow.csv" table flow\nend\n);
    close $manifest or die "filing.manifest: $!\n";
    open my $rules, '>', "$folder/all.rules" or die "all.rules: $!\n";
    print $rules <<'END';
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
  say      en "{flow_id} moved {first.amount}"
  say      zh "{flow_id}划转{first.amount}"
end
END
    close $rules or die "all.rules: $!\n";
    run("$build/flowaudit-ingest $folder/filing 2>$folder/said | $build/flowaudit-flag -r $folder/all.rules"
          . " --memory 8G --evidence 1 -o $folder/results 2>>$folder/said");
}

# Processor seconds and peak MiB.
sub measure {
    my ($format) = @_;
    run("$build/bench/measure $folder/figures $build/flowaudit-report --format $format $folder/results >$folder/out");
    open my $in, '<', "$folder/figures" or die "figures: $!\n";
    my (undef, undef, $cpu, $kib) = split ' ', <$in>;
    return ($cpu, $kib / 1024, (-s "$folder/out") / 1e6);
}

make_results();
my (%cpu, %mib, %mb);
for my $round (0 .. $runs) {
    for my $format (@formats) {
        (my $seconds, $mib{$format}, $mb{$format}) = measure($format);
        push @{ $cpu{$format} }, $seconds if $round > 0;
    }
}
my %median = map { my @sorted = sort { $a <=> $b } @{ $cpu{$_} }; $_ => $sorted[@sorted / 2] } @formats;
print "| form of $findings findings | CPU s | findings a second | without reading the results | peak MiB | MB written |\n";
print "|---|---|---|---|---|---|\n";
for my $format (@formats) {
    my $own = $median{$format} - $median{text};
    printf "| %s | %.2f | %.0f | %s | %.0f | %.0f |\n", $format, $median{$format}, $findings / $median{$format},
      $own > 0.01 ? sprintf('%.0f', $findings / $own) : '', $mib{$format}, $mb{$format};
}
