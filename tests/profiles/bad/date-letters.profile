profile x
  date "YYYYY-MM-DD"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: 'YYYYY-MM-DD': forms are made of YYYY or YY, MM or M, DD or D, hh or h, mm, ss and marks [PROFILE-SYNTAX]
#=     date "YYYYY-MM-DD"
