# The rulebook as Markdown.
$ cat > r.rules <<"END"
> ruleset r
>   title en "Rules of a shop"
>   title zh "商店规则"
>   in force 2017-01-01 ..
>   zone Asia/Shanghai
>   currency CNY
>   applies institution where kind = payment
>   sources "nowhere"
> end
> param cap : money by account.class
>   cite "Art. 1" seen
>   source "shop.example/rules" text
>   source "a newspaper" restatement
>   from 2017-01-01 = I none, II 100000.00
>   from 2018-01-01 = I 500000.00, II 100000.00
> end
> param share : ratio required "the share, from the contract"
>   cite "Art. 2" unsure
> end
> param steps : scale
>   cite "Art. 3" known
>   from 2017-01-01 = 5% to 100.00, 4%
> end
> rule R-1
>   title en "Too much in a day"
>   title zh "单日超限"
>   cite "Art. 1" seen
>   source "shop.example/rules" text
>   source "a newspaper" restatement
>   severity high
>   kind lead
>   state model "nobody has tried it"
>   on leg of settled where not cross_border and (kind = pay or kind = transfer and amount > 5.00)
>   except rows when internal cite "Art. 4" known
>   per account, side = direction each day
>   when sum(amount if channel is given) * share > cap and count() between 2 and 5
>        and not has filed_report(kind = suspicious, party = account.owner)
>   except when day >= 2017-05-01 - 5d cite "Art. 5" unsure
>   on unknown clear because "the law says so"
>   say en "{account} paid {sum(amount if channel is given)}"
>   disposal correct "a warning" cite "Art. 6" known
>   unnoticed "5.00 as 4.99" because "nobody pays a fen"
> end
> rule R-2
>   title en "Owes more than it may"
>   cite "Art. 3" known
>   severity low
>   compare owed = opening sum(account.opening_balance) + running sum(signed) of leg of settled
>                  where account.role = reserve,
>           had = level sum(closing) of balance carried at end of previous month
>   per filer each month
>   when scale(owed, steps) > had else 5.00
>   test "steps"
>     as of 2017-02-28
>     account | account_id | role | opening_balance | opened_on |
>             | r | reserve | 0.00 | 2016-01-01 |
>     flow | flow_id | time | payer_account | payee_account | amount |
>          | 1 | 2017-02-01T09:00 | x | r | 200.00 |
>     balance | account | date | source | closing |
>             | r | 2017-01-31 | bank | 8.99 |
>     expect fires for filer on 2017-02-28 with owed = 200.00
>   end
> end
> provision R-3
>   title en "No shouting in the shop" zh "店内不得喧哗"
>   cite "Art. 9" known
>   source "hearsay" memory
>   severity info
>   in force 2018-01-01 ..
>   because "nobody files noise; a visit would show it" zh "申报数据不含噪声"
> end
> END

$ flowaudit-rules doc r.rules
<a id="r"></a>
\# Rules of a shop

商店规则

- **Ruleset** `r`
- **In force** from 2017-01-01 on
- **Applies to** institutions where `kind` is `payment`
- **Days** of Asia/Shanghai
- **Money** in CNY
- **Sources** nowhere

<a id="R-1"></a>
\## R-1: Too much in a day

单日超限

- **Article** Art. 1 (seen in the source)
- **Source** shop.example/rules (its text)
- **Source** a newspaper (a restatement)
- **Severity** high; a lead: it marks a pattern and breaks no rule
- **In force** from 2017-01-01 on
- **A model**: nobody has tried it
- **Not testable** without `share`: the share, from the contract
- **Has no test**
- **No test can notice** 5.00 as 4.99: nobody pays a fen
- **Looks at** legs of `settled` where `cross_border` is false and (`kind` is `pay` or (`kind` is `transfer` and `amount` is more than `5.00`))
- **For each** `account`, `side` and day
- **Fires when** the sum of `amount` where `channel` is given times `share` is more than `cap` and the number of rows is from `2` to `5` and there is no `filed_report` (with `kind` = `suspicious`, `party` = `account.owner`)
- **Rows do not count** when `internal` is true: Art. 4 (known, the text itself was not read)
- **Does not fire** when `day` is at least 5 days before `2017-05-01`: Art. 5 (unsure)
- **What is unknown** is clear, because the law says so
- **Measure** a warning: Art. 6 (known, the text itself was not read)
- **Says** {account} paid {sum(amount if channel is given)}

