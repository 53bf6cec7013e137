# Duties that are not yet due are listed, the next to be due first.
$ flowaudit-audit $SRC/tests/data/pending -r $SRC/tests/data/pending.rules --format text 2>/dev/null
filing      One month, as of 2025-01-31
read        9 rows accepted, 0 rejected, from 4 files
judged by   -r pending.rules
breaks      none looked for: the filing has no statement
rules       4, 4 tested
pending     9 duties not yet due
  2025-02-02  R-HOURS  2  flow 3
  2025-02-03  R-HOURS  4  flow 4
  2025-02-03  R-REPORT  3  flow 2
  2025-02-04  R-REPORT  2  flow 3
  2025-02-05  R-REPORT  4  flow 4
  2025-02-08  R-DAY  P-0001|pay  flow 2
  2025-02-09  R-DAY  P-0002|pay  flow 3
  2025-02-15  R-RETURN  P-0002
  2025-02-15  R-RETURN  P-0001
violations  0
undecided   0
leads       0

$ flowaudit-ingest $SRC/tests/data/pending -o f.fa; flowaudit-flag f.fa -r $SRC/tests/data/pending.rules -o r.fa; flowaudit-view r.fa --table result_pending
pending,rule,ruleset,title_en,title_zh,cite,severity,subject_table,subject,subject_columns,awaits,since,due,due_time,amount,currency,evidence_rows,row_ranges
D-000001,R-HOURS,r,A payment of a customer is answered within 72 hours,,Art. 2,low,flow,2,flow.flow_id,filed_report,2025-01-30T09:00:00+08:00,2025-02-02,2025-02-02T09:00:00+08:00,500.00,CNY,1,flow 3
D-000002,R-HOURS,r,A payment of a customer is answered within 72 hours,,Art. 2,low,flow,4,flow.flow_id,filed_report,2025-01-31T10:00:00+08:00,2025-02-03,2025-02-03T10:00:00+08:00,300.00,CNY,1,flow 4
D-000003,R-REPORT,r,A large payment is reported within five days,大额付款五日内报告,Art. 1,high,flow,3,flow.flow_id,filed_report,2025-01-29T11:00:00+08:00,2025-02-03,,700.00,CNY,1,flow 2
D-000004,R-REPORT,r,A large payment is reported within five days,大额付款五日内报告,Art. 1,high,flow,2,flow.flow_id,filed_report,2025-01-30T09:00:00+08:00,2025-02-04,,500.00,CNY,1,flow 3
D-000005,R-REPORT,r,A large payment is reported within five days,大额付款五日内报告,Art. 1,high,flow,4,flow.flow_id,filed_report,2025-01-31T10:00:00+08:00,2025-02-05,,300.00,CNY,1,flow 4
D-000006,R-DAY,r,The payments of a day are reported,,Art. 3,low,,q|pay,account.owner|flow.kind,filed_report,2025-01-29T11:00:00+08:00,2025-02-08,,700.00,CNY,1,flow 2
D-000007,R-DAY,r,The payments of a day are reported,,Art. 3,low,,p|pay,account.owner|flow.kind,filed_report,2025-01-30T09:00:00+08:00,2025-02-09,,500.00,CNY,1,flow 3
D-000008,R-RETURN,r,No report on a customer in a month,,Art. 4,low,,p,filed_report.party,filed_report,2025-01-31T00:00:00+08:00,2025-02-15,,,CNY,0,
D-000009,R-RETURN,r,No report on a customer in a month,,Art. 4,low,,q,filed_report.party,filed_report,2025-01-31T00:00:00+08:00,2025-02-15,,,CNY,0,
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest

