/*
 * The sheet of findings.
 */
#include "base/limits.h"
#include "report/workbook.h"

enum { CITE_WIDTH = 28 };
static const struct fa_column_spec finding_columns[] = {
    {FA_WORD_FINDING, "finding", 13},
    {FA_WORD_OUTCOME, "outcome", 13},
    {FA_WORD_SEVERITY, "severity", 10},
    {FA_WORD_RULE, "rule", 18},
    {FA_WORD_SUBJECT, "subject", 24},
    {FA_WORD_FROM, "first_time", 21},
    {FA_WORD_TO, "last_time", 21},
    {FA_WORD_STILL_ON, "still_on", 9},
    {FA_WORD_AMOUNT, "amount", 18},
    {FA_WORD_CURRENCY, "currency", 11},
    {FA_WORD_MESSAGE, "message", 70},
    {FA_WORD_VALUES, "values", 50},
    {FA_WORD_DISPOSAL, "disposal", 40},
    {FA_WORD_DISPOSAL_CITE, "disposal_cite", CITE_WIDTH},
    {FA_WORD_EVIDENCE, "evidence_carried", 14},
    {FA_WORD_EVIDENCE_ROWS, "evidence_rows", 12},
    {FA_WORD_ROW_RANGES, "row_ranges", 36},
    {FA_WORD_FINGERPRINT, "fingerprint", 37}};

enum fa_status fa_book_write_findings(struct fa_workbook *book)
{
    return fa_book_write_table(book, FA_BOOK_FINDINGS, FA_RESULT_FINDING, finding_columns,
                               sizeof finding_columns / sizeof *finding_columns);
}
