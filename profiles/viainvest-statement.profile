# The statement of an investor's account at Viainvest (a marketplace for loans), as a workbook (.xlsx):
# one column for money in (Credit) and one for money out (Debit), the newest line first, no ids. A kind of
# transaction that is not known is refused. The export does not say its account, so it is named by the
# file, nor its zone.
# Assumed: UTC, and the beginning of the day.
profile viainvest-statement
  title    "Viainvest: account statement (workbook)"
  files    "*viainvest*.xlsx"
  format   sheet
  blanks   trim
  zone     UTC
  currency EUR
  ignore   "Country", "Loan ID", "Loan Type"
  table statement
    column statement_id from record
    column account      from name "{}"
    column booked_at    from "Transaction date" form "MM/DD/YYYY"
    column value_date   from "Value date" form "MM/DD/YYYY"
    column currency     = "EUR"
    column memo         from "Transaction type"
    row when "Transaction type" is like "Amount of funds deposited", "Amount of funds withdrawn",
                                     "Amount invested in loan", "Amount of interest payment received",
                                     "Amount of principal repayment received",
                                     "Amount of Withholding Tax deducted",
                                     "Correction of amount of Withholding Tax deducted",
                                     "* Cashback bonus payment received"
         and "Credit (€)" is present and "Debit (€)" is missing
      column direction = "credit"
      column amount    from "Credit (€)"
    row when "Transaction type" is like "Amount of funds deposited", "Amount of funds withdrawn",
                                     "Amount invested in loan", "Amount of interest payment received",
                                     "Amount of principal repayment received",
                                     "Amount of Withholding Tax deducted",
                                     "Correction of amount of Withholding Tax deducted",
                                     "* Cashback bonus payment received"
         and "Credit (€)" is missing and "Debit (€)" is present
      column direction = "debit"
      column amount    from "Debit (€)"
end
