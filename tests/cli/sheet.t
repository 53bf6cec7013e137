# Workbooks as filings. make.pl makes them, part by part; the profile is one for all.
$ cat >book.profile <<'END'
> profile book
>   format sheet
>   currency EUR scale 2
>   table balance
>     column account from "account"
>     column date    from "date"
>     column source  from "source"
>     column closing from "closing"
> end
> END

$ for name in macro binary document plain-zip locked old-locked old-older old-document old-circle old-shared old-cut old-many-texts html text several shared far-cell wrong-row cells-back two-values value-in-value two-inline inline-value strange-type rows-back far-row wide-row sheet-cut entities entities-shared zip-bomb long-tag many-names deep; do perl $SRC/tests/sheet/make.pl $name >$name.xlsx; done

# A number as it was typed, a day by the format of its cell; what was computed and what is an error.
$ filing() { mkdir -p $2; perl $SRC/tests/sheet/make.pl $1 >$2/$1.xlsx; printf 'filing "F"\n  currency EUR\n  file "%s.xlsx" profile %s\nend\n' $1 $3 >$2/filing.manifest; }; filing balances good book; filing rejected bad book; filing rejected rounded round; sed 's/scale 2/&\n  rounding half even/; s/profile book/profile round/' book.profile >round.profile

$ flowaudit ingest --profile book.profile good | flowaudit view --table balance
account,date,source,opening,closing
bank,2025-01-01,bank,,4.60
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! flowaudit-ingest: note: balance.account: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]

$ flowaudit ingest --profile book.profile bad >/dev/null
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! rejected.xlsx:Sheet1!D2: warning: record 1 rejected: column 'closing': '0.30000000000000004' has more decimals than the 2 of EUR [ROW-DECIMALS]
! rejected.xlsx:Sheet1!D5: warning: record 2 rejected: column 'closing': '#REF!' is the error of a spreadsheet [ROW-SHEET-ERROR]

$ flowaudit ingest --profile round.profile rounded | flowaudit view --table balance
account,date,source,opening,closing
bank,2025-01-01,bank,,0.30
! flowaudit-ingest: note: nobody said who files [FILING-FILER]
! hint: name the filer in filing.manifest
! rejected.xlsx:Sheet1!D5: warning: record 2 rejected: column 'closing': '#REF!' is the error of a spreadsheet [ROW-SHEET-ERROR]
! flowaudit-ingest: note: balance.account: 1 row refers to an id that no row declares: the filing lacks the table [REF-DANGLING]

# Something else.
$ flowaudit ingest --profile book.profile macro.xlsx >/dev/null
! macro.xlsx: error: the workbook holds macros [SHEET-MACRO]
! hint: save it as .xlsx
[4]

$ cat good/balances.xlsx good/balances.xlsx >joined.xlsx; flowaudit ingest --profile book.profile joined.xlsx >/dev/null
! joined.xlsx: error: the directory of the archive should end at byte 3082, found its end at byte 6186: it does not account for 3104 bytes [ZIP-DATA]
! hint: archives that were put together are given one by one
[4]

$ flowaudit ingest --profile book.profile binary.xlsx >/dev/null
! binary.xlsx: error: the file is a binary workbook (.xlsb) [SHEET-KIND]
! hint: save it as .xlsx
[4]

$ flowaudit ingest --profile book.profile document.xlsx >/dev/null
! document.xlsx: error: the file is an OpenDocument, not a workbook of .xlsx [SHEET-KIND]
! hint: save it as .xlsx
[4]

$ flowaudit ingest --profile book.profile plain-zip.xlsx >/dev/null
! plain-zip.xlsx: error: the file is a zip file without a workbook [SHEET-KIND]
[4]

$ flowaudit ingest --profile book.profile locked.xlsx >/dev/null
! locked.xlsx: error: the workbook is encrypted [SHEET-LOCKED]
[4]

$ flowaudit ingest --profile book.profile old-locked.xlsx >/dev/null
! old-locked.xlsx: error: the workbook is encrypted [SHEET-LOCKED]
[4]

$ flowaudit ingest --profile book.profile old-older.xlsx >/dev/null
! old-older.xlsx: error: the workbook is older than Excel 97 [SHEET-KIND]
! hint: save it as .xlsx
[4]

$ flowaudit ingest --profile book.profile old-document.xlsx >/dev/null
! old-document.xlsx: error: the file is a document of an old Office, but no workbook [SHEET-KIND]
! hint: ask for the export as .xlsx or CSV
[4]

$ flowaudit ingest --profile book.profile html.xlsx >/dev/null
! html.xlsx: error: the file is HTML, no workbook [SHEET-KIND]
! hint: ask for the export as .xlsx or CSV
[4]

$ flowaudit ingest --profile book.profile text.xlsx >/dev/null
! text.xlsx: error: the file is text, no workbook [SHEET-KIND]
! hint: read it with format text in the profile
[4]

# Which sheet.
$ flowaudit ingest --profile book.profile several.xlsx >/dev/null
! several.xlsx: error: the workbook has 2 sheets with values: 'Day', 'Month' [SHEET-CHOICE]
! hint: name the one to read in the profile: sheet "NAME"
[4]

