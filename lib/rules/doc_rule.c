/*
 * The page of a rule: what it cites, its formula in words and as it is written, what of it cannot be
 * tested, and its tests as examples.
 */
#include <string.h>

#include "base/limits.h"
#include "ledger/head.h"
#include "rules/build.h"
#include "rules/doc_parts.h"
#include "rules/syntax.h"
#include "rules/verdict.h"
#include "rules/words.h"

static const char *const confidences[] = {"seen in the source",
                                          "known, the text itself was not read", "unsure"};

/* --- parts --- */

static enum fa_status write_day(struct fa_document *document, int64_t day_no)
{
    char text[FA_TIME_TEXT_BYTES];
    if (day_no == INT64_MIN || day_no == INT64_MAX)
        return FA_OK;
    return fa_buf_add(document->text, text, fa_date_format(day_no, text));
}

/* "from 2016-08-24 to 2020-12-31" */
enum fa_status fa_doc_days(struct fa_document *document, int64_t from_day, int64_t to_day)
{
    WRITE("from ");
    FA_TRY(write_day(document, from_day));
    if (to_day == INT64_MAX)
        return fa_buf_add_text(document->text, " on");
    WRITE(" to ");
    return write_day(document, to_day);
}

enum fa_status fa_doc_cite(struct fa_document *document, const struct fa_cite *cite)
{
    TEXT(cite->text);
    WRITE(" (%s)", confidences[cite->confidence]);
    return FA_OK;
}

static const char *const readings[] = {"its text", "a restatement", "from memory"};

enum fa_status fa_doc_sources(struct fa_document *document, const struct fa_sources *sources)
{
    if (sources->list.count == 0 && document->ruleset->sources.size) {
        WRITE("- **Source** that of the ruleset: ");
        TEXT(document->ruleset->sources);
        WRITE("\n");
    }
    for (int i = 0; i < sources->list.count; i++) {
        WRITE("- **Source** ");
        TEXT(sources->list.items[i].where);
        WRITE(" (%s)\n", readings[sources->list.items[i].reading]);
    }
    return FA_OK;
}

/* A value as the rules write it; OF may be NULL. */
static enum fa_status write_value(struct fa_document *document, const struct fa_value *value,
                                  const struct fa_column_def *values_of)
{
    const struct fa_head head = {.currency = document->ruleset->currency};
    const struct fa_expr of = {.kind = value->kind, .values_of = values_of};
    if (value->is_none)
        return fa_buf_add_text(document->text, "no limit");
    if (value->kind == FA_KIND_TEXT && !value->is_missing)
        return fa_doc_text(document, value->text);
    return fa_value_format(value, &of, document->ruleset, &head, NULL, NULL, document->text);
}

enum fa_status fa_doc_words(struct fa_document *document, const struct fa_expr *expr)
{
    if (expr->op == FA_OP_PATH && expr->kind == FA_KIND_BOOL) {
        FA_TRY(fa_expr_words(document->list, document->rule, expr, document->text));
        return fa_buf_add_text(document->text, " is true");
    }
    return fa_expr_words(document->list, document->rule, expr, document->text);
}

/* --- parameters --- */

static enum fa_status write_row(struct fa_document *document, const struct fa_param *param,
                                const struct fa_param_row *row)
{
    for (int k = 0; k < param->key_count; k++) {
        WRITE(k ? ", " : "");
        FA_TRY(write_value(document, &row->keys[k], param->key_columns[k]));
    }
    WRITE(param->key_count ? ": " : "");
    return write_value(document, &row->value, param->values_of);
}

static enum fa_status write_part(struct fa_document *document, const struct fa_scale_part *part)
{
    FA_TRY(write_value(document, &part->rate, NULL));
    if (part->up_to.is_missing)
        return fa_buf_add_text(document->text, " beyond");
    WRITE(" to ");
    return write_value(document, &part->up_to, NULL);
}

static enum fa_status write_period(struct fa_document *document, const struct fa_param *param,
                                   const struct fa_param_period *period)
{
    for (int r = 0; r < period->row_count; r++) {
        WRITE(r ? ", " : "");
        FA_TRY(write_row(document, param, &period->rows[r]));
    }
    for (int r = 0; r < period->part_count; r++) {
        WRITE(r ? ", " : "");
        FA_TRY(write_part(document, &period->parts[r]));
    }
    WRITE(" | ");
    return fa_doc_days(document, period->from_day, period->to_day);
}

