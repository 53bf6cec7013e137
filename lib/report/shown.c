#include "report/shown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fields.h"

enum { WHICH_FIRST, WHICH_WORST, WHICH_LAST, WHICH_SUBJECT };

enum fa_status fa_shown_begin(struct fa_shown_context *context)
{
    const struct fa_loaded_table *table = &context->results->tables[FA_RESULT_VALUE];
    struct fa_finding_values *values = calloc(1, sizeof *values);
    context->values = values;
    if (!values)
        return fa_out_of_memory(context->results->sink, "the report");
    if (table->def) {
        values->name = fa_result_column(table, "name");
        values->which = fa_result_column(table, "which");
        values->value = fa_result_column(table, "value");
        values->column = fa_result_column(table, "column");
    }
    if (context->results->tables[FA_RESULT_ROW].def)
        values->row_table =
            fa_result_column(&context->results->tables[FA_RESULT_ROW], "table");
    const struct fa_loaded_table *cells = &context->results->tables[FA_RESULT_CELL];
    if (cells->def) {
        values->cell_column = fa_result_column(cells, "column");
        values->cell_value = fa_result_column(cells, "value");
    }
    return FA_OK;
}

void fa_shown_end(struct fa_shown_context *context)
{
    if (!context->values)
        return;
    fa_vec_free(&context->values->list);
    fa_buf_release(&context->values->text);
    fa_buf_release(&context->values->origin);
    for (int i = 0; i < FA_SHOWN_MESSAGES; i++) {
        fa_buf_release(&context->values->messages[i].template);
        fa_vec_free(&context->values->messages[i].pieces);
    }
    for (int i = 0; i < FA_SHOWN_WORDS; i++)
        fa_buf_release(&context->values->words[i].text);
    free(context->values);
    context->values = NULL;
}

void fa_shown_forget(const struct fa_shown_context *context, enum fa_result_table table,
                     uint64_t row)
{
    const struct fa_loaded_table *loaded = &context->results->tables[table];
    struct fa_finding_values *known = context->values;
    if (loaded->forgotten >= row / FA_BLOCK_ROWS_MAX)
        return;
    fa_result_forget(context->results, table, row);
    /* they hold texts of the tables */
    known->is_filled = false;
    known->memo = (struct fa_mask_memo){0};
    memset(known->kinds, 0, sizeof known->kinds);
}

enum fa_status fa_shown_finding(const struct fa_shown_context *context, uint64_t finding,
                                const struct fa_finding_values **values)
{
    const struct fa_loaded_table *table = &context->results->tables[FA_RESULT_VALUE];
    struct fa_finding_values *made = context->values;
    struct fa_row_span span = context->results->finding_values[finding];
    *values = made;
    if (made->is_filled && made->finding == finding)
        return FA_OK;
    made->is_filled = false;
    made->list.count = 0;
    fa_buf_clear(&made->text);
    for (uint64_t row = span.from; row < span.to; row++) {
        struct fa_finding_value value = {
            .name = fa_result_text(table, row, made->name),
            .origin = fa_result_text(table, row, made->column),
            .which = (int)fa_result_number(table, row, made->which),
            .is_missing = fa_result_missing(table, row, made->value),
            .from = made->text.size};
        if (!value.is_missing)
            FA_TRY(fa_mask_kind(context->masker,
                                fa_mask_kind_again(context->masker, &made->memo, value.origin),
                                fa_result_text(table, row, made->value), &made->text));
        value.size = made->text.size - value.from;
        FA_TRY(fa_vec_add(&made->list, value));
    }
    made->finding = finding;
    made->is_filled = true;
    return FA_OK;
}

static struct fa_str text_of(const struct fa_finding_values *values,
                             const struct fa_finding_value *value)
{
    return (struct fa_str){values->text.bytes ? values->text.bytes + value->from : "", value->size};
}

