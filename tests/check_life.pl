#!/usr/bin/env perl
# The life of one finding over the monthly filings of a platform: a customer's identity number that is none. It is new,
# persists, is waived until the waiver expires, is fixed and is there again; what happened in a month stands in
# the next ones. Asked of the summary, of NDJSON and of the exit status, of the pipe and of audit alike.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);

my $top = abs_path(dirname(abs_path(__FILE__)) . '/..');
my $build = abs_path($ENV{BUILD} // '.');
$ENV{FLOWAUDIT_DATA} //= $top;
my $faults = 0;
my $work = tempdir(CLEANUP => 1);
chdir $work or die "$work: $!\n";

my ($good, $bad) = ('11010519491231002X', '110105194912310021'); # by check digit; GB 11643

sub write_file {
    my ($name, $text) = @_;
    open my $file, '>', $name or die "$name: $!\n";
    print $file $text;
    close $file or die "$name: $!\n";
}

# The month's filing: li's identity number, and a payment by an account that no other month has.
sub make_month {
    my ($month, $number) = @_;
    my %days = ('01' => 31, '02' => 28, '03' => 31, '04' => 30, '05' => 31, '06' => 30, '07' => 31);
    my $last = "$month-" . $days{substr $month, 5};
    mkdir $month;
    write_file("$month/institution.csv", "institution_id,kind\nPAY,payment\n");
    write_file("$month/party.csv", "party_id,kind,name,id_type,id_number\n" .
        "PAY,legal,Pay,other,1\n" .
        "wang,natural,Wang,resident_id,440524188001010014\n" .
        "li,natural,Li,resident_id,$number\n");
    write_file("$month/account.csv", "account_id,owner,role\nA1,wang,customer\nR1,PAY,reserve\n");
    write_file("$month/flow.csv", "flow_id,time,payer_account,payee_account,amount,kind,status\n" .
        "F-$month,$month-03T10:00:00,A1,R1,600.00,pay,settled\n");
    write_file("$month/filing.manifest", join "\n", "filing \"$month\"", '  filer PAY', "  period $month-01 .. $last",
        '  zone Asia/Shanghai', '  currency CNY', (map { "  file \"$_.csv\" table $_" } qw(institution party account flow)),
        "end\n");
}

write_file('own.rules', <<'END');
ruleset own
  title    en "A rule of the auditor's own"
  in force 2020-01-01 ..
  zone     Asia/Shanghai
  currency CNY
end
rule OWN-LARGE
  title    en "A large payment"
  cite     "none" known
  severity info
  on       settled
  when     amount > 500.00
end
END

write_file('known.waivers', <<'END');
waiver W-1
  rule     ID-CN18
  keys     party_id = "li"
  owner    "Head of operations"
  approver "Desk 3"
  reason   "the card is being replaced"
  cite     "letter 2026-4"
  from     2026-04-01
  expires  2026-04-30
  cap      none
end
END

sub run {
    my ($command) = @_;
    my $said = `( $command ) 2>errors`;
    my $status = $? >> 8;
    if ($status > 1) {
        open my $file, '<', 'errors' or die;
        print "$command: status $status\n", <$file>;
        $faults++;
    }
    return ($said, $status);
}

sub expect {
    my ($what, $found, $expected) = @_;
    return if $found eq $expected;
    print "$what: found '$found', expected '$expected'\n";
    $faults++;
}

# Flags MONTH with the results of the month BEFORE, and asks for what it IS: the statuses of --fail-on medium without and
# with --only-new, the summary's two lines, and of li's number the finding, where there is one, or what became of it.
sub check_month {
    my ($month, $before, %is) = @_;
    my $options = '-r cn-identity -r own.rules' . ($before ? " --baseline $before.res" : '') .
        ($is{waivers} ? ' --waivers known.waivers' : '');
    run("$build/flowaudit-ingest $month | $build/flowaudit-reconcile -o m.fa");
    run("$build/flowaudit-flag $options -o $month.res m.fa");
    for my $gate (['', $is{status}], [' --only-new', $is{new_status}]) {
        my ($said, $status) = run("$build/flowaudit-flag $options --fail-on medium$gate->[0] m.fa -o gate.res");
        expect("$month$gate->[0]: status", $status, $gate->[1]);
        ($said, $status) = run("$build/flowaudit-report --format text --fail-on medium$gate->[0] $month.res");
        expect("$month$gate->[0]: status of report", $status, $gate->[1]);
    }
    my ($text) = run("$build/flowaudit-report --format text $month.res");
    my ($json) = run("$build/flowaudit-report --format ndjson $month.res");
    my ($audited) = run("$build/flowaudit-audit $options --format ndjson $month");
    expect("$month: audit says what the pipe says", $audited eq $json ? 1 : 0, 1);
    my ($prior) = $text =~ /^prior\s+(.*)$/m;
    my ($earlier) = $text =~ /^of earlier\s+(.*)$/m;
    expect("$month: prior", $prior // '', $is{prior_line} // '');
    expect("$month: of earlier", $earlier // '', $is{earlier_line} // '');
    my ($finding) = grep { /"rule":"ID-CN18"/ } grep { /^\{"type":"finding"/ } split /\n/, $json;
    expect("$month: finding", $finding ? 1 : 0, exists $is{prior} ? 1 : 0);
    for my $member (qw(prior change first_seen waived)) {
        my ($value) = ($finding // '') =~ /"$member":"?([^",]*)/;
        expect("$month: $member", $value // '', $is{$member} // '') if exists $is{prior};
    }
    my ($gone) = grep { /"rule":"ID-CN18"/ } grep { /^\{"type":"earlier"/ } split /\n/, $json;
    my ($state, $why) = ($gone // '') =~ /"state":"(\w+)","why":"(\w+)"/;
    expect("$month: earlier", $gone ? "$state $why" : '', $is{earlier} // '');
    my ($fixed_on) = ($gone // '') =~ /"fixed_on":"([\d-]*)"/;
    expect("$month: fixed on", $fixed_on // '', $is{fixed_on} // '');
    for my $waiver ($is{waiver} // ()) {
        my ($state) = $json =~ /\{"type":"waiver".*"state":"(\w+)"/;
        expect("$month: waiver", $state // '', $waiver);
    }
    expect("$month: clear number in a report", "$text$json" =~ /$bad/ ? 1 : 0, 0);
}

make_month("2026-0$_->[0]", $_->[1])
    for [1, $good], [2, $bad], [3, $bad], [4, $bad], [5, $bad], [6, $good], [7, $bad];
check_month('2026-01', undef, status => 0, new_status => 0);
check_month('2026-02', '2026-01', status => 1, new_status => 1, prior => 'new', first_seen => '2026-02-28',
    waived => 'false', prior_line => '2 new', earlier_line => '1 carried');
check_month('2026-03', '2026-02', status => 1, new_status => 0, prior => 'persisting', first_seen => '2026-02-28',
    waived => 'false', prior_line => '1 new, 1 persisting', earlier_line => '2 carried');
check_month('2026-04', '2026-03', status => 0, new_status => 0, prior => 'persisting', first_seen => '2026-02-28',
    waived => 'true', waivers => 1, waiver => 'applied', prior_line => '1 new, 1 persisting', earlier_line => '3 carried');
check_month('2026-05', '2026-04', status => 1, new_status => 1, prior => 'changed', change => 'waived=true',
    first_seen => '2026-02-28', waived => 'false', waivers => 1, waiver => 'expired',
    prior_line => '1 new, 1 changed', earlier_line => '4 carried');
check_month('2026-06', '2026-05', status => 0, new_status => 0, prior_line => '1 new',
    earlier_line => '1 fixed, 5 carried', earlier => 'fixed clear', fixed_on => '2026-06-30');
check_month('2026-07', '2026-06', status => 1, new_status => 1, prior => 'reopened', first_seen => '2026-02-28',
    waived => 'false', prior_line => '1 new, 1 reopened', earlier_line => '6 carried');
print "$faults faults\n";
exit($faults ? 1 : 0);
