#include "rules/plain_run.h"

#include <stdlib.h>

/* --- openings --- */

/* Of an id's several rows the one in force when the covered period starts speaks, else its first. */
static bool speaks(const struct fa_plain *plain, int table, const struct fa_plain_row *row,
                   const struct fa_plain_table *covered, bool *is_conflicting)
{
    const struct fa_plain_table *rows = &plain->ledger.tables[table];
    int id = rows->def->id_column, since = fa_table_find_column(rows->def, FA_STR("since"));
    if (id == FA_NO_COLUMN || row->cells[id].is_missing)
        return true;
    *is_conflicting = fa_plain_is_conflicting(&plain->ledger, table, row->cells[id].numerator);
    if (*is_conflicting)
        return true;
    const struct fa_plain_row *found =
        fa_plain_find(&plain->ledger, table, row->cells[id].numerator, covered->is_covered,
                      covered->from_day);
    for (size_t i = 0; !found && i < rows->rows.count; i++) {
        const struct fa_plain_row *other = &rows->rows.items[i];
        if (!other->cells[id].is_missing && other->cells[id].numerator == row->cells[id].numerator &&
            other->cells[since].numerator < row->cells[since].numerator)
            return false;
    }
    return !found || found == row;
}

enum fa_status fa_plain_lack_opening(struct fa_plain *plain, const struct fa_running_term *term,
                                     struct fa_plain_result *state)
{
    const struct fa_table_def *table = plain->ledger.tables[term->table].def;
    struct fa_buf text = {0};
    FA_TRY(fa_buf_add_str(&text, table->name));
    FA_TRY(fa_buf_add_char(&text, '.'));
    FA_TRY(fa_buf_add_str(&text, table->columns[term->column].name));
    *state =
        (struct fa_plain_result){.value = fa_plain_missing(state->value.kind),
                                 .cause = fa_arena_str(plain->arena, fa_buf_str(&text))};
    fa_buf_release(&text);
    return FA_OK;
}

enum fa_status fa_plain_open_term(struct fa_plain *plain, const struct fa_running_term *term,
                                  int key_count, const struct fa_value *keys,
                                  const struct fa_value *filer, int population_table,
                                  struct fa_plain_result *state, bool *is_given,
                                  bool *is_known_key)
{
    const struct fa_plain_table *table = &plain->ledger.tables[term->table];
    const struct fa_plain_table *covered = &plain->ledger.tables[population_table];
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct fa_plain_row *row = &table->rows.items[i];
        struct fa_plain_member member = {.row = row,
                                         .cells = row->cells,
                                         .has_day = covered->is_covered,
                                         .day_no = covered->from_day};
        struct fa_value own_filer = fa_plain_key_filer(plain, table->def, row->cells);
        if (!fa_plain_same_filer(&own_filer, filer))
            continue;
        struct fa_plain_scope scope = fa_plain_row_scope(plain, table->def, &member);
        bool matches = true;
        for (int k = 0; matches && k < key_count; k++) {
            struct fa_plain_result part;
            FA_TRY(fa_plain_evaluate(&scope, term->keys[k], &part));
            matches = !part.value.is_missing && fa_plain_equal(&part.value, &keys[k]);
        }
        if (!matches)
            continue;
        *is_known_key = true;
        if (!plain->rule->is_any_currency && fa_plain_has_money(table->def) &&
            fa_plain_currency_of(plain, table->def, row->cells, &member) !=
                plain->rule->ruleset->currency)
            continue;
        bool is_conflicting = false;
        if (!speaks(plain, term->table, row, covered, &is_conflicting))
            continue;
        if (term->where) {
            struct fa_plain_result where;
            FA_TRY(fa_plain_evaluate(&scope, term->where, &where));
            if (where.value.is_missing && !state->value.is_missing)
                *state = (struct fa_plain_result){.value = fa_plain_missing(state->value.kind),
                                                  .cause = where.cause};
            if (where.value.is_missing || !where.value.numerator)
                continue;
        }
        struct fa_value opened = row->cells[term->column];
        if (is_conflicting)
            opened = fa_plain_missing(FA_KIND_MONEY);
        int start_column = table->def->interval_from != FA_NO_COLUMN ? table->def->interval_from
                                                                     : table->def->clock;
        if (start_column != FA_NO_COLUMN && row->cells[start_column].is_missing)
            start_column = table->def->clock;
        if (opened.is_missing) {
            const struct fa_value *start =
                start_column == FA_NO_COLUMN ? NULL : &row->cells[start_column];
            bool began_inside =
                !is_conflicting && start && !start->is_missing && covered->is_covered &&
                (start->kind == FA_KIND_TIME
                     ? fa_day_of((int64_t)start->numerator, &plain->rule->ruleset->zone)
                     : start->numerator) >= covered->from_day;
            if (!began_inside && !state->value.is_missing)
                FA_TRY(fa_plain_lack_opening(plain, term, state));
            continue;
        }
        *is_given |= opened.numerator != 0;
        if (!state->value.is_missing)
            state->value =
                fa_plain_add(state->value, term->is_negative ? fa_plain_negate(opened) : opened,
                             state->value.kind);
    }
    return FA_OK;
}