/* The value NAME at WHICH of a finding, masked. FOUND tells whether there is one. */
static enum fa_status add_value(const struct fa_shown_context *context, uint64_t finding,
                                struct fa_str name, int which, struct fa_buf *out, bool *found)
{
    const struct fa_finding_values *values;
    FA_TRY(fa_shown_finding(context, finding, &values));
    *found = false;
    for (size_t i = 0; i < values->list.count; i++) {
        const struct fa_finding_value *value = &values->list.items[i];
        if (value->which != which || !fa_str_equal(value->name, name))
            continue;
        *found = true;
        struct fa_str text = text_of(values, value);
        return value->is_missing ? fa_buf_add_char(out, '?')
                                 : fa_buf_add(out, text.bytes, text.size);
    }
    return FA_OK;
}

/* A finding by days stands at the first instant of the day, and is shown as the day. */
static enum fa_status add_time(const struct fa_shown_context *context, uint64_t finding,
                               const char *column_name, struct fa_buf *out)
{
    const struct fa_loaded_table *findings = &context->results->tables[FA_RESULT_FINDING];
    const struct fa_zone *zone = &context->results->head->zone;
    int column = fa_result_column(findings, column_name);
    if (fa_result_missing(findings, finding, column))
        return fa_buf_add_text(out, "?");
    int64_t instant_us = fa_result_number(findings, finding, column);
    int64_t day_no = fa_day_of(instant_us, zone);
    char text[FA_TIME_TEXT_BYTES];
    bool is_day = fa_day_start(day_no, zone) == instant_us;
    return fa_buf_add(out, text,
                      is_day ? fa_date_format(day_no, text)
                             : fa_time_format(instant_us, zone, text));
}

bool fa_shown_still_on(const struct fa_shown_context *context, uint64_t finding)
{
    const struct fa_loaded_table *findings = &context->results->tables[FA_RESULT_FINDING];
    return fa_result_number(findings, finding, fa_result_column(findings, "still_on")) != 0;
}

/* {from}, {to}, {first.x}, {worst.x}; a plain {x} is part of the key, else the first value. */
static enum fa_status add_placeholder(const struct fa_shown_context *context, uint64_t finding,
                                      const struct fa_message_piece *piece, struct fa_str name,
                                      struct fa_buf *out)
{
    if (piece->place == FA_PLACE_FROM)
        return add_time(context, finding, "first_time", out);
    if (piece->place == FA_PLACE_TO && fa_shown_still_on(context, finding)) {
        char text[FA_TIME_TEXT_BYTES];
        return fa_buf_add(out, text, fa_date_format(context->results->head->as_of_day, text));
    }
    if (piece->place == FA_PLACE_TO)
        return add_time(context, finding, "last_time", out);
    bool found = false;
    if (piece->prefix) {
        struct fa_str rest = {name.bytes + piece->prefix, name.size - piece->prefix};
        FA_TRY(add_value(context, finding, rest, piece->which, out, &found));
        if (!found) /* an episode of one judgement has no worst beside its first */
            FA_TRY(add_value(context, finding, rest, WHICH_FIRST, out, &found));
    }
    if (!found)
        FA_TRY(add_value(context, finding, name, WHICH_SUBJECT, out, &found));
    if (!found)
        FA_TRY(add_value(context, finding, name, WHICH_FIRST, out, &found));
    return found ? FA_OK : fa_buf_add_text(out, "?");
}

static struct fa_message_piece piece_of(struct fa_str name, size_t from)
{
    static const struct {
        const char *prefix;
        int which;
    } prefixes[] = {{"first.", WHICH_FIRST}, {"worst.", WHICH_WORST}, {"last.", WHICH_LAST}};
    struct fa_message_piece piece = {.place = fa_str_is(name, "from") ? FA_PLACE_FROM
                                              : fa_str_is(name, "to") ? FA_PLACE_TO
                                                                      : FA_PLACE_VALUE,
                                     .from = from,
                                     .size = name.size};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        struct fa_str prefix = fa_str_from(prefixes[i].prefix);
        if (!fa_str_starts(name, prefix))
            continue;
        piece.prefix = prefix.size;
        piece.which = prefixes[i].which;
    }
    return piece;
}