/* A row for each time in which it has another value. */
static enum fa_status write_param(struct fa_document *document, const struct fa_param *param)
{
    for (int p = 0; p < param->period_count || p == 0; p++) {
        WRITE("| `%.*s` | ", STR(param->name));
        if (param->period_count)
            FA_TRY(write_period(document, param, &param->periods[p]));
        else
            WRITE("to be given: ");
        if (param->period_count == 0)
            TEXT(param->note);
        WRITE(param->period_count ? " | " : " |  | ");
        FA_TRY(fa_doc_cite(document, &param->cite));
        WRITE(" |");
        for (int i = 0; i < param->sources.list.count; i++) {
            WRITE("%s ", i ? ";" : "");
            TEXT(param->sources.list.items[i].where);
            WRITE(" (%s)", readings[param->sources.list.items[i].reading]);
        }
        WRITE(" |\n");
    }
    return FA_OK;
}

/* Which parameters a rule reads, wherever. */
struct params {
    FA_VEC(const struct fa_param *) list;
    enum fa_status status;
};

static void note_param(void *context, struct fa_expr *expr)
{
    struct params *params = context;
    if (expr->op != FA_OP_PARAM && expr->op != FA_OP_SCALE)
        return;
    for (size_t i = 0; i < params->list.count; i++)
        if (params->list.items[i] == expr->param.param)
            return;
    if (params->status == FA_OK)
        params->status = fa_vec_add(&params->list, (const struct fa_param *)expr->param.param);
}

static enum fa_status write_params(struct fa_document *document)
{
    struct fa_rule rule = *document->rule; /* it is not changed by who visits it */
    struct params params = {.status = FA_OK};
    fa_rule_visit(&rule, note_param, &params);
    enum fa_status status = params.status;
    if (status == FA_OK && params.list.count)
        status = fa_buf_add_text(document->text, "\n| threshold | value | in force | article | source |\n"
                                                 "|---|---|---|---|---|\n");
    for (size_t i = 0; status == FA_OK && i < params.list.count; i++)
        status = write_param(document, params.list.items[i]);
    fa_vec_free(&params.list);
    return status;
}

/* --- what a rule looks at --- */

enum fa_status fa_doc_population(struct fa_document *document,
                                       const struct fa_population *population)
{
    static const char *const views[] = {"", "settled", "effective"};
    struct fa_str table = document->list->dictionary->tables[population->table].name;
    bool is_view = population->view == FA_VIEW_SETTLED || population->view == FA_VIEW_EFFECTIVE;
    WRITE("%s`%s%.*s`", population->is_leg ? "legs of " : "",
          is_view ? views[population->view] : "", is_view ? 0 : (int)table.size, table.bytes);
    if (!population->where)
        return FA_OK;
    WRITE(" where ");
    return fa_doc_words(document, population->where);
}

/* --- lengths of time --- */

static enum fa_status write_count(struct fa_document *document, fa_i128 count, const char *unit)
{
    WRITE("%lld %s%s", (long long)count, unit, count == 1 ? "" : "s");
    return FA_OK;
}

/* A duration, or how many of UNIT; a parameter by its name. */
static enum fa_status write_length(struct fa_document *document, const struct fa_expr *length,
                                   enum fa_unit unit)
{
    static const char *const units[] = {
        [FA_UNIT_M] = "minute", [FA_UNIT_H] = "hour",   [FA_UNIT_D] = "day",
        [FA_UNIT_BD] = "working day", [FA_UNIT_MO] = "month", [FA_UNIT_Y] = "year"};
    enum { SECOND_US = 1000000, MINUTE_US = 60 * SECOND_US };
    const fa_i128 hour_us = (fa_i128)60 * MINUTE_US, number = length->value.numerator;
    if (length->op != FA_OP_CONST)
        return fa_doc_words(document, length);
    if (length->kind != FA_KIND_DURATION)
        return write_count(document, number, units[unit]);
    return number % hour_us == 0     ? write_count(document, number / hour_us, "hour")
           : number % MINUTE_US == 0 ? write_count(document, number / MINUTE_US, "minute")
                                     : write_count(document, number / SECOND_US, "second");
}

