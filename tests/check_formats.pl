#!/usr/bin/env perl
# Do the forms for machines stay valid whatever stands in a filing? Cells that begin a formula,
# controls, marks of direction, emoji, a name of 40,000 characters, names of files with marks of
# their own; and do JUnit, annotations and CSV of a sample agree with its NDJSON? Run in the build tree.
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path getcwd);
use Encode qw(decode encode);
use File::Temp qw(tempdir);
use FindBin;
use JSON::PP;

my $source = abs_path("$FindBin::Bin/..");
my $build  = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
# what may declare tables of its own, which filings bring
my $rulesets = join ' ', map {"-r $_"} grep { !/sets\.rules$/ } glob "$source/rulesets/*/*.rules";
my ($faults, $what) = (0, '');
$ENV{PATH} = "$build:$ENV{PATH}";
chdir $folder or die "$folder: $!\n";
binmode STDOUT, ':encoding(UTF-8)';

sub fault { print "$what: @_\n" if $faults++ < 20 }

sub write_file {
    my ($path, @lines) = @_;
    open my $out, '>:raw', $path or die "$path: $!\n";
    print $out map { utf8::is_utf8($_) ? encode('UTF-8', $_) : $_ } @lines;
    close $out or die "$path: $!\n";
}

# What a command writes; it must be UTF-8.
sub output {
    my ($command) = @_;
    system('bash', '-o', 'pipefail', '-c', "{ $command; } >said 2>errors") == 0 or die "$command: status $?\n";
    open my $in, '<:raw', 'said' or die "said: $!\n";
    my $bytes = do { local $/; <$in> } // '';
    return eval { decode('UTF-8', $bytes, Encode::FB_CROAK) } // do { fault("$command: not UTF-8"); '' };
}

# Fields of RFC 4180, each with whether it was quoted.
sub csv {
    my ($text) = @_;
    my (@rows, @row);
    while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gc) {
        my ($quoted, $plain, $end) = ($1, $2, $3);
        push @row, defined $quoted ? $quoted =~ s/""/"/gr : $plain;
        next if $end eq ',';
        push @rows, [@row];
        @row = ();
    }
    fault('CSV ends early') if (pos($text) // 0) != length $text;
    fault('CSV with rows of different lengths') if grep { @$_ != @{ $rows[0] } } @rows;
    return @rows;
}

my $hidden = qr/[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}\x{FEFF}]/;

# XML by expat, as far as its module is there, and by what XML 1.0 forbids.
sub check_junit {
    my ($text, $findings) = @_;
    fault('JUnit has a character that XML forbids') if $text =~ /[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]/;
    fault('JUnit shows hidden characters') if $text =~ $hidden;
    if (eval { require XML::Parser }) {
        eval { XML::Parser->new->parse(encode('UTF-8', $text)); 1 } or fault("JUnit: $@");
    }
    my %sum;
    while ($text =~ /<testsuite name="[^"]*" tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)">(.*?)<\/testsuite>/gs) {
        my ($body, @counts) = ($5, $1, $2, $3, $4);
        my @found = map { scalar(() = $body =~ /<$_[ >]/g) } qw(testcase failure error skipped);
        fault("a suite counts @counts and has @found") if "@counts" ne "@found";
        $sum{$_} += $counts[$_] for 0 .. 3;
    }
    my ($all) = $text =~ /<testsuites name="flowaudit" (.*)>/;
    my $expected = sprintf 'tests="%d" failures="%d" errors="%d" skipped="%d"', @sum{ 0 .. 3 };
    fault("suites are $expected, counted $all") if $all ne $expected;
    my %failing = map { $_->{rule} => 1 } grep { $_->{outcome} ne 'lead' && !$_->{waived} } @$findings;
    my %failed  = map { $_ => 1 } $text =~ /<testcase classname="[^"]*" name="(\S+) [^"]*">\s*<failure[^>]*type="(?:violation|indeterminate)"/g;
    fault("rules that fail: $_") for grep { !$failed{$_} || !$failing{$_} } keys %{ { %failing, %failed } };
}

