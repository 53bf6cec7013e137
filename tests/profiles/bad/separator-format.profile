profile x
  format mt940
  separator ";"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 3:3: error: 'separator': not a statement for this format [PROFILE-SYNTAX]
#=     separator ";"
#= hint: only format text has separators
