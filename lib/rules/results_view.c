/*
 * Views in the results: each that rules read, with the rows that it did not take; of a statistic, its
 * columns and every cell.
 */
#include "rules/flagging.h"

static struct fa_sheet *sheet_of(struct fa_flagging *flagging, enum fa_sheet_no no)
{
    return &flagging->sheets[no];
}

static enum fa_status write_view(struct fa_flagging *flagging, const struct fa_made_view *made)
{
    enum { MADE, NOT_TESTABLE, NOT_APPLICABLE };
    struct fa_sheet *sheet = sheet_of(flagging, FA_SHEET_VIEW);
    const struct fa_view *view = made->view;
    const struct fa_rule_counts *counts = &made->counts;
    FA_TRY(fa_flagging_set_text(sheet, "view", view->name));
    FA_TRY(fa_flagging_set_text(sheet, "ruleset", view->ruleset->id));
    fa_flagging_set(sheet, "kind", view->is_statistic);
    FA_TRY(fa_flagging_set_text(sheet, "title_en", view->title_en));
    FA_TRY(fa_flagging_set_text(sheet, "title_zh", view->title_zh));
    fa_flagging_set(sheet, "chart", view->chart);
    FA_TRY(fa_flagging_set_text(sheet, "sheet_en", view->sheet_en));
    FA_TRY(fa_flagging_set_text(sheet, "sheet_zh", view->sheet_zh));
    if (view->sheet_en.size)
        fa_flagging_set(sheet, "sheet_is_first", view->is_sheet_first);
    fa_flagging_set(sheet, "state",
                    counts->verdict == FA_TESTED         ? MADE
                    : counts->verdict == FA_NOT_TESTABLE ? NOT_TESTABLE
                                                         : NOT_APPLICABLE);
    FA_TRY(fa_flagging_set_reason(flagging, sheet, counts));
    fa_flagging_set(sheet, "rows", (int64_t)made->row_count);
    fa_flagging_set(sheet, "not_in_force", (int64_t)counts->not_in_force);
    fa_flagging_set(sheet, "other_currency", (int64_t)counts->other_currency);
    fa_flagging_set(sheet, "outside_group", (int64_t)counts->outside_group);
    fa_flagging_set_money(sheet, "outside_group_amount", counts->outside_group_sum);
    fa_flagging_set(sheet, "excepted_rows", (int64_t)counts->excepted_rows);
    fa_flagging_set_money(sheet, "excepted_amount", counts->excepted_sum);
    if (view->ruleset->currency)
        fa_flagging_set(sheet, "currency", view->ruleset->currency);
    return fa_builder_end_row(sheet->builder);
}

/* In the order of result_column.type. */
static int type_number(enum fa_kind kind)
{
    static const int numbers[] = {
        [FA_KIND_BOOL] = 0, [FA_KIND_INT] = 1,      [FA_KIND_MONEY] = 2, [FA_KIND_RATIO] = 3,
        [FA_KIND_DATE] = 4, [FA_KIND_TIME] = 5,     [FA_KIND_DURATION] = 6, [FA_KIND_ID] = 7,
        [FA_KIND_TEXT] = 8, [FA_KIND_ENUM] = 9,     [FA_KIND_SET] = 10, [FA_KIND_CURRENCY] = 11,
    };
    return numbers[kind];
}

static enum fa_status write_columns(struct fa_flagging *flagging, const struct fa_view *view)
{
    enum { KEY, PERIOD, VALUE };
    struct fa_sheet *sheet = sheet_of(flagging, FA_SHEET_COLUMN);
    for (int c = 0; c < view->column_count; c++) {
        const struct fa_view_column *column = &view->columns[c];
        bool is_period = view->has_period && c == view->key_count;
        FA_TRY(fa_flagging_set_text(sheet, "view", view->name));
        fa_flagging_set(sheet, "column_no", c + 1);
        FA_TRY(fa_flagging_set_text(sheet, "name", column->name));
        fa_flagging_set(sheet, "role", c < view->key_count ? KEY : is_period ? PERIOD : VALUE);
        fa_flagging_set(sheet, "type", type_number(column->kind));
        FA_TRY(fa_flagging_set_text(sheet, "column", column->mask_column));
        FA_TRY(fa_builder_end_row(sheet->builder));
    }
    return FA_OK;
}

static enum fa_status write_cells(struct fa_flagging *flagging, const struct fa_made_view *made,
                                  struct fa_buf *text)
{
    struct fa_sheet *sheet = sheet_of(flagging, FA_SHEET_STATISTIC);
    const struct fa_view *view = made->view;
    for (uint64_t row = 0; row < made->row_count; row++)
        for (int c = 0; c < view->column_count; c++) {
            struct fa_value value = made->values[row * (uint64_t)view->column_count + (uint64_t)c];
            value.is_missing = value.is_missing && !value.is_bound;
            FA_TRY(fa_flagging_value_text(flagging, view->ruleset, &value, view->columns[c].expr,
                                          text));
            FA_TRY(fa_flagging_set_text(sheet, "view", view->name));
            fa_flagging_set(sheet, "row_no", (int64_t)row + 1);
            fa_flagging_set(sheet, "column_no", c + 1);
            FA_TRY(fa_flagging_set_text(sheet, "value", fa_buf_str(text)));
            fa_flagging_set(sheet, "at_least", value.is_bound);
            FA_TRY(fa_builder_end_row(sheet->builder));
        }
    return FA_OK;
}

enum fa_status fa_flagging_write_views(struct fa_flagging *flagging)
{
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = FA_OK;
    for (size_t v = 0; status == FA_OK && v < flagging->verdicts.views.count; v++) {
        const struct fa_made_view *made = &flagging->verdicts.views.items[v];
        status = write_view(flagging, made);
        bool has_cells = made->view->is_statistic && made->counts.verdict == FA_TESTED;
        if (status == FA_OK && has_cells)
            status = write_columns(flagging, made->view);
        if (status == FA_OK && has_cells)
            status = write_cells(flagging, made, &text);
    }
    fa_buf_release(&text);
    return status;
}
