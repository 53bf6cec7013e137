# The statement of an investor's account at Grupeer (a marketplace for loans), as a workbook turned into
# CSV: decimals behind a comma, amounts with a sign, a running balance. The column of transactions holds
# one word throughout, so the id of a line is made from its record. A kind of transaction that is not
# known is refused. The export does not say its account, so it is named by the file, nor its zone.
# Assumed: UTC, and the beginning of the day.
profile grupeer-statement
  title    "Grupeer: account statement (CSV)"
  files    "*grupeer*.csv"
  surplus  empty
  zone     UTC
  currency EUR
  decimal  ","
  ignore   "Transaction ID", "GRP"
  table statement
    row when "Type" is "Interest", "Investment", "Principal", "Deposit", "Withdrawal"
      column statement_id  from record
      column account       from name "{}"
      column booked_at     from "Date" form "DD.MM.YYYY"
      column amount        from "Amount" sign direction
      column currency      from "Currency"
      column balance_after from "Balance"
      column memo          from "Type", text ": ", "Description"
end
