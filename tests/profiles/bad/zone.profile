profile x
  zone Asia/Beijing
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: 'Asia/Beijing': an unknown zone; there are UTC, Asia/Shanghai and +08:00 [PROFILE-SYNTAX]
#=     zone Asia/Beijing
