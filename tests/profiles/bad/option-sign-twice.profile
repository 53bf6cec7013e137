profile x
  table statement
    column statement_id from record
    column account from "A"
    column booked_at from "D"
    column amount from "C" sign direction
    column direction from "E"
end
#= 7:12: error: 'direction': the column is filled twice [PROFILE-SYNTAX]
#=       column direction from "E"
