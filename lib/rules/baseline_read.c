#include "rules/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static enum fa_status no_memory(const struct fa_baseline *baseline)
{
    return fa_out_of_memory(baseline->sink, "the earlier results");
}

/* --- the tables that are read, and their columns by name --- */

enum table { RULESET, RULE, FINDING, VALUE, EARLIER, TABLE_COUNT };
static const char *const table_names[TABLE_COUNT] = {
    "result_ruleset", "result_rule", "result_finding", "result_value", "result_earlier"};

enum { COLUMNS_MAX = 27 };
/* Of a required column the results cannot do without; others came with later versions. */
static const struct wanted {
    const char *name;
    bool is_required;
} wanted[TABLE_COUNT][COLUMNS_MAX] = {
    [RULESET] = {{"ruleset", true}, {"hash", true}},
    [RULE] = {{"rule", true},
              {"ruleset", true},
              {"title_en", true},
              {"title_zh", true},
              {"cite", true},
              {"params", false}},
    [VALUE] = {{"finding", true}, {"which", true}, {"column", true}},
    [FINDING] = {{"finding", true},    {"rule", true},       {"outcome", true},
                 {"severity", true},   {"subject_table", true}, {"subject", true},
                 {"first_time", true}, {"last_time", true},  {"still_on", true},
                 {"amount", true},     {"currency", true},   {"fingerprint", true},
                 {"evidence_rows", true}, {"waived", true},  {"first_seen", false},
                 {"row_ranges", false}},
    [EARLIER] = {{"finding", true},    {"rule", true},       {"outcome", true},
                 {"severity", true},   {"subject_table", true}, {"subject", true},
                 {"first_time", true}, {"last_time", true},  {"still_on", true},
                 {"amount", true},     {"currency", true},   {"fingerprint", true},
                 {"evidence_rows", true}, {"waived", true},  {"first_seen", true},
                 {"last_seen", true},  {"state", true},      {"why", true},
                 {"reason", true},     {"fixed_on", true},   {"subject_columns", true},
                 {"ruleset", true},    {"title_en", true},   {"title_zh", true},
                 {"cite", true},       {"table_rows", false}, {"rows_by_table", false}}};

/* The numbers of columns above. */
enum { RULESET_ID, RULESET_HASH };
enum { RULE_ID, RULE_RULESET, RULE_TITLE_EN, RULE_TITLE_ZH, RULE_CITE, RULE_PARAMS };
enum { VALUE_FINDING, VALUE_WHICH, VALUE_COLUMN };
enum {
    F_FINDING,
    F_RULE,
    F_OUTCOME,
    F_SEVERITY,
    F_TABLE,
    F_SUBJECT,
    F_FIRST_TIME,
    F_LAST_TIME,
    F_STILL_ON,
    F_AMOUNT,
    F_CURRENCY,
    F_FINGERPRINT,
    F_EVIDENCE_ROWS,
    F_WAIVED,
    F_FIRST_SEEN,
    F_LAST_SEEN,
    F_STATE,
    F_WHY,
    F_REASON,
    F_FIXED_ON,
    F_SUBJECT_COLUMNS,
    F_RULESET,
    F_TITLE_EN,
    F_TITLE_ZH,
    F_CITE,
    F_TABLE_ROWS,
    F_ROWS_BY_TABLE,
    F_ROW_RANGES = F_LAST_SEEN /* of result_finding, which has none of those */
};

struct reading {
    struct fa_baseline *baseline;
    const struct fa_head *head;
    const struct fa_table_def *tables[TABLE_COUNT];
    struct fa_decoder *decoders[TABLE_COUNT];
    int columns[TABLE_COUNT][COLUMNS_MAX];
    FA_VEC(struct fa_earlier) made;    /* by those results */
    FA_VEC(struct fa_earlier) history; /* of result_earlier */
    size_t with_values;                /* of MADE: whose values come next */
    struct fa_buf text;
};

/* One row at which a block is read. */
struct at {
    const struct reading *reading;
    enum table table;
    const struct fa_batch *batch;
    uint32_t row;
};

static const struct fa_column *cells(const struct at *at, int column)
{
    int index = at->reading->columns[at->table][column];
    return index == FA_NO_COLUMN || fa_is_missing(&at->batch->columns[index], at->row)
               ? NULL
               : &at->batch->columns[index];
}

static int64_t number(const struct at *at, int column, int64_t otherwise)
{
    const struct fa_column *found = cells(at, column);
    return found ? found->values[at->row] : otherwise;
}

