/*
 * must: the rows that answer a duty, what they must have in common with what owes it, and until
 * when.
 */
#include "rules/build_parts.h"

#include "base/limits.h"

/* Names that findings of such a rule show; nothing else of the rule may have them. */
static const char *const reserved[] = {"due", "since", "came", "done"};

static bool is_reserved(struct fa_str name)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (fa_str_is(name, reserved[i]))
            return true;
    return false;
}

static void check_names(struct fa_builder *builder)
{
    const struct fa_rule *rule = builder->rule;
    const struct fa_syntax_rule *syntax = builder->syntax;
    bool is_taken = is_reserved(rule->state_name);
    for (int i = 0; i < rule->key_count; i++)
        is_taken |= is_reserved(rule->keys[i].name);
    for (int i = 0; i < rule->series_count; i++)
        is_taken |= is_reserved(rule->series[i].name);
    for (int i = 0; i < syntax->lets.count; i++)
        is_taken |= is_reserved(syntax->lets.items[i].name.text);
    if (is_taken)
        fa_build_error(builder, FA_CODE_RULE_TWICE, &syntax->duty.token,
                       "give the key, value or let another name",
                       "due, since, came and done are what a duty shows");
}

/* --- the rows that answer --- */

static void build_clock(struct fa_builder *builder, const struct fa_names *names,
                        struct fa_duty *duty)
{
    const struct fa_node *dated_by = builder->syntax->dated_by;
    builder->syntax->dated_by = NULL; /* that of the rule's own rows */
    fa_build_date(builder, names, &duty->dated_by);
    builder->syntax->dated_by = dated_by;
    duty->has_clock = names->def->clock != FA_NO_COLUMN;
}

static void build_same(struct fa_builder *builder, const struct fa_names *names,
                       struct fa_duty *duty)
{
    struct fa_checker *checker = builder->checker;
    const struct fa_syntax_duty *syntax = &builder->syntax->duty;
    if (syntax->same.count > FA_DUTY_SAME_MAX) {
        fa_build_error(builder, FA_CODE_RULE_SIZE, &syntax->token, NULL,
                       "same names %d columns, more than the %d it may name",
                       syntax->same.count, FA_DUTY_SAME_MAX);
        return;
    }
    for (int i = 0; i < syntax->same.count; i++) {
        const struct fa_syntax_same *same = &syntax->same.items[i];
        struct fa_expr *theirs, *ours;
        struct fa_node sides[] = {*same->theirs, *same->ours};
        struct fa_node *args[] = {&sides[0], &sides[1]};
        const struct fa_node pair = {.kind = FA_NODE_BINARY,
                                     .token = same->theirs->token,
                                     .args = args,
                                     .arg_count = 2,
                                     .text = same->theirs->text};
        enum fa_status status = fa_check_any(checker, names, same->theirs, &theirs);
        if (status == FA_OK)
            status = fa_check(checker, &builder->group, same->ours, theirs, &ours);
        if (status == FA_OK)
            status = fa_check_comparable(checker, &pair, false, &theirs, &ours);
        fa_build_note(builder, status);
        if (status != FA_OK)
            continue;
        duty->theirs[duty->same_count] = theirs;
        duty->ours[duty->same_count++] = ours;
    }
}

/* --- with --- */

