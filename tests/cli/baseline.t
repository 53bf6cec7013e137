# What became of the findings of an earlier filing. Months of one platform: flows are of the month, parties
# and accounts stand in every filing.
$ cat >month.sh <<'END'
> # MONTH: parties and flows of standard input ("party,..." and "flow,...") into the filing "MONTH"
> rm -rf "$1"; mkdir "$1"; last=$(date -d "$1-01 +1 month -1 day" +%F)
> exec 3>"$1/party.csv" 4>"$1/account.csv" 5>"$1/flow.csv"
> echo party_id,kind,checks >&3; echo flow_id,time,payer_account,payee_account,amount,kind,status >&5
> echo account_id,owner,role,opening_balance,opened_on >&4; echo "S,SHOP,merchant,0.00,2020-01-01" >&4
> while IFS=, read -r what id a b c; do
>   case $what in
>   party) echo "$id,$a,$b" >&3; echo "A-$id,$id,customer,$c,2020-01-01" >&4;;
>   flow) echo "$id,$1-${a}T10:00:00,A-$b,S,$c,pay,settled" >&5;;
>   back) echo "$id,$1-${a}T10:00:00,S,A-$b,$c,refund,settled" >&5;;
>   esac
> done
> printf 'filing "%s"\n filer %s\n period %s-01 .. %s\n zone Asia/Shanghai\n currency CNY\n' "$1" ${2:-PAY} $1 $last >"$1/filing.manifest"
> for t in party account flow; do echo " file \"$t.csv\" table $t" >>"$1/filing.manifest"; done; echo end >>"$1/filing.manifest"
> END

$ cat >b.rules <<'END'
> ruleset b
>   title    en "Baselines"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> param few : int
>   cite "none" known
>   from 2020-01-01 = 3
> end
> param most : money
>   cite "none" known
>   from 2020-01-01 = 500.00
> end
> rule B-FLOW
>   title    en "A large payment"
>   cite     "none" known
>   severity high
>   on       settled
>   when     amount > most
>   test "boundary"
>     flow | flow_id | time             | amount |
>          | 1       | 2022-01-01T00:00 | 500.01 |
>          | 2       | 2022-01-01T00:00 | 500.00 |
>     expect fires at flow 1
>     expect clear at flow 2
>   end
> end
> rule B-PARTY
>   title    en "A person whom too few sources verified"
>   cite     "none" known
>   severity medium
>   on       party where kind = natural
>   when     checks < few
>   test "boundary"
>     party | party_id | kind    | checks |
>           | 1        | natural | 2      |
>           | 2        | natural | 3      |
>     expect fires at party 1
>     expect clear at party 2
>   end
> end
> rule B-BELOW
>   title    en "An account below zero"
>   cite     "none" known
>   severity low
>   on       leg of settled where account.role = customer
>   per      account
>   running  held = opening sum(account.opening_balance) + sum(signed)
>   when     held < 0.00
>   test "below"
>     covers 2022-01-01 .. 2022-01-31
>     account | account_id | role     | opening_balance | opened_on  |
>             | a          | customer | 5.00            | 2020-01-01 |
>             | x          | merchant | 0.00            | 2020-01-01 |
>     flow    | flow_id | time             | payer_account | payee_account | amount |
>             | 1       | 2022-01-02T09:00 | a             | x             | 5.01   |
>     expect fires at flow 1
>   end
> end
> rule B-DAY
>   title    en "Too much on one day"
>   cite     "none" known
>   severity info
>   on       settled
>   per      who = payer_account.owner each day
>   when     sum(amount) > 800.00
>   test "boundary"
>     account | account_id | owner |
>             | a          | p     |
>     flow    | flow_id | time             | payer_account | amount |
>             | 1       | 2022-01-02T09:00 | a             | 800.01 |
>             | 2       | 2022-01-03T09:00 | a             | 800.00 |
>     expect fires for p on 2022-01-02
>     expect clear for p on 2022-01-03
>   end
> end
> END

$ flowaudit rules check b.rules
b: 4 rules, 2 parameters

