# Reads lib/ledger/dictionary.txt for the scripts that build the manual and check the tree. It knows
# only the table blocks of that file and dies, with file and line, on anything else: what this reader
# takes, the parser of the tools must take too.
package Dictionary;
use strict;
use warnings;
use utf8;

my $TOKEN = qr/\G(?:\s++|\#.*+)*+(?:("(?:[^"\\]|\\.)*")|([A-Za-z_][A-Za-z0-9_]*)|(\.\.|[{},:]))/;

# Statements as lists of tokens: one a line, more while a bracket is open or after a comma.
sub statements {
    my ($path) = @_;
    open my $in, '<:encoding(UTF-8)', $path or die "$path: $!\n";
    my (@all, @now, $depth);
    $depth = 0;
    while (my $line = <$in>) {
        chomp $line;
        pos($line) = 0;
        while ($line =~ /$TOKEN/gc) {
            my $token = $1 // $2 // $3;
            $depth += $token eq '{' ? 1 : $token eq '}' ? -1 : 0;
            push @now, $token;
        }
        die "$path:$.: not understood: " . substr($line, pos($line) // 0) . "\n"
          if substr($line, pos($line) // 0) !~ /^\s*(?:#.*)?$/;
        next if !@now || $depth > 0 || $now[-1] eq ',';
        push @all, [$., @now];
        @now = ();
    }
    die "$path: ends inside a statement\n" if @now;
    return @all;
}

sub column {
    my ($where, @t) = @_;
    my %c = (name => shift @t);
    shift(@t) eq ':' or die "$where: ':' expected after the column's name\n";
    $c{type} = shift @t;
    if ($c{type} eq 'id') {
        shift(@t) eq 'of' or die "$where: 'of' expected\n";
        $c{table} = shift @t;
    }
    if ($c{type} =~ /^(?:enum|set)$/ && @t && $t[0] eq '{') {
        shift @t;
        while (@t && (my $word = shift @t) ne '}') {
            push @{ $c{values} }, $word if $word ne ',';
        }
    }
    while (@t) {
        my $word = shift @t;
        if    ($word =~ /^(?:required|signed)$/) { $c{$word} = 1 }
        elsif ($word eq 'mask')                  { $c{mask}  = shift @t }
        elsif ($word =~ /^(?:zh|en)$/ && @t)     { $c{$word} = text(shift @t) }
        else                                     { die "$where: '$word' not expected\n" }
    }
    return \%c;
}

sub text {
    my ($quoted) = @_;
    $quoted =~ s/^"(.*)"$/$1/s or die "text in quotes expected, found $quoted\n";
    $quoted =~ s/\\(.)/$1/g;
    return $quoted;
}

# The tables in the order of the file, each {name, meaning{en,zh}, key[], clock, interval[], by,
# written, columns[]}.
sub load {
    my ($path) = @_;
    my (@tables, $table);
    for my $statement (statements($path)) {
        my ($line, $word, @rest) = @$statement;
        my $where = "$path:$line";
        if (!$table) {
            $word eq 'table' && @rest == 1 or die "$where: 'table NAME' expected\n";
            $table = { name => $rest[0], line => $line, columns => [] };
        }
        elsif ($word eq 'end') { push @tables, $table; undef $table }
        elsif ($word eq 'meaning') { $table->{meaning}{ $rest[0] } = text($rest[1]) }
        elsif ($word eq 'key') { $table->{key} = \@rest }
        elsif ($word eq 'clock' || $word eq 'by') { $table->{$word} = $rest[0] }
        elsif ($word eq 'interval') { $table->{interval} = [ @rest[ 0, 2 ] ] }
        elsif ($word eq 'written') { $table->{written} = $rest[1] }
        elsif ($word eq 'column') { push @{ $table->{columns} }, column($where, @rest) }
        else { die "$where: '$word' not expected\n" }
    }
    die "$path: table '$table->{name}' has no end\n" if $table;
    return @tables;
}

1;