static bool read_comparison(const struct fa_node *node, enum fa_op *op)
{
    static const struct {
        const char *mark;
        enum fa_op op;
    } marks[] = {{"=", FA_OP_EQ}, {"!=", FA_OP_NE}, {"<", FA_OP_LT},
                 {"<=", FA_OP_LE}, {">", FA_OP_GT}, {">=", FA_OP_GE}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (fa_node_is(node, FA_NODE_BINARY, marks[i].mark)) {
            *op = marks[i].op;
            return true;
        }
    return false;
}

static enum fa_op turned(enum fa_op op)
{
    switch (op) {
    case FA_OP_LT:
        return FA_OP_GT;
    case FA_OP_LE:
        return FA_OP_GE;
    case FA_OP_GT:
        return FA_OP_LT;
    case FA_OP_GE:
        return FA_OP_LE;
    default:
        return op;
    }
}

static void refuse_with(struct fa_builder *builder, const struct fa_node *node)
{
    fa_build_error(builder, FA_CODE_RULE_TYPE, fa_node_start(node),
                   "write with sum(amount) >= x, with count() >= 2; join several with and",
                   "with compares a sum or count of the rows that answer with a value");
}

static void build_part(struct fa_builder *builder, const struct fa_names *names,
                       const struct fa_node *node, enum fa_op op, const struct fa_node *sum,
                       const struct fa_node *need, struct fa_duty *duty)
{
    struct fa_checker *checker = builder->checker;
    if (fa_is_aggregate(need) && !fa_is_aggregate(sum)) {
        const struct fa_node *other = sum;
        sum = need;
        need = other;
        op = turned(op);
    }
    struct fa_duty_part part = {.op = op};
    if (!fa_is_aggregate(sum)) {
        refuse_with(builder, node);
        return;
    }
    if (duty->part_count == FA_DUTY_PARTS_MAX) {
        fa_build_error(builder, FA_CODE_RULE_SIZE, fa_node_start(node), NULL,
                       "with makes more than %d comparisons", FA_DUTY_PARTS_MAX);
        return;
    }
    enum fa_status status = fa_check_aggregate(checker, names, sum, &part.agg);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return;
    const struct fa_agg *agg = part.agg;
    bool is_column = agg->arg && agg->arg->op == FA_OP_PATH &&
                     (agg->kind == FA_KIND_MONEY || agg->kind == FA_KIND_INT);
    if (agg->op != FA_AGG_COUNT && (agg->op != FA_AGG_SUM || !is_column)) {
        refuse_with(builder, node);
        return;
    }
    struct fa_node sides[] = {*sum, *need};
    struct fa_node *args[] = {&sides[0], &sides[1]};
    const struct fa_node pair = {.kind = FA_NODE_BINARY,
                                 .token = node->token,
                                 .args = args,
                                 .arg_count = 2,
                                 .text = node->text};
    struct fa_expr *given;
    status = fa_expr_make(checker, sum, FA_OP_DUTY, (int)agg->kind, NULL, 0, &given);
    if (status == FA_OK)
        status = fa_check(checker, &builder->group, need, given, &part.need);
    if (status == FA_OK)
        status = fa_check_comparable(checker, &pair, true, &given, &part.need);
    fa_build_note(builder, status);
    if (status == FA_OK)
        duty->parts[duty->part_count++] = part;
}

static void build_with(struct fa_builder *builder, const struct fa_names *names,
                       const struct fa_node *node, struct fa_duty *duty)
{
    enum fa_op op;
    if (fa_node_is(node, FA_NODE_BINARY, "and")) {
        build_with(builder, names, node->args[0], duty);
        build_with(builder, names, node->args[1], duty);
    } else if (node->kind == FA_NODE_BETWEEN) {
        build_part(builder, names, node, FA_OP_GE, node->args[0], node->args[1], duty);
        build_part(builder, names, node, FA_OP_LE, node->args[0], node->args[2], duty);
    } else if (read_comparison(node, &op)) {
        build_part(builder, names, node, op, node->args[0], node->args[1], duty);
    } else {
        refuse_with(builder, node);
    }
}

/* --- time --- */

/* From where a duty counts: a row from its judged date, a group from its period's last day,
 * elsewhere from the instant at which it began. */
static enum fa_kind moment_of(const struct fa_rule *rule)
{
    const struct fa_table_def *def = rule->population.row_table;
    if (rule->way == FA_WAY_ROW)
        return rule->dated_by->kind;
    if (rule->has_period || rule->is_at_day_end || def->clock == FA_NO_COLUMN)
        return FA_KIND_DATE;
    return fa_kind_of(def->columns[def->clock].type);
}

/* "5bd", "24h": a count and its unit. */
static bool read_span(struct fa_builder *builder, const struct fa_node *node,
                      struct fa_expr **count, enum fa_unit *unit)
{
    struct fa_expr *span = NULL;
    if (node->kind != FA_NODE_NUMBER || node->token.suffix < FA_SUFFIX_MINUTE) {
        fa_build_error(builder, FA_CODE_RULE_UNIT, fa_node_start(node),
                       "write 24h, 30m, 1d, 5bd, 12mo or 1y",
                       "expected a span of time behind within");
        return false;
    }
    enum fa_status status = fa_check(builder->checker, &builder->group, node, NULL, &span);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return false;
    *count = span;
    if ((int)span->kind == FA_KIND_SPAN) {
        *unit = span->unit;
        *count = span->args[0];
    } else {
        fa_i128 us = span->value.numerator;
        *unit = us % FA_HOUR_US ? FA_UNIT_M : FA_UNIT_H;
        span->value.numerator = us / (*unit == FA_UNIT_M ? FA_MINUTE_US : FA_HOUR_US);
        span->kind = span->value.kind = FA_KIND_INT;
    }
    if ((*count)->value.numerator > FA_DUTY_SPAN_MAX)
        fa_build_error(builder, FA_CODE_RULE_UNIT, fa_node_start(node), "use a larger unit",
                       "a duty takes at most %d of a unit of time", FA_DUTY_SPAN_MAX);
    if (*unit == FA_UNIT_BD && !builder->checker->ruleset->calendar.size)
        fa_build_error(builder, FA_CODE_RULE_MISSING, fa_node_start(node),
                       "add calendar cn (or another) to the ruleset's head",
                       "working days need a calendar");
    return true;
}

static void build_time(struct fa_builder *builder, const struct fa_names *names,
                       struct fa_duty *duty)
{
    const struct fa_syntax_duty *syntax = &builder->syntax->duty;
    const struct fa_rule *rule = builder->rule;
    duty->moment = moment_of(rule);
    duty->has_moment = !(rule->way == FA_WAY_GROUP && !rule->has_period) &&
                       !(rule->way == FA_WAY_UNIQUE && !rule->unique->has_span) &&
                       rule->way != FA_WAY_GAPLESS;
    if (!syntax->within && !syntax->is_before)
        return;
    bool is_clockless = rule->way == FA_WAY_ROW && rule->dated_by->op == FA_OP_AS_OF;
    if (is_clockless || !duty->has_moment)
        fa_build_error(builder, FA_CODE_RULE_MISSING, &syntax->token,
                       is_clockless ? "name a date with dated by"
                       : rule->way == FA_WAY_GROUP
                           ? "write each day (or another period) behind per"
                       : rule->way == FA_WAY_UNIQUE ? "write unique K within 1y (or another span)"
                                                    : "leave before and within out",
                       "the duty has no day from which it counts");
    if (!duty->has_clock)
        fa_build_error(builder, FA_CODE_RULE_MISSING, &syntax->population.table,
                       "leave before and within out: any row of it answers then",
                       "%.*s has no clock that says when it was done", (int)names->def->name.size,
                       names->def->name.bytes);
    if (!syntax->within || !read_span(builder, syntax->within, &duty->within, &duty->unit))
        return;
    bool is_elapsed = duty->unit == FA_UNIT_H || duty->unit == FA_UNIT_M;
    enum fa_kind clock = duty->dated_by->kind;
    if (is_elapsed && (clock != FA_KIND_TIME || duty->moment != FA_KIND_TIME))
        fa_build_error(builder, FA_CODE_RULE_UNIT, fa_node_start(syntax->within),
                       "use d, bd, mo or y", "%s is known by its day only, without an hour",
                       clock != FA_KIND_TIME ? "what answers" : "what owes");
}

void fa_build_duty(struct fa_builder *builder)
{
    const struct fa_syntax_duty *syntax = &builder->syntax->duty;
    struct fa_names names;
    struct fa_duty *duty = fa_build_array(builder, 0, sizeof *duty);
    if (!duty)
        return;
    *duty = (struct fa_duty){.is_ban = syntax->is_ban,
                             .is_before = syntax->is_before,
                             .is_shared = syntax->is_shared,
                             .due_shown = -1,
                             .since_shown = -1,
                             .came_shown = -1,
                             .done_shown = -1};
    builder->rule->duty = duty;
    check_names(builder);
    if (syntax->is_ban && syntax->is_shared)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->token, "take out shared",
                       "every ban is broken by a row that it forbids");
    if (!fa_build_population(builder, &syntax->population, &duty->population, &names))
        return;
    build_clock(builder, &names, duty);
    build_same(builder, &names, duty);
    if (syntax->with)
        build_with(builder, &names, syntax->with, duty);
    fa_build_require_status(builder, &syntax->population, &duty->population, NULL);
    if (builder->status == FA_OK)
        build_time(builder, &names, duty);
}

void fa_build_disposal(struct fa_builder *builder)
{
    const struct fa_node *within = builder->syntax->disposal_within;
    struct fa_rule *rule = builder->rule;
    if (!within || !read_span(builder, within, &rule->disposal_within, &rule->disposal_unit))
        return;
    if (rule->disposal_unit == FA_UNIT_H || rule->disposal_unit == FA_UNIT_M)
        fa_build_error(builder, FA_CODE_RULE_UNIT, fa_node_start(within), "use d, bd, mo or y",
                       "a disposal is due on a day");
}
