# A run is made again from its record.
$ cp -r $SRC/tests/filings/lending-2017-defects f; flowaudit ingest f 2>/dev/null | flowaudit reconcile --scheme camt 2>/dev/null | flowaudit flag -r cn-online-lending-2016 --param cn-online-lending-2016.natural_cap=100000 --evidence 3 -o results 2>/dev/null

$ flowaudit verify results f 2>/dev/null
identical

$ flowaudit verify -j 2 results f 2>/dev/null
identical

# Blocks may be compressed, a stage left out, tables asked for that no report shows.
$ flowaudit ingest -z --as-of 2017-06-30 f 2>/dev/null | flowaudit flag --only OL16-PROH-02 --as-of 2017-03-31 -o small 2>/dev/null; flowaudit verify small f 2>/dev/null
identical

$ flowaudit ingest f 2>/dev/null | flowaudit reconcile -z --matches 2>/dev/null | flowaudit flag -r cn-online-lending-2016 -o matched 2>/dev/null; flowaudit verify matched f 2>/dev/null
identical

# Another filing: first what it is made of, then what comes out of it.
$ perl -pi -e 's/ rows \d+.*// if /^ *file/' f/filing.manifest; perl -ni -e 'print if $. != 5' f/flow.csv

$ flowaudit verify results f 2>/dev/null >said; echo $?; sed 's/: [0-9]* rows.*//; s/ of .OL16.*//; s/: [0-9].*: 0 new.*//; s/SHA.*//' said | uniq | grep -v '^finding '; rm said
1
differs
source 'flow.csv': 
manifest 'filing.manifest': 
table result_rule
findings
table result_row
table result_control
table break
table bridge

$ mv f/relation.csv f/relations; perl -ni -e 'print unless /relation/' f/filing.manifest; flowaudit verify results f 2>/dev/null | grep relation
source 'relation.csv': SHA-256 '9eed2a6aae1a329468827c14e38419b13f055d81b1ce8b8942ca1c0926c012e6', but only in the record

# A ruleset of one's own is given again, and must be the same.
$ cp -r $SRC/tests/filings/lending-2017-defects g; cp $SRC/rulesets/cn/cn-online-lending-2016.rules own.rules; flowaudit ingest g 2>/dev/null | flowaudit flag -r ./own.rules -o mine 2>/dev/null

$ flowaudit verify mine g
! flowaudit-verify: error: the record was made with a file of rulesets 'own.rules' [VERIFY-INPUT]
! hint: give it again: -r FILE
[2]

$ flowaudit verify -r own.rules mine g 2>/dev/null
identical

$ echo "# other" >>own.rules; flowaudit verify -r own.rules mine g 2>&1 | sed 's/[0-9a-f]\{64\}/HASH/g'
flowaudit-verify: error: the record was made with ruleset 'cn-online-lending-2016' of SHA-256 'HASH', but here it is HASH [VERIFY-INPUT]
hint: give the file it was made with by -r FILE, or run the version that made the record

# What is no record.
$ flowaudit verify g/flow.csv g
! g/flow.csv: error: not a stream of flowaudit: byte 0 is 0x66, expected 0x89 [STREAM-MAGIC]
! hint: give the output of a flowaudit tool; ingest reads a filing
[4]

$ flowaudit ingest g 2>/dev/null >ledger; flowaudit verify ledger g
! flowaudit-verify: error: expected results, found a ledger [REPORT-LEDGER]
! hint: run flowaudit-flag on it first
[2]

$ flowaudit verify results
! flowaudit-verify: error: operand missing: expected RECORD FILING... [USAGE]
! hint: see 'flowaudit-verify --help'
[2]

# A filing that is refused: which of its files are not those of the record. A record may name files elsewhere.
$ flowaudit ingest g 2>/dev/null | flowaudit flag -r cn-online-lending-2016 -o kept 2>/dev/null; flowaudit verify kept g 2>/dev/null
identical

$ echo 'L9,not an amount' >>g/flow.csv; rm g/relation.csv; flowaudit verify kept g 2>&1 | sed 's/[0-9a-f]\{64\}/HASH/g'
g/filing.manifest:10:8: error: the filing has no file 'relation.csv' [FILING-FILE]
      file "relation.csv" table relation rows 2 sha256 "HASH"
           ^
refused, and differs
source 'flow.csv': SHA-256 HASH, recorded 'HASH'
source 'relation.csv': SHA-256 'HASH', but only in the record

# What lies where it is run does not matter: names on record are of what is shipped.
$ mkdir cn-online-lending-2016 camt; cp -r $SRC/tests/filings/lending-2017-defects h; echo broken >cn-online-lending-2016.rules; flowaudit ingest h 2>/dev/null | flowaudit reconcile --scheme camt 2>/dev/null | flowaudit flag -r cn-online-lending-2016 -o named 2>/dev/null; flowaudit verify named h 2>/dev/null
identical

$ cp $SRC/rulesets/cn/cn-online-lending-2016.rules unmarked; flowaudit ingest h 2>/dev/null | flowaudit flag -r unmarked -o named 2>/dev/null; flowaudit verify -r unmarked named h 2>/dev/null; flowaudit verify named h
identical
! flowaudit-verify: error: the record was made with a file of rulesets 'unmarked' [VERIFY-INPUT]
! hint: give it again: -r FILE
[2]

# A record from a pipe, and one of a pipe that nobody writes to.
$ flowaudit ingest h 2>/dev/null | flowaudit flag -r cn-online-lending-2016 2>/dev/null | flowaudit verify - h 2>/dev/null
identical

$ mkfifo pipe; flowaudit verify pipe h
! pipe: error: the stream ends at byte 0, within its first bytes; expected 14 bytes more [STREAM-CUT]
[4]

$ (cat kept >pipe &) ; sleep 0.2; flowaudit verify pipe h 2>/dev/null
identical

# With earlier results and waivers, which are given again.
$ flowaudit ingest h 2>/dev/null | flowaudit flag -r cn-online-lending-2016 -o first 2>/dev/null; flowaudit ingest h 2>/dev/null | flowaudit flag -r cn-online-lending-2016 --baseline first -o second 2>/dev/null; flowaudit verify --baseline first second h 2>/dev/null
identical

$ flowaudit verify second h 2>&1 | sed 's/[0-9a-f]\{64\}/HASH/g'
flowaudit-verify: error: the record was made with baseline 'first' of SHA-256 'HASH', which is not here [VERIFY-INPUT]
hint: give the file it was made with by --baseline FILE

$ flowaudit verify --baseline second second h 2>&1 | sed 's/[0-9a-f]\{64\}/HASH/g'
flowaudit-verify: error: the record was made with baseline 'first' of SHA-256 'HASH', but here it is HASH [VERIFY-INPUT]
hint: give the file it was made with by --baseline FILE

$ flowaudit verify --baseline pipe second h 2>&1 | sed 's/[0-9a-f]\{64\}/HASH/g'
flowaudit-verify: error: cannot open 'pipe': Invalid argument [IO]

$ flowaudit verify --baseline first first h
! flowaudit-verify: error: the record was made without baseline [VERIFY-INPUT]
[2]
