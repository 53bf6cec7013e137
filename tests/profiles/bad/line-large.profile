profile x
  line 99999999999
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: '99999999999': more bytes than a record may have [PROFILE-SYNTAX]
#=     line 99999999999
