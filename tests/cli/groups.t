# Batches by a number that the bank repeats: B1 in one line, B2 in two; the bank lacks one payment of
# B3, and what it booked for B4 is another sum.
$ mkdir batch && cat >batch/account.csv <<'END'
> account_id,owner,role,currency,opening_balance
> RESERVE-01,P,reserve,CNY,1000.00
> M1,P,merchant,CNY,
> END

$ cat >batch/flow.csv <<'END'
> flow_id,time,payer_account,payee_account,amount,kind,status,instruction_id
> F01,2025-01-02T10:00:00,RESERVE-01,M1,60.00,settle,settled,B1
> F02,2025-01-02T10:01:00,RESERVE-01,M1,40.00,settle,settled,B1
> F03,2025-01-02T10:02:00,RESERVE-01,M1,25.00,settle,settled,B2
> F04,2025-01-02T10:03:00,RESERVE-01,M1,50.00,settle,settled,B2
> F05,2025-01-03T10:00:00,RESERVE-01,M1,10.00,settle,settled,B3
> F06,2025-01-03T10:01:00,RESERVE-01,M1,20.00,settle,settled,B3
> F07,2025-01-03T10:02:00,RESERVE-01,M1,30.00,settle,settled,B3
> F08,2025-01-03T10:03:00,RESERVE-01,M1,70.00,settle,settled,B4
> F09,2025-01-03T10:04:00,RESERVE-01,M1,80.00,settle,settled,B4
> END

$ cat >batch/statement.csv <<'END'
> statement_id,account,booked_at,direction,amount,currency,balance_after,reference
> S1,RESERVE-01,2025-01-02T17:00:00,debit,100.00,CNY,900.00,B1
> S2,RESERVE-01,2025-01-02T17:01:00,debit,35.00,CNY,865.00,B2
> S3,RESERVE-01,2025-01-03T17:00:00,debit,40.00,CNY,825.00,B2
> S4,RESERVE-01,2025-01-03T17:01:00,debit,40.00,CNY,785.00,B3
> S5,RESERVE-01,2025-01-03T17:02:00,debit,149.00,CNY,636.00,B4
> END

$ cat >batch/balance.csv <<'END'
> account,date,source,closing
> RESERVE-01,2025-01-02,platform,825.00
> RESERVE-01,2025-01-03,platform,615.00
> END

$ cat >batch/filing.manifest <<'END'
> filing "batches"
>   filer P
>   period 2025-01-02 .. 2025-01-03
>   zone Asia/Shanghai
>   currency CNY
>   file "account.csv" table account
>   file "flow.csv" table flow
>   file "statement.csv" table statement
>   file "balance.csv" table balance
> end
> END

$ cat >batch.scheme <<'END'
> scheme batches
>   match flows by instruction_id = reference
> end
> END

$ flowaudit ingest batch -o batch.fa 2>/dev/null

$ flowaudit reconcile --scheme batch.scheme --matches batch.fa -o batch.rec

$ flowaudit view --table match --columns match_no,flow,statement,stage,class,flow_amount,statement_amount batch.rec
match_no,flow,statement,stage,class,flow_amount,statement_amount
1,F01,S1,named_group,matched,60.00,100.00
1,F02,S1,named_group,matched,40.00,
2,F03,,named_group,matched,25.00,
2,F04,,named_group,matched,50.00,
2,,S2,named_group,matched,,35.00
2,,S3,named_group,matched,,40.00
4,F05,S4,named_group,matched,10.00,40.00
4,F07,S4,named_group,matched,30.00,
5,F08,S5,named_group,amount,70.00,149.00
5,F09,S5,named_group,amount,80.00,

$ flowaudit view --table break --columns class,flow,statement,reference,date,amount,ledger_amount,bank_amount batch.rec
class,flow,statement,reference,date,amount,ledger_amount,bank_amount
amount,,S5,B4,2025-01-03,1.00,150.00,149.00
missing_at_bank,F06,,F06,2025-01-03,20.00,20.00,

