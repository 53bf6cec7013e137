profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C" prefix
end
#= 6:35: error: expected a text in quotes, found the end of the line [LANG-EXPECTED]
#=       column closing from "C" prefix
