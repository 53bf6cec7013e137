profile x
  records "list"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:3: error: 'records': not a statement for this format [PROFILE-SYNTAX]
#=     records "list"
#= hint: only format json has lists
