/*
 * Rules files that must be refused: tests/rules/bad/ has one mistake a file, and behind "#= "
 * the exact messages. And what the rules of tests/rules/ compile to.
 *
 *     test_rules --write     writes the messages into the files again; review the difference
 */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "rules/compile.h"
#include "rules/test.h"

enum { FILE_BYTES_MAX = 1 << 20 };

static struct fa_arena arena;
static struct fa_dictionary dictionary;
static struct fa_sink sink;
static struct fa_buf messages;

/* As ck_assert, also where no test runs. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

static void add(const char *prefix, struct fa_str text, const char *behind)
{
    must(fa_buf_add_text(&messages, prefix) == FA_OK);
    must(fa_buf_add_str(&messages, text) == FA_OK);
    must(fa_buf_add_text(&messages, behind) == FA_OK);
}

/* As the printer shows them, each line behind "#= ". */
static void collect(void *context, const struct fa_diag *diag)
{
    (void)context;
    must(fa_buf_addf(&messages, "#= %d:%d: %s: ", (int)diag->line_no, (int)diag->column_no,
                     diag->severity == FA_ERROR ? "error" : "warning") == FA_OK);
    add("", diag->text, " [");
    add("", fa_str_from(fa_code_info(diag->code)->name), "]\n");
    if (diag->excerpt.size) {
        add("#=   ", diag->excerpt, "\n");
        must(fa_buf_addf(&messages, "#=   %*s^\n", (int)diag->column_no - 1, "") == FA_OK);
    }
    if (diag->hint.size)
        add("#= hint: ", diag->hint, "\n");
}

static void setup(void)
{
    fa_arena_init(&arena);
    fa_sink_init(&sink, collect, NULL);
    fa_buf_init(&messages);
    must(fa_dictionary_builtin(&arena, &sink, &dictionary) == FA_OK);
}

static void teardown(void)
{
    fa_buf_release(&messages);
    fa_arena_release(&arena);
}

/* Compiles the text, and runs its tests when it compiles. */
static enum fa_status compile_and_test(struct fa_str text, const char *name)
{
    struct fa_ruleset_list list;
    fa_ruleset_list_init(&list, &dictionary);
    fa_buf_clear(&messages);
    enum fa_status status = fa_ruleset_compile(&list, text, fa_str_from(name), &sink);
    for (size_t i = 0; status == FA_OK && i < list.rulesets.count; i++)
        for (int r = 0; r < list.rulesets.items[i]->rule_count; r++) {
            struct fa_rule_tested tested;
            struct fa_rule *rule = &list.rulesets.items[i]->rules[r];
            enum fa_status one =
                fa_rule_run_tests(&list, list.rulesets.items[i], rule, &sink, &tested);
            status = one == FA_OK && tested.failed ? FA_FINDINGS : one;
        }
    fa_ruleset_list_release(&list);
    return status;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_rules(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".rules") == 0;
}

static const char *folder(const char *name)
{
    static char path[4096];
    const char *source = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/rules%s", source ? source : ".", name);
    return path;
}

/* Calls VISIT with the path and text of each rules file of a folder; returns how many. */
static int each_file(const char *path, void (*visit)(const char *path, struct fa_str text))
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_rules, compare_names);
    must(count > 0);
    for (int i = 0; i < count; i++) {
        char file[8192];
        struct fa_buf text;
        fa_buf_init(&text);
        snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        must(fa_file_read(file, FILE_BYTES_MAX, &sink, &text) == FA_OK);
        visit(file, fa_buf_str(&text));
        fa_buf_release(&text);
        free(entries[i]);
    }
    free(entries);
    return count;
}

/* Where the expected messages begin. */
static struct fa_str split(struct fa_str text, struct fa_str *expected)
{
    const char *at = memmem(text.bytes, text.size, "\n#= ", 4);
    size_t size = at ? (size_t)(at - text.bytes) + 1 : text.size;
    *expected = (struct fa_str){text.bytes + size, text.size - size};
    return (struct fa_str){text.bytes, size};
}

static void check_bad(const char *path, struct fa_str text)
{
    struct fa_str expected, rules = split(text, &expected);
    ck_assert_msg(compile_and_test(rules, path) != FA_OK, "%s is not refused", path);
    ck_assert_msg(fa_str_equal(fa_buf_str(&messages), expected), "%s says\n%s", path,
                  fa_buf_cstr(&messages));
}

static void write_bad(const char *path, struct fa_str text)
{
    struct fa_str expected, rules = split(text, &expected);
    if (compile_and_test(rules, path) == FA_OK)
        fprintf(stderr, "%s is not refused\n", path);
    FILE *out = fopen(path, "w");
    if (!out || fwrite(rules.bytes, 1, rules.size, out) != rules.size ||
        fwrite(messages.bytes, 1, messages.size, out) != messages.size || fclose(out) != 0)
        fprintf(stderr, "%s: cannot be written\n", path);
}

