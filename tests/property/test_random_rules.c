/*
 * Random rules over random ledgers: each rule is judged by both evaluators, which share no
 * expression code, and by the vectorised one in small slices too. Findings, their order,
 * values, rows and every count must be the same, and no rule may take more memory than its bound.
 *
 *     test_random_rules [SEED [CASES [WAY]]]
 *
 * A case is one rule on one ledger. Without arguments the seeds of `make check`. TEST_SHOW=1
 * prints the first ruleset that differs or is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random_ledger.h"
#include "random_rule.h"
#include "rules/compile.h"
#include "rules/cost.h"
#include "rules/plain.h"

/* Sanitized, some twenty times slower. */
#ifdef __SANITIZE_ADDRESS__
enum { CASES = 6000 };
#else
enum { CASES = 100000 };
#endif
enum { RULES = 16, LEDGERS = 6, ROWS_MAX = 32, TEXT_BYTES = 256 };

static struct fa_arena arena;
static struct fa_dictionary dictionary;
static struct fa_head tables;
static struct fa_sink sink;
static uint64_t refused_count, rule_count, finding_count, untested_count;
static char last_message[512];

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void keep(void *context, const struct fa_diag *diag)
{
    (void)context;
    if (!last_message[0])
        snprintf(last_message, sizeof last_message, "%d: %.*s", (int)diag->line_no,
                 (int)diag->text.size, diag->text.bytes);
}

static void show(struct fa_str text)
{
    if (getenv("TEST_SHOW"))
        fprintf(stderr, "%.*s\n", (int)text.size, text.bytes);
}

/* The rules that compile, each compiled alone first: one that the checker refuses takes none
 * with it. */
static void compile(struct fa_ruleset_list *list, uint64_t seed, uint32_t ways)
{
    struct fa_buf text;
    fa_buf_init(&text);
    random_ruleset(seed, RULES, ways, &dictionary, &text);
    fa_ruleset_list_init(list, &dictionary);
    struct fa_str kept = fa_arena_str(&arena, fa_buf_str(&text));
    last_message[0] = 0;
    enum fa_status status = fa_ruleset_compile(list, kept, FA_STR("drawn"), &sink);
    must(status == FA_OK || status == FA_ERULES);
    rule_count += RULES;
    if (status == FA_ERULES) {
        refused_count += RULES;
        fprintf(stderr, "seed %llu refused: %s\n", (unsigned long long)seed, last_message);
        show(kept);
    }
    fa_buf_release(&text);
}

/* For a look at what differs: TEST_DUMP=RULE. */
static void dump(const struct fa_verdicts *verdicts, const char *title)
{
    const char *rule = getenv("TEST_DUMP");
    for (size_t i = 0; rule && i < verdicts->findings.count; i++) {
        const struct fa_finding *f = &verdicts->findings.items[i];
        if (!fa_str_is(f->rule->id, rule))
            continue;
        fprintf(
            stderr,
            "%s %zu: outcome %d key %d from %lld to %lld worst %lld judged %d opening %d on %d "
            "carried %d rows %d filer %.*s cause %.*s:",
            title, i, f->outcome, f->keys ? (int)f->keys[0].numerator : -1,
            (long long)(f->first_us / 1000000), (long long)(f->last_us / 1000000),
            (long long)(f->worst_us / 1000000), (int)f->judged_count, f->is_from_opening,
            f->is_still_on, (int)f->carried_count, (int)f->row_count, (int)f->filer.size,
            f->filer.bytes, (int)f->cause.size, f->cause.bytes);
        for (size_t k = 0; k < f->rows.count; k++)
            fprintf(stderr, " %d:%d-%d", f->rows.items[k].table, (int)f->rows.items[k].from_row,
                    (int)f->rows.items[k].to_row);
        fprintf(stderr, "\n");
    }
}

/* What a rule took is within its bound; texts of a random ledger are short. */
static void check_bound(void *context, const struct fa_rule *rule, const struct fa_rule_cost *took)
{
    bool *is_within = context;
    const struct fa_cost_sizes sizes = fa_cost_sizes_of(took, TEXT_BYTES);
    struct fa_cost cost;
    must(fa_cost_of(rule, &cost) == FA_OK);
    uint64_t bound = fa_cost_bytes(&cost, &sizes);
    if (took->peak_bytes > bound) {
        *is_within = false;
        fprintf(stderr, "%.*s, way %d: took %llu bytes, more than its bound of %llu\n",
                (int)rule->id.size, rule->id.bytes, (int)rule->way,
                (unsigned long long)took->peak_bytes, (unsigned long long)bound);
    }
    fa_cost_release(&cost);
}

