#include "report/report.h"

#include "base/fields.h"

/* One object a line; a line is complete before it is written. */
struct ndjson {
    const struct fa_shown_context *context;
    struct fa_output *output;
    struct fa_buf line, cell;
    bool has_member;
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
    fa_buf_clear(&json->line);
    json->has_member = false;
    FA_TRY(fa_buf_add_char(&json->line, '{'));
    return add_member(json, FA_STR("type"), type);
}

static enum fa_status end(struct ndjson *json)
{
    FA_TRY(fa_buf_add_text(&json->line, "}\n"));
    return json->output->write(json->output, json->line.bytes, json->line.size);
}

/* Every column of a row that has a value; ints and bools bare, all else as text. */
static enum fa_status add_row(struct ndjson *json, enum fa_result_table table, uint64_t row)
{
    const struct fa_loaded_table *loaded = &json->context->results->tables[table];
    for (int c = 0; c < loaded->def->hidden_from; c++) {
        FA_TRY(fa_shown_cell(json->context, table, row, c, &json->cell));
        if (json->cell.size == 0)
            continue;
        FA_TRY(add_name(json, loaded->def->columns[c].name));
        enum fa_type type = loaded->def->columns[c].type;
        FA_TRY(type == FA_TYPE_INT || type == FA_TYPE_BOOL
                   ? fa_buf_add_str(&json->line, fa_buf_str(&json->cell))
                   : fa_json_add_string(&json->line, fa_buf_str(&json->cell)));
    }
    return FA_OK;
}

static enum fa_status write_table(struct ndjson *json, enum fa_result_table table,
                                  const char *type)
{
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

/* "values": {"first": {...}, "worst": {...}, "subject": {...}} */
static enum fa_status add_values(struct ndjson *json, uint64_t finding)
{
    const struct fa_results *results = json->context->results;
    const struct fa_loaded_table *values = &results->tables[FA_RESULT_VALUE];
    struct fa_row_span span = results->finding_values[finding];
    if (span.from == span.to)
        return FA_OK;
    int which = fa_result_column(values, "which"), name = fa_result_column(values, "name");
    int value = fa_result_column(values, "value"), column = fa_result_column(values, "column");
    const struct fa_column_def *points = &values->def->columns[which];
    FA_TRY(add_name(json, FA_STR("values")));
    FA_TRY(fa_buf_add_char(&json->line, '{'));
    bool has_point = false;
    for (uint32_t p = 0; p < points->value_count; p++) {
        bool has_value = false;
        for (uint64_t row = span.from; row < span.to; row++) {
            if (fa_result_number(values, row, which) != p)
                continue;
            if (!has_value) {
                FA_TRY(fa_buf_add_text(&json->line, has_point ? "," : ""));
                FA_TRY(fa_json_add_string(&json->line, points->values[p]));
                FA_TRY(fa_buf_add_text(&json->line, ":{"));
            } else {
                FA_TRY(fa_buf_add_char(&json->line, ','));
            }
            has_point = has_value = true;
            fa_buf_clear(&json->cell);
            FA_TRY(fa_mask_value(json->context->masker, fa_result_text(values, row, column),
                                 fa_result_text(values, row, value), &json->cell));
            FA_TRY(fa_json_add_string(&json->line, fa_result_text(values, row, name)));
            FA_TRY(fa_buf_add_char(&json->line, ':'));
            FA_TRY(fa_json_add_string(&json->line, fa_buf_str(&json->cell)));
        }
        if (has_value)
            FA_TRY(fa_buf_add_char(&json->line, '}'));
    }
    return fa_buf_add_char(&json->line, '}');
}

static enum fa_status write_findings(struct ndjson *json)
{
    const struct fa_results *results = json->context->results;
    const struct fa_loaded_table *evidence = &results->tables[FA_RESULT_EVIDENCE];
    for (uint64_t row = 0; row < results->tables[FA_RESULT_FINDING].row_count; row++) {
        FA_TRY(begin(json, FA_STR("finding")));
        FA_TRY(add_row(json, FA_RESULT_FINDING, row));
        FA_TRY(add_values(json, row));
        FA_TRY(add_name(json, FA_STR("evidence")));
        FA_TRY(fa_buf_add_char(&json->line, '['));
        struct fa_row_span span = results->finding_evidence[row];
        for (uint64_t e = span.from; e < span.to; e++)
            FA_TRY(fa_buf_addf(&json->line, e > span.from ? ",%lld" : "%lld",
                               (long long)fa_result_number(
                                   evidence, e, fa_result_column(evidence, "row_no"))));
        FA_TRY(fa_buf_add_char(&json->line, ']'));
        FA_TRY(end(json));
    }
    return FA_OK;
}

static enum fa_status write_evidence(struct ndjson *json)
{
    const struct fa_results *results = json->context->results;
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_CELL];
    for (uint64_t row = 0; row < results->tables[FA_RESULT_ROW].row_count; row++) {
        FA_TRY(begin(json, FA_STR("evidence")));
        FA_TRY(add_row(json, FA_RESULT_ROW, row));
        FA_TRY(add_name(json, FA_STR("cells")));
        FA_TRY(fa_buf_add_char(&json->line, '{'));
        struct fa_row_span span = results->row_cells[row];
        for (uint64_t c = span.from; c < span.to; c++) {
            if (c > span.from)
                FA_TRY(fa_buf_add_char(&json->line, ','));
            FA_TRY(fa_shown_evidence(json->context, row, c, &json->cell));
            FA_TRY(fa_json_add_string(
                &json->line, fa_result_text(cells, c, fa_result_column(cells, "column"))));
            FA_TRY(fa_buf_add_char(&json->line, ':'));
            FA_TRY(fa_json_add_string(&json->line, fa_buf_str(&json->cell)));
        }
        FA_TRY(fa_buf_add_char(&json->line, '}'));
        FA_TRY(end(json));
    }
    return FA_OK;
}

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
    FA_TRY(write_findings(json));
    FA_TRY(write_table(json, FA_RESULT_EARLIER, "earlier"));
    return write_evidence(json);
}

enum fa_status fa_report_ndjson(const struct fa_shown_context *context,
                                const struct fa_report_options *options,
                                struct fa_output *output)
{
    (void)options; /* both languages stand in every object */
    struct ndjson json = {.context = context, .output = output};
    enum fa_status status = write_all(&json);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(context->results->sink, "the report");
    fa_buf_release(&json.line);
    fa_buf_release(&json.cell);
    return status;
}
