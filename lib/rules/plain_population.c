#include "rules/plain_run.h"

#include <stdlib.h>

#include "rules/plain_observe.h"

struct fa_plain_scope fa_plain_row_scope(struct fa_plain *plain,
                                         const struct fa_table_def *table,
                                         const struct fa_plain_member *member)
{
    return (struct fa_plain_scope){.ledger = &plain->ledger,
                                   .ruleset = plain->rule->ruleset,
                                   .calendar = plain->calendar,
                                   .as_of_day = plain->as_of_day,
                                   .row_table = table,
                                   .cells = member->cells,
                                   .row = member->row,
                                   .leg = member->leg,
                                   .has_day = member->has_day,
                                   .day_no = member->day_no,
                                   .day_cause = member->day_cause,
                                   .before = member->before,
                                   .has_instant = member->has_instant,
                                   .instant_us = member->instant_us};
}

/* --- the population --- */

struct fa_value fa_plain_cell_named(const struct fa_table_def *table,
                                    const struct fa_value *cells, const char *name)
{
    int column = fa_table_find_column(table, fa_str_from(name));
    return column == FA_NO_COLUMN ? fa_plain_missing(FA_KIND_TEXT) : cells[column];
}

bool fa_plain_is_enum(const struct fa_table_def *table, const struct fa_value *cells,
                      const char *name, const char *value)
{
    int column = fa_table_find_column(table, fa_str_from(name));
    if (column == FA_NO_COLUMN || cells[column].is_missing)
        return false;
    return fa_str_is(table->columns[column].values[cells[column].numerator], value);
}

struct fa_value fa_plain_key_filer(const struct fa_plain *plain,
                                   const struct fa_table_def *table,
                                   const struct fa_value *cells)
{
    return plain->rule->is_across_filers ? fa_plain_missing(FA_KIND_ID)
                                         : fa_plain_cell_named(table, cells, "filer");
}

bool fa_plain_same_filer(const struct fa_value *a, const struct fa_value *b)
{
    return a->is_missing ? b->is_missing : !b->is_missing && a->numerator == b->numerator;
}

static bool is_reversed(struct fa_plain *plain, const struct fa_plain_table *flows,
                        const struct fa_value *cells)
{
    struct fa_value id = fa_plain_cell_named(flows->def, cells, "flow_id");
    struct fa_value filer = fa_plain_cell_named(flows->def, cells, "filer");
    for (size_t i = 0; i < flows->rows.count; i++) {
        const struct fa_value *other = flows->rows.items[i].cells;
        struct fa_value named = fa_plain_cell_named(flows->def, other, "reverses");
        struct fa_value time = fa_plain_cell_named(flows->def, other, "time");
        struct fa_value its_filer = fa_plain_cell_named(flows->def, other, "filer");
        bool is_late =
            !time.is_missing &&
            fa_day_of((int64_t)time.numerator, &plain->rule->ruleset->zone) > plain->as_of_day;
        if (!named.is_missing && !id.is_missing && !is_late &&
            fa_plain_same_filer(&filer, &its_filer) && fa_str_equal(named.text, id.text) &&
            fa_plain_is_enum(flows->def, other, "status", "settled"))
            return true;
    }
    return false;
}

static bool is_in_view(struct fa_plain *plain, const struct fa_population *population,
                       const struct fa_plain_table *table, const struct fa_value *cells)
{
    if (population->view == FA_VIEW_NONE)
        return true;
    if (!fa_plain_is_enum(table->def, cells, "status", "settled"))
        return false;
    if (population->view == FA_VIEW_SETTLED)
        return true;
    return fa_plain_cell_named(table->def, cells, "reverses").is_missing &&
           !is_reversed(plain, table, cells);
}

/* Whether one owner has both accounts of a flow, as they stood on the judged date. */
static struct fa_value is_internal(struct fa_plain *plain, const struct fa_value *payer,
                                   const struct fa_value *payee,
                                   const struct fa_plain_member *member)
{
    const struct fa_table_def *account =
        fa_dictionary_find(plain->ledger.dictionary, FA_STR("account"));
    struct fa_value owners[2];
    for (int i = 0; i < 2; i++) {
        const struct fa_value *id = i ? payee : payer;
        const struct fa_plain_row *row =
            id->is_missing ? NULL
                           : fa_plain_find(&plain->ledger, account->index, id->numerator,
                                           member->has_day, member->day_no);
        owners[i] = row ? fa_plain_cell_named(account, row->cells, "owner")
                        : fa_plain_missing(FA_KIND_ID);
    }
    if (owners[0].is_missing || owners[1].is_missing)
        return fa_plain_missing(FA_KIND_BOOL);
    return (struct fa_value){.kind = FA_KIND_BOOL,
                             .numerator = owners[0].numerator == owners[1].numerator,
                             .denominator = 1};
}

