profile x
  title x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:9: error: expected a title in quotes, found 'x' [LANG-EXPECTED]
#=     title x
