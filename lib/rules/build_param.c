/*
 * Parameters: their types, keys, and values by date.
 */
#include "base/nearest.h"
#include "rules/compile_parts.h"

static const struct {
    const char *name;
    enum fa_kind kind;
} param_types[] = {
    {"money", FA_KIND_MONEY}, {"int", FA_KIND_INT},           {"ratio", FA_KIND_RATIO},
    {"date", FA_KIND_DATE},   {"duration", FA_KIND_DURATION}, {"text", FA_KIND_TEXT},
    {"bool", FA_KIND_BOOL},   {"scale", FA_KIND_MONEY},
};

enum { PARAM_TYPE_COUNT = sizeof param_types / sizeof *param_types };

static enum fa_status param_type(struct fa_checker *checker,
                                 const struct fa_syntax_param *syntax, struct fa_param *param)
{
    struct fa_nearest nearest = {.wanted = syntax->type.text};
    for (int i = 0; i < PARAM_TYPE_COUNT; i++) {
        if (fa_str_is(syntax->type.text, param_types[i].name)) {
            param->kind = param_types[i].kind;
            param->is_scale = fa_str_is(syntax->type.text, "scale");
            return FA_OK;
        }
        fa_nearest_add(&nearest, fa_str_from(param_types[i].name));
    }
    char hint[FA_NEAREST_HINT_BYTES];
    return fa_check_error(checker, FA_CODE_RULE_NAME, &syntax->type,
                          fa_nearest_hint(&nearest,
                                          "there are money, int, ratio, date, duration, text, "
                                          "bool and scale",
                                          hint),
                          "unknown type '%.*s'", (int)syntax->type.text.size,
                          syntax->type.text.bytes);
}

/* The column that a key path ends in: TABLE.column..., or filer.column... */
static enum fa_status param_key(struct fa_checker *checker, const struct fa_node *node,
                                const struct fa_column_def **column)
{
    struct fa_words words;
    if (!fa_node_words(node, &words) || words.count < 2)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token,
                              "write account.class, filer.region",
                              "the key of a parameter is a table and its column");
    bool is_filer = fa_str_is(words.tokens[0]->text, "filer");
    struct fa_str name = is_filer ? FA_STR("institution") : words.tokens[0]->text;
    const struct fa_table_def *def = fa_find_table(checker, name);
    char hint[FA_NEAREST_HINT_BYTES];
    if (!def)
        return fa_check_error(checker, FA_CODE_RULE_NAME, words.tokens[0],
                              fa_table_hint(checker, name, NULL, hint), "unknown table '%.*s'",
                              (int)name.size, name.bytes);
    struct fa_path path = {.table = def->index};
    for (int i = 1; i < words.count; i++)
        words.tokens[i - 1] = words.tokens[i];
    words.count--;
    return fa_follow(checker, &words, 0, &path, column);
}

static enum fa_status param_keys(struct fa_checker *checker,
                                 const struct fa_syntax_param *syntax, struct fa_param *param)
{
    size_t count = (size_t)syntax->keys.count + 1;
    param->key_kinds = fa_arena_array(&checker->list->arena, count, sizeof *param->key_kinds);
    param->key_columns =
        fa_arena_array(&checker->list->arena, count, sizeof *param->key_columns);
    param->key_paths = fa_arena_array(&checker->list->arena, count, sizeof *param->key_paths);
    if (!param->key_kinds || !param->key_columns || !param->key_paths)
        return fa_check_no_memory(checker);
    for (int i = 0; i < syntax->keys.count; i++) {
        const struct fa_column_def *column = NULL;
        FA_TRY(param_key(checker, syntax->keys.items[i], &column));
        enum fa_kind kind = fa_kind_of(column->type);
        if (kind != FA_KIND_ENUM && kind != FA_KIND_TEXT && kind != FA_KIND_INT &&
            kind != FA_KIND_BOOL)
            return fa_check_error(checker, FA_CODE_RULE_TYPE, &syntax->keys.items[i]->token,
                                  NULL, "%s cannot be the key of a parameter",
                                  fa_kind_name((int)kind));
        param->key_kinds[i] = kind;
        param->key_columns[i] = kind == FA_KIND_ENUM ? column : NULL;
        param->key_paths[i] = syntax->keys.items[i];
    }
    param->key_count = syntax->keys.count;
    return FA_OK;
}

