# Why a rule fired, and why it did not.
$ flowaudit ingest $SRC/tests/filings/lending-2017-defects -o lending.fla 2>/dev/null

# A finding: by its number in the results of the same rulesets.
$ flowaudit-rules explain OL16-CAP-NP-1 lending.fla -r cn-online-lending-2016 --finding F-000002
OL16-CAP-NP-1: A natural person owes more than the cap on one platform
Art. 17 (seen)
judged in this ledger: 58; fired 5, clear 53, unknown 0

judged: the instant 2017-03-22T08:00:00+08:00
  contract.borrower.id_number = 110105********0078
outcome: fires
  owed > natural_cap: true
    owed = 210000.00
    natural_cap = 200000.00, from 2016-08-24, Art. 17 (seen)

# By its fingerprint, as reports show it.
$ flowaudit-rules explain OL16-CAP-NP-1 lending.fla -r cn-online-lending-2016 --finding $(flowaudit flag -r cn-online-lending-2016 lending.fla | flowaudit report --format ndjson | sed -n 's/.*F-000002.*"fingerprint":"\([0-9a-f]*\)".*/\1/p') | head -n 7
OL16-CAP-NP-1: A natural person owes more than the cap on one platform
Art. 17 (seen)
judged in this ledger: 58; fired 5, clear 53, unknown 0

judged: the instant 2017-03-22T08:00:00+08:00
  contract.borrower.id_number = 110105********0078
outcome: fires

# A row that another condition takes out of the population; what stands behind that is not asked.
$ flowaudit-rules explain OL16-CAP-NP-1 lending.fla -r cn-online-lending-2016 --row flow:F0000000103
OL16-CAP-NP-1: A natural person owes more than the cap on one platform
Art. 17 (seen)
judged in this ledger: 58; fired 5, clear 53, unknown 0

flow F0000000103

effective: not in the population: the condition of where is not true
  judged by the law of 2017-04-03: the rule is in force
  all of: false
    kind in {disburse, repay_principal}: false
      kind = transfer
    contract.borrower.kind = natural: not asked

# A row that fires; people are masked unless --reveal.
$ flowaudit-rules explain OL16-PROH-02 lending.fla -r cn-online-lending-2016 --row F0000000103
OL16-PROH-02: The platform takes in lenders' or borrowers' money
Art. 10, prohibition 02 (known)
judged in this ledger: 8; fired 8, clear 0, unknown 0

flow F0000000103

settled: in the population
  judged by the law of 2017-04-03: the rule is in force
  all of: true
    payer_account.role = customer: true
      payer_account.role = customer
    payee_account.role != custody: true
      payee_account.role = own_funds
  exception, Art. 28: fees are the platform's own money:
    kind = fee: false
      kind = transfer
  payee_account = **N-01
judged: fires
  one of: true
    payee_account.owner = filer.party: true
      payee_account.owner = P-0001
      filer.party = P-0001
    has relation(party = payee_account.owner, institution = filer, kind = controller): not asked
    has relation(party = payee_account.owner, institution = filer, kind = shareholder): not asked
    has relation(party = payee_account.owner, institution = filer, kind = affiliate): not asked

# The key of a row is masked, too, and has no empty end.
$ flowaudit ingest $SRC/samples/prepaid-2025-defects -r prepaid-operator -o prepaid.fla 2>/dev/null

$ flowaudit-rules explain PC12-FACE prepaid.fla -r cn-prepaid-card-2012 --row prepaid_card:K0000000130 | grep ^prepaid_card
prepaid_card K00000*0130
prepaid_card: in the population

$ flowaudit-rules explain PC12-FACE prepaid.fla -r cn-prepaid-card-2012 --row prepaid_card:K0000000130 --reveal | grep ^prepaid_card
prepaid_card K0000000130
prepaid_card: in the population

$ flowaudit-rules explain ID-LUHN prepaid.fla -r cn-identity --finding F-000005 | grep ^account
account *****0017
account: in the population

$ flowaudit-rules explain ID-CN18 prepaid.fla -r cn-identity --finding F-000001 | grep ^party
party P-0001
party: in the population

# A finding of a rule over a view tells what it carries: the view's rows are none of the ledger.
$ flowaudit-rules explain PC12-CAP40 prepaid.fla -r cn-prepaid-card-2012 --finding F-000011
PC12-CAP40: More is owed on cards than 40% of last year's main revenue
Measures: cap on the prepaid balance (seen)
judged in this ledger: 184; fired 184, clear 0, unknown 0

