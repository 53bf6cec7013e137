# Profiles that map real layouts: one record is several rows of several tables, texts that are put
# together, words and numbers as they are written, headings, footers and totals.
$ cat >bills.profile <<'END'; mkdir one; cp bills.profile one/
> profile bills
>   title "Bills of a payment platform"
>   files "bill-*.csv"
>   blanks trim
>   surplus empty
>   thousands ","
>   missing "-"
>   zone Asia/Shanghai
>   currency CNY
>   skip "--*--"
>   footer "end of list*"
>   ignore when "state" is "draft"
>   total rows = "{} records"
>   total "amount" = "paid in: {}" when "in/out" is "in"
>   table flow
>     column time from "day", "clock" form "YYYYMMDDhhmmss"
>     column status = "settled"
>     column memo from heading "name: {}"
>     row when "in/out" is "in"
>       column flow_id from "no"
>       column amount from "amount" prefix "¥" unsigned
>       column payer_account from "party"
>       column payee_account = "platform"
>       column kind from "type" map "order" pay, "refund" refund
>     row when "in/out" is "out"
>       column flow_id from "no"
>       column amount from "amount" prefix "¥" unsigned
>       column payer_account = "platform"
>       column payee_account from "party"
>       column kind = "withdraw"
>     row when "in/out" is "out" and "fee" is present
>       column flow_id from "no", text "-fee"
>       column amount from "fee" implied 2
>       column payer_account from "party"
>       column payee_account = "platform"
>       column kind = "fee"
>   table statement
>     row when "in/out" is "bank"
>       column statement_id from text "S", record
>       column account = "platform"
>       column booked_at from "day" form "YYYYMMDD"
>       column amount from "amount" sign direction
> end
> END

$ cat >bill-1.csv <<'END'
> Export of all bills,,,
> "name: Li Si",,,
> 6 records,,,,
> paid in: ¥,,
> -- the list --,,,
> no,day,clock,in/out,party,type,amount,fee,state,
> 1, 20250131 ,090000,in,P1,order,"¥1,234.50"	,-,done,
> 2,20250131,100000,out,P2,,-20,150,done,
> 3,20250131,110000,in,P3,order,1,,draft,
> -- a note --
> 4,20250201,,bank,,,-5.00,,done,
>  ,,
> 5,20250202,,bank,,,"6,000",,done,,,
> 6,20250203,120000,in,P1,refund,1,,done
> end of list,made on 1 March
> 7,20250203,120000,in,P1,refund,1,,done
> END

$ flowaudit ingest --profile bills.profile bill-1.csv >out.fa
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! bill-1.csv:16: warning: 1 record behind the footer, here the first, has all that a row needs, and was left out [CSV-BEHIND]
! hint: look whether a record of data is like the footer of the profile
! bill-1.csv:4: error: the total that the file states is no number: '¥' [TOTAL-MISMATCH]
[4]

$ sed -i 's/^paid in: ¥/paid in: 1236.50/' bill-1.csv; flowaudit ingest --profile bills.profile bill-1.csv >out.fa; flowaudit view --table flow --columns flow_id,time,payer_account,payee_account,amount,currency,kind,memo out.fa
flow_id,time,payer_account,payee_account,amount,currency,kind,memo
1,2025-01-31T09:00:00+08:00,P1,platform,1234.50,CNY,pay,Li Si
2,2025-01-31T10:00:00+08:00,platform,P2,20.00,CNY,withdraw,Li Si
2-fee,2025-01-31T10:00:00+08:00,P2,platform,1.50,CNY,fee,Li Si
6,2025-02-03T12:00:00+08:00,P1,platform,1.00,CNY,refund,Li Si
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! bill-1.csv:16: warning: 1 record behind the footer, here the first, has all that a row needs, and was left out [CSV-BEHIND]
! hint: look whether a record of data is like the footer of the profile
! flowaudit-ingest: note: flow.payer_account: 4 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: flow.payee_account: 4 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: statement.account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]

