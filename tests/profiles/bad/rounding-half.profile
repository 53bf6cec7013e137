profile x
  rounding half odd
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:17: error: expected 'up', found 'odd' [LANG-EXPECTED]
#=     rounding half odd
