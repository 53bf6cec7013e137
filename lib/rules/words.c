#include "rules/words.h"

#include "rules/build.h"
#include "rules/place.h"

struct words {
    const struct fa_ruleset_list *list;
    const struct fa_rule *rule;
    struct fa_buf *text;
};

static enum fa_status add(struct words *words, const char *text)
{
    return fa_buf_add_text(words->text, text);
}

/* A text with ` in it stands between more of them than it has in a row. */
static enum fa_status add_code(struct words *words, struct fa_str text)
{
    size_t row = 0, most = 0;
    for (size_t i = 0; i < text.size; i++) {
        row = text.bytes[i] == '`' ? row + 1 : 0;
        most = row > most ? row : most;
    }
    for (size_t i = 0; i <= most; i++)
        FA_TRY(fa_buf_add_char(words->text, '`'));
    FA_TRY(add(words, most ? " " : ""));
    FA_TRY(fa_add_one_line(words->text, text));
    FA_TRY(add(words, most ? " " : ""));
    for (size_t i = 0; i <= most; i++)
        FA_TRY(fa_buf_add_char(words->text, '`'));
    return FA_OK;
}

static enum fa_status tell(struct words *words, const struct fa_expr *expr);

/* How tightly words hold together: what is looser than its place gets brackets. */
static int looseness(const struct fa_expr *expr)
{
    if (expr->op == FA_OP_OR || expr->op == FA_OP_CASE)
        return 3;
    if (expr->op == FA_OP_AND)
        return 2;
    return expr->op >= FA_OP_ADD && expr->op <= FA_OP_DIV ? 1 : 0;
}

static enum fa_status tell_inside(struct words *words, const struct fa_expr *expr, int loosest)
{
    bool is_loose = looseness(expr) > loosest && !fa_expr_is_one(expr);
    FA_TRY(add(words, is_loose ? "(" : ""));
    FA_TRY(tell(words, expr));
    return add(words, is_loose ? ")" : "");
}

static enum fa_status tell_joined(struct words *words, const struct fa_expr *expr,
                                  const char *between, int loosest)
{
    for (int i = 0; i < expr->arg_count; i++) {
        const struct fa_expr *arg = expr->args[i];
        bool is_alike = arg->op == expr->op && (arg->op == FA_OP_AND || arg->op == FA_OP_OR) &&
                        !fa_expr_is_one(arg);
        FA_TRY(add(words, i ? between : ""));
        FA_TRY(is_alike ? tell_joined(words, arg, between, loosest)
                        : tell_inside(words, arg, loosest));
    }
    return FA_OK;
}

static enum fa_status tell_list(struct words *words, const struct fa_expr *expr, int from,
                                const char *last)
{
    for (int i = from; i < expr->arg_count; i++) {
        FA_TRY(add(words, i == from ? "" : i + 1 == expr->arg_count ? last : ", "));
        FA_TRY(tell_inside(words, expr->args[i], 0));
    }
    return FA_OK;
}

/* "`relation` (with `party` = `owner`, `kind` = `controller`)" */
static enum fa_status tell_lookup(struct words *words, const struct fa_lookup *lookup)
{
    const struct fa_table_def *table = &words->list->dictionary->tables[lookup->table];
    FA_TRY(add_code(words, table->name));
    FA_TRY(add(words, " (with "));
    for (int i = 0; i < lookup->cond_count; i++) {
        FA_TRY(add(words, i == 0 ? "" : ", "));
        FA_TRY(add_code(words, table->columns[lookup->cond_columns[i]].name));
        FA_TRY(add(words, " = "));
        FA_TRY(tell_inside(words, lookup->cond_values[i], 0));
    }
    if (lookup->at) {
        FA_TRY(add(words, ", as of "));
        FA_TRY(tell_inside(words, lookup->at, 0));
    }
    return add(words, ")");
}

static enum fa_status tell_truth(struct words *words, const struct fa_expr *expr)
{
    if (expr->op == FA_OP_CONST)
        return add(words, expr->value.numerator ? "always" : "never");
    FA_TRY(tell_inside(words, expr, 3));
    bool is_name = expr->op == FA_OP_PATH || expr->op == FA_OP_LOOKUP || expr->op == FA_OP_PARAM;
    return add(words, is_name ? " is true" : "");
}

