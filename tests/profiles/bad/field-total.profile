profile x
  format fixed
  field "A" 0 .. 4
  field "D" 4 .. 8
  field "C" 8 .. 11
  total "AMOUNT" = "sum {}"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 6:9: error: no field is named 'AMOUNT' [PROFILE-SYNTAX]
#=     total "AMOUNT" = "sum {}"
