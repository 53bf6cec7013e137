# flowaudit-rules cost and check --budget: what rules could need of memory, by the sizes declared.
$ flowaudit-rules cost --sizes rows=10M,keys=200k,days=31,held=1000,findings=100,cited=1000 $SRC/tests/rules/lending.rules $SRC/tests/rules/intervals.rules
for 10000000 rows of 200000 keys in 31 days, 1000 rows looked up, 100 findings of 1000 ranges, texts of 64 bytes
test-lending
  TEST-CAP-NP          B  at most 155.7 MiB: 82.2 KiB a rule + 883 B a key + 297 B a reversal + 100 B a row looked up + 2.1 KiB a finding + 121 B a cited range
  TEST-DIRECT          A  at most 13.4 MiB: 128 B a rule + 104 B a key + 82 B a row looked up + 2.5 KiB a finding + 121 B a cited range
test-intervals
  TEST-ONE-BANK        C  at most 4.8 GiB: 86.2 KiB a rule + 116 B a key + 577 B a row + 46 B a row looked up + 1.7 KiB a finding + 121 B a cited range
  TEST-CLASS-2         C  at most 1.1 GiB: 86.2 KiB a rule + 132 B a key + 136 B a row + 55 B a row looked up + 2.4 KiB a finding + 121 B a cited range
  TEST-RECON           B  at most 500.2 MiB: 92.2 KiB a rule + 158 B a key + 60 B a row + 55 B a row looked up + 1.9 KiB a finding + 121 B a cited range
  TEST-RETURN          B  at most 1012.1 MiB: 92.2 KiB a rule + 158 B a key + 124 B a row + 46 B a row looked up + 1.7 KiB a finding + 121 B a cited range

$ flowaudit-rules check --only TEST-DIRECT --budget 4M --sizes rows=10M,keys=200k,held=1000,findings=100,cited=1000 $SRC/tests/rules/lending.rules
test-lending: 1 rule, 1 parameter
! $SRC/tests/rules/lending.rules:57: error: TEST-DIRECT: could need 13.4 MiB, more than the budget of 4.0 MiB [RULE-BUDGET]
! hint: flowaudit-rules cost tells of what; --sizes says how much there is
[3]

$ flowaudit-rules check --budget 4M --sizes rows=10M,keys=200k,held=1000,findings=100,cited=1000 $SRC/tests/rules/lending.rules
test-lending: 2 rules, 1 parameter
! $SRC/tests/rules/lending.rules:21: error: TEST-CAP-NP: could need 155.7 MiB, more than the budget of 4.0 MiB [RULE-BUDGET]
! hint: flowaudit-rules cost tells of what; --sizes says how much there is
! $SRC/tests/rules/lending.rules:57: error: TEST-DIRECT: could need 13.4 MiB, more than the budget of 4.0 MiB [RULE-BUDGET]
! hint: flowaudit-rules cost tells of what; --sizes says how much there is
[3]

$ flowaudit-rules cost --sizes rows=many $SRC/tests/rules/lending.rules
! flowaudit-rules: error: option --sizes cannot be read: 'rows=many' [USAGE]
! hint: write --sizes rows=10M,keys=200k: rows, keys, days, held, findings, cited, reversals, text
[2]

$ flowaudit-rules cost --sizes lines=1 $SRC/tests/rules/lending.rules
! flowaudit-rules: error: option --sizes cannot be read: 'lines=1' [USAGE]
! hint: write --sizes rows=10M,keys=200k: rows, keys, days, held, findings, cited, reversals, text
[2]

# On a ledger the bound is that of the sizes met; what was measured is never above it.
$ flowaudit-ingest $SRC/tests/filings/payment-2025-01-defects -o ledger 2>/dev/null
> for r in $(ls $SRC/rulesets/*/*.rules $SRC/tests/rules/*.rules); do flowaudit-rules cost --stream ledger $r; done | perl -e '%u = (B => 1, KiB => 1024, MiB => 1 << 20, GiB => 1 << 30); while (<>) { $most = $1 * $u{$2} if /at most (\S+) (\w+):/; $n++, $1 * $u{$2} <= $most or $bad .= $_ if /a row, (\S+) (\w+)$/ } print $n > 20 ? "many rules were measured\n" : "$n\n", $bad'
many rules were measured
