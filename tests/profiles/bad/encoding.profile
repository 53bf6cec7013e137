profile x
  encoding utf8
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:12: error: unknown encoding 'utf8' [LANG-UNKNOWN]
#=     encoding utf8
#= hint: did you mean 'utf-8'?
