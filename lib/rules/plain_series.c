#include "rules/plain_run.h"

#include <stdlib.h>

/* --- way 5: series --- */

static bool in_period(const struct fa_plain_member *member, int64_t first, int64_t last)
{
    return member->has_day && member->day_no >= first && member->day_no <= last;
}

static bool same_row_key(const struct fa_table_def *table, const struct fa_plain_member *a,
                         const struct fa_plain_member *b)
{
    struct fa_value filer = fa_plain_cell_named(table, a->cells, "filer");
    struct fa_value other = fa_plain_cell_named(table, b->cells, "filer");
    if (!fa_plain_same_filer(&filer, &other))
        return false;
    for (int k = 0; k < table->key_count; k++) {
        if (table->key_columns[k] == table->clock)
            continue;
        const struct fa_value *x = &a->cells[table->key_columns[k]];
        const struct fa_value *y = &b->cells[table->key_columns[k]];
        if (x->is_missing != y->is_missing || (!x->is_missing && !fa_plain_equal(x, y)))
            return false;
    }
    return true;
}

/* A day of the thing that the row's key names; DEFAULT_DAY where nobody knows it. */
static enum fa_status day_of_thing(struct fa_plain *plain, const struct fa_series *series,
                                   const struct fa_expr *expr, const struct fa_plain_member *member,
                                   int64_t default_day, int64_t *day)
{
    *day = default_day;
    if (!expr || !member->has_day)
        return FA_OK;
    struct fa_plain_scope scope = fa_plain_row_scope(plain, series->population.row_table, member);
    struct fa_plain_result result;
    FA_TRY(fa_plain_evaluate(&scope, expr, &result));
    if (!result.value.is_missing)
        *day = (int64_t)result.value.numerator;
    return FA_OK;
}

/* Whether a key of which ONE is a row is asked for one in the period: in the days of its thing, and
 * between those of its rows. */
static enum fa_status is_asked(struct fa_plain *plain, const struct fa_series *series,
                               const fa_plain_members *rows, const struct fa_plain_member *one,
                               int64_t first, int64_t last, bool *asked)
{
    const struct fa_table_def *table = plain->ledger.tables[series->population.table].def;
    bool has_begun = false, is_gone = !series->is_carried;
    for (size_t i = 0; i < rows->count; i++) {
        const struct fa_plain_member *member = &rows->items[i];
        int64_t from, to;
        if (!same_row_key(table, one, member))
            continue;
        FA_TRY(day_of_thing(plain, series, series->opens, member, INT64_MIN, &from));
        FA_TRY(day_of_thing(plain, series, series->closes, member, INT64_MAX, &to));
        has_begun |= from <= last || (member->has_day && member->day_no <= last);
        is_gone &= to < first && !(member->has_day && member->day_no >= first);
    }
    *asked = has_begun && !is_gone;
    return FA_OK;
}

/* The newest row of each key of the table, up to LAST; in the period unless carried. What makes it
 * unknown is what the newest of the unknown rows lacks, or else that a key has no row. */
static enum fa_status level_at(struct fa_plain *plain, const struct fa_series *series,
                               const fa_plain_members *rows, int64_t first, int64_t last,
                               struct fa_plain_tally *tally, fa_plain_members *cited)
{
    const struct fa_table_def *table = plain->ledger.tables[series->population.table].def;
    bool lacks_row = false;
    for (size_t i = rows->count; i-- > 0;) { /* from the newest back */
        const struct fa_plain_member *member = &rows->items[i];
        bool is_due = member->has_day && member->day_no <= last &&
                      (series->is_carried || member->day_no >= first);
        bool is_replaced = false, is_key_due = is_due;
        for (size_t j = 0; j < rows->count; j++) {
            const struct fa_plain_member *other = &rows->items[j];
            if (!same_row_key(table, member, other))
                continue;
            bool is_other_due = other->has_day && other->day_no <= last &&
                                (series->is_carried || other->day_no >= first);
            is_key_due |= is_other_due;
            is_replaced |= is_other_due && j > i;
        }
        if (!is_key_due && !lacks_row)
            FA_TRY(is_asked(plain, series, rows, member, first, last, &lacks_row));
        if (!is_due || is_replaced)
            continue;
        FA_TRY(fa_plain_tally_member(plain, tally, series->agg, series->population.row_table,
                                     member));
        FA_TRY(fa_vec_add(cited, *member));
    }
    if (lacks_row) {
        struct fa_buf text = {0};
        FA_TRY(fa_buf_add_str(&text, table->name));
        FA_TRY(fa_buf_add_text(&text, " without a row"));
        fa_plain_taint(tally, fa_arena_str(plain->arena, fa_buf_str(&text)));
        fa_buf_release(&text);
    }
    return FA_OK;
}

