# Tables that rulesets declare, use of one by another, and sets.
$ mkdir law f; cat > law/refunds.rules <<"END"
> ruleset refunds
>   title    en "Refunds"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
>   applies  institution where kind = payment
>   use      refund-terms
> end
> rule RF-1
>   title    en "More is asked for than was paid, or more than the cap"
>   cite     "Art. 1" seen
>   severity high
>   on       refund_request
>   when     amount > cap or has refund_decision(request = request_id, granted = amount)
>   say      en "{party} asked for {amount}"
> end
> END

$ cat > law/refund-terms.rules <<"END"
> ruleset refund-terms
>   title    en "What rulesets on refunds share"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> table refund_request
>   title    en "A customer's request to be paid back"
>   key      request_id
>   clock    requested_at
>   by       requested_at
>   column   request_id : id of refund_request required, requested_at : time required
>   column   party : id of party required mask party zh "客户" en "who asks"
>   column   amount : money required, state : enum {open, paid, refused} required
> end
> table refund_decision
>   key      request decided_on
>   clock    decided_on
>   column   request : id of refund_request required, decided_on : date required, granted : money
> end
> param cap : money
>   cite "Art. 3" seen
>   from 2020-01-01 = 100.00
> end
> rule RT-1
>   title    en "A rule that nobody asked for"
>   cite     "Art. 9" seen
>   severity low
>   on       refund_request
>   when     amount > 0.00
> end
> END

$ cat > law/other.rules <<"END"
> ruleset other
>   title    en "Something else"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> rule OT-1
>   title    en "A party without a name"
>   cite     "Art. 1" seen
>   severity low
>   on       party
>   when     not (party_id.kind = natural)
> end
> END

# A template has the tables of the ruleset, too.
$ flowaudit-ingest -r law/refunds.rules --template empty refund_request refund_decision && cat empty/refund_request.csv && grep -c refund empty/filing.manifest
request_id,requested_at,party,amount,state
2

# What such a filing holds is typed and checked as any table.
$ cat > f/filing.manifest <<"END"
> filing "Payment institution, one month"
>   filer  P1
>   period 2025-01-01 .. 2025-01-31
>   covers refund_decision 2025-01-01 .. 2025-02-28
>   zone Asia/Shanghai
>   currency CNY
>   file "institution.csv" table institution
>   file "party.csv" table party
>   file "refund_request.csv" table refund_request
>   file "refund_decision.csv" table refund_decision
> end
> END

$ printf 'institution_id,kind\nP1,payment\n' > f/institution.csv; printf 'party_id,kind\nb,natural\nc,legal\n' > f/party.csv

$ cat > f/refund_request.csv <<"END"
> request_id,requested_at,party,amount,state
> r1,2025-01-05T09:00:00,b,100.00,open
> r2,2025-01-04T09:00:00,b,100.01,open
> r3,2025-01-06T09:00:00,c,50.00,paid
> r4,2025-01-07T09:00:00,c,5o.00,paid
> r5,2025-01-07T09:00:00,c,50.00,gone
> END

$ printf 'request,decided_on,granted\nr3,2025-01-06,50.00\n' > f/refund_decision.csv

$ flowaudit-ingest f -o f.fa
! f/filing.manifest:4:10: error: unknown table 'refund_decision' [LANG-UNKNOWN]
!       covers refund_decision 2025-01-01 .. 2025-02-28
!              ^
! hint: a table that a ruleset of your own declares is read where -r names its file
[3]

