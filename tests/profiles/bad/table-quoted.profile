profile x
  table "balance"
end
#= 2:9: error: expected the name of a table, found '"balance"' [LANG-EXPECTED]
#=     table "balance"
