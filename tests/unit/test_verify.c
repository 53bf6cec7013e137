/*
 * Plans of the rules of tests/rules and tests/conformance are verified as they are and after a part
 * of one formula was spoiled, each part of each formula in turn: what is not sound is refused (code
 * RULE-PLAN) without being looked into.
 */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "ledger/blocks.h"
#include "rules/compile.h"
#include "rules/verify.h"

enum { FILE_BYTES_MAX = 1 << 20, AS_OF = 19000 };

static struct fa_arena arena;
static struct fa_dictionary dictionary;
static struct fa_sink sink;
static uint64_t refusals;

static void count(void *context, const struct fa_diag *diag)
{
    (void)context;
    refusals += diag->code == FA_CODE_RULE_PLAN;
}

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* The plan of one rule. */
struct planned {
    struct fa_head head;
    struct fa_arena verdicts;
    struct fa_rule_counts counts;
    struct fa_run run;
    struct fa_judge judge;
};

static void plan(struct planned *p, const struct fa_ruleset_list *list, const struct fa_rule *rule)
{
    *p = (struct planned){.run = {.rulesets = list, .sink = &sink, .head = &p->head, .slice_rows = 8}};
    fa_head_init(&p->head);
    must(fa_dictionary_builtin(&p->head.arena, &sink, &p->head.dictionary) == FA_OK);
    p->head.zone = rule->ruleset->zone;
    p->head.currency = rule->ruleset->currency;
    fa_arena_init(&p->verdicts);
    p->run.arena = &p->verdicts;
    p->run.meter.sink = &sink;
    fa_stages_init(&p->run.stages);
    fa_pool_init(&p->run.row_pool);
    fa_pool_init(&p->run.unit_pool);
    must(fa_program_init(&p->run.program, &dictionary, &p->head, AS_OF, &p->run.meter, &sink) == FA_OK);
    must(fa_judge_plan(&p->run, rule, 0, &p->counts, &p->judge) == FA_OK);
}

static void release(struct planned *p)
{
    fa_judge_free(&p->judge);
    fa_stages_release(&p->run.stages, &p->run.meter);
    fa_program_release(&p->run.program);
    fa_pool_release(&p->run.row_pool);
    fa_pool_release(&p->run.unit_pool);
    fa_arena_release(&p->verdicts);
    fa_head_release(&p->head);
}

static bool is_refused(struct planned *p)
{
    uint64_t before = refusals;
    enum fa_status status = fa_plan_verify(&p->run, &p->judge, 1);
    ck_assert(status == FA_OK || status == FA_EDEFECT);
    ck_assert_uint_eq(refusals - before, status != FA_OK);
    return status != FA_OK;
}

/* Does what it says to F; false: there is nothing of the sort in it. */
static bool spoil(struct fa_formula *f, int way, const struct fa_formula **args)
{
    static const struct fa_formula stranger = {.number = 0, .op = FA_OP_CONST};
    bool reads = f->op == FA_FORMULA_COLUMN || f->op == FA_FORMULA_STEP || f->op == FA_FORMULA_LOOK;
    bool is_leaf = f->op == FA_OP_KEY || f->op == FA_OP_AGG || f->op == FA_OP_STATE ||
                   f->op == FA_FORMULA_CAPTURE;
    switch (way) {
    case 0: f->number++; return true;
    case 1: f->op = 9999; return true;
    case 2: f->kind = (enum fa_kind)99; return true;
    case 3: f->arg_count = f->arg_count ? f->arg_count - 1 : 1; return true;
    case 4: f->arg_count++; return true;
    case 5: return f->arg_count && (args[0] = NULL, true);
    case 6: return f->arg_count && (args[0] = f, true);
    case 7: return f->arg_count && (args[0] = &stranger, true);
    case 8: return reads && (f->detail.table = 9999, true);
    case 9: return reads && (f->detail.table = -2, true);
    case 10: return reads && f->detail.table >= 0 && (f->detail.column = 9999, true);
    case 11: return reads && (f->detail.column = -2, true);
    case 12: return is_leaf && (f->detail.index = 9999, true);
    case 13: return is_leaf && (f->detail.index = -1, true);
    case 14: return is_leaf && (f->detail.scope = 1, true);
    case 15: return is_leaf && (f->detail.scope = -1, true);
    case 16: return f->op == FA_FORMULA_LEG && (f->detail.index = 9, true);
    case 17: return f->op == FA_FORMULA_FIND && (f->find = NULL, true);
    case 18: return f->op == FA_OP_PARAM && (f->detail.param = NULL, true);
    case 19: return f->detail.calendar && (f->detail.calendar = NULL, true);
    case 20: return f->op == FA_OP_ROUND && (f->detail.rounding = FA_ROUND_REFUSE, true);
    case 21: return f->op == FA_OP_DATE_ADD && (f->detail.unit = (enum fa_unit)99, true);
    case 22: return (f->op == FA_OP_START_OF || f->op == FA_OP_END_OF) &&
                    (f->detail.period = (enum fa_period)99, true);
    case 23: /* a number where a text is read, and the other way round */
        if (f->op != FA_FORMULA_COLUMN || f->detail.column < 0)
            return false;
        f->kind = fa_kind_is_text(f->kind) ? FA_KIND_INT : FA_KIND_TEXT;
        return true;
    default:
        return false;
    }
}

