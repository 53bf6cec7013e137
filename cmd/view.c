/*
 * flowaudit-view: any stream as text. One table, its totals, its schema, or all of it as a
 * filing that ingest reads back to the same rows.
 *
 * A stream gives held tables before the rows by time and what they refer to. So held tables are
 * kept until all of them came, then printed; all other rows are printed as they come.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fields.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "common/streams.h"
#include "lang/lexer.h"
#include "ledger/cell.h"
#include "rules/select.h"

enum format { FORMAT_CSV, FORMAT_NDJSON };
#define FORMATS "csv|ndjson"

struct view_options {
    const char *table, *columns, *where, *output;
    bool totals, sources, schema, all;
    unsigned format;
    uint64_t memory_max;
};

/* --- lines --- */

/* One line as it is built: fields with names, in the chosen format. */
struct line {
    enum format format;
    struct fa_buf text, cell;
    unsigned field_count;
};

static void line_begin(struct line *line)
{
    fa_buf_clear(&line->text);
    line->field_count = 0;
}

/* IS_BARE: a number or a truth value, which JSON has without quotes. An empty value is missing.
 */
static enum fa_status line_add(struct line *line, struct fa_str name, struct fa_str value,
                               bool is_bare)
{
    if (line->format == FORMAT_CSV) {
        if (line->field_count++ > 0)
            FA_TRY(fa_buf_add_char(&line->text, ','));
        return fa_csv_add_field(&line->text, value, false);
    }
    FA_TRY(fa_buf_add_char(&line->text, line->field_count++ > 0 ? ',' : '{'));
    FA_TRY(fa_json_add_string(&line->text, name));
    FA_TRY(fa_buf_add_char(&line->text, ':'));
    if (value.size == 0)
        return fa_buf_add_text(&line->text, "null");
    return is_bare ? fa_buf_add_str(&line->text, value)
                   : fa_json_add_string(&line->text, value);
}

static enum fa_status line_add_number(struct line *line, const char *name, uint64_t number)
{
    fa_buf_clear(&line->cell);
    FA_TRY(fa_buf_addf(&line->cell, "%llu", (unsigned long long)number));
    return line_add(line, fa_str_from(name), fa_buf_str(&line->cell), true);
}

static enum fa_status line_end(struct line *line)
{
    return fa_buf_add_text(&line->text, line->format == FORMAT_CSV ? "\n" : "}\n");
}

static void line_release(struct line *line)
{
    fa_buf_release(&line->text);
    fa_buf_release(&line->cell);
}

/* --- where lines go --- */

/* A file of --all: one table of one filer; or standard output. */
struct sheet {
    struct output output;
    bool is_open;
    struct fa_sha256 *sha; /* of a file: for the manifest */
    int table;
    int64_t filer;
    uint64_t row_count;
    struct fa_buf name, path;
};

struct view {
    const struct view_options *options;
    struct tool_run *run;
    const struct fa_head *head;
    struct fa_held *held;
    struct fa_cell_context cells;
    struct line line;
    int table;                    /* the one that is printed; FA_NO_TABLE with --all */
    FA_VEC(int) columns;          /* of it */
    struct fa_decoder **decoders; /* of tables that are printed as they come */
    FA_VEC(struct sheet *) sheets;
    struct fa_selection *selection; /* --where */
    uint8_t *marks;                 /* of the batch at work */
    size_t mark_count;
    uint64_t selected[FA_SELECT_OTHER_CURRENCY + 1];
    bool is_scouted; /* the condition reads rows by time, and has all of them */
    bool is_held_printed;
    struct output output; /* of what is no table: totals, schema, manifest */
};

static enum fa_status no_memory(const struct view *view)
{
    return fa_out_of_memory(view->run->sink, "the view");
}

static enum fa_status sheet_write(struct sheet *sheet, struct fa_str text)
{
    if (sheet->sha)
        fa_sha256_add(sheet->sha, text.bytes, text.size);
    return output_write(&sheet->output, text.bytes, text.size);
}

static bool is_shown(const struct view *view, int table)
{
    const struct fa_table_def *def = &view->head->dictionary.tables[table];
    return view->table == FA_NO_TABLE ? def->written_by == FA_BY_FILING : table == view->table;
}

static bool is_held(const struct view *view, int table)
{
    const struct fa_table_def *def = &view->head->dictionary.tables[table];
    return def->written_by == FA_BY_FILING && def->by == FA_NO_COLUMN;
}

/* --- rows --- */

static int column_count(const struct view *view, const struct fa_table_def *table)
{
    return view->columns.count > 0 ? (int)view->columns.count : table->hidden_from;
}