$ cat >flag.sh <<'END'
> # MONTH [OPTION...]: its results in MONTH.res
> flowaudit ingest -o m.fa "$1" 2>told && flowaudit flag -r b.rules -o "$1.res" $2 $3 m.fa
> END

$ cat >told.sh <<'END'
> flowaudit view --table result_finding --columns rule,subject,prior,change,first_seen "$1"
> flowaudit view --table result_earlier --columns rule,subject,first_seen,last_seen,state,why,reason,fixed_on "$1"
> END

$ sh month.sh 2026-01 <<'END'
> party,ann,natural,2,1000.00
> party,bob,natural,1,1000.00
> party,cai,natural,2,1000.00
> party,dan,natural,3,1000.00
> flow,J1,05,ann,600.00
> flow,J2,05,ann,300.00
> flow,J3,20,dan,1200.00
> END

$ sh flag.sh 2026-01

$ sh told.sh 2026-01.res
rule,subject,prior,change,first_seen
B-FLOW,J1,,,
B-FLOW,J3,,,
B-PARTY,ann,,,
B-PARTY,bob,,,
B-PARTY,cai,,,
B-BELOW,A-dan,,,
B-DAY,ann,,,
B-DAY,dan,,,
! flowaudit-view: error: the stream has no table 'result_earlier' [USAGE]
! hint: --schema lists tables and columns
[2]

# The next month: what is new, what goes on, what is fixed, what nobody can say, and what stands.
$ sh month.sh 2026-02 <<'END'
> party,ann,natural,2,100.00
> party,bob,natural,3,1000.00
> party,dan,natural,3,-200.00
> flow,F1,03,ann,700.00
> back,F2,10,dan,300.00
> END

$ sh flag.sh 2026-02 --baseline 2026-01.res

$ sh told.sh 2026-02.res
rule,subject,prior,change,first_seen
B-FLOW,F1,new,,2026-02-28
B-PARTY,ann,persisting,,2026-01-31
B-BELOW,A-dan,changed,last_time=2026-01-20T10:00:00+08:00 still_on=true,2026-01-31
B-BELOW,A-ann,new,,2026-02-28
rule,subject,first_seen,last_seen,state,why,reason,fixed_on
B-FLOW,J1,2026-01-31,2026-01-31,carried,outside_period,"its time is not within the days that this filing covers, 2026-02-01 to 2026-02-28",
B-FLOW,J3,2026-01-31,2026-01-31,carried,outside_period,"its time is not within the days that this filing covers, 2026-02-01 to 2026-02-28",
B-PARTY,bob,2026-01-31,2026-01-31,fixed,clear,judged anew and in order,2026-02-28
B-PARTY,cai,2026-01-31,2026-01-31,not_testable,subject_absent,no row of party in this filing has its key,
B-DAY,ann,2026-01-31,2026-01-31,carried,outside_period,"its time is not within the days that this filing covers, 2026-02-01 to 2026-02-28",
B-DAY,dan,2026-01-31,2026-01-31,carried,outside_period,"its time is not within the days that this filing covers, 2026-02-01 to 2026-02-28",

$ flowaudit report --format text 2026-02.res
filing      2026-02 of PAY, as of 2026-02-28
read        9 rows accepted, 0 rejected, from 3 files
judged by   -r b.rules
breaks      none looked for: the filing has no statement
rules       4, 4 tested
violations  4: 1 high, 1 medium, 2 low
undecided   0
leads       0
prior       2 new, 1 persisting, 1 changed
of earlier  1 fixed, 1 not_testable, 4 carried

F-000001  violation  high  B-FLOW  F1
    A large payment

F-000002  violation  medium  B-PARTY  P-0001
    A person whom too few sources verified

F-000003  violation  low  B-BELOW  *-dan
    An account below zero

F-000004  violation  low  B-BELOW  *-ann
    An account below zero

# And the next: one is there again, one was never fixed, one cannot be judged.
$ sh month.sh 2026-03 <<'END'
> party,ann,natural,,100.00
> party,bob,natural,2,1000.00
> party,cai,natural,2,1000.00
> party,dan,natural,3,100.00
> flow,M1,03,dan,50.00
> END

$ sh flag.sh 2026-03 --baseline 2026-02.res

