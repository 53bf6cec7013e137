/*
 * The values that a finding carries: of each part of the rule's condition, and what its texts
 * name.
 */
#include <string.h>

#include "rules/build.h"
#include "rules/place.h"

struct collector {
    struct fa_checker *checker;
    const struct fa_names *names;
    struct fa_rule *rule;
};

bool fa_mask_column_hides(const struct fa_dictionary *dictionary, struct fa_str name)
{
    const char *dot = name.size ? memchr(name.bytes, '.', name.size) : NULL;
    if (!dot)
        return name.size > 0;
    size_t size = (size_t)(dot - name.bytes);
    const struct fa_table_def *table =
        fa_dictionary_find(dictionary, (struct fa_str){name.bytes, size});
    int column = table ? fa_table_find_column(
                             table, (struct fa_str){dot + 1, name.size - size - 1})
                       : FA_NO_COLUMN;
    return column == FA_NO_COLUMN || table->columns[column].mask != FA_MASK_NONE;
}

bool fa_expr_chooses(const struct fa_expr *expr, int arg)
{
    /* of a case every second one is a condition, but the last, which is what else there is */
    return expr->op == FA_OP_ELSE ||
           (expr->op == FA_OP_CASE && (arg % 2 == 1 || arg == expr->arg_count - 1));
}

/* The column that a value came from, which says how it is masked; empty when it was computed. Of a choice
 * among several it is the first that hides something. */
enum fa_status fa_rule_mask_column(struct fa_checker *checker, const struct fa_rule *rule,
                                   const struct fa_expr *expr, struct fa_str *name)
{
    if (expr->op == FA_OP_KEY)
        expr = rule->keys[expr->index].expr;
    if (expr->op == FA_OP_PREV)
        expr = expr->args[0];
    if (expr->op == FA_OP_AGG) {
        const struct fa_agg *agg = rule->aggs[expr->index];
        bool is_number = agg->op == FA_AGG_COUNT || agg->op == FA_AGG_DISTINCT;
        if (is_number || !agg->arg)
            return FA_OK; /* how many, not who */
        expr = agg->arg;
    }
    for (int a = 0; a < expr->arg_count; a++) {
        struct fa_str of_arg = {"", 0};
        if (!fa_expr_chooses(expr, a))
            continue;
        FA_TRY(fa_rule_mask_column(checker, rule, expr->args[a], &of_arg));
        if (!fa_mask_column_hides(checker->list->dictionary, of_arg))
            continue;
        *name = of_arg;
        return FA_OK;
    }
    if (expr->op != FA_OP_PATH && expr->op != FA_OP_LOOKUP)
        return FA_OK;
    const struct fa_path *path = expr->op == FA_OP_PATH ? &expr->path : &expr->look.path;
    int last = path->step_count - 1;
    const struct fa_column_def *column = fa_path_column(checker, path, last);
    const struct fa_view *view = fa_view_of(checker, path->tables[last]);
    if (view) { /* what a view shows is masked as what it is made of; the filer, as the view's own column */
        if (path->steps[last] < view->column_count)
            *name = view->columns[path->steps[last]].mask_column;
        return FA_OK;
    }
    struct fa_str table = fa_table_of(checker, path->tables[last])->name;
    if (path->tables[last] == FA_LEG_TABLE) {
        const struct fa_table_def *flow =
            fa_dictionary_find(checker->list->dictionary, FA_STR("flow"));
        /* a leg's own columns are no columns of the dictionary; its accounts are masked as
         * accounts */
        if (path->steps[last] >= flow->column_count && column->type != FA_TYPE_ID)
            return FA_OK;
        bool is_own = path->steps[last] >= flow->column_count;
        table = is_own ? FA_STR("account") : flow->name;
        column =
            is_own ? &fa_dictionary_find(checker->list->dictionary, table)->columns[0] : column;
    }
    struct fa_buf buf;
    fa_buf_init(&buf);
    enum fa_status status = fa_buf_addf(&buf, "%.*s.%.*s", (int)table.size, table.bytes,
                                        (int)column->name.size, column->name.bytes);
    if (status == FA_OK)
        *name = fa_arena_str(&checker->list->arena, fa_buf_str(&buf));
    fa_buf_release(&buf);
    return status == FA_OK && name->bytes ? FA_OK : fa_check_no_memory(checker);
}

static enum fa_status add_shown(struct collector *collector, struct fa_str name,
                                struct fa_expr *expr, int *index)
{
    struct fa_rule *rule = collector->rule;
    int i = 0;
    while (i < rule->shown_count && !fa_str_equal(rule->shown[i].name, name))
        i++;
    *index = i;
    if (i < rule->shown_count)
        return FA_OK;
    struct fa_shown shown = {.name = name, .expr = expr};
    FA_TRY(fa_rule_mask_column(collector->checker, rule, expr, &shown.mask_column));
    if (fa_arena_grow(&collector->checker->list->arena, &rule->shown, (size_t)i,
                      sizeof shown) != FA_OK)
        return fa_check_no_memory(collector->checker);
    rule->shown[rule->shown_count++] = shown;
    return FA_OK;
}

