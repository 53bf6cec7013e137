# A statement of a bank: its lines, and the statement itself with its balances.
$ printf ':20:STMT-1\n:25:NL00BANK0123456789\n:28C:12/1\n:60F:C240102EUR1000,50\n:61:2312310102CR65,00NTRFNONREF//BANK-9\nsecond line\n:86:166?00TRANSFER?20EREF+ORDER-7?21SVWZ+Rent?31DE0012?32Ann?33 Example\n:61:240103RC5,NMSCORDER-8\n:61:240103RD0,25NMSCNONREF\n:86:charge taken back\n:62F:C240103EUR1060,75\n:64:C240103EUR900,\n-\n' >one.sta

$ flowaudit ingest --profile mt940 one.sta -o one.fa
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: statement.account: 3 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: statement_period.account: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]

$ flowaudit view --table statement one.fa
statement_id,account,booked_at,value_date,direction,amount,currency,balance_after,reference,counterparty,reversal,period_id,memo
one.sta#1.1,NL00BANK0123456789,2024-01-02T00:00:00Z,2023-12-31,credit,65.00,EUR,,ORDER-7,Ann Example DE0012,false,one.sta#1,TRANSFER EREF+ORDER-7SVWZ+Rent
one.sta#1.2,NL00BANK0123456789,2024-01-03T00:00:00Z,2024-01-03,debit,5.00,EUR,,ORDER-8,,true,one.sta#1,
one.sta#1.3,NL00BANK0123456789,2024-01-03T00:00:00Z,2024-01-03,credit,0.25,EUR,,,,true,one.sta#1,charge taken back

$ flowaudit view --table statement_period one.fa
account,period_id,kind,number,page,reference,from_day,to_day,opening,closing,opening_page,closing_page,available,lines,credit_lines,debit_lines,credits,debits,currency
NL00BANK0123456789,one.sta#1,booked,12,1,STMT-1,2024-01-02,2024-01-03,1000.50,1060.75,false,false,900.00,,,,,,EUR

$ flowaudit reconcile one.fa | flowaudit view --table break
break_id,account,class,direction,flow,statement,reference,date,amount,ledger_amount,bank_amount,currency,severity,due_on,days_late,age,age_days,other_account,other,missing_count,candidates,match_no,note
! flowaudit-reconcile: note: the filing has no flows: its statement lines were footed and not matched [MATCH-NO-FLOW]

# Three statements: the first does not foot, the second does not begin where the first one ended and
# has no closing balance, the third is one of MT942 whose lines are not those that it says. An expected
# line is no line; an unknown tag and what stands around the messages is kept out.
$ printf 'BANKXX\n{1:F01}{2:O940BANK}{4:\n:20:A\n:25:77\n:28C:1\n:60F:C240101EUR10,\n:61:240101D3,NMSCNONREF\n:62F:C240101EUR8,\n-}\n:20:B\n:25:77\n:28C:2\n:XX:unknown\n:60F:D240102EUR8,\n:61:240102C1,NMSCNONREF\n-\n:20:C\n:25:77\n:28C:3\n:34F:EUR0,\n:61:240103C2,NMSCNONREF\n:61:240103EC9,NMSCNONREF\n:90D:0EUR0,\n:90C:1EUR3,\n-\n' >three.sta

$ flowaudit ingest --profile mt940 three.sta -o three.fa
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: statement.account: 3 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: statement_period.account: 3 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]

$ flowaudit reconcile three.fa | flowaudit view --table break
break_id,account,class,direction,flow,statement,reference,date,amount,ledger_amount,bank_amount,currency,severity,due_on,days_late,age,age_days,other_account,other,missing_count,candidates,match_no,note
footing:three.sta#1#1,77,footing,credit,,,three.sta#1,2024-01-01,1.00,7.00,8.00,EUR,high,,,,2,,,,,,
continuity:three.sta#2#1,77,continuity,debit,,,three.sta#2,2024-01-02,16.00,8.00,-8.00,EUR,high,,,,1,,,,,,
no_balance:three.sta#2#1,77,no_balance,credit,,,three.sta#2,2024-01-02,0.00,-7.00,,EUR,low,,,,1,,,,,,
footing:three.sta#3#1,77,footing,credit,,,three.sta#3,2024-01-03,1.00,2.00,3.00,EUR,high,,,,0,,,,,,
! flowaudit-reconcile: note: the filing has no flows: its statement lines were footed and not matched [MATCH-NO-FLOW]
! flowaudit-reconcile: note: lines of interim statements and notices: 0 left out, because booked statements cover their days; 1 used, because none does [MATCH-INTERIM]

# Why a file is refused.
$ printf ':20:A\n:25:77\n:62F:C240101EUR1,\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta: error: no statement: neither an opening balance (:60F: or :60M:) nor an MT942 [MT940-EMPTY]
[4]

$ printf 'nothing of the kind\001\002\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta: error: no statement: neither an opening balance (:60F: or :60M:) nor an MT942 [MT940-EMPTY]
[4]

$ printf ':20:A\n:25:77\n:28C:1\n:61:240101C1,NMSCNONREF\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:4: error: a line without an opening balance (:60F: or :60M:) before it [MT940-OPENING]
[4]

