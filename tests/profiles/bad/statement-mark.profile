profile x
  "A"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:3: error: expected a statement of a profile, found '"A"' [LANG-EXPECTED]
#=     "A"
