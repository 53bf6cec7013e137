#!/usr/bin/env perl
# Workbooks. What each way to write a value stands for; cut files and changed bytes, which must end
# in records or a refusal; what is made to hurt, in little memory; and each workbook of ../shared/data,
# read with all of its rows and values, counted here once more from its XML without a parser, or by
# freexl, as tests/sheet/fixtures.txt lists them. SHEET_LIST=1 prints what was found.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Find;
use File::Temp qw(tempdir);
use FindBin;
use IO::Uncompress::Unzip;

my $build = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
my ($dump, $freexl) = ("$build/tests/sheet/dump", "$build/tests/sheet/freexl");
my $folder = tempdir(CLEANUP => 1);
my $faults = 0;

sub fault { print "@_\n"; $faults++ }

sub output {
    my (@command) = @_;
    open my $in, '-|', @command or die "$command[0]: $!\n";
    local $/;
    my $text = <$in> // '';
    close $in;
    return $text;
}

sub keep {
    my ($name, $bytes) = @_;
    open my $out, '>:raw', "$folder/$name" or die "$name: $!\n";
    print $out $bytes;
    close $out or die "$name: $!\n";
    return "$folder/$name";
}

sub made { my ($case) = @_; return output($^X, "$source/tests/sheet/make.pl", $case) }

# --- values ---

my %expected = (
    values => <<'END',
1	plain,rich  text,東京,"a\r_x0041_😀_xD83D_z"
2	2025-01-01,2025-01-01T18:00:00,36:00:00,06:00:00,1900-02-29,2025-01-31
3	true,#DIV/0!,"formula, text",in,richer
4	4.6,0.30000000000000004,12345678,0.001,1.10101199001011E+17,110101199001011234,-0.1
5	1,,3
9	,,far
rows 6
END
    'values-1904' => "1\t1904-01-01,2025-01-01\nrows 1\n",
    prefixed => "1\t1\nrows 1\n",
    elsewhere => "1\t1,1,ab\nrows 1\n",
    hidden => "1\t2\nrows 1\n",
    'empty-rows' => "1048576\t1\nrows 1\n",
    'old-values' => <<'END',
1	id,,café
2	4.6,123.45,-5
3	,7,8
4	true,#REF!
5	2.5,text,#DIV/0!
10	,中文
rows 6
END
);
for my $case (sort keys %expected) {
    my $got = output($dump, keep($case, made($case))) =~ s/\r/\\r/gr;
    fault("$case: read as\n$got") if $got ne $expected{$case};
}

# --- damage ---

# Every piece of a file, and every file with a changed byte, is read or refused. The same each time.
sub check_damage {
    my ($case, $pieces, $changes) = @_;
    my $bytes = made($case);
    my @variants = map { substr $bytes, 0, int(length($bytes) * $_ / $pieces) } 0 .. $pieces - 1;
    my $random = 7;
    for (1 .. $changes) {
        my $changed = $bytes;
        for (1 .. 3) {
            $random = ($random * 1103515245 + 12345) % 2147483648;
            substr($changed, $random % length $bytes, 1) = chr($random >> 16 & 255);
        }
        push @variants, $changed;
    }
    for my $variant (@variants) {
        my $text = output($dump, keep('damaged', $variant));
        my $status = $? >> 8;
        next if ($? & 127) == 0 && ($status == 0 || $status == 4) && $text =~ /^(?:rows \d+|fault [A-Z0-9-]+\b.*)\n\z/m;
        keep("keep-$case", $variant);
        fault("$case: a damaged file ends with status $?: $text");
    }
}
check_damage($_, 40, 200) for qw(values old-values);

# --- what is made to hurt: 64 MiB of address space beyond what the program takes itself ---

