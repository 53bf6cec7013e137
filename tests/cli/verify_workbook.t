# A workbook is made again from its filing, to the byte, in the language and on the paper it had.
$ cp -r $SRC/tests/filings/lending-2017-defects f; flowaudit audit f -r cn-online-lending-2016 --lang zh --paper a3 -o zh.xlsx >said 2>notes; flowaudit verify zh.xlsx f
identical to the byte
! f: note: not part of the filing, not read: 'README.md', 'expected.csv' [FILING-IGNORED]

$ flowaudit audit f -r cn-online-lending-2016 -o book.xlsx >said 2>notes; mv book.xlsx filed.xlsx; flowaudit verify -j 1 filed.xlsx f; rm said notes
identical to the byte
! f: note: not part of the filing, not read: 'README.md', 'expected.csv' [FILING-IGNORED]

# What was changed in it is found: a cell, a row, a sheet, a formula, the record itself, a format.
$ tamper() { perl $SRC/tests/sheet/tamper.pl filed.xlsx bad.xlsx "$@" && flowaudit verify bad.xlsx f 2>notes | sed 's/cell .*/cell .../'; rm notes; }
> tamper Findings 's/F-000003/F-000030/'
> tamper Findings 's|<row r="15".*?</row>||s'
> tamper xl/workbook.xml 's|<sheet name="Breaks".*?/>||'
> tamper Controls 's|<f>SUM\(|<f>1+SUM(|'
> tamper Sources 's|[0-9a-f]{64}|"0" x 64|e'
> tamper xl/styles.xml 's|<b/>||'
differs
sheet 'Findings': 1 row differs, first in cell ...
differs
sheet 'Findings': 1 row differs, first in cell ...
differs
sheet 'Breaks': missing in the workbook
differs
sheet 'Controls': 1 row differs, first in cell ...
differs
sheet 'Sources': 1 row differs, first in cell ...
differs
workbook: all cells are the same, its other bytes are not: formats, charts or properties

# Another filing: the sources differ, and the cells that come of them.
$ cp -r f g; perl -pi -e 's/ rows \d+.*// if /^ *file/' g/filing.manifest; perl -ni -e 'print if $. != 5' g/flow.csv

$ flowaudit verify filed.xlsx g 2>/dev/null | sed "s/SHA-256.*//; s/^sheet.*'Findings'.*/&/; /^sheet/!b; s/: .*//" | grep -v 'cover\|flow-\|loan-\|break-\|recon'
differs
source 'flow.csv': 
manifest 'filing.manifest': 
sheet 'Cover'
sheet 'Summary'
sheet 'Findings'
sheet 'Breaks'
sheet 'Bridge'
sheet 'Evidence'
sheet 'Controls'
sheet 'Rules'
sheet 'Sources'
sheet 'Log'

# A key must be the one it was made with.
$ printf 0123456789abcdef0123456789abcdef >key; chmod 600 key; sed 's/0/1/' key >other; chmod 600 other; flowaudit audit f -r cn-online-lending-2016 --key key -o keyed.xlsx >/dev/null 2>&1; flowaudit verify --key key keyed.xlsx f 2>/dev/null
identical to the byte

$ flowaudit verify keyed.xlsx f 2>&1 | grep -v note
flowaudit-verify: error: the workbook was made with another key [VERIFY-INPUT]
hint: give the key by --key FILE, or none where there was none

$ flowaudit verify --key other keyed.xlsx f 2>&1 | grep -v note
flowaudit-verify: error: the workbook was made with another key [VERIFY-INPUT]
hint: give the key by --key FILE, or none where there was none

$ flowaudit verify --key key filed.xlsx f 2>&1 | grep -v note
flowaudit-verify: error: the workbook was made with no key [VERIFY-INPUT]
hint: give the key by --key FILE, or none where there was none

# What strangers send.
$ perl $SRC/tests/make-archive.pl a.txt x >a.zip; flowaudit verify a.zip f
! a.zip: error: the file is a zip file without a workbook [SHEET-KIND]
[4]

