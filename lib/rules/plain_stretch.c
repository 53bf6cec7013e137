#include "rules/plain_observe.h"

#include <stdlib.h>

/* --- what holds when --- */

bool fa_plain_interval_days(const struct fa_plain *plain, int table, int64_t *from_day,
                            int64_t *to_day)
{
    const struct fa_head *head = plain->ledger.head;
    int head_table = plain->ledger.tables[table].head_table;
    bool is_known = false;
    for (size_t i = 0; i < head->covers.count; i++) {
        const struct fa_cover_info *cover = &head->covers.items[i];
        if (cover->table == head_table && !cover->is_assumed) {
            *from_day = cover->from_day;
            *to_day = cover->to_day < plain->as_of_day ? cover->to_day : plain->as_of_day;
            return true;
        }
    }
    bool any_streamed = false;
    for (size_t i = 0; i < head->covers.count; i++)
        any_streamed |= head->dictionary.tables[head->covers.items[i].table].by != FA_NO_COLUMN;
    for (size_t i = 0; i < head->covers.count; i++) {
        const struct fa_cover_info *cover = &head->covers.items[i];
        if (any_streamed && head->dictionary.tables[cover->table].by == FA_NO_COLUMN)
            continue;
        if (!is_known || cover->from_day < *from_day)
            *from_day = cover->from_day;
        if (!is_known || cover->to_day > *to_day)
            *to_day = cover->to_day;
        is_known = true;
    }
    if (is_known && *to_day > plain->as_of_day)
        *to_day = plain->as_of_day;
    return is_known;
}

/* Another row of the same thing has taken this one's place, or this one is not yet in force. */
static bool is_other_version(const struct fa_plain_table *table, const struct fa_plain_row *row,
                             int64_t day_no)
{
    int since = fa_table_find_column(table->def, FA_STR("since")), id = table->def->id_column;
    if (since == FA_NO_COLUMN || id == FA_NO_COLUMN)
        return false;
    const struct fa_value *own = &row->cells[since];
    if (!own->is_missing && own->numerator > day_no)
        return true;
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct fa_value *cells = table->rows.items[i].cells;
        if (cells[id].numerator != row->cells[id].numerator || cells[since].is_missing)
            continue;
        bool is_later = own->is_missing || cells[since].numerator > own->numerator;
        if (is_later && cells[since].numerator <= day_no)
            return true;
    }
    return false;
}

static bool states_times(const struct fa_table_def *def)
{
    return def->interval_from != FA_NO_COLUMN &&
           def->columns[def->interval_from].type == FA_TYPE_TIME;
}

bool fa_plain_holds(const struct fa_plain *plain, int table, const struct fa_plain_row *row,
                    int64_t day_no, int64_t instant_us)
{
    const struct fa_table_def *def = plain->ledger.tables[table].def;
    if (is_other_version(&plain->ledger.tables[table], row, day_no))
        return false;
    if (def->interval_from == FA_NO_COLUMN)
        return true;
    const struct fa_value *from = &row->cells[def->interval_from],
                          *to = &row->cells[def->interval_to];
    if (states_times(def))
        return (from->is_missing || from->numerator <= instant_us) &&
               (to->is_missing || instant_us < to->numerator);
    return (from->is_missing || from->numerator <= day_no) &&
           (to->is_missing || day_no <= to->numerator);
}

/* --- the time to be judged, bit by bit --- */

/* From one instant to the next nothing changes: no interval begins or ends, no day. */
struct bit {
    int64_t from_us, to_us, day_no;
};
typedef FA_VEC(struct bit) bits;
typedef FA_VEC(int64_t) instants;

