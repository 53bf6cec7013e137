#include "../../cmd/common/progress.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the printer says is caught in a file that stands in for standard error. */
static FILE *caught;
static int real_stderr;
static struct printer printer;

static void catch_stderr(void)
{
    setenv("TERM", "dumb", 1);
    caught = tmpfile();
    real_stderr = dup(STDERR_FILENO);
    dup2(fileno(caught), STDERR_FILENO);
    printer_init(&printer, "tool");
}

static void release_stderr(void)
{
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    fclose(caught);
}

static const char *said(void)
{
    static char text[8192];
    rewind(caught);
    size_t size = fread(text, 1, sizeof text - 1, caught);
    text[size] = '\0';
    rewind(caught);
    ck_assert_int_eq(ftruncate(fileno(caught), 0), 0);
    return text;
}

START_TEST(text_format)
{
    const struct {
        struct fa_place place;
        const char *hint, *expected;
    } cases[] = {
        {{{0}, 0, 0, false, {0}, {0}}, NULL, "tool: error: wrong [USAGE]\n"},
        {{FA_STR("a.csv"), 0, 0, false, {0}, {0}}, NULL, "a.csv: error: wrong [USAGE]\n"},
        {{FA_STR("a.csv"), 7, 0, false, {0}, {0}}, "mend it", "a.csv:7: error: wrong [USAGE]\nhint: mend it\n"},
        {{FA_STR("a\x1B[2J.csv"), 7, 3, false, {0}, {0}}, NULL, "a\\x1B[2J.csv:7:3: error: wrong [USAGE]\n"},
        {{FA_STR("a.xlsx"), 17, 3, true, {0}, {0}}, NULL, "a.xlsx!C17: error: wrong [USAGE]\n"},
        {{FA_STR("a.xlsx"), 17, 703, true, {0}, FA_STR("Sheet1")}, NULL, "a.xlsx:Sheet1!AAA17: error: wrong [USAGE]\n"},
        {{FA_STR("a.xlsx"), 17, 0, true, {0}, {0}}, NULL, "a.xlsx!17: error: wrong [USAGE]\n"},
        {{FA_STR("a"), 1, 7, false, FA_STR("where amout > 1"), {0}},
         NULL,
         "a:1:7: error: wrong [USAGE]\n    where amout > 1\n          ^\n"},
        /* tabs stay tabs, wide characters take two cells, é and a control one */
        {{FA_STR("a"), 1, 13, false, FA_STR("\t\xE9\x92\xB1\xC3\xA9\x1B\xE8\xB4\xA6\xC3\xA9x"), {0}},
         NULL,
         "a:1:13: error: wrong [USAGE]\n    \t\xE9\x92\xB1\xC3\xA9?\xE8\xB4\xA6\xC3\xA9x\n"
         "    \t       ^\n"},
        /* one behind the end: what is missing there */
        {{FA_STR("a"), 1, 4, false, FA_STR("end"), {0}}, NULL, "a:1:4: error: wrong [USAGE]\n    end\n       ^\n"},
        {{FA_STR("a"), 1, 9000, false, FA_STR("end"), {0}}, NULL, "a:1:9000: error: wrong [USAGE]\n    end\n       ^\n"},
        {{FA_STR("a"), 1, 1, false, FA_STR("\xFF\xE8"), {0}}, NULL, "a:1:1: error: wrong [USAGE]\n    \xFF\xE8\n    ^\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        printer_init(&printer, "tool");
        enum fa_status status =
            fa_error(&printer.sink, FA_CODE_USAGE, cases[i].place, cases[i].hint, "wrong");
        ck_assert_int_eq(status, FA_EUSAGE);
        ck_assert_str_eq(said(), cases[i].expected);
    }
}
END_TEST

START_TEST(long_lines_are_cut_around_the_caret)
{
    static char line[1000];
    memset(line, 'x', sizeof line);
    line[700] = 'Y';
    struct fa_place place = {.source = FA_STR("a"), .line_no = 1, .column_no = 701, .excerpt = {line, sizeof line}};
    fa_warn(&printer.sink, FA_CODE_USAGE, place, NULL, "wrong");
    const char *found = said(), *shown = strchr(found, '\n') + 1, *below = strchr(shown, '\n') + 1;
    ck_assert(strncmp(found, "a:1:701: warning: wrong [USAGE]\n", 32) == 0);
    ck_assert_int_lt(below - shown, 180);
    ck_assert_ptr_nonnull(strchr(shown, 'Y'));
    ck_assert_int_eq(strchr(shown, 'Y') - shown, strchr(below, '^') - below);
}
END_TEST

START_TEST(twenty_of_a_code_are_printed_all_are_counted)
{
    const struct {
        int sent, printed;
        const char *rest;
    } cases[] = {
        {20, 20, ""},
        {21, 20, "tool: 1 more [USAGE]\n"},
        {45, 20, "tool: 25 more [USAGE]\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        printer_init(&printer, "tool");
        for (int k = 0; k < cases[i].sent; k++)
            fa_note(&printer.sink, FA_CODE_USAGE, (struct fa_place){0}, NULL, "number %d", k);
        int lines = 0;
        for (const char *at = said(); *at; at++)
            lines += *at == '\n';
        ck_assert_int_eq(lines, cases[i].printed);
        printer_finish(&printer);
        ck_assert_str_eq(said(), cases[i].rest);
        ck_assert_uint_eq(printer.sink.counts[FA_CODE_USAGE], cases[i].sent);
    }
}
END_TEST

/* Whatever a value holds, it fits its buffer, and shows what could hide in it. */
START_TEST(quoted_values)
{
    static const struct {
        const char *character, *shown;
        size_t shown_max;
    } cases[] = {
        {"a", "a", 80},
        {"中", "中", 80},
        {"\xF0\x9F\x8F\xA6", "\xF0\x9F\x8F\xA6", 80},
        {"\xFF", "\\xFF", 80},
        {"\x1B", "\\x1B", 80},
        {"\xC2\x9B", "\\xC2\\x9B", 63},
        {"\xE2\x80\xAE", "\\u{202E}", 63},
        {"\xC2\xA0", "\\u{00A0}", 63},
        {"\xEF\xBB\xBF", "\\u{FEFF}", 63},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[81 * 4], expected[1024], quoted[FA_QUOTED_BYTES];
        size_t size = strlen(cases[i].character), at = 1, shown = strlen(cases[i].shown);
        for (size_t k = 0; k < 81; k++)
            memcpy(text + k * size, cases[i].character, size);
        expected[0] = '\'';
        for (size_t k = 0; k < cases[i].shown_max; k++, at += shown)
            memcpy(expected + at, cases[i].shown, shown);
        snprintf(expected + at, sizeof expected - at, "'...");
        fa_quoted((struct fa_str){text, 81 * size}, quoted);
        ck_assert_str_eq(quoted, expected);
    }
}
END_TEST

/* One digit more than a word or a total has in a row, and only its shape is told. */
START_TEST(numbers_of_people_are_shown_by_their_shape)
{
    static const struct {
        const char *text;
        unsigned digits_max;
        const char *shown;
    } cases[] = {
        {"a12345b", FA_WORD_DIGITS_MAX, "'a12345b'"},
        {"a123456b", FA_WORD_DIGITS_MAX, "'a999999a'"},
        {"12345-12345", FA_WORD_DIGITS_MAX, "'12345-12345'"},
        {"123456789012345", FA_TOTAL_DIGITS_MAX, "'123456789012345'"},
        {"1234567890123456", FA_TOTAL_DIGITS_MAX, "'9999999999999999'"},
        {"", FA_WORD_DIGITS_MAX, "''"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char quoted[FA_QUOTED_BYTES];
        fa_quoted_careful(fa_str_from(cases[i].text), cases[i].digits_max, quoted);
        ck_assert_str_eq(quoted, cases[i].shown);
    }
}
END_TEST

START_TEST(github_format)
{
    printer.format = PRINTER_GITHUB;
    struct fa_place place = {.source = FA_STR("a,b:c%.rules"), .line_no = 7, .column_no = 3, .excerpt = FA_STR("not shown")};
    fa_warn(&printer.sink, FA_CODE_USAGE, place, "so: or\nso", "50%% is, wrong");
    ck_assert_str_eq(said(), "::warning file=a%2Cb%3Ac%25.rules,line=7,col=3,title=tool::"
                             "50%25 is, wrong [USAGE]%0Ahint: so: or%0Aso\n");
}
END_TEST

START_TEST(progress_line_is_gone_before_a_message)
{
    printer_show_line(&printer, "reading  5 MB");
    printer_show_line(&printer, "reading  6 MB");
    fa_note(&printer.sink, FA_CODE_USAGE, (struct fa_place){0}, NULL, "seen");
    printer_show_line(&printer, NULL);
    ck_assert_str_eq(said(), "reading  5 MB\r\033[Kreading  6 MB\r\033[Ktool: note: seen [USAGE]\n");
}
END_TEST


START_TEST(progress_waits_a_second)
{
    struct fa_progress progress = {0};
    double now = progress_wall_seconds();
    struct progress_view view = {.started = now - 0.5};
    fa_progress_begin(&progress, "reading", "bytes", 40000000);
    fa_progress_add(&progress, 10000000);
    progress_show(&view, &progress, &printer);
    ck_assert_str_eq(said(), "");

    view = (struct progress_view){now - 5, now - 5, atomic_load(&progress.stage)};
    progress_show(&view, &progress, &printer);
    ck_assert_str_eq(said(), "reading  10 of 40 MB, 2 MB/s, 15 s left");

    fa_progress_begin(&progress, "matching", "rows", 0);
    fa_progress_add(&progress, 7);
    view.stage_started = 0;
    progress_show(&view, &progress, &printer); /* a new stage has no rate yet */
    ck_assert_str_eq(said(), "\r\033[Kmatching  7 rows, 0 rows/s");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("printer");
    TCase *tcase = tcase_create("printer");
    tcase_add_checked_fixture(tcase, catch_stderr, release_stderr);
    tcase_add_test(tcase, text_format);
    tcase_add_test(tcase, numbers_of_people_are_shown_by_their_shape);
    tcase_add_test(tcase, long_lines_are_cut_around_the_caret);
    tcase_add_test(tcase, twenty_of_a_code_are_printed_all_are_counted);
    tcase_add_test(tcase, quoted_values);
    tcase_add_test(tcase, github_format);
    tcase_add_test(tcase, progress_line_is_gone_before_a_message);
    tcase_add_test(tcase, progress_waits_a_second);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
