profile x
  field "A" 0 .. 3
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:3: error: 'field': not a statement for this format [PROFILE-SYNTAX]
#=     field "A" 0 .. 3
#= hint: only format fixed has fields at bytes
