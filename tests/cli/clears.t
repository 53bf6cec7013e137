# Nothing judged never looks like nothing wrong: rules that found no row to judge say why.
$ cat > r.rules <<"END"
> ruleset r
>   title    en "Rules"
>   in force 2025-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> view paid
>   on       settled
>   per      payer_account each day
>   show     total = sum(amount)
> end
> rule R-OWNER
>   title    en "One owner pays more than 100 a day"
>   cite     "Art. 1" seen
>   severity high
>   on       settled
>   per      payer_account.owner.id_number each day
>   when     sum(amount) > 100.00
> end
> rule R-RUNNING
>   title    en "An account below zero"
>   cite     "Art. 2" seen
>   severity high
>   in force 2026-01-01 ..
>   on       leg of settled
>   per      account
>   running  held = sum(signed)
>   when     held < 0.00
> end
> rule R-VIEW
>   title    en "A day of more than 100"
>   cite     "Art. 3" seen
>   severity high
>   on       paid
>   when     total > 100.00
> end
> rule R-FROZEN
>   title    en "A freeze of more than half a year"
>   cite     "Art. 4" seen
>   severity high
>   on       freeze_order
>   when     valid_to is missing
> end
> rule R-TARIFF
>   title    en "A fee above 10"
>   cite     "Art. 5" seen
>   severity high
>   on       tariff
>   when     amount > 10.00
> end
> rule R-CASH
>   title    en "Cash"
>   cite     "Art. 6" seen
>   severity low
>   on       settled where instrument = cash
>   when     amount > 1.00
> end
> END

$ mkdir f; printf 'flow_id,time,payer_account,payee_account,amount,currency,kind,status,instrument\n1,2025-01-05T09:00:00,a,b,100.01,CNY,pay,settled,balance\n2,2025-01-06T09:00:00,a,b,500.00,USD,pay,settled,cash\n3,2025-02-06T09:00:00,a,b,500.00,CNY,pay,settled,cash\n' > f/flow.csv; printf 'account_id,owner,role,opened_on\na,p,customer,2024-01-01\nb,q,merchant,2024-01-01\n' > f/account.csv; printf 'party_id,kind,id_number\nq,legal,91110000000000000X\n' > f/party.csv; printf 'order_id,issuer,account,kind,valid_from,valid_to\n' > f/freeze_order.csv; printf 'code,amount,rate,valid_from\nA,ten,,2025-01-01\nB,twelve,,2025-01-01\n' > f/tariff.csv

$ cat > f/filing.manifest <<"END"
> filing "One month"
>   period 2025-01-01 .. 2025-01-31
>   zone Asia/Shanghai
>   currency CNY
>   file "party.csv" table party
>   file "account.csv" table account
>   file "flow.csv" table flow
>   file "freeze_order.csv" table freeze_order
>   file "tariff.csv" table tariff
> end
> END

# A key that leads nowhere, a table of a head alone, rows of other days, of other currencies, and after the
# day of the audit: each is told, with its rows, before anything that looks like a result. A table of which every
# row was rejected is not an empty one, though the manifest says which days it covers.
$ flowaudit audit f -r r.rules --format text 2>/dev/null
INCOMPLETE  2 rows were rejected; what follows is about the rest
NOT TESTED  1 of 6 rules that apply to the filer
  R-TARIFF: all 2 rows of tariff were rejected
JUDGED NOTHING  4 of the 5 rules that were tested
  R-OWNER: rows of flow: 1 in another currency; also 1 with a missing part of its key; also 1 dated after the day of the audit
  R-FROZEN: freeze_order has no row
  R-CASH: rows of flow: 1 in another currency; also 1 dated after the day of the audit; it looks at no other
  law not in force then: R-RUNNING
OUTSIDE GROUPS  rows that have no key, and that nobody judged there
  R-OWNER: 1 row of 100.01 CNY
OTHER CURRENCY  rows that nobody judged there for their currency: rules 3, views and statistics 1; the workbook's sheet Rules and ndjson count them
AFTER AS-OF  rows dated later, which nobody judged: rules 3; the workbook's sheet Rules and ndjson count them
filing      One month, as of 2025-01-31
read        6 rows accepted, 2 rejected, from 5 files
judged by   -r r.rules
breaks      none looked for: the filing has no statement
rules       6, 5 tested, 1 not_testable
violations  1: 1 high
undecided   0
leads       0

F-000001  violation  high  R-VIEW  *|2025-01-05
    A day of more than 100

