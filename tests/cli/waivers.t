# Waivers: which findings they waive, what became of each, and what is refused.
# One finding of one rule: a loan of 1000000.01 to a firm.
$ flowaudit ingest $SRC/tests/filings/lending-2017-defects 2>/dev/null >ledger

$ cat >common <<EOF
>   owner    "Head of lending"
>   approver "Desk 3"
>   reason   "plan of April"
>   cite     "letter 118"
>   from     2017-04-01
> EOF

$ cat >one <<'EOF'
> echo "waiver $1"; echo " rule OL16-CAP-LP-1"; cat common; shift; for line; do echo " $line"; done; echo end
> EOF
> one() { sh ./one "$@"; }
> one W-KEYS 'keys contract.borrower.id_number = "91440305MA0000007F"' 'expires 2017-06-30' 'cap 1000000.01 CNY each' >keys.waivers
> one W-SUBJECT 'keys subject "91440305MA0000007F"' 'expires 2017-06-30' 'cap none' >subject.waivers
> one W-PRINT 'keys fingerprint "2299afa8af8740c279cfdb117a580ba6"' 'expires 2017-06-30' 'cap 1000000.01 CNY in all' >print.waivers
> one W-ANY 'keys any' 'expires 2017-05-31' 'cap none' >any.waivers
> for kind in keys subject print any; do flowaudit flag -r cn-online-lending-2016 --only OL16-CAP-LP-1 --waivers $kind.waivers --fail-on info ledger >$kind.results; echo $?; flowaudit view --table result_waiver --columns waiver,state,keys,cap,matched,findings,amount $kind.results; flowaudit view --table result_waiver_key $kind.results; flowaudit view --table result_finding --columns finding,waived,waiver $kind.results; done
0
waiver,state,keys,cap,matched,findings,amount
W-KEYS,applied,contract.borrower.id_number = 91440305MA0000007F,each,1,1,1000000.01
waiver,name,value,column
W-KEYS,contract.borrower.id_number,91440305MA0000007F,party.id_number
finding,waived,waiver
F-000001,true,W-KEYS
0
waiver,state,keys,cap,matched,findings,amount
W-SUBJECT,applied,subject = 91440305MA0000007F,none,1,1,1000000.01
waiver,name,value,column
W-SUBJECT,contract.borrower.id_number,91440305MA0000007F,party.id_number
finding,waived,waiver
F-000001,true,W-SUBJECT
0
waiver,state,keys,cap,matched,findings,amount
W-PRINT,applied,fingerprint = 2299afa8af8740c279cfdb117a580ba6,in_all,1,1,1000000.01
waiver,name,value,column
W-PRINT,fingerprint,2299afa8af8740c279cfdb117a580ba6,result_finding.fingerprint
finding,waived,waiver
F-000001,true,W-PRINT
0
waiver,state,keys,cap,matched,findings,amount
W-ANY,applied,any,none,1,1,1000000.01
waiver,name,value,column
finding,waived,waiver
F-000001,true,W-ANY

# The summary counts what is waived within the total, and masks the keys as the finding is masked; the
# fingerprint is the one that the report shows for the finding.
$ flowaudit report --format text keys.results | sed -n '/^violations/,$p'
violations  1: 1 high; of these 1 waived
undecided   0
leads       0
waivers     1 of 1 findings waived; 1 of 1 waivers applied
  W-KEYS  applied  OL16-CAP-LP-1  contract.borrower.id_number = 914403********007F  1 finding until 2017-06-30

F-000001  violation  high  OL16-CAP-LP-1  914403********007F  waived by W-KEYS
    P-0001 owed 1000000.01 from 2017-03-27T08:00:00+08:00 to 2017-05-31, at worst 1000000.01; the cap is 1000000.00

