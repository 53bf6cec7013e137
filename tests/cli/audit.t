# The whole line in one command: a summary to read, a workbook to file. Which rules ship does not
# matter here.
$ flowaudit audit $SRC/tests/filings/payment-2025-01-clean >said 2>notes && grep '^filing\|^read\|^breaks\|^coverage' said; grep -o 'the set .* applies' notes; rm notes; ls
filing      Payment institution, January 2025, clean of PAY-1, as of 2025-02-14
read        4693 rows accepted, 0 rejected, from 12 files
breaks      0
coverage    CNY lowest on 2025-01-01: 14750772.94 held, 13744572.94 owed, surplus 1006200.00
the set payment-institution applies
report.xlsx
said

$ flowaudit audit $SRC/tests/filings/lending-2017-defects -o lending.xlsx --fail-on critical -r cn-online-lending-2016 >said 2>told || { grep -v REPORT-WRITTEN told >&2; rm told; sed -n '/^filing/,$p' said | grep -v '^rules \|^provisions'; exit 1; }
filing      Online-lending platform, March to May 2017, with defects of P2P-1, as of 2017-05-31
read        1095 rows accepted, 0 rejected, from 8 files
judged by   -r cn-online-lending-2016
breaks      1: 1 high
  1 missing_at_bank
coverage    CNY not known
violations  15: 9 critical, 6 high
undecided   0
leads       1

F-000001  violation  high  OL16-CAP-NP-1  510107********0075
    P-0001 owed 250000.00 from 2017-03-01 to 2017-03-26T09:00:00+08:00, at worst 250000.00; the cap is 200000.00

F-000002  violation  high  OL16-CAP-NP-1  110105********0078
    P-0002 owed 210000.00 from 2017-03-22T08:00:00+08:00 to 2017-04-11T09:00:00+08:00, at worst 210000.00; the cap is 200000.00

F-000003  violation  high  OL16-CAP-NP-1  420106********0077
    P-0003 owed 210000.00 from 2017-03-25T08:00:00+08:00 to 2017-03-31T09:00:00+08:00, at worst 210000.00; the cap is 200000.00

F-000004  violation  high  OL16-CAP-NP-1  440305********0075
    P-0004 owed 210000.00 from 2017-03-25T08:00:00+08:00 to 2017-05-31, at worst 210000.00; the cap is 200000.00

F-000005  violation  high  OL16-CAP-NP-1  420106********0077
    P-0003 owed 200000.01 from 2017-04-17T08:00:00+08:00 to 2017-05-31, at worst 200000.01; the cap is 200000.00

F-000006  violation  high  OL16-CAP-LP-1  914403********007F
    P-0005 owed 1000000.01 from 2017-03-27T08:00:00+08:00 to 2017-05-31, at worst 1000000.01; the cap is 1000000.00

F-000007  violation  critical  OL16-PROH-02  ***L-01
    Customers paid into ***L-01, which belongs to the platform or to one of its affiliates and is no custody account, from 2017-03-21T11:00:00+08:00 to 2017-04-02T11:00:00+08:00

F-000008  violation  critical  OL16-PROH-02  **N-01
    Customers paid into **N-01, which belongs to the platform or to one of its affiliates and is no custody account, from 2017-04-03T15:00:00+08:00 to 2017-04-03T15:00:00+08:00

F-000009  violation  critical  OL16-PROH-02  **F-01
    Customers paid into **F-01, which belongs to the platform or to one of its affiliates and is no custody account, from 2017-04-11T11:00:00+08:00 to 2017-04-16T11:00:00+08:00

F-000010  violation  critical  OL16-CUSTODY  F0000000103
    63000.00 moved from *****0011 to **N-01 on 2017-04-03T15:00:00+08:00: one is the platform's own, the other a customer's

F-000011  violation  critical  OL16-CUSTODY  F0000000203
    2166.00 moved from **N-01 to *****0026 on 2017-05-10T16:00:00+08:00: one is the platform's own, the other a customer's

F-000012  violation  critical  OL16-CUSTODY  F0000000213
    1276.00 moved from **N-01 to *****0020 on 2017-05-18T16:00:00+08:00: one is the platform's own, the other a customer's