$ sh told.sh 2026-03.res
rule,subject,prior,change,first_seen
B-PARTY,party.checks,new,,2026-03-31
B-PARTY,bob,reopened,,2026-01-31
B-PARTY,cai,persisting,,2026-01-31
rule,subject,first_seen,last_seen,state,why,reason,fixed_on
B-FLOW,J1,2026-01-31,2026-01-31,carried,outside_period,"its time is not within the days that this filing covers, 2026-03-01 to 2026-03-31",
B-FLOW,J3,2026-01-31,2026-01-31,carried,outside_period,"its time is not within the days that this filing covers, 2026-03-01 to 2026-03-31",
B-DAY,ann,2026-01-31,2026-01-31,carried,outside_period,"its time is not within the days that this filing covers, 2026-03-01 to 2026-03-31",
B-DAY,dan,2026-01-31,2026-01-31,carried,outside_period,"its time is not within the days that this filing covers, 2026-03-01 to 2026-03-31",
B-FLOW,F1,2026-02-28,2026-02-28,carried,outside_period,"its time is not within the days that this filing covers, 2026-03-01 to 2026-03-31",
B-PARTY,ann,2026-01-31,2026-02-28,not_testable,unknown,it cannot be judged now: party.checks is missing,
B-BELOW,A-dan,2026-01-31,2026-02-28,carried,outside_period,"its time is not within the days that this filing covers, 2026-03-01 to 2026-03-31",
B-BELOW,A-ann,2026-02-28,2026-02-28,not_testable,subject_absent,the rule had no row of its subject to look at,

# The same filing again, and January filed again, corrected: of what it covers, it can clear.
$ sh flag.sh 2026-02 --baseline 2026-02.res

$ flowaudit view --table result_finding --columns rule,prior,change 2026-02.res
rule,prior,change
B-FLOW,persisting,
B-PARTY,persisting,
B-BELOW,persisting,
B-BELOW,persisting,

$ cp 2026-01.res first.res

$ sh month.sh 2026-01 <<'END'
> party,ann,natural,2,1000.00
> party,bob,natural,1,1000.00
> party,cai,natural,2,1000.00
> party,dan,natural,3,1000.00
> flow,J2,05,ann,300.00
> flow,J3,20,dan,500.00
> END

$ sh flag.sh 2026-01 --baseline first.res

$ sh told.sh 2026-01.res
rule,subject,prior,change,first_seen
B-PARTY,ann,persisting,,2026-01-31
B-PARTY,bob,persisting,,2026-01-31
B-PARTY,cai,persisting,,2026-01-31
rule,subject,first_seen,last_seen,state,why,reason,fixed_on
B-FLOW,J1,2026-01-31,2026-01-31,not_testable,subject_absent,no row of flow in this filing has its key,
B-FLOW,J3,2026-01-31,2026-01-31,fixed,clear,judged anew and in order,2026-01-31
B-BELOW,A-dan,2026-01-31,2026-01-31,fixed,clear,judged anew and in order,2026-01-31
B-DAY,ann,2026-01-31,2026-01-31,not_testable,subject_absent,"it rested on 2 rows, and of its subject this filing has 1",
B-DAY,dan,2026-01-31,2026-01-31,fixed,clear,judged anew and in order,2026-01-31

# A filing without the very rows that a finding rested on clears nothing: of another day, or of other people.
$ cp -r 2026-01 kept; sed -i 's/^J3,2026-01-20/J3,2026-01-21/' 2026-01/flow.csv; flowaudit ingest 2026-01 2>told | flowaudit flag -r b.rules --only B-DAY --baseline first.res | flowaudit view --table result_earlier --columns rule,subject,state,why,reason | grep B-DAY; sed -i 's/A-ann/A-cai/' 2026-01/flow.csv; flowaudit ingest 2026-01 2>told | flowaudit flag -r b.rules --only B-DAY --baseline first.res -o last.res; flowaudit view --table result_earlier --columns rule,subject,table_rows,state,why,reason last.res | grep B-DAY; rm -r 2026-01; mv kept 2026-01
B-DAY,ann,not_testable,subject_absent,"it rested on 2 rows, and of its subject this filing has 1"
B-DAY,dan,not_testable,subject_absent,the rule had no row of its subject and period to look at
B-DAY,ann,2,not_testable,subject_absent,the rule had no row of its subject and period to look at
B-DAY,dan,1,not_testable,subject_absent,the rule had no row of its subject and period to look at

