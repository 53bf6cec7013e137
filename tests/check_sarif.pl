#!/usr/bin/env perl
# Do the SARIF files of the samples hold together, and say what the NDJSON of the same results says?
# Places point to files and rules that are there, levels go with kinds, hashes are those of the
# files, what was not tested is told. Run in the build tree.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use Digest::SHA;
use File::Basename qw(basename);
use File::Temp qw(tempdir);
use FindBin;
use JSON::PP;

my $source = abs_path("$FindBin::Bin/..");
my $build  = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);
# what may declare tables of its own, which filings bring
my $rulesets = join ' ', map {"-r $_"} grep { !/sets\.rules$/ } glob "$source/rulesets/*/*.rules";
my ($faults, $name) = (0, '');
$ENV{PATH} = "$build:$ENV{PATH}";

sub fault { print "$name: @_\n" if $faults++ < 20 }

sub run {
    my ($command) = @_;
    system('bash', '-o', 'pipefail', '-c', "{ $command; } 2>'$folder/said'") == 0
      or die "$command: status $?\n", `cat '$folder/said'`;
}

sub slurp {
    my ($path) = @_;
    open my $in, '<:raw', $path or die "$path: $!\n";
    local $/;
    return scalar <$in>;
}

# How often each value occurs.
sub tally { my %count; $count{$_}++ for @_; return join ' ', map {"$_ $count{$_}"} sort keys %count }

