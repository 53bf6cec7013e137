# What tests/Planted.pm plants: each function makes one case of a kind and states what must become of it.
package PlantedKinds;
use strict;
use warnings;
use Planted qw(yuan date roll add_work business_day is_work after_fee);

my $scheme = <<'END';
scheme planted
  title "Every class and every stage"
  calendar "cn"
  reference order_id
  cutoff 17:00 from 2025-01-01
  cutoff 16:00 from 2025-02-10
  window 0bd .. 1bd
  face part_of
  face "LED-1" with "BNK-1"
  accounts "REF-1", "REF-2", "USD-1", "MAS-1", "BNK-1"
    tolerance 0.05 CNY
    fee 0.6% of credit at least 0.10 CNY at most 50.00 CNY half up
    fee 2.00 CNY of debit
    daily
  accounts role prepaid_special
    daily
  accounts "AMT-1", "AMT-2"
    window -1bd .. 2bd
    tolerance 0.05 CNY
    fee 0.6% of credit at least 0.10 CNY at most 50.00 CNY half up
    fee 2.00 CNY of debit
    match amount
  accounts "LIKE-1"
    match amount
  accounts "DET-1"
    match details
  accounts "NAM-1"
    match flows by instruction_id = reference
  accounts "NAM-3"
    fee 0.6% of credit at least 0.10 CNY at most 50.00 CNY half up
    fee 2.00 CNY of debit
    match flows by instruction_id = reference
  accounts "NAM-2"
    match lines by counterparty = instruction_id
  accounts "DAY-1"
    match flows by day, channel
  accounts "NET-1"
    match flows by day net
  accounts "CPT-1"
    match lines by day, counterparty
  accounts "SUB-1", "SUB-2", "SUB-3", "SUB-4"
    match subset at most 6
END

sub direction { my ($p) = @_; return $p->one_of('credit', 'debit') }
sub reference_account { my ($p) = @_; return $p->one_of('REF-1', 'REF-1', 'REF-2') }
sub due { my ($time) = @_; return (due_on => date(add_work(business_day($time), 1))) }
sub later { my ($p, $time, $most) = @_; my $stop = ($p->{to} + 1) * 86400 - 1; my $late = $time + $p->from_to(60, $most); return $late < $stop ? $late : $stop }

# A flow whose window is over at the end of the period.
sub past_time { my ($p) = @_; while (1) { my $time = $p->any_time; return $time if add_work(business_day($time), 1) <= $p->{to} } }

# --- exact by reference ---

sub clean_pair {
    my ($p, $account) = @_;
    my ($direction, $fen, $order) = (direction($p), $p->any_fen, $p->new_order);
    my ($time, $booked) = $p->times;
    # Without an order the bank repeats the flow's own number.
    my $has_order = $p->below(10) > 0;
    my $flow = $p->flow($account, $direction, $fen, $time, $has_order ? (order => $order) : ());
    my $line = $p->line($account, $direction, $fen, $booked, reference => $has_order ? $order : $flow);
    $p->matched('clean', 'reference', 'matched', $account, [$flow], [$line], direction => $direction);
}
sub clean_reference { my ($p) = @_; clean_pair($p, reference_account($p)) }
sub clean_dollars { my ($p) = @_; clean_pair($p, 'USD-1') }

# One order of several equal payments: the first of one side is the first of the other.
sub repeated_reference {
    my ($p) = @_;
    my ($account, $direction, $fen, $order) = (reference_account($p), direction($p), $p->any_fen, $p->new_order);
    my (@times, @booked);
    for my $leg (1 .. $p->from_to(2, 4)) {
        my ($time, $booked) = $p->times;
        push @times, $time;
        push @booked, $booked;
    }
    my @flows = map { $p->flow($account, $direction, $fen, $_, order => $order) } sort { $a <=> $b } @times;
    my @lines = map { $p->line($account, $direction, $fen, $_, reference => $order) } sort { $a <=> $b } @booked;
    $p->matched('repeated reference', 'reference', 'matched', $account, [$flows[$_]], [$lines[$_]]) for 0 .. $#flows;
}

# Paid and taken back, booked by both sides: two exact pairs, no reversal.
sub reversed_on_both_sides {
    my ($p) = @_;
    my ($account, $fen, $order) = (reference_account($p), $p->any_fen, $p->new_order);
    my ($time, $booked) = $p->times;
    my $paid = $p->flow($account, 'credit', $fen, $time, order => $order);
    my $paid_line = $p->line($account, 'credit', $fen, $booked, reference => $order);
    my $back = $p->flow($account, 'debit', $fen, $time + 1, order => $order, kind => 'reversal', reverses => $paid);
    my $back_line = $p->line($account, 'debit', $fen, $booked + 1, reference => $order, reversal => 1);
    $p->matched('reversed on both sides', 'reference', 'matched', $account, [$paid], [$paid_line]);
    $p->matched('reversed on both sides', 'reference', 'matched', $account, [$back], [$back_line]);
}

sub faceless_flow {
    my ($p) = @_;
    $p->flow('SUBA-1', direction($p), $p->any_fen, $p->any_time, other => 'SUBA-2', order => $p->new_order); # within the master
    $p->flow(reference_account($p), direction($p), $p->any_fen, $p->any_time, status => $p->one_of('pending', 'failed'), order => $p->new_order);
    $p->flow('C-0001', 'debit', $p->any_fen, $p->any_time, other => 'C-0002', order => $p->new_order);
}

