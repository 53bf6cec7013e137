/*
 * What names mean: columns, paths through references, keys and values of groups, lets,
 * parameters and look-ups.
 */
#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "rules/check.h"
#include "rules/habits.h"

const struct fa_table_def *fa_table_of(const struct fa_checker *checker, int table)
{
    return table == FA_LEG_TABLE ? checker->leg : &checker->list->dictionary->tables[table];
}

const struct fa_column_def *fa_path_column(const struct fa_checker *checker,
                                           const struct fa_path *path, int step)
{
    return &fa_table_of(checker, path->tables[step])->columns[path->steps[step]];
}

/* A column that rules may name; of the hidden ones only filer. */
static int find_column(const struct fa_table_def *def, struct fa_str name)
{
    int column = fa_table_find_column(def, name);
    bool is_known =
        column != FA_NO_COLUMN && (!def->columns[column].is_hidden || fa_str_is(name, "filer"));
    return is_known ? column : FA_NO_COLUMN;
}

static void suggest_columns(const struct fa_table_def *def, struct fa_nearest *nearest)
{
    for (int i = 0; i < def->column_count; i++)
        if (!def->columns[i].is_hidden)
            fa_nearest_add(nearest, def->columns[i].name);
}

static enum fa_status no_column(struct fa_checker *checker, const struct fa_token *token,
                                const struct fa_table_def *def)
{
    struct fa_nearest nearest = {.wanted = token->text};
    char hint[FA_NEAREST_HINT_BYTES];
    suggest_columns(def, &nearest);
    return fa_check_error(checker, FA_CODE_RULE_NAME, token,
                          fa_nearest_hint(&nearest, NULL, hint),
                          "table %.*s has no column '%.*s'", (int)def->name.size,
                          def->name.bytes, (int)token->text.size, token->text.bytes);
}

bool fa_node_words(const struct fa_node *node, struct fa_words *words)
{
    int count = 1;
    for (const struct fa_node *at = node; at->kind == FA_NODE_MEMBER; at = at->args[0])
        count++;
    if (count > FA_PATH_STEPS_MAX)
        return false;
    words->count = count;
    for (; node->kind == FA_NODE_MEMBER; node = node->args[0])
        words->tokens[--count] = &node->token;
    words->tokens[0] = &node->token;
    return node->kind == FA_NODE_NAME;
}

static const char *kind_name_of(const struct fa_column_def *column)
{
    enum fa_kind kind = fa_kind_of(column->type);
    return fa_kind_name((int)kind);
}

/* --- paths --- */

enum fa_status fa_follow(struct fa_checker *checker, const struct fa_words *words, int first,
                         struct fa_path *path, const struct fa_column_def **last)
{
    int table = path->table;
    if (path->step_count > 0)
        table = fa_path_column(checker, path, path->step_count - 1)->refers_to;
    for (int i = first; i < words->count; i++) {
        const struct fa_token *token = words->tokens[i];
        if (table == FA_NO_TABLE)
            return fa_check_error(checker, FA_CODE_RULE_TYPE, token, NULL,
                                  "'%.*s' is %s and refers to no other table",
                                  (int)words->tokens[i - 1]->text.size,
                                  words->tokens[i - 1]->text.bytes, kind_name_of(*last));
        if (path->step_count == FA_PATH_STEPS_MAX)
            return fa_check_error(checker, FA_CODE_RULE_SIZE, token, NULL,
                                  "a path has at most %d steps", FA_PATH_STEPS_MAX);
        const struct fa_table_def *def = fa_table_of(checker, table);
        int column = find_column(def, token->text);
        if (column == FA_NO_COLUMN)
            return no_column(checker, token, def);
        path->tables[path->step_count] = table;
        path->steps[path->step_count++] = column;
        *last = &def->columns[column];
        table = (*last)->type == FA_TYPE_ID ? (*last)->refers_to : FA_NO_TABLE;
    }
    return FA_OK;
}

