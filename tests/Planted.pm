# A filing invented from a plan: an otherwise clean ledger and its bank statements, into which breaks
# of every class and matches of every stage are planted, each known to the plan. It writes the filing,
# the scheme to read it by and planted.csv, the list of all that is there to be found. It knows nothing
# of how the tools find it. The same seed gives the same bytes everywhere.
#
# Every stage has accounts of its own, so that a row that a stage should leave alone cannot be
# explained by a later one; what is planted into them stands in PlantedKinds.pm.
package Planted;
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(yuan date is_work roll add_work business_day net_of_rate after_fee);

my @columns = qw(what kind class stage account currency direction flow statement details date amount
  ledger_amount bank_amount due_on days_late age age_days other other_account candidates note reference);

# --- numbers ---

sub draw {
    my ($p) = @_;
    use integer;
    $p->{state} = $p->{state} * 6364136223846793005 + 1442695040888963407;
    return ($p->{state} >> 32) & 0x7fffffff;
}

sub below { my ($p, $bound) = @_; return $p->draw % $bound }
sub from_to { my ($p, $from, $to) = @_; return $from + $p->draw % ($to - $from + 1) }
sub one_of { my $p = shift; return $_[$p->draw % @_] }
sub yuan { my ($fen) = @_; return ($fen < 0 ? '-' : '') . int(abs($fen) / 100) . sprintf '.%02d', abs($fen) % 100 }

# 3 to 7 digits, as payments are: few large ones.
sub any_fen { my ($p) = @_; my $digits = $p->from_to(3, 7); return $p->from_to(10**($digits - 1), 10**$digits - 1) }

# No other amount of ACCOUNT, whatever its fee, comes near it: nothing is equal by chance.
sub fresh_fen {
    my ($p, $account, $from, $to) = @_;
    my $used = $p->{used_fen}{$account} //= {};
    while (1) {
        my $fen = $from ? $p->from_to($from, $to) : $p->any_fen;
        my %zones;
        for my $value ($fen, net_of_rate($fen), $fen + 200) {
            $zones{int($value / 64) + $_} = 1 for -1, 0, 1;
        }
        next if grep { $used->{$_} } keys %zones;
        $used->{$_} = 1 for keys %zones;
        return $fen;
    }
}

# The scheme's fees: 0.6 % of money in, 0.10 to 50.00, half up; 2.00 of money out.
sub rate_fee {
    my ($fen) = @_;
    my $fee = int(($fen * 6 + 500) / 1000);
    return $fee < 10 ? 10 : $fee > 5000 ? 5000 : $fee;
}
sub net_of_rate { my ($fen) = @_; return $fen - rate_fee($fen) }
sub after_fee { my ($direction, $fen) = @_; return $direction eq 'credit' ? net_of_rate($fen) : $fen + 200 }

# --- days ---

# Civil day numbers from 1970 on, by the proleptic calendar.
sub day_no {
    my ($year, $month, $day) = @_;
    $year-- if $month <= 2;
    my $era = int($year / 400);
    my $yoe = $year - $era * 400;
    my $doy = int((153 * ($month + ($month > 2 ? -3 : 9)) + 2) / 5) + $day - 1;
    return $era * 146097 + $yoe * 365 + int($yoe / 4) - int($yoe / 100) + $doy - 719468;
}

my %date_texts;
sub date {
    my ($day_no) = @_;
    return $date_texts{$day_no} //= do {
        my (undef, undef, undef, $day, $month, $year) = gmtime($day_no * 86400);
        sprintf '%04d-%02d-%02d', $year + 1900, $month + 1, $day;
    };
}
sub instant {
    my ($time) = @_;
    my $second = $time % 86400;
    return date(int($time / 86400)) . sprintf 'T%02d:%02d:%02d', int($second / 3600), int($second / 60) % 60, $second % 60;
}

# 2025 as the State Council ordered it: two make-up days lie in the period.
my %off  = map { $_ => 1 } day_no(2025, 1, 1), day_no(2025, 1, 28) .. day_no(2025, 2, 4), day_no(2025, 4, 4),
  day_no(2025, 5, 1) .. day_no(2025, 5, 5), day_no(2025, 6, 2), day_no(2025, 10, 1) .. day_no(2025, 10, 8);
