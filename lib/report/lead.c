#include "report/lead.h"

#include <stdlib.h>
#include <string.h>

enum { TESTED, NOT_TESTABLE, NOT_APPLICABLE }; /* result_rule.state */
enum { NOT_IN_FORCE = 2 };                      /* result_rule.judged_nothing */
enum { LINE_WIDTH = 96 };

struct lead {
    const struct fa_shown_context *context;
    const struct fa_results *results;
    const struct fa_loaded_table *rules;
    struct fa_buf *text;
};

void fa_lead_count_rows(const struct fa_results *results, uint64_t *accepted,
                        uint64_t *rejected)
{
    const struct fa_loaded_table *controls = &results->tables[FA_RESULT_CONTROL];
    for (uint64_t i = 0; i < controls->row_count; i++) {
        if (!fa_result_missing(controls, i, fa_result_column(controls, "column")))
            continue;
        const struct fa_table_def *table = fa_dictionary_find(
            &results->head->dictionary,
            fa_result_text(controls, i, fa_result_column(controls, "table")));
        if (!table || table->written_by != FA_BY_FILING)
            continue;
        *accepted +=
            (uint64_t)fa_result_number(controls, i, fa_result_column(controls, "rows"));
        *rejected +=
            (uint64_t)fa_result_number(controls, i, fa_result_column(controls, "rejected"));
    }
}

static bool has_state(const struct lead *lead, uint64_t row, int64_t state)
{
    return fa_result_number(lead->rules, row, fa_result_column(lead->rules, "state")) == state;
}

static uint64_t count_state(const struct lead *lead, int64_t state)
{
    uint64_t count = 0;
    for (uint64_t row = 0; row < lead->rules->row_count; row++)
        count += has_state(lead, row, state);
    return count;
}

/* --- rules of which the same is to be said, one line for all --- */

/* What is said of a rule or view: bytes FROM on, SIZE of them. */
struct told {
    const char *bytes; /* of all; set when all are there */
    size_t from, size;
    uint64_t row, first; /* FIRST: row of the first of which that is said */
};

/* Appends what is to be said of ROW; nothing: it is not told of. */
typedef enum fa_status (*teller)(struct lead *lead, uint64_t row, struct fa_buf *text);

static int order_of(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_texts(const void *left, const void *right)
{
    const struct told *a = left, *b = right;
    int order = fa_str_compare((struct fa_str){a->bytes + a->from, a->size},
                               (struct fa_str){b->bytes + b->from, b->size});
    return order ? order : order_of(a->row, b->row);
}

static int compare_groups(const void *left, const void *right)
{
    const struct told *a = left, *b = right;
    int order = order_of(a->first, b->first);
    return order ? order : order_of(a->row, b->row);
}

/* The names of COUNT rules or views, behind what stands in the line from LINE on. */
static enum fa_status write_names(struct lead *lead, const struct fa_loaded_table *table,
                                  int name, const struct told *told, size_t count, size_t line)
{
    struct fa_buf *text = lead->text;
    for (size_t i = 0; i < count; i++) {
        struct fa_str rule = fa_result_text(table, told[i].row, name);
        bool is_full = i > 0 && text->size - line + rule.size + 2 > LINE_WIDTH;
        if (is_full)
            line = text->size + 2;
        FA_TRY(fa_buf_add_text(text, is_full ? ",\n  " : i ? ", " : ""));
        FA_TRY(fa_buf_add_str(text, rule));
    }
    return FA_OK;
}

/* "  RULE, RULE: what is said" */
static enum fa_status write_group(struct lead *lead, const struct fa_loaded_table *table,
                                  int name, const struct told *told, size_t count)
{
    size_t line = lead->text->size;
    FA_TRY(fa_buf_add_text(lead->text, "  "));
    FA_TRY(write_names(lead, table, name, told, count, line));
    FA_TRY(fa_buf_add_text(lead->text, ": "));
    FA_TRY(fa_buf_add_str(lead->text, (struct fa_str){told->bytes + told->from, told->size}));
    return fa_buf_add_char(lead->text, '\n');
}

static enum fa_status write_told(struct lead *lead, const struct fa_loaded_table *table,
                                 int name, struct told *told, size_t count, const char *bytes)
{
    for (size_t i = 0; i < count; i++)
        told[i].bytes = bytes;
    if (count)
        qsort(told, count, sizeof *told, compare_texts);
    for (size_t i = 0; i < count; i++) {
        bool is_same = i > 0 && told[i].size == told[i - 1].size &&
                       fa_str_equal((struct fa_str){bytes + told[i].from, told[i].size},
                                    (struct fa_str){bytes + told[i - 1].from, told[i].size});
        told[i].first = is_same ? told[i - 1].first : told[i].row;
    }
    if (count)
        qsort(told, count, sizeof *told, compare_groups);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && told[to].first == told[from].first;)
            to++;
        FA_TRY(write_group(lead, table, name, told + from, to - from));
    }
    return FA_OK;
}

