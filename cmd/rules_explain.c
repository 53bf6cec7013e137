/*
 * flowaudit-rules explain: why a rule fired, or why it did not.
 */
#include <stdio.h>
#include <string.h>

#include "common/streams.h"
#include "report/mask.h"
#include "rules.h"
#include "rules/explain.h"
#include "rules/test_run.h"

struct explaining {
    const struct rules_options *options;
    struct tool_run *run;
    struct rulesets rulesets;
    struct fa_ruleset *ruleset;
    struct fa_rule *rule;
    struct fa_explain_options explain;
    struct fa_masker *masker;
};

static enum fa_status wrong_use(const struct explaining *explaining, const char *hint,
                                const char *text)
{
    return fa_error(explaining->run->sink, FA_CODE_USAGE, (struct fa_place){0}, hint, "%s", text);
}

/* --- what is explained --- */

static void find_rule(struct explaining *explaining)
{
    const char *id = explaining->run->operands[1];
    for (size_t s = 0; s < explaining->rulesets.list.rulesets.count; s++) {
        struct fa_ruleset *ruleset = explaining->rulesets.list.rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++)
            if (fa_str_is(ruleset->rules[r].id, id)) {
                explaining->ruleset = ruleset;
                explaining->rule = &ruleset->rules[r];
            }
    }
}

static void take_filer(struct fa_explain_options *explain)
{
    static const struct fa_str word = {"filer=", 6};
    struct fa_str key = explain->key;
    if (!fa_str_starts(key, word))
        return;
    key = (struct fa_str){key.bytes + word.size, key.size - word.size};
    const char *end = memchr(key.bytes, '|', key.size);
    if (!end)
        return;
    explain->filer = (struct fa_str){key.bytes, (size_t)(end - key.bytes)};
    explain->key = (struct fa_str){end + 1, key.size - explain->filer.size - 1};
}

/* TABLE:KEY; without a table it is the rule's own. filer=ID| before the key says whose row. */
static void take_row(struct explaining *explaining)
{
    struct fa_str row = fa_str_from(explaining->options->row);
    const char *colon = memchr(row.bytes, ':', row.size);
    explaining->explain.key = row;
    size_t size = colon ? (size_t)(colon - row.bytes) : 0;
    if (colon && fa_dictionary_find(explaining->rulesets.list.dictionary,
                                    (struct fa_str){row.bytes, size})) {
        explaining->explain.table = (struct fa_str){row.bytes, size};
        explaining->explain.key = (struct fa_str){colon + 1, row.size - size - 1};
    }
    take_filer(&explaining->explain);
}

/* The finding that people know as ID: its number in the results of these rulesets, or its
 * fingerprint, in clear or as reports show it. */
static enum fa_status take_finding(struct explaining *explaining,
                                   const struct fa_results *results)
{
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    const char *id = explaining->options->finding;
    char quoted[FA_QUOTED_BYTES];
    struct fa_buf shown;
    fa_buf_init(&shown);
    size_t before = 0;
    bool is_found = false;
    enum fa_status status = FA_OK;
    for (uint64_t row = 0; status == FA_OK && !is_found && row < findings->row_count; row++) {
        struct fa_str print =
            fa_result_text(findings, row, fa_result_column(findings, "fingerprint"));
        struct fa_str rule = fa_result_text(findings, row, fa_result_column(findings, "rule"));
        fa_buf_clear(&shown);
        status = fa_mask_fingerprint(explaining->masker, print, &shown);
        is_found = fa_str_is(print, id) || fa_str_is(fa_buf_str(&shown), id) ||
                   fa_str_is(fa_result_text(findings, row, fa_result_column(findings, "finding")),
                             id);
        if (is_found && !fa_str_equal(rule, explaining->rule->id)) {
            status = fa_error(explaining->run->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0},
                              "numbers belong to the stream that was flagged: reconcile first "
                              "if it was, or give the fingerprint",
                              "finding %s is one of rule %.*s",
                              fa_quoted(fa_str_from(id), quoted), (int)rule.size, rule.bytes);
        } else if (!is_found && fa_str_equal(rule, explaining->rule->id)) {
            before++;
        }
    }
    fa_buf_release(&shown);
    if (status == FA_OK && !is_found)
        return fa_error(explaining->run->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0},
                        "a number counts in the results of the same rulesets; a fingerprint "
                        "stays the same",
                        "the rules make no finding %s", fa_quoted(fa_str_from(id), quoted));
    explaining->explain.is_finding = true;
    explaining->explain.finding_no = before;
    return status;
}

/* --- running --- */

static enum fa_status show(void *context, struct fa_str column, struct fa_str value,
                           struct fa_buf *out)
{
    const struct explaining *explaining = context;
    return fa_mask_value(explaining->masker, column, value, out);
}

