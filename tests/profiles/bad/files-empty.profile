profile x
  files ""
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:9: error: '': a pattern cannot be empty [PROFILE-SYNTAX]
#=     files ""
