profile x
  line 371
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:3: error: 'line': not a statement for this format [PROFILE-SYNTAX]
#=     line 371
#= hint: only format fixed has lines of one length
