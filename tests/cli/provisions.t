# Provisions, which no filing shows: in the report, behind what the filing left untested. Those of a ruleset
# without rules are listed where it is named, or a set of the filer's has it.
$ mkdir -p data/rulesets data/profiles data/schemes f; cat > data/rulesets/shop.rules <<"END"
> ruleset shop
>   title    en "Rules of a shop"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> rule S-1
>   title    en "A payment above the limit" zh "超限支付"
>   cite     "Art. 1" seen
>   severity high
>   on       settled
>   when     amount > 100.00
> end
> provision S-2
>   title    en "No shouting" zh "不得喧哗"
>   cite     "Art. 2" known
>   severity low
>   because  "nobody files noise; a visit would show it" zh "申报数据不含噪声"
> end
> END

$ cat > data/rulesets/street.rules <<"END"
> ruleset street
>   title    en "Rules of a street"
>   in force 2020-01-01 ..
>   zone     Asia/Shanghai
> end
> provision T-1
>   title    en "No parking"
>   cite     "Art. 3" seen
>   severity info
>   because  "a filing has no cars"
> end
> END

$ cat > f/institution.csv <<"END"
> institution_id,name,kind
> p,Shop,payment
> END

$ cat > f/filing.manifest <<"END"
> filing "A shop"
>   filer p
>   file "institution.csv" table institution
>   as of 2025-01-31
>   zone Asia/Shanghai
>   currency CNY
> end
> END

$ FLOWAUDIT_DATA=data flowaudit-audit f --format text | sed -n "/^rules/,/^violations/p"
rules       1, 1 not_testable
provisions  1 that no filing shows; the workbook and ndjson list them
violations  0
! flowaudit-audit: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]

$ FLOWAUDIT_DATA=data flowaudit-audit f --format ndjson 2>/dev/null | grep provision; FLOWAUDIT_DATA=data flowaudit-audit -r street f --format ndjson 2>/dev/null | grep provision
{"type":"provision","provision":"S-2","ruleset":"shop","title_en":"No shouting","title_zh":"不得喧哗","cite":"Art. 2","confidence":"known","severity":"low","reason_en":"nobody files noise; a visit would show it","reason_zh":"申报数据不含噪声"}
{"type":"provision","provision":"T-1","ruleset":"street","title_en":"No parking","cite":"Art. 3","confidence":"seen","severity":"info","reason_en":"a filing has no cars"}

# Of a ruleset that no set of the filer's has, nothing is listed, whether it has rules or provisions alone.
$ cat > data/rulesets/sets.rules <<"END"
> set shops
>   title    en "What shops must keep to"
>   applies  institution where kind = payment
>   rulesets shop
> end
> END

$ FLOWAUDIT_DATA=data flowaudit-audit f --format ndjson 2>/dev/null | grep '"type":"\(provision\|ruleset\)"' | grep -o '"ruleset":"[a-z]*"\|"reason":"[^"]*"'
"ruleset":"shop"
"ruleset":"street"
"reason":"it is not in the set shops, which applies to the filer"
"ruleset":"shop"

# One set of a file with several is taken by its name.
$ cat >> data/rulesets/sets.rules <<"END"
> set streets
>   title    en "What streets must keep to"
>   rulesets street
> end
> END

$ FLOWAUDIT_DATA=data flowaudit-rules list streets
street  Rules of a street
  in force 2020-01-01..
  T-1                  info     No parking (no filing shows it)
streets  What streets must keep to
  set of street

$ FLOWAUDIT_DATA=data flowaudit-rules list towns
! flowaudit-rules: error: 'towns' is neither a file nor a shipped ruleset or set [USAGE]
! hint: flowaudit-rules list shows the shipped ones
[2]

# A provision is no rule that could be run or explained.
$ FLOWAUDIT_DATA=data flowaudit-audit f --only S-2 --format text
! flowaudit-audit: error: no ruleset of this run has a rule 'S-2' [USAGE]
! hint: it is a provision, which no filing shows; flowaudit-rules doc says why
[2]