static int column_at(const struct view *view, int i)
{
    return view->columns.count > 0 ? view->columns.items[i] : i;
}

static enum fa_status write_heading(struct view *view, struct sheet *sheet)
{
    const struct fa_table_def *table = &view->head->dictionary.tables[sheet->table];
    if (view->line.format != FORMAT_CSV)
        return FA_OK;
    line_begin(&view->line);
    for (int i = 0; i < column_count(view, table); i++) {
        struct fa_str name = table->columns[column_at(view, i)].name;
        if (line_add(&view->line, name, name, false) != FA_OK)
            return no_memory(view);
    }
    if (line_end(&view->line) != FA_OK)
        return no_memory(view);
    return sheet_write(sheet, fa_buf_str(&view->line.text));
}

/* The line of a row; FA_ELIMIT: memory is out. */
static enum fa_status make_row(struct view *view, const struct fa_batch *batch, uint32_t row)
{
    struct line *line = &view->line;
    line_begin(line);
    for (int i = 0; i < column_count(view, batch->table); i++) {
        int column = column_at(view, i);
        const struct fa_column_def *def = &batch->table->columns[column];
        bool is_bare = def->type == FA_TYPE_INT || def->type == FA_TYPE_BOOL;
        fa_buf_clear(&line->cell);
        FA_TRY(fa_cell_format(&view->cells, batch, column, row, &line->cell));
        FA_TRY(line_add(line, def->name, fa_buf_str(&line->cell), is_bare));
    }
    return line_end(line);
}

static enum fa_status write_row(struct view *view, const struct fa_batch *batch, uint32_t row,
                                struct sheet *sheet)
{
    enum fa_status status = make_row(view, batch, row);
    char quoted[FA_QUOTED_BYTES];
    if (status == FA_ELIMIT)
        return no_memory(view);
    if (status != FA_OK)
        return fa_error(view->run->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                        "a row of table %s cannot be shown",
                        fa_quoted(batch->table->name, quoted));
    sheet->row_count++;
    return sheet_write(sheet, fa_buf_str(&view->line.text));
}

/* --- sheets --- */

static int64_t filer_of(const struct fa_batch *batch, uint32_t row)
{
    const struct fa_column *filer = &batch->columns[batch->table->hidden_from];
    return fa_is_missing(filer, row) ? -1 : filer->values[row];
}

/* "flow.csv"; of a second filer "flow_002.csv", which a folder lists behind it. */
static enum fa_status name_sheet(struct view *view, struct sheet *sheet)
{
    unsigned number = 1;
    for (size_t i = 0; i < view->sheets.count; i++)
        number += view->sheets.items[i]->table == sheet->table;
    struct fa_str table = view->head->dictionary.tables[sheet->table].name;
    FA_TRY(fa_buf_add_str(&sheet->name, table));
    if (number > 1)
        FA_TRY(fa_buf_addf(&sheet->name, "_%03u", number));
    return fa_buf_add_text(&sheet->name, ".csv");
}

/* PATH becomes the output's name: it is there until the output is finished. */
static enum fa_status open_in_folder(struct view *view, const char *name, struct fa_buf *path,
                                     struct output *output)
{
    bool is_made = fa_buf_addf(path, "%s/%s", view->options->output, name) == FA_OK &&
                   fa_buf_cstr(path) != NULL;
    return is_made ? output_open(output, path->bytes, OUTPUT_TEXT, view->run->sink)
                   : no_memory(view);
}

static enum fa_status open_sheet(struct view *view, struct sheet *sheet)
{
    if (view->table != FA_NO_TABLE)
        return output_open(&sheet->output, view->options->output, OUTPUT_TEXT, view->run->sink);
    sheet->sha = fa_sha256_new();
    if (!sheet->sha || name_sheet(view, sheet) != FA_OK || !fa_buf_cstr(&sheet->name))
        return no_memory(view);
    return open_in_folder(view, sheet->name.bytes, &sheet->path, &sheet->output);
}

static void free_sheet(struct sheet *sheet)
{
    fa_sha256_free(sheet->sha);
    fa_buf_release(&sheet->name);
    fa_buf_release(&sheet->path);
    free(sheet);
}

static enum fa_status add_sheet(struct view *view, int table, int64_t filer,
                                struct sheet **made)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    if (!sheet || fa_vec_reserve(&view->sheets, view->sheets.count + 1) != FA_OK) {
        free(sheet);
        return no_memory(view);
    }
    sheet->table = table;
    sheet->filer = filer;
    enum fa_status status = open_sheet(view, sheet);
    if (status != FA_OK) {
        free_sheet(sheet);
        return status;
    }
    sheet->is_open = true;
    view->sheets.items[view->sheets.count++] = sheet;
    *made = sheet;
    return write_heading(view, sheet);
}

