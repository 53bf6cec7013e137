profile x
  format fixed
  field "A" 3 .. 3
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 3:9: error: 'A': the field ends where it begins, or before [PROFILE-SYNTAX]
#=     field "A" 3 .. 3