# The results say it too, for every other format.
$ flowaudit ingest f 2>/dev/null | flowaudit flag -r r.rules | flowaudit view --table result_rule --columns rule,state,judged_nothing,reason,tested,clear,unknown,other_currency,after_as_of,outside_group,outside_group_amount
rule,state,judged_nothing,reason,tested,clear,unknown,other_currency,after_as_of,outside_group,outside_group_amount
R-OWNER,tested,other_currency,rows of flow: 1 in another currency; also 1 with a missing part of its key; also 1 dated after the day of the audit,0,0,0,1,1,1,100.01
R-RUNNING,tested,not_in_force,flow covers no day of its time in force (2026-01-01..),0,0,0,2,2,0,0.00
R-VIEW,tested,,,1,0,0,0,0,0,0.00
R-FROZEN,tested,no_row,freeze_order has no row,0,0,0,0,0,0,0.00
R-TARIFF,not_testable,,all 2 rows of tariff were rejected,0,0,0,0,0,0,0.00
R-CASH,tested,other_currency,rows of flow: 1 in another currency; also 1 dated after the day of the audit; it looks at no other,0,0,0,1,1,0,0.00

# A statement that stands twice would overrule the one above it; a text of blanks says nothing.
$ printf 'ruleset s\n  title en "S"\n  title en "T"\n  title zh "丁" zh "戊"\n  in force 2020-01-01 ..\n  zone UTC\n  zone UTC\n  issuer " "\nend\nrule S-1\n  title en "One"\n  cite "Art. 1" seen\n  cite "Art. 2" seen\n  source "" text\n  severity low\n  severity high\n  kind lead\n  kind violation\n  state on\n  state off "why"\n  in force 2021-01-01 ..\n  in force 2022-01-01 ..\n  on account\n  when role = reserve\n  when role = fee\nend\nprovision S-2\n  title en "Two"\n  cite "Art. 3" known\n  severity low\n  because "one"\n  because "another"\nend\nparam p : money required "ask"\n  note "and again"\n  cite "Art. 4" seen\n  cite "Art. 5" seen\nend\n' > s.rules; flowaudit rules check s.rules
! s.rules:3:12: error: the block says this in English already [RULE-TWICE]
!       title en "T"
!                ^
! hint: take one of the two out
! s.rules:4:21: error: the block says this in Chinese already [RULE-TWICE]
!       title zh "丁" zh "戊"
!                        ^
! hint: take one of the two out
! s.rules:7:3: error: the block says 'zone' already [RULE-TWICE]
!       zone UTC
!       ^
! hint: take one of the two out
! s.rules:8:10: error: the text is blank [RULE-VALUE]
!       issuer " "
!              ^
! hint: write it, or leave the statement out
! s.rules:13:3: error: the block says 'cite' already [RULE-TWICE]
!       cite "Art. 2" seen
!       ^
! hint: take one of the two out
! s.rules:14:10: error: the text is blank [RULE-VALUE]
!       source "" text
!              ^
! hint: write it, or leave the statement out
! s.rules:16:3: error: the block says 'severity' already [RULE-TWICE]
!       severity high
!       ^
! hint: take one of the two out
! s.rules:18:3: error: the block says 'kind' already [RULE-TWICE]
!       kind violation
!       ^
! hint: take one of the two out
! s.rules:20:3: error: the block says 'state' already [RULE-TWICE]
!       state off "why"
!       ^
! hint: take one of the two out
! s.rules:22:3: error: the block says 'in force' already [RULE-TWICE]
!       in force 2022-01-01 ..
!       ^
! hint: take one of the two out
! s.rules:25:3: error: the block says 'when' already [RULE-TWICE]
!       when role = fee
!       ^
! hint: take one of the two out
! s.rules:32:3: error: the block says 'because' already [RULE-TWICE]
!       because "another"
!       ^
! hint: take one of the two out
! s.rules:35:3: error: the parameter says behind required what is needed [RULE-TWICE]
!       note "and again"
!       ^
! hint: take one of the two out
! s.rules:37:3: error: the block says 'cite' already [RULE-TWICE]
!       cite "Art. 5" seen
!       ^
! hint: take one of the two out
[3]

# A set may name so many rulesets, and no more.
$ perl -e 'print "set big\n  title en \"Big\"\n  rulesets ", join(", ", map { "r$_" } 1 .. 50000), "\nend\n"' > big.rules; flowaudit rules check big.rules
! big.rules:3:6073: error: more than 1024 rulesets are named [RULE-SIZE]
!     ...3, r1014, r1015, r1016, r1017, r1018, r1019, r1020, r1021, r1022, r1023, r1024, r1025, r1026, r1027, r1028, r1029, r1030, r1031, r1032, r1033, r1034, r1035, r10...
!                                                                                        ^
! hint: name them in several blocks
[3]

