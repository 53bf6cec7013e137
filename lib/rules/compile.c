/*
 * From the syntax of a file to typed rulesets: heads, parameters, uniqueness. One rule is made
 * in build.c.
 */
#include "rules/compile.h"

#include <string.h>

#include "base/nearest.h"
#include "rules/build.h"

void fa_ruleset_list_init(struct fa_ruleset_list *list, const struct fa_dictionary *dictionary)
{
    *list = (struct fa_ruleset_list){.dictionary = dictionary};
    fa_arena_init(&list->arena);
}

void fa_ruleset_list_release(struct fa_ruleset_list *list)
{
    fa_vec_free(&list->rulesets);
    fa_arena_release(&list->arena);
}

static struct fa_ruleset *find_ruleset(const struct fa_ruleset_list *list, struct fa_str id)
{
    for (size_t i = 0; i < list->rulesets.count; i++)
        if (fa_str_equal(list->rulesets.items[i]->id, id))
            return list->rulesets.items[i];
    return NULL;
}

/* --- parameters --- */

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
    const struct fa_table_def *def = fa_dictionary_find(checker->list->dictionary, name);
    if (!def)
        return fa_check_error(checker, FA_CODE_RULE_NAME, words.tokens[0], NULL,
                              "unknown table '%.*s'", (int)name.size, name.bytes);
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

