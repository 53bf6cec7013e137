# Listing, checking and testing rulesets.
$ flowaudit-rules list $SRC/tests/rules/lending.rules
test-lending  Interim Measures for Online Lending Information Intermediaries
  in force 2016-08-24..
  applies to institutions where kind = online_lending
  TEST-CAP-NP          high     A natural person owes more than the cap on one platform
  TEST-DIRECT          critical Money from a lender straight to a borrower

$ flowaudit-rules test $SRC/tests/rules/lending.rules
TEST-CAP-NP: 2 of 2 tests passed
TEST-DIRECT: 2 of 2 tests passed
2 rules, 4 tests, 0 failed

$ flowaudit-rules test --mutate --only TEST-WALLET $SRC/tests/rules/aml.rules
TEST-WALLET: 2 of 2 tests passed, 6 of 8 changes noticed
1 rule, 2 tests, 0 failed; 8 changes, 2 unnoticed
! $SRC/tests/rules/aml.rules:17: warning: TEST-WALLET: no test notices wallet_day = 10000.00 as 10000.01 from 2017-07-01 [RULE-MUTANT]
! hint: add a test on the very number
! $SRC/tests/rules/aml.rules:17: warning: TEST-WALLET: no test notices wallet_day = 5000.00 as 5000.01 from 2017-07-01 [RULE-MUTANT]
! hint: add a test on the very number
[1]

$ flowaudit-rules check $SRC/tests/rules/lending.rules $SRC/tests/rules/aml.rules
test-lending: 2 rules, 1 parameter
test-aml: 5 rules, 3 parameters
  TEST-MARGIN is not testable without --param test-aml.margin_ratio=...: the ratio of the province, from its measures

# A mistake: place, line, caret, hint; status 3.
$ head -n 19 $SRC/tests/rules/bad/name-path.rules > a.rules; echo end >> a.rules; flowaudit-rules check a.rules
! a.rules:19:26: error: table account has no column 'onwer' [RULE-NAME]
!       when     payer_account.onwer.kind = natural
!                              ^
! hint: did you mean 'owner'?
[3]

# A test that fails: status 1.
$ grep -v '^#=' $SRC/tests/rules/bad/provision-twice.rules | head -n 15 > p.rules; flowaudit-rules check p.rules; flowaudit-rules list p.rules
bad: 0 rules, 0 parameters, 1 provision that no filing shows
  P-1 is shown by no filing: no column says so
bad  A ruleset with a mistake
  in force 2017-01-01..
  P-1                  low      What nobody files (no filing shows it)

$ grep -v '^#=' $SRC/tests/rules/bad/test-failed-wrong.rules > b.rules; flowaudit-rules test b.rules
BAD-1: 0 of 1 test passed
1 rule, 1 test, 1 failed
! b.rules:23:5: error: BAD-1: expected, and did not come out [RULE-TEST-FAILED]
!         expect fires at flow 1 with amount = 5.02
!         ^
! b.rules:20:3: error: BAD-1: came out and is not expected: fires for 1 on 2017-01-01 with amount = 5.01 [RULE-TEST-FAILED]
!       test "x"
!       ^
[1]

# A rule without tests, and a let that nothing uses, are what check does not let pass.
$ cat > c.rules <<"END"
> ruleset c
>   title en "c"
>   in force 2017-01-01 ..
>   zone Asia/Shanghai
>   currency CNY
> end
> let twice = amount * 2
> rule C-1
>   title en "C"
>   cite "Art. 1" seen
>   severity low
>   on settled
>   when amount >= 5.00 and amount < 100.00
>   test "on the number"
>     flow | flow_id | time             | amount |
>          | 1       | 2017-01-01T09:00 | 5.00   |
>     expect fires at flow 1
>   end
> end
> END

$ flowaudit-rules check c.rules
c: 1 rule, 0 parameters
! c.rules:7:5: warning: 'twice' is never used, so it was not checked [RULE-UNUSED]
!     let twice = amount * 2
!         ^
! c.rules:8: warning: C-1: no test stays clear [RULE-NO-TEST]
! hint: add a test with expect nothing, best on the very number
[3]