/* Rows of TABLE, called by column NAME, in groups of which the same is said. */
static enum fa_status add_groups(struct lead *lead, const struct fa_loaded_table *table,
                                 const char *name, teller tell)
{
    struct told *told = calloc((size_t)table->row_count + 1, sizeof *told);
    struct fa_buf said = {0};
    size_t count = 0;
    enum fa_status status = told ? FA_OK : FA_ELIMIT;
    for (uint64_t row = 0; status == FA_OK && row < table->row_count; row++) {
        size_t from = said.size;
        status = tell(lead, row, &said);
        if (status == FA_OK && said.size > from)
            told[count++] = (struct told){.from = from, .size = said.size - from, .row = row};
    }
    if (status == FA_OK)
        status =
            write_told(lead, table, fa_result_column(table, name), told, count, said.bytes);
    fa_buf_release(&said);
    free(told);
    return status;
}

/* --- what was not tested, and what judged nothing --- */

static enum fa_status add_reason(struct lead *lead, uint64_t row, struct fa_buf *text)
{
    return fa_buf_add_str(
        text, fa_result_text(lead->rules, row, fa_result_column(lead->rules, "reason")));
}

static enum fa_status tell_not_testable(struct lead *lead, uint64_t row, struct fa_buf *text)
{
    return has_state(lead, row, NOT_TESTABLE) ? add_reason(lead, row, text) : FA_OK;
}

static enum fa_status tell_not_applicable(struct lead *lead, uint64_t row, struct fa_buf *text)
{
    return has_state(lead, row, NOT_APPLICABLE) ? add_reason(lead, row, text) : FA_OK;
}

static bool judged_nothing(const struct lead *lead, uint64_t row)
{
    return !fa_result_missing(lead->rules, row,
                              fa_result_column(lead->rules, "judged_nothing"));
}

/* Whether all that the rule would look at is of another time than its law; a reason that has
 * more to tell tells it behind a semicolon. */
static bool is_other_time(const struct lead *lead, uint64_t row)
{
    struct fa_str reason =
        fa_result_text(lead->rules, row, fa_result_column(lead->rules, "reason"));
    static const char rest[] = "; it looks at no other";
    size_t tail = sizeof rest - 1;
    if (reason.size > tail && memcmp(reason.bytes + reason.size - tail, rest, tail) == 0)
        reason.size -= tail;
    return judged_nothing(lead, row) &&
           fa_result_number(lead->rules, row, fa_result_column(lead->rules, "judged_nothing")) ==
               NOT_IN_FORCE &&
           reason.size && !memchr(reason.bytes, ';', reason.size);
}

static enum fa_status tell_nothing(struct lead *lead, uint64_t row, struct fa_buf *text)
{
    return judged_nothing(lead, row) && !is_other_time(lead, row) ? add_reason(lead, row, text)
                                                                  : FA_OK;
}

/* Whether the rule judged rows by a table that has none. */
static bool met_empty(const struct lead *lead, uint64_t row)
{
    return !fa_result_missing(lead->rules, row, fa_result_column(lead->rules, "empty_tables"));
}