```
  on leg of settled where not cross_border and (kind = pay or kind = transfer and amount > 5.00)
  except rows when internal cite "Art. 4" known
  per account, side = direction each day
  when sum(amount if channel is given) * share > cap and count() between 2 and 5
       and not has filed_report(kind = suspicious, party = account.owner)
  except when day >= 2017-05-01 - 5d cite "Art. 5" unsure
  on unknown clear because "the law says so"
```

| threshold | value | in force | article | source |
|---|---|---|---|---|
| `share` | to be given: the share, from the contract |  | Art. 2 (unsure) | |
| `cap` | I: no limit, II: 100000.00 | from 2017-01-01 to 2017-12-31 | Art. 1 (seen in the source) | shop.example/rules (its text); a newspaper (a restatement) |
| `cap` | I: 500000.00, II: 100000.00 | from 2018-01-01 on | Art. 1 (seen in the source) | shop.example/rules (its text); a newspaper (a restatement) |

<a id="R-2"></a>
\## R-2: Owes more than it may

- **Article** Art. 3 (known, the text itself was not read)
- **Source** that of the ruleset: nowhere
- **Severity** low
- **In force** from 2017-01-01 on
- **`owed`** is what `account.opening_balance` opens with plus all so far of the sum of `signed` of legs of `settled` where `account.role` is `reserve`
- **`had`** is the level of the sum of `closing` of `balance`, the newest so far, at the end of the period before
- **For each** `filer` and month
- **Fires when** the scale `steps` over `owed` is more than `had`, or where that is missing `5.00`

```
  compare owed = opening sum(account.opening_balance) + running sum(signed) of leg of settled
                 where account.role = reserve,
          had = level sum(closing) of balance carried at end of previous month
  per filer each month
  when scale(owed, steps) > had else 5.00
```

| threshold | value | in force | article | source |
|---|---|---|---|---|
| `steps` | 0.05 to 100.00, 0.04 beyond | from 2017-01-01 on | Art. 3 (known, the text itself was not read) | |

\### Examples

**steps**

As of 2017-02-28

| account | account_id | role | opening_balance | opened_on |
|---|---|---|---|---|
|  | r | reserve | 0.00 | 2016-01-01 |

| flow | flow_id | time | payer_account | payee_account | amount |
|---|---|---|---|---|---|
|  | 1 | 2017-02-01T09:00 | x | r | 200.00 |

| balance | account | date | source | closing |
|---|---|---|---|---|
|  | r | 2017-01-31 | bank | 8.99 |

- expect fires for filer on 2017-02-28 with owed = 200.00

<a id="R-3"></a>
\## R-3: No shouting in the shop

店内不得喧哗

- **Article** Art. 9 (known, the text itself was not read)
- **Source** hearsay (from memory)
- **Severity** info
- **In force** from 2018-01-01 on
- **No filing shows it**: nobody files noise; a visit would show it
- **申报数据无法反映**：申报数据不含噪声

$ flowaudit-rules doc -o book.md && test $(grep -c '^## ' book.md) -ge 18 && echo whole
whole

