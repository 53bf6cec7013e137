/*
 * From rules files to typed rulesets: which uses which, heads, uniqueness. One rule is made in
 * build.c.
 *
 * Files may come in any order, so they are parsed first. What a ruleset makes known (its tables,
 * parameters and lets, with those of the rulesets that it uses) is made before what uses it;
 * then come the rules.
 */
#include <string.h>

#include "base/nearest.h"
#include "rules/build.h"
#include "rules/compile_parts.h"
#include "rules/habits.h"

void fa_ruleset_list_init(struct fa_ruleset_list *list, const struct fa_dictionary *dictionary)
{
    *list = (struct fa_ruleset_list){.dictionary = dictionary};
    fa_arena_init(&list->arena);
}

void fa_ruleset_list_release(struct fa_ruleset_list *list)
{
    fa_vec_free(&list->rulesets);
    fa_vec_free(&list->own_tables);
    fa_vec_free(&list->drafts);
    fa_vec_free(&list->sets);
    fa_vec_free(&list->set_drafts);
    fa_arena_release(&list->arena);
}

struct fa_ruleset *fa_find_ruleset(const struct fa_ruleset_list *list, struct fa_str id)
{
    for (size_t i = 0; i < list->rulesets.count; i++)
        if (fa_str_equal(list->rulesets.items[i]->id, id))
            return list->rulesets.items[i];
    return NULL;
}

static void remember(enum fa_status *total, enum fa_status status)
{
    if (*total == FA_OK || (*total == FA_ERULES && status != FA_OK))
        *total = status;
}

struct fa_ruleset_draft *fa_find_draft(const struct fa_ruleset_list *list, struct fa_str id)
{
    for (size_t i = 0; i < list->drafts.count; i++)
        if (fa_str_equal(list->drafts.items[i]->syntax->id.text, id))
            return list->drafts.items[i];
    return NULL;
}

/* --- what is known in a ruleset --- */

static enum fa_status clash(struct fa_ruleset_draft *draft, const struct fa_token *use,
                            const char *what, struct fa_str name,
                            const struct fa_ruleset *first)
{
    return fa_check_error(&draft->checker, FA_CODE_RULE_TWICE, use,
                          "rename one of them, or use one of the rulesets only",
                          "%s '%.*s' is in '%.*s' too", what, (int)name.size, name.bytes,
                          (int)first->id.size, first->id.bytes);
}

static enum fa_status take_params(struct fa_ruleset_draft *draft, const struct fa_token *use,
                                  const struct fa_ruleset_draft *other)
{
    struct fa_checker *checker = &draft->checker;
    enum fa_status total = FA_OK;
    for (int i = 0; i < other->checker.params.count; i++) {
        struct fa_param *param = other->checker.params.items[i];
        struct fa_param *known = fa_find_param(checker, param->name);
        if (known && known != param)
            remember(&total, clash(draft, use, "parameter", param->name, known->ruleset));
        else if (!known)
            FA_TRY(fa_add_param(checker, param));
    }
    return total;
}

static enum fa_status take_views(struct fa_checker *checker, const struct fa_checker *other)
{
    for (int i = 0; i < other->views.count; i++)
        if (!fa_view_of(checker, other->views.items[i]->table) &&
            fa_list_add(&checker->list->arena, &checker->views, other->views.items[i]) != FA_OK)
            return fa_check_no_memory(checker);
    return FA_OK;
}

static enum fa_status take_lets(struct fa_ruleset_draft *draft, const struct fa_token *use,
                                const struct fa_ruleset_draft *other)
{
    struct fa_checker *checker = &draft->checker;
    enum fa_status total = FA_OK;
    for (int i = 0; i < other->checker.lets.count; i++) {
        const struct fa_known_let *let = &other->checker.lets.items[i];
        const struct fa_known_let *known = fa_find_let(checker, let->let->name.text);
        if (known && known->let != let->let)
            remember(&total, clash(draft, use, "let", let->let->name.text, known->ruleset));
        else if (!known)
            FA_TRY(fa_add_let(checker, *let));
    }
    return total;
}