$ flowaudit view --table statement --columns statement_id,booked_at,direction,amount out.fa
statement_id,booked_at,direction,amount
Sbill-1.csv:5,2025-02-01T00:00:00+08:00,debit,5.00
Sbill-1.csv:7,2025-02-02T00:00:00+08:00,credit,6000.00

# All records are accounted for, once for each table.
$ flowaudit view --sources out.fa
source,table,profile,records,accepted,rejected,ignored,other,rows,bytes,sha256
bill-1.csv,flow,bills,15,3,0,10,2,4,465,63d84fe85dfd49e0bdba97838321c4c70ba8cc03c3e2834376ae3a36998c955f
bill-1.csv,statement,bills,15,2,0,10,3,2,465,63d84fe85dfd49e0bdba97838321c4c70ba8cc03c3e2834376ae3a36998c955f

$ flowaudit view --sources --totals out.fa
! flowaudit-view: error: --sources goes with none of --table, --totals and --schema [USAGE]
[2]

# A window or thread more or less changes nothing.
$ flowaudit ingest -j 3 --profile bills.profile bill-1.csv 2>/dev/null | cmp - out.fa

# What a profile takes from headings, totals and the header must be there.
$ sed 's/^6 records/7 records/; s/1236.50/12/' bill-1.csv >bill-2.csv; flowaudit ingest --profile bills.profile bill-2.csv 2>&1 >/dev/null | grep TOTAL
bill-2.csv:3: error: the file states '7' records here, it has 6 [TOTAL-MISMATCH]
bill-2.csv:4: error: the file states '12' here as the sum of 'amount', its records make 1236.50 [TOTAL-MISMATCH]

$ sed '/^6 records/d' bill-1.csv >bill-2.csv; flowaudit ingest --profile bills.profile bill-2.csv 2>&1 >/dev/null | grep -A1 TOTAL
bill-2.csv: error: no heading and no footer record is like '{} records', which states a total [TOTAL-ABSENT]
hint: perhaps the file is cut, or belongs to another profile

# A file of pages is not to end with the first of them.
$ cp bill-1.csv bill-2.csv; echo ' no,day,clock,in/out,party,type,amount,fee,state,,' >>bill-2.csv; flowaudit ingest --profile bills.profile bill-2.csv >/dev/null
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! bill-2.csv:17: error: the header comes again behind the footer, so there may be more data [CSV-FOOTER]
! hint: where each page has a foot of its own, state it and the header by skip
[4]

$ sed 's/"name: Li Si"//' bill-1.csv >bill-2.csv; flowaudit ingest --profile bills.profile bill-2.csv >/dev/null
! bill-2.csv: error: no record before the header is like 'name: {}' [CSV-HEADING]
! hint: perhaps the file belongs to another profile
[4]

$ sed 's/clock/time/' bill-1.csv >bill-2.csv; flowaudit ingest --profile bills.profile bill-2.csv >/dev/null
! bill-2.csv:6: error: the header lacks 'clock' [CSV-MISSING]
! hint: the profile does not know 'time', which it has
[4]

$ sed 's/,fee,/,Fee,/' bill-1.csv >bill-2.csv; flowaudit ingest --profile bills.profile bill-2.csv >/dev/null
! bill-2.csv:6: error: the header lacks 'fee' [CSV-MISSING]
! hint: did you mean 'Fee'?
[4]

$ sed 's/state,$/state,grade/' bill-1.csv >bill-2.csv; flowaudit ingest --profile bills.profile bill-2.csv >/dev/null
! bill-2.csv:6: error: the profile does not know the column 'grade' [CSV-COLUMN]
! hint: map or ignore it in the profile
[4]

$ printf 'a,b\nc,d\n' >bill-3.csv; flowaudit ingest --profile bills.profile bill-3.csv >/dev/null
! bill-3.csv: error: no record of the file is its header, which has 'state', 'in/out', 'day', 'clock', 'no' and more [CSV-MISSING]
! hint: perhaps the file belongs to another profile
[4]