# Each way in words: lengths of time, chains, periods, duties.
$ cat > ways.rules <<"END"
> ruleset ways
>   title en "All ways"
>   in force 2024-01-01 ..
>   zone Asia/Shanghai
>   calendar cn
>   currency CNY
> end
> rule W-3
>   title en "Much in 24 hours"
>   cite "Art. 1" seen
>   severity high
>   on settled
>   per payer_account
>   over last 24h
>   when sum(amount) > 500.00
>   disposal correct "a warning" within 10bd cite "Art. 6" known
> end
> rule W-3D
>   title en "Much in a day"
>   cite "Art. 1" seen
>   severity high
>   on settled
>   per payer_account
>   over last 1d
>   when sum(amount) > 500.00
> end
> rule W-6
>   title en "In and out"
>   cite "Art. 2" seen
>   severity high
>   on leg of settled
>   per account
>   first come = direction = credit then go = direction = debit within 90m
>   when sum(amount if go) >= 90% * sum(amount if come)
> end
> rule W-7
>   title en "Round and round"
>   cite "Art. 3" seen
>   severity low
>   on settled where kind = pay
>   cycle hops 2..3 within 2d amount within 10% skip role in {reserve, custody}
>   when sum(amount) >= 100.00
> end
> rule W-8
>   title en "Twice"
>   cite "Art. 4" seen
>   severity high
>   on settled where instruction_id is given
>   unique instruction_id within 1y
> end
> rule W-9
>   title en "A number is missing"
>   cite "Art. 5" seen
>   severity low
>   on prepaid_card
>   gapless purchase_id digits 3 per paid_by
>   when missing > 1
> end
> rule W-10
>   title en "Not reported"
>   cite "Art. 6" seen
>   severity high
>   on settled
>   per who = payer_account.owner each day
>   when sum(amount) >= 1000.00
>   must filed_report where kind = large_value
>     same party = who, date = day within 5bd with sum(amount) >= sum(amount)
> end
> rule W-11
>   title en "Not exactly one licence"
>   cite "Art. 7" seen
>   severity medium
>   exactly 1 of licence where kind = payment per institution of each institution where kind = payment at any time
> end
> rule W-12
>   title en "A working day without a record"
>   cite "Art. 8" seen
>   severity medium
>   every bday of each account where role = reserve has reconciliation_record per account within 1bd
> end
> view paid_day
>   on settled where kind = pay
>   except rows when channel is missing cite "Art. 4" known
>   dated by date(time) + 1d
>   per payer_account each day
>   show paid = sum(amount)
> end
> rule W-13
>   title en "Much in a day of a view"
>   cite "Art. 9" seen
>   severity low
>   on paid_day
>   when paid > 5.00
> end
> rule W-14
>   title en "Costs too much"
>   cite "Art. 10" seen
>   severity low
>   on settled where contract is given and cross_border = false
>   per contract
>   when case(sum(amount) <= 0.00 then false, count() > 5 then irr(amount, compound) > 24%,
>             else irr(amount, simple) > 24%)
> end
> END

