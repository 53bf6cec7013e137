profile x
end
#= 1:9: error: 'x': the profile names no table [PROFILE-SYNTAX]
#=   profile x
