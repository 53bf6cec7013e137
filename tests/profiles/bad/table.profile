profile x
  table balanse
    column x from "y"
    row
end
#= 2:9: error: unknown table 'balanse' [LANG-UNKNOWN]
#=     table balanse
#= hint: did you mean 'balance'?