$ flowaudit-report r.fa --format ndjson | grep '"type":"pending"'
{"type":"pending","pending":"D-000001","rule":"R-HOURS","ruleset":"r","title_en":"A payment of a customer is answered within 72 hours","cite":"Art. 2","severity":"low","subject_table":"flow","subject":"2","subject_columns":"flow.flow_id","awaits":"filed_report","since":"2025-01-30T09:00:00+08:00","due":"2025-02-02","due_time":"2025-02-02T09:00:00+08:00","amount":"500.00","currency":"CNY","evidence_rows":1,"row_ranges":"flow 3"}
{"type":"pending","pending":"D-000002","rule":"R-HOURS","ruleset":"r","title_en":"A payment of a customer is answered within 72 hours","cite":"Art. 2","severity":"low","subject_table":"flow","subject":"4","subject_columns":"flow.flow_id","awaits":"filed_report","since":"2025-01-31T10:00:00+08:00","due":"2025-02-03","due_time":"2025-02-03T10:00:00+08:00","amount":"300.00","currency":"CNY","evidence_rows":1,"row_ranges":"flow 4"}
{"type":"pending","pending":"D-000003","rule":"R-REPORT","ruleset":"r","title_en":"A large payment is reported within five days","title_zh":"大额付款五日内报告","cite":"Art. 1","severity":"high","subject_table":"flow","subject":"3","subject_columns":"flow.flow_id","awaits":"filed_report","since":"2025-01-29T11:00:00+08:00","due":"2025-02-03","amount":"700.00","currency":"CNY","evidence_rows":1,"row_ranges":"flow 2"}
{"type":"pending","pending":"D-000004","rule":"R-REPORT","ruleset":"r","title_en":"A large payment is reported within five days","title_zh":"大额付款五日内报告","cite":"Art. 1","severity":"high","subject_table":"flow","subject":"2","subject_columns":"flow.flow_id","awaits":"filed_report","since":"2025-01-30T09:00:00+08:00","due":"2025-02-04","amount":"500.00","currency":"CNY","evidence_rows":1,"row_ranges":"flow 3"}
{"type":"pending","pending":"D-000005","rule":"R-REPORT","ruleset":"r","title_en":"A large payment is reported within five days","title_zh":"大额付款五日内报告","cite":"Art. 1","severity":"high","subject_table":"flow","subject":"4","subject_columns":"flow.flow_id","awaits":"filed_report","since":"2025-01-31T10:00:00+08:00","due":"2025-02-05","amount":"300.00","currency":"CNY","evidence_rows":1,"row_ranges":"flow 4"}
{"type":"pending","pending":"D-000006","rule":"R-DAY","ruleset":"r","title_en":"The payments of a day are reported","cite":"Art. 3","severity":"low","subject":"P-0001|pay","subject_columns":"account.owner|flow.kind","awaits":"filed_report","since":"2025-01-29T11:00:00+08:00","due":"2025-02-08","amount":"700.00","currency":"CNY","evidence_rows":1,"row_ranges":"flow 2"}
{"type":"pending","pending":"D-000007","rule":"R-DAY","ruleset":"r","title_en":"The payments of a day are reported","cite":"Art. 3","severity":"low","subject":"P-0002|pay","subject_columns":"account.owner|flow.kind","awaits":"filed_report","since":"2025-01-30T09:00:00+08:00","due":"2025-02-09","amount":"500.00","currency":"CNY","evidence_rows":1,"row_ranges":"flow 3"}
{"type":"pending","pending":"D-000008","rule":"R-RETURN","ruleset":"r","title_en":"No report on a customer in a month","cite":"Art. 4","severity":"low","subject":"P-0002","subject_columns":"filed_report.party","awaits":"filed_report","since":"2025-01-31T00:00:00+08:00","due":"2025-02-15","currency":"CNY","evidence_rows":0}
{"type":"pending","pending":"D-000009","rule":"R-RETURN","ruleset":"r","title_en":"No report on a customer in a month","cite":"Art. 4","severity":"low","subject":"P-0001","subject_columns":"filed_report.party","awaits":"filed_report","since":"2025-01-31T00:00:00+08:00","due":"2025-02-15","currency":"CNY","evidence_rows":0}

$ flowaudit-report r.fa --format text --lang zh
报送资料：One month，截止 2025-01-31
读取：接收 9 行，拒收 0 行，来自 4 个文件
检验依据：-r pending.rules
对账差异：未核对，报送资料没有对账单
规则：4（已检验 4）
未到期：9 项义务
  2025-02-02  R-HOURS  2  flow 3
  2025-02-03  R-HOURS  4  flow 4
  2025-02-03  R-REPORT  3  flow 2
  2025-02-04  R-REPORT  2  flow 3
  2025-02-05  R-REPORT  4  flow 4
  2025-02-08  R-DAY  P-0001|pay  flow 2
  2025-02-09  R-DAY  P-0002|pay  flow 3
  2025-02-15  R-RETURN  P-0002
  2025-02-15  R-RETURN  P-0001
违规：0
无法判断：0
线索：0

# What is known in part, and decides all the same, says that it is at least so much.
$ cat > part.rules <<"END"
> ruleset r
>   title    en "Rules"
>   in force 2025-01-01 ..
>   zone     Asia/Shanghai
>   currency CNY
> end
> rule R-OFTEN
>   title    en "Three payments in 60 days"
>   cite     "Art. 1" seen
>   severity low
>   on       settled
>   per      payer_account over last 60d
>   when     count() >= 3 and sum(amount) > 500.00
>   say      en "{count()} payments of {sum(amount)}"
>   say      zh "{count()} 笔付款，共 {sum(amount)}"
> end
> END

$ flowaudit-audit $SRC/tests/data/pending -r part.rules --format text --lang both 2>/dev/null | tail -3
F-000002  violation 违规  low 低  R-OFTEN  *
    ≥ 3 payments of ≥ 900.00
    ≥ 3 笔付款，共 ≥ 900.00

$ flowaudit-audit $SRC/tests/data/pending -r part.rules --format ndjson 2>/dev/null | grep -o '"values":.*}}'
"values":{"first":{"cause":"flow outside the covered period"}}
"values":{"first":{"count()":"≥ 3","sum(amount)":"≥ 900.00"},"worst":{"count()":"≥ 3","sum(amount)":"≥ 900.00"},"subject":{"payer_account":"*"}}

$ flowaudit-rules explain R-REPORT -r $SRC/tests/data/pending.rules f.fa --row flow:4
R-REPORT: A large payment is reported within five days
Art. 1 (seen)
judged in this ledger: 4; fired 0, clear 1, unknown 0, pending 3

flow 4

settled: in the population
  judged by the law of 2025-01-31: the rule is in force
judged: owes
  amount >= 100.00: true
    amount = 300.00
duty: pending, not yet due
  due = 2025-02-05