# Nothing that a text of a ruleset holds makes Markdown or HTML of the rulebook.
$ printf 'ruleset m\n  title en "# <b>A</b> & [x](javascript:y)"\n  title zh "1. 壹"\n  in force 2020-01-01 ..\n  zone UTC\n  currency CNY\n  issuer "`code` *strong* _em_ snake_case ~~no~~"\n  document "- a | b"\nend\nrule M-1\n  title en "</h2><script>alert(1)</script>"\n  cite "Art. 1 <i>" seen\n  source "a\\\\nb" text\n  severity low\n  on account where currency is given and owner.name = "a`b``c"\n  when role = reserve\n  say en "<img src=x onerror=alert(1)>"\n  test "**bold** | <u>"\n    account | account_id | role    | currency | owner |\n            | "<b>"      | reserve | CNY      | p     |\n    party   | party_id | name     |\n            | p        | "a`b``c" |\n    expect fires for "<b>"\n  end\nend\n' > m.rules; flowaudit rules doc m.rules
<a id="m"></a>
\# \# &lt;b&gt;A&lt;/b&gt; &amp; \[x\](javascript:y)

1\. 壹

- **Ruleset** `m`
- **Issued by** \`code\` \*strong\* \_em\_ snake_case \~\~no\~\~
- **Document** \- a \| b
- **In force** from 2020-01-01 on
- **Days** of UTC
- **Money** in CNY

<a id="M-1"></a>
\## M-1: &lt;/h2&gt;&lt;script&gt;alert(1)&lt;/script&gt;

- **Article** Art. 1 &lt;i&gt; (seen in the source)
- **Source** a\\nb (its text)
- **Severity** low
- **In force** from 2020-01-01 on
- **Looks at** `account` where `currency` is given and `owner.name` is ``` "a`b``c" ```
- **Fires when** `role` is `reserve`
- **Says** &lt;img src=x onerror=alert(1)&gt;

```
  on account where currency is given and owner.name = "a`b``c"
  when role = reserve
