# creditor (infType 82) of the reports of lending platforms to the national platform for monitoring
# internet finance (国家互联网应急中心, 网贷实时数据接入), version 1.5, as CSV with the interface's names
# as header. The layout is that of the interface as public integrations state it; no report of it is
# public, so it was tested on made ones.
#
# A record is a lender's part of a loan, held from the day of invTime; its rate, the bonus that was part
# of it (redpackage) and the end of its lock (lockTime) are left out.
# Missing values are "-1". Identity numbers travel as salted hashes (userIdcardHash): the hash is the id
# of the party, and of his account on the platform.
# Assumed: the clock (Asia/Shanghai), and yuan.
profile ifcert-creditor-csv
  title    "ifcert 1.5: creditor, claims of lenders (CSV)"
  files    "*creditor*.csv"
  missing  "-1"
  zone     Asia/Shanghai
  currency CNY
  ignore   "version", "sourceCode", "invRate", "redpackage", "lockTime"
  table claim
    column claim_id   from "finClaimId"
    column contract   from "sourceProductCode"
    column holder     from "userIdcardHash"
    column principal  from "invAmount"
    column valid_from from "invTime" form "YYYY-MM-DD hh:mm:ss"
end
