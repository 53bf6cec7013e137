profile x
  ignore when "A" = "b"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:19: error: expected 'is', found '=' [LANG-EXPECTED]
#=     ignore when "A" = "b"
