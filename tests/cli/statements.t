# A month in the life of an account, as MT940 brings it: what the statements lack, say twice or say too early.
# A number is missing, and a page; what moved in between is known from the balances.
$ printf ':20:S\n:25:ACC-1\n:28C:1/1\n:60F:C240102EUR10,\n:61:240102C5,NTRFO-1\n:62F:C240102EUR15,\n-\n:20:S\n:25:ACC-1\n:28C:3/1\n:60F:C240104EUR20,\n:61:240104C1,NTRFO-3\n:62M:C240104EUR21,\n-\n:20:S\n:25:ACC-1\n:28C:3/3\n:60M:C240104EUR22,\n:62F:C240104EUR22,\n-\n' >gap.sta; flowaudit ingest --profile mt940 gap.sta 2>/dev/null | flowaudit reconcile 2>/dev/null | flowaudit view --table break --columns break_id,reference,other,missing_count,date,amount,ledger_amount,bank_amount,severity
break_id,reference,other,missing_count,date,amount,ledger_amount,bank_amount,severity
gap:2#1,gap.sta#2,2,1,2024-01-04,5.00,15.00,20.00,high
gap:3/2#1,gap.sta#3,3/2,1,2024-01-04,1.00,21.00,22.00,high

# A line that is dated behind the closing of its statement.
$ printf ':20:S\n:25:ACC-1\n:28C:1/1\n:60F:C240102EUR10,\n:61:240105C5,NTRFO-1\n:62F:C240102EUR15,\n-\n' >outside.sta; flowaudit ingest --profile mt940 outside.sta 2>/dev/null | flowaudit reconcile | flowaudit view --table break
break_id,account,class,direction,flow,statement,reference,date,amount,ledger_amount,bank_amount,currency,severity,due_on,days_late,age,age_days,other_account,other,missing_count,candidates,match_no,note
! flowaudit-reconcile: note: the filing has no flows: its statement lines were footed and not matched [MATCH-NO-FLOW]
! flowaudit-reconcile: note: 1 line is dated outside the days of its own statement, the first in 'outside.sta#1' [MATCH-OUTSIDE]

# A filing of two days. The bank sends MT940 for the first one only; its MT942 of both days and a camt.054 of
# the first one say some of it before. Nothing is counted twice, and what no booked statement has is used.
$ mkdir books; printf 'account_id,owner,role,currency,opening_balance\nR-1,P,reserve,CNY,100.00\nC-1,A,customer,CNY,\n' >books/account.csv; printf 'flow_id,time,kind,payer_account,payee_account,amount,currency,status,order_id\nF1,2025-01-02T10:00:00,pay,C-1,R-1,10.00,CNY,settled,O-1\nF2,2025-01-02T10:00:00,pay,C-1,R-1,5.00,CNY,settled,O-2\nF3,2025-01-03T10:00:00,pay,C-1,R-1,7.00,CNY,settled,O-3\nF4,2025-01-03T10:00:00,pay,R-1,C-1,2.00,CNY,settled,O-4\n' >books/flow.csv

$ printf ':20:DAY\n:25:R-1\n:28C:1/1\n:60F:C250101CNY100,\n:61:2501020102C10,NTRFO-1//B-1\n:61:2501020102C5,NTRFO-2//B-2\n:62F:C250102CNY115,\n-\n' >books/day.sta; printf ':20:NOON\n:25:R-1\n:28C:11/1\n:34F:CNY0,\n:13D:2501021200+0000\n:61:2501020102C10,NTRFO-1//B-1\n-\n:20:NOON\n:25:R-1\n:28C:12/1\n:34F:CNY0,\n:13D:2501031200+0000\n:61:2501030103C7,NTRFO-3//B-3\n:61:2501030103D2,NTRFO-4//B-4\n-\n' >books/noon.sta; printf '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.04"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M</MsgId><CreDtTm>2025-01-02T12:00:00</CreDtTm></GrpHdr><Ntfctn><Id>N-1</Id><CreDtTm>2025-01-02T12:00:00</CreDtTm><Acct><Id><Othr><Id>R-1</Id></Othr></Id></Acct><Ntry><Amt Ccy="CNY">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2025-01-02</Dt></BookgDt><BkTxCd><Prtry><Cd>T</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>O-2</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>' >books/camt.xml

