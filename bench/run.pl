#!/usr/bin/env perl
# Generates a filing, answers the same questions with flowaudit and with DuckDB, compares all
# findings and breaks, and prints the ratios with their goals, as Markdown.
#
#     bench/run.pl [--flows N] [--runs N] [--threads N] [--keep]
#
# Everything is made in $BUILD/bench; DuckDB comes from npm. Runs of the two alternate after a
# warm-up each, and medians are compared, so that a busy machine spoils both alike.
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use Getopt::Long;
use POSIX qw(strftime);
use lib dirname(dirname(abs_path(__FILE__))) . '/tests/sheet';
use Workbook;

my ($flows, $runs, $threads, $keep) = (1_000_000, 3, 2, 0);
GetOptions('flows=i' => \$flows, 'runs=i' => \$runs, 'threads=i' => \$threads, 'keep' => \$keep)
  or die "usage: run.pl [--flows N] [--runs N] [--threads N] [--keep]\n";

my $top   = abs_path(dirname(dirname(__FILE__)));
my $build = abs_path($ENV{BUILD} // "$top/build");
my $work  = "$build/bench/work";
make_path($work);

# --- measuring ---

# Runs a command with its output in a file; gives wall and processor seconds and peak memory in MiB.
sub measure {
    my ($output, @command) = @_;
    my $pid = fork // die "cannot fork: $!\n";
    if ($pid == 0) {
        open STDOUT, '>', $output         or die "$output: $!\n";
        open STDERR, '>', "$work/messages" or die "$work/messages: $!\n";
        exec "$build/bench/measure", "$work/figures", @command or exit 127;
    }
    waitpid $pid, 0;
    my ($status, $wall, $cpu, $kib) = $? == 0 ? split ' ', slurp("$work/figures") : $? >> 8;
    die "@command: status $status\n", slurp("$work/messages") if $status != 0;
    return { wall => $wall, cpu => $cpu, mib => $kib / 1024, said => slurp("$work/messages") };
}

sub median {
    my ($figure, @of) = @_;
    my @sorted = sort { $a <=> $b } map { $_->{$figure} } @of;
    return $sorted[@sorted / 2];
}

# Alternating runs of several commands: name => [output, command...]. Medians by name.
sub compare {
    my (%commands) = @_;
    my %figures;
    for my $round (0 .. $runs) {
        for my $name (sort keys %commands) {
            my $figure = measure(@{ $commands{$name} });
            push @{ $figures{$name} }, $figure if $round > 0;    # the first is the warm-up
        }
    }
    my %medians;
    for my $name (keys %figures) {
        $medians{$name}{$_} = median($_, @{ $figures{$name} }) for qw(wall cpu mib);
        $medians{$name}{said} = $figures{$name}[-1]{said};
        $medians{$name}{runs} = $figures{$name};
    }
    return \%medians;
}

# --- the filings ---

sub generate {
    my ($name, @options) = @_;
    my $folder = "$work/$name";
    return $folder if -e "$folder/filing.manifest" && $keep;
    remove_tree($folder);
    system("$build/samples/flowaudit-sample", 'payment-defects', '-o', $folder, @options) == 0
      or die "cannot generate $folder\n";
    return $folder;
}

# The same filing with each table as .gz.
sub compress {
    my ($folder) = @_;
    my $packed = "$folder-gz";
    return $packed if -e "$packed/filing.manifest" && $keep;
    remove_tree($packed);
    make_path($packed);
    my $manifest = slurp("$folder/filing.manifest");
    for my $name ($manifest =~ /^\s*file\s+"([^"]+)"/mg) {
        system("gzip -nc '$folder/$name' >'$packed/$name.gz'") == 0 or die "cannot compress $name\n";
    }
    $manifest =~ s/\.csv"/.csv.gz"/g;
    $manifest =~ s/ sha256 "[^"]*"//g;
    open my $out, '>', "$packed/filing.manifest" or die "$packed: $!\n";
    print $out $manifest;
    close $out or die "$packed: $!\n";
    return $packed;
}

