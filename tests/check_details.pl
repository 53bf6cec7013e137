#!/usr/bin/env perl
# Payments within the lines of real bank statements (camt). For each file of ../shared/data/camt a
# ledger is made of the payments that have a reference; then every payment of a line whose payments add up must
# meet its flow, the others must stay open with their own amounts, every other line must stay whole, and
# without one of the flows exactly its payment is open in addition. The bridge is proved by reconcile.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Copy;
use File::Temp qw(tempdir);
use FindBin;

my $build = abs_path($ENV{BUILD} // getcwd());
my $source = abs_path("$FindBin::Bin/..");
my $data = ($ENV{SHARED_DATA} // "$source/../shared/data") . '/camt/test/testdata';
if (!-d $data) {
    print "skipped: no $data\n";
    exit 77;
}
my $folder = tempdir(CLEANUP => 1);
my $faults = 0;

sub fault { print "@_\n"; $faults++ }

sub keep {
    my ($name, $text) = @_;
    open my $out, '>', "$folder/$name" or die "$name: $!\n";
    print $out $text;
    close $out or die "$name: $!\n";
}

sub table {
    my ($stream, $name, @columns) = @_;
    my $text = `$build/flowaudit-view --table $name --columns @{[join ',', @columns]} $stream 2>$folder/view`;
    return () if $?; # the stream has no such table
    my @lines = split /\n/, $text;
    shift @lines;
    return map { my %row; @row{@columns} = split /,/, $_, -1; \%row } @lines;
}

sub fen { my ($text) = @_; return $text =~ /^(\d+)\.(\d\d)$/ ? $1 * 100 + $2 : undef }

# What becomes of the details of each line: the rule, said once more.
sub split_lines {
    my ($lines, $details) = @_;
    my (%of, @split);
    push @{$of{$_->{statement_id}}}, $_ for @$details;
    for my $line (@$lines) {
        my @parts = @{$of{$line->{statement_id}} // []} or next;
        my $sum = 0;
        my $is_even = 1;
        for (@parts) {
            $is_even &&= defined fen($_->{amount}) && $_->{direction} eq $line->{direction} && $_->{currency} eq $line->{currency};
            $sum += fen($_->{amount}) // 0;
        }
        push @split, $line->{statement_id} if $is_even && $sum == fen($line->{amount})
          && (@parts > 1 || $parts[0]{reference} ne $line->{reference}) && grep { $_->{reference} ne '' } @parts;
    }
    return map { $_ => 1 } @split;
}

sub reconcile {
    my ($lines, $flows) = @_;
    my (%seen, $no);
    keep('filing/account.csv', join "\n", 'account_id,owner,role,currency', 'X,P,customer,',
        map({ $seen{"$_->{account},$_->{currency}"}++ ? () : "$_->{account},P,reserve,$_->{currency}" } @$lines), '');
    keep('filing/flow.csv', join "\n", 'flow_id,time,payer_account,payee_account,amount,currency,kind,status,order_id',
        map({ $no++; join ',', "F$no", $_->{booked_at}, $_->{direction} eq 'debit' ? ($_->{account}, 'X') : ('X', $_->{account}),
            $_->{amount}, $_->{currency}, 'other', 'settled', $_->{reference} } @$flows), '');
    system("$build/flowaudit-ingest $folder/filing -o $folder/in.fa 2>$folder/errors && "
        . "$build/flowaudit-reconcile --matches --scheme $folder/details.scheme $folder/in.fa -o $folder/out.fa 2>$folder/errors") == 0
      or do { fault("reconcile: " . `cat $folder/errors`); return };
    return ([table("$folder/out.fa", 'match', qw(flow statement detail_no stage class))],
        [table("$folder/out.fa", 'break', qw(class flow statement reference amount))]);
}

# Open rows as text, in order.
sub open_rows { join "\n", sort map { "$_->{statement} $_->{reference} $_->{amount}" }
    grep { $_->{class} =~ /^(?:missing_in_ledger|unexplained)$/ } @{$_[0]} }

my ($files, $payments) = (0, 0);
mkdir "$folder/filing";
keep('details.scheme', "scheme details\n  match details\nend\n");
keep('filing/filing.manifest', <<'END');
filing "details"
  filer P
  zone UTC
  file "account.csv" table account
  file "flow.csv" table flow
  file "camt.xml" profile "camt"
end
END
for my $path (sort glob "$data/*.xml") {
    copy($path, "$folder/filing/camt.xml") or die "$path: $!\n";
    next if system "$build/flowaudit-ingest --profile $source/profiles/camt.profile $folder/filing/camt.xml -o $folder/in.fa 2>$folder/errors";
    my @lines = table("$folder/in.fa", 'statement', qw(statement_id account direction amount currency reference booked_at));
    my @details = table("$folder/in.fa", 'statement_detail', qw(statement_id detail_no account direction amount currency reference booked_at));
    my %is_split = split_lines(\@lines, \@details) or next;
    my ($name) = $path =~ m{([^/]+)$};
    my @met = grep { $is_split{$_->{statement_id}} && $_->{reference} ne '' } @details;
    $files++;
    $payments += @met;
    my @left = (grep({ $is_split{$_->{statement_id}} && $_->{reference} eq '' } @details), grep { !$is_split{$_->{statement_id}} } @lines);
    for my $missing (undef, $met[0]) {
        my @flows = grep { !$missing || $_ != $missing } @met;
        my ($matches, $breaks) = reconcile(\@lines, \@flows) or next;
        my %is_known = map { $_->{statement_id} => 1 } @flows;
        my $found = grep { $_->{stage} eq 'detail' && $_->{class} eq 'matched' } @$matches;
        fault("$name: $found payments met, not " . @flows) if $found != @flows;
        my @unmet = $missing ? $missing : ();
        if ($missing && !$is_known{$missing->{statement_id}}) { # nothing is known of the line any more
            my $id = $missing->{statement_id};
            @unmet = grep { $_->{statement_id} eq $id } @lines;
            @left = grep { $_->{statement_id} ne $id } @left;
        }
        my $expected = open_rows([map { { class => 'unexplained', statement => $_->{statement_id}, %$_ } } @left, @unmet]);
        my $open = open_rows($breaks);
        fault("$name: open is\n$open\nnot\n$expected") if $open ne $expected;
    }
}

fault("only $files files with payments that add up") if $files < 4;
print "$payments payments within the lines of $files statements, $faults faults\n";
exit($faults != 0);
