# Listing and checking schemes.
$ flowaudit scheme list
bank-statement  A bank's statement without references: by amount, within a working day
  all accounts, window 0bd .. 1bd, match details, match amount
camt  ISO 20022 camt: by end-to-end reference, and the payments within an entry
  all accounts, match details
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
$ printf 'scheme s\n tolerance 0.005 CNY\nend\n' >fine.scheme; printf 'scheme s\n accounts "CUSTODY-01"\n accounts "CUSTODY-99"\nend\n' >account.scheme; flowaudit ingest $SAMPLES/lending-2017-defects -o ledger 2>/dev/null; flowaudit reconcile --scheme fine.scheme ledger >/dev/null
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
  step "reconcile" version "0.1.0" options "matches scheme=camt" hash "0da09b7b4eb50853808f7d50d4456acfd3db3aefcf3555a541459abd332a75e1"

$ flowaudit reconcile --scheme lanmao ledger | flowaudit flag | flowaudit report --format ndjson -o pipe.ndjson; flowaudit audit --scheme lanmao --format ndjson -o audit.ndjson $SAMPLES/lending-2017-defects >/dev/null 2>&1; cmp pipe.ndjson audit.ndjson && echo same
same