$ for kind in subject print; do flowaudit report --format ndjson $kind.results | grep '^{"type":"waiver"'; done
{"type":"waiver","waiver":"W-SUBJECT","state":"applied","rule":"OL16-CAP-LP-1","keys":"contract.borrower.id_number = 914403********007F","owner":"Head of lending","approver":"Desk 3","reason":"plan of April","cite":"letter 118","begins":"2017-04-01","expires":"2017-06-30","cap":"none","currency":"CNY","matched":1,"findings":1,"amount":"1000000.01","source":"subject.waivers","line_no":1}
{"type":"waiver","waiver":"W-PRINT","state":"applied","rule":"OL16-CAP-LP-1","keys":"fingerprint = 12699cec8c2a56e19ae1c77884618bd1","owner":"Head of lending","approver":"Desk 3","reason":"plan of April","cite":"letter 118","begins":"2017-04-01","expires":"2017-06-30","cap":"in_all","amount_max":"1000000.01","currency":"CNY","matched":1,"findings":1,"amount":"1000000.01","source":"print.waivers","line_no":1}

$ flowaudit report --format ndjson print.results | grep -o '"fingerprint":"[^"]*"'
"fingerprint":"12699cec8c2a56e19ae1c77884618bd1"

# What does not apply, each for its own reason. Of two that fit, the first waives.
$ one() { sh ./one "$@"; }
> one W-SECOND 'keys any' 'expires 2017-06-30' 'cap none' >>keys.waivers
> one W-LATE 'keys any' 'expires 2017-05-30' 'cap none' >bad.waivers
> one W-EARLY 'keys any' 'expires 2018-05-30' 'cap none' | sed 's/from .*/from 2017-06-01/' >>bad.waivers
> one W-OTHER 'keys subject "P-1"' 'expires 2017-06-30' 'cap none' >>bad.waivers
> one W-OTHER-PRINT 'keys fingerprint "12"' 'expires 2017-06-30' 'cap none' >>bad.waivers
> one W-CAP 'keys any' 'expires 2017-06-30' 'cap 1000000.00 CNY each' >>bad.waivers
> one W-CAP-ALL 'keys any' 'expires 2017-06-30' 'cap 1000000 CNY in all' >>bad.waivers
> one W-CAP-USD 'keys any' 'expires 2017-06-30' 'cap 2000000 USD each' >>bad.waivers
> one W-CAP-FINE 'keys any' 'expires 2017-06-30' 'cap 2000000.001 CNY each' >>bad.waivers
> one W-KEY 'keys borrower = "91440305MA0000007F"' 'expires 2017-06-30' 'cap none' >>bad.waivers
> one W-SELF 'keys any' 'expires 2017-06-30' 'cap none' | sed 's/Desk 3/head of  LENDING/' >>bad.waivers
> one W-BLANK 'keys any' 'expires 2017-06-30' 'cap none' | sed 's/Desk 3/ /;s/plan of April//' >>bad.waivers
> one W-RULE 'keys any' 'expires 2017-06-30' 'cap none' | sed 's/OL16-CAP-LP-1/OL16-CAP-LP-9/' >>bad.waivers
> one W-BREAK 'keys any' 'expires 2017-06-30' 'cap none' | sed 's/OL16-CAP-LP-1/missing_at_bank/' >>bad.waivers
> one W-PROVISION 'keys any' 'expires 2017-06-30' 'cap none' | sed 's/OL16-CAP-LP-1/OL16-PROH-04/' >>bad.waivers
> one W-NOT-RUN 'keys any' 'expires 2017-06-30' 'cap none' | sed 's/OL16-CAP-LP-1/OL16-CAP-NP-1/' >>bad.waivers
> printf 'waiver W-NOTHING\nend\n' >>bad.waivers
> flowaudit flag -r cn-online-lending-2016 --only OL16-CAP-LP-1 --waivers bad.waivers --fail-on high ledger >results
[1]

$ flowaudit view --table result_waiver --columns waiver,state,state_reason,matched,findings results
waiver,state,state_reason,matched,findings
W-LATE,expired,it expired on 2017-05-30; 1 finding has its keys,1,0
W-EARLY,not_begun,it begins on 2017-06-01; 1 finding has its keys,1,0
W-OTHER,unused,no finding has its keys,0,0
W-OTHER-PRINT,unused,"no finding has its fingerprint; that of reports is a keyed one, and flowaudit-view shows the plain one",0,0
W-CAP,exceeded,F-000001 amounts to 1000000.01 CNY,1,0
W-CAP-ALL,exceeded,its findings amount to 1000000.01 CNY,1,0
W-CAP-USD,exceeded,F-000001 amounts to 1000000.01 CNY,1,0
W-CAP-FINE,incomplete,its cap cannot be written in the filing's money,1,0
W-KEY,unknown_key,the rule has no key borrower; it has contract.borrower.id_number,0,0
W-SELF,incomplete,its owner has approved it,1,0
W-BLANK,incomplete,"it does not say approver, reason",1,0
W-RULE,unknown_rule,no ruleset of the run has the rule,0,0
W-BREAK,unknown_rule,breaks are not waived; the tolerance of a scheme says what passes,0,0
W-PROVISION,unknown_rule,"it is a provision, which no filing shows",0,0
W-NOT-RUN,unused,its rule was not run: left out: another rule was asked for alone,0,0
W-NOTHING,incomplete,"it does not say rule, keys, owner, approver, reason, cite, from, expires, cap",0,0

