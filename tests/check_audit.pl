#!/usr/bin/env perl
# audit in one process and the pipe of the tools give the same workbook, NDJSON and status, to the
# byte; and neither the number of threads, nor memory, nor the order in which files are made, nor the
# environment, the folder and the mask of the process changes one; and verify, there, finds every
# record identical. Run in the build tree.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Basename qw(basename);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use FindBin;

my $source = abs_path("$FindBin::Bin/..");
my $build  = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
chdir $folder or die "$folder: $!\n";
$ENV{PATH} = "$build:$ENV{PATH}";
my $faults = 0;

sub run {
    my ($command, $wanted) = @_;
    $wanted //= 0;
    system('bash', '-o', 'pipefail', '-c', "{ $command; } >said 2>&1");
    my $status = $? >> 8;
    return if $? == $wanted << 8;
    $faults++;
    print "'$command' ended with $status, expected $wanted:\n", content('said');
}

sub content {
    my ($name) = @_;
    open my $in, '<:raw', $name or return "(no $name)";
    local $/;
    return scalar(<$in>) // '';
}

sub same {
    my ($what, $name, $other) = @_;
    return if content($name) eq content($other);
    $faults++;
    print "$what: $name and $other differ\n";
}

# Whether audit of a damaged sample has something to say that is as grave as --fail-on asks.
sub has_grave_doubt {
    my ($sample) = @_;
    return `flowaudit-audit '$sample' --format ndjson -o - 2>/dev/null` =~
      /^\{"type":"finding".*"severity":"(?:critical|high)"/m;
}

my @formats = qw(xlsx ndjson csv text sarif junit github);
# what may declare tables of its own, which filings bring
my $rulesets = join ' ', map { "-r $_" } grep { !/sets\.rules$/ } glob "$source/rulesets/*/*.rules";

# Every report of one stream of results; STATUS is what --fail-on makes of it.
sub report {
    my ($results, $to, $status) = @_;
    run("flowaudit-report --format $_ '$results' -o $to.$_ --fail-on high", $status) for @formats;
}

for my $sample (grep { -d } glob "$source/samples/*") {
    my $name = basename($sample);
    next if $name eq 'ci';
    # a doubt about what is damaged counts as much as a finding
    my $status = $name =~ /clean/ || ($name =~ /damaged/ && !has_grave_doubt($sample)) ? 0 : 1;
    run("flowaudit-ingest $rulesets '$sample' -j 2 | flowaudit-reconcile | flowaudit-flag -o pipe.fr");
    report('pipe.fr', 'pipe', $status);
    for my $format (qw(xlsx ndjson text)) {
        run("flowaudit-audit '$sample' --format $format -o one.$format -j 1 --fail-on high", $status);
        same("$name: audit and the pipe", "one.$format", "pipe.$format");
    }
    # The same filing with its files made in reverse, two threads, blocks in a file, another world.
    mkdir 'again' or die "again: $!\n";
    copy($_, 'again/' . basename($_)) or die "$_: $!\n" for reverse sort glob "$sample/*";
    {
        local $ENV{TZ} = 'America/St_Johns';
        local $ENV{LC_ALL} = 'C.UTF-8';
        local $ENV{TMPDIR} = $folder;
        my $umask = umask 0;
        chdir 'again' or die "again: $!\n";
        run("flowaudit-ingest $rulesets . -j 1 --memory 32M | flowaudit-reconcile --memory 32M | "
              . "flowaudit-flag -o ../again.fr");
        unlink 'said';
        chdir $folder;
        same("$name: threads, memory, order of files, environment", 'pipe.fr', 'again.fr');
        report("$folder/again.fr", 'two', $status);
        same("$name: environment of the report", "pipe.$_", "two.$_") for @formats;
        run("flowaudit-audit again -o two.xlsx -j 2 --memory 32M --fail-on high", $status);
        same("$name: threads, memory, order of files, environment", 'one.xlsx', 'two.xlsx');
        for my $record ('one.xlsx', 'again.fr') {
            run("flowaudit-verify -j 2 $record again 2>/dev/null");
            my $said = content('said');
            next if $said =~ /^identical/;
            $faults++;
            print "$name: $record, made again: $said";
        }
        umask $umask;
    }
    unlink glob 'again/*';
    rmdir 'again';
    # Whoever gets the status gets it everywhere.
    run("flowaudit-ingest $rulesets '$sample' | flowaudit-reconcile | flowaudit-flag --fail-on high -o out.fr",
        $status);
    run("flowaudit-check out.fr");
    unlink glob '*.*';
}
print $faults ? "$faults faults\n" : "audit and the pipe agree\n";
exit($faults != 0);