sub check_rules {
    my ($rules) = @_;
    my %seen;
    for my $rule (@$rules) {
        my $id = $rule->{id} // '';
        fault("rule '$id' without id, or twice") if $id eq '' || $seen{$id}++;
        fault("$id: no short description") if ($rule->{shortDescription}{text} // '') eq '';
        fault("$id: no help")              if ($rule->{help}{text} // '') eq '';
        fault("$id: name $rule->{name}")   if defined $rule->{name} && $rule->{name} !~ /\A[A-Za-z0-9]+\z/;
        fault("$id: address $rule->{helpUri}")
          if defined $rule->{helpUri} && $rule->{helpUri} !~ m{\Ahttps://[a-z0-9.-]+/[A-Za-z0-9%./_~-]+\z};
        next if $id =~ /\Abreak-/;
        fault("$id: help without markdown") if ($rule->{help}{markdown} // '') eq '';
        fault("$id: level") if ($rule->{defaultConfiguration}{level} // '') !~ /\A(?:error|warning|note)\z/;
        fault("$id: no severity or citation")
          if !defined $rule->{properties}{severity} || !defined $rule->{properties}{citation};
    }
}

sub check_place {
    my ($place, $artifacts) = @_;
    my $file = $place->{artifactLocation};
    fault('a place without uri') if ($file->{uri} // '') eq '' || $file->{uriBaseId} ne '%SRCROOT%';
    fault("uri '$file->{uri}'") if $file->{uri} =~ m{[^A-Za-z0-9%./_~-]|%(?![0-9A-F]{2})|\A/|//};
    fault("no artifact for $file->{uri}")
      if defined $file->{index} && ($artifacts->[$file->{index}]{location}{uri} // '') ne $file->{uri};
    fault("line in $file->{uri}") if defined $place->{region} && $place->{region}{startLine} < 1;
}

sub check_result {
    my ($result, $rules, $artifacts) = @_;
    my $id = $result->{ruleId};
    fault("$id: index of its rule")
      if defined $result->{ruleIndex} && ($rules->[$result->{ruleIndex}]{id} // '') ne $id;
    fault("$id: kind $result->{kind}") if $result->{kind} !~ /\A(?:fail|review|open|pass)\z/;
    fault("$id: level $result->{level} of kind $result->{kind}")
      if ($result->{kind} eq 'fail') != ($result->{level} =~ /\A(?:error|warning|note)\z/)
      || ($result->{kind} ne 'fail') != ($result->{level} eq 'none');
    fault("$id: no message")      if ($result->{message}{text} // '') eq '';
    fault("$id: a link from data") if $result->{message}{text} =~ /\]\(/;
    fault("$id: not one place")   if @{ $result->{locations} } != 1;
    for my $place (@{ $result->{locations} }, @{ $result->{relatedLocations} // [] }) {
        check_place($place->{physicalLocation}, $artifacts) if $place->{physicalLocation};
        fault("$id: a place that is none") if !$place->{physicalLocation} && !$place->{logicalLocations};
    }
    fault("$id: fingerprint") if ($result->{fingerprints}{'flowaudit/v1'} // '') !~ /\A[0-9a-f]{32}\z/;
    fault("$id: state") if ($result->{baselineState} // 'new') !~ /\A(?:new|unchanged|updated|absent)\z/;
    for my $suppression (@{ $result->{suppressions} // [] }) {
        fault("$id: suppression")
          if $suppression->{kind} ne 'external' || $suppression->{status} ne 'accepted' || !$suppression->{justification};
    }
}

sub check_artifacts {
    my ($artifacts, $sample, $root) = @_;
    for my $artifact (@$artifacts) {
        my $uri = $artifact->{location}{uri};
        $uri =~ s/\A\Q$root\E// or fault("$uri is not below the root");
        $uri =~ s/%([0-9A-F]{2})/chr hex $1/ge;
        my $bytes = -f "$sample/$uri" ? slurp("$sample/$uri") : next; # a member of an archive
        fault("$uri: hash")   if $artifact->{hashes}{'sha-256'} ne Digest::SHA::sha256_hex($bytes);
        fault("$uri: length") if $artifact->{length} != length $bytes;
    }
}

sub check {
    my ($results, $sample, $root) = @_;
    run("flowaudit-report --format sarif --root '$root' '$results' >'$folder/sarif'");
    run("flowaudit-report --format ndjson '$results' >'$folder/ndjson'");
    my $log = decode_json(slurp("$folder/sarif"));
    fault('version or number of runs') if $log->{version} ne '2.1.0' || @{ $log->{runs} } != 1;
    my $run = $log->{runs}[0];
    my ($rules, $artifacts) = ($run->{tool}{driver}{rules}, $run->{artifacts});
    fault('tool') if $run->{tool}{driver}{name} ne 'flowaudit' || $run->{columnKind} ne 'unicodeCodePoints';
    check_rules($rules);
    check_artifacts($artifacts, $sample, $root);
    check_result($_, $rules, $artifacts) for @{ $run->{results} };
    my %of;
    push @{ $of{ $_->{type} } }, $_ for map { decode_json($_) } split /\n/, slurp("$folder/ndjson");
    my %kinds = (violation => 'fail', lead => 'review', indeterminate => 'open');
    my $expected = tally((map { $kinds{ $_->{outcome} } } @{ $of{finding} // [] }),
        (map { $_->{state} eq 'fixed' ? 'pass' : 'open' } @{ $of{earlier} // [] }), map {'fail'} @{ $of{break} // [] });
    my $found = tally(map { $_->{kind} } @{ $run->{results} });
    fault("kinds are $found, expected $expected") if $found ne $expected;
    my $invocation = $run->{invocations}[0];
    fault('not successful') if !$invocation->{executionSuccessful};
    my $untested = grep { $_->{state} eq 'not_testable' } @{ $of{rule} };
    my $told     = grep { $_->{level} eq 'warning' } @{ $invocation->{toolConfigurationNotifications} };
    fault("$told of $untested untested rules are told") if $told != $untested;
    my $doubts = @{ $of{reject} // [] } + @{ $of{remark} // [] };
    fault("$doubts rejects and remarks") if $doubts != @{ $invocation->{toolExecutionNotifications} };
    return $run;
}

my $count = 0;
for my $sample (grep { -d && !/\/ci$/ } glob "$source/samples/*") {
    $name = basename($sample);
    run("flowaudit-ingest $rulesets '$sample' | flowaudit-reconcile | flowaudit-flag -o '$folder/$name.fa'");
    check("$folder/$name.fa", $sample, "samples/$name/");
    $count++;
}
die "no samples were found\n" if !$count;

# Against itself everything stands unchanged; a finding that is waived is suppressed, the others not.
$name = 'lending-2020-defects again';
my $sample = "$source/samples/lending-2020-defects";
open my $waivers, '>', "$folder/own.waivers" or die "own.waivers: $!\n";
my ($first) = grep { $_->{type} eq 'finding' && $_->{outcome} eq 'violation' } map { decode_json($_) }
  split /\n/, do { run("flowaudit-report --format ndjson '$folder/lending-2020-defects.fa' >'$folder/ndjson'"); slurp("$folder/ndjson") };
print $waivers <<"END";
waiver W-1
  rule     $first->{rule}
  keys     any
  owner    "Head of lending"
  approver "Desk 3"
  reason   "plan of the year"
  cite     "letter 118"
  from     2000-01-01
  expires  2099-12-31
  cap      none
end
END
close $waivers or die "own.waivers: $!\n";
run("flowaudit-ingest $rulesets '$sample' | flowaudit-reconcile"
      . " | flowaudit-flag --baseline '$folder/lending-2020-defects.fa' --waivers '$folder/own.waivers' -o '$folder/again.fa'");
my $run = check("$folder/again.fa", $sample, "samples/again/");
my @findings = grep { $_->{ruleId} !~ /\Abreak-/ } @{ $run->{results} };
fault('states are ' . tally(map { $_->{baselineState} // 'none' } @findings))
  if grep { ($_->{baselineState} // '') ne 'unchanged' } @findings;
fault('suppressed are ' . tally(map { $_->{ruleId} } grep { @{ $_->{suppressions} } } @findings))
  if grep { !!@{ $_->{suppressions} } != ($_->{ruleId} eq $first->{rule}) } @findings;

print "$count samples, $faults faults\n";
exit($faults ? 1 : 0);