/* Where a row goes; of a filing of several filers each has its own file. */
static enum fa_status find_sheet(struct view *view, int table, int64_t filer,
                                 struct sheet **found)
{
    for (size_t i = 0; i < view->sheets.count; i++) {
        struct sheet *sheet = view->sheets.items[i];
        bool is_same = view->table != FA_NO_TABLE || sheet->filer == filer;
        if (sheet->table == table && is_same) {
            *found = sheet;
            return FA_OK;
        }
    }
    return add_sheet(view, table, filer, found);
}

static enum fa_status mark_rows(struct view *view, const struct fa_batch *batch)
{
    if (!view->selection)
        return FA_OK;
    if (batch->row_count > view->mark_count) {
        free(view->marks);
        view->mark_count = batch->row_count;
        view->marks = malloc(view->mark_count);
        if (!view->marks)
            return no_memory(view);
    }
    FA_TRY(fa_selection_mark(view->selection, batch, view->marks));
    for (uint32_t row = 0; row < batch->row_count; row++)
        view->selected[view->marks[row]]++;
    return FA_OK;
}

static enum fa_status write_rows(struct view *view, const struct fa_batch *batch,
                                 const uint32_t *order)
{
    struct sheet *sheet = NULL;
    FA_TRY(mark_rows(view, batch));
    for (uint32_t i = 0; i < batch->row_count; i++) {
        uint32_t row = order ? order[i] : i;
        if (view->selection && view->marks[row] != FA_SELECTED)
            continue;
        int64_t filer = filer_of(batch, row);
        if (!sheet || sheet->filer != filer)
            FA_TRY(find_sheet(view, batch->table->index, filer, &sheet));
        FA_TRY(write_row(view, batch, row, sheet));
    }
    return FA_OK;
}

/* --- blocks --- */

/* Held rows in the order of the stream, which they lost when they were put in order by id. */
static enum fa_status write_held(struct view *view, int table)
{
    const struct fa_held_table *held = fa_held_get(view->held, table);
    uint32_t *order = NULL;
    if (held->numbers) {
        order = malloc(held->rows.row_count * sizeof *order);
        if (!order)
            return no_memory(view);
        for (uint32_t row = 0; row < held->rows.row_count; row++)
            order[held->numbers[row]] = row;
    }
    enum fa_status status = write_rows(view, &held->rows, order);
    free(order);
    return status;
}

/* What is held is complete. */
static enum fa_status begin(struct view *view)
{
    FA_TRY(fa_held_finish(view->held));
    return view->selection ? fa_selection_begin(view->selection, view->held) : FA_OK;
}

static enum fa_status write_all_held(struct view *view)
{
    if (view->is_held_printed)
        return FA_OK;
    view->is_held_printed = true;
    if (!view->is_scouted)
        FA_TRY(begin(view));
    for (int table = 0; table < view->head->dictionary.table_count; table++)
        if (is_shown(view, table) && is_held(view, table))
            FA_TRY(write_held(view, table));
    return FA_OK;
}

static enum fa_status write_block(struct view *view, const struct fa_block *block)
{
    struct fa_batch batch;
    struct fa_decoder **decoder = &view->decoders[block->table];
    if (!*decoder) {
        *decoder = fa_decoder_new(&view->head->dictionary.tables[block->table]);
        if (!*decoder)
            return no_memory(view);
        fa_decoder_want_all(*decoder);
    }
    FA_TRY(fa_decoder_decode(*decoder, block, view->run->sink, &batch));
    return write_rows(view, &batch, NULL);
}

static enum fa_status view_block(struct view *view, const struct fa_block *block)
{
    enum fa_section section = fa_block_section(view->head, block);
    if (section == FA_SECTION_IDS || section == FA_SECTION_HELD)
        return view->is_scouted ? FA_OK : fa_held_add(view->held, block);
    if (section == FA_SECTION_END)
        return FA_OK; /* a kind of a later version that may be left out */
    FA_TRY(write_all_held(view));
    fa_progress_add(&view->run->progress, block->row_count);
    return is_shown(view, block->table) ? write_block(view, block) : FA_OK;
}

/* Reads all of the stream before it is shown. */
static enum fa_status scout(struct view *view, struct fa_blocks *blocks)
{
    struct fa_block block;
    for (bool is_end = false;;) {
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
        if (is_end)
            break;
        FA_TRY(fa_held_add(view->held, &block));
    }
    view->is_scouted = true;
    FA_TRY(begin(view));
    return fa_blocks_rewind(blocks);
}

