# Records of JSON and of fixed lines, as ingest tells of them.
$ cat >users.profile <<'END'
> profile users
>   format json
>   records "data.list"
>   total rows = "total: {}"
>   missing "-1"
>   ignore "cards"
>   table party
>     column party_id from "id"
>     column kind from "type" map "1" natural, "2" legal
>     column name from "who.name"
>   table account spread "cards"
>     column owner from "id"
>     column currency = "CNY"
>     row
>       column account_id from "id"
>       column role = "customer"
>     row when "cards.no" is present
>       column account_id from "cards.no"
>       column role = "external"
> end
> END

$ cat >users.json <<'END'
> {"from": "P-1",
>  "data": {"list": [
>    {"id": "a", "type": 1, "who": {"name": "张三"}, "cards": [{"no": "6222"}, {"no": "6223"}]},
>    {"id": "b", "type": "2", "who": {"name": "-1"}, "cards": []},
>    {"id": "c", "type": 3}]},
>  "total": 3}
> END

$ flowaudit ingest --profile users.profile users.json -o users.fa
! users.json:5: warning: record 3 rejected: column 'kind' from 'type': the profile does not map '3' [ROW-ENUM]
! flowaudit-ingest: note: table 'account': 1 row is repeated, with the same key and content [KEY-REPEAT]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! users.json:5: note: account.owner: 1 row refers to an id that no row declares [REF-DANGLING]

$ flowaudit view --sources users.fa | cut -d, -f1-9
source,table,profile,records,accepted,rejected,ignored,other,rows
users.json,party,users,5,2,1,2,0,2
users.json,account,users,6,4,0,2,0,6

$ flowaudit view --table party --columns party_id,kind,name users.fa
party_id,kind,name
a,natural,张三
b,legal,

$ flowaudit view --table account --columns account_id,role,owner users.fa
account_id,role,owner
a,customer,a
6222,external,a
a,customer,a
6223,external,a
b,customer,b
c,customer,c

# What refuses a file, with its place.
$ sed 's/"total": 3/"total": 4/' users.json >bad.json; flowaudit ingest --profile users.profile bad.json -o bad.fa
! bad.json:5: warning: record 3 rejected: column 'kind' from 'type': the profile does not map '3' [ROW-ENUM]
! flowaudit-ingest: note: table 'account': 1 row is repeated, with the same key and content [KEY-REPEAT]
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! bad.json:6: error: the file states '4' records here, it has 3 [TOTAL-MISMATCH]
[4]

$ sed 's/"type": 3/"type": 3, "kind": 4/' users.json >bad.json; flowaudit ingest --profile users.profile bad.json -o bad.fa
! bad.json:1: error: the profile does not know the column 'kind' [CSV-COLUMN]
! hint: map or ignore it in the profile
[4]

$ sed 's/"type": 3/"type": 3, "type": 1/' users.json >bad.json; flowaudit ingest --profile users.profile bad.json -o bad.fa
! bad.json:5:35: error: key 'type' stands twice in one object [JSON-TWICE]
! hint: ask for an export in which each key of an object has one value
[4]

$ sed 's/"list"/"rows"/' users.json >bad.json; flowaudit ingest --profile users.profile bad.json -o bad.fa
! bad.json:5:26: error: list 'data.rows' has objects, but is not the list of records [JSON-LIST]
! hint: records in the profile names another list
[4]

$ sed 's/"type": 3/"type": [3, {}]/' users.json >bad.json; flowaudit ingest --profile users.profile bad.json -o bad.fa
! bad.json:5:28: error: list 'type' has objects beside values [JSON-LIST]
[4]

$ sed 's/"type": 3/"type": NaN/' users.json >bad.json; flowaudit ingest --profile users.profile bad.json -o bad.fa
! bad.json:5:25: error: no JSON: invalid char in json text [JSON-SYNTAX]
[4]

$ sed 's/"type": 3/"type": "\\ud83d!"/' users.json >bad.json; flowaudit ingest --profile users.profile bad.json -o bad.fa
! bad.json:5:31: error: no JSON: an escape is half of a pair of surrogates [JSON-SYNTAX]
[4]

$ head -c 150 users.json >bad.json; flowaudit ingest --profile users.profile bad.json -o bad.fa
! bad.json:4:18: error: the file ends before its objects and lists are closed [JSON-CUT]
! hint: ask for the whole file
[4]

$ perl -e 'print "[" x 100' >bad.json; sed '/records/d; /total/d' users.profile >list.profile; flowaudit ingest --profile list.profile bad.json -o bad.fa
! bad.json:1:2: error: no record and no list of them: there is a list in it [JSON-RECORDS]
! hint: name the list of records by records
[4]

$ perl -e 'print "{\"data\": {\"list\": [", "{\"id\":" x 100' >bad.json; flowaudit ingest --profile users.profile bad.json -o bad.fa
! bad.json:1:386: error: objects and lists are nested more than 64 deep [JSON-LIMIT]
[4]

# Fixed lines: fields are bytes of GBK; a line of another length, or with a field that ends within a
# character, is rejected.
$ cat >lines.profile <<'END'
> profile lines
>   format fixed
>   encoding gb18030
>   blanks trim
>   zone Asia/Shanghai
>   line 26
>   field "no" 0 .. 4
>   field "day" 4 .. 12
>   field "fen" 12 .. 19
>   field "side" 19 .. 20
>   field "text" 20 .. 26
>   table statement
>     column statement_id from "no"
>     column account = "A"
>     column booked_at from "day" form "YYYYMMDD"
>     column amount from "fen" implied 2
>     column currency = "CNY"
>     column direction from "side" map "C" credit, "D" debit
>     column memo from "text"
> end
> END

$ printf '0001202501310001234C\263\344\326\265  \r\n0002202501310000005D\314\341\317\326 \n0003202501310000007D\263\344\326\265x\326\n0004202501310000009Xabc   \n' >lines.txt

$ flowaudit ingest --profile lines.profile lines.txt -o lines.fa
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! lines.txt:2: warning: record 2 rejected: expected 26 bytes, with whole characters in each field [ROW-FIELDS]
! lines.txt:3: warning: record 3 rejected: expected 26 bytes, with whole characters in each field [ROW-FIELDS]
! lines.txt:4: warning: record 4 rejected: column 'direction' from 'side': the profile does not map 'X' [ROW-ENUM]
! flowaudit-ingest: note: statement.account: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]

$ flowaudit view --table statement --columns statement_id,booked_at,direction,amount,memo lines.fa
statement_id,booked_at,direction,amount,memo
0001,2025-01-31T00:00:00+08:00,credit,12.34,充值

$ flowaudit view --sources lines.fa | cut -d, -f1-9
source,table,profile,records,accepted,rejected,ignored,other,rows
lines.txt,statement,lines,4,1,3,0,0,1