/* --- the ways that look at more than rows and groups --- */

/* Hours reach from the instant itself; days are whole ones. */
static enum fa_status write_window(struct fa_document *document, const struct fa_window *window)
{
    const struct fa_length *last = &window->last;
    WRITE("- **Over** the last ");
    FA_TRY(write_length(document, last->length, last->unit));
    WRITE(last->is_elapsed ? " up to each instant that has a row, both ends included\n"
                           : " up to each instant that has a row, its own day included\n");
    return FA_OK;
}

static enum fa_status write_sequence(struct fa_document *document, const struct fa_sequence *sequence)
{
    WRITE("- **First** rows where ");
    FA_TRY(fa_doc_words(document, sequence->first));
    WRITE("; **then**, at the same time or later, rows where ");
    FA_TRY(fa_doc_words(document, sequence->then));
    WRITE("\n- **Within** ");
    FA_TRY(write_length(document, sequence->within.length, sequence->within.unit));
    WRITE(sequence->within.is_elapsed
              ? ", judged at each instant that ends the sequence\n"
              : ", the last day included, judged at each instant that ends the sequence\n");
    return FA_OK;
}

static enum fa_status write_hops(struct fa_document *document, const struct fa_hops *hops)
{
    long long from = (long long)hops->hops_min->value.numerator;
    long long to = (long long)hops->hops_max->value.numerator;
    WRITE("- **Follows** chains of %lld", from);
    if (to != from)
        WRITE(" to %lld", to);
    WRITE(" flows, each paid by the account that the one before paid%s, within ",
          hops->is_cycle ? ", the last back to the account where it began" : "");
    FA_TRY(write_length(document, hops->within, hops->within_unit));
    if (hops->tolerance) {
        WRITE(", each amount within ");
        FA_TRY(fa_doc_words(document, hops->tolerance));
        WRITE(" of the one before");
    }
    if (hops->skip) {
        WRITE(", and none through an account where ");
        FA_TRY(fa_doc_words(document, hops->skip));
    }
    WRITE("; a search looks at %lu rows at most\n", (unsigned long)hops->budget);
    return FA_OK;
}

static enum fa_status write_unique(struct fa_document *document, const struct fa_unique *unique)
{
    WRITE("- **Must be unique**: no two rows have the same key");
    if (unique->has_span) {
        WRITE(" within ");
        FA_TRY(write_length(document, unique->within.length, unique->within.unit));
    }
    WRITE("%s\n", unique->has_span ? "" : ", however far apart");
    return FA_OK;
}

static enum fa_status write_gapless(struct fa_document *document, const struct fa_gapless *gapless)
{
    WRITE("- **Must be without a gap**: the numbers of ");
    FA_TRY(fa_doc_words(document, gapless->field));
    if (gapless->field->kind == FA_KIND_TEXT && gapless->digits < FA_NUMBER_DIGITS_MAX)
        WRITE(", at most the last %d digits of each", gapless->digits);
    WRITE("\n");
    return FA_OK;
}

static enum fa_status write_each(struct fa_document *document, const struct fa_each *each)
{
    WRITE("- **Of each** ");
    FA_TRY(fa_doc_population(document, &each->population));
    WRITE(" that is in force then, also where it has no row\n");
    return FA_OK;
}

static enum fa_status write_stretch(struct fa_document *document, const struct fa_stretch *stretch)
{
    WRITE("- **At any time** `count` is the number of ");
    if (stretch->distinct) {
        WRITE("different ");
        FA_TRY(fa_doc_words(document, stretch->distinct));
        WRITE(" among the ");
    }
    WRITE("rows that are in force\n");
    return stretch->each ? write_each(document, stretch->each) : FA_OK;
}

static const char *const periods[] = {"day", "working day", "week", "month", "quarter", "year"};

static enum fa_status write_every(struct fa_document *document, const struct fa_every *every)
{
    const struct fa_rule *rule = document->rule;
    WRITE("- **Must have** a row in every %s", periods[rule->period]);
    if (every->activity) {
        WRITE(" that has a row of ");
        FA_TRY(fa_doc_population(document, &every->activity->population));
    }
    if (every->within) {
        WRITE(", or up to ");
        FA_TRY(write_length(document, every->within, every->unit));
        WRITE(" after it");
    }
    WRITE("\n");
    return every->each ? write_each(document, every->each) : FA_OK;
}

