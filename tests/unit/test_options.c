#include "../../cmd/common/options.h"

#include <check.h>
#include <string.h>

static char last_text[256], last_hint[256];
static struct fa_sink sink;

static void collect(void *context, const struct fa_diag *diag)
{
    (void)context;
    snprintf(last_text, sizeof last_text, "%.*s", (int)diag->text.size, diag->text.bytes);
    snprintf(last_hint, sizeof last_hint, "%.*s", (int)diag->hint.size, diag->hint.bytes);
}

static struct values {
    bool all, deep;
    const char *table;
    struct option_list names;
    uint64_t rows, memory;
    unsigned format;
} values;

static const struct option_spec specs[] = {
    {"all", 'a', NULL, "everything", OPTION_FLAG, &values.all},
    {"deep", 'd', NULL, "deeper", OPTION_FLAG, &values.deep},
    {"table", 't', "NAME", "this table", OPTION_TEXT, &values.table},
    {"name", 'n', "NAME", "one more", OPTION_LIST, &values.names},
    {"rows", 0, "N", "rows", OPTION_NUMBER, &values.rows},
    {"memory", 'm', "SIZE", "bytes", OPTION_SIZE, &values.memory},
    {"format", 0, "csv|ndjson|text", "form", OPTION_CHOICE, &values.format},
    {0},
};
static const struct tool tool = {.name = "tool", .operands = "", .options = specs};

enum { WORDS_MAX = 12 };

/* The operands that WORDS (separated by blanks, "_" is an empty word) leave, or the status. */
static enum fa_status parse(const char *words, char operands[128], bool stops_at_operand)
{
    static char copy[256];
    static char empty[] = "";
    char *argv[WORDS_MAX + 2] = {copy}, *rest = copy, *word;
    int argc = 1, count = 0;
    fa_vec_free(&values.names.texts);
    values = (struct values){.format = 99};
    fa_sink_init(&sink, collect, NULL);
    last_text[0] = last_hint[0] = operands[0] = '\0';
    snprintf(copy, sizeof copy, "%s", words);
    while ((word = strsep(&rest, " ")) && argc <= WORDS_MAX)
        argv[argc++] = strcmp(word, "_") == 0 ? empty : word;
    argv[argc] = NULL;
    FA_TRY(options_parse(&tool, NULL, argc, argv, stops_at_operand, &sink, &count));
    for (int i = 1, at = 0; i <= count; i++)
        at += snprintf(operands + at, 128 - (size_t)at, "%s%s", i > 1 ? "," : "", argv[i]);
    return FA_OK;
}

START_TEST(accepted)
{
    char operands[128];
    ck_assert_int_eq(parse("-ad in --table=flow out", operands, false), FA_OK);
    ck_assert(values.all && values.deep);
    ck_assert_str_eq(values.table, "flow");
    ck_assert_str_eq(operands, "in,out");

    ck_assert_int_eq(parse("-adtflow - -- -a --all", operands, false), FA_OK);
    ck_assert(values.all && values.deep);
    ck_assert_str_eq(values.table, "flow");
    ck_assert_str_eq(operands, "-,-a,--all");

    ck_assert_int_eq(parse("-t flow -t -x --table= -n a --name -n --name=b=c -n _", operands, false), FA_OK);
    ck_assert_str_eq(values.table, "");
    ck_assert_uint_eq(values.names.texts.count, 4);
    ck_assert_str_eq(values.names.texts.items[0], "a");
    ck_assert_str_eq(values.names.texts.items[1], "-n");
    ck_assert_str_eq(values.names.texts.items[2], "b=c");
    ck_assert_str_eq(values.names.texts.items[3], "");

    ck_assert_int_eq(parse("-a view -d --rows", operands, true), FA_OK);
    ck_assert(values.all && !values.deep);
    ck_assert_str_eq(operands, "view,-d,--rows");
    fa_vec_free(&values.names.texts);
}
END_TEST

