profile x
  table balance
    column account from "A"
    column date from "D"
    column source from "S" map x bank
    column closing from "C"
end
#= 5:32: error: expected a value of the source in quotes, found 'x' [LANG-EXPECTED]
#=       column source from "S" map x bank
