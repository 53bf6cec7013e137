# Whoever names a few rulesets, or none, can read a filing that holds tables of others.
$ for kind in bank-accounts-2026 bank-loans-2026 elder-2026 lending-2020 microloan-2026 payment-2025 prepaid-2025; do for form in clean damaged defects; do flowaudit ingest $SRC/samples/$kind-$form 2>/dev/null | flowaudit reconcile 2>/dev/null | flowaudit flag 2>/dev/null | flowaudit report --format ndjson -o piped; flowaudit audit $SRC/samples/$kind-$form --format ndjson -o once 2>/dev/null >/dev/null; cmp piped once && test -s once && echo $kind-$form; done; done
bank-accounts-2026-clean
bank-accounts-2026-damaged
bank-accounts-2026-defects
bank-loans-2026-clean
bank-loans-2026-damaged
bank-loans-2026-defects
elder-2026-clean
elder-2026-damaged
elder-2026-defects
lending-2020-clean
lending-2020-damaged
lending-2020-defects
microloan-2026-clean
microloan-2026-damaged
microloan-2026-defects
payment-2025-clean
payment-2025-damaged
payment-2025-defects
prepaid-2025-clean
prepaid-2025-damaged
prepaid-2025-defects

# The rules asked for judge it, and a note says what else there is; the pipe gives the same bytes.
$ flowaudit audit -r cn-flow-leads $SRC/samples/prepaid-2025-defects --format text -o once
NOT TESTED  no rule was tested
  LEAD-HOP, LEAD-FANIN, LEAD-FANOUT, LEAD-PASS, LEAD-DORMANT, LEAD-NEAR, LEAD-PROBE, LEAD-ELDER: the filer is not an institution where kind in {bank, payment, online_lending} and country else "CN" = "CN"
filing      Issuer of prepaid cards, 2025, with defects of CARD-1, as of 2025-12-31
read        2668 rows accepted, 0 rejected, from 12 files
judged by   -r cn-flow-leads
breaks      0
coverage    CNY lowest on 2025-11-28: 15000.00 held, 298559.00 owed, surplus -283559.00; short on 365 of 366 days; not known on 1 of 366 days
rules       8, 8 not_applicable
violations  0
undecided   0
leads       0
! $SRC/samples/prepaid-2025-defects: note: not part of the filing, not read: 'README.md', 'expected.csv' [FILING-IGNORED]
! flowaudit-audit: note: the filing holds tables of rulesets that -r does not name: card_issuer of cn-prepaid-card-2012, prepaid_refund of cn-prepaid-consumption-2025 [FILING-TABLES]
! flowaudit-audit: note: asked for by name, but not judged: cn-flow-leads: the filer is not an institution where kind in {bank, payment, online_lending} and country else "CN" = "CN" [RULE-ASIDE]

$ flowaudit ingest $SRC/samples/prepaid-2025-defects 2>/dev/null | flowaudit reconcile 2>/dev/null | flowaudit flag -r cn-flow-leads -o piped; flowaudit report piped --format text | cmp - once && grep '^rules' once
rules       8, 8 not_applicable
! flowaudit-flag: note: asked for by name, but not judged: cn-flow-leads: the filer is not an institution where kind in {bank, payment, online_lending} and country else "CN" = "CN" [RULE-ASIDE]

# What was made with wider tables than its rules ask for can be made again.
$ flowaudit verify piped $SRC/samples/prepaid-2025-defects
identical
! $SRC/samples/prepaid-2025-defects: note: not part of the filing, not read: 'README.md', 'expected.csv' [FILING-IGNORED]
! flowaudit-verify: note: the filing holds tables of rulesets that -r does not name: card_issuer of cn-prepaid-card-2012, prepaid_refund of cn-prepaid-consumption-2025 [FILING-TABLES]
! flowaudit-verify: note: asked for by name, but not judged: cn-flow-leads: the filer is not an institution where kind in {bank, payment, online_lending} and country else "CN" = "CN" [RULE-ASIDE]

# ingest -r names whose tables matter to the user.
$ flowaudit ingest -r cn-prepaid-card-2012 $SRC/samples/prepaid-2025-clean -o narrow
! $SRC/samples/prepaid-2025-clean: note: not part of the filing, not read: 'README.md', 'expected.csv' [FILING-IGNORED]
! flowaudit-ingest: note: the filing holds tables of rulesets that -r does not name: prepaid_refund of cn-prepaid-consumption-2025 [FILING-TABLES]

# A table of one's own hides a shipped one of its name.
$ mkdir f; printf 'institution_id,kind\nP1,prepaid_operator\n' > f/institution.csv; printf 'issuer_number,since\ni1,2025-01-01\n' > f/card_issuer.csv; printf 'filing "Two tables"\n  filer P1\n  period 2025-01-01 .. 2025-01-31\n  zone Asia/Shanghai\n  currency CNY\n  file "institution.csv" table institution\n  file "card_issuer.csv" table card_issuer\nend\n' > f/filing.manifest

$ printf 'ruleset own\n  title en "Own"\n  in force 2024-01-01 ..\n  zone UTC\n  currency CNY\nend\ntable card_issuer\n  title en "Issuers"\n  title zh "发卡人"\n  key issuer_number\n  column issuer_number : id of card_issuer required zh "号"\n  column since : date zh "自"\nend\nrule OW-1\n  title en "An issuer"\n  cite "Art. 1" seen\n  severity low\n  on card_issuer\n  when since = 2025-01-01\nend\n' > own.rules; flowaudit audit -r own.rules f --format text | grep -A3 '^rules'
rules       1, 1 tested
violations  1: 1 low
undecided   0
leads       0
! flowaudit-audit: note: the filing has no statement: no flow was matched [MATCH-NO-STATEMENT]

$ flowaudit ingest f -o shipped
! card_issuer.csv:1: error: table 'card_issuer' has no column 'issuer_number' [CSV-COLUMN]
! hint: flowaudit-ledger(5) lists the columns
[4]

# Templates: those asked for, or any by its name.
$ flowaudit ingest --template all && ls all | grep -c -e card_issuer -e device_login; flowaudit ingest --template two card_issuer device_login && ls two
0
card_issuer.csv
device_login.csv
filing.manifest
