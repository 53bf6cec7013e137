profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column filer from "C"
end
#= 6:12: error: unknown column 'filer' [LANG-UNKNOWN]
#=       column filer from "C"
#= hint: flowaudit-ledger(5) lists the columns of the table
