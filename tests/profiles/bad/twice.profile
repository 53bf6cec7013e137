profile x
  zone UTC
  zone UTC
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C"
end
#= 3:3: error: 'zone': the statement stands twice [PROFILE-SYNTAX]
#=     zone UTC
