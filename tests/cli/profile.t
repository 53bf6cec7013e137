# Listing and checking profiles; a template to fill.
$ flowaudit profile check mintos-account-statement
mintos-account-statement: 1 table, 1 row, 7 columns

$ printf 'profile ours\n title "Ours"\n files "ours-*.csv", "x"\n table balance\n column account from "A"\n column date from "D"\n column source = "bank"\n row when "C" is present\n column closing from "C"\n row\n column closing from "E"\nend\n' >ours.profile; flowaudit profile list ours.profile
ours  Ours
  files ours-*.csv, x
  tables balance

$ flowaudit profile check ours.profile
ours: 1 table, 2 rows, 8 columns

# All mistakes of all profiles, each with its place; status 3.
$ printf 'profile bad\n zone Mars\n table balance\n colunm x\nend\n' >bad.profile; flowaudit profile check bad.profile ours.profile $SRC/tests/profiles/bad/format.profile
ours: 1 table, 2 rows, 8 columns
! bad.profile:2:7: error: 'Mars': an unknown zone; there are UTC, Asia/Shanghai and +08:00 [PROFILE-SYNTAX]
!      zone Mars
!           ^
! bad.profile:4:2: error: unknown statement of a profile 'colunm' [LANG-UNKNOWN]
!      colunm x
!      ^
! hint: did you mean 'column'?
! $SRC/tests/profiles/bad/format.profile:2:10: error: unknown format 'jsn' [LANG-UNKNOWN]
!       format jsn
!              ^
! hint: did you mean 'json'?
[3]

$ flowaudit profile check none.profile
! flowaudit-profile: error: cannot open 'none.profile': No such file or directory [IO]
[5]

$ flowaudit profile check none
! flowaudit-profile: error: 'none' is neither a file nor a shipped profile [USAGE]
! hint: flowaudit-profile list shows the shipped ones
[2]

$ flowaudit profile chek
! flowaudit-profile: error: unknown command 'chek' [USAGE]
! hint: did you mean 'check'?
[2]

$ flowaudit ingest --profile none x.csv >/dev/null
! flowaudit-ingest: error: 'none' is neither a file nor a shipped profile [USAGE]
! hint: flowaudit-profile list shows the shipped ones
[2]

