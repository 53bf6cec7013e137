profile x
  line long
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: expected the bytes of a line, found 'long' [LANG-EXPECTED]
#=     line long
