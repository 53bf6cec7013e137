profile x
  row
end
#= 2:3: error: 'row': the table must be named first [PROFILE-SYNTAX]
#=     row
