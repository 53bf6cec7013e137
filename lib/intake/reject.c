#include <stdio.h>

#include "base/fields.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "intake/damage.h"
#include "intake/encoding.h"
#include "intake/form.h"
#include "intake/run.h"

/* Columns of table reject, in the dictionary's order; also the header of the rejects file. */
enum reject_column {
    SOURCE,
    TABLE,
    RECORD_NO,
    LINE_NO,
    BYTE_OFFSET,
    COLUMN,
    CODE,
    REASON,
    RAW,
    AMOUNT,
    CURRENCY,
    REJECT_COLUMNS
};
static const char *const column_names[REJECT_COLUMNS] = {
    "source", "table",  "record_no", "line_no", "byte_offset", "column",
    "code",   "reason", "raw",       "amount",  "currency"};

/* --- the rejects file --- */

static enum fa_status write_line(struct fa_run *run, const struct fa_str *texts)
{
    struct fa_output *output = run->options->rejects;
    struct fa_buf line = {0};
    enum fa_status status = FA_OK;
    for (int i = 0; i < REJECT_COLUMNS && status == FA_OK; i++) {
        status = i > 0 ? fa_buf_add_char(&line, ',') : FA_OK;
        if (status == FA_OK)
            status = fa_csv_add_field(&line, texts[i], false);
    }
    if (status == FA_OK)
        status = fa_buf_add_char(&line, '\n');
    status = status == FA_OK ? output->write(output, line.bytes, line.size)
                             : fa_out_of_memory(run->sink, "a rejected record");
    fa_buf_release(&line);
    return status;
}

enum fa_status fa_run_open_rejects(struct fa_run *run)
{
    const struct fa_table_def *def = &run->head->dictionary.tables[run->reject_table];
    struct fa_str names[REJECT_COLUMNS];
    for (int i = 0; i < REJECT_COLUMNS; i++) {
        names[i] = fa_str_from(column_names[i]);
        if (!fa_str_equal(def->columns[i].name, names[i]))
            return fa_error(run->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                            "the dictionary has other columns for rejected records");
    }
    run->rejects =
        fa_builder_new(def, run->reject_table, run->kept->spool, &run->kept->totals, run->sink);
    if (!run->rejects)
        return fa_out_of_memory(run->sink, "rejected records");
    return run->options->rejects ? write_line(run, names) : FA_OK;
}

/* --- the reason ----------------------------------------------------------------------------
 */

/* A masked column's value is shown by its shape; where a word is wanted, so is what looks like a
 * number of a person that came there because columns have shifted. */
static const char *quote_value(const struct fa_column_def *def, enum fa_code code,
                               struct fa_str value, char buffer[FA_QUOTED_BYTES])
{
    if (def->mask != FA_MASK_NONE)
        return fa_quoted_shape(value, buffer);
    return code == FA_CODE_ROW_ENUM || code == FA_CODE_ROW_BOOL || code == FA_CODE_ROW_CURRENCY
               ? fa_quoted_careful(value, FA_WORD_DIGITS_MAX, buffer)
               : fa_quoted(value, buffer);
}

/* A number as the profile says it is written. */
static void number_sample(const struct fa_number_form *form, char sample[32])
{
    char thousands[2] = {form->thousands, 0};
    if (form->implied > 0 && !form->takes_points)
        snprintf(sample, 32, "1%s234", thousands);
    else
        snprintf(sample, 32, "1%s234%c50", thousands, form->decimal);
}

/* What a profile's column expects; FA_EINPUT: nothing but what every column of its type does.
 */
static enum fa_status add_mapped_reason(const struct fa_reject *reject, const char *shown,
                                        struct fa_str value, struct fa_buf *reason)
{
    const struct fa_map_column *mapped = reject->mapped;
    char form[FA_QUOTED_BYTES], sample[32];
    switch (reject->code) {
    case FA_CODE_ROW_DATE:
    case FA_CODE_ROW_TIME:
        if (mapped->form.size == 0)
            return FA_EINPUT;
        return fa_buf_addf(reason, "expected %s written %s, found %s",
                           reject->code == FA_CODE_ROW_DATE ? "a date"
                           : mapped->is_day_form            ? "a time whose day is"
                                                            : "a time",
                           fa_quoted(mapped->form, form), shown);
    case FA_CODE_ROW_ENUM:
        return mapped->choices.slots ? fa_buf_addf(reason, "the profile does not map %s", shown)
                                     : FA_EINPUT;
    case FA_CODE_ROW_NUMBER:
        number_sample(&mapped->number, sample);
        return fa_buf_addf(reason, "expected a number such as %s, found %s", sample, shown);
    case FA_CODE_ROW_WIDTH:
        return fa_buf_addf(reason, "expected %u characters, found %zu in %s",
                           mapped->stated->width, fa_utf8_count(value), shown);
    default:
        return FA_EINPUT;
    }
}

