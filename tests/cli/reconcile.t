# The clean sample has no break; what was matched is counted and summed.
$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean -o clean.fa 2>/dev/null

$ flowaudit reconcile clean.fa -o clean.rec

$ flowaudit view --table break clean.rec
break_id,account,class,direction,flow,statement,reference,date,amount,ledger_amount,bank_amount,currency,severity,due_on,days_late,age,age_days,other_account,other,missing_count,candidates,match_no,note

$ flowaudit view --table match_total clean.rec
account,direction,class,rows,ledger_rows,bank_rows,ledger_amount,bank_amount,currency
RESERVE-01,credit,matched,988,988,988,1889191.00,1889191.00,CNY
RESERVE-01,debit,matched,193,193,193,5138896.87,5138896.87,CNY
OWN-01,credit,matched,8,8,8,62.94,62.94,CNY
,,no_statement,31,31,0,2518.78,,CNY

# Breaks that the sample's plan made.
$ flowaudit ingest $SRC/tests/filings/payment-2025-01-defects 2>/dev/null | flowaudit reconcile | flowaudit view --table break
break_id,account,class,direction,flow,statement,reference,date,amount,ledger_amount,bank_amount,currency,severity,due_on,days_late,age,age_days,other_account,other,missing_count,candidates,match_no,note
amount:O0000000099#1,RESERVE-01,amount,credit,F0000000099,B0000000096,O0000000099,2025-01-03,9.00,1523.40,1532.40,CNY,high,,,26,42,,,,,96,
duplicate:O0000000220#1,RESERVE-01,duplicate,credit,F0000000221,,O0000000220,2025-01-06,666.00,666.00,,CNY,high,,,25,39,,F0000000220,,,,
missing_at_bank:O0000000821#1,RESERVE-01,missing_at_bank,credit,F0000000821,,O0000000821,2025-01-21,919.31,919.31,,CNY,high,,,14,24,,,,,,
missing_in_ledger:X0000000924#1,RESERVE-01,missing_in_ledger,debit,,B0000000924,X0000000924,2025-01-24,35.00,,35.00,CNY,high,,,11,21,,,,,,

# A pipe and a file give the same bytes; the ledger itself passes unchanged.
$ flowaudit reconcile <clean.fa | cmp - clean.rec

$ flowaudit view --table flow clean.fa >before; flowaudit view --table flow clean.rec | cmp - before

$ flowaudit check clean.rec
clean.rec: complete, ledger, 15 tables, 5007 rows, by ingest 0.1.0, reconcile 0.1.0

# Deleting one statement line of the clean sample: the flow is named, the link of balances breaks at
# the line behind, and the bridge still foots.
$ cp -r $SRC/tests/filings/payment-2025-01-clean less; chmod -R u+w less; sed -i '/^B0000000500,/d' less/statement.csv

$ sed -i 's/\(file "statement.csv" table statement\).*/\1/' less/filing.manifest

$ flowaudit ingest less 2>/dev/null | flowaudit reconcile -o less.rec
! flowaudit-reconcile: warning: the bridge leaves a remainder that no row explains on 18 of 93 days of accounts [BRIDGE-REMAINDER]

$ flowaudit view --table break less.rec
break_id,account,class,direction,flow,statement,reference,date,amount,ledger_amount,bank_amount,currency,severity,due_on,days_late,age,age_days,other_account,other,missing_count,candidates,match_no,note
missing_at_bank:O0000000520#1,RESERVE-01,missing_at_bank,credit,F0000000520,,O0000000520,2025-01-14,122.66,122.66,,CNY,high,,,19,31,,,,,,
footing:B0000000501#1,RESERVE-01,footing,credit,,B0000000501,O0000000521,2025-01-14,122.66,,10777197.90,CNY,high,,,19,31,,,,,,
remainder:2025-01-14#1,RESERVE-01,remainder,credit,,,,2025-01-14,122.66,10829132.62,10829132.62,CNY,critical,,,19,31,,,,,,

$ flowaudit view --table bridge less.rec | grep RESERVE-01,2025-01-31
RESERVE-01,2025-01-31,platform_closing,0.00,11549387.51,0,CNY
RESERVE-01,2025-01-31,missing_at_bank,122.66,0.00,1,CNY
RESERVE-01,2025-01-31,remainder,0.00,122.66,0,CNY
RESERVE-01,2025-01-31,bank_closing,0.00,11549387.51,0,CNY

# Pairs are listed when asked for.
$ flowaudit reconcile --matches clean.fa | flowaudit view --table match | head -4
match_no,account,direction,flow,statement,detail_no,stage,class,note,reference,date,flow_date,flow_amount,statement_amount,fee,absorbed,currency
1,RESERVE-01,credit,F0000000001,B0000000001,,reference,matched,,O0000000001,2025-01-01,2025-01-01,93.25,93.25,,,CNY
2,RESERVE-01,debit,F0000000002,B0000000002,,reference,matched,,O0000000002,2025-01-01,2025-01-01,29466.42,29466.42,,,CNY
3,RESERVE-01,credit,F0000000003,B0000000003,,reference,matched,,O0000000003,2025-01-01,2025-01-01,72.12,72.12,,,CNY

# Only a ledger, and only once.
$ flowaudit reconcile clean.rec | cat >/dev/null
! flowaudit-reconcile: error: cannot reconcile: the stream was reconciled before [MATCH-STREAM]
! hint: give the output of flowaudit ingest

$ flowaudit reconcile clean.rec -o twice.rec
! flowaudit-reconcile: error: cannot reconcile: the stream was reconciled before [MATCH-STREAM]
! hint: give the output of flowaudit ingest
[4]

