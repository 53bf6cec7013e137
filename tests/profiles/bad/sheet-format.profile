profile x
  sheet "Sheet1"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:3: error: 'sheet': not a statement for this format [PROFILE-SYNTAX]
#=     sheet "Sheet1"
#= hint: only format sheet has sheets