$ flowaudit flag -r cn-online-lending-2016 --only OL16-CAP-LP-1 --waivers keys.waivers --waivers subject.waivers --fail-on high ledger | flowaudit view --table result_waiver --columns waiver,state,state_reason,matched,findings,source,line_no
waiver,state,state_reason,matched,findings,source,line_no
W-KEYS,applied,,1,1,keys.waivers,1
W-SECOND,unused,W-KEYS waives what it fits,1,0,keys.waivers,12
W-SUBJECT,unused,W-KEYS waives what it fits,1,0,subject.waivers,1

# An empty file waives nothing; a day of the audit that is given decides.
$ : >empty.waivers; flowaudit flag -r cn-online-lending-2016 --only OL16-CAP-LP-1 --waivers empty.waivers --waivers any.waivers --as-of 2017-06-01 ledger | flowaudit report --format text | grep -A1 ^waivers
waivers     0 of 1 findings waived; 0 of 1 waivers applied
  W-ANY  expired  OL16-CAP-LP-1  any: it expired on 2017-05-31; 1 finding has its keys

# In Chinese.
$ flowaudit report --format text --lang zh results | sed -n '/^豁免/,/^$/p'
豁免：1 项发现中豁免 0 项；16 份豁免中适用 0 份
  W-LATE  已过期  OL16-CAP-LP-1  any：已于 2017-05-30 到期，另有 1 项发现与其匹配
  W-EARLY  尚未生效  OL16-CAP-LP-1  any：自 2017-06-01 起生效，另有 1 项发现与其匹配
  W-OTHER  未使用  OL16-CAP-LP-1  contract.borrower.id_number = **1：没有发现与其匹配
  W-OTHER-PRINT  未使用  OL16-CAP-LP-1  fingerprint = 12：没有发现具有此指纹；报告中的指纹经过加密，原指纹见 flowaudit-view
  W-CAP  超出限额  OL16-CAP-LP-1  any  0 项发现，至 2017-06-30：F-000001 的金额为 1000000.01 CNY
  W-CAP-ALL  超出限额  OL16-CAP-LP-1  any  0 项发现，至 2017-06-30：相关发现合计 1000000.01 CNY
  W-CAP-USD  超出限额  OL16-CAP-LP-1  any  0 项发现，至 2017-06-30：F-000001 的金额为 1000000.01 CNY
  W-CAP-FINE  要素不全  OL16-CAP-LP-1  any：限额的小数位多于报送资料的币种
  W-KEY  适用对象不明  OL16-CAP-LP-1  borrower = (18 characters)：规则没有键 borrower，其键为 contract.borrower.id_number
  W-SELF  要素不全  OL16-CAP-LP-1  any：责任人与批准人为同一人
  W-BLANK  要素不全  OL16-CAP-LP-1  any：缺少要素：approver, reason
  W-RULE  规则不明  OL16-CAP-LP-9  any：本次检验的规则集均无此规则
  W-BREAK  规则不明  missing_at_bank  any：对账差异不予豁免，容差由对账方案规定
  W-PROVISION  规则不明  OL16-PROH-04  any：该编号为报送数据无法反映的条款
  W-NOT-RUN  未使用  OL16-CAP-NP-1  any：规则未运行：未检验：本次只要求检验另一条规则
  W-NOTHING  要素不全：缺少要素：rule, keys, owner, approver, reason, cite, from, expires, cap
\