/* Payer's leg (0) or payee's (1) of a flow, which MEMBER gets as its cells. */
static enum fa_status make_leg(struct fa_plain *plain, const struct fa_table_def *flow,
                               struct fa_plain_member *member)
{
    const struct fa_plain_row *row = member->row;
    int leg = member->leg;
    int count = flow->column_count;
    struct fa_value *made = fa_arena_array(plain->arena, (size_t)count + 5, sizeof *made);
    if (!made)
        return FA_ELIMIT;
    for (int c = 0; c < count; c++)
        made[c] = row->cells[c];
    struct fa_value payer = fa_plain_cell_named(flow, row->cells, "payer_account");
    struct fa_value payee = fa_plain_cell_named(flow, row->cells, "payee_account");
    struct fa_value amount = fa_plain_cell_named(flow, row->cells, "amount");
    made[count] = leg == 0 ? payer : payee;
    made[count + 1] = leg == 0 ? payee : payer;
    /* the dictionary's direction is {credit, debit}; the payer is debited */
    made[count + 2] =
        (struct fa_value){.kind = FA_KIND_ENUM, .numerator = leg == 0, .denominator = 1};
    made[count + 3] = leg == 0 && !amount.is_missing ? fa_plain_negate(amount) : amount;
    made[count + 4] = is_internal(plain, &payer, &payee, member);
    member->cells = made;
    return FA_OK;
}

fa_currency fa_plain_currency_of(struct fa_plain *plain, const struct fa_table_def *table,
                                 const struct fa_value *cells,
                                 const struct fa_plain_member *member)
{
    if (table->currency_column != FA_NO_COLUMN && !cells[table->currency_column].is_missing)
        return (fa_currency)cells[table->currency_column].numerator;
    static const char *const owners[] = {"account", "contract"};
    for (int i = 0; i < 2; i++) {
        int column = fa_table_find_column(table, fa_str_from(owners[i]));
        const struct fa_table_def *owner =
            fa_dictionary_find(plain->ledger.dictionary, fa_str_from(owners[i]));
        if (column == FA_NO_COLUMN || !owner || table->columns[column].type != FA_TYPE_ID ||
            table->columns[column].refers_to != owner->index || cells[column].is_missing)
            continue;
        const struct fa_plain_row *row =
            fa_plain_find(&plain->ledger, owner->index, cells[column].numerator,
                          member->has_day, member->day_no);
        struct fa_value currency = row ? fa_plain_cell_named(owner, row->cells, "currency")
                                       : fa_plain_missing(FA_KIND_CURRENCY);
        if (!currency.is_missing)
            return (fa_currency)currency.numerator;
    }
    fa_currency filing = plain->ledger.head->currency;
    return filing ? filing : plain->rule->ruleset->currency;
}

bool fa_plain_has_money(const struct fa_table_def *table)
{
    if (table->written_by == FA_BY_VIEW)
        return false; /* its money is the ruleset's */
    for (int c = 0; c < table->column_count; c++)
        if (table->columns[c].type == FA_TYPE_MONEY)
            return true;
    return false;
}

static int clock_column(const struct fa_table_def *table)
{
    return table->clock != FA_NO_COLUMN ? table->clock : table->by;
}

static enum fa_status date_member(struct fa_plain *plain, const struct fa_table_def *table,
                                  const struct fa_expr *dated_by,
                                  struct fa_plain_member *member)
{
    int clock = clock_column(table);
    if (clock != FA_NO_COLUMN && !member->cells[clock].is_missing) {
        const struct fa_value *value = &member->cells[clock];
        member->has_clock = true;
        member->is_dated = value->kind == FA_KIND_DATE;
        member->clock_us = member->is_dated ? fa_day_start((int64_t)value->numerator,
                                                           &plain->rule->ruleset->zone)
                                            : (int64_t)value->numerator;
    }
    if (!dated_by) {
        member->is_unknown = false;
        return FA_OK;
    }
    struct fa_plain_scope scope = fa_plain_row_scope(plain, table, member);
    struct fa_plain_result date;
    FA_TRY(fa_plain_evaluate(&scope, dated_by, &date));
    member->has_day = !date.value.is_missing;
    member->has_instant = member->has_day && date.value.kind == FA_KIND_TIME;
    if (!member->has_day)
        member->cause = member->day_cause = date.cause;
    else
        member->day_no = (int64_t)date.value.numerator;
    if (member->has_instant) {
        member->instant_us = (int64_t)date.value.numerator;
        member->day_no = fa_day_of(member->instant_us, &plain->rule->ruleset->zone);
    }
    return FA_OK;
}

void fa_plain_add_amount(struct fa_plain *plain, const struct fa_value *cells, fa_i128 *sum)
{
    int column = plain->rule->amount_column;
    if (column >= 0 && !cells[column].is_missing)
        *sum += cells[column].numerator;
}

