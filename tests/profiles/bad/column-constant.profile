profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing = 0
end
#= 6:22: error: expected a value in quotes, found '0' [LANG-EXPECTED]
#=       column closing = 0