$ flowaudit reconcile nothing.fa -o nothing.rec
! flowaudit-reconcile: error: cannot open 'nothing.fa': No such file or directory [IO]
[5]

$ flowaudit reconcile $SRC/tests/filings/payment-2025-01-clean -o nothing.rec
! flowaudit-reconcile: error: '$SRC/tests/filings/payment-2025-01-clean' is a folder, expected a stream of flowaudit [STREAM-MAGIC]
! hint: read a filing with flowaudit ingest, or all at once with flowaudit audit
[4]

# Why not: what came near, and what each misses.
$ flowaudit ingest $SRC/tests/filings/payment-2025-01-defects -o defects.fa 2>/dev/null

$ flowaudit reconcile --explain F0000000221 defects.fa
flow F0000000221, 2025-01-06T12:00:40+08:00, credit of RESERVE-01, 666.00 CNY, reference O0000000220
  is the break duplicate:O0000000220#1: a copy of F0000000220

$ flowaudit reconcile --explain amount:O0000000099#1 defects.fa
flow F0000000099, 2025-01-03T12:00:00+08:00, credit of RESERVE-01, 1523.40 CNY, reference O0000000099
  is the break amount:O0000000099#1; with B0000000096: one reference, another amount; the bank has 9.00 CNY more
statement line B0000000096, 2025-01-03T12:00:05+08:00, credit of RESERVE-01, 1532.40 CNY, reference O0000000099
  is the break amount:O0000000099#1; with F0000000099: one reference, another amount; the bank has 9.00 CNY more

$ flowaudit reconcile --explain B0000000001 defects.fa
statement line B0000000001, 2025-01-01T00:01:00+08:00, credit of RESERVE-01, 93.25 CNY, reference O0000000001
  is matched with F0000000001

$ flowaudit reconcile --explain F0000000090 defects.fa
flow F0000000090, 2025-01-03T06:33:36+08:00, debit of C00000040, 128.18 CNY, reference O0000000090
  is not settled, so it moved nothing and is not compared

$ flowaudit reconcile --explain F0000000021 defects.fa
flow F0000000021, 2025-01-01T12:24:00+08:00, debit of M00000064, 8.65 CNY, reference O0000000021
  faces no account with a statement

$ flowaudit ingest less 2>/dev/null | flowaudit reconcile --explain footing:B0000000501#1
statement line B0000000501, 2025-01-14T04:12:45+08:00, credit of RESERVE-01, 137.52 CNY, reference O0000000521
  is matched with F0000000521
  the balance after it is 122.66 CNY more than the last one and the lines since: footing:B0000000501#1
! flowaudit-reconcile: warning: the bridge leaves a remainder that no row explains on 18 of 93 days of accounts [BRIDGE-REMAINDER]

$ flowaudit ingest less 2>/dev/null | flowaudit reconcile --explain remainder:2025-01-14#1
remainder:2025-01-14#1, 2025-01-14, RESERVE-01
  the platform's closing balance is 10829132.62 CNY
  the bank's closing balance is 10829132.62 CNY
  with all breaks of the bridge of that day counted, the bank has 122.66 CNY more, which no row explains
! flowaudit-reconcile: warning: the bridge leaves a remainder that no row explains on 18 of 93 days of accounts [BRIDGE-REMAINDER]

$ flowaudit reconcile --explain nothing defects.fa
! flowaudit-reconcile: error: no flow, no statement line and no break is named 'nothing' [MATCH-UNKNOWN]
! hint: give a flow_id, a statement_id, a reference or the number of a break
[2]

# Rows that wait go to a file when memory is small, and the bytes stay the same.
$ flowaudit reconcile --matches clean.fa >whole.rec; flowaudit reconcile --matches --memory 30K -v clean.fa 2>said | cmp - whole.rec; grep -c 'in a file' said
1

$ cat clean.fa | flowaudit reconcile --matches --memory 30K | cmp - whole.rec

# A sum that no value can hold says whose it is, of which day where it is of one, and where values end.
$ mkdir huge; printf 'account_id,owner,role,currency,opening_balance\nC-1,Q,customer,CNY,\nX-1,P,custody,CNY,90000000000000000.00\n' >huge/account.csv; printf 'statement_id,account,booked_at,direction,amount,currency,reference\nS1,X-1,2025-01-02T10:01:00,credit,90000000000000000.00,CNY,O1\n' >huge/statement.csv; printf 'flow_id,time,kind,payer_account,payee_account,amount,currency,status,order_id\nF1,2025-01-02T10:00:00,pay,C-1,X-1,90000000000000000.00,CNY,settled,O1\n' >huge/flow.csv; printf 'filing "Huge"\n  filer P\n  zone UTC\n  currency CNY\n  reference order_id\n  file "account.csv" table account\n  file "statement.csv" table statement\n  file "flow.csv" table flow\nend\n' >huge/filing.manifest; flowaudit ingest huge 2>/dev/null | flowaudit reconcile -o huge.rec
! flowaudit-reconcile: error: a sum for table bridge, platform_closing, the account in row 2 of table account, 2025-01-02: 180000000000000000.00 CNY is beyond 64 bits of minor units, which end at 92233720368547758.07 [MATCH-RANGE]
[4]

$ sed -n 's/^S1\(.*\)O1$/S2\1O2\nS3\1O3/p' huge/statement.csv >more; cat more >>huge/statement.csv; sed -i 's/,90000000000000000.00$/,1.00/' huge/account.csv; flowaudit ingest huge 2>/dev/null | flowaudit reconcile -o huge.rec
! flowaudit-reconcile: error: a sum for table match_total, missing_in_ledger, the account in row 2 of table account: 180000000000000000.00 CNY is beyond 64 bits of minor units, which end at 92233720368547758.07 [MATCH-RANGE]
[4]
