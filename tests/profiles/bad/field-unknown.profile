profile x
  format fixed
  field "A" 0 .. 4
  field "Date" 4 .. 8
  field "C" 8 .. 11
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 8:22: error: no field is named 'D' [PROFILE-SYNTAX]
#=       column date from "D"
