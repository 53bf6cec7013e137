#include "intake/remark.h"

#include <inttypes.h>

#include "intake/damage.h"
#include "intake/run.h"

/* Columns of table remark, in the dictionary's order. */
enum remark_column {
    SOURCE,
    TABLE,
    COLUMN,
    CODE,
    COUNT,
    RECORD_NO,
    LINE_NO,
    REASON,
    REMARK_COLUMNS
};

enum fa_status fa_run_open_remarks(struct fa_run *run)
{
    static const char *const names[REMARK_COLUMNS] = {
        "source", "table", "column", "code", "count", "record_no", "line_no", "reason"};
    const struct fa_table_def *def = &run->head->dictionary.tables[run->remark_table];
    for (int i = 0; i < REMARK_COLUMNS; i++)
        if (!fa_str_is(def->columns[i].name, names[i]))
            return fa_error(run->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                            "the dictionary has other columns for remarks");
    run->remarks =
        fa_builder_new(def, run->remark_table, run->kept->spool, &run->kept->totals, run->sink);
    return run->remarks ? FA_OK : fa_out_of_memory(run->sink, "remarks");
}

/* --- watching ------------------------------------------------------------------------------
 */

static bool holds_numbers(const struct fa_column_def *def)
{
    return def->type == FA_TYPE_KEY ||
           (def->type == FA_TYPE_TEXT && def->mask == FA_MASK_NUMBER);
}

static void watch_texts(struct fa_watch *watch, const struct fa_chunk *chunk,
                        const struct fa_column_def *def, const struct fa_parsed *column)
{
    const int64_t *record_nos = chunk->columns[chunk->plan->table->hidden_from + 2].values;
    const int64_t *line_nos = chunk->columns[chunk->plan->table->hidden_from + 3].values;
    bool is_number = holds_numbers(def), is_identity = fa_str_is(def->name, "id_number");
    for (uint32_t row = 0; row < chunk->row_count; row++) {
        uint32_t size = column->sizes[row];
        bool is_long = is_number && size >= 16 && size <= 19;
        if (!is_long && size < FA_CUT_SHORT_CHARS)
            continue;
        struct fa_str text = {chunk->base + column->starts[row], size};
        if (size >= FA_CUT_SHORT_CHARS)
            fa_watch_text(watch, text, record_nos[row], line_nos[row]);
        if (is_long)
            fa_watch_number(watch, text, record_nos[row], line_nos[row]);
        if (is_long && is_identity)
            fa_watch_identity(watch, text, record_nos[row], line_nos[row]);
    }
}

static enum fa_status need_watches(struct fa_run *run, struct fa_file_run *file)
{
    if (!file->watches)
        file->watches = fa_arena_array(&run->run_arena, (size_t)file->plan.table->hidden_from,
                                       sizeof *file->watches);
    return file->watches ? FA_OK : fa_out_of_memory(run->sink, "remarks");
}

enum fa_status fa_run_watch_rows(struct fa_run *run, struct fa_file_run *file,
                                 const struct fa_chunk *chunk)
{
    const struct fa_table_def *table = chunk->plan->table;
    FA_TRY(need_watches(run, file));
    for (int i = 0; i < table->hidden_from; i++)
        if (chunk->columns[i].is_used && fa_type_is_bytes(table->columns[i].type) &&
            !chunk->columns[i].from_record)
            watch_texts(&file->watches[i], chunk, &table->columns[i], &chunk->columns[i]);
    struct fa_months *months = &run->tables[file->table].months;
    const struct fa_parsed *clock =
        table->clock == FA_NO_COLUMN ? NULL : &chunk->columns[table->clock];
    if (!fa_table_is_event(table) || !clock || !clock->is_used)
        return FA_OK;
    if (!months->seen && fa_months_init(months, &run->run_arena) != FA_OK)
        return fa_out_of_memory(run->sink, "remarks");
    bool is_time = table->columns[table->clock].type == FA_TYPE_TIME;
    struct fa_zone zone = run->head->zone;
    if (!run->manifest.has_zone)
        zone =
            (struct fa_zone){.offset_minutes = run->offset_minutes, .valid_from_us = INT64_MIN};
    for (uint32_t row = 0; row < chunk->row_count; row++)
        if (!clock->missing[row])
            fa_months_add(months, clock->values[row], is_time, &zone);
    return FA_OK;
}

/* An id is watched once, where it appears first. */
enum fa_status fa_run_watch_id(struct fa_run *run, struct fa_file_run *file,
                               const struct fa_chunk *chunk, uint32_t row, int column,
                               struct fa_str name)
{
    int hidden = chunk->plan->table->hidden_from;
    int64_t record_no = chunk->columns[hidden + 2].values[row];
    int64_t line_no = chunk->columns[hidden + 3].values[row];
    FA_TRY(need_watches(run, file));
    fa_watch_number(&file->watches[column], name, record_no, line_no);
    return FA_OK;
}

/* --- telling -------------------------------------------------------------------------------
 */