static enum fa_status view_blocks(struct view *view, struct fa_blocks *blocks)
{
    for (int table = 0; table < view->head->dictionary.table_count; table++) {
        if (!is_shown(view, table))
            continue;
        fa_cell_want(view->held, view->head, table);
        for (int c = 0;
             is_held(view, table) && c < view->head->dictionary.tables[table].column_count; c++)
            fa_held_want(view->held, table, c);
    }
    fa_held_set_limit(view->held, view->options->memory_max);
    if (view->selection && fa_selection_want(view->selection, view->held))
        FA_TRY(scout(view, blocks));
    fa_progress_begin(&view->run->progress, "reading", "rows", 0);
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
        if (is_end)
            return write_all_held(view);
        FA_TRY(view_block(view, &block));
    }
}

/* --- one table --- */

static enum fa_status wrong_use(struct view *view, const char *what, struct fa_nearest *nearest)
{
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    return fa_error(view->run->sink, FA_CODE_USAGE, (struct fa_place){0},
                    fa_nearest_hint(nearest, "--schema lists tables and columns", hint),
                    "%s %s", what, fa_quoted(nearest->wanted, quoted));
}

static enum fa_status choose_columns(struct view *view, const struct fa_table_def *table)
{
    struct fa_str rest = fa_str_from(view->options->columns);
    while (rest.size > 0) {
        const char *comma = memchr(rest.bytes, ',', rest.size);
        size_t size = comma ? (size_t)(comma - rest.bytes) : rest.size;
        struct fa_nearest nearest = {.wanted = {rest.bytes, size}};
        int column = fa_table_find_column(table, nearest.wanted);
        for (int i = 0; i < table->column_count; i++)
            fa_nearest_add(&nearest, table->columns[i].name);
        if (column == FA_NO_COLUMN)
            return wrong_use(view, "the table has no column", &nearest);
        if (fa_vec_add(&view->columns, column) != FA_OK)
            return no_memory(view);
        size += comma != NULL;
        rest = (struct fa_str){rest.bytes + size, rest.size - size};
    }
    return FA_OK;
}

static enum fa_status choose_table(struct view *view)
{
    struct fa_nearest nearest = {.wanted = fa_str_from(view->options->table)};
    const struct fa_table_def *table =
        fa_dictionary_find(&view->head->dictionary, nearest.wanted);
    for (int i = 0; i < view->head->dictionary.table_count; i++)
        fa_nearest_add(&nearest, view->head->dictionary.tables[i].name);
    if (!table)
        return wrong_use(view, "the stream has no table", &nearest);
    view->table = table->index;
    return choose_columns(view, table);
}

/* Makes files of the sheets, or with another STATUS than FA_OK nothing. */
static enum fa_status close_sheets(struct view *view, enum fa_status status)
{
    for (size_t i = 0; i < view->sheets.count; i++) {
        struct sheet *sheet = view->sheets.items[i];
        if (sheet->is_open)
            status = output_finish(&sheet->output, status);
        sheet->is_open = false;
    }
    return status;
}

/* Rows that are not shown though nobody knows that they should not be. */
static void tell_left_out(const struct view *view)
{
    uint64_t unknown = view->selected[FA_SELECT_UNKNOWN];
    uint64_t other = view->selected[FA_SELECT_OTHER_CURRENCY];
    if (unknown)
        fa_warn(view->run->sink, FA_CODE_VIEW_UNKNOWN, (struct fa_place){0},
                "ask for them with 'is missing', or say what holds then with else",
                "%llu row%s left out: what the condition reads is missing there",
                (unsigned long long)unknown, unknown == 1 ? " is" : "s are");
    if (other)
        fa_warn(view->run->sink, FA_CODE_VIEW_CURRENCY, (struct fa_place){0},
                "a condition compares amounts in the filing's currency only",
                "%llu row%s left out: in another currency than the amounts of the condition",
                (unsigned long long)other, other == 1 ? " is" : "s are");
}

static enum fa_status view_table(struct view *view, struct fa_blocks *blocks)
{
    struct sheet *sheet;
    FA_TRY(choose_table(view));
    if (view->options->where)
        FA_TRY(fa_selection_new(view->head, view->table, fa_str_from(view->options->where),
                                FA_STR("--where"), view->options->memory_max, view->run->sink,
                                &view->selection));
    FA_TRY(add_sheet(view, view->table, -1, &sheet));
    FA_TRY(view_blocks(view, blocks));
    tell_left_out(view);
    return FA_OK;
}

