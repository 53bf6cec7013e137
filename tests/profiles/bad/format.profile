profile x
  format jsn
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:10: error: unknown format 'jsn' [LANG-UNKNOWN]
#=     format jsn
#= hint: did you mean 'json'?
