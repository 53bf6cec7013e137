/* The reader of fixed fields: bytes of the file's encoding, and lines that are none. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/profile.h"
#include "intake/reader.h"
#include "ledger/dictionary.h"

static struct fa_arena arena;
static struct fa_dictionary dictionary;
static struct fa_sink sink;

static void setup(void)
{
    fa_arena_init(&arena);
    fa_sink_init(&sink, NULL, NULL);
    ck_assert_int_eq(fa_dictionary_builtin(&arena, &sink, &dictionary), FA_OK);
}

static void teardown(void)
{
    fa_arena_release(&arena);
}

/* All records, each with its line and offset in front; behind them the fault. */
static const char *read_all(struct fa_str file, const char *statements, size_t wanted,
                            struct fa_buf *text)
{
    struct fa_buf lines;
    struct fa_profile profile;
    struct fa_fault fault = {0};
    struct fa_records records = {0};
    fa_buf_init(&lines);
    (void)!fa_buf_addf(&lines, "profile p\nformat fixed\n%s\ntable party\n", statements);
    (void)!fa_buf_add_text(&lines,
                           "column party_id from \"a\"\ncolumn kind = \"natural\"\nend\n");
    ck_assert_int_eq(
        fa_profile_parse(fa_buf_str(&lines), FA_STR("p"), &dictionary, &arena, &sink, &profile),
        FA_OK);
    struct fa_feed *feed = fa_feed_of_bytes(file, &fault);
    struct fa_reader_input input = {
        .feed = feed, .fd = -1, .profile = &profile, .fault = &fault};
    struct fa_reader *reader = fa_reader_fixed.open(&input);
    ck_assert_ptr_nonnull(reader);
    fa_buf_clear(text);
    bool has_more;
    do {
        fa_records_clear(&records);
        has_more = reader->type->next(reader, wanted, &records);
        struct fa_str rest = fa_buf_str(&records.bytes);
        for (size_t i = 0; i < records.origins.count; i++) {
            const char *end = memchr(rest.bytes, '\n', rest.size);
            size_t size = (size_t)(end - rest.bytes) + 1;
            (void)!fa_buf_addf(text, "%d+%d ", (int)records.origins.items[i].line_no,
                               (int)records.origins.items[i].byte_offset);
            (void)!fa_buf_add(text, rest.bytes, size);
            rest.bytes += size;
            rest.size -= size;
        }
        ck_assert_uint_eq(rest.size, 0);
    } while (has_more);
    if (fault.is_set)
        (void)!fa_buf_addf(text, "%d:%d %s [%s]", (int)fault.line_no, (int)fault.column_no,
                           fault.text, fa_code_info(fault.code)->name);
    reader->type->close(reader);
    fa_records_release(&records);
    fa_feed_close(feed);
    fa_profile_release(&profile);
    fa_buf_release(&lines);
    return fa_buf_cstr(text);
}

#define TWO "line 5\nfield \"a\" 0 .. 2\nfield \"b\" 2 .. 5\nignore \"b\""

START_TEST(lines)
{
    static const struct {
        const char *statements, *file, *expected;
    } cases[] = {
        {TWO, "", "1+0 a,b\n"},
        {TWO, "12345\n", "1+0 a,b\n1+0 12,345\n"},
        {TWO, "12345\r\n\n67,8\"\r\n\r\nab de",
         "1+0 a,b\n1+0 12,345\n3+8 67,\",8\"\"\"\n5+17 ab, de\n"},
        /* shorter, longer: the whole line is the first field */
        {TWO, "1234\n123456\n12345\n1,3",
         "1+0 a,b\n1+0 1234\n2+5 123456\n3+12 12,345\n4+18 \"1,3\"\n"},
        {"line 2\nfield \"a\" 0 .. 2", "12\n1\n", "1+0 a\n1+0 12\n2+3 1,\n"},
        /* fields may leave bytes out, and overlap */
        {"line 4\nfield \"a\" 3 .. 4\nfield \"b\" 0 .. 4\nignore \"b\"", "1234\n",
         "1+0 a,b\n1+0 4,1234\n"},
        /* GBK: two bytes a character, two of them in "b"; cut in the middle; not a character */
        {"encoding gb18030\n" TWO, "1 \xD6\xD0x\n\xB9\xFA\xD6\xD0y\n",
         "1+0 a,b\n1+0 1 ,\xE4\xB8\xADx\n2+6 \xE5\x9B\xBD,\xE4\xB8\xADy\n"},
        {"encoding gb18030\n" TWO,
         "1\xD6\xD0xy\n123\xD6\xD0\n12\xFF"
         "45\n",
         "1+0 a,b\n1+0 1\xE4\xB8\xADxy\n2+6 12,3\xE4\xB8\xAD\n3+12 1245\n"},
        /* found, with its mark */
        {TWO,
         "\xEF\xBB\xBF"
         "12345\n",
         "1+0 a,b\n1+3 12,345\n"},
        {"encoding utf-8\n" TWO,
         "12\xE4\xB8\xAD\n1\xE4\xB8\xAD"
         "5\n",
         "1+0 a,b\n1+0 12,\xE4\xB8\xAD\n2+6 1\xE4\xB8\xAD"
         "5\n"},
    };
    struct fa_buf text;
    fa_buf_init(&text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fa_str file = fa_str_from(cases[i].file);
        ck_assert_str_eq(read_all(file, cases[i].statements, 1, &text), cases[i].expected);
        ck_assert_str_eq(read_all(file, cases[i].statements, 1 << 20, &text),
                         cases[i].expected);
    }
    fa_buf_release(&text);
}
END_TEST

/* More lines than are held at once; a line without end. */
START_TEST(large)
{
    struct fa_buf file, text;
    fa_buf_init(&file);
    fa_buf_init(&text);
    unsigned count = FA_FIELD_BYTES_MAX / 6 + 1000;
    for (unsigned i = 0; i < count; i++)
        (void)!fa_buf_addf(&file, "%05u\n", i % 100000);
    const char *found = read_all(fa_buf_str(&file), "encoding utf-8\n" TWO, 1 << 16, &text);
    unsigned line_count = 0;
    for (const char *at = found; (at = strchr(at, '\n')); at++)
        line_count++;
    ck_assert_uint_eq(line_count, count + 1);
    fa_buf_clear(&file);
    for (unsigned i = 0; i < FA_FIELD_BYTES_MAX / 4; i++)
        (void)!fa_buf_add_text(&file, "12345");
    ck_assert_str_eq(read_all(fa_buf_str(&file), "encoding utf-8\n" TWO, 1 << 16, &text),
                     "1+0 a,b\n1:1 a line is longer than 4194304 bytes [CSV-RECORD-SIZE]");
    fa_buf_release(&file);
    fa_buf_release(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fixed");
    TCase *cases = tcase_create("fixed");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, lines);
    tcase_add_test(cases, large);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