finding of the view prepaid_day
  filer = CARD-1
from 2025-07-01 to 2025-09-30
  owed = 271130.00
  financial(institution = filer, as_of = start_of(day, year) - 1d).main_revenue = 60000.00
  revenue * 40% = 24000.00
  filer = CARD-1
  revenue = 60000.00
at worst, 2025-09-26
  owed = 288553.00
  financial(institution = filer, as_of = start_of(day, year) - 1d).main_revenue = 60000.00
  revenue * 40% = 24000.00
  filer = CARD-1
  revenue = 60000.00

# A near miss in a test of the rule, and what was lacking; the test's data are not masked.
$ flowaudit-rules explain OL16-CAP-LP-1 --test "a company at the cap and a fen over it, an organisation over it; a person is another rule's" --row flow:1
OL16-CAP-LP-1: A legal person or other organisation owes more than the cap on one platform
Art. 17 (seen)
judged in this ledger: 3; fired 2, clear 1, unknown 0

flow 1

effective: in the population
  judged by the law of 2017-03-01: the rule is in force
  all of: true
    kind in {disburse, repay_principal}: true
      kind = disburse
    contract.borrower.kind in {legal, other}: true
      contract.borrower.kind = legal
  contract.borrower.id_number = 91110105MA0000001X
  sum(amount if kind = disburse): the row gives 1000000.00
    kind = disburse: true
      kind = disburse
  sum(amount if kind = repay_principal): the row does not count
    kind = repay_principal: false
      kind = disburse
judged: the instant 2017-03-01T09:00:00+08:00
outcome: clear
  owed > legal_cap: false; lacks 0.01
    owed = 1000000.00
    legal_cap = 1000000.00, from 2016-08-24, Art. 17 (seen)

# Both legs of a flow.
$ flowaudit-rules explain LV18-PI-NP-DOM --row 5 --test "300,000 and 200,000 received; 300,000 received and 250,000 paid; 499,999.99"
LV18-PI-NP-DOM: Domestic transfers of a natural person in a day reach the threshold and no large-value report was filed
银发〔2018〕163号; Order [2016] No. 3 Art. 8 (known)
judged in this ledger: 4; fired 1, clear 3, unknown 0

flow 5

leg of effective, the payer's leg: in the population
  judged by the law of 2024-06-03: the rule is in force
  all of: true
    filer.kind = payment: true
      filer.kind = payment
    instrument != cash: true
      instrument = bank_card
    not: true
      cross_border: false
    account.role in {customer, merchant}: true
      account.role = customer
    account.owner.kind = natural: true
      account.owner.kind = natural
  exception, Art. 7: own accounts:
    internal: false
  exception, Art. 7: interest:
    kind = interest: false
      kind = transfer
  exception, Art. 7: one side is an exempt organ:
    has listed(list = "large_value_exempt", kind = party, value = counterparty.owner.id_number): false
      counterparty.owner.id_number = 4
  who = z
  side = debit
  sum(amount): the row gives 499999.99
judged: the day 2024-06-03
outcome: clear
  all of: false
    sum(amount) >= person_mark: false; lacks 0.01
      sum(amount) = 499999.99
      person_mark = 500000.00, from 2017-07-01, code 0503; 银发〔2018〕163号 for payment institutions (seen)
    as_of > day + 5bd: not asked
    not has_any_report: not asked

leg of effective, the payee's leg: not in the population: the condition of where is not true
  judged by the law of 2024-06-03: the rule is in force
  all of: false
    filer.kind = payment: true
      filer.kind = payment
    instrument != cash: true
      instrument = bank_card
    not: true
      cross_border: false
    account.role in {customer, merchant}: false
      account.role = reserve
    account.owner.kind = natural: not asked

# Series: the rows of the day.
$ flowaudit-rules explain RSV21-FULL --row "balance:r|2021-03-02|bank" --test "short by 5,000.00; covered to the fen; short by one fen"
RSV21-FULL: Reserves do not cover what customers are owed
Art. 4 (known)
note: Judged from 2021-03-01 on. Before, the Measures of 2013 (PBOC Announcement [2013] No. 6, Art. 3) asked that reserves be kept in full at commercial banks: those days are not judged here.
judged in this ledger: 3; fired 2, clear 1, unknown 0

balance r|2021-03-02|bank

