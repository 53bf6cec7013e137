#!/usr/bin/env perl
# What a filing leaves out must not make a verdict: each table of the samples with defects is left out,
# then filed with no row, and (--columns) filed with one column empty. Of each finding of the whole sample
# that is then gone the rule must say so (not testable, nothing judged, judged by a table without rows,
# undecided rows, rows outside groups, rows it did not take), and a violation that was not there before must
# be one by a table without rows, too, or stand in data/missing.txt, with the reason.
#
#     tests/check_missing.pl [--columns] [SAMPLE...]
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Copy qw(copy);
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);

my $top     = dirname(dirname(__FILE__));
my $build   = $ENV{BUILD} // "$top/build";
my $columns = @ARGV && $ARGV[0] eq '--columns' && shift;
my @samples = @ARGV ? @ARGV : map { basename($_) } sort glob "$top/samples/*-defects";
my $work    = tempdir(CLEANUP => 1);
my ($count, $faults) = (0, 0);
my (%allowed, %is_used);

sub slurp {
    my ($path) = @_;
    open my $in, '<', $path or die "$path: $!\n";
    local $/;
    return <$in> // '';
}

sub spew {
    my ($path, $text) = @_;
    open my $out, '>', $path or die "$path: $!\n";
    print $out $text;
    close $out or die "$path: $!\n";
}

sub member {
    my ($line, $name) = @_;
    return $line =~ /"$name":"((?:[^"\\]|\\.)*)"/ ? $1 : $line =~ /"$name":(\w+)/ ? $1 : '';
}

# The findings and rules of an audit; nothing when the filing was refused.
sub audit {
    my ($folder) = @_;
    my $lines = `'$build/flowaudit-audit' --format ndjson --reveal '$folder' 2>'$work/said'`;
    return if $? != 0;
    my (%findings, %rules);
    for my $line (split /\n/, $lines) {
        my $type = member($line, 'type');
        $findings{ join '|', map { member($line, $_) } qw(rule subject) } = member($line, 'outcome')
          if $type eq 'finding';
        $rules{ member($line, 'rule') } = $line if $type eq 'rule';
    }
    return { findings => \%findings, rules => \%rules };
}

# Whether the summary leaves it open what the rule found.
sub is_open {
    my ($line, $before) = @_;
    return 1 if member($line, 'state') ne 'tested' || member($line, 'tested') eq '0';
    return 1 if member($line, 'empty_tables') ne '';
    for my $name (qw(unknown pending outside_group not_in_force after_as_of other_currency excepted_rows)) {
        return 1 if member($line, $name) > member($before, $name);
    }
    return 0;
}

sub compare {
    my ($whole, $part, $sample, $change) = @_;
    $count++;
    my %gone;
    for my $key (sort keys %{ $whole->{findings} }) {
        my ($rule) = $key =~ /^([^|]*)/;
        next if exists $part->{findings}{$key};
        next if is_open($part->{rules}{$rule} // '', $whole->{rules}{$rule});
        $gone{$rule} = $key;
    }
    report('gone', $_, $gone{$_}, $sample, $change) for sort keys %gone;
    my %new;
    for my $key (sort keys %{ $part->{findings} }) {
        my ($rule) = $key =~ /^([^|]*)/;
        next if $part->{findings}{$key} ne 'violation' || exists $whole->{findings}{$key};
        $new{$rule} = $key if member($part->{rules}{$rule}, 'empty_tables') eq '';
    }
    report('new', $_, $new{$_}, $sample, $change) for sort keys %new;
}

sub report {
    my ($what, $rule, $key, $sample, $change) = @_;
    for my $line ("$what $rule $change", "$what $rule *", "$what * $change") {
        next if !$allowed{$line};
        $is_used{$line} = 1;
        return;
    }
    print "$sample: $what $rule $change: $key\n";
    $faults++;
}

# A copy in which the totals of a changed file are not stated.
sub make {
    my ($sample, $table, $change) = @_;
    my $folder = "$work/filing";
    remove_tree($folder);
    mkdir $folder or die "$folder: $!\n";
    for my $path (glob "$top/samples/$sample/*.csv $top/samples/$sample/filing.manifest") {
        my $text = slurp($path);
        my $name = basename($path);
        next if $name eq 'expected.csv';
        if ($name eq 'filing.manifest') {
            if ($change eq 'without') { $text =~ s/^.*table \Q$table\E\b.*\n|^\s*covers \Q$table\E .*\n//mg }
            else                      { $text =~ s/(table \Q$table\E\b).*/$1/ }
        }
        if ($name eq "$table.csv") {
            next if $change eq 'without';
            $text = change($text, $change);
            return if !defined $text;
        }
        spew("$folder/$name", $text);
    }
    return $folder;
}

# With the header alone, or without what column CHANGE holds; nothing when it is empty already.
sub change {
    my ($text, $change) = @_;
    my ($header, @rows) = split /\n/, $text;
    return "$header\n" if $change eq 'empty';
    my @names = split /,/, $header;
    my ($at)  = grep { $names[$_] eq $change } 0 .. $#names;
    my $found = 0;
    for my $row (@rows) {
        my @fields;
        push @fields, $1 while $row =~ /\G("(?:[^"]|"")*"|[^,]*)(?:,|$)/g && @fields < @names;
        $found ||= $fields[$at] ne '';
        $fields[$at] = '';
        $row = join ',', @fields;
    }
    return $found ? join("\n", $header, @rows) . "\n" : undef;
}

for my $line (split /\n/, slurp("$top/tests/data/missing.txt")) {
    $allowed{$1} = 1 if $line =~ /^((?:gone|new) \S+ \S+)  \S/;
    die "data/missing.txt: $line\n" if $line =~ /^[^#]/ && $line !~ /^(?:gone|new) \S+ \S+  \S/;
}
for my $sample (@samples) {
    my $whole = audit("$top/samples/$sample") // die "$sample was refused\n";
    my %has;
    for my $path (glob "$top/samples/$sample/*.csv") {
        my $table = basename($path, '.csv');
        next if $table =~ /^(?:expected|institution)$/;
        my ($header) = split /\n/, slurp($path);
        for my $change ('without', 'empty', $columns ? split(/,/, $header) : ()) {
            my $folder = make($sample, $table, $change) // next;
            my $part   = audit($folder)                 // next;
            next if slurp("$work/said") =~ /rejected/;
            compare($whole, $part, $sample, "$table.$change");
        }
    }
}
if (!@ARGV && $columns) {
    for my $line (sort keys %allowed) {
        next if $is_used{$line};
        print "data/missing.txt: not needed: $line\n";
        $faults++;
    }
}
print "$count filings, $faults faults\n";
exit($faults != 0);
