profile x
  table statement
    column statement_id from record
    column account from "A"
    column booked_at from "D"
    column direction from "E"
    column amount from "C"
    column currency = "RMB"
end
#= 8:23: error: 'RMB': not a currency of ISO 4217 [PROFILE-SYNTAX]
#=       column currency = "RMB"
