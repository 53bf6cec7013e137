profile x
  date "YYYYMDD"
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:8: error: 'YYYYMDD': behind M, D or h, which may have one digit, a mark must stand [PROFILE-SYNTAX]
#=     date "YYYYMDD"