static enum fa_status take_apart(struct fa_message *message)
{
    struct fa_str whole = fa_buf_str(&message->template), rest = whole;
    message->pieces.count = 0;
    while (rest.size) {
        const char *brace = memchr(rest.bytes, '{', rest.size);
        size_t before = brace ? (size_t)(brace - rest.bytes) : rest.size;
        const char *end = brace ? memchr(brace, '}', rest.size - before) : NULL;
        struct fa_message_piece text = {.from = (size_t)(rest.bytes - whole.bytes),
                                        .size = end ? before : rest.size};
        FA_TRY(fa_vec_add(&message->pieces, text));
        if (!end)
            break;
        struct fa_str name = {brace + 1, (size_t)(end - brace) - 1};
        struct fa_message_piece place = piece_of(name, (size_t)(name.bytes - whole.bytes));
        FA_TRY(fa_vec_add(&message->pieces, place));
        rest.size -= (size_t)(end + 1 - rest.bytes);
        rest.bytes = end + 1;
    }
    return FA_OK;
}

static enum fa_status add_message(const struct fa_shown_context *context, uint64_t finding,
                                  struct fa_str template, struct fa_buf *out)
{
    if (template.size == 0)
        return FA_OK;
    unsigned char last = (unsigned char)template.bytes[template.size - 1];
    struct fa_message *message =
        &context->values->messages[(template.size + last) % FA_SHOWN_MESSAGES];
    if (!fa_str_equal(fa_buf_str(&message->template), template)) {
        fa_buf_clear(&message->template);
        FA_TRY(fa_buf_add_str(&message->template, template));
        enum fa_status status = take_apart(message);
        if (status != FA_OK) {
            fa_buf_clear(&message->template);
            return status;
        }
    }
    for (size_t i = 0; i < message->pieces.count; i++) {
        const struct fa_message_piece *piece = &message->pieces.items[i];
        struct fa_str text = {message->template.bytes + piece->from, piece->size};
        FA_TRY(piece->place == FA_PLACE_NONE
                   ? fa_buf_add(out, text.bytes, text.size)
                   : add_placeholder(context, finding, piece, text, out));
    }
    return FA_OK;
}

/* Its parts masked one by one; a finding about no key shows what it has (a cause, a filer). */
static enum fa_status add_subject(const struct fa_shown_context *context, uint64_t finding,
                                  struct fa_str whole, struct fa_buf *out)
{
    const struct fa_finding_values *values;
    FA_TRY(fa_shown_finding(context, finding, &values));
    bool is_first = true;
    for (size_t i = 0; i < values->list.count; i++) {
        if (values->list.items[i].which != WHICH_SUBJECT)
            continue;
        if (!is_first)
            FA_TRY(fa_buf_add_char(out, '|'));
        is_first = false;
        FA_TRY(fa_buf_add_str(out, text_of(values, &values->list.items[i])));
    }
    return is_first ? fa_buf_add_str(out, whole) : FA_OK;
}

/* The value with the same name at the worst instant, where it is another one, though it may look
 * the same masked; else NULL. */
static const struct fa_finding_value *find_worst(const struct fa_shown_context *context,
                                                 uint64_t finding, size_t first)
{
    const struct fa_loaded_table *table = &context->results->tables[FA_RESULT_VALUE];
    const struct fa_finding_values *values = context->values;
    uint64_t from = context->results->finding_values[finding].from;
    for (size_t i = first + 1; i < values->list.count; i++)
        if (values->list.items[i].which == WHICH_WORST &&
            fa_str_equal(values->list.items[i].name, values->list.items[first].name))
            return fa_str_equal(fa_result_text(table, from + i, values->value),
                                fa_result_text(table, from + first, values->value))
                       ? NULL
                       : &values->list.items[i];
    return NULL;
}

