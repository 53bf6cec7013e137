#include "report/bookprovenance.h"

#include <string.h>

#include "base/limits.h"
#include "report/workbook_sources.h"

static enum fa_status no_memory(struct fa_sink *sink)
{
    return fa_out_of_memory(sink, "what the workbook was made from");
}

static enum fa_status no_record(const struct fa_book_file *file, struct fa_sink *sink,
                                uint32_t row_no, const char *why)
{
    char quoted[FA_QUOTED_BYTES];
    struct fa_place place = {.source = fa_str_from(file->path)};
    if (row_no)
        return fa_error(sink, FA_CODE_VERIFY_RECORD, place, NULL,
                        "row %u of the sheet of sources is no record: %s", (unsigned)row_no, why);
    return fa_error(sink, FA_CODE_VERIFY_RECORD, place, "give a workbook that flowaudit made",
                    "workbook %s does not say what it was made from: %s",
                    fa_quoted(fa_str_from(file->path), quoted), why);
}

/* Whether TEXT is the word that FORM makes, in one of the languages. */
static bool is_word(struct fa_str text, struct fa_str role, struct fa_buf *scratch)
{
    for (int language = FA_LANGUAGE_EN; language <= FA_LANGUAGE_BOTH; language++) {
        fa_buf_clear(scratch);
        if (fa_source_role_add(role, (enum fa_language)language, scratch) == FA_OK &&
            fa_str_equal(fa_buf_str(scratch), text))
            return true;
    }
    return false;
}

static bool find_sheet(const struct fa_book_file *file, struct fa_buf *scratch, size_t *sheet)
{
    for (*sheet = 0; *sheet < file->book.sheets.count; (*sheet)++)
        for (int language = FA_LANGUAGE_EN; language <= FA_LANGUAGE_BOTH; language++) {
            fa_buf_clear(scratch);
            if (fa_word_add(FA_WORD_SOURCES, (enum fa_language)language, scratch) == FA_OK &&
                fa_str_equal(fa_buf_str(scratch), file->book.sheets.items[*sheet].name))
                return true;
        }
    return false;
}

static struct fa_str cell_of(const struct fa_book_row *row, uint32_t column_no)
{
    for (size_t i = 0; i < row->cell_count; i++)
        if (row->cells[i].column_no == column_no)
            return row->cells[i].value;
    return (struct fa_str){"", 0};
}

static enum fa_status add_row(struct fa_book_file *file, struct fa_sink *sink,
                              const struct fa_book_row *row, struct fa_buf *scratch,
                              struct fa_provenance *made_from)
{
    struct fa_provenance_entry entry = {.stage = cell_of(row, FA_SOURCE_STAGE),
                                    .name = cell_of(row, FA_SOURCE_NAME),
                                    .value = cell_of(row, FA_SOURCE_VALUE)};
    struct fa_str what = cell_of(row, FA_SOURCE_ROLE);
    entry.is_option = is_word(what, FA_STR("option"), scratch);
    int role = entry.is_option ? FA_INPUT_ROLE_COUNT : 0;
    while (role < FA_INPUT_ROLE_COUNT &&
           !is_word(what, fa_str_from(fa_input_role_name((enum fa_input_role)role)), scratch))
        role++;
    if (!entry.is_option && role == FA_INPUT_ROLE_COUNT)
        return no_record(file, sink, row->row_no, "it is not known what it is");
    if (!entry.stage.size || !entry.name.size || !entry.value.size)
        return no_record(file, sink, row->row_no, "a cell is empty");
    if (!entry.is_option)
        entry.role = (enum fa_input_role)role;
    if (made_from->entries.count >= 2 * FA_SOURCES_MAX)
        return no_record(file, sink, row->row_no, "there are too many");
    return fa_provenance_add(made_from, &entry) == FA_OK ? FA_OK : no_memory(sink);
}

enum fa_status fa_book_provenance(struct fa_book_file *file, struct fa_sink *sink,
                              struct fa_provenance *made_from)
{
    size_t sheet;
    struct fa_buf scratch = {0};
    struct fa_book_walk *walk = NULL;
    enum fa_status status = FA_OK;
    if (!find_sheet(file, &scratch, &sheet))
        status = no_record(file, sink, 0, "it has no sheet of sources");
    if (status == FA_OK)
        status = fa_book_walk_open(file, sheet, sink, &walk);
    struct fa_book_row row = {.row_no = 1};
    while (status == FA_OK && row.row_no) {
        status = fa_book_walk_next(walk, &row);
        if (status == FA_OK && row.row_no > FA_SOURCE_FIRST_ROW && row.cell_count)
            status = add_row(file, sink, &row, &scratch, made_from);
    }
    fa_book_walk_close(walk);
    fa_buf_release(&scratch);
    return status;
}

/* --- two workbooks --- */

