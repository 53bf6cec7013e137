/* Rules with their tests: whatever compiles is planned, verified and judged by both evaluators, which
 * must say the same of any ledger; only what the test expects may not come out. A failed plan or a
 * difference is a defect, and so is a bound on memory that does not hold. */
#include "base/arena.h"
#include "fuzz.h"
#include "ledger/dictionary.h"
#include "rules/compile.h"
#include "rules/test.h"

enum { RULES_MAX = 4 }; /* of one text: they are alike */

static void show(void *context, const struct fa_diag *diag)
{
    (void)context;
    PROMISE(diag->code != FA_CODE_DEFECT && diag->code != FA_CODE_RULE_PLAN);
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
    fa_sink_init(&sink, show, NULL);
    fa_ruleset_list_init(&list, builtin_dictionary());
    struct fa_str text = {(const char *)bytes, size};
    enum fa_status status = fa_ruleset_compile(&list, text, FA_STR("fuzz.rules"), &sink);
    int rules = 0;
    for (size_t s = 0; status == FA_OK && s < list.rulesets.count; s++) {
        struct fa_ruleset *ruleset = list.rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count && rules < RULES_MAX; r++, rules++) {
            struct fa_rule_tested tested;
            enum fa_status run =
                fa_rule_run_tests(&list, ruleset, &ruleset->rules[r], &sink, &tested);
            PROMISE(run == FA_OK || run == FA_ERULES || run == FA_ELIMIT);
        }
    }
    fa_ruleset_list_release(&list);
    return 0;
}
