#!/usr/bin/env perl
# Is the data dictionary whole: both languages everywhere, references that lead somewhere, keys,
# clocks and intervals made of columns that exist and have a fitting type?
# Usage: check_dictionary.pl [DICTIONARY]
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../man";
use Dictionary;

binmode STDERR, ':encoding(UTF-8)';
my $path   = shift // "$FindBin::Bin/../lib/ledger/dictionary.txt";
my @tables = Dictionary::load($path);
my $faults = 0;

sub fault { print STDERR "$path: @_\n"; $faults++ }

my %type  = map { $_ => 1 }
  qw(id key text enum set bool int money ratio date time duration currency);
my %mask  = map { $_ => 1 } qw(name party number phone text);
my %table = map { $_->{name} => $_ } @tables;
fault("a table is there twice") if keys %table != @tables;

for my $t (@tables) {
    my $name = $t->{name};
    my %column;
    for my $lang (qw(en zh)) {
        fault("$name has no meaning in $lang") if ($t->{meaning}{$lang} // '') eq '';
    }
    fault("the Chinese meaning of $name is not Chinese")
      if ($t->{meaning}{zh} // '') !~ /\p{Han}/;
    for my $c (@{ $t->{columns} }) {
        my $full = "$name.$c->{name}";
        fault("$full is there twice") if $column{ $c->{name} };
        $column{ $c->{name} } = $c;
        fault("$full has an unknown type $c->{type}")  if !$type{ $c->{type} };
        fault("$full has an unknown mask $c->{mask}")  if $c->{mask} && !$mask{ $c->{mask} };
        fault("$full has no label in zh")              if ($c->{zh} // '') !~ /\p{Han}/;
        fault("$full has no meaning in en")            if ($c->{en} // '') !~ /[a-z]/;
        fault("$full is an enum without values")       if $c->{type} eq 'enum' && !$c->{values};
        fault("$full is signed but no money")          if $c->{signed} && $c->{type} ne 'money';
        my %seen;
        fault("$full has the value $_ twice") for grep { $seen{$_}++ } @{ $c->{values} // [] };
        next if $c->{type} ne 'id';
        fault("$full refers to $c->{table}, which is no table") if !$table{ $c->{table} };
        fault("$full shows whom the party's own table hides")
          if $c->{table} eq 'party' && ($c->{mask} // '') ne 'party';
        fault("$full shows what the account's own table hides")
          if $c->{table} eq 'account' && ($c->{mask} // '') ne 'number';
    }
    fault("$name has no key, or one of too many columns") if !$t->{key} || @{ $t->{key} } > 6;
    for my $col (@{ $t->{key} // [] }, @{ $t->{interval} // [] }, $t->{clock} // (), $t->{by} // ())
    {
        fault("$name names $col, which is no column of it") if !$column{$col};
    }
    for my $col (@{ $t->{interval} // [] }, $t->{clock} // (), $t->{by} // ()) {
        fault("$name.$col orders or bounds time but is no date or time")
          if $column{$col} && $column{$col}{type} !~ /^(?:date|time)$/;
    }
    if ($t->{by}) {
        fault("$name is ordered by $t->{by}, which a row may lack") if !$column{ $t->{by} }{required};
        my $natural = $t->{clock} // $t->{interval}[0];
        fault("$name is ordered by something else than its clock or start") if $t->{by} ne $natural;
    }
    fault("$name.$_ is the row's own key but not required")
      for grep { $column{$_} && !$column{$_}{required} && !$t->{written} && $_ ne 'since' }
      @{ $t->{key} // [] };
}

# A table that is referred to owns its ids: its first key column has its own id type, and only then.
my %referred = map { $_->{table} => 1 } grep { $_->{type} eq 'id' } map { @{ $_->{columns} } } @tables;
for my $t (@tables) {
    my @own = grep { $_->{type} eq 'id' && $_->{table} eq $t->{name} && $_->{name} eq $t->{key}[0] }
      @{ $t->{columns} };
    fault("$t->{name} is referred to but does not declare its ids") if $referred{ $t->{name} } && !@own;
}

exit($faults ? 1 : 0);
