#include "rules/plain.h"

#include <stdlib.h>

#include "rules/plain_value.h"

/* A row of a population that reached the rule, with what is unknown about it. */
struct member {
    const struct fa_plain_row *row;
    const struct fa_value *cells; /* the row's, or a leg's */
    int leg;
    bool is_unknown; /* its `where` or its date cannot be told */
    struct fa_str cause;
    bool except_unknown;
    bool has_day;
    int64_t day_no; /* the judged date */
    bool has_clock, is_dated;
    int64_t clock_us;
    struct fa_value filer;
    struct fa_value *keys;
    int64_t period_last;
};

typedef FA_VEC(struct member) member_list;

struct plain {
    struct fa_plain_ledger ledger;
    struct fa_verdicts *verdicts;
    struct fa_sink *sink;
    int64_t as_of_day;
    /* of the rule at hand */
    const struct fa_rule *rule;
    struct fa_rule_counts *counts;
    struct fa_calendar *calendar;
    struct fa_arena *arena; /* the verdicts' */
};

static struct fa_plain_scope row_scope(struct plain *plain, const struct fa_table_def *table,
                                       const struct member *member)
{
    return (struct fa_plain_scope){.ledger = &plain->ledger,
                                   .ruleset = plain->rule->ruleset,
                                   .calendar = plain->calendar,
                                   .as_of_day = plain->as_of_day,
                                   .row_table = table,
                                   .cells = member->cells,
                                   .has_day = member->has_day,
                                   .day_no = member->day_no};
}

/* --- the population --- */

static struct fa_value cell_named(const struct fa_table_def *table,
                                  const struct fa_value *cells, const char *name)
{
    int column = fa_table_find_column(table, fa_str_from(name));
    return column == FA_NO_COLUMN ? fa_plain_missing(FA_KIND_TEXT) : cells[column];
}

static bool is_enum(const struct fa_table_def *table, const struct fa_value *cells,
                    const char *name, const char *value)
{
    int column = fa_table_find_column(table, fa_str_from(name));
    if (column == FA_NO_COLUMN || cells[column].is_missing)
        return false;
    return fa_str_is(table->columns[column].values[cells[column].numerator], value);
}

static bool same_filer(const struct fa_value *a, const struct fa_value *b)
{
    return a->is_missing ? b->is_missing : !b->is_missing && a->numerator == b->numerator;
}

static bool is_reversed(struct plain *plain, const struct fa_plain_table *flows,
                        const struct fa_value *cells)
{
    struct fa_value id = cell_named(flows->def, cells, "flow_id");
    struct fa_value filer = cell_named(flows->def, cells, "filer");
    for (size_t i = 0; i < flows->rows.count; i++) {
        const struct fa_value *other = flows->rows.items[i].cells;
        struct fa_value named = cell_named(flows->def, other, "reverses");
        struct fa_value time = cell_named(flows->def, other, "time");
        struct fa_value its_filer = cell_named(flows->def, other, "filer");
        bool is_late =
            !time.is_missing &&
            fa_day_of((int64_t)time.numerator, &plain->rule->ruleset->zone) > plain->as_of_day;
        if (!named.is_missing && !id.is_missing && !is_late && same_filer(&filer, &its_filer) &&
            fa_str_equal(named.text, id.text) &&
            is_enum(flows->def, other, "status", "settled"))
            return true;
    }
    return false;
}

static bool is_in_view(struct plain *plain, const struct fa_population *population,
                       const struct fa_plain_table *table, const struct fa_value *cells)
{
    if (population->view == FA_VIEW_NONE)
        return true;
    if (!is_enum(table->def, cells, "status", "settled"))
        return false;
    if (population->view == FA_VIEW_SETTLED)
        return true;
    return cell_named(table->def, cells, "reverses").is_missing &&
           !is_reversed(plain, table, cells);
}

/* Payer's leg (0) or payee's (1) of a flow. */
static enum fa_status make_leg(struct plain *plain, const struct fa_table_def *flow,
                               const struct fa_plain_row *row, int leg,
                               const struct fa_value **cells)
{
    int count = flow->column_count;
    struct fa_value *made = fa_arena_array(plain->arena, (size_t)count + 5, sizeof *made);
    if (!made)
        return FA_ELIMIT;
    for (int c = 0; c < count; c++)
        made[c] = row->cells[c];
    struct fa_value payer = cell_named(flow, row->cells, "payer_account");
    struct fa_value payee = cell_named(flow, row->cells, "payee_account");
    struct fa_value amount = cell_named(flow, row->cells, "amount");
    made[count] = leg == 0 ? payer : payee;
    made[count + 1] = leg == 0 ? payee : payer;
    /* the dictionary's direction is {credit, debit}; the payer is debited */
    made[count + 2] =
        (struct fa_value){.kind = FA_KIND_ENUM, .numerator = leg == 0, .denominator = 1};
    made[count + 3] = leg == 0 && !amount.is_missing ? fa_plain_negate(amount) : amount;
    made[count + 4] = fa_plain_missing(FA_KIND_BOOL);
    const struct fa_table_def *account =
        fa_dictionary_find(plain->ledger.dictionary, FA_STR("account"));
    struct member judged = {0};
    struct fa_value time = cell_named(flow, row->cells, "time");
    if (!time.is_missing)
        judged.day_no = fa_day_of((int64_t)time.numerator, &plain->rule->ruleset->zone);
    const struct fa_plain_row *from =
        payer.is_missing ? NULL
                         : fa_plain_find(&plain->ledger, account->index, payer.numerator,
                                         !time.is_missing, judged.day_no);
    const struct fa_plain_row *to =
        payee.is_missing ? NULL
                         : fa_plain_find(&plain->ledger, account->index, payee.numerator,
                                         !time.is_missing, judged.day_no);
    if (from && to) {
        struct fa_value a = cell_named(account, from->cells, "owner");
        struct fa_value b = cell_named(account, to->cells, "owner");
        if (!a.is_missing && !b.is_missing)
            made[count + 4] = (struct fa_value){.kind = FA_KIND_BOOL,
                                                .numerator = a.numerator == b.numerator,
                                                .denominator = 1};
    }
    *cells = made;
    return FA_OK;
}

/* The currency of a row's money: its own, its account's, its contract's, the filing's, the
 * rules'. */
static fa_currency currency_of(struct plain *plain, const struct fa_table_def *table,
                               const struct fa_value *cells, const struct member *member)
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
        struct fa_value currency = row ? cell_named(owner, row->cells, "currency")
                                       : fa_plain_missing(FA_KIND_CURRENCY);
        if (!currency.is_missing)
            return (fa_currency)currency.numerator;
    }
    fa_currency filing = plain->ledger.head->currency;
    return filing ? filing : plain->rule->ruleset->currency;
}

static bool has_money(const struct fa_table_def *table)
{
    for (int c = 0; c < table->column_count; c++)
        if (table->columns[c].type == FA_TYPE_MONEY)
            return true;
    return false;
}

static int clock_column(const struct fa_table_def *table)
{
    return table->clock != FA_NO_COLUMN ? table->clock : table->by;
}

static enum fa_status date_member(struct plain *plain, const struct fa_table_def *table,
                                  const struct fa_expr *dated_by, struct member *member)
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
    struct fa_plain_scope scope = row_scope(plain, table, member);
    struct fa_plain_result date;
    FA_TRY(fa_plain_evaluate(&scope, dated_by, &date));
    member->has_day = !date.value.is_missing;
    if (!member->has_day)
        member->cause = date.cause;
    else
        member->day_no =
            date.value.kind == FA_KIND_TIME
                ? fa_day_of((int64_t)date.value.numerator, &plain->rule->ruleset->zone)
                : (int64_t)date.value.numerator;
    return FA_OK;
}