# A statement as a workbook, with shared texts, times, numbers as Excel stores them; its sheet alone, for
# the parser; and the profile that reads it.
sub statement_in_workbook {
    my ($lines) = @_;
    my ($book, $sheet, $profile) = map {"$work/statement.$_"} qw(xlsx xml profile);
    return ($book, $sheet, $profile) if -e $book && $keep;
    my @texts = ('id', 'account', 'booked at', 'side', 'amount', 'balance', 'memo', 'credit', 'debit', map {"account $_"} 1 .. 1000);
    my @rows = (join '', '<row r="1">', map({ sprintf '<c r="%s1" t="s"><v>%d</v></c>', chr(65 + $_), $_ } 0 .. 6), '</row>');
    for my $i (1 .. $lines) {
        my $r = $i + 1;
        push @rows, sprintf '<row r="%d" spans="1:7"><c r="A%d"><v>%d</v></c><c r="B%d" t="s"><v>%d</v></c><c r="C%d" s="1"><v>%.10f</v></c>'
          . '<c r="D%d" t="s"><v>%d</v></c><c r="E%d"><v>%.17g</v></c><c r="F%d"><v>%.17g</v></c><c r="G%d" t="str"><v>payment of invoice %d</v></c></row>',
          $r, $r, $i, $r, 9 + $i % 1000, $r, 45658 + $i % 8000000 / 86400, $r, 7 + $i % 2, $r, ($i % 99991) / 100, $r, ($i * 7 % 9999991) / 100, $r, $i;
    }
    my $xml = Workbook::sheet(@rows);
    my $styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>';
    for ([$sheet, $xml], [$profile, <<'END'],
profile bench-workbook
  format sheet
  zone UTC
  currency EUR scale 2
  table statement
    column statement_id  from "id"
    column account       from "account"
    column booked_at     from "booked at"
    column direction     from "side"
    column amount        from "amount"
    column currency      = "EUR"
    column balance_after from "balance"
    column memo          from "memo"
end
END
        [$book, Workbook::workbook(properties => '', deflate => 1, styles => $styles, shared => [map {"<si><t>$_</t></si>"} @texts],
            sheets => [['Sheet1', $xml]])]) {
        my ($name, $bytes) = @$_;
        open my $out, '>:raw', $name or die "$name: $!\n";
        print $out $bytes;
        close $out or die "$name: $!\n";
    }
    return ($book, $sheet, $profile);
}

