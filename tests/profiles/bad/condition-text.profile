profile x
  ignore when "A" is b
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:22: error: expected a text in quotes, not, like, missing or present, found 'b' [LANG-EXPECTED]
#=     ignore when "A" is b
