profile x
  date "DD.MM"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: 'DD.MM': a form has a year YYYY, a month MM and a day DD [PROFILE-SYNTAX]
#=     date "DD.MM"
