/*
 * Schemes as texts: what must be refused, and in which words. tests/schemes/bad/ has one
 * mistake a file (or several), with the messages behind "#= "; `test_scheme_text --write`
 * writes them anew.
 */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "match/scheme.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { FILE_BYTES_MAX = 1 << 20 };

static struct fa_arena arena;
static struct fa_dictionary dictionary;
static struct fa_sink sink;
static struct fa_buf messages;

static void must(bool is_done)
{
    if (!is_done)
        abort();
}

/* "#= place: error: text [CODE]", the line, the hint. */
static void keep_message(void *context, const struct fa_diag *diag)
{
    (void)context;
    must(fa_buf_addf(&messages, "#= %llu:%llu: %s: %.*s [%s]\n",
                     (unsigned long long)diag->line_no, (unsigned long long)diag->column_no,
                     diag->severity == FA_ERROR ? "error" : "note", (int)diag->text.size,
                     diag->text.bytes, fa_code_info(diag->code)->name) == FA_OK);
    if (diag->excerpt.size > 0)
        must(fa_buf_addf(&messages, "#=   %.*s\n", (int)diag->excerpt.size,
                         diag->excerpt.bytes) == FA_OK);
    if (diag->hint.size > 0)
        must(fa_buf_addf(&messages, "#= hint: %.*s\n", (int)diag->hint.size,
                         diag->hint.bytes) == FA_OK);
}

static void setup(void)
{
    fa_arena_init(&arena);
    fa_buf_init(&messages);
    fa_sink_init(&sink, keep_message, NULL);
    must(fa_dictionary_builtin(&arena, &sink, &dictionary) == FA_OK);
}

static void teardown(void)
{
    fa_buf_release(&messages);
    fa_arena_release(&arena);
}

static enum fa_status parse(struct fa_str text, struct fa_scheme *scheme)
{
    fa_buf_clear(&messages);
    return fa_scheme_parse(text, FA_STR("x.scheme"), &dictionary, &arena, &sink, scheme);
}

/* --- files --- */

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_scheme(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".scheme") == 0;
}

