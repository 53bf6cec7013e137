# Every class of break that rows can have, worked by hand. 2025-01-01 and 28 to 31 January are off, Sunday 26
# January is worked. A statement line is due by the working day behind its flow.
# The filing is tests/data/classes: flow f03 is late at the bank, f19 in the ledger, f18 is not due yet, o07 is
# booked in another currency,
# o08 on another account, o09 is twice in the ledger, f12 takes f11 back, s15 is either f14 and f15 or f16 and
# f17, s14 states no reference.
$ cat $SRC/tests/schemes/classes.scheme
scheme classes
  title "Every class"
  calendar "cn"
  window 0bd .. 1bd
  tolerance 0.05 CNY
  fee 2.00 CNY of credit
  match subset at most 3
end

$ flowaudit ingest $SRC/tests/data/classes -o classes.fa 2>/dev/null

$ flowaudit reconcile --matches --scheme $SRC/tests/schemes/classes.scheme classes.fa -o classes.rec
! flowaudit-reconcile: note: statements in another currency than table account gives their account: 1 account, the first is CNY in the table and USD in the statement [MATCH-CURRENCY]

# Amounts, severity and ages; then what else is known.
$ flowaudit view --table break --columns account,class,direction,flow,statement,date,amount,ledger_amount,bank_amount,currency,severity,age classes.rec
account,class,direction,flow,statement,date,amount,ledger_amount,bank_amount,currency,severity,age
R,amount,credit,f04,s04,2025-01-07,5.00,20.00,25.00,CNY,high,15
R,fee,credit,f05,s05,2025-01-07,2.00,30.00,28.00,CNY,info,15
R,absorbed,credit,f06,s06,2025-01-08,0.03,40.00,39.97,CNY,info,14
R,currency,credit,f07,,2025-01-08,10.00,10.00,,CNY,high,14
R,late,credit,f03,s03,2025-01-09,70.00,70.00,70.00,CNY,medium,13
R,wrong_account,credit,f08,,2025-01-09,11.00,11.00,,CNY,high,13
R,duplicate,credit,f10,,2025-01-09,12.00,12.00,,CNY,high,13
R,reversal,credit,f11,,2025-01-10,13.00,13.00,,CNY,low,12
R,reversal,debit,f12,,2025-01-10,13.00,13.00,,CNY,low,12
R,missing_at_bank,credit,f13,,2025-01-13,14.00,14.00,,CNY,high,11
R,missing_in_ledger,credit,,s13,2025-01-13,15.00,,15.00,CNY,high,11
R,unexplained,debit,,s14,2025-01-14,16.00,,16.00,CNY,high,10
R,ambiguous,credit,f14,,2025-01-15,1001.00,1001.00,,CNY,medium,9
R,ambiguous,credit,f15,,2025-01-15,2003.00,2003.00,,CNY,medium,9
R,ambiguous,credit,f16,,2025-01-15,1501.00,1501.00,,CNY,medium,9
R,ambiguous,credit,f17,,2025-01-15,1503.00,1503.00,,CNY,medium,9
R,ambiguous,credit,,s15,2025-01-15,3004.00,,3004.00,CNY,medium,9
R,late,credit,f19,s19,2025-01-20,21.00,21.00,21.00,CNY,medium,6
R,timing,credit,f18,,2025-01-31,17.00,17.00,,CNY,info,0
R,currency,credit,,s07,2025-01-08,10.00,,10.00,USD,high,14
S,wrong_account,credit,,s08,2025-01-09,11.00,,11.00,CNY,high,13

$ flowaudit view --table break --columns break_id,due_on,days_late,other_account,other,candidates,match_no,note classes.rec
break_id,due_on,days_late,other_account,other,candidates,match_no,note
amount:o04#1,2025-01-08,,,,,3,
fee:o05#1,2025-01-08,,,,,4,
absorbed:o06#1,2025-01-09,,,,,5,
currency:o07#1,,,,s07,,6,
late:o03#1,2025-01-07,2,,,,7,
wrong_account:o08#1,,,S,s08,,8,
duplicate:o09#1,,,,f09,,,
reversal:o11#1,,,,f12,,,
reversal:o12#1,,,,f11,,,
missing_at_bank:o13#1,2025-01-14,,,,,,
missing_in_ledger:x13#1,,,,,,,
unexplained:s14#1,,,,,,,
ambiguous:o14#1,2025-01-16,,,,2,,
ambiguous:o15#1,2025-01-16,,,,2,,
ambiguous:o16#1,2025-01-16,,,,2,,
ambiguous:o17#1,2025-01-16,,,,2,,
ambiguous:s15#1,,,,,2,,
late:o19#1,2025-01-15,3,,,,13,
timing:o18#1,2025-02-06,,,,,,
currency:o07#2,,,,f07,,6,
wrong_account:o08#2,,,R,f08,,8,