static void add_amount(struct plain *plain, const struct fa_value *cells, fa_i128 *sum)
{
    int column = plain->rule->amount_column;
    if (column >= 0 && !cells[column].is_missing)
        *sum += cells[column].numerator;
}

/* Takes a row through the steps in their order; TAKEN tells whether it reached the rule. */
static enum fa_status admit(struct plain *plain, const struct fa_population *population,
                            const struct fa_expr *dated_by, struct fa_expr *const *keys,
                            int key_count, bool is_main, struct member *member, bool *taken)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_plain_table *table = &plain->ledger.tables[population->table];
    struct fa_rule_counts ignored = {0}, *counts = is_main ? plain->counts : &ignored;
    *taken = false;
    FA_TRY(date_member(plain, population->row_table, dated_by, member));
    if (member->has_day && member->day_no > plain->as_of_day) {
        counts->after_as_of++;
        return FA_OK;
    }
    if (!is_in_view(plain, population, table, member->row->cells))
        return FA_OK;
    bool date_unknown = dated_by && !member->has_day;
    struct fa_plain_scope scope = row_scope(plain, population->row_table, member);
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
    if (has_money(population->row_table) &&
        currency_of(plain, table->def, member->cells, member) != rule->ruleset->currency) {
        counts->other_currency++;
        return FA_OK;
    }
    bool by_row = rule->way == FA_WAY_ROW || rule->way == FA_WAY_GROUP;
    if (by_row && member->has_day &&
        (member->day_no < rule->from_day || member->day_no > rule->to_day)) {
        counts->not_in_force++;
        return FA_OK;
    }
    if (date_unknown)
        member->is_unknown = true;
    for (int e = 0; e < rule->except_row_count && is_main; e++) {
        struct fa_plain_result except;
        FA_TRY(fa_plain_evaluate(&scope, rule->except_rows[e].when, &except));
        if (except.value.is_missing) {
            member->except_unknown = true;
        } else if (except.value.numerator) {
            counts->excepted_rows++;
            add_amount(plain, member->cells, &counts->excepted_sum);
            return FA_OK;
        }
    }
    member->filer = cell_named(table->def, member->row->cells, "filer");
    member->keys = fa_arena_array(plain->arena, (size_t)key_count + 1, sizeof *member->keys);
    if (!member->keys)
        return FA_ELIMIT;
    bool is_outside = false;
    for (int k = 0; k < key_count && !is_outside; k++) {
        struct fa_plain_result part;
        FA_TRY(fa_plain_evaluate(&scope, keys[k], &part));
        member->keys[k] = part.value;
        is_outside = part.value.is_missing;
    }
    if (rule->has_period && is_main && !is_outside) {
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
        add_amount(plain, member->cells, &counts->outside_group_sum);
        return FA_OK;
    }
    *taken = true;
    return FA_OK;
}

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    if (x->has_clock != y->has_clock)
        return x->has_clock - y->has_clock;
    if (x->clock_us != y->clock_us)
        return x->clock_us < y->clock_us ? -1 : 1;
    if (x->row->row_no != y->row->row_no)
        return x->row->row_no < y->row->row_no ? -1 : 1;
    return x->leg - y->leg;
}

/* Every row of the population that reached the rule, in the order of time and row number. */
static enum fa_status admit_all(struct plain *plain, const struct fa_population *population,
                                const struct fa_expr *dated_by, struct fa_expr *const *keys,
                                int key_count, bool is_main, member_list *members)
{
    const struct fa_plain_table *table = &plain->ledger.tables[population->table];
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct fa_plain_row *row = &table->rows.items[i];
        for (int leg = 0; leg < (population->is_leg ? 2 : 1); leg++) {
            struct member member = {.row = row, .cells = row->cells, .leg = leg};
            bool taken;
            if (population->is_leg)
                FA_TRY(make_leg(plain, table->def, row, leg, &member.cells));
            FA_TRY(
                admit(plain, population, dated_by, keys, key_count, is_main, &member, &taken));
            if (taken)
                FA_TRY(fa_vec_add(members, member));
        }
    }
    if (members->count)
        qsort(members->items, members->count, sizeof *members->items, compare_members);
    return FA_OK;
}

static enum fa_status rule_keys(struct plain *plain, struct fa_expr ***keys)
{
    const struct fa_rule *rule = plain->rule;
    *keys = fa_arena_array(plain->arena, (size_t)rule->key_count + 1, sizeof **keys);
    for (int k = 0; *keys && k < rule->key_count; k++)
        (*keys)[k] = rule->keys[k].expr;
    return *keys ? FA_OK : FA_ELIMIT;
}

/* --- findings --- */

static bool same_keys(const struct fa_value *a, const struct fa_value *b, int count)
{
    for (int k = 0; k < count; k++)
        if (!fa_plain_equal(&a[k], &b[k]))
            return false;
    return true;
}

static struct fa_str name_of(struct plain *plain, int table, fa_i128 id)
{
    if (id < 0 || id >= plain->ledger.name_counts[table])
        return (struct fa_str){"", 0};
    return plain->ledger.names[table][id];
}

static struct fa_str filer_of(struct plain *plain, const struct fa_value *filer)
{
    const struct fa_table_def *institution =
        fa_dictionary_find(plain->ledger.dictionary, FA_STR("institution"));
    if (!filer || filer->is_missing || !institution)
        return plain->ledger.head->filer;
    struct fa_str name = name_of(plain, institution->index, filer->numerator);
    return name.size ? name : plain->ledger.head->filer;
}

static enum fa_status cite_row(struct plain *plain, struct fa_finding *finding, int table,
                               const struct member *member)
{
    int head_table = plain->ledger.tables[table].head_table;
    struct fa_row_range range = {head_table, member->row->row_no, member->row->row_no};
    finding->row_count++;
    add_amount(plain, member->cells, &finding->row_sum);
    finding->has_sum = plain->rule->amount_column >= 0;
    return fa_vec_add(&finding->rows, range);
}

static enum fa_status show(struct plain *plain, const struct fa_plain_scope *scope,
                           struct fa_value **shown)
{
    const struct fa_rule *rule = plain->rule;
    struct fa_value *values =
        fa_arena_array(plain->arena, (size_t)rule->shown_count + 1, sizeof *values);
    if (!values)
        return FA_ELIMIT;
    for (int i = 0; i < rule->shown_count; i++) {
        struct fa_plain_result result;
        FA_TRY(fa_plain_evaluate(scope, rule->shown[i].expr, &result));
        values[i] = result.value;
    }
    *shown = values;
    return FA_OK;
}

/* A firing unit joins the finding: its times, and its values where they are the first or the
 * worst. */
static void join(struct plain *plain, struct fa_finding *finding, int64_t at_us, bool has_time,
                 struct fa_value *shown)
{
    const struct fa_rule *rule = plain->rule;
    if (finding->judged_count++ == 0) {
        finding->first = finding->worst = shown;
        finding->first_us = finding->last_us = finding->worst_us = at_us;
        finding->has_time = has_time;
        return;
    }
    finding->last_us = at_us;
    int w = rule->worst_shown;
    if (w < 0 || shown[w].is_missing || finding->worst[w].is_missing)
        return;
    int order = fa_plain_compare(&shown[w], &finding->worst[w]);
    if (rule->worst_is_smallest ? order < 0 : order > 0) {
        finding->worst = shown;
        finding->worst_us = at_us;
    }
}

