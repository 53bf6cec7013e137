# A statement that repeats no reference: movements are told by amount and day alone.
$ mkdir by-amount && cat >by-amount/account.csv <<'END'
> account_id,owner,role,currency,opening_balance
> RESERVE-01,P,reserve,CNY,0.00
> M1,P,merchant,CNY,
> END

# F01 alone; F02 to F04 alike, one of them not booked; F05 less the fee; F06 within the tolerance; F07
# too late; F08 to F10 in one sum; F11 and F12, round, prove nothing.
$ cat >by-amount/flow.csv <<'END'
> flow_id,time,payer_account,payee_account,amount,kind,status
> F01,2025-01-02T10:00:00,M1,RESERVE-01,123.45,top_up,settled
> F02,2025-01-02T11:00:00,M1,RESERVE-01,50.00,top_up,settled
> F03,2025-01-03T09:00:00,M1,RESERVE-01,50.00,top_up,settled
> F04,2025-01-03T10:00:00,M1,RESERVE-01,50.00,top_up,settled
> F05,2025-01-03T11:00:00,M1,RESERVE-01,1000.00,top_up,settled
> F06,2025-01-03T12:00:00,M1,RESERVE-01,777.77,top_up,settled
> F07,2025-01-03T13:00:00,M1,RESERVE-01,88.00,top_up,settled
> F08,2025-01-03T14:00:00,M1,RESERVE-01,312.19,top_up,settled
> F09,2025-01-03T15:00:00,M1,RESERVE-01,4045.20,top_up,settled
> F10,2025-01-03T16:00:00,M1,RESERVE-01,26.71,top_up,settled
> F11,2025-01-03T17:00:00,RESERVE-01,M1,1000.00,withdraw,settled
> F12,2025-01-03T18:00:00,RESERVE-01,M1,2000.00,withdraw,settled
> END

$ cat >by-amount/statement.csv <<'END'
> statement_id,account,booked_at,direction,amount,currency,reference
> S1,RESERVE-01,2025-01-03T08:00:00,credit,123.45,CNY,
> S2,RESERVE-01,2025-01-03T12:00:00,credit,50.00,CNY,
> S3,RESERVE-01,2025-01-03T13:00:00,credit,50.00,CNY,
> S4,RESERVE-01,2025-01-06T09:00:00,credit,994.00,CNY,
> S5,RESERVE-01,2025-01-06T10:00:00,credit,777.75,CNY,
> S6,RESERVE-01,2025-01-07T09:00:00,credit,88.00,CNY,
> S7,RESERVE-01,2025-01-06T11:00:00,credit,4384.10,CNY,
> S8,RESERVE-01,2025-01-06T12:00:00,debit,3000.00,CNY,
> END

$ cat >by-amount/filing.manifest <<'END'
> filing "by amount"
>   filer P
>   period 2025-01-02 .. 2025-01-31
>   zone Asia/Shanghai
>   currency CNY
>   file "account.csv" table account
>   file "flow.csv" table flow
>   file "statement.csv" table statement
> end
> END

$ cat >by-amount.scheme <<'END'
> scheme by-amount
>   calendar weekdays
>   window 0bd .. 1bd
>   fee 0.6% of credit half up
>   tolerance 0.05 CNY
>   match amount
>   match subset at most 6
> end
> END

$ flowaudit ingest by-amount -o by-amount.fa 2>/dev/null

$ flowaudit reconcile --scheme by-amount.scheme --matches by-amount.fa -o by-amount.rec

$ flowaudit view --table match --columns match_no,flow,statement,stage,class,note,fee,absorbed by-amount.rec
match_no,flow,statement,stage,class,note,fee,absorbed
1,F01,S1,amount,matched,,,
2,F03,S2,amount,matched,interchangeable,,
3,F04,S3,amount,matched,interchangeable,,
4,F05,S4,amount,fee,,6.00,
5,F06,S5,amount,absorbed,,,0.02
6,F08,S7,subset,matched,,,
6,F09,S7,subset,matched,,,
6,F10,S7,subset,matched,,,

$ flowaudit view --table break --columns class,flow,statement,amount,candidates,note by-amount.rec
class,flow,statement,amount,candidates,note
missing_at_bank,F02,,50.00,,
ambiguous,F11,,1000.00,1,
ambiguous,F12,,2000.00,1,
missing_at_bank,F07,,88.00,,
fee,F05,S4,6.00,,
absorbed,F06,S5,0.02,,
ambiguous,,S8,3000.00,1,
unexplained,,S6,88.00,,