enum fa_status fa_path_expr(struct fa_checker *checker, const struct fa_node *node,
                            const struct fa_path *path, struct fa_expr **expr)
{
    const struct fa_column_def *column = fa_path_column(checker, path, path->step_count - 1);
    enum fa_kind kind = fa_kind_of(column->type);
    FA_TRY(fa_expr_make(checker, node, FA_OP_PATH, (int)kind, NULL, 0, expr));
    (*expr)->path = *path;
    (*expr)->values_of =
        column->type == FA_TYPE_ENUM || column->type == FA_TYPE_SET ? column : NULL;
    (*expr)->refers_to = column->type == FA_TYPE_ID ? column->refers_to : FA_NO_TABLE;
    return FA_OK;
}

/* --- groups --- */

static enum fa_status key_expr(struct fa_checker *checker, const struct fa_names *names,
                               const struct fa_node *node, int index, struct fa_expr **expr)
{
    const struct fa_expr *key = names->rule->keys[index].expr;
    FA_TRY(fa_expr_make(checker, node, FA_OP_KEY, (int)key->kind, NULL, 0, expr));
    (*expr)->index = index;
    (*expr)->values_of = key->values_of;
    (*expr)->refers_to = key->refers_to;
    return FA_OK;
}

static bool is_prefix(const struct fa_path *prefix, const struct fa_path *path)
{
    return prefix->step_count <= path->step_count && prefix->table == path->table &&
           memcmp(prefix->steps, path->steps,
                  (size_t)prefix->step_count * sizeof *path->steps) == 0;
}

/* A path where groups are judged: a key, what a key refers to, or (in texts) the first row's.
 */
static enum fa_status group_path(struct fa_checker *checker, const struct fa_names *names,
                                 const struct fa_node *node, const struct fa_path *path,
                                 struct fa_expr **expr)
{
    const struct fa_rule *rule = names->rule;
    bool is_fixed = false;
    for (int i = 0; i < rule->key_count; i++) {
        const struct fa_expr *key = rule->keys[i].expr;
        if (key->op != FA_OP_PATH || !is_prefix(&key->path, path))
            continue;
        if (key->path.step_count == path->step_count)
            return key_expr(checker, names, node, i, expr);
        is_fixed = rule->way != FA_WAY_COMPARE;
    }
    /* groups are within a filer */
    is_fixed |= !rule->is_across_filers && fa_path_column(checker, path, 0)->is_hidden;
    if (!is_fixed && !(names->reads_first_row && rule->way != FA_WAY_COMPARE))
        return fa_check_error(
            checker, FA_CODE_RULE_LEVEL, fa_node_start(node),
            "name it in per, or aggregate it: sum, count, min, max, first, last",
            "'%.*s' belongs to a row, but groups are judged here", (int)node->text.size,
            node->text.bytes);
    return fa_path_expr(checker, node, path, expr);
}

static const char *period_word(enum fa_period period)
{
    static const char *const words[] = {"day", "bday", "week", "month", "quarter", "year"};
    return words[period];
}

const struct fa_unit_name *fa_unit_names(enum fa_way way, int *count)
{
    static const struct fa_unit_name chain[FA_HOPS_VALUE_COUNT] = {
        [FA_HOPS_COUNT] = {"hops", FA_KIND_INT}, [FA_HOPS_ELAPSED] = {"elapsed", FA_KIND_DURATION}};
    static const struct fa_unit_name gap[FA_GAP_VALUE_COUNT] = {
        [FA_GAP_MISSING] = {"missing", FA_KIND_INT},
        [FA_GAP_FIRST] = {"first_missing", FA_KIND_INT},
        [FA_GAP_LAST] = {"last_missing", FA_KIND_INT},
        [FA_GAP_SERIES] = {"series", FA_KIND_TEXT}};
    *count = way == FA_WAY_HOPS ? FA_HOPS_VALUE_COUNT : way == FA_WAY_GAPLESS ? FA_GAP_VALUE_COUNT : 0;
    return way == FA_WAY_HOPS ? chain : gap;
}