START_TEST(refused)
{
    ck_assert_int_gt(each_file(folder("/bad"), check_bad), 20);
}
END_TEST

static void check_good(const char *path, struct fa_str text)
{
    ck_assert_msg(compile_and_test(text, path) == FA_OK, "%s says\n%s", path,
                  fa_buf_cstr(&messages));
    ck_assert_msg(messages.size == 0, "%s says\n%s", path, fa_buf_cstr(&messages));
}

/* Every rule compiles without a word, and every test inside comes out on every evaluator. */
START_TEST(accepted)
{
    ck_assert_int_gt(each_file(folder(""), check_good), 2);
}
END_TEST

/* --- what rules compile to --- */

static const char head[] =
    "ruleset t\n title en \"t\"\n in force 2017-01-01 ..\n zone UTC\n calendar cn\n"
    " currency CNY\nend\n"
    "param cap : money by account.class\n cite \"1\" seen\n from 2017-01-01 = I none, II "
    "5.00\nend\n";

static struct fa_ruleset_list list;

static const struct fa_rule *compile_rule(const char *body)
{
    struct fa_buf text;
    fa_buf_init(&text);
    ck_assert_int_eq(
        fa_buf_addf(&text,
                    "%srule R-1\n title en \"r\"\n cite \"1\" seen\n severity low\n%s\nend\n",
                    head, body),
        FA_OK);
    fa_buf_clear(&messages);
    enum fa_status status = fa_ruleset_compile(&list, fa_buf_str(&text), FA_STR("t"), &sink);
    ck_assert_msg(status == FA_OK, "%s", fa_buf_cstr(&messages));
    fa_buf_release(&text);
    return &list.rulesets.items[list.rulesets.count - 1]->rules[0];
}

static const char *column_name(int table, int column)
{
    static char name[64];
    const struct fa_str text = dictionary.tables[table].columns[column].name;
    snprintf(name, sizeof name, "%.*s", (int)text.size, text.bytes);
    return name;
}

/* What the opening of an account or contract is grouped by, and whose openings count. */
START_TEST(openings)
{
    fa_ruleset_list_init(&list, &dictionary);
    const struct fa_rule *rule =
        compile_rule(" on effective where contract.borrower.kind = natural and amount > 1.00\n "
                     "per contract.borrower.id_number\n"
                     " running owed = opening sum(contract.opening_owed if kind = loan) + "
                     "sum(amount)\n when owed > 1.00");
    ck_assert_int_eq(rule->way, FA_WAY_RUNNING);
    ck_assert_int_eq(rule->term_count, 2);
    const struct fa_running_term *term = &rule->terms[0];
    ck_assert(term->is_opening && !term->is_negative);
    ck_assert_str_eq(column_name(term->table, term->column), "opening_owed");
    const struct fa_path *key = &term->keys[0]->path;
    ck_assert_int_eq(key->step_count, 2);
    ck_assert_int_eq(key->table, term->table);
    ck_assert_str_eq(column_name(key->tables[0], key->steps[0]), "borrower");
    ck_assert_str_eq(column_name(key->tables[1], key->steps[1]), "id_number");
    /* kind = loan and borrower.kind = natural; amount > 1.00 says nothing of a contract */
    ck_assert_int_eq(term->where->op, FA_OP_AND);
    ck_assert_int_eq(term->where->args[0]->op, FA_OP_EQ);
    ck_assert_str_eq(column_name(term->where->args[0]->args[0]->path.tables[0],
                                 term->where->args[0]->args[0]->path.steps[0]),
                     "kind");
    ck_assert_int_eq(term->where->args[1]->args[0]->path.step_count, 2);
    ck_assert_int_eq(rule->worst_shown, 0);
    ck_assert(!rule->worst_is_smallest);
    fa_ruleset_list_release(&list);
}
END_TEST

