# As the profile mt940, for banks of Central Europe that write their statements in code page 852 of DOS. All
# bytes are characters of it, so it is never found, only declared; files are given this profile by name.
profile mt940-cp852
  title    "SWIFT MT940, MT942, MT950 in code page 852"
  format   mt940
  encoding cp852
  zone     UTC
  decimal  ","
  ignore   "message", "related_reference", "statement_number", "made_at", "floor_debit", "floor_credit",
           "balance_kind", "balance_date", "balance", "funds_code", "type", "customer_reference",
           "bank_reference", "supplement", "business_code", "posting_text", "journal_no", "text",
           "counter_bank", "counter_account", "counter_name", "tag", "details"
  ignore when "record" is "balance", "other"
  ignore when "mark" is "EC", "ED", "ERC", "ERD"
  table statement
    row when "record" is "line"
    column statement_id from name "{}", text "#", "statement_no", text ".", "line_no"
    column account      from "account"
    column booked_at    from "booked_date", text " 00:00"
    column value_date   from "value_date"
    column direction    from "direction"
    column amount       from "amount"
    column currency     from "currency"
    column reference    from "payment_reference"
    column counterparty from "counterparty"
    column reversal     from "reversal"
    column period_id    from name "{}", text "#", "statement_no"
    column memo         from "memo"
  table statement_period
    row when "record" is "statement"
    column account      from "account"
    column period_id    from name "{}", text "#", "statement_no"
    column kind         from "interim" map "true" interim, "false" booked
    column number       from "number"
    column page         from "page"
    column reference    from "statement_reference"
    column from_day     from "from_day"
    column to_day       from "to_day"
    column opening      from "opening"
    column closing      from "closing"
    column opening_page from "opening_page"
    column closing_page from "closing_page"
    column available    from "available"
    column credit_lines from "credit_lines"
    column debit_lines  from "debit_lines"
    column credits      from "credits"
    column debits       from "debits"
    column currency     from "currency"
end
