# scatterInvest (infType 2) of the reports of lending platforms to the national platform for monitoring
# internet finance (国家互联网应急中心, 网贷实时数据接入), version 1.5, as CSV with the interface's names
# as header. The layout is that of the interface as public integrations state it; no report of it is
# public, so it was tested on made ones.
#
# A record is a loan as it is offered. productStartTime is when it was opened to lenders; its term is
# stated in days only, so neither its start nor its end is known here. payType 5 (按月还本付息) and 6
# (等本等息) are other ways to repay than the dictionary has. loanUse is a code of each platform and left
# out, as are the security and the guarantor.
# Missing values are "-1". Identity numbers travel as salted hashes (userIdcardHash): the hash is the id
# of the party, and of his account on the platform.
# Assumed: the clock (Asia/Shanghai), and yuan.
profile ifcert-scatter-invest-csv
  title    "ifcert 1.5: scatterInvest, loans (CSV)"
  files    "*scatterInvest*.csv"
  missing  "-1"
  zone     Asia/Shanghai
  currency CNY
  ignore   "version", "sourceCode", "productName", "loanUse", "loanDescribe", "surplusAmount",
           "term", "loanType", "securityType", "securityCompanyAmount", "securityCompanyName",
           "securityCompanyIdcard", "isFinancingAssure", "securityAmount", "projectSource"
  table contract
    column contract_id from "sourceProductCode"
    column kind        = "loan"
    column borrower    from "userIdcardHash"
    column principal   from "amount"
    column currency    = "CNY"
    column annual_rate from "loanRate"
    column fees        from "serviceCost"
    column listed_on   from "productStartTime" form "YYYY-MM-DD hh:mm:ss"
    column repayment   from "payType" map "1" equal_instalments, "2" equal_principal, "3" interest_first,
      "4" bullet, "5" other, "6" other, "0" other
end
