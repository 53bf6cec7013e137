profile x
  format camt
  encoding utf-8
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 3:3: error: 'encoding': not a statement for this format [PROFILE-SYNTAX]
#=     encoding utf-8
#= hint: such files name their encoding themselves
