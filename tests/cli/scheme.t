# Listing and checking schemes.
$ flowaudit scheme list
bank-statement  A bank's statement without references: by amount, within a working day
  all accounts, window 0bd .. 1bd, match details, match amount
camt  ISO 20022 camt: by end-to-end reference, and the payments within an entry
  all accounts, match details, 1 group
jiangxi-aleve  Jiangxi Bank depository: all lines (ALEVE), by amount and day
  all accounts, window -1d .. 1d, match amount
jiangxi-eve  Jiangxi Bank depository: lines of the platform's orders (EVE), by its order number
  all accounts, reference order_id, window -1d .. 1d
lanmao  Lanmao depository: check files, by the number of the request
  all accounts, window -1d .. 1d
mt940  SWIFT MT940: by the reference of the payment
  all accounts

$ flowaudit scheme check camt $SRC/tests/schemes/everything.scheme
camt: all accounts alike
everything: 2 sections of accounts

$ flowaudit scheme list $SRC/tests/schemes/everything.scheme
everything  Everything
  role custody, reserve, reference flow_id, window 0d .. 2d, 1 cutoff, tolerance 0.00 CNY, daily
  accounts A-1, A-2, reference instruction_id, window -1bd .. 1bd, 3 cutoffs, 4 fees, tolerance 0.05 CNY, tolerance 3 JPY, daily, match details

# All mistakes of all schemes, each with its place; status 3.
$ printf 'scheme bad\n tolerence 0.05 CNY\n window 0bd .. 1bd\n match subset at most 20\nend\n' >bad.scheme; flowaudit scheme check bad.scheme mt940 $SRC/tests/schemes/bad/title.scheme
mt940: all accounts alike
! bad.scheme:2:2: error: unknown statement of a scheme 'tolerence' [LANG-UNKNOWN]
!      tolerence 0.05 CNY
!      ^
! hint: did you mean 'tolerance'?
! bad.scheme:4:23: error: '20': from 2 to 16 rows may add up to one [SCHEME-SYNTAX]
!      match subset at most 20
!                           ^
! $SRC/tests/schemes/bad/title.scheme:2:9: error: expected a title in quotes, found 'y' [LANG-EXPECTED]
!       title y
!             ^
[3]

$ flowaudit scheme check none.scheme
! flowaudit-scheme: error: cannot open 'none.scheme': No such file or directory [IO]
[5]

$ flowaudit scheme check none
! flowaudit-scheme: error: 'none' is neither a file nor a shipped scheme [USAGE]
! hint: flowaudit-scheme list shows the shipped ones
[2]

$ flowaudit scheme show
! flowaudit-scheme: error: unknown command 'show' [USAGE]
! hint: see 'flowaudit-scheme --help'
[2]

$ flowaudit reconcile --scheme none /dev/null
! flowaudit-reconcile: error: 'none' is neither a file nor a shipped scheme [USAGE]
! hint: flowaudit-scheme list shows the shipped ones
[2]

# A mistake is told before the stream is read.
$ flowaudit reconcile --scheme bad.scheme none.stream >/dev/null
! bad.scheme:2:2: error: unknown statement of a scheme 'tolerence' [LANG-UNKNOWN]
!      tolerence 0.05 CNY
!      ^
! hint: did you mean 'tolerance'?
! bad.scheme:4:23: error: '20': from 2 to 16 rows may add up to one [SCHEME-SYNTAX]
!      match subset at most 20
!                           ^
[3]

$ flowaudit audit --scheme bad.scheme none
! bad.scheme:2:2: error: unknown statement of a scheme 'tolerence' [LANG-UNKNOWN]
!      tolerence 0.05 CNY
!      ^
! hint: did you mean 'tolerance'?
! bad.scheme:4:23: error: '20': from 2 to 16 rows may add up to one [SCHEME-SYNTAX]
!      match subset at most 20
!                           ^
[3]

# What goes with no filing: an account, a calendar, decimals.
$ printf 'scheme s\n tolerance 0.005 CNY\nend\n' >fine.scheme; printf 'scheme s\n accounts "CUSTODY-01"\n accounts "CUSTODY-99"\nend\n' >account.scheme; flowaudit ingest $SRC/tests/filings/lending-2017-defects -o ledger 2>/dev/null; flowaudit reconcile --scheme fine.scheme ledger >/dev/null
! fine.scheme:2:12: error: '0.005' has more decimals than the 2 of CNY in this filing [SCHEME-SCALE]
!      tolerance 0.005 CNY
!                ^
[3]

