# A filing becomes a stream that is whole.
$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean -o clean.fa
! $SRC/tests/filings/payment-2025-01-clean: note: not part of the filing, not read: 'README.md', 'expected.csv' [FILING-IGNORED]

$ flowaudit check clean.fa
clean.fa: complete, ledger, 12 tables, 4693 rows, by ingest 0.1.0

# Threads change nothing.
$ for j in 1 2 3; do flowaudit ingest -j $j $SRC/tests/filings/payment-2025-01-clean 2>/dev/null | cmp - clean.fa; done

# Files given one by one, in any order: without a manifest there is no filing's currency and zone.
$ mkdir given
> cat >given/account.csv <<.
> account_id,owner,role,currency
> A,p1,customer,CNY
> B,p2,merchant,USD
> .
> cat >given/flow.csv <<.
> flow_id,time,payer_account,payee_account,amount,currency,kind,status
> 1,2025-01-01T09:00:00+08:00,A,B,10.50,CNY,pay,settled
> 2,2025-01-31T23:59:59.5+08:00,B,C,0.01,USD,refund,settled
> .

$ flowaudit ingest given/account.csv given/flow.csv >one.fa
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: account.owner: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flow.csv:3: note: flow.payee_account: 1 row refers to an id that no row declares [REF-DANGLING]

$ flowaudit ingest given/flow.csv given/account.csv 2>/dev/null | cmp - one.fa

$ flowaudit view --table flow --columns flow_id,time,payer_account,amount one.fa
flow_id,time,payer_account,amount
1,2025-01-01T09:00:00+08:00,A,10.50
2,2025-01-31T23:59:59.5+08:00,B,0.01

$ head -c 700 one.fa | grep -a -E 'zone|as of|covers|scale'
  zone +08:00
  as of 2025-01-31 assumed
  scale CNY 2
  scale USD 2
  covers flow 2025-01-01 .. 2025-01-31 assumed

# --- what cannot be read at all ---
$ mkdir empty; flowaudit ingest empty | flowaudit check -
! empty: error: the filing holds no table [FILING-EMPTY]
! hint: name files after their tables (flow.csv), or give the profile that reads them: --profile NAME, from 'flowaudit profile list'
! standard input: error: the tool that made the stream gave up with status 4, code 'FILING-EMPTY' [UPSTREAM]
[4]

$ flowaudit ingest nothing >/dev/null
! flowaudit-ingest: error: cannot open 'nothing': No such file or directory [IO]
[5]

$ mkfifo pipe.csv; flowaudit ingest pipe.csv >/dev/null
! pipe.csv: error: expected a regular file, found a pipe [FILING-KIND]
! hint: a file of a filing is opened twice, so it must be a regular one
[4]

$ mkdir -p kinds/flow.csv; flowaudit ingest kinds/flow.csv given/account.csv >/dev/null
! kinds/flow.csv: error: expected a regular file, found a folder [FILING-KIND]
! hint: a file of a filing is opened twice, so it must be a regular one
[4]

$ mkdir links; cp given/account.csv links/; ln -s ../given/flow.csv links/flow.csv; flowaudit ingest links >/dev/null
! links/flow.csv: error: expected a regular file, found a link [FILING-KIND]
! hint: a file of a filing is opened twice, so it must be a regular one
[4]

$ mkdir -p named/manifest; printf 'filing "x"\n file "manifest" table flow\nend\n' >named/filing.manifest; flowaudit ingest named >/dev/null
! named/manifest: error: expected a regular file, found a folder [FILING-KIND]
! hint: a file of a filing is opened twice, so it must be a regular one
[4]

$ : >flow.csv; flowaudit ingest flow.csv >/dev/null
! flow.csv: error: the file is empty: it has no header [CSV-EMPTY]
[4]

$ printf '\n\n' >flow.csv; flowaudit ingest flow.csv >/dev/null
! flow.csv: error: the file has no header [CSV-EMPTY]
[4]

