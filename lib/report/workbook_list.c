/*
 * Sheets that list rows: their note, heading and filter, and cells by the type of their column.
 */
#include "base/limits.h"
#include "report/workbook.h"

/* Columns so wide hold sentences, citations, lists and ids, which wrap. */
enum { ENUM_WIDTH = 20, WRAPPED_WIDTH_MIN = 14, FROZEN_ROWS_MAX = 10 };

enum fa_status fa_book_put_word(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                               enum fa_word word, lxw_format *format)
{
    fa_buf_clear(&book->text);
    FA_TRY(fa_word_add(word, book->language, &book->text));
    return fa_sheet_put_text(sheet, fa_buf_str(&book->text), format);
}

enum fa_status fa_book_add_cut(struct fa_workbook *book, const struct fa_sheet_writer *sheet,
                               uint64_t row_count, uint32_t rows_max)
{
    const char *rest = fa_book_rest_of(book, sheet);
    FA_TRY(fa_buf_addf(&book->scratch, "%u / %llu. ", rows_max, (unsigned long long)row_count));
    if (!rest || !book->rest_stem)
        return fa_word_add(FA_WORD_CUT, book->language, &book->scratch);
    FA_TRY(fa_word_add(FA_WORD_CUT_WITH_REST, book->language, &book->scratch));
    return fa_buf_addf(&book->scratch, " %s.%s.csv", book->rest_stem, rest);
}

enum fa_status fa_book_put_note(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                uint64_t row_count, uint32_t rows_max)
{
    fa_buf_clear(&book->scratch);
    if (row_count == 0) {
        FA_TRY(fa_word_add(FA_WORD_NONE, book->language, &book->scratch));
    } else if (row_count <= rows_max) {
        FA_TRY(fa_word_add(FA_WORD_ROWS, book->language, &book->scratch));
        FA_TRY(fa_buf_addf(&book->scratch, ": %llu", (unsigned long long)row_count));
    } else {
        FA_TRY(fa_book_add_cut(book, sheet, row_count, rows_max));
    }
    FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->scratch),
                             row_count > rows_max ? book->formats.key : book->formats.note));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

enum fa_status fa_book_put_cut_notice(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                      uint64_t row_count, uint32_t rows_max)
{
    return row_count > rows_max ? fa_book_put_note(book, sheet, row_count, rows_max) : FA_OK;
}

void fa_book_set_print(const struct fa_workbook *book, struct fa_sheet_writer *sheet,
                       lxw_row_t heading, uint64_t row_count, int column_count)
{
    uint64_t last = row_count < FA_SHEET_ROWS_MAX ? row_count : FA_SHEET_ROWS_MAX;
    if (row_count == 0 && fa_book_rest_of(book, sheet) && sheet != &book->sheets[FA_BOOK_FINDINGS]) {
        lxw_col_t empty = (lxw_col_t)column_count;
        worksheet_print_area(sheet->worksheet, heading, empty, heading, empty);
        return;
    }
    worksheet_repeat_rows(sheet->worksheet, heading, heading);
    worksheet_print_area(sheet->worksheet, 0, 0, heading + (lxw_row_t)last,
                         (lxw_col_t)(column_count - 1));
}

enum fa_status fa_book_put_headings(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                    const struct fa_column_spec *columns, int count)
{
    for (int c = 0; c < count; c++) {
        fa_buf_clear(&book->text);
        FA_TRY(fa_word_add(columns[c].heading, book->language, &book->text));
        FA_TRY(fa_sheet_put_heading(sheet, fa_buf_str(&book->text), columns[c].width));
    }
    fa_sheet_next_row(sheet);
    return FA_OK;
}

enum fa_status fa_book_put_value(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 enum fa_result_table table, const char *column, int64_t value,
                                 lxw_format *format)
{
    const struct fa_table_def *def = book->results->tables[table].def;
    static const char *const severities[FA_SEVERITIES] = {"critical", "high", "medium", "low",
                                                          "info"};
    struct fa_str name = {0};
    if (def) {
        const struct fa_column_def *values =
            &def->columns[fa_result_column(&book->results->tables[table], column)];
        name = (uint64_t)value < values->value_count ? values->values[value] : name;
    } else if (value < FA_SEVERITIES) {
        name = fa_str_from(severities[value]);
    }
    fa_buf_clear(&book->text);
    FA_TRY(fa_value_add(FA_STR(""), name, book->language, &book->text));
    return fa_sheet_put_text(sheet, fa_buf_str(&book->text), format);
}