F-000013  violation  critical  OL16-CUSTODY-ONE  P2P-1
    From 2017-04-10 to 2017-05-31 2 banks held customers' money; it must be one

F-000014  lead  info  OL16-CAP-EVADE  139****0048
    A lead, no rule broken: 2 borrowers who are different people by their identity numbers share the telephone 139****0048

F-000015  violation  critical  OL16-PROH-03-A  F0000000203
    2166.00 of the platform's own money went to *****0026 on 2017-05-10T16:00:00+08:00 as compensate

F-000016  violation  critical  OL16-PROH-03-A  F0000000213
    1276.00 of the platform's own money went to *****0020 on 2017-05-18T16:00:00+08:00 as compensate
! $SRC/tests/filings/lending-2017-defects: note: not part of the filing, not read: 'README.md', 'expected.csv' [FILING-IGNORED]
[1]

# One rule alone: the others say that they were left out.
$ flowaudit audit $SRC/tests/filings/lending-2017-defects -o - --format text --only OL16-CAP-EVADE -r cn-online-lending-2016 | grep -v '^rules \|^provisions'
filing      Online-lending platform, March to May 2017, with defects of P2P-1, as of 2017-05-31
read        1095 rows accepted, 0 rejected, from 8 files
judged by   -r cn-online-lending-2016
breaks      1: 1 high
  1 missing_at_bank
coverage    CNY not known
violations  0
undecided   0
leads       1

F-000001  lead  info  OL16-CAP-EVADE  139****0048
    A lead, no rule broken: 2 borrowers who are different people by their identity numbers share the telephone 139****0048
! $SRC/tests/filings/lending-2017-defects: note: not part of the filing, not read: 'README.md', 'expected.csv' [FILING-IGNORED]

$ flowaudit audit $SRC/tests/filings/lending-2017-defects --format text --lang zh --only OL16-CAP-LP-1 -r cn-online-lending-2016 | grep -v '^规则\|^报送数据'
报送资料：Online-lending platform, March to May 2017, with defects，报送机构 P2P-1，截止 2017-05-31
读取：接收 1095 行，拒收 0 行，来自 8 个文件
检验依据：-r cn-online-lending-2016
对账差异：1（高 1）
  银行未记账 1
备付覆盖：CNY 无法得知
违规：1（高 1）
无法判断：0
线索：0

F-000001  违规  高  OL16-CAP-LP-1  914403********007F
    P-0001自2017-03-27T08:00:00+08:00至2017-05-31借款余额1000000.01，最高1000000.01，超过上限1000000.00
! $SRC/tests/filings/lending-2017-defects: note: not part of the filing, not read: 'README.md', 'expected.csv' [FILING-IGNORED]

# A finding as a machine reads it, masked and in clear.
$ flowaudit audit $SRC/tests/filings/lending-2017-defects --format ndjson --only OL16-CAP-LP-1 2>/dev/null | grep '"finding"' | tail -1
{"type":"finding","finding":"F-000001","rule":"OL16-CAP-LP-1","outcome":"violation","severity":"high","subject_table":"flow","subject":"914403********007F","first_time":"2017-03-27T08:00:00+08:00","last_time":"2017-03-27T08:00:00+08:00","still_on":true,"amount":"1000000.01","currency":"CNY","message_en":"P-0001 owed 1000000.01 from 2017-03-27T08:00:00+08:00 to 2017-05-31, at worst 1000000.01; the cap is 1000000.00","message_zh":"P-0001自2017-03-27T08:00:00+08:00至2017-05-31借款余额1000000.01，最高1000000.01，超过上限1000000.00","disposal":"supervisory talk, warning letter, order to correct, public criticism, fine up to CNY 30,000","disposal_cite":"Art. 40","fingerprint":"12699cec8c2a56e19ae1c77884618bd1","evidence_rows":1,"evidence_carried":1,"row_ranges":"flow 76","waived":false,"values":{"first":{"owed":"1000000.01","legal_cap":"1000000.00","contract.borrower":"P-0001"},"worst":{"owed":"1000000.01","legal_cap":"1000000.00","contract.borrower":"P-0001"},"subject":{"contract.borrower.id_number":"914403********007F"}},"origins":{"contract.borrower.id_number":"party.id_number","owed":null,"legal_cap":null,"contract.borrower":"contract.borrower"},"evidence":[1]}