# That it is told in Chinese.
$ flowaudit report --lang zh --format text last.res | tail -4; flowaudit report --lang zh -o zh.xlsx last.res 2>told; perl -MIO::Uncompress::Unzip -e 'my $u = IO::Uncompress::Unzip->new("zh.xlsx"); local $/; do { print <$u> } while $u->nextStream > 0' | grep -a -o '其对象在其期间内[^<]*\|该规则未启用：[^<]*' | sort | uniq -c
无法判断：0
线索：0
与前期比较：无
前期发现：无法检验 8
      2 其对象在其期间内没有可供该规则检验的记录
      6 该规则未启用：未检验：本次只要求检验另一条规则

# A rule that is not in the run, one that is not run, and other parameters clear nothing; a changed text does and says so.
$ sed '/^rule B-DAY/,$d' b.rules >c.rules

$ flowaudit flag -r c.rules --baseline first.res m.fa | flowaudit view --table result_earlier --columns rule,state,why,reason
rule,state,why,reason
B-FLOW,not_testable,subject_absent,no row of flow in this filing has its key
B-FLOW,fixed,clear_by_other_text,"judged anew and in order, by a ruleset whose text has changed since"
B-BELOW,fixed,clear_by_other_text,"judged anew and in order, by a ruleset whose text has changed since"
B-DAY,not_testable,rule_absent,the rule is not in this run
B-DAY,not_testable,rule_absent,the rule is not in this run

$ flowaudit flag -r b.rules --only B-BELOW --baseline first.res m.fa | flowaudit view --table result_earlier --columns rule,subject,state,why,reason
rule,subject,state,why,reason
B-FLOW,J1,not_testable,rule_untested,the rule is switched off: left out: another rule was asked for alone
B-FLOW,J3,not_testable,rule_untested,the rule is switched off: left out: another rule was asked for alone
B-PARTY,ann,not_testable,rule_untested,the rule is switched off: left out: another rule was asked for alone
B-PARTY,bob,not_testable,rule_untested,the rule is switched off: left out: another rule was asked for alone
B-PARTY,cai,not_testable,rule_untested,the rule is switched off: left out: another rule was asked for alone
B-BELOW,A-dan,fixed,clear,judged anew and in order
B-DAY,ann,not_testable,rule_untested,the rule is switched off: left out: another rule was asked for alone
B-DAY,dan,not_testable,rule_untested,the rule is switched off: left out: another rule was asked for alone

$ flowaudit flag -r b.rules --param b.few=1 --baseline first.res m.fa | flowaudit view --table result_earlier --columns rule,subject,state,why,reason
rule,subject,state,why,reason
B-FLOW,J1,not_testable,other_parameters,judged with other parameters: b.few=1; in the earlier results: none
B-FLOW,J3,not_testable,other_parameters,judged with other parameters: b.few=1; in the earlier results: none
B-PARTY,ann,not_testable,other_parameters,judged with other parameters: b.few=1; in the earlier results: none
B-PARTY,bob,not_testable,other_parameters,judged with other parameters: b.few=1; in the earlier results: none
B-PARTY,cai,not_testable,other_parameters,judged with other parameters: b.few=1; in the earlier results: none
B-BELOW,A-dan,not_testable,other_parameters,judged with other parameters: b.few=1; in the earlier results: none
B-DAY,ann,not_testable,other_parameters,judged with other parameters: b.few=1; in the earlier results: none
B-DAY,dan,not_testable,other_parameters,judged with other parameters: b.few=1; in the earlier results: none

