profile x
  format fixed
  field "A" 0 .. 4
  field "D" 3 .. 8
  field "C" 8 .. 11
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 4:9: error: field 'D' begins or ends inside another one [PROFILE-SYNTAX]
#=     field "D" 3 .. 8
#= hint: bytes count from 0, the end is excluded