static enum fa_status add_value_reason(const struct fa_run *run,
                                       const struct fa_column_def *def,
                                       const struct fa_reject *reject, struct fa_str value,
                                       struct fa_buf *reason)
{
    char shown[FA_QUOTED_BYTES], hidden[FA_HIDDEN_NAME_BYTES];
    quote_value(def, reject->code, value, shown);
    enum fa_status status = reject->mapped && reject->mapped->is_source
                                ? add_mapped_reason(reject, shown, value, reason)
                                : FA_EINPUT;
    if (status != FA_EINPUT)
        return status;
    switch (reject->code) {
    case FA_CODE_ROW_REQUIRED:
        return fa_buf_add_text(reason, "a required value is missing");
    case FA_CODE_ROW_BOOL:
        return fa_buf_addf(reason, "expected true or false, found %s", shown);
    case FA_CODE_ROW_CONTROL:
        return fa_buf_addf(reason, "a control character in %s", shown);
    case FA_CODE_ROW_CURRENCY:
        return def->type == FA_TYPE_CURRENCY
                   ? fa_buf_addf(reason, "%s is no currency of ISO 4217", shown)
                   : fa_buf_add_text(reason, "the currency of the amount is not known");
    case FA_CODE_ROW_DATE:
        return fa_buf_addf(reason, "expected a date such as 2025-01-31, found %s", shown);
    case FA_CODE_ROW_DAY:
        return fa_buf_addf(reason, "%s is no day of the calendar, or no time of the clock",
                           shown);
    case FA_CODE_ROW_DECIMALS: {
        int scale = def->type == FA_TYPE_MONEY ? fa_row_scale(&run->env, reject->currency) : -1;
        char currency[4] = "";
        fa_currency_format(reject->currency, currency);
        return scale >= 0
                   ? fa_buf_addf(reason, "%s has more decimals than the %d of %s", shown, scale,
                                 currency)
                   : fa_buf_addf(reason, "%s has more decimals than the column takes", shown);
    }
    case FA_CODE_ROW_DURATION:
        return fa_buf_addf(reason, "expected a duration such as 1d12h, found %s", shown);
    case FA_CODE_ROW_ENUM:
        return fa_buf_addf(reason, "unknown value %s", shown);
    case FA_CODE_ROW_HIDDEN:
        fa_damage_hidden_name(value, hidden);
        return fa_buf_addf(reason, "a character that cannot be seen, %s, in %s", hidden, shown);
    case FA_CODE_ROW_NEGATIVE:
        return fa_buf_addf(reason, "%s is below zero", shown);
    case FA_CODE_ROW_NUMBER:
        return fa_buf_addf(reason, "expected a number such as 1234.50, found %s", shown);
    case FA_CODE_ROW_RANGE:
        return fa_buf_addf(reason, "%s does not fit", shown);
    case FA_CODE_ROW_SET:
        return fa_buf_addf(reason, "an empty element, or too many, in %s", shown);
    case FA_CODE_ROW_SHEET_ERROR:
        return fa_buf_addf(reason, "%s is the error of a spreadsheet", shown);
    case FA_CODE_ROW_SHEET_NUMBER:
        return fa_buf_addf(reason, "%s lost its digits in a spreadsheet", shown);
    case FA_CODE_ROW_THOUSANDS:
        return fa_buf_addf(
            reason, "expected a number without marks between thousands, found %s", shown);
    case FA_CODE_ROW_UNIT:
        return fa_buf_addf(reason, "expected a number alone, found %s with its unit", shown);
    case FA_CODE_ROW_WIDE:
        return fa_buf_addf(reason, "full-width digits or letters in %s", shown);
    case FA_CODE_ROW_TIME:
        return fa_buf_addf(
            reason, "expected a time such as 2025-01-31T09:00:00+08:00, found %s", shown);
    case FA_CODE_ROW_UTF8:
        return fa_buf_addf(reason, "%s is not valid UTF-8", shown);
    case FA_CODE_ROW_ZONE:
        return fa_buf_addf(reason, "%s has no offset, and the filing names no zone", shown);
    default:
        return FA_EDEFECT;
    }
}

