#!/usr/bin/env perl
# Gives each fuzz target its corpus, and what small changes make of it. Run in the build tree; with
# names of targets, only those.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;
use IO::Compress::Gzip;
use lib "$FindBin::Bin/camt";
use Samples;

my $source = abs_path("$FindBin::Bin/..");
my $build = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
chdir $folder or die "$folder: $!\n";

# The CSV target reads its width and the size of pieces from the first byte.
my @csv;
for my $file (glob "$source/tests/filings/payment-2025-01-clean/*.csv") {
    open my $in, '<:raw', $file or die "$file: $!\n";
    read $in, my $start, 1500;
    my $name = 'csv' . @csv;
    open my $out, '>:raw', $name or die;
    print $out chr(7 + 31 * @csv & 255), $start;
    close $out or die;
    push @csv, $name;
}

# That of JSON where its records are; that of fixed lines how long they are, and their encoding.
my (@json, @fixed);

sub seed {
    my ($names, $kind, @parts) = @_;
    my $name = $kind . @$names;
    open my $out, '>:raw', $name or die;
    print $out @parts;
    close $out or die;
    push @$names, $name;
}
open my $documents, '<:raw', "$source/tests/corpus/json-seeds.txt" or die;
while (my $document = <$documents>) {
    seed(\@json, 'json', chr, $document) for 0 .. 8;
}
for my $length (2, 5, 8, 17) {
    for my $encoding (0 .. 2) {
        my $line = substr "12\xD6\xD045\xE4\xB8\xAD67890123456", 0, $length;
        seed(\@fixed, 'fixed', chr(($length - 2) * 3 + $encoding), "$line\r\n$line\n\n12\n$line");
    }
}

# That of encodings which one, and how many bytes come at a time.
my @encoding;
for my $way (0 .. 15) {
    seed(\@encoding, 'encoding', chr($way * 17), $_)
        for "a,\xD6\xD0\xB9\xFA\x81\x30\x84\x36\x95\x32\x90\x31,1,234.50\r\n\xA6\xD9\x84\x31\x82\x36",
            "\xFF\xFE1\0,\0\x2D\x4E\x40\xD8\x07\xDC\r\0\n\0", "\0a\0b\0c\0d\x4E\x2D\xD8\x40\xDC\x07",
            "\xEF\xBB\xBF1\xE2\x80\x8B,\xEF\xBC\x91,\xEF\xBF\xA512\xE4\xB8\x87\xE5\x85\x83";
}

sub write_file {
    my ($name, $bytes) = @_;
    open my $out, '>:raw', $name or die "$name: $!\n";
    print $out $bytes;
    close $out or die;
    return $name;
}

# The .gz target reads its step from the first byte. Blocks of each kind, several members, a header
# with all that may stand in it.
my $text = join '', map { "$_,2025-01-01," . $_ * 7919 % 1000 . "\n" } 1 .. 200;
sub gzipped {
    my ($bytes, %options) = @_;
    IO::Compress::Gzip::gzip(\$bytes => \my $packed, %options) or die "gzip fails\n";
    return $packed;
}
my @gzip = (
    write_file('gzip0', "\7" . gzipped($text)),
    write_file('gzip1', "\60" . gzipped($text, -Level => 0)),
    write_file('gzip2', "\0" . gzipped($text, -Strategy => 4) . gzipped('') . gzipped('x')),
    write_file('gzip3', "\377" . gzipped($text, -Name => 'a', -Comment => 'b', -HeaderCRC => 1,
        -ExtraField => [ab => 'cd'])),
);

# Archives: deflated, stored, folders, a name in GBK, a comment, zip64, an archive in an archive, a .gz.
sub archive {
    my ($name, @arguments) = @_;
    open my $archive, '-|', $^X, "$source/tests/make-archive.pl", @arguments or die "$!\n";
    local $/;
    return write_file($name, scalar <$archive>);
}
write_file('text', $text);
my @zip = (
    archive('zip0', 'bank/', '', 'bank/flow.csv', '@text', 'readme,store', 'read me'),
    archive('zip1', '--comment', 'PK', "\316\304\274\376,mode=0100644", '@text', 'a,again', ''),
    archive('zip2', '--zip64', 2, 'flow.csv,utf8', '@text', 'flow.csv.gz', '@gzip0'),
);
push @zip, archive('zip3', 'zip0.zip,store', '@zip0', 'zip1.zip', '@zip1');