/* A case of conditions. */
static enum fa_status tell_choice(struct words *words, const struct fa_expr *expr)
{
    FA_TRY(add(words, "the first that applies of these holds: "));
    for (int i = 0; i + 1 < expr->arg_count; i += 2) {
        FA_TRY(add(words, "where "));
        FA_TRY(tell_truth(words, expr->args[i]));
        FA_TRY(add(words, ", "));
        FA_TRY(tell_truth(words, expr->args[i + 1]));
        FA_TRY(add(words, "; "));
    }
    FA_TRY(add(words, "else "));
    return tell_truth(words, expr->args[expr->arg_count - 1]);
}

static enum fa_status tell_case(struct words *words, const struct fa_expr *expr)
{
    if (expr->kind == FA_KIND_BOOL)
        return tell_choice(words, expr);
    for (int i = 0; i + 1 < expr->arg_count; i += 2) {
        FA_TRY(tell_inside(words, expr->args[i + 1], 1));
        FA_TRY(add(words, " where "));
        FA_TRY(tell_inside(words, expr->args[i], 3));
        FA_TRY(add(words, ", "));
    }
    FA_TRY(add(words, "else "));
    return tell_inside(words, expr->args[expr->arg_count - 1], 1);
}

static enum fa_status tell_date(struct words *words, const struct fa_expr *expr)
{
    static const char *const units[] = {
        [FA_UNIT_M] = "minute", [FA_UNIT_H] = "hour",   [FA_UNIT_D] = "day",
        [FA_UNIT_BD] = "working day", [FA_UNIT_MO] = "month", [FA_UNIT_Y] = "year"};
    const struct fa_expr *count = expr->args[1];
    bool is_back = count->op == FA_OP_CONST && count->value.numerator < 0;
    if (count->op != FA_OP_CONST || expr->unit >= sizeof units / sizeof *units)
        return add_code(words, expr->text);
    long long number = (long long)count->value.numerator;
    number = is_back ? -number : number;
    FA_TRY(fa_buf_addf(words->text, "%lld %s%s %s ", number, units[expr->unit],
                       number == 1 ? "" : "s", is_back ? "before" : "after"));
    return tell_inside(words, expr->args[0], 0);
}

static enum fa_status tell_call(struct words *words, const struct fa_expr *expr,
                                const char *name)
{
    FA_TRY(add(words, name));
    return tell_list(words, expr, 0, " and ");
}

/* Words between the two sides; NULL: it has none. */
static const char *between(enum fa_op op)
{
    switch (op) {
    case FA_OP_EQ:
        return " is ";
    case FA_OP_NE:
        return " is not ";
    case FA_OP_LT:
        return " is less than ";
    case FA_OP_LE:
        return " is at most ";
    case FA_OP_GT:
        return " is more than ";
    case FA_OP_GE:
        return " is at least ";
    case FA_OP_SET_HAS:
        return " has ";
    case FA_OP_STARTS:
        return " starts with ";
    case FA_OP_CONTAINS:
        return " contains ";
    case FA_OP_ADD:
        return " plus ";
    case FA_OP_SUB:
        return " less ";
    case FA_OP_MUL:
        return " times ";
    case FA_OP_DIV:
        return " divided by ";
    case FA_OP_ELSE:
        return ", or where that is missing ";
    default:
        return NULL;
    }
}

static enum fa_status tell_not(struct words *words, const struct fa_expr *expr)
{
    const struct fa_expr *arg = expr->args[0];
    if (arg->op == FA_OP_IS_MISSING) {
        FA_TRY(tell_inside(words, arg->args[0], 1));
        return add(words, " is given");
    }
    if (arg->op == FA_OP_IN) {
        FA_TRY(tell_inside(words, arg->args[0], 1));
        FA_TRY(add(words, " is none of "));
        return tell_list(words, arg, 1, " and ");
    }
    if (arg->op == FA_OP_PATH || arg->op == FA_OP_LOOKUP) {
        FA_TRY(add_code(words, arg->text));
        return add(words, " is false");
    }
    if (arg->op == FA_OP_HAS) {
        FA_TRY(add(words, "there is no "));
        return tell_lookup(words, arg->look.lookup);
    }
    FA_TRY(add(words, "it is not so that "));
    return tell_inside(words, arg, 1);
}

