profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from text C
end
#= 6:30: error: expected a text in quotes, found 'C' [LANG-EXPECTED]
#=       column closing from text C
