#!/usr/bin/env perl
# Has every column that a legal text needs a place in the data dictionary, or a reason why not?
# Usage: check_vocabulary.pl [VOCABULARY [NEEDED]]
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../man";
use Dictionary;

my $srcdir     = "$FindBin::Bin/..";
my $vocabulary = shift // "$srcdir/lib/ledger/vocabulary.txt";
my $needed     = shift // "$srcdir/tests/corpus/vocabulary-needed.txt";
my $faults     = 0;

sub fault { print STDERR "@_\n"; $faults++ }

sub lines {
    my ($path) = @_;
    open my $in, '<:encoding(UTF-8)', $path or die "$path: $!\n";
    my @lines;
    while (<$in>) {
        s/\s+$//;
        push @lines, [ "$path:$.", $_ ] if /\S/ && !/^\s*#/;
    }
    return @lines;
}

my %exists;
for my $table (Dictionary::load("$srcdir/lib/ledger/dictionary.txt")) {
    $exists{"$table->{name}.$_->{name}"} = 1 for @{ $table->{columns} };
}

my %told;
for (lines($vocabulary)) {
    my ($where, $line) = @$_;
    my ($old, $new) = $line =~ /^(\w+\.\w+)\s+->\s+(.+)$/;
    if (!$old) {
        fault("$where: 'old.name -> table.column' or 'old.name -> no column: reason' expected");
        next;
    }
    fault("$where: $old is told twice, first in line $told{$old}") if $told{$old};
    $told{$old} = $where =~ s/.*://r;
    if ($new =~ /^no column\b/) {
        fault("$where: $old has no column, but no reason") if $new !~ /^no column: \S+ \S+/;
        next;
    }
    $new =~ s/\s+#.*//;
    for my $column (split /,\s*/, $new) {
        fault("$where: $old leads to $column, which the dictionary lacks") if !$exists{$column};
    }
}

my %needed;
for (lines($needed)) {
    my ($where, $old) = @$_;
    fault("$where: $old is asked for twice") if $needed{$old}++;
    fault("$where: $old is needed, but the vocabulary does not say where it is") if !$told{$old};
}
fault("$needed: names no column") if !%needed;
fault("$vocabulary: $_ is told but not needed") for grep { !$needed{$_} } sort keys %told;

exit($faults ? 1 : 0);