# A row that the rule does not look at any more is not cleared by it.
$ sed -i 's/bob,natural/bob,legal/' 2026-01/party.csv; sh flag.sh 2026-01 --baseline first.res; flowaudit view --table result_earlier --columns rule,subject,state,why,reason 2026-01.res; sed -i 's/bob,legal/bob,natural/' 2026-01/party.csv; sh flag.sh 2026-01 --baseline first.res
rule,subject,state,why,reason
B-FLOW,J1,not_testable,subject_absent,no row of flow in this filing has its key
B-FLOW,J3,fixed,clear,judged anew and in order
B-PARTY,bob,not_testable,subject_absent,its row is none that the rule looks at
B-BELOW,A-dan,fixed,clear,judged anew and in order
B-DAY,ann,not_testable,subject_absent,"it rested on 2 rows, and of its subject this filing has 1"
B-DAY,dan,fixed,clear,judged anew and in order

# Status 1 for what is new alone.
$ flowaudit flag -r b.rules --baseline first.res --fail-on info --only-new m.fa -o r.res

$ flowaudit flag -r b.rules --baseline first.res --fail-on info m.fa -o r.res
[1]

$ flowaudit flag -r b.rules --fail-on info --only-new m.fa -o r.res
[1]

$ flowaudit flag -r b.rules --only-new m.fa -o r.res
! flowaudit-flag: error: --only-new says what --fail-on counts, which is not given [USAGE]
! hint: say from which severity on: --fail-on high --only-new
[2]

# The name of a finding does not depend on the order of rows or on other rows; those of one key twice are paired in
# order.
$ for t in party account flow; do (head -1 2026-01/$t.csv; tail -n +2 2026-01/$t.csv | sort -r) >t; cp t 2026-01/$t.csv; done; echo 'eve,natural,1' >>2026-01/party.csv; echo 'J9,2026-01-02T10:00:00,A-cai,S,1.00,pay,settled' >>2026-01/flow.csv; cp 2026-01.res last.res

$ sh flag.sh 2026-01 --baseline last.res

$ flowaudit view --table result_finding --columns rule,subject,prior,change 2026-01.res
rule,subject,prior,change
B-PARTY,ann,persisting,
B-PARTY,bob,persisting,
B-PARTY,cai,persisting,
B-PARTY,eve,new,

$ cp 2026-01.res last.res; echo 'bob,natural,2' >>2026-01/party.csv; sh flag.sh 2026-01 --baseline last.res; flowaudit view --table result_finding --columns rule,subject,prior,change 2026-01.res
rule,subject,prior,change
B-PARTY,ann,persisting,
B-PARTY,bob,persisting,
B-PARTY,bob,new,
B-PARTY,cai,persisting,
B-PARTY,eve,persisting,

$ cp 2026-01.res last.res; sh flag.sh 2026-01 --baseline last.res; flowaudit view --table result_finding --columns rule,subject,prior,change 2026-01.res
rule,subject,prior,change
B-PARTY,ann,persisting,
B-PARTY,bob,persisting,
B-PARTY,bob,persisting,
B-PARTY,cai,persisting,
B-PARTY,eve,persisting,

# Filings of another platform, later ones, and what are no results.
$ printf 'party,ann,natural,2,1.00\nflow,X,01,ann,1.00\n' | sh month.sh 2026-04 OTHER; sh flag.sh 2026-04

$ sh flag.sh 2026-04 --baseline 2026-03.res
! 2026-03.res: error: the earlier results are of filer 'PAY', the filing is of 'OTHER' [BASELINE-FILER]
! hint: findings are followed over the filings of one filer
[4]

$ sh flag.sh 2026-02 --baseline 2026-03.res
! 2026-03.res: error: the earlier results are as of 2026-03-31, the filing is as of 2026-02-28 [BASELINE-LATER]
! hint: give the results of an earlier filing
[4]

$ sh flag.sh 2026-02 --baseline m.fa
! m.fa: error: expected earlier results, found a ledger [BASELINE-RESULTS]
! hint: give what flowaudit-flag wrote for the earlier filing
[4]

$ flowaudit report --format ndjson 2026-01.res >r.ndjson; sh flag.sh 2026-02 --baseline r.ndjson
! r.ndjson: error: expected the results stream of an earlier filing, found JSON [BASELINE-RESULTS]
! hint: give what flowaudit-flag wrote; a report is masked and cannot be it
[4]