# Each row stands once, with its amount, in the totals; the classes lead from the platform's balance to the
# bank's.
$ flowaudit view --table match_total classes.rec
account,direction,class,rows,ledger_rows,bank_rows,ledger_amount,bank_amount,currency
R,credit,matched,3,3,3,162.00,162.00,CNY
R,credit,timing,1,1,0,17.00,,CNY
R,credit,late,2,2,2,91.00,91.00,CNY
R,credit,amount,1,1,1,20.00,25.00,CNY
R,credit,fee,1,1,1,30.00,28.00,CNY
R,credit,absorbed,1,1,1,40.00,39.97,CNY
R,credit,currency,1,1,0,10.00,,CNY
R,credit,wrong_account,1,1,0,11.00,,CNY
R,credit,duplicate,1,1,0,12.00,,CNY
R,credit,reversal,1,1,0,13.00,,CNY
R,credit,ambiguous,5,4,1,6008.00,3004.00,CNY
R,credit,missing_at_bank,1,1,0,14.00,,CNY
R,credit,missing_in_ledger,1,0,1,,15.00,CNY
R,debit,reversal,1,1,0,13.00,,CNY
R,debit,unexplained,1,0,1,,16.00,CNY
R,credit,currency,1,0,1,,10.00,USD
S,credit,wrong_account,1,0,1,,11.00,CNY

$ flowaudit view --table match --columns match_no,account,flow,statement,stage,class,date,flow_amount,statement_amount,fee,absorbed classes.rec
match_no,account,flow,statement,stage,class,date,flow_amount,statement_amount,fee,absorbed
1,R,f01,s01,reference,matched,2025-01-02,100.00,100.00,,
2,R,f02,s02,reference,matched,2025-01-06,50.00,50.00,,
7,R,f03,s03,reference,late,2025-01-09,70.00,70.00,,
9,R,f09,s09,reference,matched,2025-01-09,12.00,12.00,,
13,R,f19,s19,reference,late,2025-01-15,21.00,21.00,,
3,R,f04,s04,reference_amount,amount,2025-01-07,20.00,25.00,,
4,R,f05,s05,reference_amount,fee,2025-01-07,30.00,28.00,2.00,
5,R,f06,s06,reference_amount,absorbed,2025-01-08,40.00,39.97,,0.03
6,R,f07,,other_currency,currency,2025-01-08,10.00,,,
6,R,,s07,other_currency,currency,2025-01-08,,10.00,,
8,R,f08,,other_account,wrong_account,2025-01-09,11.00,,,
8,S,,s08,other_account,wrong_account,2025-01-09,,11.00,,

$ flowaudit view --table bridge classes.rec | grep -e ^R,2025-01-03 -e ^R,2025-01-06 -e ^R,2025-01-09 -e ^R,2025-01-31
R,2025-01-03,platform_closing,0.00,150.00,0,CNY
R,2025-01-03,timing,50.00,0.00,1,CNY
R,2025-01-03,remainder,0.00,0.00,0,CNY
R,2025-01-03,bank_closing,0.00,100.00,0,CNY
R,2025-01-06,platform_closing,0.00,220.00,0,CNY
R,2025-01-06,late,70.00,0.00,1,CNY
R,2025-01-06,remainder,0.00,0.00,0,CNY
R,2025-01-06,bank_closing,0.00,150.00,0,CNY
R,2025-01-09,platform_closing,0.00,355.00,0,CNY
R,2025-01-09,amount,0.00,5.00,1,CNY
R,2025-01-09,fee,2.00,0.00,1,CNY
R,2025-01-09,absorbed,0.03,0.00,1,CNY
R,2025-01-09,currency,10.00,0.00,1,CNY
R,2025-01-09,wrong_account,11.00,0.00,1,CNY
R,2025-01-09,duplicate,12.00,0.00,1,CNY
R,2025-01-09,remainder,0.00,0.00,0,CNY
R,2025-01-09,bank_closing,0.00,324.97,0,CNY
R,2025-01-31,platform_closing,0.00,6415.00,0,CNY
R,2025-01-31,timing,17.00,0.00,1,CNY
R,2025-01-31,amount,0.00,5.00,1,CNY
R,2025-01-31,fee,2.00,0.00,1,CNY
R,2025-01-31,absorbed,0.03,0.00,1,CNY
R,2025-01-31,currency,10.00,0.00,1,CNY
R,2025-01-31,wrong_account,11.00,0.00,1,CNY
R,2025-01-31,duplicate,12.00,0.00,1,CNY
R,2025-01-31,reversal,13.00,13.00,2,CNY
R,2025-01-31,ambiguous,6008.00,3004.00,5,CNY
R,2025-01-31,missing_at_bank,14.00,0.00,1,CNY
R,2025-01-31,missing_in_ledger,0.00,15.00,1,CNY
R,2025-01-31,unexplained,16.00,0.00,1,CNY
R,2025-01-31,remainder,0.00,0.00,0,CNY
R,2025-01-31,bank_closing,0.00,3348.97,0,CNY
