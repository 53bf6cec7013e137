profile x
  table statement
    column statement_id from record
    column account from "A"
    column booked_at from "D"
    column direction from "E"
    column amount from "C"
    column memo from "U"
  total rows = "{}" when
end
#= 9:25: error: expected a header in quotes, found the end of the line [LANG-EXPECTED]
#=     total rows = "{}" when
