/*
 * Sets of rulesets.
 */
#include "base/nearest.h"
#include "rules/compile_parts.h"

static enum fa_status check_rulesets(struct fa_checker *checker, struct fa_syntax_set *syntax,
                                     struct fa_ruleset_set *set)
{
    enum fa_status total = FA_OK;
    for (int i = 0; i < syntax->rulesets.count; i++) {
        const struct fa_token *name = &syntax->rulesets.items[i];
        const struct fa_ruleset_draft *draft = fa_find_draft(checker->list, name->text);
        bool is_twice = false;
        for (int k = 0; k < i; k++)
            is_twice |= fa_str_equal(syntax->rulesets.items[k].text, name->text);
        if (!draft)
            total = fa_check_error(checker, FA_CODE_RULE_NAME, name, "give its file, too",
                                   "ruleset '%.*s' is not loaded", (int)name->text.size,
                                   name->text.bytes);
        else if (is_twice)
            total = fa_check_error(checker, FA_CODE_RULE_TWICE, name, NULL,
                                   "the set has ruleset '%.*s' already", (int)name->text.size,
                                   name->text.bytes);
        else
            set->rulesets[set->ruleset_count++] = draft->ruleset;
    }
    return total;
}

static enum fa_status check_applies(struct fa_checker *checker,
                                    const struct fa_syntax_set *syntax,
                                    struct fa_ruleset_set *set)
{
    const struct fa_table_def *institution =
        fa_dictionary_find(checker->list->dictionary, FA_STR("institution"));
    if (!syntax->applies || !institution)
        return FA_OK;
    const struct fa_names names = {
        .level = FA_NAMES_ROW, .table = institution->index, .def = institution};
    return fa_check_kind(checker, &names, syntax->applies, FA_KIND_BOOL, &set->applies);
}

static enum fa_status make_set(struct fa_ruleset_list *list, const struct fa_set_draft *draft)
{
    struct fa_syntax_set *syntax = draft->syntax;
    /* a condition on the filer stands in no ruleset */
    struct fa_syntax_ruleset none = {.is_broken = false};
    struct fa_ruleset nobody = {.id = syntax->id.text};
    struct fa_checker checker = {.list = list,
                                 .lexer = draft->lexer,
                                 .sink = draft->lexer->sink,
                                 .syntax = &none,
                                 .ruleset = &nobody};
    struct fa_ruleset_set set = {
        .id = syntax->id.text, .title_en = syntax->title_en, .title_zh = syntax->title_zh,
        .text = draft->lexer->text};
    set.rulesets = fa_arena_array(&list->arena, (size_t)syntax->rulesets.count + 1,
                                  sizeof *set.rulesets);
    if (!set.rulesets)
        return fa_check_no_memory(&checker);
    const char *lacks = syntax->title_en.size == 0       ? "title en"
                        : syntax->rulesets.count == 0 ? "rulesets"
                                                         : NULL;
    if (lacks && !syntax->is_broken)
        return fa_check_error(&checker, FA_CODE_RULE_MISSING, &syntax->id, NULL,
                              "set '%.*s' lacks '%s'", (int)set.id.size, set.id.bytes, lacks);
    bool is_taken = fa_find_draft(list, set.id) != NULL;
    for (size_t i = 0; i < list->sets.count; i++)
        is_taken |= fa_str_equal(list->sets.items[i].id, set.id);
    if (is_taken)
        return fa_check_error(&checker, FA_CODE_RULE_TWICE, &syntax->id, NULL,
                              "a ruleset or set '%.*s' is there already", (int)set.id.size,
                              set.id.bytes);
    enum fa_status status = check_rulesets(&checker, syntax, &set);
    enum fa_status applies = check_applies(&checker, syntax, &set);
    if (status == FA_OK)
        status = applies;
    if (status == FA_OK && syntax->is_broken)
        status = FA_ERULES;
    if (status == FA_OK && fa_vec_add(&list->sets, set) != FA_OK)
        status = fa_check_no_memory(&checker);
    return status;
}

enum fa_status fa_sets_make(struct fa_ruleset_list *list)
{
    enum fa_status total = FA_OK;
    for (; list->checked_set_count < list->set_drafts.count; list->checked_set_count++) {
        enum fa_status status = make_set(list, list->set_drafts.items[list->checked_set_count]);
        if (total == FA_OK || (total == FA_ERULES && status != FA_OK))
            total = status;
    }
    return total;
}
