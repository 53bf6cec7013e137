/*
 * Way 9 as flowaudit-rules(5) says it: of each number the next greater one is looked for.
 */
#include "rules/plain_run.h"

#include <stdlib.h>
#include <string.h>

/* A row with its number, and the text before it. */
struct numbered {
    const struct fa_plain_member *member;
    struct fa_str series;
    fa_i128 number;
};

typedef FA_VEC(struct numbered) numbered_rows;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits at the end of a text, COUNT of them at most; false: there are none. */
static bool split(struct fa_str text, int count, struct numbered *row)
{
    size_t from = text.size;
    while (from > 0 && is_digit(text.bytes[from - 1]) && text.size - from < (size_t)count)
        from--;
    row->series = (struct fa_str){text.bytes, from};
    row->number = 0;
    for (size_t i = from; i < text.size; i++)
        row->number = row->number * 10 + (text.bytes[i] - '0');
    return from < text.size;
}

static enum fa_status read_number(struct fa_plain *plain, const struct fa_plain_member *member,
                                  struct numbered *row, bool *has, struct fa_str *cause)
{
    const struct fa_gapless *rule = plain->rule->gapless;
    struct fa_plain_scope scope = fa_plain_row_scope(plain, plain->rule->population.row_table, member);
    struct fa_plain_result field;
    FA_TRY(fa_plain_evaluate(&scope, rule->field, &field));
    *row = (struct numbered){.member = member, .series = {"", 0}, .number = field.value.numerator};
    *has = !field.value.is_missing && !field.value.is_none;
    *cause = field.value.is_missing ? field.cause : rule->field->text;
    if (*has && rule->field->kind == FA_KIND_TEXT)
        *has = split(field.value.text, rule->digits, row);
    else if (*has)
        *has = row->number >= INT64_MIN && row->number <= INT64_MAX && field.value.denominator == 1;
    return FA_OK;
}

static bool same_series(struct fa_plain *plain, const struct numbered *a, const struct numbered *b)
{
    return fa_plain_same_filer(&a->member->filer, &b->member->filer) &&
           fa_plain_same_keys(a->member->keys, b->member->keys, plain->rule->key_count) &&
           fa_str_equal(a->series, b->series);
}

/* The row of NUMBER that stands furthest up. */
static const struct fa_plain_member *row_of(struct fa_plain *plain, const numbered_rows *rows,
                                            const struct numbered *like, fa_i128 number)
{
    const struct fa_plain_member *found = NULL;
    for (size_t i = 0; i < rows->count; i++)
        if (same_series(plain, &rows->items[i], like) && rows->items[i].number == number &&
            (!found || rows->items[i].member->row->row_no < found->row->row_no))
            found = rows->items[i].member;
    return found;
}

static bool is_unsure(const struct fa_plain_member *member)
{
    return member->is_unknown || member->except_unknown;
}

/* The rows on either side of a gap. */
struct sides {
    const struct fa_plain_member *before, *behind;
};

static enum fa_status publish(struct fa_plain *plain, const struct fa_plain_scope *scope,
                              const struct sides *sides, bool is_undecided)
{
    const struct fa_plain_member *rows[] = {sides->before, sides->behind};
    bool is_unsure_gap = is_unsure(sides->before) || is_unsure(sides->behind);
    struct fa_finding finding = {.outcome = fa_plain_outcome_of(plain, is_undecided || is_unsure_gap),
                                 .filer = fa_plain_filer_of(plain, &sides->before->filer),
                                 .keys = sides->before->keys,
                                 .has_anchor = true,
                                 .anchor_row = sides->before->row->row_no,
                                 .judged_count = 1};
    FA_TRY(fa_plain_show(plain, scope, &finding.first));
    finding.worst = finding.first;
    for (int i = 0; i < 2; i++) {
        FA_TRY(fa_plain_cite_row(plain, &finding, plain->rule->population.table, rows[i]));
        if (!rows[i]->has_clock)
            continue;
        if (!finding.has_time || rows[i]->clock_us < finding.first_us)
            finding.first_us = finding.worst_us = rows[i]->clock_us;
        if (!finding.has_time || rows[i]->clock_us > finding.last_us)
            finding.last_us = rows[i]->clock_us;
        finding.has_time = true;
        finding.is_dated = rows[i]->is_dated;
    }
    return fa_plain_publish(plain, &finding);
}

