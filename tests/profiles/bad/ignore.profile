profile x
  ignore x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:10: error: expected a header in quotes, or when, found 'x' [LANG-EXPECTED]
#=     ignore x