$ flowaudit view --table bridge batch.rec
account,date,line,debit,credit,rows,currency
RESERVE-01,2025-01-02,platform_closing,0.00,825.00,0,CNY
RESERVE-01,2025-01-02,timing,35.00,75.00,3,CNY
RESERVE-01,2025-01-02,remainder,0.00,0.00,0,CNY
RESERVE-01,2025-01-02,bank_closing,0.00,865.00,0,CNY
RESERVE-01,2025-01-03,platform_closing,0.00,615.00,0,CNY
RESERVE-01,2025-01-03,amount,0.00,1.00,2,CNY
RESERVE-01,2025-01-03,missing_at_bank,0.00,20.00,1,CNY
RESERVE-01,2025-01-03,remainder,0.00,0.00,0,CNY
RESERVE-01,2025-01-03,bank_closing,0.00,636.00,0,CNY

# Without the scheme each row stands alone, and the bridge foots as well.
$ flowaudit reconcile batch.fa | flowaudit view --table break --columns class,flow,statement,amount
class,flow,statement,amount
missing_at_bank,F01,,60.00
missing_at_bank,F02,,40.00
missing_at_bank,F03,,25.00
missing_at_bank,F04,,50.00
missing_in_ledger,,S1,100.00
missing_in_ledger,,S2,35.00
missing_at_bank,F05,,10.00
missing_at_bank,F06,,20.00
missing_at_bank,F07,,30.00
missing_at_bank,F08,,70.00
missing_at_bank,F09,,80.00
missing_in_ledger,,S3,40.00
missing_in_ledger,,S4,40.00
missing_in_ledger,,S5,149.00

# A day's settlement of a channel, a working day later, less 0.6 percent of the sum. Of nucc's two
# days with the same sum both lines are there; of two lines either could be unionpay's.
$ mkdir daily && cat >daily/account.csv <<'END'
> account_id,owner,role,currency,opening_balance
> RESERVE-01,P,reserve,CNY,0.00
> C1,P,customer,CNY,
> END

$ cat >daily/flow.csv <<'END'
> flow_id,time,payer_account,payee_account,amount,kind,status,channel
> F01,2025-01-02T10:00:00,C1,RESERVE-01,60.00,pay,settled,nucc
> F02,2025-01-02T18:00:00,C1,RESERVE-01,40.00,pay,settled,nucc
> F03,2025-01-02T11:00:00,C1,RESERVE-01,500.00,pay,settled,unionpay
> F04,2025-01-02T12:00:00,C1,RESERVE-01,500.00,pay,settled,unionpay
> F05,2025-01-03T10:00:00,C1,RESERVE-01,75.00,pay,settled,nucc
> F06,2025-01-03T18:00:00,C1,RESERVE-01,25.00,pay,settled,nucc
> F07,2025-01-03T11:00:00,C1,RESERVE-01,7.00,pay,settled,direct
> END

$ cat >daily/statement.csv <<'END'
> statement_id,account,booked_at,direction,amount,currency,reference
> S1,RESERVE-01,2025-01-03T09:00:00,credit,99.40,CNY,
> S2,RESERVE-01,2025-01-03T09:01:00,credit,994.00,CNY,
> S3,RESERVE-01,2025-01-03T09:02:00,credit,994.00,CNY,
> S4,RESERVE-01,2025-01-06T09:00:00,credit,99.40,CNY,
> END

$ sed 's/batches/daily/; s/01-03$/01-06/' batch/filing.manifest | grep -v balance >daily/filing.manifest

$ cat >daily.scheme <<'END'
> scheme daily
>   calendar weekdays
>   window 0bd .. 1bd
>   fee 0.6% of credit half up
>   match flows by day, channel
> end
> END

$ flowaudit ingest daily -o daily.fa 2>/dev/null

$ flowaudit reconcile --scheme daily.scheme --matches daily.fa -o daily.rec

