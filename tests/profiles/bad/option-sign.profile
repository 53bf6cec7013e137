profile x
  table statement
    column statement_id from record
    column account from "A"
    column booked_at from "D"
    column amount from "C" sign memo
end
#= 6:33: error: 'memo': not a column whose values are credit and debit [PROFILE-SYNTAX]
#=       column amount from "C" sign memo