static struct fa_str text(const struct at *at, int column)
{
    const struct fa_column *found = cells(at, column);
    return found ? fa_column_text(found, at->row) : (struct fa_str){"", 0};
}

static enum fa_status refuse(const struct reading *reading, enum table table, const char *column)
{
    return fa_error(reading->baseline->sink, FA_CODE_BASELINE_RESULTS, reading->baseline->place,
                    "make the earlier results anew with flowaudit-flag of this version",
                    "table %s of the earlier results has no column %s as this version knows it",
                    table_names[table], column);
}

/* Values of enums go by their number, so the lists must begin alike. */
static bool agrees(const struct fa_column_def *column, const struct fa_column_def *known)
{
    if (column->type != known->type || column->value_count > known->value_count)
        return false;
    for (uint32_t v = 0; v < column->value_count; v++)
        if (!fa_str_equal(column->values[v], known->values[v]))
            return false;
    return true;
}

static enum fa_status find_columns(struct reading *reading, const struct fa_dictionary *known)
{
    for (int t = 0; t < TABLE_COUNT; t++) {
        struct fa_str name = fa_str_from(table_names[t]);
        const struct fa_table_def *table = fa_dictionary_find(&reading->head->dictionary, name);
        const struct fa_table_def *mine = fa_dictionary_find(known, name);
        reading->tables[t] = table;
        for (int c = 0; table && c < COLUMNS_MAX && wanted[t][c].name; c++) {
            struct fa_str column = fa_str_from(wanted[t][c].name);
            int found = fa_table_find_column(table, column);
            reading->columns[t][c] = found;
            bool is_same = found != FA_NO_COLUMN &&
                           agrees(&table->columns[found],
                                  &mine->columns[fa_table_find_column(mine, column)]);
            if (!is_same && (found != FA_NO_COLUMN || wanted[t][c].is_required))
                return refuse(reading, (enum table)t, wanted[t][c].name);
        }
        reading->decoders[t] = table ? fa_decoder_new(table) : NULL;
        if (table && !reading->decoders[t])
            return no_memory(reading->baseline);
        for (int c = 0; table && c < COLUMNS_MAX && wanted[t][c].name; c++)
            if (reading->columns[t][c] != FA_NO_COLUMN)
                fa_decoder_want(reading->decoders[t], reading->columns[t][c]);
    }
    return reading->tables[FINDING] ? FA_OK : refuse(reading, FINDING, "finding");
}

/* --- rows --- */

static enum fa_status intern(struct fa_baseline *baseline, struct fa_texts *texts, struct fa_str text,
                             uint32_t *number)
{
    return fa_texts_add(texts, &baseline->meter, text, true, number);
}

static enum fa_status keep(struct fa_baseline *baseline, struct fa_str text, struct fa_str *kept)
{
    *kept = fa_arena_str(&baseline->arena, text);
    return kept->bytes ? FA_OK : no_memory(baseline);
}

/* The number of the rule; its words are those of the row where it is first met. */
static enum fa_status take_rule(struct fa_baseline *baseline, struct fa_str id,
                                const struct fa_earlier_rule *words, uint32_t *number)
{
    FA_TRY(intern(baseline, &baseline->rule_ids, id, number));
    struct fa_earlier_rule none = {.id = {"", 0}};
    if (*number == baseline->rules.count && fa_vec_add(&baseline->rules, none) != FA_OK)
        return no_memory(baseline);
    struct fa_earlier_rule *rule = &baseline->rules.items[*number];
    rule->id = baseline->rule_ids.items[*number];
    if (!words || rule->ruleset.size)
        return FA_OK;
    FA_TRY(keep(baseline, words->ruleset, &rule->ruleset));
    FA_TRY(keep(baseline, words->title_en, &rule->title_en));
    FA_TRY(keep(baseline, words->title_zh, &rule->title_zh));
    FA_TRY(keep(baseline, words->cite, &rule->cite));
    return keep(baseline, words->params, &rule->params);
}

static enum fa_status take_ruleset(struct reading *reading, const struct at *at)
{
    struct fa_baseline *baseline = reading->baseline;
    uint32_t number;
    struct fa_str hash;
    FA_TRY(intern(baseline, &baseline->rulesets, text(at, RULESET_ID), &number));
    if (number < baseline->hashes.count)
        return FA_OK;
    FA_TRY(keep(baseline, text(at, RULESET_HASH), &hash));
    return fa_vec_add(&baseline->hashes, hash) == FA_OK ? FA_OK : no_memory(baseline);
}