static enum fa_status take_rulesets(struct fa_checker *checker, const struct fa_checker *other)
{
    for (int i = 0; i < other->known.count; i++)
        if (!fa_is_known_ruleset(checker, other->known.items[i]) &&
            fa_list_add(&checker->list->arena, &checker->known, other->known.items[i]) != FA_OK)
            return fa_check_no_memory(checker);
    return FA_OK;
}

static enum fa_status make_known(struct fa_ruleset_draft *draft);

static enum fa_status use_other(struct fa_ruleset_draft *draft, const struct fa_token *use)
{
    struct fa_ruleset_draft *other = fa_find_draft(draft->checker.list, use->text);
    if (!other)
        return fa_check_error(&draft->checker, FA_CODE_RULE_NAME, use, "give its file, too",
                              "ruleset '%.*s' is not loaded", (int)use->text.size,
                              use->text.bytes);
    if (other->is_open)
        return fa_check_error(&draft->checker, FA_CODE_RULE_CYCLE, use, NULL,
                              "ruleset '%.*s' uses itself%s%.*s", (int)use->text.size,
                              use->text.bytes, other == draft ? "" : " by way of ",
                              other == draft ? 0 : (int)draft->ruleset->id.size,
                              draft->ruleset->id.bytes);
    FA_TRY(make_known(other));
    if (other->is_incomplete)
        return FA_ERULES; /* which was reported */
    enum fa_status total = take_params(draft, use, other);
    remember(&total, take_lets(draft, use, other));
    remember(&total, take_views(&draft->checker, &other->checker));
    remember(&total, take_rulesets(&draft->checker, &other->checker));
    return total;
}

static enum fa_status add_own_lets(struct fa_ruleset_draft *draft)
{
    struct fa_checker *checker = &draft->checker;
    enum fa_status total = FA_OK;
    for (int i = 0; i < draft->syntax->lets.count; i++) {
        struct fa_syntax_let *let = &draft->syntax->lets.items[i];
        const struct fa_known_let known = {let, draft->lexer, draft->ruleset};
        if (fa_find_let(checker, let->name.text))
            remember(&total,
                     fa_check_error(checker, FA_CODE_RULE_TWICE, &let->name, NULL,
                                    "let '%.*s' is there already", (int)let->name.text.size,
                                    let->name.text.bytes));
        else
            FA_TRY(fa_add_let(checker, known));
    }
    return total;
}

/* Its tables, parameters and lets, behind those of the rulesets that it uses. */
static enum fa_status make_known(struct fa_ruleset_draft *draft)
{
    struct fa_checker *checker = &draft->checker;
    struct fa_ruleset *ruleset = draft->ruleset;
    if (draft->is_done)
        return FA_OK;
    draft->is_open = true;
    if (fa_list_add(&checker->list->arena, &checker->known, ruleset) != FA_OK)
        return fa_check_no_memory(checker);
    for (int i = 0; i < draft->syntax->uses.count; i++) {
        enum fa_status status = use_other(draft, &draft->syntax->uses.items[i]);
        if (status != FA_OK && status != FA_ERULES)
            return status;
        remember(&draft->status, status);
    }
    draft->is_open = false;
    draft->is_done = true;
    if (draft->status == FA_OK)
        remember(&draft->status, fa_tables_make(checker));
    /* names that were to come from there would all be reported as unknown */
    draft->is_incomplete = draft->status != FA_OK;
    remember(&draft->status, add_own_lets(draft));
    for (int i = 0; i < draft->syntax->params.count; i++)
        remember(&draft->status, fa_param_make(checker, &draft->syntax->params.items[i],
                                               &ruleset->params[ruleset->param_count++]));
    remember(&draft->status, fa_views_make(checker));
    return draft->status == FA_ERULES ? FA_OK : draft->status;
}

/* --- a ruleset --- */

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

/* Notes ID as one of the ruleset's, behind those of the rulesets before it. */
static enum fa_status note_id(struct fa_ruleset_list *list, const struct fa_token *id,
                              const struct fa_ruleset *ruleset)
{
    const struct fa_noted_id noted = {id, ruleset};
    if (fa_name_map_find(&list->id_places, id->text) >= 0)
        return FA_OK;
    FA_TRY(fa_name_map_add(&list->arena, &list->id_places, id->text, list->ids.count));
    return fa_list_add(&list->arena, &list->ids, noted);
}

