profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
#= 7:1: error: expected a statement, or end, found the end of the file [LANG-EXPECTED]
