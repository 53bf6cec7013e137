profile x
  surplus drop
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:11: error: unknown use of surplus fields 'drop' [LANG-UNKNOWN]
#=     surplus drop
#= hint: there are reject, empty, ignore