static enum fa_status write_way(struct fa_document *document)
{
    const struct fa_rule *rule = document->rule;
    if (rule->window)
        FA_TRY(write_window(document, rule->window));
    if (rule->sequence)
        FA_TRY(write_sequence(document, rule->sequence));
    if (rule->hops)
        FA_TRY(write_hops(document, rule->hops));
    if (rule->unique)
        FA_TRY(write_unique(document, rule->unique));
    if (rule->gapless)
        FA_TRY(write_gapless(document, rule->gapless));
    if (rule->stretch)
        FA_TRY(write_stretch(document, rule->stretch));
    return rule->every ? write_every(document, rule->every) : FA_OK;
}

enum fa_status fa_doc_keys(struct fa_document *document)
{
    const struct fa_rule *rule = document->rule;
    if (rule->key_count == 0 && !rule->has_period)
        return FA_OK;
    WRITE("- **%s** ", rule->way == FA_WAY_ROW ? "One finding for each" : "For each");
    for (int k = 0; k < rule->key_count; k++)
        WRITE("%s`%.*s`", k ? ", " : "", STR(rule->keys[k].name));
    if (rule->has_period)
        WRITE("%s%s", rule->key_count ? " and " : "", periods[rule->period]);
    WRITE("%s\n", rule->is_across_filers ? ", the rows of all filers together" : "");
    return FA_OK;
}

enum fa_status fa_doc_terms(struct fa_document *document, const struct fa_running_term *terms,
                                  int count)
{
    for (int i = 0; i < count; i++) {
        const struct fa_running_term *term = &terms[i];
        WRITE(i ? (term->is_negative ? " less " : " plus ") : (term->is_negative ? "minus " : ""));
        if (term->is_opening) {
            const struct fa_table_def *table = &document->list->dictionary->tables[term->table];
            WRITE("what `%.*s.%.*s` opens with", STR(table->name),
                  STR(table->columns[term->column].name));
        } else {
            FA_TRY(fa_agg_words(document->list, document->rule, term->agg, document->text));
        }
    }
    return FA_OK;
}

static enum fa_status write_series(struct fa_document *document, const struct fa_series *series)
{
    WRITE("- **`%.*s`** is ", STR(series->name));
    FA_TRY(fa_doc_terms(document, series->terms, series->term_count));
    WRITE(series->term_count ? " plus " : "");
    WRITE(series->kind == FA_SERIES_LEVEL     ? "the level of "
          : series->kind == FA_SERIES_RUNNING ? "all so far of "
                                              : "");
    FA_TRY(fa_agg_words(document->list, document->rule, series->agg, document->text));
    WRITE(" of ");
    FA_TRY(fa_doc_population(document, &series->population));
    WRITE("%s%s\n", series->is_carried ? ", the newest so far" : "",
          series->is_previous ? ", at the end of the period before" : "");
    return FA_OK;
}

/* What must, or must not, be there. */
static enum fa_status write_duty(struct fa_document *document, const struct fa_duty *duty)
{
    WRITE("- **%s** ", duty->is_ban ? "Must not have" : "Must have");
    FA_TRY(fa_doc_population(document, &duty->population));
    for (int i = 0; i < duty->same_count; i++) {
        WRITE(i ? ", " : " with the same ");
        FA_TRY(fa_doc_words(document, duty->theirs[i]));
        WRITE(" = ");
        FA_TRY(fa_doc_words(document, duty->ours[i]));
    }
    if (duty->within) {
        WRITE(", within ");
        FA_TRY(write_length(document, duty->within, duty->unit));
        WRITE(duty->is_before ? " before" : "");
    } else {
        WRITE(duty->is_before ? ", at or before" : "");
    }
    for (int i = 0; i < duty->part_count; i++) {
        WRITE(", and together ");
        FA_TRY(fa_agg_words(document->list, document->rule, duty->parts[i].agg,
                            document->text));
        WRITE("%s", fa_comparison_words(duty->parts[i].op));
        FA_TRY(fa_doc_words(document, duty->parts[i].need));
    }
    WRITE("%s\n", duty->is_shared ? "; one may answer for several" : "");
    return FA_OK;
}

