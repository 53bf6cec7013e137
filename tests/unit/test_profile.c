/*
 * Profiles: patterns, forms, and files that must be refused. tests/profiles/bad/ has one
 * mistake a file, and behind "#= " the exact messages.
 *
 *     test_profile --write     writes the messages into the files again; review the difference
 */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"
#include "intake/form.h"
#include "intake/pattern.h"
#include "intake/profile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

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
    must(fa_buf_addf(&messages, "#= %d:%d: error: ", (int)diag->line_no,
                     (int)diag->column_no) == FA_OK);
    add("", diag->text, " [");
    add("", fa_str_from(fa_code_info(diag->code)->name), "]\n");
    if (diag->excerpt.size)
        add("#=   ", diag->excerpt, "\n");
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

/* --- patterns --- */

START_TEST(patterns)
{
    const struct {
        const char *pattern, *text, *taken; /* taken NULL: not alike */
    } cases[] = {
        {"a", "a", ""},
        {"a", "b", NULL},
        {"a", "ab", NULL},
        {"*", "", ""},
        {"*", "anything", ""},
        {"**", "x", ""},
        {"a*c", "abbc", ""},
        {"a*c", "abbcd", NULL},
        {"a?c", "a收c", ""},
        {"a??c", "a收c", NULL},
        {"?", "", NULL},
        {"共{}笔", "共12笔", "12"},
        {"共{}笔*", "共12笔，共3笔", "12"},
        {"*共{}笔", "共12笔，共3笔", "12笔，共3"},
        {"{}", "", ""},
        {"{}", "收入", "收入"},
        {"{*}", "收入", "收入"},
        {"{?}*", "收入", "收"},
        {"账号：{????}*", "账号：62220202", "6222"},
        {"*账号[{}]*", "微信昵称，账号[alice@x]起始", "alice@x"},
        {"a{b*d}e", "abxde", "bxd"},
        {"a{}", "a", ""},
        {"x{}y{", "x", NULL},
        {"*{a}*", "xxaxxa", "a"},
        {"*-{}.csv", "icbc-2019-12.csv", "2019-12"},
        {"{}-*", "icbc-2019-12.csv", "icbc"},
        {"*aab", "aaaab", ""},
        {"*aab*", "aaaa", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fa_str pattern = fa_str_from(cases[i].pattern), taken = FA_STR("?");
        if (fa_pattern_fault(pattern))
            continue;
        bool is_like = fa_pattern_match(pattern, fa_str_from(cases[i].text), &taken);
        ck_assert_msg(is_like == (cases[i].taken != NULL), "%s, %s", cases[i].pattern,
                      cases[i].text);
        if (is_like)
            ck_assert_msg(fa_str_is(taken, cases[i].taken), "%s, %s takes %.*s",
                          cases[i].pattern, cases[i].text, (int)taken.size, taken.bytes);
        ck_assert(fa_pattern_match(pattern, fa_str_from(cases[i].text), NULL) == is_like);
    }
    ck_assert_ptr_null(fa_pattern_fault(FA_STR("a{}")));
    const char *const faults[] = {"", "{", "}", "}{", "{}{}", "{{}}", "a{b"};
    for (size_t i = 0; i < COUNT(faults); i++)
        ck_assert_msg(fa_pattern_fault(fa_str_from(faults[i])) != NULL, "%s", faults[i]);
}
END_TEST

/* The definition, straight: a star takes as few characters as the rest allows. START and END
 * get where the braces opened and closed, as sizes of the rest. */
static bool is_like_plainly(const char *pattern, const char *text, size_t *start, size_t *end)
{
    switch (*pattern) {
    case '\0':
        return *text == '\0';
    case '{':
        *start = strlen(text);
        return is_like_plainly(pattern[1] == '}' ? "*}" : pattern + 1, text, start, end) ||
               false;
    case '}':
        *end = strlen(text);
        return is_like_plainly(pattern + 1, text, start, end);
    case '*':
        for (;;) {
            if (is_like_plainly(pattern + 1, text, start, end))
                return true;
            if (!*text)
                return false;
            text += fa_utf8_size(fa_str_from(text));
        }
    case '?':
        return *text &&
               is_like_plainly(pattern + 1, text + fa_utf8_size(fa_str_from(text)), start, end);
    default:
        return *text == *pattern && is_like_plainly(pattern + 1, text + 1, start, end);
    }
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Few letters, so that much is nearly alike; "{}" only as "{*}", which is the same. */
START_TEST(patterns_at_random)
{
    static const char *const pattern_pieces[] = {"a", "b", "收", "*", "?", "*", "a"};
    static const char *const text_pieces[] = {"a", "b", "收", "a"};
    uint32_t state = 7, like_count = 0;
    for (int run = 0; run < 200000; run++) {
        char pattern[64] = "", text[64] = "";
        unsigned size = next_random(&state) % 7, opens = next_random(&state) % 8,
                 closes = opens + next_random(&state) % 4;
        for (unsigned i = 0; i <= size; i++) {
            if (i == opens)
                strncat(pattern, "{", sizeof pattern - 1 - strlen(pattern));
            strncat(pattern, pattern_pieces[next_random(&state) % COUNT(pattern_pieces)], 3);
            if (i >= opens && (i == closes || i == size)) {
                strncat(pattern, "}", sizeof pattern - 1 - strlen(pattern));
                opens = 99;
            }
        }
        size = next_random(&state) % 9;
        for (unsigned i = 0; i < size; i++)
            strncat(text, text_pieces[next_random(&state) % COUNT(text_pieces)], 3);
        ck_assert_msg(fa_pattern_fault(fa_str_from(pattern)) == NULL, "%s", pattern);
        size_t start = 0, end = 0;
        struct fa_str taken = {NULL, 0};
        bool is_like = fa_pattern_match(fa_str_from(pattern), fa_str_from(text), &taken);
        ck_assert_msg(is_like == is_like_plainly(pattern, text, &start, &end), "%s, %s",
                      pattern, text);
        like_count += is_like;
        if (is_like && strchr(pattern, '{'))
            ck_assert_msg(taken.bytes == text + strlen(text) - start &&
                              taken.size == start - end,
                          "%s, %s takes %.*s", pattern, text, (int)taken.size, taken.bytes);
    }
    ck_assert_uint_gt(like_count, 5000);
}
END_TEST

/* Product of both sizes at most: many stars over one letter end at once. */
START_TEST(pattern_time)
{
    static char pattern[2000], text[200000];
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = i % 2 ? 'a' : '*';
    pattern[sizeof pattern - 1] = 'b';
    memset(text, 'a', sizeof text);
    ck_assert(!fa_pattern_match((struct fa_str){pattern, sizeof pattern},
                                (struct fa_str){text, sizeof text}, NULL));
}
END_TEST

/* --- forms --- */

START_TEST(forms)
{
    const struct {
        const char *form, *text, *canonical; /* "": not in the form */
    } cases[] = {
        {"YYYY-MM-DD", "2025-01-31", "2025-01-31"},
        {"YYYY-MM-DD", "2025-1-31", ""},
        {"YYYY-MM-DD", "2025-01-311", ""},
        {"YYYY-MM-DD", "2025-01-3", ""},
        {"YYYY-MM-DD", "", ""},
        {"DD.MM.YYYY", "31.01.2025", "2025-01-31"},
        {"MM/DD/YYYY", "01/31/2025", "2025-01-31"},
        {"YYYY/M/D", "2025/1/5", "2025-01-05"},
        {"YYYY/M/D", "2025/11/15", "2025-11-15"},
        {"YYYY/M/D", "2025/111/5", ""},
        {"YYYY年M月D日", "2025年1月5日", "2025-01-05"},
        {"YYMMDD", "250131", "2025-01-31"},
        {"YYYYMMDD", "20250131", "2025-01-31"},
        {"YYYYMMDDhhmmss", "20250131235959", "2025-01-31T23:59:59"},
        {"YYYYMMDDhhmmss", "2025013123595", ""},
        {"YYYYMMDD hhmmss", "20250131 000000", "2025-01-31T00:00:00"},
        {"YYYY-MM-DD hh:mm", "2025-01-31 08:30", "2025-01-31T08:30:00"},
        {"YYYY/M/D h:mm", "2025/1/5 8:30", "2025-01-05T08:30:00"},
        {"YYYY/M/D h:mm:ss", "2025/1/5 18:30:07", "2025-01-05T18:30:07"},
        {"DD/MM/YYYY hh.mm", "31/01/2025 08.30", "2025-01-31T08:30:00"},
        {"YYYY-MM-DD", "2025-02-31", "2025-02-31"}, /* whoever reads the day refuses it */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fa_str form = fa_str_from(cases[i].form);
        char canonical[FA_FORM_CANONICAL_BYTES];
        ck_assert_msg(fa_form_fault(form, FA_FORM_ANY) == NULL, "%s", cases[i].form);
        size_t size = fa_form_read(form, fa_str_from(cases[i].text), NULL, canonical);
        ck_assert_msg(fa_str_is((struct fa_str){canonical, size}, cases[i].canonical),
                      "%s of %s gives %.*s", cases[i].form, cases[i].text, (int)size,
                      canonical);
    }
    const char *const faults[] = {"",
                                  "YYYY",
                                  "YYYYMM",
                                  "YYYYMDD",
                                  "YYYY-MM-DD hh",
                                  "YYYY-MM-DD mm",
                                  "YYYY",
                                  "YYYYYMMDD",
                                  "YYYYMMDDYYYY",
                                  "YYY-MM-DD",
                                  "YYYY-MMM-DD",
                                  "YYYYMMDhh:mm",
                                  "M1DD",
                                  "YYYY-M-D1x",
                                  "YYYY-MM-DD ss",
                                  "YYYY-MM-DD hh:m"};
    for (size_t i = 0; i < COUNT(faults); i++)
        ck_assert_msg(fa_form_fault(fa_str_from(faults[i]), FA_FORM_ANY) != NULL, "%s",
                      faults[i]);
    ck_assert(fa_form_fault(FA_STR("YYYYMMDD"), FA_FORM_TIME) != NULL);
    ck_assert(fa_form_fault(FA_STR("YYYYMMDDhhmm"), FA_FORM_DATE) != NULL);
    ck_assert(fa_form_has_time(FA_STR("YYYYMMDDhhmm")) &&
              !fa_form_has_time(FA_STR("YYYYMMDD")));
    /* the day of a time, whose rest is canonical */
    size_t used;
    char canonical[FA_FORM_CANONICAL_BYTES];
    ck_assert_uint_eq(
        fa_form_read(FA_STR("YYYY/M/D"), FA_STR("2025/1/5 08:00"), &used, canonical), 10);
    ck_assert_uint_eq(used, 8);
}
END_TEST

/* --- files --- */

static enum fa_status parse(struct fa_str text)
{
    struct fa_profile profile;
    fa_buf_clear(&messages);
    enum fa_status status =
        fa_profile_parse(text, FA_STR("x.profile"), &dictionary, &arena, &sink, &profile);
    if (status == FA_OK)
        fa_profile_release(&profile);
    return status;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_profile(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".profile") == 0;
}

/* Calls VISIT with the path and text of each profile of a folder; returns how many. */
static int each_file(const char *name, void (*visit)(const char *path, struct fa_str text))
{
    const char *source = getenv("srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
    struct dirent **entries;
    int count = scandir(path, &entries, is_profile, compare_names);
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
    struct fa_str expected, profile = split(text, &expected);
    ck_assert_msg(parse(profile) == FA_ERULES, "%s is not refused", path);
    ck_assert_msg(fa_str_equal(fa_buf_str(&messages), expected), "%s says\n%s", path,
                  fa_buf_cstr(&messages));
}

static void write_bad(const char *path, struct fa_str text)
{
    struct fa_str expected, profile = split(text, &expected);
    if (parse(profile) == FA_OK)
        fprintf(stderr, "%s is not refused\n", path);
    FILE *out = fopen(path, "w");
    if (!out || fwrite(profile.bytes, 1, profile.size, out) != profile.size ||
        fwrite(messages.bytes, 1, messages.size, out) != messages.size || fclose(out) != 0)
        fprintf(stderr, "%s: cannot be written\n", path);
}

START_TEST(refused)
{
    ck_assert_int_gt(each_file("tests/profiles/bad", check_bad), 40);
}
END_TEST

static void check_good(const char *path, struct fa_str text)
{
    ck_assert_msg(parse(text) == FA_OK, "%s says\n%s", path, fa_buf_cstr(&messages));
}

START_TEST(accepted)
{
    each_file("profiles", check_good);
    each_file("tests/profiles", check_good);
}
END_TEST

/* What a profile with everything comes to. */
START_TEST(understood)
{
    struct fa_profile profile;
    ck_assert(fa_profile_parse(
                  FA_STR("profile all-1\n"
                         " title \"T\"\n files \"a*.csv\", \"b\"\n encoding gb18030\n"
                         " separator \"|\"\n quotes literal\n blanks trim\n surplus empty\n"
                         " skip \"--*\"\n footer \"#end*\", \"共*\"\n ignore \"x\",\n \"y\"\n"
                         " ignore when \"a\" is \"b\"\n and \"c\" is not \"d\", \"e\"\n"
                         " missing \"-1\"\n zone +08:00\n currency CNY\n"
                         " currency EUR scale 4 tolerance 1\n rounding half up\n"
                         " date \"YYYY/M/D\"\n thousands \",\"\n"
                         " total rows = \"共{}笔\"\n"
                         " total \"in\" = \"收{}元\" when \"in\" is present\n"
                         " table statement\n"
                         "  column account from heading \"账号：{}\"\n"
                         "  column booked_at from \"d\" or \"dd\", text \" \", \"t\"\n"
                         "  row when \"in\" is present\n"
                         "   column statement_id from record\n"
                         "   column amount from \"in\" implied 2 times 100 prefix \"¥\"\n"
                         "   column direction = \"credit\"\n"
                         "  row when \"out\" is like \"*.*\"\n"
                         "   column statement_id from \"id\" width 18, \"n\" \n"
                         "  end\n"),
                  FA_STR("x"), &dictionary, &arena, &sink, &profile) == FA_ERULES);
    fa_buf_clear(&messages);
    ck_assert(
        fa_profile_parse(
            FA_STR(
                "profile all-1\n"
                " table statement\n"
                "  column account from heading \"账号：{}\"\n"
                "  column booked_at from \"d\" or \"dd\", text \" \", \"t\"\n"
                "  row when \"in\" is present and \"k\" is not \"0\", \"1\"\n"
                "   column statement_id from record\n"
                "   column amount from \"in\" implied 2 times 100 prefix \"¥\"\n"
                "   column direction from \"dir\" map \"D\" debit, \"C\" credit, else missing\n"
                "   column memo from \"m\" missing \"无\", \"-\"\n"
                "  row\n"
                "   column statement_id from record, text \"-2\"\n"
                "   column amount from \"out\" sign direction exponent\n"
                " currency CNY\n"
                " total \"in\" = \"收{}元\" when \"in\" is present\n"
                "end\n"),
            FA_STR("x"), &dictionary, &arena, &sink, &profile) == FA_OK);
    ck_assert(fa_str_is(profile.name, "all-1") && profile.separator == ',' &&
              profile.decimal == '.' && profile.thousands == 0);
    ck_assert_uint_eq(profile.tables.count, 1);
    ck_assert_uint_eq(profile.tables.items[0].rows.count, 2);
    const struct fa_profile_row *row = &profile.tables.items[0].rows.items[0];
    ck_assert_uint_eq(row->when.tests.count, 2);
    ck_assert_uint_eq(row->when.tests.items[1].texts.count, 2);
    ck_assert_uint_eq(row->columns.count, 6);
    ck_assert_uint_eq(row->columns.items[1].parts.count, 3);
    ck_assert_uint_eq(row->columns.items[1].parts.items[0].headers.count, 2);
    ck_assert_int_eq(row->columns.items[0].parts.items[0].kind, FA_PART_HEADING);
    ck_assert_uint_eq(row->columns.items[3].implied_decimals, 2);
    ck_assert_uint_eq(row->columns.items[3].factor, 100);
    ck_assert(row->columns.items[4].has_other && row->columns.items[4].other.size == 0);
    ck_assert(fa_str_is(row->columns.items[4].choices.items[1].to, "credit"));
    ck_assert_uint_eq(row->columns.items[5].missing.count, 2);
    row++;
    ck_assert_uint_eq(row->columns.count, 4);
    ck_assert_uint_eq(row->columns.items[2].parts.count, 2);
    ck_assert(row->columns.items[3].is_scientific);
    ck_assert(fa_profile_uses(&profile, FA_STR("dd")) &&
              fa_profile_uses(&profile, FA_STR("k")));
    ck_assert(!fa_profile_uses(&profile, FA_STR("ddd")));
    fa_profile_release(&profile);
}
END_TEST

/* COUNT times PIECE, in which each %d is its number. */
static void repeat(struct fa_buf *text, const char *before, const char *piece, int count,
                   const char *behind)
{
    fa_buf_clear(text);
    must(fa_buf_add_text(text, before) == FA_OK);
    for (int i = 0; i < count; i++)
        for (const char *at = piece; *at; at++) {
            bool is_number = at[0] == '%' && at[1] == 'd';
            must((is_number ? fa_buf_addf(text, "%d", i) : fa_buf_add_char(text, *at)) ==
                 FA_OK);
            at += is_number;
        }
    must(fa_buf_add_text(text, behind) == FA_OK);
}

/* One more than there may be, and as many as there may be. */
START_TEST(limits)
{
    const struct {
        const char *before, *piece;
        int max;
        const char *behind, *message;
    } cases[] = {
        {" missing ", "\"%d\",", 4095, "\"x\"", "'x': more texts than a list may have"},
        {" skip ", "\"%d\",", 4095, "\"x\"", "'x': more patterns than a list may have"},
        {" ignore when ", "\"a%d\" is \"b\" and ", 4095, "\"x\" is \"c\"",
         "'x': more tests than a condition may have"},
        {" format fixed\n", " field \"f%d\" %d .. 16777216\n ignore \"f%d\"\n", 4093,
         " field \"A\" 0 .. 1\n field \"D\" 0 .. 1\n field \"C\" 0 .. 1",
         "'C': more fields than a record may have"},
    };
    static const char head[] = "profile x\n", table[] = "\n table balance\n"
                                                        "  column account from \"A\"\n"
                                                        "  column date from \"D\"\n"
                                                        "  column source = \"bank\"\n"
                                                        "  column closing from \"C\"\nend\n";
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fa_buf text = {0}, before = {0}, behind = {0};
        ck_assert(fa_buf_addf(&before, "%s%s", head, cases[i].before) == FA_OK &&
                  fa_buf_addf(&behind, "%s%s", cases[i].behind, table) == FA_OK);
        for (int extra = 0; extra < 2; extra++) {
            repeat(&text, fa_buf_cstr(&before), cases[i].piece, cases[i].max + extra,
                   fa_buf_cstr(&behind));
            enum fa_status status = parse(fa_buf_str(&text));
            ck_assert_msg(status == (extra ? FA_ERULES : FA_OK), "%s", fa_buf_cstr(&messages));
            ck_assert(!extra || strstr(fa_buf_cstr(&messages), cases[i].message));
        }
        fa_buf_release(&text);
        fa_buf_release(&before);
        fa_buf_release(&behind);
    }
}
END_TEST

START_TEST(limits_of_tables)
{
    static const char start[] = "profile x\n table balance\n  column account from \"A\"\n"
                                "  column date from \"D\"\n";
    const struct {
        const char *before, *piece;
        int max;
        const char *behind, *message;
    } cases[] = {
        {"  column source = \"bank\"\n",
         "row when \"K\" is \"%d\"\n column closing from \"C\"\n", 63,
         "row\n column closing from \"C\"\nend\n", "a table has at most 64 row sections"},
        {"  column closing from \"C\"\n  column source = \"bank\"\n column opening from ",
         "\"%d\",", 15, "\"x\"\nend\n", "a column is put together of 16 at most"},
        {"  column closing from \"C\"\n  column source from \"S\" map ", "\"%d\" bank,", 1023,
         "\"x\" bank\nend\n", "more values than a column may map"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fa_buf text = {0}, before = {0};
        ck_assert(fa_buf_addf(&before, "%s%s", start, cases[i].before) == FA_OK);
        for (int extra = 0; extra < 2; extra++) {
            repeat(&text, fa_buf_cstr(&before), cases[i].piece, cases[i].max + extra,
                   cases[i].behind);
            enum fa_status status = parse(fa_buf_str(&text));
            ck_assert_msg(status == (extra ? FA_ERULES : FA_OK), "%s", fa_buf_cstr(&messages));
            ck_assert(!extra || strstr(fa_buf_cstr(&messages), cases[i].message));
        }
        fa_buf_release(&text);
        fa_buf_release(&before);
    }
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--write") == 0) {
        setup();
        each_file("tests/profiles/bad", write_bad);
        teardown();
        return EXIT_SUCCESS;
    }
    Suite *suite = suite_create("profile");
    TCase *tcase = tcase_create("profile");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, patterns);
    tcase_add_test(tcase, patterns_at_random);
    tcase_add_test(tcase, pattern_time);
    tcase_add_test(tcase, forms);
    tcase_add_test(tcase, refused);
    tcase_add_test(tcase, accepted);
    tcase_add_test(tcase, understood);
    tcase_add_test(tcase, limits);
    tcase_add_test(tcase, limits_of_tables);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