/* The ids of all rules and, behind the rules, provisions of the rulesets parsed so far. */
static enum fa_status note_ids(struct fa_ruleset_list *list)
{
    for (; list->noted_count < list->drafts.count; list->noted_count++) {
        const struct fa_ruleset_draft *draft = list->drafts.items[list->noted_count];
        const struct fa_syntax_ruleset *syntax = draft->syntax;
        for (int i = 0; i < syntax->rules.count; i++)
            FA_TRY(note_id(list, &syntax->rules.items[i].id, draft->ruleset));
        for (int i = 0; i < syntax->provisions.count; i++)
            FA_TRY(note_id(list, &syntax->provisions.items[i].head.id, draft->ruleset));
    }
    return FA_OK;
}

/* Whether a rule or provision before this one has its id. */
static enum fa_status check_id(struct fa_ruleset_draft *draft, const struct fa_token *id,
                               const char *what)
{
    struct fa_ruleset_list *list = draft->checker.list;
    char hint[FA_NEAREST_HINT_BYTES];
    if (note_ids(list) != FA_OK)
        return fa_check_no_memory(&draft->checker);
    const struct fa_noted_id *first =
        &list->ids.items[fa_name_map_find(&list->id_places, id->text)];
    if (first->id == id)
        return FA_OK;
    return fa_check_error(&draft->checker, FA_CODE_RULE_TWICE, id,
                          fa_first_hint(&draft->checker, first->ruleset, first->id->line_no,
                                        hint),
                          "%s '%.*s' is there already", what, (int)id->text.size,
                          id->text.bytes);
}

static enum fa_status make_provision(struct fa_ruleset_draft *draft,
                                     const struct fa_syntax_provision *syntax)
{
    const struct fa_syntax_rule *head = &syntax->head;
    struct fa_ruleset *ruleset = draft->ruleset;
    const char *lacks = head->title_en.size == 0      ? "title en"
                        : head->cite.text.size == 0   ? "cite"
                        : !head->has_severity         ? "severity"
                        : syntax->why_en.size == 0 ? "because"
                                                   : NULL;
    if (lacks)
        return fa_check_error(&draft->checker, FA_CODE_RULE_MISSING, &head->id, NULL,
                              "provision '%.*s' lacks '%s'", (int)head->id.text.size,
                              head->id.text.bytes, lacks);
    ruleset->provisions[ruleset->provision_count++] = (struct fa_provision){
        .id = head->id.text,
        .ruleset = ruleset,
        .title_en = head->title_en,
        .title_zh = head->title_zh,
        .cite = head->cite,
        .sources = head->sources,
        .severity = head->severity,
        .from_day = head->has_force ? head->from_day : ruleset->from_day,
        .to_day = head->has_force ? head->to_day : ruleset->to_day,
        .note_en = head->note_en,
        .note_zh = head->note_zh,
        .why_en = syntax->why_en,
        .why_zh = syntax->why_zh,
        .line_no = (uint32_t)head->id.line_no};
    return FA_OK;
}

static enum fa_status make_provisions(struct fa_ruleset_draft *draft)
{
    enum fa_status total = FA_OK;
    for (int i = 0; i < draft->syntax->provisions.count; i++) {
        const struct fa_syntax_provision *syntax = &draft->syntax->provisions.items[i];
        enum fa_status status = check_id(draft, &syntax->head.id, "provision");
        if (status == FA_OK && syntax->head.is_broken)
            status = FA_ERULES; /* which was reported */
        if (status == FA_OK && !draft->ruleset->is_for_use)
            status = make_provision(draft, syntax);
        remember(&total, status);
    }
    return total;
}

static enum fa_status make_rules(struct fa_ruleset_draft *draft)
{
    struct fa_checker *checker = &draft->checker;
    struct fa_ruleset *ruleset = draft->ruleset;
    enum fa_status total = FA_OK;
    for (int i = 0; i < draft->syntax->rules.count; i++) {
        struct fa_syntax_rule *syntax = &draft->syntax->rules.items[i];
        enum fa_status status = check_id(draft, &syntax->id, "rule");
        if (status == FA_OK && syntax->is_broken)
            status = FA_ERULES; /* which was reported */
        if (status == FA_OK && !draft->ruleset->is_for_use)
            status = fa_rule_build(checker, syntax, &ruleset->rules[ruleset->rule_count++]);
        remember(&total, status);
    }
    return total;
}

