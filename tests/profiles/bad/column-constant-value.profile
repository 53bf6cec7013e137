profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "banc"
    column closing from "C"
end
#= 5:21: error: unknown value of the column 'banc' [LANG-UNKNOWN]
#=       column source = "banc"
#= hint: did you mean 'bank'?
