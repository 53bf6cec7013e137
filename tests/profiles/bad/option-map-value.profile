profile x
  table balance
    column account from "A"
    column date from "D"
    column source from "S" map "x" banc
    column closing from "C"
end
#= 5:36: error: unknown value of the column 'banc' [LANG-UNKNOWN]
#=       column source from "S" map "x" banc
#= hint: did you mean 'bank'?
