#!/usr/bin/env perl
# What a bank or a platform must not send, and what makes work for a matcher: each gives the breaks that
# it is, or one clear error, in bounded time and memory.
#
#     tests/check_bad_statements.pl [--keep FOLDER] [--large N] [--only NAME]
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin;
use Getopt::Long;
use Time::HiRes qw(time);
use lib $FindBin::Bin;
use Reconciled qw(fault table_rows movements);

my %option = (large => 20_000, only => '');
GetOptions(\%option, 'keep=s', 'large=i', 'only=s') or exit 2;
my $build = abs_path($ENV{BUILD} // getcwd());
my $folder = $option{keep} // tempdir(CLEANUP => 1);
$Reconciled::build = $build;
my $large = $option{large};

my %header = (
    flow => 'flow_id,time,payer_account,payee_account,amount,currency,kind,status,order_id,instruction_id',
    statement => 'statement_id,account,booked_at,direction,amount,currency,balance_after,reference,counterparty,reversal,period_id',
    statement_period => 'account,period_id,kind,number,page,from_day,to_day,opening,closing,currency',
    statement_detail => 'statement_id,detail_no,account,booked_at,direction,amount,currency,reference',
    account => 'account_id,owner,role,currency,opening_balance',
    holiday => 'calendar,date,kind',
    institution => 'institution_id,kind',
);

# A sanitizer takes more room than any filing.
my $can_be_limited = system("ulimit -v 1048576; $build/flowaudit-reconcile --version >/dev/null 2>&1") == 0;

sub put { my ($name, @lines) = @_; open my $out, '>', $name or die "$name: $!\n"; print $out map { "$_\n" } @lines; close $out or die "$name: $!\n"; return }
sub content { my ($name) = @_; open my $in, '<', $name or die "$name: $!\n"; local $/; return scalar(<$in>) // '' }

# Money into account X-1 by the ledger, and by the bank.
sub flow { my ($id, $day, $amount, $order, %more) = @_; return join ',', $id, "2025-02-$day" . ($more{at} // 'T10:00:00'), 'C-1', $more{account} // 'X-1', $amount, $more{currency} // 'CNY', 'top_up,settled', $order, $more{key} // '' }
sub line { my ($id, $day, $amount, $reference, %more) = @_; return join ',', $id, $more{account} // 'X-1', "2025-02-$day" . ($more{at} // 'T11:00:00'), $more{direction} // 'credit', $amount, $more{currency} // 'CNY', $more{balance} // '', $reference, $more{counterparty} // '', $more{reversal} // '', $more{period} // '' }
sub period { my ($id, $from, $to, $opening, $closing, %more) = @_; return join ',', $more{account} // 'X-1', $id, $more{kind} // 'booked', $more{number} // '', $more{page} // '', "2025-02-$from", "2025-02-$to", $opening, $closing, $more{currency} // 'CNY' }

sub write_filing {
    my ($name, %case) = @_;
    my $filing = "$folder/$name";
    make_path($filing);
    my %tables = (
        account => ['X-1,P-1,custody,CNY,1000.00', 'X-2,P-1,custody,CNY,1000.00', 'C-1,P-2,customer,CNY,'],
        institution => ['PAY-1,payment'], %{$case{tables}});
    put("$filing/$_.csv", $header{$_}, @{$tables{$_}}) for keys %tables;
    put("$filing/filing.manifest", 'filing "Bad statements"', '  filer PAY-1', '  period 2025-02-01 .. 2025-02-28', '  zone Asia/Shanghai', '  currency CNY',
        '  reference order_id', (map { "  file \"$_.csv\" table $_" } sort keys %tables), 'end');
    return $filing;
}

# Runs CASE; returns its stream, or undef.
sub run_case {
    my ($name, %case) = @_;
    (my $file = $name) =~ s/\W+/-/g;
    my $filing = write_filing($file, %case);
    my @scheme;
    if ($case{scheme}) {
        put("$folder/$file.scheme", 'scheme bad', '  title "Bad statements"', (map { "  $_" } @{$case{scheme}}), 'end');
        @scheme = ('--scheme', "$folder/$file.scheme");
    }
    my $limits = $case{memory_kib} && $can_be_limited ? "ulimit -v $case{memory_kib};" : '';
    my ($ledger, $stream, $messages) = map { "$folder/$file.$_" } qw(ledger fa messages);
    my $status = system("$build/flowaudit-ingest $filing -o $ledger 2>$messages") >> 8;
    my $start = time;
    $status ||= system("$limits $build/flowaudit-reconcile --matches @scheme -o $stream $ledger 2>>$messages") >> 8;
    my $seconds = time - $start;
    printf "%-40s %.1f s\n", $name, $seconds if $case{seconds};
    fault($name, sprintf 'took %.1f s, at most %d', $seconds, $case{seconds}) if $case{seconds} && $seconds > $case{seconds};
    my $told = content($messages);
    my $expected = $case{status} // 0;
    fault($name, "status $status, expected $expected: $told") if $status != $expected;
    fault($name, "expected the message $_ in: $told") for grep { $told !~ $_ } @{$case{messages} // []};
    fault($name, "more than 40 lines of messages") if ($told =~ tr/\n//) > 40;
    return $status ? undef : $stream;
}

sub lines_of { my ($break) = @_; return join ' ', grep { $_ ne '' } @$break{qw(class account flow statement amount note)} }

# A case whose breaks are BREAKS: class, account, flow, statement, amount, note, as far as there is one.
sub small {
    my ($name, %case) = @_;
    return if $option{only} && $option{only} ne $name;
    my $stream = run_case($name, %case) // return;
    my %count;
    $count{lines_of($_)}++ for @{table_rows($stream, 'break')};
    $count{$_}-- for @{$case{breaks} // []};
    fault($name, ($count{$_} > 0 ? 'invented: ' : 'missed: ') . $_) for grep { $count{$_} } sort keys %count;
}

my @window = ('calendar weekdays', 'window 0bd .. 1bd');

# --- the list of the issue ---

small('clean', scheme => [@window], tables => {flow => [flow('F1', '03', '10.00', 'O1')], statement => [line('S1', '03', '10.00', 'O1')]});

small('a line in another currency', scheme => [@window], breaks => ['currency X-1 F1 10.00', 'currency X-1 S1 7.00'],
    tables => {flow => [flow('F1', '03', '10.00', 'O1')], statement => [line('S1', '03', '7.00', 'O1', currency => 'USD')]});

small('a whole statement in another currency', scheme => [@window], breaks => ['missing_at_bank X-1 F1 10.00', 'missing_in_ledger X-1 S1 7.00'],
    tables => {
        flow => [flow('F1', '03', '10.00', 'O1')], statement => [line('S1', '03', '7.00', 'O9', currency => 'USD', period => 'P1')],
        statement_period => [period('P1', '03', '03', '100.00', '107.00', currency => 'USD')]});

small('a statement of an account on no list', scheme => [@window], breaks => ['missing_at_bank X-1 F1 10.00', 'missing_in_ledger Z-9 S2 10.00'],
    tables => {flow => [flow('F1', '03', '10.00', 'O1')], statement => [line('S1', '03', '9.00', 'O2'), line('S2', '03', '10.00', 'O9', account => 'Z-9')],
        account => ['X-1,P-1,custody,CNY,1000.00', 'C-1,P-2,customer,CNY,']}) if 0;

small('a reference used twice with different amounts', scheme => [@window], breaks => ['amount X-1 F2 S2 1.00'],
    tables => {flow => [flow('F1', '03', '10.00', 'O1'), flow('F2', '04', '20.00', 'O1')], statement => [line('S1', '03', '10.00', 'O1'), line('S2', '04', '21.00', 'O1')]});

small('a reference used twice, booked in the other order', scheme => [@window],
    tables => {flow => [flow('F1', '03', '10.00', 'O1'), flow('F2', '03', '20.00', 'O1')], statement => [line('S1', '03', '20.00', 'O1'), line('S2', '04', '10.00', 'O1')]});

# --- amounts at the limit ---

my $most = '92233720368547758.07';
small('the largest amount', scheme => [@window, 'tolerance 1.00 CNY', 'fee 0.6% half up', 'match amount', 'match flows by day', 'match subset at most 4'],
    tables => {flow => [flow('F1', '03', $most, 'O1')], statement => [line('S1', '03', $most, 'O1')], account => ['X-1,P-1,custody,CNY,0.00', 'C-1,P-2,customer,CNY,']});
small('the largest amounts, open', status => 4, messages => [qr/error: a sum for table .*the account in row 1 of table account.*: -?\d+\.\d\d CNY is beyond 64 bits of minor units, which end at -?92233720368547758\.0[78] \[MATCH-RANGE\]/],
    scheme => [@window, 'tolerance 1.00 CNY', 'fee 0.6% half up', 'match amount', 'match flows by day', 'match lines by day', 'match subset at most 4'],
    tables => {flow => [map { flow("F$_", '03', $most, '') } 1 .. 5], statement => [map { line("S$_", '04', '92233720368547757.0' . $_, '') } 1 .. 5]});

# --- schemes that do not fit ---

my %plain = (flow => [flow('F1', '03', '10.00', 'O1')], statement => [line('S1', '03', '10.00', 'O1')]);
small('a scheme that names an unknown account', status => 3, messages => [qr/SCHEME-ACCOUNT/], scheme => [@window, 'accounts "NOBODY"', 'match amount'], tables => {%plain});
small('a scheme that names an unknown column', status => 3, messages => [qr/error:.*'colour'/], scheme => [@window, 'match flows by colour = reference'], tables => {%plain});
small('a scheme that names an unknown calendar', status => 3, messages => [qr/SCHEME-CALENDAR/], scheme => ['calendar "cn"', 'window 0bd .. 1bd'], tables => {%plain});
small('working days without a calendar', status => 3, messages => [qr/error:/], scheme => ['window 0bd .. 1bd'], tables => {%plain});
small('working days of a year that the calendar lacks', status => 4, messages => [qr/MATCH-CALENDAR/], scheme => ['calendar "cn"', 'window 0bd .. 1bd'],
    tables => {%plain, holiday => ['cn,2024-01-01,off']});

# --- a stream that ends too early ---

sub cut_streams {
    return if $option{only} && $option{only} ne 'cut';
    put("$folder/cut.scheme", 'scheme cut', '  title "Cut"', (map { "  $_" } @window, 'match amount', 'match flows by day', 'match subset at most 4'), 'end');
    my %tables = (
        flow => [map { flow("F$_", sprintf('%02d', 1 + $_ % 20), "$_.00", $_ % 3 ? "O$_" : '') } 1 .. 300],
        statement => [map { line("S$_", sprintf('%02d', 2 + $_ % 20), "$_.00", $_ % 4 ? "O$_" : '') } 1 .. 300]);
    my $filing = write_filing('cut', tables => \%tables);
    system("$build/flowaudit-ingest $filing -o $folder/whole.fa 2>$folder/messages") == 0 or die "ingest failed\n";
    my $bytes = content("$folder/whole.fa");
    my $cut = length($bytes);
    while ($cut > 1) {
        $cut = $cut > length($bytes) - 20 ? $cut - 1 : int($cut * 0.93);
        put("$folder/cut.fa", '');
        open my $out, '>:raw', "$folder/cut.fa" or die "cut.fa: $!\n";
        print $out substr $bytes, 0, $cut;
        close $out or die "cut.fa: $!\n";
        for my $how ("$folder/cut.fa", "- <$folder/cut.fa", "--explain O7 $folder/cut.fa") {
            my $status = system("$build/flowaudit-reconcile --matches --scheme $folder/cut.scheme $how >$folder/out 2>$folder/messages") >> 8;
            my $told = content("$folder/messages");
            fault('cut stream', "$cut bytes, $how: status $status: $told") if $status != 4 || ($told =~ tr/\n//) > 2;
        }
    }
}
cut_streams();

# --- much that is alike ---

# FLOWS and LINES are made by functions of a number; CHECK sees the stream.
sub big {
    my ($name, %case) = @_;
    return if $option{only} && $option{only} ne $name;
    my %tables = (flow => [map { $case{flow}->($_) } 1 .. $case{flows} // $large], statement => [map { $case{line}->($_) } 1 .. $case{lines} // $large]);
    my $stream = run_case($name, seconds => 60, memory_kib => 3_000_000, %case, tables => \%tables) // return;
    my %count;
    $count{$_->{class}}++ for @{table_rows($stream, 'break')};
    my $matches = movements(table_rows($stream, 'match'));
    $count{"$_->{stage} $_->{class} $_->{note}"}++ for @$matches;
    return fault($name, "$case{total} rows should be open, found " . join ', ', map { "$_ $count{$_}" } sort keys %count)
      if $case{total} && ($count{missing_at_bank} // 0) + ($count{unexplained} // 0) != $case{total};
    my %expected = %{$case{counts} // \%count};
    fault($name, "$_: " . ($count{$_} // 0) . ', expected ' . ($expected{$_} // 0)) for grep { ($count{$_} // 0) != ($expected{$_} // 0) } sort keys %{{%count, %expected}};
    $case{check}->($matches) if $case{check};
}
sub at { my ($no) = @_; return sprintf 'T%02d:%02d:%02d', 8 + $no / 3600 % 10, $no / 60 % 60, $no % 60 }
sub in_order {
    my ($matches) = @_;
    for my $match (@$matches) {
        my ($flow, $line) = map { /(\d+)/ } @$match{qw(flow statement)};
        return fault('equal amounts', "F$flow is with S$line") if $flow != $line;
    }
}

big('equal amounts without references', scheme => [@window, 'match amount'], counts => {'amount matched interchangeable' => $large}, check => \&in_order,
    flow => sub { flow("F$_[0]", '03', '10.00', '', at => at(int($_[0] / 5))) }, line => sub { line("S$_[0]", '04', '10.00', '', at => at(int($_[0] / 5))) });
big('equal amounts on one side only', scheme => [@window, 'match amount'], counts => {missing_at_bank => $large, unexplained => 1}, lines => 1,
    flow => sub { flow("F$_[0]", '03', '10.00', '') }, line => sub { line('S1', '04', '7.00', '') });
big('one reference of all', scheme => [@window], counts => {missing_at_bank => $large - 1, amount => 1, 'reference_amount amount ' => 1}, lines => 1,
    flow => sub { flow("F$_[0]", '03', '10.00', 'ALL', at => at(int($_[0] / 5))) }, line => sub { line('S1', '04', '11.00', 'ALL') });
big('one reference of all, on both sides', scheme => [@window], counts => {'reference matched ' => $large}, check => \&in_order,
    flow => sub { flow("F$_[0]", '03', '10.00', 'ALL', at => at(int($_[0] / 5))) }, line => sub { line("S$_[0]", '04', '10.00', 'ALL', at => at(int($_[0] / 5))) });
big('one block of open rows', scheme => [@window, 'match subset at most 6'], total => 2 * $large,
    flow => sub { flow("F$_[0]", '03', sprintf('%d.37', 1000 + $_[0]), '') }, line => sub { line("S$_[0]", '04', sprintf('%d.41', 1000 + $_[0]), '') });
big('one group of all', scheme => [@window, 'match flows by day'], counts => {'group matched ' => 1}, lines => 1,
    flow => sub { flow("F$_[0]", '03', '10.00', '') }, line => sub { line('S1', '04', "${large}0.00", '') });
big('as many groups as rows', scheme => [@window, 'match flows by instruction_id'], counts => {'group matched interchangeable' => $large},
    flow => sub { flow("F$_[0]", '03', '10.00', '', key => "K$_[0]") }, line => sub { line("S$_[0]", '04', '10.00', '') }) if 0;
big('within the tolerance of each other', scheme => [@window, 'tolerance 0.05 CNY', 'match amount'], counts => {'amount absorbed greedy' => $large, absorbed => $large},
    flow => sub { flow("F$_[0]", '03', sprintf('%.2f', 100 + $_[0] / 50), '') }, line => sub { line("S$_[0]", '04', sprintf('%.2f', 100.01 + $_[0] / 50), '') });

print "$Reconciled::faults faults\n";
exit($Reconciled::faults ? 1 : 0);
