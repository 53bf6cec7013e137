profile x
  line 0
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: '0': a line has at least one byte [PROFILE-SYNTAX]
#=     line 0
