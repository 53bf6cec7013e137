profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C" exponent implied 2
end
#= 6:12: error: 'closing': implied and exponent do not go together [PROFILE-SYNTAX]
#=       column closing from "C" exponent implied 2