static enum fa_outcome outcome_of(const struct plain *plain, bool is_undecided)
{
    return is_undecided ? FA_INDETERMINATE : plain->rule->is_lead ? FA_LEAD : FA_VIOLATION;
}

static enum fa_status publish(struct plain *plain, struct fa_finding *finding)
{
    plain->counts->finding_count++;
    finding->rule = plain->rule;
    return fa_vec_add(&plain->verdicts->findings, *finding);
}

enum judgement { CLEAR, FIRES, UNKNOWN };

/* The three outcomes of a unit; UNKNOWN_CAUSE is given for a unit that is unknown before its
 * condition is asked. Counts it. EXCEPTED: it fires, but an exception takes the finding out;
 * UNDECIDED: an exception is unknown. */
static enum fa_status judge(struct plain *plain, const struct fa_plain_scope *scope,
                            const struct fa_str *unknown_cause, enum judgement *judgement,
                            struct fa_str *cause, bool *excepted, bool *undecided)
{
    const struct fa_rule *rule = plain->rule;
    struct fa_rule_counts *counts = plain->counts;
    *excepted = *undecided = false;
    *cause = (struct fa_str){"", 0};
    counts->tested++;
    bool is_unknown = unknown_cause != NULL, fires = false;
    if (is_unknown) {
        *cause = *unknown_cause;
    } else {
        struct fa_plain_result when;
        FA_TRY(fa_plain_evaluate(scope, rule->when, &when));
        is_unknown = when.value.is_missing;
        fires = !is_unknown && when.value.numerator;
        *cause = when.cause;
    }
    if (is_unknown && rule->on_unknown == FA_UNKNOWN_STAYS) {
        counts->unknown++;
        *judgement = UNKNOWN;
        return FA_OK;
    }
    if (is_unknown)
        fires = rule->on_unknown == FA_UNKNOWN_FIRES;
    *judgement = fires ? FIRES : CLEAR;
    if (!fires) {
        counts->clear++;
        return FA_OK;
    }
    counts->fired++;
    for (int e = 0; e < rule->except_finding_count; e++) {
        struct fa_plain_result except;
        FA_TRY(fa_plain_evaluate(scope, rule->except_findings[e].when, &except));
        if (except.value.is_missing) {
            *undecided = true;
        } else if (except.value.numerator) {
            *excepted = true;
            counts->excepted_findings++;
            return FA_OK;
        }
    }
    return FA_OK;
}

/* One indeterminate finding per filer and cause takes all unknown units; MEMBER NULL: no row.
 */
static enum fa_status add_unknown(struct plain *plain, size_t findings_before,
                                  struct fa_str filer, struct fa_str cause,
                                  const struct member *members, size_t count, bool has_unit)
{
    struct fa_finding *finding = NULL;
    for (size_t i = findings_before; i < plain->verdicts->findings.count; i++) {
        struct fa_finding *one = &plain->verdicts->findings.items[i];
        if (one->cause.size && fa_str_equal(one->cause, cause) &&
            fa_str_equal(one->filer, filer))
            finding = one;
    }
    if (!finding) {
        struct fa_finding made = {.outcome = FA_INDETERMINATE, .cause = cause, .filer = filer};
        FA_TRY(publish(plain, &made));
        finding = &plain->verdicts->findings.items[plain->verdicts->findings.count - 1];
    }
    finding->judged_count += has_unit;
    for (size_t i = 0; i < count; i++) {
        FA_TRY(cite_row(plain, finding, plain->rule->population.table, &members[i]));
        if (!members[i].has_clock)
            continue;
        if (!finding->has_time || members[i].clock_us < finding->first_us)
            finding->first_us = members[i].clock_us;
        if (!finding->has_time || members[i].clock_us > finding->last_us)
            finding->last_us = members[i].clock_us;
        finding->worst_us = finding->first_us;
        finding->has_time = true;
        finding->is_dated = members[i].is_dated;
    }
    return FA_OK;
}

/* --- way 1: rows --- */

/* The row's own key as a filing writes it, parts joined by '|'. */
static enum fa_status row_key(struct plain *plain, const struct member *member,
                              struct fa_str *key)
{
    const struct fa_table_def *table = plain->ledger.tables[plain->rule->population.table].def;
    struct fa_buf text = {0};
    enum fa_status status = FA_OK;
    for (int k = 0; status == FA_OK && k < table->key_count; k++) {
        const struct fa_column_def *column = &table->columns[table->key_columns[k]];
        const struct fa_value *value = &member->cells[table->key_columns[k]];
        char date[FA_TIME_TEXT_BYTES];
        if (k > 0)
            status = fa_buf_add_char(&text, '|');
        if (status != FA_OK || value->is_missing)
            continue;
        if (value->kind == FA_KIND_ID)
            status = fa_buf_add_str(&text, name_of(plain, column->refers_to, value->numerator));
        else if (value->kind == FA_KIND_ENUM)
            status = fa_buf_add_str(&text, column->values[value->numerator]);
        else if (value->kind == FA_KIND_DATE)
            status = fa_buf_add(&text, date, fa_date_format((int64_t)value->numerator, date));
        else if (value->kind == FA_KIND_TIME)
            status = fa_buf_add(
                &text, date,
                fa_time_format((int64_t)value->numerator, &plain->ledger.head->zone, date));
        else if (value->kind == FA_KIND_INT)
            status = fa_buf_addf(&text, "%lld", (long long)value->numerator);
        else
            status = fa_buf_add_str(&text, value->text);
    }
    if (status == FA_OK) {
        *key = fa_arena_str(plain->arena, fa_buf_str(&text));
        status = key->bytes ? FA_OK : FA_ELIMIT;
    }
    fa_buf_release(&text);
    return status;
}

static struct fa_finding *find_gathered(struct plain *plain, size_t before,
                                        const struct member *member, enum fa_outcome outcome)
{
    for (size_t i = before; i < plain->verdicts->findings.count; i++) {
        struct fa_finding *finding = &plain->verdicts->findings.items[i];
        if (!finding->cause.size && finding->keys && finding->outcome == outcome &&
            fa_str_equal(finding->filer, filer_of(plain, &member->filer)) &&
            same_keys(finding->keys, member->keys, plain->rule->key_count) &&
            (!plain->rule->has_period || finding->period_last_day == member->period_last))
            return finding;
    }
    return NULL;
}

static enum fa_status fire_row(struct plain *plain, size_t before,
                               const struct fa_plain_scope *scope, const struct member *member,
                               bool undecided)
{
    const struct fa_rule *rule = plain->rule;
    bool is_gathered = rule->key_count > 0 || rule->has_period;
    enum fa_outcome outcome = outcome_of(plain, undecided || member->except_unknown);
    struct fa_value *shown;
    FA_TRY(show(plain, scope, &shown));
    struct fa_finding *finding =
        is_gathered ? find_gathered(plain, before, member, outcome) : NULL;
    if (!finding) {
        struct fa_finding made = {.outcome = outcome,
                                  .filer = filer_of(plain, &member->filer),
                                  .keys = is_gathered ? member->keys : NULL,
                                  .is_dated = member->is_dated,
                                  .period_last_day = member->period_last};
        if (!is_gathered)
            FA_TRY(row_key(plain, member, &made.row_key));
        FA_TRY(publish(plain, &made));
        finding = &plain->verdicts->findings.items[plain->verdicts->findings.count - 1];
    }
    join(plain, finding, member->clock_us, member->has_clock, shown);
    return cite_row(plain, finding, rule->population.table, member);
}

