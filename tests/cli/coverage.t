# Coverage lists each day of the covered period: what is owed where the platform states balances, what
# is held from the bank's first balance on, and the lowest point of each currency.
$ mkdir days; printf 'account_id,owner,role,currency\nC,P,customer,CNY\nD,P,customer,USD\nR,P,reserve,CNY\n' >days/account.csv

$ printf 'account,date,source,closing\nC,2025-01-02,platform,5.00\nD,2025-01-03,platform,1.00\nC,2025-01-04,platform,8.00\nR,2025-01-02,bank,7.00\nC,2025-01-05,platform,8.00\n' >days/balance.csv

$ printf 'filing "days"\n  filer P\n  period 2025-01-01 .. 2025-01-06\n  zone UTC\n  file "account.csv" table account\n  file "balance.csv" table balance\nend\n' >days/filing.manifest

$ flowaudit ingest days 2>/dev/null | flowaudit reconcile | flowaudit view --table coverage
date,currency,liabilities,held,shortfall,surplus,is_lowest
2025-01-01,CNY,,,,,false
2025-01-02,CNY,5.00,7.00,0.00,2.00,false
2025-01-03,CNY,,7.00,,,false
2025-01-04,CNY,8.00,7.00,1.00,-1.00,true
2025-01-05,CNY,8.00,7.00,1.00,-1.00,false
2025-01-06,CNY,,7.00,,,false
2025-01-01,USD,,,,,false
2025-01-02,USD,,,,,false
2025-01-03,USD,1.00,,,,false
2025-01-04,USD,,,,,false
2025-01-05,USD,,,,,false
2025-01-06,USD,,,,,false
! flowaudit-reconcile: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]

# A wrong year does not make a million rows.
$ printf 'account,date,source,closing\nC,1900-01-01,platform,5.00\nC,2025-01-02,platform,5.00\nR,2025-01-02,bank,7.00\n' >days/balance.csv; rm days/filing.manifest

$ flowaudit ingest days 2>/dev/null | flowaudit reconcile | flowaudit view --table coverage
date,currency,liabilities,held,shortfall,surplus,is_lowest
1900-01-01,CNY,5.00,,,,false
2025-01-02,CNY,5.00,7.00,0.00,2.00,true
! flowaudit-reconcile: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]
! flowaudit-reconcile: note: the covered period has more than 36600 days: coverage lists only those with a balance [MATCH-DAYS]
