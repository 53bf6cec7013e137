profile x
  ignore when "A" is ""
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:22: error: '': an empty field is missing: write is missing [PROFILE-SYNTAX]
#=     ignore when "A" is ""