/* A value of a parameter: constant, or none. */
static enum fa_status param_value(struct fa_checker *checker, const struct fa_node *node,
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
    return param_value(checker, entry->value, param->kind, &row->value);
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
        FA_TRY(param_value(checker, entry->value, FA_KIND_RATIO, &part->rate));
        if (entry->up_to)
            FA_TRY(param_value(checker, entry->up_to, FA_KIND_MONEY, &part->up_to));
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

static enum fa_status make_param(struct fa_checker *checker,
                                 const struct fa_syntax_param *syntax, struct fa_param *param)
{
    *param = (struct fa_param){.name = syntax->name.text,
                               .is_required = syntax->is_required,
                               .cite = syntax->cite,
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
    if (fa_list_add(&checker->list->arena, &checker->params, param) != FA_OK)
        return fa_check_no_memory(checker);
    return status;
}

/* --- a ruleset --- */

static void remember(enum fa_status *total, enum fa_status status)
{
    if (*total == FA_OK || (*total == FA_ERULES && status != FA_OK))
        *total = status;
}

static enum fa_status use_others(struct fa_checker *checker)
{
    enum fa_status total = FA_OK;
    for (int i = 0; i < checker->syntax->uses.count; i++) {
        const struct fa_token *name = &checker->syntax->uses.items[i];
        struct fa_ruleset *other = find_ruleset(checker->list, name->text);
        if (!other)
            remember(&total, fa_check_error(checker, FA_CODE_RULE_NAME, name,
                                            "give its file before this one",
                                            "ruleset '%.*s' is not loaded",
                                            (int)name->text.size, name->text.bytes));
        for (int p = 0; other && p < other->param_count; p++)
            if (fa_list_add(&checker->list->arena, &checker->params, &other->params[p]) !=
                FA_OK)
                return fa_check_no_memory(checker);
    }
    return total;
}

static enum fa_status check_head(struct fa_checker *checker)
{
    const struct fa_syntax_ruleset *syntax = checker->syntax;
    const char *lacks = syntax->title_en.size == 0  ? "title en"
                        : !syntax->has_force        ? "in force"
                        : syntax->zone.name[0] == 0 ? "zone"
                                                    : NULL;
    if (lacks && !syntax->is_broken)
        return fa_check_error(checker, FA_CODE_RULE_MISSING, &syntax->id, NULL,
                              "ruleset '%.*s' lacks '%s'", (int)syntax->id.text.size,
                              syntax->id.text.bytes, lacks);
    if (find_ruleset(checker->list, syntax->id.text))
        return fa_check_error(checker, FA_CODE_RULE_TWICE, &syntax->id, NULL,
                              "ruleset '%.*s' is there already", (int)syntax->id.text.size,
                              syntax->id.text.bytes);
    if (!syntax->applies)
        return FA_OK;
    const struct fa_table_def *institution =
        fa_dictionary_find(checker->list->dictionary, FA_STR("institution"));
    if (!institution)
        return fa_check_error(checker, FA_CODE_RULE_NAME, &syntax->id, NULL,
                              "there is no table institution");
    const struct fa_names names = {
        .level = FA_NAMES_ROW, .table = institution->index, .def = institution};
    return fa_check_kind(checker, &names, syntax->applies, FA_KIND_BOOL,
                         &checker->ruleset->applies);
}

/* Another rule of this id, in this ruleset before it or in one loaded earlier. */
static bool is_id_taken(const struct fa_checker *checker, const struct fa_syntax_rule *rule)
{
    for (size_t r = 0; r < checker->list->rulesets.count; r++)
        for (int i = 0; i < checker->list->rulesets.items[r]->rule_count; i++)
            if (fa_str_equal(checker->list->rulesets.items[r]->rules[i].id, rule->id.text))
                return true;
    for (const struct fa_syntax_rule *other = checker->syntax->rules.items; other < rule;
         other++)
        if (fa_str_equal(other->id.text, rule->id.text))
            return true;
    return false;
}

static enum fa_status make_params(struct fa_checker *checker)
{
    struct fa_ruleset *ruleset = checker->ruleset;
    enum fa_status total = use_others(checker);
    for (int i = 0; i < checker->syntax->params.count; i++)
        remember(&total, make_param(checker, &checker->syntax->params.items[i],
                                    &ruleset->params[ruleset->param_count++]));
    return total;
}

static enum fa_status make_rules(struct fa_checker *checker)
{
    struct fa_ruleset *ruleset = checker->ruleset;
    enum fa_status total = FA_OK;
    for (int i = 0; i < checker->syntax->rules.count; i++) {
        struct fa_syntax_rule *syntax = &checker->syntax->rules.items[i];
        if (is_id_taken(checker, syntax))
            remember(&total, fa_check_error(checker, FA_CODE_RULE_TWICE, &syntax->id,
                                            "rule ids are unique over all rulesets",
                                            "rule '%.*s' is there already",
                                            (int)syntax->id.text.size, syntax->id.text.bytes));
        else if (syntax->is_broken)
            total = FA_ERULES;
        else
            remember(&total,
                     fa_rule_build(checker, syntax, &ruleset->rules[ruleset->rule_count++]));
    }
    return total;
}

static void warn_unused(struct fa_checker *checker)
{
    for (int i = 0; i < checker->syntax->lets.count; i++)
        fa_rule_warn_unused(checker, &checker->syntax->lets.items[i]);
}

static enum fa_status make_ruleset(struct fa_checker *checker, struct fa_str file)
{
    struct fa_syntax_ruleset *syntax = checker->syntax;
    struct fa_arena *arena = &checker->list->arena;
    struct fa_ruleset *ruleset = fa_arena_alloc(arena, sizeof *ruleset);
    if (!ruleset)
        return fa_check_no_memory(checker);
    *ruleset = (struct fa_ruleset){.id = syntax->id.text,
                                   .file = file,
                                   .title_en = syntax->title_en,
                                   .title_zh = syntax->title_zh,
                                   .issuer = syntax->issuer,
                                   .document = syntax->document,
                                   .sources = syntax->sources,
                                   .from_day = syntax->from_day,
                                   .to_day = syntax->to_day,
                                   .zone = syntax->zone,
                                   .calendar = syntax->calendar,
                                   .currency = syntax->currency,
                                   .text = checker->lexer->text};
    ruleset->params =
        fa_arena_array(arena, (size_t)syntax->params.count + 1, sizeof *ruleset->params);
    ruleset->rules =
        fa_arena_array(arena, (size_t)syntax->rules.count + 1, sizeof *ruleset->rules);
    checker->leg = fa_leg_table(checker->list->dictionary, arena);
    if (!ruleset->params || !ruleset->rules)
        return fa_check_no_memory(checker);
    if (!checker->leg)
        return fa_check_error(checker, FA_CODE_DEFECT, &syntax->id, NULL,
                              "the dictionary lacks flow or account");
    checker->ruleset = ruleset;
    enum fa_status total = FA_OK;
    remember(&total, make_params(checker));
    remember(&total, check_head(checker));
    remember(&total, make_rules(checker));
    if (total != FA_OK || syntax->is_broken)
        return total == FA_OK ? FA_ERULES : total;
    warn_unused(checker);
    return fa_vec_add(&checker->list->rulesets, ruleset) == FA_OK ? FA_OK
                                                                  : fa_check_no_memory(checker);
}

static enum fa_status hash_file(struct fa_ruleset_list *list, size_t from, struct fa_str text,
                                struct fa_sink *sink)
{
    struct fa_sha256 *sha = fa_sha256_new();
    uint8_t digest[FA_SHA256_BYTES];
    if (!sha)
        return fa_out_of_memory(sink, "a ruleset's hash");
    fa_sha256_add(sha, text.bytes, text.size);
    fa_sha256_finish(sha, digest);
    fa_sha256_free(sha);
    for (size_t i = from; i < list->rulesets.count; i++)
        fa_sha256_hex(digest, list->rulesets.items[i]->hash);
    return FA_OK;
}

enum fa_status fa_ruleset_compile(struct fa_ruleset_list *list, struct fa_str text,
                                  struct fa_str file, struct fa_sink *sink)
{
    struct fa_str kept = fa_arena_str(&list->arena, text);
    struct fa_str name = fa_arena_str(&list->arena, file);
    if (!kept.bytes || !name.bytes)
        return fa_out_of_memory(sink, "a ruleset");
    struct fa_lexer lexer;
    struct fa_syntax_file syntax = {.mistake_count = 0};
    FA_TRY(fa_lexer_init(&lexer, kept, name, &list->arena, sink));
    enum fa_status total = fa_syntax_parse(&lexer, &syntax);
    if (total != FA_OK && total != FA_ERULES)
        return total;
    size_t first = list->rulesets.count;
    /* after a mistake in a character the rest of the file is not there to be checked */
    for (int i = 0; lexer.status == FA_OK && i < syntax.rulesets.count; i++) {
        struct fa_checker checker = {
            .list = list, .lexer = &lexer, .sink = sink, .syntax = &syntax.rulesets.items[i]};
        remember(&total, make_ruleset(&checker, name));
    }
    if (total != FA_OK)
        list->rulesets.count = first;
    return total == FA_OK ? hash_file(list, first, kept, sink) : total;
}

/* --- overriding a parameter --- */

static enum fa_status read_value(struct fa_checker *checker, struct fa_lexer *lexer,
                                 const struct fa_param *param, struct fa_value *value)
{
    const struct fa_node *node;
    FA_TRY(fa_expr_parse(lexer, &node));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    FA_TRY(param_value(checker, node, param->kind, value));
    return lexer->token.kind == FA_TOKEN_END ? FA_OK : FA_ERULES;
}

enum fa_status fa_param_override(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                 struct fa_param *param, struct fa_str text)
{
    struct fa_lexer lexer;
    struct fa_syntax_ruleset syntax = {.is_broken = false};
    struct fa_checker checker = {
        .list = list, .lexer = &lexer, .syntax = &syntax, .ruleset = ruleset};
    struct fa_value value;
    if (param->is_scale)
        return FA_ERULES;
    struct fa_str kept = fa_arena_str(&list->arena, text);
    struct fa_param_period *period = fa_arena_alloc(&list->arena, sizeof *period);
    struct fa_param_row *row = fa_arena_alloc(&list->arena, sizeof *row);
    if (!kept.bytes || !period || !row)
        return FA_ELIMIT;
    FA_TRY(fa_lexer_init(&lexer, kept, FA_STR("--param"), &list->arena, NULL));
    FA_TRY(read_value(&checker, &lexer, param, &value));
    row->value = value;
    *period = (struct fa_param_period){INT64_MIN, INT64_MAX, row, 1, NULL, 0};
    param->periods = period;
    param->period_count = 1;
    param->key_count = 0; /* one value for every key */
    param->is_required = false;
    param->is_overridden = true;
    return FA_OK;
}

static struct fa_str before(struct fa_str text, const char *at)
{
    return (struct fa_str){text.bytes, (size_t)(at - text.bytes)};
}

static struct fa_str behind(struct fa_str text, const char *at)
{
    size_t skipped = (size_t)(at - text.bytes) + 1;
    return (struct fa_str){text.bytes + skipped, text.size - skipped};
}

enum fa_status fa_ruleset_override(struct fa_ruleset_list *list, struct fa_str assignment,
                                   struct fa_sink *sink)
{
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    const char *equals = memchr(assignment.bytes, '=', assignment.size);
    struct fa_str name = equals ? before(assignment, equals) : assignment;
    const char *dot = memchr(name.bytes, '.', name.size);
    if (!equals || !dot)
        return fa_error(sink, FA_CODE_USAGE, (struct fa_place){0}, "write RULESET.NAME=VALUE",
                        "--param %s does not say which value", fa_quoted(assignment, quoted));
    struct fa_ruleset *ruleset = find_ruleset(list, before(name, dot));
    struct fa_nearest nearest = {.wanted = before(name, dot)};
    for (size_t i = 0; i < list->rulesets.count; i++)
        fa_nearest_add(&nearest, list->rulesets.items[i]->id);
    if (!ruleset)
        return fa_error(
            sink, FA_CODE_USAGE, (struct fa_place){0}, fa_nearest_hint(&nearest, NULL, hint),
            "--param: no ruleset %s is loaded", fa_quoted(before(name, dot), quoted));
    nearest = (struct fa_nearest){.wanted = behind(name, dot)};
    for (int i = 0; i < ruleset->param_count; i++) {
        struct fa_param *param = &ruleset->params[i];
        fa_nearest_add(&nearest, param->name);
        if (!fa_str_equal(param->name, behind(name, dot)))
            continue;
        enum fa_status status =
            fa_param_override(list, ruleset, param, behind(assignment, equals));
        if (status == FA_ELIMIT)
            return fa_out_of_memory(sink, "a parameter");
        if (status == FA_OK)
            return FA_OK;
        return fa_error(
            sink, FA_CODE_USAGE, (struct fa_place){0}, NULL, "--param: expected %s, found %s",
            param->is_scale ? "no value for a scale" : fa_kind_name((int)param->kind),
            fa_quoted(behind(assignment, equals), quoted));
    }
    return fa_error(sink, FA_CODE_USAGE, (struct fa_place){0},
                    fa_nearest_hint(&nearest, NULL, hint),
                    "--param: ruleset %.*s has no parameter %s", (int)ruleset->id.size,
                    ruleset->id.bytes, fa_quoted(behind(name, dot), quoted));
}
