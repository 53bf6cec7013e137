# transact (infType 4) of the reports of lending platforms to the national platform for monitoring
# internet finance (国家互联网应急中心, 网贷实时数据接入), version 1.5, as JSON: an envelope around
# dataList, whose totalNum must be the number of records. The layout is that of the interface as public
# integrations state it; no report of it is public, so it was tested on made ones.
#
# A record is a movement as one user sees it, of whom it is: the other side is named after what it must
# be: "product:" and the code of the project, which collects from lenders and pays borrowers, and the
# other way round; "assignment:" and its number, between who sells a claim and who takes it; bank;
# platform-fee; platform-marketing; risk-reserve. Records of one order share transId, so a movement is
# named by transId and transType. 27 and 30 are the guarantor's or insurer's: what he pays in, and what he
# gets back.
#
# 12 (代付), 29 (第三方推荐费) and 31 (利差调整) are refused: the interface does not say who pays whom. So
# is any other transType. finClaimId and replanId have no column and are left out.
# Missing values are "-1". Identity numbers travel as salted hashes (userIdcardHash): the hash is the id
# of the party, and of his account on the platform.
# Assumed: the clock (Asia/Shanghai), and yuan.
profile ifcert-transact
  title    "ifcert 1.5: transact, movements of money"
  files    "*transact*.json"
  format   json
  records  "dataList"
  total rows = "totalNum: {}"
  missing  "-1"
  zone     Asia/Shanghai
  currency CNY
  ignore   "version", "sourceCode", "finClaimId", "replanId"
  table flow
    column flow_id  from "transId", text "/", "transType"
    column order_id from "transId"
    column time     from "transTime"
    column amount   from "transMoney"
    column currency = "CNY"
    column status   = "settled"
    column contract from "sourceProductCode"
    column purpose  from "sourceProductName"
    row when "transType" is "1"
      column kind          = "disburse"
      column payer_account from text "product:", "sourceProductCode"
      column payee_account from "userIdcardHash"
    row when "transType" is "2"
      column kind          = "invest"
      column payer_account from "userIdcardHash"
      column payee_account from text "product:", "sourceProductCode"
    row when "transType" is "3"
      column kind          = "compensate"
      column payer_account = "risk-reserve"
      column payee_account from "userIdcardHash"
    row when "transType" is "13"
      column kind          = "compensate"
      column payer_account from "userIdcardHash"
      column payee_account = "risk-reserve"
    row when "transType" is "28"
      column kind          = "fee"
      column payer_account from "userIdcardHash"
      column payee_account = "risk-reserve"
    row when "transType" is "4", "5", "23", "24", "25", "32", "40", "42"
      column kind          = "fee"
      column payer_account from "userIdcardHash"
      column payee_account = "platform-fee"
    row when "transType" is "6"
      column kind          = "top_up"
      column payer_account = "bank"
      column payee_account from "userIdcardHash"
    row when "transType" is "7"
      column kind          = "withdraw"
      column payer_account from "userIdcardHash"
      column payee_account = "bank"
    row when "transType" is "8"
      column kind          = "repay_principal"
      column payer_account from text "product:", "sourceProductCode"
      column payee_account from "userIdcardHash"
    row when "transType" is "9"
      column kind          = "repay_interest"
      column payer_account from text "product:", "sourceProductCode"
      column payee_account from "userIdcardHash"
    row when "transType" is "10"
      column kind          = "bonus"
      column payer_account = "platform-marketing"
      column payee_account from "userIdcardHash"
    row when "transType" is "41"
      column kind          = "interest"
      column payer_account = "platform-marketing"
      column payee_account from "userIdcardHash"
    row when "transType" is "11", "26"
      column kind          = "assign"
      column payer_account from text "assignment:", "transferId"
      column payee_account from "userIdcardHash"
    row when "transType" is "17"
      column kind          = "assign"
      column payer_account from "userIdcardHash"
      column payee_account from text "assignment:", "transferId"
    row when "transType" is "18"
      column kind          = "repay_principal"
      column payer_account from "userIdcardHash"
      column payee_account from text "product:", "sourceProductCode"
    row when "transType" is "19"
      column kind          = "repay_interest"
      column payer_account from "userIdcardHash"
      column payee_account from text "product:", "sourceProductCode"
    row when "transType" is "33"
      column kind          = "repay_penalty"
      column payer_account from "userIdcardHash"
      column payee_account from text "product:", "sourceProductCode"
    row when "transType" is "27"
      column kind          = "compensate"
      column payer_account from "userIdcardHash"
      column payee_account from text "product:", "sourceProductCode"
    row when "transType" is "30"
      column kind          = "compensate"
      column payer_account from text "product:", "sourceProductCode"
      column payee_account from "userIdcardHash"
end
