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
account_id,since,owner,role,held_at,class,bound_to,part_of,currency,opened_on,closed_on,filed_on,opening_balance
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

$ echo 'A,,P,customer,,,,,CNY,,,,' >>empty/account.csv; echo 'F1,2025-01-01T09:00:00+08:00,A,A,1.50,CNY,transfer,settled,,,,,,,,,,,,,,,,,,,,,' >>empty/flow.csv; flowaudit ingest empty | flowaudit view --totals
table,column,currency,direction,rows,rejected,sum
account,,,,1,0,
flow,,,,1,0,
flow,amount,CNY,,1,,1.50
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: account.owner: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]

# The whole template is a filing as it stands.
$ flowaudit ingest --template whole && ls whole | wc -l; flowaudit ingest whole | flowaudit view --totals
26
table,column,currency,direction,rows,rejected,sum
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
