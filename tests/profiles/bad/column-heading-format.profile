profile x
  format camt
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from heading "closing {}"
end
#= 7:25: error: 'heading': only formats text, sheet and json have something before the header [PROFILE-SYNTAX]
#=       column closing from heading "closing {}"
