profile x
  missing -1
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:11: error: expected a text in quotes, found '-' [LANG-EXPECTED]
#=     missing -1
