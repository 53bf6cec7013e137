#include "report/report.h"

#include <stdlib.h>

#include "base/fields.h"
#include "report/turn.h"

/*
 * One object a line. Nearly all of the time goes into cells, millions of them: what a cell needs to
 * know of its column (its name, ready with comma and quotes, and how it is shown) is made once a table,
 * and lines are sent on in large pieces.
 */

enum { SEND_BYTES = 1 << 18, HELD_BYTES_MAX = 1 << 26 };

/* How the cells of a column are written. */
enum form {
    FORM_NUMBER, /* as it is */
    FORM_BOOL,
    FORM_TEXT, /* as it stands in the column */
    FORM_ENUM,
    FORM_TIME,
    FORM_PLAIN, /* formatted: letters, digits and marks that need no escape */
    FORM_SHOWN  /* by fa_shown_cell() */
};

struct column_plan {
    size_t from, size; /* ',"name":' in the names */
    enum form form;
};

/* The cells of evidence rows of a table come in the same order, row for row. */
struct cell_plan {
    struct fa_str name;
    size_t from, size;
    enum fa_mask kind;
};

struct ndjson {
    const struct fa_shown_context *context;
    struct fa_output *output;
    struct fa_buf line, cell, names;
    bool has_member;
    struct column_plan *columns;
    FA_VEC(struct cell_plan) cells;
    struct fa_str cells_table; /* whose cells they are */
    int64_t instant_us;        /* last written, with its text: a finding is mostly of one */
    char instant[FA_TIME_TEXT_BYTES];
    size_t instant_size;
    size_t names_size;    /* of the names of columns; those of cells are behind */
    struct fa_turn *turn; /* NULL: the lines of the caller's thread */
    uint64_t piece;
    unsigned threads;
};

static enum fa_status add_name(struct ndjson *json, struct fa_str name)
{
    if (json->has_member)
        FA_TRY(fa_buf_add_char(&json->line, ','));
    json->has_member = true;
    FA_TRY(fa_json_add_string(&json->line, name));
    return fa_buf_add_char(&json->line, ':');
}

static enum fa_status add_member(struct ndjson *json, struct fa_str name, struct fa_str value)
{
    FA_TRY(add_name(json, name));
    return fa_json_add_string(&json->line, value);
}

static enum fa_status begin(struct ndjson *json, struct fa_str type)
{
    FA_TRY(fa_buf_add(&json->line, "{\"type\":", sizeof "{\"type\":" - 1));
    json->has_member = true;
    return fa_json_add_string(&json->line, type);
}

/* Lines of a piece whose turn it is not are kept. */
static enum fa_status send(struct ndjson *json)
{
    if (json->turn && !fa_turn_has(json->turn, json->piece)) {
        if (json->line.size < HELD_BYTES_MAX)
            return FA_OK;
        FA_TRY(fa_turn_wait(json->turn, json->piece));
    }
    enum fa_status status = json->output->write(json->output, json->line.bytes, json->line.size);
    fa_buf_clear(&json->line);
    return status;
}

static enum fa_status end(struct ndjson *json)
{
    FA_TRY(fa_buf_add_char(&json->line, '}'));
    FA_TRY(fa_buf_add_char(&json->line, '\n'));
    return json->line.size < SEND_BYTES ? FA_OK : send(json);
}

static enum fa_status add_number(struct fa_buf *line, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        digits[--at] = '-';
    return fa_buf_add(line, digits + at, sizeof digits - at);
}

/* --- the rows of a table --- */

/* What else shown.h makes of a text, it makes; these it leaves as they are, and there are millions. */
static bool is_as_it_stands(enum fa_result_table table, struct fa_str name)
{
    static const char *const names[] = {"finding",  "rule",          "subject_table",
                                        "disposal", "disposal_cite", "row_ranges"};
    for (size_t i = 0; table == FA_RESULT_FINDING && i < sizeof names / sizeof *names; i++)
        if (fa_str_is(name, names[i]))
            return true;
    return table == FA_RESULT_ROW;
}

