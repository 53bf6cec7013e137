# Files as they are packed: .gz and .zip.
# --- .gz ---
# A compressed filing gives the rows of the plain one; sources are named as they are.
$ mkdir plain packed; cp $SRC/tests/filings/payment-2025-01-clean/*[a-z].csv plain/; rm plain/expected.csv; cp plain/* packed/; gzip -n packed/*.csv

$ sed 's/ sha256 .*//; s/\.csv"/.csv.gz"/' $SRC/tests/filings/payment-2025-01-clean/filing.manifest >packed/filing.manifest; cp $SRC/tests/filings/payment-2025-01-clean/filing.manifest plain/

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
! flow.csv.gz: error: unpacked, the file is more than 250 times as large, as no export is [UNPACK-LIMIT]
! hint: give it unpacked, if it is what it should be
[4]

# --- .zip ---
# An archive that is the filing gives what its folder gives, to the byte; the folder itself may be packed with it.
$ zip() { perl $SRC/tests/make-archive.pl "$@"; }; members() { for name; do echo "$name @$name"; done; }
> cd plain; zip $(members *) >../filing.zip; cd ..; zip $(members plain/*) >folder.zip; zip plain/ '' $(members plain/*) plain/.hidden more >full.zip
> for name in filing folder full; do flowaudit ingest $name.zip | cmp - plain.fa; done

# In a folder, and beside other files, its members are named behind it.
$ mkdir -p year/2025; zip() { perl $SRC/tests/make-archive.pl "$@"; }
> cp given.csv year/2025/flow-02.csv; sed 's/^\([12]\),/9\1,/' given.csv >other.csv; zip bank/flow.csv @other.csv bank/readme.txt text >year/jan.zip
> flowaudit ingest year 2>&1 >year.fa | grep IGNORED; flowaudit view --table flow --columns flow_id year.fa; head -c 3000 year.fa | grep -a -o 'jan.zip/bank/flow.csv'
year: note: not part of the filing, not read: 'jan.zip/bank/readme.txt' [FILING-IGNORED]
flow_id
1
91
2
92
jan.zip/bank/flow.csv

$ cp given.csv flow.csv; flowaudit ingest year/jan.zip flow.csv 2>&1 >two.fa | grep IGNORED; flowaudit view --table flow --columns flow_id two.fa
year/jan.zip: note: not part of the filing, not read: 'jan.zip/bank/readme.txt' [FILING-IGNORED]
flow_id
1
91
2
92

# A manifest names a member with its archive.
$ printf 'filing "x"\n zone Asia/Shanghai\n file "jan.zip/bank/flow.csv" table flow rows 2\nend\n' >year/filing.manifest; flowaudit ingest year 2>&1 >year.fa | grep -v FILER; flowaudit view --table flow --columns flow_id year.fa; rm year/filing.manifest
year: note: not part of the filing, not read: '2025/flow-02.csv', 'jan.zip/bank/readme.txt' [FILING-IGNORED]
hint: name the filer in filing.manifest
flowaudit-ingest: note: flow.payer_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
flowaudit-ingest: note: flow.payee_account: 2 rows refer to an id that no row declares: the filing lacks the table [REF-DANGLING]
flow_id
91
92

$ printf 'filing "x"\n file "jan.zip" table flow\nend\n' >year/filing.manifest; flowaudit ingest year >year.fa; rm year/filing.manifest
! year: note: not part of the filing, not read: '2025/flow-02.csv', 'jan.zip/bank/flow.csv', 'jan.zip/bank/readme.txt' [FILING-IGNORED]
! jan.zip: error: expected a regular file, found an archive [FILING-KIND]
! hint: name the files in it: ARCHIVE/FILE

$ printf 'filing "x"\n file "jan.zip/bank" table flow\nend\n' >year/filing.manifest; flowaudit ingest year >year.fa; rm year/filing.manifest
! year/filing.manifest:2:7: error: the filing has no file 'jan.zip/bank' [FILING-FILE]
!      file "jan.zip/bank" table flow
!           ^

# An archive in an archive, a .gz in it, names in UTF-8 and in GBK.
$ zip() { perl $SRC/tests/make-archive.pl "$@"; }; gzip -nc other.csv >other.gz
> zip "$(printf '\316\304\274\376/flow.csv')" @given.csv 流水/flow-2.csv.gz,utf8 @other.gz >inner.zip; zip inner.zip @inner.zip >outer.zip
> flowaudit ingest outer.zip 2>/dev/null >outer.fa; flowaudit view --table flow --columns flow_id outer.fa; head -c 3000 outer.fa | grep -a -o 'inner.zip/.*/flow[^ ]*'
flow_id
1
91
2
92
inner.zip/文件/flow.csv"
inner.zip/流水/flow-2.csv.gz"

# The bytes of 目录 are UTF-8 as well; who made the archive decides, unless the name is marked.
$ for keys in '' ,dos ,dos,utf8; do perl $SRC/tests/make-archive.pl "$(printf '\304\277\302\274/flow.csv')$keys" @given.csv >name.zip; flowaudit ingest name.zip 2>/dev/null | head -c 3000 | grep -a -o '"[^"]*/flow.csv'; done
"Ŀ¼/flow.csv
"目录/flow.csv
"Ŀ¼/flow.csv

$ perl $SRC/tests/make-archive.pl outer.zip @outer.zip >three.zip; flowaudit ingest three.zip >/dev/null
! outer.zip/inner.zip: error: an archive may lie in an archive, but not in one that does so itself [ZIP-NESTED]
! hint: unpack the outermost one, and give the folder
[4]

# What is no archive, or no whole one.
$ size=$(stat -c %s filing.zip); for cut in 0 1 21 22 1000 $((size - 30)) $((size - 1)); do head -c $cut filing.zip >cut.zip; flowaudit ingest cut.zip >/dev/null; done
! cut.zip: error: the file is too short to be a zip archive: 0 bytes [ZIP-DATA]
! hint: ask for the whole file
! cut.zip: error: the file is too short to be a zip archive: 1 bytes [ZIP-DATA]
! hint: ask for the whole file
! cut.zip: error: the file is too short to be a zip archive: 21 bytes [ZIP-DATA]
! hint: ask for the whole file
! cut.zip: error: the file is no zip archive, or its end is missing [ZIP-DATA]
! hint: look what the file really is, and ask for the whole of it
! cut.zip: error: the file is no zip archive, or its end is missing [ZIP-DATA]
! hint: look what the file really is, and ask for the whole of it
! cut.zip: error: the file is no zip archive, or its end is missing [ZIP-DATA]
! hint: look what the file really is, and ask for the whole of it
! cut.zip: error: the file is no zip archive, or its end is missing [ZIP-DATA]
! hint: look what the file really is, and ask for the whole of it
[4]

$ perl $SRC/tests/make-archive.pl --tail more flow.csv @given.csv >tail.zip; flowaudit ingest tail.zip >/dev/null
! tail.zip: error: bytes follow the end of the archive [ZIP-DATA]
! hint: ask what they are
[4]

# Every byte has its place, or some program shows what another one does not: two archives one behind the other, what stands before, between, and behind the members.
$ zip() { perl $SRC/tests/make-archive.pl "$@"; }; zip flow-1.csv @given.csv >z1.zip; zip flow-2.csv @other.csv flow-3.csv @given.csv >z2.zip
> cat z1.zip z2.zip >c.zip; flowaudit ingest c.zip >/dev/null; cat z2.zip z1.zip >c.zip; flowaudit ingest c.zip >/dev/null; (printf 'before'; cat z1.zip) >c.zip; flowaudit ingest c.zip >/dev/null
! c.zip: error: the directory of the archive should end at byte 457, found its end at byte 707: it does not account for 250 bytes [ZIP-DATA]
! hint: archives that were put together are given one by one
! c.zip: error: the directory of the archive should end at byte 228, found its end at byte 707: it does not account for 479 bytes [ZIP-DATA]
! hint: archives that were put together are given one by one
! c.zip: error: the file is no zip archive, or its end is missing [ZIP-DATA]
! hint: look what the file really is, and ask for the whole of it
[4]

# An archive in the comment of another one.
$ perl -e 'local $/; my ($a, $b) = map { open my $in, "<:raw", $_; <$in> } @ARGV; substr($a, -2) = pack "v", length $b; print $a, $b' z1.zip z2.zip >c.zip; flowaudit ingest c.zip >/dev/null
! c.zip: error: the directory of the archive should end at byte 457, found its end at byte 707: it does not account for 250 bytes [ZIP-DATA]
! hint: archives that were put together are given one by one
[4]

$ zip() { perl $SRC/tests/make-archive.pl "$@"; }; zip --gap before flow.csv @given.csv >gap.zip; flowaudit ingest gap.zip >/dev/null; zip flow-1.csv @given.csv flow-2.csv,gap=between @other.csv >gap.zip; flowaudit ingest gap.zip >/dev/null
! gap.zip: error: 6 bytes from byte 0 on belong to no member that the archive lists [ZIP-DATA]
! hint: ask what they are; archives that were put together are given one by one
! gap.zip: error: 7 bytes from byte 172 on belong to no member that the archive lists [ZIP-DATA]
! hint: ask what they are; archives that were put together are given one by one
[4]

# An archive that is stored in another one, and members with descriptors, as programs write them that do not go back.
$ zip() { perl $SRC/tests/make-archive.pl "$@"; }; zip inner.zip,store @z1.zip >outer-2.zip; flowaudit ingest outer-2.zip 2>/dev/null | flowaudit check -; zip flow-1.csv,descriptor @given.csv flow-2.csv,descriptor @other.csv >streamed.zip; flowaudit ingest streamed.zip 2>/dev/null | flowaudit check -
standard input: complete, ledger, 1 tables, 2 rows, by ingest 0.1.0
standard input: complete, ledger, 1 tables, 4 rows, by ingest 0.1.0

$ perl $SRC/tests/make-archive.pl --zip64 1 flow.csv @given.csv >zip64.zip; flowaudit ingest zip64.zip 2>/dev/null | flowaudit check -
standard input: complete, ledger, 1 tables, 2 rows, by ingest 0.1.0

$ printf 'filing "x"\n file "flow.csv" table flaw\nend\n' >wrong.manifest; perl $SRC/tests/make-archive.pl top/flow.csv @given.csv top/filing.manifest @wrong.manifest >wrong.zip; flowaudit ingest wrong.zip >/dev/null
! wrong.zip/top/filing.manifest:2:24: error: unknown table 'flaw' [LANG-UNKNOWN]
!      file "flow.csv" table flaw
!                            ^
! hint: did you mean 'flow'?
[3]

$ perl $SRC/tests/make-archive.pl --comment 'made by hand' flow.csv @given.csv >comment.zip; flowaudit ingest comment.zip 2>/dev/null | flowaudit check -
standard input: complete, ledger, 1 tables, 2 rows, by ingest 0.1.0

# A damaged member: its bytes, its checksum, its size.
$ perl $SRC/tests/make-archive.pl flow.csv,crc=1 @given.csv >crc.zip; flowaudit ingest crc.zip >/dev/null
! flow.csv: error: what 'flow.csv' holds differs from its checksum [ZIP-CHECK]
! hint: ask for the archive again
[4]

$ perl $SRC/tests/make-archive.pl flow.csv,size=100 @given.csv >size.zip; flowaudit ingest size.zip >/dev/null
! flow.csv: error: the archive states 100 bytes for member 'flow.csv', found 181 [ZIP-CHECK]
! hint: ask for the archive again
[4]

$ perl $SRC/tests/make-archive.pl flow.csv,size=1000 @given.csv >size.zip; flowaudit ingest size.zip >/dev/null
! flow.csv: error: the archive states 1000 bytes for member 'flow.csv', found 181 [ZIP-CHECK]
! hint: ask for the archive again
[4]

$ perl $SRC/tests/make-archive.pl flow.csv,packed=50 @given.csv >size.zip; flowaudit ingest size.zip >/dev/null
! size.zip: error: 82 bytes from byte 88 on belong to no member that the archive lists [ZIP-DATA]
! hint: ask what they are; archives that were put together are given one by one
[4]

$ perl $SRC/tests/make-archive.pl flow.csv,store,method=8 @given.csv >data.zip; flowaudit ingest data.zip >/dev/null
! flow.csv: error: 'flow.csv' is damaged: Zlib error: data error [ZIP-DATA]
! hint: ask for the archive again
[4]

# Names that lead elsewhere, or nowhere.
$ for name in ../flow.csv /flow.csv a/../flow.csv a//flow.csv ./flow.csv 'a\flow.csv' "$(printf 'a\001.csv')" "$(printf 'a\377.csv')" "$(printf 'a\377.csv'),utf8" a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r.csv; do perl $SRC/tests/make-archive.pl "$name" @given.csv >name.zip; flowaudit ingest name.zip >/dev/null; done
! name.zip: error: member '../flow.csv': its name leads out of its folder [ZIP-NAME]
! name.zip: error: member '/flow.csv': its name begins with a slash or has two in a row [ZIP-NAME]
! name.zip: error: member 'a/../flow.csv': its name leads out of its folder [ZIP-NAME]
! name.zip: error: member 'a//flow.csv': its name begins with a slash or has two in a row [ZIP-NAME]
! name.zip: error: member './flow.csv': its name leads out of its folder [ZIP-NAME]
! name.zip: error: member 'a\flow.csv': its name has a backslash; folders need slashes [ZIP-NAME]
! name.zip: error: member 'a\x01.csv': its name has a control character [ZIP-NAME]
! name.zip: error: member 'a\xFF.csv': its name is neither UTF-8 nor GBK [ZIP-NAME]
! name.zip: error: the archive is damaged: Zip archive inconsistent [ZIP-DATA]
! hint: ask for the archive again
! name.zip: error: member 'a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r.csv': its folders are nested too deep [ZIP-NAME]
[4]

$ perl $SRC/tests/make-archive.pl "$(perl -e 'print "x" x 65500')" @given.csv >name.zip; flowaudit ingest name.zip 2>&1 >/dev/null | cut -c1-40
name.zip: error: member 'xxxxxxxxxxxxxxx

$ perl $SRC/tests/make-archive.pl flow.csv @given.csv flow.csv @given.csv >twice.zip; flowaudit ingest twice.zip >/dev/null
! flow.csv: error: the archive has two members of this name [ZIP-TWICE]
! hint: which of the two counts nobody can know
[4]

$ perl $SRC/tests/make-archive.pl flow.csv,mode=120777 /etc/passwd >link.zip; flowaudit ingest link.zip >/dev/null
! link.zip: error: member 'flow.csv': it is a link [ZIP-KIND]
! hint: pack regular files
[4]

$ perl $SRC/tests/make-archive.pl flow.csv,mode=010600 '' >pipe.zip; flowaudit ingest pipe.zip >/dev/null
! pipe.zip: error: member 'flow.csv': it is neither a regular file nor a folder [ZIP-KIND]
! hint: pack regular files
[4]

$ perl $SRC/tests/make-archive.pl a/ bytes >folder.zip; flowaudit ingest folder.zip >/dev/null
! folder.zip: error: member 'a': it is a folder that holds bytes [ZIP-KIND]
[4]

$ perl $SRC/tests/make-archive.pl flow.csv,flags=1 @given.csv >secret.zip; flowaudit ingest secret.zip >/dev/null
! secret.zip: error: member 'flow.csv': it is encrypted [ZIP-ENCRYPTED]
! hint: unpack it with its password, and give the folder
[4]

$ perl $SRC/tests/make-archive.pl flow.csv,method=12 @given.csv >bzip2.zip; flowaudit ingest bzip2.zip >/dev/null
! bzip2.zip: error: member 'flow.csv': it is packed by another method than deflate [ZIP-METHOD]
! hint: pack it again as an ordinary zip, or give the folder
[4]

# Bombs: one member, many members that are the same bytes, an archive of archives, a directory that promises too much.
$ head -c 30000000 /dev/zero >zeros; perl $SRC/tests/make-archive.pl flow.csv @zeros >bomb.zip; flowaudit ingest bomb.zip >/dev/null
! bomb.zip: error: unpacked, 'flow.csv' is more than 250 times as large, as no export is [UNPACK-LIMIT]
! hint: give it unpacked, if it is what it should be
[4]

$ perl $SRC/tests/make-archive.pl flow.csv @given.csv flow-2.csv,again '' flow-3.csv,again '' >same.zip; flowaudit ingest same.zip >/dev/null
! same.zip: error: the members overlap: packed, they are larger together than the archive [ZIP-DATA]
[4]

$ head -c 3000000 /dev/zero >zeros; gzip -n9 zeros; perl -e 'local $/; $_ = <>; print $_ x 6' zeros.gz >flow.csv.gz; perl $SRC/tests/make-archive.pl flow.csv.gz @flow.csv.gz >bomb.zip; flowaudit ingest bomb.zip >/dev/null
! flow.csv.gz: error: unpacked, the file is more than 250 times as large, as no export is [UNPACK-LIMIT]
! hint: give it unpacked, if it is what it should be
[4]

$ perl $SRC/tests/make-archive.pl --zip64 1000000000000 flow.csv @given.csv >many.zip; flowaudit ingest many.zip >/dev/null
! many.zip: error: an archive may have 16384 members and a directory of 4194304 bytes [UNPACK-LIMIT]
! hint: split the archive, or give the folder
[4]

$ perl $SRC/tests/make-archive.pl --count 60000 flow.csv @given.csv >many.zip; flowaudit ingest many.zip >/dev/null
! many.zip: error: an archive may have 16384 members and a directory of 4194304 bytes [UNPACK-LIMIT]
! hint: split the archive, or give the folder
[4]

$ perl $SRC/tests/make-archive.pl --count 9 flow.csv @given.csv >many.zip; flowaudit ingest many.zip >/dev/null
! many.zip: error: the archive is damaged: Zip archive inconsistent [ZIP-DATA]
! hint: ask for the archive again
[4]

$ perl $SRC/tests/make-archive.pl $(perl -e 'print "$_ x " for 1 .. 16385') >many.zip; flowaudit ingest many.zip >/dev/null
! many.zip: error: an archive may have 16384 members and a directory of 4194304 bytes [UNPACK-LIMIT]
! hint: split the archive, or give the folder
[4]

# Nothing can be unpacked where nothing can be written.
$ TMPDIR=/nowhere flowaudit ingest outer.zip >/dev/null
! inner.zip: error: cannot write a temporary file: No such file or directory [IO]
! hint: free space where temporary files go, or name another folder with TMPDIR
[5]

# --- what is no text ---
$ mkdir kinds; cp filing.zip kinds/flow.csv; flowaudit ingest kinds/flow.csv >/dev/null
! flow.csv: error: the file is no text: it is a workbook (.xlsx) or an archive [FILE-KIND]
! hint: a workbook is read by a profile with format sheet; an archive's name ends in .zip
[4]

$ cp whole.gz kinds/flow.csv; flowaudit ingest kinds >/dev/null
! flow.csv: error: the file is no text: it is compressed by gzip [FILE-KIND]
! hint: its name must end in .gz
[4]

$ printf '\320\317\021\340\241\261\032\341' >kinds/flow.csv; flowaudit ingest kinds >/dev/null
! flow.csv: error: the file is no text: it is a workbook (.xls) or another document of Office [FILE-KIND]
! hint: a workbook is read by a profile with format sheet
[4]

$ printf 'Rar!\032\007\001' >kinds/flow.csv; flowaudit ingest kinds >/dev/null
! flow.csv: error: the file is no text: it is an archive (.rar) [FILE-KIND]
! hint: unpack it, or pack it as .zip
[4]

$ cp kinds/flow.csv filing.rar; flowaudit ingest filing.rar >/dev/null
! filing.rar: error: archives of this kind are not read [FILING-NAME]
! hint: unpack it and give the folder, or pack it as .zip
[4]

$ cp kinds/flow.csv filing.tar.gz; flowaudit ingest filing.tar.gz given.csv >/dev/null
! filing.tar.gz: error: archives of this kind are not read [FILING-NAME]
! hint: unpack it and give the folder, or pack it as .zip
[4]

$ printf '%%PDF-1.7' >kinds/flow.csv; flowaudit ingest kinds >/dev/null
! flow.csv: error: the file is no text: it is a PDF document [FILE-KIND]
! hint: ask for the export itself
[4]

# --- the same file twice ---
$ mkdir copies; perl $SRC/tests/make-archive.pl bank/flow.csv @given.csv >copies/jan.zip; cp given.csv copies/flow-1.csv; flowaudit ingest copies >/dev/null
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: table 'flow': 2 rows are repeated, with the same key and content [KEY-REPEAT]
! jan.zip/bank/flow.csv: error: the file is byte for byte the same as 'flow-1.csv', so its records would count twice [FILING-COPY]
! hint: take one of the two out of the filing
[4]

# However it is packed.
$ mkdir repacked; cp given.csv repacked/flow-1.csv; gzip -nc given.csv >repacked/flow-2.csv.gz; flowaudit ingest repacked 2>&1 >/dev/null | grep FILING-COPY
flow-2.csv.gz: error: unpacked, the file is byte for byte the same as 'flow-1.csv', so its records would count twice [FILING-COPY]

$ rm repacked/flow-1.csv; gzip -nc9 given.csv >repacked/flow-2.csv.gz; (head -n 1 given.csv | gzip -nc; tail -n 2 given.csv | gzip -nc) >repacked/flow-3.csv.gz; flowaudit ingest repacked 2>&1 >/dev/null | grep FILING-COPY
flow-3.csv.gz: error: unpacked, the file is byte for byte the same as 'flow-2.csv.gz', so its records would count twice [FILING-COPY]

# Sources keep the hash of the file as it was filed.
$ rm repacked/flow-3.csv.gz; flowaudit ingest repacked 2>/dev/null >repacked.fa; flowaudit view --sources repacked.fa 2>&1 | grep -c "$(sha256sum <repacked/flow-2.csv.gz | cut -c1-64)"
1

# Without records a file may well be there twice, and two filers may file the same.
$ head -n 1 given.csv >copies/flow-1.csv; head -n 1 given.csv >copies/flow-2.csv; flowaudit ingest copies 2>/dev/null | flowaudit check -
standard input: complete, ledger, 1 tables, 2 rows, by ingest 0.1.0

$ printf 'filing "x"\n filer P1\n file "flow-1.csv" table flow\n file "jan.zip/bank/flow.csv" table flow filer P2\nend\n' >copies/filing.manifest; cp given.csv copies/flow-1.csv; flowaudit ingest copies 2>/dev/null | flowaudit check -
standard input: complete, ledger, 1 tables, 4 rows, by ingest 0.1.0

# --- a pipe ---
# It has no name, so a profile says what it is.
$ cat given.csv | flowaudit ingest - >/dev/null
! standard input: error: what comes through a pipe has no name that says its table [FILING-NAME]
! hint: give the profile that reads it: --profile
[4]

$ true
> cat >bank.profile <<.
> profile bank
>   table statement
>     column statement_id from "no"
>     column account = "A"
>     column booked_at from "when"
>     column direction = "credit"
>     column amount from "amount"
>     column currency = "CNY"
> end
> .

$ printf 'no,when,amount\n1,2025-01-01T09:00:00+08:00,10.50\n' | flowaudit ingest --profile bank.profile - 2>/dev/null >bank.fa; flowaudit view --table statement --columns statement_id,amount bank.fa; head -c 3000 bank.fa | grep -a -o 'standard input'
statement_id,amount
1,10.50
standard input

$ flowaudit ingest --profile bank.profile - - </dev/null >/dev/null
! standard input: error: another file of the same name was given [FILING-TWICE]
! hint: put them into one folder with sub-folders, and give that
[4]

$ TMPDIR=/nowhere flowaudit ingest --profile bank.profile - </dev/null >/dev/null
! standard input: error: cannot write a temporary file: No such file or directory [IO]
! hint: free space where temporary files go, or name another folder with TMPDIR
[5]