/* --- all tables, as a filing --- */

static enum fa_status add_day(struct fa_buf *text, int64_t day_no)
{
    char buffer[FA_TIME_TEXT_BYTES];
    return fa_buf_add(text, buffer, fa_date_format(day_no, buffer));
}

static enum fa_status add_quoted(struct fa_buf *text, const char *word, struct fa_str value)
{
    FA_TRY(fa_buf_addf(text, "%s ", word));
    return fa_lex_quote(value, text);
}

static enum fa_status add_file(const struct view *view, struct sheet *sheet,
                               struct fa_buf *text)
{
    uint8_t sha256[FA_SHA256_BYTES];
    char hex[FA_SHA256_HEX_BYTES];
    const struct fa_table_def *table = &view->head->dictionary.tables[sheet->table];
    const struct fa_table_def *institution =
        fa_dictionary_find(&view->head->dictionary, FA_STR("institution"));
    fa_sha256_finish(sheet->sha, sha256);
    fa_sha256_hex(sha256, hex);
    FA_TRY(add_quoted(text, "  file", fa_buf_str(&sheet->name)));
    FA_TRY(fa_buf_add_text(text, " table "));
    FA_TRY(fa_buf_add_str(text, table->name));
    if (sheet->filer >= 0 && institution) {
        struct fa_str filer = fa_held_get(view->held, institution->index)->names[sheet->filer];
        if (!fa_str_equal(filer, view->head->filer))
            FA_TRY(add_quoted(text, " filer", filer));
    }
    return fa_buf_addf(text, " rows %llu sha256 \"%s\"\n", (unsigned long long)sheet->row_count,
                       hex);
}

/* What the head says in the words of flowaudit-filing(5). */
static enum fa_status make_manifest(const struct view *view, struct fa_buf *text)
{
    const struct fa_head *head = view->head;
    FA_TRY(add_quoted(text, "filing", head->filing));
    if (head->filer.size > 0)
        FA_TRY(add_quoted(text, "\n  filer", head->filer));
    FA_TRY(fa_buf_addf(text, "\n  zone %s\n", head->zone.name));
    if (head->currency != 0) {
        char currency[4];
        fa_currency_format(head->currency, currency);
        FA_TRY(fa_buf_addf(text, "  currency %s\n", currency));
    }
    if (head->reference.size > 0) {
        FA_TRY(fa_buf_add_text(text, "  reference "));
        FA_TRY(fa_buf_add_str(text, head->reference));
        FA_TRY(fa_buf_add_char(text, '\n'));
    }
    if (!head->as_of_assumed) {
        FA_TRY(fa_buf_add_text(text, "  as of "));
        FA_TRY(add_day(text, head->as_of_day));
        FA_TRY(fa_buf_add_char(text, '\n'));
    }
    for (size_t i = 0; i < head->covers.count; i++) {
        const struct fa_cover_info *cover = &head->covers.items[i];
        if (cover->is_assumed)
            continue;
        FA_TRY(fa_buf_add_text(text, "  covers "));
        FA_TRY(fa_buf_add_str(text, head->dictionary.tables[cover->table].name));
        FA_TRY(fa_buf_add_char(text, ' '));
        FA_TRY(add_day(text, cover->from_day));
        FA_TRY(fa_buf_add_text(text, " .. "));
        FA_TRY(add_day(text, cover->to_day));
        FA_TRY(fa_buf_add_char(text, '\n'));
    }
    for (size_t i = 0; i < view->sheets.count; i++)
        FA_TRY(add_file(view, view->sheets.items[i], text));
    return fa_buf_add_text(text, "end\n");
}

static enum fa_status write_manifest(struct view *view)
{
    struct fa_buf text = {0}, path = {0};
    enum fa_status status = make_manifest(view, &text) == FA_OK ? FA_OK : no_memory(view);
    if (status == FA_OK)
        status = open_in_folder(view, "filing.manifest", &path, &view->output);
    if (status == FA_OK)
        status =
            output_finish(&view->output, output_write(&view->output, text.bytes, text.size));
    fa_buf_release(&path);
    fa_buf_release(&text);
    return status;
}