# A camt.053 with an entry of one payment each, indented as banks do.
sub statement_in_xml {
    my ($entries) = @_;
    my $name = "$work/camt.053.xml";
    return $name if -e $name && $keep;
    my $of = sub { my ($depth, $text) = @_; return "\t" x $depth . "$text\n" };
    my $party = $of->(6, '<Dbtr>') . $of->(7, '<Pty>') . $of->(8, '<Nm>Example Trading Ltd</Nm>') . $of->(8, '<PstlAdr>')
      . $of->(9, '<AdrLine>1 Example Street</AdrLine>') . $of->(9, '<AdrLine>Example Town</AdrLine>') . $of->(8, '</PstlAdr>')
      . $of->(7, '</Pty>') . $of->(6, '</Dbtr>') . $of->(6, '<DbtrAcct>') . $of->(7, '<Id>')
      . $of->(8, '<IBAN>DE02120300000000202051</IBAN>') . $of->(7, '</Id>') . $of->(6, '</DbtrAcct>');
    open my $out, '>', $name or die "$name: $!\n";
    print $out qq(<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n),
      '<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id>',
      "<Ccy>EUR</Ccy></Acct>\n";
    for my $i (1 .. $entries) {
        my ($amount, $side) = (sprintf('%.2f', $i % 9999 / 7), $i % 2 ? 'CRDT' : 'DBIT');
        my $code = '<Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>AUTT</SubFmlyCd></Fmly></Domn>' =~ s/></>\n\t\t\t\t\t</gr;
        print $out $of->(2, '<Ntry>'), $of->(3, "<NtryRef>R$i</NtryRef>"), $of->(3, qq(<Amt Ccy="EUR">$amount</Amt>)),
          $of->(3, "<CdtDbtInd>$side</CdtDbtInd>"), $of->(3, '<RvslInd>false</RvslInd>'), $of->(3, '<Sts>'), $of->(4, '<Cd>BOOK</Cd>'),
          $of->(3, '</Sts>'), map({ $of->(3, "<$_>") . $of->(4, '<Dt>2025-01-02</Dt>') . $of->(3, "</$_>") } qw(BookgDt ValDt)),
          $of->(3, "<AcctSvcrRef>0758103031480900$i</AcctSvcrRef>"), $of->(3, '<BkTxCd>'), $of->(4, $code), $of->(3, '</BkTxCd>'),
          $of->(3, '<NtryDtls>'), $of->(4, '<TxDtls>'), $of->(5, '<Refs>'), $of->(6, "<InstrId>I$i</InstrId>"),
          $of->(6, "<EndToEndId>E2E-$i-0001</EndToEndId>"), $of->(5, '</Refs>'), $of->(5, qq(<Amt Ccy="EUR">$amount</Amt>)),
          $of->(5, "<CdtDbtInd>$side</CdtDbtInd>"), $of->(5, '<RltdPties>'), $party, $of->(5, '</RltdPties>'), $of->(5, '<RmtInf>'),
          $of->(6, "<Ustrd>Invoice 408 $i</Ustrd>"), $of->(5, '</RmtInf>'), $of->(4, '</TxDtls>'), $of->(3, '</NtryDtls>'), $of->(2, '</Ntry>');
    }
    print $out "</Stmt></BkToCstmrStmt></Document>\n";
    close $out or die "$name: $!\n";
    return $name;
}

# The flows of a filing with a Chinese text in each row, in an encoding that a profile declares.
sub recode {
    my ($folder, $encoding) = @_;
    my $recoded = "$folder-$encoding";
    remove_tree($recoded);
    make_path($recoded);
    my @words = ('投资放款', '还款本金利息', '充值到账', '购买理财产品', '转账给商户');
    my $layer = $encoding eq 'gb18030' ? 'gbk' : $encoding; # the same codes for these characters
    open my $in,  '<:raw', "$folder/flow.csv" or die "$folder/flow.csv: $!\n";
    open my $out, ">:raw:encoding($layer)", "$recoded/flow.csv" or die "$recoded: $!\n";
    chomp(my $header = <$in>);
    print $out "$header,memo\n";
    while (my $line = <$in>) {
        chomp $line;
        print $out "$line,", $words[$. % 5], $words[$. % 3], "\n";
    }
    close $out or die "$recoded: $!\n";
    my $columns = join '', map { "    column $_ from \"$_\"\n" } split(/,/, $header), 'memo';
    open my $profile, '>', "$recoded.profile" or die "$recoded.profile: $!\n";
    print $profile "profile flows\n  encoding $encoding\n  table flow\n${columns}end\n";
    close $profile or die "$recoded.profile: $!\n";
    open my $manifest, '>', "$recoded/filing.manifest" or die "$recoded: $!\n";
    print $manifest qq{filing "x"\n  zone Asia/Shanghai\n  file "flow.csv" table flow profile flows\nend\n};
    close $manifest or die "$recoded: $!\n";
    return ['/dev/null', "$build/flowaudit-ingest", '-j', 1, '--profile', "$recoded.profile", $recoded];
}

sub install_duckdb {
    return if -d "$build/bench/node_modules/\@duckdb/node-api";
    system('npm', 'install', '--silent', '--prefix', "$build/bench", '@duckdb/node-api') == 0
      or die "npm could not install \@duckdb/node-api\n";
}

# A ruleset of COUNT rules with thresholds of their own that nothing reaches.
sub rules_of {
    my ($name, $count, $has_kinds) = @_;
    my @kinds = ('on settled per payer_account each day when sum(amount) > %d.00',
        'on settled when amount > %d.00 and payer_account.owner.kind = natural',
        'on leg of settled per account running b = sum(signed) when b > %d000.00',
        'on settled per payee_account each month when sum(amount) > %d00.00');
    @kinds = @kinds[0 .. 0] if !$has_kinds;
    return ruleset($name, map { sprintf $kinds[$_ % @kinds], 900_000_000 + $_ } 0 .. $count - 1);
}