static enum fa_status judge_rows(struct plain *plain, const member_list *members)
{
    size_t before = plain->verdicts->findings.count;
    for (size_t i = 0; i < members->count; i++) {
        const struct member *member = &members->items[i];
        struct fa_plain_scope scope =
            row_scope(plain, plain->rule->population.row_table, member);
        enum judgement judgement;
        struct fa_str cause;
        bool excepted, undecided;
        FA_TRY(judge(plain, &scope, member->is_unknown ? &member->cause : NULL, &judgement,
                     &cause, &excepted, &undecided));
        if (judgement == UNKNOWN)
            FA_TRY(add_unknown(plain, before, filer_of(plain, &member->filer), cause, member, 1,
                               true));
        else if (judgement == FIRES && !excepted)
            FA_TRY(fire_row(plain, before, &scope, member, undecided));
    }
    return FA_OK;
}

/* --- aggregates --- */

struct tally {
    struct fa_plain_result result; /* exact, or what tainted it */
    struct fa_value known;         /* over the rows that are known */
    uint64_t count;
    bool is_tainted, has_negative;
    struct fa_str cause;
    FA_VEC(struct fa_value) seen; /* DISTINCT */
};

static void taint(struct tally *tally, struct fa_str cause)
{
    if (!tally->is_tainted)
        tally->cause = cause;
    tally->is_tainted = true;
}

static enum fa_status tally_value(struct tally *tally, const struct fa_agg *agg,
                                  struct fa_value value)
{
    bool is_first = tally->count++ == 0;
    tally->has_negative |= value.numerator < 0;
    switch (agg->op) {
    case FA_AGG_SUM:
    case FA_AGG_MEAN:
        tally->known = fa_plain_add(tally->known, value, agg->arg->kind);
        return FA_OK;
    case FA_AGG_DISTINCT:
        for (size_t i = 0; i < tally->seen.count; i++)
            if (fa_plain_equal(&tally->seen.items[i], &value))
                return FA_OK;
        return fa_vec_add(&tally->seen, value);
    case FA_AGG_FIRST:
        if (is_first)
            tally->known = value;
        return FA_OK;
    case FA_AGG_LAST:
        tally->known = value;
        return FA_OK;
    case FA_AGG_MIN:
    case FA_AGG_MAX: {
        int order = is_first ? 0 : fa_plain_compare(&value, &tally->known);
        if (is_first || (agg->op == FA_AGG_MIN ? order < 0 : order > 0))
            tally->known = value;
        return FA_OK;
    }
    case FA_AGG_COUNT:
        break;
    }
    return FA_OK;
}

static enum fa_status tally_member(struct plain *plain, struct tally *tally,
                                   const struct fa_agg *agg, const struct fa_table_def *table,
                                   const struct member *member)
{
    if (member->is_unknown) {
        taint(tally, member->cause);
        return FA_OK;
    }
    struct fa_plain_scope scope = row_scope(plain, table, member);
    if (agg->cond) {
        struct fa_plain_result condition;
        FA_TRY(fa_plain_evaluate(&scope, agg->cond, &condition));
        if (condition.value.is_missing)
            taint(tally, condition.cause);
        if (condition.value.is_missing || !condition.value.numerator)
            return FA_OK;
    }
    struct fa_plain_result value = {
        .value = {.kind = FA_KIND_INT, .numerator = 1, .denominator = 1}};
    if (agg->arg)
        FA_TRY(fa_plain_evaluate(&scope, agg->arg, &value));
    if (value.value.is_missing || value.value.is_none) {
        taint(tally, value.cause);
        return FA_OK;
    }
    return tally_value(tally, agg, value.value);
}

static struct fa_plain_result finish_tally(struct tally *tally, const struct fa_agg *agg,
                                           const struct fa_str *outside)
{
    struct fa_value value = tally->known;
    if (agg->op == FA_AGG_COUNT)
        value = fa_plain_number(agg->kind, (fa_i128)tally->count, 1);
    else if (agg->op == FA_AGG_DISTINCT)
        value = fa_plain_number(agg->kind, (fa_i128)tally->seen.count, 1);
    else if (agg->op != FA_AGG_SUM && tally->count == 0)
        value = fa_plain_missing(agg->kind);
    else if (agg->op == FA_AGG_MEAN)
        value = fa_plain_divide(
            tally->known, fa_plain_number(FA_KIND_INT, (fa_i128)tally->count, 1), agg->kind);
    if (!value.is_missing)
        value.kind = agg->kind;
    fa_vec_free(&tally->seen);
    if (!tally->is_tainted && !outside) {
        struct fa_plain_result result = {.value = value};
        if (value.is_missing)
            result.cause = agg->text;
        return result;
    }
    bool only_grows = agg->op == FA_AGG_COUNT || agg->op == FA_AGG_DISTINCT ||
                      (agg->op == FA_AGG_SUM && !tally->has_negative);
    return (struct fa_plain_result){.value = fa_plain_missing(agg->kind),
                                    .cause = tally->is_tainted ? tally->cause : *outside,
                                    .is_bound = only_grows && !value.is_missing,
                                    .bound = value};
}

static struct tally empty_tally(const struct fa_agg *agg)
{
    enum fa_kind kind = agg->arg ? agg->arg->kind : FA_KIND_INT;
    return (struct tally){.known = {.kind = kind, .denominator = 1}};
}

/* --- way 2: groups --- */

static struct fa_str outside_text(struct plain *plain, int table)
{
    struct fa_buf text = {0};
    struct fa_str kept = {"", 0};
    if (fa_buf_add_str(&text, plain->ledger.dictionary->tables[table].name) == FA_OK &&
        fa_buf_add_text(&text, " outside the covered period") == FA_OK)
        kept = fa_arena_str(plain->arena, fa_buf_str(&text));
    fa_buf_release(&text);
    return kept;
}

static int64_t covered_until(struct plain *plain, int table)
{
    const struct fa_plain_table *rows = &plain->ledger.tables[table];
    return rows->is_covered && rows->to_day < plain->as_of_day ? rows->to_day
                                                               : plain->as_of_day;
}

static bool is_outside_cover(struct plain *plain, int table, int64_t first_day,
                             int64_t last_day)
{
    const struct fa_plain_table *rows = &plain->ledger.tables[table];
    return rows->is_covered &&
           (first_day < rows->from_day || last_day > covered_until(plain, table));
}

static bool same_group(struct plain *plain, const struct member *a, const struct member *b)
{
    return same_filer(&a->filer, &b->filer) &&
           same_keys(a->keys, b->keys, plain->rule->key_count) &&
           a->period_last == b->period_last;
}

