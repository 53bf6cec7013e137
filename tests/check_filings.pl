#!/usr/bin/env perl
# Every file of the shared real data, by tests/corpus/filings.txt: read through its profile, and each of its
# records is accepted, rejected or left out, as many of each as the table says and together as many as
# this script finds in the file; or refused with the code that the table says. Statements in MT940 and
# camt have tables of their own. Run in the build tree; --update writes the table anew, for review.
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path getcwd);
use Encode qw(decode encode FB_CROAK);
use File::Find;
use File::Temp qw(tempdir);
use FindBin;
use IO::Uncompress::Unzip qw(unzip $UnzipError);

my $source = abs_path("$FindBin::Bin/..");
my $build = abs_path($ENV{BUILD} // getcwd());
my $data = $ENV{SHARED_DATA} // "$source/../shared/data";
my $table = "$source/tests/corpus/filings.txt";
if (!-d $data) {
    print "skipped: no $data\n";
    exit 77;
}
$data = abs_path($data);
my $folder = tempdir(CLEANUP => 1);
my $updates = @ARGV && $ARGV[0] eq '--update';

# --- records, counted without the program ---

# Delimited text: quotes hold separators and line breaks where a field begins with one.
sub count_text {
    my ($bytes) = @_;
    my $text = eval { decode('UTF-8', my $copy = $bytes, FB_CROAK) } // decode('cp936', $bytes);
    $text =~ s/^\x{FEFF}//;
    my $count = 0;
    while ($text =~ /\G((?:"(?:[^"]|"")*"[^,\r\n]*|[^,\r\n]*)(?:,(?:[ \t]*"(?:[^"]|"")*"[^,\r\n]*|[^,\r\n]*))*)(\r\n|\r|\n|\z)/g) {
        $count++ if length $1;
        last if $2 eq '';
    }
    return $count;
}

# Rows of a workbook's sheet that have a value.
sub count_sheet {
    my ($file) = @_;
    my ($sheet, $count) = ('', 0);
    unzip($file => \$sheet, Name => 'xl/worksheets/sheet1.xml') or die "$file: $UnzipError\n";
    while ($sheet =~ m{<row\b[^>]*?(?:/>|>(.*?)</row>)}gs) {
        $count++ if defined $1 && $1 =~ m{<v>|<v |<t>|<t };
    }
    return $count;
}

# NULL where only the program can read it: old workbooks.
sub count_records {
    my ($file) = @_;
    return undef if $file =~ /\.xls$/;
    return count_sheet($file) if $file =~ /\.xlsx$/;
    open my $in, '<:raw', $file or die "$file: $!\n";
    local $/;
    return count_text(scalar <$in>);
}

# --- records, as the program counts them ---

# "TABLE N accepted, N rejected, N left out" for each table; or "refused CODE", of the first error.
sub outcome {
    my ($file, $profile) = @_;
    my $option = $profile eq '-' ? '' : "--profile '$source/profiles/$profile.profile'";
    my $messages = qx($build/flowaudit-ingest $option '$file' -o '$folder/stream' 2>&1);
    return $messages =~ /error: .*?\[([A-Z0-9-]+)\]/s ? "refused $1" : "failed: $messages" if $?;
    my ($header, @sources) = split /\n/, qx($build/flowaudit-view --sources '$folder/stream');
    my $physical = count_records($file);
    my @parts;
    for my $source (@sources) {
        my %of;
        @of{split /,/, $header} = split /,/, $source, -1;
        my $sum = $of{accepted} + $of{rejected} + $of{ignored} + $of{other};
        return "$of{table}: $sum records, not $of{records}" if $sum != $of{records};
        # The header is none of them.
        return "$of{table}: $of{records} records, not " . ($physical - 1) if defined $physical && $of{records} != $physical - 1;
        push @parts, "$of{table} $of{accepted} accepted, $of{rejected} rejected, $of{ignored} left out"
          . ($of{other} ? ", $of{other} of other tables" : '');
    }
    return join '; ', @parts;
}

# --- the table ---

my (%listed, @lines);
# Names and table are bytes throughout.
open my $in, '<:raw', $table or die "$table: $!\n";
while (my $line = <$in>) {
    chomp $line;
    push @lines, $line;
    next if $line =~ /^(#|$)/;
    my ($file, $profile, $expected) = split / \| /, $line;
    $listed{$file} = [$profile, $expected];
}
close $in;

my @found;
find({no_chdir => 1, wanted => sub {
    return if !-f;
    my $name = substr $File::Find::name, 1 + length $data;
    push @found, $name if $name !~ m{(^|/)(LICENSE[^/]*|SOURCE\.txt|README\.md)$} && $name !~ m{^(mt940|camt)/};
}}, $data);

my $failed = 0;
my %new;
for my $name (sort @found) {
    my ($profile, $expected) = @{$listed{$name} // ['-', 'not listed']};
    my $outcome = outcome("$data/$name", $profile);
    $new{$name} = "$name | $profile | $outcome";
    next if $outcome eq $expected;
    print "$name: $outcome\n    expected: $expected\n";
    $failed++;
}
my %is_there = map { $_ => 1 } @found;
for my $name (sort keys %listed) {
    next if $is_there{$name};
    print "$name: there is no such file\n";
    $failed++;
}
# Bills whose headings were made to agree with their bodies, which contributors had edited.
sub check_mended {
    my ($name, $profile, $encoding, $expected, @changes) = @_;
    open my $in, '<:raw', "$data/$name" or die "$name: $!\n";
    local $/;
    my $text = decode($encoding, scalar <$in>);
    while (my ($from, $to) = splice @changes, 0, 2) {
        $text =~ s/\Q$from/$to/ or die "$name: nothing to mend\n";
    }
    open my $out, '>:raw', "$folder/mended.csv" or die;
    print $out encode($encoding, $text);
    close $out or die;
    my $outcome = outcome("$folder/mended.csv", $profile);
    return if $outcome eq $expected;
    print "$name with its heading mended: $outcome\n    expected: $expected\n";
    $failed++;
}

check_mended('cn-bills/example/alipay/example-alipay-records.csv', 'alipay', 'cp936', 'statement 7 accepted, 0 rejected, 25 left out',
    '共66笔记录' => '共10笔记录', '1笔 28.50元' => '1笔 222228.50元', '63笔 16.54元' => '5笔 211.64元', '2笔 16.37元' => '4笔 247.37元');
check_mended('cn-bills/example/wechat/example-wechat-records.csv', 'wechat-pay', 'UTF-8', 'statement 16 accepted, 0 rejected, 27 left out',
    '共43笔记录' => '共27笔记录', '1笔 0.35元' => '5笔 28.49元', '1笔 28.16元' => '11笔 2904.53元', '0笔 0.00元' => '11笔 26100.89元');

if ($updates) {
    open my $out, '>:raw', $table or die "$table: $!\n";
    print $out "$_\n" for grep { /^#/ } @lines;
    print $out "$new{$_}\n" for sort keys %new;
    close $out or die;
}
print scalar @found, " files, $failed not as they must be\n";
exit($failed && !$updates ? 1 : 0);