$ flowaudit report --format text --lang zh keys.results | grep -A1 '^豁免\|^F-'
豁免：1 项发现中豁免 1 项；1 份豁免中适用 1 份
  W-KEYS  已适用  OL16-CAP-LP-1  contract.borrower.id_number = 914403********007F  1 项发现，至 2017-06-30
--
F-000001  违规  高  OL16-CAP-LP-1  914403********007F  已豁免，依据 W-KEYS
    P-0001自2017-03-27T08:00:00+08:00至2017-05-31借款余额1000000.01，最高1000000.01，超过上限1000000.00

# What cannot be read: all mistakes of all files, none of which shows what is in quotes.
$ cat >wrong.waivers <<EOF
> waiver W-1
>   rule "OL16-CAP-LP-1"
>   keys subject = 6222021234567890123 "Zhang San 6222021234567890123" # Zhang San
>   keys any
>   owner Zhang
>   expires "2017-06-30"
>   from 2017-06-31
>   cap 5 CNY
>   approved "x"
> end
> waiver W-2
>   keys contract. = "1"
>   cap 5 PEN5 each
> end
> waiver W-3
>   cap 5.1234567890123 CNY each
>   keys fingerprint ""
> end
> waiver W-4
>   cap 99999999999999999999 CNY each
>   keys a = "1", a = "2"
>   from 2017-06-30
>   expires 2017-06-01
> end
> waiver W-5
>   keys a = OPEN
> end
> waiver W-1
> end
> waver
> EOF

$ printf 'waiver W-8\n keys subject "Zhang San' >open.waivers; printf 'waiver W-9\n reason "\\xFF"\nend\n' >bytes.waivers

$ flowaudit flag -r cn-online-lending-2016 --waivers wrong.waivers --waivers open.waivers --waivers bytes.waivers ledger >results
! wrong.waivers:2:8: error: expected the id of a rule, found '"aa99-aaa-aa-9"' [LANG-EXPECTED]
!       rule "aa99-aaa-aa-9"
!            ^
! wrong.waivers:3:38: error: expected the end of the line, found '"aaaaa aaa 9999999999999999999"' [LANG-EXPECTED]
!       keys subject = 9999999999999999999 "aaaaa aaa 9999999999999999999" # aaaaa aaa
!                                          ^
! wrong.waivers:4:3: error: the statement stands twice in a waiver [WAIVER-SYNTAX]
!       keys any
!       ^
! wrong.waivers:5:9: error: expected who answers for it, in quotes, found 'Zhang' [LANG-EXPECTED]
!       owner Zhang
!             ^
! wrong.waivers:6:11: error: expected a date such as 2017-06-30, found '"9999-99-99"' [LANG-EXPECTED]
!       expires "9999-99-99"
!               ^
! wrong.waivers:7:8: error: no day of the calendar [WAIVER-SYNTAX]
!       from 2017-06-31
!            ^
! wrong.waivers:8:12: error: expected each or in all, what the cap holds for, found the end of the line [LANG-EXPECTED]
!       cap 5 CNY
!                ^
! wrong.waivers:9:3: error: unknown statement of a waiver 'approved' [LANG-UNKNOWN]
!       approved "a"
!       ^
! hint: did you mean 'approver'?
! wrong.waivers:12:18: error: expected the rest of the key's path, found '=' [LANG-EXPECTED]
!       keys contract. = "9"
!                      ^
! wrong.waivers:13:9: error: not a currency of ISO 4217 [WAIVER-SYNTAX]
!       cap 5 PEN5 each
!             ^
! wrong.waivers:16:7: error: amounts have at most 12 decimals [WAIVER-SYNTAX]
!       cap 5.9999999999999 CNY each
!           ^
! wrong.waivers:17:20: error: the value of a key is empty [WAIVER-SYNTAX]
!       keys fingerprint ""
!                        ^
! hint: take the key out to waive whatever it is
! wrong.waivers:20:7: error: does not fit 64 bits of minor units [WAIVER-SYNTAX]
!       cap 99999999999999999999 CNY each
!           ^
! wrong.waivers:21:17: error: the same key stands twice [WAIVER-SYNTAX]
!       keys a = "9", a = "9"
!                     ^
! hint: write another waiver for another value
! wrong.waivers:23:11: error: it would expire before it begins [WAIVER-SYNTAX]
!       expires 2017-06-01
!               ^
! hint: both days belong to it
! wrong.waivers:26:12: error: expected the value of the key, in quotes, found 'OPEN' [LANG-EXPECTED]
!       keys a = OPEN
!                ^
! wrong.waivers:28:8: error: there is another waiver W-1, in line 1 of wrong.waivers [WAIVER-SYNTAX]
!     waiver W-1
!            ^
! wrong.waivers:30:1: error: unknown block of a file of waivers 'waver' [LANG-UNKNOWN]
!     waver
!     ^
! hint: did you mean 'waiver'?
! open.waivers:2:15: error: a text is not closed on its line [LANG-STRING]
!      keys subject "aaaaa aaa
!                   ^
! hint: close it with " on the same line; a line break inside is \n
! bytes.waivers:2:10: error: byte 0xFF is not valid UTF-8 in a text [LANG-UTF8]
!      reason "aaa"
!              ^
! hint: write the character itself; \xNN is one byte of its UTF-8
[3]

