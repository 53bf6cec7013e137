profile x
  currency "CNY"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:12: error: expected a currency such as EUR, found '"CNY"' [LANG-EXPECTED]
#=     currency "CNY"