/* --- way 4: running values --- */

enum fa_status fa_plain_close_episode(struct fa_plain *plain, struct fa_plain_account *account,
                                      bool still_on, int64_t at_us)
{
    if (!account->is_open)
        return FA_OK;
    account->is_open = false;
    account->episode.is_still_on = still_on;
    account->episode.ended_us = at_us;
    return fa_plain_publish(plain, &account->episode);
}

/* DATED is whose judged date decides: the last row applied. */
static enum fa_status judge_instant(struct fa_plain *plain, size_t before,
                                    struct fa_plain_account *account,
                                    const struct fa_plain_member *key,
                                    const struct fa_plain_member *applied, size_t count,
                                    int64_t at_us, const struct fa_plain_member *dated,
                                    bool is_opening, struct fa_value state_before,
                                    uint64_t rows_before)
{
    const struct fa_rule *rule = plain->rule;
    if (dated->has_day && (dated->day_no < rule->from_day || dated->day_no > rule->to_day))
        return FA_OK;
    struct fa_plain_scope scope = fa_plain_row_scope(plain, rule->population.row_table, key);
    scope.has_day = dated->has_day;
    scope.day_no = dated->day_no;
    scope.has_instant = dated->has_instant && !rule->is_at_day_end;
    scope.instant_us = dated->instant_us;
    scope.rule = rule;
    scope.keys = key->keys;
    scope.values = &account->state;
    enum fa_plain_judgement judgement;
    struct fa_str cause;
    bool excepted, undecided;
    FA_TRY(fa_plain_judge(plain, &scope, NULL, &judgement, &cause, &excepted, &undecided));
    if (judgement == FA_PLAIN_UNKNOWN) {
        FA_TRY(fa_plain_add_unknown(plain, before, fa_plain_filer_of(plain, &key->filer), cause,
                                    NULL, 0, true));
        return fa_plain_close_episode(plain, account, false, at_us);
    }
    if (judgement == FA_PLAIN_CLEAR || excepted)
        return fa_plain_close_episode(plain, account, false, at_us);
    struct fa_value *shown;
    FA_TRY(fa_plain_show(plain, &scope, &shown));
    if (!account->is_open) {
        account->is_open = true;
        account->episode = (struct fa_finding){
            .outcome = fa_plain_outcome_of(plain, undecided || account->except_unknown),
            .filer = fa_plain_filer_of(plain, &key->filer),
            .keys = key->keys,
            .is_dated = rule->is_at_day_end || (count && applied[0].is_dated),
            .is_from_opening = is_opening,
            .carried_count = rows_before,
            .carried = state_before};
    }
    fa_plain_join(plain, &account->episode, at_us, true, shown);
    for (size_t i = 0; i < count; i++)
        if (!applied[i].is_unknown)
            FA_TRY(fa_plain_cite_row(plain, &account->episode, rule->population.table,
                                     &applied[i]));
    return FA_OK;
}