static enum fa_status print(struct explaining *explaining, struct fa_blocks *ledger)
{
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status =
        fa_rule_explain(&explaining->rulesets.list, explaining->rule, ledger,
                        &explaining->explain, explaining->run->sink, &text);
    if (status == FA_OK)
        fwrite(text.bytes, 1, text.size, stdout);
    fa_buf_release(&text);
    return status;
}

/* What the rules find says who is who, and which finding is meant. */
static enum fa_status explain_ledger(struct explaining *explaining, struct fa_blocks *ledger)
{
    struct rules_choice choice = explaining->options->rules;
    struct fa_blocks *blocks = NULL;
    struct fa_results *results = NULL;
    choice.only = explaining->options->finding ? NULL : explaining->run->operands[1];
    enum fa_status status =
        rulesets_flag(&explaining->rulesets, explaining->run, &choice,
                      explaining->explain.as_of_day, explaining->options->memory_max, ledger,
                      &blocks);
    if (status == FA_OK)
        status = fa_results_load(blocks, explaining->run->sink, &results);
    if (status == FA_OK)
        status = fa_masker_new(results, (struct fa_str){"", 0}, explaining->options->reveal,
                               &explaining->masker);
    if (status == FA_OK && explaining->options->finding)
        status = take_finding(explaining, results);
    if (status == FA_OK)
        status = fa_results_status(results);
    explaining->explain.show = show;
    explaining->explain.context = explaining;
    if (status == FA_OK)
        status = print(explaining, ledger);
    fa_masker_free(explaining->masker);
    fa_results_free(results);
    fa_blocks_free(blocks);
    return status;
}

static enum fa_status explain_stream(struct explaining *explaining)
{
    struct stream_input input;
    const char *path = explaining->run->operand_count > 2 ? explaining->run->operands[2] : "-";
    enum fa_status status = stream_input_open_path(&input, explaining->run, path, true);
    if (status == FA_OK)
        status = explain_ledger(explaining, input.blocks);
    stream_input_close(&input);
    return status;
}

/* A test of the rule is a ledger, too. */
static enum fa_status explain_test(struct explaining *explaining)
{
    struct fa_ruleset_list *list = &explaining->rulesets.list;
    struct fa_rule *rule = explaining->rule;
    const struct fa_rule_test *test = NULL;
    for (int t = 0; t < rule->test_count && !test; t++)
        if (fa_str_is(rule->tests[t].name, explaining->options->test))
            test = &rule->tests[t];
    if (!test)
        return wrong_use(explaining, "write the test's name as it stands in the rule",
                         "the rule has no such test");
    struct fa_test_ledger ledger;
    struct fa_test_saved saved = {NULL, 0};
    enum fa_status status =
        fa_test_ledger_build(&ledger, list, rule, test, explaining->run->sink);
    if (status == FA_OK)
        status = fa_test_set_params(list, explaining->ruleset, &ledger, &saved);
    if (status == FA_OK) {
        struct fa_rule_alone alone;
        fa_test_make_alone(&alone, &ledger);
        struct fa_buf text;
        fa_buf_init(&text);
        status = fa_rule_explain(&alone.list, &alone.rule, &ledger.kept->base,
                                 &explaining->explain, explaining->run->sink, &text);
        if (status == FA_OK)
            fwrite(text.bytes, 1, text.size, stdout);
        fa_buf_release(&text);
    }
    fa_test_restore_params(explaining->ruleset, &saved);
    fa_test_ledger_release(&ledger);
    return status;
}

enum fa_status rules_explain(const struct rules_options *options, struct tool_run *run)
{
    struct explaining explaining = {
        .options = options,
        .run = run,
        .explain = {.as_of_day = INT64_MIN, .memory_max = options->memory_max}};
    if (run->operand_count < 2)
        return wrong_use(&explaining, "flowaudit-rules explain RULE [STREAM] --row TABLE:KEY",
                         "explain wants the id of a rule");
    if (!options->row == !options->finding)
        return wrong_use(&explaining, NULL, "explain wants one of --row and --finding");
    if (options->test && (options->finding || run->operand_count > 2))
        return wrong_use(&explaining, NULL,
                         "--test explains a --row of the test, and takes no stream");
    if (options->as_of)
        FA_TRY(tool_parse_day(run, "--as-of", options->as_of, &explaining.explain.as_of_day));
    struct rules_choice choice = options->rules;
    choice.only = run->operands[1];
    enum fa_status status = rulesets_load(&explaining.rulesets, run, &choice);
    if (status == FA_OK)
        find_rule(&explaining);
    if (status == FA_OK && options->row)
        take_row(&explaining);
    if (status == FA_OK)
        status = options->test ? explain_test(&explaining) : explain_stream(&explaining);
    rulesets_release(&explaining.rulesets);
    return status;
}
