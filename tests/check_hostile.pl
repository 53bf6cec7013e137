#!/usr/bin/env perl
# A filing of a stranger whose names, keys and files are written to harm who opens the report: cells that
# begin like formulas, control characters, marks of direction, endless names. The whole line must either
# refuse them with a code or show them as text, in every format; and a report of more findings than a sheet
# may hold says so. Run in the build tree.
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;
use JSON::PP;

binmode STDOUT, ':encoding(UTF-8)';
my $source = abs_path("$FindBin::Bin/..");
my $build  = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
chdir $folder or die "$folder: $!\n";
$ENV{PATH} = "$build:$ENV{PATH}";
my $faults = 0;

sub fault { print "@_\n"; $faults++ }

sub content {
    my ($name) = @_;
    open my $in, '<:raw:encoding(UTF-8)', $name or return '';
    local $/;
    return scalar(<$in>) // '';
}

sub run {
    my ($command, $status) = @_;
    system('bash', '-c', "$command 2>notes");
    fault("'$command' ended with @{[$? >> 8]}, expected $status:\n" . content('notes')) if $? != $status << 8;
}

sub quoted { my ($text) = @_; return '"' . $text =~ s/"/""/gr . '"' }

sub write_file {
    my ($name, @rows) = @_;
    open my $out, '>:raw:encoding(UTF-8)', $name or die "$name: $!\n";
    print $out join(',', map { ref ? quoted($$_) : $_ } @$_), "\n" for @rows;
    close $out or die "$name: $!\n";
}

# What is accepted, and must be shown as it is; then what a filing may not hold at all.
my @shown = (
    '=1+1', '+1', '-1', '@SUM(A1)', "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "'=1", '|=1', ' =1 ',
    "\x{FF1D}1+1", '_x0041_', ']]>&<"\'&amp;', '<script>alert(1)</script>', '::error::x', '%0A::error::x',
    "C:\\x\\..\\y", "\x{1F600}", 'A' x 40_000,
);
my @rejected = ("\t=1", "\r=1", "\n=1", "\0", "\x01\x1F\x7F", "\e[31mred\e]0;t\a", "\x{85}", "\x{202E}txet",
    "\x{FEFF}=1", "\x{2028}=1", "\x{1F468}\x{200D}\x{1F469}");

my $rules = <<'END';
ruleset pay
  title    en "=1+1" zh "@支付"
  in force 2020-01-01 ..
  zone     Asia/Shanghai
  currency CNY
end
rule PAY-1
  title    en "-Payments"
  cite     "=Art. 1" seen
  severity high
  on       settled
  let      who = payer_account.owner.name
  when     amount > 0
  say      en "{flow_id}: {who}"
end
END

sub make {
    my ($to, $texts, $count) = @_;
    mkdir $to or die "$to: $!\n";
    write_file("$to/institution.csv", [qw(institution_id kind name)], ['P1', 'payment', \'=1+1']);
    write_file("$to/party.csv", [qw(party_id kind name)], map { ["p$_", 'natural', \$texts->[$_]] } 0 .. $#$texts);
    write_file("$to/=1+1\x{202E}.csv", [qw(account_id owner role currency)],
        map { [\$texts->[$_], "p$_", 'customer', 'CNY'] } 0 .. $#$texts);
    write_file("$to/flow.csv", [qw(flow_id time payer_account payee_account amount currency kind status)],
        map { [\($texts->[$_ % @$texts] . ($_ < @$texts ? '' : $_)), '2025-01-05T09:00:00', \$texts->[$_ % @$texts],
              \$texts->[0], '100.01', 'CNY', 'pay', 'settled'] } 0 .. ($count || @$texts) - 1);
    write_file("$to/filing.manifest", map { [$_] } "filing \"=1+1 \x{202E}x\\nviolations  0\"", ' filer P1',
        ' period 2025-01-01 .. 2025-01-31', ' zone Asia/Shanghai', ' currency CNY',
        map({ " file \"$_.csv\" table $_" } qw(institution party flow)), " file \"=1+1\x{202E}.csv\" table account", 'end');
}

# Cells of a sheet, as another reader sees them.
sub cells {
    my ($sheet) = @_;
    open my $in, '-|:encoding(UTF-8)', "$build/tests/sheet/dump book.xlsx '$sheet'" or die;
    local $/;
    my ($text, %is) = (scalar(<$in>) // '');
    $is{ $1 =~ s/""/"/gr }++ while $text =~ /"((?:[^"]|"")*)"/g;
    $is{$_}++ for $text =~ /(?:^|[\t,])([^",\n\t]+)(?=,|$)/mg;
    return \%is;
}

# No formula holds anything of the filing but within the quotes of a label.
sub check_formulas {
    my ($book) = @_;
    for my $part (qx(perl $source/tests/sheet/parts.pl $book)) {
        for my $formula ($part =~ m{<f>(.*?)</f>}g) {
            my $bare = $formula =~ s/&quot;|&#34;/"/gr =~ s/"(?:[^"]|"")*"//gr =~ s/'[^']*'//gr;
            fault("a formula of the filing: $formula") if $bare =~ /cmd|http|[|@]|alert/;
        }
        fault('a control character in the workbook') if $part =~ /[\x00-\x08\x0B\x0C\x0E-\x1F]/;
    }
}

open my $out, '>:encoding(UTF-8)', 'pay.rules' or die;
print $out $rules;
close $out;
make('f', \@shown);
run('flowaudit audit f -r ./pay.rules --reveal -o book.xlsx >said', 0);
run('flowaudit verify -r pay.rules book.xlsx f >same', 0);
fault('the summary can be made to lie: ', content('said') =~ /^([^\n]{0,300})/) if content('said') =~ /\x{202E}|^violations  0|A{1100}/m;
check_formulas('book.xlsx');
my $findings = cells('Findings');
for my $text (@shown) {
    my $wanted = length $text > 32_767 ? substr($text, 0, 32_767 - length '... (cut)') . '... (cut)' : $text;
    fault('not on the sheet of findings: ' . substr $text, 0, 60) if !$findings->{$wanted};
}

# The forms for machines hold every text whole; CSV has none that a spreadsheet runs.
run('flowaudit audit f -r ./pay.rules --reveal --format ndjson -o out.ndjson >said', 0);
my %subjects = map { $_->{subject} => 1 } grep { $_->{type} eq 'finding' }
  map { JSON::PP->new->decode($_) } split /\n/, content('out.ndjson');
for my $text (@shown) {
    fault('not in NDJSON: ' . substr $text, 0, 60) if !$subjects{$text};
}
run('flowaudit audit f -r ./pay.rules --reveal --csv-safe --format csv -o out.csv >said', 0);
fault("CSV has a formula: $_") for content('out.csv') =~ /(?:^|,)("?[=+\-@][^,\n]{0,20})/mg;
for my $format (qw(sarif junit github)) {
    run("flowaudit audit f -r ./pay.rules --reveal --format $format -o out.$format >said", 0);
    fault("$format has a control character") if content("out.$format") =~ /[\x00-\x08\x0B\x0C\x0E-\x1F]/;
}
fault('github: a text begins a command of its own') if content('out.github') =~ /^::error::x/m;

# What a key may not be is rejected with its code, of names what is a control character and no blank, and the
# report says that it is incomplete.
make('bad', ['ok', @rejected]);
run('flowaudit audit bad -r ./pay.rules --reveal -o bad.xlsx >said', 0);
fault('not all are rejected: ', content('said')) if content('said') !~ /^INCOMPLETE  @{[2 * @rejected + 4]} rows/;
check_formulas('bad.xlsx');
make('half', ['ok']);
open $out, '>:raw', 'half/party.csv' or die;
print $out pack('v*', 0xFEFF, map(ord, split //, "party_id,kind,name\np0,natural,"), 0xD800, ord "\n");
close $out;
run('flowaudit audit half -r ./pay.rules -o half.xlsx >said', 4);
fault('half a surrogate: ', content('notes')) if content('notes') !~ /FILE-BYTES/;

# More findings than a sheet holds: the sheet says so, the rest stands in a file beside it.
make('many', [grep { length $_ < 100 } @shown], 66_020);
run('flowaudit audit many -r ./pay.rules --reveal -o book.xlsx >said', 0);
my $rest = () = content('book.findings.csv') =~ /^"?F-/mg;
fault("$rest findings beside the workbook, expected 66020") if $rest != 66_020;
my $listed = grep { /^F-\d+$/ } keys %{ cells('Findings') };
fault("$listed findings on the sheet, expected 50000") if $listed != 50_000;
run('flowaudit verify -r pay.rules book.xlsx many >same', 0);
fault('made again: ', content('same')) if content('same') !~ /^identical/;

# NDJSON of more than a block of findings is made by several threads, and is the same bytes.
run('flowaudit ingest many 2>said | flowaudit flag -r ./pay.rules -o many.results', 0);
run("flowaudit report --format ndjson --reveal -j $_ -o many.$_ many.results", 0) for 1, 3;
run('cmp many.1 many.3', 0);
$listed = () = content('many.3') =~ /^\{"type":"finding"/mg;
fault("$listed findings in NDJSON, expected 66020") if $listed != 66_020;
run('flowaudit report --format ndjson -j 3 many.results | head -n 1 >said', 0);

print $faults ? "$faults faults\n" : "texts of strangers stay texts\n";
exit($faults != 0);