# One flow, two statements.
sub sweep {
    my ($p) = @_;
    my ($fen, $order) = ($p->any_fen, $p->new_order);
    my ($time, $booked) = $p->times;
    my $flow = $p->flow('REF-1', 'debit', $fen, $time, other => 'REF-2', order => $order, kind => 'sweep');
    for (['REF-1', 'debit'], ['REF-2', 'credit']) {
        my ($account, $direction) = @$_;
        my $line = $p->line($account, $direction, $fen, $booked, reference => $order);
        $p->matched('sweep', 'reference', 'matched', $account, [$flow], [$line], direction => $direction);
    }
}

sub faced_account {
    my ($p) = @_;
    my ($from, $to) = $p->below(2) ? ('LED-1', 'BNK-1') : ($p->one_of('SUBA-1', 'SUBA-2', 'SUBA-3'), 'MAS-1');
    my ($direction, $fen, $order) = (direction($p), $p->any_fen, $p->new_order);
    my ($time, $booked) = $p->times;
    my $flow = $p->flow($from, $direction, $fen, $time, order => $order);
    my $line = $p->line($to, $direction, $fen, $booked, reference => $order);
    $p->matched('faced account', 'reference', 'matched', $to, [$flow], [$line], direction => $direction);
}

# --- breaks by reference ---

sub late {
    my ($p) = @_;
    my ($account, $direction, $fen, $order, $days) = (reference_account($p), direction($p), $p->any_fen, $p->new_order, $p->from_to(1, 6));
    my ($time, $booked) = $p->times(1 + $days);
    my $flow = $p->flow($account, $direction, $fen, $time, order => $order);
    my $line = $p->line($account, $direction, $fen, $booked, reference => $order);
    $p->matched('late', 'reference', 'late', $account, [$flow], [$line]);
    $p->broken('late', 'late', $account, $direction, $booked, flow => $flow, statement => $line, days_late => $days, due($time));
}

sub timing {
    my ($p) = @_;
    my ($account, $direction, $fen) = (reference_account($p), direction($p), $p->any_fen);
    my $time;
    do { $time = ($p->{to} - $p->below(2)) * 86400 + $p->below(86400) } until add_work(business_day($time), 1) > $p->{to};
    my $flow = $p->flow($account, $direction, $fen, $time, order => $p->new_order);
    open_flow($p, 'timing', 'timing', $account, $direction, $fen, $time, $flow, due($time));
}

sub open_flow { my $p = shift; $p->open_flow(@_) }
sub open_line { my $p = shift; $p->open_line(@_) }

sub missing_at_bank {
    my ($p) = @_;
    my ($account, $direction, $fen, $time) = (reference_account($p), direction($p), $p->any_fen, past_time($p));
    my $flow = $p->flow($account, $direction, $fen, $time, order => $p->new_order);
    open_flow($p, 'missing_at_bank', 'missing_at_bank', $account, $direction, $fen, $time, $flow, due($time));
}

# The first day on which a line would be missed: its window ends with the period.
sub missing_since_today {
    my ($p) = @_;
    my ($account, $direction, $fen, $time) = (reference_account($p), direction($p), $p->any_fen);
    do { $time = ($p->{to} - $p->from_to(1, 2)) * 86400 + $p->below(86400) } until add_work(business_day($time), 1) == $p->{to};
    my $flow = $p->flow($account, $direction, $fen, $time, order => $p->new_order);
    open_flow($p, 'missing since today', 'missing_at_bank', $account, $direction, $fen, $time, $flow, due($time));
}

sub missing_in_ledger {
    my ($p) = @_;
    my ($account, $direction, $fen, $booked) = (reference_account($p), direction($p), $p->any_fen, $p->any_time);
    my $line = $p->line($account, $direction, $fen, $booked, reference => $p->new_order);
    open_line($p, 'missing_in_ledger', 'missing_in_ledger', $account, $direction, $fen, $booked, $line);
}

sub unexplained {
    my ($p) = @_;
    my ($account, $direction, $fen, $booked) = (reference_account($p), direction($p), $p->any_fen, $p->any_time);
    my $line = $p->line($account, $direction, $fen, $booked);
    open_line($p, 'unexplained', 'unexplained', $account, $direction, $fen, $booked, $line);
}

# A flow and a line of one reference, of which the bank booked another amount.
sub differing {
    my ($p, $kind, $class, $direction, $fen, $bank_fen, %more) = @_;
    my ($account, $order) = (reference_account($p), $p->new_order);
    my ($time, $booked) = $p->times;
    my $flow = $p->flow($account, $direction, $fen, $time, order => $order);
    my $line = $p->line($account, $direction, $bank_fen, $booked, reference => $order);
    $p->matched($kind, 'reference_amount', $class, $account, [$flow], [$line]);
    $p->broken($kind, $class, $account, $direction, $booked, flow => $flow, statement => $line, amount => yuan(abs($bank_fen - $fen)),
        ledger_amount => yuan($fen), bank_amount => yuan($bank_fen), %more);
}

sub amount {
    my ($p) = @_;
    my ($direction, $fen, $bank_fen) = (direction($p), $p->any_fen);
    do { $bank_fen = $fen + $p->one_of(-1, 1) * $p->one_of(6, 7, $p->any_fen) }
      until $bank_fen > 0 && abs($bank_fen - $fen) > 5 && abs($bank_fen - after_fee($direction, $fen)) > 5;
    differing($p, 'amount', 'amount', $direction, $fen, $bank_fen);
}

sub fee {
    my ($p) = @_;
    my $direction = direction($p);
    # At the lower bound, between the two, at the upper one; halves go up.
    my $fen = $p->one_of($p->from_to(100, 1600), $p->from_to(1700, 833000), 1000 * $p->from_to(2, 800) + 250, $p->from_to(834000, 9_000_000));
    differing($p, 'fee', 'fee', $direction, $fen, after_fee($direction, $fen));
}