$ flowaudit flag -r cn-online-lending-2016 --waivers none.waivers ledger >results
! flowaudit-flag: error: cannot open 'none.waivers': No such file or directory [IO]
[5]

# Waivers of the filing itself are refused: by place, through a link or not, and by content.
$ cp -r $SRC/tests/filings/lending-2017-defects filing; chmod -R u+w filing; mkdir filing/notes
> cp any.waivers filing/notes/w.waivers; ln -s filing/notes/w.waivers outside.waivers; ln -s filing/notes linked; ln -s filing other
> for file in filing/notes/w.waivers outside.waivers linked/w.waivers; do flowaudit audit filing -r cn-online-lending-2016 --waivers $file --format csv; done
! flowaudit-audit: error: the waivers 'filing/notes/w.waivers' lie in the filing under test [WAIVER-FILING]
! hint: keep waivers where the filer cannot write
! flowaudit-audit: error: the waivers 'outside.waivers' lie in the filing under test [WAIVER-FILING]
! hint: keep waivers where the filer cannot write
! flowaudit-audit: error: the waivers 'linked/w.waivers' lie in the filing under test [WAIVER-FILING]
! hint: keep waivers where the filer cannot write
[2]

$ ln filing/notes/w.waivers hard.waivers; cp any.waivers apart.waivers; ln -s ../apart.waivers filing/chosen
> for file in hard.waivers filing/chosen; do flowaudit audit filing -r cn-online-lending-2016 --waivers $file --format csv; done; rm hard.waivers filing/chosen
! flowaudit-audit: error: the waivers 'hard.waivers' lie in the filing under test [WAIVER-FILING]
! hint: keep waivers where the filer cannot write
! flowaudit-audit: error: the waivers 'filing/chosen' lie in the filing under test [WAIVER-FILING]
! hint: keep waivers where the filer cannot write

$ flowaudit audit other -r cn-online-lending-2016 --waivers linked/w.waivers --format csv
! flowaudit-audit: error: the waivers 'linked/w.waivers' lie in the filing under test [WAIVER-FILING]
! hint: keep waivers where the filer cannot write
[2]

$ mkdir -p delivered/kept; perl $SRC/tests/make-archive.pl institution.csv @filing/institution.csv >delivered/filing.zip; cp any.waivers delivered; cp any.waivers delivered/kept; ln -s ../any.waivers delivered/kept/link

$ for file in any.waivers kept/link; do flowaudit audit delivered/filing.zip -r cn-online-lending-2016 --waivers delivered/$file --format csv; done
! flowaudit-audit: error: the waivers 'delivered/any.waivers' lie in the folder of the filing under test [WAIVER-FILING]
! hint: keep waivers where the filer cannot write
! flowaudit-audit: error: the waivers 'delivered/kept/link' lie in the folder of the filing under test [WAIVER-FILING]
! hint: keep waivers where the filer cannot write
[2]

$ flowaudit audit delivered/filing.zip -r cn-online-lending-2016 --waivers delivered/kept/any.waivers --as-of 2017-05-31 --format csv 2>/dev/null | wc -l
2