enum fa_status fa_doc_views(struct fa_document *document)
{
    const struct fa_rule *rule = document->rule;
    int written = 0;
    for (int v = 0; v < rule->view_count; v++) {
        if (rule->views[v]->is_built_in)
            continue;
        WRITE("%s[`%.*s`](#%.*s)", written++ ? ", " : "- **Reads rows made for the rules** ",
              STR(rule->views[v]->name), STR(rule->views[v]->name));
    }
    return written ? fa_buf_add_text(document->text, "\n") : FA_OK;
}

enum fa_status fa_doc_date(struct fa_document *document)
{
    const struct fa_rule *rule = document->rule;
    const struct fa_expr *date = rule->dated_by;
    const struct fa_table_def *table = rule->population.row_table;
    if (!date || !table || date->op == FA_OP_AS_OF)
        return FA_OK;
    if (date->op == FA_OP_PATH && date->path.step_count == 1 && date->path.steps[0] == table->clock)
        return FA_OK;
    WRITE("- **Dated by** ");
    FA_TRY(fa_doc_words(document, date));
    WRITE("\n");
    return FA_OK;
}

static enum fa_status write_formula(struct fa_document *document)
{
    const struct fa_rule *rule = document->rule;
    for (int i = 0; i < rule->series_count; i++)
        FA_TRY(write_series(document, &rule->series[i]));
    if (rule->series_count == 0 && rule->population.row_table) {
        struct fa_population population = rule->population;
        if (rule->hops && rule->hops->skip) /* it is said where the chains are */
            population.where = rule->hops->where;
        WRITE("- **Looks at** ");
        FA_TRY(fa_doc_population(document, &population));
        WRITE("\n");
    }
    FA_TRY(fa_doc_views(document));
    FA_TRY(fa_doc_date(document));
    if (rule->is_any_currency)
        WRITE("- **Currencies** every one: each by itself, or as it is converted\n");
    FA_TRY(fa_doc_keys(document));
    FA_TRY(write_way(document));
    if (rule->term_count) {
        WRITE("- **`%.*s`** is ", STR(rule->state_name));
        FA_TRY(fa_doc_terms(document, rule->terms, rule->term_count));
        WRITE(rule->is_at_day_end ? ", at the end of each day\n" : "\n");
    }
    if (rule->every)
        WRITE("- **Fires when** there is no such row\n");
    else if (rule->when && rule->when->op != FA_OP_CONST) {
        WRITE("- **%s when** ", rule->duty ? "Owes" : "Fires");
        FA_TRY(fa_doc_words(document, rule->when));
        WRITE("\n");
    }
    return rule->duty ? write_duty(document, rule->duty) : FA_OK;
}

enum fa_status fa_doc_exceptions(struct fa_document *document,
                                       const struct fa_exception *exceptions, int count,
                                       const char *what)
{
    for (int i = 0; i < count; i++) {
        WRITE("- **%s** when ", what);
        FA_TRY(fa_doc_words(document, exceptions[i].when));
        WRITE(": ");
        FA_TRY(fa_doc_cite(document, &exceptions[i].cite));
        WRITE("\n");
    }
    return FA_OK;
}

/* --- as it is written --- */

static bool begins_with_word(struct fa_str line, const char *const *words, size_t count)
{
    size_t at = 0;
    while (at < line.size && (line.bytes[at] == ' ' || line.bytes[at] == '\t'))
        at++;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(words[i]);
        bool is_word = line.size - at >= size && memcmp(line.bytes + at, words[i], size) == 0;
        if (is_word && (at + size == line.size || line.bytes[at + size] == ' '))
            return true;
    }
    return false;
}

static bool next_line(struct fa_str *rest, struct fa_str *line)
{
    if (rest->size == 0)
        return false;
    const char *stop = memchr(rest->bytes, '\n', rest->size);
    size_t size = stop ? (size_t)(stop - rest->bytes) : rest->size;
    *line = (struct fa_str){rest->bytes, size};
    size_t skip = stop ? size + 1 : size;
    rest->bytes += skip;
    rest->size -= skip;
    return true;
}

