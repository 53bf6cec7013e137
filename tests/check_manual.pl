#!/usr/bin/env perl
# Is every manual page, written or made, free of what groff and mandoc complain about? And does
# flowaudit-ledger(5) show every table and column of the dictionary? Run in the build tree.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../man";
use Dictionary;

my $srcdir = "$FindBin::Bin/..";
my %pages  = map { $_ => 1 } glob("$srcdir/man/*.[1-9]"), glob('man/*.[1-9]');
my $faults = 0;

sub fault { print STDERR "@_\n"; $faults++ }

sub installed {
    my ($program) = @_;
    return grep { -x "$_/$program" } split /:/, $ENV{PATH};
}

my @linters = (
    [ 'groff',  'groff -ww -K utf8 -mandoc -Tutf8 -z' ],
    [ 'mandoc', 'mandoc -Tlint -Wwarning' ],
);
for my $linter (@linters) {
    my ($program, $command) = @$linter;
    if (!installed($program)) {
        print "skipped: $program is not installed\n";
        next;
    }
    for my $page (sort keys %pages) {
        my $said = `$command '$page' 2>&1`;
        fault("$program on $page:\n$said") if $? || $said ne '';
    }
}

my ($ledger) = grep { m{/flowaudit-ledger\.5$} } keys %pages;
if (!$ledger) {
    fault('flowaudit-ledger(5) is not there');
}
else {
    open my $in, '<:encoding(UTF-8)', $ledger or die "$ledger: $!\n";
    my $text = do { local $/; <$in> };
    my %section = $text =~ /^\.SS (\w+)\n(.*?)(?=^\.S[SH] |\z)/gms;
    for my $t (Dictionary::load("$srcdir/lib/ledger/dictionary.txt")) {
        my $section = $section{ $t->{name} };
        fault("$ledger lacks the table $t->{name}") if !$section;
        for my $c (@{ $t->{columns} }) {
            fault("$ledger lacks $t->{name}.$c->{name}")
              if $section && $section !~ /^\.TP\n\\fB\Q$c->{name}\E\\fR/m;
        }
    }
}

exit($faults ? 1 : 0);
