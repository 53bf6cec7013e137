profile x
  table statement
    column statement_id from record
    column account from "A"
    column booked_at from "D"
    column direction from "E"
    column amount from "C"
    column reference from "U" width 0
end
#= 8:37: error: '0': a width is from 1 to 4,096 characters [PROFILE-SYNTAX]
#=       column reference from "U" width 0
