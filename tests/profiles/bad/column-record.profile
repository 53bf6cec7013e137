profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from record
end
#= 6:25: error: 'record': only a key can be made from the record's number [PROFILE-SYNTAX]
#=       column closing from record