$ mkdir hidden; printf '#id,kind\n#P-1,natural\n' >hidden/party.csv; cp hidden/party.csv comments.waivers
> printf 'profile hidden\n  table party\n    column party_id from "#id"\n    column kind from "kind"\nend\n' >hidden.profile
> flowaudit ingest hidden --profile hidden.profile --as-of 2017-05-31 2>/dev/null >ledger
> flowaudit flag -r cn-online-lending-2016 --waivers comments.waivers ledger >results
! flowaudit-flag: error: the waivers comments.waivers are a file of the filing under test [WAIVER-FILING]
! hint: keep waivers where the filer cannot write
[2]

# What stands in place of a key, a text, an amount, a currency, an id or the end is told with what must stand there.
$ printf 'waiver W-1\n  rule OL16-CAP-LP-1\n  keys "any"\n  approver me\n  cite 118\n  cap much\nend\nwaiver W-4\n  cap 5.00 "CNY"\nend\n' >odd.waivers; printf 'waiver "W-2"\nend\n' >id.waivers; printf 'waiver W-3\n  keys any\n' >open.waivers; for kind in odd id open; do flowaudit flag -r cn-online-lending-2016 --waivers $kind.waivers ledger >results; done
! odd.waivers:3:8: error: expected a key of the rule, subject, fingerprint or any, found '"aaa"' [LANG-EXPECTED]
!       keys "aaa"
!            ^
! odd.waivers:4:12: error: expected who approved it, in quotes, found 'me' [LANG-EXPECTED]
!       approver me
!                ^
! odd.waivers:5:8: error: expected what the waiver rests on, in quotes, found '118' [LANG-EXPECTED]
!       cite 118
!            ^
! odd.waivers:6:7: error: expected an amount such as 50000.00 CNY, or none, found 'much' [LANG-EXPECTED]
!       cap much
!           ^
! odd.waivers:9:12: error: expected a currency such as CNY, found '"aaa"' [LANG-EXPECTED]
!       cap 5.00 "aaa"
!                ^
! id.waivers:1:8: error: expected the waiver's id, found '"a-9"' [LANG-EXPECTED]
!     waiver "a-9"
!            ^
! open.waivers:3:1: error: expected a statement, or end, found the end of the file [LANG-EXPECTED]
[3]

# More waivers than a run may have.
$ for i in $(seq 4097); do printf 'waiver W-%d\n rule X\nend\n' $i; done >many.waivers; mkdir two; printf 'account,date,source,closing\n"li",2022-01-02,bank,-1.00\n"li|2022-01-03",2022-01-02,bank,-2.00\n"x|y",2022-01-02,bank,-3.00\n' >two/balance.csv; printf 'filing "two"\n filer PAY\n period 2022-01-01 .. 2022-01-31\n zone Asia/Shanghai\n currency CNY\n file "balance.csv" table balance\nend\n' >two/filing.manifest; printf 'ruleset two\n title en "Two"\n in force 2020-01-01 ..\n zone Asia/Shanghai\n currency CNY\nend\nrule TWO\n title en "A balance below zero"\n cite "none" known\n severity low\n on balance\n when closing < 0.00\nend\n' >two.rules

$ flowaudit ingest two 2>/dev/null >two.fa; flowaudit flag -r two.rules --waivers many.waivers two.fa >/dev/null
! many.waivers:12289:8: error: there are more waivers than the 4096 that a run may have [LIMIT]
!     waiver W-4097
!            ^
[6]

# A key whose part has a '|' of its own is not taken for another; its whole subject waives it.
$ two() { printf 'waiver W-1\n rule TWO\n keys %s\n owner "Head"\n approver "Desk"\n reason "known"\n cite "letter"\n from 2020-01-01\n expires 2030-12-31\n cap %s\nend\n' "$1" "$2" >two.waivers; flowaudit flag -r two.rules --waivers two.waivers two.fa -o two.res && flowaudit view --table result_finding --columns subject,amount,waived two.res; }; two 'account = "li"' none; two 'subject "x|y|2022-01-02|bank"' none
subject,amount,waived
li|2022-01-02|bank,,true
li|2022-01-03|2022-01-02|bank,,false
x|y|2022-01-02|bank,,false
subject,amount,waived
li|2022-01-02|bank,,false
li|2022-01-03|2022-01-02|bank,,false
x|y|2022-01-02|bank,,true
