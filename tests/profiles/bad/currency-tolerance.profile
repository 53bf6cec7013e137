profile x
  currency CNY scale 4 tolerance 5000
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:34: error: '5000': at most 1,000 units are put down to rounding [PROFILE-SYNTAX]
#=     currency CNY scale 4 tolerance 5000