static enum fa_status add_or_unknown(const struct fa_finding_values *values,
                                     const struct fa_finding_value *value, struct fa_buf *out)
{
    return value->is_missing ? fa_buf_add_char(out, '?')
                             : fa_buf_add_str(out, text_of(values, value));
}

enum fa_status fa_shown_values(const struct fa_shown_context *context, uint64_t finding,
                               struct fa_str at_worst, struct fa_buf *out)
{
    const struct fa_finding_values *values;
    FA_TRY(fa_shown_finding(context, finding, &values));
    fa_buf_clear(out);
    for (size_t i = 0; i < values->list.count; i++) {
        const struct fa_finding_value *value = &values->list.items[i];
        if (value->which != WHICH_FIRST)
            continue;
        FA_TRY(fa_buf_add_text(out, out->size ? "; " : ""));
        FA_TRY(fa_buf_add_str(out, value->name));
        FA_TRY(fa_buf_add_text(out, ": "));
        FA_TRY(add_or_unknown(values, value, out));
        const struct fa_finding_value *worst = find_worst(context, finding, i);
        if (!worst)
            continue;
        FA_TRY(fa_buf_add_text(out, " ("));
        FA_TRY(fa_buf_add_str(out, at_worst));
        FA_TRY(fa_buf_add_char(out, ' '));
        FA_TRY(add_or_unknown(values, worst, out));
        FA_TRY(fa_buf_add_char(out, ')'));
    }
    return FA_OK;
}

/* A value that stands beside the name of the column it came from. */
static enum fa_status add_by_origin(const struct fa_shown_context *context,
                                    const struct fa_loaded_table *loaded, uint64_t row,
                                    struct fa_buf *out)
{
    struct fa_str column = fa_result_text(loaded, row, fa_result_column(loaded, "column"));
    struct fa_str value = fa_result_text(loaded, row, fa_result_column(loaded, "value"));
    return fa_str_is(column, "result_finding.fingerprint")
               ? fa_mask_fingerprint(context->masker, value, out)
               : fa_mask_value(context->masker, column, value, out);
}

/* "borrower = P-0001, day = 2017-01-05"; a waiver of every finding of its rule has none, and "any". */
static enum fa_status add_waiver_keys(const struct fa_shown_context *context, uint64_t waiver,
                                      struct fa_str whole, struct fa_buf *out)
{
    const struct fa_loaded_table *keys = &context->results->tables[FA_RESULT_WAIVER_KEY];
    const struct fa_loaded_table *waivers = &context->results->tables[FA_RESULT_WAIVER];
    struct fa_row_span span = context->results->waiver_keys[waiver];
    if (span.from == span.to)
        return fa_str_is(whole, "any") ? fa_buf_add_str(out, whole)
                                       : fa_mask_kind(context->masker, FA_MASK_TEXT, whole, out);
    for (uint64_t row = span.from; row < span.to; row++) {
        FA_TRY(fa_buf_add_text(out, row > span.from ? ", " : ""));
        FA_TRY(fa_buf_add_str(out, fa_result_text(keys, row, fa_result_column(keys, "name"))));
        FA_TRY(fa_buf_add_text(out, " = "));
        /* A value that no finding has may be that of another key, put into the wrong place. */
        struct fa_str origin = fa_result_text(keys, row, fa_result_column(keys, "column"));
        bool is_doubtful = fa_result_number(waivers, waiver, fa_result_column(waivers, "matched")) == 0 &&
                           fa_mask_kind_of(context->masker, origin) == FA_MASK_NONE;
        FA_TRY(is_doubtful ? fa_mask_prose(context->masker,
                                           fa_result_text(keys, row, fa_result_column(keys, "value")), out)
                           : add_by_origin(context, keys, row, out));
    }
    return FA_OK;
}

/* Who answers for a waiver and who approved it is shown: a waiver of nobody is none. */
static bool is_prose(enum fa_result_table table, struct fa_str column)
{
    return table == FA_RESULT_WAIVER && (fa_str_is(column, "reason") || fa_str_is(column, "cite"));
}

