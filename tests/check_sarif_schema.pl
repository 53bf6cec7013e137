#!/usr/bin/env perl
# Are the SARIF files of all samples valid against the schema of SARIF 2.1.0? The schema and a
# validator come from npm; without node or npm, or where npm cannot reach its registry, the test is
# skipped (77): tests/check_sarif.pl looks at the structure always. Run in the build tree.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Basename qw(basename);
use File::Temp qw(tempdir);
use FindBin;

my $source = abs_path("$FindBin::Bin/..");
my $build  = abs_path($ENV{BUILD} // getcwd());
my $folder = tempdir(CLEANUP => 1);

sub skip { print "skipped: @_\n"; exit 77 }

for my $program (qw(node npm)) {
    skip("$program is not installed") if !grep { -x "$_/$program" } split /:/, $ENV{PATH};
}
system("cd '$folder' && timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts --prefix '$folder'"
      . " \@microsoft/jest-sarif\@1.0.0-beta.0 >npm.log 2>&1") == 0
  or skip('npm could not install the schema');

my @files;
for my $sample (grep { -d && !/\/ci$/ } glob "$source/samples/*") {
    my $name = basename($sample);
    my $lang = $name =~ /defects/ ? 'both' : 'en';
    system("'$build/flowaudit-audit' '$sample' --format sarif --lang $lang --root 'samples/$name' -o '$folder/$name.sarif'"
          . " >'$folder/said' 2>&1") == 0 or die "audit of $name failed\n";
    push @files, "$folder/$name.sarif";
}
die "no samples were found\n" if !@files;
exec 'node', "$source/tests/sarif/validate.cjs", $folder, @files or die "node: $!\n";