$ flowaudit reconcile --scheme account.scheme ledger >/dev/null
! account.scheme:3:11: error: the filing has no account 'CUSTODY-99' [SCHEME-ACCOUNT]
!      accounts "CUSTODY-99"
!               ^
! hint: a scheme for several filings names roles
[3]

$ printf 'scheme s\n calendar "cn"\nend\n' >calendar.scheme; flowaudit reconcile --scheme calendar.scheme ledger >/dev/null
! calendar.scheme:2:11: error: table holiday of the filing has no calendar 'cn' [SCHEME-CALENDAR]
!      calendar "cn"
!               ^
! hint: file its days in table holiday, or declare calendar weekdays
[3]

# The head says by which scheme, and audit does as the pipe does.
$ flowaudit reconcile --matches --scheme camt ledger | grep -a '^ *step "reconcile"'
  step "reconcile" version "0.1.0" options "matches scheme=camt" hash "cc2b19388287ea85b061b626ec78827f9955c32c69e7933497f01966a588833f"

$ flowaudit reconcile --scheme lanmao ledger | flowaudit flag -r cn-online-lending-2016 | flowaudit report --format ndjson -o pipe.ndjson; flowaudit audit --scheme lanmao -r cn-online-lending-2016 --format ndjson -o audit.ndjson $SRC/tests/filings/lending-2017-defects >/dev/null 2>&1; cmp pipe.ndjson audit.ndjson && echo same
same

# An acquirer who pays out one sum for a day and channel, less his fee; what is after the cut-off belongs to the
# next working day, what is not yet due is timing.
$ flowaudit ingest $SRC/tests/schemes/shop -o shop 2>/dev/null; flowaudit reconcile --scheme $SRC/tests/schemes/shop.scheme --matches shop -o shop.rec; flowaudit view --table match --columns match_no,flow,statement,stage,class,flow_amount,statement_amount,fee shop.rec
match_no,flow,statement,stage,class,flow_amount,statement_amount,fee
1,F1,L1,group,fee,100.00,149.10,0.90
1,F2,L1,group,fee,50.00,,
2,F3,L2,group,fee,30.00,49.70,0.30
2,F4,L2,group,fee,20.00,,

$ flowaudit view --table break --columns break_id,date,amount,due_on,age shop.rec
break_id,date,amount,due_on,age
fee:L1#1,2025-01-06,0.90,2025-01-06,4
fee:L2#1,2025-01-07,0.30,2025-01-07,3
timing:F5#1,2025-01-10,70.00,2025-01-13,0

$ flowaudit reconcile --scheme $SRC/tests/schemes/shop.scheme --explain L1 shop
statement line L1, 2025-01-06T06:00:00+08:00, credit of ACQ, 149.10 CNY, no reference
  is the break fee:L1#1, due on 2025-01-06; with F1, F2: a group of one key that adds up; a declared fee of 0.90 CNY

$ flowaudit reconcile --scheme $SRC/tests/schemes/shop.scheme --explain F1 shop
flow F1, 2025-01-03T10:00:00+08:00, credit of ACQ, 100.00 CNY, reference F1
  is the break fee:L1#1, due on 2025-01-06; with L1, F2: a group of one key that adds up; a declared fee of 0.90 CNY

$ flowaudit reconcile --scheme $SRC/tests/schemes/shop.scheme --explain F5 shop
flow F5, 2025-01-10T09:00:00+08:00, credit of ACQ, 70.00 CNY, reference F5
  is the break timing:F5#1, due on 2025-01-13; what comes nearest, and why it is not the same:
    L2: no reference; amount is 49.70 CNY, 20.30 CNY less, with the declared fee it would be 69.58 CNY; -3 working days from flow to line, the window is 0 to 1; claimed by F3, F4; 3d3h earlier
    L1: no reference; amount is 149.10 CNY, 79.10 CNY more, with the declared fee it would be 69.58 CNY; -4 working days from flow to line, the window is 0 to 1; claimed by F1, F2; 4d3h earlier