static bool is_same(const struct fa_ruleset_list *list, struct fa_kept *kept,
                    const struct fa_verdicts *expected, uint32_t slice_rows, struct fa_buf *why)
{
    struct fa_verdicts verdicts;
    bool is_within = true;
    struct fa_evaluate_options options = {.as_of_day = INT64_MIN,
                                          .slice_rows = slice_rows,
                                          .thread_count = 1 + slice_rows % 4,
                                          .tell_cost = check_bound,
                                          .cost_context = &is_within};
    fa_verdicts_init(&verdicts);
    must(fa_blocks_rewind(&kept->base) == FA_OK);
    must(fa_evaluate(list, &kept->base, &options, &sink, &verdicts) == FA_OK);
    bool same = fa_verdicts_equal(expected, &verdicts, why);
    if (!same) {
        dump(expected, "plain");
        dump(&verdicts, "fast");
    }
    fa_verdicts_release(&verdicts);
    if (same && !is_within)
        must(fa_buf_add_text(why, "a bound does not hold") == FA_OK);
    return same && is_within;
}

static void count(const struct fa_verdicts *verdicts)
{
    finding_count += verdicts->findings.count;
    for (size_t i = 0; i < verdicts->rule_count; i++)
        untested_count += verdicts->counts[i].verdict != FA_TESTED;
}

static bool run(const struct fa_ruleset_list *list, uint64_t seed)
{
    static const uint32_t slices[] = {0, 1, 7};
    struct fa_kept *kept = random_ledger(seed, ROWS_MAX, &tables, &sink);
    struct fa_verdicts plain;
    struct fa_evaluate_options options = {.as_of_day = INT64_MIN};
    struct fa_buf why;
    fa_buf_init(&why);
    fa_verdicts_init(&plain);
    must(fa_evaluate_plain(list, &kept->base, &options, &sink, &plain) == FA_OK);
    count(&plain);
    bool same = true;
    for (size_t i = 0; same && i < 2; i++) {
        uint32_t slice_rows = i == 0 ? 0 : slices[1 + seed % 2];
        same = is_same(list, kept, &plain, slice_rows, &why);
        if (!same)
            fprintf(stderr, "ledger %llu, slices of %u: %s\n", (unsigned long long)seed,
                    slice_rows, fa_buf_cstr(&why));
    }
    fa_verdicts_release(&plain);
    fa_buf_release(&why);
    fa_kept_free(kept);
    return same;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t cases = argc > 2   ? strtoull(argv[2], NULL, 10)
                     : argc > 1 ? RULES * LEDGERS
                                : 100000;
    uint32_t ways = argc > 3 ? UINT32_C(1) << strtoul(argv[3], NULL, 10) : RANDOM_WAYS_ALL;
    if (ways == 1u << RANDOM_VIEWS) /* views, and rules of the first ways that read them */
        ways |= 1u << FA_WAY_ROW | 1u << FA_WAY_GROUP;
    fa_arena_init(&arena);
    fa_sink_init(&sink, keep, NULL);
    must(fa_dictionary_builtin(&arena, &sink, &dictionary) == FA_OK);
    random_tables(&tables, &sink);
    uint64_t done = 0, different = 0;
    for (uint64_t i = 0; done < cases; i++, done += (uint64_t)RULES * LEDGERS) {
        struct fa_ruleset_list list;
        compile(&list, seed + i, ways);
        for (int l = 0; l < LEDGERS && list.rulesets.count; l++)
            if (!run(&list, (seed + i) * 1000 + (uint64_t)l)) {
                fprintf(stderr, "seed %llu differs\n", (unsigned long long)(seed + i));
                if (different++ == 0)
                    show(list.rulesets.items[0]->text);
                break;
            }
        fa_ruleset_list_release(&list);
    }
    printf("%llu cases, %llu findings, %llu rules refused of %llu, %llu not tested, %llu "
           "rulesets with "
           "differences\n",
           (unsigned long long)done, (unsigned long long)finding_count,
           (unsigned long long)refused_count, (unsigned long long)rule_count,
           (unsigned long long)untested_count, (unsigned long long)different);
    fa_head_release(&tables);
    fa_arena_release(&arena);
    return different || !finding_count || refused_count * 20 > rule_count;
}