/* The column, and the header that fills it where that is another. */
static enum fa_status add_column(const struct fa_file_plan *plan,
                                 const struct fa_reject *reject, struct fa_buf *reason)
{
    char column[FA_QUOTED_BYTES], header[FA_QUOTED_BYTES];
    struct fa_str name = plan->table->columns[reject->column].name;
    bool is_other =
        reject->field_idx >= 0 && !fa_str_equal(plan->header[reject->field_idx], name);
    FA_TRY(fa_buf_addf(reason, "column %s", fa_quoted(name, column)));
    if (is_other)
        FA_TRY(fa_buf_addf(reason, " from %s",
                           fa_quoted(plan->header[reject->field_idx], header)));
    return fa_buf_add_text(reason, ": ");
}

static enum fa_status add_reason(const struct fa_run *run, const struct fa_chunk *chunk,
                                 const struct fa_reject *reject, struct fa_str value,
                                 struct fa_buf *reason)
{
    const struct fa_file_plan *plan = chunk->plan;
    const struct fa_profile *profile = plan->map ? plan->map->profile : NULL;
    if (reject->code == FA_CODE_ROW_FIELDS && profile && profile->format == FA_FORMAT_FIXED)
        return fa_buf_addf(reason, "expected %u bytes, with whole characters in each field",
                           profile->line_bytes);
    if (reject->code == FA_CODE_ROW_FIELDS)
        return fa_buf_addf(reason, "expected %u fields, found %u",
                           plan->map ? plan->map->named_count : plan->width,
                           reject->field_count);
    if (reject->code == FA_CODE_ROW_QUOTE)
        return fa_buf_add_text(reason, "a quote stands where none may");
    if (reject->code == FA_CODE_ROW_UNMAPPED) {
        FA_TRY(fa_buf_add_text(reason, "no row of the profile takes it: "));
        return fa_buf_add(reason, chunk->base + reject->detail.start, reject->detail.size);
    }
    if (reject->column == FA_NO_COLUMN)
        return fa_buf_add_text(reason, "the currency of the amount is not known");
    FA_TRY(add_column(plan, reject, reason));
    return add_value_reason(run, &plan->table->columns[reject->column], reject, value, reason);
}

/* All of VALUE is a day as FORM writes it. */
static bool is_day(struct fa_str value, struct fa_str form)
{
    char day[FA_FORM_CANONICAL_BYTES];
    return fa_form_read(form, value, NULL, day) > 0;
}

/* What was done to the value, or the nearest for one that is unknown, unless it is masked. */
enum { HINT_BYTES = 256 }; /* a hint of either kind */
static const char *find_hint(const struct fa_file_plan *plan, const struct fa_reject *reject,
                             struct fa_str value, char hint[HINT_BYTES])
{
    struct fa_nearest nearest = {.wanted = value};
    if (reject->code == FA_CODE_ROW_UTF8)
        return "if the file has another encoding, name it in a profile";
    if (reject->code == FA_CODE_ROW_TIME && reject->mapped && reject->mapped->is_day_form &&
        is_day(value, reject->mapped->form)) {
        snprintf(hint, HINT_BYTES, "a day without a time of day is read, as its start, where the "
                 "column says: form \"%.*s\"",
                 (int)reject->mapped->form.size, reject->mapped->form.bytes);
        return hint;
    }
    if (reject->code != FA_CODE_ROW_ENUM ||
        plan->table->columns[reject->column].mask != FA_MASK_NONE)
        return fa_damage_hint(value, reject->code, hint);
    const struct fa_column_def *def = &plan->table->columns[reject->column];
    bool is_mapped = reject->mapped && reject->mapped->choices.slots;
    for (size_t i = 0; is_mapped && i < reject->mapped->stated->choices.count; i++)
        fa_nearest_add(&nearest, reject->mapped->stated->choices.items[i].from);
    for (uint32_t i = 0; !is_mapped && i < def->value_count; i++)
        fa_nearest_add(&nearest, def->values[i]);
    return fa_nearest_hint(&nearest, NULL, hint);
}

