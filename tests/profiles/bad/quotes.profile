profile x
  quotes strikt
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:10: error: unknown use of quotes 'strikt' [LANG-UNKNOWN]
#=     quotes strikt
#= hint: did you mean 'strict'?
