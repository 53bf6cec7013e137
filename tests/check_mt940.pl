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
my (%expected, %between, @faults);
open my $in, '<', "$source/tests/data/mt940.expected" or die "mt940.expected: $!\n";
while (<$in>) {
    next if /^(?:#|\s*$)/;
    my ($file, $rest) = /^(\S+)\s+(.*?)\s*$/ or die "mt940.expected:$.: not a line of the table\n";
    my $line = join ' ', split ' ', $rest;
    push @{$line =~ s/^between // ? $between{$file} //= [] : $expected{$file} //= []}, $line;
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

# What is wrong between statements, as in the table.
sub between {
    my @found;
    for my $break (table("$folder/out.fa", 'break', qw(class reference amount))) {
        push @found, "$1 $break->{class} $break->{amount}" if $break->{class} =~ /^(?:continuity|gap|overlap)$/ && $break->{reference} =~ /#(\d+)$/;
    }
    return sort @found;
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
    my ($is, $should) = (join(', ', between()), join(', ', sort @{$between{$file} // []}));
    push @faults, "$file: between statements found $is, expected $should" if $is ne $should;
    for my $i (0 .. ($#found > $#wanted ? $#found : $#wanted)) {
        my ($is, $should) = ($found[$i] // 'nothing', $wanted[$i] // 'nothing');
        push @faults, "$file: found $is, expected $should" if $is ne $should;
        my (undef, undef, $opening, undef, undef, $verdict) = split ' ', $is;
        next if !defined $verdict || $opening eq '-';
        $statement_count++;
        $verdicts{$verdict}++;
    }
}

# Files changed or put together: class, what is missing or repeated, how much of it, amount.
sub together {
    my ($what, $files, $expected) = @_;
    mkdir "$folder/filing" or die "$folder/filing: $!\n";
    while (my ($name, $text) = each %$files) {
        open my $out, '>', "$folder/filing/$name" or die "$name: $!\n";
        print $out $text;
        close $out or die "$name: $!\n";
    }
    system("$build/flowaudit-ingest --profile $source/profiles/mt940.profile $folder/filing 2>$folder/errors | "
          . "$build/flowaudit-reconcile 2>$folder/errors >$folder/out.fa; rm -r $folder/filing") == 0 or die "$what cannot be reconciled\n";
    my @found = map { "$_->{class} $_->{other} $_->{missing_count} $_->{amount}" }
      grep { $_->{class} =~ /^(?:continuity|gap|overlap)$/ } table("$folder/out.fa", 'break', qw(class other missing_count amount));
    my ($is, $should) = (join("\n", @found), join("\n", @$expected));
    push @faults, "$what: found\n$is\nexpected\n$should" if $is ne $should;
}
sub content { my ($name) = @_; open my $in, '<', "$data/$name" or die "$name: $!\n"; local $/; return scalar <$in> }

my $january = content('ASNB/mt940.txt');
my @days = grep { /:28C:/ } split /^(?=\{1:)/m, $january;
die "no 31 days in ASNB/mt940.txt\n" if @days != 31;
my @moves = ('65.00', ('0.00') x 3, '198.45', ('0.00') x 19, '1.65', ('0.00') x 3, '171.28', '0.00', '96.42');
together('a month', {'a.sta' => $january}, []);
together('a month without two days on which nothing moved and one on which something did',
    {'a.sta' => join '', @days[0 .. 8, 10, 12 .. 27, 29, 30]}, ['gap 10 1 0.00', 'gap 12 1 0.00', 'gap 29 1 171.28']);
together('a month without a weekend', {'a.sta' => join '', @days[0 .. 2, 5 .. 30]}, ['gap 4..5 2 198.45']);
together('a month twice', {'a.sta' => $january, 'b.sta' => content('ASNB/mt940_with_spaces_for_entry_date.txt')},
    [map { "overlap a.sta#$_  $moves[$_ - 1]" } 1 .. 31]);
together('all pages of a bank and some of them again', {'a.sta' => content('betterplace/sepa_mt9401.sta'), 'b.sta' => content('betterplace/sepa_snippet.sta')},
    ['overlap a.sta#21  358593.91', 'overlap a.sta#22  2501617.22']);
my @pages = split /^(?=:20:)/m, content('betterplace/sepa_mt9401.sta');
my @rest = grep { !m{:28C:00004/00002\r?\n:60M:D070904EUR3632585,04} } @pages;
die "no such page\n" if @rest != @pages - 1;
together('a page left out', {'a.sta' => join '', @rest}, ['gap 4/2 1 182316.43']);

print "$_\n" for @faults;
print "$statement_count statements with an opening balance: ", join(', ', map { "$verdicts{$_} $_" } sort keys %verdicts), "\n";
exit(@faults ? 1 : 0);
