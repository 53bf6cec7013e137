profile x
  zone Mars/Base
  separator "xx"
  date "Y"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: 'Mars/Base': an unknown zone; there are UTC, Asia/Shanghai and +08:00 [PROFILE-SYNTAX]
#=     zone Mars/Base
#= 3:13: error: 'xx': expected one character of ASCII, such as , ; | [PROFILE-SYNTAX]
#=     separator "xx"
#= 4:8: error: 'Y': forms are made of YYYY or YY, MM or M, DD or D, hh or h, mm, ss and marks [PROFILE-SYNTAX]
#=     date "Y"
