#!/usr/bin/env perl
# The statements of a dozen banks (MT940, MT942), read and footed: which of them foot, which do not and
# by how much, and which have no closing balance. tests/data/mt940.expected lists them all; it was made by
# hand and by another program, and says what the files hold, not what flowaudit said of them.
# A file is one filing here. What cannot be kept (no account is named) is told from the rejected record.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Find;
use File::Temp qw(tempdir);
use FindBin;

my $build = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
my $data = ($ENV{SHARED_DATA} // "$source/../shared/data") . '/mt940/mt940_tests';
if (!-d $data) {
    print "skipped: no $data\n";
    exit 77;
}
my $folder = tempdir(CLEANUP => 1);

# File, ordinal, currency, opening, closing, lines, verdict, difference; or file, refused, code.
my (%expected, @faults);
open my $in, '<', "$source/tests/data/mt940.expected" or die "mt940.expected: $!\n";
while (<$in>) {
    next if /^(?:#|\s*$)/;
    my ($file, $rest) = /^(\S+)\s+(.*?)\s*$/ or die "mt940.expected:$.: not a line of the table\n";
    push @{$expected{$file}}, join ' ', split ' ', $rest;
}

sub csv {
    my ($line) = @_;
    my @fields;
    push @fields, defined $1 ? $1 =~ s/""/"/gr : $2
      while $line =~ /\G(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g;
    return @fields;
}

sub table {
    my ($stream, $name, @columns) = @_;
    my $text = `$build/flowaudit-view --table $name --columns @{[join ',', @columns]} $stream 2>$folder/view`;
    return () if $?; # the stream has no such table
    my @lines = $text =~ /((?:"(?:[^"]|"")*"|[^"\n])+)\n/g;
    shift @lines;
    return map { my %row; @row{@columns} = csv($_); \%row } @lines;
}

# 1234,5 and 000012,00 as a decimal of two places.
sub decimal {
    my ($text) = @_;
    my ($sign, $whole, $part) = $text =~ /^(-?)0*(\d+?)(?:,(\d*))?$/ or return '-';
    return sprintf '%s%s.%02d', $sign, $whole, substr(($part // '') . '00', 0, 2);
}

# The reader's record of a statement that was rejected.
sub rejected {
    my ($row) = @_;
    my @fields = csv($row->{raw} =~ s/\n.*//sr);
    my %field;
    @field{qw(record no message reference related account number_text number page currency interim
        from_day to_day opening opening_page closing)} = @fields;
    return \%field;
}

sub found {
    my ($path) = @_;
    my $profile = $path =~ /raiffeisen/ ? 'mt940-cp852' : 'mt940';
    my $status = system "$build/flowaudit-ingest --profile $source/profiles/$profile.profile $path "
      . ">$folder/in.fa 2>$folder/errors";
    if ($status) {
        my $errors = do { open my $file, '<', "$folder/errors" or die; local $/; <$file> };
        return $status >> 8 == 4 && $errors =~ /error: .*\[([A-Z0-9-]+)\]/ ? "refused $1" : "fails: $errors";
    }
    system("$build/flowaudit-reconcile $folder/in.fa >$folder/out.fa 2>/dev/null") == 0 or return 'reconcile fails';
    my (%lines, %break, @found);
    $lines{$_->{period_id}}++ for table("$folder/out.fa", 'statement', 'period_id');
    for my $break (table("$folder/out.fa", 'break', qw(class reference amount direction))) {
        next if $break->{class} !~ /^(?:footing|no_balance)$/;
        my $sign = $break->{direction} eq 'debit' ? '-' : '';
        $break{$break->{reference}} = [$break->{class}, $break->{class} eq 'footing' ? "$sign$break->{amount}" : '-'];
    }
    for my $period (table("$folder/out.fa", 'statement_period', qw(period_id kind currency opening closing))) {
        my ($no) = $period->{period_id} =~ /#(\d+)$/;
        my ($verdict, $difference) = @{$break{$period->{period_id}} // [$period->{kind} eq 'booked' ? 'foots' : 'interim', '-']};
        $found[$no] = join ' ', $no, $period->{currency}, map({ length $period->{$_} ? $period->{$_} : '-' } qw(opening closing)),
          $lines{$period->{period_id}} // 0, $verdict, $difference;
    }
    my @rejected = map { rejected($_) } table("$folder/out.fa", 'reject', qw(table raw));
    my %rejected_lines;
    $rejected_lines{$_->{no}}++ for grep { $_->{record} eq 'line' } @rejected;
    for my $record (grep { $_->{record} eq 'statement' } @rejected) {
        $found[$record->{no}] = join ' ', $record->{no}, length $record->{currency} ? $record->{currency} : '-',
          decimal($record->{opening}), decimal($record->{closing}), $rejected_lines{$record->{no}} // 0,
          $record->{closing} eq '' ? 'no_balance' : 'unknown', '-', 'rejected';
    }
    return grep { defined } @found;
}

my %there;
find({no_chdir => 1, wanted => sub { $there{substr $_, length($data) + 1} = 1 if /(?:\.sta|mt940[^\/]*\.txt)$/ }}, $data);
my ($statement_count, %verdicts) = (0);
for my $file (sort keys %{{%there, %expected}}) {
    push @faults, "$file is not in the table" if !$expected{$file};
    push @faults, "$file is not there" if !$there{$file};
    next if !$expected{$file} || !$there{$file};
    my @found = found("$data/$file");
    my @wanted = @{$expected{$file}};
    for my $i (0 .. ($#found > $#wanted ? $#found : $#wanted)) {
        my ($is, $should) = ($found[$i] // 'nothing', $wanted[$i] // 'nothing');
        push @faults, "$file: found $is, expected $should" if $is ne $should;
        my (undef, undef, $opening, undef, undef, $verdict) = split ' ', $is;
        next if !defined $verdict || $opening eq '-';
        $statement_count++;
        $verdicts{$verdict}++;
    }
}
print "$_\n" for @faults;
print "$statement_count statements with an opening balance: ", join(', ', map { "$verdicts{$_} $_" } sort keys %verdicts), "\n";
exit(@faults ? 1 : 0);
