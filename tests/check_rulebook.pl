#!/usr/bin/env perl
# Has the rulebook of the shipped rulesets a page for each rule, provision and statistic, and is none of them
# empty: titles in both languages, article, source, formula in words and as written, examples, and for what
# no filing shows the reason? Does the table of contents lead to each? Run in the build tree.
use strict;
use warnings;
use FindBin;

$ENV{FLOWAUDIT_DATA} = "$FindBin::Bin/..";
my $faults = 0;
sub fault { print "@_\n"; $faults++ }

sub output {
    my ($command) = @_;
    my $text = qx($command 2>&1);
    die "$command: $text\n" if $?;
    return $text;
}

my $book   = output('./flowaudit-rules doc');
my $listed = output('./flowaudit-rules list');
my ($contents, @pages) = split /^(?=<a id=")/m, $book;

my %pages;
for my $page (@pages) {
    my ($id) = $page =~ /^<a id="([^"]+)">/;
    fault("$id has two pages") if $pages{$id};
    $pages{$id} = $page;
}
my %is_linked = map { $_ => 1 } $contents =~ /\]\(#([^)]+)\)/g;
for my $id (sort keys %is_linked) {
    fault("the contents lead to $id, which has no page") if !$pages{$id};
}

# What a page must have, by what it is of.
my %needed = (
    rule => {
        'a title in English'   => qr/^## \S+: \S/m,
        'a title in Chinese'   => qr/^## .*\n\n.*[^\x00-\x7f].*\n/m,
        'an article'           => qr/^- \*\*Article\*\* \S.* \((seen in the source|known|unsure)/m,
        'a source'             => qr/^- \*\*Source\*\* \S/m,
        'a severity'           => qr/^- \*\*Severity\*\* \S/m,
        'days'                 => qr/^- \*\*In force\*\* (from|to) \S/m,
        'a formula in words'   => qr/^- \*\*(Fires when|Owes when|Must have|Must not have|Looks for|Looks at|At most|At least|Exactly)\*\* \S/m,
        'a formula as written' => qr/^```\n +\w+ +\S.*\n/m,
        'a message'            => qr/^- \*\*Says\*\* \S.*\n- \*\*报告\*\* \S/m,
    },
    provision => {
        'a title in Chinese' => qr/^## .*\n\n.*[^\x00-\x7f].*\n/m,
        'an article'         => qr/^- \*\*Article\*\* \S/m,
        'a source'           => qr/^- \*\*Source\*\* \S/m,
        'a reason'           => qr/^- \*\*No filing shows it\*\*: \S/m,
    },
    statistic => {
        'a title in Chinese' => qr/^## .*\n\n.*[^\x00-\x7f].*\n/m,
        'a population'       => qr/^- \*\*Made of\*\* \S/m,
        'a column'           => qr/^- \*\*Shows\*\* `/m,
    },
);

my %count = map { $_ => 0 } keys %needed;
my $check = sub {
    my ($id, $kind) = @_;
    my $page = $pages{$id};
    return fault("$id has no page") if !$page;
    $count{$kind}++;
    fault("the contents do not lead to $id") if !$is_linked{$id};
    for my $what (sort keys %{$needed{$kind}}) {
        fault("the page of $id lacks $what") if $page !~ $needed{$kind}{$what};
    }
    return if $kind ne 'rule' || $page =~ /^- \*\*Switched off\*\*: \S/m;
    fault("the page of $id has no example") if $page !~ /^### Examples\n.*^\|.*^- expect /ms;
};
for my $line ($listed =~ /^  (\S+ +(?:critical|high|medium|low|info) +\S.*)$/mg) {
    my ($id) = split ' ', $line;
    $check->($id, $line =~ /\(no filing shows it\)$/ ? 'provision' : 'rule');
}
$check->($_, 'statistic') for $contents =~ /^  - \[([^\]]+)\].* \(statistic\)$/mg;
fault("the rulebook has $count{rule} rules") if !$count{rule};
printf "%d rules, %d provisions, %d statistics\n", @count{qw(rule provision statistic)};
exit($faults ? 1 : 0);