my @hostile = (
    [entities => 'SHEET-BROKEN'], ['entities-shared' => 'SHEET-BROKEN'], ['zip-bomb' => 'UNPACK-LIMIT'],
    ['long-tag' => 'SHEET-BROKEN'], ['many-names' => 'SHEET-BROKEN'], [deep => 'SHEET-BROKEN'],
    ['many-parts' => 'UNPACK-LIMIT'], ['empty-rows' => 'rows'], ['large-texts' => 'rows'],
    ['old-circle' => 'SHEET-BROKEN'], ['old-many-texts' => 'SHEET-BROKEN'], ['old-many-sectors' => 'SHEET-BROKEN'],
);
my $limit = system("ulimit -v 131072; $dump $folder/values >$folder/out 2>&1") == 0 ? 'ulimit -v 131072;' : '';
for (@hostile) {
    my ($case, $code) = @$_;
    my $file = keep('hostile', made($case));
    my $text = output('sh', '-c', "$limit $dump $file | tail -1");
    fault("$case: $text") if $text !~ /^(?:fault )?\Q$code\E\b/;
}

# --- files of others ---

sub unzipped {
    my ($file, $name) = @_;
    my $zip = IO::Uncompress::Unzip->new($file, Name => $name) or return '';
    local $/;
    return scalar <$zip> // '';
}

# The sheets of a .xlsx: name => [rows with a value, values], counted in the text of their parts.
sub counted {
    my ($file) = @_;
    my ($book, $relations) = map { unzipped($file, $_) } 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels';
    my (%part, %found);
    my @is_empty = map { !grep { $_ ne '' } /<(?:\w+:)?t\b[^>]*>([^<]*)/g } unzipped($file, 'xl/sharedStrings.xml') =~ /<(?:\w+:)?si\b[^>]*?(?:\/>|>(.*?)<\/(?:\w+:)?si>)/gs;
    for my $relation ($relations =~ /<Relationship\b([^>]*)>/g) {
        my ($id) = $relation =~ /\bId="([^"]*)"/;
        ($part{$id}) = $relation =~ /\bTarget="\/?(?:xl\/)?([^"]*)"/;
    }
    for my $sheet ($book =~ /<(?:\w+:)?sheet\b([^>]*)>/g) {
        my ($name) = $sheet =~ /\bname="([^"]*)"/;
        my ($id) = $sheet =~ /\br:id="([^"]*)"/;
        my $xml = unzipped($file, "xl/$part{$id}");
        my ($rows, $values) = (0, 0);
        for my $row ($xml =~ /<(?:\w+:)?row\b[^>]*[^\/]>(.*?)<\/(?:\w+:)?row>/gs) {
            my $count = 0;
            while ($row =~ /<(?:\w+:)?c\b([^>]*)>(?:<(?:\w+:)?f\b[^>]*>[^<]*<\/[^>]*>)?<(?:\w+:)?(?:v|is>.*?t)\b[^>]*>([^<]+)/g) {
                my ($attributes, $value) = ($1, $2);
                $count++ unless $attributes =~ /\bt="s"/ && $is_empty[$value];
            }
            $rows++ if $count;
            $values += $count;
        }
        $found{$name} = [$rows, $values];
    }
    return \%found;
}

# Records as lists of fields, by row; undef and the fault's code when there is one.
sub rows_of {
    my ($file, @sheet) = @_;
    my %rows;
    for my $line (split /\n/, output($dump, $file, @sheet)) {
        return (undef, $1) if $line =~ /^fault (\S+?):? /;
        my ($number, $text) = $line =~ /^(\d+)\t(.*)$/s or next;
        my @fields;
        while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/g) {
            my ($quoted, $plain, $end) = ($1, $2, $3);
            push @fields, defined $quoted ? $quoted =~ s/""/"/gr : $plain;
            last if $end eq '';
        }
        $rows{$number} = \@fields;
    }
    return \%rows;
}

sub count_values { my ($rows) = @_; return scalar grep { $_ ne '' } map {@$_} values %$rows }

