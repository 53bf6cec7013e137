profile x
  files "a{"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:9: error: 'a{': the brace of the pattern is not closed [PROFILE-SYNTAX]
#=     files "a{"
