profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closng from "C"
end
#= 6:12: error: unknown column 'closng' [LANG-UNKNOWN]
#=       column closng from "C"
#= hint: did you mean 'closing'?
