#!/usr/bin/env perl
# The real statement of a lending marketplace, read through its profile: all links of the running
# balance hold within the one unit that the profile declares, what that absorbs is listed and summed,
# and when one inner balance is changed by three units, exactly the two links that touch it break.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use FindBin;
use Math::BigInt;

my $build = abs_path($ENV{BUILD} // getcwd());
my $source = "$FindBin::Bin/..";
my $profile = abs_path("$source/profiles/mintos-account-statement.profile");
my $data = $ENV{SHARED_DATA} // "$source/../shared/data";
my $file = "$data/p2p-statements/as-csv/input_test_mintos_parser_unknown_cf.sheet1.csv";
if (!-e $file) {
    print "skipped: no $file\n";
    exit 77;
}
my $folder = tempdir(CLEANUP => 1);
my $faults = 0;

sub fault { print "@_\n"; $faults++ }

# Eight decimals without their point: whole units.
sub units { my ($text) = @_; return Math::BigInt->new($text =~ s/\.//r) }

# Lines and breaks of a statement, as ingest and reconcile have them.
sub reconciled {
    my ($name) = @_;
    my $quiet = "2>$folder/errors";
    system("$build/flowaudit-ingest --profile $profile $name $quiet | "
          . "$build/flowaudit-reconcile $quiet >$folder/out.fa") == 0
      or die "the statement cannot be read:\n" . `cat $folder/errors`;
    my @tables = map { [map { [split /,/, $_, -1] } split /\n/, `$build/flowaudit-view --table $_ $folder/out.fa`] }
      qw(statement break);
    my @named;
    for my $table (@tables) {
        my $names = shift @$table;
        push @named, [map { my %row; @row{@$names} = @$_; \%row } @$table];
    }
    return @named;
}

my ($lines, $breaks) = reconciled($file);
my %is_absorbed;
for my $break (@$breaks) {
    $is_absorbed{$break->{statement}} = units($break->{amount}) if $break->{class} eq 'absorbed';
    fault("a break of class $break->{class} at $break->{statement}") if $break->{class} ne 'absorbed';
}

# The same from the lines alone, in whole units.
my ($links, $exact, $off_sum) = (0, 0, 0);
for my $i (1 .. $#$lines) {
    my ($before, $line) = @$lines[$i - 1, $i];
    my $sign = $line->{direction} eq 'credit' ? 1 : -1;
    my $off = units($line->{balance_after}) - units($before->{balance_after}) - $sign * units($line->{amount});
    $links++;
    $exact += $off == 0;
    $off_sum += abs $off;
    fault("line $line->{statement_id} is off by $off") if abs($off) > 1;
    my $listed = $is_absorbed{$line->{statement_id}} // 0;
    fault("line $line->{statement_id}: off by $off, listed $listed") if abs($off) != $listed;
}
fault("$links links, not 14554") if $links != 14554;
my $listed = keys %is_absorbed;
fault("$listed absorbed differences listed, not " . ($links - $exact)) if $listed != $links - $exact;
print "$links links hold, $exact of them exactly; $off_sum units absorbed\n";

# One inner balance, three units up.
my $changed = 7000;
open my $in, '<', $file or die "$file: $!\n";
open my $out, '>', "$folder/changed.csv" or die;
while (my $text = <$in>) {
    if ($. == $changed + 1) {
        my @cells = split /,/, $text, -1;
        my $sum = units($lines->[$changed - 1]{balance_after}) + 3;
        $cells[-2] = substr($sum, 0, -8) . '.' . substr($sum, -8);
        $text = join ',', @cells;
    }
    print $out $text;
}
close $out or die;
my (undef, $new_breaks) = reconciled("$folder/changed.csv");
my @broken = sort map { $_->{statement} =~ /:(\d+)$/ } grep { $_->{class} eq 'footing' } @$new_breaks;
fault("broken links at lines @broken, not at $changed and " . ($changed + 1))
  if "@broken" ne "$changed " . ($changed + 1);
exit($faults ? 1 : 0);