$ flowaudit-ingest -r law/refunds.rules f -o f.fa; flowaudit-view f.fa; flowaudit-view f.fa --table refund_request; flowaudit-view f.fa --sources | head -3
table,column,currency,direction,rows,rejected,sum
institution,,,,1,0,
party,,,,2,0,
refund_request,,,,3,2,
refund_request,amount,,,3,,250.01
refund_decision,,,,1,0,
refund_decision,granted,,,1,,50.00
reject,,,,2,0,
reject,amount,CNY,,1,,50.00
request_id,requested_at,party,amount,state
r2,2025-01-04T09:00:00+08:00,b,100.01,open
r1,2025-01-05T09:00:00+08:00,b,100.00,open
r3,2025-01-06T09:00:00+08:00,c,50.00,paid
source,table,profile,records,accepted,rejected,ignored,other,rows,bytes,sha256
institution.csv,institution,,1,1,0,0,0,1,31,df3b0ec843780e278d5a66494726bf2467e604109803a1e563d813b06f62533f
party.csv,party,,2,2,0,0,0,2,32,dda983d529d4e8827e67fe7daeddf99a6a84ad16d3a7466eaa2603782dfd29da
! refund_request.csv:5:26: warning: record 4 rejected: column 'amount': expected a number such as 1234.50, found '5o.00' [ROW-NUMBER]
! refund_request.csv:6:32: warning: record 5 rejected: column 'state': unknown value 'gone' [ROW-ENUM]

$ flowaudit-view f.fa --schema --table refund_request
table,column,type,required,masked,label_zh,meaning
refund_request,request_id,id of refund_request,true,false,,
refund_request,requested_at,time,true,false,,
refund_request,party,id of party,true,true,客户,who asks
refund_request,amount,money,true,false,,
refund_request,state,"enum {open, paid, refused}",true,false,,

$ flowaudit-view f.fa --table reject
source,table,record_no,line_no,byte_offset,column,code,reason,raw,amount,currency
refund_request.csv,refund_request,4,5,153,amount,ROW-NUMBER,"column 'amount': expected a number such as 1234.50, found '5o.00'","r4,2025-01-07T09:00:00,c,5o.00,paid",,
refund_request.csv,refund_request,5,6,189,state,ROW-ENUM,column 'state': unknown value 'gone',"r5,2025-01-07T09:00:00,c,50.00,gone",50.00,CNY

# The rule of the ruleset that is used is not run.
$ flowaudit-flag -r law/refunds.rules f.fa | flowaudit-report --format text
INCOMPLETE  2 rows were rejected; what follows is about the rest
filing      Payment institution, one month of P1, as of 2025-01-31
read        7 rows accepted, 2 rejected, from 4 files
judged by   -r refunds.rules
breaks      none looked for: the filing has no statement
rules       1, 1 tested
violations  2: 2 high
undecided   0
leads       0

F-000001  violation  high  RF-1  r2
    P-0001 asked for 100.01

F-000002  violation  high  RF-1  r3
    P-0002 asked for 50.00

$ flowaudit-audit -r law/refunds.rules f --format text | tail -n +2 | head -8
filing      Payment institution, one month of P1, as of 2025-01-31
read        7 rows accepted, 2 rejected, from 4 files
judged by   -r refunds.rules
breaks      none looked for: the filing has no statement
rules       1, 1 tested
violations  2: 2 high
undecided   0
leads       0
! refund_request.csv:5:26: warning: record 4 rejected: column 'amount': expected a number such as 1234.50, found '5o.00' [ROW-NUMBER]
! refund_request.csv:6:32: warning: record 5 rejected: column 'state': unknown value 'gone' [ROW-ENUM]
! flowaudit-audit: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]

# A filing without the tables: not testable.
$ mkdir g; grep -v refund f/filing.manifest > g/filing.manifest; cp f/institution.csv f/party.csv g; flowaudit-audit -r law/refunds.rules g --format text | grep -A2 "^rules"
rules       1, 1 not_testable
violations  0
undecided   0
! flowaudit-audit: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]

# A table that the stream declares otherwise than the rules lacks the column.
$ sed 's/amount : money required,/amount : ratio required,/' law/refund-terms.rules > old.rules; flowaudit-ingest -r old.rules f -o old.fa --rejects /dev/null; flowaudit-flag -r law/refunds.rules old.fa | flowaudit-report --format text | grep -A2 "^rules"
rules       1, 1 not_testable
violations  0
undecided   0
! refund_request.csv:5:26: warning: record 4 rejected: column 'amount': expected a number such as 1234.50, found '5o.00' [ROW-NUMBER]
! refund_request.csv:6:32: warning: record 5 rejected: column 'state': unknown value 'gone' [ROW-ENUM]

