profil x
end
#= 1:1: error: unknown first statement of a profile 'profil' [LANG-UNKNOWN]
#=   profil x
#= hint: did you mean 'profile'?
