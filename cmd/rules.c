/*
 * flowaudit-rules: lists, checks, tests, explains and prices rulesets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"
#include "rules/doc.h"
#include "rules/test.h"

enum {
    COMMAND_LIST,
    COMMAND_CHECK,
    COMMAND_TEST,
    COMMAND_EXPLAIN,
    COMMAND_DOC,
    COMMAND_COST
};

/* What all rules together came to. */
struct sums {
    uint64_t rules, tests, failed, mutants, survivors, stale, outcomes, seen, untested;
};

static int shown(struct fa_str text)
{
    return (int)text.size;
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* --- list --- */

static const char *day_text(int64_t day, char text[FA_TIME_TEXT_BYTES])
{
    if (day == INT64_MIN || day == INT64_MAX)
        return "";
    text[fa_date_format(day, text)] = '\0';
    return text;
}

static void list_sets(const struct fa_ruleset_list *list)
{
    for (size_t i = 0; i < list->sets.count; i++) {
        const struct fa_ruleset_set *set = &list->sets.items[i];
        printf("%.*s  %.*s\n  set of", shown(set->id), set->id.bytes, shown(set->title_en),
               set->title_en.bytes);
        for (int r = 0; r < set->ruleset_count; r++)
            printf("%s %.*s", r ? "," : "", shown(set->rulesets[r]->id),
                   set->rulesets[r]->id.bytes);
        printf("\n");
        if (set->applies)
            printf("  applies to institutions where %.*s\n", shown(set->applies->text),
                   set->applies->text.bytes);
    }
}

/* --- list: those that speak of what is looked for --- */

static bool has_text(struct fa_str text, struct fa_str wanted)
{
    return fa_str_contains(text, wanted);
}

static bool is_digit(const char *c, const char *end)
{
    return c < end && *c >= '0' && *c <= '9';
}

/* Art. 1 is not Art. 17: a number goes on. */
static bool has_article(struct fa_str text, struct fa_str wanted)
{
    const char *end = text.bytes + text.size, *at = text.bytes;
    bool ends_in_digit = is_digit(wanted.bytes + wanted.size - 1, wanted.bytes + wanted.size);
    while (text.size && (at = memmem(at, (size_t)(end - at), wanted.bytes, wanted.size))) {
        if (!ends_in_digit || !is_digit(at + wanted.size, end))
            return true;
        at++;
    }
    return false;
}

/* An article of it, or a word of its id, titles and texts. */
static bool is_wanted_rule(const struct fa_rule *rule, struct fa_str wanted)
{
    return wanted.size == 0 || has_article(rule->cite.text, wanted) || has_text(rule->id, wanted) ||
           has_text(rule->title_en, wanted) || has_text(rule->title_zh, wanted) ||
           has_text(rule->say_en, wanted) || has_text(rule->say_zh, wanted) ||
           has_text(rule->disposal, wanted) || has_article(rule->disposal_cite.text, wanted);
}

static bool is_wanted_provision(const struct fa_provision *provision, struct fa_str wanted)
{
    return wanted.size == 0 || has_article(provision->cite.text, wanted) ||
           has_text(provision->id, wanted) || has_text(provision->title_en, wanted) ||
           has_text(provision->title_zh, wanted);
}

/* All of a ruleset that is called so itself. */
static bool is_wanted_ruleset(const struct fa_ruleset *ruleset, struct fa_str wanted)
{
    return has_text(ruleset->id, wanted) || has_text(ruleset->title_en, wanted) ||
           has_text(ruleset->title_zh, wanted) || has_article(ruleset->document, wanted);
}

static bool has_wanted(const struct fa_ruleset *ruleset, struct fa_str wanted)
{
    bool is_found = wanted.size == 0 || is_wanted_ruleset(ruleset, wanted);
    for (int r = 0; r < ruleset->rule_count; r++)
        is_found |= is_wanted_rule(&ruleset->rules[r], wanted);
    for (int p = 0; p < ruleset->provision_count; p++)
        is_found |= is_wanted_provision(&ruleset->provisions[p], wanted);
    return is_found;
}

static void print_cite(struct fa_str cite, struct fa_str wanted)
{
    if (wanted.size)
        printf("    %.*s\n", shown(cite), cite.bytes);
}

static void list(const struct fa_ruleset_list *list, struct fa_str wanted)
{
    static const char *const severities[] = {"critical", "high", "medium", "low", "info"};
    static const char *const states[] = {"", " (off)", " (model)"};
    for (size_t i = 0; i < list->rulesets.count; i++) {
        const struct fa_ruleset *ruleset = list->rulesets.items[i];
        char from[FA_TIME_TEXT_BYTES], to[FA_TIME_TEXT_BYTES];
        if (!has_wanted(ruleset, wanted))
            continue;
        struct fa_str within = is_wanted_ruleset(ruleset, wanted) ? FA_STR("") : wanted;
        printf("%.*s  %.*s\n", shown(ruleset->id), ruleset->id.bytes, shown(ruleset->title_en),
               ruleset->title_en.bytes);
        printf("  in force %s..%s\n", day_text(ruleset->from_day, from),
               day_text(ruleset->to_day, to));
        if (ruleset->applies)
            printf("  applies to institutions where %.*s\n", shown(ruleset->applies->text),
                   ruleset->applies->text.bytes);
        for (int r = 0; r < ruleset->rule_count; r++) {
            const struct fa_rule *rule = &ruleset->rules[r];
            if (!is_wanted_rule(rule, within))
                continue;
            printf("  %-20.*s %-8s %.*s%s%s\n", shown(rule->id), rule->id.bytes,
                   severities[rule->severity], shown(rule->title_en), rule->title_en.bytes,
                   rule->is_lead ? " (lead)" : "", states[rule->state]);
            print_cite(rule->cite.text, wanted);
        }
        for (int p = 0; p < ruleset->provision_count; p++) {
            const struct fa_provision *provision = &ruleset->provisions[p];
            if (!is_wanted_provision(provision, within))
                continue;
            printf("  %-20.*s %-8s %.*s (no filing shows it)\n", shown(provision->id),
                   provision->id.bytes, severities[provision->severity],
                   shown(provision->title_en), provision->title_en.bytes);
            print_cite(provision->cite.text, wanted);
        }
    }
    if (wanted.size == 0)
        list_sets(list);
}

/* --- check and test --- */

/* Both run the tests: whether one fires and one stays clear shows only then. */
static void require_tests(struct tool_run *run, const struct fa_rule *rule,
                          const struct fa_rule_tested *tested, struct sums *sums)
{
    const struct fa_place place = {.source = rule->ruleset->file, .line_no = rule->line_no};
    if (!tested->fires)
        fa_warn(run->sink, FA_CODE_RULE_NO_TEST, place, "add a test with expect fires",
                "%.*s: no test fires", shown(rule->id), rule->id.bytes);
    if (!tested->clears)
        fa_warn(run->sink, FA_CODE_RULE_NO_TEST, place,
                "add a test with expect nothing, best on the very number",
                "%.*s: no test stays clear", shown(rule->id), rule->id.bytes);
    sums->untested += !tested->fires || !tested->clears;
}

/* What the rule lists as changes that no test can notice, with its reasons. */
static void print_unnoticed(const struct fa_rule *rule)
{
    for (int i = 0; i < rule->unnoticed_count; i++) {
        const struct fa_unnoticed *one = &rule->unnoticed[i];
        if (one->is_used)
            printf("  unnoticed: %.*s, because %.*s\n", shown(one->change), one->change.bytes,
                   shown(one->why), one->why.bytes);
    }
}

/* What keeps a rule from being tested on any filing, by what it says itself. */
static void print_untestable(const struct fa_rule *rule)
{
    static const char *const states[] = {"", "off", "a model"};
    if (rule->state != FA_RULE_ON)
        printf("  %.*s is %s: %.*s\n", shown(rule->id), rule->id.bytes, states[rule->state],
               shown(rule->state_why), rule->state_why.bytes);
    for (int i = 0; i < rule->param_count; i++) {
        const struct fa_param *param = rule->params[i];
        if (param->is_required)
            printf("  %.*s is not testable without --param %.*s.%.*s=...: %.*s\n",
                   shown(rule->id), rule->id.bytes, shown(rule->ruleset->id),
                   rule->ruleset->id.bytes, shown(param->name), param->name.bytes,
                   shown(param->note), param->note.bytes);
    }
}

static void print_provision(const struct fa_provision *provision)
{
    printf("  %.*s is shown by no filing: %.*s\n", shown(provision->id), provision->id.bytes,
           shown(provision->why_en), provision->why_en.bytes);
}

static void print_rule(const struct rules_options *options, const struct fa_rule *rule,
                       const struct fa_rule_tested *tested)
{
    printf("%.*s: %llu of %llu test%s passed", shown(rule->id), rule->id.bytes,
           (unsigned long long)(tested->tests - tested->failed),
           (unsigned long long)tested->tests, plural(tested->tests));
    if (options->cover)
        printf(", %llu of %llu outcomes of conditions seen", (unsigned long long)tested->seen,
               (unsigned long long)tested->outcomes);
    if (options->mutate)
        printf(", %llu of %llu changes noticed",
               (unsigned long long)(tested->mutants - tested->survivors - tested->accepted),
               (unsigned long long)tested->mutants);
    printf("\n");
    if (options->mutate)
        print_unnoticed(rule);
}

static enum fa_status run_rule(const struct rules_options *options, struct rulesets *rulesets,
                               struct fa_ruleset *ruleset, struct fa_rule *rule,
                               struct tool_run *run, struct fa_rule_tested *tested)
{
    FA_TRY(fa_rule_run_tests(&rulesets->list, ruleset, rule, run->sink, tested));
    /* while a test fails anyway it would seem to notice every change */
    if (tested->failed)
        return FA_OK;
    if (options->cover)
        FA_TRY(fa_rule_cover(&rulesets->list, ruleset, rule, run->sink, tested));
    if (options->mutate)
        FA_TRY(fa_rule_mutate(&rulesets->list, ruleset, rule, run->sink, tested));
    return FA_OK;
}

static enum fa_status run_rules(const struct rules_options *options, struct tool_run *run,
                                struct rulesets *rulesets, bool is_test, struct sums *sums)
{
    enum fa_status total = FA_OK;
    for (size_t i = 0; i < rulesets->list.rulesets.count; i++) {
        struct fa_ruleset *ruleset = rulesets->list.rulesets.items[i];
        uint64_t rules = sums->rules;
        for (int r = 0; r < ruleset->rule_count; r++) {
            struct fa_rule *rule = &ruleset->rules[r];
            struct fa_rule_tested tested;
            if (options->only && !fa_str_is(rule->id, options->only))
                continue;
            enum fa_status status =
                run_rule(options, rulesets, ruleset, rule, run, &tested);
            if (status != FA_OK && status != FA_ERULES)
                return status;
            if (status != FA_OK)
                total = status;
            sums->rules++;
            sums->tests += tested.tests;
            sums->failed += tested.failed;
            sums->mutants += tested.mutants;
            sums->survivors += tested.survivors;
            sums->stale += tested.stale;
            sums->outcomes += tested.outcomes;
            sums->seen += tested.seen;
            if (is_test)
                print_rule(options, rule, &tested);
            else if (status == FA_OK)
                require_tests(run, rule, &tested, sums);
        }
        if (is_test)
            continue;
        printf("%.*s: %llu rule%s, %d parameter%s", shown(ruleset->id), ruleset->id.bytes,
               (unsigned long long)(sums->rules - rules), plural(sums->rules - rules),
               ruleset->param_count, plural((uint64_t)ruleset->param_count));
        if (ruleset->provision_count)
            printf(", %d provision%s that no filing shows", ruleset->provision_count,
                   plural((uint64_t)ruleset->provision_count));
        printf("\n");
        for (int r = 0; r < ruleset->rule_count; r++)
            if (!options->only || fa_str_is(ruleset->rules[r].id, options->only))
                print_untestable(&ruleset->rules[r]);
        for (int p = 0; !options->only && p < ruleset->provision_count; p++)
            print_provision(&ruleset->provisions[p]);
    }
    return total;
}

static enum fa_status check(const struct rules_options *options, struct tool_run *run,
                            struct rulesets *rulesets)
{
    struct sums sums = {0};
    const struct rules_options tests_alone = {.only = options->only};
    FA_TRY(run_rules(&tests_alone, run, rulesets, false, &sums));
    fa_ruleset_list_warn_unused(&rulesets->list);
    FA_TRY(rules_check_budget(options, run, rulesets));
    if (sums.untested || run->sink->counts[FA_CODE_RULE_UNUSED])
        return FA_ERULES;
    return sums.failed ? FA_FINDINGS : FA_OK;
}

static enum fa_status test(const struct rules_options *options, struct tool_run *run,
                           struct rulesets *rulesets)
{
    struct sums sums = {0};
    FA_TRY(run_rules(options, run, rulesets, true, &sums));
    printf("%llu rule%s, %llu test%s, %llu failed", (unsigned long long)sums.rules,
           plural(sums.rules), (unsigned long long)sums.tests, plural(sums.tests),
           (unsigned long long)sums.failed);
    if (options->cover)
        printf("; %llu outcomes of conditions, %llu not seen",
               (unsigned long long)sums.outcomes,
               (unsigned long long)(sums.outcomes - sums.seen));
    if (options->mutate)
        printf("; %llu changes, %llu unnoticed", (unsigned long long)sums.mutants,
               (unsigned long long)sums.survivors);
    printf("\n");
    bool is_incomplete = sums.survivors || sums.stale || sums.seen < sums.outcomes;
    return sums.failed || is_incomplete ? FA_FINDINGS : FA_OK;
}

/* --- doc --- */

static enum fa_status document_all(const struct rulesets *rulesets, const char *path,
                                   struct tool_run *run)
{
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = fa_rulebook(&rulesets->list, &text);
    struct output *output = status == FA_OK ? malloc(sizeof *output) : NULL;
    if (!output) {
        fa_buf_release(&text);
        return fa_out_of_memory(run->sink, "the rulebook");
    }
    status = output_open(output, path, OUTPUT_TEXT, run->sink);
    if (status == FA_OK)
        status = output_finish(output, output_write(output, text.bytes, text.size));
    free(output);
    fa_buf_release(&text);
    return status;
}

static enum fa_status rules(const struct rules_options *options, struct tool_run *run)
{
    struct rules_choice choice = RULES_CHOICE_DEFAULT; /* files and ids are operands here */
    struct rulesets rulesets;
    size_t command;
    FA_TRY(options_find_command(run->tool, run->operands[0], run->sink, &command));
    if (command == COMMAND_EXPLAIN)
        return rules_explain(options, run);
    for (int i = 1; i < run->operand_count; i++)
        if (fa_vec_add(&choice.rulesets.texts, run->operands[i]) != FA_OK)
            return fa_out_of_memory(run->sink, "the command line");
    enum fa_status status = rulesets_load(&rulesets, run, &choice);
    if (status == FA_OK && command == COMMAND_LIST)
        list(&rulesets.list, fa_str_from(options->cite));
    else if (status == FA_OK && command == COMMAND_DOC)
        status = document_all(&rulesets, options->output, run);
    else if (status == FA_OK && command == COMMAND_COST)
        status = rules_cost(options, run, &rulesets);
    else if (status == FA_OK)
        status = command == COMMAND_CHECK ? check(options, run, &rulesets)
                                          : test(options, run, &rulesets);
    rulesets_release(&rulesets);
    fa_vec_free(&choice.rulesets.texts);
    return status;
}

int main(int argc, char **argv)
{
    struct rules_options options = {.rules = RULES_CHOICE_DEFAULT,
                                    .memory_max = FA_MEMORY_DEFAULT};
    const struct option_spec specs[] = {
        {"coverage", 0, NULL,
         "test: name each condition that no test makes true, and each that none makes false",
         OPTION_FLAG, &options.cover},
        {"mutate", 0, NULL,
         "test: change the rules one thing at a time (a number by one unit, < to <=, a condition "
         "or an exception left out) and name the change that no test notices",
         OPTION_FLAG, &options.mutate},
        {"cite", 0, "TEXT",
         "list: only what cites this article, or has this text in its id, titles, messages or "
         "document",
         OPTION_TEXT, &options.cite},
        {"only", 0, "RULE", "check or test this rule alone", OPTION_TEXT, &options.only},
        {"output", 'o', "FILE", "doc: write to FILE instead of standard output", OPTION_TEXT,
         &options.output},
        {"row", 0, "TABLE:KEY", "explain: the row with this key", OPTION_TEXT, &options.row},
        {"finding", 0, "ID", "explain: the finding with this number or fingerprint", OPTION_TEXT,
         &options.finding},
        {"test", 0, "NAME", "explain: in the ledger of this test of the rule", OPTION_TEXT,
         &options.test},
        {"rules", 'r', "RULESET", "explain: a ruleset, as for flowaudit-flag", OPTION_LIST,
         &options.rules.rulesets},
        {"param", 0, "RULESET.NAME=VALUE", "explain: set a parameter", OPTION_LIST,
         &options.rules.parameters},
        {"as-of", 0, "DATE", "explain: judge as of the end of DATE", OPTION_TEXT, &options.as_of},
        {"memory", 0, "SIZE", "explain: as for flowaudit-flag", OPTION_SIZE,
         &options.memory_max},
        {"reveal", 0, NULL, "explain: show personal data in clear", OPTION_FLAG,
         &options.reveal},
        {"budget", 0, "SIZE", "check: refuse rules whose state could need more", OPTION_SIZE,
         &options.budget},
        {"sizes", 0, "SIZES",
         "cost, and check with --budget: how much there is of rows, keys, days, held (rows looked "
         "up), findings, cited (ranges of rows), text (bytes)",
         OPTION_TEXT, &options.sizes},
        {"stream", 0, "FILE", "cost: judge this ledger and tell what each rule did cost",
         OPTION_TEXT, &options.stream},
        {0},
    };
    static const struct command_spec commands[] = {
        [COMMAND_LIST] = {"list", "the rulesets and their rules"},
        [COMMAND_CHECK] = {"check", "everything that can be wrong with them"},
        [COMMAND_TEST] = {"test", "run the tests inside them"},
        [COMMAND_EXPLAIN] = {"explain", "why a rule fired or not, for a row or a finding"},
        [COMMAND_DOC] = {"doc", "the rulebook as Markdown"},
        [COMMAND_COST] = {"cost", "the class and memory bound of each rule"},
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-rules",
        .operands = "COMMAND [RULESET]...",
        .purpose =
            "Lists, checks, tests and explains rulesets: files, or ids of shipped ones; all "
            "shipped ones when none is named.",
        .options = specs,
        .commands = commands,
        .operands_min = 1,
        .operands_max = -1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    return tool_end(&run, rules(&options, &run));
}