/* --- the place -----------------------------------------------------------------------------
 */

struct fa_place fa_chunk_place(const struct fa_chunk *chunk, struct fa_chunk_base base,
                               uint32_t line_idx, uint32_t line_start, uint32_t at)
{
    return (struct fa_place){.source = chunk->plan->source,
                             .line_no = base.line_no + line_idx,
                             .column_no = at - line_start + 1};
}

/* Where in the window the field begins that is to blame; the record's start when none is. */
static uint32_t fault_offset(const struct fa_chunk *chunk, const struct fa_reject *reject)
{
    if (reject->code == FA_CODE_ROW_QUOTE)
        return reject->value.start;
    if (reject->field_idx < 0)
        return reject->start;
    return fa_csv_field_start(&chunk->plan->dialect, chunk->base, reject->start,
                              reject->start + reject->size, (uint32_t)reject->field_idx);
}

/* A record of a reader lies where the reader says; the window is not the source. */
static const struct fa_origin *origin_of(const struct fa_chunk *chunk,
                                         const struct fa_reject *reject)
{
    return chunk->has_origins ? &chunk->origins.items[reject->record_idx] : NULL;
}

static struct fa_place find_place(const struct fa_chunk *chunk, struct fa_chunk_base base,
                                  const struct fa_reject *reject)
{
    const struct fa_origin *origin = origin_of(chunk, reject);
    if (origin) {
        bool is_cell = chunk->plan->map && chunk->plan->map->pads;
        return (struct fa_place){.source = chunk->plan->source,
                                 .line_no = origin->line_no,
                                 .column_no = !is_cell ? 0
                                              : reject->field_idx >= 0
                                                  ? (uint64_t)reject->field_idx + 1
                                                  : 1,
                                 .is_cell = is_cell,
                                 .sheet = is_cell ? chunk->plan->map->sheet
                                                  : (struct fa_str){"", 0}};
    }
    uint32_t at = fault_offset(chunk, reject);
    uint32_t line_idx = reject->line_idx, line_start = reject->start;
    for (uint32_t i = reject->start; i < at; i++) {
        char c = chunk->base[i];
        if (c == '\n' || (c == '\r' && chunk->base[i + 1] != '\n')) {
            line_idx++;
            line_start = i + 1;
        }
    }
    return fa_chunk_place(chunk, base, line_idx, line_start, at);
}

/* --- the row -------------------------------------------------------------------------------
 */

/* The raw record as text: what is not valid UTF-8, and control characters but line breaks and
 * tabs, as \xNN; cut at a limit. */
static enum fa_status clean_raw(struct fa_str raw, struct fa_buf *clean)
{
    while (raw.size > 0 && clean->size < FA_REJECT_RAW_BYTES_MAX) {
        size_t size = fa_utf8_size(raw);
        unsigned char first = (unsigned char)raw.bytes[0];
        bool is_control =
            (first < 0x20 && first != '\n' && first != '\r' && first != '\t') || first == 0x7F;
        if (size == 0 || is_control) {
            FA_TRY(fa_buf_addf(clean, "\\x%02X", first));
            size = 1;
        } else {
            FA_TRY(fa_buf_add(clean, raw.bytes, size));
        }
        raw.bytes += size;
        raw.size -= size;
    }
    return FA_OK;
}

/* Where the record begins in the file. Records come in order, so the text between two of them
 * is measured once, however many are rejected. */
static uint64_t find_offset(struct fa_file_run *file, const struct fa_chunk *chunk,
                            const struct fa_reject *reject)
{
    if (chunk->has_origins)
        return origin_of(chunk, reject)->byte_offset;
    if (file->placed.window != chunk->file_offset || file->placed.at > reject->start ||
        file->placed.offset == 0) {
        file->placed.window = chunk->file_offset;
        file->placed.at = 0;
        file->placed.offset = chunk->source_offset;
    }
    struct fa_str between = {chunk->base + file->placed.at, reject->start - file->placed.at};
    file->placed.offset += fa_encoding_size(chunk->encoding, between);
    file->placed.at = reject->start;
    return file->placed.offset;
}

