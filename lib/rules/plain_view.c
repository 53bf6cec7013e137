/*
 * Views, in the words of the definition: the rows of a population are put together by key and period,
 * and each key and period that has rows gives a row of the view.
 */
#include "rules/plain_run.h"

#include <stdlib.h>

/* A row of a view while it is made. */
struct made_row {
    struct fa_value *keys;
    struct fa_value filer;
    int64_t period_last;
    struct fa_plain_row row;
    bool *has_part; /* by part of the view: it has rows of it */
};

struct making {
    struct fa_plain *plain;
    const struct fa_view *view;
    FA_VEC(struct made_row) rows;
};

/* --- rows --- */

static enum fa_status find_row(struct making *making, const struct fa_plain_member *of,
                               int64_t period_last, struct made_row **found)
{
    const struct fa_view *view = making->view;
    struct fa_arena *arena = making->plain->arena;
    for (size_t i = 0; i < making->rows.count; i++) {
        *found = &making->rows.items[i];
        if ((*found)->period_last == period_last &&
            fa_plain_same_filer(&(*found)->filer, &of->filer) &&
            fa_plain_same_keys((*found)->keys, of->keys, view->key_count))
            return FA_OK;
    }
    struct made_row made = {.keys = of->keys, .filer = of->filer, .period_last = period_last};
    made.row.cells =
        fa_arena_array(arena, (size_t)view->column_count + 6, sizeof *made.row.cells);
    made.has_part = fa_arena_array(arena, (size_t)view->part_count, sizeof *made.has_part);
    if (!made.row.cells || !made.has_part)
        return FA_ELIMIT;
    for (int c = 0; c < view->column_count; c++)
        made.row.cells[c] = fa_plain_missing(view->columns[c].kind);
    for (int k = 0; k < view->key_count; k++)
        made.row.cells[k] = of->keys[k];
    if (view->has_period)
        made.row.cells[view->key_count] = fa_plain_number(FA_KIND_DATE, period_last, 1);
    made.row.cells[view->column_count] = of->filer;
    FA_TRY(fa_vec_add(&making->rows, made));
    *found = &making->rows.items[making->rows.count - 1];
    return FA_OK;
}

/* The rows of the ledger behind MEMBER, which may be a row of a view itself. */
static enum fa_status add_sources(struct making *making, const struct fa_plain_member *member,
                                  struct fa_plain_row *row)
{
    const struct fa_plain_table *table =
        &making->plain->ledger.tables[making->plain->rule->population.table];
    struct fa_plain_source own = {table->head_table, member->row->row_no, member->is_unknown};
    bool is_made = table->def->written_by == FA_BY_VIEW;
    if (!is_made)
        return fa_list_add(making->plain->arena, &row->sources, own);
    for (int i = 0; i < member->row->sources.count; i++) {
        struct fa_plain_source source = member->row->sources.items[i];
        source.is_unknown |= member->is_unknown;
        FA_TRY(fa_list_add(making->plain->arena, &row->sources, source));
    }
    return FA_OK;
}

/* A result as a cell: what is only known in part stays a lower bound. */
static struct fa_value cell_of(const struct fa_plain_result *result)
{
    return result->value.is_none ? fa_plain_missing(result->value.kind) : fa_plain_known(result);
}

static enum fa_status show(struct making *making, const struct fa_plain_scope *scope, int part,
                           struct made_row *made)
{
    made->has_part[part] = true;
    for (int c = 0; c < making->view->column_count; c++) {
        const struct fa_view_column *column = &making->view->columns[c];
        struct fa_plain_result result;
        if (column->part != part)
            continue;
        FA_TRY(fa_plain_evaluate(scope, column->expr, &result));
        made->row.cells[c] = cell_of(&result);
    }
    return FA_OK;
}

/* --- groups --- */

static enum fa_status make_group(struct making *making, int part,
                                 const fa_plain_members *group)
{
    struct fa_plain *plain = making->plain;
    const struct fa_rule *rule = plain->rule;
    const struct fa_table_def *table = rule->population.row_table;
    const struct fa_plain_member *first = &group->items[0];
    int64_t last = first->period_last;
    bool is_outside =
        rule->has_period &&
        fa_plain_is_outside_cover(plain, rule->population.table,
                                  fa_period_first(rule->period, last), last);
    struct fa_str outside = fa_plain_outside_text(plain, rule->population.table);
    struct fa_plain_result *values =
        fa_arena_array(plain->arena, (size_t)rule->agg_count + 1, sizeof *values);
    struct made_row *made;
    if (!values)
        return FA_ELIMIT;
    for (int a = 0; a < rule->agg_count; a++) {
        struct fa_plain_tally tally = fa_plain_empty_tally(rule->aggs[a]);
        for (size_t i = 0; i < group->count; i++)
            FA_TRY(
                fa_plain_tally_member(plain, &tally, rule->aggs[a], table, &group->items[i]));
        values[a] = fa_plain_finish_tally(&tally, rule->aggs[a], is_outside ? &outside : NULL);
    }
    FA_TRY(find_row(making, first, rule->has_period ? last : 0, &made));
    for (size_t i = 0; i < group->count; i++) {
        made->row.except_unknown |= group->items[i].except_unknown;
        FA_TRY(add_sources(making, &group->items[i], &made->row));
    }
    struct fa_plain_scope scope = fa_plain_row_scope(plain, table, first);
    scope.cells = NULL;
    scope.has_day = true;
    scope.day_no =
        rule->has_period ? last : fa_plain_covered_until(plain, rule->population.table);
    scope.has_instant = false;
    scope.rule = rule;
    scope.keys = first->keys;
    scope.values = values;
    return show(making, &scope, part, made);
}