# What a ruleset uses is looked for beside it; elsewhere it must be given, in any order.
$ flowaudit-rules list law/refunds.rules
refunds  Refunds
  in force 2020-01-01..
  applies to institutions where kind = payment
  RF-1                 high     More is asked for than was paid, or more than the cap
refund-terms  What rulesets on refunds share
  in force 2020-01-01..

$ cp law/refunds.rules alone.rules; flowaudit-rules check alone.rules
! alone.rules:7:12: error: ruleset 'refund-terms' is not loaded [RULE-NAME]
!       use      refund-terms
!                ^
! hint: give its file, too
[3]

$ flowaudit-rules list alone.rules law/refund-terms.rules | grep -c RT-1
1

# An id in two files.
$ cp law/other.rules twin.rules; flowaudit-rules check law/other.rules twin.rules
! twin.rules:1:9: error: ruleset 'other' is there already [RULE-TWICE]
!     ruleset other
!             ^
! hint: law/other.rules:1 has the first
[3]

$ sed 's/ruleset other/ruleset another/' law/other.rules > twin.rules; flowaudit-rules check law/other.rules twin.rules
! twin.rules:7:6: error: rule 'OT-1' is there already [RULE-TWICE]
!     rule OT-1
!          ^
! hint: law/other.rules:7 has the first
[3]

$ sed 's/ruleset refund-terms/ruleset more/; s/RT-1/MO-1/; s/table refund_decision/table refund_ruling/' law/refund-terms.rules > twin.rules; flowaudit-rules check law/refund-terms.rules twin.rules
! twin.rules:7:7: error: table 'refund_request' is there already [RULE-TWICE]
!     table refund_request
!           ^
! hint: law/refund-terms.rules:7 has the first
[3]

# Files that use each other in a circle.
$ sed 's/zone /use      refunds\n  zone /' law/refund-terms.rules > law/round.rules; mkdir round; cp law/refunds.rules round; mv law/round.rules round/refund-terms.rules; flowaudit-rules check round/refunds.rules
! round/refund-terms.rules:4:12: error: ruleset 'refunds' uses itself by way of refund-terms [RULE-CYCLE]
!       use      refunds
!                ^
[3]

# A set names the rulesets of one kind of institution.
$ cat > law/payment-law.rules <<"END"
> set payment-law
>   title    en "What is asked of payment institutions" zh "支付机构"
>   applies  institution where kind = payment
>   rulesets refunds, refund-terms
> end
> END

$ flowaudit-rules list law/payment-law.rules
refunds  Refunds
  in force 2020-01-01..
  applies to institutions where kind = payment
  RF-1                 high     More is asked for than was paid, or more than the cap
refund-terms  What rulesets on refunds share
  in force 2020-01-01..
  RT-1                 low      A rule that nobody asked for
payment-law  What is asked of payment institutions
  set of refunds, refund-terms
  applies to institutions where kind = payment

$ flowaudit-flag -r law/payment-law.rules f.fa | flowaudit-report --format text | grep -A4 "^rules"
rules       2, 2 tested
violations  5: 2 high, 3 low
undecided   0
leads       0
\

$ sed 's/refunds, refund-terms/refunds, refund-temrs/' law/payment-law.rules > law/wrong.rules; flowaudit-rules check law/wrong.rules; rm law/wrong.rules
! law/wrong.rules:4:21: error: ruleset 'refund-temrs' is not loaded [RULE-NAME]
!       rulesets refunds, refund-temrs
!                         ^
! hint: give its file, too