static enum fa_status series_at(struct fa_plain *plain, const struct fa_series *series,
                                const struct fa_plain_member *key, const fa_plain_members *rows,
                                int64_t first, int64_t last, struct fa_plain_result *result,
                                fa_plain_members *cited, bool *except_unknown)
{
    struct fa_plain_tally tally = fa_plain_empty_tally(series->agg);
    struct fa_plain_result opening = {
        .value = {.kind = series->kind_of_value, .denominator = 1}};
    bool is_given = false, is_known_key = false;
    if (series->kind == FA_SERIES_LEVEL)
        FA_TRY(level_at(plain, series, rows, first, last, &tally, cited));
    for (size_t i = 0; i < rows->count; i++) {
        const struct fa_plain_member *member = &rows->items[i];
        bool is_in = in_period(member, first, last);
        bool is_until = !member->has_day || member->day_no <= last;
        if (member->except_unknown && (series->kind == FA_SERIES_SUM ? is_in : is_until))
            *except_unknown = true;
        if (series->kind == FA_SERIES_LEVEL)
            continue;
        if (series->kind == FA_SERIES_SUM ? is_in || !member->has_day : is_until)
            FA_TRY(fa_plain_tally_member(plain, &tally, series->agg,
                                         series->population.row_table, member));
        if (is_in)
            FA_TRY(fa_vec_add(cited, *member));
    }
    for (int t = 0; t < series->term_count; t++)
        FA_TRY(fa_plain_open_term(plain, &series->terms[t], plain->rule->key_count, key->keys,
                                  &key->filer, series->population.table, &opening, &is_given,
                                  &is_known_key));
    if (series->term_count && !is_known_key)
        FA_TRY(fa_plain_lack_opening(plain, &series->terms[0], &opening));
    struct fa_str outside = fa_plain_outside_text(plain, series->population.table);
    const struct fa_plain_table *table = &plain->ledger.tables[series->population.table];
    bool is_outside = fa_plain_is_outside_cover(plain, series->population.table, first, last);
    /* what the covered period starts from is the opening, known at the end of the day before */
    if (series->kind == FA_SERIES_RUNNING && series->is_previous && table->is_covered &&
        last == table->from_day - 1)
        is_outside = false;
    *result = fa_plain_finish_tally(&tally, series->agg, is_outside ? &outside : NULL);
    result->is_bound =
        false; /* a series is not an aggregate: a missing value makes the period unknown */
    if (result->value.is_missing)
        return FA_OK;
    if (opening.value.is_missing)
        *result = opening;
    else
        result->value = fa_plain_add(result->value, opening.value, series->kind_of_value);
    return FA_OK;
}

static int64_t next_period(const struct fa_rule *rule, int64_t last)
{
    return fa_period_last(rule->period, last + 1);
}

/* The period before the one that begins on FIRST; false: the calendar does not reach there. */
static bool previous_period(const struct fa_plain *plain, int64_t first, int64_t *from,
                            int64_t *to)
{
    const struct fa_rule *rule = plain->rule;
    *to = first - 1;
    if (rule->period == FA_PERIOD_BDAY &&
        (!plain->calendar || !fa_calendar_add_bdays(plain->calendar, first, -1, to)))
        return false;
    *from = fa_period_first(rule->period, *to);
    return true;
}

static bool is_among(const fa_plain_members *members, const struct fa_plain_member *one)
{
    for (size_t i = 0; i < members->count; i++)
        if (members->items[i].row == one->row && members->items[i].leg == one->leg &&
            members->items[i].series == one->series)
            return true;
    return false;
}

/* A row of a series, whose money counts where the rule's own rows have theirs. */
static enum fa_status cite_series_row(struct fa_plain *plain, struct fa_finding *finding,
                                      const struct fa_plain_member *member)
{
    const struct fa_population *population = &plain->rule->series[member->series].population;
    fa_i128 sum = finding->row_sum;
    FA_TRY(fa_plain_cite_row(plain, finding, population->table, member));
    if (population->row_table != plain->rule->population.row_table)
        finding->row_sum = sum;
    return FA_OK;
}

/* The rows behind the first period and, WORST not NULL, behind the worst, each once. */
static enum fa_status cite_periods(struct fa_plain *plain, struct fa_finding *finding,
                                   const fa_plain_members *first, const fa_plain_members *worst)
{
    finding->rows.count = 0;
    finding->row_count = 0;
    finding->row_sum = 0;
    finding->has_sum = false;
    for (size_t i = 0; i < first->count; i++)
        if (!first->items[i].is_unknown)
            FA_TRY(cite_series_row(plain, finding, &first->items[i]));
    for (size_t i = 0; worst && i < worst->count; i++)
        if (!worst->items[i].is_unknown && !is_among(first, &worst->items[i]))
            FA_TRY(cite_series_row(plain, finding, &worst->items[i]));
    return FA_OK;
}

