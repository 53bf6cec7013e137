profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing "C"
end
#= 6:20: error: expected 'from', found '"C"' [LANG-EXPECTED]
#=       column closing "C"