# Empty tables for a platform: refused where something is already, and by the names of no tables.
$ flowaudit ingest --template empty flow account; cat empty/*
account_id,since,owner,role,held_at,kind,class,bound_to,bank_card,part_of,currency,opened_on,closed_on,filed_on,opening_balance,archived_until,opening_paid,last_active_on
\# What is filed (flowaudit-filing(5)). State what the lines behind # ask for, and
\# take out the tables that are not filed together with their files.
filing "Filing"
  # filer    ID                          the institution that files
  # period   2025-01-01 .. 2025-01-31    the days covered, both included
  # zone     Asia/Shanghai               of times without an offset
  # currency CNY                         of amounts that name none

  # An account on the platform or at a bank, as it stood from a day on
  # required: account_id, owner, role
  file "account.csv" table account

  # One movement of money between two accounts, as the platform booked it
  # required: flow_id, time, payer_account, payee_account, amount, currency, kind, status
  file "flow.csv" table flow
end
flow_id,time,payer_account,payee_account,amount,currency,kind,status,channel,instrument,business,purpose,contract,order_id,instruction_id,accepted_at,payer_name,payee_name,merchant_name,cross_border,region,auth_factors,has_certificate,code_type,verified_by,fee_code,reverses,archived_until,memo

$ flowaudit ingest --template empty
! flowaudit-ingest: error: cannot make 'empty/filing.manifest': File exists [IO]
[5]

$ flowaudit ingest --template other flwo
! flowaudit-ingest: error: a filing has no table 'flwo' [USAGE]
! hint: did you mean 'flow'?
[2]

$ flowaudit ingest >/dev/null
! flowaudit-ingest: error: operand missing: expected FILING... [USAGE]
! hint: see 'flowaudit-ingest --help'
[2]

$ awk -F, '{ v["account_id"] = "A"; v["owner"] = "P"; v["role"] = "customer"; v["currency"] = "CNY"; for (i = 1; i <= NF; i++) printf "%s%s", v[$i], i < NF ? "," : "\n" }' empty/account.csv >row; cat row >>empty/account.csv; echo 'F1,2025-01-01T09:00:00+08:00,A,A,1.50,CNY,transfer,settled,,,,,,,,,,,,,,,,,,,,,' >>empty/flow.csv; flowaudit ingest empty | flowaudit view --totals
table,column,currency,direction,rows,rejected,sum
account,,,,1,0,
flow,,,,1,0,
flow,amount,CNY,,1,,1.50
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: account.owner: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]

# The whole template is a filing as it stands.
$ flowaudit ingest --template whole && ls whole | grep -x -e flow.csv -e filing.manifest; flowaudit ingest whole | flowaudit view --totals
filing.manifest
flow.csv
table,column,currency,direction,rows,rejected,sum
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest

# Trying a profile: two tables, rows of two kinds, records left out by several statements, a column
# that nobody knows, totals that disagree.
$ cp $SRC/tests/profiles/bank.* .

$ flowaudit profile try bank.profile bank.csv
file      bank.csv
encoding  read as UTF-8: the file is UTF-8
header    line 4: 5 columns; 2 records before it
unused    none
statement 9 records: 2 accepted, 1 rejected, 6 left out, 0 of other tables; 2 rows
          2 left out: before the header
          1 left out: skip "---*"
          1 left out: ignore when "摘要" is "冲正"
          2 left out: footer
balance   9 records: 3 accepted, 0 rejected, 6 left out, 0 of other tables; 3 rows
          2 left out: before the header
          1 left out: skip "---*"
          1 left out: ignore when "摘要" is "冲正"
          2 left out: footer

balance:
account,date,source,closing
622202,2025-01-02,bank,1300.00
622202,2025-01-03,bank,1249.50
622202,2025-01-05,bank,1.00

statement:
statement_id,account,booked_at,direction,amount,currency,memo
bank.csv:1,622202,2025-01-02T00:00:00+08:00,credit,1200.00,CNY,工资
bank.csv:3,622202,2025-01-03T00:00:00+08:00,debit,50.50,CNY,消费
! bank.csv:9:14: warning: record 5 rejected: column 'amount' from '支出': expected a number such as 1,234.50, found 'x' [ROW-NUMBER]

$ flowaudit profile try --rows 1 bank.profile bank.csv 2>/dev/null | tail -6
account,date,source,closing
622202,2025-01-02,bank,1300.00

statement:
statement_id,account,booked_at,direction,amount,currency,memo
bank.csv:1,622202,2025-01-02T00:00:00+08:00,credit,1200.00,CNY,工资

$ flowaudit profile try --rows 0 bank.profile bank.csv 2>/dev/null | grep -c :
12

$ sed 's/^合计,4/合计,3/' bank.csv >fewer.csv; flowaudit profile try bank.profile fewer.csv
file      fewer.csv
encoding  read as UTF-8: the file is UTF-8
header    line 4: 5 columns; 2 records before it
unused    none
statement 9 records: 2 accepted, 1 rejected, 6 left out, 0 of other tables; 2 rows
          2 left out: before the header
          1 left out: skip "---*"
          1 left out: ignore when "摘要" is "冲正"
          2 left out: footer
balance   9 records: 3 accepted, 0 rejected, 6 left out, 0 of other tables; 3 rows
          2 left out: before the header
          1 left out: skip "---*"
          1 left out: ignore when "摘要" is "冲正"
          2 left out: footer

balance:
account,date,source,closing
622202,2025-01-02,bank,1300.00
622202,2025-01-03,bank,1249.50
622202,2025-01-05,bank,1.00

statement:
statement_id,account,booked_at,direction,amount,currency,memo
fewer.csv:1,622202,2025-01-02T00:00:00+08:00,credit,1200.00,CNY,工资
fewer.csv:3,622202,2025-01-03T00:00:00+08:00,debit,50.50,CNY,消费
! fewer.csv:9:14: warning: record 5 rejected: column 'amount' from '支出': expected a number such as 1,234.50, found 'x' [ROW-NUMBER]
! fewer.csv:10: error: the file states '3' records here, it has 4 [TOTAL-MISMATCH]
[4]

$ sed -i 's/^日期,/日期,柜员,网点,/' bank.csv; flowaudit profile try bank.profile bank.csv
file      bank.csv
encoding  read as UTF-8: the file is UTF-8
header    line 4: 7 columns; 2 records before it
unused    '柜员', '网点'
statement not read
balance   not read
! bank.csv:4: error: the profile does not know the column '柜员' [CSV-COLUMN]
! hint: map or ignore it in the profile
[4]

$ flowaudit profile try bank.profile
! flowaudit-profile: error: expected try PROFILE FILE [USAGE]
! hint: see 'flowaudit-profile --help'
[2]

$ flowaudit profile try bank.profile absent.csv
! flowaudit-profile: error: cannot open 'absent.csv': No such file or directory [IO]
[5]

$ flowaudit profile try $SRC/tests/profiles/bad/format.profile bank.csv
! $SRC/tests/profiles/bad/format.profile:2:10: error: unknown format 'jsn' [LANG-UNKNOWN]
!       format jsn
!              ^
! hint: did you mean 'json'?
[3]

# Two currencies in tables that cannot name them.
$ for c in CNY USD; do printf "profile $c\n table balance\n currency $c\n column account from \"A\"\n column date from \"D\"\n column source = \"bank\"\n column closing from \"C\"\nend\n" >$c.profile; done; mkdir two; printf 'A,D,C\nx,2025-01-01,1.00\n' | tee two/a.csv >two/b.csv; sed -i s/x/y/ two/b.csv; printf 'filing "x"\n file "a.csv" table balance profile CNY\n file "b.csv" table balance profile USD\nend\n' >two/filing.manifest

$ flowaudit ingest --profile CNY.profile --profile USD.profile two >/dev/null
! b.csv: error: its profile gives amounts in USD, the filing is in CNY, and table 'balance' has no column for it [MONEY-CURRENCY]
! hint: file it apart, or let its accounts name their currency instead of the profile
[4]

# A day where a time belongs: the hint says what the column must state, and then it is read.
$ mkdir days; printf 'day,who,sum\n2026-01-03,A,5.00\n' >days/in.csv; cat > days.profile <<"END"
> profile days
>   date "YYYY-MM-DD"
>   zone Asia/Shanghai
>   currency CNY
>   table flow
>     column flow_id from record
>     column time from "day"
>     column payer_account from "who"
>     column payee_account = "ours"
>     column amount from "sum"
>     column kind = "top_up"
>     column status = "settled"
> end
> END

$ flowaudit profile try days.profile days/in.csv
file      in.csv
encoding  read as UTF-8: the file is UTF-8
header    line 1: 3 columns; 0 records before it
unused    none
flow      1 record: 0 accepted, 1 rejected, 0 left out, 0 of other tables; 0 rows
! in.csv:2:1: warning: record 1 rejected: column 'time' from 'day': expected a time whose day is written 'YYYY-MM-DD', found '2026-01-03' [ROW-TIME]
! hint: a day without a time of day is read, as its start, where the column says: form "YYYY-MM-DD"

$ sed 's/from "day"/& form "YYYY-MM-DD"/' days.profile >whole.profile; flowaudit profile try whole.profile days/in.csv | tail -1
in.csv:1,2026-01-03T00:00:00+08:00,A,ours,5.00,CNY,top_up,settled