/* FILE NULL: of all files of the table. */
static enum fa_status tell(struct fa_run *run, const struct fa_file_run *file, int table,
                           int column, enum fa_code code, const struct fa_sighting *seen,
                           struct fa_str reason)
{
    const struct fa_table_def *def = &run->head->dictionary.tables[table];
    struct fa_place place = {0};
    if (file)
        place =
            (struct fa_place){.source = file->file->name, .line_no = (uint64_t)seen->line_no};
    fa_warn(run->sink, code, place, NULL, "table '%.*s', column '%.*s': %.*s", (int)def->name.size,
            def->name.bytes, (int)def->columns[column].name.size,
            def->columns[column].name.bytes, (int)reason.size, reason.bytes);
    if (file)
        FA_TRY(fa_builder_set_text(run->remarks, SOURCE, file->file->name));
    FA_TRY(fa_builder_set_text(run->remarks, TABLE, def->name));
    FA_TRY(fa_builder_set_text(run->remarks, COLUMN, def->columns[column].name));
    FA_TRY(fa_builder_set_text(run->remarks, CODE, fa_str_from(fa_code_info(code)->name)));
    FA_TRY(fa_builder_set_text(run->remarks, REASON, reason));
    fa_builder_set(run->remarks, COUNT, (int64_t)seen->count);
    if (file) {
        fa_builder_set(run->remarks, RECORD_NO, seen->record_no);
        fa_builder_set(run->remarks, LINE_NO, seen->line_no);
    }
    int64_t filer = run->filers.items[file ? file->plan.filer_idx : 0].id;
    if (filer >= 0)
        fa_builder_set(run->remarks,
                       run->head->dictionary.tables[run->remark_table].hidden_from, filer);
    return fa_builder_end_row(run->remarks);
}

enum fa_status fa_run_remark_repeats(struct fa_run *run, int table, uint64_t count)
{
    const struct fa_table_def *def = &run->head->dictionary.tables[table];
    FA_TRY(fa_builder_set_text(run->remarks, TABLE, def->name));
    FA_TRY(fa_builder_set_text(run->remarks, COLUMN, def->columns[def->key_columns[0]].name));
    FA_TRY(fa_builder_set_text(run->remarks, CODE,
                               fa_str_from(fa_code_info(FA_CODE_KEY_REPEAT)->name)));
    FA_TRY(fa_builder_set_text(run->remarks, REASON,
                               FA_STR("rows repeated with the same key and content, which count again")));
    fa_builder_set(run->remarks, COUNT, (int64_t)count);
    int64_t filer = run->filers.items[0].id;
    if (filer >= 0)
        fa_builder_set(run->remarks,
                       run->head->dictionary.tables[run->remark_table].hidden_from, filer);
    return fa_builder_end_row(run->remarks);
}

/* Puts the words of a reason behind those that are there. */
__attribute__((format(printf, 3, 4))) static enum fa_status say(struct fa_run *run,
                                                                struct fa_buf *reason,
                                                                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    enum fa_status status = fa_buf_vaddf(reason, format, args);
    va_end(args);
    return status == FA_OK ? FA_OK : fa_out_of_memory(run->sink, "remarks");
}

static enum fa_status tell_rounded(struct fa_run *run, const struct fa_file_run *file,
                                   int column, const struct fa_watch *watch,
                                   struct fa_buf *reason)
{
    uint64_t all = 0;
    for (int i = 0; i < 4; i++)
        all += watch->long_counts[i];
    fa_buf_clear(reason);
    FA_TRY(say(run, reason,
               "%" PRIu64 " of %" PRIu64
               " numbers of 16 to 19 digits have only zeros behind the "
               "15th digit, as a spreadsheet leaves them",
               watch->rounded.count, all));
    if (watch->failing_count > 0)
        FA_TRY(say(run, reason,
                   "; %" PRIu64 " of them are resident numbers with a wrong check digit",
                   watch->failing_count));
    return tell(run, file, file->table, column, FA_CODE_REMARK_ROUNDED, &watch->rounded,
                fa_buf_str(reason));
}

static enum fa_status tell_watch(struct fa_run *run, const struct fa_file_run *file, int column,
                                 struct fa_buf *reason)
{
    const struct fa_watch *watch = &file->watches[column];
    if (fa_watch_is_rounded(watch))
        FA_TRY(tell_rounded(run, file, column, watch, reason));
    if (watch->shorter.count > 0) {
        fa_buf_clear(reason);
        FA_TRY(fa_buf_addf(
            reason, "%" PRIu64 " of 17 digits: resident numbers and company codes have 18",
            watch->shorter.count));
        FA_TRY(tell(run, file, file->table, column, FA_CODE_REMARK_SHORT, &watch->shorter,
                    fa_buf_str(reason)));
    }
    if (watch->longest_chars != FA_CUT_SHORT_CHARS && watch->longest_chars != FA_CUT_LONG_CHARS)
        return FA_OK;
    fa_buf_clear(reason);
    FA_TRY(say(run, reason,
               "the longest texts have exactly %" PRIu64 " characters (%" PRIu64
               " of them): they may have been cut there",
               watch->longest_chars, watch->longest.count));
    return tell(run, file, file->table, column, FA_CODE_REMARK_CUT, &watch->longest,
                fa_buf_str(reason));
}

static enum fa_status tell_months(struct fa_run *run, int table, struct fa_buf *reason)
{
    char months[FA_MONTHS_TEXT_BYTES];
    struct fa_sighting missing = {.count =
                                      fa_months_missing(&run->tables[table].months, months)};
    if (missing.count == 0)
        return FA_OK;
    fa_buf_clear(reason);
    FA_TRY(say(run, reason, "no row in %s, though there are rows before and after", months));
    return tell(run, NULL, table, run->head->dictionary.tables[table].clock,
                FA_CODE_REMARK_MONTH, &missing, fa_buf_str(reason));
}

enum fa_status fa_run_tell_remarks(struct fa_run *run)
{
    struct fa_buf reason = {0};
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < run->files.count; i++) {
        const struct fa_file_run *file = &run->files.items[i];
        for (int c = 0; status == FA_OK && file->watches && c < file->plan.table->hidden_from;
             c++)
            status = tell_watch(run, file, c, &reason);
    }
    for (int t = 0; status == FA_OK && t < run->head->dictionary.table_count; t++)
        status = tell_months(run, t, &reason);
    if (status == FA_OK)
        status = fa_builder_finish(run->remarks);
    fa_buf_release(&reason);
    return status;
}
