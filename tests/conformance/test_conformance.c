/*
 * The conformance suite: tests/conformance/TOPIC/CASE.rules, a ruleset a file whose first
 * comment says what it pins down. Each must compile without a word, and what its tests list
 * must come out on every evaluator. A topic without cases and a rule without a test are
 * failures, too.
 *
 *     test_conformance [TOPIC | FILE]...     without arguments all topics
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "rules/compile.h"
#include "rules/test.h"

enum { CASE_BYTES_MAX = 1 << 18, PATH_BYTES = 4096 };

struct suite {
    struct fa_arena arena;
    struct fa_dictionary dictionary;
    struct fa_sink sink;
    uint64_t topics, cases, tests, failed;
    uint64_t messages; /* of the case at hand */
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void show(void *context, const struct fa_diag *diag)
{
    struct suite *suite = context;
    suite->messages++;
    printf("%.*s:%d:%d: %.*s [%s]\n", (int)diag->source.size, diag->source.bytes,
           (int)diag->line_no, (int)diag->column_no, (int)diag->text.size, diag->text.bytes,
           fa_code_info(diag->code)->name);
}

static void complain(struct suite *suite, const char *path, const char *what)
{
    suite->messages++;
    printf("%s: %s\n", path, what);
}

static void run_rules(struct suite *suite, const char *path, struct fa_ruleset_list *list,
                      struct fa_ruleset *ruleset)
{
    for (int r = 0; r < ruleset->rule_count; r++) {
        struct fa_rule_tested tested;
        enum fa_status status =
            fa_rule_run_tests(list, ruleset, &ruleset->rules[r], &suite->sink, &tested);
        if (status != FA_OK && status != FA_ERULES)
            complain(suite, path, "its tests cannot be run");
        if (tested.tests == 0)
            complain(suite, path, "a rule has no test");
        suite->tests += tested.tests;
    }
}

static void run_case(struct suite *suite, const char *path)
{
    struct fa_buf text;
    struct fa_ruleset_list list;
    fa_buf_init(&text);
    fa_ruleset_list_init(&list, &suite->dictionary);
    suite->messages = 0;
    suite->cases++;
    enum fa_status status = fa_file_read(path, CASE_BYTES_MAX, &suite->sink, &text);
    if (status == FA_OK && !fa_str_starts(fa_buf_str(&text), FA_STR("# ")))
        complain(suite, path, "its first line does not say what it pins down");
    if (status == FA_OK)
        status = fa_ruleset_compile(&list, fa_buf_str(&text), fa_str_from(path), &suite->sink);
    if (status == FA_OK && list.rulesets.count == 0)
        complain(suite, path, "there is no ruleset in it");
    for (size_t i = 0; status == FA_OK && i < list.rulesets.count; i++)
        run_rules(suite, path, &list, list.rulesets.items[i]);
    suite->failed += status != FA_OK || suite->messages > 0;
    fa_ruleset_list_release(&list);
    fa_buf_release(&text);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int is_rules(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return is_visible(entry) && dot && strcmp(dot, ".rules") == 0;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static void run_topic(struct suite *suite, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_rules, alphasort);
    must(count >= 0);
    suite->topics++;
    for (int i = 0; i < count; i++) {
        char path[PATH_BYTES];
        int size = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        must(size > 0 && (size_t)size < sizeof path);
        run_case(suite, path);
        free(entries[i]);
    }
    free(entries);
    if (count == 0) {
        complain(suite, folder, "there is no case in it");
        suite->failed++;
    }
}

static void run_all(struct suite *suite)
{
    char folder[PATH_BYTES];
    const char *source = getenv("srcdir");
    struct dirent **entries;
    snprintf(folder, sizeof folder, "%s/tests/conformance", source ? source : ".");
    int count = scandir(folder, &entries, is_visible, alphasort);
    must(count >= 0);
    for (int i = 0; i < count; i++) {
        char path[2 * PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (is_folder(path))
            run_topic(suite, path);
        free(entries[i]);
    }
    free(entries);
    if (suite->topics == 0) {
        complain(suite, folder, "there is no topic in it");
        suite->failed++;
    }
}

int main(int argc, char **argv)
{
    struct suite suite = {.topics = 0};
    fa_arena_init(&suite.arena);
    fa_sink_init(&suite.sink, show, &suite);
    must(fa_dictionary_builtin(&suite.arena, &suite.sink, &suite.dictionary) == FA_OK);
    for (int i = 1; i < argc; i++) {
        if (is_folder(argv[i]))
            run_topic(&suite, argv[i]);
        else
            run_case(&suite, argv[i]);
    }
    if (argc < 2)
        run_all(&suite);
    printf("%llu topics, %llu cases, %llu tests, %llu cases failed\n",
           (unsigned long long)suite.topics, (unsigned long long)suite.cases,
           (unsigned long long)suite.tests, (unsigned long long)suite.failed);
    fa_arena_release(&suite.arena);
    return suite.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
