#!/usr/bin/env perl
# The parts of a workbook, unpacked, one a line.
#
#     parts.pl WORKBOOK
use strict;
use warnings;
use IO::Uncompress::Unzip qw($UnzipError);

my $zip = IO::Uncompress::Unzip->new($ARGV[0]) or die "$ARGV[0]: $UnzipError\n";
my $is_more = 1;
while ($is_more > 0) {
    local $/;
    my $part = <$zip> // '';
    print $part =~ tr/\n/ /r, "\n";
    $is_more = $zip->nextStream;
}
