profile x
  colunm memo
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:3: error: unknown statement of a profile 'colunm' [LANG-UNKNOWN]
#=     colunm memo
#= hint: did you mean 'column'?
