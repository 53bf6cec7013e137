profile x
  table account
    column owner from "A"
    column role = "customer"
    row when "K" is "1"
      column account_id from record
    row when "K" is "2"
      column account_id from "B"
end
#= 8:14: error: 'account_id': made of the record's number in all rows of the table or in none [PROFILE-SYNTAX]
#=         column account_id from "B"
