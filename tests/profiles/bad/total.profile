profile x
  total = "x{}"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:9: error: expected rows, or a header in quotes, found '=' [LANG-EXPECTED]
#=     total = "x{}"
