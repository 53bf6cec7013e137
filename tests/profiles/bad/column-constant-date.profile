profile x
  table balance
    column account from "A"
    column date = "31.01.2025"
    column source = "bank"
    column closing from "C"
end
#= 4:19: error: '31.01.2025': expected a day as 2025-01-31 [PROFILE-SYNTAX]
#=       column date = "31.01.2025"
