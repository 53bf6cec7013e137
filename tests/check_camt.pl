#!/usr/bin/env perl
# Bank statements in XML. Samples of all versions of the three messages hold the same and must give
# the same records; each file of ../shared/data/camt is read with all its entries, counted here once
# more from the text, or refused with its code, as tests/camt/fixtures.txt lists them; and what is
# hostile ends in little memory.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/camt";
use Math::BigInt;
use Samples;

my $build = abs_path($ENV{BUILD} // getcwd());
my $source = "$FindBin::Bin/..";
my $reader = "$build/tests/camt/records";
my $folder = tempdir(CLEANUP => 1);
my $faults = 0;

sub fault { print "@_\n"; $faults++ }

sub content {
    my ($name) = @_;
    open my $in, '<:raw', $name or die "$name: $!\n";
    local $/;
    return scalar <$in>;
}

sub keep {
    my ($name, $text) = @_;
    open my $out, '>:raw', "$folder/$name" or die "$name: $!\n";
    print $out $text;
    close $out or die "$name: $!\n";
    return "$folder/$name";
}

# The records of a file as hashes, and its fault.
sub records {
    my ($file) = @_;
    open my $in, '-|', $reader, $file or die "$reader: $!\n";
    my $text = do { local $/; <$in> // '' };
    close $in or die "$file: the reader ends with status $?\n";
    my $fault = $text =~ s/^([A-Z0-9]+-[A-Z0-9-]+:\d+:\d+: .*)\n\z//m ? $1 : undef;
    my @rows = ([]);
    while (length($text) > (pos($text) // 0) && $text =~ /\G(?:"((?:[^"]|"")*)"|([^,\n]*))([,\n])/gc) {
        my ($quoted, $plain, $end) = ($1, $2, $3);
        push @{$rows[-1]}, defined $quoted ? $quoted =~ s/""/"/gr : $plain;
        push @rows, [] if $end eq "\n";
    }
    pop @rows;
    my $names = shift @rows;
    my @records = map { my %row; @row{@$names} = @$_; \%row } @rows;
    return (\@records, $fault);
}

# In hundred-thousandths, as the standard has no more decimals.
sub units {
    my ($text) = @_;
    my ($sign, $whole, $rest) = $text =~ /^(-?)(\d+)(?:\.(\d{1,5}))?$/ or die "no amount: $text\n";
    return Math::BigInt->new($sign . $whole . substr(($rest // '') . '00000', 0, 5));
}

sub shown {
    my ($units) = @_;
    my $text = sprintf '%s%06s', $units->sign eq '-' ? '-' : '', $units->copy->babs->bstr;
    $text =~ s/ /0/g;
    $text =~ s/(\d{5})$/.$1/;
    return $text =~ s/(\.\d\d)000$/$1/r;
}

# --- the same content in all versions -------------------------------------------------------------

# Without the page of a statement, for which versions 01 to 03 have no place.
sub comparable {
    my ($records) = @_;
    my @lines;
    for my $record (@$records) {
        my %row = %$record;
        delete @row{qw(message kind)};
        delete @row{qw(page last_page)};
        push @lines, join ' ', map { "$_=$row{$_}" } grep { length $row{$_} } sort keys %row;
    }
    return join "\n", @lines;
}

sub check_versions {
    my %expected;
    for my $message (@Samples::messages) {
        for my $version (1 .. 8) {
            for my $prefix ('', 'b') {
                my $name = "camt.$message.001.0$version" . ($prefix && '-prefix');
                my ($records, $fault) = records(keep("$name.xml", Samples::sample($message, $version, $prefix)));
                fault("$name: $fault") if $fault;
                my %count;
                $count{$_->{record}}++ for @$records;
                my $counts = join ' ', map { "$_=$count{$_}" } sort keys %count;
                my $wanted = 'batch=1 detail=5 entry=6 message=1 statement=2 total=3';
                $wanted = "balance=5 $wanted" if $message ne '054';
                fault("$name: $counts") if $counts ne $wanted;
                fault("$name: it says it is $records->[0]{message}") if $records->[0]{message} ne "camt.$message.001.0$version";
                my $lines = comparable($records);
                $expected{$message} //= $lines;
                fault("$name: other records than version 01") if $lines ne $expected{$message};
            }
        }
    }
    # Reports and statements are the same but for their kind.
    fault('camt.052 and camt.053 differ') if $expected{'052'} ne $expected{'053'};
}

# --- the files of others ----------------------------------------------------------------------------

# What the text itself says, without a parser.
sub counted {
    my ($text) = @_;
    $text =~ s/<!--.*?-->//gs;
    my @statements = $text =~ /<(?:\w+:)?(?:Stmt|Rpt|Ntfctn)>(.*?)<\/(?:\w+:)?(?:Stmt|Rpt|Ntfctn)>/gs;
    my $number = sub { my ($tag) = @_; return scalar(() = $text =~ /<(?:\w+:)?$tag>/g) };
    my @verdicts;
    for my $statement (@statements) {
        my (%balances, @interims);
        while ($statement =~ /<Bal>(.*?)<\/Bal>/gs) {
            my $balance = $1 =~ s/<CdtLine>.*?<\/CdtLine>//gsr;
            my ($type, $amount, $side) = $balance =~ /<Cd>(\w+)<.*<Amt [^>]*>([\d.]+)<.*<CdtDbtInd>(\w+)</s;
            my $units = $side eq 'DBIT' ? -units($amount) : units($amount);
            $balances{$type} //= $units;
            push @interims, $units if $type eq 'ITBD';
        }
        my $sum = Math::BigInt->new(0);
        my $entries = $statement =~ s/<NtryDtls>.*?<\/NtryDtls>//gsr;
        while ($entries =~ /<Ntry>(.*?)<\/Ntry>/gs) {
            my ($amount, $side, $status) = $1 =~ /<Amt [^>]*>([\d.]+)<.*?<CdtDbtInd>(\w+)<.*?<Sts>\s*(?:<Cd>)?(\w+)</s;
            $sum += $side eq 'DBIT' ? -units($amount) : units($amount) if $status eq 'BOOK';
        }
        my ($opening, $closing) = ($balances{OPBD} // $balances{PRCD}, $balances{CLBD});
        ($opening, $closing) = @interims[0, -1] if !defined $opening && !defined $closing && @interims > 1;
        $closing //= $interims[-1] if defined $opening;
        push @verdicts, !defined $closing ? 'no closing' : !defined $opening ? 'no opening'
          : $opening + $sum == $closing ? 'foots' : 'off by ' . shown($closing - $opening - $sum);
    }
    return {statements => scalar @statements, entries => $number->('Ntry'), details => $number->('TxDtls'),
        balances => $number->('Bal'), verdicts => join(', ', @verdicts)};
}

# The same of the records.
sub found {
    my ($records) = @_;
    my (%count, %sum, @verdicts);
    $count{$_->{record}}++ for @$records;
    for my $record (@$records) {
        my $no = $record->{statement_no};
        if ($record->{record} eq 'entry' && $record->{status} eq 'BOOK') {
            my $units = units($record->{amount});
            $sum{$no} = ($sum{$no} // Math::BigInt->new(0)) + ($record->{direction} eq 'DBIT' ? -$units : $units);
        } elsif ($record->{record} eq 'statement') {
            my ($opening, $closing) = @$record{qw(opening closing)};
            my $sum = $sum{$no} // Math::BigInt->new(0);
            push @verdicts, $closing eq '' ? 'no closing' : $opening eq '' ? 'no opening'
              : units($opening) + $sum == units($closing) ? 'foots' : 'off by ' . shown(units($closing) - units($opening) - $sum);
        }
    }
    return {map({ ($_->[0] => $count{$_->[1]} // 0) } ['statements', 'statement'], ['entries', 'entry'], ['details', 'detail'],
        ['balances', 'balance']), verdicts => join(', ', @verdicts)};
}

sub line { my ($of) = @_; return join ' | ', @$of{qw(statements entries details balances verdicts)} }

sub check_fixtures {
    my $data = ($ENV{SHARED_DATA} // "$source/../shared/data") . '/camt/test/testdata';
    if (!-d $data) {
        print "without the files of others: no $data\n";
        return;
    }
    my %listed;
    for (split /\n/, content("$FindBin::Bin/camt/fixtures.txt")) {
        next if /^#|^\s*$/;
        my ($name, $rest) = /^(\S+) \| (.*)$/ or die "fixtures.txt: $_\n";
        $listed{$name} = $rest;
    }
    my @lines;
    opendir my $dir, $data or die "$data: $!\n";
    for my $name (sort grep { -f "$data/$_" } readdir $dir) {
        my ($records, $fault) = records("$data/$name");
        my $line;
        if ($fault) {
            $line = $fault =~ s/:.*//r;
        } else {
            $line = line(found($records));
            my $counted = line(counted(content("$data/$name")));
            fault("$name: read as\n  $line\ncounted in its text\n  $counted") if $line ne $counted;
        }
        push @lines, "$name | $line\n";
        my $wanted = delete $listed{$name} // 'nothing';
        fault("$name: found\n  $line\nlisted\n  $wanted") if $line ne $wanted;
    }
    fault("$_: is listed and not there") for sort keys %listed;
    print @lines if $ENV{CAMT_LIST};
}

# --- through the profile ------------------------------------------------------------------------------

# Rows of a table of a stream, as hashes.
sub rows {
    my ($stream, $table) = @_;
    my @lines = map { [split /,/, $_, -1] } split /\n/, `'$build/flowaudit-view' --table $table '$stream' 2>&1`;
    my $names = shift @lines // [];
    return map { my %row; @row{@$names} = @$_; \%row } @lines;
}

# All versions give the same lines, statements and payments; the entry that is not booked gives none. What
# foots gives no break, and a line less gives one.
sub check_profile {
    my %expected;
    for my $version (1 .. 8) {
        my $file = keep('statement.xml', Samples::sample('053', $version, ''));
        my $ingest = "'$build/flowaudit-ingest' --profile '$source/profiles/camt.profile'";
        if (system("$ingest '$file' -o '$folder/in.fa' 2>'$folder/errors'") != 0) {
            fault("version $version cannot be ingested: " . content("$folder/errors"));
            next;
        }
        fault("version $version: " . content("$folder/errors")) if content("$folder/errors") =~ /error|warning/;
        for my $table (['statement', 5], ['statement_detail', 5], ['statement_period', 2]) {
            my @rows = rows("$folder/in.fa", $table->[0]);
            fault("version $version: " . @rows . " rows of $table->[0]") if @rows != $table->[1];
            delete $_->{page} for @rows;
            my $text = join "\n", map { my $row = $_; join ' ', map { "$_=$row->{$_}" } sort keys %$row } @rows;
            $expected{$table->[0]} //= $text;
            fault("version $version: other rows of $table->[0] than version 01") if $text ne $expected{$table->[0]};
        }
    }
    # A batch that is larger than what is kept in memory between two tables, by one thread and by two.
    my $many = keep('many.xml', Samples::many(20_000));
    for my $threads (1, 2) {
        system("'$build/flowaudit-ingest' -j $threads --profile '$source/profiles/camt.profile' '$many' -o '$folder/many$threads.fa' "
              . "2>'$folder/errors'") == 0
          or fault('many: ' . content("$folder/errors"));
    }
    my $details = rows("$folder/many1.fa", 'statement_detail');
    fault("$details rows of 20000 payments") if $details != 20_000;
    fault('one thread and two differ') if content("$folder/many1.fa") ne content("$folder/many2.fa");
    # The second statement opens at -1.00, has one line of 10.00 and closes at 8.00.
    my $file = keep('statement.xml', Samples::sample('053', 8, ''));
    system("'$build/flowaudit-ingest' --profile '$source/profiles/camt.profile' '$file' 2>'$folder/errors' | "
          . "'$build/flowaudit-reconcile' >'$folder/out.fa' 2>>'$folder/errors'") == 0
      or fault('reconcile: ' . content("$folder/errors"));
    my $found = join ' ', map { "$_->{class}:$_->{reference}:$_->{amount}" } rows("$folder/out.fa", 'break');
    fault("breaks: $found") if $found ne 'footing:statement.xml#2:1.00';
    # Totals that count an entry which is not booked are not held against the lines.
    my $pending = Samples::sample('053', 8, '') =~ s/<NbOfNtries>4</<NbOfNtries>5</r;
    system("'$build/flowaudit-ingest' --profile '$source/profiles/camt.profile' '" . keep('statement.xml', $pending)
          . "' 2>'$folder/errors' | '$build/flowaudit-reconcile' >'$folder/out.fa' 2>>'$folder/errors'") == 0
      or fault('reconcile: ' . content("$folder/errors"));
    $found = join ' ', map { "$_->{class}:$_->{reference}:$_->{amount}" } rows("$folder/out.fa", 'break');
    fault("breaks beside a pending entry: $found") if $found ne 'footing:statement.xml#2:1.00';
}

# A bank's samples of all three messages are of one account: the statement of 2009-10-29 has ten entries, the
# notice four of them and one of the day after, the report another one of that day.
sub check_interim {
    my $data = ($ENV{SHARED_DATA} // "$source/../shared/data") . '/camt/test/testdata';
    return if !-d $data;
    mkdir "$folder/filing" or die "$folder/filing: $!\n";
    for my $message ('052', '053', '054') {
        my ($name) = glob "$data/FI_camt_${message}_sample.xml*";
        keep("filing/camt$message.xml", content($name));
    }
    system("'$build/flowaudit-ingest' --profile '$source/profiles/camt.profile' '$folder/filing' 2>'$folder/errors' | "
          . "'$build/flowaudit-reconcile' >'$folder/out.fa' 2>'$folder/told'") == 0
      or fault('interim: ' . content("$folder/errors"));
    my $found = join ' ', map { "$_->{direction}:$_->{class}:$_->{bank_rows}:$_->{bank_amount}" } rows("$folder/out.fa", 'match_total');
    fault("interim: $found") if $found ne 'credit:superseded:3:5500.00 debit:superseded:1:4230.05';
    fault('interim: ' . content("$folder/told")) if content("$folder/told") !~ /4 left out, .*; 2 used, .*\[MATCH-INTERIM\]/;
    $found = join ' ', map { "$_->{class}:$_->{reference}:$_->{amount}" } rows("$folder/out.fa", 'break');
    fault("interim: breaks $found") if $found ne '';
}

# --- what means harm ----------------------------------------------------------------------------------

my $space = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08';
my $open = qq(<Document xmlns="$space"><BkToCstmrStmt><Stmt><Id>S</Id>);
my $close = '</Stmt></BkToCstmrStmt></Document>';

# A document of many times the same part, its code or none, and the records that it gives.
my @hostile = (
    ['a million balances', $open, '<Bal/>', 1_000_000, $close, '', 1_000_002],
    ['a million details in one entry', "$open<Ntry>", '<TxDtls/>', 1_000_000, "</Ntry>$close", '', 1_000_003],
    ['a million empty elements', "$open<Ntry><Chrgs>", '<a/>', 1_000_000, "</Chrgs></Ntry>$close", '', 3],
    ['a million comments', $open, '<!-- -->', 1_000_000, $close, '', 2],
    ['blanks', $open, ' ' x 64, 1_000_000, $close, '', 2],
    ['a comment without end', "$open<!--", 'comment ', 8_000_000, '', 'XML-LIMIT', 1],
    ['an attribute without end', qq($open<Ntry a="), 'attribute ', 6_000_000, '', 'XML-LIMIT', 1],
    ['a tag without end', "$open<N", 'tag', 20_000_000, '', 'XML-LIMIT', 1],
    ['a value without end', "$open<Ntry><AddtlNtryInf>", 'value ', 10_000_000, '', 'XML-LIMIT', 1],
    ['values without end', "$open<Ntry><NtryDtls><TxDtls><RmtInf>", '<Ustrd>x</Ustrd><Strd><CdtrRefInf><Ref>y</Ref></CdtrRefInf></Strd>',
        1_000_000, '', 'XML-LIMIT', 1],
    ['depth', $open, '<Ntry><NtryDtls>', 1_000_000, '', 'CAMT-ELEMENT', 1],
    ['depth that is passed over', "$open<Ntry><Chrgs>", '<a>', 1_000_000, '', 'XML-LIMIT', 1],
    ['entities in entities', qq(<!DOCTYPE a [<!ENTITY a0 "ha">), join('', map { qq(<!ENTITY a) . ($_ + 1) . qq( "&a$_;&a$_;">) } 0 .. 60),
        1, "]>$open&a60;$close", 'XML-DOCTYPE', 1],
    ['an entity of another file', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "$open<Ntry><AddtlNtryInf>&x;</AddtlNtryInf></Ntry>",
        1, $close, 'XML-DOCTYPE', 1],
    ['a grammar of another host', '<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd">', $open, 1, $close, 'XML-DOCTYPE', 1],
);

sub check_hostile {
    my $kib = 64 << 10;
    for my $case (@hostile) {
        my ($what, $start, $part, $times, $end, $code, $count) = @$case;
        my $file = "$folder/hostile.xml";
        open my $out, '>:raw', $file or die "$file: $!\n";
        print $out $start;
        my $many = $times > 1000 ? $part x 1000 : $part;
        print $out $many for 1 .. ($times > 1000 ? $times / 1000 : 1);
        print $out $end;
        close $out or die "$file: $!\n";
        my $limit = $ENV{CAMT_NO_LIMIT} ? '' : "ulimit -v $kib;";
        my $found = `$limit timeout 60 '$reader' -s '$file' 65536 2>&1`;
        my ($records) = $found =~ /^(\d+) records/;
        my ($fault) = $found =~ /^([A-Z]+-[A-Z-]+):\d+:\d+: /m;
        fault("$what: found $found") if !defined $records || $records != $count || ($fault // '') ne $code;
        unlink $file;
    }
}

check_versions();
check_fixtures();
check_profile();
check_interim();
# A sanitizer takes more room than any file.
check_hostile() if system("ulimit -v 65536; '$reader' -s '$folder/camt.053.001.08.xml' >'$folder/out' 2>&1") == 0;
print $faults ? "$faults faults\n" : "ok\n";
exit($faults ? 1 : 0);