$ flowaudit view --table match --columns match_no,flow,statement,stage,class,note,flow_amount,statement_amount,fee daily.rec
match_no,flow,statement,stage,class,note,flow_amount,statement_amount,fee
1,F01,S1,group,fee,,60.00,99.40,0.60
1,F02,S1,group,fee,,40.00,,
4,F05,S4,group,fee,,75.00,99.40,0.60
4,F06,S4,group,fee,,25.00,,

$ flowaudit view --table break --columns class,flow,statement,amount,ledger_amount,bank_amount,due_on,candidates daily.rec
class,flow,statement,amount,ledger_amount,bank_amount,due_on,candidates
ambiguous,F03,,500.00,500.00,,2025-01-03,2
ambiguous,F04,,500.00,500.00,,2025-01-03,2
fee,,S1,0.60,100.00,99.40,2025-01-03,
ambiguous,,S2,994.00,,994.00,,2
ambiguous,,S3,994.00,,994.00,,2
missing_at_bank,F07,,7.00,7.00,,2025-01-06,
fee,,S4,0.60,100.00,99.40,2025-01-06,

# One flow that the bank paid in two parts, with a number of the flow in its text; and one of which
# it paid the parts on one day, with nothing that says so but the sum.
$ mkdir parts && cp batch/account.csv parts && cat >parts/flow.csv <<'END'
> flow_id,time,payer_account,payee_account,amount,kind,status
> F01,2025-01-02T10:00:00,RESERVE-01,M1,100.00,settle,settled
> F02,2025-01-02T10:01:00,RESERVE-01,M1,90.00,settle,settled
> END

$ cat >parts/statement.csv <<'END'
> statement_id,account,booked_at,direction,amount,currency,counterparty,memo
> S1,RESERVE-01,2025-01-02T17:00:00,debit,70.00,CNY,M1,F01
> S2,RESERVE-01,2025-01-07T17:00:00,debit,30.00,CNY,M1,F01
> S3,RESERVE-01,2025-01-03T17:00:00,debit,45.00,CNY,M1,
> S4,RESERVE-01,2025-01-03T17:00:00,debit,45.00,CNY,M1,
> END

$ sed 's/batches/parts/; s/01-03$/01-07/' batch/filing.manifest | grep -v balance >parts/filing.manifest

$ cat >parts.scheme <<'END'
> scheme parts
>   window 0d .. 3d
>   match lines by memo = flow_id
>   match lines by day, counterparty
> end
> END

$ flowaudit ingest parts -o parts.fa 2>/dev/null

$ flowaudit reconcile --scheme parts.scheme --matches parts.fa | flowaudit view --table match --columns match_no,flow,statement,stage,class,date,flow_date,flow_amount,statement_amount
match_no,flow,statement,stage,class,date,flow_date,flow_amount,statement_amount
1,F01,S1,named_group,late,2025-01-02,2025-01-02,100.00,70.00
1,F01,S2,named_group,late,2025-01-07,2025-01-02,,30.00
2,F02,S3,group,matched,2025-01-03,2025-01-02,90.00,45.00
2,F02,S4,group,matched,2025-01-03,2025-01-02,,45.00

# Payments within a line: of the first batch all are known, of the second the ledger lacks one, of the
# third the amounts are not all stated, of the fourth only the number.
$ mkdir within && cp batch/account.csv within && cat >within/flow.csv <<'END'
> flow_id,time,payer_account,payee_account,amount,kind,status,order_id,instruction_id
> F01,2025-01-02T10:00:00,RESERVE-01,M1,60.00,settle,settled,O-1,
> F02,2025-01-02T10:01:00,RESERVE-01,M1,40.00,settle,settled,O-2,
> F03,2025-01-02T10:02:00,RESERVE-01,M1,25.00,settle,settled,O-3,
> F04,2025-01-02T10:03:00,RESERVE-01,M1,5.00,settle,settled,O-5,
> F05,2025-01-02T10:04:00,RESERVE-01,M1,4.00,settle,settled,O-7,B-9
> F06,2025-01-02T10:05:00,RESERVE-01,M1,3.00,settle,settled,O-8,B-9
> END