enum fa_status fa_plain_apply(struct fa_plain *plain, struct fa_plain_account *account,
                              const struct fa_plain_member *member)
{
    const struct fa_rule *rule = plain->rule;
    account->applied++;
    account->except_unknown |= member->except_unknown;
    for (int t = 0; t < rule->term_count; t++) {
        const struct fa_running_term *term = &rule->terms[t];
        if (term->is_opening)
            continue;
        struct fa_plain_tally tally = fa_plain_empty_tally(term->agg);
        FA_TRY(fa_plain_tally_member(plain, &tally, term->agg, rule->population.row_table,
                                     member));
        bool has_clock = member->has_clock;
        struct fa_plain_result added = fa_plain_finish_tally(&tally, term->agg, NULL);
        if (account->state.value.is_missing)
            continue;
        if (!has_clock)
            account->state = (struct fa_plain_result){
                .value = fa_plain_missing(rule->state_kind), .cause = member->cause};
        else if (added.value.is_missing)
            account->state = (struct fa_plain_result){
                .value = fa_plain_missing(rule->state_kind), .cause = added.cause};
        else
            account->state.value =
                fa_plain_add(account->state.value,
                             term->is_negative ? fa_plain_negate(added.value) : added.value,
                             rule->state_kind);
    }
    return FA_OK;
}

/* One key: its opening, then its rows instant by instant (or day by day). */
static enum fa_status run_key(struct fa_plain *plain, size_t before,
                              const struct fa_plain_member *key, const fa_plain_members *rows)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_plain_table *table = &plain->ledger.tables[rule->population.table];
    struct fa_plain_account account = {
        .state = {.value = {.kind = rule->state_kind, .denominator = 1}}};
    const struct fa_running_term *opening = NULL;
    bool is_given = false, is_known_key = false;
    for (int t = rule->term_count - 1; t >= 0; t--)
        opening = rule->terms[t].is_opening ? &rule->terms[t] : opening;
    for (int t = 0; t < rule->term_count; t++)
        if (rule->terms[t].is_opening)
            FA_TRY(fa_plain_open_term(plain, &rule->terms[t], rule->key_count, key->keys,
                                      &key->filer, rule->population.table, &account.state,
                                      &is_given, &is_known_key));
    if (opening && !is_known_key)
        FA_TRY(fa_plain_lack_opening(plain, opening, &account.state));
    struct fa_value nothing = fa_plain_number(rule->state_kind, 0, 1);
    const struct fa_plain_member start = {.has_day = true, .day_no = table->from_day};
    if (is_given && table->is_covered && table->from_day <= plain->as_of_day)
        FA_TRY(judge_instant(plain, before, &account, key, NULL, 0,
                             fa_day_start(table->from_day, &rule->ruleset->zone), &start, true,
                             nothing, 0));
    for (size_t i = 0; i < rows->count;) {
        struct fa_value state_before = account.state.value;
        uint64_t rows_before = account.applied;
        const struct fa_plain_member *first = &rows->items[i];
        int64_t day_no = fa_day_of(first->clock_us, &rule->ruleset->zone);
        size_t end = i;
        while (end < rows->count && rows->items[end].has_clock == first->has_clock &&
               (rule->is_at_day_end || first->is_dated
                    ? fa_day_of(rows->items[end].clock_us, &rule->ruleset->zone) == day_no
                    : rows->items[end].clock_us == first->clock_us))
            FA_TRY(fa_plain_apply(plain, &account, &rows->items[end++]));
        const struct fa_plain_member *last = &rows->items[end - 1];
        if (first->has_clock)
            FA_TRY(judge_instant(plain, before, &account, key, first, end - i,
                                 rule->is_at_day_end
                                     ? fa_day_start(day_no, &rule->ruleset->zone)
                                     : first->clock_us,
                                 last, false, state_before, rows_before));
        i = end;
    }
    return fa_plain_close_episode(plain, &account, true, 0);
}