# Changes that no test notices.
$ flowaudit-rules test --mutate c.rules
C-1: 1 of 1 test passed, 2 of 8 changes noticed
1 rule, 1 test, 0 failed; 8 changes, 6 unnoticed
! c.rules:7:5: warning: 'twice' is never used, so it was not checked [RULE-UNUSED]
!     let twice = amount * 2
!         ^
! c.rules:13:18: warning: C-1: no test notices 5.00 as 4.99 [RULE-MUTANT]
!       when amount >= 5.00 and amount < 100.00
!                      ^
! hint: add a test on the very number
! c.rules:13:34: warning: C-1: no test notices 'amount < 100.00' with <= [RULE-MUTANT]
!       when amount >= 5.00 and amount < 100.00
!                                      ^
! hint: add a test on the very number
! c.rules:13:36: warning: C-1: no test notices 100.00 as 99.99 [RULE-MUTANT]
!       when amount >= 5.00 and amount < 100.00
!                                        ^
! hint: add a test on the very number
! c.rules:13:36: warning: C-1: no test notices 100.00 as 100.01 [RULE-MUTANT]
!       when amount >= 5.00 and amount < 100.00
!                                        ^
! hint: add a test on the very number
! c.rules:13:15: warning: C-1: no test notices the rule without 'amount >= 5.00' [RULE-MUTANT]
!       when amount >= 5.00 and amount < 100.00
!                   ^
! hint: add a test in which this part alone decides
! c.rules:13:34: warning: C-1: no test notices the rule without 'amount < 100.00' [RULE-MUTANT]
!       when amount >= 5.00 and amount < 100.00
!                                      ^
! hint: add a test in which this part alone decides
[1]

# A change that cannot matter is written down with its reason; what is written down in vain is said.
$ cat > d.rules <<"END"
> ruleset d
>   title en "d"
>   in force 2017-01-01 ..
>   zone Asia/Shanghai
>   currency CNY
> end
> rule D-1
>   title en "D"
>   cite "Art. 1" seen
>   severity low
>   on settled where kind = transfer
>                    and amount >= 0.00
>   when amount > 5.00 and (amount < 10.00 or kind = fee)
>   except when kind = fee cite "Art. 2" seen
>   unnoticed "the rule without 'kind = fee'" because "only transfers are judged"
>   unnoticed "5.00 as 4.99" because "nobody pays a fen"
>   test "on the number"
>     flow | flow_id | time             | amount | kind     |
>          | 1       | 2017-01-01T09:00 | 5.01   | transfer |
>          | 2       | 2017-01-01T09:00 | 5.00   | transfer |
>          | 3       | 2017-01-01T09:00 | 9.99   | transfer |
>          | 4       | 2017-01-01T09:00 | 10.00  | transfer |
>     expect fires at flow 1
>     expect fires at flow 3
>   end
> end
> END

$ flowaudit-rules test --mutate --coverage d.rules
D-1: 1 of 1 test passed, 8 of 12 outcomes of conditions seen, 9 of 16 changes noticed
  unnoticed: the rule without 'kind = fee', because only transfers are judged
1 rule, 1 test, 0 failed; 12 outcomes of conditions, 4 not seen; 16 changes, 6 unnoticed
! d.rules:13:50: warning: D-1: no test makes the condition 'kind = fee' true [RULE-COVERAGE]
!       when amount > 5.00 and (amount < 10.00 or kind = fee)
!                                                      ^
! hint: add a test in which the parts before it leave the decision to it
! d.rules:14:20: warning: D-1: no test makes the exception 'kind = fee' true [RULE-COVERAGE]
!       except when kind = fee cite "Art. 2" seen
!                        ^
! d.rules:11:25: warning: D-1: no test makes the where 'kind = transfer' false [RULE-COVERAGE]
!       on settled where kind = transfer
!                             ^
! hint: add a test in which the parts before it leave the decision to it
! d.rules:12:31: warning: D-1: no test makes the where 'amount >= 0.00' false [RULE-COVERAGE]
!                        and amount >= 0.00
!                                   ^
! hint: add a test in which the parts before it leave the decision to it
! d.rules:12:31: warning: D-1: no test notices 'amount >= 0.00' with > [RULE-MUTANT]
!                        and amount >= 0.00
!                                   ^
! hint: add a test on the very number
! d.rules:12:34: warning: D-1: no test notices 0.00 as -0.01 [RULE-MUTANT]
!                        and amount >= 0.00
!                                      ^
! hint: add a test on the very number
! d.rules:12:34: warning: D-1: no test notices 0.00 as 0.01 [RULE-MUTANT]
!                        and amount >= 0.00
!                                      ^
! hint: add a test on the very number
! d.rules:11:25: warning: D-1: no test notices the rule without 'kind = transfer' [RULE-MUTANT]
!       on settled where kind = transfer
!                             ^
! hint: add a test in which this part alone decides
! d.rules:12:31: warning: D-1: no test notices the rule without 'amount >= 0.00' [RULE-MUTANT]
!                        and amount >= 0.00
!                                   ^
! hint: add a test in which this part alone decides
! d.rules:14:20: warning: D-1: no test notices the rule without the exception 'kind = fee' [RULE-MUTANT]
!       except when kind = fee cite "Art. 2" seen
!                        ^
! hint: add a test in which this part alone decides
! d.rules:16:13: warning: D-1: '5.00 as 4.99' is noticed by a test, or is no change of this rule [RULE-STALE]
!       unnoticed "5.00 as 4.99" because "nobody pays a fen"
!                 ^
! hint: take it out
[1]

