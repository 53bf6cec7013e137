profile x
  rounding up
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:12: error: unknown rounding 'up' [LANG-UNKNOWN]
#=     rounding up
#= hint: there are half, down