# A template filled in a spreadsheet comes back in its user's encoding.
$ mkdir gbk; printf 'party_id,kind,name\nU1,natural,\325\305\310\375\n' >gbk/party.csv; flowaudit ingest gbk >gbk.fa; flowaudit view --table party gbk.fa
party_id,since,kind,name,id_type,id_number,phone,birth_date,sector,size,group,household,region,verified_at,checks,face_to_face,annual_income,net_worth,accredited
U1,,natural,张三,,,,,,,,,,,,,,,
! party.csv: note: read as GB18030: byte 0xD5 at offset 30 is not UTF-8, and the file is GB18030 [FILE-ENCODING]
! hint: name its encoding in a profile if it is another
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest

$ mkdir utf16; printf 'party_id,kind,name\nU1,natural,\345\274\240\n' | iconv -f utf-8 -t utf-16 >utf16/party.csv; flowaudit ingest utf16 >utf16.fa; flowaudit view --table party utf16.fa
party_id,since,kind,name,id_type,id_number,phone,birth_date,sector,size,group,household,region,verified_at,checks,face_to_face,annual_income,net_worth,accredited
U1,,natural,张,,,,,,,,,,,,,,,
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest

$ printf 'a"b,c\n' >flow.csv; flowaudit ingest flow.csv >/dev/null
! flow.csv:1: error: the header cannot be read: a quote stands where none may [CSV-COLUMN]
[4]

