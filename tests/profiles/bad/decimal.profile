profile x
  decimal ";"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:11: error: ';': expected one of the characters ., [PROFILE-SYNTAX]
#=     decimal ";"
