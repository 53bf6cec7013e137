#!/usr/bin/env perl
# Streams that were cut at about 1,000 places or had a bit flipped at 1,000 are refused, every one;
# and what view --all writes of a ledger, ingest reads back to the same rows, with the same findings.
# Run in the build tree.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;

my $source = abs_path("$FindBin::Bin/..");
my $build = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
chdir $folder or die "$folder: $!\n";
$ENV{PATH} = "$build:$ENV{PATH}";
# what declares tables of its own, which filings may bring
my $rulesets = join ' ', map { "-r $_" } grep { content($_) =~ /^table /m } glob "$source/rulesets/*/*.rules";
my $faults = 0;

sub fault { print "@_\n"; $faults++ }

sub run {
    my ($command) = @_;
    system("$command 2>stderr") == 0 or die "'$command' ended with $?: " . content('stderr');
}

sub content {
    my ($name) = @_;
    open my $in, '<:raw', $name or die "$name: $!\n";
    local $/;
    return scalar(<$in>) // '';
}

# A generator of its own: perl's differs between versions. The middle bits of a linear congruence.
my $random = 1;

sub random_below {
    my ($bound) = @_;
    $random = ($random * 1103515245 + 12345) & 0x7FFFFFFF;
    return ($random >> 8) % $bound;
}

# Gives the streams to one run of check; none may be called complete.
sub expect_refused {
    my ($what, @streams) = @_;
    my @names;
    for my $i (0 .. $#streams) {
        my $name = "damaged-$i";
        open my $out, '>:raw', $name or die "$name: $!\n";
        print $out $streams[$i][1];
        close $out or die "$name: $!\n";
        push @names, $name;
    }
    my @said = `flowaudit-check @names 2>stderr`;
    my $status = $? >> 8;
    fault("$what: status $status, expected 4") if $status != 4;
    for (@said) {
        fault("$what, $streams[$1][0]: taken as whole") if /^damaged-(\d+): complete/;
    }
}

sub in_batches {
    my ($what, @streams) = @_;
    expect_refused($what, splice @streams, 0, 100) while @streams;
}

sub damage {
    my ($name) = @_;
    my $whole = content($name);
    my $size = length $whole;
    my $step = int($size / 1000) || 1;
    my @cut = map { ["cut at $_", substr $whole, 0, $_] } grep { $_ < $size } map { $_ * $step } 0 .. 1100;
    my @flipped;
    for (1 .. 1000) {
        my ($at, $bit) = (random_below($size), random_below(8));
        my $changed = $whole;
        substr($changed, $at, 1) ^= chr(1 << $bit);
        push @flipped, ["bit $bit of byte $at flipped", $changed];
    }
    in_batches("$name cut", @cut);
    in_batches("$name flipped", @flipped);
    run("flowaudit-check $name >/dev/null");
    print "$name: $size bytes, ", scalar @cut, " cuts, ", scalar @flipped, " flips\n";
}

# Totals and rows of all tables of a filing. Its sources differ: they are said elsewhere.
sub rows_of {
    my ($stream) = @_;
    my $text = `flowaudit-view $stream 2>stderr` . $?;
    for my $table (grep { !/^table$/ } map { /^(\w+),,,,/ ? $1 : () } split /\n/, $text) {
        $text .= `flowaudit-view --table $table $stream 2>stderr` . $?;
    }
    return $text;
}

# What flag finds in a ledger; the stream holds fingerprints plain.
sub findings_of {
    my ($stream) = @_;
    run("flowaudit-reconcile $stream -o bridged");
    run('flowaudit-flag bridged -o found');
    return join '', map { `flowaudit-view --table $_ found 2>stderr` . $? }
      qw(result_finding result_value result_rule break);
}

sub round_trip {
    my ($sample) = @_;
    run("flowaudit-ingest $rulesets $source/samples/$sample -o first");
    run('rm -rf written; flowaudit-view --all -o written first');
    run("flowaudit-ingest $rulesets written -o second");
    my ($before, $after) = (rows_of('first'), rows_of('second'));
    fault("$sample: rows changed on the way through view --all and ingest") if $before ne $after;
    fault("$sample: no rows to compare") if $before !~ /\n.*\n.*\n/;
    fault("$sample: other findings after view --all and ingest")
        if findings_of('first') ne findings_of('second');
}

my @samples = map { m{([^/]+)/filing\.manifest$} ? $1 : () } glob "$source/samples/*/filing.manifest";
die "no sample was found\n" if !@samples;
round_trip($_) for grep { !/-damaged$/ } @samples;    # what was rejected is not written again
run("flowaudit-ingest $source/tests/filings/payment-2025-01-defects -o ledger");
run('flowaudit-reconcile ledger -o reconciled');
damage('ledger');
damage('reconciled');
run('flowaudit-flag reconciled -o results');
damage('results');
exit($faults ? 1 : 0);
