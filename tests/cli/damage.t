# What spreadsheets do to values: doubts about rows that were accepted, told once for each file, column
# and kind.
$ mkdir sheet; perl -e 'print "party_id,kind,id_type,id_number\n"; print "p$_,natural,resident_id,11010119900307", $_ < 4 ? "0000" : "0011", "\n" for 1 .. 5; print "q,natural,resident_id,11010119900307001\n"' >sheet/party.csv

$ perl -e 'print "flow_id,time,payer_account,payee_account,amount,currency,kind,status,memo\n"; for my $m (1, 2, 5) { $n++, printf "%d,2017-%02d-05T10:00:00+08:00,%s,A,1.00,CNY,pay,settled,%s\n", 622202010000000000 + $n * 1000, $m, 622202000000000000 + $n * 1000, "x" x ($n == 2 ? 255 : 20) for 1 .. 2 }' >sheet/flow.csv; flowaudit ingest sheet >ledger
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flow.csv:2: warning: table 'flow', column 'flow_id': 6 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them [REMARK-ROUNDED]
! flow.csv:2: warning: table 'flow', column 'payer_account': 6 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them [REMARK-ROUNDED]
! flow.csv:3: warning: table 'flow', column 'memo': the longest texts have exactly 255 characters (1 of them): they may have been cut there [REMARK-CUT]
! party.csv:2: warning: table 'party', column 'id_number': 3 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them; 3 of them are resident numbers with a wrong check digit [REMARK-ROUNDED]
! party.csv:7: warning: table 'party', column 'id_number': 1 of 17 digits: resident numbers and company codes have 18 [REMARK-SHORT]
! flowaudit-ingest: warning: table 'flow', column 'time': no row in 2017-03, 2017-04, though there are rows before and after [REMARK-MONTH]
! flowaudit-ingest: note: flow.payer_account: 6 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: flow.payee_account: 6 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]

$ flowaudit view --table remark ledger
source,table,column,code,count,record_no,line_no,reason
flow.csv,flow,flow_id,REMARK-ROUNDED,6,1,2,"6 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them"
flow.csv,flow,payer_account,REMARK-ROUNDED,6,1,2,"6 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them"
flow.csv,flow,memo,REMARK-CUT,1,2,3,the longest texts have exactly 255 characters (1 of them): they may have been cut there
party.csv,party,id_number,REMARK-ROUNDED,3,1,2,"3 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them; 3 of them are resident numbers with a wrong check digit"
party.csv,party,id_number,REMARK-SHORT,1,6,7,1 of 17 digits: resident numbers and company codes have 18
,flow,time,REMARK-MONTH,2,,,"no row in 2017-03, 2017-04, though there are rows before and after"

# A number of 16 digits ends in a zero by chance once in ten; a month at the end is no gap.
$ mkdir sound; perl -e 'print "flow_id,time,payer_account,payee_account,amount,currency,kind,status,memo\n"; printf "%d,2017-%02d-28T10:00:00+08:00,A,B,1.00,CNY,pay,settled,%s\n", 6222020000000000 + $_, 1 + $_ / 20, "x" x (251 + $_ % 6) for 1 .. 50' >sound/flow.csv; flowaudit ingest sound | flowaudit view --table remark
source,table,column,code,count,record_no,line_no,reason
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: flow.payer_account: 50 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: flow.payee_account: 50 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]

# Remarks travel into the results, and lead in what people read.
$ flowaudit flag -r $SRC/tests/rules/lending.rules ledger >results; flowaudit report --format text results | head -12
filing      (without a title), as of 2017-05-05 (assumed)
read        12 rows accepted, 0 rejected, from 2 files
remarks     6 doubts about accepted rows
  REMARK-ROUNDED  flow.csv  flow.flow_id: 6 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them
  REMARK-ROUNDED  flow.csv  flow.payer_account: 6 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them
  REMARK-CUT  flow.csv  flow.memo: the longest texts have exactly 255 characters (1 of them): they may have been cut there
  REMARK-ROUNDED  party.csv  party.id_number: 3 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them; 3 of them are resident numbers with a wrong check digit
  REMARK-SHORT  party.csv  party.id_number: 1 of 17 digits: resident numbers and company codes have 18
  REMARK-MONTH  flow.time: no row in 2017-03, 2017-04, though there are rows before and after
breaks      0
rules       2, 2 not_testable
  not tested: TEST-CAP-NP: the filing has no table contract

$ flowaudit report --format ndjson results | grep '"remark"' | tail -1
{"type":"remark","table":"flow","column":"time","code":"REMARK-MONTH","count":2,"reason":"no row in 2017-03, 2017-04, though there are rows before and after"}
