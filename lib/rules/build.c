#include "rules/build.h"

#include <string.h>

#include "base/nearest.h"

/* What is being built. */
struct builder {
    struct fa_checker *checker;
    struct fa_syntax_rule *syntax;
    struct fa_rule *rule;
    struct fa_names row;   /* of the population */
    struct fa_names group; /* of the judged groups */
    enum fa_status status; /* of all that was checked so far */
};

static void remember(struct builder *builder, enum fa_status status)
{
    if (builder->status == FA_OK || (builder->status == FA_ERULES && status != FA_OK))
        builder->status = status;
}

static void no_memory(struct builder *builder)
{
    remember(builder, fa_check_no_memory(builder->checker));
}

static void *new_array(struct builder *builder, int count, size_t item_size)
{
    void *array = fa_arena_array(&builder->checker->list->arena, (size_t)count + 1, item_size);
    if (!array)
        no_memory(builder);
    return array;
}

#define report(builder, code, token, hint, ...)                                                \
    remember(builder, fa_check_error((builder)->checker, code, token, hint, __VA_ARGS__))

void fa_rule_warn_unused(struct fa_checker *checker, const struct fa_syntax_let *let)
{
    if (!let->is_used)
        fa_warn(checker->sink, FA_CODE_RULE_UNUSED, fa_lex_place(checker->lexer, &let->name),
                NULL, "'%.*s' is never used, so it was not checked", (int)let->name.text.size,
                let->name.text.bytes);
}

/* --- walking typed trees --- */

void fa_expr_visit(struct fa_expr *expr, fa_visit_expr *visit, void *context)
{
    if (!expr)
        return;
    visit(context, expr);
    for (int i = 0; i < expr->arg_count; i++)
        fa_expr_visit(expr->args[i], visit, context);
    if (expr->op == FA_OP_PARAM)
        fa_expr_visit(expr->param.at, visit, context);
    if (expr->op != FA_OP_LOOKUP && expr->op != FA_OP_HAS)
        return;
    for (int i = 0; i < expr->look.lookup->cond_count; i++)
        fa_expr_visit(expr->look.lookup->cond_values[i], visit, context);
    fa_expr_visit(expr->look.lookup->at, visit, context);
}

static void visit_agg(const struct fa_agg *agg, fa_visit_expr *visit, void *context)
{
    fa_expr_visit(agg ? agg->arg : NULL, visit, context);
    fa_expr_visit(agg ? agg->cond : NULL, visit, context);
}

static void visit_terms(const struct fa_running_term *terms, int count, int key_count,
                        fa_visit_expr *visit, void *context)
{
    for (int i = 0; i < count; i++) {
        visit_agg(terms[i].agg, visit, context);
        fa_expr_visit(terms[i].where, visit, context);
        for (int k = 0; terms[i].keys && k < key_count; k++)
            fa_expr_visit(terms[i].keys[k], visit, context);
    }
}

void fa_rule_visit(struct fa_rule *rule, fa_visit_expr *visit, void *context)
{
    fa_expr_visit(rule->population.where, visit, context);
    fa_expr_visit(rule->dated_by, visit, context);
    for (int i = 0; i < rule->key_count; i++)
        fa_expr_visit(rule->keys[i].expr, visit, context);
    for (int i = 0; i < rule->except_row_count; i++)
        fa_expr_visit(rule->except_rows[i].when, visit, context);
    for (int i = 0; i < rule->agg_count; i++)
        visit_agg(rule->aggs[i], visit, context);
    visit_terms(rule->terms, rule->term_count, rule->key_count, visit, context);
    for (int i = 0; i < rule->series_count; i++) {
        const struct fa_series *series = &rule->series[i];
        /* the first series' are the rule's own */
        fa_expr_visit(i ? series->population.where : NULL, visit, context);
        fa_expr_visit(i ? series->dated_by : NULL, visit, context);
        for (int k = 0; k < rule->key_count; k++)
            fa_expr_visit(series->keys[k], visit, context);
        visit_agg(series->agg, visit, context);
        visit_terms(series->terms, series->term_count, rule->key_count, visit, context);
    }
    fa_expr_visit(rule->when, visit, context);
    for (int i = 0; i < rule->except_finding_count; i++)
        fa_expr_visit(rule->except_findings[i].when, visit, context);
}

/* --- the population --- */

static bool find_view(struct fa_str name, enum fa_view_kind *view)
{
    *view = fa_str_is(name, "settled")     ? FA_VIEW_SETTLED
            : fa_str_is(name, "effective") ? FA_VIEW_EFFECTIVE
                                           : FA_VIEW_NONE;
    return *view != FA_VIEW_NONE;
}

struct status_search {
    int flow, status;
    bool is_found;
};