static enum fa_status judge_group(struct plain *plain, size_t before, const member_list *group)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_table_def *table = rule->population.row_table;
    const struct member *first = &group->items[0];
    for (size_t i = 0; i < group->count && first->is_unknown; i++)
        first = &group->items[i];
    int64_t day_no =
        rule->has_period ? first->period_last : covered_until(plain, rule->population.table);
    bool is_outside =
        rule->has_period &&
        is_outside_cover(plain, rule->population.table,
                         fa_period_first(rule->period, first->period_last), first->period_last);
    struct fa_str outside = outside_text(plain, rule->population.table);
    struct fa_plain_result *values =
        fa_arena_array(plain->arena, (size_t)rule->agg_count + 1, sizeof *values);
    if (!values)
        return FA_ELIMIT;
    bool except_unknown = false;
    for (int a = 0; a < rule->agg_count; a++) {
        struct tally tally = empty_tally(rule->aggs[a]);
        for (size_t i = 0; i < group->count; i++)
            FA_TRY(tally_member(plain, &tally, rule->aggs[a], table, &group->items[i]));
        values[a] = finish_tally(&tally, rule->aggs[a], is_outside ? &outside : NULL);
    }
    for (size_t i = 0; i < group->count; i++)
        except_unknown |= group->items[i].except_unknown;
    struct fa_plain_scope scope = row_scope(plain, table, first);
    scope.has_day = true;
    scope.day_no = day_no;
    scope.rule = rule;
    scope.keys = first->keys;
    scope.values = values;
    enum judgement judgement;
    struct fa_str cause;
    bool excepted, undecided;
    FA_TRY(judge(plain, &scope, NULL, &judgement, &cause, &excepted, &undecided));
    if (judgement == UNKNOWN)
        return add_unknown(plain, before, filer_of(plain, &group->items[0].filer), cause,
                           group->items, group->count, true);
    if (judgement == CLEAR || excepted)
        return FA_OK;
    struct fa_finding finding = {.outcome = outcome_of(plain, undecided || except_unknown),
                                 .filer = filer_of(plain, &group->items[0].filer),
                                 .keys = first->keys,
                                 .period_last_day = rule->has_period ? first->period_last : 0,
                                 .is_dated = first->is_dated,
                                 .judged_count = 1};
    FA_TRY(show(plain, &scope, &finding.first));
    finding.worst = finding.first;
    for (size_t i = 0; i < group->count; i++) {
        const struct member *member = &group->items[i];
        if (member->is_unknown)
            continue;
        if (member->has_clock && !finding.has_time) {
            finding.has_time = true;
            finding.first_us = finding.worst_us = member->clock_us;
        }
        if (member->has_clock)
            finding.last_us = member->clock_us;
        FA_TRY(cite_row(plain, &finding, rule->population.table, member));
    }
    return publish(plain, &finding);
}

static enum fa_status judge_groups(struct plain *plain, const member_list *members)
{
    size_t before = plain->verdicts->findings.count;
    bool *done = calloc(members->count + 1, sizeof *done);
    enum fa_status status = done ? FA_OK : FA_ELIMIT;
    for (size_t i = 0; status == FA_OK && i < members->count; i++) {
        if (done[i])
            continue;
        member_list group = {0};
        for (size_t j = i; status == FA_OK && j < members->count; j++)
            if (!done[j] && same_group(plain, &members->items[i], &members->items[j])) {
                done[j] = true;
                status = fa_vec_add(&group, members->items[j]);
            }
        if (status == FA_OK)
            status = judge_group(plain, before, &group);
        fa_vec_free(&group);
    }
    free(done);
    return status;
}

/* --- openings --- */