static enum form form_of(enum fa_result_table table, const struct fa_column_def *column)
{
    if (column->mask != FA_MASK_NONE || column->type == FA_TYPE_ID)
        return FORM_SHOWN;
    if (fa_type_is_bytes(column->type))
        return is_as_it_stands(table, column->name) ? FORM_TEXT : FORM_SHOWN;
    return column->type == FA_TYPE_INT    ? FORM_NUMBER
           : column->type == FA_TYPE_BOOL ? FORM_BOOL
           : column->type == FA_TYPE_ENUM ? FORM_ENUM
           : column->type == FA_TYPE_TIME ? FORM_TIME
                                          : FORM_PLAIN;
}

/* ',"name":' goes to the end of the names. */
static enum fa_status keep_name(struct ndjson *json, struct fa_str name, size_t *from, size_t *size)
{
    *from = json->names.size;
    FA_TRY(fa_buf_add_char(&json->names, ','));
    FA_TRY(fa_json_add_string(&json->names, name));
    FA_TRY(fa_buf_add_char(&json->names, ':'));
    *size = json->names.size - *from;
    return FA_OK;
}

static enum fa_status plan_table(struct ndjson *json, enum fa_result_table table)
{
    const struct fa_table_def *def = json->context->results->tables[table].def;
    free(json->columns);
    fa_buf_clear(&json->names);
    json->cells.count = 0;
    json->columns = calloc((size_t)def->hidden_from + 1, sizeof *json->columns);
    if (!json->columns)
        return FA_ELIMIT;
    for (int c = 0; c < def->hidden_from; c++) {
        struct column_plan *plan = &json->columns[c];
        plan->form = form_of(table, &def->columns[c]);
        /* "type" says what the object is */
        struct fa_str name = def->columns[c].name;
        FA_TRY(keep_name(json, fa_str_is(name, "type") ? FA_STR("value_type") : name, &plan->from,
                         &plan->size));
    }
    json->names_size = json->names.size;
    return FA_OK;
}

static enum fa_status add_time(struct ndjson *json, int64_t instant_us)
{
    if (json->instant_size == 0 || instant_us != json->instant_us) {
        json->instant_size =
            fa_time_format(instant_us, &json->context->results->head->zone, json->instant);
        json->instant_us = instant_us;
    }
    return fa_json_add_string(&json->line, (struct fa_str){json->instant, json->instant_size});
}

static enum fa_status add_enum(struct fa_buf *line, const struct fa_column_def *column,
                               int64_t value)
{
    return (uint64_t)value < column->value_count ? fa_json_add_string(line, column->values[value])
                                                 : FA_EDEFECT;
}

static enum fa_status add_cell(struct ndjson *json, enum fa_result_table table, uint64_t row,
                               int column)
{
    const struct fa_results *results = json->context->results;
    uint32_t at;
    const struct fa_batch *batch = fa_result_batch(&results->tables[table], row, &at);
    const struct fa_column *cells = &batch->columns[column];
    const struct column_plan *plan = &json->columns[column];
    struct fa_buf *line = &json->line;
    if (fa_is_missing(cells, at))
        return FA_OK;
    if (plan->form == FORM_SHOWN) {
        FA_TRY(fa_shown_cell(json->context, table, row, column, &json->cell));
        if (json->cell.size == 0)
            return FA_OK;
    }
    FA_TRY(fa_buf_add(line, json->names.bytes + plan->from, plan->size));
    switch (plan->form) {
    case FORM_NUMBER:
        return add_number(line, cells->values[at]);
    case FORM_BOOL:
        return cells->values[at] ? fa_buf_add(line, "true", 4) : fa_buf_add(line, "false", 5);
    case FORM_TEXT:
        return fa_json_add_string(line, fa_column_text(cells, at));
    case FORM_ENUM:
        return add_enum(line, &batch->table->columns[column], cells->values[at]);
    case FORM_TIME:
        return add_time(json, cells->values[at]);
    case FORM_PLAIN:
        FA_TRY(fa_buf_add_char(line, '"'));
        FA_TRY(fa_cell_format(&results->context, batch, column, at, line));
        return fa_buf_add_char(line, '"');
    case FORM_SHOWN:
        return fa_json_add_string(line, fa_buf_str(&json->cell));
    }
    return FA_EDEFECT;
}

/* Every column of a row that has a value; ints and bools bare, all else as text. */
static enum fa_status add_row(struct ndjson *json, enum fa_result_table table, uint64_t row)
{
    int count = json->context->results->tables[table].def->hidden_from;
    for (int c = 0; c < count; c++)
        FA_TRY(add_cell(json, table, row, c));
    return FA_OK;
}