static void search_status(void *context, struct fa_expr *expr)
{
    struct status_search *search = context;
    if (expr->op == FA_OP_PATH && expr->path.steps[0] == search->status &&
        (expr->path.table == search->flow || expr->path.table == FA_LEG_TABLE))
        search->is_found = true;
}

static bool reads_status(const struct builder *builder, struct fa_expr *a, struct fa_expr *b)
{
    const struct fa_table_def *flow =
        fa_dictionary_find(builder->checker->list->dictionary, FA_STR("flow"));
    struct status_search search = {.flow = flow->index,
                                   .status = fa_table_find_column(flow, FA_STR("status"))};
    fa_expr_visit(a, search_status, &search);
    fa_expr_visit(b, search_status, &search);
    return search.is_found;
}

static void unknown_table(struct builder *builder, const struct fa_token *token)
{
    const struct fa_dictionary *dictionary = builder->checker->list->dictionary;
    struct fa_nearest nearest = {.wanted = token->text};
    fa_nearest_add(&nearest, FA_STR("settled"));
    fa_nearest_add(&nearest, FA_STR("effective"));
    for (int i = 0; i < dictionary->table_count; i++)
        fa_nearest_add(&nearest, dictionary->tables[i].name);
    char hint[FA_NEAREST_HINT_BYTES];
    report(builder, FA_CODE_RULE_NAME, token, fa_nearest_hint(&nearest, NULL, hint),
           "unknown table or view '%.*s'", (int)token->text.size, token->text.bytes);
}

/* False when the table is not known: then nothing about its rows can be checked. */
static bool build_population(struct builder *builder, const struct fa_syntax_population *syntax,
                             struct fa_population *population, struct fa_names *names)
{
    struct fa_checker *checker = builder->checker;
    const struct fa_token *token = &syntax->table;
    struct fa_str name =
        find_view(token->text, &population->view) ? FA_STR("flow") : token->text;
    const struct fa_table_def *def = fa_dictionary_find(checker->list->dictionary, name);
    if (!def || def->written_by == FA_BY_FLAG) {
        unknown_table(builder, token);
        return false;
    }
    if (syntax->is_leg && !fa_str_is(def->name, "flow")) {
        report(builder, FA_CODE_RULE_TYPE, token, "write leg of effective, leg of settled",
               "only flows have legs");
        return false;
    }
    population->table = def->index;
    population->is_leg = syntax->is_leg;
    population->row_table = syntax->is_leg ? checker->leg : def;
    *names = (struct fa_names){.level = FA_NAMES_ROW,
                               .table = syntax->is_leg ? FA_LEG_TABLE : def->index,
                               .def = population->row_table,
                               .syntax = builder->syntax,
                               .rule = builder->rule};
    if (syntax->where)
        remember(builder, fa_check_kind(checker, names, syntax->where, FA_KIND_BOOL,
                                        &population->where));
    return true;
}

/* A rule on bare flow must read status: pending and failed flows moved no money. */
static void require_status(struct builder *builder, const struct fa_syntax_population *syntax,
                           const struct fa_population *population, struct fa_expr *when)
{
    bool is_flow = fa_str_is(population->row_table->name, "flow") || population->is_leg;
    if (builder->status == FA_OK && is_flow && population->view == FA_VIEW_NONE &&
        !reads_status(builder, population->where, when))
        report(builder, FA_CODE_RULE_STATUS, &syntax->table,
               "write settled (money that moved), effective (less reversals), or a condition "
               "on status",
               "flow holds pending and failed flows too, and the rule does not read status");
}

/* The date of a row: what dated by says, else the clock, else as-of. */
static void build_date(struct builder *builder, const struct fa_names *names,
                       struct fa_expr **date)
{
    static const struct fa_node as_of = {.kind = FA_NODE_NAME,
                                         .token = {.kind = FA_TOKEN_WORD, .text = {"as_of", 5}},
                                         .text = {"as_of", 5}};
    struct fa_checker *checker = builder->checker;
    const struct fa_node *node = builder->syntax->dated_by;
    if (node) {
        enum fa_status status = fa_check_any(checker, names, node, date);
        if (status == FA_OK && (*date)->kind != FA_KIND_DATE && (*date)->kind != FA_KIND_TIME)
            report(builder, FA_CODE_RULE_TYPE, &node->token, NULL,
                   "expected a date or time, found %s", fa_kind_name((int)(*date)->kind));
        remember(builder, status);
        return;
    }
    if (names->def->clock == FA_NO_COLUMN) {
        remember(builder,
                 fa_expr_make(checker, &as_of, FA_OP_AS_OF, FA_KIND_DATE, NULL, 0, date));
        return;
    }
    struct fa_path path = {.table = names->table,
                           .step_count = 1,
                           .steps = {names->def->clock},
                           .tables = {names->table}};
    struct fa_node clock = {.kind = FA_NODE_NAME,
                            .text = names->def->columns[names->def->clock].name};
    remember(builder, fa_path_expr(checker, &clock, &path, date));
}

