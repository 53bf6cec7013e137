profile x
  thousands ","
  decimal ","
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:3: error: ',' cannot mark both thousands and decimals [PROFILE-SYNTAX]
#=     thousands ","