$ printf 'filing "statements"\n  filer P\n  period 2025-01-02 .. 2025-01-06\n  zone UTC\n  currency CNY\n  file "account.csv" table account\n  file "flow.csv" table flow\n  file "day.sta" profile mt940\n  file "noon.sta" profile mt940\n  file "camt.xml" profile camt\nend\n' >books/filing.manifest; flowaudit ingest books 2>/dev/null >books.fa; flowaudit reconcile books.fa -o books.rec
! flowaudit-reconcile: note: lines of interim statements and notices: 2 left out, because booked statements cover their days; 2 used, because none does [MATCH-INTERIM]

$ flowaudit view --table match_total books.rec
account,direction,class,rows,ledger_rows,bank_rows,ledger_amount,bank_amount,currency
R-1,credit,matched,3,3,3,22.00,22.00,CNY
R-1,credit,superseded,2,0,2,,15.00,CNY
R-1,debit,matched,1,1,1,2.00,2.00,CNY

$ flowaudit view --table break books.rec | tail -n +2; flowaudit view --table bridge --columns date,line,debit,credit,rows books.rec
date,line,debit,credit,rows
2025-01-02,platform_closing,0.00,115.00,0
2025-01-02,remainder,0.00,0.00,0
2025-01-02,bank_closing,0.00,115.00,0
2025-01-03,platform_closing,0.00,120.00,0
2025-01-03,remainder,0.00,0.00,0
2025-01-03,bank_closing,0.00,120.00,0

$ flowaudit reconcile --explain noon.sta#1.1 books.fa 2>/dev/null
statement line noon.sta#1.1, 2025-01-02T00:00:00Z, credit of R-1, 10.00 CNY, reference O-1
  is not compared: a booked statement covers its day

# A page twice: the statement overlaps, and its lines are duplicates of those that were matched.
$ rm books/noon.sta books/camt.xml; printf ':20:PAGE 1\n:25:R-1\n:28C:1/1\n:60F:C250101CNY100,\n:61:2501020102C10,NTRFO-1//B-1\n:61:2501020102C5,NTRFO-2//B-2\n:62M:C250102CNY115,\n-\n:20:PAGE 1\n:25:R-1\n:28C:1/1\n:60F:C250101CNY100,\n:61:2501020102C10,NTRFO-1//B-1\n:61:2501020102C5,NTRFO-2//B-2\n:62M:C250102CNY115,\n-\n:20:PAGE 2\n:25:R-1\n:28C:1/2\n:60M:C250102CNY115,\n:61:2501030103C7,NTRFO-3//B-3\n:61:2501030103D2,NTRFO-4//B-4\n:62F:C250103CNY120,\n-\n' >books/day.sta; printf 'filing "statements"\n  filer P\n  period 2025-01-02 .. 2025-01-06\n  zone UTC\n  currency CNY\n  file "account.csv" table account\n  file "flow.csv" table flow\n  file "day.sta" profile mt940\nend\n' >books/filing.manifest; flowaudit ingest books 2>/dev/null >books.fa; flowaudit reconcile books.fa -o books.rec

$ flowaudit view --table break --columns break_id,class,statement,reference,other,amount,severity books.rec; flowaudit view --table bridge --columns date,line,debit,credit,rows books.rec
break_id,class,statement,reference,other,amount,severity
overlap:day.sta#2#1,overlap,,day.sta#2,day.sta#1,15.00,medium
duplicate:O-1#1,duplicate,day.sta#2.1,O-1,day.sta#1.1,10.00,high
duplicate:O-2#1,duplicate,day.sta#2.2,O-2,day.sta#1.2,5.00,high
date,line,debit,credit,rows
2025-01-02,platform_closing,0.00,115.00,0
2025-01-02,duplicate,0.00,15.00,2
2025-01-02,overlap,15.00,0.00,2
2025-01-02,remainder,,,0
2025-01-02,bank_closing,,,0
2025-01-03,platform_closing,0.00,120.00,0
2025-01-03,duplicate,0.00,15.00,2
2025-01-03,overlap,15.00,0.00,2
2025-01-03,remainder,0.00,0.00,0
2025-01-03,bank_closing,0.00,120.00,0