/* What lies between AFTER and NEXT, two numbers of the series of FIRST. */
static enum fa_status judge_gap(struct fa_plain *plain, size_t findings_before, const numbered_rows *rows,
                                const struct numbered *first, fa_i128 after, fa_i128 next,
                                enum fa_plain_judgement *judgement)
{
    struct sides sides = {row_of(plain, rows, first, after), row_of(plain, rows, first, next)};
    struct fa_plain_result *states =
        fa_arena_array(plain->arena, FA_GAP_VALUE_COUNT, sizeof *states);
    if (!states)
        return FA_ELIMIT;
    states[FA_GAP_MISSING].value = fa_plain_number(FA_KIND_INT, next - after - 1, 1);
    states[FA_GAP_FIRST].value = fa_plain_number(FA_KIND_INT, after + 1, 1);
    states[FA_GAP_LAST].value = fa_plain_number(FA_KIND_INT, next - 1, 1);
    states[FA_GAP_SERIES].value =
        (struct fa_value){.kind = FA_KIND_TEXT, .denominator = 1, .text = first->series};
    struct fa_plain_scope scope =
        fa_plain_row_scope(plain, plain->rule->population.row_table, first->member);
    scope.has_day = sides.behind->has_day;
    scope.day_no = sides.behind->day_no;
    scope.has_instant = sides.behind->has_instant;
    scope.instant_us = sides.behind->instant_us;
    scope.rule = plain->rule;
    scope.keys = first->member->keys;
    scope.states = states;
    struct fa_rule_counts before = *plain->counts;
    struct fa_str cause;
    bool excepted, undecided;
    FA_TRY(fa_plain_judge(plain, &scope, NULL, judgement, &cause, &excepted, &undecided));
    before.excepted_findings = plain->counts->excepted_findings;
    before.finding_count = plain->counts->finding_count;
    *plain->counts = before;
    if (*judgement == FA_PLAIN_UNKNOWN) {
        struct fa_str filer = fa_plain_filer_of(plain, &sides.before->filer);
        FA_TRY(fa_plain_add_unknown(plain, findings_before, filer, cause, sides.before, 1, true));
        return fa_plain_add_unknown(plain, findings_before, filer, cause, sides.behind, 1, false);
    }
    if (*judgement == FA_PLAIN_CLEAR || excepted)
        return FA_OK;
    return publish(plain, &scope, &sides, undecided);
}

/* The least number of the series above NUMBER; false: there is none. */
static bool next_above(struct fa_plain *plain, const numbered_rows *rows, const struct numbered *like,
                       fa_i128 number, fa_i128 *next)
{
    bool has = false;
    for (size_t i = 0; i < rows->count; i++)
        if (same_series(plain, &rows->items[i], like) && rows->items[i].number > number &&
            (!has || rows->items[i].number < *next)) {
            *next = rows->items[i].number;
            has = true;
        }
    return has;
}

static enum fa_status judge_series(struct fa_plain *plain, size_t findings_before,
                                   const numbered_rows *rows, const struct numbered *first)
{
    fa_i128 number = 0, next = 0;
    bool has_fired = false, is_unknown = false;
    bool has = next_above(plain, rows, first, (fa_i128)INT64_MIN - 1, &number);
    for (; has && next_above(plain, rows, first, number, &next); number = next) {
        enum fa_plain_judgement judgement = FA_PLAIN_CLEAR;
        if (next == number + 1)
            continue;
        FA_TRY(judge_gap(plain, findings_before, rows, first, number, next, &judgement));
        has_fired |= judgement == FA_PLAIN_FIRES;
        is_unknown |= judgement == FA_PLAIN_UNKNOWN;
    }
    plain->counts->tested++;
    plain->counts->fired += has_fired;
    plain->counts->unknown += !has_fired && is_unknown;
    plain->counts->clear += !has_fired && !is_unknown;
    return FA_OK;
}

/* Rows without a number are unknown; so are those that may not be the rule's, but their number is
 * there. */
static enum fa_status number_rows(struct fa_plain *plain, size_t findings_before,
                                  const fa_plain_members *members, numbered_rows *rows)
{
    for (size_t i = 0; i < members->count; i++) {
        const struct fa_plain_member *member = &members->items[i];
        struct numbered row;
        bool has;
        struct fa_str cause;
        FA_TRY(read_number(plain, member, &row, &has, &cause));
        if (has)
            FA_TRY(fa_vec_add(rows, row));
        if (has && !member->is_unknown)
            continue;
        plain->counts->tested++;
        plain->counts->unknown++;
        FA_TRY(fa_plain_add_unknown(plain, findings_before, fa_plain_filer_of(plain, &member->filer),
                                    member->is_unknown ? member->cause : cause, member, 1, true));
    }
    return FA_OK;
}

enum fa_status fa_plain_judge_gapless(struct fa_plain *plain, const fa_plain_members *members)
{
    size_t findings_before = plain->verdicts->findings.count;
    numbered_rows rows = {0};
    enum fa_status status = number_rows(plain, findings_before, members, &rows);
    for (size_t i = 0; status == FA_OK && i < rows.count; i++) {
        bool is_first = true;
        for (size_t j = 0; j < i && is_first; j++)
            is_first = !same_series(plain, &rows.items[j], &rows.items[i]);
        if (is_first)
            status = judge_series(plain, findings_before, &rows, &rows.items[i]);
    }
    fa_vec_free(&rows);
    return status;
}