sub absorbed {
    my ($p) = @_;
    my ($direction, $fen) = (direction($p), $p->any_fen);
    differing($p, 'absorbed', 'absorbed', $direction, $fen, $fen + $p->one_of(-1, 1) * $p->one_of(1, 4, 5));
}

sub currency {
    my ($p) = @_;
    my ($account, $direction, $order, $fen) = (reference_account($p), direction($p), $p->new_order, $p->from_to(1000, 10**6));
    my ($time, $booked) = $p->times;
    my $flow = $p->flow($account, $direction, $fen, $time, order => $order);
    my $line = $p->line($account, $direction, int($fen / 7), $booked, reference => $order, currency => 'USD');
    $p->matched('currency', 'other_currency', 'currency', $account, [$flow], [$line], currency => '');
    my @unknown = (date => '', age => '', age_days => '');
    $p->broken('currency', 'currency', $account, $direction, $time, flow => $flow, ledger_amount => yuan($fen), other => $line, @unknown);
    $p->broken('currency', 'currency', $account, $direction, $booked, statement => $line, currency => 'USD', bank_amount => yuan(int($fen / 7)), other => $flow, @unknown);
}

sub wrong_account {
    my ($p) = @_;
    my ($from, $to) = $p->below(2) ? ('REF-1', 'REF-2') : ('REF-2', 'REF-1');
    my ($direction, $order, $fen) = (direction($p), $p->new_order, $p->any_fen);
    my ($time, $booked) = $p->times;
    my $flow = $p->flow($from, $direction, $fen, $time, order => $order);
    my $line = $p->line($to, $direction, $fen, $booked, reference => $order);
    $p->matched('wrong_account', 'other_account', 'wrong_account', '', [$flow], [$line], currency => 'CNY');
    my @unknown = (date => '', age => '', age_days => '', amount => yuan($fen));
    $p->broken('wrong_account', 'wrong_account', $from, $direction, $time, flow => $flow, other => $line, other_account => $to, @unknown);
    $p->broken('wrong_account', 'wrong_account', $to, $direction, $booked, statement => $line, other => $flow, other_account => $from, @unknown);
}

sub duplicate_flow {
    my ($p) = @_;
    my ($account, $direction, $fen, $order) = (reference_account($p), direction($p), $p->any_fen, $p->new_order);
    my ($time, $booked) = $p->times;
    my $again = later($p, $time, 5 * 86400);
    my $flow = $p->flow($account, $direction, $fen, $time, order => $order);
    my $copy = $p->flow($account, $direction, $fen, $again, order => $order);
    my $line = $p->line($account, $direction, $fen, $booked, reference => $order);
    $p->matched('duplicate flow', 'reference', 'matched', $account, [$flow], [$line]);
    open_flow($p, 'duplicate flow', 'duplicate', $account, $direction, $fen, $again, $copy, other => $flow);
}

sub duplicate_line {
    my ($p) = @_;
    my ($account, $direction, $fen, $order) = (reference_account($p), direction($p), $p->any_fen, $p->new_order);
    my ($time, $booked) = $p->times;
    my $again = later($p, $booked, 5 * 86400);
    my $flow = $p->flow($account, $direction, $fen, $time, order => $order);
    my $line = $p->line($account, $direction, $fen, $booked, reference => $order);
    my $copy = $p->line($account, $direction, $fen, $again, reference => $order);
    $p->matched('duplicate line', 'reference', 'matched', $account, [$flow], [$line]);
    open_line($p, 'duplicate line', 'duplicate', $account, $direction, $fen, $again, $copy, other => $line);
}

sub reversal_of_flows {
    my ($p) = @_;
    my ($account, $direction, $fen, $time) = (reference_account($p), direction($p), $p->any_fen, past_time($p));
    my ($back, $again) = ($direction eq 'credit' ? 'debit' : 'credit', later($p, $time, 3 * 86400));
    my $first = $p->flow($account, $direction, $fen, $time, order => $p->new_order);
    my $second = $p->flow($account, $back, $fen, $again, order => $p->new_order, kind => 'reversal', reverses => $first);
    open_flow($p, 'reversal of flows', 'reversal', $account, $direction, $fen, $time, $first, other => $second);
    open_flow($p, 'reversal of flows', 'reversal', $account, $back, $fen, $again, $second, other => $first);
}

sub reversal_of_lines {
    my ($p) = @_;
    my ($account, $direction, $fen, $booked, $order) = (reference_account($p), direction($p), $p->any_fen, $p->any_time, $p->new_order);
    my ($back, $again) = ($direction eq 'credit' ? 'debit' : 'credit', later($p, $booked, 3 * 86400));
    my $first = $p->line($account, $direction, $fen, $booked, reference => $order);
    my $second = $p->line($account, $back, $fen, $again, reference => $order, reversal => 1);
    open_line($p, 'reversal of lines', 'reversal', $account, $direction, $fen, $booked, $first, other => $second);
    open_line($p, 'reversal of lines', 'reversal', $account, $back, $fen, $again, $second, other => $first);
}

# Only the ledger took it back: it must not be cancelled away, for the bank has the payment.
sub reversal_on_one_side {
    my ($p) = @_;
    my ($account, $direction, $fen, $order) = (reference_account($p), direction($p), $p->any_fen, $p->new_order);
    my ($time, $booked, $again);
    do { ($time, $booked) = $p->times; $again = $time + 60 } until add_work(business_day($again), 1) <= $p->{to};
    my $back = $direction eq 'credit' ? 'debit' : 'credit';
    my $flow = $p->flow($account, $direction, $fen, $time, order => $order);
    my $line = $p->line($account, $direction, $fen, $booked, reference => $order);
    my $taken = $p->flow($account, $back, $fen, $again, order => $p->new_order, kind => 'reversal', reverses => $flow);
    $p->matched('reversal on one side', 'reference', 'matched', $account, [$flow], [$line]);
    open_flow($p, 'reversal on one side', 'missing_at_bank', $account, $back, $fen, $again, $taken);
}