static enum fa_status write_table(struct ndjson *json, enum fa_result_table table,
                                  const char *type)
{
    if (!json->context->results->tables[table].def)
        return FA_OK;
    FA_TRY(plan_table(json, table));
    for (uint64_t row = 0; row < json->context->results->tables[table].row_count; row++) {
        FA_TRY(begin(json, fa_str_from(type)));
        FA_TRY(add_row(json, table, row));
        FA_TRY(end(json));
    }
    return FA_OK;
}

static enum fa_status write_filing(struct ndjson *json)
{
    const struct fa_head *head = json->context->results->head;
    char text[FA_TIME_TEXT_BYTES];
    FA_TRY(begin(json, FA_STR("filing")));
    FA_TRY(add_member(json, FA_STR("title"), head->filing));
    FA_TRY(add_member(json, FA_STR("filer"), head->filer));
    size_t size = fa_date_format(head->as_of_day, text);
    FA_TRY(add_member(json, FA_STR("as_of"), (struct fa_str){text, size}));
    FA_TRY(add_name(json, FA_STR("as_of_assumed")));
    FA_TRY(fa_buf_add_text(&json->line, head->as_of_assumed ? "true" : "false"));
    FA_TRY(add_member(json, FA_STR("personal_data"),
                      json->context->reveal ? FA_STR("revealed") : FA_STR("masked")));
    FA_TRY(add_member(json, FA_STR("pseudonyms"),
                      fa_mask_is_keyed(json->context->masker) ? FA_STR("keyed")
                                                              : FA_STR("numbered")));
    FA_TRY(end(json));
    for (size_t i = 0; i < head->sources.count; i++) {
        const struct fa_source_info *source = &head->sources.items[i];
        char hex[FA_SHA256_HEX_BYTES];
        fa_sha256_hex(source->sha256, hex);
        FA_TRY(begin(json, FA_STR("source")));
        FA_TRY(add_member(json, FA_STR("name"), source->name));
        FA_TRY(add_name(json, FA_STR("bytes")));
        FA_TRY(fa_buf_addf(&json->line, "%llu", (unsigned long long)source->size_bytes));
        FA_TRY(add_member(json, FA_STR("sha256"), fa_str_from(hex)));
        FA_TRY(end(json));
    }
    for (size_t i = 0; i < head->steps.count; i++) {
        const struct fa_step_info *step = &head->steps.items[i];
        FA_TRY(begin(json, FA_STR("step")));
        FA_TRY(add_member(json, FA_STR("tool"), step->tool));
        FA_TRY(add_member(json, FA_STR("version"), step->version));
        FA_TRY(add_member(json, FA_STR("options"), step->options));
        FA_TRY(add_member(json, FA_STR("hash"), step->hash));
        FA_TRY(end(json));
    }
    return FA_OK;
}

/* --- findings --- */

static enum fa_status add_value(struct ndjson *json, const struct fa_finding_values *values,
                                const struct fa_finding_value *value)
{
    FA_TRY(fa_json_add_string(&json->line, value->name));
    FA_TRY(fa_buf_add_char(&json->line, ':'));
    if (value->is_missing)
        return fa_buf_add_text(&json->line, "null");
    return fa_json_add_string(&json->line, (struct fa_str){values->text.bytes + value->from, value->size});
}

/* ,"values":{"first":{...},"worst":{...},"subject":{...}} */
static enum fa_status add_values(struct ndjson *json, const struct fa_finding_values *values)
{
    const struct fa_loaded_table *table = &json->context->results->tables[FA_RESULT_VALUE];
    if (values->list.count == 0)
        return FA_OK;
    const struct fa_column_def *points = &table->def->columns[values->which];
    FA_TRY(fa_buf_add(&json->line, ",\"values\":{", sizeof ",\"values\":{" - 1));
    bool has_point = false;
    for (uint32_t p = 0; p < points->value_count; p++) {
        bool has_value = false;
        for (size_t i = 0; i < values->list.count; i++) {
            const struct fa_finding_value *value = &values->list.items[i];
            if (value->which != (int)p)
                continue;
            if (!has_value) {
                if (has_point)
                    FA_TRY(fa_buf_add_char(&json->line, ','));
                FA_TRY(fa_json_add_string(&json->line, points->values[p]));
                FA_TRY(fa_buf_add(&json->line, ":{", 2));
            } else {
                FA_TRY(fa_buf_add_char(&json->line, ','));
            }
            has_point = has_value = true;
            FA_TRY(add_value(json, values, value));
        }
        if (has_value)
            FA_TRY(fa_buf_add_char(&json->line, '}'));
    }
    return fa_buf_add_char(&json->line, '}');
}

