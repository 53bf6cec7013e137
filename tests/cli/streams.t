# What a stream holds, without and with a table.
$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean 2>/dev/null >ledger; flowaudit check ledger
ledger: complete, ledger, 12 tables, 4693 rows, by ingest 0.1.0

$ flowaudit view ledger | head -n 4
table,column,currency,direction,rows,rejected,sum
institution,,,,3,0,
party,,,,63,0,
relation,,,,2,0,

$ flowaudit view --totals --format ndjson ledger | grep '"statement"'
{"table":"statement","column":null,"currency":null,"direction":null,"rows":1189,"rejected":0,"sum":null}
{"table":"statement","column":"amount","currency":"CNY","direction":"credit","rows":996,"rejected":null,"sum":"1889253.94"}
{"table":"statement","column":"amount","currency":"CNY","direction":"debit","rows":193,"rejected":null,"sum":"5138896.87"}
{"table":"statement","column":"balance_after","currency":"CNY","direction":"credit","rows":996,"rejected":null,"sum":"11785951993.54"}
{"table":"statement","column":"balance_after","currency":"CNY","direction":"debit","rows":193,"rejected":null,"sum":"2286227674.47"}

$ flowaudit view --table licence ledger
licence_no,institution,kind,scope,region,valid_from,valid_to
Z2001011000017,PAY-1,payment,stored_value_account,,2020-02-01,2030-01-31

$ flowaudit view --table flow --columns flow_id,time,amount,record_no,filer ledger | head -n 3
flow_id,time,amount,record_no,filer
F0000000001,2025-01-01T00:00:00+08:00,93.25,1,PAY-1
F0000000002,2025-01-01T00:37:12+08:00,29466.42,2,PAY-1

$ flowaudit view --table flow --format ndjson --columns flow_id,payee_account,cross_border,record_no,memo <ledger | head -n 2
{"flow_id":"F0000000001","payee_account":"RESERVE-01","cross_border":false,"record_no":1,"memo":null}
{"flow_id":"F0000000002","payee_account":"M00000064","cross_border":false,"record_no":2,"memo":null}

$ flowaudit view --schema --table holiday ledger
table,column,type,required,masked,label_zh,meaning
holiday,calendar,text,true,false,日历,name of the calendar
holiday,date,date,true,false,日期,the day
holiday,kind,"enum {off, work}",true,false,类型,"day off, or make-up working day"

$ flowaudit view --schema --table relation --format ndjson | head -n 1
{"table":"relation","column":"party","type":"id of party","required":true,"masked":true,"label_zh":"主体","meaning":"who is related"}

# Wrong use, with what may have been meant.
$ flowaudit view --table flwo ledger
! flowaudit-view: error: the stream has no table 'flwo' [USAGE]
! hint: did you mean 'flow'?
[2]

$ flowaudit view --table flow --columns flow_id,amout ledger
! flowaudit-view: error: the table has no column 'amout' [USAGE]
! hint: did you mean 'amount'?
[2]

$ flowaudit view --schema --table nothing
! flowaudit-view: error: there is no table 'nothing' [USAGE]
! hint: --schema lists tables and columns
[2]

$ flowaudit view --all ledger
! flowaudit-view: error: --all writes a folder: name it with -o DIR [USAGE]
[2]

$ flowaudit view --columns flow_id ledger
! flowaudit-view: error: --columns needs --table [USAGE]
[2]

$ flowaudit view --totals --table flow ledger
! flowaudit-view: error: --totals goes with neither --table nor --schema [USAGE]
[2]

# Not a stream, or not any more.
$ flowaudit check $SRC/README.md
! $SRC/README.md: error: not a stream of flowaudit: byte 0 is 0x23, expected 0x89 [STREAM-MAGIC]
! hint: give the output of a flowaudit tool; ingest reads a filing
[4]

$ printf 'flow_id\n' | flowaudit check; printf '\211' | flowaudit check
! standard input: error: not a stream of flowaudit: byte 0 is 0x66, expected 0x89 [STREAM-MAGIC]
! hint: give the output of a flowaudit tool; ingest reads a filing
! standard input: error: the stream ends at byte 1, within its first bytes; expected 13 bytes more [STREAM-CUT]
[4]

$ flowaudit check </dev/null
! standard input: error: the stream ends at byte 0, within its first bytes; expected 14 bytes more [STREAM-CUT]
[4]

$ flowaudit check $SRC
! flowaudit-check: error: '$SRC' is a folder, expected a stream of flowaudit [STREAM-MAGIC]
! hint: read a filing with flowaudit ingest, or all at once with flowaudit audit
[4]

