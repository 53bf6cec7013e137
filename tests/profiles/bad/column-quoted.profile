profile x
  table statement
    column statement_id from record
    column account from "A"
    column booked_at from "D"
    column direction from "E"
    column amount from "C"
    column "memo" from "U"
end
#= 8:12: error: expected the name of a column, found '"memo"' [LANG-EXPECTED]
#=       column "memo" from "U"
