profile x
  separator comma
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:13: error: expected a separator in quotes, or tab, found 'comma' [LANG-EXPECTED]
#=     separator comma