$ flowaudit view --table match_total books.rec
account,direction,class,rows,ledger_rows,bank_rows,ledger_amount,bank_amount,currency
R-1,credit,matched,3,3,3,22.00,22.00,CNY
R-1,credit,duplicate,2,0,2,,15.00,CNY
R-1,debit,matched,1,1,1,2.00,2.00,CNY

# A statement of an account that table account does not have: ingest says so, and its lines are breaks.
$ printf ':20:DAY\n:25:X-9\n:28C:1/1\n:60F:C250101CNY100,\n:61:2501020102C10,NTRFO-1//B-1\n:61:2501020102C5,NTRFO-2//B-2\n:62F:C250102CNY115,\n-\n' >books/day.sta; flowaudit ingest books 2>&1 >books.fa | grep REF-DANGLING; flowaudit reconcile books.fa -o books.rec
flowaudit-ingest: note: account.owner: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
day.sta:5: note: statement.account: 2 rows refer to an id that no row declares; the first is here [REF-DANGLING]
day.sta:1: note: statement_period.account: 1 row refers to an id that no row declares [REF-DANGLING]

$ flowaudit view --table break --columns break_id,account,reference,other_account,amount,severity books.rec
break_id,account,reference,other_account,amount,severity
missing_in_ledger:O-1#1,X-9,O-1,,10.00,high
missing_in_ledger:O-2#1,X-9,O-2,,5.00,high

# A statement in another currency than the account's and the flows'.
$ printf ':20:DAY\n:25:R-1\n:28C:1/1\n:60F:C250101USD100,\n:61:2501020102C10,NTRFO-1//B-1\n:61:2501020102C5,NTRFO-2//B-2\n:62F:C250102USD115,\n-\n' >books/day.sta; flowaudit ingest books 2>/dev/null >books.fa; flowaudit reconcile books.fa -o books.rec
! flowaudit-reconcile: note: statements in another currency than table account gives their account: 1 account, the first is CNY in the table and USD in the statement [MATCH-CURRENCY]

$ flowaudit view --table break --columns break_id,account,reference,other,amount,currency,severity books.rec; flowaudit view --table match_total books.rec
break_id,account,reference,other,amount,currency,severity
currency:O-1#1,R-1,O-1,day.sta#1.1,10.00,CNY,high
currency:O-2#1,R-1,O-2,day.sta#1.2,5.00,CNY,high
missing_at_bank:O-3#1,R-1,O-3,,7.00,CNY,high
missing_at_bank:O-4#1,R-1,O-4,,2.00,CNY,high
currency:O-1#2,R-1,O-1,F1,10.00,USD,high
currency:O-2#2,R-1,O-2,F2,5.00,USD,high
account,direction,class,rows,ledger_rows,bank_rows,ledger_amount,bank_amount,currency
R-1,credit,currency,2,2,0,15.00,,CNY
R-1,credit,missing_at_bank,1,1,0,7.00,,CNY
R-1,debit,missing_at_bank,1,1,0,2.00,,CNY
R-1,credit,currency,2,0,2,,15.00,USD

# A line and its statement dated behind the period that the filing covers.
$ printf ':20:DAY\n:25:R-1\n:28C:1/1\n:60F:C250101CNY100,\n:61:2501020102C10,NTRFO-1//B-1\n:61:2501020102C5,NTRFO-2//B-2\n:62F:C250102CNY115,\n-\n:20:DAY\n:25:R-1\n:28C:2/1\n:60F:C250102CNY115,\n:61:2502030203C7,NTRFO-3//B-3\n:62F:C250203CNY122,\n-\n' >books/day.sta; flowaudit ingest books 2>&1 >books.fa | grep -A1 PERIOD-OUTSIDE; flowaudit reconcile books.fa | flowaudit view --table break --columns break_id,date,amount,severity
flowaudit-ingest: warning: table 'statement': 1 row lies outside the period that the manifest states [PERIOD-OUTSIDE]
break_id,date,amount,severity
missing_at_bank:O-4#1,2025-01-03,2.00,high