/* --- of the condition --- */

static bool is_leaf(const struct fa_expr *expr)
{
    return expr->op == FA_OP_PATH || expr->op == FA_OP_PARAM || expr->op == FA_OP_LOOKUP ||
           expr->op == FA_OP_HAS || expr->op == FA_OP_AGG || expr->op == FA_OP_STATE ||
           expr->op == FA_OP_PREV;
}

static bool has_leaf(const struct fa_expr *expr)
{
    bool found = is_leaf(expr);
    for (int i = 0; i < expr->arg_count && !found; i++)
        found = has_leaf(expr->args[i]);
    return found;
}

/* A name is one line, wherever the expression was broken. */
static enum fa_status name_of(struct collector *collector, struct fa_str text,
                              struct fa_str *name)
{
    if (!memchr(text.bytes, '\n', text.size)) {
        *name = text;
        return FA_OK;
    }
    struct fa_buf buf;
    fa_buf_init(&buf);
    enum fa_status status = fa_add_one_line(&buf, text);
    if (status == FA_OK)
        *name = fa_arena_str(&collector->checker->list->arena, fa_buf_str(&buf));
    fa_buf_release(&buf);
    return status == FA_OK && name->bytes ? FA_OK : fa_check_no_memory(collector->checker);
}

static enum fa_status add_leaves(struct collector *collector, struct fa_expr *expr)
{
    int index;
    struct fa_str name;
    if (is_leaf(expr)) {
        FA_TRY(name_of(collector, expr->text, &name));
        return add_shown(collector, name, expr, &index);
    }
    for (int i = 0; i < expr->arg_count; i++)
        FA_TRY(add_leaves(collector, expr->args[i]));
    return FA_OK;
}

/* What is computed from the leaves: numbers, dates, and the truth of what may be false though
 * the whole is true, which is whatever stands under `or`, `not` or in a case. Texts and ids
 * would need the mask of each leaf, and are those of a leaf anyway. */
static enum fa_status add_parts(struct collector *collector, struct fa_expr *expr,
                                bool may_be_false)
{
    bool is_open = may_be_false || expr->op == FA_OP_OR || expr->op == FA_OP_NOT ||
                   expr->op == FA_OP_CASE;
    bool is_told = expr->kind == FA_KIND_BOOL
                       ? may_be_false
                       : expr->kind != FA_KIND_TEXT && expr->kind != FA_KIND_SET &&
                             expr->kind != FA_KIND_ID;
    if (is_leaf(expr) || !has_leaf(expr))
        return FA_OK;
    for (int i = 0; i < expr->arg_count && !fa_expr_is_one(expr); i++)
        FA_TRY(add_parts(collector, expr->args[i], is_open));
    if (!is_told)
        return FA_OK;
    int index;
    struct fa_str name;
    FA_TRY(name_of(collector, expr->text, &name));
    return add_shown(collector, name, expr, &index);
}

/* Whether the value changes from one judged unit to the next. */
static bool varies(const struct fa_expr *expr)
{
    bool is_varying =
        expr->op == FA_OP_PATH || expr->op == FA_OP_AGG || expr->op == FA_OP_STATE;
    for (int i = 0; i < expr->arg_count && !is_varying; i++)
        is_varying = varies(expr->args[i]);
    return is_varying;
}

static bool is_measured(enum fa_kind kind)
{
    return kind == FA_KIND_INT || kind == FA_KIND_MONEY || kind == FA_KIND_RATIO ||
           kind == FA_KIND_DURATION;
}

/* The worst instant is where the varying side of the first comparison is furthest out. */
static enum fa_status find_worst(struct collector *collector, struct fa_expr *expr,
                                 bool is_negated)
{
    struct fa_rule *rule = collector->rule;
    if (rule->worst_shown >= 0)
        return FA_OK;
    bool is_order = expr->op == FA_OP_LT || expr->op == FA_OP_LE || expr->op == FA_OP_GT ||
                    expr->op == FA_OP_GE;
    if (is_order && is_measured(expr->args[0]->kind)) {
        int side = varies(expr->args[0]) ? 0 : 1;
        bool is_less = expr->op == FA_OP_LT || expr->op == FA_OP_LE;
        if (!varies(expr->args[side]))
            return FA_OK;
        rule->worst_is_smallest = (is_less != is_negated) == (side == 0);
        return add_shown(collector, expr->args[side]->text, expr->args[side],
                         &rule->worst_shown);
    }
    if (expr->op != FA_OP_AND && expr->op != FA_OP_OR && expr->op != FA_OP_NOT)
        return FA_OK;
    for (int i = 0; i < expr->arg_count; i++)
        FA_TRY(find_worst(collector, expr->args[i], is_negated != (expr->op == FA_OP_NOT)));
    return FA_OK;
}

