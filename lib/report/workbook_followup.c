/*
 * The sheets of duties that are not yet due, of what became of earlier findings, and of the waivers
 * that were declared.
 */
#include "report/workbook.h"

static const struct fa_column_spec earlier_columns[] = {{FA_WORD_FINDING, "finding", 13},
                                                        {FA_WORD_STATE, "state", 13},
                                                        {FA_WORD_WHY, "why", 16},
                                                        {FA_WORD_SEVERITY, "severity", 10},
                                                        {FA_WORD_OUTCOME, "outcome", 12},
                                                        {FA_WORD_RULE, "rule", 17},
                                                        {FA_WORD_RULE_TITLE, "title", 32},
                                                        {FA_WORD_SUBJECT, "subject", 18},
                                                        {FA_WORD_AMOUNT, "amount", 16},
                                                        {FA_WORD_CURRENCY, "currency", 10},
                                                        {FA_WORD_FIRST_SEEN, "first_seen", 12},
                                                        {FA_WORD_LAST_SEEN, "last_seen", 12},
                                                        {FA_WORD_FIXED_ON, "fixed_on", 12},
                                                        {FA_WORD_REASON, "reason", 36}};
static const struct fa_column_spec pending_columns[] = {{FA_WORD_DUE_DAY, "due", 12},
                                                        {FA_WORD_RULE, "rule", 17},
                                                        {FA_WORD_RULE_TITLE, "title", 32},
                                                        {FA_WORD_SEVERITY, "severity", 10},
                                                        {FA_WORD_SUBJECT, "subject", 18},
                                                        {FA_WORD_AWAITS, "awaits", 16},
                                                        {FA_WORD_FROM, "since", 18},
                                                        {FA_WORD_DUE_TIME, "due_time", 18},
                                                        {FA_WORD_AMOUNT, "amount", 16},
                                                        {FA_WORD_CURRENCY, "currency", 10},
                                                        {FA_WORD_CITE, "cite", 16},
                                                        {FA_WORD_EVIDENCE_ROWS, "evidence_rows", 10},
                                                        {FA_WORD_ROW_RANGES, "row_ranges", 24}};
static const struct fa_column_spec waiver_columns[] = {{FA_WORD_WAIVER, "waiver", 16},
                                                       {FA_WORD_STATE, "state", 13},
                                                       {FA_WORD_RULE, "rule", 17},
                                                       {FA_WORD_SUBJECT, "keys", 20},
                                                       {FA_WORD_OWNER, "owner", 14},
                                                       {FA_WORD_APPROVER, "approver", 14},
                                                       {FA_WORD_REASON, "reason", 26},
                                                       {FA_WORD_CITE, "cite", 16},
                                                       {FA_WORD_TO, "expires", 12},
                                                       {FA_WORD_CAP, "amount_max", 16},
                                                       {FA_WORD_CURRENCY, "currency", 10},
                                                       {FA_WORD_FINDINGS, "findings", 10},
                                                       {FA_WORD_AMOUNT, "amount", 16},
                                                       {FA_WORD_NOTE, "state_reason", 30}};

enum fa_status fa_book_write_earlier(struct fa_workbook *book)
{
    return fa_book_write_table(book, FA_BOOK_EARLIER, FA_RESULT_EARLIER, earlier_columns,
                               sizeof earlier_columns / sizeof *earlier_columns);
}

enum fa_status fa_book_write_pending(struct fa_workbook *book)
{
    return fa_book_write_table(book, FA_BOOK_PENDING, FA_RESULT_PENDING, pending_columns,
                               sizeof pending_columns / sizeof *pending_columns);
}

enum fa_status fa_book_write_waivers(struct fa_workbook *book)
{
    return fa_book_write_table(book, FA_BOOK_WAIVERS, FA_RESULT_WAIVER, waiver_columns,
                               sizeof waiver_columns / sizeof *waiver_columns);
}