$ mkdir odd; cp given/*.csv odd/; cp given/flow.csv odd/folw.csv; echo text >odd/notes.txt; flowaudit ingest odd >/dev/null
! folw.csv: error: the file's name says no table [FILING-NAME]
! hint: did you mean 'flow'?
[4]

$ flowaudit ingest given/flow.csv odd/flow.csv >/dev/null
! odd/flow.csv: error: another file of the same name was given [FILING-TWICE]
! hint: put them into one folder with sub-folders, and give that
[4]

$ flowaudit ingest given $SAMPLES >/dev/null
! given: error: expected a regular file, found a folder [FILING-KIND]
! hint: a file of a filing is opened twice, so it must be a regular one
[4]

# --- headers ---
$ sed '1s/amount/amuont/' given/flow.csv >flow.csv; flowaudit ingest flow.csv >/dev/null
! flow.csv:1: error: table 'flow' has no column 'amuont' [CSV-COLUMN]
! hint: did you mean 'amount'?
[4]

$ sed '1s/,amount,currency//' given/flow.csv >flow.csv; flowaudit ingest flow.csv >/dev/null
! flow.csv:1: error: table 'flow' needs the columns 'amount', 'currency' [CSV-MISSING]
! hint: the header must name them all
[4]

$ sed '1s/status/kind/' given/flow.csv >flow.csv; flowaudit ingest flow.csv >/dev/null
! flow.csv:1: error: the header names column 'kind' twice [CSV-COLUMN]
[4]

# --- quotes ---
$ printf 'account_id,owner,role\n1,p,customer\n2,"p,customer\n3,p,customer\n' >account.csv; flowaudit ingest account.csv >/dev/null
! account.csv:3:3: error: the quote that opens here is never closed [CSV-QUOTE]
! hint: close it; a quote that belongs to the text is doubled
[4]

$ { printf 'account_id,owner,role\n1,"'; head -c 5000000 /dev/zero | tr '\0' x; } >account.csv; flowaudit ingest account.csv >/dev/null
! account.csv:2:3: error: the field that begins here is larger than 4194304 bytes [CSV-FIELD-SIZE]
! hint: perhaps a quote was opened and never closed
[4]

$ { printf 'account_id,owner,role\n1,'; head -c 20000000 /dev/zero | tr '\0' ,; } >account.csv; flowaudit ingest account.csv >/dev/null
! account.csv:2:1: error: the record that begins here is larger than 16777216 bytes [CSV-RECORD-SIZE]
[4]

# --- records ---
$ mkdir bad
> cat >bad/filing.manifest <<.
> filing "Rows of every kind"
>   filer    PAY-1
>   period   2025-01-01 .. 2025-01-31
>   currency CNY
>   file "flow.csv" table flow
> end
> .
> { echo flow_id,time,payer_account,payee_account,amount,kind,status,cross_border,auth_factors,memo,accepted_at,archived_until
>   echo '1,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,,,'
>   echo '2,2025-01-01T09:00:00Z,A,B,1.00,payy,settled,,,,,'
>   echo '3,2025-02-30T09:00:00Z,A,B,1.00,pay,settled,,,,,'
>   echo '4,2025-01-01T09:00:00Z,A,B,1.005,pay,settled,,,,,'
>   echo '5,2025-01-01T09:00:00Z,A,B,92233720368547758.08,pay,settled,,,,,'
>   echo '6,2025-01-01T09:00:00Z,A,B,-1.00,pay,settled,,,,,'
>   echo '7,2025-01-01T09:00:00,A,B,1.00,pay,settled,,,,,'
>   echo '8,,A,B,1.00,pay,settled,,,,,'
>   echo '9,2025-01-01T09:00:00Z,6222020200112233445,"B ""b",1 000.00,pay,settled,,,,,'
>   printf '10,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,\377\376,,\n'
>   printf '11,2025-01-01T09:00:00Z,A,B\001,1.00,pay,settled,,,,,\n'
>   printf '12,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,"two\nlines, \007",,\n'
>   echo '13,2025-01-01T09:00:00Z,6.22202E+18,B,1.00,pay,settled,,,,,'
>   echo '14,2025-01-01T09:00:00Z,A,B,#REF!,pay,settled,,,,,'
>   echo '15,2025-01-01T09:00:00Z,A,B,1.2E+05,pay,settled,,,,,'
>   echo '16,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,yes,,,,'
>   echo '17,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,2.5,,,'
>   echo '18,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,,tomorrow,'
>   echo '19,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,,,31/01/2025'
>   echo '20,2025-01-01T09:00:00Z,A,B,1.00,pay,settled'
>   echo '21,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,,,,'
>   echo '22,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,so "called",,'
>   echo '23,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,"so" called,,'
>   echo '24,10000-01-01T09:00:00Z,A,B,1.00,pay,settled,,,,,'
>   echo '25,2025-01-31T15:59:59Z,A,B,2.00,pay,settled,true,2,"a ""memo"", quoted",2025-01-31T15:59:58Z,2030-01-31'
> } >bad/flow.csv

$ flowaudit ingest --rejects rejects.csv bad >bad.fa
! flow.csv:3:33: warning: record 2 rejected: column 'kind': unknown value 'payy' [ROW-ENUM]
! hint: did you mean 'pay'?
! flow.csv:4:3: warning: record 3 rejected: column 'time': '2025-02-30T09:00:00Z' is no day of the calendar, or no time of the clock [ROW-DAY]
! flow.csv:5:28: warning: record 4 rejected: column 'amount': '1.005' has more decimals than the 2 of CNY [ROW-DECIMALS]
! flow.csv:6:28: warning: record 5 rejected: column 'amount': '92233720368547758.08' does not fit [ROW-RANGE]
! flow.csv:7:28: warning: record 6 rejected: column 'amount': '-1.00' is below zero [ROW-NEGATIVE]
! flow.csv:8:3: warning: record 7 rejected: column 'time': '2025-01-01T09:00:00' has no offset, and the filing names no zone [ROW-ZONE]
! flow.csv:9:3: warning: record 8 rejected: column 'time': a required value is missing [ROW-REQUIRED]
! flow.csv:10:52: warning: record 9 rejected: column 'amount': expected a number such as 1234.50, found '1 000.00' [ROW-NUMBER]
! flow.csv:11:48: warning: record 10 rejected: column 'memo': 'aa' is not valid UTF-8 [ROW-UTF8]
! hint: if the file has another encoding, name it in a profile
! flow.csv:12:27: warning: record 11 rejected: column 'payee_account': a control character in 'a\x01' [ROW-CONTROL]
! flow.csv:13:48: warning: record 12 rejected: column 'memo': a control character in 'aaa\x0Aaaaaa, \x07' [ROW-CONTROL]
! flow.csv:15:25: warning: record 13 rejected: column 'payer_account': '9.99999a+99' lost its digits in a spreadsheet [ROW-SHEET-NUMBER]
! flow.csv:16:29: warning: record 14 rejected: column 'amount': '#REF!' is the error of a spreadsheet [ROW-SHEET-ERROR]
! flow.csv:17:29: warning: record 15 rejected: column 'amount': '1.2E+05' lost its digits in a spreadsheet [ROW-SHEET-NUMBER]
! flow.csv:18:46: warning: record 16 rejected: column 'cross_border': expected true or false, found 'yes' [ROW-BOOL]
! flow.csv:19:47: warning: record 17 rejected: column 'auth_factors': '2.5' has more decimals than the column takes [ROW-DECIMALS]
! flow.csv:20:49: warning: record 18 rejected: column 'accepted_at': expected a time such as 2025-01-31T09:00:00+08:00, found 'tomorrow' [ROW-TIME]
! flow.csv:21:50: warning: record 19 rejected: column 'archived_until': expected a date such as 2025-01-31, found '31/01/2025' [ROW-DATE]
! flow.csv:22:1: warning: record 20 rejected: expected 12 fields, found 7 [ROW-FIELDS]
! flow.csv:23:1: warning: record 21 rejected: expected 12 fields, found 13 [ROW-FIELDS]
! flow.csv:24:51: warning: record 22 rejected: a quote stands where none may [ROW-QUOTE]
! flow.csv:25:52: warning: record 23 rejected: a quote stands where none may [ROW-QUOTE]
! flow.csv:26:4: warning: record 24 rejected: column 'time': expected a time such as 2025-01-31T09:00:00+08:00, found '10000-01-01T09:00:00Z' [ROW-TIME]
! flowaudit-ingest: note: flow.payer_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: flow.payee_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]

$ flowaudit view --table flow --columns flow_id,amount,currency,cross_border,auth_factors,memo bad.fa
flow_id,amount,currency,cross_border,auth_factors,memo
1,1.00,CNY,,,
25,2.00,CNY,true,2,"a ""memo"", quoted"

$ cat rejects.csv
source,table,record_no,line_no,byte_offset,column,code,reason,raw,amount,currency
flow.csv,flow,2,3,167,kind,ROW-ENUM,column 'kind': unknown value 'payy',"2,2025-01-01T09:00:00Z,A,B,1.00,payy,settled,,,,,",1.00,CNY
flow.csv,flow,3,4,217,time,ROW-DAY,"column 'time': '2025-02-30T09:00:00Z' is no day of the calendar, or no time of the clock","3,2025-02-30T09:00:00Z,A,B,1.00,pay,settled,,,,,",1.00,CNY
flow.csv,flow,4,5,266,amount,ROW-DECIMALS,column 'amount': '1.005' has more decimals than the 2 of CNY,"4,2025-01-01T09:00:00Z,A,B,1.005,pay,settled,,,,,",,
flow.csv,flow,5,6,316,amount,ROW-RANGE,column 'amount': '92233720368547758.08' does not fit,"5,2025-01-01T09:00:00Z,A,B,92233720368547758.08,pay,settled,,,,,",,
flow.csv,flow,6,7,381,amount,ROW-NEGATIVE,column 'amount': '-1.00' is below zero,"6,2025-01-01T09:00:00Z,A,B,-1.00,pay,settled,,,,,",,
flow.csv,flow,7,8,431,time,ROW-ZONE,"column 'time': '2025-01-01T09:00:00' has no offset, and the filing names no zone","7,2025-01-01T09:00:00,A,B,1.00,pay,settled,,,,,",1.00,CNY
flow.csv,flow,8,9,479,time,ROW-REQUIRED,column 'time': a required value is missing,"8,,A,B,1.00,pay,settled,,,,,",1.00,CNY
flow.csv,flow,9,10,508,amount,ROW-NUMBER,"column 'amount': expected a number such as 1234.50, found '1 000.00'","9,2025-01-01T09:00:00Z,6222020200112233445,""B """"b"",1 000.00,pay,settled,,,,,",,
flow.csv,flow,10,11,585,memo,ROW-UTF8,column 'memo': 'aa' is not valid UTF-8,"10,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,\xFF\xFE,,",1.00,CNY
flow.csv,flow,11,12,637,payee_account,ROW-CONTROL,column 'payee_account': a control character in 'a\x01',"11,2025-01-01T09:00:00Z,A,B\x01,1.00,pay,settled,,,,,",1.00,CNY
flow.csv,flow,12,13,688,memo,ROW-CONTROL,"column 'memo': a control character in 'aaa\x0Aaaaaa, \x07'","12,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,""two
lines, \x07"",,",1.00,CNY
flow.csv,flow,13,15,752,payer_account,ROW-SHEET-NUMBER,column 'payer_account': '9.99999a+99' lost its digits in a spreadsheet,"13,2025-01-01T09:00:00Z,6.22202E+18,B,1.00,pay,settled,,,,,",1.00,CNY
flow.csv,flow,14,16,812,amount,ROW-SHEET-ERROR,column 'amount': '#REF!' is the error of a spreadsheet,"14,2025-01-01T09:00:00Z,A,B,#REF!,pay,settled,,,,,",,
flow.csv,flow,15,17,863,amount,ROW-SHEET-NUMBER,column 'amount': '1.2E+05' lost its digits in a spreadsheet,"15,2025-01-01T09:00:00Z,A,B,1.2E+05,pay,settled,,,,,",,
flow.csv,flow,16,18,916,cross_border,ROW-BOOL,"column 'cross_border': expected true or false, found 'yes'","16,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,yes,,,,",1.00,CNY
flow.csv,flow,17,19,969,auth_factors,ROW-DECIMALS,column 'auth_factors': '2.5' has more decimals than the column takes,"17,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,2.5,,,",1.00,CNY
flow.csv,flow,18,20,1022,accepted_at,ROW-TIME,"column 'accepted_at': expected a time such as 2025-01-31T09:00:00+08:00, found 'tomorrow'","18,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,,tomorrow,",1.00,CNY
flow.csv,flow,19,21,1080,archived_until,ROW-DATE,"column 'archived_until': expected a date such as 2025-01-31, found '31/01/2025'","19,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,,,31/01/2025",1.00,CNY
flow.csv,flow,20,22,1140,,ROW-FIELDS,"expected 12 fields, found 7","20,2025-01-01T09:00:00Z,A,B,1.00,pay,settled",,
flow.csv,flow,21,23,1185,,ROW-FIELDS,"expected 12 fields, found 13","21,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,,,,",,
flow.csv,flow,22,24,1236,,ROW-QUOTE,a quote stands where none may,"22,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,so ""called"",,",,
flow.csv,flow,23,25,1297,,ROW-QUOTE,a quote stands where none may,"23,2025-01-01T09:00:00Z,A,B,1.00,pay,settled,,,""so"" called,,",,
flow.csv,flow,24,26,1358,time,ROW-TIME,"column 'time': expected a time such as 2025-01-31T09:00:00+08:00, found '10000-01-01T09:00:00Z'","24,10000-01-01T09:00:00Z,A,B,1.00,pay,settled,,,,,",1.00,CNY

$ flowaudit view --table reject bad.fa | cmp - rejects.csv

$ flowaudit ingest --max-rejects 3 --rejects rejects.csv bad 2>&1 >/dev/null | tail -1; wc -l <rejects.csv
flowaudit-ingest: error: more than 3 records were rejected, the most that --max-rejects allows [REJECTS-MAX]
5

$ flowaudit ingest --max-rejects 23 bad >/dev/null 2>&1

# An amount whose currency nobody states.
$ printf 'account,date,source,closing\nA,2025-01-31,bank,5.00\nA,2025-01-30,platform,\n' >balance.csv; flowaudit ingest balance.csv >/dev/null
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! balance.csv:2:19: warning: record 1 rejected: column 'closing': the currency of the amount is not known [ROW-CURRENCY]
! balance.csv:3:23: warning: record 2 rejected: column 'closing': a required value is missing [ROW-REQUIRED]

# A currency that is none, an empty element of a set, a span that is none.
$ printf 'account_id,owner,role,currency\nA,p,customer,RMB\n' >account.csv; flowaudit ingest account.csv >/dev/null
! account.csv:2:14: warning: record 1 rejected: column 'currency': 'RMB' is no currency of ISO 4217 [ROW-CURRENCY]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest

$ printf 'licence_no,institution,kind,scope,valid_from\nL,i,payment,b;a;b,2025-01-01\nM,i,payment,a;;b,2025-01-01\n' >licence.csv; flowaudit ingest licence.csv >l.fa; flowaudit view --table licence l.fa
licence_no,institution,kind,scope,region,valid_from,valid_to
L,i,payment,a;b,,2025-01-01,
! licence.csv:3:13: warning: record 2 rejected: column 'scope': an empty element, or too many, in 'a;;b' [ROW-SET]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: licence.institution: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]

# --- keys and references ---
$ { cat given/flow.csv; sed -n 2p given/flow.csv; sed -n 3s/0.01/0.02/p given/flow.csv; } >flow.csv; flowaudit ingest flow.csv given/account.csv >/dev/null
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flow.csv:5: warning: flow_id '2' was declared with other content in line 3 of 'flow.csv' [KEY-CONFLICT]
! flowaudit-ingest: note: table 'flow': 1 row is repeated, with the same key and content [KEY-REPEAT]
! flowaudit-ingest: note: account.owner: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flow.csv:3: note: flow.payee_account: 2 rows refer to an id that no row declares; the first is here [REF-DANGLING]

$ printf 'account_id,since,owner,role\n6222020200112233445,2025-01-01,p,customer\n6222020200112233445,2025-01-01,q,customer\n6222020200112233445,2025-02-01,q,customer\n' >account.csv; flowaudit ingest account.csv >/dev/null
! account.csv:3: warning: account_id '9999999999999999999', since '2025-01-01' was declared with other content in line 2 of 'account.csv' [KEY-CONFLICT]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: account.owner: 3 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]

# --- the manifest ---
$ mkdir stated; cp given/*.csv stated/; cat >stated/filing.manifest <<.
> filling "A filing"
> end
> .

$ flowaudit ingest stated >/dev/null
! stated/filing.manifest:1:1: error: unknown first statement of a manifest 'filling' [LANG-UNKNOWN]
!     filling "A filing"
!     ^
! hint: did you mean 'filing'?
[3]

$ printf 'filing "x"\n  curency CNY\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:2:3: error: unknown statement of a manifest 'curency' [LANG-UNKNOWN]
!       curency CNY
!       ^
! hint: did you mean 'currency'?
[3]

$ printf 'filing "x"\n  file "flow.csv" table flwo\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:2:25: error: unknown table 'flwo' [LANG-UNKNOWN]
!       file "flow.csv" table flwo
!                             ^
! hint: did you mean 'flow'?
[3]

$ printf 'filing "x"\n  file "flow.csv" table reject\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:2:25: error: 'reject': a table that the tools write, in no filing [MANIFEST-SYNTAX]
!       file "flow.csv" table reject
!                             ^
[3]

$ printf 'filing "x"\n  period 2025-01-31 .. 2025-01-01\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:2:24: error: '2025-01-01': the period ends before it begins [MANIFEST-SYNTAX]
!       period 2025-01-31 .. 2025-01-01
!                            ^
[3]

$ printf 'filing "x"\n  as of 2025-02-29\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:2:9: error: '2025-02-29': no such day in the calendar [MANIFEST-SYNTAX]
!       as of 2025-02-29
!             ^
[3]

$ printf 'filing "x"\n  zone Asia/Peking\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:2:8: error: 'Asia/Peking': an unknown zone; known are UTC, Asia/Shanghai and offsets such as +08:00 [MANIFEST-SYNTAX]
!       zone Asia/Peking
!            ^
[3]

$ printf 'filing "x"\n  currency CNY\n  currency USD\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:3:3: error: 'currency': said twice [MANIFEST-SYNTAX]
!       currency USD
!       ^
[3]

$ printf 'filing "x"\n  file "flows.csv" table flow\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:2:8: error: the filing has no file 'flows.csv' [FILING-FILE]
!       file "flows.csv" table flow
!            ^
! hint: did you mean 'flow.csv'?
[4]

$ printf 'filing "x"\n  file "flow.csv" table flow sum amuont = 1.00\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:2:34: error: unknown column of money 'amuont' [LANG-UNKNOWN]
!       file "flow.csv" table flow sum amuont = 1.00
!                                      ^
! hint: did you mean 'amount'?
[3]

$ printf 'filing "x"\n  file "flow.csv" table flow profile none\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated/filing.manifest:2:8: error: no profile 'none' is known [MANIFEST-SYNTAX]
!       file "flow.csv" table flow profile none
!            ^
! hint: give it with --profile
[3]

# Control totals: rows with accepted and rejected, sums over all amounts that can be read.
$ printf 'filing "x"\n  file "flow.csv" table flow rows 3 sum amount CNY = 10.50\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated: note: not part of the filing, not read: 'account.csv' [FILING-IGNORED]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! stated/filing.manifest:2:8: error: file 'flow.csv': the manifest states 3 rows, found 2 (2 accepted, 0 rejected) [TOTAL-MISMATCH]
!       file "flow.csv" table flow rows 3 sum amount CNY = 10.50
!            ^
[4]

$ printf 'filing "x"\n  file "flow.csv" table flow rows 2 sum amount CNY = 10.51\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated: note: not part of the filing, not read: 'account.csv' [FILING-IGNORED]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! stated/filing.manifest:2:41: error: file 'flow.csv': the manifest states the sum 10.51 of column 'amount', found 10.50 CNY [TOTAL-MISMATCH]
!       file "flow.csv" table flow rows 2 sum amount CNY = 10.51
!                                             ^
[4]

$ printf 'filing "x"\n  file "flow.csv" table flow rows 2 sum amount = 10.51\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated: note: not part of the filing, not read: 'account.csv' [FILING-IGNORED]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! stated/filing.manifest:2:41: error: file 'flow.csv': column 'amount' has several currencies, and the sum names none [TOTAL-MISMATCH]
!       file "flow.csv" table flow rows 2 sum amount = 10.51
!                                             ^
! hint: state a sum for each currency, as sum amount CNY = 12.50
[4]

$ printf 'filing "x"\n  file "flow.csv" table flow sha256 "%064d"\nend\n' 0 >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated: note: not part of the filing, not read: 'account.csv' [FILING-IGNORED]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! stated/filing.manifest:2:8: error: file 'flow.csv': the manifest states the SHA-256 0000000000000000000000000000000000000000000000000000000000000000, found dbee5f1fc136b2f31c14fa49689946a99758b21fd209cf94fba4c9f792bfacad [TOTAL-MISMATCH]
!       file "flow.csv" table flow sha256 "0000000000000000000000000000000000000000000000000000000000000000"
!            ^
[4]

$ printf 'filing "x"\n  period 2025-01-01 .. 2025-01-30\n  file "flow.csv" table flow rows 2 sum amount CNY = 10.50 sum amount USD = 0.01\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated: note: not part of the filing, not read: 'account.csv' [FILING-IGNORED]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: flow.payer_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: flow.payee_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: warning: table 'flow': 1 row lies outside the period that the manifest states [PERIOD-OUTSIDE]

# An amount in a record that is rejected for something else counts; one that cannot be read leaves the
# total unconfirmed.
$ printf '3,2025-01-01T09:00:00+08:00,A,B,5.00,CNY,pya,settled\n' >>stated/flow.csv; printf 'filing "x"\n  file "flow.csv" table flow rows 3 sum amount CNY = 15.50\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated: note: not part of the filing, not read: 'account.csv' [FILING-IGNORED]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flow.csv:4:42: warning: record 3 rejected: column 'kind': unknown value 'pya' [ROW-ENUM]
! hint: did you mean 'pay'?
! flowaudit-ingest: note: flow.payer_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: flow.payee_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]

$ printf '4,2025-01-01T09:00:00+08:00,A,B,5.0.0,CNY,pay,settled\n' >>stated/flow.csv; printf 'filing "x"\n  file "flow.csv" table flow rows 4 sum amount CNY = 20.50\nend\n' >stated/filing.manifest; flowaudit ingest stated >/dev/null
! stated: note: not part of the filing, not read: 'account.csv' [FILING-IGNORED]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flow.csv:4:42: warning: record 3 rejected: column 'kind': unknown value 'pya' [ROW-ENUM]
! hint: did you mean 'pay'?
! flow.csv:5:33: warning: record 4 rejected: column 'amount': expected a number such as 1234.50, found '5.0.0' [ROW-NUMBER]
! stated/filing.manifest:2:41: warning: file 'flow.csv': the sum of 'amount' cannot be confirmed: 1 amount is unreadable, the others make 15.50, stated is 20.50 [TOTAL-UNCONFIRMED]
!       file "flow.csv" table flow rows 4 sum amount CNY = 20.50
!                                             ^
! flowaudit-ingest: note: flow.payer_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: flow.payee_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]

# --- order of time ---
$ printf '0,2024-12-31T09:00:00+08:00,A,B,1.00,CNY,pay,settled\n' >>given/flow.csv; flowaudit ingest given 2>/dev/null | flowaudit view --table flow --columns flow_id,time
flow_id,time
0,2024-12-31T09:00:00+08:00
1,2025-01-01T09:00:00+08:00
2,2025-01-31T23:59:59.5+08:00

$ flowaudit ingest --as-of 2025-13-01 given >/dev/null
! flowaudit-ingest: error: --as-of '2025-13-01' is not a day, expected YYYY-MM-DD [USAGE]
[2]

# --- profiles ---
$ printf 'profile odd\n table statement\n column booked_at from record\nend\n' >odd.profile; flowaudit ingest --profile odd.profile given >/dev/null
! odd.profile:3:24: error: 'record': only a key can be made from the record's number [PROFILE-SYNTAX]
!      column booked_at from record
!                            ^
[3]

$ printf 'profile odd\n table statement\n colunm memo from "x"\nend\n' >odd.profile; flowaudit ingest --profile odd.profile given >/dev/null
! odd.profile:3:2: error: unknown statement of a profile 'colunm' [LANG-UNKNOWN]
!      colunm memo from "x"
!      ^
! hint: did you mean 'column'?
[3]

# Two profiles that give one currency different decimals; a header that a profile does not know.
$ for n in 4 6; do printf "profile s$n\n table balance\n currency EUR scale $n\n column account from \"A\"\n column date from \"D\"\n column source = \"bank\"\n column closing from \"C\"\nend\n" >s$n.profile; done; mkdir two; printf 'A,D,C\nx,2025-01-01,1.0000\n' | tee two/a.csv >two/b.csv

$ printf 'filing "x"\n currency EUR\n file "a.csv" table balance profile s4\n file "b.csv" table balance profile s6\nend\n' >two/filing.manifest; flowaudit ingest --profile s4.profile --profile s6.profile two >/dev/null
! b.csv: error: its profile gives EUR 6 decimals, another file's 4 [MONEY-SCALE]
[4]

$ sed -i 1s/C/Closing/ two/a.csv; flowaudit ingest --profile s4.profile two/a.csv >/dev/null
! a.csv:1: error: the header lacks 'C' [CSV-MISSING]
! hint: the profile does not know 'Closing', which it has
[4]

# Folders in folders have an end.
$ mkdir -p deep/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a; flowaudit ingest deep >/dev/null
! deep/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a: error: folders of a filing may be nested 16 deep [FILING-LIMIT]
[4]
