profile x
  separator "||"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:13: error: '||': expected one character of ASCII, such as , ; | [PROFILE-SYNTAX]
#=     separator "||"