static void build_exceptions(struct builder *builder, const struct fa_names *names,
                             const struct fa_syntax_exception *syntax, int count,
                             struct fa_exception **exceptions, int *exception_count)
{
    *exceptions = new_array(builder, count, sizeof **exceptions);
    for (int i = 0; *exceptions && i < count; i++) {
        (*exceptions)[i].cite = syntax[i].cite;
        remember(builder, fa_check_kind(builder->checker, names, syntax[i].when, FA_KIND_BOOL,
                                        &(*exceptions)[i].when));
        (*exception_count)++;
    }
}

/* --- keys --- */

static bool can_be_key(enum fa_kind kind)
{
    return kind != FA_KIND_SET && kind != FA_KIND_RATIO;
}

static void build_keys(struct builder *builder, const struct fa_syntax_per *per)
{
    struct fa_rule *rule = builder->rule;
    rule->keys = new_array(builder, per->keys.count, sizeof *rule->keys);
    rule->has_period = per->has_period;
    rule->period = per->period;
    if (per->has_period && per->period == FA_PERIOD_BDAY &&
        !builder->checker->ruleset->calendar.size)
        report(builder, FA_CODE_RULE_MISSING, &per->token,
               "add calendar cn (or another) to the ruleset's head",
               "working days need a calendar");
    for (int i = 0; rule->keys && i < per->keys.count; i++) {
        const struct fa_syntax_key *key = &per->keys.items[i];
        struct fa_expr *expr;
        enum fa_status status =
            fa_check_any(builder->checker, &builder->row, key->value, &expr);
        remember(builder, status);
        if (status != FA_OK)
            continue;
        if (!can_be_key(expr->kind))
            report(builder, FA_CODE_RULE_TYPE, &key->value->token, NULL, "%s cannot be a key",
                   fa_kind_name((int)expr->kind));
        rule->keys[rule->key_count++] = (struct fa_key_part){
            .name = key->name.size ? key->name : key->value->text, .expr = expr};
    }
}

/* --- running values --- */

/* Takes the first steps off all paths of a tree; not possible when one does not begin with
 * them. */
struct rebase {
    struct fa_checker *checker;
    const struct fa_path *prefix; /* ends in the column that refers to TABLE */
    int table;
    bool is_possible;
};

static void rebase_path(void *context, struct fa_expr *expr)
{
    struct rebase *rebase = context;
    if (expr->op == FA_OP_LOOKUP || expr->op == FA_OP_HAS ||
        (expr->op == FA_OP_PARAM && expr->param.at))
        rebase->is_possible = false;
    if (expr->op != FA_OP_PATH)
        return;
    const struct fa_path *prefix = rebase->prefix;
    struct fa_path *path = &expr->path, rest = {.table = rebase->table};
    bool is_filer = fa_path_column(rebase->checker, path, 0)->is_hidden;
    int skipped = is_filer ? 0 : prefix->step_count;
    if (!is_filer &&
        (path->step_count <= skipped || path->table != prefix->table ||
         memcmp(path->steps, prefix->steps, (size_t)skipped * sizeof *path->steps) != 0)) {
        rebase->is_possible = false;
        return;
    }
    for (int i = skipped; i < path->step_count; i++) {
        rest.steps[rest.step_count] = path->steps[i];
        rest.tables[rest.step_count++] = path->tables[i];
    }
    if (is_filer) {
        rest.tables[0] = rebase->table;
        rest.steps[0] =
            fa_table_hidden_column(fa_table_of(rebase->checker, rebase->table), "filer");
    }
    *path = rest;
}

