#include "lang/lexer.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "base/utf8.h"

static struct fa_arena arena;
static struct fa_sink sink;
static char messages[4096];

static void collect(void *context, const struct fa_diag *diag)
{
    (void)context;
    size_t used = strlen(messages);
    snprintf(messages + used, sizeof messages - used, "%d:%d %s%s%.*s [%s]", (int)diag->line_no,
             (int)diag->column_no, diag->text.bytes, diag->hint.size ? " | " : "",
             (int)diag->hint.size, diag->hint.size ? diag->hint.bytes : "",
             fa_code_info(diag->code)->name);
}

static void setup(void)
{
    fa_arena_init(&arena);
    fa_sink_init(&sink, collect, NULL);
    messages[0] = '\0';
}

static void teardown(void)
{
    fa_arena_release(&arena);
}

static struct fa_lexer open_text(const char *text)
{
    struct fa_lexer lexer;
    (void)!fa_lexer_init(&lexer, fa_str_from(text), FA_STR("t"), &arena, &sink);
    return lexer;
}

/* All tokens as text: kind letter, content, unit. */
static const char *shown(const char *text)
{
    static char out[4096];
    static const char letters[] = "$;wsndt";
    struct fa_lexer lexer = open_text(text);
    size_t at = 0;
    out[0] = '\0';
    while (lexer.token.kind != FA_TOKEN_END) {
        struct fa_token token = fa_lex_take(&lexer);
        if (token.kind == FA_TOKEN_LINE_END)
            at += (size_t)snprintf(out + at, sizeof out - at, ";");
        else if (token.kind == FA_TOKEN_MARK)
            at += (size_t)snprintf(out + at, sizeof out - at, "[%.*s]", (int)token.text.size,
                                   token.text.bytes);
        else
            at += (size_t)snprintf(out + at, sizeof out - at, "[%c:%.*s%s]",
                                   letters[token.kind], (int)token.text.size, token.text.bytes,
                                   fa_suffix_name(token.suffix));
    }
    return out;
}

START_TEST(tokens)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", ""},
        {"\n\n # only a comment\n", ""},
        {"rule OL16-CAP-NP-1", "[w:rule][w:OL16-CAP-NP-1];"},
        {"a - b", "[w:a][-][w:b];"},
        {"a-b", "[w:a-b];"},
        {"a- b", "[w:a][-][w:b];"},
        {"a -b", "[w:a][-][w:b];"},
        {"a--b", "[w:a][-][-][w:b];"},
        {"3-2", "[n:3][-][n:2];"},
        {"95% 14.2% 7d 10bd 12mo 1y 24h 30m 5s 2w",
         "[n:95%][n:14.2%][n:7d][n:10bd][n:12mo][n:1y][n:24h][n:30m][n:5s][n:2w];"},
        {"2..5", "[n:2][..][n:5];"},
        {"200000.00", "[n:200000.00];"},
        {"2016-08-24 ..", "[d:2016-08-24][..];"},
        {"2017-01-01T09:00", "[t:2017-01-01T09:00];"},
        {"2017-01-01T09:00:01.25+08:00 2017-01-01T09:00Z",
         "[t:2017-01-01T09:00:01.25+08:00][t:2017-01-01T09:00Z];"},
        {"a!=b<=c>=d<e>f", "[w:a][!=][w:b][<=][w:c][>=][w:d][<][w:e][>][w:f];"},
        {"\"a \\\"q\\\" \\\\ \\x41\" \"\"", "[s:a \"q\" \\ A][s:];"},
        {"\"全部\" # 注释", "[s:全部];"},
        {"\xEF\xBB\xBFtable", "[w:table];"},
        {"a\r\nb\r\n", "[w:a];[w:b];"},
        {"a\n\n\nb", "[w:a];[w:b];"},
        {"a\n  and b\n or c\n + d\n - e\nandroid\nor-1\nf",
         "[w:a][w:and][w:b][w:or][w:c][+][w:d][-][w:e];[w:android];[w:or-1];[w:f];"},
        {"a,\n# why\nb\nc", "[w:a][,][w:b];[w:c];"},
        {"f(a\nb\n)\nc {\nd }", "[w:f][(][w:a][w:b][)];[w:c][{][w:d][}];"},
        {"a,", "[w:a][,];"},
        {"(", "[(]"},
        {"account.owner.kind", "[w:account][.][w:owner][.][w:kind];"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_str_eq(shown(cases[i].text), cases[i].expected);
        ck_assert_str_eq(messages, "");
    }
}
END_TEST