# Sub-accounts on the statement of their master, an account under another number at the bank, the instruction as
# reference. F5 has none; F3 moves nothing on the statement.
$ flowaudit ingest $SRC/tests/schemes/faces -o faces 2>/dev/null; flowaudit reconcile --scheme $SRC/tests/schemes/faces.scheme --matches faces -o faces.rec; flowaudit view --table match --columns account,direction,flow,statement,stage,class faces.rec
account,direction,flow,statement,stage,class
MASTER,credit,F1,L1,reference,matched
MASTER,debit,F4,L4,reference,matched
BANK-9,credit,F4,L5,reference,matched
MASTER,credit,F2,L2,reference,late
! flowaudit-reconcile: note: 1 account with statement lines, of role own_funds, in no section of the scheme: rows there are matched by reference alone [MATCH-UNNAMED]
! hint: flowaudit view --table account lists accounts with their roles

$ flowaudit view --table break --columns break_id,account,date,due_on,days_late,age faces.rec
break_id,account,date,due_on,days_late,age
late:I2#1,MASTER,2025-01-06,2025-01-03,1,4
gap:2025-01-07..2025-01-10#1,MASTER,2025-01-07,,,3
missing_at_bank:F5#1,BANK-9,2025-01-03,,,5
missing_in_ledger:F5#1,BANK-9,2025-01-03,,,5

$ flowaudit reconcile --scheme $SRC/tests/schemes/faces.scheme --explain F3 faces 2>/dev/null
flow F3, 2025-01-02T12:00:00+08:00, debit of MASTER, 30.00 CNY, reference I3
  moves nothing there: both its accounts are on one statement

$ flowaudit reconcile --scheme $SRC/tests/schemes/faces.scheme --explain F2 faces 2>/dev/null
flow F2, 2025-01-02T11:00:00+08:00, credit of MASTER, 50.00 CNY, reference I2
  is the break late:I2#1, due on 2025-01-03, 1 days late; with L2

# Without such a scheme the flows of sub-accounts are compared with nothing, and a note points to it.
$ flowaudit reconcile faces | flowaudit view --table match_total
account,direction,class,rows,ledger_rows,bank_rows,ledger_amount,bank_amount,currency
MASTER,credit,missing_in_ledger,2,0,2,,150.00,CNY
MASTER,debit,missing_at_bank,1,1,0,20.00,,CNY
MASTER,debit,missing_in_ledger,1,0,1,,20.00,CNY
BANK-9,credit,matched,1,1,1,1.00,1.00,CNY
BANK-9,credit,missing_in_ledger,1,0,1,,20.00,CNY
,,no_statement,3,3,0,180.00,,CNY
! flowaudit-reconcile: note: 1 account with flows is part of an account with a statement: a scheme that says face part_of compares its flows with it [MATCH-FACE]

# A section for a role that no account has.
$ printf 'scheme s\n accounts role settlement, pending\n  window 0d .. 1d\n  match amount\nend\n' >role.scheme; flowaudit reconcile --scheme role.scheme faces >/dev/null
! flowaudit-reconcile: note: 2 accounts with statement lines, of roles custody, own_funds, in no section of the scheme: rows there are matched by reference alone [MATCH-UNNAMED]
! hint: flowaudit view --table account lists accounts with their roles
! role.scheme:2:16: note: the filing has no account for this section (roles settlement, pending) [SCHEME-ROLE]
!      accounts role settlement, pending
!                    ^
! hint: flowaudit view --table account lists accounts with their roles
! flowaudit-reconcile: note: 1 account with flows is part of an account with a statement: a scheme that says face part_of compares its flows with it [MATCH-FACE]

# A year that the calendar does not have.
$ mkdir old; cp $SRC/tests/schemes/faces/* old; sed -i s/2025/2024/ old/holiday.csv; flowaudit ingest old 2>/dev/null | flowaudit reconcile --scheme $SRC/tests/schemes/faces.scheme >/dev/null
! flowaudit-reconcile: error: calendar 'cn' does not say whether 2025-01-02 is a working day: it has no day of 2025 [MATCH-CALENDAR]
! hint: file the days off and the make-up working days of that year in table holiday, or declare calendar weekdays
[4]

# Accounts that are part of one another.
$ sed -i s/custody,$/custody,SUB-2/ old/account.csv; flowaudit ingest old 2>/dev/null | flowaudit reconcile --scheme $SRC/tests/schemes/faces.scheme >/dev/null
! flowaudit-reconcile: error: account 'aaaaaa' is part of itself, by the accounts that it is part of [MATCH-CIRCLE]
[4]
