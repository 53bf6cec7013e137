#include "report/text.h"

/* In the order of result_waiver.state. */
enum { APPLIED, EXCEEDED };

static enum fa_status add_cell(const struct fa_shown_context *context, uint64_t row,
                               const char *column, enum fa_language language,
                               struct fa_buf *cell, struct fa_buf *text)
{
    const struct fa_loaded_table *waivers = &context->results->tables[FA_RESULT_WAIVER];
    int at = fa_result_column(waivers, column);
    FA_TRY(language == FA_LANGUAGE_EN
               ? fa_shown_cell(context, FA_RESULT_WAIVER, row, at, cell)
               : fa_shown_words(context, FA_RESULT_WAIVER, row, at, language, cell));
    return fa_buf_add_str(text, fa_buf_str(cell));
}

/* "  W-1  applied  OL16-CAP-LP-1  borrower = P-0001  2 findings until 2017-12-31", or why it does not
 * apply. */
static enum fa_status add_waiver(const struct fa_shown_context *context, uint64_t row,
                                 enum fa_language language, struct fa_buf *cell,
                                 struct fa_buf *text)
{
    static const char *const columns[] = {"waiver", "state", "rule", "keys"};
    const struct fa_loaded_table *waivers = &context->results->tables[FA_RESULT_WAIVER];
    int64_t state = fa_result_number(waivers, row, fa_result_column(waivers, "state"));
    int64_t count = fa_result_number(waivers, row, fa_result_column(waivers, "findings"));
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        if (fa_result_missing(waivers, row, fa_result_column(waivers, columns[c])))
            continue;
        FA_TRY(fa_buf_add_text(text, "  "));
        FA_TRY(add_cell(context, row, columns[c], language, cell, text));
    }
    if (state == APPLIED || state == EXCEEDED) {
        FA_TRY(fa_buf_addf(text, "  %lld finding%s until ", (long long)count, count == 1 ? "" : "s"));
        FA_TRY(add_cell(context, row, "expires", language, cell, text));
    }
    if (state != APPLIED) {
        FA_TRY(fa_buf_add_text(text, ": "));
        FA_TRY(add_cell(context, row, "state_reason", FA_LANGUAGE_EN, cell, text));
    }
    return fa_buf_add_char(text, '\n');
}

enum fa_status fa_text_add_waivers(const struct fa_shown_context *context,
                                   enum fa_language language, struct fa_buf *text)
{
    enum { WAIVERS_SHOWN_MAX = 50 };
    const struct fa_results *results = context->results;
    const struct fa_loaded_table *waivers = &results->tables[FA_RESULT_WAIVER];
    uint64_t waived = results->waived_lead_count, count = waivers->row_count, applied = 0;
    if (!waivers->def)
        return FA_OK;
    for (int i = 0; i < FA_SEVERITIES; i++)
        waived += results->waived_violations[i] + results->waived_indeterminate[i];
    for (uint64_t row = 0; row < count; row++)
        applied += fa_result_number(waivers, row, fa_result_column(waivers, "findings")) > 0;
    FA_TRY(fa_buf_addf(text, "waivers     %llu of %llu findings waived; %llu of %llu waivers applied\n",
                       (unsigned long long)waived,
                       (unsigned long long)results->tables[FA_RESULT_FINDING].row_count,
                       (unsigned long long)applied, (unsigned long long)count));
    struct fa_buf cell = {0};
    enum fa_status status = FA_OK;
    for (uint64_t row = 0; status == FA_OK && row < count && row < WAIVERS_SHOWN_MAX; row++)
        status = add_waiver(context, row, language, &cell, text);
    fa_buf_release(&cell);
    if (status == FA_OK && count > WAIVERS_SHOWN_MAX)
        status = fa_buf_addf(text, "  and %llu more waivers; ndjson lists them\n",
                             (unsigned long long)(count - WAIVERS_SHOWN_MAX));
    return status;
}
