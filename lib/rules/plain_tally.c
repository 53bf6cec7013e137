#include "rules/plain_run.h"

#include <stdlib.h>

/* --- aggregates --- */

void fa_plain_taint(struct fa_plain_tally *tally, struct fa_str cause)
{
    if (!tally->is_tainted)
        tally->cause = cause;
    tally->is_tainted = true;
}

static enum fa_status tally_value(struct fa_plain_tally *tally, const struct fa_agg *agg,
                                  struct fa_value value)
{
    bool is_first = tally->count++ == 0;
    switch (agg->op) {
    case FA_AGG_SUM:
    case FA_AGG_MEAN:
        if (!tally->is_beyond)
            tally->known = fa_plain_add(tally->known, value, agg->arg->kind);
        if (tally->known.is_missing) {
            tally->is_beyond = true;
            fa_plain_taint(tally, FA_STR("a number beyond its range"));
        }
        return FA_OK;
    case FA_AGG_DISTINCT:
        for (size_t i = 0; i < tally->seen.count; i++)
            if (fa_plain_equal(&tally->seen.items[i], &value))
                return FA_OK;
        return fa_vec_add(&tally->seen, value);
    case FA_AGG_TOP:
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
    case FA_AGG_IRR:
        break;
    }
    return FA_OK;
}

static enum fa_status tally_flow(struct fa_plain *plain, struct fa_plain_tally *tally,
                                 const struct fa_agg *agg, struct fa_value value, int64_t day)
{
    if (!tally->flows) {
        tally->flows = fa_arena_alloc(plain->arena, sizeof *tally->flows);
        if (!tally->flows)
            return FA_ELIMIT;
        *tally->flows = (struct fa_plain_flows){.arena = plain->arena, .is_compound = agg->is_compound};
    }
    tally->count++;
    if (value.denominator == 1)
        return fa_plain_add_flow(tally->flows, day, value.numerator);
    fa_plain_taint(tally, FA_STR("a fraction of the smallest coin"));
    return FA_OK;
}

enum fa_status fa_plain_tally_member(struct fa_plain *plain, struct fa_plain_tally *tally,
                                     const struct fa_agg *agg, const struct fa_table_def *table,
                                     const struct fa_plain_member *member)
{
    if (member->is_unknown) {
        fa_plain_taint(tally, member->cause);
        return FA_OK;
    }
    struct fa_plain_scope scope = fa_plain_row_scope(plain, table, member);
    if (agg->cond) {
        struct fa_plain_result condition;
        FA_TRY(fa_plain_evaluate(&scope, agg->cond, &condition));
        if (condition.value.is_missing)
            fa_plain_taint(tally, condition.cause);
        if (condition.value.is_missing || !condition.value.numerator)
            return FA_OK;
    }
    struct fa_plain_result value = {
        .value = {.kind = FA_KIND_INT, .numerator = 1, .denominator = 1}};
    if (agg->arg)
        FA_TRY(fa_plain_evaluate(&scope, agg->arg, &value));
    if (value.value.is_missing || value.value.is_none) {
        fa_plain_taint(tally, value.cause);
        return FA_OK;
    }
    if (agg->op == FA_AGG_IRR)
        return tally_flow(plain, tally, agg, value.value, member->day_no);
    return tally_value(tally, agg, value.value);
}

/* The greatest of the values one after the other, as many as are asked for. */
static struct fa_value sum_of_top(struct fa_plain_tally *tally, const struct fa_agg *agg)
{
    struct fa_value sum = {.kind = agg->kind, .denominator = 1};
    for (fa_i128 n = 0; n < agg->top->value.numerator && tally->seen.count; n++) {
        size_t greatest = 0;
        for (size_t i = 1; i < tally->seen.count; i++)
            if (fa_plain_compare(&tally->seen.items[i], &tally->seen.items[greatest]) > 0)
                greatest = i;
        sum = fa_plain_add(sum, tally->seen.items[greatest], agg->kind);
        tally->seen.items[greatest] = tally->seen.items[--tally->seen.count];
    }
    return sum;
}

struct fa_plain_result fa_plain_finish_tally(struct fa_plain_tally *tally,
                                             const struct fa_agg *agg,
                                             const struct fa_str *outside)
{
    struct fa_value value = tally->known;
    if (agg->op == FA_AGG_COUNT)
        value = fa_plain_number(agg->kind, (fa_i128)tally->count, 1);
    else if (agg->op == FA_AGG_DISTINCT)
        value = fa_plain_number(agg->kind, (fa_i128)tally->seen.count, 1);
    else if (agg->op == FA_AGG_TOP)
        value = sum_of_top(tally, agg);
    else if (agg->op == FA_AGG_IRR && (!tally->flows || !fa_plain_has_rate(tally->flows)))
        value = fa_plain_missing(agg->kind);
    else if (agg->op == FA_AGG_IRR) /* had as a number only where it is shown */
        value = fa_plain_number(agg->kind, 0, 1);
    else if (agg->op != FA_AGG_SUM && tally->count == 0)
        value = fa_plain_missing(agg->kind);
    else if (agg->op == FA_AGG_MEAN)
        value = fa_plain_divide(
            tally->known, fa_plain_number(FA_KIND_INT, (fa_i128)tally->count, 1), agg->kind);
    if (!value.is_missing)
        value.kind = agg->kind;
    fa_vec_free(&tally->seen);
    if (!tally->is_tainted && !outside) {
        struct fa_plain_result result = {.value = value, .flows = tally->flows};
        if (value.is_missing)
            result.cause = agg->text;
        return result;
    }
    return (struct fa_plain_result){.value = fa_plain_missing(agg->kind),
                                    .cause = tally->is_tainted ? tally->cause : *outside,
                                    .is_bound = agg->only_grows && !tally->is_beyond && !value.is_missing,
                                    .bound = value};
}

struct fa_plain_tally fa_plain_empty_tally(const struct fa_agg *agg)
{
    enum fa_kind kind = agg->arg ? agg->arg->kind : FA_KIND_INT;
    return (struct fa_plain_tally){.known = {.kind = kind, .denominator = 1}};
}
