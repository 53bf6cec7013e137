# Files as they are packed: .gz and .zip.
# --- .gz ---
# A compressed filing gives the rows of the plain one; sources are named as they are.
$ mkdir plain packed; cp $SAMPLES/payment-2025-01-clean/*[a-z].csv plain/; rm plain/expected.csv; cp plain/* packed/; gzip -n packed/*.csv

$ sed 's/ sha256 .*//; s/\.csv"/.csv.gz"/' $SAMPLES/payment-2025-01-clean/filing.manifest >packed/filing.manifest; cp $SAMPLES/payment-2025-01-clean/filing.manifest plain/

$ for folder in plain packed; do flowaudit ingest $folder -o $folder.fa; flowaudit view --totals $folder.fa >$folder.totals; done; cmp plain.totals packed.totals

$ flowaudit ingest -j 1 packed | cmp - packed.fa

$ head -c 3000 packed.fa | grep -a -o 'account.csv.gz'
account.csv.gz

# Members one behind the other are one file.
$ true
> cat >given.csv <<.
> flow_id,time,payer_account,payee_account,amount,currency,kind,status
> 1,2025-01-01T09:00:00+08:00,A,B,10.50,CNY,pay,settled
> 2,2025-01-31T23:59:59.5+08:00,B,C,0.01,CNY,refund,settled
> .

$ (head -n 2 given.csv | gzip -n; gzip -n </dev/null; tail -n 1 given.csv | gzip -n) >flow.csv.gz; flowaudit ingest flow.csv.gz 2>/dev/null | flowaudit view --table flow --columns flow_id,amount -
flow_id,amount
1,10.50
2,0.01

$ gzip -nc given.csv >whole.gz; size=$(stat -c %s whole.gz); for cut in 0 1 5 60 $((size - 1)); do head -c $cut whole.gz >flow.csv.gz; flowaudit ingest flow.csv.gz >/dev/null; done
! flow.csv.gz: error: the compressed file ends in the middle, after 0 bytes [GZIP-CUT]
! hint: ask for the whole file
! flow.csv.gz: error: the compressed file ends in the middle, after 1 bytes [GZIP-CUT]
! hint: ask for the whole file
! flow.csv.gz: error: the compressed file ends in the middle, after 5 bytes [GZIP-CUT]
! hint: ask for the whole file
! flow.csv.gz: error: the compressed file ends in the middle, after 60 bytes [GZIP-CUT]
! hint: ask for the whole file
! flow.csv.gz: error: the compressed file ends in the middle, after 149 bytes [GZIP-CUT]
! hint: ask for the whole file
[4]

$ cp whole.gz flow.csv.gz; printf 'more' >>flow.csv.gz; flowaudit ingest flow.csv.gz >/dev/null
! flow.csv.gz: error: the compressed file ends after 150 bytes, but more follow [GZIP-TAIL]
! hint: ask what they are; they would be dropped without a word
[4]

# One byte of its tail is enough.
$ cp whole.gz flow.csv.gz; printf '\037' >>flow.csv.gz; flowaudit ingest flow.csv.gz >/dev/null
! flow.csv.gz: error: the compressed file ends after 150 bytes, but more follow [GZIP-TAIL]
! hint: ask what they are; they would be dropped without a word
[4]

$ perl -e 'local $/; $_ = <>; substr($_, -8, 1) ^= "\1"; print' whole.gz >flow.csv.gz; flowaudit ingest flow.csv.gz >/dev/null
! flow.csv.gz: error: what the compressed file holds differs from the checksum that is stated before byte 146 [GZIP-CHECK]
! hint: ask for the file again
[4]

$ perl -e 'local $/; $_ = <>; substr($_, -4, 1) ^= "\1"; print' whole.gz >flow.csv.gz; flowaudit ingest flow.csv.gz >/dev/null
! flow.csv.gz: error: what the compressed file holds differs from the size that is stated before byte 150 [GZIP-CHECK]
! hint: ask for the file again
[4]

$ perl -e 'local $/; $_ = <>; substr($_, 10, 1) = "\7"; print' whole.gz >flow.csv.gz; flowaudit ingest flow.csv.gz >/dev/null
! flow.csv.gz: error: the compressed file is damaged at byte 11: invalid block type [GZIP-DATA]
! hint: ask for the file again
[4]

$ cp given.csv flow.csv.gz; flowaudit ingest flow.csv.gz >/dev/null
! flow.csv.gz: error: its name ends in .gz, but it does not begin as such a file does [GZIP-DATA]
[4]

# What grows as no export does.
$ (cat given.csv; head -c 20000000 /dev/zero | tr '\0' '\n') | gzip -n >flow.csv.gz; flowaudit ingest flow.csv.gz >/dev/null
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flow.csv.gz: error: the file becomes more than 250 times as large when unpacked, as no export does [UNPACK-LIMIT]
! hint: give it unpacked, if it is what it should be
[4]
