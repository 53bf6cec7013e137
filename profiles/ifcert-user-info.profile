# userInfo (infType 1) of the reports of lending platforms to the national platform for monitoring
# internet finance (国家互联网应急中心, 网贷实时数据接入), version 1.5, as JSON: an envelope around
# dataList, whose totalNum must be the number of records. The layout is that of the interface as public
# integrations state it; no report of it is public, so it was tested on made ones.
#
# A record is a party and his account on the platform. A card or bank account of userList is an account of
# role external, of the same owner. userCreateTime is when he opened his account. Of the name only the
# first character may be there. userAttr, which side of the market he is on, and what is told of companies
# (registered capital, legal representative, address) have no column and are left out.
# Missing values are "-1". Identity numbers travel as salted hashes (userIdcardHash): the hash is the id
# of the party, and of his account on the platform.
# Assumed: the clock (Asia/Shanghai), and yuan.
profile ifcert-user-info
  title    "ifcert 1.5: userInfo, users and their accounts"
  files    "*userInfo*.json"
  format   json
  records  "dataList"
  total rows = "totalNum: {}"
  missing  "-1"
  zone     Asia/Shanghai
  currency CNY
  ignore   "version", "sourceCode", "userAttr", "countries", "userPhoneHash", "userUuid",
           "userLawperson", "userFund", "userAddress", "registerDate", "userSex", "userList"
  table party
    column party_id  from "userIdcardHash"
    column kind      from "userType" map "1" natural, "2" legal
    column name      from "userName"
    column id_type   from "cardType" map "1" resident_id, "2" passport, "3" military_id, "4" taiwan_permit,
      "5" hk_macau_permit, "6" permanent_residence, "0" other
    column id_number from "userIdcard"
    column phone     from "userPhone"
    column region    from "userProvince"
  table account spread "userList"
    column owner     from "userIdcardHash"
    column currency  = "CNY"
    row
      column account_id from "userIdcardHash"
      column role       = "customer"
      column opened_on  from "userCreateTime" form "YYYY-MM-DD hh:mm:ss"
    row when "userList.userBankAccount" is present
      column account_id from "userList.userBankAccount"
      column role       = "external"
end
