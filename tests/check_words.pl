#!/usr/bin/env perl
# In Chinese, nothing that the tool itself says stays English: the summaries of all samples and the
# workbooks of some hold no ASCII words but ids, numbers, names of tables, columns, files and options, and
# texts that the filing or the rulesets bring along.
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path getcwd);
use File::Basename qw(basename);
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use Office qw(read_book);

binmode STDOUT, ':encoding(UTF-8)';
my $build  = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
my $folder = tempdir(CLEANUP => 1);
my $faults = 0;
my %told;

# Lower-case English words of three letters or more are the tool's or a text's.
my %is_known = map { $_ => 1 } qw(flowaudit csv rules);

sub content {
    my ($path) = @_;
    open my $in, '<:encoding(UTF-8)', $path or die "$path: $!\n";
    local $/;
    return scalar(<$in>) // '';
}

# Names that files, rules and messages use.
my $names = content("$source/lib/ledger/dictionary.txt");
$is_known{$_} = 1 for map { split /_/ } $names =~ /^(?:table|\s+column)\s+(\w+)/mg;
my $rulesets = join '', map { content($_) } glob("$source/rulesets/*/*.rules"), glob("$source/rulesets/*.rules");

$is_known{$_} = 1 for map { split /_/ } $rulesets =~ /^(?:table|\s+column)\s+(\w+)/mg;

sub check_text {
    my ($where, $text) = @_;
    $text =~ s/(?<=不符合适用条件 ).*//;                    # an expression of the ruleset
    $text =~ s/'[^']*'//g;                               # a value that was quoted
    $text =~ s/\(\d+ characters\)|\w+(?:[:;]\w+)+//g;      # a text that is hidden, an id, a list of the filing
    $text =~ s/\S*[-_.\/=|][-_.\/=|\w]*//g;              # ids, files, options, dotted names
    while ($text =~ /(?<![\w*])([a-z]{3,}(?: [a-z]{2,})*)(?!\w)/g) {
        my $words = $1;
        next if !grep { !$is_known{$_} } split / /, $words;
        next if index($rulesets, $words) >= 0 && $words =~ / /;
        next if $told{$words}++;
        fault("$where: '$words' in: " . substr $text, 0, 120);
    }
}

sub fault { print "@_\n"; $faults++ }

sub audit {
    my (@options) = @_;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDOUT, '>', "$folder/summary"  or die;
        open STDERR, '>', "$folder/messages" or die;
        exec "$build/flowaudit", 'audit', @options, '--lang', 'zh' or die "flowaudit: $!\n";
    }
    waitpid $pid, 0;
    die "flowaudit audit @options ended with status $?\n" if $?;
}

$ENV{FLOWAUDIT_DATA} = $source;
my @samples = @ARGV ? @ARGV : sort map { basename($_) } glob "$source/samples/*-20??-*";
for my $name (@samples) {
    audit("$source/samples/$name", '-o', "$folder/$name.xlsx");
    # its own lines begin at the edge; findings and reasons of rulesets are indented
    check_text("$name: summary", $_) for grep { /^\S/ && !/^(?:F-|报送资料)/ } split /\n/, content("$folder/summary");
}
# A rule's sentence and the key of a finding may cite a value as the filing has it.
my %is_value = map { $_ => 1 } map { split /,\s*/ } $names =~ /enum \{([^}]*)\}/g;
# All sheets but those of records, in which others speak. Left out are the columns that bring along other
# texts: citations, measures, the values of conditions; and what the filing calls itself.
my $left_out = qr/^(?:条款|后果与处置|取值|本次参数|文号|行号范围)$/;
my $cells    = 0;
for my $name (@samples) {
    for my $sheet (read_book("$folder/$name.xlsx", sub { $_[0] !~ /^(?:证据|来源与选项)$/ })) {
        my @left_out;
        for my $number (sort { $a <=> $b } keys %{$sheet->{rows}}) {
            my @row = map { $_ // '' } @{$sheet->{rows}{$number}};
            @left_out = map { scalar($_ =~ $left_out) } @row if grep { /$left_out/ } @row;
            for my $column (0 .. $#row) {
                next if !length $row[$column] || $left_out[$column] || ($number == 1 && $column == 1);
                next if ($row[0] eq '报送' && $column) || $row[0] =~ /^(?:ingest|reconcile|flag)$/ || ($sheet->{name} eq '拒收' && $column >= 8);
                $cells++;
                local @is_known{keys %is_value} = (1) x keys %is_value if $sheet->{name} eq '审计发现';
                check_text("$name: $sheet->{name}", $row[$column]);
            }
        }
    }
}
print scalar @samples, " summaries, $cells cells, $faults faults\n";
exit($faults ? 1 : 0);
