#!/usr/bin/env perl
# Runs transcripts: commands with all that they must answer.
#
#     # a comment
#     $ command, run by sh; more lines of it follow
#     > behind "> "
#     a line of its standard output
#     ! a line of its standard error
#     [2]        its exit status, when that is not 0
#
# Of standard output, a line that begins with one of these marks or with \ has a \ before it, as has
# an empty line at the end; "[no newline]" says that the last line had no line break. The folder of
# the sources is shown as $SRC, the test's own as $PWD; blank lines between cases mean nothing.
#
# Each file runs in an empty folder of its own. The tools are found on PATH, $SRC and $SAMPLES are
# set, the rest of the environment is fixed. In a .md file the blocks marked "console", in a manual
# page the .EX blocks that begin with "$ " are run, with the shipped folders linked into the test's;
# there a line "..." stands for any lines.
#
# usage: transcript.pl [--update] FILE...    (--update writes what the commands answered, .t only)
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);

my $update = @ARGV && $ARGV[0] eq '--update' && shift @ARGV;
die "usage: transcript.pl [--update] FILE...\n" unless @ARGV;
my $source = abs_path(dirname(abs_path(__FILE__)) . '/..');
my $build = abs_path($ENV{BUILD} // getcwd());
my $mark = qr/^(?:[\$!>] |[\$!>]$|[#\[\\])/;

sub read_file {
    my ($name) = @_;
    open my $file, '<', $name or die "$name: $!\n";
    local $/;
    return scalar(<$file>) // '';
}

# The lines of FILE that are transcript, each with its number.
sub transcript_lines {
    my ($name) = @_;
    my @lines = map { [$_, ''] } split /\n/, read_file($name), -1;
    pop @lines if @lines && $lines[-1][0] eq '';
    my $line_no = 0;
    $_->[1] = ++$line_no for @lines;
    return @lines if $name =~ /\.t$/;
    my ($is_in, @kept) = (0);
    for my $i (0 .. $#lines) {
        my $text = $lines[$i][0];
        if ($name =~ /\.md$/) {
            if ($text =~ /^```/) { $is_in = !$is_in && $text =~ /^```console/; next }
        } else {
            if ($text =~ /^\.EX/) { $is_in = ($lines[$i + 1][0] // '') =~ /^\$ /; next }
            if ($text =~ /^\.EE/) { $is_in = 0; next }
            $text =~ s/\\(-|e|\(aq|&)/{'-' => '-', e => '\\', '(aq' => "'", '&' => ''}->{$1}/ge;
        }
        push @kept, [$text, $lines[$i][1]] if $is_in;
    }
    return @kept;
}

# Cases: command, expected output, errors and status, and the comments before it.
sub parse {
    my ($name) = @_;
    my (@cases, @comments);
    my $is_document = $name !~ /\.t$/;
    for (transcript_lines($name)) {
        my ($text, $line_no) = @$_;
        if ($text =~ /^\$ (.*)/) {
            push @cases, {command => $1, line_no => $line_no, comments => [@comments],
                          out => [], err => [], status => 0, newline => 1};
            @comments = ();
        } elsif ($text =~ /^#/ && !$is_document) {
            push @comments, $text;
        } elsif (!@cases) {
            die "$name:$line_no: expected a command\n" if $text ne '';
        } elsif ($text =~ /^> ?(.*)/) {
            $cases[-1]{command} .= "\n$1";
        } elsif ($text =~ /^! ?(.*)/) {
            push @{$cases[-1]{err}}, $1;
        } elsif ($text =~ /^\[(\d+)\]$/) {
            $cases[-1]{status} = $1;
        } elsif ($text eq '[no newline]') {
            $cases[-1]{newline} = 0;
        } else {
            $text =~ s/^\\// or $text ne '' or $text = undef;
            push @{$cases[-1]{out}}, $text;
        }
    }
    for my $case (@cases) {
        my $out = $case->{out};
        pop @$out while @$out && !defined $out->[-1];
        $_ //= '' for @$out;
    }
    return (\@cases, \@comments);
}

sub lines_of {
    my ($text, $folder) = @_;
    $text =~ s/\Q$source\E/\$SRC/g;
    $text =~ s/\Q$folder\E/\$PWD/g;
    my @lines = split /\n/, $text, -1;
    my $newline = !@lines || $lines[-1] eq '';
    pop @lines if @lines && $newline;
    return (\@lines, $newline);
}

sub run {
    my ($case, $folder, $scratch) = @_;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        chdir $folder or die "$folder: $!\n";
        open STDIN, '<', '/dev/null' or die;
        open STDOUT, '>', "$scratch/out" or die;
        open STDERR, '>', "$scratch/err" or die;
        alarm 300; # what hangs is killed, and fails
        exec '/bin/sh', '-c', $case->{command} or die;
    }
    waitpid $pid, 0;
    my %got = (status => $? & 127 ? 128 + ($? & 127) : $? >> 8);
    ($got{out}, $got{newline}) = lines_of(read_file("$scratch/out"), $folder);
    ($got{err}) = lines_of(read_file("$scratch/err"), $folder);
    return \%got;
}

sub render {
    my ($case) = @_;
    my @lines = map { /$mark/ ? "\\$_" : $_ } @{$case->{out}};
    for (reverse @lines) {
        last if $_ ne '';
        $_ = '\\';
    }
    push @lines, '[no newline]' unless $case->{newline};
    push @lines, map { $_ eq '' ? '!' : "! $_" } @{$case->{err}};
    push @lines, "[$case->{status}]" if $case->{status};
    return @lines;
}

# Whether the lines agree; in documents "..." stands for any lines.
sub agree {
    my ($expected, $got, $is_document) = @_;
    my $pattern = join '', map { $is_document && $_ eq '...' ? '(?:.*\n)*?' : quotemeta($_) . '\n' } @$expected;
    my $text = join '', map {"$_\n"} @$got;
    return $text =~ /\A$pattern\z/;
}

sub run_file {
    my ($name) = @_;
    my $is_document = $name !~ /\.t$/;
    my ($cases, $last_comments) = parse($name);
    my $folder = abs_path(tempdir(CLEANUP => 1));
    my $scratch = tempdir(CLEANUP => 1);
    if ($is_document) {
        symlink "$source/$_", "$folder/$_" for qw(samples rulesets profiles schemes tests);
    }
    my ($failures, @updated) = (0);
    for my $case (@$cases) {
        my $got = run($case, $folder, $scratch);
        my @command = split /\n/, $case->{command}, -1;
        push @updated, '' if @updated;
        push @updated, @{$case->{comments}}, '$ ' . shift @command;
        push @updated, map { $_ eq '' ? '>' : "> $_" } @command;
        push @updated, render($got);
        next if agree([render($case)], [render($got)], $is_document);
        $failures++;
        next if $update;
        print "$name:$case->{line_no}: \$ $case->{command}\n";
        print "  expected:\n", map({"    $_\n"} render($case)), "  found:\n", map {"    $_\n"} render($got);
    }
    if ($update && !$is_document && $failures) {
        open my $file, '>', $name or die "$name: $!\n";
        print $file map {"$_\n"} @updated, @$last_comments;
        close $file or die "$name: $!\n";
        print "$name: $failures rewritten\n";
        return 0;
    }
    printf "%s: %d commands, %d failed\n", $name, scalar @$cases, $failures;
    return $failures;
}

my %kept = map { $_ => $ENV{$_} } grep { defined $ENV{$_} }
    qw(ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TMPDIR);
%ENV = (%kept, PATH => "$build:/usr/local/bin:/usr/bin:/bin", LC_ALL => 'C', TERM => 'dumb',
        SRC => $source, SAMPLES => "$source/samples");
my $failed = 0;
$failed += run_file($_) for @ARGV;
exit($failed ? 1 : 0);