/* Names that only groups have. *EXPR stays NULL when it is none of them. */
static enum fa_status check_group_name(struct fa_checker *checker, const struct fa_names *names,
                                       const struct fa_node *node, const struct fa_words *words,
                                       struct fa_expr **expr)
{
    const struct fa_rule *rule = names->rule;
    struct fa_str first = words->tokens[0]->text;
    for (int i = 0; i < rule->key_count; i++) {
        const struct fa_key_part *key = &rule->keys[i];
        if (!fa_str_equal(key->name, first))
            continue;
        if (words->count == 1)
            return key_expr(checker, names, node, i, expr);
        if (key->expr->op != FA_OP_PATH)
            break;
        struct fa_path path = key->expr->path;
        const struct fa_column_def *last = fa_path_column(checker, &path, path.step_count - 1);
        FA_TRY(fa_follow(checker, words, 1, &path, &last));
        return group_path(checker, names, node, &path, expr);
    }
    if (words->count > 1)
        return FA_OK;
    for (int i = 0; rule->view && i < rule->shown_count; i++)
        if (fa_str_equal(rule->shown[i].name, first)) {
            *expr = rule->shown[i].expr; /* a column of the view before this one */
            return FA_OK;
        }
    bool is_state = rule->state_name.size && fa_str_equal(rule->state_name, first);
    int kind = (int)rule->state_kind, index = 0, name_count;
    const struct fa_unit_name *unit_names = fa_unit_names(rule->way, &name_count);
    for (int i = 0; i < name_count; i++)
        if (fa_str_is(first, unit_names[i].name)) {
            is_state = true;
            kind = (int)unit_names[i].kind;
            index = i;
        }
    for (int i = 0; i < rule->series_count; i++)
        if (fa_str_equal(rule->series[i].name, first)) {
            is_state = true;
            kind = (int)rule->series[i].kind_of_value;
            index = i;
        }
    if (is_state) {
        FA_TRY(fa_expr_make(checker, node, FA_OP_STATE, kind, NULL, 0, expr));
        (*expr)->index = index;
    } else if (rule->has_period && fa_str_is(first, period_word(rule->period))) {
        return fa_expr_make(checker, node, FA_OP_PERIOD_DAY, FA_KIND_DATE, NULL, 0, expr);
    }
    return FA_OK;
}

/* --- lets --- */

const struct fa_known_let *fa_find_let(const struct fa_checker *checker, struct fa_str name)
{
    int place = fa_name_map_find(&checker->let_places, name);
    return place < 0 ? NULL : &checker->lets.items[place];
}

enum fa_status fa_add_let(struct fa_checker *checker, struct fa_known_let let)
{
    struct fa_arena *arena = &checker->list->arena;
    if (fa_name_map_add(arena, &checker->let_places, let.let->name.text,
                        checker->lets.count) != FA_OK ||
        fa_list_add(arena, &checker->lets, let) != FA_OK)
        return fa_check_no_memory(checker);
    return FA_OK;
}

/* The rule's own lets hide those outside it. */
static bool find_let(const struct fa_checker *checker, const struct fa_names *names,
                     struct fa_str name, struct fa_known_let *found)
{
    for (int i = 0; names->syntax && i < names->syntax->lets.count; i++)
        if (fa_str_equal(names->syntax->lets.items[i].name.text, name)) {
            *found = (struct fa_known_let){&names->syntax->lets.items[i], checker->lexer,
                                           checker->ruleset};
            return true;
        }
    const struct fa_known_let *known = fa_find_let(checker, name);
    if (known)
        *found = *known;
    return known != NULL;
}

