profile x
  table balance
    column account from "A"
    column source = "bank"
    column closing from "C"
    column date from "D" form "YY"
end
#= 6:31: error: 'YY': a form has a year YYYY, a month MM and a day DD [PROFILE-SYNTAX]
#=       column date from "D" form "YY"