static const struct fa_names no_names = {.level = FA_NAMES_NONE};

enum fa_status fa_param_value(struct fa_checker *checker, const struct fa_node *node,
                                  enum fa_kind kind, struct fa_value *value)
{
    if (fa_node_is(node, FA_NODE_NAME, "none")) {
        *value = (struct fa_value){.kind = kind, .is_none = true, .denominator = 1};
        return FA_OK;
    }
    struct fa_expr *expr;
    FA_TRY(fa_check_kind(checker, &no_names, node, kind, &expr));
    if (expr->op != FA_OP_CONST)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL,
                              "the value of a parameter is a constant");
    *value = expr->value;
    value->kind = kind;
    return FA_OK;
}

static enum fa_status param_row(struct fa_checker *checker, const struct fa_param *param,
                                const struct fa_syntax_entry *entry, struct fa_param_row *row)
{
    row->keys =
        fa_arena_array(&checker->list->arena, (size_t)param->key_count + 1, sizeof *row->keys);
    if (!row->keys)
        return fa_check_no_memory(checker);
    for (int i = 0; i < entry->keys.count; i++) {
        const struct fa_token *token = &entry->keys.items[i];
        const struct fa_expr beside = {.kind = param->key_kinds[i],
                                       .values_of = param->key_columns[i]};
        struct fa_node node = {.kind = token->kind == FA_TOKEN_STRING   ? FA_NODE_STRING
                                       : token->kind == FA_TOKEN_NUMBER ? FA_NODE_NUMBER
                                                                        : FA_NODE_NAME,
                               .token = *token,
                               .text = token->text};
        struct fa_expr *key;
        /* words name texts here too: a region code, a class */
        if (beside.kind == FA_KIND_TEXT)
            node.kind = FA_NODE_STRING;
        FA_TRY(fa_check(checker, &no_names, &node, &beside, &key));
        FA_TRY(fa_coerce(checker, &node, (int)beside.kind, &key));
        row->keys[i] = key->value;
    }
    return fa_param_value(checker, entry->value, param->kind, &row->value);
}

static enum fa_status param_period(struct fa_checker *checker, const struct fa_param *param,
                                   const struct fa_syntax_from *from,
                                   struct fa_param_period *period)
{
    size_t count = (size_t)from->entries.count + 1;
    *period = (struct fa_param_period){.from_day = from->from_day, .to_day = from->to_day};
    period->rows = fa_arena_array(&checker->list->arena, count, sizeof *period->rows);
    period->parts = fa_arena_array(&checker->list->arena, count, sizeof *period->parts);
    if (!period->rows || !period->parts)
        return fa_check_no_memory(checker);
    for (int i = 0; i < from->entries.count; i++) {
        const struct fa_syntax_entry *entry = &from->entries.items[i];
        bool is_last = i == from->entries.count - 1;
        if (!param->is_scale && !entry->up_to) {
            FA_TRY(param_row(checker, param, entry, &period->rows[period->row_count++]));
            continue;
        }
        if (!param->is_scale || (entry->up_to == NULL) != is_last)
            return fa_check_error(checker, FA_CODE_RULE_TYPE, &from->token,
                                  "5% to 50000000.00, 4% to "
                                  "200000000.00, 3%",
                                  param->is_scale
                                      ? "each part of a scale but the last has a limit"
                                      : "only a scale has limits");
        struct fa_scale_part *part = &period->parts[period->part_count++];
        part->up_to =
            (struct fa_value){.kind = FA_KIND_MONEY, .is_missing = true, .denominator = 1};
        FA_TRY(fa_param_value(checker, entry->value, FA_KIND_RATIO, &part->rate));
        if (entry->up_to)
            FA_TRY(fa_param_value(checker, entry->up_to, FA_KIND_MONEY, &part->up_to));
    }
    if (!param->is_scale && param->key_count == 0 && period->row_count != 1)
        return fa_check_error(checker, FA_CODE_RULE_OVERLAP, &from->token,
                              "add by TABLE.column",
                              "a parameter without a key has one value a date");
    return FA_OK;
}