# Legs of one order, cut otherwise by the bank.
sub reference_sum {
    my ($p) = @_;
    my ($account, $direction, $order) = (reference_account($p), direction($p), $p->new_order);
    my $back = $direction eq 'credit' ? 'debit' : 'credit';
    my @part = map { $_ * 1000 + $p->below(900) } 1, 3, 9, 27;
    my $shape = $p->below(4);
    my ($flows, $lines) = (
        [[[$direction, $part[0] + $part[1] + $part[2]]], [[$direction, $part[0]], [$direction, $part[1]], [$direction, $part[2]]]],
        [[[$direction, $part[0]], [$direction, $part[1]]], [[$direction, $part[0] + $part[1]]]],
        [[[$direction, $part[0] + $part[1]], [$direction, $part[2] + $part[3]]],
            [[$direction, $part[0] + $part[2]], [$direction, $part[1]], [$direction, $part[3]]]],
        [[[$direction, $part[3]], [$back, $part[0]]], [[$direction, $part[3] - $part[0]]]],
    )[$shape]->@*;
    my ($time, $booked) = $p->times;
    my $second = 0;
    my @flows = map { $p->flow($account, @$_, $time + $second++, order => $order) } @$flows;
    my @lines = map { $p->line($account, @$_, $booked, reference => $order) } @$lines;
    $p->matched('reference sum', 'reference_sum', 'matched', $account, \@flows, \@lines);
}

# --- one to one by amount ---

sub amount_times {
    my ($p) = @_;
    my $lag = $p->from_to(-1, 2);
    return $p->times($lag) if $lag >= 0;
    my ($time, $day);
    do { $time = $p->any_time; $day = business_day($time) - 1; $day-- until is_work($day) } until $day >= $p->{from} && business_day($time) <= $p->{to};
    return ($time, $day * 86400 + $p->below(86000));
}

sub by_amount {
    my ($p, $kind, $class, $account, $direction, $fen, $bank_fen) = @_;
    my ($time, $booked) = amount_times($p);
    my $flow = $p->flow($account, $direction, $fen, $time, order => $p->new_order);
    my $line = $p->line($account, $direction, $bank_fen, $booked);
    $p->matched($kind, 'amount', $class, $account, [$flow], [$line], direction => $direction);
    my $seen = $time > $booked ? $time : $booked;
    $p->broken($kind, $class, $account, $direction, $seen, flow => $flow, statement => $line, amount => yuan(abs($bank_fen - $fen))) if $class ne 'matched';
}

sub clean_amount { my ($p) = @_; my $fen = $p->fresh_fen('AMT-1'); by_amount($p, 'by amount', 'matched', 'AMT-1', direction($p), $fen, $fen) }
sub amount_less_fee {
    my ($p) = @_;
    my ($direction, $fen) = (direction($p), $p->fresh_fen('AMT-1'));
    by_amount($p, 'amount less fee', 'fee', 'AMT-1', $direction, $fen, after_fee($direction, $fen));
}
sub amount_absorbed {
    my ($p) = @_;
    my $fen = $p->fresh_fen('AMT-1');
    by_amount($p, 'amount absorbed', 'absorbed', 'AMT-1', direction($p), $fen, $fen + $p->one_of(-1, 1) * $p->one_of(1, 5));
}

sub amount_open {
    my ($p) = @_;
    my ($direction, $fen, $time) = (direction($p), $p->fresh_fen('AMT-1'));
    do { $time = $p->any_time } until add_work(business_day($time), 2) <= $p->{to};
    my $flow = $p->flow('AMT-1', $direction, $fen, $time, order => $p->new_order);
    open_flow($p, 'amount without a line', 'missing_at_bank', 'AMT-1', $direction, $fen, $time, $flow);
    ($fen, $time) = ($p->fresh_fen('AMT-1'), $p->any_time);
    do { $time = $p->any_time } until add_work(int($time / 86400), 1) <= $p->{to}; # else its flow may still come
    my $line = $p->line('AMT-1', $direction, $fen, $time);
    open_line($p, 'amount without a flow', 'unexplained', 'AMT-1', $direction, $fen, $time, $line);
}

# Few amounts, no references: what belongs to what can only be guessed by day, and is not held to be found.
sub guessed {
    my ($p) = @_;
    my ($direction, $fen) = (direction($p), 1000 * $p->from_to(1, 40));
    my ($time, $booked) = $p->times;
    my $flow = $p->flow('LIKE-1', $direction, $fen, $time, order => $p->new_order);
    my $line = $p->line('LIKE-1', $direction, $fen, $booked);
    $p->matched('guessed', 'amount', 'matched', 'LIKE-1', [$flow], [$line], direction => $direction);
}

# A working day, COUNT working days before the end at least.
sub work_day { my ($p, $count) = @_; while (1) { my $day = roll($p->from_to($p->{from}, $p->{to})); return $day if add_work($day, $count) <= $p->{to} } }

sub interchangeable {
    my ($p) = @_;
    my ($direction, $fen, $day, $count) = (direction($p), $p->fresh_fen('AMT-1'), work_day($p, 1), $p->from_to(2, 5));
    my @flows = map { $p->flow('AMT-1', $direction, $fen, $day * 86400 + 30000 + 100 * $_, order => $p->new_order) } 1 .. $count;
    my @lines = map { $p->line('AMT-1', $direction, $fen, add_work($day, 1) * 86400 + 32000 + 100 * $_) } 1 .. $count;
    $p->matched('interchangeable', 'amount', 'matched', 'AMT-1', [$flows[$_]], [$lines[$_]], note => 'interchangeable') for 0 .. $count - 1;
}