enum fa_status fa_shown_cell(const struct fa_shown_context *context, enum fa_result_table table,
                             uint64_t row, int column, struct fa_buf *out)
{
    const struct fa_loaded_table *loaded = &context->results->tables[table];
    const struct fa_column_def *def = &loaded->def->columns[column];
    fa_buf_clear(out);
    if (fa_result_missing(loaded, row, column))
        return FA_OK;
    if (table == FA_RESULT_FINDING) {
        struct fa_str text = fa_type_is_bytes(def->type) ? fa_result_text(loaded, row, column)
                                                         : (struct fa_str){"", 0};
        if (fa_str_is(def->name, "subject"))
            return add_subject(context, row, text, out);
        if (fa_str_starts(def->name, FA_STR("message_")))
            return add_message(context, row, text, out);
        if (fa_str_is(def->name, "fingerprint"))
            return fa_mask_fingerprint(context->masker, text, out);
    }
    if ((table == FA_RESULT_EARLIER || table == FA_RESULT_PENDING) &&
        fa_str_is(def->name, "subject"))
        return fa_mask_parts(
            context->masker,
            fa_result_text(loaded, row, fa_result_column(loaded, "subject_columns")),
            fa_result_text(loaded, row, column), out);
    if (table == FA_RESULT_EARLIER && fa_str_is(def->name, "fingerprint"))
        return fa_mask_fingerprint(context->masker, fa_result_text(loaded, row, column), out);
    if ((table == FA_RESULT_VALUE || table == FA_RESULT_WAIVER_KEY) && fa_str_is(def->name, "value"))
        return add_by_origin(context, loaded, row, out);
    if (table == FA_RESULT_WAIVER && fa_str_is(def->name, "keys"))
        return add_waiver_keys(context, row, fa_result_text(loaded, row, column), out);
    if (is_prose(table, def->name))
        return fa_mask_prose(context->masker, fa_result_text(loaded, row, column), out);
    if (table == FA_RESULT_REJECT && fa_str_is(def->name, "raw") && !context->reveal)
        return FA_OK;
    if (def->mask == FA_MASK_NONE)
        return fa_result_format(context->results, loaded, row, column, out);
    struct fa_buf clear = {0};
    enum fa_status status = fa_result_format(context->results, loaded, row, column, &clear);
    if (status == FA_OK)
        status = fa_mask_kind(context->masker, def->mask, fa_buf_str(&clear), out);
    fa_buf_release(&clear);
    return status;
}

/* The text column called NAME of the same row; empty where there is none. */
static struct fa_str text_beside(const struct fa_loaded_table *loaded, uint64_t row,
                                 const char *name)
{
    int column = fa_table_find_column(loaded->def, fa_str_from(name));
    if (column == FA_NO_COLUMN || fa_result_missing(loaded, row, column))
        return (struct fa_str){NULL, 0};
    return fa_result_text(loaded, row, column);
}

static enum fa_status make_value_words(const struct fa_shown_context *context,
                                      const struct fa_loaded_table *loaded, uint64_t row,
                                      int column, enum fa_language language, struct fa_buf *out)
{
    struct fa_buf origin = {0}, value = {0};
    enum fa_status status = fa_result_format(context->results, loaded, row, column, &value);
    if (status == FA_OK)
        status = fa_buf_addf(&origin, "%.*s.%.*s", (int)loaded->def->name.size,
                             loaded->def->name.bytes, (int)loaded->def->columns[column].name.size,
                             loaded->def->columns[column].name.bytes);
    if (status == FA_OK)
        status = fa_value_add(fa_buf_str(&origin), fa_buf_str(&value), language, out);
    fa_buf_release(&origin);
    fa_buf_release(&value);
    return status;
}