$ flowaudit report --format csv 2026-01.res >r.csv; sh flag.sh 2026-02 --baseline r.csv
! r.csv: error: expected the results stream of an earlier filing, found a table as CSV [BASELINE-RESULTS]
! hint: give what flowaudit-flag wrote; a report is masked and cannot be it
[4]

$ flowaudit report -o r.xlsx 2026-01.res 2>/dev/null; sh flag.sh 2026-02 --baseline r.xlsx
! r.xlsx: error: expected the results stream of an earlier filing, found a workbook or an archive [BASELINE-RESULTS]
! hint: give what flowaudit-flag wrote; a report is masked and cannot be it
[4]

$ gzip -k 2026-01.res; sh flag.sh 2026-02 --baseline 2026-01.res.gz; flowaudit view --table result_finding --columns rule,subject,prior 2026-02.res >packed; sh flag.sh 2026-02 --baseline 2026-01.res; flowaudit view --table result_finding --columns rule,subject,prior 2026-02.res | cmp - packed

$ head -c 3000 2026-01.res.gz >cut.gz; sh flag.sh 2026-02 --baseline cut.gz
! cut.gz: error: the compressed file ends in the middle, after 3000 bytes [GZIP-CUT]
! hint: ask for the whole file
[4]

$ (cat 2026-01.res.gz; echo more) >tail.gz; sh flag.sh 2026-02 --baseline tail.gz 2>&1 | sed "s/[0-9]* bytes/N bytes/"
tail.gz: error: the compressed file ends after N bytes, but more follow [GZIP-TAIL]
hint: ask what they are; they would be dropped without a word

$ head -c 100000000 /dev/zero | gzip -9 >bomb.gz; sh flag.sh 2026-02 --baseline bomb.gz
! bomb.gz: error: unpacked, the file is more than 250 times as large, as no export is [UNPACK-LIMIT]
! hint: give it unpacked, if it is what it should be
[4]

$ gzip -c r.ndjson >r.gz; sh flag.sh 2026-02 --baseline r.gz
! r.gz: error: not a stream of flowaudit: byte 0 is 0x7b, expected 0x89 [STREAM-MAGIC]
! hint: give the output of a flowaudit tool; ingest reads a filing
[4]

$ head -c 3000 2026-01.res >cut.res; sh flag.sh 2026-02 --baseline cut.res 2>&1 | sed 's/[0-9]* bytes/N bytes/'
cut.res: error: the stream ends at byte 3000, within its head; expected N bytes more [STREAM-CUT]

$ cp 2026-01.res new.res; printf '\011' | dd of=new.res bs=1 seek=14 conv=notrunc 2>told; sh flag.sh 2026-02 --baseline new.res
! new.res: error: the stream has format 9.0, expected 1 [STREAM-VERSION]
[4]

$ : >empty.res; sh flag.sh 2026-02 --baseline empty.res
! empty.res: error: the stream ends at byte 0, within its first bytes; expected 14 bytes more [STREAM-CUT]
[4]

$ sed '15s/^/x/' 2026-01.res >bad.res; sh flag.sh 2026-02 --baseline bad.res 2>&1 | sed 's/is .*,/is X,/; s/expected .* /expected X /'
bad.res: error: the head of the stream was changed: its CRC is X, expected X [STREAM-CRC]

$ mkfifo pipe; sh flag.sh 2026-02 --baseline pipe
! flowaudit-flag: error: --baseline reads a file, found a pipe or device [USAGE]
! hint: keep the results in a file: flowaudit flag -o FILE
[2]

$ sh flag.sh 2026-02 --baseline -
! flowaudit-flag: error: --baseline reads a file, found standard input [USAGE]
! hint: keep the results in a file: flowaudit flag -o FILE
[2]

$ sh flag.sh 2026-02 --baseline .
! flowaudit-flag: error: --baseline reads a file, found a folder [USAGE]
! hint: keep the results in a file: flowaudit flag -o FILE
[2]

$ sh flag.sh 2026-02 --baseline nowhere.res
! flowaudit-flag: error: cannot open 'nowhere.res': No such file or directory [IO]
[5]