enum fa_status fa_plain_add_opening_keys(struct fa_plain *plain,
                                         const struct fa_running_term *term,
                                         int population_table, fa_plain_members *keys)
{
    const struct fa_plain_table *table = &plain->ledger.tables[term->table];
    const struct fa_plain_table *covered = &plain->ledger.tables[population_table];
    for (size_t i = 0; i < table->rows.count; i++) {
        struct fa_plain_member member = {.row = &table->rows.items[i],
                                         .cells = table->rows.items[i].cells,
                                         .has_day = covered->is_covered,
                                         .day_no = covered->from_day};
        struct fa_plain_scope scope = fa_plain_row_scope(plain, table->def, &member);
        bool is_whole = true;
        member.filer = fa_plain_key_filer(plain, table->def, member.cells);
        member.keys = fa_arena_array(plain->arena, (size_t)plain->rule->key_count + 1,
                                     sizeof *member.keys);
        if (!member.keys)
            return FA_ELIMIT;
        for (int k = 0; k < plain->rule->key_count; k++) {
            struct fa_plain_result part;
            FA_TRY(fa_plain_evaluate(&scope, term->keys[k], &part));
            member.keys[k] = part.value;
            is_whole = is_whole && !part.value.is_missing;
        }
        member.cells = NULL; /* it is no row of the population */
        for (size_t j = 0; is_whole && j < keys->count; j++)
            is_whole =
                !fa_plain_same_filer(&keys->items[j].filer, &member.filer) ||
                !fa_plain_same_keys(keys->items[j].keys, member.keys, plain->rule->key_count);
        if (is_whole)
            FA_TRY(fa_vec_add(keys, member));
    }
    return FA_OK;
}

enum fa_status fa_plain_add_member_keys(struct fa_plain *plain, const fa_plain_members *members,
                                        fa_plain_members *keys)
{
    for (size_t i = 0; i < members->count; i++) {
        bool is_new = true;
        for (size_t j = 0; is_new && j < keys->count; j++)
            is_new = !fa_plain_same_filer(&keys->items[j].filer, &members->items[i].filer) ||
                     !fa_plain_same_keys(keys->items[j].keys, members->items[i].keys,
                                         plain->rule->key_count);
        if (is_new)
            FA_TRY(fa_vec_add(keys, members->items[i]));
    }
    return FA_OK;
}

enum fa_status fa_plain_select_key(struct fa_plain *plain, const struct fa_plain_member *key,
                                   const fa_plain_members *members, fa_plain_members *rows)
{
    rows->count = 0;
    for (size_t i = 0; i < members->count; i++)
        if (fa_plain_same_filer(&key->filer, &members->items[i].filer) &&
            fa_plain_same_keys(key->keys, members->items[i].keys, plain->rule->key_count))
            FA_TRY(fa_vec_add(rows, members->items[i]));
    return FA_OK;
}

enum fa_status fa_plain_judge_running(struct fa_plain *plain, const fa_plain_members *members)
{
    size_t before = plain->verdicts->findings.count;
    fa_plain_members keys = {0}, rows = {0};
    enum fa_status status = fa_plain_add_member_keys(plain, members, &keys);
    for (int t = 0; status == FA_OK && t < plain->rule->term_count; t++)
        if (plain->rule->terms[t].is_opening)
            status = fa_plain_add_opening_keys(plain, &plain->rule->terms[t],
                                               plain->rule->population.table, &keys);
    for (size_t k = 0; status == FA_OK && k < keys.count; k++) {
        status = fa_plain_select_key(plain, &keys.items[k], members, &rows);
        if (status == FA_OK)
            status = run_key(plain, before, &keys.items[k], &rows);
    }
    fa_vec_free(&keys);
    fa_vec_free(&rows);
    return status;
}
