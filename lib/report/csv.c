#include "report/report.h"

#include "base/fields.h"

static enum fa_status write_findings(const struct fa_shown_context *context, bool safe,
                                     struct fa_buf *line, struct fa_buf *cell,
                                     struct fa_output *output)
{
    const struct fa_loaded_table *findings = &context->results->tables[FA_RESULT_FINDING];
    if (!findings->def)
        return FA_OK;
    for (uint64_t at = 0; at <= findings->row_count; at++) { /* row 0 is the heading */
        fa_buf_clear(line);
        for (int c = 0; c < findings->def->hidden_from; c++) {
            struct fa_str text = findings->def->columns[c].name;
            if (at > 0) {
                FA_TRY(fa_shown_cell(context, FA_RESULT_FINDING, at - 1, c, cell));
                text = fa_buf_str(cell);
            }
            if (c > 0)
                FA_TRY(fa_buf_add_char(line, ','));
            FA_TRY(fa_csv_add_field(line, text, safe));
        }
        FA_TRY(fa_buf_add_text(line, "\r\n"));
        FA_TRY(output->write(output, line->bytes, line->size));
    }
    return FA_OK;
}

enum fa_status fa_report_csv(const struct fa_shown_context *context,
                             const struct fa_report_options *options, struct fa_output *output)
{
    struct fa_buf line = {0}, cell = {0};
    enum fa_status status = write_findings(context, options->csv_safe, &line, &cell, output);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(context->results->sink, "the report");
    fa_buf_release(&line);
    fa_buf_release(&cell);
    return status;
}
