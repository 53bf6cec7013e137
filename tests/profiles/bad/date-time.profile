profile x
  date "YYYYMMDDhhmm"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: 'YYYYMMDDhhmm': this form is of a day: YYYY, MM and DD [PROFILE-SYNTAX]
#=     date "YYYYMMDDhhmm"