static void make_ruleset(struct fa_ruleset_draft *draft)
{
    const struct fa_ruleset_draft *first =
        fa_find_draft(draft->checker.list, draft->syntax->id.text);
    remember(&draft->status, make_known(draft));
    remember(&draft->status, check_head(&draft->checker));
    char hint[FA_NEAREST_HINT_BYTES];
    if (first != draft)
        remember(&draft->status,
                 fa_check_error(&draft->checker, FA_CODE_RULE_TWICE, &draft->syntax->id,
                                fa_first_hint(&draft->checker, first->ruleset,
                                              first->syntax->id.line_no, hint),
                                "ruleset '%.*s' is there already",
                                (int)draft->ruleset->id.size, draft->ruleset->id.bytes));
    if (first == draft && !draft->is_incomplete)
        remember(&draft->status, make_rules(draft));
    if (first == draft && !draft->is_incomplete)
        remember(&draft->status, make_provisions(draft));
    if (draft->syntax->is_broken)
        remember(&draft->status, FA_ERULES);
}

/* A let of a ruleset without rules is for those that use it. */
static void warn_unused_lets(struct fa_ruleset_draft *draft)
{
    if (draft->status == FA_OK && draft->syntax->rules.count > 0)
        for (int i = 0; i < draft->syntax->lets.count; i++)
            fa_rule_warn_unused(&draft->checker, &draft->syntax->lets.items[i]);
}

/* --- files --- */

static enum fa_status hash_text(struct fa_str text, struct fa_sink *sink,
                                char hash[FA_SHA256_HEX_BYTES])
{
    struct fa_sha256 *sha = fa_sha256_new();
    uint8_t digest[FA_SHA256_BYTES];
    if (!sha)
        return fa_out_of_memory(sink, "a ruleset's hash");
    fa_sha256_add(sha, text.bytes, text.size);
    fa_sha256_finish(sha, digest);
    fa_sha256_free(sha);
    fa_sha256_hex(digest, hash);
    return FA_OK;
}

static struct fa_ruleset *new_ruleset(struct fa_arena *arena, const struct fa_lexer *lexer,
                                      const struct fa_syntax_ruleset *syntax)
{
    struct fa_ruleset *ruleset = fa_arena_alloc(arena, sizeof *ruleset);
    if (!ruleset)
        return NULL;
    *ruleset = (struct fa_ruleset){.id = syntax->id.text,
                                   .file = lexer->source,
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
                                   .text = lexer->text};
    ruleset->params =
        fa_arena_array(arena, (size_t)syntax->params.count + 1, sizeof *ruleset->params);
    ruleset->rules =
        fa_arena_array(arena, (size_t)syntax->rules.count + 1, sizeof *ruleset->rules);
    ruleset->provisions = fa_arena_array(arena, (size_t)syntax->provisions.count + 1,
                                         sizeof *ruleset->provisions);
    return ruleset->params && ruleset->rules && ruleset->provisions ? ruleset : NULL;
}

static enum fa_status add_draft(struct fa_ruleset_list *list, struct fa_lexer *lexer,
                                struct fa_syntax_ruleset *syntax, bool is_for_use)
{
    struct fa_ruleset_draft *draft = fa_arena_alloc(&list->arena, sizeof *draft);
    struct fa_ruleset *ruleset = new_ruleset(&list->arena, lexer, syntax);
    const struct fa_table_def *leg = fa_leg_table(list->dictionary, &list->arena);
    if (!draft || !ruleset || !leg)
        return fa_out_of_memory(lexer->sink, "a ruleset");
    ruleset->is_for_use = is_for_use;
    FA_TRY(hash_text(lexer->text, lexer->sink, ruleset->hash));
    *draft = (struct fa_ruleset_draft){.lexer = lexer,
                                       .syntax = syntax,
                                       .ruleset = ruleset,
                                       .checker = {.list = list,
                                                   .lexer = lexer,
                                                   .sink = lexer->sink,
                                                   .syntax = syntax,
                                                   .ruleset = ruleset,
                                                   .leg = leg}};
    return fa_vec_add(&list->drafts, draft) == FA_OK
               ? FA_OK
               : fa_out_of_memory(lexer->sink, "a ruleset");
}