/* The columns of a subject's parts, which stand behind the finding in its order. */
static enum fa_status take_value(struct reading *reading, const struct at *at)
{
    enum { WHICH_SUBJECT = 3 };
    struct fa_baseline *baseline = reading->baseline;
    if (number(at, VALUE_WHICH, 0) != WHICH_SUBJECT)
        return FA_OK;
    struct fa_str finding = text(at, VALUE_FINDING);
    while (reading->with_values < reading->made.count &&
           !fa_str_equal(reading->made.items[reading->with_values].finding, finding))
        reading->with_values++;
    if (reading->with_values == reading->made.count)
        return fa_error(baseline->sink, FA_CODE_BASELINE_RESULTS, baseline->place, NULL,
                        "rows of result_value of the earlier results belong to no finding");
    struct fa_earlier *made = &reading->made.items[reading->with_values];
    struct fa_str so_far = baseline->texts.items[made->subject_columns];
    if (so_far.size + text(at, VALUE_COLUMN).size >= FA_SUBJECT_COLUMNS_BYTES_MAX)
        return fa_error(baseline->sink, FA_CODE_LIMIT, baseline->place, NULL,
                        "a finding of the earlier results has more than %u bytes of names of columns",
                        FA_SUBJECT_COLUMNS_BYTES_MAX);
    fa_buf_clear(&reading->text);
    if (made->is_found) { /* it has a part already */
        if (fa_buf_add_str(&reading->text, so_far) != FA_OK ||
            fa_buf_add_char(&reading->text, '|') != FA_OK)
            return no_memory(baseline);
    }
    made->is_found = true;
    if (fa_buf_add_str(&reading->text, text(at, VALUE_COLUMN)) != FA_OK)
        return no_memory(baseline);
    return intern(baseline, &baseline->texts, fa_buf_str(&reading->text), &made->subject_columns);
}

static void take_facts(const struct at *at, struct fa_facts *facts)
{
    *facts = (struct fa_facts){.outcome = (int)number(at, F_OUTCOME, 0),
                               .severity = (int)number(at, F_SEVERITY, 0),
                               .has_time = cells(at, F_FIRST_TIME) && cells(at, F_LAST_TIME),
                               .first_us = number(at, F_FIRST_TIME, 0),
                               .last_us = number(at, F_LAST_TIME, 0),
                               .is_still_on = number(at, F_STILL_ON, 0) != 0,
                               .has_amount = cells(at, F_AMOUNT) != NULL,
                               .amount = number(at, F_AMOUNT, 0),
                               .currency = (fa_currency)number(at, F_CURRENCY, 0),
                               .evidence_rows = (uint64_t)number(at, F_EVIDENCE_ROWS, 0)};
}

/* The rows in "12-15,18", up to what is no range any more. */
static uint64_t count_ranges(struct fa_str ranges)
{
    uint64_t rows = 0, number = 0, from = 0;
    bool is_range = false;
    for (size_t i = 0; i <= ranges.size; i++) {
        char c = i < ranges.size ? ranges.bytes[i] : ';';
        if (c >= '0' && c <= '9') {
            number = number > UINT32_MAX ? number : 10 * number + (uint64_t)(c - '0');
        } else if (c == '-') {
            from = number;
            number = 0;
            is_range = true;
        } else {
            rows += !is_range ? number > 0 : number >= from ? number - from + 1 : 0;
            number = 0;
            is_range = false;
            if (c != ',')
                break;
        }
    }
    return rows;
}

/* Of "flow 12-15,18; contract 3" what tables come by time, each with its rows, and the first of them. */
static enum fa_status take_ranges(struct reading *reading, struct fa_str ranges,
                                  struct fa_earlier *made)
{
    struct fa_buf *counts = &reading->text;
    struct fa_baseline *baseline = reading->baseline;
    fa_buf_clear(counts);
    while (ranges.size) {
        const char *end = memchr(ranges.bytes, ';', ranges.size);
        size_t size = end ? (size_t)(end - ranges.bytes) : ranges.size;
        struct fa_str part = {ranges.bytes, size};
        const char *blank = memchr(part.bytes, ' ', part.size);
        size_t name = blank ? (size_t)(blank - part.bytes) : part.size;
        const struct fa_table_def *table =
            fa_dictionary_find(&reading->head->dictionary, (struct fa_str){part.bytes, name});
        if (blank && table && table->by != FA_NO_COLUMN) {
            uint64_t rows = count_ranges((struct fa_str){blank + 1, part.size - name - 1});
            if (fa_buf_addf(counts, "%s%.*s %llu", counts->size ? "; " : "", (int)table->name.size,
                            table->name.bytes, (unsigned long long)rows) != FA_OK)
                return no_memory(baseline);
            if (made->rows_table == FA_NO_NUMBER) {
                made->table_rows = rows;
                FA_TRY(intern(baseline, &baseline->texts, table->name, &made->rows_table));
            }
        }
        size += size + 1 < ranges.size ? 2 : ranges.size - size;
        ranges = (struct fa_str){ranges.bytes + size, ranges.size - size};
    }
    return intern(baseline, &baseline->texts, fa_buf_str(counts), &made->rows_by_table);
}

