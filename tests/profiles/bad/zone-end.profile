profile x
  zone
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:7: error: expected a time zone such as Asia/Shanghai, found the end of the line [LANG-EXPECTED]
#=     zone