static enum fa_status add_set(struct fa_ruleset_list *list, struct fa_lexer *lexer,
                              struct fa_syntax_set *syntax)
{
    struct fa_set_draft *draft = fa_arena_alloc(&list->arena, sizeof *draft);
    if (!draft)
        return fa_out_of_memory(lexer->sink, "a set of rulesets");
    *draft = (struct fa_set_draft){lexer, syntax};
    return fa_vec_add(&list->set_drafts, draft) == FA_OK
               ? FA_OK
               : fa_out_of_memory(lexer->sink, "a set of rulesets");
}

static enum fa_status parse_file(struct fa_ruleset_list *list, struct fa_str text,
                                 struct fa_str file, struct fa_sink *sink,
                                 struct fa_lexer **lexer, struct fa_syntax_file **syntax)
{
    struct fa_str kept = fa_arena_str(&list->arena, text);
    struct fa_str name = fa_arena_str(&list->arena, file);
    *lexer = fa_arena_alloc(&list->arena, sizeof **lexer);
    *syntax = fa_arena_alloc(&list->arena, sizeof **syntax);
    if (!kept.bytes || !name.bytes || !*lexer || !*syntax)
        return fa_out_of_memory(sink, "a ruleset");
    FA_TRY(fa_lexer_init(*lexer, kept, name, &list->arena, sink));
    (*lexer)->hint_for = fa_habit_hint;
    FA_TRY(fa_lex_be_strict(*lexer));
    return fa_syntax_parse(*lexer, *syntax);
}

enum fa_status fa_ruleset_add_set(struct fa_ruleset_list *list, struct fa_str text,
                                  struct fa_str file, struct fa_str id, struct fa_sink *sink,
                                  bool *is_found)
{
    struct fa_lexer *lexer;
    struct fa_syntax_file *syntax;
    FA_TRY(parse_file(list, text, file, sink, &lexer, &syntax));
    for (int i = 0; !*is_found && i < syntax->sets.count; i++)
        if (fa_str_equal(syntax->sets.items[i].id.text, id)) {
            FA_TRY(add_set(list, lexer, &syntax->sets.items[i]));
            *is_found = true;
        }
    return FA_OK;
}

enum fa_status fa_ruleset_add(struct fa_ruleset_list *list, struct fa_str text,
                              struct fa_str file, bool is_for_use, struct fa_sink *sink)
{
    struct fa_lexer *lexer = NULL;
    struct fa_syntax_file *syntax = NULL;
    enum fa_status total = parse_file(list, text, file, sink, &lexer, &syntax);
    if (total != FA_OK && total != FA_ERULES)
        return total;
    /* after a mistake in a character the rest of the file is not there to be checked */
    for (int i = 0; lexer->status == FA_OK && i < syntax->rulesets.count; i++)
        remember(&total, add_draft(list, lexer, &syntax->rulesets.items[i], is_for_use));
    /* whoever uses a ruleset of the file does not ask for its sets */
    for (int i = 0; lexer->status == FA_OK && !is_for_use && i < syntax->sets.count; i++)
        remember(&total, add_set(list, lexer, &syntax->sets.items[i]));
    if (total == FA_ERULES)
        list->mistake_count++;
    return total;
}

enum fa_status fa_ruleset_list_check(struct fa_ruleset_list *list)
{
    enum fa_status total = list->mistake_count ? FA_ERULES : FA_OK;
    size_t from = list->checked_count, to = list->drafts.count;
    list->checked_count = to;
    list->mistake_count = 0;
    for (size_t i = from; i < to; i++) {
        make_ruleset(list->drafts.items[i]);
        enum fa_status status = list->drafts.items[i]->status;
        if (status != FA_OK && status != FA_ERULES)
            return status;
    }
    for (size_t i = from; i < to; i++) {
        warn_unused_lets(list->drafts.items[i]);
        remember(&total, list->drafts.items[i]->status);
    }
    remember(&total, fa_sets_make(list));
    for (size_t i = from; i < to && total == FA_OK; i++)
        if (fa_vec_add(&list->rulesets, list->drafts.items[i]->ruleset) != FA_OK)
            total = fa_check_no_memory(&list->drafts.items[i]->checker);
    return total;
}

