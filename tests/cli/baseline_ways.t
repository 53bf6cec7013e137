# An earlier finding of a rule that reads several tables is fixed only where each of them has rows of its subject
# again: of what happened at a time as many, in its months, as it rested on.
$ cat >w.rules <<'END'
> ruleset w
>   title    en "Ways"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> rule W-SUM
>   title    en "The ledger's day is not the bank's"
>   cite     "none" known
>   severity high
>   compare  booked = sum(amount) of leg of settled where direction = debit,
>            stated = sum(amount) of statement where direction = debit
>   per      account each day
>   when     booked != stated
> end
> rule W-EVERY
>   title    en "A day without a balance"
>   cite     "none" known
>   severity low
>   every    day of each account where role = reserve has balance per account
> end
> rule W-TWO
>   title    en "Two reserve accounts at a time"
>   cite     "none" known
>   severity low
>   at most  1 of account where role = reserve per filer at any time
> end
> rule W-PASS
>   title    en "What came went on within an hour"
>   cite     "none" known
>   severity low
>   on       leg of settled
>   per      account
>   first    came = direction = credit then went = direction = debit within 60m
>   when     count(if came) > 0
> end
> rule W-HOP
>   title    en "Over two accounts within an hour"
>   cite     "none" known
>   severity low
>   on       settled
>   path     hops 2..4 within 60m
>   when     hops > 1
> end
> END

$ mkdir f; printf 'account_id,owner,role,opened_on,closed_on\na,PAY,reserve,2020-01-01,\nb,PAY,reserve,2025-01-10,2025-01-20\nc,kim,customer,2020-01-01,\n' >f/account.csv
> printf 'party_id,kind\nPAY,legal\nkim,natural\n' >f/party.csv
> printf 'flow_id,time,payer_account,payee_account,amount,kind,status\n1,2025-01-05T09:00:00,a,c,100.00,withdraw,settled\n2,2025-01-05T09:30:00,c,b,50.00,pay,settled\n3,2025-01-05T12:00:00,a,c,20.00,withdraw,settled\n' >f/flow.csv
> printf 'statement_id,account,booked_at,direction,amount\ns1,a,2025-01-05T10:00:00,debit,90.00\ns2,a,2025-01-05T12:00:00,debit,20.00\n' >f/statement.csv
> (echo account,date,source,closing; for d in $(seq -w 31); do [ $d = 07 ] || echo a,2025-01-$d,bank,5.00; done; for d in $(seq 10 20); do echo b,2025-01-$d,bank,5.00; done) >f/balance.csv
> printf 'filing "f"\n filer PAY\n period 2025-01-01 .. 2025-01-31\n zone Asia/Shanghai\n currency CNY\n' >f/filing.manifest; for t in account party flow statement balance; do echo " file \"$t.csv\" table $t" >>f/filing.manifest; done; echo end >>f/filing.manifest

$ cat >again.sh <<'END'
> # NAME COMMAND: the filing NAME is the first one changed by COMMAND; what became of its findings
> cp -r f "$1"; (cd "$1"; sh -c "$2"); flowaudit ingest "$1" 2>/dev/null | flowaudit flag -r w.rules --baseline f.res -o "$1.res"
> flowaudit view --table result_earlier --columns rule,subject,rows_by_table,state,why,reason "$1.res" | tail -n +2
> END

$ flowaudit ingest f 2>/dev/null | flowaudit flag -r w.rules -o f.res; flowaudit view --table result_finding --columns rule,subject,row_ranges f.res
rule,subject,row_ranges
W-SUM,a,"flow 1,3; statement 1-2"
W-SUM,c,flow 2
W-EVERY,a,balance 6-7
W-TWO,PAY,account 1-2
W-PASS,c,flow 1-2
W-HOP,a,flow 1-2

# Put right: the statement's amount, the day's balance, the second account.
$ sh again.sh right 'sed -i s/90.00/100.00/ statement.csv; echo a,2025-01-07,bank,5.00 >>balance.csv; sed -i s/^b,PAY,reserve/b,PAY,settlement/ account.csv; sed -i s/T09:30/T13:30/ flow.csv'
W-SUM,a,flow 2; statement 2,fixed,clear,judged anew and in order
W-EVERY,a,balance 2,fixed,clear,judged anew and in order
W-TWO,PAY,,fixed,clear,judged anew and in order
W-PASS,c,flow 2,fixed,clear,judged anew and in order
W-HOP,a,flow 2,fixed,clear,judged anew and in order

# Equal because half of it is left out, or all.
$ sh again.sh half 'sed -i /^1,/d flow.csv; sed -i /^s1,/d statement.csv'
W-SUM,a,flow 2; statement 2,not_testable,subject_absent,"it rested on 2 rows of flow, and of its subject this filing has 1"
W-PASS,c,flow 2,fixed,clear,judged anew and in order
W-HOP,a,flow 2,not_testable,subject_absent,"it rested on 2 rows, and of its subject this filing has 1"

$ sh again.sh none 'sed -i 1q flow.csv; sed -i 1q statement.csv; sed -i /^a,/d balance.csv; sed -i /^a,/d account.csv'
W-SUM,a,flow 2; statement 2,not_testable,subject_absent,this filing does not name its subject
W-SUM,c,flow 1,not_testable,subject_absent,the rule had no row of its subject in flow to look at
W-EVERY,a,balance 2,not_testable,subject_absent,this filing does not name its subject
W-TWO,PAY,,fixed,clear,judged anew and in order
W-PASS,c,flow 2,not_testable,subject_absent,the rule had no row of its subject to look at
W-HOP,a,flow 2,not_testable,subject_absent,this filing does not name its subject

# It stays so where those results are compared with in turn; in Chinese it is told as well.
$ cp -r f late; sed -i '/^1,/d' late/flow.csv; sed -i '/^s1,/d' late/statement.csv; flowaudit ingest late 2>/dev/null | flowaudit flag -r w.rules --baseline half.res -o late.res; flowaudit view --table result_earlier --columns rule,rows_by_table,state,reason late.res; flowaudit report --lang zh --format csv late.res -o late/; cut -d, -f 1-30 late/result_earlier.csv | grep -o 'W-SUM.*' | head -2
rule,rows_by_table,state,reason
W-SUM,flow 2; statement 2,not_testable,"it rested on 2 rows of flow, and of its subject this filing has 1"
W-PASS,flow 2,fixed,judged anew and in order
W-HOP,flow 2,not_testable,"it rested on 2 rows, and of its subject this filing has 1"
W-SUM,w,The ledger's day is not the bank's,,none,violation,high,leg,*,flow.payer_account,2025-01-05T00:00:00+08:00,2025-01-05T00:00:00+08:00,false,120.00,CNY,4,2,flow 2; statement 2,false,2025-01-31,2025-01-31,not_testable,subject_absent,"it rested on 2 rows of flow, and of its subject this filing has 1",