static enum fa_status tell_met_empty(struct lead *lead, uint64_t row, struct fa_buf *text)
{
    return met_empty(lead, row) ? add_reason(lead, row, text) : FA_OK;
}

/* Nobody knows whether nothing happened or nothing was filed. */
static enum fa_status add_empty(struct lead *lead)
{
    uint64_t count = 0;
    for (uint64_t row = 0; row < lead->rules->row_count; row++)
        count += met_empty(lead, row);
    if (count)
        FA_TRY(fa_buf_addf(lead->text,
                           "EMPTY TABLES  %llu of the %llu rules that were tested took it that what "
                           "is not filed did not happen\n",
                           (unsigned long long)count,
                           (unsigned long long)count_state(lead, TESTED)));
    return add_groups(lead, lead->rules, "rule", tell_met_empty);
}

/* "  law not in force then: RULE, RULE" */
static enum fa_status add_other_time(struct lead *lead)
{
    struct told *told = calloc((size_t)lead->rules->row_count + 1, sizeof *told);
    if (!told)
        return FA_ELIMIT;
    size_t count = 0, line = lead->text->size;
    for (uint64_t row = 0; row < lead->rules->row_count; row++)
        if (is_other_time(lead, row))
            told[count++].row = row;
    enum fa_status status = FA_OK;
    if (count)
        status = fa_buf_add_text(lead->text, "  law not in force then: ");
    if (status == FA_OK)
        status = write_names(lead, lead->rules, fa_result_column(lead->rules, "rule"), told,
                             count, line);
    if (status == FA_OK && count)
        status = fa_buf_add_char(lead->text, '\n');
    free(told);
    return status;
}

static enum fa_status add_untested(struct lead *lead)
{
    uint64_t not_testable = count_state(lead, NOT_TESTABLE), total = lead->rules->row_count;
    uint64_t tested = count_state(lead, TESTED), nothing = 0;
    bool is_none_tested = total && !tested;
    if (is_none_tested)
        FA_TRY(fa_buf_add_text(lead->text, "NOT TESTED  no rule was tested\n"));
    else if (not_testable)
        FA_TRY(fa_buf_addf(lead->text,
                           "NOT TESTED  %llu of %llu rules that apply to the filer\n",
                           (unsigned long long)not_testable,
                           (unsigned long long)(total - count_state(lead, NOT_APPLICABLE))));
    FA_TRY(add_groups(lead, lead->rules, "rule", tell_not_testable));
    if (is_none_tested)
        FA_TRY(add_groups(lead, lead->rules, "rule", tell_not_applicable));
    for (uint64_t row = 0; row < total; row++)
        nothing += judged_nothing(lead, row);
    if (nothing)
        FA_TRY(fa_buf_addf(lead->text,
                           "JUDGED NOTHING  %llu of the %llu rules that were tested\n",
                           (unsigned long long)nothing, (unsigned long long)tested));
    FA_TRY(add_groups(lead, lead->rules, "rule", tell_nothing));
    FA_TRY(add_other_time(lead));
    return add_empty(lead);
}

/* --- what rules left aside --- */

/* "4 rows of 1000.00 CNY" */
static enum fa_status add_outside(struct lead *lead, enum fa_result_table which, uint64_t row,
                                  struct fa_buf *text)
{
    const struct fa_loaded_table *table = &lead->results->tables[which];
    int64_t rows = fa_result_number(table, row, fa_result_column(table, "outside_group"));
    if (!rows)
        return FA_OK;
    FA_TRY(fa_buf_addf(text, "%lld row%s", (long long)rows, rows == 1 ? "" : "s"));
    int amount = fa_result_column(table, "outside_group_amount");
    if (fa_result_missing(table, row, amount) || fa_result_number(table, row, amount) == 0)
        return FA_OK;
    struct fa_buf cell = {0};
    enum fa_status status = fa_shown_cell(lead->context, which, row, amount, &cell);
    if (status == FA_OK)
        status = fa_buf_addf(text, " of %.*s", (int)cell.size, cell.bytes);
    if (status == FA_OK)
        status = fa_shown_cell(lead->context, which, row, fa_result_column(table, "currency"),
                               &cell);
    if (status == FA_OK && cell.size)
        status = fa_buf_addf(text, " %.*s", (int)cell.size, cell.bytes);
    fa_buf_release(&cell);
    return status;
}

