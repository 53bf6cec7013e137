profile x
  title "x" y
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:13: error: expected the end of the line, found 'y' [LANG-EXPECTED]
#=     title "x" y
