profile x
  date "YYYY-MM-DD-DD"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: 'YYYY-MM-DD-DD': a part of the form stands twice [PROFILE-SYNTAX]
#=     date "YYYY-MM-DD-DD"
