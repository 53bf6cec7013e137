profile x
  currency RMB
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:12: error: 'RMB': not a currency of ISO 4217 [PROFILE-SYNTAX]
#=     currency RMB
