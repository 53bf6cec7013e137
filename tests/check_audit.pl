#!/usr/bin/env perl
# audit in one process and the pipe of the tools give the same workbook, NDJSON and status, to the
# byte; and neither the number of threads, nor memory, nor the order in which files are made, nor the
# environment changes one. Run in the build tree.
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

my @formats = qw(xlsx ndjson csv text);
# what may declare tables of its own, which filings bring
my $rulesets = join ' ', map { "-r $_" } grep { !/sets\.rules$/ } glob "$source/rulesets/*/*.rules";

for my $sample (grep { -d } glob "$source/samples/*") {
    my $name = basename($sample);
    # a doubt about what is damaged counts as much as a finding
    my $status = $name =~ /clean/ || ($name =~ /damaged/ && !has_grave_doubt($sample)) ? 0 : 1;
    for my $format (@formats) {
        run("flowaudit-audit '$sample' --format $format -o one.$format -j 1 --fail-on high", $status);
        run("flowaudit-ingest $rulesets '$sample' -j 2 | flowaudit-reconcile | flowaudit-flag"
              . " | flowaudit-report --format $format -o pipe.$format --fail-on high", $status);
        same("$name: audit and the pipe", "one.$format", "pipe.$format");
    }
    # The same filing with its files made in reverse, two threads, blocks in a file, another world.
    mkdir 'again' or die "again: $!\n";
    copy($_, 'again/' . basename($_)) or die "$_: $!\n" for reverse sort glob "$sample/*";
    {
        local $ENV{TZ} = 'America/St_Johns';
        local $ENV{LC_ALL} = 'C.UTF-8';
        local $ENV{TMPDIR} = $folder;
        for my $format (@formats) {
            run("flowaudit-audit again --format $format -o two.$format -j 2 --memory 32M --fail-on high",
                $status);
            same("$name: threads, memory, order of files, environment", "one.$format", "two.$format");
        }
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