/* Takes a row through the steps in their order; STEP tells where it stopped. */
static enum fa_status admit(struct fa_plain *plain, const struct fa_population *population,
                            const struct fa_expr *dated_by, struct fa_expr *const *keys,
                            int key_count, bool is_main, struct fa_plain_member *member,
                            struct fa_plain_step *step)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_plain_table *table = &plain->ledger.tables[population->table];
    struct fa_rule_counts ignored = {0}, *counts = is_main ? plain->counts : &ignored;
    *step = (struct fa_plain_step){.kind = FA_STEP_AFTER_AS_OF};
    FA_TRY(date_member(plain, population->row_table, dated_by, member));
    if (population->is_leg) /* now that its date is known */
        FA_TRY(make_leg(plain, table->def, member));
    /* the period of a view's row may end later than what it was made of */
    bool is_made = table->def->written_by == FA_BY_VIEW;
    if (member->has_day && member->day_no > plain->as_of_day && !is_made) {
        counts->after_as_of++;
        return FA_OK;
    }
    step->kind = FA_STEP_NOT_IN_VIEW;
    if (!is_in_view(plain, population, table, member->row->cells))
        return FA_OK;
    bool date_unknown = dated_by && !member->has_day;
    struct fa_plain_scope scope = fa_plain_row_scope(plain, population->row_table, member);
    step->kind = FA_STEP_NOT_WHERE;
    if (population->where) {
        struct fa_plain_result where;
        FA_TRY(fa_plain_evaluate(&scope, population->where, &where));
        if (!where.value.is_missing && !where.value.numerator)
            return FA_OK;
        if (where.value.is_missing) {
            member->is_unknown = true;
            member->cause = where.cause;
        }
    }
    step->kind = FA_STEP_OTHER_CURRENCY;
    if (rule->ruleset->currency && !rule->is_any_currency && fa_plain_has_money(population->row_table) &&
        fa_plain_currency_of(plain, table->def, member->cells, member) !=
            rule->ruleset->currency) {
        counts->other_currency++;
        return FA_OK;
    }
    step->kind = FA_STEP_NOT_IN_FORCE;
    bool by_row = rule->way == FA_WAY_ROW || rule->way == FA_WAY_GROUP ||
                  rule->way == FA_WAY_HOPS || rule->way == FA_WAY_GAPLESS ||
                  rule->way == FA_WAY_UNIQUE || fa_plain_has_windows(rule);
    if (by_row && is_main && member->has_day &&
        (member->day_no < rule->from_day || member->day_no > rule->to_day)) {
        counts->not_in_force++;
        return FA_OK;
    }
    if (date_unknown)
        member->is_unknown = true;
    step->kind = FA_STEP_EXCEPTED;
    for (int e = 0; e < rule->except_row_count && is_main; e++) {
        step->exception = e;
        struct fa_plain_result except;
        FA_TRY(fa_plain_evaluate(&scope, rule->except_rows[e].when, &except));
        if (except.value.is_missing) {
            member->except_unknown = true;
        } else if (except.value.numerator) {
            counts->excepted_rows++;
            fa_plain_add_amount(plain, member->cells, &counts->excepted_sum);
            return FA_OK;
        }
    }
    member->filer = fa_plain_key_filer(plain, table->def, member->row->cells);
    member->keys = fa_arena_array(plain->arena, (size_t)key_count + 1, sizeof *member->keys);
    if (!member->keys)
        return FA_ELIMIT;
    step->kind = FA_STEP_OUTSIDE_GROUP;
    bool is_outside = false;
    for (int k = 0; k < key_count && !is_outside; k++) {
        struct fa_plain_result part;
        FA_TRY(fa_plain_evaluate(&scope, keys[k], &part));
        member->keys[k] = part.value;
        is_outside = part.value.is_missing;
    }
    if (fa_plain_has_windows(rule) && !member->has_day)
        is_outside = true;
    /* periods that need a row: which one has it is told there */
    bool places_rows = rule->way == FA_WAY_EVERY || rule->way == FA_WAY_STOCK;
    if (rule->has_period && is_main && !is_outside && !places_rows) {
        bool is_bday = false;
        is_outside =
            !member->has_day ||
            (rule->period == FA_PERIOD_BDAY &&
             (!plain->calendar ||
              !fa_calendar_is_bday(plain->calendar, member->day_no, &is_bday) || !is_bday));
        if (!is_outside)
            member->period_last = fa_period_last(rule->period, member->day_no);
    }
    if (is_outside) {
        counts->outside_group++;
        fa_plain_add_amount(plain, member->cells, &counts->outside_group_sum);
        return FA_OK;
    }
    step->kind = FA_STEP_TAKEN;
    return FA_OK;
}