balance: not in the population: the condition of where is not true
  judged by the law of 2021-03-02: the rule is in force
  all of: false
    account.role in {customer, merchant}: false
      account.role = reserve
    source = platform: not asked

balance: in the population
  judged by the law of 2021-03-02: the rule is in force
  all of: true
    account.role in {reserve, prepaid_special, pending}: true
      account.role = reserve
    source = bank: true
      source = bank
  filer = filer
  sum(closing): the row gives 985000.00
judged: the day 2021-03-02
outcome: clear
  owed - held > 0.00: false; lacks 0.01
    owed - held = 0.00
      owed = 1000000.00
      held = 1000000.00

$ flowaudit-rules explain RSV21-FULL --row balance:r --test "short by 5,000.00; covered to the fen; short by one fen"
! flowaudit-rules: error: 3 rows of balance have the key 'r' [EXPLAIN-ROW]
! hint: give all parts of the key, with | between them
[2]

$ flowaudit-rules explain OL16-CAP-NP-1 lending.fla -r cn-online-lending-2016 --row flow:nowhere
! flowaudit-rules: error: no row of flow has the key 'nowhere' [EXPLAIN-ROW]
[2]

$ flowaudit-rules explain OL16-CAP-NP-1 lending.fla -r cn-online-lending-2016 --finding F-000007
! flowaudit-rules: error: finding 'F-000007' is one of rule OL16-PROH-02 [EXPLAIN-ROW]
! hint: numbers belong to the stream that was flagged: reconcile first if it was, or give the fingerprint
[2]

$ flowaudit-rules explain OL16-CAP-NP-1 lending.fla -r cn-online-lending-2016 --finding F-1
! flowaudit-rules: error: the rules make no finding 'F-1' [EXPLAIN-ROW]
! hint: a number counts in the results of the same rulesets; a fingerprint stays the same
[2]

$ flowaudit-rules explain OL16-CAP-NP-1 lending.fla -r cn-online-lending-2016
! flowaudit-rules: error: explain wants one of --row and --finding [USAGE]
[2]

$ flowaudit-rules explain OL16 lending.fla -r cn-online-lending-2016 --row flow:F0000000103
! flowaudit-rules: error: no ruleset of this run has a rule 'OL16' [USAGE]
! hint: flowaudit-rules list shows the rules
[2]

$ flowaudit-rules explain
! flowaudit-rules: error: explain wants the id of a rule [USAGE]
! hint: flowaudit-rules explain RULE [STREAM] --row TABLE:KEY
[2]

$ flowaudit-rules explain OL16-CAP-NP-1 --test none --row flow:1
! flowaudit-rules: error: the rule has no such test [USAGE]
! hint: write the test's name as it stands in the rule
[2]

$ flowaudit-rules explain OL16-CAP-NP-1 lending.fla -r cn-online-lending-2016 --test none --row flow:1
! flowaudit-rules: error: --test explains a --row of the test, and takes no stream [USAGE]
[2]

# A duty that came too late.
$ flowaudit-rules explain CASE -r $SRC/tests/conformance/duties/within-hours-ends-at-the-instant.rules --test "at the last instant, one microsecond later, at once, never" --row action:a2
CASE: A refund within 24 hours of its request
none (known)
judged in this ledger: 4; fired 2, clear 2, unknown 0

action a2

action: in the population
  judged by the law of 2022-01-01: the rule is in force
  kind = refund_request: true
    kind = refund_request
judged: owes
duty: broken
  due = 2022-01-02T10:00:00+08:00
  came = 2022-01-02T10:00:00.000001+08:00

# Way 11: what is in force at the time; the stretch is the first that has the row and fires.
$ flowaudit-rules explain CASE -r $SRC/tests/conformance/intervals/exactly-at-the-number.rules --test "one, two, three, two" --row account:c | tail -n +5
account c

account: in the population
  judged by the law of 2022-01-31: the rule is in force
  owner = p
judged: the day 2022-01-10
  in force then: 3 rows
    a
    b from 2022-01-05
    c from 2022-01-10 to 2022-01-12
outcome: fires
  not exactly 2: true
    count = 3

# Way 12: the row that was due, from when to when, what there is instead, and all periods of the key.
$ flowaudit-rules explain TEST-RETURN -r $SRC/tests/rules/intervals.rules --test "on the fifteenth day, a day late" --row 2 | tail -n +5
filed_report 2

filed_report: in the population
  judged by the law of 2019-03-22: the rule is in force
  kind = periodic: true
    kind = periodic
  filer = emi
