# Statements that banks send as SWIFT messages: MT940 and MT950, which have an opening and a closing balance,
# and MT942, which has the lines so far. Of each statement or page the table statement_period has a row,
# of each line the table statement; their period_id is the file's name and the statement's ordinal in it.
#
# RC is a line that takes a credit back, so a debit, RD the other way round; both have reversal true. The
# reference is the end-to-end reference of the structured :86:, else the customer's reference of :61:.
# Lines that are expected (EC, ED), balances (the statements have them) and what is no part of a statement
# (envelopes, tags that MT940 does not have) are counted as ignored.
# A bank's account is written as :25: has it. Where the bank's time is not UTC, copy this profile with its zone.
profile mt940
  title    "SWIFT MT940, MT942, MT950: statements of a bank"
  files    "*.sta", "*.STA", "*.mt940", "*.MT940", "*.940", "*.mt942", "*.MT942", "*.942"
  format   mt940
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