void fa_book_note_list(struct fa_workbook *book, const struct fa_sheet_writer *sheet,
                       const struct fa_column_spec *columns, int count, uint64_t row_count)
{
    for (int i = 0; i < FA_BOOK_SHEETS; i++) {
        if (sheet != &book->sheets[i])
            continue;
        struct fa_book_list *list = &book->lists[i];
        list->first = sheet->row;
        list->row_count = row_count;
        list->shown_count = row_count < FA_SHEET_ROWS_MAX ? row_count : FA_SHEET_ROWS_MAX;
        list->column_count = count < FA_BOOK_COLUMNS_MAX ? count : FA_BOOK_COLUMNS_MAX;
        for (int c = 0; c < list->column_count; c++)
            list->columns[c] = columns[c].heading;
    }
}

enum fa_status fa_book_put_heading(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                   const struct fa_column_spec *columns, int count,
                                   uint64_t row_count)
{
    FA_TRY(fa_book_put_note(book, sheet, row_count, FA_SHEET_ROWS_MAX));
    lxw_row_t heading = sheet->row;
    for (int c = 0; c < count; c++)
        worksheet_set_column(sheet->worksheet, (lxw_col_t)c, (lxw_col_t)c, columns[c].width,
                             NULL);
    FA_TRY(fa_book_put_headings(book, sheet, columns, count));
    fa_book_note_list(book, sheet, columns, count, row_count);
    /* what stands above it must leave room for rows on a screen */
    worksheet_freeze_panes(sheet->worksheet, heading <= FROZEN_ROWS_MAX ? heading + 1 : 0, 1);
    uint64_t last = row_count < FA_SHEET_ROWS_MAX ? row_count : FA_SHEET_ROWS_MAX;
    worksheet_autofilter(sheet->worksheet, heading, 0, heading + (lxw_row_t)last,
                         (lxw_col_t)(count - 1));
    fa_book_set_print(book, sheet, heading, row_count,
                      sheet->printed_columns ? sheet->printed_columns : count);
    return FA_OK;
}

static enum fa_status put_shown_text(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                     enum fa_result_table table, uint64_t row, int column,
                                     lxw_format *format)
{
    FA_TRY(fa_shown_words(book->context, table, row, column, book->language, &book->text));
    return fa_sheet_put_text(sheet, fa_buf_str(&book->text), format);
}

/* "title", "message" and the reason of a provision stand in the results once in each language. The
 * names are constants, so the place of one is known by its address, row after row. */
static enum fa_status find_column(struct fa_workbook *book, enum fa_result_table table,
                                  const char *name, const struct fa_found_column **found)
{
    const struct fa_loaded_table *loaded = &book->results->tables[table];
    struct fa_found_column *slot =
        &book->found[((uintptr_t)name / 4 + (uintptr_t)table * 7) % FA_FOUND_COLUMNS];
    *found = slot;
    if (slot->name == name && slot->table == table)
        return FA_OK;
    *slot = (struct fa_found_column){.name = name, .table = table, .column = -1};
    if (!loaded->def || fa_table_find_column(loaded->def, fa_str_from(name)) != FA_NO_COLUMN) {
        slot->column = fa_result_column(loaded, name);
        return FA_OK;
    }
    int *const places[] = {&slot->en, &slot->zh};
    for (int i = 0; i < 2; i++) {
        fa_buf_clear(&book->text);
        FA_TRY(fa_buf_addf(&book->text, i ? "%s_zh" : "%s_en", name));
        const char *text = fa_buf_cstr(&book->text);
        if (!text)
            return FA_ELIMIT;
        *places[i] = fa_result_column(loaded, text);
    }
    return FA_OK;
}

static enum fa_status put_by_language(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                      const struct fa_found_column *found, uint64_t row,
                                      double width)
{
    const struct fa_loaded_table *loaded = &book->results->tables[found->table];
    bool has_en = !fa_result_missing(loaded, row, found->en),
         has_zh = !fa_result_missing(loaded, row, found->zh);
    bool wants_en = book->language != FA_LANGUAGE_ZH || !has_zh,
         wants_zh = book->language != FA_LANGUAGE_EN || !has_en;
    struct fa_buf both = {0};
    fa_buf_clear(&book->text);
    fa_buf_clear(&book->key);
    if (wants_en)
        FA_TRY(fa_shown_cell(book->context, found->table, row, found->en, &book->text));
    if (wants_zh)
        FA_TRY(fa_shown_cell(book->context, found->table, row, found->zh, &book->key));
    enum fa_status status =
        fa_text_add(fa_buf_str(&book->text), fa_buf_str(&book->key), book->language, &both);
    if (status == FA_OK)
        status = fa_sheet_put_wrapped(sheet, fa_buf_str(&both), width);
    fa_buf_release(&both);
    return status;
}