static int compare_instants(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static enum fa_status add_ends(const struct fa_table_def *def, const fa_plain_members *members,
                               instants *list)
{
    for (size_t i = 0; states_times(def) && i < members->count; i++) {
        const struct fa_value *from = &members->items[i].row->cells[def->interval_from];
        const struct fa_value *to = &members->items[i].row->cells[def->interval_to];
        if (!from->is_missing)
            FA_TRY(fa_vec_add(list, (int64_t)from->numerator));
        if (!to->is_missing)
            FA_TRY(fa_vec_add(list, (int64_t)to->numerator));
    }
    return FA_OK;
}

static enum fa_status cut_time(struct fa_plain *plain, const fa_plain_members *rows,
                               const fa_plain_members *each, int64_t from_day, int64_t to_day,
                               bits *list)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_zone *zone = &rule->ruleset->zone;
    instants ends = {0};
    for (int64_t day = from_day; day <= to_day + 1; day++)
        FA_TRY(fa_vec_add(&ends, fa_day_start(day, zone)));
    FA_TRY(add_ends(plain->ledger.tables[rule->population.table].def, rows, &ends));
    if (rule->stretch->each)
        FA_TRY(add_ends(plain->ledger.tables[rule->stretch->each->population.table].def, each,
                        &ends));
    qsort(ends.items, ends.count, sizeof *ends.items, compare_instants);
    int64_t first = fa_day_start(from_day, zone), end = fa_day_start(to_day + 1, zone);
    for (size_t i = 0; i + 1 < ends.count; i++) {
        struct bit bit = {ends.items[i], ends.items[i + 1], fa_day_of(ends.items[i], zone)};
        if (bit.from_us < bit.to_us && bit.from_us >= first && bit.to_us <= end)
            FA_TRY(fa_vec_add(list, bit));
    }
    fa_vec_free(&ends);
    return FA_OK;
}

/* --- a key --- */

struct key_run {
    struct fa_plain *plain;
    const struct fa_plain_member *key;
    const fa_plain_members *rows, *each; /* of the key */
    size_t before;                       /* findings of other rules */
    int64_t covered_from_us, covered_to_us;
    bool is_day; /* days are judged, not instants */
    struct fa_finding finding;
    bool is_open, is_excepted;
    bool has_fired, has_unknown, is_judged;
    FA_VEC(struct fa_str) causes;
    int64_t first_day;
    fa_plain_members cited;
};

/* How many intervals hold, or values of those that do; what may be one more is blamed. */
static enum fa_status count_at(const struct key_run *run, const struct bit *bit,
                               struct fa_plain_result *count, bool *except_unknown)
{
    struct fa_plain *plain = run->plain;
    const struct fa_rule *rule = plain->rule;
    const struct fa_plain_observer *observer = plain->ledger.observer;
    FA_VEC(struct fa_value) seen = {0};
    int64_t number = 0;
    *count = (struct fa_plain_result){.value = {.kind = FA_KIND_INT, .denominator = 1}};
    *except_unknown = false;
    for (size_t i = 0; i < run->rows->count; i++) {
        const struct fa_plain_member *member = &run->rows->items[i];
        if (!fa_plain_holds(plain, rule->population.table, member->row, bit->day_no,
                            bit->from_us))
            continue;
        *except_unknown |= member->except_unknown;
        struct fa_plain_result value = {.value = {.denominator = 1}, .cause = member->cause};
        if (!member->is_unknown && rule->stretch->distinct) {
            struct fa_plain_scope scope =
                fa_plain_row_scope(plain, rule->population.row_table, member);
            FA_TRY(fa_plain_evaluate(&scope, rule->stretch->distinct, &value));
        }
        if (member->is_unknown || value.value.is_missing) {
            if (!count->is_bound)
                count->cause = value.cause;
            count->is_bound = true;
            continue;
        }
        bool is_new = true;
        for (size_t k = 0; rule->stretch->distinct && k < seen.count; k++)
            is_new = is_new && !fa_plain_equal(&seen.items[k], &value.value);
        number += is_new;
        if (observer && observer->counted)
            observer->counted(observer->context, member);
        if (is_new)
            FA_TRY(fa_vec_add(&seen, value.value));
    }
    fa_vec_free(&seen);
    count->value.numerator = number;
    count->bound = count->value;
    count->value.is_missing = count->is_bound;
    return FA_OK;
}