# A record is accepted as a whole or not at all, and the reject says what the source has.
$ sed 's/^2,20250131/2,2025013/; s/,150,/,1x,/; s/,refund,/,refnd,/; s/^4,/4,x/; s/1,234.50/12,34.50/; s/,bank,,,"6,000"/,blank,,,6/' bill-1.csv | sed '/records\|paid in/d' >bill-2.csv; sed '/total/d' bills.profile >loose.profile; flowaudit ingest --profile loose.profile --rejects r.csv bill-2.csv >/dev/null; cat r.csv
source,table,record_no,line_no,byte_offset,column,code,reason,raw,amount,currency
bill-2.csv,flow,1,5,107,amount,ROW-NUMBER,"column 'amount': expected a number such as 1,234.50, found '¥12,34.50'","1, 20250131 ,090000,in,P1,order,""¥12,34.50""	,-,done,",,
bill-2.csv,flow,2,6,161,time,ROW-TIME,"column 'time' from 'day': expected a time written 'YYYYMMDDhhmmss', found '2025013100000'","2,2025013,100000,out,P2,,-20,1x,done,",20.00,CNY
bill-2.csv,flow,7,11,289,,ROW-UNMAPPED,"no row of the profile takes it: 'in/out' is 'blank', 'fee' is ''","5,20250202,,blank,,,6,,done,,,",,
bill-2.csv,flow,8,12,320,kind,ROW-ENUM,column 'kind' from 'type': the profile does not map 'refnd',"6,20250203,120000,in,P1,refnd,1,,done",1.00,CNY
bill-2.csv,statement,5,9,252,booked_at,ROW-TIME,"column 'booked_at' from 'day': expected a time written 'YYYYMMDD', found 'x20250201'","4,x20250201,,bank,,,-5.00,,done,",5.00,CNY
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! bill-2.csv:5:33: warning: record 1 rejected: column 'amount': expected a number such as 1,234.50, found '¥12,34.50' [ROW-NUMBER]
! bill-2.csv:6:3: warning: record 2 rejected: column 'time' from 'day': expected a time written 'YYYYMMDDhhmmss', found '2025013100000' [ROW-TIME]
! bill-2.csv:11:1: warning: record 7 rejected: no row of the profile takes it: 'in/out' is 'blank', 'fee' is '' [ROW-UNMAPPED]
! bill-2.csv:12:25: warning: record 8 rejected: column 'kind' from 'type': the profile does not map 'refnd' [ROW-ENUM]
! hint: did you mean 'refund'?
! bill-2.csv:14: warning: 1 record behind the footer, here the first, has all that a row needs, and was left out [CSV-BEHIND]
! hint: look whether a record of data is like the footer of the profile
! bill-2.csv:9:3: warning: record 5 rejected: column 'booked_at' from 'day': expected a time written 'YYYYMMDD', found 'x20250201' [ROW-TIME]

# Names say which profile reads a file, unless two say so.
$ cp bill-1.csv one/bill-1.csv; sed 's/^profile bills/profile twice/' bills.profile >twice.profile; flowaudit ingest --profile bills.profile --profile twice.profile one >/dev/null
! bill-1.csv: error: profiles 'bills' and 'twice' both read files of this name [FILING-PROFILE]
! hint: give one of them, or name it in filing.manifest
[4]

$ cp twice.profile third.profile; sed -i 's/bill-\*/bank-*/; s/profile twice/profile third/' third.profile; flowaudit ingest --profile bills.profile --profile third.profile one 2>/dev/null | flowaudit view --table statement --columns statement_id
statement_id
Sbill-1.csv:5
Sbill-1.csv:7

# The length of a value, where it is known.
$ printf 'profile ids\n table party\n column party_id from "id" width 18\n column kind = "natural"\nend\n' >ids.profile; printf 'id\n110101199003074514\n11010119900307451\n' >ids.csv; flowaudit ingest --profile ids.profile ids.csv >/dev/null
! ids.csv:3:1: warning: record 2 rejected: column 'party_id' from 'id': expected 18 characters, found 17 in '99999999999999999' [ROW-WIDTH]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest

# Damage has names of its own, and a hint what to do about it.
$ printf 'flow_id,time,payer_account,payee_account,amount,currency,kind,status\nA1,2025-01-31T09:00:00Z,a,b,"1,234.50",CNY,pay,settled\nA2,2025-01-31T09:00:00Z,a,b,¥20,CNY,pay,settled\nA3,2025-01-31T09:00:00Z,a,b,3万元,CNY,pay,settled\nA4,2025-01-31T09:00:00Z,a,Ｂ,4,CNY,pay,settled\nA\xe2\x80\x8b5,2025-01-31T09:00:00Z,a,b,5,CNY,pay,settled\nA6,２０２５,a,b,######,CNY,pay,settled\n' >flow.csv; flowaudit ingest flow.csv >/dev/null
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flow.csv:2:29: warning: record 1 rejected: column 'amount': expected a number without marks between thousands, found '1,234.50' [ROW-THOUSANDS]
! hint: say in a profile: thousands ","
! flow.csv:3:29: warning: record 2 rejected: column 'amount': expected a number alone, found '¥20' with its unit [ROW-UNIT]
! hint: say of the column in a profile: prefix "¥"
! flow.csv:4:29: warning: record 3 rejected: column 'amount': expected a number alone, found '3万元' with its unit [ROW-UNIT]
! hint: say of the column in a profile: suffix "万元" times 10000
! flow.csv:5:27: warning: record 4 rejected: column 'payee_account': full-width digits or letters in 'a' [ROW-WIDE]
! hint: export it with the digits and letters of ASCII
! flow.csv:7:4: warning: record 6 rejected: column 'time': full-width digits or letters in '２０２５' [ROW-WIDE]
! hint: export it with the digits and letters of ASCII
! flowaudit-ingest: note: flow.payer_account: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]
! flowaudit-ingest: note: flow.payee_account: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]

# A manifest may leave the table out; rows are then the records of all tables, sums need one.
$ mkdir filed; cp bill-1.csv filed/; printf 'filing "x"\n filer "p"\n file "bill-1.csv" profile bills rows 5\nend\n' >filed/filing.manifest; flowaudit ingest --profile bills.profile filed 2>/dev/null | flowaudit view --sources | cut -d, -f1-9
source,table,profile,records,accepted,rejected,ignored,other,rows
bill-1.csv,flow,bills,15,3,0,10,2,4
bill-1.csv,statement,bills,15,2,0,10,3,2

$ sed -i 's/rows 5/rows 6/' filed/filing.manifest; flowaudit ingest --profile bills.profile filed >/dev/null
! bill-1.csv:16: warning: 1 record behind the footer, here the first, has all that a row needs, and was left out [CSV-BEHIND]
! hint: look whether a record of data is like the footer of the profile
! filed/filing.manifest:3:7: error: file 'bill-1.csv': the manifest states 6 rows, found 5 (5 of all tables, 0 rejected) [TOTAL-MISMATCH]
!      file "bill-1.csv" profile bills rows 6
!           ^
[4]

$ sed -i 's/rows 6/sum amount = 1/' filed/filing.manifest; flowaudit ingest --profile bills.profile filed >/dev/null
! filed/filing.manifest:3:38: error: 'amount': name the table of the sum, in front of the profile [MANIFEST-SYNTAX]
!      file "bill-1.csv" profile bills sum amount = 1
!                                          ^
[3]

$ sed -i 's/profile bills.*/table statement profile bills rows 2 sum amount = 6005/' filed/filing.manifest; flowaudit ingest --profile bills.profile filed 2>/dev/null | flowaudit view --sources | cut -d, -f1-9
source,table,profile,records,accepted,rejected,ignored,other,rows
bill-1.csv,statement,bills,15,2,0,10,3,2

