#!/usr/bin/env perl
# Has every code a test that provokes it? Its message stands in a transcript, or a unit test names it.
use strict;
use warnings;
use File::Find;
use FindBin;

my $source = "$FindBin::Bin/..";

sub content {
    my ($name) = @_;
    open my $in, '<', $name or die "$name: $!\n";
    local $/;
    return scalar(<$in>) // '';
}

my $tests = '';
find({no_chdir => 1, wanted => sub { $tests .= content($_) if -f && /\.(c|t|rules)$/ }}, "$source/tests", "$source/rulesets");
my @codes = content("$source/lib/base/codes.def") =~ /^FA_CODE\(\s*(\w+),\s*"([^"]+)"/gm;
# Words as tests write them: "[CODE]" of a message, FA_CODE_NAME and "CODE" of a unit test.
my %words = map { $_ => 1 } $tests =~ /\[[A-Z0-9-]+\]|\bFA_CODE_\w+|"[A-Z0-9-]+"/g;
# No test can state these messages: check_faults.pl takes memory away thousands of times, wherever it
# is asked for; and nobody knows how to provoke a defect.
my %exempt = map { $_ => 1 } qw(MEMORY DEFECT);
my ($count, $missing) = (0, 0);
while (my ($name, $printed) = splice @codes, 0, 2) {
    $count++;
    next if $exempt{$printed} || $words{"[$printed]"} || $words{"FA_CODE_$name"} || $words{"\"$printed\""};
    print "$printed: no test provokes it\n";
    $missing++;
}
print "$count codes, $missing without a test\n";
exit($missing || !$count ? 1 : 0);