my %made_up = map { $_ => 1 } day_no(2025, 1, 26), day_no(2025, 2, 8), day_no(2025, 4, 27), day_no(2025, 9, 28),
  day_no(2025, 10, 11);

sub is_work {
    my ($day) = @_;
    return 0 if $off{$day};
    return 1 if $made_up{$day};
    return ($day + 3) % 7 < 5; # day 0 was a Thursday
}
my %rolled;
sub roll { my ($day) = @_; return $rolled{$day} //= do { my $work = $day; $work++ until is_work($work); $work } }
sub add_work { my ($day, $count) = @_; $day = roll($day); while ($count-- > 0) { $day = roll($day + 1) } return $day }
sub work_days { my ($from, $to) = @_; return scalar grep { is_work($_) } $from + 1 .. $to }

# Flows from the cut-off on belong to the next day; it comes an hour earlier from 10 February on.
sub business_day {
    my ($time) = @_;
    my $day = int($time / 86400);
    my $cutoff = $day >= day_no(2025, 2, 10) ? 16 : 17;
    return roll($time % 86400 >= $cutoff * 3600 ? $day + 1 : $day);
}

# --- rows ---

sub new {
    my ($class, %options) = @_;
    my $p = bless {
        state => $options{seed} * 7919 + 12345, rows => $options{rows}, flow_count => 0, line_count => 0, order_count => 0,
        from => day_no(2025, 1, 1), to => day_no(2025, 2, 28), accounts => {}, account_list => [], flows => [], facts => [],
        made => 0,
    }, $class;
    $p->draw for 1 .. 8;
    $p->account(sprintf('C-%04d', $_), role => 'customer') for 1 .. 200;
    return $p;
}

# BOOK: on whose statement its flows are, when not its own.
sub account {
    my ($p, $name, %about) = @_;
    my $account = {name => $name, currency => 'CNY', role => 'custody', opening => 0, lines => [], times => {}, net => {}, %about};
    push @{$p->{account_list}}, $account;
    return $p->{accounts}{$name} = $account;
}
sub banked { my ($p, $name, %about) = @_; return $p->account($name, is_banked => 1, opening => $p->from_to(10**9, 10**10), %about) }

sub new_order { my ($p) = @_; return sprintf 'O%08d', ++$p->{order_count} }

# A settled flow of ACCOUNT and a customer, or of two accounts; returns its flow_id.
sub flow {
    my ($p, $account, $direction, $fen, $time, %more) = @_;
    my $id = sprintf 'F%08d', ++$p->{flow_count};
    my $other = $more{other} // sprintf 'C-%04d', $p->from_to(1, 200);
    my $currency = $more{currency} // $p->{accounts}{$account}{currency};
    push @{$p->{flows}}, [
        $time, $p->{flow_count},
        join ',', $id, instant($time), $direction eq 'credit' ? ($other, $account) : ($account, $other), yuan($fen), $currency,
        $more{kind} // ($direction eq 'credit' ? 'top_up' : 'withdraw'), $more{status} // 'settled', $more{channel} // 'online',
        $more{order} // '', $more{instruction} // '', $more{reverses} // ''
    ];
    $p->{made}++;
    return $id if ($more{status} // 'settled') ne 'settled';
    for my $face ([$account, $direction eq 'credit' ? $fen : -$fen], [$other, $direction eq 'credit' ? -$fen : $fen]) {
        my $book = $p->{accounts}{$face->[0]};
        $book = $p->{accounts}{$book->{book}} if $book->{book};
        $book->{net}{int($time / 86400)} += $face->[1] if $book->{is_banked} && $currency eq $book->{currency};
    }
    return $id;
}

# A line of the account's statement; its second is its own, so that lines have one order. Returns its statement_id.
sub line {
    my ($p, $account, $direction, $fen, $time, %more) = @_;
    my $id = sprintf 'S%08d', ++$p->{line_count};
    my $about = $p->{accounts}{$account};
    my $step = $time % 86400 < 43200 ? 1 : -1;
    $time += $step while $about->{times}{$time};
    $about->{times}{$time} = 1;
    push @{$about->{lines}}, {id => $id, time => $time, direction => $direction, fen => $fen, %more};
    $p->{made}++;
    return $id;
}

# --- moments ---

sub any_time { my ($p) = @_; return $p->from_to($p->{from}, $p->{to}) * 86400 + $p->below(86400) }

# When the bank books a flow of TIME, LAG working days after its business day; undef: not any more.
sub line_time {
    my ($p, $time, $lag) = @_;
    my $day = add_work(business_day($time), $lag);
    return undef if $day > $p->{to};
    # A day off in front of it counts as the day itself.
    my $first = $day;
    $first-- while roll($first - 1) == $day && $first - 1 > int($time / 86400);
    $day = $p->from_to($first, $day) if $first < $day && $p->below(4) == 0;
    my $from = $day == int($time / 86400) ? $time % 86400 + 1 : 28800;
    return undef if $from > 86000;
    return $day * 86400 + $p->from_to($from, 86200);
}

# The times of a flow and of its line, LAG working days later.
sub times {
    my ($p, $lag) = @_;
    while (1) {
        my $time = $p->any_time;
        my $line = $p->line_time($time, $lag // $p->below(2));
        return ($time, $line) if defined $line;
    }
}

# --- facts: what is there to be found ---

sub fact { my ($p, $what, %fact) = @_; push @{$p->{facts}}, {what => $what, %fact}; return }

# FLOWS and LINES are one movement.
sub matched {
    my ($p, $kind, $stage, $class, $account, $flows, $lines, %more) = @_;
    my $currency = $p->{accounts}{$account}{currency};
    return $p->fact('match', kind => $kind, stage => $stage, class => $class, account => $account, currency => $currency,
        flow => join(' ', @$flows), statement => join(' ', @$lines), %more);
}

# A break that came up at TIME.
sub broken {
    my ($p, $kind, $class, $account, $direction, $time, %more) = @_;
    my $day = int($time / 86400);
    return $p->fact('break', kind => $kind, class => $class, account => $account, currency => $p->{accounts}{$account}{currency},
        direction => $direction, date => date($day), age => work_days($day, $p->{to}), age_days => $p->{to} - $day, %more);
}
sub open_flow {
    my ($p, $kind, $class, $account, $direction, $fen, $time, $flow, %more) = @_;
    return $p->broken($kind, $class, $account, $direction, $time, flow => $flow, amount => yuan($fen), ledger_amount => yuan($fen), %more);
}
sub open_line {
    my ($p, $kind, $class, $account, $direction, $fen, $time, $line, %more) = @_;
    return $p->broken($kind, $class, $account, $direction, $time, statement => $line, amount => yuan($fen), bank_amount => yuan($fen), %more);
}

# --- files ---

sub put {
    my ($p, $name, @rows) = @_;
    open my $out, '>', "$p->{folder}/$name" or die "$name: $!\n";
    print $out join("\n", @rows), "\n";
    close $out or die "$name: $!\n";
}

# The statement of each day of an account, and its lines with the balances after them.
sub write_account {
    my ($p, $account, $lines, $details, $periods, $balances) = @_;
    my ($name, $currency) = @$account{qw(name currency)};
    my @sorted = sort { $a->{time} <=> $b->{time} } @{$account->{lines}};
    my ($bank, $platform) = ($account->{opening}, $account->{opening});
    for my $day ($p->{from} .. $p->{to}) {
        $bank += $account->{lost}{$day} // 0;
        my ($opening, @again) = ($bank);
        my ($period, $count, $stops) = ("$name/" . date($day), 0, ($day + 1) * 86400);
        while (@sorted && $sorted[0]{time} < $stops) {
            my $line = shift @sorted;
            my $is_own = ($line->{currency} // $currency) eq $currency;
            $bank += $line->{direction} eq 'credit' ? $line->{fen} : -$line->{fen} if $is_own;
            my $stated = $bank + ($line->{balance_error} // 0);
            push @$lines, [$line->{time}, join ',', $line->{id}, $name, instant($line->{time}), $line->{direction}, yuan($line->{fen}),
                $line->{currency} // $currency, $is_own && $account->{has_running} ? yuan($stated) : '', $line->{reference} // '',
                $line->{counterparty} // '', $line->{reversal} ? 'true' : '', $is_own ? $period : ''];
            # A statement that comes again has the same lines under other numbers.
            push @again, [$line->{time}, join ',', "$line->{id}-2", $name, instant($line->{time}), $line->{direction}, yuan($line->{fen}),
                $currency, '', $line->{reference} // '', '', '', "$period-2"] if $account->{comes_again}{$day};
            $count++ if $is_own;
            my $detail_no = 0;
            push @$details, join ',', $line->{id}, ++$detail_no, $name, instant($line->{time}), $line->{direction}, yuan($_->[1]), $currency, $_->[0]
              for @{$line->{details} // []};
        }
        my $error = $account->{platform_error}{$day} // 0;
        $platform += $account->{net}{$day} // 0;
        push @$balances, join ',', $account->{platform_name} // $name, date($day), 'platform', yuan($platform + $error) if $account->{has_balances};
        push @$lines, @again;
        next if !$count && !is_work($day) || $account->{no_statement}{$day};
        push @$periods, join ',', $name, $period, 'booked', date($day), date($day), yuan($opening + ($account->{opening_error}{$day} // 0)),
          $account->{no_closing}{$day} ? '' : yuan($bank + ($account->{closing_error}{$day} // 0)), $count + ($account->{count_error}{$day} // 0), $currency;
        push @$periods, $periods->[-1] =~ s/\Q$period\E/$period-2/r if @again;
    }
    return;
}

sub write_files {
    my ($p, $folder) = @_;
    $p->{folder} = $folder;
    my (@lines, @details, @periods, @balances);
    $p->write_account($_, \@lines, \@details, \@periods, \@balances) for grep { $_->{is_banked} } @{$p->{account_list}};
    for my $customer (1 .. 5) {
        push @balances, map { sprintf 'C-%04d,%s,platform,%s', $customer, date($_), yuan($p->from_to(0, 2 * 10**10)) } $p->{from} .. $p->{to};
    }
    $p->put('flow.csv', 'flow_id,time,payer_account,payee_account,amount,currency,kind,status,channel,order_id,instruction_id,reverses',
        map { $_->[2] } sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] } @{$p->{flows}});
    $p->put('statement.csv', 'statement_id,account,booked_at,direction,amount,currency,balance_after,reference,counterparty,reversal,period_id',
        map { $_->[1] } sort { $a->[0] <=> $b->[0] || $a->[1] cmp $b->[1] } @lines);
    $p->put('statement_detail.csv', 'statement_id,detail_no,account,booked_at,direction,amount,currency,reference', @details);
    $p->put('statement_period.csv', 'account,period_id,kind,from_day,to_day,opening,closing,lines,currency', @periods, @{$p->{more_periods} // []});
    $p->put('balance.csv', 'account,date,source,closing', @balances);
    $p->put('account.csv', 'account_id,owner,role,part_of,currency,opening_balance', map {
        join ',', $_->{name}, "P-$_->{name}", $_->{role}, $_->{part_of} // '', $_->{currency}, $_->{is_banked} ? yuan($_->{opening}) : ''
    } @{$p->{account_list}});
    $p->put('holiday.csv', 'calendar,date,kind', (map { 'cn,' . date($_) . ',off' } sort { $a <=> $b } keys %off),
        map { 'cn,' . date($_) . ',work' } sort { $a <=> $b } keys %made_up);
    $p->put('institution.csv', 'institution_id,kind', 'PAY-1,payment');
    my ($from, $to) = (date($p->{from}), date($p->{to}));
    my @tables = qw(institution account holiday flow statement statement_detail statement_period balance);
    $p->put('filing.manifest', 'filing "Planted breaks"', '  filer PAY-1', "  period $from .. $to", "  as of $to",
        '  zone Asia/Shanghai', '  currency CNY', '  reference order_id', (map { "  file \"$_.csv\" table $_" } @tables), 'end');
    $p->put('planted.scheme', $p->{scheme});
    $p->put('planted.csv', join(',', @columns), map { my $fact = $_; join ',', map { $fact->{$_} // '' } @columns } @{$p->{facts}});
    return;
}

1;
