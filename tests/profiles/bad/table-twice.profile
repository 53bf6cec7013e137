profile x
  table balance
  column account from "A"
  column date from "D"
  column source = "bank"
  column closing from "C"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 7:9: error: 'balance': the table stands twice; its rows belong together [PROFILE-SYNTAX]
#=     table balance