/* "flow.amount" for the value amount of a finding about a flow. */
static bool is_own_column(struct fa_str table, struct fa_str name, struct fa_str origin)
{
    return origin.size == table.size + 1 + name.size && origin.bytes[table.size] == '.' &&
           fa_str_equal((struct fa_str){origin.bytes, table.size}, table) &&
           fa_str_equal((struct fa_str){origin.bytes + table.size + 1, name.size}, name);
}

static bool is_named_before(const struct fa_finding_values *values, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (fa_str_equal(values->list.items[i].name, values->list.items[index].name))
            return true;
    return false;
}

/* ,"origins":{"owed":null}: where values came from that are not in the column of their name. */
static enum fa_status add_origins(struct ndjson *json, const struct fa_finding_values *values,
                                  struct fa_str subject_table)
{
    bool is_open = false;
    for (size_t i = 0; i < values->list.count; i++) {
        const struct fa_finding_value *value = &values->list.items[i];
        if (is_own_column(subject_table, value->name, value->origin) || is_named_before(values, i))
            continue;
        FA_TRY(fa_buf_add_text(&json->line, is_open ? "," : ",\"origins\":{"));
        is_open = true;
        FA_TRY(fa_json_add_string(&json->line, value->name));
        FA_TRY(fa_buf_add_char(&json->line, ':'));
        FA_TRY(value->origin.size ? fa_json_add_string(&json->line, value->origin)
                                  : fa_buf_add_text(&json->line, "null"));
    }
    return is_open ? fa_buf_add_char(&json->line, '}') : FA_OK;
}

static enum fa_status write_findings(struct ndjson *json, uint64_t from, uint64_t to)
{
    const struct fa_results *results = json->context->results;
    const struct fa_loaded_table *evidence = &results->tables[FA_RESULT_EVIDENCE];
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    int row_no = evidence->def ? fa_result_column(evidence, "row_no") : 0;
    int subject_table = fa_result_column(findings, "subject_table");
    for (uint64_t row = from; row < to; row++) {
        const struct fa_finding_values *values;
        struct fa_row_span span = results->finding_evidence[row];
        fa_shown_forget(json->context, FA_RESULT_FINDING, row);
        fa_shown_forget(json->context, FA_RESULT_VALUE, results->finding_values[row].from);
        fa_shown_forget(json->context, FA_RESULT_EVIDENCE, span.from);
        FA_TRY(begin(json, FA_STR("finding")));
        FA_TRY(add_row(json, FA_RESULT_FINDING, row));
        FA_TRY(fa_shown_finding(json->context, row, &values));
        FA_TRY(add_values(json, values));
        FA_TRY(add_origins(json, values, fa_result_text(findings, row, subject_table)));
        FA_TRY(fa_buf_add(&json->line, ",\"evidence\":[", sizeof ",\"evidence\":[" - 1));
        for (uint64_t e = span.from; e < span.to; e++) {
            if (e > span.from)
                FA_TRY(fa_buf_add_char(&json->line, ','));
            FA_TRY(add_number(&json->line, fa_result_number(evidence, e, row_no)));
        }
        FA_TRY(fa_buf_add_char(&json->line, ']'));
        FA_TRY(end(json));
    }
    return FA_OK;
}

/* --- evidence --- */