$ printf ':20:A\n:25:77\n:60F:C240101EUR1,\n:61:240101C1.50NMSCNONREF\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:4:13: error: field :61: expects a comma before the decimals, found '.50NMSCN' [MT940-FIELD]
[4]

$ printf ':20:A\n:25:77\n:60F:C240101EUR1,\n:62F:C240101USD1,\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:4: error: field :62F: is in USD, its statement in EUR [MT940-CURRENCY]
[4]

$ printf ':20:A\n:25:77\n:60F:C240101EUR1,\n:62F:C240101EUR1,\n:61:240101C1,NMSCNONREF\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:5: error: a line behind the closing balance of its statement [MT940-ORDER]
[4]

# The lines behind a second head would be booked to the first one's account.
$ printf ':20:A\n:25:77\n:60F:C240101EUR1,\n:25:78\n:61:240101C1,NMSCNONREF\n:62F:C240101EUR2,\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:4: error: a second :25: in one statement [MT940-ORDER]
[4]

$ printf ':20:A\n:25:77\n:28C:1\n:60F:C240101EUR1,\n:61:240101C1,NMSCNONREF\n:86:one\n:28C:2\n:61:240101C1,NMSCNONREF\n:62F:C240101EUR3,\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:7: error: a second :28C: in one statement [MT940-ORDER]
[4]

# As text of the line before, this one would be missed by nobody.
$ printf ':20:A\n:25:77\n:60F:C240101EUR1,\n:61:240101C1,NMSCNONREF\n 61:240101C1,NMSCNONREF\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:5: error: a line begins like a :61: or a balance, but its tag is damaged [MT940-FIELD]
[4]

$ printf ':20:A\n:25:77\n:60F:C240101EUR1,\n:61:240101C1,NMSCNONREF\none\ntwo\n' >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:6: error: a second line of text behind a :61:, which has one at most: a tag may be damaged or missing [MT940-FIELD]
[4]

# A :86: of 64 KiB, on one line and on many.
$ (printf ':20:A\n:25:77\n:60F:C240101EUR1,\n:61:240101C1,NMSCNONREF\n:86:'; head -c 65536 /dev/zero | tr '\0' x) >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:5: error: a line is longer than 16384 bytes [MT940-SIZE]
[4]

$ (printf ':20:A\n:25:77\n:60F:C240101EUR1,\n:61:240101C1,NMSCNONREF\n:86:'; head -c 65536 /dev/zero | tr '\0' x | fold -w 65) >bad.sta; flowaudit ingest --profile mt940 bad.sta -o bad.fa
! bad.sta:5: error: field :86: is longer than 16384 bytes [MT940-SIZE]
[4]

# A file cut short is read; that it has no closing balance is a finding. A line whose day is in no calendar
# is rejected alone, 30 February is the last of the month, and one that names no account cannot be kept.
$ printf ':20:A\n:25:77\n:28C:1\n:60F:C240101EUR1,\n:61:240230C1,NMSCNONREF\n:61:240431C1,NMSCNONREF\n:61:240101C1,NMSCNONREF\n:8' >cut.sta; flowaudit ingest --profile mt940 cut.sta -o cut.fa
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! cut.sta:6: warning: record 3 rejected: column 'value_date': '2024-04-31' is no day of the calendar, or no time of the clock [ROW-DAY]
! flowaudit-ingest: note: statement.account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: statement_period.account: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]

$ flowaudit view --table statement --columns statement_id,value_date,booked_at,amount cut.fa
statement_id,value_date,booked_at,amount
cut.sta#1.3,2024-01-01,2024-01-01T00:00:00Z,1.00
cut.sta#1.1,2024-02-29,2024-02-29T00:00:00Z,1.00

$ flowaudit reconcile cut.fa | flowaudit view --table break --columns class,reference,date,ledger_amount,bank_amount,severity
class,reference,date,ledger_amount,bank_amount,severity
no_balance,cut.sta#1,2024-02-29,3.00,,low
! flowaudit-reconcile: note: the filing has no flows: its statement lines were footed and not matched [MATCH-NO-FLOW]

$ printf ':60F:C240101EUR1,\n:62F:C240101EUR1,\n' >nobody.sta; flowaudit ingest --profile mt940 nobody.sta | flowaudit view --table reject --columns line_no,column,code,reason
line_no,column,code,reason
1,account,ROW-REQUIRED,column 'account': a required value is missing
! nobody.sta:1: warning: record 3 rejected: column 'account': a required value is missing [ROW-REQUIRED]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest

# What is wrong with statements is of no row, but it counts.
$ flowaudit reconcile --explain 'footing:three.sta#1#1' three.fa
footing:three.sta#1#1, 2024-01-01, 77
  the lines lead to 7.00 EUR
  the statement states 8.00 EUR
  the bank has 1.00 EUR more
! flowaudit-reconcile: note: the filing has no flows: its statement lines were footed and not matched [MATCH-NO-FLOW]
! flowaudit-reconcile: note: lines of interim statements and notices: 0 left out, because booked statements cover their days; 1 used, because none does [MATCH-INTERIM]

$ flowaudit audit --profile mt940 three.sta --fail-on high -o three.xlsx 2>&1 | grep breaks
breaks      4: 3 high, 1 low
