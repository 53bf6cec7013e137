profile x
  thousands "x"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:13: error: 'x': expected one of the characters ,.'  [PROFILE-SYNTAX]
#=     thousands "x"
