profile x
  format fixed
  field "A" 0 - 3
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 3:15: error: expected '..', found '-' [LANG-EXPECTED]
#=     field "A" 0 - 3