static struct fa_expr *copy_expr(struct builder *builder, const struct fa_expr *expr)
{
    struct fa_expr *copy = new_array(builder, 0, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *expr;
    copy->args = new_array(builder, expr->arg_count, sizeof *copy->args);
    for (int i = 0; copy->args && i < expr->arg_count; i++)
        copy->args[i] = copy_expr(builder, expr->args[i]);
    return builder->status == FA_OK ? copy : NULL;
}

/* EXPR said of the row that PREFIX leads to; NULL when it speaks of other rows. */
static struct fa_expr *rebased(struct builder *builder, const struct fa_expr *expr,
                               const struct fa_path *prefix, int table)
{
    struct fa_expr *copy = copy_expr(builder, expr);
    struct rebase rebase = {
        .checker = builder->checker, .prefix = prefix, .table = table, .is_possible = true};
    fa_expr_visit(copy, rebase_path, &rebase);
    return rebase.is_possible ? copy : NULL;
}

/* The steps of KEY up to the column that refers to TABLE. */
static bool find_prefix(const struct builder *builder, const struct fa_expr *key, int table,
                        struct fa_path *prefix)
{
    if (key->op != FA_OP_PATH)
        return false;
    *prefix = key->path;
    for (int i = 0; i < key->path.step_count; i++)
        if (fa_path_column(builder->checker, &key->path, i)->refers_to == table &&
            fa_path_column(builder->checker, &key->path, i)->type == FA_TYPE_ID) {
            prefix->step_count = i + 1;
            return true;
        }
    return false;
}

/* One part of the group's key, said of the row of the table that holds the opening. */
static struct fa_expr *opening_key(struct builder *builder, const struct fa_expr *key,
                                   int table, const struct fa_node *node)
{
    const struct fa_table_def *def = fa_table_of(builder->checker, table);
    struct fa_path prefix = key->path,
                   own = {.table = table, .step_count = 1, .tables = {table}};
    struct fa_expr *expr = NULL;
    if (key->op == FA_OP_PATH && fa_path_column(builder->checker, &key->path, 0)->is_hidden)
        return rebased(builder, key, &prefix, table);
    if (key->op == FA_OP_PATH && key->path.table == table)
        return copy_expr(builder, key);
    if (!find_prefix(builder, key, table, &prefix)) {
        report(builder, FA_CODE_RULE_TYPE, &node->token,
               "the key must lead through a column that refers to this table",
               "openings of %.*s cannot be grouped by '%.*s'", (int)def->name.size,
               def->name.bytes, (int)key->text.size, key->text.bytes);
        return NULL;
    }
    if (prefix.step_count < key->path.step_count)
        return rebased(builder, key, &prefix, table);
    own.steps[0] = def->id_column;
    remember(builder, fa_path_expr(builder->checker, node, &own, &expr));
    return expr;
}

/* ADDED and what is in *INTO already, both of which must hold. */
static void add_conjunct(struct builder *builder, struct fa_expr *added, struct fa_expr **into)
{
    struct fa_expr *both[] = {*into, added};
    const struct fa_node node = {.text = added->text};
    if (*into)
        remember(builder,
                 fa_expr_make(builder->checker, &node, FA_OP_AND, FA_KIND_BOOL, both, 2, into));
    else
        *into = added;
}

/* Those conjuncts of the population's condition that speak of the opening's row. */
static void opening_where(struct builder *builder, const struct fa_expr *where,
                          const struct fa_path *prefix, int table, struct fa_expr **into)
{
    if (where->op == FA_OP_AND) {
        opening_where(builder, where->args[0], prefix, table, into);
        opening_where(builder, where->args[1], prefix, table, into);
        return;
    }
    struct fa_expr *said = rebased(builder, where, prefix, table);
    if (!said)
        return;
    add_conjunct(builder, said, into);
}

/* The table and column of "sum(TABLE.column if c)"; false when it is not that. */
static bool read_opening(struct builder *builder, const struct fa_node *node,
                         const struct fa_table_def **table, struct fa_running_term *term)
{
    struct fa_checker *checker = builder->checker;
    const struct fa_node *arg =
        node->kind == FA_NODE_CALL && node->arg_count == 1 ? node->args[0] : NULL;
    const struct fa_node *cond =
        arg && arg->kind == FA_NODE_IF ? arg->args[arg->arg_count - 1] : NULL;
    const struct fa_table_def *def = NULL;
    struct fa_words words;
    if (cond)
        arg = arg->arg_count == 2 ? arg->args[0] : NULL;
    if (arg && fa_str_is(node->token.text, "sum") && fa_node_words(arg, &words) &&
        words.count == 2)
        def = fa_dictionary_find(checker->list->dictionary, words.tokens[0]->text);
    if (!def) {
        report(builder, FA_CODE_RULE_TYPE, &node->token,
               "write opening sum(account.opening_balance)",
               "expected the sum of a table's column behind opening");
        return false;
    }
    struct fa_path path = {.table = def->index};
    const struct fa_column_def *column = NULL;
    enum fa_status status = fa_follow(checker, &words, 1, &path, &column);
    remember(builder, status);
    if (status != FA_OK)
        return false;
    if (def->by != FA_NO_COLUMN ||
        (column->type != FA_TYPE_MONEY && column->type != FA_TYPE_INT)) {
        report(builder, FA_CODE_RULE_TYPE, &arg->token, NULL,
               "an opening is money or a whole number of a table that is held, not streamed");
        return false;
    }
    const struct fa_names row = {
        .level = FA_NAMES_ROW, .table = def->index, .def = def, .syntax = builder->syntax};
    term->is_opening = true;
    term->table = def->index;
    term->column = path.steps[0];
    if (cond)
        remember(builder, fa_check_kind(checker, &row, cond, FA_KIND_BOOL, &term->where));
    *table = def;
    return builder->status == FA_OK;
}

/* opening sum(TABLE.column if c) */
/* The column of the population's rows that is named as the table and refers to it. */
static bool find_own_column(const struct fa_population *population,
                            const struct fa_table_def *def, struct fa_path *prefix)
{
    const struct fa_table_def *rows = population->row_table;
    int column = fa_table_find_column(rows, def->name);
    int table = population->is_leg ? FA_LEG_TABLE : population->table;
    if (column == FA_NO_COLUMN || rows->columns[column].type != FA_TYPE_ID ||
        rows->columns[column].refers_to != def->index)
        return false;
    *prefix = (struct fa_path){
        .table = table, .step_count = 1, .steps = {column}, .tables = {table}};
    return true;
}

static void build_opening(struct builder *builder, const struct fa_node *node,
                          const struct fa_population *population, struct fa_expr *const *keys,
                          int key_count, struct fa_running_term *term)
{
    const struct fa_table_def *def;
    if (!read_opening(builder, node, &def, term))
        return;
    struct fa_path prefix;
    bool has_prefix = false;
    term->keys = new_array(builder, key_count, sizeof *term->keys);
    for (int i = 0; term->keys && i < key_count; i++) {
        term->keys[i] = opening_key(builder, keys[i], def->index, node);
        if (!has_prefix)
            has_prefix = find_prefix(builder, keys[i], def->index, &prefix);
    }
    if (!has_prefix) /* per filer: the rows' own account says whose opening it is */
        has_prefix = find_own_column(population, def, &prefix);
    if (population->where && has_prefix && builder->status == FA_OK)
        opening_where(builder, population->where, &prefix, def->index, &term->where);
}

static enum fa_kind term_kind(const struct builder *builder, const struct fa_running_term *term)
{
    if (term->agg)
        return term->agg->kind;
    return fa_kind_of(fa_table_of(builder->checker, term->table)->columns[term->column].type);
}

/* sum(x if c), count(if c): what rows add. */
static void build_rows_term(struct builder *builder, const struct fa_names *names,
                            const struct fa_node *node, struct fa_agg **agg)
{
    bool is_sum = node->kind == FA_NODE_CALL &&
                  (fa_str_is(node->token.text, "sum") || fa_str_is(node->token.text, "count"));
    if (is_sum)
        remember(builder, fa_check_aggregate(builder->checker, names, node, agg));
    else
        report(builder, FA_CODE_RULE_TYPE, &node->token,
               "write opening sum(T.c) + sum(x if c) - sum(y)",
               "a running value is made of sum, count and opening, added and subtracted");
}

static void build_terms(struct builder *builder, const struct fa_node *node, bool is_negative)
{
    struct fa_rule *rule = builder->rule;
    if (node->kind == FA_NODE_BINARY &&
        (fa_node_is(node, FA_NODE_BINARY, "+") || fa_node_is(node, FA_NODE_BINARY, "-"))) {
        build_terms(builder, node->args[0], is_negative);
        build_terms(builder, node->args[1],
                    is_negative != fa_node_is(node, FA_NODE_BINARY, "-"));
        return;
    }
    if (fa_node_is(node, FA_NODE_PREFIX, "-")) {
        build_terms(builder, node->args[0], !is_negative);
        return;
    }
    struct fa_running_term term = {.is_negative = is_negative};
    if (fa_node_is(node, FA_NODE_PREFIX, "opening")) {
        struct fa_expr **keys = new_array(builder, rule->key_count, sizeof *keys);
        for (int i = 0; keys && i < rule->key_count; i++)
            keys[i] = rule->keys[i].expr;
        if (keys)
            build_opening(builder, node->args[0], &rule->population, keys, rule->key_count,
                          &term);
    } else {
        build_rows_term(builder, &builder->row, node, &term.agg);
    }
    if (builder->status != FA_OK)
        return;
    enum fa_kind kind = term_kind(builder, &term);
    if (rule->term_count && kind != rule->state_kind)
        report(builder, FA_CODE_RULE_TYPE, &node->token, NULL, "%s cannot be added to %s",
               fa_kind_name((int)kind), fa_kind_name((int)rule->state_kind));
    rule->state_kind = kind;
    if (fa_arena_grow(&builder->checker->list->arena, &rule->terms, (size_t)rule->term_count,
                      sizeof *rule->terms) != FA_OK)
        no_memory(builder);
    else
        rule->terms[rule->term_count++] = term;
}

/* --- series --- */

static void build_series_keys(struct builder *builder, const struct fa_names *names,
                              struct fa_series *series)
{
    const struct fa_syntax_per *per = &builder->syntax->per;
    series->keys = new_array(builder, per->keys.count, sizeof *series->keys);
    for (int i = 0; series->keys && i < per->keys.count; i++)
        remember(builder, fa_check_any(builder->checker, names, per->keys.items[i].value,
                                       &series->keys[i]));
    for (int i = 0; builder->status == FA_OK && i < builder->rule->key_count; i++) {
        const struct fa_expr *first = builder->rule->keys[i].expr, *mine = series->keys[i];
        if (first->kind != mine->kind || first->refers_to != mine->refers_to)
            report(builder, FA_CODE_RULE_TYPE, &per->keys.items[i].value->token, NULL,
                   "the key is of different types in the series that are compared");
    }
}

static void build_series(struct builder *builder, const struct fa_syntax_series *syntax,
                         struct fa_series *series)
{
    struct fa_names names;
    const struct fa_rule *rule = builder->rule;
    *series = (struct fa_series){.name = syntax->name.text,
                                 .kind = syntax->kind,
                                 .is_carried = syntax->is_carried,
                                 .is_previous = syntax->is_previous};
    if (!build_population(builder, &syntax->population, &series->population, &names))
        return;
    if (series == rule->series) {
        builder->row = names;
        build_keys(builder, &builder->syntax->per);
    }
    build_series_keys(builder, &names, series);
    build_date(builder, &names, &series->dated_by);
    build_rows_term(builder, &names, syntax->sum, &series->agg);
    if (builder->status != FA_OK)
        return;
    series->kind_of_value = series->agg->kind;
    series->terms = new_array(builder, syntax->openings.count, sizeof *series->terms);
    for (int i = 0; series->terms && i < syntax->openings.count; i++) {
        const struct fa_node *opening = syntax->openings.items[i]->args[0];
        build_opening(builder, opening, &series->population, series->keys, rule->key_count,
                      &series->terms[series->term_count++]);
    }
    if (syntax->openings.count && series->kind != FA_SERIES_RUNNING)
        report(builder, FA_CODE_RULE_TYPE, &syntax->name,
               "write opening ... + running sum(x) of T",
               "only a running series has an opening");
    if (syntax->is_carried && series->kind != FA_SERIES_LEVEL)
        report(builder, FA_CODE_RULE_TYPE, &syntax->name, NULL,
               "only a level series is carried");
    if (series->kind == FA_SERIES_LEVEL && series->agg->op != FA_AGG_SUM)
        report(builder, FA_CODE_RULE_TYPE, &syntax->name, NULL, "a level is a sum");
    if (syntax->is_previous && syntax->previous != builder->syntax->per.period)
        report(builder, FA_CODE_RULE_TYPE, &syntax->name, NULL,
               "the previous period must be of the kind that each names");
    require_status(builder, &syntax->population, &series->population, NULL);
}

/* --- the ways --- */

static void require(struct builder *builder, bool is_given, const char *what, const char *hint)
{
    const struct fa_token *id = &builder->syntax->id;
    if (!is_given)
        report(builder, FA_CODE_RULE_MISSING, id, hint, "rule '%.*s' lacks '%s'",
               (int)id->text.size, id->text.bytes, what);
}

static enum fa_way find_way(const struct fa_syntax_rule *syntax)
{
    if (syntax->series.count)
        return FA_WAY_COMPARE;
    if (syntax->running.kind != FA_TOKEN_END)
        return FA_WAY_RUNNING;
    return syntax->has_per ? FA_WAY_GROUP : FA_WAY_ROW;
}

static void build_compare(struct builder *builder)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_rule *rule = builder->rule;
    if (syntax->has_population)
        report(builder, FA_CODE_RULE_TYPE, &syntax->population.table, "put the table behind of",
               "a comparison of series has no on");
    require(builder, syntax->has_per && syntax->per.has_period, "period",
            "write per filer each day");
    rule->series = new_array(builder, syntax->series.count, sizeof *rule->series);
    for (int i = 0; rule->series && i < syntax->series.count; i++) {
        for (int other = 0; other < i; other++)
            if (fa_str_equal(syntax->series.items[i].name.text,
                             syntax->series.items[other].name.text))
                report(builder, FA_CODE_RULE_TWICE, &syntax->series.items[i].name, NULL,
                       "two series have this name");
        rule->series_count++;
        build_series(builder, &syntax->series.items[i], &rule->series[i]);
    }
    if (rule->series_count && rule->series[0].population.row_table) {
        rule->population = rule->series[0].population;
        rule->dated_by = rule->series[0].dated_by;
    }
}