static bool is_of_group(const struct fa_plain *plain, const struct fa_plain_member *a,
                        const struct fa_plain_member *b)
{
    return a->period_last == b->period_last && fa_plain_same_filer(&a->filer, &b->filer) &&
           fa_plain_same_keys(a->keys, b->keys, plain->rule->key_count);
}

static enum fa_status make_groups(struct making *making, int part,
                                  const fa_plain_members *members)
{
    bool *done = calloc(members->count + 1, sizeof *done);
    enum fa_status status = done ? FA_OK : FA_ELIMIT;
    for (size_t i = 0; status == FA_OK && i < members->count; i++) {
        fa_plain_members group = {0};
        for (size_t j = i; status == FA_OK && !done[i] && j < members->count; j++)
            if (!done[j] &&
                is_of_group(making->plain, &members->items[i], &members->items[j]))
                status = fa_vec_add(&group, members->items[j]);
        for (size_t j = i + 1; j < members->count; j++)
            done[j] |= is_of_group(making->plain, &members->items[i], &members->items[j]);
        if (status == FA_OK && !done[i])
            status = make_group(making, part, &group);
        done[i] = true;
        fa_vec_free(&group);
    }
    free(done);
    return status;
}

/* --- stocks --- */

/* The value of one key at the end of each period, from the first in which something is known. */
static enum fa_status run_stock(struct making *making, const struct fa_plain_member *key,
                                const fa_plain_members *rows)
{
    struct fa_plain *plain = making->plain;
    const struct fa_rule *rule = plain->rule;
    const struct fa_plain_table *table = &plain->ledger.tables[rule->population.table];
    int64_t until = fa_plain_covered_until(plain, rule->population.table);
    struct fa_plain_account account = {
        .state = {.value = {.kind = rule->state_kind, .denominator = 1}}};
    const struct fa_running_term *opening = NULL;
    bool is_there = false, is_known_key = false;
    size_t next = 0;
    for (int t = rule->term_count - 1; t >= 0; t--)
        opening = rule->terms[t].is_opening ? &rule->terms[t] : opening;
    for (int t = 0; t < rule->term_count; t++)
        if (rule->terms[t].is_opening)
            FA_TRY(fa_plain_open_term(plain, &rule->terms[t], rule->key_count, key->keys,
                                      &key->filer, rule->population.table, &account.state,
                                      &is_there, &is_known_key));
    is_there |= account.state.value.is_missing;
    if (opening && !is_known_key)
        FA_TRY(fa_plain_lack_opening(plain, opening, &account.state));
    if (!table->is_covered)
        return FA_OK;
    for (int64_t last = fa_period_last(rule->period, table->from_day);
         fa_period_first(rule->period, last) <= until;
         last = fa_period_last(rule->period, last + 1)) {
        for (; next < rows->count; next++) {
            const struct fa_plain_member *row = &rows->items[next];
            if (row->has_clock && fa_day_of(row->clock_us, &rule->ruleset->zone) > last)
                break;
            FA_TRY(fa_plain_apply(plain, &account, row));
            is_there = true;
        }
        if (!is_there)
            continue;
        struct made_row *made;
        FA_TRY(find_row(making, key, last, &made));
        for (size_t i = 0; i < next; i++)
            FA_TRY(add_sources(making, &rows->items[i], &made->row));
        made->row.except_unknown = account.except_unknown;
        struct fa_plain_result state = account.state;
        if (last > until) /* its end is not covered */
            state = (struct fa_plain_result){.value = fa_plain_missing(rule->state_kind)};
        struct fa_plain_scope scope =
            fa_plain_row_scope(plain, rule->population.row_table, key);
        scope.cells = NULL;
        scope.has_day = true;
        scope.day_no = last;
        scope.has_instant = false;
        scope.rule = rule;
        scope.keys = key->keys;
        scope.values = &state;
        FA_TRY(show(making, &scope, 0, made));
    }
    return FA_OK;
}

