# The forms for machines, and the scripts for them.
# A hook: findings at or above high end with status 1, and SARIF is there.
$ $SRC/samples/ci/check-filing.sh $SRC/samples/lending-2020-defects out.sarif 2>&1 | tail -n 1; $SRC/samples/ci/check-filing.sh $SRC/samples/lending-2020-defects out.sarif >/dev/null 2>&1; echo $?; grep -c '"ruleId"' out.sarif
check-filing: findings or breaks that are high or critical; see out.sarif
1
75

# A clean filing passes; one that is not there ends with its own status, and writes nothing.
$ rm out.sarif; $SRC/samples/ci/check-filing.sh $SRC/samples/lending-2020-clean out.sarif >/dev/null 2>&1; echo $?; ls out.sarif
0
out.sarif

$ rm out.sarif; $SRC/samples/ci/check-filing.sh nothing out.sarif 2>&1; echo $?; ls
flowaudit-audit: error: cannot open 'nothing': No such file or directory [IO]
5

# All tables as CSV, each in a file.
$ flowaudit audit $SRC/tests/filings/lending-2017-defects --format csv -r cn-online-lending-2016 --only OL16-CAP-LP-1 -o tables/ >/dev/null 2>&1; ls tables | tr '\n' ' '; tail -n +2 tables/result_value.csv | cut -d, -f1-4
break.csv bridge.csv coverage.csv result_cell.csv result_control.csv result_evidence.csv result_finding.csv result_input.csv result_option.csv result_provision.csv result_row.csv result_rule.csv result_ruleset.csv result_value.csv F-000001,contract.borrower.id_number,subject,914403********007F
F-000001,owed,first,1000000.01
F-000001,legal_cap,first,1000000.00
F-000001,contract.borrower,first,P-0001
F-000001,owed,worst,1000000.01
F-000001,legal_cap,worst,1000000.00
F-000001,contract.borrower,worst,P-0001
