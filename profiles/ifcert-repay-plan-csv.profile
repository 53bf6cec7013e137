# repayPlan (infType 81) of the reports of lending platforms to the national platform for monitoring
# internet finance (国家互联网应急中心, 网贷实时数据接入), version 1.5, as CSV with the interface's names
# as header. The layout is that of the interface as public integrations state it; no report of it is
# public, so it was tested on made ones.
#
# A record is an instalment of a loan. The plan's own number (replanId) and the count of all instalments
# (totalIssue) are left out.
# Missing values are "-1". Identity numbers travel as salted hashes (userIdcardHash): the hash is the id
# of the party, and of his account on the platform.
# Assumed: the clock (Asia/Shanghai), and yuan.
profile ifcert-repay-plan-csv
  title    "ifcert 1.5: repayPlan, what borrowers have to repay (CSV)"
  files    "*repayPlan*.csv"
  missing  "-1"
  zone     Asia/Shanghai
  currency CNY
  ignore   "version", "sourceCode", "userIdcardHash", "totalIssue", "replanId"
  table repayment_due
    column contract   from "sourceProductCode"
    column instalment from "issue"
    column due_on     from "repayTime" form "YYYY-MM-DD hh:mm:ss"
    column principal  from "curFund"
    column interest   from "curInterest"
    column fee        from "curServiceCharge"
end