# Statements of the oldest version and the newest, with and without a prefix.
my @camt = glob "$source/tests/corpus/camt/*";
for my $case (['053', 1, ''], ['052', 4, 'b'], ['054', 8, '']) {
    my $name = 'camt' . @camt;
    open my $out, '>:raw', $name or die;
    print $out Samples::sample(@$case);
    close $out or die;
    push @camt, $name;
}

# The first byte of a workbook's seed says that it is a whole file, or which part of one.
my @sheet;
for my $case (qw(values prefixed hidden old-values)) {
    open my $book, '-|', $^X, "$source/tests/sheet/make.pl", $case or die "$!\n";
    local $/;
    my $bytes = <$book>;
    seed(\@sheet, 'sheet', chr 6, $bytes);
    my @parts = (qr/worksheet/, qr/sst/, qr/styleSheet/, qr/workbook/, qr/Relationships/, qr/Relationships/);
    for my $idx (0 .. $#parts) {
        seed(\@sheet, 'sheet', chr $idx, $1) if $bytes =~ /(<\?xml[^>]*><(?:x:)?$parts[$idx]\b.*?$parts[$idx]>)/s;
    }
}

# A profile, a line that parts them, and the file that it maps; the first byte is a window's size.
my @map;
for my $name ('bank', 'bills') {
    my @parts = map { open my $in, '<:raw', "$source/tests/profiles/$name.$_" or die; local $/; <$in> } qw(profile csv);
    seed(\@map, 'map', chr 40, $parts[0], "====\n", $parts[1]);
}

my @rules = glob "$source/rulesets/*/*.rules $source/tests/rules/*.rules $source/tests/rules/bad/*.rules";
# Small rules with their tests; each seventh case, other ones in each topic.
my @cases = glob "$source/tests/conformance/*/*.rules";
my @evaluated = @cases[grep { $_ % 7 == 0 } 0 .. $#cases];
my @profiles = glob "$source/profiles/*.profile $source/tests/profiles/*.profile $source/tests/profiles/bad/*.profile";
my @schemes = glob "$source/schemes/*.scheme $source/tests/schemes/*.scheme $source/tests/schemes/bad/*.scheme";
# Waivers of each scope and cap, one that lacks all, and one of a rule that stands twice.
my @waivers = map { my ($name, @lines) = @$_; write_file($name, join '', map { "$_\n" } "waiver W-$name", (map { "  $_" } @lines), 'end') }
    ['waiver0', 'rule R', 'keys party = "li", day = "2022-01-02"', 'owner "Head"', 'approver "Desk"', 'reason "it is known"',
        'cite "letter 1"', 'from 2022-01-01', 'expires 2022-12-31', 'cap 50000.00 CNY each'],
    ['waiver1', 'rule R', 'keys any', 'cap none', 'expires 2022-12-31 # for good'],
    ['waiver2', 'rule R', 'keys subject "a|b"', 'cap 0.01 CNY in all'],
    ['waiver3', 'keys fingerprint "00112233445566778899aabbccddeeff"'], ['waiver4'];

my %corpora = (
    camt => [500, @camt],
    csv => [1000, @csv],
    encoding => [500, @encoding],
    evaluate => [30, @evaluated],
    fixed => [1000, @fixed],
    json => [200, @json],
    gzip => [2000, @gzip],
    map => [400, @map],
    manifest => [20000, glob "$source/tests/corpus/*.manifest"],
    mt940 => [4000, glob "$source/tests/corpus/mt940/*"],
    profile => [1000, @profiles],
    rules => [50, @rules],
    scheme => [1000, @schemes],
    sheet => [500, @sheet],
    values => [4000, "$source/tests/corpus/values.txt"],
    waivers => [4000, @waivers],
    zip => [2000, @zip],
);
if (-x "$build/flowaudit-ingest") {
    system("$build/flowaudit-ingest $source/tests/filings/payment-2025-01-clean -o stream 2>/dev/null") == 0 or die "ingest fails\n";
    $corpora{stream} = [2000, 'stream'];
}

my $failed = 0;
for my $target (@ARGV ? @ARGV : sort keys %corpora) {
    my ($changes, @files) = @{$corpora{$target}};
    die "$target: no corpus\n" if !@files;
    my $status = system "$build/tests/fuzz/fuzz_$target", $changes, @files;
    next if $status == 0;
    print "$target: ended with ", $status & 127 ? 'signal ' . ($status & 127) : 'status ' . ($status >> 8),
        "; FUZZ_KEEP=1 tests/fuzz/fuzz_$target $changes FILE... leaves the input in \"crash\"\n";
    $failed++;
}
exit($failed ? 1 : 0);
