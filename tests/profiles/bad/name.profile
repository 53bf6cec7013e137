profile "x"
end
#= 1:9: error: expected the profile's name, found '"x"' [LANG-EXPECTED]
#=   profile "x"
