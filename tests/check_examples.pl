#!/usr/bin/env perl
# Do the examples of the manual pages answer what the pages say? Run in the build tree.
use strict;
use warnings;
use FindBin;

my @pages = (glob("$FindBin::Bin/../man/*.[1-9]"), glob('man/*.[1-9]'));
my %seen;
@pages = grep { !$seen{ s{.*/}{}r }++ } @pages; # in a build beside the sources both are one
die "no manual page was found\n" if !@pages;
exec $^X, "$FindBin::Bin/transcript.pl", @pages or die "$^X: $!\n";
