profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from heading "closing *"
end
#= 6:33: error: 'closing *': the pattern takes nothing out: write {} [PROFILE-SYNTAX]
#=       column closing from heading "closing *"