static enum fa_status add_row(struct fa_run *run, const struct fa_chunk *chunk,
                              struct fa_chunk_base base, const struct fa_reject *reject,
                              uint64_t byte_offset, struct fa_str reason, struct fa_str raw)
{
    const struct fa_file_plan *plan = chunk->plan;
    const struct fa_origin *origin = origin_of(chunk, reject);
    uint64_t numbers[] = {base.record_no + reject->record_idx,
                          origin ? origin->line_no : base.line_no + reject->line_idx,
                          byte_offset};
    char digits[3][24], amount[FA_MONEY_TEXT_BYTES] = "", currency[4] = "";
    struct fa_str texts[REJECT_COLUMNS] = {
        [SOURCE] = plan->source,
        [TABLE] = plan->table->name,
        [COLUMN] = reject->column == FA_NO_COLUMN ? FA_STR("")
                                                  : plan->table->columns[reject->column].name,
        [CODE] = fa_str_from(fa_code_info(reject->code)->name),
        [REASON] = reason,
        [RAW] = raw,
    };
    int hidden = run->head->dictionary.tables[run->reject_table].hidden_from;
    for (int i = 0; i < 3; i++) {
        snprintf(digits[i], sizeof digits[i], "%llu", (unsigned long long)numbers[i]);
        texts[RECORD_NO + i] = fa_str_from(digits[i]);
        fa_builder_set(run->rejects, RECORD_NO + i, (int64_t)numbers[i]);
    }
    static const enum reject_column text_columns[] = {SOURCE, TABLE, COLUMN, CODE, REASON, RAW};
    for (size_t i = 0; i < sizeof text_columns / sizeof *text_columns; i++)
        if (texts[text_columns[i]].size > 0)
            FA_TRY(fa_builder_set_text(run->rejects, text_columns[i], texts[text_columns[i]]));
    if (reject->has_amount && reject->currency != 0) {
        fa_money_format(reject->amount, fa_row_scale(&run->env, reject->currency), amount);
        fa_currency_format(reject->currency, currency);
        texts[AMOUNT] = fa_str_from(amount);
        texts[CURRENCY] = fa_str_from(currency);
        fa_builder_set(run->rejects, AMOUNT, reject->amount);
        fa_builder_set(run->rejects, CURRENCY, reject->currency);
    }
    if (run->filers.items[plan->filer_idx].name.size > 0) /* its id is not final yet: order.c */
        fa_builder_set(run->rejects, hidden, plan->filer_idx);
    FA_TRY(fa_builder_end_row(run->rejects));
    return run->options->rejects ? write_line(run, texts) : FA_OK;
}

enum fa_status fa_run_reject(struct fa_run *run, struct fa_file_run *file,
                             const struct fa_chunk *chunk, struct fa_chunk_base base,
                             const struct fa_reject *reject)
{
    struct fa_buf reason = {0}, raw = {0};
    struct fa_str value = {chunk->base + reject->value.start, reject->value.size};
    char hint[HINT_BYTES];
    enum fa_status status = add_reason(run, chunk, reject, value, &reason);
    if (status == FA_OK)
        status = clean_raw((struct fa_str){chunk->base + reject->start, reject->size}, &raw);
    if (status != FA_OK || !fa_buf_cstr(&reason)) {
        status = fa_out_of_memory(run->sink, "a rejected record");
    } else {
        fa_warn(run->sink, reject->code, find_place(chunk, base, reject),
                find_hint(chunk->plan, reject, value, hint), "record %llu rejected: %s",
                (unsigned long long)(base.record_no + reject->record_idx), reason.bytes);
        status = add_row(run, chunk, base, reject, find_offset(file, chunk, reject),
                         fa_buf_str(&reason), fa_buf_str(&raw));
    }
    fa_buf_release(&reason);
    fa_buf_release(&raw);
    file->rejected++;
    run->tables[file->table].rejected++;
    run->reject_count++;
    if (status == FA_OK && run->options->has_rejects_max &&
        run->reject_count > run->options->rejects_max)
        status =
            fa_error(run->sink, FA_CODE_REJECTS_MAX, (struct fa_place){0}, NULL,
                     "more than %llu records were rejected, the most that --max-rejects allows",
                     (unsigned long long)run->options->rejects_max);
    return status;
}
