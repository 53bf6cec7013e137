# A list of more than 50,000 rows stands whole beside the workbook, which says where; each finding leads to its evidence and back.
$ mkdir big && perl -e 'print "flow_id,time,payer_account,payee_account,amount,currency,kind,status\n"; printf "F%d,2025-%02d-01T09:00:00+08:00,A,B,%d.00,CNY,pay,settled\n", $_, 1 + $_ % 12, $_ for 1 .. 50003' >big/flow.csv && printf 'filing "Big"\n currency CNY\n file "flow.csv" table flow\nend\n' >big/filing.manifest && printf 'ruleset big\n  title en "Every flow" zh "每笔流水"\n  in force 2024-01-01 ..\n  zone Asia/Shanghai\n  currency CNY\nend\nrule BIG\n  title en "A flow" zh "流水"\n  cite "Art. 1" seen\n  severity high\n  on settled\n  when amount > 0.00\n  say en "{flow_id}" zh "{flow_id}"\nend\n' >big.rules; flowaudit ingest big 2>/dev/null | flowaudit flag -r big.rules >big.results; flowaudit report -o big.xlsx big.results 2>notes && ls big.*
big.evidence.csv
big.findings.csv
big.results
big.rules
big.xlsx

# Of each file that it wrote the tool tells the hash, the workbook's last.
$ sed 's/[0-9a-f]\{64\}/HASH/' notes; sed 's/\(.*\): note: written, SHA-256 \([0-9a-f]*\) .*/\2  \1/' notes | sha256sum -c
big.findings.csv: note: written, SHA-256 HASH [REPORT-WRITTEN]
big.evidence.csv: note: written, SHA-256 HASH [REPORT-WRITTEN]
big.xlsx: note: written, SHA-256 HASH [REPORT-WRITTEN]
big.findings.csv: OK
big.evidence.csv: OK
big.xlsx: OK

$ tail -n +2 big.findings.csv | wc -l; tail -n +2 big.evidence.csv | cut -d, -f1-8 | tail -1; perl -MIO::Uncompress::Unzip -e 'local $/; print IO::Uncompress::Unzip->new("big.xlsx", Name => "xl/worksheets/sheet$_.xml")->getline, "\n" for 3, 1' | grep -o '50000 / 50003[^<]*'
50003
F-050003,46669,flow,46669,flow.csv,9995,9996,flow_id=F9995; time=2025-12-01T09:00:00+08:00; payer_account=*; payee_account=*; amount=9995.00; currency=CNY; kind=pay; status=settled
50000 / 50003. Shown: the first rows; all rows are beside this workbook in big.findings.csv
50000 / 50003. Shown: the first rows; all rows are beside this workbook in big.findings.csv
50000 / 50003. Shown: the first rows; all rows are beside this workbook in big.evidence.csv

# What a larger report left beside a workbook does not outlive it: no row of the old one passes for one of the new.
$ mkdir old && printf 'finding\nF-STALE\n' | tee old/r.findings.csv >old/r.earlier.csv; sed -i 's/amount > 0.00/amount > 50000.00/' big.rules && flowaudit ingest big 2>/dev/null | flowaudit flag -r big.rules >few.results; flowaudit report -o old/r.xlsx few.results 2>/dev/null && ls old; cut -c1-20 old/r.findings.csv; cut -c1-20 old/r.earlier.csv
r.earlier.csv
r.findings.csv
r.xlsx
finding,rule,outcome
F-000001,BIG,violati
F-000002,BIG,violati
F-000003,BIG,violati

$ mkdir tables && printf 'finding\nF-STALE\n' | tee tables/reject.csv >tables/remark.csv && flowaudit report --format csv -o tables/ few.results && cut -c1-20 tables/reject.csv; ls tables | head -20
source,table,record_
reject.csv
remark.csv
result_cell.csv
result_control.csv
result_evidence.csv
result_finding.csv
result_input.csv
result_option.csv
result_row.csv
result_rule.csv
result_ruleset.csv
result_value.csv

# Written to a pipe it has nothing beside it.
$ flowaudit report big.results 2>told | sha256sum | sed 's/ .*//' >hash; grep -c "^standard output: note: written, SHA-256 $(cat hash) " told; ls big.*
1
big.evidence.csv
big.findings.csv
big.results
big.rules
big.xlsx