$ flowaudit-rules doc ways.rules | grep -E "^(## |- \*\*)" | grep -Ev "Article|Severity|In force|no test"
- **Ruleset** `ways`
- **Days** of Asia/Shanghai, working days of the calendar `cn`
- **Money** in CNY
\## W-3: Much in 24 hours
- **Looks at** `settled`
- **For each** `payer_account`
- **Over** the last 24 hours up to each instant that has a row, both ends included
- **Fires when** the sum of `amount` is more than `500.00`
- **Measure** a warning, within 10 working days: Art. 6 (known, the text itself was not read)
\## W-3D: Much in a day
- **Looks at** `settled`
- **For each** `payer_account`
- **Over** the last 1 day up to each instant that has a row, its own day included
- **Fires when** the sum of `amount` is more than `500.00`
\## W-6: In and out
- **Looks at** legs of `settled`
- **For each** `account`
- **First** rows where `direction` is `credit`; **then**, at the same time or later, rows where `direction` is `debit`
- **Within** 90 minutes, judged at each instant that ends the sequence
- **Fires when** the sum of `amount` where `direction` is `debit` is at least `90%` times the sum of `amount` where `direction` is `credit`
\## W-7: Round and round
- **Looks at** `settled` where `kind` is `pay`
- **For each** `account`
- **Follows** chains of 2 to 3 flows, each paid by the account that the one before paid, the last back to the account where it began, within 2 days, each amount within `10%` of the one before, and none through an account where `role` is one of `reserve` or `custody`; a search looks at 4096 rows at most
- **Fires when** the sum of `amount` is at least `100.00`
\## W-8: Twice
- **Looks at** `settled` where `instruction_id` is given
- **For each** `instruction_id`
- **Must be unique**: no two rows have the same key within 1 year
- **Fires when** the number of rows is more than `1`
\## W-9: A number is missing
- **Looks at** `prepaid_card`
- **For each** `paid_by`
- **Must be without a gap**: the numbers of `purchase_id`, at most the last 3 digits of each
- **Fires when** `missing` is more than `1`
\## W-10: Not reported
- **Looks at** `settled`
- **For each** `who` and day
- **Owes when** the sum of `amount` is at least `1000.00`
- **Must have** `filed_report` where `kind` is `large_value` with the same `party` = `who`, `date` = `day`, within 5 working days, and together the sum of `amount` is at least the sum of `amount`
\## W-11: Not exactly one licence
- **Looks at** `licence` where `kind` is `payment`
- **For each** `institution`
- **At any time** `count` is the number of rows that are in force
- **Of each** `institution` where `kind` is `payment` that is in force then, also where it has no row
- **Fires when** `count` is not `1`
\## W-12: A working day without a record
- **Looks at** `reconciliation_record`
- **For each** `account` and working day
- **Must have** a row in every working day, or up to 1 working day after it
- **Of each** `account` where `role` is `reserve` that is in force then, also where it has no row
- **Fires when** there is no such row
\## W-13: Much in a day of a view
- **Looks at** `paid_day`
- **Reads rows made for the rules** [`paid_day`](#paid_day)
- **Fires when** `paid` is more than `5.00`
\## W-14: Costs too much
- **Looks at** `settled` where `contract` is given and `cross_border` is false
- **For each** `contract`
- **Fires when** the first that applies of these holds: where the sum of `amount` is at most `0.00`, never; where the number of rows is more than `5`, the internal rate of return a year, compounded by the month, of `amount` is more than `24%`; else the internal rate of return a year, twelve times that of a month, of `amount` is more than `24%`
\## paid_day: rows made for the rules
- **Made of** `settled` where `kind` is `pay`
- **Dated by** 1 day after the day of `time`
- **Rows do not count** when `channel` is missing: Art. 4 (known, the text itself was not read)
- **For each** `payer_account` and day
- **Shows** `paid`: the sum of `amount`

# Nothing in a text or a value of a ruleset makes Markdown: no heading, list, link, cell, code or HTML.
$ cat > md.rules <<"END"
> ruleset md
>   title    en "A *b* | `c` [d](e) <f> & _g_" zh "甲|乙"
>   in force 2020-01-01 ..
>   zone     UTC
>   issuer   "- a|b"
>   document "# x"
>   sources  "1. y"
>   applies  institution where region = "*a*|`b`[c]"
> end
> param word : text
>   cite   "Art. `1` | *2*" seen
>   source "a|b[c](d)" text
>   from 2020-01-01 = "p|*q*`r`[s]"
> end
> param asked : text required "n|o`t`e"
>   cite   "Art. 3" unsure
> end
> let odd = "x|*y*"
> rule MD-1
>   title    en "T|*t*"
>   cite     "Art. 1 | `x`" seen
>   severity low
>   note     en "[o](p)|" zh "*疑*|"
>   on       party where name = word and phone = odd and id_number != asked
>   except rows when name = "a|*b*" cite "c|*d*" seen
>   when     name = "*b*|`c`[d](e)" or name contains "```"
>   on unknown clear because "*|`"
>   say      en "{name} | *x* `y` [z](w)"
>   disposal "fine | *1*" cite "Art. | 9" known
>   unnoticed "a|*b*" because "`c`|"
>   test "a|*b*"
>     param asked = "*|`"
>     party | party_id | name       | phone         | id_number |
>           | "p*`[q]" | "x*y*`z`"  | "[l](m)<b>"   | "# 1"     |
>     expect nothing
>   end
> end
> provision MD-2
>   title en "*|`" zh "*|`"
>   cite "*|`" known
>   severity low
>   note en "who *is* | asked"
>   because "*|`" zh "*|`"
> end
> statistic md-s
>   title en "S|*s*"
>   on party where name = "*|`"
>   per who = name
>   show count(), c = distinct(phone if phone = "|`*")
> end
> END

$ flowaudit-rules doc md.rules
<a id="md"></a>
\# A \*b\* \| \`c\` \[d\](e) &lt;f&gt; &amp; \_g\_

甲\|乙

- **Ruleset** `md`
- **Issued by** \- a\|b
- **Document** \# x
- **In force** from 2020-01-01 on
- **Applies to** institutions where `region` is `` "*a*|`b`[c]" ``
- **Days** of UTC
- **Sources** 1\. y

<a id="MD-1"></a>
\## MD-1: T\|\*t\*

- **Article** Art. 1 \| \`x\` (seen in the source)
- **Source** that of the ruleset: 1\. y
- **Severity** low
- **In force** from 2020-01-01 on
- **To be kept in mind** \[o\](p)\|
- **注意** \*疑\*\|
- **Not testable** without `asked`: n\|o\`t\`e
- **No test can notice** a\|\*b\*: \`c\`\|
- **Looks at** `party` where `name` is `word` and `phone` is `"x|*y*"` and `id_number` is not `asked`
- **Fires when** `name` is `` "*b*|`c`[d](e)" `` or `name` contains ```` "```" ````
- **Rows do not count** when `name` is `"a|*b*"`: c\|\*d\* (seen in the source)
- **What is unknown** is clear, because \*\|\`
- **Measure** fine \| \*1\*: Art. \| 9 (known, the text itself was not read)
- **Says** {name} \| \*x\* \`y\` \[z\](w)

```
  on       party where name = word and phone = odd and id_number != asked
  except rows when name = "a|*b*" cite "c|*d*" seen
  when     name = "*b*|`c`[d](e)" or name contains "```"
  on unknown clear because "*|`"
```

| threshold | value | in force | article | source |
|---|---|---|---|---|
| `word` | p\|\*q\*\`r\`\[s\] | from 2020-01-01 on | Art. \`1\` \| \*2\* (seen in the source) | a\|b\[c\](d) (its text) |
| `asked` | to be given: n\|o\`t\`e |  | Art. 3 (unsure) | |

\### Examples

**a\|\*b\***

`asked` = \*\|\`

| party | party_id | name | phone | id_number |
|---|---|---|---|---|
|  | "p\*\`\[q\]" | "x\*y\*\`z\`" | "\[l\](m)&lt;b&gt;" | "# 1" |

- expect nothing

<a id="MD-2"></a>
\## MD-2: \*\|\`

\\*\|\`

- **Article** \*\|\` (known, the text itself was not read)
- **Source** that of the ruleset: 1\. y
- **Severity** low
- **In force** from 2020-01-01 on
- **To be kept in mind** who \*is\* \| asked
- **No filing shows it**: \*\|\`
- **申报数据无法反映**：\*\|\`

<a id="md-s"></a>
\## md-s: S\|\*s\*

- **Made of** `party` where `name` is `` "*|`" ``
- **For each** `who`
- **Shows** `count`: the number of rows
- **Shows** `c`: the number of different `phone` where `phone` is `` "|`*" ``
- A sheet of the workbook
