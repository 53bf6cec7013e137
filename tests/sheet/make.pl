#!/usr/bin/env perl
# Writes a workbook for tests to standard output.
#
# usage: make.pl CASE
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Workbook qw(zip workbook sheet row part old_workbook compound);

sub number { my ($place, $text, $more) = @_; return qq{<c r="$place" } . ($more // '') . "><v>$text</v></c>" }
sub shared { my ($place, $idx) = @_; return number($place, $idx, 't="s"') }
sub inline { my ($place, $text) = @_; return qq{<c r="$place" t="inlineStr"><is>$text</is></c>} }
sub texts { return [map {"<si><t>$_</t></si>"} @_] }
sub one { my (@rows) = @_; return workbook(properties => '', sheets => [['Sheet1', sheet(@rows)]]) }
sub record { my ($kind, $content) = @_; return pack('vv', $kind, length $content) . $content }
sub old { my (@cells) = @_; return old_workbook(shared => ['id', 'name', "caf\xE9"], cells => \@cells) }
sub old_cell { my ($kind, $row, $column, $style, $value) = @_; return record($kind, pack('vvv', $row, $column, $style) . $value) }

my $statement = texts('account', 'date', 'source', 'closing', 'bank');
sub balances {
    my (@rows) = @_;
    my $first = row(1, map { shared(chr(65 + $_) . 1, $_) } 0 .. 3);
    return workbook(properties => '', shared => $statement, styles => '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
        sheets => [['Sheet1', sheet($first, @rows)]]);
}
my $day = number('B2', 45658, 's="1"');

my %cases = (
    # Read through a profile.
    balances => sub { balances(row(2, shared('A2', 4), $day, shared('C2', 4), number('D2', '4.5999999999999996'))) },
    rejected => sub {
        balances(row(2, shared('A2', 4), $day, shared('C2', 4), number('D2', '0.30000000000000004')),
            row(5, shared('A5', 4), number('B5', 45658, 's="1"'), shared('C5', 4), number('D5', '#REF!', 't="e"')));
    },

    # Every way to write a value.
    values => sub {
        my $styles = '<numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm"/>'
          . '<numFmt numFmtId="165" formatCode="[h]:mm:ss"/></numFmts>'
          . '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
          . '<xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs>';
        my $texts = ['<si><t>plain</t></si>', '<si><r><t>rich </t></r><r><rPr><b/></rPr><t xml:space="preserve"> text</t></r></si>',
            "<si><t>\xE6\x9D\xB1\xE4\xBA\xAC</t><rPh sb=\"0\" eb=\"2\"><t>toukyou</t></rPh></si>",
            '<si><t>a_x000D__x005F_x0041__xD83D__xDE00__xD83D_z</t></si>', '<si/>'];
        workbook(properties => '', shared => $texts, styles => $styles, sheets => [['Sheet1', sheet(
            row(1, map { shared(chr(65 + $_) . 1, $_) } 0 .. 4),
            row(2, number('A2', 45658, 's="1"'), number('B2', '45658.75', 's="2"'), number('C2', '1.5', 's="3"'),
                number('D2', '0.25', 's="4"'), number('E2', 60, 's="1"'), number('F2', '2025-01-31', 't="d"')),
            row(3, number('A3', 1, 't="b"'), number('B3', '#DIV/0!', 't="e"'), number('C3', 'formula, text', 't="str"'),
                inline('D3', '<t>in</t><rPh><t>x</t></rPh>'), inline('E3', '<r><t>rich</t></r><r><t>er</t></r>')),
            row(4, map { number(chr(65 + $_->[0]) . 4, $_->[1]) } [0, '4.5999999999999996'], [1, '0.30000000000000004'], [2, '1.2345678E7'],
                [3, '1E-3'], [4, '1.10101199001011E+17'], [5, '110101199001011234'], [6, '-0.1']),
            # No places: each follows the one before it.
            '<row><c><v>1</v></c><c/><c><f>A1+1</f><v>3</v></c></row>',
            row(9, number('C9', 'far', 't="str"')))]]);
    },
    'values-1904' => sub {
        workbook(properties => 'date1904="1"', styles => '<cellXfs><xf numFmtId="14"/></cellXfs>', sheets => [['S', sheet(row(1, number('A1', 0), number('B1', 44196)))]]);
    },
    prefixed => sub {
        my $sheet = '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:y="urn:other">'
          . '<x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>1</x:v><y:v>2</y:v></x:c></x:row></x:sheetData></x:worksheet>';
        workbook(properties => '', sheets => [['Sheet1', $sheet]]);
    },
    'old-values' => sub {
        old(old_cell(0xFD, 0, 0, 0, pack 'V', 0), old_cell(0xFD, 0, 2, 0, pack 'V', 2), old_cell(0x203, 1, 0, 0, pack 'd<', 4.6),
            old_cell(0x27E, 1, 1, 0, pack 'V', 12345 << 2 | 3), old_cell(0x27E, 1, 2, 0, pack 'l<', -5 * 4 | 2),
            record(0xBD, pack 'vvvVvVv', 2, 1, 0, 7 << 2 | 2, 0, 8 << 2 | 2, 2),
            old_cell(0x205, 3, 0, 0, pack 'CC', 1, 0), old_cell(0x205, 3, 1, 0, pack 'CC', 0x17, 1),
            old_cell(0x06, 4, 0, 0, pack('d<', 2.5) . "\0" x 8), old_cell(0x06, 4, 1, 0, "\0" x 6 . "\xFF\xFF" . "\0" x 8),
            record(0x207, pack('vC', 4, 0) . 'text'), old_cell(0x06, 4, 2, 0, "\2\0\7\0\0\0\xFF\xFF" . "\0" x 8),
            # A chart within the sheet has cells of its own.
            record(0x809, pack 'vvvvVV', 0x600, 0x20, 0, 0, 0, 0), old_cell(0x203, 0, 0, 0, pack 'd<', 1), record(0x0A, ''),
            old_cell(0x204, 9, 1, 0, pack('vC', 2, 1) . "\x2D\x4E\x87\x65"));
    },

    # Which sheet.
    several => sub { workbook(properties => '', sheets => [map { [$_, sheet(row(1, number('A1', 1)))] } 'Day', 'Month']) },
    hidden => sub {
        workbook(properties => '', sheets => [['Empty', sheet()], ['Notes', sheet(row(1, number('A1', 1))), 'state="hidden"'],
            ['Data', sheet(row(1, number('A1', 2)))]]);
    },

    # Refused.
    macro => sub { workbook(properties => '', kind => 'ms-excel.sheet.macroEnabled.main+xml', sheets => []) },
    binary => sub { workbook(properties => '', kind => 'ms-excel.sheet.binary.macroEnabled.main', sheets => []) },
    document => sub { zip(['mimetype', 'application/vnd.oasis.opendocument.spreadsheet'], ['content.xml', '<x/>']) },
    'plain-zip' => sub { zip(['a.txt', 'a']) },
    locked => sub { compound('EncryptedPackage', 'x') },
    'old-locked' => sub { old_workbook(globals => record(0x2F, "\0\0"), cells => []) },
    'old-older' => sub { old_workbook(version => 0x500, cells => []) },
    'old-document' => sub { compound('WordDocument', 'x') },
    'old-circle' => sub { old_workbook(circle => 5, cells => []) },
    'old-many-sectors' => sub { my $bytes = old_workbook(cells => []); substr($bytes, 44, 4) = "\xFF\xFF\xFF\x7F"; $bytes },
    'many-parts' => sub { workbook(properties => '', sheets => [], parts => [map { ["p$_", ''] } 1 .. 20000]) },
    'old-shared' => sub { old(old_cell(0xFD, 0, 0, 0, pack 'V', 3)) },
    'old-cut' => sub { substr old(map { old_cell(0x203, $_, 0, 0, pack 'd<', $_) } 0 .. 400), 0, 4000 },
    'old-many-texts' => sub { old_workbook(shared => ['a'], shared_count => 0xFFFFFFFF, cells => []) },
    html => sub { "\xEF\xBB\xBF \n<html><table><tr><td>1</td></tr></table></html>" },
    text => sub { "a,b\n1,2\n" },
    shared => sub { workbook(properties => '', shared => texts('a', 'b'), sheets => [['Sheet1', sheet(row(3, shared('C3', 2)))]]) },
    'far-cell' => sub { one(row(1, number('ZZZZ99999999', 1))) },
    'wrong-row' => sub { one(row(1, number('A2', 1))) },
    # More than one value, and what is none.
    'two-values' => sub { one(row(1, number('B1', '1</v><v>2'))) },
    'value-in-value' => sub { one(row(1, number('A1', '<v>5</v>1'))) },
    'two-inline' => sub { one(row(1, inline('B1', '<t>1</t></is><is><t>2</t>'))) },
    'inline-value' => sub { one(row(1, inline('B1', '<t>1</t></is><v>2</v><is>'))) },
    'strange-type' => sub { one(row(1, number('B1', '1', 't="zz"'))) },
    elsewhere => sub {
        one(row(1, '<c r="A1"><v>1</v><extLst><c r="B1"><v>5</v></c><ext><v>5</v><is><t>6</t></is></ext></extLst></c>',
            '<c r="B1"><f><v>7</v></f><v>1</v></c>', inline('C1', '<x><t>9</t></x><t>a</t><r><rPr><t>7</t></rPr><t>b</t></r>')));
    },
    'cells-back' => sub { one(row(2, number('B2', 1), number('A2', 2))) },
    'rows-back' => sub { one(row(2, number('B2', 1)), row(1, number('A1', 2))) },
    'far-row' => sub { one(row(1048577, '')) },
    'wide-row' => sub { one(row(1, number('GAA1', 1))) },
    'sheet-cut' => sub { workbook(properties => '', sheets => [['Sheet1', sheet(row(1, number('A1', 1))) =~ s{</sheetData>.*}{}r]]) },
    entities => sub {
        my $bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
        workbook(properties => '', sheets => [['Sheet1', sheet(row(1, number('A1', '&b;', 't="str"'))) =~ s/<worksheet/$bomb<worksheet/r]]);
    },
    'entities-shared' => sub { workbook(properties => '', shared => '<!DOCTYPE x SYSTEM "file:///etc/passwd"><sst/>', sheets => [['S', sheet()]]) },
    'zip-bomb' => sub { workbook(properties => '', deflate => 1, sheets => [['Sheet1', sheet(' ' x (64 << 20))]]) },
    'long-tag' => sub { workbook(properties => '', deflate => 1, sheets => [['Sheet1', sheet('<row r="' . join('', 1 .. 200000) . '"/>')]]) },
    'many-names' => sub { one(map {"<a$_/>"} 1 .. 20000) },
    deep => sub { one('<a>' x 1000) },
    'empty-rows' => sub { workbook(properties => '', deflate => 1, sheets => [['Sheet1', sheet((map {qq{<row r="$_" spans="1:5"/>}} 1 .. 1048575), row(1048576, number('A1048576', 1)))]]) },
    # A row of 22 bytes shows a text of a million bytes.
    'large-texts' => sub {
        workbook(properties => '', deflate => 1, shared => texts('x' x 1000000), sheets => [['Sheet1', sheet(map { row($_, shared("A$_", 0)) } 1 .. 200)]]);
    },
);
my $case = shift @ARGV // '';
die 'usage: make.pl ' . join(' | ', sort keys %cases) . "\n" unless $cases{$case};
binmode STDOUT;
print $cases{$case}->();
