profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from name "*.csv"
end
#= 6:30: error: '*.csv': the pattern takes nothing out: write {} [PROFILE-SYNTAX]
#=       column closing from name "*.csv"