# The nearest line of the second flow is the only one that the first can have.
sub assignment_by_day {
    my ($p) = @_;
    my ($direction, $fen, $day) = (direction($p), $p->fresh_fen('AMT-1'), work_day($p, 3));
    my @flows = map { $p->flow('AMT-1', $direction, $fen, add_work($day, $_) * 86400 + 40000, order => $p->new_order) } 0, 1;
    my @lines = map { $p->line('AMT-1', $direction, $fen, add_work($day, $_) * 86400 + 50000) } 1, 3;
    $p->matched('assignment by day', 'amount', 'matched', 'AMT-1', [$flows[$_]], [$lines[$_]]) for 0, 1;
}

sub assignment_by_amount {
    my ($p) = @_;
    my ($direction, $fen, $day) = (direction($p), $p->fresh_fen('AMT-1'), work_day($p, 1));
    my @flows = map { $p->flow('AMT-1', $direction, $fen + $_, $day * 86400 + 40000, order => $p->new_order) } 0, 4;
    my @lines = map { $p->line('AMT-1', $direction, $fen + $_, $day * 86400 + 50000) } 2, 8;
    for (0, 1) {
        $p->matched('assignment by amount', 'amount', 'absorbed', 'AMT-1', [$flows[$_]], [$lines[$_]]);
        $p->broken('assignment by amount', 'absorbed', 'AMT-1', $direction, $day * 86400, flow => $flows[$_], statement => $lines[$_], amount => yuan((2, 4)[$_]));
    }
}

# More rows than are assigned at their best hang together, each within the tolerance of its neighbours.
sub large_component {
    my ($p) = @_;
    my ($fen, $day) = (100_000 + 10_000 * $p->{large}++, work_day($p, 1));
    for my $i (0 .. 39) {
        my $flow = $p->flow('AMT-2', 'credit', $fen + 6 * $i, $day * 86400 + 40000, order => $p->new_order);
        my $line = $p->line('AMT-2', 'credit', $fen + 6 * $i + 3, $day * 86400 + 50000);
        $p->matched('large component', 'amount', 'absorbed', 'AMT-2', [$flow], [$line], note => 'greedy');
        $p->broken('large component', 'absorbed', 'AMT-2', 'credit', $day * 86400, flow => $flow, statement => $line, amount => '0.03');
    }
}

# --- groups ---

