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
