profile x
  table balance
    column account from "A"
    column date from "D"
    column source from "S" map "" bank
    column closing from "C"
end
#= 5:32: error: '': an empty field is missing already [PROFILE-SYNTAX]
#=       column source from "S" map "" bank
