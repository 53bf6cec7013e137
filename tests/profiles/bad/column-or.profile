profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C" or D
end
#= 6:32: error: expected a header in quotes, record, text, heading or name, found 'D' [LANG-EXPECTED]
#=       column closing from "C" or D
