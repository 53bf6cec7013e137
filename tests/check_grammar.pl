#!/usr/bin/env perl
# Is every statement that the parser of rules files knows in the grammar of flowaudit-rules(5), and does the
# grammar define each thing it names? The words are read out of the parser's tables.
use strict;
use warnings;
use FindBin;

my $source = "$FindBin::Bin/..";

sub content {
    my ($name) = @_;
    open my $in, '<', $name or die "$name: $!\n";
    local $/;
    return scalar(<$in>) // '';
}

my ($grammar) = content("$source/man/flowaudit-rules.5") =~ /^\.SH "THE GRAMMAR IN FULL"\n(.*?)^\.SH /ms;
die "flowaudit-rules(5) has no grammar\n" if !defined $grammar;
my ($rules) = $grammar =~ /^\.EX\n(.*?)^\.EE/ms;
$rules =~ s/\\&//g;
$rules =~ s/\\-/-/g;

my ($faults, $statements) = (0, 0);
for my $file (glob("$source/lib/rules/syntax*.c")) {
    my $text = content($file);
    while ($text =~ /\bfa_statement \w+\[\] = \{(.*?)\n\};/gs) {
        my $table = $1;
        while ($table =~ /\{"([a-z ]+)", \d+, (\w+)/g) {
            my ($words, $parser) = ($1, $2);
            next if $parser eq 'NULL';    # refused by name
            $statements++;
            next if index($rules, "\"$words\"") >= 0;
            printf "%s: the grammar lacks the statement '%s'\n", $file =~ s/.*\/lib/lib/r, $words;
            $faults++;
        }
    }
}

# Words that the lexer makes; the page says in words what they are.
my %made = map { $_ => 1 } qw(eol word text number date time value cell zone);
my %defined = map { $_ => 1 } $rules =~ /^(\w+)\s+=/gm;
(my $bare = $rules) =~ s/"[^"]*"//g;
my %named;
$named{$_} = 1 for $bare =~ /\b[a-z]+\b/g;
for my $name (sort keys %named) {
    next if $made{$name} || $defined{$name};
    print "the grammar does not say what '$name' is\n";
    $faults++;
}
for my $name (grep { $_ ne 'file' } sort keys %defined) {
    my $uses = () = $bare =~ /\b$name\b/g;
    next if $uses > 1;
    print "nothing in the grammar uses '$name'\n";
    $faults++;
}
die "no statements were found\n" if !$statements;
exit($faults ? 1 : 0);
