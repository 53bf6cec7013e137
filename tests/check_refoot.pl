#!/usr/bin/env perl
# The workbooks of all samples, opened by LibreOffice, which works every formula out again: the sums on
# Controls agree with the constants beside them, their differences are 0, and what Findings, Breaks,
# Bridge, Coverage and Rules add up to is what the NDJSON of the same results says. A number that is
# planted wrong into a finished workbook shows as a difference.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Basename qw(basename);
use File::Temp qw(tempdir);
use FindBin;
use IO::Compress::Zip qw($ZipError);
use JSON::PP;
use lib $FindBin::Bin;
use Office qw(convert has_program parts read_book);

binmode STDOUT, ':encoding(UTF-8)';
my $build  = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
if (!has_program('soffice')) {
    print "there is no soffice: no other program can read the workbooks\n";
    exit 77;
}
$ENV{FLOWAUDIT_DATA} = $source;
my $folder = tempdir(CLEANUP => 1);
my $faults = 0;
my %is_added_up = map { $_ => 1 } qw(Controls Findings Breaks Bridge Coverage Rules);

sub fault { print "@_\n"; $faults++ }

sub run {
    my (@command) = @_;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDOUT, '>', "$folder/summary"  or die;
        open STDERR, '>', "$folder/messages" or die;
        exec @command or die "$command[0]: $!\n";
    }
    waitpid $pid, 0;
    die "@command ended with status $?\n" if $?;
}

