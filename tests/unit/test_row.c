/*
 * From fields to typed columns, for types that no table of the built-in dictionary has, and for
 * what the fast ways must not take: times at the edge of what they know, texts of every length.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "intake/row.h"

static const char dictionary_text[] =
    "table institution\n"
    "  key institution_id\n"
    "  column institution_id : id of institution required zh \"a\" en \"a\"\n"
    "end\n"
    "table row\n"
    "  key k\n"
    "  column k : key zh \"a\" en \"a\"\n"
    "  column t : time zh \"a\" en \"a\"\n"
    "  column d : duration zh \"a\" en \"a\"\n"
    "  column x : text zh \"a\" en \"a\"\n"
    "end\n";

/* Parses "k,t,d,x" records; the fault of the first, FA_CODE_COUNT: it was accepted. */
static enum fa_code parse(const char *record, size_t size, int64_t values[3])
{
    struct fa_arena arena;
    struct fa_dictionary dictionary;
    struct fa_chunk chunk;
    struct fa_zone zone;
    fa_arena_init(&arena);
    ck_assert_int_eq(fa_dictionary_parse(fa_str_from(dictionary_text), FA_STR("test"), &arena,
                                         NULL, &dictionary),
                     FA_OK);
    ck_assert(fa_zone_find(FA_STR("Asia/Shanghai"), &zone));
    struct fa_field_plan fields[4];
    for (int i = 0; i < 4; i++)
        fields[i] = (struct fa_field_plan){
            .field_idx = (uint32_t)i, .column = i};
    struct fa_space spaces[2] = {{.ids = NULL}};
    struct fa_row_env env = {.dictionary = &dictionary, .spaces = spaces, .zone = &zone};
    struct fa_file_plan plan = {.table = &dictionary.tables[1],
                                .dialect = fa_csv_canonical,
                                .width = 4,
                                .fields = fields,
                                .field_count = 4,
                                .filer = -1};
    ck_assert_int_eq(fa_chunk_init(&chunk, 2), FA_OK);
    ck_assert_int_eq(fa_chunk_reserve(&chunk, size, 0), FA_OK);
    memcpy(chunk.base, record, size);
    chunk.size = (uint32_t)size;
    chunk.plan = &plan;
    fa_chunk_parse(&env, &chunk);
    ck_assert_int_eq(chunk.status, FA_OK);
    enum fa_code code = chunk.rejects.count ? chunk.rejects.items[0].code : FA_CODE_COUNT;
    for (int i = 1; code == FA_CODE_COUNT && i < 3; i++)
        values[i] = chunk.columns[i].values[0];
    fa_chunk_release(&chunk);
    fa_arena_release(&arena);
    return code;
}

static const struct {
    const char *record;
    enum fa_code code; /* FA_CODE_COUNT: accepted, then time and duration are compared */
    int64_t time_us, duration_us;
} cases[] = {
    {"k,,,", FA_CODE_COUNT, 0, 0},
    {"k,,1d12h,", FA_CODE_COUNT, 0, INT64_C(129600000000)},
    {"k,,1x,", FA_CODE_ROW_DURATION, 0, 0},
    {"k,,99999999999999999999d,", FA_CODE_ROW_RANGE, 0, 0},
    {"k,1970-01-01T08:00:00+08:00,,", FA_CODE_COUNT, 0, 0},
    {"k,2025-01-01 00:00:01Z,,", FA_CODE_COUNT, INT64_C(1735689601000000), 0},
    {"k,2025-01-01T08:00:00,,", FA_CODE_COUNT, INT64_C(1735689600000000), 0},
    {"k,2025-01-01T08:00:00.000001,,", FA_CODE_COUNT, INT64_C(1735689600000001), 0},
    {"k,2025-01-01T00:00:00-08:00,,", FA_CODE_COUNT, INT64_C(1735718400000000), 0},
    {"k,1980-01-01T00:00:00,,", FA_CODE_ROW_RANGE, 0, 0}, /* before the zone's first rule */
    {"k,2025-01-01T24:00:00Z,,", FA_CODE_ROW_DAY, 0, 0},
    {"k,2025-01-01T23:60:00Z,,", FA_CODE_ROW_DAY, 0, 0},
    {"k,2025-01-01T23:59:60Z,,", FA_CODE_ROW_DAY, 0, 0},
    {"k,2025-1-01T00:00:00Z,,", FA_CODE_ROW_TIME, 0, 0},
    {"k,2025-01-01X00:00:00Z,,", FA_CODE_ROW_TIME, 0, 0},
};

START_TEST(parses_values)
{
    int64_t values[3] = {0};
    enum fa_code code = parse(cases[_i].record, strlen(cases[_i].record), values);
    ck_assert_msg(code == cases[_i].code, "%s: %s", cases[_i].record,
                  code == FA_CODE_COUNT ? "accepted" : fa_code_info(code)->name);
    ck_assert_int_eq(values[1], cases[_i].time_us);
    ck_assert_int_eq(values[2], cases[_i].duration_us);
}
END_TEST

/* Texts are looked at eight bytes at a time: each byte at each place must be seen, and none
 * behind. */
START_TEST(sees_every_byte)
{
    static const struct {
        const char *bytes;
        enum fa_code code;
    } marks[] = {{"\x01", FA_CODE_ROW_CONTROL}, {"\x7f", FA_CODE_ROW_CONTROL},
                 {"\xff", FA_CODE_ROW_UTF8},    {"\xc2\x85", FA_CODE_ROW_CONTROL},
                 {"\xc3\xa9", FA_CODE_COUNT},   {"~", FA_CODE_COUNT},
                 {"\t", FA_CODE_COUNT},         {"\xed\xa0\x80", FA_CODE_ROW_UTF8}};
    int64_t values[3];
    char record[64];
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
        size_t mark_size = strlen(marks[m].bytes);
        for (size_t size = mark_size; size < 20; size++)
            for (size_t at = 0; at + mark_size <= size; at++) {
                memset(record, 'a', sizeof record);
                memcpy(record, "k,,,", 4);
                memcpy(record + 4 + at, marks[m].bytes, mark_size);
                record[4 + size] = '\n';
                enum fa_code code = parse(record, 5 + size, values);
                if (code != marks[m].code)
                    ck_abort_msg("mark %zu at %zu of %zu: code %d", m, at, size, (int)code);
            }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("row");
    TCase *tests = tcase_create("row");
    tcase_add_loop_test(tests, parses_values, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tests, sees_every_byte);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
