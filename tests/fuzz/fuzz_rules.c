/* The lexer, the parser of expressions and the compiler of rulesets: any text is compiled or refused
 * with at least one message and status 3 (4 and 6 for what is too large); what compiles is tested. */
#include "base/arena.h"
#include "fuzz.h"
#include "ledger/dictionary.h"
#include "rules/compile.h"
#include "rules/test.h"

static void count(void *context, const struct fa_diag *diag)
{
    PROMISE(diag->text.size > 0);
    PROMISE(!diag->excerpt.size || diag->column_no <= diag->excerpt.size + 1);
    *(uint64_t *)context += diag->severity == FA_ERROR;
}

/* Parsed once: it takes longer than most texts do. */
static const struct fa_dictionary *builtin_dictionary(void)
{
    static struct fa_arena arena;
    static struct fa_dictionary dictionary;
    if (!dictionary.tables) {
        fa_arena_init(&arena);
        PROMISE(fa_dictionary_builtin(&arena, NULL, &dictionary) == FA_OK);
    }
    return &dictionary;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fa_ruleset_list list;
    struct fa_sink sink;
    uint64_t errors = 0;
    fa_sink_init(&sink, count, &errors);
    fa_ruleset_list_init(&list, builtin_dictionary());
    struct fa_str text = {(const char *)bytes, size};
    enum fa_status status = fa_ruleset_compile(&list, text, FA_STR("fuzz.rules"), &sink);
    PROMISE(status == FA_OK || status == FA_ERULES || status == FA_EINPUT || status == FA_ELIMIT);
    PROMISE((status == FA_OK) == (errors == 0));
    /* what compiles can be tested; one rule is enough for one text */
    if (status == FA_OK && list.rulesets.items[0]->rule_count > 0) {
        struct fa_ruleset *ruleset = list.rulesets.items[0];
        struct fa_rule_tested tested;
        status = fa_rule_run_tests(&list, ruleset, &ruleset->rules[0], &sink, &tested);
        PROMISE(status == FA_OK || status == FA_ERULES);
        PROMISE((status == FA_OK && tested.failed == 0) == (errors == 0));
    }
    fa_ruleset_list_release(&list);
    return 0;
}
