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
breaks      0
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
breaks      0
rules       3, 3 not_applicable
violations  0
undecided   0
leads       0

# A period before the law.
$ cp -r f early; sed -i s/2025/2019/ early/filing.manifest early/flow.csv; sed -i 's/\.\. 2025/.. 2019/' early/filing.manifest; flowaudit audit early -r pay.rules --format text 2>/dev/null
NOT TESTED  2 of 3 rules that apply to the filer
  PAY-OWNER, PAY-ROLE: no row of the filing gives account.opened_on
NOT IN FORCE  1 rule judged nothing: no row is dated in their time
filing      Payment institution, one month of P1, as of 2019-01-31
read        5 rows accepted, 0 rejected, from 4 files
breaks      0
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
breaks      0
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
breaks      0
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
breaks      0
rules       3, 3 not_testable
violations  0
undecided   0
leads       0
