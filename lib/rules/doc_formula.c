/*
 * The formula of a rule in words: what it looks at, in which way, when it fires, and what is
 * owed then.
 */
#include "base/limits.h"
#include "rules/doc_parts.h"
#include "rules/words.h"

/* --- lengths of time --- */

static enum fa_status write_count(struct fa_document *document, fa_i128 count, const char *unit)
{
    WRITE("%lld %s%s", (long long)count, unit, count == 1 ? "" : "s");
    return FA_OK;
}

/* A duration, or how many of UNIT; a parameter by its name. */
enum fa_status fa_doc_length(struct fa_document *document, const struct fa_expr *length,
                             enum fa_unit unit)
{
    static const char *const units[] = {
        [FA_UNIT_M] = "minute",       [FA_UNIT_H] = "hour",   [FA_UNIT_D] = "day",
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
    FA_TRY(fa_doc_length(document, last->length, last->unit));
    WRITE(last->is_elapsed ? " up to each instant that has a row, both ends included\n"
                           : " up to each instant that has a row, its own day included\n");
    return FA_OK;
}

static enum fa_status write_sequence(struct fa_document *document,
                                     const struct fa_sequence *sequence)
{
    WRITE("- **First** rows where ");
    FA_TRY(fa_doc_words(document, sequence->first));
    WRITE("; **then**, at the same time or later, rows where ");
    FA_TRY(fa_doc_words(document, sequence->then));
    WRITE("\n- **Within** ");
    FA_TRY(fa_doc_length(document, sequence->within.length, sequence->within.unit));
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
    FA_TRY(fa_doc_length(document, hops->within, hops->within_unit));
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
        FA_TRY(fa_doc_length(document, unique->within.length, unique->within.unit));
    }
    WRITE("%s\n", unique->has_span ? "" : ", however far apart");
    return FA_OK;
}

static enum fa_status write_gapless(struct fa_document *document,
                                    const struct fa_gapless *gapless)
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

static enum fa_status write_stretch(struct fa_document *document,
                                    const struct fa_stretch *stretch)
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
        FA_TRY(fa_doc_length(document, every->within, every->unit));
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
        WRITE(i ? (term->is_negative ? " less " : " plus ")
                : (term->is_negative ? "minus " : ""));
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
        FA_TRY(fa_doc_length(document, duty->within, duty->unit));
        WRITE(duty->is_before ? " before" : "");
    } else {
        WRITE(duty->is_before ? ", at or before" : "");
    }
    for (int i = 0; i < duty->part_count; i++) {
        WRITE(", and together ");
        FA_TRY(
            fa_agg_words(document->list, document->rule, duty->parts[i].agg, document->text));
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
    if (date->op == FA_OP_PATH && date->path.step_count == 1 &&
        date->path.steps[0] == table->clock)
        return FA_OK;
    WRITE("- **Dated by** ");
    FA_TRY(fa_doc_words(document, date));
    WRITE("\n");
    return FA_OK;
}

enum fa_status fa_doc_formula(struct fa_document *document)
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