/* Numbers take the type of what they stand beside. */
START_TEST(literals)
{
    static const struct {
        const char *when;
        int kind;
        int64_t numerator, denominator;
    } cases[] = {
        {"amount > 50000", FA_KIND_MONEY, 5000000, 1},
        {"amount > 0.01", FA_KIND_MONEY, 1, 1},
        {"amount > -(2.50)", FA_KIND_MONEY, -250, 1},
        {"amount > 2 * 1.25", FA_KIND_MONEY, 250, 1},
        {"amount / (amount * 2) > 95%", FA_KIND_RATIO, 95, 100},
        {"amount / (amount * 2) > 3/7", FA_KIND_RATIO, 3, 7},
        {"amount / (amount * 2) > 14.2%", FA_KIND_RATIO, 142, 1000},
        {"auth_factors < 2", FA_KIND_INT, 2, 1},
        {"accepted_at - time > 24h", FA_KIND_DURATION, INT64_C(86400000000), 1},
        {"date(time) > 2017-01-02", FA_KIND_DATE, 17168, 1},
        {"time > 2017-01-02T00:00", FA_KIND_TIME, INT64_C(1483315200000000), 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[256];
        fa_ruleset_list_init(&list, &dictionary);
        snprintf(body, sizeof body, " on settled\n when %s", cases[i].when);
        const struct fa_rule *rule = compile_rule(body);
        const struct fa_value *value = &rule->when->args[1]->value;
        ck_assert_int_eq(rule->when->args[1]->op, FA_OP_CONST);
        ck_assert_int_eq(value->kind, cases[i].kind);
        ck_assert(value->numerator == cases[i].numerator &&
                  value->denominator == cases[i].denominator);
        fa_ruleset_list_release(&list);
    }
}
END_TEST

/* Which columns a rule cannot do without. */
START_TEST(needs)
{
    static const struct {
        const char *body, *needs;
    } cases[] = {
        {" on settled\n when amount > 1.00", "flow.time flow.amount "},
        {" on settled\n except rows when cross_border cite \"1\" seen\n when amount > 1.00",
         "flow.time flow.amount flow.cross_border? "},
        {" on leg of settled where internal\n per account\n when sum(signed) > 1.00",
         "flow.payer_account flow.payee_account account.owner flow.time flow.amount "},
        {" on leg of settled\n per account\n when sum(amount) > cap",
         "flow.payer_account flow.payee_account flow.time flow.amount account.class "},
        {" on settled\n when has licence(institution = filer, kind = payment)",
         "flow.time licence.institution licence.kind "},
        {" on settled\n when amount > 1.00\n say en \"{memo}\"", "flow.time flow.amount "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fa_ruleset_list_init(&list, &dictionary);
        const struct fa_rule *rule = compile_rule(cases[i].body);
        char found[512] = "";
        for (int n = 0; n < rule->need_count; n++) {
            const struct fa_str table = dictionary.tables[rule->needs[n].table].name;
            size_t used = strlen(found);
            snprintf(found + used, sizeof found - used, "%.*s.%s%s ", (int)table.size,
                     table.bytes, column_name(rule->needs[n].table, rule->needs[n].column),
                     rule->needs[n].is_exception_only ? "?" : "");
        }
        ck_assert_str_eq(found, cases[i].needs);
        fa_ruleset_list_release(&list);
    }
}
END_TEST

START_TEST(overrides)
{
    static const struct {
        const char *assignment, *message;
    } cases[] = {
        {"t.cap=7.00", ""},
        {"cap", "#= 0:0: error: --param 'cap' does not say which value [USAGE]\n#= hint: write "
                "RULESET.NAME=VALUE\n"},
        {"u.cap=7", "#= 0:0: error: --param: no ruleset 'u' is loaded [USAGE]\n"},
        {"t.cop=7", "#= 0:0: error: --param: ruleset t has no parameter 'cop' [USAGE]\n#= "
                    "hint: did you mean 'cap'?\n"},
        {"t.cap=7%", "#= 0:0: error: --param: expected money, found '7%' [USAGE]\n"},
        {"t.cap=7.001", "#= 0:0: error: --param: expected money, found '7.001' [USAGE]\n"},
        {"t.cap=7 8", "#= 0:0: error: --param: expected money, found '7 8' [USAGE]\n"},
    };
    fa_ruleset_list_init(&list, &dictionary);
    const struct fa_rule *rule =
        compile_rule(" on leg of settled\n per account\n when sum(amount) > cap");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fa_buf_clear(&messages);
        enum fa_status status =
            fa_ruleset_override(&list, fa_str_from(cases[i].assignment), &sink);
        ck_assert_int_eq(status, i == 0 ? FA_OK : FA_EUSAGE);
        ck_assert_str_eq(fa_buf_cstr(&messages), cases[i].message);
    }
    ck_assert(rule->params[0]->is_overridden);
    ck_assert(rule->params[0]->periods[0].rows[0].value.numerator == 700);
    fa_ruleset_list_release(&list);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--write") == 0) {
        setup();
        each_file(folder("/bad"), write_bad);
        teardown();
        return EXIT_SUCCESS;
    }
    Suite *suite = suite_create("rules");
    TCase *tcase = tcase_create("rules");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, refused);
    tcase_add_test(tcase, accepted);
    tcase_add_test(tcase, openings);
    tcase_add_test(tcase, literals);
    tcase_add_test(tcase, needs);
    tcase_add_test(tcase, overrides);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