/* A let stands for its expression; NAME.column goes on where a let that is a path ends. */
static enum fa_status check_let(struct fa_checker *checker, const struct fa_names *names,
                                const struct fa_node *node, const struct fa_words *words,
                                const struct fa_known_let *known, const struct fa_expr *beside,
                                struct fa_expr **expr)
{
    struct fa_syntax_let *let = known->let;
    struct fa_names inside = *names;
    const struct fa_lexer *lexer = checker->lexer;
    /* what another ruleset means is not changed by the lets of a rule here */
    if (known->ruleset != checker->ruleset)
        inside.syntax = NULL;
    if (let->is_open)
        return fa_check_error(checker, FA_CODE_RULE_CYCLE, words->tokens[0], NULL,
                              "'%.*s' needs itself", (int)let->name.text.size,
                              let->name.text.bytes);
    let->is_used = let->is_open = true;
    struct fa_node members[FA_PATH_STEPS_MAX] = {*let->value};
    struct fa_node *args[FA_PATH_STEPS_MAX];
    for (int i = 1; i < words->count; i++) {
        args[i] = &members[i - 1];
        members[i] = (struct fa_node){.kind = FA_NODE_MEMBER,
                                      .token = *words->tokens[i],
                                      .args = &args[i],
                                      .arg_count = 1,
                                      .text = node->text};
    }
    checker->lexer = known->lexer;
    enum fa_status status =
        fa_check(checker, &inside, &members[words->count - 1], beside, expr);
    checker->lexer = lexer;
    let->is_open = false;
    return status;
}

/* --- parameters --- */

struct fa_param *fa_find_param(const struct fa_checker *checker, struct fa_str name)
{
    int place = fa_name_map_find(&checker->param_places, name);
    return place < 0 ? NULL : checker->params.items[place];
}

enum fa_status fa_add_param(struct fa_checker *checker, struct fa_param *param)
{
    struct fa_arena *arena = &checker->list->arena;
    if (fa_name_map_add(arena, &checker->param_places, param->name, checker->params.count) !=
            FA_OK ||
        fa_list_add(arena, &checker->params, param) != FA_OK)
        return fa_check_no_memory(checker);
    return FA_OK;
}

/* The key of a parameter that is used without brackets: its path, said where the parameter is
 * used. */
static enum fa_status implied_key(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *use, const struct fa_param *param,
                                  int index, struct fa_expr **expr)
{
    struct fa_sink *sink = checker->sink;
    const struct fa_node *path = param->key_paths[index];
    checker->sink = NULL; /* the path's own place would be the wrong one to tell */
    enum fa_status status = fa_check(checker, names, path, NULL, expr);
    checker->sink = sink;
    if (status == FA_OK || status == FA_ELIMIT)
        return status;
    return fa_check_error(checker, FA_CODE_RULE_NAME, &use->token,
                          "write NAME(x) with the key that is meant",
                          "the parameter depends on '%.*s', which is not known here",
                          (int)path->text.size, path->text.bytes);
}

/* KEYS are the arguments in brackets; none: the parameter's own paths. */
static enum fa_status check_param(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *node, struct fa_param *param,
                                  struct fa_node *const *keys, int key_count,
                                  struct fa_expr **expr)
{
    if (param->is_broken)
        return FA_ERULES;
    if (param->is_scale)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, "write scale(x, NAME)",
                              "'%.*s' is a scale, not a value", (int)param->name.size,
                              param->name.bytes);
    if (key_count && key_count != param->key_count)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL,
                              "expected %d keys of the parameter, found %d", param->key_count,
                              key_count);
    struct fa_expr **args =
        fa_arena_array(&checker->list->arena, (size_t)param->key_count + 1, sizeof *args);
    if (!args)
        return fa_check_no_memory(checker);
    for (int i = 0; i < param->key_count; i++) {
        const struct fa_expr beside = {.kind = param->key_kinds[i],
                                       .values_of = param->key_columns[i]};
        if (key_count) {
            FA_TRY(fa_check(checker, names, keys[i], &beside, &args[i]));
            FA_TRY(fa_coerce(checker, keys[i], (int)param->key_kinds[i], &args[i]));
        } else {
            FA_TRY(implied_key(checker, names, node, param, i, &args[i]));
        }
    }
    FA_TRY(fa_expr_make(checker, node, FA_OP_PARAM, (int)param->kind, args, param->key_count,
                        expr));
    (*expr)->param.param = param;
    param->is_used = true;
    return FA_OK;
}

