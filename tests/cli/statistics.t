# Views and statistics in the results: what was made of how many rows, and every cell.
$ flowaudit ingest $SRC/tests/filings/lending-2017-defects 2>/dev/null | flowaudit flag -r $SRC/tests/rules/statistics.rules >r.fa; flowaudit view --table result_view --columns view,kind,chart,state,reason,rows r.fa
view,kind,chart,state,reason,rows
outstanding,view,none,made,,76
portfolio,view,none,made,,3
reserve_day,view,none,made,,0
account_day,view,none,made,,426
concentration,statistic,line,made,,3
flow-direction,statistic,column,made,,24

$ flowaudit view --table result_column --columns view,column_no,name,role,type,column r.fa
view,column_no,name,role,type,column
concentration,1,filer,key,id,
concentration,2,month,period,date,
concentration,3,total,value,money,
concentration,4,borrowers,value,int,
concentration,5,top10,value,money,
concentration,6,part,value,ratio,
flow-direction,1,payer,key,enum,account.role
flow-direction,2,payee,key,enum,account.role
flow-direction,3,kind,key,enum,flow.kind
flow-direction,4,month,period,date,
flow-direction,5,count,value,int,
flow-direction,6,total,value,money,flow.amount
flow-direction,7,part,value,ratio,

$ flowaudit view --table result_statistic r.fa | grep concentration
concentration,1,1,P2P-1,false
concentration,1,2,2017-03-31,false
concentration,1,3,4412000.01,false
concentration,1,4,20,false
concentration,1,5,3624000.01,false
concentration,1,6,362400001/441200001,false
concentration,2,1,P2P-1,false
concentration,2,2,2017-04-30,false
concentration,2,3,5465666.71,false
concentration,2,4,27,false
concentration,2,5,4079666.69,false
concentration,2,6,407966669/546566671,false
concentration,3,1,P2P-1,false
concentration,3,2,2017-05-31,false
concentration,3,3,5644000.07,false
concentration,3,4,29,false
concentration,3,5,4201500.03,false
concentration,3,6,420150003/564400007,false

# Rows of a view are judged like any; evidence are rows of the ledger.
$ flowaudit report --format text r.fa | head -30
NOT TESTED  3 of 4 rules that apply to the filer
  TEST-OUTSTANDING: the filing has no table disclosure
  TEST-RESERVES: the filing has no table financial
  TEST-ROLL: no row of the filing gives balance.opening
filing      Online-lending platform, March to May 2017, with defects of P2P-1, as of 2017-05-31
read        1095 rows accepted, 0 rejected, from 8 files
judged by   -r statistics.rules
breaks      0
rules       4, 1 tested, 3 not_testable
statistics  2, in the workbook and ndjson
violations  0
undecided   0
leads       3

F-000001  lead  low  TEST-TOP10  P2P-1|2017-03-31
    2017-03-31: ten of 20 borrowers owe 3624000.01 of 4412000.01

F-000002  lead  low  TEST-TOP10  P2P-1|2017-04-30
    2017-04-30: ten of 27 borrowers owe 4079666.69 of 5465666.71

F-000003  lead  low  TEST-TOP10  P2P-1|2017-05-31
    2017-05-31: ten of 29 borrowers owe 4201500.03 of 5644000.07

# What reports show is masked as what the statistic is made of.
$ printf '%s\n' 'ruleset s' 'title en "Statistics of people"' 'in force 2017-01-01 ..' 'zone Asia/Shanghai' 'currency CNY' 'end' 'statistic borrowers' 'title en "Loans by borrower"' 'on settled where kind = disburse' 'per contract.borrower, name = contract.borrower.name each quarter' 'show total = sum(amount), part = share(total)' 'chart bar' 'end' >s.rules

$ flowaudit ingest $SRC/tests/filings/lending-2017-defects 2>/dev/null | flowaudit flag -r s.rules >s.fa; flowaudit report --format ndjson s.fa | grep statistic_row | head -n 2
{"type":"statistic_row","view":"borrowers","values":{"borrower":"P-0001","name":"P-0002","quarter":"2017-03-31","total":"150000.00"},"at_least":["total"]}
{"type":"statistic_row","view":"borrowers","values":{"borrower":"P-0003","name":"P-0002","quarter":"2017-03-31","total":"60000.00"},"at_least":["total"]}

# The workbook has a sheet with a chart for it.
$ flowaudit report --format xlsx -o s.xlsx s.fa 2>/dev/null && ls s.xlsx
s.xlsx