static enum fa_status tell_more(struct words *words, const struct fa_expr *expr)
{
    switch (expr->op) {
    case FA_OP_NOT:
        return tell_not(words, expr);
    case FA_OP_IN:
        FA_TRY(tell_inside(words, expr->args[0], 1));
        FA_TRY(add(words, expr->arg_count > 2 ? " is one of " : " is "));
        return tell_list(words, expr, 1, " or ");
    case FA_OP_IS_MISSING:
        FA_TRY(tell_inside(words, expr->args[0], 1));
        return add(words, " is missing");
    case FA_OP_HAS:
        FA_TRY(add(words, "there is a "));
        return tell_lookup(words, expr->look.lookup);
    case FA_OP_CASE:
        return tell_case(words, expr);
    case FA_OP_MIN:
        return tell_call(words, expr, "the least of ");
    case FA_OP_MAX:
        return tell_call(words, expr, "the greatest of ");
    case FA_OP_ABS:
        return tell_call(words, expr, "the size of ");
    case FA_OP_NEG:
        return tell_call(words, expr, "minus ");
    case FA_OP_DATE:
        return tell_call(words, expr, "the day of ");
    case FA_OP_AS_OF:
        return add(words, "the last day judged");
    case FA_OP_DATE_ADD:
        return tell_date(words, expr);
    case FA_OP_SCALE:
        FA_TRY(add(words, "the scale "));
        FA_TRY(add_code(words, expr->param.param->name));
        FA_TRY(add(words, " over "));
        return tell_inside(words, expr->args[0], 0);
    case FA_OP_CONVERT:
        FA_TRY(tell_inside(words, expr->args[0], 0));
        return add(words, " in the ruleset's currency");
    case FA_OP_AGG:
        return words->rule ? fa_agg_words(words->list, words->rule,
                                          words->rule->aggs[expr->index], words->text)
                           : add_code(words, expr->text);
    default:
        return add_code(words, expr->text);
    }
}

static enum fa_status tell(struct words *words, const struct fa_expr *expr)
{
    const char *middle = between(expr->op);
    if ((expr->op == FA_OP_EQ || expr->op == FA_OP_NE) && expr->args[1]->op == FA_OP_CONST &&
        expr->args[1]->kind == FA_KIND_BOOL) {
        bool is_true = (expr->args[1]->value.numerator != 0) == (expr->op == FA_OP_EQ);
        FA_TRY(tell_inside(words, expr->args[0], 1));
        return add(words, is_true ? " is true" : " is false");
    }
    if (expr->op == FA_OP_AND && fa_expr_is_one(expr) && expr->arg_count == 2 &&
        expr->args[0]->arg_count == 2 && expr->args[1]->arg_count == 2) {
        FA_TRY(tell_inside(words, expr->args[0]->args[0], 1));
        FA_TRY(add(words, " is from "));
        FA_TRY(tell_inside(words, expr->args[0]->args[1], 0));
        FA_TRY(add(words, " to "));
        return tell_inside(words, expr->args[1]->args[1], 0);
    }
    if (expr->op == FA_OP_AND)
        return tell_joined(words, expr, " and ", 1);
    if (expr->op == FA_OP_OR)
        return tell_joined(words, expr, " or ", 1);
    if (middle && expr->arg_count == 2)
        return tell_joined(words, expr, middle,
                           expr->op == FA_OP_ADD || expr->op == FA_OP_SUB ? 1
                           : expr->op >= FA_OP_EQ                         ? 1
                                                                          : 0);
    return tell_more(words, expr);
}

enum fa_status fa_expr_words(const struct fa_ruleset_list *list, const struct fa_rule *rule,
                             const struct fa_expr *expr, struct fa_buf *text)
{
    struct words words = {list, rule, text};
    return tell(&words, expr);
}

enum fa_status fa_agg_words(const struct fa_ruleset_list *list, const struct fa_rule *rule,
                            const struct fa_agg *agg, struct fa_buf *text)
{
    static const char *const names[] = {
        [FA_AGG_SUM] = "the sum of ",        [FA_AGG_COUNT] = "the number of rows",
        [FA_AGG_DISTINCT] = "the number of different ", [FA_AGG_MIN] = "the smallest ",
        [FA_AGG_MAX] = "the largest ",       [FA_AGG_FIRST] = "the first ",
        [FA_AGG_LAST] = "the last ",         [FA_AGG_MEAN] = "the mean of ",
        [FA_AGG_IRR] = "the internal rate of return a year, twelve times that of a month, of "};
    struct words words = {list, rule, text};
    if (agg->op >= sizeof names / sizeof *names || !names[agg->op])
        return add_code(&words, agg->text);
    bool is_compound = agg->op == FA_AGG_IRR && agg->is_compound;
    FA_TRY(add(&words, is_compound
                           ? "the internal rate of return a year, compounded by the month, of "
                           : names[agg->op]));
    if (agg->arg)
        FA_TRY(tell_inside(&words, agg->arg, 0));
    if (!agg->cond)
        return FA_OK;
    FA_TRY(add(&words, " where "));
    return tell_inside(&words, agg->cond, 2);
}

const char *fa_comparison_words(enum fa_op op)
{
    return between(op);
}