```

\### Examples

**\*\*bold\*\* \| &lt;u&gt;**

| account | account_id | role | currency | owner |
|---|---|---|---|---|
|  | "&lt;b&gt;" | reserve | CNY | p |

| party | party_id | name |
|---|---|---|
|  | p | "a\`b\`\`c" |

- expect fires for "&lt;b&gt;"

# Of breaks nobody can say that there are none where nothing was there to reconcile with, and what counts
# working days calls nothing clear without a calendar, though it calls clear what it does not know.
$ cat > b.rules <<"END"
> ruleset b
>   title    en "Rules"
>   in force 2025-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
>   calendar cn
> end
> rule B-BREAK
>   title    en "A break of more than 1"
>   cite     "Art. 1" seen
>   severity high
>   on       break
>   when     amount > 1.00
> end
> rule B-TEN
>   title    en "More than ten in ten working days"
>   cite     "Art. 2" seen
>   severity info
>   kind     lead
>   on       leg of settled
>   per      account over last 10bd
>   when     count() > 10
>   on unknown clear because "a lead is what was seen"
> end
> rule B-NAME
>   title    en "An owner without a name"
>   cite     "Art. 3" seen
>   severity high
>   on       account
>   dated by as_of
>   when     owner.name is missing
>   say      en "{account_id} of {owner}"
> end
> END

$ rm f/tariff.csv f/freeze_order.csv; sed -i '/tariff/d; /freeze_order/d' f/filing.manifest; printf 'party_id,kind,name\nq,legal,\nr,legal,R\n' > f/party.csv; flowaudit audit f -r b.rules --format text 2>/dev/null
NOT TESTED  2 of 3 rules that apply to the filer
  B-BREAK: the filing has no table statement
  B-TEN: the filing has no table holiday
filing      One month, as of 2025-01-31
read        7 rows accepted, 0 rejected, from 3 files
judged by   -r b.rules
breaks      none looked for: the filing has no statement
rules       3, 1 tested, 2 not_testable
violations  1: 1 high
undecided   1: 1 high
leads       0

F-000001  indeterminate  high  B-NAME  party.name
    cannot be judged: party.name is missing

F-000002  violation  high  B-NAME  *
    * of P-0001

# Rules are found by the article that they cite, and by what they say.
$ flowaudit rules list --cite "Art. 1" b.rules; flowaudit rules list --cite "working days" b.rules; flowaudit rules list --cite "Art. 12" b.rules
b  Rules
  in force 2025-01-01..
  B-BREAK              high     A break of more than 1
    Art. 1
b  Rules
  in force 2025-01-01..
  B-TEN                info     More than ten in ten working days (lead)
    Art. 2

$ flowaudit rules list --cite "Art. 17" cn-online-lending-2016 | head -4
cn-online-lending-2016  Interim Measures for the Administration of the Business Activities of Online Lending Information Intermediaries
  in force 2016-08-24..
  applies to institutions where kind = online_lending and country else "CN" = "CN"
  OL16-CAP-NP-1        high     A natural person owes more than the cap on one platform

# --param takes the place of what a parameter has for every key.
$ printf 'ruleset k\n  title en "K"\n  in force 2024-01-01 ..\n  zone UTC\n  currency CNY\nend\nparam cap : money by account.role\n  cite "Art. 1" seen\n  from 2024-01-01 = customer 1.00, merchant 100.00\n  from 2025-02-01 = customer 5.00, merchant 500.00\nend\nrule K-1\n  title en "Over the cap"\n  cite "Art. 1" seen\n  severity low\n  on leg of settled\n  when amount > cap\n  say en "{account}: {amount} of {cap}"\nend\n' > k.rules; flowaudit ingest f 2>/dev/null > k.fa; flowaudit flag -r k.rules k.fa | flowaudit view --table result_finding --columns rule,outcome,amount,first_time; flowaudit flag -r k.rules --param k.cap=100.01 k.fa | flowaudit view --table result_rule --columns rule,fired,clear,params
rule,outcome,amount,first_time
K-1,violation,100.01,2025-01-05T09:00:00+08:00
K-1,violation,100.01,2025-01-05T09:00:00+08:00
rule,fired,clear,params
K-1,0,2,k.cap=100.01

# The balances of two days are no money that a finding could be about; that of one day is.
$ printf 'ruleset h\n  title en "H"\n  in force 2024-01-01 ..\n  zone UTC\n  currency CNY\nend\nrule H-1\n  title en "An account that is not on the list"\n  cite "Art. 1" seen\n  severity low\n  on balance\n  when account.role = customer\n  gather per account\nend\n' > h.rules; printf 'account,date,source,closing\na,2025-01-01,bank,5.00\na,2025-01-02,bank,7.00\n' > f/balance.csv; sed -i 's/^end/  file "balance.csv" table balance\nend/' f/filing.manifest; flowaudit ingest f 2>/dev/null | flowaudit flag -r h.rules | flowaudit view --table result_finding --columns rule,subject,amount,evidence_rows; sed -i 3d f/balance.csv; flowaudit ingest f 2>/dev/null | flowaudit flag -r h.rules | flowaudit view --table result_finding --columns rule,subject,amount,evidence_rows
rule,subject,amount,evidence_rows
H-1,a,,2
rule,subject,amount,evidence_rows
H-1,a,5.00,1

# A row that is there twice counts twice, and that leads.
$ sed -n 2p f/flow.csv >> f/flow.csv; flowaudit audit f -r h.rules --format text 2>/dev/null | head -2
REPEATED  1 row of flow, with the same key and content; each counts
filing      One month, as of 2025-01-31

# A table without a row says that nothing happened; whoever judges by that is named first.
$ cp -r $SRC/samples/elder-2026-clean e; for t in flow listed; do sed -i 1q e/$t.csv; done; sed -i -E 's/(table (flow|listed)) .*/\1/' e/filing.manifest; flowaudit audit e --format text 2>/dev/null | head -10; flowaudit audit e --lang zh -o zh.xlsx 2>/dev/null >/dev/null; unzip -p zh.xlsx | grep -ao '[^<>]*listed 没有记录' | sort -u
NOT TESTED  1 of 31 rules that apply to the filer
  EP24-MARGIN: parameters cn-elder-prepaid-2024.margin_base, cn-elder-prepaid-2024.margin_ratio have no value; --param RULESET.NAME=VALUE gives them
JUDGED NOTHING  7 of the 30 rules that were tested
  EP24-USE, EP24-USE-B, EP24-MED7, EP24-ABNORMAL, EP24-NOFEE, EP24-NORETURN, PII-C3-B: flow has no row
EMPTY TABLES  7 of the 30 rules that were tested took it that what is not filed did not happen
  EP24-DEP12X, EP24-ASSET, EP24-EQUAL, EP24-REFUND, EP24-CLOSING: flow has no row
  EP24-MEMB-BAN, EP24-ONEACCT-B: listed has no row
OUTSIDE GROUPS  rows that have no key, and that nobody judged there
  ID-SHARE-B: 8 rows
filing      Elderly-care home, November 2025 to October 2026, clean of HOME-1, as of 2026-10-31
发现例外: 名单 listed 没有记录
名单 listed 没有记录
未发现例外: 名单 listed 没有记录
