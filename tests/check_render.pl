#!/usr/bin/env perl
# The pages of workbooks, drawn by LibreOffice: of three samples in three languages, one of them revealed.
# No column is too narrow for its numbers, no heading is cut short, no page is blank, charts are there,
# each page names its sheet and its number, and the pages stay few enough to be printed.
#
#     check_render.pl [-o FOLDER] [SAMPLE:LANGUAGE ...]    keeps .pdf and .png of every page in FOLDER
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use Office qw(convert has_program read_book);

binmode STDOUT, ':encoding(UTF-8)';
my $build  = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
for (qw(soffice pdftoppm pdftotext)) {
    next if has_program($_);
    print "there is no $_: nobody can look at the workbooks\n";
    exit 77;
}
$ENV{FLOWAUDIT_DATA} = $source;
my $scratch = tempdir(CLEANUP => 1);
my $faults  = 0;
my $keep;
if (@ARGV && $ARGV[0] eq '-o') {
    (undef, $keep) = splice @ARGV, 0, 2;
    -d $keep or mkdir $keep or die "$keep: $!\n";
    $keep = abs_path($keep);
}
my $folder = $keep // $scratch;
my @cases  = @ARGV ? @ARGV : qw(microloan-2026-defects:zh lending-2020-defects:both prepaid-2025-damaged:en);
use constant {PAGES_MAX => 150, PICTURE_BYTES_MIN => 2_000, DOTS_PER_INCH => 30};

sub fault { print "@_\n"; $faults++ }

sub output_of {
    my (@command) = @_;
    open my $pipe, '-|:encoding(UTF-8)', @command or die "$command[0]: $!\n";
    local $/;
    my $output = <$pipe> // '';
    close $pipe or die "@command ended with status $?\n";
    return $output;
}

# The headings of a sheet's list, unless it has no rows and is not printed: the first row with more than three texts. Those right of what is printed
# are for the screen.
sub headings {
    my ($sheet) = @_;
    return if ($sheet->{rows}{2}[0] // '') =~ /^(?:none|无|none 无)$/ && $sheet->{name} !~ /Findings|审计发现/;
    for my $row (sort { $a <=> $b } keys %{$sheet->{rows}}) {
        my @cells = @{$sheet->{rows}{$row}};
        next if 3 >= grep { defined && length } @cells;
        splice @cells, $sheet->{printed_columns} if $sheet->{printed_columns} && @cells > $sheet->{printed_columns};
        return grep { defined && length } @cells;
    }
    return;
}

sub without_blanks { my ($text) = @_; return $text =~ s/\s+//gr }

# A heading wraps within its cell, so that its words stand below each other; each of them is whole.
sub check_headings {
    my ($name, $text, @sheets) = @_;
    my %seen = map { $_ => 1 } split ' ', $text;
    my $all = without_blanks($text);
    my $count = 0;
    for my $sheet (@sheets) {
        for my $heading (headings($sheet)) {
            for my $word (split ' ', $heading) {
                $count++;
                next if $seen{$word} || index($all, $word) >= 0;
                # Chinese breaks anywhere
                next if $word =~ /\P{ASCII}/ && !grep { index($all, $_) < 0 } grep { /\P{ASCII}/ } split //, $word;
                fault("$name: $sheet->{name}: the heading '$heading' is cut short in print");
            }
        }
    }
    return $count;
}

sub check_pages {
    my ($name) = @_;
    my $pdf   = "$folder/$name.pdf";
    my @pages = split /\f/, output_of('pdftotext', '-layout', '-enc', 'UTF-8', $pdf, '-');
    fault("$name: " . @pages . ' pages, more than ' . PAGES_MAX) if @pages > PAGES_MAX;
    for my $page (1 .. @pages) {
        my $text = $pages[$page - 1];
        my $all  = @pages;
        fault("$name: page $page has a column too narrow for its numbers") if $text =~ /###/;
        fault("$name: page $page has an error of a formula") if $text =~ /#(?:REF|NAME|VALUE|DIV|N\/A)|Err:\d/;
        fault("$name: page $page does not say which it is") if $text !~ /(?<!\d)$page\D+$all(?!\d)/;
    }
    return \@pages;
}

sub check_pictures {
    my ($name) = @_;
    my @resolution = ('-r', $keep ? 60 : DOTS_PER_INCH);
    output_of('pdftoppm', '-png', '-gray', @resolution, "$folder/$name.pdf", "$folder/$name");
    my @pictures = glob "$folder/$name-*.png";
    for my $picture (@pictures) {
        fault("$picture is blank") if -s $picture < PICTURE_BYTES_MIN / ($keep ? 1 : 2);
    }
    return scalar @pictures;
}

my @names;
for (@cases) {
    my ($sample, $language) = split /:/;
    push @names, my $name = "$sample-$language";
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDOUT, '>', "$scratch/summary"  or die;
        open STDERR, '>', "$scratch/messages" or die;
        exec "$build/flowaudit", 'audit', "$source/samples/$sample", '--lang', $language, '-o', "$folder/$name.xlsx"
          or die "flowaudit: $!\n";
    }
    waitpid $pid, 0;
    die "flowaudit audit $sample ended with status $?\n" if $?;
}
convert('pdf', $folder, "$scratch/office", map { "$folder/$_.xlsx" } @names);
for my $name (@names) {
    if (!-e "$folder/$name.pdf") {
        fault("$name: LibreOffice could not open it");
        next;
    }
    my $pages    = check_pages($name);
    my $headings = check_headings($name, join("\n", @$pages), read_book("$folder/$name.xlsx"));
    my $pictures = check_pictures($name);
    fault("$name: $pictures pictures of " . @$pages . ' pages') if $pictures != @$pages;
    print "$name: $pictures pages, $headings words of headings\n";
}
exit($faults ? 1 : 0);
