# The statement of an investor's account at DoFinance (a marketplace for loans), as a workbook turned into
# CSV: cells with two lines (what was done, and at which rate), amounts with a sign, and the opening and
# closing balance as two lines at the end. A kind of transaction that is not known is refused. The export
# does not say its account, so it is named by the file, nor its zone.
# Assumed: UTC, and the beginning of the day.
profile dofinance-statement
  title    "DoFinance: account statement (CSV)"
  files    "*dofinance*.csv"
  skip     ",,,Opening Balance,*", ",,,Closing Balance,*"
  zone     UTC
  currency EUR
  ignore   "Investment ID"
  table statement
    row when "Transaction Type" is like "Repayment*", "Investment*", "Profit*", "Funding*", "Withdrawal*"
      column statement_id from "Transaction No"
      column account      from name "{}"
      column booked_at    from "Processing Date" form "DD.MM.YYYY"
      column amount       from "Amount, €" sign direction
      column currency     = "EUR"
      column memo         from "Transaction Type"
end