static void build_way(struct builder *builder)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_rule *rule = builder->rule;
    if (rule->way == FA_WAY_COMPARE) {
        build_compare(builder);
        return;
    }
    if (!build_population(builder, &syntax->population, &rule->population, &builder->row))
        return;
    build_date(builder, &builder->row, &rule->dated_by);
    build_exceptions(builder, &builder->row, syntax->except_rows.items,
                     syntax->except_rows.count, &rule->except_rows, &rule->except_row_count);
    if (rule->way == FA_WAY_ROW) {
        if (syntax->has_gather)
            build_keys(builder, &syntax->gather);
        return;
    }
    build_keys(builder, &syntax->per);
    if (rule->way != FA_WAY_RUNNING)
        return;
    require(builder, syntax->has_per, "per", "a running value is kept per key: per account");
    if (syntax->per.has_period)
        report(builder, FA_CODE_RULE_TYPE, &syntax->per.token, "take out each",
               "a running value is judged at each instant or at day end, not each period");
    if (rule->population.row_table->clock == FA_NO_COLUMN && !syntax->dated_by)
        report(builder, FA_CODE_RULE_TYPE, &syntax->population.table, "name one with dated by",
               "the table has no clock to run along");
    rule->state_name = syntax->running.text;
    rule->is_at_day_end = syntax->is_at_day_end;
    if (builder->status == FA_OK)
        build_terms(builder, syntax->running_value, false);
}

