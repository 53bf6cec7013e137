#!/usr/bin/env perl
# Writes flowaudit-ledger(5) from the data dictionary, so that page and program cannot differ.
# Usage: make-ledger-page.pl DICTIONARY VERSION > flowaudit-ledger.5
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Dictionary;

my ($path, $version) = @ARGV;
die "usage: $0 DICTIONARY VERSION\n" if !defined $version;
my @tables = Dictionary::load($path);
my $page   = '';

sub roff {
    my ($text) = @_;
    $text =~ s/\\/\\e/g;
    $text =~ s/-/\\-/g;
    $text =~ s/^([.'])/\\&$1/gm;
    return $text;
}

sub bold { return '\fB' . roff($_[0]) . '\fR' }

sub list {
    my @words = map { bold($_) } @_;
    return $words[0] if @words == 1;
    return join(', ', @words[ 0 .. $#words - 1 ]) . " and $words[-1]";
}

sub type {
    my ($c) = @_;
    my @parts = $c->{type} eq 'id' ? 'id of ' . bold($c->{table}) : $c->{type};
    push @parts, 'required' if $c->{required};
    push @parts, 'may be below zero' if $c->{signed};
    push @parts, "masked as $c->{mask}" if $c->{mask};
    return join ', ', @parts;
}

sub table {
    my ($t) = @_;
    my @facts = ('Key: ' . list(@{ $t->{key} }) . '.');
    push @facts, 'Clock: ' . bold($t->{clock}) . '.' if $t->{clock};
    push @facts, 'In force from ' . bold($t->{interval}[0]) . ' to ' . bold($t->{interval}[1]) . '.'
      if $t->{interval};
    push @facts, 'Read in the order of ' . bold($t->{by}) . '; may be larger than memory.' if $t->{by};
    push @facts, 'Written by ' . bold("flowaudit $t->{written}") . '.' if $t->{written};

    $page .= ".SS $t->{name}\n" . roff($t->{meaning}{en}) . " ($t->{meaning}{zh}).\n";
    $page .= "$_\n" for @facts;
    for my $c (@{ $t->{columns} }) {
        $page .= ".TP\n" . bold($c->{name}) . '  ' . type($c) . "\n";
        $page .= "$c->{zh}: " . roff($c->{en}) . ".\n";
        $page .= 'One of ' . join(', ', map { bold($_) } @{ $c->{values} }) . ".\n" if $c->{values};
    }
}

# What no table holds: how a file and a value are written.
$page .= <<'ROFF' =~ s/\@VERSION\@/$version/r;
.\" Made from lib/ledger/dictionary.txt by man/make-ledger-page.pl; changes belong there.
.TH FLOWAUDIT\-LEDGER 5 2026-11-22 "flowaudit @VERSION@" "File formats"
.SH NAME
flowaudit\-ledger \- tables and columns of a ledger
.SH DESCRIPTION
A filing holds tables; each table holds rows of the columns listed here.
The tools read them, check them and pass them on as a ledger stream; rules name them.
Nothing else exists: a column that is not listed here, or declared by a ruleset, is an error.
.PP
A row belongs to the
.B filer
of its file, a hidden column of every table.
Keys are unique within a filer.
A key that is there twice with equal content is counted.
With different content, whatever looks it up gets no answer, and the key is listed.
A reference that finds nothing is a missing value and is counted.
.PP
Where a key ends with
.BR since ,
there may be several rows for one id, each describing it from that day on.
.PP
The
.I clock
of a table orders its rows in time and chooses the law that a row is judged by.
A row with an
.I interval
is in force from its start to its end: dates count both ends, times exclude the end, and a missing
end is open.
.SH CANONICAL CSV
Files are recognised by name
.RB ( flow.csv ,
.BR statement.csv ,
\&...) or named in the manifest.
The encoding is UTF\-8, with or without a byte order mark.
The first record is the header; it names the columns, in any order.
Fields are separated by commas.
A field that holds a comma, a quote or a line break stands in double quotes, and a quote within it is
doubled (RFC 4180).
Lines end with a line feed, or a carriage return and a line feed; the last one may lack its end.
.PP
An empty field is a missing value; there is no empty text.
Columns that are not required may be left out of the file.
Blanks around a field belong to it, and a quote inside an unquoted field rejects the record.
A profile may declare otherwise.
.PP
A record that cannot be accepted is kept as a row of
.BR reject ,
with its place, the reason and a permanent code; see
.BR flowaudit\-codes (7).
Reading resumes behind the next line break.
A quote that is still open at the end of the file refuses the file.
.SH TYPES
.TP
.B id
The name of a row of the table that is told, as the filing writes it.
.TP
.B key
The row's own name, or that of another row, as the filing writes it.
.TP
.B text
Any text without control characters.
.TP
.B enum
One of the words listed, in exactly this spelling.
.TP
.B set
Words separated by
.BR ; .
Their order means nothing; one that is there twice counts once.
.TP
.B bool
.B true
or
.BR false .
.TP
.B int
A whole number of at most 64 bits.
.TP
.B money
A decimal number with no more decimals than its currency has (ISO 4217), as
.BR 1234.50 .
There is no grouping, no exponent and no currency sign.
A minus sign is refused unless the column may be below zero.
The currency is that of the row, else of its account, its contract or the filing.
.TP
.B ratio
A decimal number or a percentage of at most nine decimals:
.B 0.145
and
.B 14.5%
are the same.
.TP
.B date
.BR 2025\-01\-31 .
.TP
.B time
.BR 2025\-01\-31T09:00:00+08:00 ,
with a blank in place of
.B T
if preferred.
Seconds and up to six decimals of them may be left out; so may the offset, when the manifest names
a zone.
.TP
.B duration
Days, hours, minutes and seconds, the biggest first, as
.BR 1d12h .
.TP
.B currency
Three capital letters of ISO 4217.
.SH MASKS
Ledgers hold clear values.
Reports show personal data masked, unless they are asked to reveal it:
.TP
.BR name ", " party
A person or organisation is
.BR P\-0001 ,
the same within one report.
.TP
.B number
The first six and the last four characters are shown, of ten or fewer the last four alone: so short an id
would else be shown whole.
Of four or fewer the last half is shown.
.TP
.B phone
The first three and the last four characters are shown, of seven or fewer the last ones as of a number.
.TP
.B text
The number of its characters is shown.
.PP
Messages of the tools show no more than the shape of such a value: 9 for a digit, a for a letter.
ROFF

$page .= ".SH TABLES OF A FILING\n";
table($_) for grep { !$_->{written} } @tables;
$page .= ".SH TABLES THAT THE TOOLS WRITE\nNo filing may contain them; rules and reports read them.\n";
table($_) for grep { $_->{written} } @tables;

$page .= <<'ROFF';
.SH SEE ALSO
.BR flowaudit (1),
.BR flowaudit\-ingest (1),
.BR flowaudit\-view (1),
.BR flowaudit\-rules (5),
.BR flowaudit\-stream (5),
.BR flowaudit\-codes (7)
ROFF

# A line of roff source has at most 80 bytes by custom; what follows a sentence starts a line.
sub wrapped {
    my ($line) = @_;
    return $line if $line =~ /^\./;
    my @lines = '';
    for my $word (split / /, $line) {
        my $longer = $lines[-1] eq '' ? $word : "$lines[-1] $word";
        if (bytes_of($longer) > 80 && $lines[-1] ne '') { push @lines, $word }
        else                                            { $lines[-1] = $longer }
    }
    return join "\n", @lines;
}

sub bytes_of {
    my ($text) = @_;
    utf8::encode($text);
    return length $text;
}

binmode STDOUT, ':encoding(UTF-8)';
print map { wrapped($_) . "\n" } split /\n/, $page;
