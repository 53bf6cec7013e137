profile x
  total rows = "共*笔"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:16: error: '共*笔': the pattern takes nothing out: write {} [PROFILE-SYNTAX]
#=     total rows = "共*笔"
