# Filings that a set of rules was not made for: what could not be tested leads, the rest runs.
$ cat > pay.rules <<"END"
> ruleset pay
>   title    en "Payment"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
>   applies  institution where kind = payment
> end
> rule PAY-BIG
>   title    en "A flow of more than 100"
>   cite     "Art. 1" seen
>   severity high
>   on       settled
>   when     amount > 100.00
>   say      en "{amount} on {from}"
> end
> rule PAY-OWNER
>   title    en "An account without an owner's name"
>   cite     "Art. 2" seen
>   severity low
>   on       account
>   when     owner.name is missing
> end
> rule PAY-ROLE
>   title    en "A customer's account with a class"
>   cite     "Art. 2" seen
>   severity low
>   on       account
>   when     owner.name = "" and class = III
> end
> set payers
>   title    en "What payment institutions must keep to"
>   applies  institution where kind = payment
>   rulesets pay
> end
> END

$ mkdir f; printf 'institution_id,kind\nP1,payment\n' > f/institution.csv; printf 'flow_id,time,payer_account,payee_account,amount,currency,kind,status\n1,2025-01-05T09:00:00,a,b,100.01,CNY,pay,settled\n' > f/flow.csv; printf 'account_id,owner,role\na,p,customer\nb,p,merchant\n' > f/account.csv; printf 'party_id,kind,name\np,natural,A\n' > f/party.csv

$ cat > f/filing.manifest <<"END"
> filing "Payment institution, one month"
>   filer  P1
>   period 2025-01-01 .. 2025-01-31
>   zone Asia/Shanghai
>   currency CNY
>   file "institution.csv" table institution
>   file "party.csv" table party
>   file "account.csv" table account
>   file "flow.csv" table flow
> end
> END

# What lacks a column is told first, with its reason; the rest is judged.
$ flowaudit audit f -r pay.rules --format text 2>/dev/null
NOT TESTED  2 of 3 rules that apply to the filer
  PAY-OWNER, PAY-ROLE: no row of the filing gives account.opened_on
filing      Payment institution, one month of P1, as of 2025-01-31
read        5 rows accepted, 0 rejected, from 4 files
judged by   -r pay.rules
breaks      none looked for: the filing has no statement
rules       3, 1 tested, 2 not_testable
violations  1: 1 high
undecided   0
leads       0

F-000001  violation  high  PAY-BIG  1
    100.01 on 2025-01-05T09:00:00+08:00

# A filing of another kind: nothing was tested, and that leads.
$ cp -r f other; sed -i s/payment/elder_care/ other/institution.csv; flowaudit audit other -r pay.rules --format text 2>/dev/null
NOT TESTED  no rule was tested
  PAY-BIG, PAY-OWNER, PAY-ROLE: the filer is not an institution where kind = payment
filing      Payment institution, one month of P1, as of 2025-01-31
read        5 rows accepted, 0 rejected, from 4 files
judged by   -r pay.rules
breaks      none looked for: the filing has no statement
rules       3, 3 not_applicable
violations  0
undecided   0
leads       0

# A period before the law.
$ cp -r f early; sed -i s/2025/2019/ early/filing.manifest early/flow.csv; sed -i 's/\.\. 2025/.. 2019/' early/filing.manifest; flowaudit audit early -r pay.rules --format text 2>/dev/null
NOT TESTED  2 of 3 rules that apply to the filer
  PAY-OWNER, PAY-ROLE: no row of the filing gives account.opened_on
JUDGED NOTHING  1 of the 1 rules that were tested
  law not in force then: PAY-BIG
filing      Payment institution, one month of P1, as of 2019-01-31
read        5 rows accepted, 0 rejected, from 4 files
judged by   -r pay.rules
breaks      none looked for: the filing has no statement
rules       3, 1 tested, 2 not_testable
violations  0
undecided   0
leads       0

# A filer without kind: its row is refused, and who was named by -r is judged all the same.
$ cp -r f nokind; sed -i s/,payment/,/ nokind/institution.csv; flowaudit audit nokind -r pay.rules --format text 2>/dev/null
INCOMPLETE  1 rows were rejected; what follows is about the rest
NOT TESTED  2 of 3 rules that apply to the filer
  PAY-OWNER, PAY-ROLE: no row of the filing gives account.opened_on
