profile x
  ignore when "A" is not missing
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:26: error: expected a text in quotes, found 'missing' [LANG-EXPECTED]
#=     ignore when "A" is not missing
