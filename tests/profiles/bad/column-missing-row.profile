profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    row when "a" is "b"
    column closing from "C"
    row
end
#= 8:5: error: nothing fills the required column closing of table 'balance' [PROFILE-SYNTAX]
#=       row
#= hint: each row of the table must have them
