profile x
  currency CNY scale 4
  currency CNY scale 6
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 3:12: error: 'CNY': the currency has a scale already [PROFILE-SYNTAX]
#=     currency CNY scale 6
