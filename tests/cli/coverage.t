# Coverage lists each day of the covered period: what is owed where the platform states balances, what
# is held from the bank's first balance on, and the lowest point of each currency.
$ mkdir days; printf 'account_id,owner,role,currency\nC,P,customer,CNY\nD,P,customer,USD\nR,P,reserve,CNY\n' >days/account.csv

$ printf 'account,date,source,closing\nC,2025-01-02,platform,5.00\nD,2025-01-03,platform,1.00\nC,2025-01-04,platform,8.00\nR,2025-01-02,bank,7.00\nC,2025-01-05,platform,8.00\n' >days/balance.csv

$ printf 'filing "days"\n  filer P\n  period 2025-01-01 .. 2025-01-06\n  zone UTC\n  file "account.csv" table account\n  file "balance.csv" table balance\nend\n' >days/filing.manifest

$ flowaudit ingest days 2>/dev/null | flowaudit reconcile | flowaudit view --table coverage
date,currency,liabilities,held,shortfall,surplus,accounts,is_lowest
2025-01-01,CNY,,,,,,false
2025-01-02,CNY,5.00,7.00,0.00,2.00,1,false
2025-01-03,CNY,,7.00,,,,false
2025-01-04,CNY,8.00,7.00,1.00,-1.00,1,true
2025-01-05,CNY,8.00,7.00,1.00,-1.00,1,false
2025-01-06,CNY,,7.00,,,,false
2025-01-01,USD,,,,,,false
2025-01-02,USD,,,,,,false
2025-01-03,USD,1.00,,,,1,false
2025-01-04,USD,,,,,,false
2025-01-05,USD,,,,,,false
2025-01-06,USD,,,,,,false
! flowaudit-reconcile: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]

# A wrong year does not make a million rows.
$ printf 'account,date,source,closing\nC,1900-01-01,platform,5.00\nC,2025-01-02,platform,5.00\nR,2025-01-02,bank,7.00\n' >days/balance.csv; rm days/filing.manifest

$ flowaudit ingest days 2>/dev/null | flowaudit reconcile | flowaudit view --table coverage
date,currency,liabilities,held,shortfall,surplus,accounts,is_lowest
1900-01-01,CNY,5.00,,,,1,false
2025-01-02,CNY,5.00,7.00,0.00,2.00,1,true
! flowaudit-reconcile: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]
! flowaudit-reconcile: note: the covered period has more than 36600 days: coverage lists only those with a balance [MATCH-DAYS]

# Rules read what reconciliation wrote: breaks by class and age, the lowest point of coverage. Working
# days are those of the only calendar of the filing.
$ flowaudit ingest $SRC/tests/filings/payment-2025-01-defects 2>/dev/null | flowaudit reconcile | flowaudit flag -r $SRC/tests/rules/reconciliation.rules -o rules.fa

$ flowaudit report --format csv rules.fa | cut -d, -f1-8
finding,rule,outcome,severity,subject_table,subject,first_time,last_time
F-000001,REC-AGED,violation,high,break,missing_at_bank:O0000000821#1,2025-01-21T00:00:00+08:00,2025-01-21T00:00:00+08:00
F-000002,REC-AGED,violation,high,break,missing_in_ledger:X0000000924#1,2025-01-24T00:00:00+08:00,2025-01-24T00:00:00+08:00
F-000003,REC-LOWEST,violation,critical,coverage,2025-01-13|CNY,2025-01-13T00:00:00+08:00,2025-01-13T00:00:00+08:00

$ flowaudit view --table result_rule --columns rule,state,reason,tested,fired,clear,unknown rules.fa
rule,state,reason,tested,fired,clear,unknown
REC-AGED,tested,,2,2,0,0
REC-LATE,tested,no row of break is one that it looks at,0,0,0,0
REC-LOWEST,tested,,1,1,0,0
REC-REMAINDER,tested,,3,0,3,0
REC-GUESSED,not_testable,the filing has no table match,0,0,0,0