/* The same few values come row for row. */
static enum fa_status add_value_words(const struct fa_shown_context *context,
                                      const struct fa_loaded_table *loaded, uint64_t row,
                                      int column, enum fa_language language, struct fa_buf *out)
{
    const struct fa_column_def *def = &loaded->def->columns[column];
    if (fa_type_is_bytes(def->type))
        return make_value_words(context, loaded, row, column, language, out);
    int64_t value = fa_result_number(loaded, row, column);
    struct fa_shown_word *word =
        &context->values->words[((uint64_t)column * 5 + (uint64_t)value) % FA_SHOWN_WORDS];
    if (word->column != def || word->value != value || word->language != language) {
        word->column = NULL;
        fa_buf_clear(&word->text);
        FA_TRY(make_value_words(context, loaded, row, column, language, &word->text));
        word->column = def;
        word->value = value;
        word->language = language;
    }
    return fa_buf_add_str(out, fa_buf_str(&word->text));
}

enum fa_status fa_shown_words(const struct fa_shown_context *context, enum fa_result_table table,
                              uint64_t row, int column, enum fa_language language,
                              struct fa_buf *out)
{
    const struct fa_loaded_table *loaded = &context->results->tables[table];
    const struct fa_dictionary *dictionary = &context->results->head->dictionary;
    const struct fa_column_def *def = &loaded->def->columns[column];
    fa_buf_clear(out);
    if (fa_result_missing(loaded, row, column))
        return FA_OK;
    if (def->type == FA_TYPE_ENUM || def->type == FA_TYPE_BOOL)
        return add_value_words(context, loaded, row, column, language, out);
    if (def->type != FA_TYPE_TEXT || def->mask != FA_MASK_NONE)
        return fa_shown_cell(context, table, row, column, out);
    struct fa_str text = fa_result_text(loaded, row, column);
    if (fa_str_is(def->name, "table") || fa_str_is(def->name, "subject_table"))
        return fa_table_add(dictionary, text, language, out);
    if (fa_str_is(def->name, "column"))
        return fa_column_add(dictionary, text_beside(loaded, row, "table"), text, language, out);
    if (fa_str_is(def->name, "stage") || fa_str_is(def->name, "direction"))
        return add_value_words(context, loaded, row, column, language, out);
    if (fa_str_is(def->name, "reason") || fa_str_is(def->name, "state_reason"))
        return fa_phrase_add(dictionary, text, language, out);
    return fa_shown_cell(context, table, row, column, out);
}

enum fa_status fa_shown_evidence_kind(const struct fa_shown_context *context, uint64_t row,
                                      uint64_t cell, enum fa_mask *mask)
{
    const struct fa_results *results = context->results;
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_CELL];
    struct fa_finding_values *known = context->values;
    struct fa_shown_kind *kind =
        &known->kinds[(cell - results->row_cells[row].from) % FA_SHOWN_KINDS];
    struct fa_str table = fa_result_text(&results->tables[FA_RESULT_ROW], row, known->row_table);
    struct fa_str column = fa_result_text(cells, cell, known->cell_column);
    if (!kind->column.bytes || !fa_str_equal(kind->column, column) ||
        !fa_str_equal(kind->table, table)) {
        fa_buf_clear(&known->origin);
        FA_TRY(fa_buf_add_str(&known->origin, table));
        FA_TRY(fa_buf_add_char(&known->origin, '.'));
        FA_TRY(fa_buf_add_str(&known->origin, column));
        *kind = (struct fa_shown_kind){
            table, column, fa_mask_kind_of(context->masker, fa_buf_str(&known->origin))};
    }
    *mask = kind->kind;
    return FA_OK;
}

enum fa_status fa_shown_evidence(const struct fa_shown_context *context, uint64_t row,
                                 uint64_t cell, struct fa_buf *out)
{
    enum fa_mask mask;
    fa_buf_clear(out);
    FA_TRY(fa_shown_evidence_kind(context, row, cell, &mask));
    return fa_mask_kind(context->masker, mask,
                        fa_result_text(&context->results->tables[FA_RESULT_CELL], cell,
                                       context->values->cell_value),
                        out);
}

