# Rows of a table that a condition picks, in the words of rules.
$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean -o ledger 2>/dev/null; flowaudit view ledger --table flow --columns flow_id,kind,amount --where 'amount >= 80000.00 and kind in {pay, top_up}'
flow_id,kind,amount
F0000000172,top_up,499999.99
F0000000259,top_up,80000.00
F0000000531,top_up,300000.00
F0000000813,top_up,600000.00

# A path follows references, and dates are those of the filing's zone.
$ flowaudit view ledger --table flow --columns flow_id,payer_account --where 'payer_account.owner.kind = natural and date(time) = 2025-01-02' | head -n 4
flow_id,payer_account
F0000000041,C00000031
F0000000042,C00000026
F0000000043,C00000040

# It works in a pipe, on tables that are held and on those of a later stage.
$ flowaudit reconcile ledger 2>/dev/null | flowaudit view --table account --columns account_id,role --where 'role = merchant'
account_id,role
M00000022,merchant
M00000023,merchant
M00000024,merchant
M00000025,merchant
M00000064,merchant
M00000065,merchant
M00000066,merchant

$ flowaudit reconcile ledger 2>/dev/null | flowaudit view --table coverage --where 'true' | wc -l
32

# A look-up among rows by time has the stream read to its end first.
$ cat ledger | flowaudit view --table flow --columns flow_id --where 'kind = refund and has flow(status = settled, payee_account = payee_account, flow_id = "F0000000011")' | head -n 3
flow_id
F0000000011

# What is missing and what is in another currency is neither shown nor passed over.
$ mkdir small; printf 'flow_id,time,payer_account,payee_account,amount,currency,kind,status,reverses\n1,2025-01-01T09:00:00,a,b,1.00,CNY,pay,settled,\n2,2025-01-01T09:00:00,a,b,1.00,USD,pay,settled,1\n3,2025-01-01T10:00:00,a,b,3.00,CNY,pay,settled,1\n' >small/flow.csv

$ printf 'filing "x"\n filer "A"\n zone Asia/Shanghai\n currency CNY\n file "flow.csv" table flow\nend\n' >small/filing.manifest; flowaudit ingest small -o small.fa 2>/dev/null; flowaudit view small.fa --table flow --columns flow_id --where 'amount > 2.00'
flow_id
3
! flowaudit-view: warning: 1 row is left out: in another currency than the amounts of the condition [VIEW-CURRENCY]
! hint: a condition compares amounts in the filing's currency only

$ flowaudit view small.fa --table flow --columns flow_id --where 'reverses = "1" and currency = CNY'
flow_id
3
! flowaudit-view: warning: 1 row is left out: what the condition reads is missing there [VIEW-UNKNOWN]
! hint: ask for them with 'is missing', or say what holds then with else

$ flowaudit view small.fa --table flow --columns flow_id,currency --where 'reverses is given'
flow_id,currency
2,USD
3,CNY

$ flowaudit view small.fa --table flow --columns flow_id --where 'currency = USD or flow_id = "3"' --format ndjson
{"flow_id":"2"}
{"flow_id":"3"}

# Mistakes are told as those of rules are.
$ flowaudit view ledger --table flow --where 'amont > 3.00'
! --where:1:1: error: unknown name 'amont' [RULE-NAME]
!     amont > 3.00
!     ^
! hint: did you mean 'amount'?
[3]

$ flowaudit view ledger --table flow --where 'kind = pay and
>   amount > "much"'
! --where:1:15: error: expected a value, found the end of the line [LANG-EXPECTED]
!     kind = pay and
!                   ^
[3]

$ flowaudit view ledger --table flow --where 'kind = pay kind'
! --where:1:12: error: expected the end of the line, found 'kind' [LANG-EXPECTED]
!     kind = pay kind
!                ^
[3]

$ flowaudit view ledger --table flow --where 'kind = pay
>   amount > 3.00'
! --where:2:3: error: the condition goes on behind its end [LANG-EXPECTED]
!       amount > 3.00
!       ^
! hint: join conditions with and, or
[3]

$ flowaudit view ledger --table flow --where 'amount'
! --where:1:1: error: expected a condition, found money [RULE-TYPE]
!     amount
!     ^
[3]

$ flowaudit view ledger --table flow --where ''
! --where:1:1: error: expected a value, found the end of the file [LANG-EXPECTED]
[3]

$ flowaudit view ledger --table flow --where 'sum(amount) > 3.00'
! --where:1:1: error: 'sum(amount)' is of a group, but rows are judged here [RULE-LEVEL]
!     sum(amount) > 3.00
!     ^
! hint: aggregates stand in the when of a rule with per
[3]

$ flowaudit view ledger --table flow --where 'account_day(account = payer_account).flows > 1'
! --where:1:1: error: the stream has no table 'account_day': rules make it when they run [RULE-NAME]
!     account_day(account = payer_account).flows > 1
!     ^
! hint: write a rule that reads it
[3]

$ flowaudit view ledger --table flow --where 'date(time) + 1bd > as_of'
! --where:1:12: error: working days need a calendar [RULE-MISSING]
!     date(time) + 1bd > as_of
!                ^
! hint: add calendar cn (or another) to the ruleset's head
[3]

$ flowaudit view ledger --where 'true'
! flowaudit-view: error: --where needs --table [USAGE]
[2]

$ flowaudit view --schema --table flow --where 'true'
! flowaudit-view: error: --where does not go with --schema [USAGE]
[2]