enum { SPOIL_COUNT = 24 };

static uint64_t tried, seen[SPOIL_COUNT];

/* With one argument less it is as good. */
static bool may_be_shorter(const struct fa_formula *f)
{
    bool is_list = f->op == FA_OP_IN || f->op == FA_OP_MIN || f->op == FA_OP_MAX;
    return f->op == FA_OP_AND || f->op == FA_OP_OR || (is_list && f->arg_count > 2) ||
           f->op == FA_OP_PARAM;
}

static void check_rule(const struct fa_ruleset_list *list, const struct fa_rule *rule)
{
    struct planned p;
    plan(&p, list, rule);
    ck_assert_msg(!is_refused(&p), "%.*s is refused as it is", (int)rule->id.size, rule->id.bytes);
    for (size_t i = 0; i < p.run.program.formulas.count; i++)
        for (int way = 0; way < SPOIL_COUNT; way++) {
            struct fa_formula *f = p.run.program.formulas.items[i], was = *f;
            const struct fa_formula *args[64] = {NULL};
            if (f->arg_count >= 63 || (way == 3 && may_be_shorter(f)))
                continue;
            for (int k = 0; k < f->arg_count; k++)
                args[k] = f->args[k];
            f->args = args;
            bool is_spoiled = spoil(f, way, args), is_caught = is_spoiled && is_refused(&p);
            *f = was;
            ck_assert_msg(!is_spoiled || is_caught, "%.*s: formula %zu (operator %d) spoiled in way %d",
                          (int)rule->id.size, rule->id.bytes, i, was.op, way);
            tried += is_spoiled;
            seen[way] += is_spoiled;
        }
    const struct fa_formula *when = p.judge.when;
    p.judge.when = p.judge.filer; /* no truth */
    ck_assert(is_refused(&p));
    p.judge.when = when;
    ck_assert(!is_refused(&p));
    release(&p);
}

static void check_file(const char *path)
{
    struct fa_ruleset_list list;
    struct fa_buf text;
    fa_buf_init(&text);
    fa_ruleset_list_init(&list, &dictionary);
    must(fa_file_read(path, FILE_BYTES_MAX, &sink, &text) == FA_OK);
    must(fa_ruleset_compile(&list, fa_buf_str(&text), fa_str_from(path), &sink) == FA_OK);
    /* rules over tables of their own have a dictionary of their own */
    bool is_plain = list.dictionary->table_count == dictionary.table_count;
    for (size_t s = 0; is_plain && s < list.rulesets.count; s++)
        for (int r = 0; r < list.rulesets.items[s]->rule_count; r++)
            check_rule(&list, &list.rulesets.items[s]->rules[r]);
    fa_ruleset_list_release(&list);
    fa_buf_release(&text);
}

static void check_folder(const char *path)
{
    struct dirent **entries;
    int found = scandir(path, &entries, NULL, alphasort);
    must(found >= 0);
    for (int i = 0; i < found; i++) {
        char name[8192];
        const char *dot = strrchr(entries[i]->d_name, '.');
        snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        if (dot && strcmp(dot, ".rules") == 0)
            check_file(name);
        free(entries[i]);
    }
    free(entries);
}

START_TEST(spoiled)
{
    static const char *const folders[] = {
        "rules", "conformance/calendar", "conformance/expressions", "conformance/lookups",
        "conformance/parameters", "conformance/compare", "conformance/running"};
    const char *source = getenv("srcdir");
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/tests/%s", source ? source : ".", folders[i]);
        check_folder(path);
    }
    ck_assert_uint_gt(tried, 10000);
    for (int way = 0; way < SPOIL_COUNT; way++)
        ck_assert_msg(seen[way] > 0, "nothing was spoiled in way %d", way);
}
END_TEST

static void setup(void)
{
    fa_arena_init(&arena);
    fa_sink_init(&sink, count, NULL);
    must(fa_dictionary_builtin(&arena, &sink, &dictionary) == FA_OK);
}

static void teardown(void)
{
    fa_arena_release(&arena);
}

int main(void)
{
    Suite *suite = suite_create("verify");
    TCase *tcase = tcase_create("verify");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, spoiled);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