/* The plan of cell INDEX of a row of TABLE, made anew where the cell is another one than before. */
static enum fa_status plan_cell(struct ndjson *json, struct fa_str table, size_t index,
                                struct fa_str name, const struct cell_plan **plan)
{
    if (index == 0 && !fa_str_equal(json->cells_table, table)) {
        json->cells.count = 0;
        json->cells_table = table;
    }
    if (index < json->cells.count && fa_str_equal(json->cells.items[index].name, name)) {
        *plan = &json->cells.items[index];
        return FA_OK;
    }
    struct cell_plan made = {.name = name};
    json->cells.count = index < json->cells.count ? index : json->cells.count;
    FA_TRY(keep_name(json, name, &made.from, &made.size));
    fa_buf_clear(&json->cell);
    FA_TRY(fa_buf_add_str(&json->cell, table));
    FA_TRY(fa_buf_add_char(&json->cell, '.'));
    FA_TRY(fa_buf_add_str(&json->cell, name));
    made.kind = fa_mask_kind_of(json->context->masker, fa_buf_str(&json->cell));
    FA_TRY(fa_vec_add(&json->cells, made));
    *plan = &json->cells.items[index];
    return FA_OK;
}

/* What one row's names took is given back where the next has other cells. */
enum { NAMES_BYTES_MAX = 1 << 20 };

static enum fa_status add_cells(struct ndjson *json, struct fa_str table, struct fa_row_span span,
                                int column, int value)
{
    const struct fa_loaded_table *cells = &json->context->results->tables[FA_RESULT_CELL];
    FA_TRY(fa_buf_add(&json->line, ",\"cells\":{", sizeof ",\"cells\":{" - 1));
    for (uint64_t c = span.from; c < span.to; c++) {
        const struct cell_plan *plan;
        struct fa_str text = fa_result_text(cells, c, value);
        FA_TRY(plan_cell(json, table, (size_t)(c - span.from), fa_result_text(cells, c, column), &plan));
        size_t comma = c == span.from;
        FA_TRY(fa_buf_add(&json->line, json->names.bytes + plan->from + comma, plan->size - comma));
        if (plan->kind != FA_MASK_NONE) {
            fa_buf_clear(&json->cell);
            FA_TRY(fa_mask_kind(json->context->masker, plan->kind, text, &json->cell));
            text = fa_buf_str(&json->cell);
        }
        FA_TRY(fa_json_add_string(&json->line, text));
    }
    return fa_buf_add_char(&json->line, '}');
}

/* Whether texts of blocks before ROW are gone now. */
static bool forget_rows(const struct ndjson *json, uint64_t row)
{
    const struct fa_results *results = json->context->results;
    const struct fa_loaded_table *tables = results->tables;
    size_t rows = tables[FA_RESULT_ROW].forgotten, cells = tables[FA_RESULT_CELL].forgotten;
    fa_shown_forget(json->context, FA_RESULT_ROW, row);
    fa_shown_forget(json->context, FA_RESULT_CELL, results->row_cells[row].from);
    return rows != tables[FA_RESULT_ROW].forgotten || cells != tables[FA_RESULT_CELL].forgotten;
}

static enum fa_status write_evidence(struct ndjson *json, uint64_t from, uint64_t to)
{
    const struct fa_results *results = json->context->results;
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_CELL];
    const struct fa_loaded_table *rows = &results->tables[FA_RESULT_ROW];
    int table = fa_result_column(rows, "table");
    int column = cells->def ? fa_result_column(cells, "column") : 0;
    int value = cells->def ? fa_result_column(cells, "value") : 0;
    for (uint64_t row = from; row < to; row++) {
        if (json->names.size > NAMES_BYTES_MAX || forget_rows(json, row)) {
            json->names.size = json->names_size;
            json->cells.count = 0;
            json->cells_table = (struct fa_str){NULL, 0};
        }
        FA_TRY(begin(json, FA_STR("evidence")));
        FA_TRY(add_row(json, FA_RESULT_ROW, row));
        FA_TRY(add_cells(json, fa_result_text(rows, row, table), results->row_cells[row], column, value));
        FA_TRY(end(json));
    }
    return FA_OK;
}

/* --- pieces of many rows, by several threads --- */

typedef enum fa_status write_rows(struct ndjson *json, uint64_t from, uint64_t to);

struct worker {
    pthread_t thread;
    bool is_started;
    struct ndjson json;
    struct fa_shown_context context;
    struct fa_results *results; /* a share */
    enum fa_result_table table;
    write_rows *write;
    uint64_t first, step; /* pieces */
};

