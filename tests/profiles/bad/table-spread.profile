profile x
  table balance spread "list"
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 2:9: error: 'spread': only format json has lists in its records [PROFILE-SYNTAX]
#=     table balance spread "list"
