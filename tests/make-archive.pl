#!/usr/bin/env perl
# Writes a zip archive to standard output: as programs make them, or as nobody should.
#
#     make-archive.pl [--tail TEXT] [--gap TEXT] [--zip64 COUNT] [--count COUNT] [--comment TEXT]
#         MEMBER...
#
# MEMBER is NAME[,KEY[=VALUE]]... CONTENT, two arguments; CONTENT is @FILE, or text in which \n is a
# line break. Keys: store (do not deflate), utf8 (bit 11), flags=N, dos (made there), mode=OCTAL,
# method=N, and what the archive says instead of the truth: size=N, packed=N, crc=N; again: the bytes
# of the member before; gap=TEXT: bytes of no member stand before it; descriptor: its checksum and
# sizes follow it.
# --gap puts bytes before all members, --tail behind the end.
# --zip64 writes a zip64 end record that announces COUNT members, --count the plain one.
use strict;
use warnings;
use Compress::Raw::Zlib;

my %option;
while (@ARGV && $ARGV[0] =~ /^--(tail|zip64|count|comment|gap)$/) {
    shift;
    $option{$1} = shift;
}

sub content {
    my ($content) = @_;
    return $content =~ s/\\n/\n/gr unless $content =~ s/^@//;
    open my $in, '<:raw', $content or die "$content: $!\n";
    local $/;
    return scalar(<$in>) // '';
}

sub packed {
    my ($bytes) = @_;
    my $deflate = Compress::Raw::Zlib::Deflate->new(-WindowBits => -15, -AppendOutput => 1);
    my $out = '';
    $deflate->deflate($bytes, $out);
    $deflate->flush($out);
    return $out;
}

binmode STDOUT;
my ($body, $directory, $count, $last) = ($option{gap} // '', '', 0, undef);
while (@ARGV) {
    my ($name, @keys) = split /,/, shift;
    my $bytes = content(shift);
    my %key = map { /^(\w+)(?:=(.*))?$/ ? ($1 => $2 // 1) : die "key $_?\n" } @keys;
    my $method = $key{method} // ($key{store} ? 0 : 8);
    my $data = $key{store} ? $bytes : packed($bytes);
    my $flags = ($key{flags} // 0) | ($key{utf8} ? 0x800 : 0);
    $flags |= 8 if $key{descriptor};
    my $attributes = $key{mode} ? oct($key{mode}) << 16 : 0;
    my $known = pack 'v4 V3', $flags, $method, 0, 0x5821, $key{crc} // crc32($bytes),
        $key{packed} // length $data, $key{size} // length $bytes;
    $body .= $key{gap} // '';
    my $at = length $body;
    if ($key{again}) {
        ($at, $known) = @$last;
    } else {
        $body .= pack('a4 v', "PK\3\4", 20) . $known . pack('v2', length $name, 0) . $name . $data;
        $body .= "PK\7\x08" . substr $known, 8 if $key{descriptor};
    }
    $last = [$at, $known];
    $directory .= pack('a4 v2', "PK\1\2", ($key{dos} ? 0 : 3) << 8 | 20, 20) . $known
        . pack('v5 V2', length $name, 0, 0, 0, 0, $attributes, $at) . $name;
    $count++;
}
my $start = length $body;
print $body, $directory;
if (defined $option{zip64}) {
    my $at = $start + length $directory;
    print pack('a4 Q< v2 V2 Q<4', "PK\6\6", 44, 45, 45, 0, 0, $option{zip64}, $option{zip64},
        length $directory, $start);
    print pack('a4 V Q< V', "PK\6\7", 0, $at, 1);
    ($count, $start) = (0xFFFF, 0xFFFFFFFF);
}
$count = $option{count} // $count;
my $comment = $option{comment} // '';
print pack('a4 v4 V2 v', "PK\5\6", 0, 0, $count, $count, length $directory, $start, length $comment),
    $comment, $option{tail} // '';
