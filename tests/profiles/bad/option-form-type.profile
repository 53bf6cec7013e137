profile x
  table balance
    column account from "A"
    column date from "D"
    column source = "bank"
    column closing from "C" form "YYYYMMDD"
end
#= 6:34: error: 'YYYYMMDD': only dates and times are written in a form [PROFILE-SYNTAX]
#=       column closing from "C" form "YYYYMMDD"
