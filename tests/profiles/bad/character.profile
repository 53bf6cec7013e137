profile x
  title ?
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:9: error: '?' cannot stand here [LANG-CHARACTER]
#=     title ?
#= hint: text stands in "...", a comment behind #