static enum fa_status view_all(struct view *view, struct fa_blocks *blocks)
{
    view->table = FA_NO_TABLE;
    if (mkdir(view->options->output, 0700) != 0 && errno != EEXIST)
        return fa_io_error(view->run->sink, "make folder", view->options->output, errno);
    FA_TRY(view_blocks(view, blocks));
    /* Tables whose files had no rows were in the filing too: their absence would be told as
     * such. */
    for (size_t i = 0; i < view->head->sources.count; i++) {
        struct sheet *sheet = NULL;
        int table = view->head->sources.items[i].table;
        bool has_sheet = table == FA_NO_TABLE || !is_shown(view, table);
        for (size_t s = 0; s < view->sheets.count; s++)
            has_sheet |= view->sheets.items[s]->table == table;
        if (!has_sheet)
            FA_TRY(add_sheet(view, table, -1, &sheet));
    }
    FA_TRY(close_sheets(view, FA_OK));
    return write_manifest(view);
}

/* --- totals --- */

static enum fa_status make_total(struct view *view, const struct fa_total *total)
{
    struct line *line = &view->line;
    const struct fa_table_def *table = &view->head->dictionary.tables[total->table];
    int direction = fa_table_find_column(table, FA_STR("direction"));
    bool is_money = total->column != FA_NO_COLUMN;
    char currency[4] = "", sum[FA_MONEY_TEXT_BYTES] = "";
    if (total->currency != 0)
        fa_currency_format(total->currency, currency);
    if (is_money)
        fa_money_format(total->sum, fa_head_scale(view->head, total->currency), sum);
    line_begin(line);
    FA_TRY(line_add(line, FA_STR("table"), table->name, false));
    FA_TRY(line_add(line, FA_STR("column"),
                    is_money ? table->columns[total->column].name : FA_STR(""), false));
    FA_TRY(line_add(line, FA_STR("currency"), fa_str_from(currency), false));
    FA_TRY(line_add(line, FA_STR("direction"),
                    total->direction >= 0 ? table->columns[direction].values[total->direction]
                                          : FA_STR(""),
                    false));
    FA_TRY(line_add_number(line, "rows", total->rows));
    if (is_money)
        FA_TRY(line_add(line, FA_STR("rejected"), FA_STR(""), true));
    else
        FA_TRY(line_add_number(line, "rejected", total->rejected));
    FA_TRY(line_add(line, FA_STR("sum"), fa_str_from(sum), false));
    return line_end(line);
}

static enum fa_status write_totals(struct view *view, const struct fa_totals *totals,
                                   struct output *output)
{
    struct fa_str heading = FA_STR("table,column,currency,direction,rows,rejected,sum\n");
    if (view->line.format == FORMAT_CSV)
        FA_TRY(output_write(output, heading.bytes, heading.size));
    for (size_t i = 0; i < totals->list.count; i++) {
        if (make_total(view, &totals->list.items[i]) != FA_OK)
            return no_memory(view);
        FA_TRY(output_write(output, view->line.text.bytes, view->line.text.size));
    }
    return FA_OK;
}

static enum fa_status view_totals(struct view *view, struct fa_blocks *blocks)
{
    bool is_end = false;
    while (!is_end) {
        struct fa_block block;
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
    }
    FA_TRY(output_open(&view->output, view->options->output, OUTPUT_TEXT, view->run->sink));
    return output_finish(&view->output, write_totals(view, blocks->totals, &view->output));
}

/* --- sources --- */

static enum fa_status make_source(struct view *view, const struct fa_source_info *source)
{
    struct line *line = &view->line;
    char hex[FA_SHA256_HEX_BYTES];
    bool has_table = source->table != FA_NO_TABLE;
    fa_sha256_hex(source->sha256, hex);
    line_begin(line);
    FA_TRY(line_add(line, FA_STR("source"), source->name, false));
    FA_TRY(line_add(line, FA_STR("table"),
                    has_table ? view->head->dictionary.tables[source->table].name : FA_STR(""),
                    false));
    FA_TRY(line_add(line, FA_STR("profile"), source->profile, false));
    FA_TRY(line_add_number(line, "records", source->count.records));
    FA_TRY(line_add_number(line, "accepted", source->count.accepted));
    FA_TRY(line_add_number(line, "rejected", source->count.rejected));
    FA_TRY(line_add_number(line, "ignored", source->count.ignored));
    FA_TRY(line_add_number(line, "other", source->count.other));
    FA_TRY(line_add_number(line, "rows", source->count.rows));
    FA_TRY(line_add_number(line, "bytes", source->size_bytes));
    FA_TRY(line_add(line, FA_STR("sha256"), fa_str_from(hex), false));
    return line_end(line);
}

static enum fa_status write_sources(struct view *view, struct output *output)
{
    struct fa_str heading =
        FA_STR("source,table,profile,records,accepted,rejected,ignored,other,rows,bytes,sha256\n");
    if (view->line.format == FORMAT_CSV)
        FA_TRY(output_write(output, heading.bytes, heading.size));
    for (size_t i = 0; i < view->head->sources.count; i++) {
        if (make_source(view, &view->head->sources.items[i]) != FA_OK)
            return no_memory(view);
        FA_TRY(output_write(output, view->line.text.bytes, view->line.text.size));
    }
    return FA_OK;
}