/* The statements between the rule's head and its texts: the formula that counts. */
static enum fa_status write_source(struct fa_document *document)
{
    static const char *const head[] = {"title", "cite", "source", "severity", "kind", "state",
                                       "in"};
    static const char *const texts[] = {"say", "disposal", "unnoticed", "test", "end"};
    struct fa_str rest = document->ruleset->text, line;
    uint32_t line_no = 0;
    bool is_head = true;
    WRITE("\n```\n");
    while (next_line(&rest, &line)) {
        if (++line_no <= document->rule->line_no)
            continue;
        is_head = is_head && begins_with_word(line, head, sizeof head / sizeof *head);
        if (begins_with_word(line, texts, sizeof texts / sizeof *texts))
            break;
        if (!is_head)
            WRITE("%.*s\n", STR(line));
    }
    WRITE("```\n");
    return FA_OK;
}

/* --- tests --- */

static enum fa_status write_cell(struct fa_document *document, struct fa_str text)
{
    WRITE(" ");
    TEXT(text);
    return fa_buf_add_text(document->text, " |");
}

static enum fa_status write_table(struct fa_document *document, const struct fa_test_table *table)
{
    WRITE("\n| %.*s |", STR(table->name.text));
    for (int c = 0; c < table->head.cells.count; c++)
        FA_TRY(write_cell(document, table->head.cells.items[c].text));
    WRITE("\n|---|");
    for (int c = 0; c < table->head.cells.count; c++)
        WRITE("---|");
    WRITE("\n");
    for (int r = 0; r < table->rows.count; r++) {
        WRITE("|  |");
        for (int c = 0; c < table->rows.items[r].cells.count; c++)
            FA_TRY(write_cell(document, table->rows.items[r].cells.items[c].text));
        WRITE("\n");
    }
    return FA_OK;
}

/* The line that a token stands in, without blanks around it. */
static enum fa_status write_line(struct fa_document *document, const struct fa_token *token)
{
    struct fa_str text = document->ruleset->text;
    size_t from = token->offset, to = token->offset;
    while (from > 0 && text.bytes[from - 1] != '\n')
        from--;
    while (to < text.size && text.bytes[to] != '\n')
        to++;
    while (from < to && (text.bytes[from] == ' ' || text.bytes[from] == '\t'))
        from++;
    WRITE("- ");
    TEXT(((struct fa_str){text.bytes + from, to - from}));
    return fa_buf_add_text(document->text, "\n");
}

static enum fa_status write_cover(struct fa_document *document, const struct fa_test_cover *cover)
{
    bool is_of_table = cover->table.kind != FA_TOKEN_END;
    WRITE("\nCovered%s%.*s%s: ", is_of_table ? " of `" : "",
          is_of_table ? (int)cover->table.text.size : 0, cover->table.text.bytes,
          is_of_table ? "`" : "");
    FA_TRY(fa_doc_days(document, cover->from_day, cover->to_day));
    WRITE("\n");
    return FA_OK;
}

static enum fa_status write_test(struct fa_document *document, const struct fa_rule_test *test)
{
    WRITE("\n**");
    TEXT(test->name);
    WRITE("**\n");
    if (test->has_as_of) {
        WRITE("\nAs of ");
        FA_TRY(write_day(document, test->as_of_day));
        WRITE("\n");
    }
    for (int i = 0; i < test->covers.count; i++)
        FA_TRY(write_cover(document, &test->covers.items[i]));
    for (int i = 0; i < test->lacks.count; i++) {
        const struct fa_test_lack *lack = &test->lacks.items[i];
        bool is_column = lack->column.kind != FA_TOKEN_END;
        WRITE("\nThe filing lacks `%.*s%s%.*s`\n", STR(lack->table.text), is_column ? "." : "",
              is_column ? (int)lack->column.text.size : 0, lack->column.text.bytes);
    }
    for (int i = 0; i < test->params.count; i++) {
        WRITE("\n`%.*s` = ", STR(test->params.items[i].name.text));
        TEXT(test->params.items[i].value);
        WRITE("\n");
    }
    for (int i = 0; i < test->tables.count; i++)
        FA_TRY(write_table(document, &test->tables.items[i]));
    WRITE("\n");
    if (test->expects_nothing)
        WRITE("- expect nothing\n");
    if (test->expects_not_testable)
        WRITE("- expect not testable\n");
    for (int i = 0; i < test->expectations.count; i++)
        FA_TRY(write_line(document, &test->expectations.items[i].token));
    for (int i = 0; i < test->counts.count; i++) /* several may share a line */
        if (i == 0 || test->counts.items[i].token.line_no != test->counts.items[i - 1].token.line_no)
            FA_TRY(write_line(document, &test->counts.items[i].token));
    return FA_OK;
}

