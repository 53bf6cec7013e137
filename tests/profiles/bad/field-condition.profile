profile x
  format fixed
  field "A" 0 .. 4
  field "D" 4 .. 8
  field "C" 8 .. 11
  ignore when "K" is "9"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 6:15: error: no field is named 'K' [PROFILE-SYNTAX]
#=     ignore when "K" is "9"