# Without -r all that is shipped is loaded, and the sets that apply to the filer say what runs.
$ mkdir -p data/rulesets data/profiles data/schemes; cp law/*.rules data/rulesets; FLOWAUDIT_DATA=data flowaudit-audit f --format text | sed -n "/^rules/,/^undecided/p"
rules       3, 2 tested, 1 not_applicable
violations  5: 2 high, 3 low
undecided   0
! refund_request.csv:5:26: warning: record 4 rejected: column 'amount': expected a number such as 1234.50, found '5o.00' [ROW-NUMBER]
! refund_request.csv:6:32: warning: record 5 rejected: column 'state': unknown value 'gone' [ROW-ENUM]
! flowaudit-audit: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]
! flowaudit-audit: note: the set payment-law applies to the filer: refunds, refund-terms [RULE-SET]

$ sed 's/payment$/bank/' f/institution.csv > g/institution.csv; cp f/refund* f/filing.manifest g; FLOWAUDIT_DATA=data flowaudit-audit g --format text | sed -n "/^rules/,/^undecided/p"
rules       3, 2 tested, 1 not_applicable
violations  4: 4 low
undecided   0
! refund_request.csv:5:26: warning: record 4 rejected: column 'amount': expected a number such as 1234.50, found '5o.00' [ROW-NUMBER]
! refund_request.csv:6:32: warning: record 5 rejected: column 'state': unknown value 'gone' [ROW-ENUM]
! flowaudit-audit: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]
! flowaudit-audit: note: no set of rulesets applies to the filer, so every ruleset was asked: none is for an institution such as this [RULE-NO-SET]

$ FLOWAUDIT_DATA=data flowaudit-flag -r payment-law f.fa | flowaudit-report --format text | grep -A1 "^rules"
rules       2, 2 tested
violations  5: 2 high, 3 low

$ FLOWAUDIT_DATA=data flowaudit-flag -r no-such-law f.fa > /dev/null
! flowaudit-flag: error: 'no-such-law' is neither a file nor a shipped ruleset or set [USAGE]
! hint: flowaudit-rules list shows the shipped ones
[2]

$ FLOWAUDIT_DATA=data flowaudit-flag f.fa 2>/dev/null | grep -a -o 'step "flag".*options "[^"]*"' | sed 's/version "[^"]*" //'
step "flag" options "set=payment-law"

# Rows of a streamed table that are looked up are held, within --memory.
$ cat > held.rules <<"END"
> ruleset held
>   title    en "Look-ups"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> rule HE-1
>   title    en "A refund of what was not paid"
>   cite     "Art. 1" seen
>   severity high
>   on       settled where kind = refund
>   when     not has flow(order_id = order_id, kind = pay, status = settled)
> end
> END

$ flowaudit-ingest $SRC/tests/filings/payment-2025-01-clean -o p.fa 2>/dev/null; flowaudit-flag -r held.rules p.fa | flowaudit-report --format text | grep -A3 "^rules"
rules       1, 1 tested
violations  23: 23 high
undecided   0
leads       0

$ flowaudit-flag -r held.rules --memory 64K p.fa > /dev/null
! flowaudit-flag: error: table 'flow' must be held and with it held tables take more than 65536 bytes [LIMIT]
! hint: raise --memory; rule HE-1 looks its rows up
[6]

# A change in what another ruleset says is told of at the rule that uses it.
$ sed 's/when     amount > cap.*/when     is_large\n  test "t"\n    refund_request | request_id | requested_at | amount |\n      | r | 2025-01-05T09:00 | 200.00 |\n    expect fires at refund_request r\n  end/; /say/d' law/refunds.rules > law/use.rules; echo 'let is_large = amount > cap and amount > 5.00' >> law/refund-terms.rules; flowaudit-rules test --mutate law/use.rules 2>&1 | grep "changes\|> 5.00"
law/use.rules:9: warning: RF-1: no test notices 'amount > 5.00' with >= [RULE-MUTANT]
law/use.rules:9: warning: RF-1: no test notices the rule without 'amount > 5.00' [RULE-MUTANT]
RF-1: 1 of 1 test passed, 0 of 8 changes noticed
1 rule, 1 test, 0 failed; 8 changes, 8 unnoticed
