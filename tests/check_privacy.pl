#!/usr/bin/env perl
# Does anything that people and CI read show a person? Every output of every sample (reports in all
# formats and both languages, summaries, messages, the log of -v) is searched for the clear values of the
# sample's own files: every value of a column that the dictionary masks as a name, party, number or
# phone.
#
# What cannot tell a person is not searched for:
#   - ids and numbers of fewer than 6 characters, names in Latin letters of fewer than 5, other names of
#     fewer than 2: they are words and numbers of their own ("HOME", "27.00", an institution's short id).
#     No real number of a person, card or phone is so short; of a short account number the masking leaves
#     half, whatever stands here;
#   - what stands in a column of the sample that is not masked, too (the name of the institution, an id
#     that is also that of an institution): it may be shown.
# A value in Latin letters counts where no letter, digit, '-' or '_' goes on before or behind it, since
# row numbers and hashes hold any digits; a name in Chinese counts anywhere.
#
# A leak is planted to prove that one would be found: a report with --reveal must show persons of every
# kind, and a message with a number in it must be caught.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/../man";
use Compress::Zlib;
use Dictionary;

my $top = dirname($FindBin::Bin);
my $build = $ENV{BUILD} // '.';
$ENV{FLOWAUDIT_DATA} //= $top;
my $work = tempdir(CLEANUP => 1);
my $failures = 0;

sub slurp {
    my ($path) = @_;
    open my $in, '<:raw', $path or die "$path: $!\n";
    local $/;
    return scalar(<$in>) // '';
}

# --- what is masked: "table.column" => kind --------------------------------------------------------

my %mask;
for my $table (Dictionary::load("$top/lib/ledger/dictionary.txt")) {
    $mask{"$table->{name}.$_->{name}"} = $_->{mask} // '' for @{ $table->{columns} };
}
my %has_tables; # rulesets that declare some, which ingest must be told of
for my $file (glob "$top/rulesets/*/*.rules") {
    my ($table, $ruleset);
    for (split /\n/, slurp($file)) {
        $ruleset = $1 if /^ruleset\s+([\w-]+)/;
        $has_tables{$ruleset} = 1 if defined $ruleset && /^table\s/;
        $table = $1 if /^table\s+(\w+)/;
        $mask{"$table.$1"} = /\bmask\s+(\w+)/ ? $1 : ''
          if defined $table && /^\s+column\s+(\w+)\s*:/;
        undef $table if /^end/;
    }
}
my %is_searched = map { $_ => 1 } qw(name party number phone);
die "the dictionary masks nothing\n" if !grep { $is_searched{$_} } values %mask;

# --- the clear values of a sample ------------------------------------------------------------------

# Records of a CSV file, as bytes; what is damaged is read as far as it goes.
sub records {
    my ($text) = @_;
    my (@records, @fields);
    while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\z|[^,\n]*\n)/gc) {
        my ($quoted, $plain, $end) = ($1, $2, $3);
        push @fields, defined $quoted ? $quoted =~ s/""/"/gr : $plain;
        next if $end eq ',';
        push @records, [@fields];
        @fields = ();
        last if pos($text) >= length $text;
    }
    return @records;
}

sub is_telling {
    my ($value, $kind) = @_;
    return 0 if $value =~ /^\d{4}-\d\d-\d\d/ || $value =~ /^-?\d+\.\d\d$/;
    return length($value) >= ($value =~ /[^\x00-\x7F]/ ? 6 : 5) if $kind eq 'name';
    return length($value) >= 6;
}