$ no() { perl $SRC/tests/sheet/tamper.pl filed.xlsx bad.xlsx "$@" && flowaudit verify bad.xlsx f 2>&1 | grep -v ' note: ' | sed 's/sheet[0-9]*[.]xml/sheetN.xml/; s/line [0-9]*/line N/; s/![A-Z]*[0-9]*:/!C:/'; }
> no xl/workbook.xml 's|<sheet name="Sources".*?/>||'
> no Sources 's|<t>option|<t>opinion|'
> no Sources 's|"D4" (.*?)<c r="D5".*?</c>|"D4" $1|'
> no Sources 's|<t>a4|<t>a9|'
> no Sources 's|<t>evidence|<t>EVIDENCE|; s|<t>rules<|<t>rulers<|'
> no Sources 's|(<t>rules</t>.*?<t>)cn-|$1../cn-|'
> no Sources 's|(<\?xml.*?\?>)|$1<!DOCTYPE a [<!ENTITY b "c">]>|'
> no Findings 's|<t>F-000001|"<t>" . "F" x 5_000_000|e'
> no Findings 's|<row r="10"|<row r="3"|'
> no Findings '$_ = substr $_, 0, 9000'
bad.xlsx: error: workbook 'bad.xlsx' does not say what it was made from: it has no sheet of sources [VERIFY-RECORD]
hint: give a workbook that flowaudit made
bad.xlsx: error: row 4 of the sheet of sources is no record: it is not known what it is [VERIFY-RECORD]
bad.xlsx: error: row 5 of the sheet of sources is no record: a cell is empty [VERIFY-RECORD]
flowaudit-verify: error: the record has 'a9' for option paper of report [VERIFY-RECORD]
hint: run the version of flowaudit that made the record
flowaudit-verify: error: the record has an option 'rulers' of 'flag', which this version does not know [VERIFY-RECORD]
hint: run the version of flowaudit that made the record
flowaudit-verify: error: the record has the path '../cn-online-lending-2016' for a name [VERIFY-RECORD]
bad.xlsx: error: part 'xl/worksheets/sheetN.xml' of the workbook cannot be read, at its line N: it has a document type, which no workbook has [SHEET-BROKEN]
hint: open it in its program and save it again
bad.xlsx:Findings!C: error: the workbook cannot be read: a cell is too long [SHEET-BROKEN]
bad.xlsx:Findings!C: error: the workbook cannot be read: a row stands out of order [SHEET-BROKEN]
bad.xlsx: error: part 'xl/worksheets/sheetN.xml' of the workbook cannot be read, at its line N: unclosed token [SHEET-BROKEN]
hint: open it in its program and save it again

$ head -c 20000 filed.xlsx >cut.xlsx; flowaudit verify cut.xlsx f
! cut.xlsx: error: the file is no zip archive, or its end is missing [ZIP-DATA]
! hint: look what the file really is, and ask for the whole of it
[4]

# The lists beside a workbook that it cuts belong to it.
$ mkdir big; echo flow_id,time,payer_account,payee_account,amount,kind,status >big/flow.csv; seq 50001 | sed 's/$/,2022-01-02T09:00,A,B,1.00,pay,settled/' >>big/flow.csv; printf 'filing "big"\n filer PAY\n period 2022-01-01 .. 2022-01-31\n zone Asia/Shanghai\n currency CNY\n file "flow.csv" table flow\nend\n' >big/filing.manifest; printf 'ruleset big\n title en "Big"\n in force 2020-01-01 ..\n zone Asia/Shanghai\n currency CNY\nend\nrule BIG\n title en "Any payment"\n cite "none" known\n severity info\n on settled\n when amount > 0.00\nend\n' >big.rules

$ flowaudit audit big -r big.rules --evidence 0 -o big.xlsx >/dev/null 2>&1; ls big.*; mv big.xlsx renamed.xlsx; flowaudit verify -r big.rules renamed.xlsx big 2>/dev/null
big.findings.csv
big.rules
big.xlsx
identical to the byte

$ cp big.findings.csv kept; sed -i '4s/info/low/' big.findings.csv; flowaudit verify -r big.rules renamed.xlsx big 2>/dev/null
differs
file 'big.findings.csv': line 4 is the first that differs
[1]

$ rm big.findings.csv; flowaudit verify -r big.rules renamed.xlsx big 2>/dev/null
differs
file 'big.findings.csv': not beside the workbook
[1]
