#!/usr/bin/env perl
# Is every article of tests/data/laws.txt in exactly one shipped ruleset, as a rule, a statistic or a
# provision, and does every rule stand for one of them? Has each its title in Chinese and where it was read,
# and each message both languages? That each rule has a test that fires and one that does not is for
# flowaudit-rules check to tell, which runs them.
use strict;
use warnings;
use FindBin;

my $source = "$FindBin::Bin/..";
my ($faults, %listed, %ours, %blocks) = (0);

sub fault { print "@_\n"; $faults++ }

sub lines {
    my ($path) = @_;
    open my $in, '<', $path or die "$path: $!\n";
    chomp(my @lines = <$in>);
    return @lines;
}

my $section = '';
for (lines("$source/tests/data/laws.txt")) {
    next if /^\s*(#|$)/;
    $section = $1, next if /^\[([\w-]+)\]$/;
    fault("laws.txt: '$_' stands twice") if $listed{$_} || $ours{$_};
    ($section eq 'ours' ? \%ours : \%listed)->{$_} = $section;
}

# The statements of each block, without its tests.
for my $path (glob "$source/rulesets/*/*.rules") {
    my $file = $path =~ s/.*rulesets\///r;
    my ($block, $is_test);
    my $law = join "\n", lines($path);
    fault("$file: it does not ask for a Chinese filer: applies institution where country else \"CN\" = \"CN\"")
      if $file =~ /^cn\/cn-/ && $law !~ /^  applies\b.*\bcountry else "CN" = "CN"/m;
    for (lines($path)) {
        if (!$block && /^(rule|provision|statistic) ([\w-]+)\s*$/) {
            $block = {kind => $1, id => $2, file => $file, text => ''};
            fault("$file: $2 is in $blocks{$2}{file}, too") if $blocks{$2};
            $blocks{$2} = $block;
        } elsif ($block) {
            $is_test = 1 if /^\s+test "/;
            if    ($is_test && /^\s+end$/) { $is_test = 0 }
            elsif (/^end$/)                { $block = undef }
            elsif (!$is_test)              { $block->{text} .= "$_\n" }
        }
    }
}

# The longest listed id that this one is or goes on from.
sub article {
    my ($id) = @_;
    while (!$listed{$id}) { $id =~ s/-[^-]*$// or return '' }
    return $id;
}

my (%found, %count);
for my $id (sort keys %blocks) {
    my ($kind, $file, $text) = @{$blocks{$id}}{qw(kind file text)};
    my $article = article($id);
    $found{$article}{$file} = 1;
    $count{$kind}++;
    fault("$file: $id has no title in Chinese") if $text !~ /^\s*title\b.*\bzh "./m;
    next if $kind eq 'statistic';
    fault("$file: $id is in no list of articles") if !$article && !$ours{$id};
    fault("$file: $id does not say where it was read") if $text !~ /^\s*source\s+"./m && !$ours{$id};
    next if $kind eq 'provision';
    fault("$file: $id speaks no Chinese") if $text =~ /^\s*say\b/m && $text !~ /^\s*(say\s+)?(.*\s)?zh "./m;
    fault("$file: $id says nothing") if $text !~ /^\s*say\b/m;
}
for my $id (sort keys %listed) {
    my @files = sort keys %{$found{$id} // {}};
    fault("$listed{$id}: $id is in no ruleset") if !@files;
    fault("$listed{$id}: $id is in @files") if @files > 1;
}
die "no articles were found\n" if !%listed;
printf "%d articles, %d rules, %d statistics, %d provisions\n", scalar keys %listed,
  map { $count{$_} // 0 } qw(rule statistic provision);
exit($faults ? 1 : 0);
