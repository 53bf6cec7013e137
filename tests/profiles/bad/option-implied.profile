profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C" implied 20
end
#= 6:37: error: '20': from 1 to 12 decimals can be implied [PROFILE-SYNTAX]
#=       column closing from "C" implied 20