static enum fa_status view_sources(struct view *view)
{
    FA_TRY(output_open(&view->output, view->options->output, OUTPUT_TEXT, view->run->sink));
    return output_finish(&view->output, write_sources(view, &view->output));
}

/* --- schema --- */

/* "id of account", "enum {credit, debit}" */
static enum fa_status add_type(const struct fa_column_def *column, struct fa_buf *text)
{
    FA_TRY(fa_buf_add_text(text, fa_type_name(column->type)));
    if (column->type == FA_TYPE_ID) {
        FA_TRY(fa_buf_add_text(text, " of "));
        FA_TRY(fa_buf_add_str(text, column->refers_to_name));
    }
    for (uint32_t i = 0; i < column->value_count; i++) {
        FA_TRY(fa_buf_add_text(text, i == 0 ? " {" : ", "));
        FA_TRY(fa_buf_add_str(text, column->values[i]));
    }
    return column->value_count > 0 ? fa_buf_add_char(text, '}') : FA_OK;
}

static enum fa_status make_column(struct line *line, const struct fa_table_def *table,
                                  const struct fa_column_def *column)
{
    line_begin(line);
    fa_buf_clear(&line->cell);
    FA_TRY(line_add(line, FA_STR("table"), table->name, false));
    FA_TRY(line_add(line, FA_STR("column"), column->name, false));
    FA_TRY(add_type(column, &line->cell));
    FA_TRY(line_add(line, FA_STR("type"), fa_buf_str(&line->cell), false));
    FA_TRY(line_add(line, FA_STR("required"),
                    fa_str_from(column->is_required ? "true" : "false"), true));
    FA_TRY(line_add(line, FA_STR("masked"),
                    fa_str_from(column->mask == FA_MASK_NONE ? "false" : "true"), true));
    FA_TRY(line_add(line, FA_STR("label_zh"), column->label_zh, false));
    FA_TRY(line_add(line, FA_STR("meaning"), column->meaning_en, false));
    return line_end(line);
}

static enum fa_status write_schema(struct view *view, const struct fa_dictionary *dictionary,
                                   struct output *output)
{
    struct fa_str heading = FA_STR("table,column,type,required,masked,label_zh,meaning\n");
    if (view->line.format == FORMAT_CSV)
        FA_TRY(output_write(output, heading.bytes, heading.size));
    for (int t = 0; t < dictionary->table_count; t++) {
        const struct fa_table_def *table = &dictionary->tables[t];
        if (view->options->table && !fa_str_is(table->name, view->options->table))
            continue;
        for (int c = 0; c < table->hidden_from; c++) {
            if (make_column(&view->line, table, &table->columns[c]) != FA_OK)
                return no_memory(view);
            FA_TRY(output_write(output, view->line.text.bytes, view->line.text.size));
        }
    }
    return FA_OK;
}

static enum fa_status view_schema(struct view *view, const struct fa_dictionary *dictionary)
{
    if (view->options->table) {
        struct fa_nearest nearest = {.wanted = fa_str_from(view->options->table)};
        for (int i = 0; i < dictionary->table_count; i++)
            fa_nearest_add(&nearest, dictionary->tables[i].name);
        if (!fa_dictionary_find(dictionary, nearest.wanted))
            return wrong_use(view, "there is no table", &nearest);
    }
    FA_TRY(output_open(&view->output, view->options->output, OUTPUT_TEXT, view->run->sink));
    return output_finish(&view->output, write_schema(view, dictionary, &view->output));
}

static enum fa_status view_builtin_schema(struct view *view)
{
    struct fa_arena run_arena;
    struct fa_dictionary dictionary;
    fa_arena_init(&run_arena);
    enum fa_status status = fa_dictionary_builtin(&run_arena, view->run->sink, &dictionary);
    if (status == FA_OK)
        status = view_schema(view, &dictionary);
    fa_arena_release(&run_arena);
    return status;
}

/* --- the whole --- */

