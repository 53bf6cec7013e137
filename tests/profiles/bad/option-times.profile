profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C" times 0
end
#= 6:35: error: '0': a factor is from 1 to 1,000,000,000 [PROFILE-SYNTAX]
#=       column closing from "C" times 0
