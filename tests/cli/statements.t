# A month in the life of an account, as MT940 brings it: what the statements lack, say twice or say too early.
# A number is missing, and a page; what moved in between is known from the balances.
$ printf ':20:S\n:25:ACC-1\n:28C:1/1\n:60F:C240102EUR10,\n:61:240102C5,NTRFO-1\n:62F:C240102EUR15,\n-\n:20:S\n:25:ACC-1\n:28C:3/1\n:60F:C240104EUR20,\n:61:240104C1,NTRFO-3\n:62M:C240104EUR21,\n-\n:20:S\n:25:ACC-1\n:28C:3/3\n:60M:C240104EUR22,\n:62F:C240104EUR22,\n-\n' >gap.sta; flowaudit ingest --profile mt940 gap.sta 2>/dev/null | flowaudit reconcile 2>/dev/null | flowaudit view --table break --columns break_id,reference,other,missing_count,date,amount,ledger_amount,bank_amount,severity
break_id,reference,other,missing_count,date,amount,ledger_amount,bank_amount,severity
gap:2#1,gap.sta#2,2,1,2024-01-04,5.00,15.00,20.00,high
gap:3/2#1,gap.sta#3,3/2,1,2024-01-04,1.00,21.00,22.00,high

# A line that is dated behind the closing of its statement.
$ printf ':20:S\n:25:ACC-1\n:28C:1/1\n:60F:C240102EUR10,\n:61:240105C5,NTRFO-1\n:62F:C240102EUR15,\n-\n' >outside.sta; flowaudit ingest --profile mt940 outside.sta 2>/dev/null | flowaudit reconcile | flowaudit view --table break
break_id,account,class,direction,flow,statement,reference,date,amount,ledger_amount,bank_amount,currency,severity,due_on,days_late,age,age_days,other_account,other,missing_count,candidates,match_no,note
! flowaudit-reconcile: note: the filing has no flows: its statement lines were footed and not matched [MATCH-NO-FLOW]
! flowaudit-reconcile: note: 1 line is dated outside the days of its own statement, the first in 'outside.sta#1' [MATCH-OUTSIDE]
