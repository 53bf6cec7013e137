# Weaker evidence never takes what stronger evidence holds together, and nothing is sure while something near
# it was not looked at.
$ cat >filing.sh <<'END'
> # Reads "NAME,time,debit|credit,amount,order,instruction" of flows F* and lines L* into the filing "f".
> rm -rf f; mkdir f; exec 3>f/flow.csv 4>f/statement.csv
> printf 'account_id,owner,role,currency,opening_balance\nR,P,reserve,CNY,0.00\nC,P,customer,CNY,\n' >f/account.csv
> echo 'flow_id,time,payer_account,payee_account,amount,kind,status,order_id,instruction_id' >&3
> echo 'statement_id,account,booked_at,direction,amount,reference' >&4
> while IFS=, read -r id time side amount order instruction; do
>   case $id$side in
>   F*credit) echo "$id,${time}T10:00:00,C,R,$amount,top_up,settled,$order,$instruction" >&3;;
>   F*debit) echo "$id,${time}T10:00:00,R,C,$amount,withdraw,settled,$order,$instruction" >&3;;
>   L*) echo "$id,R,${time}T12:00:00,$side,$amount,$order" >&4;;
>   esac
> done
> printf 'filing "f"\n period 2025-01-01 .. 2025-01-31\n as of %s\n zone Asia/Shanghai\n currency CNY\n reference order_id\n' "${1:-2025-01-31}" >f/filing.manifest
> for table in account flow statement; do echo " file \"$table.csv\" table $table"; done >>f/filing.manifest
> echo end >>f/filing.manifest
> flowaudit ingest f -o f.fa 2>/dev/null
> END

$ cat >scheme.sh <<'END'
> { echo 'scheme s'; echo ' calendar weekdays'; cat; echo end; } >s.scheme
> flowaudit reconcile --matches --scheme s.scheme f.fa -o f.rec 2>/dev/null
> flowaudit view --table match --columns flow,statement,stage,class,fee,absorbed f.rec
> flowaudit view --table break --columns class,flow,statement,amount,due_on,candidates f.rec
> END

# A sum of a declared key goes before two rows within the tolerance.
$ printf 'F1,2025-01-06,credit,50.00,o1,g1\nF2,2025-01-06,credit,0.03,o2,g1\nL1,2025-01-06,credit,50.03\n' | sh filing.sh

$ printf 'window 0d .. 1d\n tolerance 0.05 CNY\n match amount\n match flows by instruction_id\n' | sh scheme.sh
flow,statement,stage,class,fee,absorbed
F2,L1,group,matched,,
F1,L1,group,matched,,
class,flow,statement,amount,due_on,candidates

# The tolerance has no say in which rows of one reference are paired, only in what becomes of them.
$ printf 'F1,2025-01-06,credit,10.00,o1\nF2,2025-01-06,credit,20.00,o1\nL1,2025-01-06,credit,19.95,o1\nL2,2025-01-06,credit,10.06,o1\n' | sh filing.sh

$ printf 'tolerance 0.05 CNY\n' | sh scheme.sh
flow,statement,stage,class,fee,absorbed
F2,L1,reference_amount,absorbed,,0.05
F1,L2,reference_amount,amount,,
class,flow,statement,amount,due_on,candidates
amount,F1,L2,0.06,,
absorbed,F2,L1,0.05,,

$ printf 'tolerance 5.00 CNY\n' | sh scheme.sh
flow,statement,stage,class,fee,absorbed
F2,L1,reference_amount,absorbed,,0.05
F1,L2,reference_amount,absorbed,,0.06
class,flow,statement,amount,due_on,candidates
absorbed,F1,L2,0.06,,
absorbed,F2,L1,0.05,,

# A fee taken once is taken of what a net group moves.
$ printf 'F1,2025-01-06,credit,30.00,o1,B1\nF2,2025-01-06,credit,20.00,o2,B1\nF3,2025-01-06,debit,5.00,o3,B1\nL1,2025-01-06,credit,43.00,B1\n' | sh filing.sh

$ printf 'window 0d .. 0d\n fee 2.00 CNY\n match flows by instruction_id = reference net\n' | sh scheme.sh
flow,statement,stage,class,fee,absorbed
F2,,named_group,fee,2.00,
F1,,named_group,fee,,
F3,,named_group,fee,,
,L1,named_group,fee,,
class,flow,statement,amount,due_on,candidates
fee,,L1,2.00,2025-01-06,

# A line of a Saturday counts as Monday's, so on Sunday its flow is not yet due.
$ printf 'F1,2025-01-02,credit,60.00,o1\nL1,2025-01-02,credit,60.00,o1\nL2,2025-01-11,credit,80.00,o2\n' | sh filing.sh 2025-01-12

$ printf 'window 0bd .. 1bd\n' | sh scheme.sh
flow,statement,stage,class,fee,absorbed
F1,L1,reference,matched,,
class,flow,statement,amount,due_on,candidates
timing,,L2,80.00,2025-01-13,

# L1 has one solution, but too many rows stand around L2 to be searched, which could be the same sum.
$ { printf 'F%s,2025-01-02,credit,%s,a%s\n' 1 12345.67 1 2 23456.81 2 3 31111.13 3; for n in 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do echo "F$n,2025-01-03,credit,1$n$n.$n,b$n"; done; printf 'L1,2025-01-02,credit,66913.61\nL2,2025-01-03,credit,66913.61\n'; } | sh filing.sh

$ printf 'window 0d .. 1d\n match subset at most 3\n' | sh scheme.sh | grep -v F[12][0-9]
flow,statement,stage,class,fee,absorbed
class,flow,statement,amount,due_on,candidates
ambiguous,,L1,66913.61,,1
ambiguous,F1,,12345.67,2025-01-03,1
ambiguous,F2,,23456.81,2025-01-03,1
ambiguous,F3,,31111.13,2025-01-03,1
unexplained,,L2,66913.61,,

# A key may be a line's day: where the calendar does not know it, that is said, and nothing else.
$ printf 'F1,2025-01-02,credit,60.00,o1\nL1,2024-12-31,credit,61.00,o2\n' | sh filing.sh; printf 'calendar,date,kind\ncn,2025-01-01,off\n' >f/holiday.csv; sed -i 's/^end/ file "holiday.csv" table holiday\nend/' f/filing.manifest; flowaudit ingest f -o f.fa 2>/dev/null

$ printf 'scheme s\n calendar "cn"\n window 0bd .. 1bd\n match lines by day\nend\n' >s.scheme; flowaudit reconcile --scheme s.scheme f.fa -o f.rec
! flowaudit-reconcile: error: calendar 'cn' does not say whether 2024-12-31 is a working day: it has no day of 2024 [MATCH-CALENDAR]
! hint: file the days off and the make-up working days of that year in table holiday, or declare calendar weekdays
[4]
