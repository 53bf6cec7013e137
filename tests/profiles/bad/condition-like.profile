profile x
  ignore when "A" is like "{"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:27: error: '{': the brace of the pattern is not closed [PROFILE-SYNTAX]
#=     ignore when "A" is like "{"
