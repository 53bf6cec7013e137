# Who may read what: keys, pseudonyms that join, and --reveal.
# A key file must be a regular file of who runs the tool, which nobody else may read.
$ flowaudit ingest $SRC/tests/filings/lending-2017-defects 2>/dev/null >ledger; flowaudit flag -r cn-online-lending-2016 --only OL16-CAP-LP-1 ledger >results

$ (umask 077; printf 'a key of sixteen bytes or more' >key; printf 'fifteen bytes..' >short)
> for mode in 0640 0604 0660 0700 0644; do chmod $mode key; flowaudit report --format csv --key key results; done
! flowaudit-report: error: key file 'key' has mode 0640, expected 0600 or 0400, so that nobody else has it [KEY-FILE]
! hint: chmod 600 FILE
! flowaudit-report: error: key file 'key' has mode 0604, expected 0600 or 0400, so that nobody else has it [KEY-FILE]
! hint: chmod 600 FILE
! flowaudit-report: error: key file 'key' has mode 0660, expected 0600 or 0400, so that nobody else has it [KEY-FILE]
! hint: chmod 600 FILE
! flowaudit-report: error: key file 'key' has mode 0700, expected 0600 or 0400, so that nobody else has it [KEY-FILE]
! hint: chmod 600 FILE
! flowaudit-report: error: key file 'key' has mode 0644, expected 0600 or 0400, so that nobody else has it [KEY-FILE]
! hint: chmod 600 FILE
[2]

$ chmod 400 key; flowaudit report --format csv --key key results | cut -d, -f1-6; chmod 600 key
finding,rule,outcome,severity,subject_table,subject
F-000001,OL16-CAP-LP-1,violation,high,flow,914403********007F

$ for file in short /dev/null . none; do flowaudit report --format csv --key $file results; done
! flowaudit-report: error: key file 'short' has 15 bytes, expected at least 16 [KEY-FILE]
! hint: make one with: (umask 077; head -c 32 /dev/urandom >FILE)
! flowaudit-report: error: key file '/dev/null' is not a regular file [KEY-FILE]
! flowaudit-report: error: key file '.' is not a regular file [KEY-FILE]
! flowaudit-report: error: cannot open 'none': No such file or directory [IO]
[5]

$ mkfifo fifo; chmod 600 fifo; flowaudit report --format csv --key fifo results
! flowaudit-report: error: key file 'fifo' is not a regular file [KEY-FILE]
[2]

# It is looked at before anything long begins.
$ flowaudit audit nowhere --key short
! flowaudit-audit: error: key file 'short' has 15 bytes, expected at least 16 [KEY-FILE]
! hint: make one with: (umask 077; head -c 32 /dev/urandom >FILE)
[2]

# With it, pseudonyms and fingerprints are the same in reports on other filings; without, persons are
# numbered, and fingerprints join only reports on the same filing.
$ cp -r $SRC/tests/filings/lending-2017-defects other; chmod -R u+w other; sed 's/ rows .*//' other/filing.manifest >made; mv made other/filing.manifest; sed -i '$d' other/relation.csv
> flowaudit ingest other 2>/dev/null | flowaudit flag -r cn-online-lending-2016 --only OL16-CAP-LP-1 >results2
> for options in "" "--key key"; do for file in results results2; do flowaudit report --format ndjson $options $file | grep -o '"pseudonyms":"[a-z]*"\|"message_en":"[^ ]*\|"fingerprint":"[^"]*"'; done; done
"pseudonyms":"numbered"
"message_en":"P-0001
"fingerprint":"12699cec8c2a56e19ae1c77884618bd1"
"pseudonyms":"numbered"
"message_en":"P-0001
"fingerprint":"431a9abc739962fee43115e9aa5d913d"
"pseudonyms":"keyed"
"message_en":"P-bf2443063973
"fingerprint":"35af48a3b48089221588ed0ed5da69d1"
"pseudonyms":"keyed"
"message_en":"P-bf2443063973
"fingerprint":"35af48a3b48089221588ed0ed5da69d1"

# In clear only where it was asked for, and then it says so.
$ flowaudit report --format ndjson --reveal results | grep -o '"personal_data":"[a-z]*"\|"subject":"[^"]*"'
"personal_data":"revealed"
"subject":"91440305MA0000007F"

$ flowaudit report --format ndjson results | grep -o '"personal_data":"[a-z]*"\|"subject":"[^"]*"'
"personal_data":"masked"
"subject":"914403********007F"

# Beside a report in clear, the summary on the terminal stays masked.
$ flowaudit audit $SRC/tests/filings/lending-2017-defects -r cn-online-lending-2016 --only OL16-CAP-LP-1 --format csv -o clear.csv --reveal 2>/dev/null | grep F-000001; grep -c 91440305MA0000007F clear.csv
F-000001  violation  high  OL16-CAP-LP-1  914403********007F
1

# A file without a header, whose first record is taken for one.
$ mkdir headless; printf '张三,natural,110101199003070123\nP-1,natural,110101199003070124\n' >headless/party.csv; flowaudit ingest headless >ledger
! party.csv:1: error: table 'party' has no column 'aa' [CSV-COLUMN]
! hint: flowaudit-ledger(5) lists the columns
[4]

$ printf 'profile p\n  table party\n    column party_id from "id"\n    column kind from "kind"\nend\n' >p.profile; flowaudit ingest headless --profile p.profile >ledger
! party.csv: error: no record of the file is its header, which has 'id', 'kind' [CSV-MISSING]
! hint: perhaps the file belongs to another profile
[4]

$ printf 'id,13800138000,李四\nP-1,natural,110101199003070124\n' >headless/party.csv; flowaudit ingest headless --profile p.profile >ledger
! party.csv:1: error: the header lacks 'kind' [CSV-MISSING]
! hint: the profile does not know '99999999999', which it has
[4]
