profile x
  currency CNY scale 1
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:22: error: '1': decimals from those of ISO 4217 to 12 [PROFILE-SYNTAX]
#=     currency CNY scale 1