# A statement of two days beside that of the second one.
$ printf ':20:WEEK\n:25:R-1\n:28C:1/1\n:60F:C250101CNY100,\n:61:2501020102C10,NTRFO-1//B-1\n:61:2501020102C5,NTRFO-2//B-2\n:61:2501030103C7,NTRFO-3//B-3\n:61:2501030103D2,NTRFO-4//B-4\n:62F:C250103CNY120,\n-\n:20:DAY\n:25:R-1\n:28C:7/1\n:60F:C250102CNY115,\n:61:2501030103C7,NTRFO-3//B-3\n:61:2501030103D2,NTRFO-4//B-4\n:62F:C250103CNY120,\n-\n' >books/day.sta; flowaudit ingest books 2>/dev/null >books.fa; flowaudit reconcile books.fa | flowaudit view --table break --columns break_id,class,statement,reference,other,amount,severity
break_id,class,statement,reference,other,amount,severity
overlap:day.sta#2#1,overlap,,day.sta#2,day.sta#1,5.00,medium
duplicate:O-3#1,duplicate,day.sta#2.1,O-3,day.sta#1.3,7.00,high
duplicate:O-4#1,duplicate,day.sta#2.2,O-4,day.sta#1.4,2.00,high

# A working day without a statement, where one is due: said once, by the number that is missing.
$ printf ':20:DAY\n:25:R-1\n:28C:1/1\n:60F:C250101CNY100,\n:61:2501020102C10,NTRFO-1//B-1\n:61:2501020102C5,NTRFO-2//B-2\n:62F:C250102CNY115,\n-\n:20:DAY\n:25:R-1\n:28C:3/1\n:60F:C250102CNY115,\n:62F:C250106CNY115,\n-\n' >books/day.sta; printf 'scheme daily\n  title "daily"\n  calendar weekdays\n  daily\nend\n' >daily.scheme; flowaudit ingest books 2>/dev/null >books.fa; flowaudit reconcile --scheme daily.scheme books.fa | flowaudit view --table break --columns break_id,reference,other,missing_count,date,amount,severity
break_id,reference,other,missing_count,date,amount,severity
missing_at_bank:O-3#1,O-3,,,2025-01-03,7.00,high
missing_at_bank:O-4#1,O-4,,,2025-01-03,2.00,high
gap:2#1,day.sta#2,2,1,2025-01-03,0.00,low

$ sed -i 's/28C:3/28C:2/' books/day.sta; flowaudit ingest books 2>/dev/null >books.fa; flowaudit reconcile --scheme daily.scheme books.fa | flowaudit view --table break --columns break_id,reference,other,missing_count,date,amount,severity
break_id,reference,other,missing_count,date,amount,severity
missing_at_bank:O-3#1,O-3,,,2025-01-03,7.00,high
missing_at_bank:O-4#1,O-4,,,2025-01-03,2.00,high
gap:2025-01-03#1,,2025-01-03,1,2025-01-03,0.00,medium

# An account of which the bank states lines alone: a day without a line lacks its statement just as well.
$ mkdir lines; cp books/account.csv books/flow.csv lines; printf 'statement_id,account,booked_at,direction,amount,reference\nL1,R-1,2025-01-03T06:00:00,credit,10.00,O-1\nL2,R-1,2025-01-07T06:00:00,credit,5.00,O-2\n' >lines/statement.csv; printf 'filing "lines"\n  filer P\n  period 2025-01-01 .. 2025-01-09\n  zone UTC\n  currency CNY\n  file "account.csv" table account\n  file "flow.csv" table flow\n  file "statement.csv" table statement\nend\n' >lines/filing.manifest; flowaudit ingest lines 2>/dev/null >lines.fa; flowaudit reconcile --scheme daily.scheme lines.fa | flowaudit view --table break --columns break_id,account,other,missing_count,date,amount,severity | grep -e ^break_id -e ^gap
break_id,account,other,missing_count,date,amount,severity
gap:2025-01-01..2025-01-02#1,R-1,2025-01-01..2025-01-02,2,2025-01-01,0.00,medium
gap:2025-01-06#1,R-1,2025-01-06,1,2025-01-06,0.00,medium
gap:2025-01-08..2025-01-09#1,R-1,2025-01-08..2025-01-09,2,2025-01-08,0.00,medium