/* Calls VISIT with the path and text of each scheme of a folder; returns how many. */
static int each_file(const char *name, void (*visit)(const char *path, struct fa_str text))
{
    const char *source = getenv("srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
    struct dirent **entries;
    int count = scandir(path, &entries, is_scheme, compare_names);
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
    size_t size = 0;
    while (size < text.size &&
           !(text.bytes[size] == '#' && size + 1 < text.size && text.bytes[size + 1] == '='))
        size++;
    *expected = (struct fa_str){text.bytes + size, text.size - size};
    return (struct fa_str){text.bytes, size};
}

static void check_bad(const char *path, struct fa_str text)
{
    struct fa_scheme scheme;
    struct fa_str expected, bad = split(text, &expected);
    ck_assert_msg(parse(bad, &scheme) == FA_ERULES, "%s is not refused", path);
    ck_assert_msg(fa_str_equal(fa_buf_str(&messages), expected), "%s says\n%s", path,
                  fa_buf_cstr(&messages));
}

static void write_bad(const char *path, struct fa_str text)
{
    struct fa_scheme scheme;
    struct fa_str expected, bad = split(text, &expected);
    if (parse(bad, &scheme) == FA_OK)
        fprintf(stderr, "%s is not refused\n", path);
    FILE *out = fopen(path, "w");
    if (!out || fwrite(bad.bytes, 1, bad.size, out) != bad.size ||
        fwrite(messages.bytes, 1, messages.size, out) != messages.size || fclose(out) != 0)
        fprintf(stderr, "%s: cannot be written\n", path);
}

START_TEST(refused)
{
    ck_assert_int_gt(each_file("tests/schemes/bad", check_bad), 100);
}
END_TEST

static void check_good(const char *path, struct fa_str text)
{
    struct fa_scheme scheme;
    ck_assert_msg(parse(text, &scheme) == FA_OK, "%s says\n%s", path, fa_buf_cstr(&messages));
    ck_assert_uint_eq(messages.size, 0);
    ck_assert(scheme.name.size > 0 && scheme.title.size > 0);
}

START_TEST(accepted)
{
    ck_assert_int_ge(each_file("schemes", check_good), 6);
    ck_assert_int_ge(each_file("tests/schemes", check_good), 4);
}
END_TEST

/* Cut anywhere, a scheme is refused with a message, and changed anywhere it is understood or
 * refused. */
static void cut_and_change(const char *path, struct fa_str text)
{
    static const char others[] = "\" 0-=,#\n\x80";
    char *copy = malloc(text.size + 1);
    must(copy != NULL);
    (void)path;
    for (size_t i = 0; i < text.size; i++) {
        struct fa_scheme scheme;
        memcpy(copy, text.bytes, text.size);
        enum fa_status status = parse((struct fa_str){copy, i}, &scheme);
        /* only the end's line break may be missing */
        ck_assert((status == FA_ERULES && messages.size > 0) || i + 1 >= text.size);
        copy[i] = others[i % (sizeof others - 1)];
        status = parse((struct fa_str){copy, text.size}, &scheme);
        ck_assert((status == FA_OK && messages.size == 0) ||
                  (status == FA_ERULES && messages.size > 0));
    }
    free(copy);
}

START_TEST(cut_and_changed)
{
    each_file("tests/schemes", cut_and_change);
}
END_TEST

/* --- limits --- */

/* BEFORE, COUNT times PIECE with its number, BEHIND. */
static void repeat(struct fa_buf *text, const char *before, const char *piece, int count,
                   const char *behind)
{
    fa_buf_clear(text);
    must(fa_buf_add_text(text, before) == FA_OK);
    for (int i = 0; i < count; i++)
        for (const char *at = piece; *at; at++)
            must((*at == '%' ? fa_buf_addf(text, "%04d", 1000 + i)
                             : fa_buf_add_char(text, *at)) == FA_OK);
    must(fa_buf_add_text(text, behind) == FA_OK);
}

START_TEST(limits)
{
    const struct {
        const char *before, *piece;
        int max;
        const char *behind, *message;
    } cases[] = {
        {"", " accounts \"%\"\n", FA_SCHEME_SECTIONS_MAX, "",
         "more sections than a scheme may have"},
        {" accounts ", "\"%\",\n", FA_SCHEME_ACCOUNTS_MAX - 1, "\"x\"\n",
         "more accounts than a scheme may name"},
        {"", " face \"%\" with \"x\"\n", FA_SCHEME_ACCOUNTS_MAX, "",
         "more accounts than a scheme may name"},
        {"", " fee % CNY\n", FA_SCHEME_FEES_MAX, "", "more fees than accounts may have"},
        {"", " cutoff 17:00 from %-01-01\n", FA_SCHEME_CUTOFFS_MAX, "",
         "more cutoffs than accounts may have"},
    };
    struct fa_buf text = {0};
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int extra = 0; extra < 2; extra++) {
            struct fa_scheme scheme;
            struct fa_buf whole = {0};
            repeat(&text, cases[i].before, cases[i].piece, cases[i].max + extra,
                   cases[i].behind);
            must(fa_buf_addf(&whole, "scheme x\n%send\n", fa_buf_cstr(&text)) == FA_OK);
            enum fa_status status = parse(fa_buf_str(&whole), &scheme);
            ck_assert_msg(status == (extra ? FA_ERULES : FA_OK), "%s", fa_buf_cstr(&messages));
            ck_assert(!extra || strstr(fa_buf_cstr(&messages), cases[i].message));
            fa_buf_release(&whole);
        }
    fa_buf_release(&text);
    static const char groups[] =
        "scheme x\n window 0d .. 1d\n match flows by flow_id\n match flows by kind\n"
        " match flows by status\n match flows by channel\n match flows by business\n"
        " match flows by contract\n match flows by order_id\n match flows by "
        "instruction_id\n%send\n";
    for (int extra = 0; extra < 2; extra++) {
        struct fa_scheme scheme;
        struct fa_buf whole = {0};
        must(fa_buf_addf(&whole, groups, extra ? " match flows by region\n" : "") == FA_OK);
        ck_assert_int_eq(parse(fa_buf_str(&whole), &scheme), extra ? FA_ERULES : FA_OK);
        ck_assert(!extra ||
                  strstr(fa_buf_cstr(&messages), "more groups than accounts may have"));
        fa_buf_release(&whole);
    }
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--write") == 0) {
        setup();
        each_file("tests/schemes/bad", write_bad);
        teardown();
        return EXIT_SUCCESS;
    }
    Suite *suite = suite_create("scheme text");
    TCase *cases = tcase_create("scheme text");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, refused);
    tcase_add_test(cases, accepted);
    tcase_add_test(cases, cut_and_changed);
    tcase_add_test(cases, limits);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
