/*
 * Giving a parameter another value: --param, and tests.
 */
#include <string.h>

#include "base/nearest.h"
#include "rules/compile_parts.h"

static enum fa_status read_value(struct fa_checker *checker, struct fa_lexer *lexer,
                                 const struct fa_param *param, struct fa_value *value)
{
    const struct fa_node *node;
    FA_TRY(fa_expr_parse(lexer, &node));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    FA_TRY(fa_param_value(checker, node, param->kind, value));
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
    FA_TRY(fa_lex_be_strict(&lexer));
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
    struct fa_ruleset *ruleset = fa_find_ruleset(list, before(name, dot));
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
