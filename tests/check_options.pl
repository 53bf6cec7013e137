#!/usr/bin/env perl
# Do help and manual page of every tool list the same options, and does flowaudit(7) list the common
# ones? Run in the build tree.
use strict;
use warnings;
use FindBin;

my $source = "$FindBin::Bin/..";
my $build = $ENV{BUILD} // '.';
my ($faults, $tools) = (0, 0);
my $options = qr/^  (?:(-\w),|   ) --([\w-]+)(?: (\S+))?/m; # of a help

# "-v --verbose", "--color auto|always|never"
sub of_help {
    my ($text) = @_;
    my @options;
    while ($text =~ /$options/g) {
        push @options, join ' ', grep { defined } $1, "--$2", $3;
    }
    return @options;
}

# The same from the .TP items of a page's section.
sub of_page {
    my ($page, $section) = @_;
    open my $in, '<', $page or return ();
    my $text = do { local $/; <$in> };
    my ($body) = $text =~ /^\.SH "?\Q$section\E"?\n(.*?)(?=^\.SH |\z)/ms or return ();
    my @options;
    while ($body =~ /^\.TP\n(\.\w+ .*)$/gm) {
        my $item = $1 =~ s/^\.\w+ //r;
        $item =~ s/\\f[BIRP]//g;
        $item =~ s/\\-/-/g;
        $item =~ s/[",]+/ /g;
        push @options, join ' ', split ' ', $item if $item =~ /^"?-/;
    }
    return @options;
}

sub compare {
    my ($what, $help, $page) = @_;
    my %in_help = map { $_ => 1 } @$help;
    my %in_page = map { $_ => 1 } @$page;
    for (grep { !$in_page{$_} } sort keys %in_help) { print "$what: the page lacks $_\n"; $faults++ }
    for (grep { !$in_help{$_} } sort keys %in_page) { print "$what: the help lacks $_\n"; $faults++ }
}

for my $program (sort grep { -f && -x } glob "$build/flowaudit $build/flowaudit-*") {
    my ($name) = $program =~ m{([^/]+)$};
    my $help = `$program --help`;
    if ($? || $help !~ /^(.*)\nCommon options:\n(.*)/s) {
        print "$name: no help\n";
        $faults++;
        next;
    }
    my ($own, $common) = ($1, $2);
    my $page = $name eq 'flowaudit' ? "$source/man/flowaudit.7" : "$source/man/$name.1";
    if (!-f $page) {
        print "$name: no manual page\n";
        $faults++;
    }
    compare($name, [of_help($own)], [of_page($page, 'OPTIONS')]);
    compare('flowaudit(7)', [of_help($common)], [of_page("$source/man/flowaudit.7", 'COMMON OPTIONS')])
        if $name eq 'flowaudit';
    $tools++;
}
die "no tool was found in $build\n" if !$tools;
print "$tools tools, $faults faults\n";
exit($faults ? 1 : 0);