static enum fa_status make_stock(struct making *making, const fa_plain_members *members)
{
    struct fa_plain *plain = making->plain;
    fa_plain_members keys = {0}, rows = {0};
    enum fa_status status = fa_plain_add_member_keys(plain, members, &keys);
    for (int t = 0; status == FA_OK && t < plain->rule->term_count; t++)
        if (plain->rule->terms[t].is_opening)
            status = fa_plain_add_opening_keys(plain, &plain->rule->terms[t],
                                               plain->rule->population.table, &keys);
    for (size_t k = 0; status == FA_OK && k < keys.count; k++) {
        status = fa_plain_select_key(plain, &keys.items[k], members, &rows);
        if (status == FA_OK)
            status = run_stock(making, &keys.items[k], &rows);
    }
    fa_vec_free(&keys);
    fa_vec_free(&rows);
    return status;
}

/* --- the whole view --- */

static enum fa_status make_part(struct making *making, int part)
{
    struct fa_plain *plain = making->plain;
    const struct fa_rule *rule = plain->rule = &making->view->parts[part];
    struct fa_expr **keys;
    fa_plain_members members = {0};
    enum fa_status status = fa_plain_make_calendar(plain);
    if (status == FA_OK)
        status = fa_plain_rule_keys(plain, &keys);
    if (status == FA_OK)
        status = fa_plain_admit_all(plain, &rule->population, rule->dated_by, keys,
                                    rule->key_count, true, &members);
    if (status == FA_OK)
        status = rule->way == FA_WAY_STOCK ? make_stock(making, &members)
                                           : make_groups(making, part, &members);
    fa_vec_free(&members);
    fa_calendar_free(plain->calendar);
    plain->calendar = NULL;
    return status;
}

/* Of a part without rows, what is counted and added up is zero, or at least that where more rows may
 * be outside what is covered. */
static void fill_absent_parts(struct making *making)
{
    for (size_t i = 0; i < making->rows.count; i++) {
        struct made_row *made = &making->rows.items[i];
        for (int c = 0; c < making->view->column_count; c++) {
            const struct fa_view_column *column = &making->view->columns[c];
            if (column->part < 0 || made->has_part[column->part] ||
                column->expr->op != FA_OP_AGG)
                continue;
            const struct fa_rule *rule = &making->view->parts[column->part];
            enum fa_agg_op op = rule->aggs[column->expr->index]->op;
            if (op != FA_AGG_SUM && op != FA_AGG_COUNT && op != FA_AGG_DISTINCT)
                continue;
            struct fa_value *cell = &made->row.cells[c];
            *cell = fa_plain_number(column->kind, 0, 1);
            cell->is_missing = cell->is_bound =
                rule->has_period &&
                fa_plain_is_outside_cover(making->plain, rule->population.table,
                                          fa_period_first(rule->period, made->period_last),
                                          made->period_last);
        }
    }
}

/* The part of a column in its sum over all rows of the filer and period; missing where one of them is,
 * or where they add up to zero. */
static void fill_shares(struct making *making, int column)
{
    int of = making->view->columns[column].share_of;
    for (size_t i = 0; i < making->rows.count; i++) {
        struct made_row *made = &making->rows.items[i];
        struct fa_value sum = fa_plain_number(making->view->columns[of].kind, 0, 1);
        for (size_t j = 0; j < making->rows.count; j++) {
            const struct made_row *other = &making->rows.items[j];
            if (!sum.is_missing && other->period_last == made->period_last &&
                fa_plain_same_filer(&other->filer, &made->filer))
                sum = other->row.cells[of].is_missing
                          ? fa_plain_missing(sum.kind)
                          : fa_plain_add(sum, other->row.cells[of], sum.kind);
        }
        struct fa_value *cell = &made->row.cells[column];
        *cell = fa_plain_missing(FA_KIND_RATIO);
        if (!sum.is_missing && sum.numerator != 0)
            *cell = fa_plain_divide(made->row.cells[of], sum, FA_KIND_RATIO);
    }
}

static int compare_keys(const struct fa_value *a, const struct fa_value *b)
{
    if (a->kind == FA_KIND_TEXT)
        return fa_str_compare(a->text, b->text);
    return fa_plain_compare(a, b);
}

/* By period, filer (without one first) and key, part by part. */
static int compare_rows(const struct made_row *a, const struct made_row *b, int key_count)
{
    if (a->period_last != b->period_last)
        return a->period_last < b->period_last ? -1 : 1;
    if (a->filer.is_missing != b->filer.is_missing)
        return a->filer.is_missing ? -1 : 1;
    if (!a->filer.is_missing && a->filer.numerator != b->filer.numerator)
        return a->filer.numerator < b->filer.numerator ? -1 : 1;
    int order = 0;
    for (int k = 0; !order && k < key_count; k++)
        order = compare_keys(&a->keys[k], &b->keys[k]);
    return order;
}

