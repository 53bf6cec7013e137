#!/usr/bin/env perl
# Writes flowaudit-codes(7) from the table of codes, so that page and program cannot differ.
# Usage: make-codes-page.pl CODES.DEF VERSION > flowaudit-codes.7
use strict;
use warnings;
use utf8;

my ($path, $version) = @ARGV;
die "usage: $0 CODES.DEF VERSION\n" if !defined $version;
open my $in, '<:encoding(UTF-8)', $path or die "$path: $!\n";
my $table = do { local $/; <$in> };
binmode STDOUT, ':encoding(UTF-8)';

my %endings = (
    FA_OK     => 'Warning, note or rejected row: the tool goes on.',
    FA_EUSAGE => 'Ends with status 2.',
    FA_ERULES => 'Ends with status 3.',
    FA_EINPUT => 'Ends with status 4.',
    FA_EIO    => 'Ends with status 5.',
    FA_ELIMIT => 'Ends with status 6.',
    FA_EDEFECT => 'Ends with status 7.',
);

sub roff {
    my ($text) = @_;
    $text =~ s/\\"/"/g;
    $text =~ s/\\/\\e/g;
    $text =~ s/-/\\-/g;
    $text =~ s/^([.'])/\\&$1/gm;
    return $text;
}

sub sentence { return roff(ucfirst $_[0]) . ".\n" }

print <<'ROFF' =~ s/\@VERSION\@/$version/r;
.\" Made from lib/base/codes.def by man/make-codes-page.pl; changes belong there.
.TH FLOWAUDIT\-CODES 7 2026-11-22 "flowaudit @VERSION@" "Miscellaneous Information Manual"
.SH NAME
flowaudit\-codes \- what the code behind a message means
.SH DESCRIPTION
Every message of
.BR flowaudit (7)
ends with a code in brackets.
A code never changes its meaning, so a script may look for it; the words before it may change.
Of one code 20 messages are printed, all are counted, and the last line says how many more there were.
ROFF

my $string = qr/"((?:[^"\\]|\\.)*)"/;
my $count = 0;
while ($table =~ m{^/\* --- (.*?) --- \*/|^FA_CODE\(\s*\w+,\s*$string,\s*(\w+),\s*$string,\s*$string\s*\)}gm) {
    if (defined $1) {
        print '.SH ', uc roff($1 =~ s/^the //r), "\n";
        next;
    }
    my ($name, $status, $meaning, $remedy) = ($2, $3, $4, $5);
    die "$path: $name: unknown status $status\n" if !$endings{$status};
    print ".TP\n.B ", roff($name), "\n", sentence($meaning), "$endings{$status}\n", sentence("to do: $remedy");
    $count++;
}
my $expected = () = $table =~ /^FA_CODE\(/gm;
die "$path: read $count of $expected codes\n" if $count != $expected;

print <<'ROFF';
.SH SEE ALSO
.BR flowaudit (7)
ROFF
close STDOUT or die "write: $!\n";
