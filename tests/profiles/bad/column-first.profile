profile x
  column memo from "A"
end
#= 2:10: error: 'memo': the table must be named first [PROFILE-SYNTAX]
#=     column memo from "A"
