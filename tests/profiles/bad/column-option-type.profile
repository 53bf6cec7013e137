profile x
  table statement
    column statement_id from record
    column account from "A"
    column booked_at from "D"
    column direction from "E"
    column amount from "C"
    column currency from "U" exponent
end
#= 8:30: error: 'exponent': only for a column of money [PROFILE-SYNTAX]
#=       column currency from "U" exponent