/* --- look-ups --- */

static const struct fa_node *without_any(const struct fa_node *node, bool *is_any)
{
    *is_any = node->kind == FA_NODE_PREFIX && fa_str_is(node->token.text, "any");
    return *is_any ? node->args[0] : node;
}

/* The call of T(...) that a node rests on: [any] T(...) [at X] . column */
static const struct fa_node *lookup_call(const struct fa_node *node)
{
    while (node->kind == FA_NODE_MEMBER || node->kind == FA_NODE_AT ||
           (node->kind == FA_NODE_PREFIX && fa_str_is(node->token.text, "any")))
        node = node->args[0];
    return node->kind == FA_NODE_CALL ? node : NULL;
}

bool fa_is_lookup(struct fa_checker *checker, const struct fa_node *node)
{
    const struct fa_node *call = lookup_call(node);
    const struct fa_table_def *def =
        call ? fa_find_table(checker, call->token.text) : NULL;
    if (!def) /* nobody says of a broken view that it is no table */
        return call && fa_view_is_broken(checker, call->token.text);
    return def->written_by != FA_BY_FLAG;
}

static enum fa_status check_conditions(struct fa_checker *checker, const struct fa_names *names,
                                       const struct fa_node *call,
                                       const struct fa_table_def *def, struct fa_lookup *lookup)
{
    struct fa_arena *arena = &checker->list->arena;
    lookup->cond_columns =
        fa_arena_array(arena, (size_t)call->arg_count + 1, sizeof *lookup->cond_columns);
    lookup->cond_values =
        fa_arena_array(arena, (size_t)call->arg_count + 1, sizeof *lookup->cond_values);
    if (!lookup->cond_columns || !lookup->cond_values)
        return fa_check_no_memory(checker);
    if (call->arg_count == 0)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &call->token,
                              "write T(column = value)",
                              "a look-up needs at least one condition");
    for (int i = 0; i < call->arg_count; i++) {
        const struct fa_node *arg = call->args[i];
        if (!fa_node_is(arg, FA_NODE_BINARY, "=") || arg->args[0]->kind != FA_NODE_NAME)
            return fa_check_error(checker, FA_CODE_RULE_TYPE, &arg->token,
                                  "write T(column = value)",
                                  "a look-up takes conditions of the form column = value");
        int column = find_column(def, arg->args[0]->token.text);
        if (column == FA_NO_COLUMN)
            return no_column(checker, &arg->args[0]->token, def);
        const struct fa_column_def *of = &def->columns[column];
        const struct fa_expr beside = {.kind = fa_kind_of(of->type),
                                       .values_of = of->value_count ? of : NULL,
                                       .refers_to = of->refers_to};
        struct fa_expr *value;
        FA_TRY(fa_check(checker, names, arg->args[1], &beside, &value));
        FA_TRY(fa_coerce(checker, arg->args[1], (int)beside.kind, &value));
        if (value->kind == FA_KIND_ID && value->refers_to != of->refers_to)
            return fa_check_error(checker, FA_CODE_RULE_TYPE, &arg->args[1]->token, NULL,
                                  "'%.*s' is an id of another table than the column '%.*s'",
                                  (int)arg->args[1]->text.size, arg->args[1]->text.bytes,
                                  (int)of->name.size, of->name.bytes);
        lookup->cond_columns[lookup->cond_count] = column;
        lookup->cond_values[lookup->cond_count++] = value;
    }
    return FA_OK;
}

