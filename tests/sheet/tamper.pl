#!/usr/bin/env perl
# Copies a workbook, one part of it changed: what somebody does who wants a report to say something else.
#
#     tamper.pl FROM TO PART EXPRESSION
#
# PART is a part's name in the zip, or the name of a sheet; EXPRESSION is perl that changes $_, the
# part's bytes, or undefines it to leave the part out.
use strict;
use warnings;
use Compress::Raw::Zlib;

my ($from, $to, $part, $expression) = @ARGV;
open my $in, '<:raw', $from or die "$from: $!\n";
my $zip = do { local $/; <$in> };
my ($count, undef, $at) = unpack 'v V V', substr $zip, rindex($zip, "PK\5\6") + 10, 10;
my (@names, %content);
for (1 .. $count) {
    my ($method, $packed, $size, $name_size, $extra, $comment, $header) =
      unpack 'x10 v x8 V V v v v x8 V', substr $zip, $at, 46;
    my $name = substr $zip, $at + 46, $name_size;
    my ($own_name, $own_extra) = unpack 'v v', substr $zip, $header + 26, 4;
    my $bytes = substr $zip, $header + 30 + $own_name + $own_extra, $packed;
    if ($method == 8) {
        my $inflate = Compress::Raw::Zlib::Inflate->new(-WindowBits => -15);
        my $plain = '';
        $inflate->inflate($bytes, $plain);
        $bytes = $plain;
    }
    push @names, $name;
    $content{$name} = $bytes;
    $at += 46 + $name_size + $extra + $comment;
}
if (!defined $content{$part}) {
    my ($id) = $content{'xl/workbook.xml'} =~ /<sheet name="\Q$part\E"[^>]* r:id="(\w+)"/ or die "no sheet $part\n";
    my ($target) = $content{'xl/_rels/workbook.xml.rels'} =~ /<Relationship Id="$id"[^>]* Target="([^"]+)"/;
    $part = "xl/$target";
}
for ($content{$part}) {
    my $before = $_;
    eval $expression;
    die $@ if $@;
    die "nothing was changed\n" if defined $_ && $_ eq $before;
}

my ($body, $directory, $kept) = ('', '', 0);
for my $name (grep { defined $content{$_} } @names) {
    my $bytes = $content{$name};
    my $fields = pack 'v v v v v V V V v v', 20, 0, 0, 0, 0x21, crc32($bytes), length $bytes, length $bytes,
      length $name, 0;
    $directory .= "PK\1\2" . pack('v', 20) . $fields . pack('v v v V V', 0, 0, 0, 0, length $body) . $name;
    $body .= "PK\3\4$fields$name$bytes";
    $kept++;
}
open my $out, '>:raw', $to or die "$to: $!\n";
print $out $body, $directory,
  "PK\5\6" . pack 'v v v v V V v', 0, 0, $kept, $kept, length $directory, length $body, 0;
close $out or die "$to: $!\n";
