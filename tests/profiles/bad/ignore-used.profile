profile x
  ignore "A"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 4:25: error: the header 'A' is both used and ignored [PROFILE-SYNTAX]
#=       column account from "A"
#= hint: take it out of the ignored ones