static enum fa_status compare_key(struct fa_plain *plain, size_t before,
                                  const struct fa_plain_member *key,
                                  fa_plain_members *series_members)
{
    const struct fa_rule *rule = plain->rule;
    int main_table = rule->series[0].population.table;
    const struct fa_plain_table *table = &plain->ledger.tables[main_table];
    if (!table->is_covered)
        return FA_OK;
    struct fa_plain_result *values =
        fa_arena_array(plain->arena, (size_t)rule->series_count, sizeof *values);
    if (!values)
        return FA_ELIMIT;
    struct fa_plain_account run = {0};
    fa_plain_members rows = {0}, first_rows = {0}, cited = {0};
    int64_t until = fa_plain_covered_until(plain, main_table);
    for (int64_t last = fa_period_last(rule->period, table->from_day);
         fa_period_first(rule->period, last) <= until; last = next_period(rule, last)) {
        int64_t first = fa_period_first(rule->period, last);
        static const struct fa_str holiday = {"holiday.date", 12};
        const struct fa_str *lacks = NULL;
        if (rule->period == FA_PERIOD_BDAY) {
            bool is_bday = true;
            if (!plain->calendar || !fa_calendar_is_bday(plain->calendar, last, &is_bday))
                lacks = &holiday;
            if (!is_bday)
                continue;
        }
        if (last < rule->from_day || last > rule->to_day)
            continue;
        bool except_unknown = false;
        cited.count = 0;
        for (int s = 0; s < rule->series_count; s++) {
            int64_t from = first, to = last;
            if (rule->series[s].is_previous && !previous_period(plain, first, &from, &to))
                lacks = &holiday;
            FA_TRY(fa_plain_select_key(plain, key, &series_members[s], &rows));
            FA_TRY(series_at(plain, &rule->series[s], key, &rows, from, to, &values[s], &cited,
                             &except_unknown));
        }
        struct fa_plain_scope scope =
            fa_plain_row_scope(plain, rule->population.row_table, key);
        scope.has_day = true;
        scope.day_no = last;
        scope.has_instant = false;
        scope.rule = rule;
        scope.keys = key->keys;
        scope.values = values;
        enum fa_plain_judgement judgement;
        struct fa_str cause;
        bool excepted, undecided;
        FA_TRY(fa_plain_judge(plain, &scope, lacks, &judgement, &cause, &excepted, &undecided));
        if (judgement == FA_PLAIN_UNKNOWN)
            FA_TRY(fa_plain_add_unknown(plain, before, fa_plain_filer_of(plain, &key->filer),
                                        cause, NULL, 0, true));
        if (judgement != FA_PLAIN_FIRES || excepted) {
            FA_TRY(fa_plain_close_episode(plain, &run, false, 0));
            continue;
        }
        struct fa_value *shown;
        FA_TRY(fa_plain_show(plain, &scope, &shown));
        if (!run.is_open) {
            run.is_open = true;
            run.episode = (struct fa_finding){
                .outcome = fa_plain_outcome_of(plain, undecided || except_unknown),
                .filer = fa_plain_filer_of(plain, &key->filer),
                .keys = key->keys,
                .is_dated = true,
                .period_last_day = last};
        }
        int64_t worst_before = run.episode.worst_us;
        fa_plain_join(plain, &run.episode, fa_day_start(last, &rule->ruleset->zone), true,
                      shown);
        /* rows behind the first and the worst period: those of the first are kept apart */
        bool is_first = run.episode.judged_count == 1,
             is_worst = run.episode.worst_us != worst_before;
        if (is_first) {
            first_rows.count = 0;
            for (size_t i = 0; i < cited.count; i++)
                FA_TRY(fa_vec_add(&first_rows, cited.items[i]));
        }
        if (is_first || is_worst)
            FA_TRY(cite_periods(plain, &run.episode, &first_rows, is_first ? NULL : &cited));
    }
    fa_vec_free(&rows);
    fa_vec_free(&first_rows);
    fa_vec_free(&cited);
    return fa_plain_close_episode(plain, &run, true, 0);
}

enum fa_status fa_plain_judge_series(struct fa_plain *plain)
{
    const struct fa_rule *rule = plain->rule;
    size_t before = plain->verdicts->findings.count;
    fa_plain_members *members = calloc((size_t)rule->series_count, sizeof *members);
    fa_plain_members keys = {0};
    enum fa_status status = members ? FA_OK : FA_ELIMIT;
    for (int s = 0; status == FA_OK && s < rule->series_count; s++) {
        const struct fa_series *series = &rule->series[s];
        status = fa_plain_admit_all(plain, &series->population, series->dated_by, series->keys,
                                    rule->key_count, false, &members[s]);
        for (size_t i = 0; i < members[s].count; i++)
            members[s].items[i].series = s;
        if (status == FA_OK)
            status = fa_plain_add_member_keys(plain, &members[s], &keys);
        for (int t = 0; status == FA_OK && t < series->term_count; t++)
            status = fa_plain_add_opening_keys(plain, &series->terms[t],
                                               series->population.table, &keys);
    }
    for (size_t k = 0; status == FA_OK && k < keys.count; k++)
        status = compare_key(plain, before, &keys.items[k], members);
    for (int s = 0; members && s < rule->series_count; s++)
        fa_vec_free(&members[s]);
    free(members);
    fa_vec_free(&keys);
    return status;
}
