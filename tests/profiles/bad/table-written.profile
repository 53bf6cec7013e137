profile x
  table finding
end
#= 2:9: error: unknown table 'finding' [LANG-UNKNOWN]
#=     table finding
#= hint: flowaudit-ledger(5) lists the tables of a filing