static void sort_rows(struct making *making)
{
    for (size_t i = 1; i < making->rows.count; i++)
        for (size_t at = i; at > 0; at--) {
            struct made_row *row = &making->rows.items[at], *above = row - 1;
            if (compare_rows(row, above, making->view->key_count) >= 0)
                break;
            struct made_row kept = *row;
            *row = *above;
            *above = kept;
        }
}

/* A view covers the days that all its tables cover. */
static void cover(struct fa_plain *plain, const struct fa_view *view)
{
    struct fa_plain_table *table = &plain->ledger.tables[view->table];
    table->is_covered = true;
    table->from_day = INT64_MIN;
    table->to_day = INT64_MAX;
    for (int p = 0; p < view->part_count; p++) {
        const struct fa_plain_table *of =
            &plain->ledger.tables[view->parts[p].population.table];
        bool is_made = of->def->written_by == FA_BY_VIEW;
        if (p > 0 && of->head_table < 0 && !is_made)
            continue; /* what a view has `also` may be lacking */
        table->is_covered = table->is_covered && of->is_covered;
        if (of->from_day > table->from_day)
            table->from_day = of->from_day;
        if (of->to_day < table->to_day)
            table->to_day = of->to_day;
    }
}

static enum fa_status keep_rows(struct making *making, bool keeps_values,
                                struct fa_made_view *made)
{
    struct fa_plain *plain = making->plain;
    const struct fa_view *view = making->view;
    struct fa_plain_table *table = &plain->ledger.tables[view->table];
    size_t width = (size_t)view->column_count;
    made->row_count = making->rows.count;
    for (size_t i = 0; i < making->rows.count; i++) {
        making->rows.items[i].row.row_no = i;
        FA_TRY(fa_vec_add(&table->rows, making->rows.items[i].row));
    }
    if (!keeps_values)
        return FA_OK;
    made->values =
        fa_arena_array(plain->arena, making->rows.count * width + 1, sizeof *made->values);
    made->filers =
        fa_arena_array(plain->arena, making->rows.count + 1, sizeof *made->filers);
    if (!made->values || !made->filers)
        return FA_ELIMIT;
    for (size_t i = 0; i < making->rows.count; i++) {
        const struct made_row *row = &making->rows.items[i];
        made->filers[i] = fa_plain_filer_of(plain, &row->filer);
        for (size_t c = 0; c < width; c++)
            made->values[i * width + c] = row->row.cells[c];
    }
    return FA_OK;
}

/* Whether the filing has what a statistic is made of; a rule that reads it asks by itself. */
static enum fa_status check_testable(struct fa_plain *plain, const struct fa_view *view)
{
    struct fa_rule_counts counts = *plain->counts;
    for (int p = 0; p < view->part_count && counts.verdict == FA_TESTED; p++) {
        plain->rule = &view->parts[p];
        FA_TRY(fa_plain_check_testable(plain));
        if (plain->counts->verdict != FA_TESTED)
            *plain->counts = (struct fa_rule_counts){.verdict = plain->counts->verdict,
                                                     .reason = plain->counts->reason};
        counts = *plain->counts;
    }
    return FA_OK;
}

static enum fa_status make_view(struct fa_plain *plain, struct fa_made_view *made,
                                bool keeps_views)
{
    const struct fa_view *view = made->view;
    struct making making = {.plain = plain, .view = view};
    plain->counts = &made->counts;
    enum fa_status status = FA_OK;
    for (int p = 0; status == FA_OK && p < view->part_count; p++)
        status = make_part(&making, p);
    fill_absent_parts(&making);
    for (int c = 0; c < view->column_count; c++)
        if (view->columns[c].share_of >= 0)
            fill_shares(&making, c);
    sort_rows(&making);
    cover(plain, view);
    if (status == FA_OK)
        status = keep_rows(&making, view->is_statistic || keeps_views, made);
    fa_vec_free(&making.rows);
    if (status == FA_OK && view->is_statistic)
        status = check_testable(plain, view);
    if (made->counts.verdict != FA_TESTED) { /* rules may read it all the same */
        made->row_count = 0;
        made->values = NULL;
        made->filers = NULL;
    }
    return status;
}

enum fa_status fa_plain_make_views(struct fa_plain *plain, bool keeps_views)
{
    for (size_t i = 0; i < plain->verdicts->views.count; i++)
        FA_TRY(make_view(plain, &plain->verdicts->views.items[i], keeps_views));
    return FA_OK;
}