/* --- of the texts --- */

/* A name in a text was read by a lexer of its own; messages about it point to the text. */
static void relocate(struct fa_node *node, const struct fa_token *to)
{
    node->token.offset = to->offset;
    node->token.line_no = to->line_no;
    node->token.column_no = to->column_no;
    for (int i = 0; i < node->arg_count; i++)
        relocate(node->args[i], to);
}

struct fa_str fa_shown_name(struct fa_str text)
{
    static const char *const instants[] = {"first.", "worst.", "last."};
    for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
        struct fa_str prefix = fa_str_from(instants[i]);
        if (fa_str_starts(text, prefix))
            return (struct fa_str){text.bytes + prefix.size, text.size - prefix.size};
    }
    return text;
}

/* due, since, came and done of a duty: they are among the values already. */
static bool is_of_duty(const struct collector *collector, struct fa_str name)
{
    const struct fa_duty *duty = collector->rule->duty;
    const int shown[] = {duty ? duty->due_shown : -1, duty ? duty->since_shown : -1,
                         duty ? duty->came_shown : -1, duty ? duty->done_shown : -1};
    for (int i = 0; i < 4; i++)
        if (shown[i] >= 0 && fa_str_equal(collector->rule->shown[shown[i]].name, name))
            return true;
    return false;
}

/* Not whole: FA_ERULES. What it breaks off at is for SINK, NULL where the caller has better words. */
static enum fa_status parse_placeholder(struct fa_checker *checker, struct fa_str name,
                                        struct fa_sink *sink, const struct fa_node **node)
{
    struct fa_lexer lexer;
    FA_TRY(fa_lexer_init(&lexer, name, checker->lexer->source, &checker->list->arena, sink));
    FA_TRY(fa_expr_parse(&lexer, node));
    return fa_lex_at_statement_end(&lexer) ? FA_OK : FA_ERULES;
}

static enum fa_status add_placeholder(struct collector *collector, const struct fa_token *say,
                                      struct fa_str text)
{
    struct fa_checker *checker = collector->checker;
    struct fa_str name = fa_shown_name(text);
    if (fa_str_is(name, "from") || fa_str_is(name, "to") || is_of_duty(collector, name))
        return FA_OK;
    const struct fa_node *node;
    enum fa_status status = parse_placeholder(checker, name, NULL, &node);
    if (status == FA_ELIMIT) /* which limit, or that memory is out, must be told */
        status = parse_placeholder(checker, name, checker->lexer->sink, &node);
    if (status == FA_ELIMIT)
        return status;
    if (status != FA_OK)
        return fa_check_error(checker, FA_CODE_RULE_NAME, say,
                              "write {name}, {first.name}, {worst.name}, "
                              "{from} or {to}",
                              "'{%.*s}' cannot be read", (int)text.size, text.bytes);
    struct fa_node placed = *node;
    relocate(&placed, say);
    struct fa_expr *expr;
    int index;
    FA_TRY(fa_check_any(checker, collector->names, &placed, &expr));
    return add_shown(collector, name, expr, &index);
}

static enum fa_status add_placeholders(struct collector *collector, const struct fa_token *say)
{
    struct fa_str rest = say->text;
    if (say->kind == FA_TOKEN_END)
        return FA_OK;
    for (;;) {
        const char *open = memchr(rest.bytes, '{', rest.size);
        if (!open)
            return FA_OK;
        rest.size -= (size_t)(open + 1 - rest.bytes);
        rest.bytes = open + 1;
        const char *close = memchr(rest.bytes, '}', rest.size);
        if (!close)
            return fa_check_error(collector->checker, FA_CODE_RULE_NAME, say, NULL,
                                  "a '{' in the text has no '}'");
        FA_TRY(add_placeholder(collector, say,
                               (struct fa_str){rest.bytes, (size_t)(close - rest.bytes)}));
        rest.size -= (size_t)(close + 1 - rest.bytes);
        rest.bytes = close + 1;
    }
}

/* --- of a duty --- */