START_TEST(numbers)
{
    const struct {
        const char *text;
        bool is_number, is_size;
        uint64_t value;
    } cases[] = {
        {"0", true, true, 0},
        {"007", true, true, 7},
        {"18446744073709551615", true, true, UINT64_MAX},
        {"18446744073709551616", false, false, 0},
        {"99999999999999999999", false, false, 0},
        {"1K", false, true, 1024},
        {"3M", false, true, UINT64_C(3) << 20},
        {"17179869183G", false, true, UINT64_C(17179869183) << 30},
        {"17179869184G", false, false, 0},
        {"1k", false, false, 0},
        {"1KB", false, false, 0},
        {"K", false, false, 0},
        {"-1", false, false, 0},
        {"+1", false, false, 0},
        {"0x10", false, false, 0},
        {"1.5G", false, false, 0},
        {"", false, false, 0},
    };
    char operands[128], words[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(words, sizeof words, "--rows=%s", cases[i].text);
        ck_assert_int_eq(parse(words, operands, false), cases[i].is_number ? FA_OK : FA_EUSAGE);
        ck_assert_uint_eq(values.rows, cases[i].is_number ? cases[i].value : 0);
        snprintf(words, sizeof words, "--memory=%s", cases[i].text);
        ck_assert_int_eq(parse(words, operands, false), cases[i].is_size ? FA_OK : FA_EUSAGE);
        ck_assert_uint_eq(values.memory, cases[i].is_size ? cases[i].value : 0);
    }
}
END_TEST

START_TEST(choices)
{
    const struct {
        const char *words;
        unsigned place;
    } cases[] = {
        {"--format csv", 0}, {"--format ndjson", 1}, {"--format=text", 2}, {"--format tex", 99},
        {"--format csv|ndjson", 99}, {"--format=", 99}, {"--format TEXT", 99},
    };
    char operands[128];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum fa_status status = parse(cases[i].words, operands, false);
        ck_assert_int_eq(status, cases[i].place < 99 ? FA_OK : FA_EUSAGE);
        ck_assert_uint_eq(values.format, cases[i].place);
    }
    ck_assert_str_eq(last_text, "option '--format' cannot be 'TEXT'");
    ck_assert_str_eq(last_hint, "expected one of csv|ndjson|text");
}
END_TEST

START_TEST(refused)
{
    const struct {
        const char *words, *text, *hint;
    } cases[] = {
        {"--tabel x", "unknown option '--tabel'", "did you mean '--table'?"},
        {"--tab=x", "unknown option '--tab'", "did you mean '--table'?"},
        {"--formt=x", "unknown option '--formt'", "did you mean '--format'?"},
        {"--zzzzzzz", "unknown option '--zzzzzzz'", "see 'tool --help'"},
        {"-x", "unknown option '-x'", "see 'tool --help'"},
        {"-ax", "unknown option '-x'", "see 'tool --help'"},
        {"--all=1", "option '--all' takes no value, found '1'", "see 'tool --help'"},
        {"--table", "option '--table' needs a value: NAME", "see 'tool --help'"},
        {"-at", "option '-t' needs a value: NAME", "see 'tool --help'"},
        {"--rows 1K", "option '--rows' cannot be '1K'", "expected a number"},
        {"-m 1KB", "option '--memory' cannot be '1KB'",
         "expected bytes, or a number followed by K, M or G"},
    };
    char operands[128];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq(parse(cases[i].words, operands, false), FA_EUSAGE);
        ck_assert_str_eq(last_text, cases[i].text);
        ck_assert_str_eq(last_hint, cases[i].hint);
        ck_assert_uint_eq(sink.counts[FA_CODE_USAGE], 1);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *tcase = tcase_create("options");
    tcase_add_test(tcase, accepted);
    tcase_add_test(tcase, numbers);
    tcase_add_test(tcase, choices);
    tcase_add_test(tcase, refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