$ entry() { printf '<Ntry><Amt Ccy="CNY">%s</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2025-01-03</Dt></BookgDt><ValDt><Dt>2025-01-03</Dt></ValDt><BkTxCd/><NtryDtls>%s</NtryDtls></Ntry>' "$1" "$2"; }; payment() { printf '<TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs>%s</TxDtls>' "$1" "${2:+<Amt Ccy=\"CNY\">$2</Amt><CdtDbtInd>DBIT</CdtDbtInd>}"; }; { printf '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2025-01-03T20:00:00Z</CreDtTm></GrpHdr><Stmt><Id>S</Id><CreDtTm>2025-01-03T20:00:00Z</CreDtTm><Acct><Id><Othr><Id>RESERVE-01</Id></Othr></Id><Ccy>CNY</Ccy></Acct>'; for b in OPBD:1000.00 CLBD:847.00; do printf '<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2025-01-03</Dt></Dt></Bal>' ${b%:*} ${b#*:}; done; entry 100.00 "$(payment O-1 60.00; payment O-2 40.00)"; entry 36.00 "$(payment O-3 25.00; payment O-4 11.00)"; entry 10.00 "$(payment O-5 5.00; payment O-6)"; entry 7.00 '<Btch><PmtInfId>B-9</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>'; printf '</Stmt></BkToCstmrStmt></Document>\n'; } >within/camt.xml

$ sed 's/batches/within/; s/file "statement.csv".*/file "camt.xml" profile "camt"/' batch/filing.manifest | grep -v balance >within/filing.manifest

$ cat >within.scheme <<'END'
> scheme within
>   match details
> end
> END

$ flowaudit ingest within -o within.fa 2>/dev/null

$ flowaudit view --table statement_detail --columns statement_id,detail_no,amount,reference within.fa
statement_id,detail_no,amount,reference
camt.xml#1.1,1,60.00,O-1
camt.xml#1.1,2,40.00,O-2
camt.xml#1.2,1,25.00,O-3
camt.xml#1.2,2,11.00,O-4
camt.xml#1.3,1,5.00,O-5
camt.xml#1.3,2,,O-6

$ flowaudit reconcile --scheme within.scheme --matches within.fa -o within.rec
! flowaudit-reconcile: note: open lines whose payments lack amounts or do not add up, left whole: 1 [MATCH-DETAILS]

$ flowaudit view --table match --columns match_no,flow,statement,detail_no,stage,class,reference,flow_amount,statement_amount within.rec
match_no,flow,statement,detail_no,stage,class,reference,flow_amount,statement_amount
5,F01,camt.xml#1.1,1,detail,matched,O-1,60.00,60.00
6,F02,camt.xml#1.1,2,detail,matched,O-2,40.00,40.00
7,F03,camt.xml#1.2,1,detail,matched,O-3,25.00,25.00

$ flowaudit view --table break --columns class,flow,statement,reference,amount within.rec
class,flow,statement,reference,amount
missing_at_bank,F04,,O-5,5.00
missing_at_bank,F05,,O-7,4.00
missing_at_bank,F06,,O-8,3.00
missing_in_ledger,,camt.xml#1.4,B-9,7.00
missing_in_ledger,,camt.xml#1.2,O-4,11.00
unexplained,,camt.xml#1.3,,10.00

$ flowaudit view --table bridge within.rec
account,date,line,debit,credit,rows,currency
RESERVE-01,2025-01-02,platform_closing,0.00,863.00,0,CNY
RESERVE-01,2025-01-02,timing,0.00,125.00,3,CNY
RESERVE-01,2025-01-02,missing_at_bank,0.00,12.00,3,CNY
RESERVE-01,2025-01-02,remainder,,,0,CNY
RESERVE-01,2025-01-02,bank_closing,,,0,CNY
RESERVE-01,2025-01-03,platform_closing,0.00,863.00,0,CNY
RESERVE-01,2025-01-03,missing_at_bank,0.00,12.00,3,CNY
RESERVE-01,2025-01-03,missing_in_ledger,18.00,0.00,2,CNY
RESERVE-01,2025-01-03,unexplained,10.00,0.00,1,CNY
RESERVE-01,2025-01-03,remainder,0.00,0.00,0,CNY
RESERVE-01,2025-01-03,bank_closing,0.00,847.00,0,CNY

$ flowaudit view --table match_total within.rec
account,direction,class,rows,ledger_rows,bank_rows,ledger_amount,bank_amount,currency
RESERVE-01,debit,matched,3,3,3,125.00,125.00,CNY
RESERVE-01,debit,missing_at_bank,3,3,0,12.00,,CNY
RESERVE-01,debit,missing_in_ledger,2,0,2,,18.00,CNY
RESERVE-01,debit,unexplained,1,0,1,,10.00,CNY

# The shipped scheme knows both ways.
$ flowaudit reconcile --scheme camt --matches within.fa 2>/dev/null | flowaudit view --table match --columns flow,statement,detail_no,stage,reference,flow_amount,statement_amount
flow,statement,detail_no,stage,reference,flow_amount,statement_amount
F01,camt.xml#1.1,1,detail,O-1,60.00,60.00
F02,camt.xml#1.1,2,detail,O-2,40.00,40.00
F03,camt.xml#1.2,1,detail,O-3,25.00,25.00
F05,camt.xml#1.4,,named_group,B-9,4.00,7.00
F06,camt.xml#1.4,,named_group,B-9,3.00,

# A payment without a number cannot be told from its line; one of a line that is not there, or of
# another account, is none of any. Payments of one reference are added up as lines would be.
$ mkdir odd && cp within/account.csv within/flow.csv odd && cat >odd/statement.csv <<'END'
> statement_id,account,booked_at,direction,amount,currency
> S1,RESERVE-01,2025-01-03T09:00:00,debit,100.00,CNY
> S2,RESERVE-01,2025-01-03T09:00:00,debit,25.00,CNY
> S3,RESERVE-01,2025-01-03T09:00:00,debit,5.00,CNY
> END

$ cat >odd/statement_detail.csv <<'END'
> statement_id,detail_no,account,booked_at,direction,amount,currency,reference
> S1,0,RESERVE-01,2025-01-03T09:00:00,debit,60.00,CNY,O-1
> S1,-1,RESERVE-01,2025-01-03T09:00:00,debit,40.00,CNY,O-2
> S2,1,M1,2025-01-03T09:00:00,debit,25.00,CNY,O-3
> S3,7,RESERVE-01,2025-01-03T09:00:00,debit,2.00,CNY,O-5
> S3,9,RESERVE-01,2025-01-03T09:00:00,debit,3.00,CNY,O-5
> S9,1,RESERVE-01,2025-01-03T09:00:00,debit,2.00,CNY,O-5
> END

$ sed 's/within/odd/; s/file "camt.xml".*/file "statement.csv" table statement\n  file "statement_detail.csv" table statement_detail/' within/filing.manifest >odd/filing.manifest

$ flowaudit ingest odd -o odd.fa 2>/dev/null

$ flowaudit reconcile --scheme within.scheme --matches odd.fa | flowaudit view --table match --columns flow,statement,detail_no,stage,flow_amount,statement_amount
flow,statement,detail_no,stage,flow_amount,statement_amount
F04,S3,7,reference_sum,5.00,2.00
F04,S3,9,reference_sum,,3.00
! flowaudit-reconcile: note: open lines whose payments lack amounts or do not add up, left whole: 1 [MATCH-DETAILS]
