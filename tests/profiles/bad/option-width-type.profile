profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C" width 12
end
#= 6:29: error: 'width': only for ids, keys and texts [PROFILE-SYNTAX]
#=       column closing from "C" width 12