filing      Payment institution, one month of P1, as of 2025-01-31
read        4 rows accepted, 1 rejected, from 4 files
judged by   -r pay.rules
breaks      none looked for: the filing has no statement
rules       3, 1 tested, 2 not_testable
violations  1: 1 high
undecided   0
leads       0

F-000001  violation  high  PAY-BIG  1
    100.01 on 2025-01-05T09:00:00+08:00

# One table only: rules that read others say which they lack.
$ mkdir one; cp f/flow.csv one; grep -v 'party\|account\|institution.csv' f/filing.manifest > one/filing.manifest; flowaudit audit one -r pay.rules --format text 2>/dev/null
NOT TESTED  2 of 3 rules that apply to the filer
  PAY-OWNER, PAY-ROLE: the filing has no table account
filing      Payment institution, one month of P1, as of 2025-01-31
read        1 rows accepted, 0 rejected, from 1 file
judged by   -r pay.rules
breaks      none looked for: the filing has no statement
rules       3, 1 tested, 2 not_testable
violations  1: 1 high
undecided   0
leads       0

F-000001  violation  high  PAY-BIG  1
    100.01 on 2025-01-05T09:00:00+08:00

# Rules with one reason stand in one line.
$ mkdir bare; cp f/institution.csv bare; grep -v 'party\|account\|flow' f/filing.manifest > bare/filing.manifest; flowaudit audit bare -r pay.rules --format text 2>/dev/null
NOT TESTED  no rule was tested
  PAY-BIG: the filing has no table flow
  PAY-OWNER, PAY-ROLE: the filing has no table account
filing      Payment institution, one month of P1, as of 2025-01-31
read        1 rows accepted, 0 rejected, from 1 file
judged by   -r pay.rules
breaks      none looked for: the filing has no statement
rules       3, 3 not_testable
violations  0
undecided   0
leads       0

# A table whose rows were all rejected is not one that is not there.
$ cp -r f nobody; sed -i 's/customer/custmer/; s/merchant/mechant/' nobody/account.csv; sed -i 's/period .*/as of 2025-01-31/' nobody/filing.manifest; flowaudit audit nobody -r pay.rules --format text 2>/dev/null | sed -n 1,4p
INCOMPLETE  2 rows were rejected; what follows is about the rest
NOT TESTED  2 of 3 rules that apply to the filer
  PAY-OWNER, PAY-ROLE: all 2 rows of account were rejected
filing      Payment institution, one month of P1, as of 2025-01-31

# What was asked for by name, and is not for this filer, is told; without a set for the filer, that is told.
$ flowaudit audit other -r pay.rules --format text 2>&1 >/dev/null
flowaudit-audit: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]
flowaudit-audit: note: asked for by name, but not judged: pay: the filer is not an institution where kind = payment [RULE-ASIDE]

$ flowaudit audit other -r pay.rules --format text 2>/dev/null | grep judged
judged by   -r pay.rules

$ mkdir -p data/rulesets; cp pay.rules data/rulesets; for d in other one; do FLOWAUDIT_DATA=data flowaudit audit $d --format text 2>&1 >/dev/null; done
flowaudit-audit: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]
flowaudit-audit: note: no set of rulesets applies to the filer, so every ruleset was asked: none is for an institution such as this [RULE-NO-SET]
flowaudit-audit: note: flow.payer_account: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]
flowaudit-audit: note: flow.payee_account: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]
flowaudit-audit: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]
flowaudit-audit: note: no set of rulesets applies to the filer, so every ruleset was asked: the filing does not say what kind of institution it is [RULE-NO-SET]
hint: name the filer in filing.manifest, and give it a row with its kind in the table institution

# Parameters that the supervisor must give: all that a rule lacks are named; a value that is missing for a key is asked for.
$ cat > margin.rules <<"END"
> ruleset margin
>   title    en "Margins"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> param base : money required "the base of the city"
>   cite "none" unsure
> end
> param ratio : ratio required "the ratio of the city"
>   cite "none" unsure
> end
> param cap : money by flow.kind
>   cite "Art. 1" seen
>   from 2020-01-01 = transfer 100.00
> end
> rule MARGIN
>   title    en "A flow beyond the margin"
>   cite     "Art. 1" seen
>   severity high
>   on       settled
>   when     amount > base * ratio
> end
> rule CAP
>   title    en "A flow beyond the cap of its kind"
>   cite     "Art. 2" seen
>   severity high
>   on       settled
>   when     amount > cap
> end
> END

