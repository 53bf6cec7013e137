# What reconciliation wrote, and the same computed again from the filing's own files: balances, the
# bridge of every day, totals, coverage, and that no row is claimed twice. It shares nothing with the
# tools but the documented columns.
package Reconciled;
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(fault file_rows table_rows movements read_filing check_bridge check_totals check_coverage);

our $build;          # where the tools are
our $faults = 0;
our $shown_most = 5; # of each kind; all are counted
my %shown;

sub fault {
    my ($kind, $text) = @_;
    $faults++;
    print "$kind: $text\n" if $shown{$kind}++ < $shown_most;
    return;
}

sub fen { my ($text) = @_; return 0 if ($text // '') eq ''; return $text =~ s/\.(?=\d\d$)//r }
sub yuan { my ($fen) = @_; return ($fen < 0 ? '-' : '') . int(abs($fen) / 100) . sprintf '.%02d', abs($fen) % 100 }

# --- tables ---

# Rows of a CSV without quotes, as hashes.
sub rows {
    my ($in, $name) = @_;
    chomp(my $header = <$in> // die "$name is empty\n");
    my (@names, @rows) = split /,/, $header;
    while (my $text = <$in>) {
        chomp $text;
        die "$name: a quote: $text\n" if $text =~ /"/;
        my %row;
        @row{@names} = split /,/, $text, -1;
        push @rows, \%row;
    }
    close $in or die "$name: ended with status ", $? >> 8, "\n";
    return \@rows;
}
sub file_rows { my ($file) = @_; open my $in, '<', $file or die "$file: $!\n"; return rows($in, $file) }
sub table_rows {
    my ($stream, $table) = @_;
    open my $in, '-|', "$build/flowaudit-view", '--table', $table, $stream or die "view: $!\n";
    return rows($in, $table);
}

# The matches of the table, each with its rows in order of ids.
sub movements {
    my ($found) = @_;
    my (%movements, %claimed, %amounts);
    for my $row (@$found) {
        my $movement = $movements{$row->{match_no}} //= {stage => $row->{stage}, class => $row->{class}, note => $row->{note}, rows => 0};
        $movement->{rows}++;
        fault('match', "$row->{match_no} has two stages, classes or notes") if grep { $movement->{$_} ne $row->{$_} } qw(stage class note);
        for (['flow', "$row->{account} $row->{direction} $row->{flow}"], ['statement', "$row->{statement} $row->{detail_no}"]) {
            my ($side, $key) = @$_;
            next if ($row->{$side} // '') eq '';
            my $name = $row->{$side} . ($side eq 'statement' && $row->{detail_no} ne '' ? ":$row->{detail_no}" : '');
            $movement->{$side}{$name} = 1;
            fault('claimed twice', "$side $key: matches $claimed{$side}{$key} and $row->{match_no}") if ($claimed{$side}{$key} // $row->{match_no}) ne $row->{match_no};
            $claimed{$side}{$key} = $row->{match_no};
            $amounts{"$side $key"} += $row->{"${side}_amount"} ne '';
        }
    }
    fault('match', "$_ has its amount $amounts{$_} times") for grep { $amounts{$_} != 1 } sort keys %amounts;
    return [map { my $m = $_; +{%$m, map { $_ => join ' ', sort keys %{$m->{$_} // {}} } qw(flow statement)} } map { $movements{$_} } sort { $a <=> $b } keys %movements];
}

# --- the filing, computed anew ---

# Everything by account (of the statement), currency and day; of settled flows both faces.
sub read_filing {
    my ($filing, %face) = @_; # FACE: on whose statement an account's flows are
    my %f = (account => {}, flows => {}, lines => {}, ledger => {}, bank => {});
    for my $row (@{file_rows("$filing/account.csv")}) {
        $f{account}{$row->{account_id}} = $row;
        $face{$row->{account_id}} = $row->{part_of} if ($row->{part_of} // '') ne '';
    }
    for my $row (@{file_rows("$filing/flow.csv")}) {
        next if $row->{status} ne 'settled';
        my ($payer, $payee) = map { $face{$_} // $_ } @$row{qw(payer_account payee_account)};
        next if $payer eq $payee;
        my $day = substr $row->{time}, 0, 10;
        for ([$payer, 'debit', -1], [$payee, 'credit', 1]) {
            my ($account, $direction, $sign) = @$_;
            $f{flows}{"$account $row->{currency}"}{$day} += $sign * fen($row->{amount});
            my $tally = $f{ledger}{"$account $row->{currency} $direction"} //= {};
            $tally->{rows}++;
            $tally->{fen} += fen($row->{amount});
        }
    }
    for my $row (@{file_rows("$filing/statement.csv")}) {
        my ($day, $book) = (substr($row->{booked_at}, 0, 10), "$row->{account} $row->{currency}");
        $f{lines}{$book}{$day} += fen($row->{amount}) * ($row->{direction} eq 'credit' ? 1 : -1);
        my $tally = $f{bank}{"$book $row->{direction}"} //= {};
        $tally->{rows}++;
        $tally->{fen} += fen($row->{amount});
        $f{running}{$book}{$day} = [$row->{booked_at}, fen($row->{balance_after})]
          if ($row->{balance_after} // '') ne '' && ($f{running}{$book}{$day}[0] // '') le $row->{booked_at};
    }
    $f{stated}{$_->{source}}{"$_->{account} $f{account}{$_->{account}}{currency}"}{$_->{date}} = fen($_->{closing}) for @{file_rows("$filing/balance.csv")};
    for my $row (-e "$filing/statement_period.csv" ? @{file_rows("$filing/statement_period.csv")} : ()) {
        $f{stated}{bank}{"$row->{account} $row->{currency}"}{$row->{to_day}} //= fen($row->{closing}) if $row->{closing} ne '';
    }
    return \%f;
}

# The closing balances of a book on each of its days, as bridge(5) defines them.
sub closings {
    my ($f, $book, @days) = @_;
    my ($account, $currency) = split / /, $book;
    my $about = $f->{account}{$account};
    my $opening = $about->{currency} eq $currency && $about->{opening_balance} ne '' ? fen($about->{opening_balance}) : undef;
    my ($platform, $bank, %closings) = ($opening, undef);
    for my $day (@days) {
        $platform += $f->{flows}{$book}{$day} // 0 if defined $platform;
        $platform = $f->{stated}{platform}{$book}{$day} // $platform;
        my $running = $f->{running}{$book}{$day};
        $bank += $f->{lines}{$book}{$day} // 0 if defined $bank;
        $bank = $f->{stated}{bank}{$book}{$day} // ($running ? $running->[1] : $bank);
        $closings{$day} = [$platform, $bank];
    }
    return \%closings;
}

# The bridge of every day: what it starts and ends with is what the filing says, it foots, and only what
# was planted remains.
sub check_bridge {
    my ($f, $bridge, $breaks) = @_;
    my (%days, %effect);
    for my $row (@$bridge) {
        my $line = $days{"$row->{account} $row->{currency}"}{$row->{date}} //= {};
        fault('bridge', "two lines $row->{line} of $row->{account} on $row->{date}") if $line->{$row->{line}};
        $line->{$row->{line}} = $row->{credit} eq '' && $row->{debit} eq '' ? 'unknown' : fen($row->{credit}) - fen($row->{debit});
    }
    for my $break (@$breaks) {
        next if $break->{class} =~ /^(?:footing|continuity|no_balance|gap|overlap|remainder|late)$/ || $break->{flow} . $break->{statement} eq '';
        my $sign = $break->{direction} eq 'credit' ? 1 : -1;
        $effect{"$break->{account} $break->{currency}"}{$break->{class}} += $sign * (fen($break->{bank_amount}) - fen($break->{ledger_amount}));
    }
    my ($day_count, $remainder_days) = (0, 0);
    for my $book (sort keys %days) {
        my @days = sort keys %{$days{$book}};
        my $closings = closings($f, $book, @days);
        for my $day (@days) {
            my $lines = $days{$book}{$day};
            my ($platform, $bank) = map { $_ // 'unknown' } @{$closings->{$day}};
            fault('bridge', "$book $day: platform_closing $lines->{platform_closing}, expected $platform") if $lines->{platform_closing} ne $platform;
            fault('bridge', "$book $day: bank_closing $lines->{bank_closing}, expected $bank") if $lines->{bank_closing} ne $bank;
            if ($platform eq 'unknown' || $bank eq 'unknown') {
                fault('bridge', "$book $day: a remainder of balances that nobody knows") if ($lines->{remainder} // 'unknown') ne 'unknown';
                next;
            }
            my $sum = 0;
            $sum += $_ for map { $lines->{$_} } grep { $_ ne 'bank_closing' } keys %$lines;
            fault('bridge', "$book $day: leads to $sum, not to $bank") if $sum != $bank;
            # The rows of accounts with faulty statements are booked by both sides on the day itself.
            my $remainder = $book =~ /^STM/ ? $bank - $platform : 0;
            fault('bridge', "$book $day: remainder $lines->{remainder}, expected $remainder") if $lines->{remainder} != $remainder;
            $remainder_days++ if $remainder;
            $day_count++;
        }
        # On the last day each class is what its breaks add up to.
        my $last = $days{$book}{$days[-1]};
        for my $class (grep { !/^(?:platform_closing|bank_closing|remainder|overlap)$/ } sort keys %{{%$last, %{$effect{$book} // {}}}}) {
            my ($bridged, $listed) = ($last->{$class} // 0, $effect{$book}{$class} // 0);
            fault('bridge', "$book at last: $class $bridged, its breaks say $listed") if $bridged != $listed;
        }
    }
    print "  bridge: $day_count days foot, $remainder_days with a planted remainder\n";
}

# Every row of either side is in one class: their numbers and sums are those of the filing.
sub check_totals {
    my ($f, $totals) = @_;
    my %sums;
    for my $row (grep { $_->{account} ne '' } @$totals) {
        my $key = "$row->{account} $row->{currency} $row->{direction}";
        $sums{ledger}{$key} += fen($row->{ledger_amount});
        $sums{bank}{$key} += fen($row->{bank_amount});
    }
    my $banked = join '|', map { quotemeta } sort map { (split / /)[0] } keys %{$f->{lines}};
    for my $side (qw(ledger bank)) {
        my %expected = map { $_ => $f->{$side}{$_}{fen} } grep { /^(?:$banked) / } keys %{$f->{$side}};
        for my $key (sort keys %{{%expected, %{$sums{$side} // {}}}}) {
            my ($is, $should) = ($sums{$side}{$key} // 0, $expected{$key} // 0);
            fault('match_total', "$key: $side $is, the filing has $should") if $is != $should;
        }
    }
}

sub check_coverage {
    my ($f, $coverage, $days) = @_;
    my (%held, %owed);
    for my $account (grep { $_->{role} =~ /^(?:custody|reserve|prepaid_special)$/ } values %{$f->{account}}) {
        my $book = "$account->{account_id} $account->{currency}";
        next if !$f->{stated}{bank}{$book} && !$f->{lines}{$book};
        my $closings = closings($f, $book, @$days);
        $held{"$_ $account->{currency}"} += $closings->{$_}[1] // 0 for @$days;
    }
    for my $account (grep { $_->{role} eq 'customer' } values %{$f->{account}}) {
        my $stated = $f->{stated}{platform}{"$account->{account_id} $account->{currency}"} // {};
        $owed{"$_ $account->{currency}"} += $stated->{$_} for keys %$stated;
    }
    my (%seen, %lowest, %marked);
    for my $row (@$coverage) {
        my $key = "$row->{date} $row->{currency}";
        $seen{$key} = 1;
        if ($row->{surplus} ne '' && $row->{surplus} ne yuan(fen($row->{held}) - fen($row->{liabilities}))) { fault('coverage', "$key: surplus $row->{surplus}") }
        $lowest{$row->{currency}} = [fen($row->{surplus}), $row->{date}] if $row->{surplus} ne '' && fen($row->{surplus}) < ($lowest{$row->{currency}} // [9**20])->[0];
        $marked{$row->{currency}} .= $row->{date} if $row->{is_lowest} eq 'true';
        fault('coverage', "$key: liabilities $row->{liabilities}") if fen($row->{liabilities}) != ($owed{$key} // 0);
        fault('coverage', "$key: held $row->{held}, expected " . yuan($held{$key} // 0)) if fen($row->{held}) != ($held{$key} // 0);
    }
    fault('coverage', "lowest point in $_: $marked{$_}, expected $lowest{$_}[1]") for grep { ($marked{$_} // '') ne $lowest{$_}[1] } sort keys %lowest;
    fault('coverage', "$_ is not covered") for grep { !$seen{$_} } sort keys %owed;
}

1;
