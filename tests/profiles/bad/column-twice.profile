profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column account from "C"
    column closing from "C"
end
#= 6:12: error: 'account': the column is filled twice [PROFILE-SYNTAX]
#=       column account from "C"
