/*
 * Do the two evaluators say the same of a filing: findings, order, values, rows and counts?
 *
 *     evaluators FILING RULESET...
 *
 * They share no expression code, so what one of them gets wrong the other does not.
 */
#include <stdio.h>

#include "base/file.h"
#include "base/limits.h"
#include "intake/ingest.h"
#include "match/reconcile.h"
#include "rules/compile.h"
#include "rules/plain.h"

static void print(void *context, const struct fa_diag *diag)
{
    (void)context;
    if (diag->severity == FA_ERROR)
        fprintf(stderr, "%.*s\n", (int)diag->text.size, diag->text.bytes);
}

static enum fa_status compile(struct fa_ruleset_list *list, struct fa_arena *arena, char **paths,
                              int count, struct fa_sink *sink)
{
    for (int i = 0; i < count; i++) {
        struct fa_buf text = {0};
        enum fa_status status = fa_file_read(paths[i], FA_LANG_BYTES_MAX, sink, &text);
        struct fa_str kept = fa_arena_str(arena, fa_buf_str(&text));
        fa_buf_release(&text);
        FA_TRY(status);
        FA_TRY(fa_ruleset_add(list, kept, fa_str_from(paths[i]), false, sink));
    }
    return fa_ruleset_list_check(list); /* one may use another, in any order */
}

static enum fa_status compare(const struct fa_ruleset_list *list, struct fa_blocks *blocks,
                              struct fa_sink *sink, bool *are_equal)
{
    const struct fa_evaluate_options options = {.as_of_day = INT64_MIN,
                                                .memory_max = FA_MEMORY_DEFAULT};
    struct fa_verdicts fast, plain;
    struct fa_buf why = {0};
    fa_verdicts_init(&fast);
    fa_verdicts_init(&plain);
    enum fa_status status = fa_evaluate(list, blocks, &options, sink, &fast);
    if (status == FA_OK)
        status = fa_blocks_rewind(blocks);
    if (status == FA_OK)
        status = fa_evaluate_plain(list, blocks, &options, sink, &plain);
    if (status == FA_OK) {
        *are_equal = fa_verdicts_equal(&fast, &plain, &why);
        printf("%zu rules, %zu findings: %s\n", fast.rule_count, fast.findings.count,
               *are_equal ? "equal" : fa_buf_cstr(&why));
    }
    fa_buf_release(&why);
    fa_verdicts_release(&fast);
    fa_verdicts_release(&plain);
    return status;
}

/* The filing may hold what the rulesets declare. */
static enum fa_status ingest(const char *filing, const struct fa_ruleset_list *list,
                             struct fa_arena *arena, struct fa_sink *sink, struct fa_blocks **ledger)
{
    struct fa_dictionary dictionary;
    size_t count = list->own_tables.count;
    struct fa_ingest_table *extra = fa_arena_array(arena, count + 1, sizeof *extra);
    if (!extra || fa_ruleset_list_filing(list, arena, &dictionary) != FA_OK)
        return fa_out_of_memory(sink, "the tables of a filing");
    for (size_t i = 0; i < count; i++) {
        const struct fa_ruleset *ruleset = list->own_tables.items[i].ruleset;
        extra[i] = (struct fa_ingest_table){
            list->dictionary->tables[(size_t)list->core_table_count + i].name, ruleset->id,
            ruleset->hash};
    }
    const struct fa_ingest_options options = {.paths = &filing,
                                              .path_count = 1,
                                              .dictionary = &dictionary,
                                              .extra = extra,
                                              .extra_count = count};
    return fa_ingest(&options, sink, ledger);
}

int main(int argc, char **argv)
{
    struct fa_sink sink;
    struct fa_arena arena;
    struct fa_dictionary dictionary;
    struct fa_ruleset_list list;
    struct fa_blocks *ledger = NULL, *blocks = NULL;
    const struct fa_reconcile_options reconcile = {.memory_max = FA_MEMORY_DEFAULT};
    bool are_equal = false;
    if (argc < 3)
        return FA_EUSAGE;
    fa_sink_init(&sink, print, NULL);
    fa_arena_init(&arena);
    fa_ruleset_list_init(&list, &dictionary);
    enum fa_status status = fa_dictionary_builtin(&arena, &sink, &dictionary);
    if (status == FA_OK)
        status = compile(&list, &arena, argv + 2, argc - 2, &sink);
    if (status == FA_OK)
        status = ingest(argv[1], &list, &arena, &sink, &ledger);
    if (status == FA_OK)
        status = fa_reconcile(ledger, &reconcile, &sink, &blocks);
    if (status == FA_OK)
        status = compare(&list, blocks, &sink, &are_equal);
    fa_blocks_free(blocks);
    fa_blocks_free(ledger);
    fa_ruleset_list_release(&list);
    fa_arena_release(&arena);
    return status != FA_OK ? (int)status : !are_equal;
}