static enum fa_status view_stream(struct view *view, struct fa_blocks *blocks)
{
    size_t table_count = (size_t)blocks->head->dictionary.table_count;
    view->head = blocks->head;
    if (view->options->schema)
        return view_schema(view, &view->head->dictionary);
    if (view->options->sources)
        return view_sources(view);
    if (!view->options->table && !view->options->all)
        return view_totals(view, blocks);
    view->held = fa_held_new(view->head, view->run->sink);
    view->decoders = calloc(table_count + 1, sizeof *view->decoders);
    view->cells = (struct fa_cell_context){view->head, view->held};
    enum fa_status status = view->held && view->decoders ? FA_OK : no_memory(view);
    if (status == FA_OK)
        status = view->options->all ? view_all(view, blocks) : view_table(view, blocks);
    status = close_sheets(view, status);
    for (size_t i = 0; i < view->sheets.count; i++)
        free_sheet(view->sheets.items[i]);
    for (size_t i = 0; view->decoders && i < table_count; i++)
        fa_decoder_free(view->decoders[i]);
    free(view->decoders);
    fa_selection_free(view->selection);
    free(view->marks);
    fa_held_free(view->held);
    return status;
}

static enum fa_status check_use(const struct view_options *options, struct tool_run *run)
{
    const char *wrong = NULL;
    if (options->all && !options->output)
        wrong = "--all writes a folder: name it with -o DIR";
    else if (options->all &&
             (options->table || options->totals || options->sources || options->schema))
        wrong = "--all shows everything and goes with none of --table, --totals, --sources and "
                "--schema";
    else if (options->all && options->format != FORMAT_CSV)
        wrong = "--all writes a filing, which is CSV";
    else if (options->columns && !options->table)
        wrong = "--columns needs --table";
    else if (options->where && !options->table)
        wrong = "--where needs --table";
    else if (options->totals && (options->table || options->schema))
        wrong = "--totals goes with neither --table nor --schema";
    else if (options->sources && (options->table || options->totals || options->schema))
        wrong = "--sources goes with none of --table, --totals and --schema";
    else if (options->columns && options->schema)
        wrong = "--columns does not go with --schema";
    else if (options->where && options->schema)
        wrong = "--where does not go with --schema";
    return wrong ? fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0}, NULL, "%s", wrong)
                 : FA_OK;
}

static enum fa_status view(const struct view_options *options, struct tool_run *run)
{
    FA_TRY(check_use(options, run));
    struct view *view = calloc(1, sizeof *view);
    if (!view)
        return fa_out_of_memory(run->sink, "the view");
    view->options = options;
    view->run = run;
    view->table = FA_NO_TABLE;
    view->line.format = (enum format)options->format;
    enum fa_status status;
    if (options->schema && run->operand_count == 0) {
        status = view_builtin_schema(view);
    } else {
        struct stream_input input;
        status = stream_input_open(&input, run, options->where != NULL);
        if (status == FA_OK)
            status = view_stream(view, input.blocks);
        stream_input_close(&input);
    }
    line_release(&view->line);
    fa_vec_free(&view->columns);
    fa_vec_free(&view->sheets);
    free(view);
    return status;
}

int main(int argc, char **argv)
{
    struct view_options options = {.format = FORMAT_CSV, .memory_max = FA_MEMORY_DEFAULT};
    const struct option_spec specs[] = {
        {"table", 0, "TABLE", "print the rows of this table", OPTION_TEXT, &options.table},
        {"columns", 0, "COLUMNS",
         "only these columns of it, as COLUMN,COLUMN, in this order; the hidden ones are "
         "filer, source_idx, record_no "
         "and line_no",
         OPTION_TEXT, &options.columns},
        {"where", 0, "EXPR",
         "only its rows for which this holds, as 'amount > 1000.00 and kind = pay': an expression of "
         "flowaudit-rules(5) over the row",
         OPTION_TEXT, &options.where},
        {"totals", 0, NULL, "print the control totals; done also without --table", OPTION_FLAG,
         &options.totals},
        {"sources", 0, NULL, "print what became of the records of each source file", OPTION_FLAG,
         &options.sources},
        {"schema", 0, NULL,
         "print tables and columns of the stream; without STREAM, of the data dictionary",
         OPTION_FLAG, &options.schema},
        {"all", 0, NULL,
         "write all tables of a filing and a manifest into the folder of -o, for ingest",
         OPTION_FLAG, &options.all},
        {"format", 0, FORMATS, "csv unless given", OPTION_CHOICE, &options.format},
        {"memory", 0, "SIZE", "hold tables of at most SIZE in memory; 512M unless given",
         OPTION_SIZE, &options.memory_max},
        {"output", 'o', "FILE", "write to FILE instead of standard output; with --all a folder",
         OPTION_TEXT, &options.output},
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-view",
        .operands = "[STREAM]",
        .purpose = "Shows any stream as text.",
        .options = specs,
        .operands_max = 1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    return tool_end(&run, view(&options, &run));
}