/* Whether the key has to be judged: 1 yes, 0 no, -1 unknown. */
static int is_asked(const struct key_run *run, const struct bit *bit, struct fa_str *cause)
{
    const struct fa_rule *rule = run->plain->rule;
    if (!rule->stretch->each)
        return 1;
    int asked = 0;
    for (size_t i = 0; i < run->each->count; i++) {
        const struct fa_plain_member *member = &run->each->items[i];
        if (!fa_plain_holds(run->plain, rule->stretch->each->population.table, member->row,
                            bit->day_no, bit->from_us))
            continue;
        if (!member->is_unknown)
            return 1;
        if (asked == 0)
            *cause = member->cause;
        asked = -1;
    }
    return asked;
}

static enum fa_status end_finding(struct key_run *run)
{
    struct fa_plain *plain = run->plain;
    if (!run->is_open)
        return FA_OK;
    run->is_open = false;
    for (size_t i = 0; i < run->cited.count; i++)
        FA_TRY(fa_plain_cite_row(plain, &run->finding, plain->rule->population.table,
                                 &run->cited.items[i]));
    return fa_plain_publish(plain, &run->finding);
}

/* Rows that hold in BIT and are not cited yet. */
static enum fa_status cite_holding(struct key_run *run, const struct bit *bit)
{
    for (size_t i = 0; i < run->rows->count; i++) {
        const struct fa_plain_member *member = &run->rows->items[i];
        bool is_cited = member->is_unknown ||
                        !fa_plain_holds(run->plain, run->plain->rule->population.table,
                                        member->row, bit->day_no, bit->from_us);
        for (size_t k = 0; !is_cited && k < run->cited.count; k++)
            is_cited = run->cited.items[k].row == member->row;
        if (!is_cited)
            FA_TRY(fa_vec_add(&run->cited, *member));
    }
    return FA_OK;
}

static enum fa_status fire(struct key_run *run, const struct fa_plain_scope *scope,
                           const struct bit *bit, bool undecided)
{
    struct fa_plain *plain = run->plain;
    struct fa_value *shown;
    FA_TRY(fa_plain_show(plain, scope, &shown));
    if (!run->is_open) {
        run->is_open = true;
        run->cited.count = 0;
        run->first_day = bit->day_no;
        run->finding =
            (struct fa_finding){.outcome = fa_plain_outcome_of(plain, undecided),
                                .filer = fa_plain_filer_of(plain, &run->key->filer),
                                .keys = run->key->keys,
                                .is_dated = run->is_day,
                                .is_from_opening = bit->from_us == run->covered_from_us};
    }
    fa_plain_join(plain, &run->finding, bit->from_us, true, shown);
    run->finding.judged_count = (uint64_t)(bit->day_no - run->first_day) + 1;
    run->finding.last_us = run->is_day ? bit->from_us : bit->to_us - 1;
    run->finding.is_still_on = bit->to_us == run->covered_to_us;
    return cite_holding(run, bit);
}

/* A key is counted once in the finding of each cause. */
static enum fa_status leave_unknown(struct key_run *run, struct fa_str cause)
{
    run->has_unknown = true;
    for (size_t i = 0; i < run->causes.count; i++)
        if (fa_str_equal(run->causes.items[i], cause))
            return FA_OK;
    FA_TRY(fa_vec_add(&run->causes, cause));
    return fa_plain_add_unknown(run->plain, run->before,
                                fa_plain_filer_of(run->plain, &run->key->filer), cause, NULL, 0,
                                true);
}

