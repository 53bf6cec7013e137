profile x
  skip "{}{}"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: '{}{}': a pattern has at most one pair of braces [PROFILE-SYNTAX]
#=     skip "{}{}"