/* A date that is a number of days, months or working days from the judged day. */
static enum fa_status add_day(struct collector *collector, const char *name,
                              struct fa_expr *count, enum fa_unit unit, bool is_back, int *index)
{
    struct fa_checker *checker = collector->checker;
    const struct fa_node node = {.kind = FA_NODE_NAME, .text = fa_str_from(name)};
    struct fa_expr *args[2], *day;
    args[1] = count;
    FA_TRY(fa_expr_make(checker, &node, FA_OP_PERIOD_DAY, FA_KIND_DATE, NULL, 0, &args[0]));
    if (is_back)
        FA_TRY(fa_expr_make(checker, &node, FA_OP_NEG, FA_KIND_INT, &count, 1, &args[1]));
    FA_TRY(fa_expr_make(checker, &node, FA_OP_DATE_ADD, FA_KIND_DATE, args, 2, &day));
    day->unit = unit;
    return add_shown(collector, node.text, day, index);
}

/* What is known only when the duty was judged. */
static enum fa_status add_judged(struct collector *collector, const char *name,
                                 enum fa_kind kind, int *index)
{
    const struct fa_node node = {.kind = FA_NODE_NAME, .text = fa_str_from(name)};
    struct fa_expr *expr;
    FA_TRY(fa_expr_make(collector->checker, &node, FA_OP_DUTY, (int)kind, NULL, 0, &expr));
    return add_shown(collector, node.text, expr, index);
}

static enum fa_status add_times(struct collector *collector)
{
    struct fa_duty *duty = collector->rule->duty;
    bool is_elapsed = duty->unit == FA_UNIT_H || duty->unit == FA_UNIT_M;
    if (duty->is_before && duty->within && is_elapsed)
        FA_TRY(add_judged(collector, "since", FA_KIND_TIME, &duty->since_shown));
    else if (duty->is_before && duty->within)
        FA_TRY(add_day(collector, "since", duty->within, duty->unit, true, &duty->since_shown));
    if (duty->is_before)
        FA_TRY(add_judged(collector, "due", duty->moment, &duty->due_shown));
    else if (duty->within && is_elapsed)
        FA_TRY(add_judged(collector, "due", FA_KIND_TIME, &duty->due_shown));
    else if (duty->within)
        FA_TRY(add_day(collector, "due", duty->within, duty->unit, false, &duty->due_shown));
    if (duty->has_clock)
        FA_TRY(add_judged(collector, "came", duty->dated_by->kind, &duty->came_shown));
    return FA_OK;
}

static enum fa_status add_duty(struct collector *collector)
{
    struct fa_duty *duty = collector->rule->duty;
    struct fa_str name;
    FA_TRY(add_times(collector));
    if (duty->part_count)
        FA_TRY(add_judged(collector, "done", duty->parts[0].agg->kind, &duty->done_shown));
    for (int i = 0; i < duty->same_count; i++) {
        FA_TRY(name_of(collector, duty->ours[i]->text, &name));
        FA_TRY(add_shown(collector, name, duty->ours[i], &duty->same_shown[i]));
    }
    for (int i = 0; i < duty->part_count; i++) {
        FA_TRY(name_of(collector, duty->parts[i].need->text, &name));
        FA_TRY(add_shown(collector, name, duty->parts[i].need, &duty->parts[i].shown));
    }
    return FA_OK;
}

/* The day by which the measure is due: counted from that of what fired or, of a duty that has one,
 * from its last day. */
static enum fa_status add_disposal(struct collector *collector)
{
    struct fa_rule *rule = collector->rule;
    const struct fa_duty *duty = rule->duty;
    if (!rule->disposal_within)
        return FA_OK;
    FA_TRY(add_day(collector, "disposal_due", rule->disposal_within, rule->disposal_unit, false,
                   &rule->disposal_due_shown));
    if (duty && duty->due_shown >= 0 && rule->shown[duty->due_shown].expr->op == FA_OP_DATE_ADD)
        rule->shown[rule->disposal_due_shown].expr->args[0] = rule->shown[duty->due_shown].expr;
    return FA_OK;
}

enum fa_status fa_rule_collect_shown(struct fa_checker *checker, const struct fa_names *names,
                                     const struct fa_syntax_rule *syntax, struct fa_rule *rule)
{
    struct fa_names texts = *names;
    struct collector collector = {.checker = checker, .names = &texts, .rule = rule};
    texts.reads_first_row = true;
    rule->say_en =
        syntax->say_en.kind == FA_TOKEN_END ? (struct fa_str){0} : syntax->say_en.text;
    rule->say_zh =
        syntax->say_zh.kind == FA_TOKEN_END ? (struct fa_str){0} : syntax->say_zh.text;
    if (rule->duty)
        FA_TRY(add_duty(&collector));
    FA_TRY(add_disposal(&collector));
    if (rule->way != FA_WAY_EVERY) { /* there the value is always the same: none */
        FA_TRY(add_leaves(&collector, rule->when));
        FA_TRY(find_worst(&collector, rule->when, false));
        FA_TRY(add_parts(&collector, rule->when, false));
    }
    FA_TRY(add_placeholders(&collector, &syntax->say_en));
    return add_placeholders(&collector, &syntax->say_zh);
}
