#!/usr/bin/env perl
# A sample filing whose bank statement comes as MT940, one statement a day, in place of canonical CSV:
# reconciliation finds the same, and takes the bank's closing balances from the statements. What is then
# changed in one line, left out or cut off is found as what it is.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;

my $build = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
my $sample = "$source/tests/filings/payment-2025-01-clean";
my $folder = tempdir(CLEANUP => 1);
my $faults = 0;

sub fault { print "@_\n"; $faults++ }

sub content {
    my ($name) = @_;
    open my $in, '<', $name or die "$name: $!\n";
    local $/;
    return scalar(<$in>) // '';
}

sub put {
    my ($name, $text) = @_;
    open my $out, '>', $name or die "$name: $!\n";
    print $out $text;
    close $out or die "$name: $!\n";
}

sub cents { my ($text) = @_; return $text =~ s/\.(?=\d\d$)//r }
sub comma { my ($cents) = @_; return sprintf '%d,%02d', int($cents / 100), $cents % 100 }

# The lines of an account and its opening balance as MT940.
sub mt940 {
    my ($account, $balance, @lines) = @_;
    my ($text, $number, %days) = ('', 0);
    push @{$days{$_->{booked_at} =~ s/T.*//r}}, $_ for @lines;
    for my $day (sort keys %days) {
        my $short = $day =~ s/^20|-//gr;
        $text .= sprintf ":20:DAILY\n:25:%s\n:28C:%d/1\n:60F:C%sCNY%s\n", $account, ++$number, $short, comma($balance);
        for my $line (@{$days{$day}}) {
            my $is_credit = $line->{direction} eq 'credit';
            my $amount = cents($line->{amount});
            $balance += $is_credit ? $amount : -$amount;
            $text .= sprintf ":61:%s%s%s%s,%sNTRF%s//%s\n:86:%s\n", $short, substr($short, 2), $is_credit ? 'C' : 'D',
              $line->{amount} =~ /(\d+)\.(\d+)/, $line->{reference}, $line->{statement_id}, $line->{counterparty};
        }
        $text .= sprintf ":62F:C%sCNY%s\n-\n", $short, comma($balance);
    }
    return $text;
}

# Table after table of the reconciled filing, as text.
sub reconciled {
    my ($filing, @tables) = @_;
    my $quiet = "2>>$folder/errors";
    system("$build/flowaudit-ingest $filing $quiet | $build/flowaudit-reconcile $quiet >$folder/out.fa") == 0
      or die "$filing cannot be reconciled:\n" . content("$folder/errors");
    return map { scalar `$build/flowaudit-view --table $_ $folder/out.fa` } @tables;
}

my ($head, @rows) = split /\n/, content("$sample/statement.csv");
my @names = split /,/, $head;
my %lines;
for my $row (@rows) {
    my %line;
    @line{@names} = split /,/, $row;
    push @{$lines{$line{account}}}, \%line;
}
my %opening = map { (split /,/)[0, 7] } split /\n/, content("$sample/account.csv");

# The filing: statements in place of the table and of the bank's balances of these accounts.
my $filing = "$folder/filing";
system("cp -r $sample $filing && chmod -R u+w $filing && rm $filing/statement.csv") == 0 or die;
put("$filing/$_.sta", mt940($_, cents($opening{$_}), @{$lines{$_}})) for keys %lines;
put("$filing/balance.csv", content("$sample/balance.csv") =~ s/^(?:RESERVE|OWN)-01,[^\n]*,bank,[^\n]*\n//mgr);
my $manifest = content("$sample/filing.manifest") =~ s/(file "balance.csv" table balance).*/$1/r;
$manifest =~ s/  file "statement.csv".*\n/join '', map { "  file \"$_.sta\" profile mt940\n" } sort keys %lines/e;
put("$filing/filing.manifest", $manifest);

my @expected = reconciled($sample, qw(match_total break bridge coverage));
my @found = reconciled($filing, qw(match_total break bridge coverage));
for my $i (0 .. $#expected) {
    next if $found[$i] eq $expected[$i];
    my ($is, $should) = map { [split /\n/] } $found[$i], $expected[$i];
    my ($first) = grep { ($is->[$_] // '') ne ($should->[$_] // '') } 0 .. @$is + @$should;
    fault("of statements: " . ($is->[$first] // 'nothing') . "\nof CSV:        " . ($should->[$first] // 'nothing'));
}

# What CHANGE makes of the reserve account's file, as class, reference, day, amount and severity of the breaks.
sub breaks_of {
    my ($what, $change, $expected) = @_;
    my $text = content("$filing/RESERVE-01.sta");
    my $changed = $change->($text);
    die "$what changed nothing\n" if $changed eq $text;
    put("$filing/RESERVE-01.sta", $changed);
    my ($breaks) = reconciled($filing, 'break');
    put("$filing/RESERVE-01.sta", $text);
    my (undef, @rows) = split /\n/, $breaks;
    my $found = join '', map { join(' ', (split /,/)[2, 6, 7, 8, 12]) . "\n" } @rows;
    fault("$what:\n$found(expected)\n$expected") if $found ne $expected;
}

breaks_of('an amount of one line', sub { $_[0] =~ s/(:61:2501010101C)93,25/${1}92,25/r }, <<'END');
amount O0000000001 2025-01-01 1.00 high
footing RESERVE-01.sta#1 2025-01-01 1.00 high
remainder  2025-01-01 1.00 critical
END
# The bank's balance is carried over the day; all its flows are missing.
my $sum = 0;
$sum += ($_->{direction} eq 'credit' ? 1 : -1) * cents($_->{amount})
  for grep { $_->{booked_at} =~ /^2025-01-02/ } @{$lines{'RESERVE-01'}};
my $missing = join '', map { "missing_at_bank $_->{reference} 2025-01-02 $_->{amount} high\n" }
  grep { $_->{booked_at} =~ /^2025-01-02/ } @{$lines{'RESERVE-01'}};
my $amount = sprintf '%d.%02d', int(abs($sum) / 100), abs($sum) % 100;
breaks_of('a statement left out', sub { $_[0] =~ s/:20:DAILY\n:25:RESERVE-01\n:28C:2\/1\n.*?\n-\n//sr }, <<"END");
${missing}gap RESERVE-01.sta#2 2025-01-03 $amount high
remainder  2025-01-03 $amount critical
END
breaks_of('a closing balance left out', sub { $_[0] =~ s/\n:62F:C250131[^\n]*\n-\n$/\n/r }, <<'END');
no_balance RESERVE-01.sta#31 2025-01-31 0.00 low
END
print "statements in MT940 tell what those in CSV tell\n" if !$faults;
exit($faults ? 1 : 0);