/* --- a rule --- */

/* What no test and no filing can show, and why. */
static enum fa_status write_limits(struct fa_document *document)
{
    static const char *const states[] = {"", "Switched off", "A model"};
    const struct fa_rule *rule = document->rule;
    if (rule->state != FA_RULE_ON) {
        WRITE("- **%s**: ", states[rule->state]);
        TEXT(rule->state_why);
        WRITE("\n");
    }
    for (int i = 0; i < rule->param_count; i++) {
        if (!rule->params[i]->is_required)
            continue;
        WRITE("- **Not testable** without `%.*s`: ", STR(rule->params[i]->name));
        TEXT(rule->params[i]->note);
        WRITE("\n");
    }
    if (rule->test_count == 0)
        WRITE("- **Has no test**\n");
    for (int i = 0; i < rule->unnoticed_count; i++) {
        WRITE("- **No test can notice** ");
        TEXT(rule->unnoticed[i].change);
        WRITE(": ");
        TEXT(rule->unnoticed[i].why);
        WRITE("\n");
    }
    return FA_OK;
}

const char *const fa_doc_severities[] = {"critical", "high", "medium", "low", "info"};

enum fa_status fa_doc_heading(struct fa_document *document, struct fa_str id, struct fa_str title)
{
    WRITE("\n<a id=\"%.*s\"></a>\n## %.*s: ", STR(id), STR(id));
    TEXT(title);
    return fa_buf_add_text(document->text, "\n\n");
}

static enum fa_status write_head(struct fa_document *document)
{
    const struct fa_rule *rule = document->rule;
    FA_TRY(fa_doc_heading(document, rule->id, rule->title_en));
    FA_TRY(fa_doc_line(document, rule->title_zh));
    WRITE("- **Article** ");
    FA_TRY(fa_doc_cite(document, &rule->cite));
    WRITE("\n");
    FA_TRY(fa_doc_sources(document, &rule->sources));
    WRITE("- **Severity** %s%s\n- **In force** ", fa_doc_severities[rule->severity],
          rule->is_lead ? "; a lead: it marks a pattern and breaks no rule" : "");
    FA_TRY(fa_doc_days(document, rule->from_day, rule->to_day));
    WRITE("\n");
    return write_limits(document);
}

static enum fa_status write_said(struct fa_document *document, const char *what, struct fa_str text)
{
    if (text.size == 0)
        return FA_OK;
    WRITE("- **%s** ", what);
    TEXT(text);
    return fa_buf_add_text(document->text, "\n");
}

enum fa_status fa_doc_rule(struct fa_document *document)
{
    const struct fa_rule *rule = document->rule;
    FA_TRY(write_head(document));
    FA_TRY(write_formula(document));
    FA_TRY(fa_doc_exceptions(document, rule->except_rows, rule->except_row_count,
                            "Rows do not count"));
    FA_TRY(fa_doc_exceptions(document, rule->except_findings, rule->except_finding_count,
                            "Does not fire"));
    if (rule->on_unknown != FA_UNKNOWN_STAYS) {
        WRITE("- **What is unknown** %s, because ",
              rule->on_unknown == FA_UNKNOWN_FIRES ? "fires" : "is clear");
        TEXT(rule->on_unknown_why);
        WRITE("\n");
    }
    if (rule->disposal.size) {
        WRITE("- **Measure** ");
        TEXT(rule->disposal);
        if (rule->disposal_within) {
            WRITE(", within ");
            FA_TRY(write_length(document, rule->disposal_within, rule->disposal_unit));
        }
        if (rule->disposal_cite.text.size) {
            WRITE(": ");
            FA_TRY(fa_doc_cite(document, &rule->disposal_cite));
        }
        WRITE("\n");
    }
    FA_TRY(write_said(document, "Says", rule->say_en));
    FA_TRY(write_said(document, "报告", rule->say_zh));
    FA_TRY(write_source(document));
    FA_TRY(write_params(document));
    if (rule->test_count)
        WRITE("\n### Examples\n");
    for (int t = 0; t < rule->test_count; t++)
        FA_TRY(write_test(document, &rule->tests[t]));
    return FA_OK;
}