START_TEST(mistakes)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a\n  @", "2:3 '@' cannot stand here | text stands in \"...\", a comment behind # "
                   "[LANG-CHARACTER]"},
        {"借", "1:1 '借' cannot stand here | text stands in \"...\", a comment behind # "
               "[LANG-CHARACTER]"},
        {"7days", "1:2 unknown unit 'days' behind a number | units are % s m h d bd w mo y, "
                  "directly behind a number [LANG-NUMBER]"},
        {"2016-08-24x", "1:11 unknown unit 'x' behind a number | units are % s m h d bd w mo "
                        "y, directly behind a number [LANG-NUMBER]"},
        {"x \"abc\n\"", "1:3 a text is not closed on its line | close it with \" on the same "
                        "line; a line break inside is \\n [LANG-STRING]"},
        {"\"abc", "1:1 a text is not closed on its line | close it with \" on the same line; a "
                  "line break inside is \\n [LANG-STRING]"},
        {"\"a\tb\"", "1:3 a control character in a text | write it as \\xNN [LANG-STRING]"},
        {"\"a\\q\"",
         "1:3 unknown escape in a text | there are \\\" \\\\ \\n and \\xNN [LANG-STRING]"},
        {"\"a\\x4\"",
         "1:3 unknown escape in a text | there are \\\" \\\\ \\n and \\xNN [LANG-STRING]"},
        {"a\nb\xFF", "2:2 byte 0xFF is not valid UTF-8 | save the file as UTF-8 [LANG-UTF8]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        messages[0] = '\0';
        shown(cases[i].text);
        ck_assert_str_eq(messages, cases[i].message);
    }
    char deep[FA_EXPR_DEPTH_MAX + 2] = {0};
    memset(deep, '(', FA_EXPR_DEPTH_MAX);
    messages[0] = '\0';
    shown(deep);
    ck_assert_str_eq(messages, "");
    deep[FA_EXPR_DEPTH_MAX] = '(';
    shown(deep);
    ck_assert_str_eq(messages, "1:201 more than 200 brackets are open [LANG-DEPTH]");
}
END_TEST

START_TEST(too_large)
{
    char *text = calloc(FA_LANG_BYTES_MAX + 2, 1);
    ck_assert_ptr_nonnull(text);
    memset(text, '\n', FA_LANG_BYTES_MAX);
    shown(text);
    ck_assert_str_eq(messages, "");
    text[FA_LANG_BYTES_MAX] = '\n';
    shown(text);
    ck_assert_str_eq(messages,
                     "0:0 16777217 bytes are more than the 16777216 a file of this kind may "
                     "have [LANG-SIZE]");
    free(text);
}
END_TEST

/* After a mistake in a character every expectation fails with its status and without a second
 * message. */
START_TEST(one_cause_one_message)
{
    struct fa_lexer lexer = open_text("a @ b");
    struct fa_str word;
    ck_assert_int_eq(fa_lex_expect_word(&lexer, "a name", &word), FA_OK);
    ck_assert_int_eq(fa_lex_expect_word(&lexer, "a name", &word), FA_ERULES);
    ck_assert_int_eq(fa_lex_expect(&lexer, "end"), FA_ERULES);
    ck_assert_int_eq(fa_lex_expect_statement_end(&lexer), FA_ERULES);
    ck_assert_uint_eq(sink.counts[FA_CODE_LANG_CHARACTER], 1);
    ck_assert_uint_eq(sink.counts[FA_CODE_LANG_EXPECTED], 0);
}
END_TEST

START_TEST(expectations)
{
    struct fa_lexer lexer =
        open_text("zone Asia/Shanghai\nfile flow.csv rows 12 07.5 99999999999999999999\nplats");
    struct fa_str text;
    uint64_t count = 0;
    ck_assert(fa_lex_accept(&lexer, "zone"));
    ck_assert_int_eq(fa_lex_expect_joined(&lexer, "a zone", &text), FA_OK);
    ck_assert(fa_str_is(text, "Asia/Shanghai"));
    ck_assert_int_eq(fa_lex_expect_statement_end(&lexer), FA_OK);
    ck_assert(!fa_lex_accept(&lexer, "zone"));
    ck_assert_int_eq(fa_lex_expect(&lexer, "file"), FA_OK);
    ck_assert_int_eq(fa_lex_expect_joined(&lexer, "a file", &text), FA_OK);
    ck_assert(fa_str_is(text, "flow.csv"));
    ck_assert_int_eq(fa_lex_expect(&lexer, "rows"), FA_OK);
    ck_assert_int_eq(fa_lex_expect_count(&lexer, "a number of rows", &count), FA_OK);
    ck_assert_uint_eq(count, 12);
    ck_assert_int_eq(fa_lex_expect_count(&lexer, "a number of rows", &count), FA_ERULES);
    ck_assert_str_eq(messages, "2:23 expected a number of rows, found '07.5' [LANG-EXPECTED]");
    fa_lex_take(&lexer);
    messages[0] = '\0';
    ck_assert_int_eq(fa_lex_expect_count(&lexer, "a number of rows", &count), FA_ERULES);
    ck_assert_str_eq(messages, "2:28 the number does not fit into 64 bits [LANG-NUMBER]");
    ck_assert_uint_eq(count, 12);
    fa_lex_skip_statement(&lexer);
    static const char *const names[] = {"period", "platform", "zone"};
    messages[0] = '\0';
    ck_assert_int_eq(fa_lex_unknown(&lexer, "statement", names, 3), FA_ERULES);
    ck_assert_str_eq(messages, "3:1 unknown statement 'plats' [LANG-UNKNOWN]");
    fa_lex_take(&lexer);
    messages[0] = '\0';
    ck_assert_int_eq(fa_lex_expect(&lexer, "end"), FA_ERULES);
    ck_assert_str_eq(messages, "3:6 expected 'end', found the end of the line [LANG-EXPECTED]");
}
END_TEST

