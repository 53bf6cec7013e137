profile x
  table party
    column party_id from "A"
    column kind = "natural"
    column face_to_face = "yes"
end
#= 5:27: error: 'yes': expected true or false [PROFILE-SYNTAX]
#=       column face_to_face = "yes"
