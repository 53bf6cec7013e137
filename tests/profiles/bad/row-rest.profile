profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    row "A" is "b"
    column closing from "C"
end
#= 6:9: error: expected the end of the line, found '"A"' [LANG-EXPECTED]
#=       row "A" is "b"