sub check_github {
    my ($text) = @_;
    my @lines = split /\n/, $text, -1;
    fault('annotations do not end with a line') if pop @lines ne '';
    my $last = pop @lines;
    fault("last line '$last'") if $last !~ /\Aflowaudit: \d+ errors, \d+ warnings, \d+ notices; \d+ waived/;
    my %count;
    for (@lines) {
        fault("line '$_'") if !/\A::(error|warning|notice) (?:file=[^,:]*(?:,line=\d+)?,)?title=[^,:]+::\S.*\z/;
        $count{ $1 // '' }++;
        fault("escape in '$_'") if /%(?!25|2C|3A)/;
        fault("hidden characters in '$_'") if /$hidden/;
        fault('a line of ' . length) if length > 1500;
    }
    fault("$count{$_} of $_") for grep { $count{$_} > 10 } keys %count;
}

sub check_csv {
    my ($results, $findings) = @_;
    output("rm -rf tables; flowaudit-report --format csv -o tables/ $results");
    my @findings = @$findings ? csv(output('cat tables/result_finding.csv')) : ('heading');
    fault(@findings - 1 . ' findings in CSV') if @findings != @$findings + 1;
    for my $table (glob 'tables/*.csv') {
        my @rows = csv(output("cat $table"));
        fault("$table has no rows") if @rows < 2;
    }
    my %written = map { m{/(\w+)\.csv} => 1 } glob 'tables/*.csv';
    for (split /\n/, output("flowaudit-view --totals $results")) {
        my ($table, $column, undef, undef, $rows) = split /,/;
        next if $column ne '' || $table !~ /\A(?:result_\w+|break|bridge|coverage|reject|remark)\z/ || !$rows;
        fault("no CSV of $table") if !$written{$table};
    }
    for my $row (csv(output("flowaudit-report --format csv --csv-safe $results"))) {
        for (@$row) {
            fault("CSV has '$_'") if /\A[=+@\t\r\n＝＋－＠]/ || (/\A-/ && !/\A-\d+(?:\.\d+)?\z/);
            fault('safe CSV shows hidden characters') if /$hidden/;
        }
    }
}

sub check_text {
    my ($text) = @_;
    fault('the summary shows hidden characters') if $text =~ $hidden;
    fault('a line of the summary is long') if grep { length > 1500 } split /\n/, $text;
}

sub check {
    my ($results, $options) = @_;
    my @findings = grep { $_->{type} eq 'finding' }
      map { decode_json(encode('UTF-8', $_)) } split /\n/, output("flowaudit-report --format ndjson $options $results");
    check_junit(output("flowaudit-report --format junit $options $results"), \@findings);
    check_github(output("flowaudit-report --format github --root 'a b,c:d' $options $results"));
    check_text(output("flowaudit-report --format text $options $results"));
    check_csv($results, \@findings);
    my $sarif = output("flowaudit-report --format sarif $options $results");
    eval { decode_json(encode('UTF-8', $sarif)); 1 } or fault("SARIF: $@");
    fault('SARIF shows hidden characters') if $sarif =~ $hidden;
    return @findings;
}

# --- samples ---

for my $name (qw(payment-2025-defects lending-2020-damaged prepaid-2025-clean)) {
    $what = $name;
    output("flowaudit-ingest $rulesets '$source/samples/$name' | flowaudit-reconcile | flowaudit-flag -o results");
    check('results', '--lang both');
}

# audit says the same as the pipe of the tools, to the byte.
$what = 'lending-2020-damaged';
output("flowaudit-ingest $rulesets '$source/samples/$what' | flowaudit-reconcile | flowaudit-flag -o results");
for my $format (qw(sarif junit github)) {
    my $piped = output("flowaudit-report --format $format results");
    fault("$format of audit is another one")
      if output("flowaudit-audit --format $format -j 2 '$source/samples/$what'") ne $piped;
}

# --- what strangers write ---

my @names = (
    '=1+1', '+cmd', '-2+3', '@SUM(A1)', "\t=1", '＝1+1', '－1', '＠x', 'plain', "a\x{202E}gnp.exe", "zero\x{200B}width",
    "\x{1F600}\x{1F468}\x{200D}\x{1F469}", "quote\"s, and\nlines", '%0A::error::x', '<b>&amp;]]></b>', '[click](http://example.org)',
    '长' x 40000, "\x{2028}line", "\x{FEFF}mark", "\x{E0041}tag", '{amount}', '\\', "]]>\r\nx");
my @bad = ("\xC2\x85next", "nul\x00in", "esc\x1b[31m", "\xED\xA0\x80 lone", "\xFF");
my $no = 0;
mkdir 'hostile' or die "hostile: $!\n";
write_file('hostile/flow, 100%:=.csv',
    "flow_id,time,payer_account,payee_account,amount,currency,kind,status,merchant_name\n",
    map { $no++; ("=$no,2025-01-02T09:00,A1,A2,$no.00,CNY,pay,settled,\"", s/"/""/gr, "\"\n") } @names, @bad);
write_file('hostile/account.csv', "account_id,owner,role,currency\nA1,P1,customer,CNY\nA2,P2,merchant,CNY\n");
write_file('hostile/party.csv', "party_id,kind,name\nP1,natural,\"=HYPERLINK(\"\"x\"\")\"\nP2,legal,\@x\n");
write_file('hostile/institution.csv', "institution_id,name,kind,country\nI1,=Firm,payment,CN\n");
write_file('hostile/filing.manifest', <<"END");
filing "\x{202E}hostile\x{200B} ]](x) <one>"
  filer "I1"
  zone Asia/Shanghai
  currency CNY
  file "flow, 100%:=.csv" table flow
  file "account.csv" table account
  file "party.csv" table party
  file "institution.csv" table institution
end
END
write_file('hostile.rules', <<'END');
ruleset hostile
  title    en "Texts <of> & [strangers](x)"
  in force 2000-01-01 ..
  zone     Asia/Shanghai
  currency CNY
end

rule HOSTILE-1
  title    en "A flow with a merchant's name"
  cite     "none" known
  source   "law.example.org/a/b" text
  severity high
  on       settled
  when     amount >= 0
  say      en "{merchant_name}"
end
END
$what = 'hostile';
output('flowaudit-ingest hostile -r hostile.rules | flowaudit-flag -r hostile.rules -o results');
for my $options ('', '--reveal') {
    my @findings = check('results', $options);
    my %shown = map { $_->{message_en} => 1 } @findings;
    fault(@findings . ' findings of ' . @names) if @findings != @names;
    for my $name (@names) {
        fault('NDJSON lacks ' . substr $name, 0, 20) if !$shown{ $name =~ s/\A\s+|\s+\z//gr } && !$shown{$name};
    }
}

print "$faults faults\n";
exit($faults ? 1 : 0);
