/*
 * Running values: sums over rows, and openings grouped by what the key says of their table.
 */
#include "rules/build_parts.h"

#include <string.h>

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
    if (expr->op != FA_OP_PATH || !rebase->is_possible)
        return; /* beneath a look-up the tree is not a copy */
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

/* The row is there: a question of what is missing in it has no doubt on the way to it. */
static void drop_way(void *context, struct fa_expr *expr)
{
    const struct rebase *rebase = context;
    int kept = 1;
    for (int k = 1; expr->op == FA_OP_IS_MISSING && k + 1 < expr->arg_count; k += 2) {
        bool is_filer = fa_path_column(rebase->checker, &expr->args[k]->path, 0)->is_hidden;
        if (!is_filer && expr->args[k]->path.step_count <= rebase->prefix->step_count)
            continue;
        expr->args[kept++] = expr->args[k];
        expr->args[kept++] = expr->args[k + 1];
    }
    if (expr->op == FA_OP_IS_MISSING)
        expr->arg_count = kept;
}

static struct fa_expr *copy_expr(struct fa_builder *builder, const struct fa_expr *expr)
{
    struct fa_expr *copy = fa_build_array(builder, 0, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *expr;
    copy->args = fa_build_array(builder, expr->arg_count, sizeof *copy->args);
    for (int i = 0; copy->args && i < expr->arg_count; i++)
        copy->args[i] = copy_expr(builder, expr->args[i]);
    return builder->status == FA_OK ? copy : NULL;
}

/* EXPR said of the row that PREFIX leads to; NULL when it speaks of other rows. */
static struct fa_expr *rebased(struct fa_builder *builder, const struct fa_expr *expr,
                               const struct fa_path *prefix, int table)
{
    struct fa_expr *copy = copy_expr(builder, expr);
    struct rebase rebase = {
        .checker = builder->checker, .prefix = prefix, .table = table, .is_possible = true};
    fa_expr_visit(copy, drop_way, &rebase);
    fa_expr_visit(copy, rebase_path, &rebase);
    return rebase.is_possible ? copy : NULL;
}

/* The steps of KEY, or of the first of its parts that leads there, up to the column that refers
 * to TABLE. */
static bool find_prefix(const struct fa_builder *builder, const struct fa_expr *key, int table,
                        struct fa_path *prefix)
{
    if (key->op != FA_OP_PATH) {
        for (int i = 0; key->op == FA_OP_ELSE && i < key->arg_count; i++)
            if (find_prefix(builder, key->args[i], table, prefix))
                return true;
        return false;
    }
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
static struct fa_expr *opening_key(struct fa_builder *builder, const struct fa_expr *key,
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
    if (!find_prefix(builder, key, table, &prefix) ||
        (key->op != FA_OP_PATH && !(expr = rebased(builder, key, &prefix, table)))) {
        fa_build_error(builder, FA_CODE_RULE_TYPE, &node->token,
                       "the key must lead through a column that refers to this table",
                       "openings of %.*s cannot be grouped by '%.*s'", (int)def->name.size,
                       def->name.bytes, (int)key->text.size, key->text.bytes);
        return NULL;
    }
    if (expr)
        return expr;
    if (prefix.step_count < key->path.step_count)
        return rebased(builder, key, &prefix, table);
    own.steps[0] = def->id_column;
    fa_build_note(builder, fa_path_expr(builder->checker, node, &own, &expr));
    return expr;
}

/* ADDED and what is in *INTO already, both of which must hold. */
static void add_conjunct(struct fa_builder *builder, struct fa_expr *added,
                         struct fa_expr **into)
{
    struct fa_expr *both[] = {*into, added};
    const struct fa_node node = {.text = added->text};
    if (*into)
        fa_build_note(builder, fa_expr_make(builder->checker, &node, FA_OP_AND, FA_KIND_BOOL,
                                            both, 2, into));
    else
        *into = added;
}

/* Those conjuncts of the population's condition that speak of the opening's row. */
static void opening_where(struct fa_builder *builder, const struct fa_expr *where,
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
static bool read_opening(struct fa_builder *builder, const struct fa_node *node,
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
        def = fa_find_table(checker, words.tokens[0]->text);
    if (def && def->written_by == FA_BY_VIEW)
        def = NULL; /* its rows are not there when rows are judged */
    if (!def) {
        fa_build_error(builder, FA_CODE_RULE_TYPE, &node->token,
                       "write opening sum(account.opening_balance)",
                       "expected the sum of a table's column behind opening");
        return false;
    }
    struct fa_path path = {.table = def->index};
    const struct fa_column_def *column = NULL;
    enum fa_status status = fa_follow(checker, &words, 1, &path, &column);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return false;
    if (def->by != FA_NO_COLUMN ||
        (column->type != FA_TYPE_MONEY && column->type != FA_TYPE_INT)) {
        fa_build_error(
            builder, FA_CODE_RULE_TYPE, &arg->token, NULL,
            "an opening is money or a whole number of a table that is held, not streamed");
        return false;
    }
    const struct fa_names row = {
        .level = FA_NAMES_ROW, .table = def->index, .def = def, .syntax = builder->syntax};
    term->is_opening = true;
    term->table = def->index;
    term->column = path.steps[0];
    if (cond)
        fa_build_note(builder, fa_check_kind(checker, &row, cond, FA_KIND_BOOL, &term->where));
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
    *prefix =
        (struct fa_path){.table = table, .step_count = 1, .steps = {column}, .tables = {table}};
    return true;
}

void fa_build_opening(struct fa_builder *builder, const struct fa_node *node,
                      const struct fa_population *population, struct fa_expr *const *keys,
                      int key_count, struct fa_running_term *term)
{
    const struct fa_table_def *def;
    if (!read_opening(builder, node, &def, term))
        return;
    struct fa_path prefix;
    bool has_prefix = false;
    term->keys = fa_build_array(builder, key_count, sizeof *term->keys);
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

static enum fa_kind term_kind(const struct fa_builder *builder,
                              const struct fa_running_term *term)
{
    if (term->agg)
        return term->agg->kind;
    return fa_kind_of(fa_table_of(builder->checker, term->table)->columns[term->column].type);
}

/* sum(x if c), count(if c): what rows add. */
void fa_build_rows_term(struct fa_builder *builder, const struct fa_names *names,
                        const struct fa_node *node, struct fa_agg **agg)
{
    bool is_sum = node->kind == FA_NODE_CALL &&
                  (fa_str_is(node->token.text, "sum") || fa_str_is(node->token.text, "count"));
    if (is_sum)
        fa_build_note(builder, fa_check_aggregate(builder->checker, names, node, agg));
    else
        fa_build_error(
            builder, FA_CODE_RULE_TYPE, &node->token,
            "write opening sum(T.c) + sum(x if c) - sum(y)",
            "a running value is made of sum, count and opening, added and subtracted");
}

void fa_build_running(struct fa_builder *builder, const struct fa_node *node, bool is_negative)
{
    struct fa_rule *rule = builder->rule;
    if (node->kind == FA_NODE_BINARY &&
        (fa_node_is(node, FA_NODE_BINARY, "+") || fa_node_is(node, FA_NODE_BINARY, "-"))) {
        fa_build_running(builder, node->args[0], is_negative);
        fa_build_running(builder, node->args[1],
                         is_negative != fa_node_is(node, FA_NODE_BINARY, "-"));
        return;
    }
    if (fa_node_is(node, FA_NODE_PREFIX, "-")) {
        fa_build_running(builder, node->args[0], !is_negative);
        return;
    }
    struct fa_running_term term = {.is_negative = is_negative};
    if (fa_node_is(node, FA_NODE_PREFIX, "opening")) {
        struct fa_expr **keys = fa_build_array(builder, rule->key_count, sizeof *keys);
        for (int i = 0; keys && i < rule->key_count; i++)
            keys[i] = rule->keys[i].expr;
        if (keys)
            fa_build_opening(builder, node->args[0], &rule->population, keys, rule->key_count,
                             &term);
    } else {
        fa_build_rows_term(builder, &builder->row, node, &term.agg);
    }
    if (builder->status != FA_OK)
        return;
    enum fa_kind kind = term_kind(builder, &term);
    if (rule->term_count && kind != rule->state_kind)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &node->token, NULL,
                       "%s cannot be added to %s", fa_kind_name((int)kind),
                       fa_kind_name((int)rule->state_kind));
    rule->state_kind = kind;
    if (fa_arena_grow(&builder->checker->list->arena, &rule->terms, (size_t)rule->term_count,
                      sizeof *rule->terms) != FA_OK)
        fa_build_no_memory(builder);
    else
        rule->terms[rule->term_count++] = term;
}
