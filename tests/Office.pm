package Office;

# LibreOffice for tests: another program that opens our workbooks, works their formulas out again and
# draws their pages. And a reader of .xlsx of its own, for what either of the two wrote.
use strict;
use warnings;
use Exporter 'import';
use IO::Uncompress::Unzip qw($UnzipError);

our @EXPORT_OK = qw(convert has_program parts read_book);

# False for every program where NO_OFFICE is set: CI looks at the workbooks once, not in each of its builds.
sub has_program {
    my ($name) = @_;
    return !$ENV{NO_OFFICE} && grep { -x "$_/$name" } split /:/, $ENV{PATH};
}

# Opens all FILES in one run and writes each as FORMAT into FOLDER; every formula is worked out again.
# PROFILE is a folder for what LibreOffice keeps of itself.
sub convert {
    my ($format, $folder, $profile, @files) = @_;
    mkdir "$profile/user" if mkdir $profile;
    open my $out, '>', "$profile/user/registrymodifications.xcu" or die "$profile: $!\n";
    print $out <<'XML' or die "$profile: $!\n";
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
  oor:op="fuse"><value>0</value></prop></item>
</oor:items>
XML
    close $out or die "$profile: $!\n";
    my @command = ('soffice', "-env:UserInstallation=file://$profile", '--headless', '--convert-to', $format,
        '--outdir', $folder, @files);
    my $said = '';
    open my $pipe, '-|', 'sh', '-c', '"$@" 2>&1', 'sh', @command or die "soffice: $!\n";
    $said .= $_ while <$pipe>;
    close $pipe or die "soffice ended with status $?: $said\n";
    return $said;
}

# The parts of a zip archive, by name.
sub parts {
    my ($path) = @_;
    my $zip = IO::Uncompress::Unzip->new($path) or die "$path: $UnzipError\n";
    my %parts;
    do {
        my $name = $zip->getHeaderInfo->{Name};
        local $/;
        $parts{$name} = <$zip> // '';
    } while $zip->nextStream > 0;
    return \%parts;
}

sub text {
    my ($xml) = @_;
    my $text = join '', $xml =~ m{<t\b[^>]*>([^<]*)</t>}g;
    my %named = (lt => '<', gt => '>', quot => '"', apos => "'", amp => '&');
    $text =~ s/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/defined $1 ? chr hex $1 : defined $2 ? chr $2 : $named{$3}/ge;
    utf8::decode($text);
    return $text;
}

sub column_no {
    my ($letters) = @_;
    my $number = 0;
    $number = $number * 26 + ord($_) - 64 for split //, $letters;
    return $number - 1;
}

# Sheets in their order: {name, rows: row number => [cells], formulas: cell name => formula,
# printed_columns: of the print area}.
sub read_book {
    my ($path, $is_wanted) = @_;
    my $parts = parts($path);
    my @shared = map { text($_) } ($parts->{'xl/sharedStrings.xml'} // '') =~ m{<si>(.*?)</si>}gs;
    my %targets = $parts->{'xl/_rels/workbook.xml.rels'} =~ m{<Relationship\b(?=[^>]*\bId="([^"]*)")(?=[^>]*\bTarget="([^"]*)")}g;
    my @sheets;
    my %areas = $parts->{'xl/workbook.xml'} =~
      m{<definedName name="_xlnm.Print_Area" localSheetId="(\d+)"[^>]*>[^<]*:\$([A-Z]+)\$\d+<}g;
    while ($parts->{'xl/workbook.xml'} =~ m{<sheet\b(?=[^>]*\bname="([^"]*)")(?=[^>]*\br:id="([^"]*)")}g) {
        my ($name, $part) = (text("<t>$1</t>"), 'xl/' . $targets{$2});
        my $sheet = {name => $name, part => $part, rows => {}, formulas => {}};
        $sheet->{printed_columns} = 1 + column_no($areas{scalar @sheets}) if $areas{scalar @sheets};
        push @sheets, $sheet;
        next if $is_wanted && !$is_wanted->($name);
        while ($parts->{$part} =~ m{<c\b([^>]*?)(?:/>|>(.*?)</c>)}gs) {
            my ($head, $body) = ($1, $2 // '');
            my ($column, $row) = $head =~ /\br="([A-Z]+)(\d+)"/ or next;
            my ($type) = $head =~ /\bt="(\w+)"/;
            my ($value) = $body =~ m{<v>([^<]*)</v>};
            $sheet->{formulas}{"$column$row"} = text("<t>$1</t>") if $body =~ m{<f\b[^>]*>([^<]*)</f>};
            $value = !defined $type ? $value : $type eq 'inlineStr' ? text($body) : $type eq 's' ? $shared[$value]
              : defined $value ? text("<t>$value</t>") : undef;
            $sheet->{rows}{$row}[column_no($column)] = $value;
        }
    }
    return @sheets;
}

1;