static void build_condition(struct builder *builder)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_rule *rule = builder->rule;
    builder->group = builder->row;
    if (rule->way != FA_WAY_ROW)
        builder->group.level = FA_NAMES_GROUP;
    if (!builder->row.def || !syntax->when)
        return;
    /* names of a broken key or series would all be reported as unknown */
    if (rule->way != FA_WAY_ROW && builder->status != FA_OK)
        return;
    remember(builder, fa_check_kind(builder->checker, &builder->group, syntax->when,
                                    FA_KIND_BOOL, &rule->when));
    build_exceptions(builder, &builder->group, syntax->except_findings.items,
                     syntax->except_findings.count, &rule->except_findings,
                     &rule->except_finding_count);
    if (rule->way == FA_WAY_GROUP && builder->status == FA_OK && rule->agg_count == 0)
        report(builder, FA_CODE_RULE_MISSING, &syntax->per.token,
               "write when sum(amount) > 1000.00", "the rule groups rows but aggregates none");
    if (rule->way != FA_WAY_COMPARE)
        require_status(builder, &syntax->population, &rule->population,
                       rule->way == FA_WAY_ROW ? rule->when : NULL);
}

/* --- what the whole must have --- */

/* The money column that says what a finding is about. */
static int find_amount(const struct fa_table_def *def)
{
    int amount = fa_table_find_column(def, FA_STR("amount"));
    for (int i = 0; amount == FA_NO_COLUMN && i < def->column_count; i++)
        if (def->columns[i].type == FA_TYPE_MONEY && def->columns[i].is_required)
            amount = i;
    return amount != FA_NO_COLUMN && def->columns[amount].type == FA_TYPE_MONEY ? amount : -1;
}