sub ruleset {
    my ($name, @bodies) = @_;
    open my $out, '>', "$work/$name.rules" or die "$work/$name.rules: $!\n";
    print $out "ruleset bench\n title en \"Bench\"\n in force 2015-01-01 ..\n zone Asia/Shanghai\n currency CNY\nend\n";
    for my $i (0 .. $#bodies) {
        print $out "rule B-$i\n title en \"b\"\n cite \"none\" known\n severity low\n $bodies[$i]\nend\n";
    }
    close $out or die "$work/$name.rules: $!\n";
    return "$work/$name.rules";
}

# What duckdb.mjs answers of the law. The shipped rulesets hold more.
my @asked = qw(LV16-CASH LV16-FILE5 LV18-PI-LEGAL LV18-PI-NP-DOM MA-PAY-CAP-1 MA-PAY-LIC-1 RSV21-FEE
  RSV21-FULL RSV21-NOINT RSV21-USE);

# The shipped rulesets with the rules of @asked alone.
sub asked_rules {
    my $asked = join '|', @asked;
    my @paths;
    for my $name (qw(cn-aml-large-value-2016 cn-market-access cn-payment-reserve-2021)) {
        my $text = slurp("$top/rulesets/cn/$name.rules");
        $text =~ s/^(?:rule|provision|statistic) (?!(?:$asked)\n).*?^end\n//msg;
        push @paths, "$work/$name.rules";
        open my $out, '>', $paths[-1] or die "$paths[-1]: $!\n";
        print $out $text;
        close $out or die "$paths[-1]: $!\n";
    }
    return map { ('-r', $_) } @paths;
}

sub audit {
    my ($folder, $out, $threads, @rules) = @_;
    return ["$work/summary", "$build/flowaudit-audit", '-j', $threads, '--format', 'ndjson',
        '--reveal', '-o', $out, @rules, $folder];
}

sub duckdb {
    my ($folder, $out) = @_;
    return [$out, 'node', "$build/bench/duckdb.mjs", $folder, $threads];
}

# Of what was found or planned, the breaks and the findings of @asked.
sub keys_of {
    my ($path) = @_;
    my $asked = join '|', @asked;
    open my $in, '-|', $^X, "$top/tests/finding_keys.pl", $path or die "finding_keys.pl: $!\n";
    return join '', grep { /^(?:break|finding,(?:$asked)),/ } <$in>;
}

sub slurp {
    my ($path) = @_;
    open my $in, '<', $path or die "$path: $!\n";
    local $/;
    return scalar <$in>;
}

# --- the report ---

my @rows;

sub row {
    my ($what, $ratio, $goal, $aim, $detail) = @_;
    push @rows, sprintf '| %s | %.2f | %s | %s | %s |', $what, $ratio, $goal, $aim, $detail;
}

sub machine {
    my ($model) = slurp('/proc/cpuinfo') =~ /^model name\s*:\s*(.*)$/m;
    my ($kib)   = slurp('/proc/meminfo') =~ /^MemTotal:\s*(\d+)/m;
    my $count   = () = slurp('/proc/cpuinfo') =~ /^processor\s*:/mg;
    return sprintf '%s, %d processors, %.0f GiB', $model // 'unknown processor', $count,
      $kib / 1024 / 1024;
}

install_duckdb();
system('cp', "$top/bench/duckdb.mjs", "$build/bench/") == 0 or die "cannot copy duckdb.mjs\n";
my $filing = generate('filing',  '--flows', $flows);
my $small  = generate('small',   '--flows', $flows / 10);
my $plain  = generate('plain',   '--flows', $flows / 10, '--clients', 1000);
my $quoted = generate('quoted',  '--flows', $flows / 10, '--clients', 1000, '--quote-all');
my @tables = map { "$filing/$_.csv" } qw(account balance flow party statement);

