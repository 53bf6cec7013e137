/*
 * Random small ledgers are judged by both evaluators, which share no expression code, and by the
 * vectorised one in slices of several sizes: every verdict must be the same. The rules are all that
 * the tree has (tests/rules, rulesets) and tests/property/evaluators.rules.
 *
 *     test_evaluators [SEED [COUNT]]    without arguments the seeds of `make check`
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "random_ledger.h"
#include "rules/compile.h"
#include "rules/plain.h"

enum { FILE_BYTES_MAX = 1 << 20, SEED_COUNT = 100, ROWS_MAX = 60 };

static struct fa_arena arena;
static struct fa_dictionary dictionary;
static struct fa_head tables;
static struct fa_ruleset_list rulesets;
static struct fa_sink sink;

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void show(void *context, const struct fa_diag *diag)
{
    (void)context;
    fprintf(stderr, "%.*s:%d: %.*s\n", (int)diag->source.size, diag->source.bytes, (int)diag->line_no,
            (int)diag->text.size, diag->text.bytes);
}

/* --- rules --- */

static void add(const char *path)
{
    struct fa_buf text;
    fa_buf_init(&text);
    must(fa_file_read(path, FILE_BYTES_MAX, &sink, &text) == FA_OK);
    struct fa_str kept = fa_arena_str(&arena, fa_buf_str(&text));
    must(fa_ruleset_add(&rulesets, kept, fa_arena_str(&arena, fa_str_from(path)), false, &sink) == FA_OK);
    fa_buf_release(&text);
}

static void add_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    must(count >= 0);
    for (int i = 0; i < count; i++) {
        char path[8192];
        size_t size = strlen(entries[i]->d_name);
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (size > 6 && strcmp(entries[i]->d_name + size - 6, ".rules") == 0)
            add(path);
        free(entries[i]);
    }
    free(entries);
}

/* --- the comparison --- */

/* For a look at what differs: TEST_DUMP=RULE. */
static void dump(const struct fa_verdicts *verdicts, const char *title)
{
    const char *rule = getenv("TEST_DUMP");
    for (size_t i = 0; rule && i < verdicts->findings.count; i++) {
        const struct fa_finding *f = &verdicts->findings.items[i];
        if (!fa_str_is(f->rule->id, rule))
            continue;
        fprintf(stderr, "%s %zu: outcome %d key %d from %lld to %lld worst %lld judged %d opening %d on %d "
                        "carried %d rows %d cause %.*s:",
                title, i, f->outcome, f->keys ? (int)f->keys[0].numerator : -1,
                (long long)(f->first_us / 1000000), (long long)(f->last_us / 1000000),
                (long long)(f->worst_us / 1000000), (int)f->judged_count, f->is_from_opening,
                f->is_still_on, (int)f->carried_count, (int)f->row_count, (int)f->cause.size,
                f->cause.bytes);
        for (size_t k = 0; k < f->rows.count; k++)
            fprintf(stderr, " %d:%d-%d", f->rows.items[k].table, (int)f->rows.items[k].from_row,
                    (int)f->rows.items[k].to_row);
        fprintf(stderr, "\n");
    }
}

static bool is_same(uint64_t seed, struct fa_kept *kept, const struct fa_verdicts *expected,
                    uint32_t slice_rows)
{
    struct fa_verdicts verdicts;
    struct fa_evaluate_options options = {.as_of_day = INT64_MIN, .slice_rows = slice_rows,
                                          .thread_count = 1 + slice_rows % 4};
    struct fa_buf why;
    fa_buf_init(&why);
    fa_verdicts_init(&verdicts);
    must(fa_blocks_rewind(&kept->base) == FA_OK);
    must(fa_evaluate(&rulesets, &kept->base, &options, &sink, &verdicts) == FA_OK);
    bool same = fa_verdicts_equal(expected, &verdicts, &why);
    if (!same)
        fprintf(stderr, "seed %llu, slices of %u: %s\n", (unsigned long long)seed, slice_rows,
                fa_buf_cstr(&why));
    if (!same) {
        dump(expected, "plain");
        dump(&verdicts, "fast");
    }
    fa_verdicts_release(&verdicts);
    fa_buf_release(&why);
    return same;
}

static bool run(uint64_t seed, uint64_t *finding_count)
{
    static const uint32_t slices[] = {0, 1, 7};
    struct fa_kept *kept = random_ledger(seed, ROWS_MAX, &tables, &sink);
    struct fa_verdicts plain;
    struct fa_evaluate_options options = {.as_of_day = INT64_MIN};
    fa_verdicts_init(&plain);
    must(fa_evaluate_plain(&rulesets, &kept->base, &options, &sink, &plain) == FA_OK);
    *finding_count += plain.findings.count;
    bool same = true;
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        same = is_same(seed, kept, &plain, slices[i]) && same;
    fa_verdicts_release(&plain);
    fa_kept_free(kept);
    return same;
}

int main(int argc, char **argv)
{
    const char *source = getenv("srcdir");
    char path[4096];
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : argc > 1 ? 1 : SEED_COUNT;
    fa_arena_init(&arena);
    fa_sink_init(&sink, show, NULL);
    must(fa_dictionary_builtin(&arena, &sink, &dictionary) == FA_OK);
    random_tables(&tables, &sink);
    fa_ruleset_list_init(&rulesets, &dictionary);
    static const char *const folders[] = {"tests/rules", "tests/property", "rulesets/cn"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", source ? source : ".", folders[i]);
        add_folder(path);
    }
    must(fa_ruleset_list_check(&rulesets) == FA_OK); /* one may use another, in any order */
    uint64_t failed = 0, finding_count = 0;
    for (uint64_t i = 0; i < count; i++)
        failed += !run(seed + i, &finding_count);
    printf("%llu ledgers, %llu findings, %llu ledgers with differences\n", (unsigned long long)count,
           (unsigned long long)finding_count, (unsigned long long)failed);
    fa_ruleset_list_release(&rulesets);
    fa_head_release(&tables);
    fa_arena_release(&arena);
    return failed || !finding_count;
}