$ flowaudit audit $SRC/tests/filings/lending-2017-defects --format csv --reveal --only OL16-CUSTODY-ONE 2>/dev/null | cut -d, -f1-8
finding,rule,outcome,severity,subject_table,subject,first_time,last_time
F-000001,OL16-CUSTODY-ONE,violation,critical,account,P2P-1,2017-04-10T00:00:00+08:00,2017-05-31T00:00:00+08:00

# A key makes pseudonyms that join across filings; a short one is refused.
$ printf 'a key of sixteen bytes or more' >key && chmod 600 key && flowaudit audit $SRC/tests/filings/lending-2017-defects --format csv --key key --only OL16-CAP-NP-1 2>/dev/null | head -2 | cut -d, -f1-6
finding,rule,outcome,severity,subject_table,subject
F-000001,OL16-CAP-NP-1,violation,high,flow,510107********0075

# Wrong use.
$ flowaudit audit
! flowaudit-audit: error: operand missing: expected FILING [USAGE]
! hint: see 'flowaudit-audit --help'
[2]

$ flowaudit audit $SRC/tests/filings/payment-2025-01-clean -r no-such-ruleset
! flowaudit-audit: error: 'no-such-ruleset' is neither a file nor a shipped ruleset or set [USAGE]
! hint: flowaudit-rules list shows the shipped ones
[2]

$ flowaudit audit $SRC/tests/filings/payment-2025-01-clean --only OL16-CAP-NP
! flowaudit-audit: error: no ruleset of this run has a rule 'OL16-CAP-NP' [USAGE]
! hint: flowaudit-rules list shows the rules
[2]

$ flowaudit audit $SRC/tests/filings/payment-2025-01-clean --fail-on terrible
! flowaudit-audit: error: option '--fail-on' cannot be 'terrible' [USAGE]
! hint: expected one of critical|high|medium|low|info
[2]

$ flowaudit audit $SRC/tests/filings/payment-2025-01-clean --as-of 2025-02-30 2>&1 | tail -2
flowaudit-audit: error: --as-of '2025-02-30' is not a day, expected YYYY-MM-DD [USAGE]

$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean 2>/dev/null | flowaudit report
! flowaudit-report: error: expected results, found a ledger [REPORT-LEDGER]
! hint: run flowaudit-flag on it first
[2]

$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean 2>/dev/null | flowaudit flag --param cn-market-access.nothing=1 -o out
! flowaudit-flag: error: --param: ruleset cn-market-access has no parameter 'nothing' [USAGE]
[2]

# A rule that needs more memory than it may have is named. Which one meets the limit first depends on how
# threads share the rules.
$ sed -n '/^param/,/^end/p; /^ruleset/,/^end/p; /^rule RSV21-\(FULL\|USE\|FEE\)$/,/^end/p' $SRC/rulesets/cn/cn-payment-reserve-2021.rules >three.rules

$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean 2>/dev/null | flowaudit flag -j 1 --memory 80K -r three.rules -o out
! flowaudit-flag: error: rule 'RSV21-FEE' needs more than the 81920 bytes that --memory allows [RULE-MEMORY]
! hint: raise --memory, or judge the rule alone with --only
[6]

$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean 2>/dev/null | flowaudit flag -j 1 --memory 120K -r three.rules -o out
! flowaudit-flag: error: the tables that rules hold need more than the 122880 bytes that --memory allows [RULE-MEMORY]
! hint: raise --memory
[6]

# An old workbook stays when the new one cannot be made.
$ echo old >report.xlsx && flowaudit audit nowhere; cat report.xlsx && ls
old
key
lending.xlsx
report.xlsx
said
three.rules
! flowaudit-audit: error: cannot open 'nowhere': No such file or directory [IO]
