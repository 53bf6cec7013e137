profile x
  table statement
    column statement_id from record, text "-", "No"
    column account from "A"
    column booked_at from "D"
    column direction = "credit"
    column amount from "C"
end
#= 3:48: error: 'No': beside the record's number a key has texts, but no field [PROFILE-SYNTAX]
#=       column statement_id from record, text "-", "No"
