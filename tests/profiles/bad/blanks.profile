profile x
  blanks strip
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:10: error: unknown use of blanks 'strip' [LANG-UNKNOWN]
#=     blanks strip
#= hint: there are data, trim
