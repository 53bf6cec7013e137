profile x
  format fixed
  field "A" 0 .. 3
  field "A" 3 .. 6
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 4:9: error: 'A': the field is described twice [PROFILE-SYNTAX]
#=     field "A" 3 .. 6