$ flowaudit audit f -r margin.rules --format text 2>/dev/null
NOT TESTED  1 of 2 rules that apply to the filer
  MARGIN: parameters margin.base, margin.ratio have no value; --param RULESET.NAME=VALUE gives them
filing      Payment institution, one month of P1, as of 2025-01-31
read        5 rows accepted, 0 rejected, from 4 files
judged by   -r margin.rules
breaks      none looked for: the filing has no statement
rules       2, 1 tested, 1 not_testable
violations  0
undecided   1: 1 high
leads       0

F-000001  indeterminate  high  CAP  cap
    cannot be judged: parameter cap has no value for these rows; --param margin.cap=VALUE gives one

$ flowaudit audit f -r margin.rules --param margin.cap=100.00 --param margin.base=1.00 --format text 2>/dev/null
NOT TESTED  1 of 2 rules that apply to the filer
  MARGIN: parameter margin.ratio has no value; --param RULESET.NAME=VALUE gives it
filing      Payment institution, one month of P1, as of 2025-01-31
read        5 rows accepted, 0 rejected, from 4 files
judged by   -r margin.rules
breaks      none looked for: the filing has no statement
rules       2, 1 tested, 1 not_testable
violations  1: 1 high
undecided   0
leads       0

F-000001  violation  high  CAP  1
    A flow beyond the cap of its kind

# Who files leaves nothing of what lies outside, and nothing that a report cannot show or a terminal would act on.
$ mkdir outside; echo "root:x:0:0" >outside/passwd; ln -s ../outside/passwd outside/filing.manifest; cp one/flow.csv outside; flowaudit ingest outside >/dev/null
! outside/filing.manifest: error: expected a regular file, found a link [FILING-KIND]
! hint: a file of a filing is opened twice, so it must be a regular one
[4]

$ mkdir names; cp one/flow.csv "$(printf 'names/flow-\377\342\200\256.csv')"; flowaudit ingest names >/dev/null
! flow-\xFF\u{202E}.csv: error: the file's name is not UTF-8, so no report could show it [FILING-NAME]
! hint: rename it, or give the archive that it came in, whose names are decoded
[4]

# The last hours of the last year are of no year that has a date, east of Greenwich: they count as of its last day.
$ mkdir ages; printf 'flow_id,time,payer_account,payee_account,amount,currency,kind,status\n1,2025-01-01T10:00:00+08:00,A,B,1.00,CNY,pay,settled\n2,9999-12-31T23:59:59Z,A,B,1.00,CNY,pay,settled\n' >ages/flow.csv; flowaudit ingest ages 2>/dev/null | flowaudit view --table flow --columns time
time
2025-01-01T10:00:00+08:00
9999-12-31T23:59:59Z

$ FLOWAUDIT_DATA=data flowaudit audit ages --format text 2>/dev/null
NOT TESTED  no rule was tested
  PAY-BIG, PAY-OWNER, PAY-ROLE: nobody can tell whether the filer is an institution where kind = payment
filing      (without a title), as of 9999-12-31 (assumed)
read        2 rows accepted, 0 rejected, from 1 file
remarks     1 doubt about accepted rows
  REMARK-MONTH  flow.time: no row in 2025-02, 2025-03, 2025-04, 2025-05, 2025-06, 2025-07 and 95692 more, though there are rows before and after
breaks      none looked for: the filing has no statement
rules       3, 3 not_testable
violations  0
undecided   0
leads       0

# Results are no ledger; a filing does not judge itself twice.
$ flowaudit ingest one 2>/dev/null | flowaudit flag -r pay.rules 2>/dev/null >results; flowaudit flag -r pay.rules results >/dev/null
! flowaudit-flag: error: expected a ledger, found results [RULE-STREAM]
! hint: give the output of flowaudit ingest or reconcile; flowaudit report shows results
[4]

$ flowaudit rules cost --stream results pay.rules
! flowaudit-rules: error: expected a ledger, found results [RULE-STREAM]
! hint: give the output of flowaudit ingest or reconcile; flowaudit report shows results
[4]

# A file that cannot be written is named.
$ flowaudit ingest one 2>/dev/null | (trap "" XFSZ; ulimit -f 0; flowaudit view --all -o out) 2>&1 | cat
flowaudit-view: error: cannot write 'out/flow.csv': File too large [IO]