$ sed 's/format sheet/&\n  sheet "Mont"/' book.profile >mont.profile; flowaudit ingest --profile mont.profile several.xlsx >/dev/null
! several.xlsx: error: the workbook has no sheet 'Mont'; it has 'Day', 'Month' [SHEET-CHOICE]
! hint: did you mean 'Month'?
[4]

# Damage, at its place.
$ flowaudit ingest --profile book.profile shared.xlsx >/dev/null
! shared.xlsx:Sheet1!C3: error: the cell shows shared text '2', but the workbook has 2 of them, from 0 [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile far-cell.xlsx >/dev/null
! far-cell.xlsx:Sheet1!1: error: a cell says that its place is 'ZZZZ99999999', which is none in this row [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile wrong-row.xlsx >/dev/null
! wrong-row.xlsx:Sheet1!1: error: a cell says that its place is 'A2', which is none in this row [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile cells-back.xlsx >/dev/null
! cells-back.xlsx:Sheet1!B2: error: column 1 follows column 2; a row has columns 1 to 16384, in order [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

# Which of two values would be the amount?
$ for name in two-values two-inline inline-value value-in-value; do flowaudit ingest --profile book.profile $name.xlsx >/dev/null; done
! two-values.xlsx:Sheet1!B1: error: the cell holds more than one value [SHEET-BROKEN]
! hint: open it in its program and save it again
! two-inline.xlsx:Sheet1!B1: error: the cell holds more than one value [SHEET-BROKEN]
! hint: open it in its program and save it again
! inline-value.xlsx:Sheet1!B1: error: the cell holds more than one value [SHEET-BROKEN]
! hint: open it in its program and save it again
! value-in-value.xlsx:Sheet1!A1: error: the cell's value is no text: it holds an element [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile strange-type.xlsx >/dev/null
! strange-type.xlsx:Sheet1!B1: error: the cell is of type 'zz', which no workbook has [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile rows-back.xlsx >/dev/null
! rows-back.xlsx:Sheet1!B2: error: row 1 follows row 2; a sheet has rows 1 to 1048576, in order [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile far-row.xlsx >/dev/null
! far-row.xlsx: error: row 1048577 follows row 0; a sheet has rows 1 to 1048576, in order [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile wide-row.xlsx >/dev/null
! wide-row.xlsx:Sheet1!GAA1: error: a row may have values in 4096 columns, of 4194304 bytes each [SHEET-LIMIT]
[4]

$ flowaudit ingest --profile book.profile sheet-cut.xlsx >/dev/null
! sheet-cut.xlsx: error: part 'xl/worksheets/sheet1.xml' of the workbook cannot be read, at its line 1: no element found [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile old-circle.xlsx >/dev/null
! old-circle.xlsx: error: the workbook is no sound compound file: a chain of sectors is a circle [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile old-shared.xlsx >/dev/null
! old-shared.xlsx:Sheet1!A1: error: the cell shows shared text 3, but the workbook has 3 of them, from 0 [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile old-cut.xlsx >/dev/null
! old-cut.xlsx: error: the workbook is no sound compound file: its workbook is larger than it is itself [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile old-many-texts.xlsx >/dev/null
! old-many-texts.xlsx: error: the workbook is damaged: its shared texts are cut short [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile --diagnostics github shared.xlsx >/dev/null
! ::error file=shared.xlsx,line=3,col=3,title=flowaudit-ingest::Sheet1!C3: the cell shows shared text '2', but the workbook has 2 of them, from 0 [SHEET-BROKEN]%0Ahint: open it in its program and save it again
[4]

# Made to hurt.
$ flowaudit ingest --profile book.profile entities.xlsx >/dev/null
! entities.xlsx: error: part 'xl/worksheets/sheet1.xml' of the workbook cannot be read, at its line 1: it has a document type, which no workbook has [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile entities-shared.xlsx >/dev/null
! entities-shared.xlsx: error: part 'xl/sharedStrings.xml' of the workbook cannot be read, at its line 1: it has a document type, which no workbook has [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile zip-bomb.xlsx >/dev/null
! zip-bomb.xlsx: error: unpacked, xl/worksheets/sheet1.xml is more than 250 times as large, as no export is [UNPACK-LIMIT]
! hint: give it unpacked, if it is what it should be
[4]

$ flowaudit ingest --profile book.profile long-tag.xlsx >/dev/null
! long-tag.xlsx: error: part 'xl/worksheets/sheet1.xml' of the workbook cannot be read, at its line 1: a tag is too long [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile many-names.xlsx >/dev/null
! many-names.xlsx: error: part 'xl/worksheets/sheet1.xml' of the workbook cannot be read, at its line 1: it has too many different names [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]

$ flowaudit ingest --profile book.profile deep.xlsx >/dev/null
! deep.xlsx: error: part 'xl/worksheets/sheet1.xml' of the workbook cannot be read, at its line 1: its elements are nested too deep [SHEET-BROKEN]
! hint: open it in its program and save it again
[4]