$ flowaudit-rules lst
! flowaudit-rules: error: unknown command 'lst' [USAGE]
! hint: did you mean 'list'?
[2]

$ flowaudit-rules check no-such-ruleset
! flowaudit-rules: error: 'no-such-ruleset' is neither a file nor a shipped ruleset or set [USAGE]
! hint: flowaudit-rules list shows the shipped ones
[2]

# A chain of 20,000 views is refused, not followed to the end of the stack.
$ perl -e 'print "ruleset r\n title en \"R\"\n in force 2020-01-01 ..\n zone Asia/Shanghai\n currency CNY\nend\n"; for (1 .. 20000) { printf "view v%d\n on %s\n per filer each day\n show n = count()\nend\n", $_, $_ == 20000 ? "settled" : "v" . ($_ + 1) }' >deep.rules; flowaudit-rules check deep.rules 2>&1 | grep -o '^deep.rules.*RULE-SIZE' | head -1
deep.rules:332:6: error: views rest on one another at most 3 deep [RULE-SIZE

# What is declared and never used: a number that the rule has in its place, a table, a view.
$ cat > unused.rules <<"END"
> ruleset unused
>   title    en "Much is declared"
>   in force 2017-01-01 ..
>   zone     UTC
>   currency CNY
> end
> param cap : money
>   cite "Art. 1" seen
>   from 2017-01-01 = 5.00
> end
> table shop
>   key shop_id
>   column shop_id : id of shop, street : text
> end
> table till
>   key till_no
>   column till_no : int required, counted : money
> end
> view daily
>   on   settled
>   per  payer_account each day
>   show total = sum(amount)
> end
> statistic monthly
>   title en "Flow by month"
>   on   settled
>   per  filer each month
>   show total = sum(amount)
> end
> rule UNUSED-1
>   title    en "Too much"
>   cite     "Art. 1" seen
>   severity low
>   on       settled
>   when     amount > 5.00
>   test "a cent over, the number itself"
>     flow | flow_id | time             | amount |
>          | 1       | 2017-01-01T09:00 | 5.01   |
>          | 2       | 2017-01-01T09:00 | 5.00   |
>     expect fires at flow 1
>   end
>   test "nothing but the number"
>     flow | flow_id | time             | amount |
>          | 2       | 2017-01-01T09:00 | 5.00   |
>     expect nothing
>   end
> end
> END

$ flowaudit-rules check unused.rules
unused: 1 rule, 1 parameter
! unused.rules:7:7: warning: no rule reads the parameter 'cap' [RULE-UNUSED]
!     param cap : money
!           ^
! hint: write its name where the rules have a number that it stands for; where another ruleset reads it, check both together
! unused.rules:11:7: warning: no rule reads the table 'shop' [RULE-UNUSED]
!     table shop
!           ^
! hint: take it out; where another ruleset reads it, check both together
! unused.rules:15:7: warning: no rule reads the table 'till' [RULE-UNUSED]
!     table till
!           ^
! hint: take it out; where another ruleset reads it, check both together
! unused.rules:19:6: warning: no rule reads the view 'daily' [RULE-UNUSED]
!     view daily
!          ^
! hint: one that is for people is a statistic; where another ruleset reads it, check both together
[3]

# With them used all is well; a ruleset without rules declares for others.
$ sed -i 's/amount > 5.00/amount > cap and not has till(till_no = 1) and not has shop(street = "a") and daily(payer_account = payer_account, day = date(time)).total > 1.00/' unused.rules; flowaudit-rules check unused.rules 2>&1 | grep UNUSED
[1]

$ sed -i '/^rule /,$d' unused.rules; flowaudit-rules check unused.rules
unused: 0 rules, 1 parameter