$ flowaudit view --table bridge by-amount.rec | grep -v ,remainder,0.00,0.00,
account,date,line,debit,credit,rows,currency
RESERVE-01,2025-01-02,platform_closing,0.00,173.45,0,CNY
RESERVE-01,2025-01-02,timing,123.45,0.00,1,CNY
RESERVE-01,2025-01-02,missing_at_bank,50.00,0.00,1,CNY
RESERVE-01,2025-01-02,remainder,,,0,CNY
RESERVE-01,2025-01-02,bank_closing,,,0,CNY
RESERVE-01,2025-01-03,platform_closing,0.00,3523.32,0,CNY
RESERVE-01,2025-01-03,timing,6161.87,0.00,5,CNY
RESERVE-01,2025-01-03,ambiguous,0.00,3000.00,2,CNY
RESERVE-01,2025-01-03,missing_at_bank,138.00,0.00,2,CNY
RESERVE-01,2025-01-03,remainder,,,0,CNY
RESERVE-01,2025-01-03,bank_closing,,,0,CNY
RESERVE-01,2025-01-06,platform_closing,0.00,3523.32,0,CNY
RESERVE-01,2025-01-06,fee,6.00,0.00,1,CNY
RESERVE-01,2025-01-06,absorbed,0.02,0.00,1,CNY
RESERVE-01,2025-01-06,ambiguous,3000.00,3000.00,3,CNY
RESERVE-01,2025-01-06,missing_at_bank,138.00,0.00,2,CNY
RESERVE-01,2025-01-06,remainder,,,0,CNY
RESERVE-01,2025-01-06,bank_closing,,,0,CNY
RESERVE-01,2025-01-07,platform_closing,0.00,3523.32,0,CNY
RESERVE-01,2025-01-07,fee,6.00,0.00,1,CNY
RESERVE-01,2025-01-07,absorbed,0.02,0.00,1,CNY
RESERVE-01,2025-01-07,ambiguous,3000.00,3000.00,3,CNY
RESERVE-01,2025-01-07,missing_at_bank,138.00,0.00,2,CNY
RESERVE-01,2025-01-07,unexplained,0.00,88.00,1,CNY
RESERVE-01,2025-01-07,remainder,,,0,CNY
RESERVE-01,2025-01-07,bank_closing,,,0,CNY

# 33 flows and 32 lines that may each be the next one; 17 flows around a line that is the sum of two.
$ mkdir many; cp by-amount/account.csv by-amount/filing.manifest many

$ (echo flow_id,time,payer_account,payee_account,amount,kind,status; for i in $(seq 10 42); do echo F$i,2025-01-02T10:00:00,M1,RESERVE-01,1.$((2*i)),top_up,settled; done; for i in $(seq 50 66); do echo F$i,2025-01-02T10:00:00,RESERVE-01,M1,$((i*i)).$i,withdraw,settled; done) >many/flow.csv

$ (echo statement_id,account,booked_at,direction,amount,currency; for i in $(seq 10 41); do echo S$i,RESERVE-01,2025-01-02T12:00:00,credit,1.$((2*i+1)),CNY; done; echo S50,RESERVE-01,2025-01-02T12:00:00,debit,5102.01,CNY) >many/statement.csv

$ sed '/fee/d; s/0.05/0.01/' by-amount.scheme >many.scheme

$ flowaudit ingest many -o many.fa 2>/dev/null; flowaudit reconcile --scheme many.scheme --matches many.fa -o many.rec
! flowaudit-reconcile: note: components of more than 64 open rows with like amounts: 1; their rows were paired the nearest first, and marked greedy [MATCH-COMPONENT]
! flowaudit-reconcile: note: open rows with more than 16 others around them, or behind too many sums in all: 1; no sum of others was searched for them [MATCH-SUBSET]

$ flowaudit view --table match --columns stage,class,note many.rec | sort | uniq -c
     32 amount,absorbed,greedy
      1 stage,class,note

$ flowaudit view --table break --columns class,note many.rec | sort | uniq -c
     32 absorbed,
      1 class,note
     18 missing_at_bank,
      1 unexplained,beyond_limit