static enum fa_status take_finding(struct reading *reading, const struct at *at)
{
    struct fa_baseline *baseline = reading->baseline;
    bool is_history = at->table == EARLIER;
    struct fa_earlier made = {.is_history = is_history, .is_waived = number(at, F_WAIVED, 0) != 0};
    if (reading->made.count + reading->history.count >= FA_EARLIER_MAX)
        return fa_error(baseline->sink, FA_CODE_LIMIT, baseline->place, NULL,
                        "the earlier results have more than %u findings", FA_EARLIER_MAX);
    if (!fa_fingerprint_read(text(at, F_FINGERPRINT), made.fingerprint))
        return fa_error(baseline->sink, FA_CODE_BASELINE_RESULTS, baseline->place, NULL,
                        "a fingerprint of the earlier results is not one of %d hexadecimal digits",
                        2 * FA_FINGERPRINT_BYTES);
    take_facts(at, &made.facts);
    struct fa_earlier_rule words = {.params = {"", 0}};
    if (is_history)
        words = (struct fa_earlier_rule){.ruleset = text(at, F_RULESET),
                                         .title_en = text(at, F_TITLE_EN),
                                         .title_zh = text(at, F_TITLE_ZH),
                                         .cite = text(at, F_CITE),
                                         .params = {"", 0}};
    FA_TRY(take_rule(baseline, text(at, F_RULE), is_history ? &words : NULL, &made.rule));
    FA_TRY(keep(baseline, text(at, F_FINDING), &made.finding));
    FA_TRY(keep(baseline, text(at, F_SUBJECT), &made.subject));
    FA_TRY(intern(baseline, &baseline->texts, text(at, F_TABLE), &made.table));
    FA_TRY(intern(baseline, &baseline->texts,
                  is_history ? text(at, F_SUBJECT_COLUMNS) : (struct fa_str){"", 0},
                  &made.subject_columns));
    FA_TRY(intern(baseline, &baseline->texts,
                  is_history ? text(at, F_REASON) : (struct fa_str){"", 0}, &made.reason));
    made.first_seen = (int32_t)number(at, F_FIRST_SEEN, baseline->as_of_day);
    made.last_seen = (int32_t)baseline->as_of_day;
    made.rows_table = FA_NO_NUMBER;
    if (!is_history)
        FA_TRY(take_ranges(reading, text(at, F_ROW_RANGES), &made));
    if (is_history) {
        int64_t rows = number(at, F_TABLE_ROWS, 0);
        made.table_rows = rows > 0 ? (uint64_t)rows : 0;
        FA_TRY(intern(baseline, &baseline->texts, text(at, F_ROWS_BY_TABLE), &made.rows_by_table));
        made.last_seen = (int32_t)number(at, F_LAST_SEEN, 0);
        made.state = (uint8_t)number(at, F_STATE, 0);
        made.why = (uint8_t)number(at, F_WHY, 0);
        made.fixed_on = (int32_t)number(at, F_FIXED_ON, baseline->as_of_day);
        return fa_vec_add(&reading->history, made) == FA_OK ? FA_OK : no_memory(baseline);
    }
    return fa_vec_add(&reading->made, made) == FA_OK ? FA_OK : no_memory(baseline);
}

static enum fa_status take_row(struct reading *reading, const struct at *at)
{
    uint32_t number;
    switch (at->table) {
    case RULESET:
        return take_ruleset(reading, at);
    case RULE:
        return take_rule(reading->baseline, text(at, RULE_ID),
                         &(struct fa_earlier_rule){.ruleset = text(at, RULE_RULESET),
                                                   .title_en = text(at, RULE_TITLE_EN),
                                                   .title_zh = text(at, RULE_TITLE_ZH),
                                                   .cite = text(at, RULE_CITE),
                                                   .params = text(at, RULE_PARAMS)},
                         &number);
    case VALUE:
        return take_value(reading, at);
    default:
        return take_finding(reading, at);
    }
}

