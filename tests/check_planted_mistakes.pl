#!/usr/bin/env perl
# Would the comparison of the two evaluators notice a mistake? Off-by-ones are planted in one of them,
# one at a time; random rules on random ledgers must then differ. Run in the build tree, by
# make check-slow.
#
#     tests/check_planted_mistakes.pl [FILE]      only those of a file
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use FindBin;

my $source = "$FindBin::Bin/..";
my $folder = tempdir(CLEANUP => 1);

# way, file, what it says, what it is made to say
my @planted = (
    [1,  'stage.c',            'at <= stage->to_day',             'at < stage->to_day'],
    [1,  'operator_compare.c', 'return order <= 0;',              'return order < 0;'],
    [2,  'operator_compare.c', 'return order >= 0 ? FA_TRUE : FA_UNKNOWN;', 'return order > 0 ? FA_TRUE : FA_UNKNOWN;'],
    [1,  'plain_reach.c',      'day_no <= param->periods[i].to_day', 'day_no < param->periods[i].to_day'],
    [1,  'plain_population.c', 'member->day_no > plain->as_of_day', 'member->day_no >= plain->as_of_day'],
    [2,  'group.c',            'days[i] > to_day',                'days[i] >= to_day'],
    [2,  'plain_tally.c',      'order < 0 : order > 0))',         'order < 0 : order >= -1))'],
    [3,  'plain_window.c',     'row->at < window->start',         'row->at <= window->start'],
    [3,  'plain_window.c',     'window->start < first',           'window->start <= first'],
    [4,  'running.c',          'rule->from_day <= day',           'rule->from_day < day'],
    [4,  'plain_running.c',    'dated->day_no > rule->to_day',    'dated->day_no >= rule->to_day'],
    [5,  'plain_series.c',     'member->day_no <= last;',         'member->day_no < last;'],
    [6,  'sequence.c',         'time_of(roll, chain->sure) < sure', 'time_of(roll, chain->sure) <= sure'],
    [6,  'plain_window.c',     'leg->at >= window->sure',         'leg->at > window->sure'],
    [7,  'hops_search.c',      'hop->time_us < closing->start_us', 'hop->time_us <= closing->start_us'],
    [7,  'hops_search.c',      'count + 1 < search->hops_max',    'count + 1 <= search->hops_max'],
    [7,  'plain_hops.c',       'count + 1 >= hops_min && closes', 'count + 1 > hops_min && closes'],
    [9,  'gapless.c',          'runs[i].first <= last->last + 1', 'runs[i].first <= last->last + 2'],
    [9,  'plain_gapless.c',    'rows->items[i].number > number',  'rows->items[i].number > number + 1'],
    [10, 'settle.c',           's->owed[spot->open_first].to_us < answer->at_us', 's->owed[spot->open_first].to_us <= answer->at_us'],
    [10, 'plain_duty.c',       'row->day_no > shown_day(owed, duty->due_shown)', 'row->day_no >= shown_day(owed, duty->due_shown)'],
    [11, 'stretch.c',          'stretch->from ? span->from :', 'stretch->from ? span->from + 1 :'],
    [11, 'plain_stretch.c',    'day_no <= to->numerator',         'day_no < to->numerator'],
    [12, 'every.c',            'period.due_day > to_day',         'period.due_day >= to_day'],
    [12, 'plain_every.c',      ': member->day_no <= period->to_day', ': member->day_no < period->to_day'],
);

sub run {
    my ($command) = @_;
    my $said = `$command 2>&1`;
    die "$command\n$said" if $?;
    return $said;
}

# The commands that make uses.
open my $makefile, '>', "$folder/planted.mk" or die $!;
print {$makefile} "include Makefile\n",
  "planted-compile:\n\t\@echo \$(COMPILE)\n",
  "planted-link:\n\t\@echo \$(LINK) -o $folder/planted \$(tests_property_test_random_rules_OBJECTS) ",
  "$folder/planted.o \$(LDADD) \$(LIBS)\n";
close $makefile;
chomp(my $compile = run("make -s -f $folder/planted.mk planted-compile"));
chomp(my $link    = run("make -s -f $folder/planted.mk planted-link"));

my ($count, $faults) = (0, 0);
for my $planted (@planted) {
    my ($way, $file, $from, $to) = @$planted;
    next if @ARGV && $ARGV[0] ne $file;
    $count++;
    open my $in, '<', "$source/lib/rules/$file" or die "$file: $!";
    my $text = do { local $/; <$in> };
    my $at = index $text, $from;
    if ($at < 0) {
        print "$file no longer says: $from\n";
        $faults++;
        next;
    }
    substr($text, $at, length $from) = $to;
    open my $out, '>', "$folder/planted.c" or die $!;
    print {$out} $text;
    close $out;
    run("$compile -w -c $folder/planted.c -o $folder/planted.o");
    run($link);
    system("'$folder/planted' 1 20000 $way >'$folder/said' 2>&1");
    next if $? != 0;
    print "nobody noticed, in $file: $to\n";
    $faults++;
}
print "$count mistakes, $faults faults\n";
exit($faults != 0);
