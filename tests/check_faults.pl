#!/usr/bin/env perl
# Lets each allocation, read, write, sync and rename of the tools fail once, and looks at what is
# left: a status that says so with one message, the old output whole, no temporary file. A call that
# fails without consequence must leave the right output. Run in the build tree.
#
#     check_faults.pl [COMMAND ...]    lets those alone fail
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;

my $build = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
my $library = "$build/tests/fault/libfault.so";
if (($ENV{CK_FORK} // '') eq 'no') {
    print "skipped: a sanitizer has its own allocator\n";
    exit 77;
}

# What each command reads is made by the one before; each but the last writes the file "out".
my $filing = "$source/tests/filings/payment-2025-01-defects";
my @commands = (
    ['ingest', "flowaudit-ingest $filing -o out"],
    ['packed', 'flowaudit-ingest packed.zip -o out'],
    ['statements', "flowaudit-ingest --profile $source/profiles/mt940.profile $source/tests/corpus/mt940/envelope.sta -o out"],
    ['footing', 'flowaudit-reconcile statements.out -o out'],
    ['json', "flowaudit-ingest --profile $source/profiles/ifcert-user-info.profile users.json -o out"],
    ['reconcile', 'flowaudit-reconcile ingest.out -o out'],
    ['scheme', "flowaudit-reconcile --scheme $source/tests/schemes/payment.scheme ingest.out -o out"],
    ['grouped', 'flowaudit-ingest grouped -o out'],
    ['groups', 'flowaudit-reconcile --matches --scheme grouped.scheme grouped.out -o out'],
    ['flag', 'flowaudit-flag reconcile.out -o out'],
    ['earlier', 'flowaudit-flag reconcile.out --baseline flag.out.gz --waivers known.waivers -o out'],
    ['report', 'flowaudit-report flag.out --format ndjson -o out'],
    ['workbook', 'flowaudit-report flag.out -o out'],
    ['lists', 'flowaudit-report flag.out -o out'],
    ['view', 'flowaudit-view reconcile.out --table flow -o out'],
    ['audit', "flowaudit-audit $filing --format ndjson -o out"],
    ['sort', 'flowaudit-ingest shuffled -o out --memory 2M'],
    ['join', 'flowaudit-reconcile large.fl --matches --memory 1M -o out'],
    ['profile', 'flowaudit-profile try bank.profile bank.csv'], # to standard output
);
my $folder = tempdir(CLEANUP => 1);
chdir $folder or die "$folder: $!\n";
system("cp $FindBin::Bin/profiles/bank.profile $FindBin::Bin/profiles/bank.csv .") == 0 or die;
open my $users, '>', 'users.json' or die;
print $users '{"totalNum": "2", "dataList": [{"userIdcardHash": "a", "userType": "1", "userName": "\\u5f20",'
  . '"userList": [{"userBankAccount": "1"}, {"userBankAccount": "2"}]}, {"userIdcardHash": "b", "userType": "2"}]}';
close $users or die;
# More rows that wait than fit the memory allowed.
system("$build/samples/flowaudit-sample payment-defects --flows 20000 -o large >large.said 2>&1 && "
    . "$build/flowaudit-ingest large -o large.fl >large.said 2>&1") == 0
  or die "cannot make a large filing\n", content('large.said');
# More blocks of balances than are merged at once, in disorder.
mkdir 'shuffled' or die;
open my $balances, '>', 'shuffled/balance.csv' or die;
print $balances "account,date,source,closing\n";
printf $balances "A%d,2025-01-%02d,bank,1.00\n", $_ % 4999, 1 + $_ * 7919 % 28 for 1 .. 135_000;
close $balances or die;
open my $manifest, '>', 'shuffled/filing.manifest' or die;
print $manifest qq{filing "x"\n  zone UTC\n  currency CNY\n  file "balance.csv" table balance\nend\n};
close $manifest or die;
# A batch, a day's settlement less a fee, and payments within a line.
mkdir 'grouped' or die;
keep('grouped/account.csv', "account_id,owner,role,currency\nR,P,reserve,CNY\nM,P,merchant,CNY\n");
keep('grouped/flow.csv', "flow_id,time,payer_account,payee_account,amount,kind,status,instruction_id\n",
    map { sprintf "F%d,2025-01-02T10:00:00,%s,%d.00,settle,settled,%s\n", $_, $_ % 2 ? 'R,M' : 'M,R', 10 * $_, $_ < 4 ? 'B1' : '' } 1 .. 12);
keep('grouped/statement.csv', "statement_id,account,booked_at,direction,amount,currency,reference\n",
    map { "$_\n" } 'S1,R,2025-01-02T11:00:00,debit,40.00,CNY,B1', 'S2,R,2025-01-03T11:00:00,credit,417.48,CNY,', 'S3,R,2025-01-03T11:00:00,debit,120.00,CNY,');
keep('grouped/statement_detail.csv', "statement_id,detail_no,account,booked_at,direction,amount,currency,reference\n",
    map { "S3,$_->[0],R,2025-01-03T11:00:00,debit,$_->[1].00,CNY,$_->[2]\n" } [1, 50, 'F5'], [2, 70, 'F7']);
keep('grouped/filing.manifest', qq{filing "x"\n  zone UTC\n  currency CNY\n}, (map { qq{  file "$_.csv" table $_\n} } qw(account flow statement statement_detail)), "end\n");
keep('grouped.scheme', "scheme x\n  window 0d .. 2d\n  fee 0.6% of credit half up\n  match flows by instruction_id = reference\n  match flows by day\n  match details\nend\n");
$ENV{PATH} = "$build:$ENV{PATH}";
# A .gz in an archive in an archive.
system("gzip -nc $filing/flow.csv >flow.csv.gz; "
    . "$^X $FindBin::Bin/make-archive.pl flow.csv.gz \@flow.csv.gz >inner.zip; "
    . "$^X $FindBin::Bin/make-archive.pl inner.zip \@inner.zip account.csv \@$filing/account.csv >packed.zip") == 0
  or die "cannot pack $filing\n";
keep('known.waivers', map { "$_\n" } 'waiver W-1', 'rule BEPSP-CASHOUT', 'keys any', 'owner "Head"', 'approver "Desk"',
    'reason "known"', 'cite "letter"', 'from 2020-01-01', 'expires 2030-12-31', 'cap none', 'end');
$ENV{FAULT_REACHED} = "$folder/reached";
my ($faults, $runs) = (0, 0);
# Lists beside a workbook are written anew where an earlier report left them; they and the workbook are
# all old or all new.
my @lists = map { "out.$_.csv" } qw(findings evidence breaks);

sub content {
    my ($name) = @_;
    open my $in, '<:raw', $name or return undef;
    local $/;
    return scalar <$in>;
}

sub keep {
    my ($name, @text) = @_;
    open my $out, '>', $name or die "$name: $!\n";
    print $out @text;
    close $out or die "$name: $!\n";
}

sub run {
    my ($command, $fault, @beside) = @_;
    keep($_, 'old') for 'out', @beside;
    unlink 'reached';
    $runs++;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDIN, '<', '/dev/null' or die;
        open STDOUT, '>', 'stdout' or die;
        open STDERR, '>', 'stderr' or die;
        @ENV{'FAULT', 'LD_PRELOAD'} = ($fault, $library) if $fault;
        exec split ' ', $command or die;
    }
    waitpid $pid, 0;
    return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

sub judge {
    my ($command, $fault, $status, $good, %beside) = @_;
    my $is_shown = $command =~ /-profile/;
    my ($out, $said) = (content($is_shown ? 'stdout' : 'out') // '', content('stderr'));
    my @wrong;
    push @wrong, 'the status' if $status != 0 && $status != 5 && $status != 6;
    push @wrong, 'no message' if $status && $said !~ / error: .* \[(IO|MEMORY|LIMIT|REPORT-READBACK)\]$/m;
    push @wrong, 'neither the old output nor the new one' if $status && !$is_shown && $out ne 'old' && $out ne $good;
    push @wrong, 'another output' if !$status && $out ne $good;
    for my $name (sort keys %beside) {
        my $expected = $out eq $good ? $beside{$name} : 'old';
        push @wrong, "$name is not of the same report" if (content($name) // '') ne $expected;
    }
    push @wrong, "a stray file $_" for grep { /^\.flowaudit|^\.~|^\.tmp/ } glob '.* *';
    return if !@wrong;
    $faults++;
    print "$command, $fault: status $status: ", join(', ', @wrong), "\n$said";
}

for (@commands) {
    my ($name, $command) = @$_;
    my @beside = $name eq 'lists' ? @lists : ();
    if (run($command, '', @beside) != 0) {
        print "$command: fails without a fault\n", content('stderr');
        exit 1;
    }
    my $good = content($command =~ /-profile/ ? 'stdout' : 'out');
    my %beside = map { $_ => content($_) } @beside;
    rename 'out', "$name.out" or die;
    system('gzip -nkf flag.out') == 0 or die "cannot pack results\n" if $name eq 'flag';
    next if @ARGV && !grep { $_ eq $name } @ARGV;
    # libxlsxwriter itself does not survive every allocation that fails.
    for my $function ($name =~ /^(?:workbook|lists)$/ ? () : 'malloc', qw(write read fsync rename)) {
        my $last = 0;
        # Every call up to the twentieth, then ever fewer: loops repeat what they do.
        for (my $n = 1;; $n += 1 + int($n / 20)) {
            my $status = run($command, "$function:$n", @beside);
            last if !-e 'reached';
            judge($command, "$function:$n", $status, $good, %beside);
            $last = $n;
        }
        print "$name: $function: $last and more calls\n";
        if (!$last && $function eq 'write' && $name !~ /workbook|profile/) {
            print "$name: no write was seen: is the library loaded?\n";
            $faults++;
        }
    }
}
print "$runs runs, $faults faults\n";
exit($faults ? 1 : 0);