/* A piece is a block of rows, so that no two threads decode the same. */
static enum fa_status write_piece(struct worker *worker, uint64_t piece)
{
    struct ndjson *json = &worker->json;
    uint64_t count = worker->results->tables[worker->table].row_count;
    uint64_t from = piece * FA_BLOCK_ROWS_MAX;
    json->piece = piece;
    FA_TRY(worker->write(json, from,
                         count - from < FA_BLOCK_ROWS_MAX ? count : from + FA_BLOCK_ROWS_MAX));
    FA_TRY(fa_turn_wait(json->turn, piece));
    if (json->line.size)
        FA_TRY(send(json));
    fa_turn_pass(json->turn);
    return FA_OK;
}

static void *work(void *of)
{
    struct worker *worker = of;
    uint64_t count = worker->results->tables[worker->table].row_count;
    enum fa_status status = plan_table(&worker->json, worker->table);
    for (uint64_t piece = worker->first; status == FA_OK && piece * FA_BLOCK_ROWS_MAX < count;
         piece += worker->step)
        status = write_piece(worker, piece);
    if (status != FA_OK)
        fa_turn_end(worker->json.turn, status);
    return NULL;
}

static void release(struct ndjson *json)
{
    fa_buf_release(&json->line);
    fa_buf_release(&json->cell);
    fa_buf_release(&json->names);
    fa_vec_free(&json->cells);
    free(json->columns);
}

static enum fa_status begin_worker(struct worker *worker, const struct fa_shown_context *context)
{
    FA_TRY(fa_results_share(context->results, &worker->results));
    worker->context = *context;
    worker->context.results = worker->results;
    worker->context.values = NULL;
    return fa_shown_begin(&worker->context);
}

static void end_worker(struct worker *worker, const struct fa_results *results)
{
    if (worker->is_started)
        pthread_join(worker->thread, NULL);
    release(&worker->json);
    fa_shown_end(&worker->context);
    fa_results_unshare(results, worker->results);
}

/* The caller's thread is the first of COUNT workers. */
static enum fa_status write_shared(struct ndjson *json, enum fa_result_table table, write_rows *write,
                                   unsigned count)
{
    struct worker workers[FA_REPORT_THREADS_MAX] = {0};
    struct fa_turn turn;
    enum fa_status status = FA_OK;
    fa_turn_init(&turn);
    if (json->line.size)
        status = send(json);
    for (unsigned i = 0; i < count && status == FA_OK; i++) {
        workers[i] = (struct worker){.json = {.context = &workers[i].context,
                                              .output = json->output,
                                              .turn = &turn},
                                     .table = table,
                                     .write = write,
                                     .first = i,
                                     .step = count};
        status = begin_worker(&workers[i], json->context);
    }
    for (unsigned i = 1; i < count && status == FA_OK; i++) {
        workers[i].is_started = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
        if (!workers[i].is_started)
            status = fa_out_of_memory(json->context->results->sink, "a thread");
    }
    if (status == FA_OK)
        work(&workers[0]);
    else
        fa_turn_end(&turn, status);
    for (unsigned i = 0; i < count; i++)
        end_worker(&workers[i], json->context->results);
    status = turn.status;
    fa_turn_release(&turn);
    return status;
}

/* The rows of a table that may have millions. */
static enum fa_status write_many(struct ndjson *json, enum fa_result_table table, write_rows *write)
{
    uint64_t count = json->context->results->tables[table].row_count;
    uint64_t pieces = (count + FA_BLOCK_ROWS_MAX - 1) / FA_BLOCK_ROWS_MAX;
    if (count == 0)
        return FA_OK;
    if (json->threads > 1 && pieces > 1)
        return write_shared(json, table, write,
                            (unsigned)(pieces < json->threads ? pieces : json->threads));
    FA_TRY(plan_table(json, table));
    return write(json, 0, count);
}

/* --- statistics --- */