# The whole line, and whether both found the same.
my $line = compare(
    flowaudit => audit($filing, "$work/found.ndjson", $threads, asked_rules()),
    whole     => audit($filing, "$work/whole.ndjson", $threads),
    duckdb    => duckdb($filing, "$work/duckdb.txt"));
my ($ours, $theirs, $plan) =
  (keys_of("$work/found.ndjson"), slurp("$work/duckdb.txt"), keys_of("$filing/expected.csv"));
my $agree = $ours eq $theirs ? 'the same' : 'DIFFERENT';
my $planned = $ours eq $plan ? 'all that was planted and nothing else' : 'NOT what was planted';
my $found = () = $ours =~ /\n/g;

row('whole line, wall, against DuckDB', $line->{flowaudit}{wall} / $line->{duckdb}{wall}, '0.45', '0.30',
    sprintf '%.2f s against %.2f s, %d threads', $line->{flowaudit}{wall}, $line->{duckdb}{wall}, $threads);
row('its CPU', $line->{flowaudit}{cpu} / $line->{duckdb}{cpu}, '', '',
    sprintf '%.2f s against %.2f s', $line->{flowaudit}{cpu}, $line->{duckdb}{cpu});
row('its peak memory', $line->{flowaudit}{mib} / $line->{duckdb}{mib}, '0.33', '0.20',
    sprintf '%.0f MiB against %.0f MiB; %.0f bytes a flow above 100 MB', $line->{flowaudit}{mib},
    $line->{duckdb}{mib}, ($line->{flowaudit}{mib} * 1048576 - 1e8) / $flows);

row('all rules of a payment institution, wall, against those that DuckDB answers', $line->{whole}{wall} / $line->{flowaudit}{wall},
    '2', '1.5', sprintf '%.2f s against %.2f s, CPU %.2f s against %.2f s; %.0f MiB', map({ $line->{$_}{wall} } qw(whole flowaudit)),
    map({ $line->{$_}{cpu} } qw(whole flowaudit)), $line->{whole}{mib});

# The way in, against libcsv that does nothing with what it reads.
my $way_in = compare(
    libcsv => ["$work/out", "$build/bench/reader", 'libcsv', @tables],
    typed  => ["$work/out", "$build/bench/reader", 'typed',  @tables],
    ingest => ['/dev/null', "$build/flowaudit-ingest", '-j', 1, $filing]);
row('reader with typed columns, CPU, against libcsv', $way_in->{typed}{cpu} / $way_in->{libcsv}{cpu},
    '0.50', '0.25', sprintf '%.2f s against %.2f s', $way_in->{typed}{cpu}, $way_in->{libcsv}{cpu});
row('ingest to /dev/null, CPU, against libcsv', $way_in->{ingest}{cpu} / $way_in->{libcsv}{cpu}, '1.2',
    '0.8', sprintf '%.2f s against %.2f s, SHA-256 of the sources included', $way_in->{ingest}{cpu},
    $way_in->{libcsv}{cpu});

my $quotes = compare(
    plain  => ['/dev/null', "$build/flowaudit-ingest", '-j', 1, $plain],
    quoted => ['/dev/null', "$build/flowaudit-ingest", '-j', 1, $quoted]);
row('every field quoted, CPU, against unquoted', $quotes->{quoted}{cpu} / $quotes->{plain}{cpu}, '1.5',
    '1.2', sprintf '%.2f s against %.2f s', $quotes->{quoted}{cpu}, $quotes->{plain}{cpu});

# Compressed, against zlib's own inflate on top of the plain tables.
my $packed = compress($filing);
my $gz = compare(
    plain   => ['/dev/null', "$build/flowaudit-ingest", '-j', 1, $filing],
    packed  => ['/dev/null', "$build/flowaudit-ingest", '-j', 1, $packed],
    inflate => ['/dev/null', "$build/bench/reader", 'inflate', glob "$packed/*.gz"]);
