profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    row when
    column closing from "C"
end
#= 6:13: error: expected a header in quotes, found the end of the line [LANG-EXPECTED]
#=       row when