# Whether freexl has the same in each cell; it has nothing of formulas, booleans and errors.
sub compare_old {
    my ($file, $rows) = @_;
    my $count = 0;
    for my $line (split /\n/, output($freexl, $file)) {
        my ($sheet, $row, $column, $kind, $value) = split /\t/, $line, 5;
        my $got = $rows->{$row}[$column - 1] // '';
        $count++ if $got ne '';
        my $is_same = $kind eq 'number' ? $got =~ /^-?[0-9.]+$/ && $got == $value : $got eq $value || $value eq '';
        fault("$file: row $row column $column: $got, freexl has $value") if !$is_same;
    }
    return $count;
}

# A CSV copy of the sheet, in which another program wrote numbers its way.
sub compare_copy {
    my ($copy, $rows) = @_;
    open my $in, '<:raw', $copy or die "$copy: $!\n";
    my $text = do { local $/; <$in> };
    my (@records, @fields);
    while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^,\n\r]*))(,|\r?\n)/g) {
        my ($quoted, $plain, $end) = ($1, $2, $3);
        push @fields, defined $quoted ? $quoted =~ s/""/"/gr =~ s/\n/\\n/gr : $plain;
        next if $end eq ',';
        push @records, [@fields] if grep { $_ ne '' } @fields;
        @fields = ();
    }
    my @rows = map { $rows->{$_} } sort { $a <=> $b } keys %$rows;
    return fault("$copy: " . @records . ' records, the sheet has ' . @rows) if @records != @rows;
    for my $i (0 .. $#rows) {
        for my $k (0 .. $#{$records[$i]}) {
            my ($a, $b) = ($rows[$i][$k] // '', $records[$i][$k]);
            my $is_number = $a =~ /^-?[0-9.]+$/ && $b =~ /^-?[0-9.]+(?:[eE]-?\d+)?$/;
            next if $a eq $b || ($is_number && abs($a - $b) <= 1e-14 * abs $a);
            fault("$copy: record $i field $k: '$a', the copy has '$b'");
            return;
        }
    }
}

sub check_file {
    my ($data, $file) = @_;
    my ($name) = $file =~ /([^\/]+)$/;
    if ($file =~ /\.xls$/) {
        my ($rows, $code) = rows_of($file);
        return "$name | $code\n" if !$rows;
        my $count = compare_old($file, $rows);
        my $values = count_values($rows);
        fault("$name: freexl has $count values, not $values") if $count && $count != $values;
        return sprintf "%s | %d | %d%s\n", $name, scalar keys %$rows, $values, $count ? '' : ' | not by freexl';
    }
    my $counted = counted($file);
    my $lines = '';
    for my $sheet (sort keys %$counted) {
        my ($rows, $code) = rows_of($file, $sheet);
        if ($rows) {
            my ($row_count, $values) = (scalar keys %$rows, count_values($rows));
            fault("$name: $sheet: $row_count rows, $values values; counted $counted->{$sheet}[0], $counted->{$sheet}[1]")
              if $row_count != $counted->{$sheet}[0] || $values != $counted->{$sheet}[1];
            $code = "$row_count | $values";
            my $copy = "$data/p2p-statements/as-csv/" . $name =~ s/\.xlsx$/.sheet1.csv/r;
            compare_copy($copy, $rows) if -e $copy;
        }
        $lines .= "$name | $sheet | $code\n";
    }
    return $lines;
}

my $data = abs_path($ENV{SHARED_DATA} // "$source/../shared/data");
if ($data && -d $data) {
    my @files;
    find({no_chdir => 1, wanted => sub { push @files, $_ if /\.xlsx?$/ }}, $data);
    my $lines = join '', map { check_file($data, $_) } sort @files;
    open my $in, '<', "$source/tests/sheet/fixtures.txt" or die "fixtures.txt: $!\n";
    my $listed = join '', grep { !/^#/ } <$in>;
    print $lines if $ENV{SHEET_LIST};
    fault('the workbooks of others are not read as tests/sheet/fixtures.txt lists them') if $lines ne $listed;
    print scalar(@files), " workbooks of others\n";
} else {
    print "without the workbooks of others\n";
}
exit($faults ? 1 : 0);
