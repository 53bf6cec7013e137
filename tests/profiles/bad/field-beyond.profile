profile x
  format fixed
  line 10
  field "A" 0 .. 4
  field "D" 4 .. 8
  field "C" 8 .. 11
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 6:9: error: field 'C' ends behind the end of the line [PROFILE-SYNTAX]
#=     field "C" 8 .. 11
