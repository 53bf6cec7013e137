profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C" exponnt
end
#= 6:29: error: unknown part of a column statement 'exponnt' [LANG-UNKNOWN]
#=       column closing from "C" exponnt
#= hint: did you mean 'exponent'?
