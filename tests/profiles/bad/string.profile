profile x
  title "x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:9: error: a text is not closed on its line [LANG-STRING]
#=     title "x
#= hint: close it with " on the same line; a line break inside is \n
