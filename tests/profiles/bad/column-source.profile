profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from C
end
#= 6:25: error: expected a header in quotes, record, text, heading or name, found 'C' [LANG-EXPECTED]
#=       column closing from C
