profile x
  format fixed
  line 10
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 1:9: error: 'x': format fixed without a field [PROFILE-SYNTAX]
#=   profile x
#= hint: say where they are: field "AMOUNT" 23 .. 40