/* A row of a statistic: what is unknown is left out, what is known in part is listed in "at_least". */
static enum fa_status write_statistic_row(struct ndjson *json, uint64_t view, uint64_t from)
{
    const struct fa_results *results = json->context->results;
    const struct fa_loaded_table *views = &results->tables[FA_RESULT_VIEW];
    const struct fa_loaded_table *columns = &results->tables[FA_RESULT_COLUMN];
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_STATISTIC];
    struct fa_row_span span = results->view_columns[view];
    int value = fa_result_column(cells, "value"), name = fa_result_column(columns, "name");
    int at_least = fa_result_column(cells, "at_least");
    bool is_first = true, has_bound = false;
    FA_TRY(begin(json, FA_STR("statistic_row")));
    FA_TRY(add_member(json, FA_STR("view"),
                      fa_result_text(views, view, fa_result_column(views, "view"))));
    FA_TRY(add_name(json, FA_STR("values")));
    FA_TRY(fa_buf_add_char(&json->line, '{'));
    for (uint64_t c = 0; c < span.to - span.from; c++) {
        has_bound |= fa_result_number(cells, from + c, at_least) != 0;
        if (fa_result_missing(cells, from + c, value))
            continue;
        FA_TRY(fa_buf_add_text(&json->line, is_first ? "" : ","));
        is_first = false;
        FA_TRY(fa_json_add_string(&json->line, fa_result_text(columns, span.from + c, name)));
        FA_TRY(fa_buf_add_char(&json->line, ':'));
        FA_TRY(fa_shown_statistic(json->context, view, from + c, &json->cell));
        FA_TRY(fa_json_add_string(&json->line, fa_buf_str(&json->cell)));
    }
    FA_TRY(fa_buf_add_char(&json->line, '}'));
    for (uint64_t c = 0, listed = 0; has_bound && c < span.to - span.from; c++) {
        if (!fa_result_number(cells, from + c, at_least))
            continue;
        FA_TRY(fa_buf_add_text(&json->line, listed++ ? "," : ",\"at_least\":["));
        FA_TRY(fa_json_add_string(&json->line, fa_result_text(columns, span.from + c, name)));
    }
    FA_TRY(fa_buf_add_text(&json->line, has_bound ? "]" : ""));
    return end(json);
}

static enum fa_status write_statistics(struct ndjson *json)
{
    const struct fa_results *results = json->context->results;
    FA_TRY(write_table(json, FA_RESULT_VIEW, "view"));
    FA_TRY(write_table(json, FA_RESULT_COLUMN, "column"));
    for (uint64_t view = 0; view < results->tables[FA_RESULT_VIEW].row_count; view++) {
        struct fa_row_span columns = results->view_columns[view], cells = results->view_cells[view];
        for (uint64_t from = cells.from; from < cells.to; from += columns.to - columns.from)
            FA_TRY(write_statistic_row(json, view, from));
    }
    return FA_OK;
}

static enum fa_status write_all(struct ndjson *json)
{
    static const struct {
        enum fa_result_table table;
        const char *type;
    } before[] = {{FA_RESULT_OPTION, "option"},   {FA_RESULT_INPUT, "input"},
                  {FA_RESULT_CONTROL, "control"}, {FA_RESULT_REJECT, "reject"},
                  {FA_RESULT_REMARK, "remark"},   {FA_RESULT_BREAK, "break"},
                  {FA_RESULT_BRIDGE, "bridge"},   {FA_RESULT_COVERAGE, "coverage"},
                  {FA_RESULT_RULESET, "ruleset"}, {FA_RESULT_RULE, "rule"},
                  {FA_RESULT_PROVISION, "provision"},
                  {FA_RESULT_WAIVER, "waiver"}};
    FA_TRY(write_filing(json));
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        FA_TRY(write_table(json, before[i].table, before[i].type));
    FA_TRY(write_statistics(json));
    FA_TRY(write_many(json, FA_RESULT_FINDING, write_findings));
    FA_TRY(write_table(json, FA_RESULT_PENDING, "pending"));
    FA_TRY(write_table(json, FA_RESULT_EARLIER, "earlier"));
    FA_TRY(write_many(json, FA_RESULT_ROW, write_evidence));
    return json->line.size ? send(json) : FA_OK;
}

enum fa_status fa_report_ndjson(const struct fa_shown_context *context,
                                const struct fa_report_options *options,
                                struct fa_output *output)
{
    /* of the options no language: both stand in every object */
    unsigned threads = options->threads;
    struct ndjson json = {
        .context = context,
        .output = output,
        .threads = threads < FA_REPORT_THREADS_MAX ? threads : FA_REPORT_THREADS_MAX};
    enum fa_status status = write_all(&json);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(context->results->sink, "the report");
    release(&json);
    return status;
}