/* Adds what TERM opens for KEYS. GIVEN: some row opens with a value that is not zero. */
static enum fa_status open_term(struct plain *plain, const struct fa_running_term *term,
                                int key_count, const struct fa_value *keys,
                                const struct fa_value *filer, int population_table,
                                struct fa_plain_result *state, bool *is_given)
{
    const struct fa_plain_table *table = &plain->ledger.tables[term->table];
    const struct fa_plain_table *covered = &plain->ledger.tables[population_table];
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct fa_plain_row *row = &table->rows.items[i];
        struct member member = {.row = row,
                                .cells = row->cells,
                                .has_day = covered->is_covered,
                                .day_no = covered->from_day};
        struct fa_value own_filer = cell_named(table->def, row->cells, "filer");
        if (!same_filer(&own_filer, filer))
            continue;
        struct fa_plain_scope scope = row_scope(plain, table->def, &member);
        bool matches = true;
        for (int k = 0; matches && k < key_count; k++) {
            struct fa_plain_result part;
            FA_TRY(fa_plain_evaluate(&scope, term->keys[k], &part));
            matches = !part.value.is_missing && fa_plain_equal(&part.value, &keys[k]);
        }
        if (!matches ||
            (has_money(table->def) && currency_of(plain, table->def, row->cells, &member) !=
                                          plain->rule->ruleset->currency))
            continue;
        if (table->def->id_column != FA_NO_COLUMN &&
            !row->cells[table->def->id_column].is_missing) {
            const struct fa_plain_row *in_force = fa_plain_find(
                &plain->ledger, term->table, row->cells[table->def->id_column].numerator,
                covered->is_covered, covered->from_day);
            if (in_force && in_force != row)
                continue;
        }
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
        int start_column = table->def->interval_from != FA_NO_COLUMN ? table->def->interval_from
                                                                     : table->def->clock;
        if (start_column != FA_NO_COLUMN && row->cells[start_column].is_missing)
            start_column = table->def->clock;
        if (opened.is_missing) {
            const struct fa_value *start =
                start_column == FA_NO_COLUMN ? NULL : &row->cells[start_column];
            bool began_inside =
                start && !start->is_missing && covered->is_covered &&
                (start->kind == FA_KIND_TIME
                     ? fa_day_of((int64_t)start->numerator, &plain->rule->ruleset->zone)
                     : start->numerator) >= covered->from_day;
            if (!began_inside && !state->value.is_missing) {
                struct fa_value missing = fa_plain_missing(state->value.kind);
                struct fa_buf text = {0};
                FA_TRY(fa_buf_add_str(&text, table->def->name));
                FA_TRY(fa_buf_add_char(&text, '.'));
                FA_TRY(fa_buf_add_str(&text, table->def->columns[term->column].name));
                *state = (struct fa_plain_result){
                    .value = missing, .cause = fa_arena_str(plain->arena, fa_buf_str(&text))};
                fa_buf_release(&text);
            }
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

struct account {
    struct fa_plain_result state;
    struct fa_finding episode;
    bool is_open;
    bool except_unknown;
    uint64_t applied; /* rows so far */
};

static enum fa_status close_episode(struct plain *plain, struct account *account, bool still_on)
{
    if (!account->is_open)
        return FA_OK;
    account->is_open = false;
    account->episode.is_still_on = still_on;
    return publish(plain, &account->episode);
}

static enum fa_status judge_instant(struct plain *plain, size_t before, struct account *account,
                                    const struct member *key, const struct member *applied,
                                    size_t count, int64_t at_us, int64_t day_no, bool has_day,
                                    bool is_opening, struct fa_value state_before,
                                    uint64_t rows_before)
{
    const struct fa_rule *rule = plain->rule;
    if (has_day && (day_no < rule->from_day || day_no > rule->to_day))
        return FA_OK;
    struct fa_plain_scope scope = row_scope(plain, rule->population.row_table, key);
    scope.has_day = has_day;
    scope.day_no = day_no;
    scope.rule = rule;
    scope.keys = key->keys;
    scope.values = &account->state;
    enum judgement judgement;
    struct fa_str cause;
    bool excepted, undecided;
    FA_TRY(judge(plain, &scope, NULL, &judgement, &cause, &excepted, &undecided));
    if (judgement == UNKNOWN) {
        FA_TRY(add_unknown(plain, before, filer_of(plain, &key->filer), cause, NULL, 0, true));
        return close_episode(plain, account, false);
    }
    if (judgement == CLEAR || excepted)
        return close_episode(plain, account, false);
    struct fa_value *shown;
    FA_TRY(show(plain, &scope, &shown));
    if (!account->is_open) {
        account->is_open = true;
        account->episode = (struct fa_finding){
            .outcome = outcome_of(plain, undecided || account->except_unknown),
            .filer = filer_of(plain, &key->filer),
            .keys = key->keys,
            .is_dated = rule->is_at_day_end || (count && applied[0].is_dated),
            .is_from_opening = is_opening,
            .carried_count = rows_before,
            .carried = state_before};
    }
    join(plain, &account->episode, at_us, true, shown);
    for (size_t i = 0; i < count; i++)
        FA_TRY(cite_row(plain, &account->episode, rule->population.table, &applied[i]));
    return FA_OK;
}

static enum fa_status apply(struct plain *plain, struct account *account,
                            const struct member *member)
{
    const struct fa_rule *rule = plain->rule;
    account->applied++;
    account->except_unknown |= member->except_unknown;
    for (int t = 0; t < rule->term_count; t++) {
        const struct fa_running_term *term = &rule->terms[t];
        if (term->is_opening)
            continue;
        struct tally tally = empty_tally(term->agg);
        FA_TRY(tally_member(plain, &tally, term->agg, rule->population.row_table, member));
        bool has_clock = member->has_clock;
        struct fa_plain_result added = finish_tally(&tally, term->agg, NULL);
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
static enum fa_status run_key(struct plain *plain, size_t before, const struct member *key,
                              const member_list *rows)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_plain_table *table = &plain->ledger.tables[rule->population.table];
    struct account account = {.state = {.value = {.kind = rule->state_kind, .denominator = 1}}};
    bool is_given = false;
    for (int t = 0; t < rule->term_count; t++)
        if (rule->terms[t].is_opening)
            FA_TRY(open_term(plain, &rule->terms[t], rule->key_count, key->keys, &key->filer,
                             rule->population.table, &account.state, &is_given));
    struct fa_value nothing = fa_plain_number(rule->state_kind, 0, 1);
    if (is_given && table->is_covered && table->from_day <= plain->as_of_day)
        FA_TRY(judge_instant(plain, before, &account, key, NULL, 0,
                             fa_day_start(table->from_day, &rule->ruleset->zone),
                             table->from_day, true, true, nothing, 0));
    for (size_t i = 0; i < rows->count;) {
        struct fa_value state_before = account.state.value;
        uint64_t rows_before = account.applied;
        const struct member *first = &rows->items[i];
        int64_t day_no = fa_day_of(first->clock_us, &rule->ruleset->zone);
        size_t end = i;
        while (end < rows->count && rows->items[end].has_clock == first->has_clock &&
               (rule->is_at_day_end || first->is_dated
                    ? fa_day_of(rows->items[end].clock_us, &rule->ruleset->zone) == day_no
                    : rows->items[end].clock_us == first->clock_us))
            FA_TRY(apply(plain, &account, &rows->items[end++]));
        const struct member *last = &rows->items[end - 1];
        if (first->has_clock)
            FA_TRY(
                judge_instant(plain, before, &account, key, first, end - i,
                              rule->is_at_day_end ? fa_day_start(day_no, &rule->ruleset->zone)
                                                  : first->clock_us,
                              last->day_no, last->has_day, false, state_before, rows_before));
        i = end;
    }
    return close_episode(plain, &account, true);
}

/* Keys that only an opening knows are judged, too: what was owed before the period is still
 * owed. */
static enum fa_status add_opening_keys(struct plain *plain, const struct fa_running_term *term,
                                       int population_table, member_list *keys)
{
    const struct fa_plain_table *table = &plain->ledger.tables[term->table];
    const struct fa_plain_table *covered = &plain->ledger.tables[population_table];
    for (size_t i = 0; i < table->rows.count; i++) {
        struct member member = {.row = &table->rows.items[i],
                                .cells = table->rows.items[i].cells,
                                .has_day = covered->is_covered,
                                .day_no = covered->from_day};
        struct fa_plain_scope scope = row_scope(plain, table->def, &member);
        bool is_whole = true;
        member.filer = cell_named(table->def, member.cells, "filer");
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
            is_whole = !same_filer(&keys->items[j].filer, &member.filer) ||
                       !same_keys(keys->items[j].keys, member.keys, plain->rule->key_count);
        if (is_whole)
            FA_TRY(fa_vec_add(keys, member));
    }
    return FA_OK;
}

static enum fa_status add_member_keys(struct plain *plain, const member_list *members,
                                      member_list *keys)
{
    for (size_t i = 0; i < members->count; i++) {
        bool is_new = true;
        for (size_t j = 0; is_new && j < keys->count; j++)
            is_new =
                !same_filer(&keys->items[j].filer, &members->items[i].filer) ||
                !same_keys(keys->items[j].keys, members->items[i].keys, plain->rule->key_count);
        if (is_new)
            FA_TRY(fa_vec_add(keys, members->items[i]));
    }
    return FA_OK;
}

static enum fa_status select_key(struct plain *plain, const struct member *key,
                                 const member_list *members, member_list *rows)
{
    rows->count = 0;
    for (size_t i = 0; i < members->count; i++)
        if (same_filer(&key->filer, &members->items[i].filer) &&
            same_keys(key->keys, members->items[i].keys, plain->rule->key_count))
            FA_TRY(fa_vec_add(rows, members->items[i]));
    return FA_OK;
}

static enum fa_status judge_running(struct plain *plain, const member_list *members)
{
    size_t before = plain->verdicts->findings.count;
    member_list keys = {0}, rows = {0};
    enum fa_status status = add_member_keys(plain, members, &keys);
    for (int t = 0; status == FA_OK && t < plain->rule->term_count; t++)
        if (plain->rule->terms[t].is_opening)
            status = add_opening_keys(plain, &plain->rule->terms[t],
                                      plain->rule->population.table, &keys);
    for (size_t k = 0; status == FA_OK && k < keys.count; k++) {
        status = select_key(plain, &keys.items[k], members, &rows);
        if (status == FA_OK)
            status = run_key(plain, before, &keys.items[k], &rows);
    }
    fa_vec_free(&keys);
    fa_vec_free(&rows);
    return status;
}

/* --- way 5: series --- */

static bool in_period(const struct member *member, int64_t first, int64_t last)
{
    return member->has_day && member->day_no >= first && member->day_no <= last;
}

/* The newest row of each key of the table, up to LAST; in the period unless carried. */
static enum fa_status level_at(struct plain *plain, const struct fa_series *series,
                               const member_list *rows, int64_t first, int64_t last,
                               struct tally *tally, member_list *cited)
{
    const struct fa_table_def *table = plain->ledger.tables[series->population.table].def;
    for (size_t i = 0; i < rows->count; i++) {
        const struct member *member = &rows->items[i], *newest = NULL;
        bool is_seen = false;
        for (size_t j = 0; j < rows->count; j++) {
            const struct member *other = &rows->items[j];
            bool same = true;
            for (int k = 0; same && k < table->key_count; k++) {
                if (table->key_columns[k] == table->clock)
                    continue;
                const struct fa_value *a = &member->cells[table->key_columns[k]];
                const struct fa_value *b = &other->cells[table->key_columns[k]];
                same =
                    a->is_missing == b->is_missing && (a->is_missing || fa_plain_equal(a, b));
            }
            if (!same)
                continue;
            is_seen |= j < i;
            bool is_due = other->has_day && other->day_no <= last &&
                          (series->is_carried || other->day_no >= first);
            if (is_due)
                newest = other; /* rows are in the order of time */
        }
        if (is_seen)
            continue; /* its key was done before */
        if (newest) {
            FA_TRY(
                tally_member(plain, tally, series->agg, series->population.row_table, newest));
            FA_TRY(fa_vec_add(cited, *newest));
        } else {
            struct fa_buf text = {0};
            FA_TRY(fa_buf_add_str(&text, table->name));
            FA_TRY(fa_buf_add_text(&text, " without a row"));
            taint(tally, fa_arena_str(plain->arena, fa_buf_str(&text)));
            fa_buf_release(&text);
        }
    }
    return FA_OK;
}

static enum fa_status series_at(struct plain *plain, const struct fa_series *series,
                                const struct member *key, const member_list *rows,
                                int64_t first, int64_t last, struct fa_plain_result *result,
                                member_list *cited, bool *except_unknown)
{
    struct tally tally = empty_tally(series->agg);
    struct fa_plain_result opening = {
        .value = {.kind = series->kind_of_value, .denominator = 1}};
    bool is_given = false;
    if (series->kind == FA_SERIES_LEVEL)
        FA_TRY(level_at(plain, series, rows, first, last, &tally, cited));
    for (size_t i = 0; i < rows->count; i++) {
        const struct member *member = &rows->items[i];
        bool is_in = in_period(member, first, last);
        bool is_until = !member->has_day || member->day_no <= last;
        if (member->except_unknown && (series->kind == FA_SERIES_SUM ? is_in : is_until))
            *except_unknown = true;
        if (series->kind == FA_SERIES_LEVEL)
            continue;
        if (series->kind == FA_SERIES_SUM ? is_in || !member->has_day : is_until)
            FA_TRY(
                tally_member(plain, &tally, series->agg, series->population.row_table, member));
        if (is_in)
            FA_TRY(fa_vec_add(cited, *member));
    }
    for (int t = 0; t < series->term_count; t++)
        FA_TRY(open_term(plain, &series->terms[t], plain->rule->key_count, key->keys,
                         &key->filer, series->population.table, &opening, &is_given));
    struct fa_str outside = outside_text(plain, series->population.table);
    bool is_outside = is_outside_cover(plain, series->population.table, first, last);
    *result = finish_tally(&tally, series->agg, is_outside ? &outside : NULL);
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

static enum fa_status compare_key(struct plain *plain, size_t before, const struct member *key,
                                  member_list *series_members)
{
    const struct fa_rule *rule = plain->rule;
    int main_table = rule->series[0].population.table;
    const struct fa_plain_table *table = &plain->ledger.tables[main_table];
    if (!table->is_covered)
        return FA_OK;
    struct account run = {0};
    member_list rows = {0}, first_rows = {0}, cited = {0};
    int64_t until = covered_until(plain, main_table);
    for (int64_t last = fa_period_last(rule->period, table->from_day);
         fa_period_first(rule->period, last) <= until; last = next_period(rule, last)) {
        int64_t first = fa_period_first(rule->period, last);
        if (rule->period == FA_PERIOD_BDAY) {
            bool is_bday = false;
            if (plain->calendar && fa_calendar_is_bday(plain->calendar, last, &is_bday) &&
                !is_bday)
                continue;
        }
        if (last < rule->from_day || last > rule->to_day)
            continue;
        struct fa_plain_result values[16];
        bool except_unknown = false;
        cited.count = 0;
        for (int s = 0; s < rule->series_count && s < 16; s++) {
            int64_t from = first, to = last;
            if (rule->series[s].is_previous) {
                to = first - 1;
                from = fa_period_first(rule->period, to);
            }
            FA_TRY(select_key(plain, key, &series_members[s], &rows));
            FA_TRY(series_at(plain, &rule->series[s], key, &rows, from, to, &values[s], &cited,
                             &except_unknown));
        }
        struct fa_plain_scope scope = row_scope(plain, rule->population.row_table, key);
        scope.has_day = true;
        scope.day_no = last;
        scope.rule = rule;
        scope.keys = key->keys;
        scope.values = values;
        enum judgement judgement;
        struct fa_str cause;
        bool excepted, undecided;
        FA_TRY(judge(plain, &scope, NULL, &judgement, &cause, &excepted, &undecided));
        if (judgement == UNKNOWN)
            FA_TRY(
                add_unknown(plain, before, filer_of(plain, &key->filer), cause, NULL, 0, true));
        if (judgement != FIRES || excepted) {
            FA_TRY(close_episode(plain, &run, false));
            continue;
        }
        struct fa_value *shown;
        FA_TRY(show(plain, &scope, &shown));
        if (!run.is_open) {
            run.is_open = true;
            run.episode =
                (struct fa_finding){.outcome = outcome_of(plain, undecided || except_unknown),
                                    .filer = filer_of(plain, &key->filer),
                                    .keys = key->keys,
                                    .is_dated = true,
                                    .period_last_day = last};
        }
        int64_t worst_before = run.episode.worst_us;
        join(plain, &run.episode, fa_day_start(last, &rule->ruleset->zone), true, shown);
        /* rows behind the first and the worst period: those of the first are kept apart */
        bool is_first = run.episode.judged_count == 1,
             is_worst = run.episode.worst_us != worst_before;
        if (is_first) {
            first_rows.count = 0;
            for (size_t i = 0; i < cited.count; i++)
                FA_TRY(fa_vec_add(&first_rows, cited.items[i]));
        }
        if (is_first || is_worst) {
            run.episode.rows.count = 0;
            run.episode.row_count = 0;
            run.episode.row_sum = 0;
            for (size_t i = 0; i < first_rows.count; i++)
                FA_TRY(cite_row(plain, &run.episode, main_table, &first_rows.items[i]));
            for (size_t i = 0; !is_first && i < cited.count; i++)
                FA_TRY(cite_row(plain, &run.episode, main_table, &cited.items[i]));
        }
    }
    fa_vec_free(&rows);
    fa_vec_free(&first_rows);
    fa_vec_free(&cited);
    return close_episode(plain, &run, true);
}

static enum fa_status judge_series(struct plain *plain)
{
    const struct fa_rule *rule = plain->rule;
    size_t before = plain->verdicts->findings.count;
    member_list *members = calloc((size_t)rule->series_count, sizeof *members);
    member_list keys = {0};
    enum fa_status status = members ? FA_OK : FA_ELIMIT;
    for (int s = 0; status == FA_OK && s < rule->series_count; s++) {
        const struct fa_series *series = &rule->series[s];
        status = admit_all(plain, &series->population, series->dated_by, series->keys,
                           rule->key_count, false, &members[s]);
        if (status == FA_OK)
            status = add_member_keys(plain, &members[s], &keys);
        for (int t = 0; status == FA_OK && t < series->term_count; t++)
            status =
                add_opening_keys(plain, &series->terms[t], series->population.table, &keys);
    }
    for (size_t k = 0; status == FA_OK && k < keys.count; k++)
        status = compare_key(plain, before, &keys.items[k], members);
    for (int s = 0; members && s < rule->series_count; s++)
        fa_vec_free(&members[s]);
    free(members);
    fa_vec_free(&keys);
    return status;
}

/* --- whether a rule can be tested at all --- */

static enum fa_status refuse(struct plain *plain, enum fa_rule_verdict verdict,
                             const char *format, ...) __attribute__((format(printf, 3, 4)));

static enum fa_status refuse(struct plain *plain, enum fa_rule_verdict verdict,
                             const char *format, ...)
{
    struct fa_buf text = {0};
    va_list args;
    va_start(args, format);
    enum fa_status status = fa_buf_vaddf(&text, format, args);
    va_end(args);
    if (status == FA_OK) {
        plain->counts->verdict = verdict;
        plain->counts->reason = fa_arena_str(plain->arena, fa_buf_str(&text));
        status = plain->counts->reason.bytes ? FA_OK : FA_ELIMIT;
    }
    fa_buf_release(&text);
    return status;
}

static bool is_ever_given(const struct fa_plain_table *table, int column)
{
    for (size_t i = 0; i < table->rows.count; i++)
        if (!table->rows.items[i].cells[column].is_missing)
            return true;
    return table->rows.count == 0; /* a covered table without rows lacks nothing */
}

/* The row of the filer's institution decides; without one, or unknown, the ruleset applies. */
static enum fa_status check_applies(struct plain *plain)
{
    const struct fa_ruleset *ruleset = plain->rule->ruleset;
    const struct fa_table_def *institution =
        fa_dictionary_find(plain->ledger.dictionary, FA_STR("institution"));
    if (!ruleset->applies || !institution)
        return FA_OK;
    for (fa_i128 id = 0; id < plain->ledger.name_counts[institution->index]; id++) {
        if (!fa_str_equal(name_of(plain, institution->index, id), plain->ledger.head->filer))
            continue;
        const struct fa_plain_row *row =
            fa_plain_find(&plain->ledger, institution->index, id, true, plain->as_of_day);
        if (!row)
            return FA_OK;
        struct member member = {
            .row = row, .cells = row->cells, .has_day = true, .day_no = plain->as_of_day};
        struct fa_plain_scope scope = row_scope(plain, institution, &member);
        struct fa_plain_result applies;
        FA_TRY(fa_plain_evaluate(&scope, ruleset->applies, &applies));
        if (!applies.value.is_missing && !applies.value.numerator)
            return refuse(plain, FA_NOT_APPLICABLE,
                          "the filer is not an institution where %.*s",
                          (int)ruleset->applies->text.size, ruleset->applies->text.bytes);
    }
    return FA_OK;
}

static enum fa_status check_needs(struct plain *plain)
{
    const struct fa_rule *rule = plain->rule;
    for (int n = 0; n < rule->need_count; n++) {
        const struct fa_need *need = &rule->needs[n];
        const struct fa_plain_table *table = &plain->ledger.tables[need->table];
        if (need->is_exception_only)
            continue;
        bool is_present = table->rows.count > 0 || table->is_covered;
        if (!is_present)
            return refuse(plain, FA_NOT_TESTABLE, "the filing has no table %.*s",
                          (int)table->def->name.size, table->def->name.bytes);
        if (need->column >= 0 && !is_ever_given(table, need->column)) {
            struct fa_str column = table->def->columns[need->column].name;
            return refuse(plain, FA_NOT_TESTABLE, "no row of the filing gives %.*s.%.*s",
                          (int)table->def->name.size, table->def->name.bytes, (int)column.size,
                          column.bytes);
        }
    }
    return FA_OK;
}

static enum fa_status check_testable(struct plain *plain)
{
    const struct fa_rule *rule = plain->rule;
    plain->counts->verdict = FA_TESTED;
    FA_TRY(check_applies(plain));
    if (plain->counts->verdict != FA_TESTED)
        return FA_OK;
    if (rule->state != FA_RULE_ON)
        return refuse(plain, FA_SWITCHED_OFF, "%.*s", (int)rule->state_why.size,
                      rule->state_why.bytes);
    return check_needs(plain);
}

/* --- a rule, a run --- */

static enum fa_status make_calendar(struct plain *plain)
{
    const struct fa_table_def *holiday =
        fa_dictionary_find(plain->ledger.dictionary, FA_STR("holiday"));
    plain->calendar = NULL;
    if (!holiday || plain->rule->ruleset->calendar.size == 0)
        return FA_OK;
    plain->calendar = fa_calendar_new();
    if (!plain->calendar)
        return FA_ELIMIT;
    const struct fa_plain_table *table = &plain->ledger.tables[holiday->index];
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct fa_value *cells = table->rows.items[i].cells;
        struct fa_value name = cell_named(holiday, cells, "calendar");
        struct fa_value date = cell_named(holiday, cells, "date");
        if (name.is_missing || date.is_missing ||
            !fa_str_equal(name.text, plain->rule->ruleset->calendar))
            continue;
        FA_TRY(fa_calendar_add(plain->calendar, (int64_t)date.numerator,
                               is_enum(holiday, cells, "kind", "work")));
    }
    return FA_OK;
}

static enum fa_status judge_rule(struct plain *plain)
{
    const struct fa_rule *rule = plain->rule;
    if (rule->way == FA_WAY_COMPARE)
        return judge_series(plain);
    struct fa_expr **keys;
    member_list members = {0};
    enum fa_status status = rule_keys(plain, &keys);
    if (status == FA_OK)
        status = admit_all(plain, &rule->population, rule->dated_by, keys, rule->key_count,
                           true, &members);
    if (status == FA_OK)
        status = rule->way == FA_WAY_ROW     ? judge_rows(plain, &members)
                 : rule->way == FA_WAY_GROUP ? judge_groups(plain, &members)
                                             : judge_running(plain, &members);
    fa_vec_free(&members);
    return status;
}

static enum fa_status evaluate_rule(struct plain *plain, const struct fa_rule *rule,
                                    struct fa_rule_counts *counts)
{
    plain->rule = rule;
    plain->counts = counts;
    FA_TRY(make_calendar(plain));
    enum fa_status status = check_testable(plain);
    if (status == FA_OK && counts->verdict == FA_TESTED)
        status = judge_rule(plain);
    fa_calendar_free(plain->calendar);
    plain->calendar = NULL;
    return status;
}

static enum fa_status evaluate_all(struct plain *plain, const struct fa_ruleset_list *rulesets,
                                   struct fa_str only)
{
    size_t rule_no = 0;
    for (size_t s = 0; s < rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = rulesets->rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++, rule_no++)
            if (only.size == 0 || fa_str_equal(only, ruleset->rules[r].id))
                FA_TRY(evaluate_rule(plain, &ruleset->rules[r],
                                     &plain->verdicts->counts[rule_no]));
    }
    return FA_OK;
}

enum fa_status fa_evaluate_plain(const struct fa_ruleset_list *rulesets,
                                 struct fa_blocks *blocks,
                                 const struct fa_evaluate_options *options,
                                 struct fa_sink *sink, struct fa_verdicts *verdicts)
{
    struct plain plain = {.verdicts = verdicts, .sink = sink, .arena = &verdicts->arena};
    plain.as_of_day =
        options->as_of_day != INT64_MIN ? options->as_of_day : blocks->head->as_of_day;
    verdicts->rulesets = rulesets;
    verdicts->rule_count = 0;
    for (size_t s = 0; s < rulesets->rulesets.count; s++)
        verdicts->rule_count += (size_t)rulesets->rulesets.items[s]->rule_count;
    verdicts->counts =
        fa_arena_array(plain.arena, verdicts->rule_count + 1, sizeof *verdicts->counts);
    enum fa_status status =
        verdicts->counts ? fa_plain_load(&plain.ledger, rulesets->dictionary, blocks, sink)
                         : FA_ELIMIT;
    if (status == FA_OK)
        status = evaluate_all(&plain, rulesets, options->only);
    if (plain.ledger.dictionary)
        fa_plain_release(&plain.ledger);
    if (status == FA_OK)
        status = fa_verdicts_finish(verdicts);
    return status == FA_ELIMIT ? fa_out_of_memory(sink, "the plain evaluation") : status;
}
