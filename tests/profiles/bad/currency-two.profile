profile x
  currency CNY
  currency EUR
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 3:12: error: 'EUR': all amounts have another currency already [PROFILE-SYNTAX]
#=     currency EUR