# A line and the payments within it, each of which is a flow; of MISSING ones the ledger knows nothing.
sub details {
    my ($p, $missing) = @_;
    my ($direction, $day, $count) = (direction($p), work_day($p, 1), $p->from_to(2, 6));
    my ($sum, @flows, @details) = (0);
    for (1 .. $count) {
        my ($fen, $order) = ($p->any_fen, $p->new_order);
        push @flows, $_ <= ($missing // 0) ? undef : $p->flow('DET-1', $direction, $fen, $day * 86400 + $p->below(50000), order => $order);
        push @details, [$order, $fen];
        $sum += $fen;
    }
    my $booked = add_work($day, 1) * 86400 + 30000 + $p->below(9000);
    my $line = $p->line('DET-1', $direction, $sum, $booked, details => \@details);
    for my $i (0 .. $count - 1) {
        if ($flows[$i]) { $p->matched('details', 'detail', 'matched', 'DET-1', [$flows[$i]], ["$line:" . ($i + 1)]) }
        else { open_line($p, 'detail without a flow', 'missing_in_ledger', 'DET-1', $direction, $details[$i][1], $booked, $line) }
    }
}
sub details_less_one { my ($p) = @_; details($p, 1) }

sub named_flows {
    my ($p) = @_;
    my ($direction, $instruction, $sum) = (direction($p), 'I' . $p->new_order, 0);
    my ($time, $booked) = $p->times;
    my @flows = map { my $fen = $p->any_fen; $sum += $fen; $p->flow('NAM-1', $direction, $fen, $time, order => $p->new_order, instruction => $instruction) } 1 .. $p->from_to(2, 9);
    my $line = $p->line('NAM-1', $direction, $sum, $booked, reference => $instruction);
    $p->matched('named flows', 'named_group', 'matched', 'NAM-1', \@flows, [$line]);
}

# A batch that is off by some fen is one break.
sub named_flows_that_differ {
    my ($p) = @_;
    my ($direction, $instruction, $sum, $error) = (direction($p), 'I' . $p->new_order, 0, $p->from_to(1, 99));
    my ($time, $booked) = $p->times;
    my @flows = map { my $fen = $p->from_to(1000, 10**6); $sum += $fen; $p->flow('NAM-1', $direction, $fen, $time, order => $p->new_order, instruction => $instruction) } 1 .. 3;
    my $line = $p->line('NAM-1', $direction, $sum + $error, $booked, reference => $instruction);
    $p->matched('named flows that differ', 'named_group', 'amount', 'NAM-1', \@flows, [$line]);
    $p->broken('named flows that differ', 'amount', 'NAM-1', $direction, $booked, statement => $line, amount => yuan($error));
}

# One payment of the batch is not there; the others are as they should be.
sub named_flows_less_one {
    my ($p) = @_;
    my ($direction, $instruction, $sum, $time, $booked) = (direction($p), 'I' . $p->new_order, 0);
    do { ($time, $booked) = $p->times } until add_work(business_day($time), 1) <= $p->{to};
    my @fen = map { $_ * 1000 + $p->below(900) } 1, 3, 9, 27;
    my @flows = map { $p->flow('NAM-1', $direction, $_, $time, order => $p->new_order, instruction => $instruction) } @fen;
    my $line = $p->line('NAM-1', $direction, $fen[1] + $fen[2] + $fen[3], $booked, reference => $instruction);
    $p->matched('named flows less one', 'named_group', 'matched', 'NAM-1', [@flows[1 .. 3]], [$line]);
    open_flow($p, 'named flows less one', 'missing_at_bank', 'NAM-1', $direction, $fen[0], $time, $flows[0]);
}

# The bank takes its fee from each payment, or once from their sum.
sub named_flows_less_fee {
    my ($p) = @_;
    my ($direction, $instruction, $sum, $net) = (direction($p), 'I' . $p->new_order, 0, 0);
    my ($time, $booked) = $p->times;
    my @flows;
    for (1 .. $p->from_to(2, 5)) {
        my $fen = $p->from_to(1000, 10**6);
        $sum += $fen;
        $net += after_fee($direction, $fen);
        push @flows, $p->flow('NAM-3', $direction, $fen, $time, order => $p->new_order, instruction => $instruction);
    }
    $net = after_fee($direction, $sum) if $p->below(2);
    my $line = $p->line('NAM-3', $direction, $net, $booked, reference => $instruction);
    $p->matched('named flows less fee', 'named_group', 'fee', 'NAM-3', \@flows, [$line]);
    $p->broken('named flows less fee', 'fee', 'NAM-3', $direction, $booked, statement => $line, amount => yuan(abs($sum - $net)));
}

sub named_lines {
    my ($p) = @_;
    my ($direction, $instruction, $sum) = (direction($p), 'I' . $p->new_order, 0);
    my ($time, $booked) = $p->times;
    my @lines = map { my $fen = $p->any_fen; $sum += $fen; $p->line('NAM-2', $direction, $fen, $booked, counterparty => $instruction) } 1 .. $p->from_to(2, 5);
    my $flow = $p->flow('NAM-2', $direction, $sum, $time, order => $p->new_order, instruction => $instruction);
    $p->matched('named lines', 'named_group', 'matched', 'NAM-2', [$flow], \@lines);
}

# A key of a group that no other case has: a business day with a channel and a direction; undef when all are used.
my @channels = qw(counter online mobile atm pos nucc unionpay direct);
sub free_key {
    my ($p, $name, @values) = @_;
    for (1 .. 10) {
        my $day = work_day($p, 1);
        my $key = join ' ', map { $p->one_of(@$_) } @values;
        return ($day, split / /, $key) if !$p->{keys}{"$name $day $key"}++;
    }
    return;
}

sub grouped_flows {
    my ($p, $error) = @_;
    my ($day, $channel, $direction) = free_key($p, 'DAY-1', \@channels, ['credit', 'debit']) or return;
    my (@flows, $sum);
    for (1 .. $p->from_to(2, 6)) {
        my ($fen, $time) = ($p->from_to(100_000, 9_999_999), $day * 86400 + $p->below(57000));
        push @flows, $p->flow('DAY-1', $direction, $fen, $time, order => $p->new_order, channel => $channel);
        $sum += $fen;
        open_flow($p, 'grouped flows that differ', 'missing_at_bank', 'DAY-1', $direction, $fen, $time, $flows[-1]) if $error;
    }
    my $booked = add_work($day, $p->below(2)) * 86400 + 60000 + $p->below(9000);
    my $line = $p->line('DAY-1', $direction, $sum + ($error // 0), $booked);
    return $p->matched('grouped flows', 'group', 'matched', 'DAY-1', \@flows, [$line]) if !$error;
    open_line($p, 'grouped flows that differ', 'unexplained', 'DAY-1', $direction, $sum + $error, $booked, $line);
}
sub grouped_flows_that_differ { my ($p) = @_; grouped_flows($p, $p->from_to(1, 99)) }

# Two groups have the sum of the one line.
sub ambiguous_groups {
    my ($p) = @_;
    my ($day, $channel, $direction) = free_key($p, 'DAY-1', \@channels, ['credit', 'debit']) or return;
    my ($other) = grep { !$p->{keys}{"DAY-1 $day $_ $direction"}++ } @channels or return;
    my @fen = map { $p->from_to(100_000, 9_999_999) } 1, 2;
    for my $via ($channel, $other) {
        for my $fen (@fen) {
            my $time = $day * 86400 + $p->below(57000);
            my $flow = $p->flow('DAY-1', $direction, $fen, $time, order => $p->new_order, channel => $via);
            open_flow($p, 'ambiguous groups', 'ambiguous', 'DAY-1', $direction, $fen, $time, $flow, candidates => 2);
        }
    }
    my $booked = add_work($day, $p->below(2)) * 86400 + 60000 + $p->below(9000);
    my $line = $p->line('DAY-1', $direction, $fen[0] + $fen[1], $booked);
    open_line($p, 'ambiguous groups', 'ambiguous', 'DAY-1', $direction, $fen[0] + $fen[1], $booked, $line, candidates => 2);
}

sub netted_flows {
    my ($p) = @_;
    my ($day) = free_key($p, 'NET-1', ['net']) or return;
    my (@flows, $sum);
    do { $sum = 0; @flows = map { my $fen = $p->from_to(100_000, 9_999_999); $sum += $_ * $fen; [$_ > 0 ? 'credit' : 'debit', $fen] } 1, -1, $p->one_of(1, -1), 1 } until $sum;
    my @ids = map { $p->flow('NET-1', @$_, $day * 86400 + $p->below(57000), order => $p->new_order) } @flows;
    my $line = $p->line('NET-1', $sum > 0 ? 'credit' : 'debit', abs($sum), add_work($day, $p->below(2)) * 86400 + 60000);
    $p->matched('netted flows', 'group', 'matched', 'NET-1', \@ids, [$line]);
}

sub grouped_lines {
    my ($p) = @_;
    my ($day, $party, $direction) = free_key($p, 'CPT-1', [map { "Shop-$_" } 1 .. 20], ['credit', 'debit']) or return;
    my ($sum, $next) = (0, add_work($day, $p->below(2)));
    my @lines = map { my $fen = $p->from_to(100_000, 9_999_999); $sum += $fen; $p->line('CPT-1', $direction, $fen, $next * 86400 + 60000, counterparty => "$party-$day") } 1 .. $p->from_to(2, 6);
    my $flow = $p->flow('CPT-1', $direction, $sum, $day * 86400 + $p->below(57000), order => $p->new_order);
    $p->matched('grouped lines', 'group', 'matched', 'CPT-1', [$flow], \@lines);
}

# --- subsets: a block of its own for each case, days apart from all others ---

sub block {
    my ($p) = @_;
    my $blocks = $p->{blocks} //= do {
        my @days = grep { is_work($_) } $p->{from} .. $p->{to};
        my @found = map { my $day = $days[5 * $_]; map { my $account = $_; (["SUB-$account", $day, 'credit'], ["SUB-$account", $day, 'debit']) } 1 .. 4 } 0 .. (@days - 3) / 5;
        [@found];
    };
    return if !@$blocks;
    return @{splice @$blocks, $p->below(scalar @$blocks), 1};
}

sub one_to_many {
    my ($p, $account, $direction, $day, $many_fen, $one_fen) = @_;
    my @many = map { my $time = $day * 86400 + 30000 + $p->below(9000); [$p->flow($account, $direction, $_, $time, order => $p->new_order), $time, $_] } @$many_fen;
    my $booked = add_work($day, $p->below(2)) * 86400 + 60000;
    return (\@many, $p->line($account, $direction, $one_fen, $booked), $booked);
}

sub subset {
    my ($p) = @_;
    my ($account, $day, $direction) = block($p) or return;
    my ($parts, $others) = ($p->from_to(2, 6), $p->from_to(0, 3));
    my @fen = map { $p->from_to(10**6, 10**8) } 1 .. $parts + $others;
    my $sum = 0;
    $sum += $_ for @fen[0 .. $parts - 1];
    my ($many, $line) = one_to_many($p, $account, $direction, $day, \@fen, $sum);
    $p->matched('subset', 'subset', 'matched', $account, [map { $_->[0] } @$many[0 .. $parts - 1]], [$line]);
    open_flow($p, 'beside a subset', 'missing_at_bank', $account, $direction, $_->[2], $_->[1], $_->[0]) for @$many[$parts .. $#$many];
}

# Two pairs have the line's sum.
sub ambiguous {
    my ($p) = @_;
    my ($account, $day, $direction) = block($p) or return;
    my ($x, $y, $move) = ($p->from_to(10**6, 10**7), $p->from_to(2 * 10**7, 10**8), $p->from_to(1000, 90000));
    my ($many, $line, $booked) = one_to_many($p, $account, $direction, $day, [$x, $y, $x + $move, $y - $move], $x + $y);
    open_line($p, 'ambiguous', 'ambiguous', $account, $direction, $x + $y, $booked, $line, candidates => 2);
    open_flow($p, 'ambiguous', 'ambiguous', $account, $direction, $_->[2], $_->[1], $_->[0]) for @$many;
}

# 17 rows are one more than is searched.
sub large_block {
    my ($p) = @_;
    my ($account, $day, $direction) = block($p) or return;
    my @fen = map { $p->from_to(10**7, 2 * 10**7 - 1) } 1 .. 17; # any two are more than each
    my ($many, $line, $booked) = one_to_many($p, $account, $direction, $day, \@fen, $fen[0] + $fen[1]);
    open_line($p, 'large block', 'unexplained', $account, $direction, $fen[0] + $fen[1], $booked, $line, note => 'beyond_limit');
    open_flow($p, 'large block', 'missing_at_bank', $account, $direction, $_->[2], $_->[1], $_->[0]) for @$many;
}

# --- statements ---

# An account whose statements have one fault of each kind, working days apart; its rows are clean.
sub faulty_statements {
    my ($p) = @_;
    my $name = sprintf 'STM-%03d', ++$p->{faulty};
    my $account = $p->banked($name, role => 'prepaid_special', has_balances => 1, has_running => 1);
    my @days = grep { is_work($_) } $p->{from} .. $p->{to};
    my @faults = qw(running closing opening lost platform no_closing gap);
    my %fault;
    for my $place (1 .. @faults) {
        my ($fault) = splice @faults, $p->below(scalar @faults), 1;
        $fault{$days[4 * $place]} = $fault;
    }
    my ($error_of, %stated, %remainder) = sub { $p->one_of(-1, 1) * $p->from_to(1, 10**6) };
    my ($lost, $carried, $wrong_line) = (0, 0);
    for my $day ($p->{from} .. $p->{to}) {
        my $fault = $fault{$day} // '';
        my $error = $error_of->();
        my @at = ($name, 'credit', $day * 86400);
        my %size = (amount => yuan(abs $error));
        my %statement = (reference => "$name/" . date($day), direction => '', %size);
        if (is_work($day) && $fault ne 'gap') {
            $carried = $lost;
            for my $hour (9, 15) {
                my ($direction, $fen, $order) = (direction($p), $p->any_fen, $p->new_order);
                my $flow = $p->flow($name, $direction, $fen, $day * 86400 + 3600 * $hour, order => $order);
                my $line = $p->line($name, $direction, $fen, $day * 86400 + 3600 * $hour + 600, reference => $order);
                $p->matched('clean', 'reference', 'matched', $name, [$flow], [$line]);
                if ($wrong_line) {
                    $p->broken('running balance', 'footing', @at, statement => $line, direction => '', amount => yuan(abs $wrong_line));
                    $wrong_line = 0;
                } elsif ($fault eq 'lost' && $hour == 9) {
                    $p->broken('lost between statements', 'footing', @at, statement => $line, direction => '', %size);
                } elsif ($fault eq 'running' && $hour == 9) {
                    $account->{lines}[-1]{balance_error} = $wrong_line = $error;
                    $p->broken('running balance', 'footing', @at, statement => $line, %size, direction => '');
                }
            }
        }
        if ($fault eq 'closing') {
            $account->{closing_error}{$day} = $carried = $error;
            $carried += $lost;
            $p->broken('closing balance', 'footing', @at, %statement);
            my $next = roll($day + 1);
            $p->broken('closing balance', 'continuity', $name, '', $next * 86400, %size, direction => '');
        } elsif ($fault eq 'opening') {
            $account->{opening_error}{$day} = $error;
            $p->broken('opening balance', 'footing', @at, %statement);
            $p->broken('opening balance', 'continuity', @at, %size, direction => '');
        } elsif ($fault eq 'lost') {
            $account->{lost}{$day} = $error;
            $lost += $error;
            $carried = $lost;
            $p->broken('lost between statements', 'continuity', @at, %size, direction => '');
        } elsif ($fault eq 'no_closing') {
            $account->{no_closing}{$day} = 1;
            $p->broken('no closing balance', 'no_balance', @at, direction => '');
        } elsif ($fault eq 'gap') {
            $account->{no_statement}{$day} = 1;
            $p->broken('gap', 'gap', @at, direction => '');
        }
        $account->{platform_error}{$day} = $error if $fault eq 'platform';
        $remainder{$day} = $carried - ($fault eq 'platform' ? $error : 0);
    }
    my $before = 0;
    for my $day ($p->{from} .. $p->{to}) {
        my $remainder = $remainder{$day};
        $p->broken('remainder', 'remainder', $name, $remainder > 0 ? 'credit' : 'debit', $day * 86400, amount => yuan(abs $remainder))
          if $remainder && $remainder != $before;
        $before = $remainder;
    }
}

# A statement comes twice: it is told once as a whole, and each of its lines is a duplicate.
sub repeated_statement {
    my ($p) = @_;
    my $name = sprintf 'TWO-%03d', ++$p->{repeated};
    my $account = $p->banked($name, role => 'prepaid_special', has_balances => 1);
    my @days = grep { is_work($_) } $p->{from} .. $p->{to};
    my $repeated = $days[$p->from_to(3, $#days - 3)];
    $account->{comes_again}{$repeated} = 1;
    my $moved = 0;
    for my $day (@days) {
        for my $hour (9, 11, 15) {
            my ($direction, $fen, $order) = ($hour == 9 ? 'credit' : direction($p), $p->any_fen, $p->new_order);
            my $flow = $p->flow($name, $direction, $fen, $day * 86400 + 3600 * $hour, order => $order);
            my $line = $p->line($name, $direction, $fen, $day * 86400 + 3600 * $hour + 600, reference => $order);
            $p->matched('clean', 'reference', 'matched', $name, [$flow], [$line]);
            next if $day != $repeated;
            $moved += $direction eq 'credit' ? $fen : -$fen;
            open_line($p, 'line of a repeated statement', 'duplicate', $name, $direction, $fen, $day * 86400, "$line-2", other => $line);
        }
    }
    $p->broken('repeated statement', 'overlap', $name, '', $repeated * 86400, direction => '', amount => yuan(abs $moved), reference => "$name/" . date($repeated) . '-2', other => "$name/" . date($repeated));
}

# --- all of it ---

my @kinds = qw(repeated_reference reversed_on_both_sides faceless_flow sweep faced_account late timing missing_at_bank missing_since_today
  missing_in_ledger unexplained amount fee absorbed currency wrong_account duplicate_flow duplicate_line reversal_of_flows reversal_of_lines
  reversal_on_one_side reference_sum amount_less_fee amount_absorbed amount_open interchangeable assignment_by_day assignment_by_amount
  details details_less_one named_flows named_flows_that_differ named_flows_less_one
  named_flows_less_fee named_lines grouped_flows grouped_flows_that_differ ambiguous_groups netted_flows grouped_lines
  subset ambiguous large_block faulty_statements repeated_statement);

# SEED, ROWS (flows and lines), COUNT of each kind.
sub make {
    my (%options) = @_;
    my $p = Planted->new(%options);
    $p->{scheme} = $scheme . "end";
    $p->banked('REF-1', has_balances => 1, has_running => 1);
    $p->banked('REF-2', role => 'reserve');
    $p->banked('USD-1', currency => 'USD', has_balances => 1);
    $p->banked($_, has_running => $p->below(2)) for qw(AMT-1 AMT-2 LIKE-1 DET-1 NAM-1 NAM-2 NAM-3 DAY-1 NET-1 CPT-1 SUB-1 SUB-2 SUB-3 SUB-4 MAS-1 BNK-1);
    $p->account("SUBA-$_", part_of => 'MAS-1', book => 'MAS-1') for 1 .. 3;
    $p->account('LED-1', book => 'BNK-1');
    no strict 'refs';
    for my $kind (@kinds) { &$kind($p) for 1 .. $options{count} }
    large_component($p) for 1 .. 2;
    guessed($p) for 1 .. 20 * $options{count};
    my @clean = (('clean_reference') x 75, ('clean_amount') x 8, ('clean_dollars') x 4, ('details') x 3, ('named_flows') x 3, ('named_lines') x 2, ('grouped_flows') x 1, ('repeated_reference') x 2);
    while ($p->{made} < $options{rows}) { my $kind = $clean[$p->below(scalar @clean)]; &$kind($p) }
    return $p;
}

1;
