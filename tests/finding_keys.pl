#!/usr/bin/env perl
# What was found, and what must be found, as lines that can be compared: one sorted line for each
# finding (rule, subject, side, first day), each break (class, account, direction, row), each rejected
# record (code, file, number), and each rule that could not be tested or found something in doubt.
#
#     finding_keys.pl RESULTS.ndjson|expected.csv
#
# The results must have been written with --reveal: subjects are compared as they are.
use strict;
use warnings;
use JSON::PP;

sub of_expected {
    my ($line) = @_;
    my ($what, $id, $subject, $side, $first, undef, undef, undef, $keys) = split /,/, $line, -1;
    return join ',', $what, $id, $subject, $side, $first if $what eq 'finding';
    return join ',', $what, $id, $subject, $keys if $what eq 'reject';
    return "$what,$id" if $what eq 'not_testable' || $what eq 'indeterminate';
    return join ',', $what, $id, $subject, $side, (split / /, $keys)[0];
}

# A subject has its parts with '|' between them; the second is the side, where there is one.
sub of_result {
    my ($line) = @_;
    my $row = JSON::PP->new->decode($line); # bytes stay bytes
    if ($row->{type} eq 'reject') {
        return join ',', 'reject', $row->{code}, $row->{source}, $row->{record_no};
    }
    if ($row->{type} eq 'rule') {
        return $row->{state} eq 'not_testable' ? "not_testable,$row->{rule}" : undef;
    }
    if ($row->{type} eq 'finding') {
        return "indeterminate,$row->{rule}" if $row->{outcome} eq 'indeterminate';
        my ($subject, $side) = split /\|/, $row->{subject} // '';
        $side = '' if ($side // '') !~ /^(?:credit|debit)$/;
        return join ',', 'finding', $row->{rule}, $subject // '', $side,
          substr($row->{first_time} // '', 0, 10);
    }
    return if $row->{type} ne 'break';
    return join ',', 'break', $row->{class}, $row->{account}, $row->{direction} // '',
      $row->{flow} // $row->{statement} // $row->{date};
}

my ($path) = @ARGV;
die "usage: finding_keys.pl RESULTS.ndjson|expected.csv\n" if @ARGV != 1;
open my $in, '<', $path or die "$path: $!\n";
my $is_expected = $path =~ /\.csv$/;
<$in> if $is_expected;
my %keys;
while (my $line = <$in>) {
    chomp $line;
    my $key = $is_expected ? of_expected($line) : of_result($line);
    $keys{$key} = 1 if defined $key;
}
print "$_\n" for sort keys %keys;