static bool asks_status(const struct fa_table_def *flow, const struct fa_lookup *lookup)
{
    int status = fa_table_find_column(flow, FA_STR("status"));
    for (int i = 0; i < lookup->cond_count; i++)
        if (lookup->cond_columns[i] == status)
            return true;
    return false;
}

/* T(...) [at X], behind an optional any. */
static enum fa_status check_found(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *node, struct fa_lookup **lookup)
{
    struct fa_lookup *found = fa_arena_alloc(&checker->list->arena, sizeof *found);
    if (!found)
        return fa_check_no_memory(checker);
    const struct fa_node *call = node->kind == FA_NODE_AT ? node->args[0] : node;
    const struct fa_table_def *def = fa_find_table(checker, call->token.text);
    if (!def)
        return FA_ERULES;
    if (names->level == FA_NAMES_NONE)
        return fa_check_error(checker, FA_CODE_RULE_LEVEL, &call->token, NULL,
                              "no table can be looked up here");
    found->table = def->index;
    FA_TRY(check_conditions(checker, names, call, def, found));
    if (fa_str_is(def->name, "flow") && !asks_status(def, found))
        return fa_check_error(checker, FA_CODE_RULE_STATUS, &call->token,
                              "write flow(status = settled, ...)",
                              "flow holds pending and failed flows too, and the look-up does "
                              "not ask for a status");
    if (node->kind == FA_NODE_AT) {
        FA_TRY(fa_check_any(checker, names, node->args[1], &found->at));
        if (found->at->kind != FA_KIND_DATE && found->at->kind != FA_KIND_TIME)
            return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->args[1]->token, NULL,
                                  "expected a date or time behind at, found %s",
                                  fa_kind_name((int)found->at->kind));
    }
    *lookup = found;
    return FA_OK;
}

/* [any] T(...) [at X] . column . column */
static enum fa_status check_lookup(struct fa_checker *checker, const struct fa_names *names,
                                   const struct fa_node *node, struct fa_expr **expr)
{
    bool is_any;
    const struct fa_node *at = without_any(node, &is_any);
    struct fa_words words = {.count = 0};
    for (const struct fa_node *member = at; member->kind == FA_NODE_MEMBER;
         member = member->args[0])
        words.count++;
    if (words.count > FA_PATH_STEPS_MAX)
        return fa_check_error(checker, FA_CODE_RULE_SIZE, &node->token, NULL,
                              "a path has at most %d steps", FA_PATH_STEPS_MAX);
    for (int i = words.count; at->kind == FA_NODE_MEMBER; at = at->args[0])
        words.tokens[--i] = &at->token;
    if (words.count == 0)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token,
                              "write T(...).column for a value of it, or has T(...)",
                              "a row is not a value");
    struct fa_lookup *lookup;
    FA_TRY(check_found(checker, names, at, &lookup));
    lookup->is_any = is_any;
    struct fa_path path = {.table = lookup->table};
    const struct fa_column_def *last = NULL;
    FA_TRY(fa_follow(checker, &words, 0, &path, &last));
    FA_TRY(fa_path_expr(checker, node, &path, expr));
    (*expr)->op = FA_OP_LOOKUP;
    (*expr)->look.lookup = lookup;
    (*expr)->look.path = path;
    return FA_OK;
}

static enum fa_status check_has(struct fa_checker *checker, const struct fa_names *names,
                                const struct fa_node *node, struct fa_expr **expr)
{
    const struct fa_node *row = node->args[0];
    char hint[FA_NEAREST_HINT_BYTES];
    if (!fa_is_lookup(checker, row) || row->kind == FA_NODE_MEMBER ||
        row->kind == FA_NODE_PREFIX)
        return fa_check_error(
            checker, FA_CODE_RULE_TYPE, &row->token,
            fa_table_hint(checker, row->token.text, "write has T(column = value)", hint),
            "expected a look-up behind has");
    struct fa_lookup *lookup;
    FA_TRY(check_found(checker, names, row, &lookup));
    FA_TRY(fa_expr_make(checker, node, FA_OP_HAS, FA_KIND_BOOL, NULL, 0, expr));
    (*expr)->look.lookup = lookup;
    return FA_OK;
}

