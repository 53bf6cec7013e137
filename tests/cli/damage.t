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
$ flowaudit flag -r $SRC/tests/rules/lending.rules ledger >results; flowaudit report --format text results | head -13
NOT TESTED  no rule was tested
  TEST-CAP-NP: the filing has no table contract
  TEST-DIRECT: the filing has no table account
filing      (without a title), as of 2017-05-05 (assumed)
read        12 rows accepted, 0 rejected, from 2 files
judged by   -r lending.rules
remarks     6 doubts about accepted rows
  REMARK-ROUNDED  flow.csv  flow.flow_id: 6 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them
  REMARK-ROUNDED  flow.csv  flow.payer_account: 6 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them
  REMARK-CUT  flow.csv  flow.memo: the longest texts have exactly 255 characters (1 of them): they may have been cut there
  REMARK-ROUNDED  party.csv  party.id_number: 3 of 6 numbers of 16 to 19 digits have only zeros behind the 15th digit, as a spreadsheet leaves them; 3 of them are resident numbers with a wrong check digit
  REMARK-SHORT  party.csv  party.id_number: 1 of 17 digits: resident numbers and company codes have 18
  REMARK-MONTH  flow.time: no row in 2017-03, 2017-04, though there are rows before and after

$ flowaudit report --format ndjson results | grep '"remark"' | tail -1
{"type":"remark","table":"flow","column":"time","code":"REMARK-MONTH","count":2,"reason":"no row in 2017-03, 2017-04, though there are rows before and after"}

# Damage that rejects a value: in ids, keys, numbers of identity and telephone numbers, and in numbers.
$ mkdir bad; printf 'flow_id,time,payer_account,payee_account,amount,currency,kind,status\n1,2025-01-01T09:00:00+08:00,６２２,B,1.00,CNY,pay,settled\n2,2025-01-01T09:00:00+08:00,A\342\200\213,B,1.00,CNY,pay,settled\n3E+17,2025-01-01T09:00:00+08:00,A,B,1.00,CNY,pay,settled\n4,2025-01-01T09:00:00+08:00,6.22E+18,B,1.00,CNY,pay,settled\n5,2025-01-01T09:00:00+08:00,A,B,"1,234.00",CNY,pay,settled\n6,2025-01-01T09:00:00+08:00,A,B,1.5万元,CNY,pay,settled\n7,２025-01-01T09:00:00+08:00,A,B,1.00,CNY,pay,settled\n8,2025-01-01T09:00:00+08:00,A,B,1.00,CNY,\357\273\277pay,settled\n9,2025-01-01T09:00:00+08:00,A,B,####,CNY,pay,settled\n10,2025-01-01T09:00:00+08:00,A,B,￥12,CNY,pay,settled\n11,2025-01-01T09:00:00+08:00,A,\326\320,1.00,CNY,pay,settled\n' >bad/flow.csv; printf 'party_id,kind,phone,id_number\np1,natural,1.38E+10,\np2,natural,13800000000,１10101199003070011\n' >bad/party.csv; flowaudit ingest bad | flowaudit view --table reject --columns source,record_no,column,code
source,record_no,column,code
party.csv,1,phone,ROW-SHEET-NUMBER
party.csv,2,id_number,ROW-WIDE
flow.csv,1,payer_account,ROW-WIDE
flow.csv,2,payer_account,ROW-HIDDEN
flow.csv,3,flow_id,ROW-SHEET-NUMBER
flow.csv,4,payer_account,ROW-SHEET-NUMBER
flow.csv,5,amount,ROW-THOUSANDS
flow.csv,6,amount,ROW-UNIT
flow.csv,7,time,ROW-WIDE
flow.csv,8,kind,ROW-HIDDEN
flow.csv,9,amount,ROW-SHEET-ERROR
flow.csv,10,amount,ROW-UNIT
flow.csv,11,payee_account,ROW-UTF8
! party.csv:2:12: warning: record 1 rejected: column 'phone': '9.99a+99' lost its digits in a spreadsheet [ROW-SHEET-NUMBER]
! party.csv:3:24: warning: record 2 rejected: column 'id_number': full-width digits or letters in 'a99999999999999999' [ROW-WIDE]
! hint: export it with the digits and letters of ASCII
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flow.csv:2:29: warning: record 1 rejected: column 'payer_account': full-width digits or letters in 'aaa' [ROW-WIDE]
! hint: export it with the digits and letters of ASCII
! flow.csv:3:29: warning: record 2 rejected: column 'payer_account': a character that cannot be seen, U+200B, in 'aa' [ROW-HIDDEN]
! hint: it was copied from a page or a spreadsheet: export it from the source
! flow.csv:4:1: warning: record 3 rejected: column 'flow_id': '3E+17' lost its digits in a spreadsheet [ROW-SHEET-NUMBER]
! flow.csv:5:29: warning: record 4 rejected: column 'payer_account': '9.99a+99' lost its digits in a spreadsheet [ROW-SHEET-NUMBER]
! flow.csv:6:33: warning: record 5 rejected: column 'amount': expected a number without marks between thousands, found '1,234.00' [ROW-THOUSANDS]
! hint: say in a profile: thousands ","
! flow.csv:7:33: warning: record 6 rejected: column 'amount': expected a number alone, found '1.5万元' with its unit [ROW-UNIT]
! hint: say of the column in a profile: suffix "万元" times 10000
! flow.csv:8:3: warning: record 7 rejected: column 'time': full-width digits or letters in '２025-01-01T09:00:00+08:00' [ROW-WIDE]
! hint: export it with the digits and letters of ASCII
! flow.csv:9:42: warning: record 8 rejected: column 'kind': a character that cannot be seen, U+FEFF, in '\u{FEFF}pay' [ROW-HIDDEN]
! hint: it was copied from a page or a spreadsheet: export it from the source
! flow.csv:10:33: warning: record 9 rejected: column 'amount': '####' is the error of a spreadsheet [ROW-SHEET-ERROR]
! flow.csv:11:34: warning: record 10 rejected: column 'amount': expected a number alone, found '￥12' with its unit [ROW-UNIT]
! hint: say of the column in a profile: prefix "￥"
! flow.csv:12:32: warning: record 11 rejected: column 'payee_account': 'aa' is not valid UTF-8 [ROW-UTF8]
! hint: if the file has another encoding, name it in a profile