$ sed 's/\r$//' ledger | flowaudit check
! standard input: error: not a stream of flowaudit: byte 10 is 0x0a, expected 0x0d [STREAM-MAGIC]
! hint: a transfer as text changed it: transfer it as binary
[4]

$ head -c 50000 ledger | flowaudit check
! standard input: error: the stream ends at byte 50000, within a block; expected 15273 bytes more [STREAM-CUT]
[4]

$ head -c 20 ledger | flowaudit check
! standard input: error: the stream ends at byte 20, within its first bytes; expected 8 bytes more [STREAM-CUT]
[4]

# One bit changed: in the first bytes, the head, a block.
$ for at in 20 200 60000; do perl -0777 -pe "substr(\$_, $at, 1) ^= qq(\\x01)" ledger | flowaudit check; done
! standard input: error: the first bytes of the stream were changed: their CRC is e29a22b0, expected 3fdf8808 [STREAM-CRC]
! standard input: error: the head of the stream was changed: its CRC is 2b4e03c2, expected 5dbae6b0 [STREAM-CRC]
! standard input: error: block at byte 48335 was changed: its CRC is 5a002871, expected 1126d769 [STREAM-CRC]
[4]

$ { cat ledger; echo; } | flowaudit check
! standard input: error: bytes follow the trailer of the stream, from byte 84395 on [STREAM-TAIL]
[4]

$ cat ledger ledger | flowaudit check
! standard input: error: bytes follow the trailer of the stream, from byte 84395 on [STREAM-TAIL]
[4]

$ printf '\211flowaudit\r\n\032\n\002\000123456789012' | flowaudit check
! standard input: error: the stream has format 2.0, expected 1 [STREAM-VERSION]
[4]

# All are looked at; the status is that of the first that is not whole.
$ head -c 60000 ledger >cut; flowaudit check ledger cut ledger
ledger: complete, ledger, 12 tables, 4693 rows, by ingest 0.1.0
ledger: complete, ledger, 12 tables, 4693 rows, by ingest 0.1.0
! cut: error: the stream ends at byte 60000, within a block; expected 5273 bytes more [STREAM-CUT]
[4]

# Every stage refuses what is not whole, with one message, and the next one ends as it did.
$ flowaudit reconcile cut -o out; echo $?; ls
4
cut
ledger
! cut: error: the stream ends at byte 60000, within a block; expected 5273 bytes more [STREAM-CUT]

$ flowaudit view --table flow cut -o out; echo $?; ls
4
cut
ledger
! cut: error: the stream ends at byte 60000, within a block; expected 5273 bytes more [STREAM-CUT]

$ flowaudit reconcile cut | flowaudit check
! cut: error: the stream ends at byte 60000, within a block; expected 5273 bytes more [STREAM-CUT]
! standard input: error: the tool that made the stream gave up with status 4, code 'STREAM-CUT' [UPSTREAM]
[4]

# So does it when the first stage gives up before it has anything to say.
$ mkdir bad; echo 'filing "x' >bad/filing.manifest; flowaudit ingest bad 2>/dev/null | flowaudit reconcile | flowaudit check
! standard input: error: the tool that made the stream gave up with status 3, code 'LANG-STRING' [UPSTREAM]
! standard input: error: the tool that made the stream gave up with status 3, code 'LANG-STRING' [UPSTREAM]
[3]

# A filing of several filers, one file each.
$ mkdir two; printf 'institution_id,kind\nA,payment\n' >two/ia.csv; printf 'institution_id,kind\nB,payment\n' >two/ib.csv

$ printf 'filing "two"\nfiler A\nzone UTC\ncurrency CNY\nperiod 2025-01-01 .. 2025-01-31\nfile "ia.csv" table institution\nfile "ib.csv" table institution filer B\nend\n' >two/filing.manifest

$ flowaudit ingest two | flowaudit view --all -o back; cat back/filing.manifest back/institution.csv back/institution_002.csv
filing "two"
  filer "A"
  zone UTC
  currency CNY
  as of 2025-01-31
  covers institution 2025-01-01 .. 2025-01-31
  file "institution.csv" table institution rows 1 sha256 "d666a8de7cd84dd519273468b031aa874d7fbf3a26402180cd751de1efed1127"
  file "institution_002.csv" table institution filer "B" rows 1 sha256 "26b390221ae2e385338aa933c64cb998e7f179041a84a3b38d057247793f5ba0"
end
institution_id,since,party,name,uscc,kind,region,country,established_on,licensed_on,filed_on,started_on
A,,,,,payment,,,,,,
institution_id,since,party,name,uscc,kind,region,country,established_on,licensed_on,filed_on,started_on
B,,,,,payment,,,,,,

$ flowaudit ingest back | flowaudit view --table institution --columns institution_id,filer
institution_id,filer
A,A
B,B
