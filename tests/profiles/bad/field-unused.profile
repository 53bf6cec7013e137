profile x
  format fixed
  field "A" 0 .. 4
  field "D" 4 .. 8
  field "C" 8 .. 11
  field "FILL" 11 .. 20
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 6:9: error: field 'FILL' is not used [PROFILE-SYNTAX]
#=     field "FILL" 11 .. 20
#= hint: map it to a column, or ignore it