row('.gz input, CPU above plain, against zlib inflate',
    ($gz->{packed}{cpu} - $gz->{plain}{cpu}) / $gz->{inflate}{cpu}, '1.2', '1.05',
    sprintf '%.2f s, plain %.2f s, inflate %.2f s', map { $gz->{$_}{cpu} } qw(packed plain inflate));

# Decoded, against the same characters in UTF-8.
my $encodings = compare(map { $_ => recode($small, $_) } qw(utf-8 gb18030));
row('GB18030 through a profile, CPU, against UTF-8', $encodings->{gb18030}{cpu} / $encodings->{'utf-8'}{cpu},
    '2.00', '1.30', sprintf '%.2f s against %.2f s', $encodings->{gb18030}{cpu}, $encodings->{'utf-8'}{cpu});

# A bank statement in XML, 20 entries for 100 flows, against expat that looks at nothing. The limit is 60 MB
# a second where expat does 80.
my $statement = statement_in_xml($flows / 5);
my $xml = compare(
    ingest => ['/dev/null', "$build/flowaudit-ingest", '-j', 1, '--profile', "$top/profiles/camt.profile", $statement],
    expat => ['/dev/null', "$build/bench/reader", 'expat', $statement]);
row('camt.053 into three tables, CPU, against expat alone', $xml->{ingest}{cpu} / $xml->{expat}{cpu}, '1.33', '1.20',
    sprintf '%.1f MB/s, expat %.1f MB/s, %.0f MiB', map({ (-s $statement) / 1e6 / $xml->{$_}{cpu} } qw(ingest expat)),
    $xml->{ingest}{mib});

# A workbook, 20 rows for 100 flows, against expat that looks at nothing of its sheet, unzipped.
my ($book, $sheet, $book_profile) = statement_in_workbook($flows / 5);
my $sheets = compare(
    reader => ['/dev/null', "$build/bench/reader", 'sheet', $book],
    ingest => ['/dev/null', "$build/flowaudit-ingest", '-j', 1, '--profile', $book_profile, $book],
    expat => ['/dev/null', "$build/bench/reader", 'expat-plain', $sheet]);
row('reader of .xlsx, CPU, against expat alone', $sheets->{reader}{cpu} / $sheets->{expat}{cpu}, '2.00', '1.50',
    sprintf '%.0f rows/s, expat %.0f rows/s', map { $flows / 5 / $sheets->{$_}{cpu} } qw(reader expat));
row('.xlsx through a profile, CPU, against expat alone', $sheets->{ingest}{cpu} / $sheets->{expat}{cpu}, '', '',
    sprintf '%.0f rows/s, %.0f MiB', $flows / 5 / $sheets->{ingest}{cpu}, $sheets->{ingest}{mib});

# Forty rules against one over the same rows: alike but for their thresholds, and of four kinds.
system("'$build/flowaudit-ingest' '$filing' -o '$work/ledger' 2>'$work/messages'") == 0
  or die slurp("$work/messages");
my $forty = compare(map { $_->[0] => ["$work/out", "$build/flowaudit-flag", '-o', "$work/results", '-r', rules_of(@$_), "$work/ledger"] }
    ['one', 1, 0], ['alike', 40, 0], ['four', 4, 1], ['kinds', 40, 1]);
row('forty rules that differ in thresholds, CPU, against one', $forty->{alike}{cpu} / $forty->{one}{cpu}, '5', '3',
    sprintf '%.2f s against %.2f s', $forty->{alike}{cpu}, $forty->{one}{cpu});
row('forty rules of four kinds, CPU, against one of each', $forty->{kinds}{cpu} / $forty->{four}{cpu}, '5', '3',
    sprintf '%.2f s against %.2f s', $forty->{kinds}{cpu}, $forty->{four}{cpu});

