# A list of more than 50,000 rows stands whole beside the workbook, which says where; each finding leads to its evidence and back.
$ mkdir big && perl -e 'print "flow_id,time,payer_account,payee_account,amount,currency,kind,status\n"; printf "F%d,2025-%02d-01T09:00:00+08:00,A,B,%d.00,CNY,pay,settled\n", $_, 1 + $_ % 12, $_ for 1 .. 50003' >big/flow.csv && printf 'filing "Big"\n currency CNY\n file "flow.csv" table flow\nend\n' >big/filing.manifest && printf 'ruleset big\n  title en "Every flow" zh "每笔流水"\n  in force 2024-01-01 ..\n  zone Asia/Shanghai\n  currency CNY\nend\nrule BIG\n  title en "A flow" zh "流水"\n  cite "Art. 1" seen\n  severity high\n  on settled\n  when amount > 0.00\n  say en "{flow_id}" zh "{flow_id}"\nend\n' >big.rules; flowaudit ingest big 2>/dev/null | flowaudit flag -r big.rules >big.results; flowaudit report -o big.xlsx big.results && ls big.*
big.evidence.csv
big.findings.csv
big.results
big.rules
big.xlsx

$ tail -n +2 big.findings.csv | wc -l; tail -n +2 big.evidence.csv | cut -d, -f1-8 | tail -1; perl -MIO::Uncompress::Unzip -e 'local $/; print IO::Uncompress::Unzip->new("big.xlsx", Name => "xl/worksheets/sheet$_.xml")->getline, "\n" for 3, 1' | grep -o '50000 / 50003[^<]*'
50003
F-050003,46669,flow,46669,flow.csv,9995,9996,flow_id=F9995; time=2025-12-01T09:00:00+08:00; payer_account=*; payee_account=*; amount=9995.00; currency=CNY; kind=pay; status=settled
50000 / 50003. Shown: the first rows; all rows are beside this workbook in big.findings.csv
50000 / 50003. Shown: the first rows; all rows are beside this workbook in big.findings.csv
50000 / 50003. Shown: the first rows; all rows are beside this workbook in big.evidence.csv

# Written to a pipe it has nothing beside it.
$ flowaudit report big.results | wc -c | grep -c '^[1-9]'; ls big.*
1
big.evidence.csv
big.findings.csv
big.results
big.rules
big.xlsx