/* --- names --- */

static enum fa_status unknown_name(struct fa_checker *checker, const struct fa_names *names,
                                   const struct fa_token *token, const struct fa_expr *beside)
{
    struct fa_nearest nearest = {.wanted = token->text};
    char hint[FA_NEAREST_HINT_BYTES];
    int size = (int)token->text.size;
    if (beside && beside->values_of) {
        for (uint32_t i = 0; i < beside->values_of->value_count; i++)
            fa_nearest_add(&nearest, beside->values_of->values[i]);
        return fa_check_error(
            checker, FA_CODE_RULE_VALUE, token, fa_nearest_hint(&nearest, NULL, hint),
            "column %.*s has no value '%.*s'", (int)beside->values_of->name.size,
            beside->values_of->name.bytes, size, token->text.bytes);
    }
    if (names->def)
        suggest_columns(names->def, &nearest);
    for (int i = 0; names->rule && i < names->rule->key_count; i++)
        fa_nearest_add(&nearest, names->rule->keys[i].name);
    if (names->rule) {
        int count;
        const struct fa_unit_name *unit_names = fa_unit_names(names->rule->way, &count);
        for (int i = 0; i < count; i++)
            fa_nearest_add(&nearest, fa_str_from(unit_names[i].name));
        fa_nearest_add(&nearest, names->rule->state_name);
    }
    for (int i = 0; names->syntax && i < names->syntax->lets.count; i++)
        fa_nearest_add(&nearest, names->syntax->lets.items[i].name.text);
    for (int i = 0; i < checker->params.count; i++)
        fa_nearest_add(&nearest, checker->params.items[i]->name);
    bool is_text = beside && beside->kind == FA_KIND_TEXT;
    return fa_check_error(
        checker, FA_CODE_RULE_NAME, token,
        fa_nearest_hint(&nearest, is_text ? "a text stands in quotes" : fa_habit_hint(token->text), hint),
        "unknown name '%.*s'", size, token->text.bytes);
}

/* The value of an enum, a currency, true or false, when the word is one beside BESIDE. */
static enum fa_status check_word(struct fa_checker *checker, const struct fa_node *node,
                                 const struct fa_expr *beside, struct fa_expr **expr)
{
    struct fa_str word = node->token.text;
    struct fa_value value = {.denominator = 1};
    bool is_found = false;
    if (beside && beside->values_of)
        for (uint32_t i = 0; i < beside->values_of->value_count && !is_found; i++) {
            is_found = fa_str_equal(word, beside->values_of->values[i]);
            value.numerator = (fa_i128)i;
        }
    value.kind = is_found && beside->kind == FA_KIND_ENUM ? FA_KIND_ENUM : FA_KIND_TEXT;
    value.text = value.kind == FA_KIND_TEXT ? word : (struct fa_str){0};
    fa_currency currency;
    if (beside && beside->kind == FA_KIND_CURRENCY && fa_currency_parse(word, &currency)) {
        is_found = true;
        value = (struct fa_value){
            .kind = FA_KIND_CURRENCY, .numerator = currency, .denominator = 1};
    }
    if (fa_str_is(word, "true") || fa_str_is(word, "false")) {
        is_found = true;
        value = (struct fa_value){
            .kind = FA_KIND_BOOL, .numerator = fa_str_is(word, "true"), .denominator = 1};
    }
    if (!is_found)
        return FA_OK;
    FA_TRY(fa_expr_make(checker, node, FA_OP_CONST, (int)value.kind, NULL, 0, expr));
    (*expr)->value = value;
    (*expr)->values_of = value.kind == FA_KIND_ENUM ? beside->values_of : NULL;
    return FA_OK;
}