# Each kernel of a rule alone: what it takes above a bare rule over the same rows. The thresholds are out of
# reach, so that there is no second pass.
my $never = '> 900000000.00';
my @kernels = (['row predicate with a look-up', 200, "on settled when payer_account.owner.kind = natural and amount $never"],
    ['per payer and day, a sum', 40, "on settled per payer_account each day when sum(amount) $never"],
    ['rolling 72h per payer, sum and count', 20,
        "on settled per payer_account over last 72h when sum(amount) $never and count() > 2"],
    ['running balance of legs', 40, 'on leg of settled per account running b = sum(signed) when b > 900000000000.00'],
    ['in, then out within 2h, of legs', 15, 'on leg of settled per account first in = direction = credit '
          . "then out = direction = debit within 2h when sum(amount if in) $never"],
    ['cycle, 2..5 hops in 72h, hubs skipped', 5,
        'on settled cycle hops 2..5 within 72h amount within 10% skip role in {reserve, fee} when hops > 9'],
    ['the same through the hubs', '', 'on settled cycle hops 2..5 within 72h amount within 10% when hops > 9'],
    ['unique flow_id within 7d', 10, 'on settled unique flow_id within 7d'],
    ['unique flow_id over all', 10, 'on settled unique flow_id'],
    ['must another flow within 2d', '', 'on settled must settled same flow_id = flow_id within 2d']);
my %bodies = (bare => "on settled when amount $never", legs => "on leg of settled when amount $never",
    map { $_ => $kernels[$_][2] } 0 .. $#kernels);
my $cost = compare(map { $_ => ["$work/out", "$build/flowaudit-flag", '-v', '-o', "$work/results", '-r',
    ruleset("kernel-$_", $bodies{$_}), "$work/ledger"] } keys %bodies);
my @costs;
for my $i (0 .. $#kernels) {
    my ($what, $goal, $body) = @{ $kernels[$i] };
    my $legs = $body =~ /^on leg/;
    my ($own, $base) = map { $cost->{$_}{runs} } $i, $legs ? 'legs' : 'bare';
    my ($judged, $kib) = $cost->{$i}{said} =~ /: (\d+) rows, .*, (\d+) KiB$/m or die $cost->{$i}{said};
    my $above = median('cpu', map { { cpu => $own->[$_]{cpu} - $base->[$_]{cpu} } } 0 .. $#$own);
    my $ns = $above * 1e9 / ($legs ? 2 * $judged : $judged);
    push @costs, sprintf '| %s | %.1f | %s | %s | %d KiB |', $what, $ns,
      $ns > 0 ? sprintf('%.1f', 1000 / $ns) : '', $goal, $kib;
}

my $two = compare(
    one => audit($filing, "$work/one.ndjson", 1, asked_rules()),
    two => audit($filing, "$work/two.ndjson", 2, asked_rules()));
row('2 threads against 1, wall', $two->{two}{wall} / $two->{one}{wall}, '0.65', '0.55',
    sprintf '%.2f s against %.2f s; results %s', $two->{two}{wall}, $two->{one}{wall},
    slurp("$work/one.ndjson") eq slurp("$work/two.ndjson") ? 'the same bytes' : 'DIFFERENT');

my $tenth = compare(small => audit($small, "$work/small.ndjson", 1, asked_rules()));
row('10 times the rows, CPU', $two->{one}{cpu} / $tenth->{small}{cpu}, '12', '11',
    sprintf '%.2f s against %.2f s', $two->{one}{cpu}, $tenth->{small}{cpu});

my $size = 0;
$size += -s $_ for @tables;
printf "## %s flows, %s\n\n", scalar reverse(join(',', unpack '(A3)*', reverse $flows)),
  strftime("%Y-%m-%d", (gmtime));
printf "%s. Medians of %d alternating runs after a warm-up; %.2f GB of CSV.\n", machine(), $runs,
  $size / 1e9;
print "flowaudit and DuckDB found $agree; $found findings and breaks, $planned.\n\n";
print "| what | ratio | at most | aim | figures |\n|---|---|---|---|---|\n";
print "$_\n" for @rows;
print "\nKernels of rules, CPU of `flag` above a bare row rule over the same rows; legs are two a flow.\n\n";
print "| kernel | ns a row | M rows/s | at least | memory of its state |\n|---|---|---|---|---|\n";
print "$_\n" for @costs;
remove_tree($work) unless $keep;
exit($ours eq $theirs && $ours eq $plan ? 0 : 1);
