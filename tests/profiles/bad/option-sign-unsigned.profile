profile x
  table statement
    column statement_id from record
    column account from "A"
    column booked_at from "D"
    column amount from "C" sign direction unsigned
end
#= 6:12: error: 'amount': unsigned and sign do not go together [PROFILE-SYNTAX]
#=       column amount from "C" sign direction unsigned