# Cents of an amount, whatever its scale: samples have two decimals.
sub cents { my ($text) = @_; return sprintf '%.0f', ($text // 0) * 100 }

# --- what the NDJSON says: "Sheet|what|currency" => amount ---

sub sums_of_results {
    my ($path) = @_;
    my %sums;
    open my $in, '<', $path or die "$path: $!\n";
    while (<$in>) {
        my $row = decode_json($_);
        my $currency = $row->{currency} // '';
        if ($row->{type} eq 'finding') {
            $sums{'Findings|Rows|'}++;
            $sums{"Findings|$row->{outcome}|"}++;
            $sums{"Findings|Amount|$currency"} += cents($row->{amount}) if defined $row->{amount};
        } elsif ($row->{type} eq 'break') {
            $sums{'Breaks|Rows|'}++;
            $sums{"Breaks|Difference|$currency"} += cents($row->{amount});
        } elsif ($row->{type} eq 'bridge' && $row->{line} eq 'bank_closing' && defined $row->{credit}) {
            $sums{"Bridge|bank closing|$currency"} += cents($row->{credit}) - cents($row->{debit});
        } elsif ($row->{type} eq 'coverage') {
            $sums{'Coverage|Rows|'}++;
            for (qw(liabilities held surplus)) {
                $sums{'Coverage|' . ucfirst . "|$currency"} += cents($row->{$_}) if defined $row->{$_};
            }
        } elsif ($row->{type} eq 'rule') {
            $sums{'Rules|Rows|'}++;
            $sums{'Rules|Findings|'} += $row->{finding_count} // 0;
            $sums{'Rules|Fired|'} += $row->{fired} // 0;
        }
    }
    return \%sums;
}

# --- what LibreOffice makes of the workbook ---

# Differences of the sheet, and how many sums were compared.
sub check_controls {
    my ($what, $sheet, $expected) = @_;
    my ($differences, $compared, $is_sheets, %found) = (0, 0, 0);
    for my $number (sort { $a <=> $b } keys %{$sheet->{rows}}) {
        my @row = @{$sheet->{rows}{$number}};
        $is_sheets = ($row[0] // '') eq 'Sheet' if ($row[8] // '') eq 'Difference';
        next if !exists $sheet->{formulas}{"I$number"};
        if (($row[0] // '') eq 'Differences that are not 0') {
            $found{verdict} = $row[8];
            next;
        }
        $compared++;
        $differences++ if $row[8] != 0;
        next if !$is_sheets;
        $found{"$row[0]|$row[1]|" . ($row[3] // '')} = $row[3] ? cents($row[6]) : $row[6];
    }
    fault("$what: Controls counts $found{verdict} differences, there are $differences")
      if $found{verdict} != $differences;
    for my $key (sort keys %{$expected // {}}) {
        fault("$what: $key is " . ($found{$key} // 'not on Controls') . ", the results say $expected->{$key}")
          if ($found{$key} // '') ne $expected->{$key};
    }
    return ($differences, $compared);
}

# The value that each formula was written with is the one that it has.
sub check_cached {
    my ($what, $ours, $theirs) = @_;
    my $count = 0;
    for my $cell (sort keys %{$ours->{formulas}}) {
        my ($letters, $row) = $cell =~ /([A-Z]+)(\d+)/;
        my $column = 0;
        $column = $column * 26 + ord($_) - 64 for split //, $letters;
        my ($wrote, $has) = map { $_->{rows}{$row}[$column - 1] // '' } $ours, $theirs;
        next if $wrote eq $has;
        $count++;
        fault("$what: $ours->{name} $cell was written as '$wrote' and is '$has'")
          if "$wrote$has" !~ /\A[-+.0-9Ee]+\z/ || abs($wrote - $has) > 1e-6 * (1 + abs $wrote);
    }
    return $count;
}

sub check_book {
    my ($name) = @_;
    my @ours   = read_book("$folder/$name.xlsx",      sub { $is_added_up{$_[0]} });
    my @theirs = read_book("$folder/read/$name.xlsx", sub { $is_added_up{$_[0]} });
    my ($own, $their) = map { join ', ', map { $_->{name} } @$_ } \@ours, \@theirs;
    fault("$name: LibreOffice sees the sheets $their instead of $own") if $own ne $their;
    my %theirs = map { $_->{name} => $_ } @theirs;
    my $formulas = 0;
    for my $sheet (grep { $is_added_up{$_->{name}} } @ours) {
        my ($rows, $read) = map { scalar grep { defined } map { @$_ } values %{$_->{rows}} } $sheet, $theirs{$sheet->{name}};
        fault("$name: $sheet->{name} has $rows cells, LibreOffice reads $read") if $rows != $read;
        check_cached($name, $sheet, $theirs{$sheet->{name}});
        $formulas += keys %{$sheet->{formulas}};
    }
    my ($differences, $compared) = check_controls($name, $theirs{Controls}, sums_of_results("$folder/$name.ndjson"));
    fault("$name: $differences differences on Controls") if $differences;
    return ($formulas, $compared);
}

# Another amount in a cell, so that the workbook no longer adds up.
sub plant {
    my ($from, $to, $sheet_name, $column) = @_;
    my $parts = parts($from);
    my ($sheet) = grep { $_->{name} eq $sheet_name } read_book($from, sub { 0 });
    my $planted = $parts->{$sheet->{part}} =~ s{(<c r="${column}6"[^>]*><v>)([-0-9.]+)(</v>)}{$1 . ($2 + 1) . $3}e;
    return 0 if !$planted;
    my $zip;
    for my $name (sort { ($b eq '[Content_Types].xml') <=> ($a eq '[Content_Types].xml') || $a cmp $b } keys %$parts) {
        my @name = (Name => $name);
        $zip ? $zip->newStream(@name) : ($zip = IO::Compress::Zip->new($to, @name));
        die "$to: $ZipError\n" if !$zip;
        $zip->print($parts->{$name});
    }
    $zip->close or die "$to: $ZipError\n";
    return 1;
}

my @samples = @ARGV ? @ARGV : sort map { basename($_) } glob "$source/samples/*-20??-*";
mkdir "$folder/read" or die;
for my $name (@samples) {
    my @audit = ("$build/flowaudit", 'audit', "$source/samples/$name", '-o');
    run(@audit, "$folder/$name.xlsx");
    run(@audit, "$folder/$name.ndjson", '--format', 'ndjson');
}
my %planted = ('planted-held' => ['Coverage', 'D'], 'planted-bridge' => ['Bridge', 'D']);
for my $name (sort keys %planted) {    # not every sample has a bridge, or coverage
    my $is_planted = 0;
    $is_planted ||= plant("$folder/$_.xlsx", "$folder/$name.xlsx", @{$planted{$name}}) for reverse @samples;
    delete $planted{$name} if !$is_planted;
}
fault('no workbook has a number to plant a mistake in') if !%planted;
convert('xlsx:Calc MS Excel 2007 XML', "$folder/read", "$folder/office",
    map { "$folder/$_.xlsx" } @samples, sort keys %planted);
my ($formulas, $compared) = (0, 0);
for my $name (@samples) {
    my @counts = check_book($name);
    $formulas += $counts[0];
    $compared += $counts[1];
}
for my $name (sort keys %planted) {
    my ($controls) = grep { $_->{name} eq 'Controls' } read_book("$folder/read/$name.xlsx", sub { $_[0] eq 'Controls' });
    my ($differences) = check_controls($name, $controls);
    fault("$name: a wrong number on $planted{$name}[0] shows nowhere on Controls") if !$differences;
}
print scalar @samples, " workbooks, $formulas formulas, $compared sums compared, ", scalar keys %planted,
  " planted mistakes, $faults faults\n";
exit($faults ? 1 : 0);
