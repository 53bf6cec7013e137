#!/usr/bin/env perl
# Is every source, ruleset, profile and scheme of the tree named in Makefile.am? What is not is missing
# in the tarball, and a header that is missing breaks its build only.
use strict;
use warnings;
use File::Find qw(find);
use FindBin;

chdir "$FindBin::Bin/.." or die "$FindBin::Bin/..: $!\n";
open my $makefile, '<', 'Makefile.am' or die "Makefile.am: $!\n";
my %is_named = map { $_ => 1 } map { /([^\s:=\\]+)/g } <$makefile>;

my @files;
find({ no_chdir => 1,
       wanted => sub { push @files, $_ if -f && /\.(?:[ch]|def|rules|profile|scheme)$/ } },
     qw(bench cmd lib profiles rulesets samples schemes));
die "no files were found\n" if @files < 100;

# What make itself writes, where the tree is built in place.
my @missing = grep { !$is_named{$_} && !/_(?:text|tables)\.c$/ } sort @files;
print "$_: not in Makefile.am\n" for @missing;
exit(@missing ? 1 : 0);