START_TEST(table_rows)
{
    struct fa_lexer lexer =
        open_text("party | party_id | name |  # head\n  | b 1 | 某公司 #1, (x |\n | | a\nend");
    struct fa_cells cells = {0};
    ck_assert(fa_lex_accept(&lexer, "party"));
    ck_assert_int_eq(fa_lex_expect_cells(&lexer, &cells), FA_OK);
    ck_assert_uint_eq(cells.count, 2);
    ck_assert(fa_str_is(cells.items[0].text, "party_id"));
    ck_assert_uint_eq(cells.items[0].column_no, 9);
    ck_assert(fa_str_is(cells.items[1].text, "name"));
    ck_assert_int_eq(fa_lex_expect_cells(&lexer, &cells), FA_OK);
    ck_assert_uint_eq(cells.count, 2);
    ck_assert(fa_str_is(cells.items[0].text, "b 1"));
    ck_assert(fa_str_is(cells.items[1].text, "某公司 #1, (x"));
    ck_assert_int_eq(fa_lex_expect_cells(&lexer, &cells), FA_ERULES);
    ck_assert_str_eq(messages,
                     "3:2 a table row must end with '|' | write | a | b | [LANG-EXPECTED]");
    fa_vec_free(&cells);
}
END_TEST

/* Any bytes, quoted, read back as they were. */
START_TEST(quoting)
{
    struct fa_buf buf;
    fa_buf_init(&buf);
    char all[257];
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    memcpy(all + 253, "借", 3);
    struct fa_str text = {all, 256};
    ck_assert_int_eq(fa_lex_quote(text, &buf), FA_OK);
    struct fa_lexer lexer;
    ck_assert_int_eq(fa_lexer_init(&lexer, fa_buf_str(&buf), FA_STR("t"), &arena, &sink),
                     FA_OK);
    struct fa_str back;
    ck_assert_int_eq(fa_lex_expect_string(&lexer, "a text", &back), FA_OK);
    ck_assert(fa_str_equal(text, back));
    fa_buf_release(&buf);
}
END_TEST

START_TEST(nearest)
{
    static const struct {
        const char *a, *b;
        unsigned distance;
    } distances[] = {
        {"", "abc", 3},   {"abc", "abc", 0},        {"abc", "acb", 1},
        {"ca", "abc", 3}, {"kitten", "sitting", 3},
    };
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++)
        ck_assert_uint_eq(
            fa_edit_distance(fa_str_from(distances[i].a), fa_str_from(distances[i].b)),
            distances[i].distance);
    struct fa_nearest near = {.wanted = FA_STR("payer_acount")};
    fa_nearest_add(&near, FA_STR("payee_account"));
    fa_nearest_add(&near, FA_STR("payer_account"));
    fa_nearest_add(&near, FA_STR("amount"));
    char hint[FA_NEAREST_HINT_BYTES];
    ck_assert_str_eq(fa_nearest_hint(&near, NULL, hint), "did you mean 'payer_account'?");
    near = (struct fa_nearest){.wanted = FA_STR("xyz")};
    fa_nearest_add(&near, FA_STR("amount"));
    ck_assert_ptr_null(fa_nearest_hint(&near, NULL, hint));
}
END_TEST

START_TEST(utf8)
{
    static const struct {
        const char *text;
        size_t valid;
    } cases[] = {
        {"plain text, longer than eight", 29},
        {"12345678\xC3\xA4", 10},
        {"a\xC0\xAF", 1},
        {"\xE0\x80\x80", 0},
        {"\xED\xA0\x80", 0},
        {"\xF0\x8F\xBF\xBF", 0},
        {"\xF4\x8F\xBF\xBF", 4},
        {"\xF4\x90\x80\x80", 0},
        {"ab\xE5\x80", 2},
        {"1234567\xFF", 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_uint_eq(fa_utf8_valid_size(fa_str_from(cases[i].text)), cases[i].valid);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lexer");
    TCase *tcase = tcase_create("lexer");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, tokens);
    tcase_add_test(tcase, mistakes);
    tcase_add_test(tcase, too_large);
    tcase_add_test(tcase, one_cause_one_message);
    tcase_add_test(tcase, expectations);
    tcase_add_test(tcase, table_rows);
    tcase_add_test(tcase, quoting);
    tcase_add_test(tcase, nearest);
    tcase_add_test(tcase, utf8);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
