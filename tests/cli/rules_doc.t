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
> END

$ flowaudit-rules doc r.rules
\# Rules of a shop

商店规则

- **Ruleset** `r`
- **In force** from 2017-01-01 on
- **Applies to** institutions where `kind` is `payment`
- **Sources** nowhere

\## R-1: Too much in a day

单日超限

- **Article** Art. 1 (the text was read)
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

| threshold | value | in force | article |
|---|---|---|---|
| `share` | to be given: the share, from the contract |  | Art. 2 (unsure) |
| `cap` | I: no limit, II: 100000.00 | from 2017-01-01 to 2017-12-31 | Art. 1 (the text was read) |
| `cap` | I: 500000.00, II: 100000.00 | from 2018-01-01 on | Art. 1 (the text was read) |

\## R-2: Owes more than it may

- **Article** Art. 3 (known, the text itself was not read)
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

| threshold | value | in force | article |
|---|---|---|---|
| `steps` | 0.05 to 100.00, 0.04 beyond | from 2017-01-01 on | Art. 3 (known, the text itself was not read) |

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

$ flowaudit-rules doc -o book.md && grep -c '^## ' book.md
18