struct pair {
    struct fa_book_walk *made, *recorded;
};

/* The first cell that is not in both alike; FA_OK and *COLUMN_NO 0 when there is none. */
static void find_cell(const struct fa_book_row *made, const struct fa_book_row *recorded,
                      uint32_t *column_no)
{
    *column_no = 0;
    for (size_t i = 0; i < made->cell_count || i < recorded->cell_count; i++) {
        const struct fa_book_cell *a = i < made->cell_count ? &made->cells[i] : NULL;
        const struct fa_book_cell *b = i < recorded->cell_count ? &recorded->cells[i] : NULL;
        if (a && b && a->column_no == b->column_no && fa_str_equal(a->value, b->value) &&
            fa_str_equal(a->formula, b->formula))
            continue;
        *column_no = !b || (a && a->column_no < b->column_no) ? a->column_no : b->column_no;
        return;
    }
}

/* Rows without cells are none. */
static enum fa_status next_filled(struct fa_book_walk *walk, struct fa_book_row *row)
{
    do
        FA_TRY(fa_book_walk_next(walk, row));
    while (row->row_no && row->cell_count == 0);
    return FA_OK;
}

static enum fa_status compare_rows(const struct pair *pair, struct fa_str name,
                                   struct fa_sink *sink, struct fa_differences *differences)
{
    uint64_t differing = 0;
    uint32_t first_row = 0, first_column = 0;
    struct fa_book_row made, recorded;
    FA_TRY(next_filled(pair->made, &made));
    FA_TRY(next_filled(pair->recorded, &recorded));
    while (made.row_no || recorded.row_no) {
        uint32_t column_no = 0;
        bool has_made = made.row_no && (!recorded.row_no || made.row_no <= recorded.row_no);
        bool has_recorded =
            recorded.row_no && (!made.row_no || recorded.row_no <= made.row_no);
        uint32_t row_no = has_made ? made.row_no : recorded.row_no;
        if (has_made && has_recorded)
            find_cell(&made, &recorded, &column_no);
        else
            column_no = (has_made ? made : recorded).cells[0].column_no;
        if (column_no && !differing++) {
            first_row = row_no;
            first_column = column_no;
        }
        if (has_made)
            FA_TRY(next_filled(pair->made, &made));
        if (has_recorded)
            FA_TRY(next_filled(pair->recorded, &recorded));
    }
    char cell[FA_CELL_NAME_BYTES], quoted[FA_QUOTED_BYTES];
    if (differing && fa_difference_add(differences, "sheet %s: %llu row%s, first in cell %s",
                                       fa_quoted(name, quoted), (unsigned long long)differing,
                                       differing == 1 ? " differs" : "s differ",
                                       fa_cell_name(first_row, first_column, cell)) != FA_OK)
        return no_memory(sink);
    return FA_OK;
}

static enum fa_status compare_sheets(struct fa_book_file *made, size_t a,
                                     struct fa_book_file *recorded, size_t b, struct fa_sink *sink,
                                     struct fa_differences *differences)
{
    struct pair pair = {NULL, NULL};
    enum fa_status status = fa_book_walk_open(made, a, sink, &pair.made);
    if (status == FA_OK)
        status = fa_book_walk_open(recorded, b, sink, &pair.recorded);
    if (status == FA_OK)
        status = compare_rows(&pair, made->book.sheets.items[a].name, sink, differences);
    fa_book_walk_close(pair.made);
    fa_book_walk_close(pair.recorded);
    return status;
}

static bool find_named(const struct fa_book_file *file, struct fa_str name, size_t *sheet)
{
    for (*sheet = 0; *sheet < file->book.sheets.count; (*sheet)++)
        if (fa_str_equal(file->book.sheets.items[*sheet].name, name))
            return true;
    return false;
}

enum fa_status fa_book_compare(struct fa_book_file *made, struct fa_book_file *recorded,
                               struct fa_sink *sink, struct fa_differences *differences)
{
    char quoted[FA_QUOTED_BYTES];
    size_t other;
    for (size_t i = 0; i < made->book.sheets.count; i++) {
        struct fa_str name = made->book.sheets.items[i].name;
        if (find_named(recorded, name, &other))
            FA_TRY(compare_sheets(made, i, recorded, other, sink, differences));
        else if (fa_difference_add(differences, "sheet %s: missing in the workbook",
                                   fa_quoted(name, quoted)) != FA_OK)
            return no_memory(sink);
    }
    for (size_t i = 0; i < recorded->book.sheets.count; i++) {
        struct fa_str name = recorded->book.sheets.items[i].name;
        if (!find_named(made, name, &other) &&
            fa_difference_add(differences, "sheet %s: none that the report has",
                              fa_quoted(name, quoted)) != FA_OK)
            return no_memory(sink);
    }
    return FA_OK;
}
