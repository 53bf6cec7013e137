#!/usr/bin/env perl
# Makes the tables of lib/intake/gb18030.h from lib/intake/gb18030.txt.
use strict;
use warnings;

my ($path) = @ARGV;
open my $in, '<:encoding(UTF-8)', $path or die "$path: $!\n";
my (@two, %first_edition);
while (<$in>) {
    chomp;
    next if /^#/;
    if (/^([0-9A-F]{2}) (.{190})\z/) {
        die "$path:$.: first byte $1 is out of order\n" if hex($1) != 0x81 + @two / 190;
        push @two, map { ord } split //, $2;
    } elsif (/^([0-9A-F]{2})([0-9A-F]{2}) ([0-9A-F]{4})\z/) {
        my $place = hex($2) - ($2 gt '7F' ? 0x41 : 0x40);
        $first_edition{(hex($1) - 0x81) * 190 + $place} = hex $3;
    } else {
        die "$path:$.: neither a row of 190 characters nor a code with its first code point\n";
    }
}
die "$path: ", scalar @two, " characters, expected 126 rows of 190\n" if @two != 126 * 190;

# The code points that four-byte codes stand for, as runs: where one begins and its first code point.
my %covered = map { ($first_edition{$_} // $two[$_]) => 1 } 0 .. $#two;
my ($number, $previous, @runs) = (0, -1);
for my $point (0x80 .. 0xD7FF, 0xE000 .. 0xFFFF) {
    next if $covered{$point};
    push @runs, [$number, $point] if $point != $previous + 1;
    $previous = $point;
    $number++;
}
# 8135F437, too, changed places with a two-byte code in 2005: A8BC.
my %now = map { $_ => 1 } @two;
my $swapped = 0x1E3F;
my $swapped_to = $first_edition{(0xA8 - 0x81) * 190 + 0xBC - 0x41};
my @split;
for my $i (0 .. $#runs) {
    my ($from, $point) = @{ $runs[$i] };
    my $count = ($i < $#runs ? $runs[ $i + 1 ][0] : $number) - $from;
    if ($swapped < $point || $swapped >= $point + $count) {
        push @split, [$from, $point];
        next;
    }
    my $at = $from + $swapped - $point;
    push @split, [$from, $point] if $at > $from;
    push @split, [$at, $swapped_to];
    push @split, [$at + 1, $swapped + 1] if $at + 1 < $from + $count;
}

my @bits = (0) x 8192;
$bits[$_ >> 3] |= 1 << ($_ & 7) for keys %now;

sub rows {
    my @items = @_;
    my $text = '';
    $text .= '    ' . join(', ', splice @items, 0, 12) . ",\n" while @items;
    return $text;
}

print qq{#include "intake/gb18030.h"\n\n};
print "const uint16_t fa_gb18030_two[FA_GB18030_TWO_COUNT] = {\n", rows(@two), "};\n\n";
print "const uint8_t fa_gb18030_has_two[8192] = {\n", rows(@bits), "};\n\n";
print "const struct fa_gb18030_run fa_gb18030_runs[] = {\n",
  rows(map { "{$_->[0], $_->[1]}" } @split), "};\n";
print 'const size_t fa_gb18030_run_count = ', scalar @split, ";\n";
print "const uint32_t fa_gb18030_four_count = $number;\n";
