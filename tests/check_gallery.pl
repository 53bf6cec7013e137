#!/usr/bin/env perl
# Is every message that the language has for a mistake in a rules file shown by a test, with every hint?
# The texts are read out of the parser and the checker; the tests are the files of tests/rules/bad, each
# with the messages it must give, and the transcripts.
use strict;
use warnings;
use FindBin;

my $source = "$FindBin::Bin/..";
my $list   = @ARGV && $ARGV[0] eq '--list' && shift @ARGV;    # all that is looked for

sub content {
    my ($name) = @_;
    open my $in, '<', $name or die "$name: $!\n";
    local $/;
    return scalar(<$in>) // '';
}

# The arguments of the call that begins at the bracket at POS, each as source text.
sub arguments {
    my ($text, $pos) = @_;
    my ($depth, $argument, @arguments) = (0, '');
    while ($pos < length $text) {
        my $rest = substr $text, $pos, 4000;
        my ($piece) = $rest =~ /\A("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|.)/s;
        $pos += length $piece;
        if ($piece =~ /\A[(\[{]\z/) {
            next if $depth++ == 0;
        }
        elsif ($piece =~ /\A[)\]}]\z/ && --$depth == 0) {
            return @arguments, $argument;
        }
        elsif ($piece eq ',' && $depth == 1) {
            push @arguments, $argument;
            $argument = '';
            next;
        }
        $argument .= $piece;
    }
    die "a call does not end\n";
}

# The texts in an argument: those that stand side by side are one.
sub literals {
    my ($argument) = @_;
    my @texts;
    while ($argument =~ /((?:"(?:[^"\\]|\\.)*"\s*)+)/g) {
        my $text = join '', $1 =~ /"((?:[^"\\]|\\.)*)"/g;
        push @texts, $text =~ s/\\(.)/$1 eq 'n' ? "\n" : $1/ger;
    }
    return @texts;
}

# Calls whose texts people see, and which arguments those are.
my %seen_texts = (
    fa_error => [3 .. 20], fa_warn => [3 .. 20], fa_check_error => [3 .. 20], fa_build_error => [3 .. 20],
    fail => [2 .. 20], fa_lex_unexpected => [1], fa_lex_expect => [1], fa_lex_expect_kind => [2],
    fa_lex_expect_word => [1], fa_lex_expect_string => [1], fa_lex_expect_count => [1],
    fa_lex_unknown => [1], FA_PARSE_CHOICE => [0], fa_parse_raw => [1], fa_parse_text => [1], fa_parse_date => [1],
    fa_parse_unsupported => [1], fa_build_require => [2, 3],
);
# What a rules file cannot bring about, and why.
my %unreachable = (
    '%zu bytes are more than the %u a file of this kind may have' => 'such a file is not read at all',
    'there is no table institution' => 'the dictionary always has it',
    'view' => 'the views that are built in are parsed so',
    'a measure' => 'it is asked for only where a word stands',
);
# What is not the mistake of a rules file, or stands in a message only as one of its words.
my $elsewhere = qr/FA_CODE_(?!RULE_|LANG_)/;

my @shown = map { content($_) } glob("$source/tests/rules/bad/*.rules"), glob("$source/tests/cli/*.t");
my $shown = join "\n", map { /^(?:#=|!) ?(.*)/gm } @shown;
my ($count, $missing) = (0, 0);
my $calls = join '|', map { quotemeta } sort { length $b <=> length $a } keys %seen_texts;
for my $file (sort glob("$source/lib/lang/*.c"), glob("$source/lib/rules/*.c")) {
    next if $file =~ m{/rules/verify\.c$};    # of plans, which the compiler makes: its own test provokes them
    my $text = content($file) =~ s{/\*.*?\*/}{ $& =~ s/[^\n]//gr }gser;
    while ($text =~ /\b($calls)\(/g) {
        my ($call, $at) = ($1, pos($text) - 1);
        my $before = substr $text, 0, $at;
        next if $before =~ /(?:\bstatic|\benum fa_status)[^;{}]*\z/;    # its definition
        my $line = 1 + ($before =~ tr/\n//);
        my @arguments = arguments($text, $at);
        next if grep { /$elsewhere/ } @arguments;
        for my $index (grep { $_ < @arguments } @{$seen_texts{$call}}) {
            for my $literal (literals($arguments[$index])) {
                next if $unreachable{$literal};
                next if $literal !~ /[a-z]{3}/ && $call !~ /^fa_lex_expect$/;
                my $pattern = join '.*?', map { quotemeta } split /%(?:\.\*|[0-9.]*)?(?:ll|z)?[a-zX]/, $literal, -1;
                $pattern = "expected '?$pattern'?,? " if $call =~ /^(?:fa_lex_(?:un)?expect|fa_parse_raw|fa_parse_date)/;
                $pattern = "unknown $pattern" if $call =~ /^(?:fa_lex_unknown|FA_PARSE_CHOICE)$/;
                $pattern =~ s/\\\n|\n/(?:\\n|\\\\n)/g;
                $count++;
                print "$literal\n" if $list;
                next if $shown =~ /$pattern/;
                printf "%s:%d: no test shows '%s'\n", $file =~ s/.*\/lib/lib/r, $line, $literal;
                $missing++;
            }
        }
    }
}
print "$count texts, $missing without a test\n";
exit($missing || !$count ? 1 : 0);