static enum fa_status tell_outside(struct lead *lead, uint64_t row, struct fa_buf *text)
{
    return add_outside(lead, FA_RESULT_RULE, row, text);
}

static enum fa_status tell_outside_view(struct lead *lead, uint64_t row, struct fa_buf *text)
{
    return add_outside(lead, FA_RESULT_VIEW, row, text);
}

static uint64_t count_with(const struct fa_loaded_table *table, const char *column)
{
    uint64_t count = 0;
    for (uint64_t row = 0; row < table->row_count; row++)
        count += fa_result_number(table, row, fa_result_column(table, column)) > 0;
    return count;
}

static enum fa_status add_aside(struct lead *lead)
{
    static const char where[] = "the workbook's sheet Rules and ndjson count them";
    const struct fa_loaded_table *views = &lead->results->tables[FA_RESULT_VIEW];
    if (count_with(lead->rules, "outside_group") || count_with(views, "outside_group")) {
        FA_TRY(fa_buf_add_text(
            lead->text,
            "OUTSIDE GROUPS  rows that have no key, and that nobody judged there\n"));
        FA_TRY(add_groups(lead, lead->rules, "rule", tell_outside));
        if (views->def)
            FA_TRY(add_groups(lead, views, "view", tell_outside_view));
    }
    uint64_t rules = count_with(lead->rules, "other_currency");
    uint64_t others = count_with(views, "other_currency");
    if (rules || others)
        FA_TRY(fa_buf_addf(lead->text,
                           "OTHER CURRENCY  rows that nobody judged there for their currency: "
                           "rules %llu, views and statistics %llu; %s\n",
                           (unsigned long long)rules, (unsigned long long)others, where));
    rules = count_with(lead->rules, "after_as_of");
    return rules ? fa_buf_addf(lead->text,
                               "AFTER AS-OF  rows dated later, which nobody judged: rules %llu; "
                               "%s\n",
                               (unsigned long long)rules, where)
                 : FA_OK;
}

/* Rows that are there again count again, in sums and in findings. */
static enum fa_status add_repeats(struct lead *lead)
{
    const struct fa_loaded_table *remarks = &lead->results->tables[FA_RESULT_REMARK];
    for (uint64_t row = 0; row < remarks->row_count; row++) {
        if (!fa_str_is(fa_result_text(remarks, row, fa_result_column(remarks, "code")), "KEY-REPEAT"))
            continue;
        struct fa_str table = fa_result_text(remarks, row, fa_result_column(remarks, "table"));
        int64_t count = fa_result_number(remarks, row, fa_result_column(remarks, "count"));
        FA_TRY(fa_buf_addf(lead->text,
                           "REPEATED  %lld row%s of %.*s, with the same key and content; each counts\n",
                           (long long)count, count == 1 ? "" : "s", (int)table.size, table.bytes));
    }
    return FA_OK;
}

enum fa_status fa_lead_add(const struct fa_shown_context *context, struct fa_buf *text)
{
    struct lead lead = {.context = context,
                        .results = context->results,
                        .rules = &context->results->tables[FA_RESULT_RULE],
                        .text = text};
    uint64_t accepted = 0, rejected = 0;
    fa_lead_count_rows(context->results, &accepted, &rejected);
    if (rejected)
        FA_TRY(fa_buf_addf(
            text, "INCOMPLETE  %llu rows were rejected; what follows is about the rest\n",
            (unsigned long long)rejected));
    FA_TRY(add_repeats(&lead));
    FA_TRY(add_untested(&lead));
    return add_aside(&lead);
}