/* Each period ends where the next begins, unless it says when: then both must meet. */
static enum fa_status param_periods(struct fa_checker *checker,
                                    const struct fa_syntax_param *syntax,
                                    struct fa_param *param)
{
    size_t count = (size_t)syntax->periods.count + 1;
    param->periods = fa_arena_array(&checker->list->arena, count, sizeof *param->periods);
    if (!param->periods)
        return fa_check_no_memory(checker);
    for (int i = 0; i < syntax->periods.count; i++) {
        const struct fa_syntax_from *from = &syntax->periods.items[i];
        struct fa_param_period *period = &param->periods[i];
        FA_TRY(param_period(checker, param, from, period));
        struct fa_param_period *before = i ? period - 1 : NULL;
        if (before &&
            (from->from_day <= before->from_day ||
             (syntax->periods.items[i - 1].has_end && from->from_day <= before->to_day)))
            return fa_check_error(checker, FA_CODE_RULE_OVERLAP, &from->token,
                                  "list the dates in order, each day once",
                                  "'%.*s' has two values on this day", (int)param->name.size,
                                  param->name.bytes);
        if (before && !syntax->periods.items[i - 1].has_end)
            before->to_day = from->from_day - 1;
        if (before && before->to_day != from->from_day - 1)
            return fa_check_error(checker, FA_CODE_RULE_GAP, &from->token,
                                  "write none for days without a limit",
                                  "'%.*s' has no value on the days before this one",
                                  (int)param->name.size, param->name.bytes);
        param->period_count++;
    }
    if (param->period_count == 0 && !param->is_required)
        return fa_check_error(checker, FA_CODE_RULE_MISSING, &syntax->name,
                              "write from DATE = VALUE, or required \"who knows it\"",
                              "parameter '%.*s' has no value", (int)param->name.size,
                              param->name.bytes);
    return FA_OK;
}

enum fa_status fa_param_make(struct fa_checker *checker, const struct fa_syntax_param *syntax,
                             struct fa_param *param)
{
    checker->expr_count = 0;
    *param = (struct fa_param){.name = syntax->name.text,
                               .ruleset = checker->ruleset,
                               .is_required = syntax->is_required,
                               .cite = syntax->cite,
                               .sources = syntax->sources,
                               .note = syntax->note,
                               .line_no = (uint32_t)syntax->name.line_no};
    if (fa_find_param(checker, param->name))
        return fa_check_error(checker, FA_CODE_RULE_TWICE, &syntax->name, NULL,
                              "parameter '%.*s' is there already", (int)param->name.size,
                              param->name.bytes);
    enum fa_status status = syntax->is_broken ? FA_ERULES : param_type(checker, syntax, param);
    if (status == FA_OK)
        status = param_keys(checker, syntax, param);
    if (status == FA_OK && syntax->cite.text.size == 0)
        status = fa_check_error(checker, FA_CODE_RULE_CITE, &syntax->name,
                                "add cite \"Art. 1\" seen", "parameter '%.*s' has no citation",
                                (int)param->name.size, param->name.bytes);
    if (status == FA_OK)
        status = param_periods(checker, syntax, param);
    if (status == FA_OK && param->period_count)
        param->is_required = false;
    /* a broken one is known by name, so that its uses are not reported too */
    param->is_broken = status != FA_OK;
    enum fa_status added = fa_add_param(checker, param);
    return added != FA_OK ? added : status;
}