static enum fa_status judge_bit(struct key_run *run, const struct bit *bit)
{
    struct fa_plain *plain = run->plain;
    struct fa_str unit_cause = {"", 0}, cause;
    int asked = is_asked(run, bit, &unit_cause);
    if (asked == 0) {
        run->is_excepted = false;
        return end_finding(run);
    }
    run->is_judged = true;
    struct fa_plain_result count;
    bool except_unknown, excepted, undecided;
    FA_TRY(count_at(run, bit, &count, &except_unknown));
    static const struct fa_plain_member nobody;
    struct fa_plain_scope scope =
        fa_plain_row_scope(plain, plain->rule->population.row_table,
                           run->rows->count ? &run->rows->items[0] : &nobody);
    scope.has_day = true;
    scope.day_no = bit->day_no;
    scope.has_instant = false;
    scope.rule = plain->rule;
    scope.keys = run->key->keys;
    scope.values = &count;
    struct fa_rule_counts before = *plain->counts;
    enum fa_plain_judgement judgement;
    FA_TRY(fa_plain_judge(plain, &scope, asked < 0 ? &unit_cause : NULL, &judgement, &cause,
                          &excepted, &undecided));
    *plain->counts = before; /* keys are counted, and findings, not instants */
    run->has_fired |= judgement == FA_PLAIN_FIRES;
    bool is_excepted = judgement == FA_PLAIN_FIRES && excepted;
    plain->counts->excepted_findings += is_excepted && !run->is_excepted;
    run->is_excepted = is_excepted;
    if (judgement == FA_PLAIN_UNKNOWN)
        FA_TRY(leave_unknown(run, cause));
    if (judgement != FA_PLAIN_FIRES || is_excepted)
        return end_finding(run);
    return fire(run, &scope, bit, undecided || except_unknown);
}

static enum fa_status judge_key(struct key_run *run, const bits *time)
{
    for (size_t i = 0; i < time->count; i++)
        FA_TRY(judge_bit(run, &time->items[i]));
    FA_TRY(end_finding(run));
    struct fa_rule_counts *counts = run->plain->counts;
    counts->tested += run->is_judged;
    counts->fired += run->has_fired;
    counts->unknown += !run->has_fired && run->has_unknown;
    counts->clear += run->is_judged && !run->has_fired && !run->has_unknown;
    return FA_OK;
}

static enum fa_status judge_keys(struct fa_plain *plain, const fa_plain_members *members,
                                 const fa_plain_members *each, const bits *time,
                                 struct key_run *of_all)
{
    const struct fa_rule *rule = plain->rule;
    fa_plain_members keys = {0}, rows = {0}, own = {0};
    enum fa_status status =
        fa_plain_add_member_keys(plain, rule->stretch->each ? each : members, &keys);
    for (size_t k = 0; status == FA_OK && k < keys.count; k++) {
        struct key_run run = *of_all;
        run.key = &keys.items[k];
        run.rows = &rows;
        run.each = &own;
        status = fa_plain_select_key(plain, run.key, members, &rows);
        if (status == FA_OK)
            status = fa_plain_select_key(plain, run.key, each, &own);
        if (status == FA_OK)
            status = judge_key(&run, time);
        fa_vec_free(&run.causes);
        fa_vec_free(&run.cited);
    }
    fa_vec_free(&keys);
    fa_vec_free(&rows);
    fa_vec_free(&own);
    return status;
}

enum fa_status fa_plain_judge_stretches(struct fa_plain *plain, const fa_plain_members *members)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_each *of_each = rule->stretch->each;
    const struct fa_zone *zone = &rule->ruleset->zone;
    struct key_run run = {.plain = plain, .before = plain->verdicts->findings.count};
    int64_t from_day, to_day;
    if (!fa_plain_interval_days(plain, rule->population.table, &from_day, &to_day))
        return FA_OK;
    run.covered_from_us = fa_day_start(from_day, zone);
    run.covered_to_us = fa_day_start(to_day + 1, zone);
    from_day = rule->from_day > from_day ? rule->from_day : from_day;
    to_day = rule->to_day < to_day ? rule->to_day : to_day;
    if (from_day > to_day)
        return FA_OK;
    fa_plain_members each = {0};
    bits time = {0};
    enum fa_status status = FA_OK;
    if (of_each)
        status = fa_plain_admit_all(plain, &of_each->population, of_each->dated_by,
                                    of_each->keys, rule->key_count, false, &each);
    run.is_day =
        !states_times(plain->ledger.tables[rule->population.table].def) &&
        !(of_each && states_times(plain->ledger.tables[of_each->population.table].def));
    if (status == FA_OK)
        status = cut_time(plain, members, &each, from_day, to_day, &time);
    if (status == FA_OK)
        status = judge_keys(plain, members, &each, &time, &run);
    fa_vec_free(&each);
    fa_vec_free(&time);
    return status;
}