static int compare_members(const void *a, const void *b)
{
    const struct fa_plain_member *x = a, *y = b;
    if (x->has_clock != y->has_clock)
        return x->has_clock - y->has_clock;
    if (x->clock_us != y->clock_us)
        return x->clock_us < y->clock_us ? -1 : 1;
    if (x->row->row_no != y->row->row_no)
        return x->row->row_no < y->row->row_no ? -1 : 1;
    return x->leg - y->leg;
}

enum fa_status fa_plain_admit_all(struct fa_plain *plain,
                                  const struct fa_population *population,
                                  const struct fa_expr *dated_by, struct fa_expr *const *keys,
                                  int key_count, bool is_main, fa_plain_members *members)
{
    const struct fa_plain_table *table = &plain->ledger.tables[population->table];
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct fa_plain_row *row = &table->rows.items[i];
        for (int leg = 0; leg < (population->is_leg ? 2 : 1); leg++) {
            struct fa_plain_member member = {.row = row,
                                             .cells = row->cells,
                                             .leg = leg,
                                             .except_unknown = row->except_unknown};
            struct fa_plain_step step;
            if (population->is_leg)
                FA_TRY(make_leg(plain, table->def, &member));
            FA_TRY(
                admit(plain, population, dated_by, keys, key_count, is_main, &member, &step));
            const struct fa_plain_observer *observer = plain->ledger.observer;
            if (observer && observer->admitted)
                observer->admitted(observer->context, plain->rule, population, &member, &step);
            if (step.kind == FA_STEP_TAKEN)
                FA_TRY(fa_vec_add(members, member));
        }
    }
    if (members->count)
        qsort(members->items, members->count, sizeof *members->items, compare_members);
    return FA_OK;
}

static enum fa_status prev_keys(struct fa_plain *plain, const struct fa_plain_member *member,
                                struct fa_value **keys, bool *is_whole)
{
    const struct fa_rule *rule = plain->rule;
    struct fa_plain_scope scope = fa_plain_row_scope(plain, rule->population.row_table, member);
    *keys = fa_arena_array(plain->arena, (size_t)rule->prev_key_count + 1, sizeof **keys);
    *is_whole = true;
    for (int k = 0; *keys && k < rule->prev_key_count; k++) {
        struct fa_plain_result part;
        FA_TRY(fa_plain_evaluate(&scope, rule->prev_keys[k].expr, &part));
        (*keys)[k] = part.value;
        *is_whole = *is_whole && !part.value.is_missing;
    }
    return *keys ? FA_OK : FA_ELIMIT;
}

/* The scope of a row that was there before. */
static enum fa_status keep_scope(struct fa_plain *plain, const struct fa_plain_member *member,
                                 const struct fa_plain_scope **kept)
{
    struct fa_plain_scope *scope = fa_arena_alloc(plain->arena, sizeof *scope);
    *kept = NULL;
    if (!scope)
        return FA_ELIMIT;
    *scope = fa_plain_row_scope(plain, plain->rule->population.row_table, member);
    scope->before = NULL;
    *kept = member->is_unknown ? NULL : scope;
    return FA_OK;
}

enum fa_status fa_plain_link_before(struct fa_plain *plain, fa_plain_members *members)
{
    const struct fa_rule *rule = plain->rule;
    size_t kept = 0;
    struct fa_value **keys = calloc(members->count + 1, sizeof *keys);
    enum fa_status status = keys ? FA_OK : FA_ELIMIT;
    for (size_t i = 0; status == FA_OK && rule->prev_key_count && i < members->count; i++) {
        struct fa_plain_member member = members->items[i];
        bool is_whole = true;
        status = prev_keys(plain, &member, &keys[kept], &is_whole);
        if (status != FA_OK)
            break;
        if (!is_whole) {
            plain->counts->outside_group++;
            fa_plain_add_amount(plain, member.cells, &plain->counts->outside_group_sum);
            continue;
        }
        for (size_t j = kept; j-- > 0;)
            if (fa_plain_same_filer(&members->items[j].filer, &member.filer) &&
                fa_plain_same_keys(keys[j], keys[kept], rule->prev_key_count)) {
                status = keep_scope(plain, &members->items[j], &member.before);
                break;
            }
        members->items[kept++] = member;
    }
    if (rule->prev_key_count)
        members->count = kept;
    free(keys);
    return status;
}

enum fa_status fa_plain_rule_keys(struct fa_plain *plain, struct fa_expr ***keys)
{
    const struct fa_rule *rule = plain->rule;
    *keys = fa_arena_array(plain->arena, (size_t)rule->key_count + 1, sizeof **keys);
    for (int k = 0; *keys && k < rule->key_count; k++)
        (*keys)[k] = rule->keys[k].expr;
    return *keys ? FA_OK : FA_ELIMIT;
}
