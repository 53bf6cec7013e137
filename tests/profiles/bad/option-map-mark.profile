profile x
  table balance
    column account from "A"
    column date from "D"
    column source from "S" map "x" = bank
    column closing from "C"
end
#= 5:36: error: expected a value of the column, or missing, found '=' [LANG-EXPECTED]
#=       column source from "S" map "x" = bank
