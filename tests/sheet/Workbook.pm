package Workbook;

# Workbooks for tests, made part by part so that each can be wrong in its own way.
use strict;
use warnings;
use Compress::Zlib qw(crc32);
use Exporter qw(import);

our @EXPORT_OK = qw(zip workbook sheet row part old_workbook compound);

my $main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
my $related = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
my $head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

# A zip file of [name, content, more...]; MORE: deflate => 1, size, crc => what it says of itself.
sub zip {
    my ($bytes, $directory, $count) = ('', '', 0);
    for my $part (@_) {
        my ($name, $content, %more) = @$part;
        my ($crc, $size) = ($more{crc} // crc32($content), $more{size} // length $content);
        my $method = $more{deflate} ? 8 : 0;
        if ($method) {
            my ($stream) = Compress::Zlib::deflateInit(-WindowBits => -Compress::Zlib::MAX_WBITS());
            my ($first) = $stream->deflate($content);
            my ($rest) = $stream->flush;
            $content = $first . $rest;
        }
        my $common = pack 'vvvvvVVVvv', 20, 0, $method, 0, 0x5821, $crc, length $content, $size, length $name, 0;
        $directory .= pack('Vv', 0x02014B50, 20) . $common . pack('vvvVV', 0, 0, 0, 0, length $bytes) . $name;
        $bytes .= pack('V', 0x04034B50) . $common . $name . $content;
        $count++;
    }
    return $bytes . $directory
      . pack 'VvvvvVVv', 0x06054B50, 0, 0, $count, $count, length $directory, length $bytes, 0;
}

# Cells of a row: plain XML, or a text to be put between tags.
sub row {
    my ($number, @cells) = @_;
    return qq{<row r="$number">} . join('', @cells) . '</row>';
}

sub sheet { return "$head<worksheet $main><sheetData>" . join('', @_) . '</sheetData></worksheet>' }
sub part { my ($root, @content) = @_; return "$head<$root $main>" . join('', @content) . "</$root>" }

# sheets => [[name, XML, attributes...]...], shared => [si...], styles => XML, properties => of the
# workbook, parts => [more parts], kind => end of its content type, deflate.
sub workbook {
    my (%of) = @_;
    my ($list, $relations, $number, @parts) = ('', '', 0);
    for my $sheet (@{$of{sheets} // []}) {
        my ($name, $xml, $attributes) = @$sheet;
        $number++;
        $list .= sprintf '<sheet name="%s" sheetId="%d" %s r:id="r%d"/>', $name, $number, $attributes // '', $number;
        $relations .= qq{<Relationship Id="r$number" Type="$related/worksheet" Target="worksheets/sheet$number.xml"/>};
        push @parts, ["xl/worksheets/sheet$number.xml", $xml, deflate => $of{deflate}];
    }
    if ($of{shared}) {
        $relations .= qq{<Relationship Id="s" Type="$related/sharedStrings" Target="sharedStrings.xml"/>};
        my $xml = ref $of{shared} ? part('sst', @{$of{shared}}) : $of{shared};
        push @parts, ['xl/sharedStrings.xml', $xml, deflate => $of{deflate}];
    }
    if ($of{styles}) {
        $relations .= qq{<Relationship Id="t" Type="$related/styles" Target="styles.xml"/>};
        push @parts, ['xl/styles.xml', part('styleSheet', $of{styles})];
    }
    my $relation_head = qq{$head<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">};
    my $kind = $of{kind} // 'openxmlformats-officedocument.spreadsheetml.sheet.main+xml';
    return zip(
        ['[Content_Types].xml', qq{$head<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">}
          . qq{<Override PartName="/xl/workbook.xml" ContentType="application/vnd.$kind"/></Types>}],
        ['_rels/.rels', qq{$relation_head<Relationship Id="w" Type="$related/officeDocument" Target="xl/workbook.xml"/></Relationships>}],
        ['xl/workbook.xml', qq{$head<workbook $main xmlns:r="$related"><workbookPr $of{properties}/><sheets>$list</sheets></workbook>}],
        ['xl/_rels/workbook.xml.rels', "$relation_head$relations</Relationships>"],
        @parts, @{$of{parts} // []});
}

# --- .xls ---

sub record { my ($kind, $content) = @_; return pack('vv', $kind, length $content) . $content }

# A compound file with one stream, of 4,096 bytes or more.
sub compound {
    my ($name, $stream, %of) = @_;
    $stream .= "\0" x (4096 - length $stream) if length $stream < 4096;
    my $size = length $stream;
    $stream .= "\0" x (-$size % 512);
    my $sectors = length($stream) / 512;
    # Sector 0: the table; 1: the directory; from 2: the stream.
    my @follow = (0xFFFFFFFD, 0xFFFFFFFE, 3 .. $sectors + 1, 0xFFFFFFFE);
    $follow[$of{circle}] = 2 if $of{circle};
    die "too large\n" if @follow > 128;
    push @follow, (0xFFFFFFFF) x (128 - @follow);
    my $entry = sub {
        my ($text, $type, $start, $bytes) = @_;
        my $wide = join '', map {"$_\0"} split //, $text;
        return pack 'a64vCCVVVa16Va8a8VVV', $wide, 2 * (length($text) + 1), $type, 1, (0xFFFFFFFF) x 2,
          $type == 5 ? 1 : 0xFFFFFFFF, '', 0, '', '', $start, $bytes, 0;
    };
    my $directory = $entry->('Root Entry', 5, 0xFFFFFFFE, 0) . $entry->($name, 2, 2, $of{size} // $size);
    $directory .= "\0" x (512 - length $directory);
    my $header = pack 'a8a16vvvvva6VVVVVVVVVV', "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", '', 0x3E, 3, 0xFFFE, 9, 6, '', 0,
      1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0;
    $header .= "\xFF" x (512 - length $header);
    return $header . pack('V*', @follow) . $directory . $stream;
}

# A workbook of .xls: globals, then one sheet of the given records. shared => [texts], globals => more.
sub old_workbook {
    my (%of) = @_;
    my $text = sub { my ($bytes) = @_; return pack('vC', length $bytes, 0) . $bytes };
    my $shared = join '', map { $text->($_) } @{$of{shared} // []};
    my $count = $of{shared_count} // @{$of{shared} // []};
    my $before = record(0x809, pack 'vvvvVV', $of{version} // 0x600, 5, 0, 0, 0, 0) . ($of{globals} // '');
    my $after = record(0xFC, pack('VV', $count, $count) . $shared) . record(0x0A, '');
    my $name = 'Sheet1';
    my $at = length($before) + 4 + 8 + length($name) + length $after;
    my $sheet = record(0x85, pack('VCCCC', $at, 0, 0, length $name, 0) . $name);
    my $cells = record(0x809, pack 'vvvvVV', 0x600, 0x10, 0, 0, 0, 0) . join('', @{$of{cells}}) . record(0x0A, '');
    return compound($of{stream} // 'Workbook', "$before$sheet$after$cells", %of);
}

1;
