profile x
  table balance
    column account from "A"
    column date from "D"
    column source from "S" map "x" bank, "x" platform
    column closing from "C"
end
#= 5:42: error: 'x': the value is mapped twice [PROFILE-SYNTAX]
#=       column source from "S" map "x" bank, "x" platform
