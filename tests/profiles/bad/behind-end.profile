profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
table
#= 8:1: error: expected nothing behind the profile's end, found 'table' [LANG-EXPECTED]
#=   table