static enum fa_status take_block(struct reading *reading, const struct fa_block *block)
{
    for (int t = 0; t < TABLE_COUNT; t++) {
        struct fa_batch batch;
        if (!reading->tables[t] || reading->tables[t]->index != block->table)
            continue;
        FA_TRY(fa_decoder_decode(reading->decoders[t], block, reading->baseline->sink, &batch));
        struct at at = {reading, (enum table)t, &batch, 0};
        for (; at.row < batch.row_count; at.row++)
            FA_TRY(take_row(reading, &at));
    }
    return FA_OK;
}

static enum fa_status join_lists(struct reading *reading)
{
    struct fa_baseline *baseline = reading->baseline;
    for (size_t i = 0; i < reading->made.count; i++)
        reading->made.items[i].is_found = false;
    if (fa_vec_reserve(&baseline->list, reading->history.count + reading->made.count + 1) != FA_OK)
        return no_memory(baseline);
    for (size_t i = 0; i < reading->history.count; i++)
        baseline->list.items[baseline->list.count++] = reading->history.items[i];
    for (size_t i = 0; i < reading->made.count; i++)
        baseline->list.items[baseline->list.count++] = reading->made.items[i];
    return FA_OK;
}

/* --- reading --- */

static enum fa_status read_head(struct reading *reading)
{
    struct fa_baseline *baseline = reading->baseline;
    const struct fa_head *head = reading->head;
    baseline->as_of_day = head->as_of_day;
    baseline->currency = head->currency;
    for (size_t i = 0; i < head->currencies.count; i++)
        if (fa_vec_add(&baseline->currencies, head->currencies.items[i]) != FA_OK)
            return no_memory(baseline);
    FA_TRY(keep(baseline, head->filer, &baseline->filer));
    for (size_t i = 0; i < head->covers.count; i++) {
        const struct fa_cover_info *cover = &head->covers.items[i];
        struct fa_earlier_cover kept = {{"", 0}, cover->from_day, cover->to_day};
        FA_TRY(keep(baseline, head->dictionary.tables[cover->table].name, &kept.table));
        if (fa_vec_add(&baseline->covers, kept) != FA_OK)
            return no_memory(baseline);
    }
    return FA_OK;
}

static enum fa_status read_all(struct reading *reading, struct fa_blocks *results)
{
    struct fa_arena known_arena;
    struct fa_dictionary known;
    fa_arena_init(&known_arena);
    enum fa_status status =
        fa_dictionary_builtin(&known_arena, reading->baseline->sink, &known);
    if (status == FA_OK)
        status = find_columns(reading, &known);
    fa_arena_release(&known_arena);
    bool is_end = false;
    while (status == FA_OK && !is_end) {
        struct fa_block block;
        status = fa_blocks_next(results, &block, &is_end);
        if (status == FA_OK && !is_end && block.kind == FA_BLOCK_TABLE)
            status = take_block(reading, &block);
    }
    if (status == FA_OK)
        status = join_lists(reading);
    return status == FA_OK ? fa_baseline_index(reading->baseline) : status;
}

enum fa_status fa_baseline_load(struct fa_blocks *results, struct fa_str name, struct fa_sink *sink,
                                struct fa_baseline **baseline)
{
    if (results->head->kind != FA_STREAM_RESULTS)
        return fa_error(sink, FA_CODE_BASELINE_RESULTS, (struct fa_place){.source = name},
                        "give what flowaudit-flag wrote for the earlier filing",
                        "expected earlier results, found a ledger");
    struct fa_baseline *made = calloc(1, sizeof *made);
    if (!made)
        return fa_out_of_memory(sink, "the earlier results");
    fa_baseline_init(made, name, sink);
    struct reading reading = {.baseline = made, .head = results->head};
    enum fa_status status = read_head(&reading);
    if (status == FA_OK)
        status = read_all(&reading, results);
    for (int t = 0; t < TABLE_COUNT; t++)
        fa_decoder_free(reading.decoders[t]);
    fa_vec_free(&reading.made);
    fa_vec_free(&reading.history);
    fa_buf_release(&reading.text);
    if (status == FA_OK)
        *baseline = made;
    else
        fa_baseline_free(made);
    return status;
}
