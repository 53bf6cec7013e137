profile x
  table statement
    column statement_id from record
    column direction from "E"
    column account from "A"
    column booked_at from "D"
    column amount from "C" sign direction
end
#= 4:12: error: 'direction': the column is filled twice [PROFILE-SYNTAX]
#=       column direction from "E"
#= hint: a sign fills its column itself