enum fa_status fa_book_put_column(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 enum fa_result_table table, uint64_t row, const char *name,
                                 double width)
{
    const struct fa_loaded_table *loaded = &book->results->tables[table];
    const struct fa_found_column *found;
    FA_TRY(find_column(book, table, name, &found));
    int column = found->column;
    if (column < 0)
        return put_by_language(book, sheet, found, row, width);
    if (fa_result_missing(loaded, row, column)) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    int64_t value = fa_type_is_bytes(loaded->def->columns[column].type)
                        ? 0
                        : fa_result_number(loaded, row, column);
    uint32_t at;
    const struct fa_batch *batch = fa_result_batch(loaded, row, &at);
    switch (loaded->def->columns[column].type) {
    case FA_TYPE_MONEY:
        return fa_sheet_put_money(
            sheet, value,
            fa_head_scale(book->results->head,
                          fa_cell_currency(&book->results->context, batch, at)));
    case FA_TYPE_INT:
        fa_sheet_put_number(sheet, (double)value, book->formats.integer);
        return FA_OK;
    case FA_TYPE_DATE:
        return fa_sheet_put_day(sheet, value);
    case FA_TYPE_TIME:
        return fa_sheet_put_time(sheet, value);
    default:
        break;
    }
    if (fa_str_is(loaded->def->columns[column].name, "sum"))
        return fa_sheet_put_decimal(sheet, fa_result_text(loaded, row, column));
    bool is_severity = fa_str_is(loaded->def->columns[column].name, "severity");
    if (width >= WRAPPED_WIDTH_MIN && fa_type_is_bytes(loaded->def->columns[column].type)) {
        FA_TRY(fa_shown_words(book->context, table, row, column, book->language, &book->text));
        return fa_sheet_put_wrapped(sheet, fa_buf_str(&book->text), width);
    }
    /* in both languages a value takes two lines */
    if (book->language == FA_LANGUAGE_BOTH && width > 0 && !is_severity &&
        loaded->def->columns[column].type == FA_TYPE_ENUM) {
        FA_TRY(fa_shown_words(book->context, table, row, column, book->language, &book->text));
        return fa_sheet_put_wrapped(sheet, fa_buf_str(&book->text), width);
    }
    if (book->language == FA_LANGUAGE_BOTH && is_severity && sheet->line_count < 2)
        sheet->line_count = 2;
    return put_shown_text(book, sheet, table, row, column,
                          is_severity && value < FA_SEVERITIES ? book->formats.severity[value]
                                                               : book->formats.text);
}

enum fa_status fa_book_write_table(struct fa_workbook *book, enum fa_book_sheet which,
                                   enum fa_result_table table,
                                   const struct fa_column_spec *columns, int count)
{
    struct fa_sheet_writer *sheet = &book->sheets[which];
    uint64_t row_count = book->results->tables[table].row_count;
    FA_TRY(fa_book_put_heading(book, sheet, columns, count, row_count));
    for (uint64_t row = 0; row < row_count && row < FA_SHEET_ROWS_MAX; row++) {
        for (int c = 0; c < count; c++)
            FA_TRY(fa_book_put_column(book, sheet, table, row, columns[c].column,
                                      columns[c].width));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

enum fa_status fa_book_put_enum(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                const struct fa_column_def *column, int64_t value,
                                lxw_format *format)
{
    if ((uint64_t)value >= column->value_count) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    fa_buf_clear(&book->text);
    FA_TRY(fa_value_add((struct fa_str){NULL, 0}, column->values[value], book->language,
                        &book->text));
    if (book->language == FA_LANGUAGE_BOTH && format == book->formats.text)
        return fa_sheet_put_wrapped(sheet, fa_buf_str(&book->text), ENUM_WIDTH);
    return fa_sheet_put_text(sheet, fa_buf_str(&book->text), format);
}

fa_currency fa_book_currency(const struct fa_workbook *book, enum fa_result_table table,
                               uint64_t row)
{
    const struct fa_loaded_table *loaded = &book->results->tables[table];
    uint32_t at;
    const struct fa_batch *batch = fa_result_batch(loaded, row, &at);
    return fa_cell_currency(&book->results->context, batch, at);
}

enum fa_status fa_book_put_currency(struct fa_sheet_writer *sheet, fa_currency currency)
{
    char text[4] = "";
    if (currency)
        fa_currency_format(currency, text);
    return fa_sheet_put_text(sheet, fa_str_from(text), sheet->formats->text);
}