/* Whether NAME is not there and stands at place N of those that are not. */
static bool is_missing(const struct fa_ruleset_list *list, const struct fa_token *name, size_t *n)
{
    return !fa_find_draft(list, name->text) && (*n)-- == 0;
}

bool fa_ruleset_list_missing(const struct fa_ruleset_list *list, size_t n,
                             struct fa_missing_ruleset *missing)
{
    /* those of sets first: a ruleset that is used as well has its rules run */
    for (size_t s = 0; s < list->set_drafts.count; s++) {
        const struct fa_set_draft *set = list->set_drafts.items[s];
        for (int i = 0; i < set->syntax->rulesets.count; i++)
            if (is_missing(list, &set->syntax->rulesets.items[i], &n)) {
                *missing = (struct fa_missing_ruleset){set->syntax->rulesets.items[i].text,
                                                       set->lexer->source, false};
                return true;
            }
    }
    for (size_t d = 0; d < list->drafts.count; d++) {
        const struct fa_ruleset_draft *draft = list->drafts.items[d];
        for (int i = 0; i < draft->syntax->uses.count; i++)
            if (is_missing(list, &draft->syntax->uses.items[i], &n)) {
                *missing = (struct fa_missing_ruleset){draft->syntax->uses.items[i].text,
                                                       draft->lexer->source, true};
                return true;
            }
    }
    return false;
}

enum fa_status fa_ruleset_compile(struct fa_ruleset_list *list, struct fa_str text,
                                  struct fa_str file, struct fa_sink *sink)
{
    enum fa_status added = fa_ruleset_add(list, text, file, false, sink);
    if (added != FA_OK && added != FA_ERULES)
        return added;
    enum fa_status checked = fa_ruleset_list_check(list);
    return checked == FA_OK ? added : checked;
}

/* --- what nobody reads --- */

/* A table or view that nothing names. */
static void warn_unused_table(struct fa_ruleset_draft *draft, const struct fa_token *name,
                              const char *what, const char *hint)
{
    const struct fa_ruleset_list *list = draft->checker.list;
    const struct fa_table_def *def = fa_dictionary_find(list->dictionary, name->text);
    const struct fa_own_table *own = def ? fa_own_table(list, def->index) : NULL;
    if (own && !own->is_used)
        fa_warn(draft->checker.sink, FA_CODE_RULE_UNUSED, fa_lex_place(draft->lexer, name), hint,
                "no rule reads the %s '%.*s'", what, (int)name->text.size, name->text.bytes);
}

static void warn_unused(struct fa_ruleset_draft *draft)
{
    static const char *const together = "take it out; where another ruleset reads it, check both "
                                        "together";
    const struct fa_syntax_ruleset *syntax = draft->syntax;
    for (int i = 0; i < draft->ruleset->param_count; i++) {
        const struct fa_token *name = &syntax->params.items[i].name;
        if (!draft->ruleset->params[i].is_used)
            fa_warn(draft->checker.sink, FA_CODE_RULE_UNUSED, fa_lex_place(draft->lexer, name),
                    "write its name where the rules have a number that it stands for; where "
                    "another ruleset reads it, check both together",
                    "no rule reads the parameter '%.*s'", (int)name->text.size,
                    name->text.bytes);
    }
    for (int i = 0; i < syntax->tables.count; i++)
        warn_unused_table(draft, &syntax->tables.items[i].name, "table", together);
    for (int i = 0; i < syntax->views.count; i++)
        if (!syntax->views.items[i].is_statistic)
            warn_unused_table(draft, &syntax->views.items[i].name, "view",
                              "one that is for people is a statistic; where another ruleset "
                              "reads it, check both together");
}

void fa_ruleset_list_warn_unused(const struct fa_ruleset_list *list)
{
    for (size_t i = 0; i < list->drafts.count; i++) {
        struct fa_ruleset_draft *draft = list->drafts.items[i];
        if (draft->status == FA_OK && !draft->ruleset->is_for_use && draft->syntax->rules.count)
            warn_unused(draft);
    }
}