/* A path or a bare name. */
static enum fa_status check_words(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *node, const struct fa_words *words,
                                  const struct fa_expr *beside, struct fa_expr **expr)
{
    struct fa_str first = words->tokens[0]->text;
    *expr = NULL;
    if (words->count == 1)
        FA_TRY(check_word(checker, node, beside, expr));
    if (*expr)
        return FA_OK;
    struct fa_known_let let;
    if (find_let(checker, names, first, &let))
        return check_let(checker, names, node, words, &let, beside, expr);
    if (names->level == FA_NAMES_GROUP)
        FA_TRY(check_group_name(checker, names, node, words, expr));
    if (*expr)
        return FA_OK;
    /* TABLE.column says the same as column */
    bool is_column = names->def && find_column(names->def, first) != FA_NO_COLUMN;
    bool is_table =
        !is_column && names->def && words->count > 1 && fa_str_equal(names->def->name, first);
    if (is_column || is_table) {
        struct fa_path path = {.table = names->table};
        const struct fa_column_def *last = NULL;
        FA_TRY(fa_follow(checker, words, is_table, &path, &last));
        return names->level == FA_NAMES_GROUP ? group_path(checker, names, node, &path, expr)
                                              : fa_path_expr(checker, node, &path, expr);
    }
    struct fa_param *param = words->count == 1 ? fa_find_param(checker, first) : NULL;
    if (param)
        return check_param(checker, names, node, param, NULL, 0, expr);
    if (words->count == 1 && fa_str_is(first, "as_of"))
        return fa_expr_make(checker, node, FA_OP_AS_OF, FA_KIND_DATE, NULL, 0, expr);
    return unknown_name(checker, names, words->tokens[0], words->count == 1 ? beside : NULL);
}

/* P at X or P(k) at X */
static enum fa_status check_param_at(struct fa_checker *checker, const struct fa_names *names,
                                     const struct fa_node *node, struct fa_expr **expr)
{
    const struct fa_node *use = node->args[0];
    struct fa_param *param = fa_find_param(checker, use->token.text);
    if (!param)
        return fa_check_error(checker, FA_CODE_RULE_NAME, &use->token,
                              "only parameters and look-ups are read at another date",
                              "unknown parameter '%.*s'", (int)use->token.text.size,
                              use->token.text.bytes);
    FA_TRY(check_param(checker, names, use, param, use->args, use->arg_count, expr));
    struct fa_expr *at;
    FA_TRY(fa_check_any(checker, names, node->args[1], &at));
    if (at->kind != FA_KIND_DATE && at->kind != FA_KIND_TIME)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->args[1]->token, NULL,
                              "expected a date or time behind at, found %s",
                              fa_kind_name((int)at->kind));
    (*expr)->param.at = at;
    (*expr)->text = node->text;
    return FA_OK;
}

enum fa_status fa_check_name(struct fa_checker *checker, const struct fa_names *names,
                             const struct fa_node *node, const struct fa_expr *beside,
                             struct fa_expr **expr)
{
    struct fa_words words;
    if (node->kind == FA_NODE_PREFIX && fa_str_is(node->token.text, "has"))
        return check_has(checker, names, node, expr);
    if (fa_is_lookup(checker, node))
        return check_lookup(checker, names, node, expr);
    if (node->kind == FA_NODE_AT)
        return check_param_at(checker, names, node, expr);
    if (node->kind == FA_NODE_CALL) {
        struct fa_param *param = fa_find_param(checker, node->token.text);
        return check_param(checker, names, node, param, node->args, node->arg_count, expr);
    }
    if (fa_node_words(node, &words))
        return check_words(checker, names, node, &words, beside, expr);
    return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL,
                          "only a name or a look-up has columns");
}