# Where columns have shifted, a number of a person is not told: its shape is.
$ printf 'profile words\n total rows = "list of {}"\n table flow\n  column flow_id from "no"\n  column time = "2025-01-31T09:00:00Z"\n  column payer_account = "a"\n  column payee_account = "b"\n  column amount = "1.00"\n  column currency = "CNY"\n  column status = "settled"\n  row when "side" is "in"\n   column kind from "type" map "order" pay\n  row when "side" is "out"\n   column kind from "type"\nend\n' >words.profile

$ printf 'list of 110101199003074578x\nno,side,type\n1,in,order\n2,in,110101199003074578\n3,out,13800138000\n4,110101199003074578,in\n5,in,ordr-12345\n' >words.csv; flowaudit ingest --profile words.profile words.csv 2>&1 >/dev/null | grep -e warning -e error
words.csv:4:6: warning: record 2 rejected: column 'kind' from 'type': the profile does not map '999999999999999999' [ROW-ENUM]
words.csv:5:7: warning: record 3 rejected: column 'kind' from 'type': unknown value '99999999999' [ROW-ENUM]
words.csv:6:1: warning: record 4 rejected: no row of the profile takes it: 'side' is '999999999999999999' [ROW-UNMAPPED]
words.csv:7:6: warning: record 5 rejected: column 'kind' from 'type': the profile does not map 'ordr-12345' [ROW-ENUM]
words.csv:1: error: the total that the file states is no number: '999999999999999999a' [TOTAL-MISMATCH]

$ sed -i 's/78x/78/' words.csv; flowaudit ingest --profile words.profile words.csv 2>&1 >/dev/null | grep error
words.csv:1: error: the file states '999999999999999999' records here, it has 5 [TOTAL-MISMATCH]

$ sed -i 's/of .*/of 123456/' words.csv; flowaudit ingest --profile words.profile words.csv 2>&1 >/dev/null | grep error
words.csv:1: error: the file states '123456' records here, it has 5 [TOTAL-MISMATCH]

# A total that the file states twice must be right both times.
$ printf 'profile twice\n footer "T *"\n total rows = "T {}"\n table party\n  column party_id from "id"\n  column kind = "natural"\nend\n' >total.profile; printf 'id\np1\nT 1\nT 1\n' >total.csv; flowaudit ingest --profile total.profile total.csv 2>&1 >/dev/null | grep -v FILER
hint: name the filer in filing.manifest

$ printf 'T 9\n' >>total.csv; flowaudit ingest --profile total.profile total.csv 2>&1 >/dev/null | grep TOTAL
total.csv:5: error: the file states '9' records here, it has 1 [TOTAL-MISMATCH]

# Of two names of one column a file has one, unless something else takes the other.
$ printf 'profile names\n table party\n  column party_id from "id" or "no"\n  column kind = "natural"\nend\n' >names.profile; printf 'no,id\n1,2\n' >names.csv; flowaudit ingest --profile names.profile names.csv 2>&1 >/dev/null | grep -A1 CSV
names.csv:1: error: the file has both 'id' and 'no', which the profile takes for the same [CSV-COLUMN]
hint: give such files a profile that maps one of them and ignores the other

$ sed -i 's/^end/  column name from "no"\nend/' names.profile; flowaudit ingest --profile names.profile names.csv 2>/dev/null | flowaudit view --table party --columns party_id,kind
party_id,kind
2,natural

# Behind what is like the footer no data is expected; records that could be some are counted.
$ printf 'profile foot\n footer "sum*"\n total rows = "{} in all"\n table party\n  column party_id from "id"\n  column kind = "natural"\n  column name from "name"\nend\n' >foot.profile; printf 'id,name\n1,a\nsummer,b\n2,\n 3,c\n,none\nsum,2\n1 in all,\nnote\n' >foot.csv; flowaudit ingest --profile foot.profile foot.csv >/dev/null
! foot.csv:4: warning: 2 records behind the footer, here the first, have all that a row needs, and were left out [CSV-BEHIND]
! hint: look whether a record of data is like the footer of the profile
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest

$ sed -i '/^2,/d; /^ 3,/d' foot.csv; flowaudit ingest --profile foot.profile foot.csv >/dev/null
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