judged: the month that ends on 2019-02-28
  needs a row of filed_report dated 2019-02-28 to 2019-03-21; has none
  the one before is 1 of 2019-02-21
  the one behind is 2 of 2019-03-22
outcome: fires
  the row is lacking: true
    count = 0
periods of this key: 3; without their row 1, not yet due 1
  that end on 2019-02-28

$ flowaudit-rules explain TEST-RETURN -r $SRC/tests/rules/intervals.rules --test "on the fifteenth day, a day late" --row 1 | tail -n +5
filed_report 1

filed_report: in the population
  judged by the law of 2019-02-21: the rule is in force
  kind = periodic: true
    kind = periodic
  filer = emi
judged: the month that ends on 2019-01-31
  needs a row of filed_report dated 2019-01-31 to 2019-02-21; has
    1 of 2019-02-21
outcome: clear
  the row is lacking: false
    count = 1
periods of this key: 3; without their row 1, not yet due 1
  that end on 2019-02-28

$ flowaudit-rules explain TEST-RETURN -r $SRC/tests/rules/intervals.rules --test "on the fifteenth day, a day late" --row institution:emi | tail -n 5
outcome: fires
  the row is lacking: true
    count = 0
periods of this key: 3; without their row 1, not yet due 1
  that end on 2019-02-28

$ flowaudit-rules explain TEST-RECON -r $SRC/tests/rules/intervals.rules --test "reconciled the next day, too late, and not at all" --row flow:3 | tail -n 9
  account = a
judged: the day 2019-01-03
  needs a row of reconciliation_record dated 2019-01-03; has none
  the one before is a|2019-01-01 of 2019-01-01
outcome: fires
  the row is lacking: true
    count = 0
periods of this key: 3; without their row 2
  that end on 2019-01-02, 2019-01-03

# A row that only feeds a view that the rule reads.
$ cat > views.rules <<"END"
> ruleset views
>   title    en "By way of a view"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> view daily
>   on   settled where kind = pay
>   per  payer_account each day
>   show total = sum(amount)
> end
> rule V-1
>   title    en "Paid too much in a day"
>   cite     "none" known
>   severity low
>   on       daily
>   when     total > 5.00
>   test "two payments, a refund"
>     flow | flow_id | time             | payer_account | amount | kind   |
>          | 1       | 2020-03-01T09:00 | a             | 3.00   | pay    |
>          | 2       | 2020-03-01T10:00 | a             | 3.00   | pay    |
>          | 3       | 2020-03-01T11:00 | a             | 3.00   | refund |
>     expect fires for "a|2020-03-01" on 2020-03-01
>   end
> end
> END

$ flowaudit-rules explain V-1 -r views.rules --test "two payments, a refund" --row flow:2 | tail -n +5
flow 2

through the view daily, which the rule reads
settled: in the population
  kind = pay: true
    kind = pay
  payer_account = a
  row of the view: 2020-03-01

$ flowaudit-rules explain V-1 -r views.rules --test "two payments, a refund" --row flow:3 | tail -n +5
flow 3

through the view daily, which the rule reads
settled: not in the population: the condition of where is not true
  kind = pay: false
    kind = refund

$ flowaudit-rules explain V-1 -r views.rules --test "two payments, a refund" --row flow:nowhere
! flowaudit-rules: error: no row of flow has the key 'nowhere' [EXPLAIN-ROW]
[2]

# Two filers with a key alike: whose row it is can be said.
$ flowaudit-rules explain CASE -r $SRC/tests/conformance/filers/ids-are-per-filer.rules --test "the party x of P and that of Q are two persons" --row contract:1
! flowaudit-rules: error: 2 rows of contract have the key '1' [EXPLAIN-ROW]
! hint: say whose it is: --row TABLE:filer=ID|KEY
[2]

$ flowaudit-rules explain CASE -r $SRC/tests/conformance/filers/ids-are-per-filer.rules --test "the party x of P and that of Q are two persons" --row 'flow:filer=Q|2' | sed -n 5,8p
flow 2

effective: in the population
  judged by the law of 2024-03-02: the rule is in force

$ flowaudit-rules explain CASE -r $SRC/tests/conformance/filers/ids-are-per-filer.rules --test "the party x of P and that of Q are two persons" --row 'flow:filer=P|2'
! flowaudit-rules: error: no row of flow has the key '2' [EXPLAIN-ROW]
[2]