enum fa_status fa_shown_statistic(const struct fa_shown_context *context, uint64_t view,
                                  uint64_t cell, struct fa_buf *out)
{
    const struct fa_results *results = context->results;
    const struct fa_loaded_table *columns = &results->tables[FA_RESULT_COLUMN];
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_STATISTIC];
    struct fa_row_span span = results->view_columns[view];
    uint64_t column = span.from + (cell - results->view_cells[view].from) % (span.to - span.from);
    int value = fa_result_column(cells, "value");
    fa_buf_clear(out);
    if (fa_result_missing(cells, cell, value))
        return fa_buf_add_char(out, '?');
    return fa_mask_value(context->masker,
                         fa_result_text(columns, column, fa_result_column(columns, "column")),
                         fa_result_text(cells, cell, value), out);
}

enum fa_status fa_shown_pair(struct fa_str en, struct fa_str zh, enum fa_language language,
                             const char *between, struct fa_buf *out)
{
    bool has_en = en.size && (language != FA_LANGUAGE_ZH || !zh.size);
    bool has_zh = zh.size && (language != FA_LANGUAGE_EN || !en.size);
    if (has_en)
        FA_TRY(fa_visible_add(out, en));
    if (has_en && has_zh)
        FA_TRY(fa_buf_add_text(out, between));
    return has_zh ? fa_visible_add(out, zh) : FA_OK;
}

enum fa_status fa_shown_columns(const struct fa_shown_context *context, enum fa_result_table table,
                                uint64_t row, const char *name, enum fa_language language,
                                const char *between, struct fa_buf *out)
{
    const struct fa_loaded_table *loaded = &context->results->tables[table];
    struct fa_buf texts[2] = {{0}, {0}};
    static const char *const suffixes[] = {"_en", "_zh"};
    enum fa_status status = FA_OK;
    for (int i = 0; status == FA_OK && i < 2; i++) {
        char column[32];
        snprintf(column, sizeof column, "%s%s", name, suffixes[i]);
        status = fa_shown_cell(context, table, row, fa_result_column(loaded, column), &texts[i]);
    }
    if (status == FA_OK)
        status = fa_shown_pair(fa_buf_str(&texts[0]), fa_buf_str(&texts[1]), language, between, out);
    fa_buf_release(&texts[0]);
    fa_buf_release(&texts[1]);
    return status;
}

enum fa_status fa_shown_add(const struct fa_shown_context *context, enum fa_result_table table,
                            uint64_t row, const char *column, struct fa_buf *out)
{
    struct fa_buf cell = {0};
    enum fa_status status = fa_shown_cell(
        context, table, row, fa_result_column(&context->results->tables[table], column), &cell);
    if (status == FA_OK)
        status = fa_visible_add(out, fa_buf_str(&cell));
    fa_buf_release(&cell);
    return status;
}

enum fa_status fa_shown_break(const struct fa_shown_context *context, uint64_t row,
                              struct fa_buf *out)
{
    static const struct {
        const char *before, *column;
    } parts[] = {{": ", "amount"},    {" ", "currency"},   {", ", "direction"},
                 {", ", "date"},      {", account ", "account"}, {", flow ", "flow"},
                 {", line ", "statement"}, {", reference ", "reference"}};
    const struct fa_loaded_table *breaks = &context->results->tables[FA_RESULT_BREAK];
    size_t from = out->size;
    FA_TRY(fa_shown_add(context, FA_RESULT_BREAK, row, "class", out));
    for (size_t i = from; i < out->size; i++)
        if (out->bytes[i] == '_')
            out->bytes[i] = ' ';
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (fa_result_missing(breaks, row, fa_result_column(breaks, parts[i].column)))
            continue;
        FA_TRY(fa_buf_add_text(out, parts[i].before));
        FA_TRY(fa_shown_add(context, FA_RESULT_BREAK, row, parts[i].column, out));
    }
    return FA_OK;
}