# Where a rejected record stands in the bytes of its own file, whatever the encoding.
$ mkdir gb; printf 'profile f\n encoding gb18030\n table flow\n column flow_id from "flow_id"\n column time from "time"\n column payer_account from "a"\n column payee_account from "b"\n column amount from "amount"\n column kind from "kind"\n column status from "status"\n column memo from "memo"\nend\n' >f.profile; printf 'flow_id,time,a,b,amount,kind,status,memo\n1,2025-01-01T09:00:00+08:00,A,B,1.00,pay,settled,\326\320\271\372\n2,2025-01-01T09:00:00+08:00,A,B,x,pay,settled,\2010\2046\n3,2025-01-01T09:00:00+08:00,A,B,y,pay,settled,\326\320\n' >gb/flow.csv; printf 'filing "x"\n currency CNY\n file "flow.csv" table flow profile f\nend\n' >gb/filing.manifest; flowaudit ingest --profile f.profile gb 2>/dev/null | flowaudit view --table reject --columns record_no,byte_offset,raw; for at in 96 147; do tail -c +$at gb/flow.csv | head -c 2; echo; done
record_no,byte_offset,raw
2,95,"2,2025-01-01T09:00:00+08:00,A,B,x,pay,settled,¥"
3,146,"3,2025-01-01T09:00:00+08:00,A,B,y,pay,settled,中"
2,
3,

# The workbook has a sheet of them, which a profile can read.
$ flowaudit report --lang en -o book.xlsx results 2>/dev/null; printf 'profile remarks\n format sheet\n sheet "Remarks"\n ignore "Source file", "Table", "Count", "Record", "Line", "Reason"\n table listed\n column list from "Code"\n column value from "Column"\n column valid_from = "2017-01-01"\nend\n' >remarks.profile; flowaudit ingest --profile remarks.profile book.xlsx 2>/dev/null | flowaudit view --table listed --columns list,value
list,value
REMARK-ROUNDED,flow_id
REMARK-ROUNDED,payer_account
REMARK-CUT,memo
REMARK-ROUNDED,id_number
REMARK-SHORT,id_number
REMARK-MONTH,time