struct param_check {
    struct builder *builder;
    const struct fa_param *reported;
};

/* A parameter must have a value on every day on which the rule may judge. */
static void check_param_days(void *context, struct fa_expr *expr)
{
    struct param_check *check = context;
    struct builder *builder = check->builder;
    if (expr->op != FA_OP_PARAM && expr->op != FA_OP_SCALE)
        return;
    const struct fa_param *param = expr->param.param;
    if (param->period_count == 0 || param == check->reported)
        return;
    const struct fa_param_period *last = &param->periods[param->period_count - 1];
    bool is_late = param->periods[0].from_day > builder->rule->from_day;
    if (!is_late && last->to_day >= builder->rule->to_day)
        return;
    check->reported = param;
    char text[FA_TIME_TEXT_BYTES];
    fa_date_format(is_late ? builder->rule->from_day : last->to_day, text);
    bool is_open = is_late && builder->rule->from_day == INT64_MIN;
    report(builder, FA_CODE_RULE_GAP, &builder->syntax->id,
           "add the value of those days (none: no limit), or let the rule be in force later",
           "parameter '%.*s' has no value %s %s, when the rule is in force",
           (int)param->name.size, param->name.bytes, is_late ? "on" : "after",
           is_open ? "the first day" : text);
}

struct money_search {
    bool is_found;
};

static void search_money(void *context, struct fa_expr *expr)
{
    struct money_search *search = context;
    search->is_found |= expr->kind == FA_KIND_MONEY;
}

static void check_whole(struct builder *builder)
{
    struct fa_checker *checker = builder->checker;
    struct fa_rule *rule = builder->rule;
    struct money_search money = {false};
    struct param_check params = {.builder = builder};
    fa_rule_visit(rule, search_money, &money);
    if (money.is_found && !checker->ruleset->currency)
        report(builder, FA_CODE_RULE_CURRENCY, &builder->syntax->id,
               "add currency CNY to the ruleset's head",
               "the rule judges money, and the ruleset names no currency");
    fa_rule_visit(rule, check_param_days, &params);
}

