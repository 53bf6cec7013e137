# Whose law asks is what the filer's institution row says: its kind and country; without one it is China.
$ mkdir f; cat > f/filing.manifest <<"END"
> filing "A firm"
>   filer p
>   file "institution.csv" table institution
>   as of 2026-12-31
>   zone UTC
>   currency EUR
> end
> END

$ for firm in payment,GB payment,FR online_lending,DE online_lending,US bank,US; do printf 'institution_id,name,kind,country\np,Firm,%s\n' $firm >f/institution.csv; FLOWAUDIT_DATA=$SRC flowaudit-audit f --format text 2>&1 >/dev/null | grep RULE-SET; done
flowaudit-audit: note: the set uk-payment-institution applies to the filer: uk-cass15 [RULE-SET]
flowaudit-audit: note: the set eu-payment-institution applies to the filer: eu-psd2 [RULE-SET]
flowaudit-audit: note: the set eu-crowdfunding applies to the filer: eu-ecspr [RULE-SET]
flowaudit-audit: note: the set us-crowdfunding applies to the filer: us-reg-cf [RULE-SET]
flowaudit-audit: note: the set us-money-services applies to the filer: us-bsa-ctr [RULE-SET]

$ for firm in payment, payment,CN; do printf 'institution_id,name,kind,country\np,Firm,%s\n' $firm >f/institution.csv; FLOWAUDIT_DATA=$SRC flowaudit-audit f --format text 2>&1 >/dev/null | grep -o 'the set .* filer'; done
the set payment-institution applies to the filer
the set payment-institution applies to the filer

# Where no set applies, all that ships runs, but each Chinese ruleset asks for a Chinese firm.
$ printf 'institution_id,name,kind,country\np,Firm,payment,BR\n' >f/institution.csv; FLOWAUDIT_DATA=$SRC flowaudit-audit f --format ndjson 2>/dev/null | grep '"type":"ruleset"' | grep '"state":"applied"' | grep -o '"ruleset":"[^"]*"'
"ruleset":"fatf-r16"

# A bank is judged by what it filed: its loans, its customers' accounts, both; and by both sets where neither is told.
$ mkdir b; printf 'institution_id,party,name,kind\np,P,Bank,bank\n' >b/institution.csv; printf 'party_id,kind,name\nP,legal,Bank\nq,natural,A\n' >b/party.csv; printf 'contract_id,kind,borrower,lender,starts_on\n1,loan,q,P,2026-01-01\n' >b/contract.csv; printf 'account_id,owner,role,opened_on\na,q,customer,2020-01-01\n' >b/account.csv; printf 'account_id,owner,role,opened_on,class\na,q,customer,2020-01-01,II\n' >b/classed.csv; printf 'account_id,owner,role,opened_on,closed_on,kind\na,q,customer,2020-01-01,2026-12-30,wallet\n' >b/closed.csv

$ for files in institution "institution party account contract" "institution party contract" "institution party classed" "institution party classed contract" "institution party account" "institution party closed"; do { echo 'filing "A bank"'; echo ' filer p'; for f in $files; do echo " file \"$f.csv\" table $f"; done; printf ' as of 2026-12-31\n zone Asia/Shanghai\n currency CNY\nend\n'; } | sed 's/table cl.*/table account/' >b/filing.manifest; echo "$files"; FLOWAUDIT_DATA=$SRC flowaudit-audit b --format text 2>&1 >/dev/null | sed -n 's/.*the set \(.*\) applies to the filer.*/  \1/p'; done
institution
  bank-accounts
  bank-internet-loans
institution party account contract
  bank-internet-loans
institution party contract
  bank-internet-loans
institution party classed
  bank-accounts
institution party classed contract
  bank-accounts
  bank-internet-loans
institution party account
  bank-accounts
  bank-internet-loans
institution party closed
  bank-accounts
  bank-internet-loans
