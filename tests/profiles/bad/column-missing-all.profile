profile x
  table balance
    column closing from "C"
end
#= 2:9: error: nothing fills the required columns account, date, source of table 'balance' [PROFILE-SYNTAX]
#=     table balance
#= hint: each row of the table must have them