static void check_tests(struct builder *builder)
{
    for (int i = 0; i < builder->syntax->tests.count; i++) {
        const struct fa_rule_test *test = &builder->syntax->tests.items[i];
        int kinds =
            test->expects_nothing + test->expects_not_testable + (test->expectations.count > 0);
        if (kinds == 0 && !test->is_broken)
            report(builder, FA_CODE_RULE_TEST, &test->token,
                   "write expect fires ..., or expect nothing",
                   "the test expects neither something nor nothing");
        if (kinds > 1)
            report(builder, FA_CODE_RULE_TEST, &test->token, NULL,
                   "the test expects something and nothing");
    }
    builder->rule->tests = builder->syntax->tests.items;
    builder->rule->test_count = builder->syntax->tests.count;
}

/* A test may only name values that findings of the rule carry. */
static void check_expected_values(struct builder *builder)
{
    const struct fa_rule *rule = builder->rule;
    for (int t = 0; t < rule->test_count; t++)
        for (int e = 0; e < rule->tests[t].expectations.count; e++) {
            const struct fa_expectation *expectation = &rule->tests[t].expectations.items[e];
            for (int v = 0; v < expectation->values.count; v++) {
                struct fa_str name = fa_shown_name(expectation->values.items[v].name);
                struct fa_nearest nearest = {.wanted = name};
                bool is_known = false;
                for (int i = 0; i < rule->shown_count; i++) {
                    is_known |= fa_str_equal(rule->shown[i].name, name);
                    fa_nearest_add(&nearest, rule->shown[i].name);
                }
                char hint[FA_NEAREST_HINT_BYTES];
                if (!is_known)
                    report(builder, FA_CODE_RULE_TEST, &expectation->token,
                           fa_nearest_hint(&nearest, "name it in say or in when", hint),
                           "findings of this rule carry no value '%.*s'", (int)name.size,
                           name.bytes);
            }
        }
}

enum fa_status fa_rule_build(struct fa_checker *checker, struct fa_syntax_rule *syntax,
                             struct fa_rule *rule)
{
    const struct fa_ruleset *ruleset = checker->ruleset;
    struct builder builder = {.checker = checker, .syntax = syntax, .rule = rule};
    *rule =
        (struct fa_rule){.id = syntax->id.text,
                         .ruleset = ruleset,
                         .title_en = syntax->title_en,
                         .title_zh = syntax->title_zh,
                         .cite = syntax->cite,
                         .severity = syntax->severity,
                         .is_lead = syntax->is_lead,
                         .state = syntax->state,
                         .state_why = syntax->state_why,
                         .from_day = syntax->has_force ? syntax->from_day : ruleset->from_day,
                         .to_day = syntax->has_force ? syntax->to_day : ruleset->to_day,
                         .way = find_way(syntax),
                         .on_unknown = syntax->on_unknown,
                         .on_unknown_why = syntax->on_unknown_why,
                         .worst_shown = -1,
                         .amount_column = -1,
                         .measure = syntax->measure,
                         .disposal = syntax->disposal,
                         .disposal_cite = syntax->disposal_cite,
                         .line_no = (uint32_t)syntax->id.line_no};
    checker->expr_count = checker->depth = 0;
    require(&builder, syntax->title_en.size, "title en", NULL);
    require(&builder, syntax->has_severity, "severity", "critical, high, medium, low or info");
    require(&builder, rule->way == FA_WAY_COMPARE || syntax->has_population, "on",
            "write on TABLE");
    require(&builder, syntax->when, "when", NULL);
    if (syntax->cite.text.size == 0)
        report(&builder, FA_CODE_RULE_CITE, &syntax->id, "add cite \"Art. 1\" seen",
               "rule '%.*s' has no citation", (int)rule->id.size, rule->id.bytes);
    if (rule->way == FA_WAY_COMPARE || syntax->has_population)
        build_way(&builder);
    build_condition(&builder);
    check_tests(&builder);
    if (builder.status != FA_OK)
        return builder.status;
    rule->amount_column = find_amount(rule->population.row_table);
    check_whole(&builder);
    remember(&builder, fa_rule_collect_shown(checker, &builder.group, syntax, rule));
    check_expected_values(&builder);
    if (builder.status == FA_OK)
        remember(&builder, fa_rule_collect_needs(checker, rule));
    for (int i = 0; builder.status == FA_OK && i < syntax->lets.count; i++)
        fa_rule_warn_unused(checker, &syntax->lets.items[i]);
    return builder.status;
}