# {value => "table.column"} of one sample, and how many values are public there.
sub clear_values {
    my ($folder) = @_;
    my (%clear, %public);
    for my $file (glob "$folder/*.csv") {
        my $table = basename($file) =~ s/(?:-.*)?\.csv$//r;
        my ($head, @records) = records(slurp($file));
        next if basename($file) eq 'expected.csv' || !$head;
        my @columns = map { s/^\xEF\xBB\xBF//r } @$head;
        for my $record (@records) {
            for my $c (0 .. $#$record) {
                my ($value, $kind) = ($record->[$c], $mask{"$table." . ($columns[$c] // '')});
                next if $value eq '' || !defined $kind;
                if    ($kind eq '')                                            { $public{$value} = 1 }
                elsif ($is_searched{$kind} && is_telling($value, $kind)) { $clear{$value} //= "$table.$columns[$c]" }
            }
        }
    }
    my $count = keys %clear;
    delete @clear{ keys %public };
    return (\%clear, $count - keys %clear);
}

# --- searching -------------------------------------------------------------------------------------

# Every value of %$clear in TEXT. One pass: words of Latin letters are looked up, and of other texts each
# stretch by the sizes that names have.
sub found {
    my ($clear, $text) = @_;
    my (%hits, %sizes, %latin);
    $text =~ s/&(amp|lt|gt|quot|apos|#39);/{amp => '&', lt => '<', gt => '>', quot => '"', apos => "'", '#39' => "'"}->{$1}/ge;
    for my $value (keys %$clear) {
        if ($value =~ /[^\x00-\x7F]/)      { $sizes{ length $value } = 1 }
        elsif ($value =~ /^[\w-]+$/)        { $latin{$value} = 1 }
        elsif (index($text, $value) >= 0)   { $hits{$value} = 1 } # names of several words
    }
    # Most words and sentences of a report come again and again: each is looked at once.
    my %words;
    $words{$1} = 1 while $text =~ /([A-Za-z0-9_][A-Za-z0-9_-]{4,})/g;
    for my $word (keys %words) {
        $hits{$word} = 1 if $latin{$word};
        next if index($word, '-') < 0;
        # a long part of a joined word, as in "account-6222...", too; "CF-ISSUER-5M" is the id of a rule
        $latin{$_} && length >= 10 && ($hits{$_} = 1) for split /-/, $word;
    }
    my %stretches;
    $stretches{$1} = 1 while %sizes && $text =~ /((?:[\x80-\xFF]+[ -~]?)*[\x80-\xFF]+)/g;
    for my $stretch (keys %stretches) {
        my @starts; # of characters, where alone a name can begin
        push @starts, $-[0] while $stretch =~ /[^\x80-\xBF]/g;
        for my $size (keys %sizes) {
            for my $at (@starts) {
                last if $at + $size > length $stretch;
                my $part = substr $stretch, $at, $size;
                $hits{$part} = 1 if exists $clear->{$part};
            }
        }
    }
    return sort keys %hits;
}

# The parts of a workbook, joined.
sub workbook_text {
    my ($bytes) = @_;
    my $text = '';
    while ($bytes =~ /PK\x01\x02.{6}(..).{8}(....)(....)(..)(..)(..).{8}(....)/gs) {
        my ($method, $packed, $offset) = (unpack('v', $1), unpack('V', $2), unpack('V', $7));
        my ($name_size, $extra_size) = unpack 'vv', substr($bytes, $offset + 26, 4);
        my $data = substr $bytes, $offset + 30 + $name_size + $extra_size, $packed;
        if ($method) {
            my ($stream) = inflateInit(-WindowBits => -MAX_WBITS());
            ($data) = $stream->inflate($data);
        }
        $text .= "$data\n";
    }
    die "a workbook without parts\n" if $text eq '';
    return $text;
}

sub check {
    my ($clear, $what, $text) = @_;
    for my $value (found($clear, $text)) {
        my $at = index $text, $value;
        my $from = $at > 60 ? $at - 60 : 0;
        my $around = substr($text, $from, 140) =~ s/[\x00-\x1F]+/ /gr;
        print "$what shows $clear->{$value} '$value': ...$around...\n" if $failures++ < 40;
    }
}

# --- the outputs -----------------------------------------------------------------------------------

# Runs COMMAND by sh in the work folder and returns what it wrote to standard output and error.
sub outputs {
    my ($command) = @_;
    system("cd $work && ( $command ) >out 2>err");
    return slurp("$work/out") . "\n" . slurp("$work/err");
}

my $only = @ARGV ? shift @ARGV : ""; # samples whose names hold this
my @samples = grep { -e "$_/filing.manifest" && basename($_) =~ /\Q$only/ } glob "$top/samples/*";
die "no samples\n" if !@samples;
my @formats = do {
    my ($line) = `$build/flowaudit-report --help` =~ /--format (\S+)/;
    grep { $_ ne 'xlsx' } split /\|/, $line // die "no formats\n";
};
my $rules = join ' ', map { "-r $_" } sort keys %has_tables;
my (%earlier, $table_count, $next_count);
my ($output_count, $value_count, $public_count, %revealed) = (0, 0, 0);

sub check_next {
    my ($kind, $name, $clear) = @_;
    my %both = (%{ $earlier{clear} }, %$clear);
    my ($rule) = outputs("$build/flowaudit view --table result_finding --columns rule results") =~ /^rule\n([\w-]+)/m;
    return if !defined $rule;
    # people whom the results mention; of others nobody can know that they are people
    my @people = grep { $mask{ $both{$_} } =~ /^(?:name|number)$/ && /^[\w\x80-\xFF-]+$/ }
      found(\%both, outputs("$build/flowaudit report --format ndjson --reveal results | grep -v '.type.:.reject.'"));
    my @named = grep { /[\x80-\xFF]/ || /^\d{15,}/ } @people;
    my $subject = $named[0] // 'nobody';
    open my $out, '>:raw', "$work/known.waivers" or die;
    print $out qq{waiver W-1\n rule $rule\n keys any\n owner "Head"\n approver "Desk"\n reason "for @named[0 .. ($#named < 3 ? $#named : 3)] alone"\n},
      qq{ cite "letter 1"\n from 2000-01-01\n expires 2099-12-31\n cap none\nend\n},
      qq{waiver W-2\n rule $rule\n keys subject "$subject"\n owner "Head"\nend\n},
      qq{waiver W-3\n keys any $subject "$subject"\n};
    close $out or die;
    my $tool = "$build/flowaudit";
    my $wrong = outputs("$tool flag --waivers known.waivers matched");
    check(\%both, "$name: messages about waivers", $wrong =~ s/'[^']*'//r);
    system qq{cd $work && sed -i '/^waiver W-3/,\$d' known.waivers};
    my $flagged = outputs("$tool flag -v --baseline earlier --waivers known.waivers matched >next");
    my @texts = ($flagged, map { outputs("$tool report --format $_ next") } @formats);
    outputs("$tool report -o next.xlsx next");
    check(\%both, "$name: against the sample before", $_) for @texts, workbook_text(slurp("$work/next.xlsx"));
    $output_count += 2 + @texts;
    $next_count++;
}

for my $sample (@samples) {
    my $name = basename($sample);
    my ($clear, $public) = clear_values($sample);
    die "$name has no clear values\n" if !%$clear;
    $value_count += keys %$clear;
    $public_count += $public;
    my $tool = "$build/flowaudit";
    my %texts = ("$name: ingest, reconcile and flag -v" =>
        outputs("$tool ingest -v $rules $sample >ledger; $tool reconcile -v ledger >matched; $tool flag -v matched >results; : "));
    $texts{"$name: messages for GitHub"} = outputs("$tool ingest --diagnostics github $rules $sample >/dev/null");
    for my $lang (qw(en zh)) {
        $texts{"$name: audit --lang $lang"} = outputs("$tool audit $sample -v --lang $lang -o $lang.xlsx");
        $texts{"$name: workbook $lang"} = workbook_text(slurp("$work/$lang.xlsx")) if -e "$work/$lang.xlsx";
        for my $format (@formats) {
            $texts{"$name: report --format $format --lang $lang"} =
              outputs("$tool report --format $format --lang $lang results");
        }
    }
    for my $side (glob "$work/*.csv") {
        $texts{"$name: " . basename($side)} = slurp($side);
    }
    if (-s "$work/results") { # every table, one file each
        outputs("$tool report --format csv -o tables/ results");
        $texts{"$name: tables/" . basename($_)} = slurp($_) for glob "$work/tables/*";
        $table_count += () = glob "$work/tables/*";
        system 'rm', '-rf', "$work/tables";
    }
    for my $what (sort keys %texts) {
        $output_count++;
        check($clear, $what, $texts{$what});
    }
    if ($name =~ /-clean$/ && !-s "$work/results") {
        print "$name has no results\n";
        $failures++;
    }
    if (-s "$work/results") {
        $revealed{ $mask{ $clear->{$_} } }++
          for found($clear, outputs("$tool report --format ndjson --reveal results"));
    }
    # The next sample of the platform is compared with this one, with a waiver that names people of it.
    my ($kind) = $name =~ /^(.*)-/;
    check_next($kind, $name, $clear) if ($earlier{kind} // '') eq $kind && -s "$work/results";
    if (-s "$work/results") {
        %earlier = (kind => $kind, clear => $clear);
        rename "$work/results", "$work/earlier" or die;
    }
    unlink grep { !/earlier$/ } glob "$work/*";
}

# --- would a leak be found? ------------------------------------------------------------------------

if (!$table_count || !$next_count) {
    print "no tables were written, or no sample compared with another\n";
    $failures++;
}
for my $kind (qw(name party number phone)) {
    next if $only ne '' || $revealed{$kind};
    print "no report with --reveal shows a $kind, so none that leaks would be noticed\n";
    $failures++;
}
my %planted = ('6222021234567890123' => 'account.account_id', '张三' => 'party.name', 'Li Si Ltd' => 'party.name');
for my $leak ('flow.csv:3: account \'6222021234567890123\' is unknown', '{"reason":"张三的借款"}',
              '<t>Li Si Ltd</t>', "account-6222021234567890123") {
    next if (() = found(\%planted, $leak)) == 1;
    print "a planted leak was not found: $leak\n";
    $failures++;
}
for my $harmless ('622202*********0123', '96222021234567890123', 'P-0001', '(2 characters)') {
    next if !(() = found(\%planted, $harmless));
    print "a false alarm: $harmless\n";
    $failures++;
}

printf "%d samples, %d outputs, %d values (%d more stand in columns that are not masked), %d faults\n",
  scalar @samples, $output_count, $value_count, $public_count, $failures;
exit($failures ? 1 : 0);
