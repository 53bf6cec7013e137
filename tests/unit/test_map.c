/*
 * The mapping of profiles: numbers made canonical, each kind at its boundary and with its
 * refusal; and what must hold for any file: windows and threads change nothing, no record is
 * lost.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intake/choices.h"
#include "intake/ingest.h"
#include "intake/number.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* --- numbers --- */

static const struct {
    struct fa_number_form form;
    const char *text, *expected; /* NULL: no number; "range": too large */
    bool is_negative;
} numbers[] = {
    {{.decimal = '.'}, "0", "0", false},
    {{.decimal = '.'}, "-0.00", "-0.00", false},
    {{.decimal = '.'}, "+1.50", "1.50", false},
    {{.decimal = '.'}, "-12", "-12", true},
    {{.decimal = '.'}, "007", "7", false},
    {{.decimal = '.'}, "", NULL, false},
    {{.decimal = '.'}, "-", NULL, false},
    {{.decimal = '.'}, ".5", NULL, false},
    {{.decimal = '.'}, "5.", NULL, false},
    {{.decimal = '.'}, "1.2.3", NULL, false},
    {{.decimal = '.'}, "1 2", NULL, false},
    {{.decimal = '.'}, "--1", NULL, false},
    {{.decimal = '.'}, "1-", NULL, false},
    {{.decimal = '.'}, "(1)", NULL, false},
    {{.decimal = '.'}, "1,234", NULL, false},
    {{.decimal = '.'}, "1E3", NULL, false},
    {{.decimal = ','}, "1,5", "1.5", false},
    {{.decimal = ','}, "1.5", NULL, false},
    {{.decimal = '.', .thousands = ','}, "1,234.50", "1234.50", false},
    {{.decimal = '.', .thousands = ','}, "-1,234,567", "-1234567", true},
    {{.decimal = '.', .thousands = ','}, "1234.50", "1234.50", false},
    {{.decimal = '.', .thousands = ','}, "0,123", "123", false},
    {{.decimal = '.', .thousands = ','}, "12,34", NULL, false},
    {{.decimal = '.', .thousands = ','}, "1234,567", NULL, false},
    {{.decimal = '.', .thousands = ','}, ",123", NULL, false},
    {{.decimal = '.', .thousands = ','}, "1,23,456", NULL, false},
    {{.decimal = '.', .thousands = ','}, "1,234,", NULL, false},
    {{.decimal = '.', .thousands = ','}, "1.234,5", NULL, false},
    {{.decimal = ',', .thousands = '.'}, "1.234,5", "1234.5", false},
    {{.decimal = '.', .is_scientific = true}, "1.05E-5", "1.05E-5", false},
    {{.decimal = '.', .is_scientific = true}, "-2e10", "-2e10", true},
    {{.decimal = '.', .is_scientific = true}, "1E123456789", NULL, false},
    {{.decimal = '.', .drops_sign = true}, "-5.10", "5.10", true},
    {{.decimal = '.', .splits_sign = true}, "-5.10", "5.10", true},
    {{.decimal = '.', .splits_sign = true}, "-0.0", "0.0", false},
    {{.decimal = '.', .implied = 2}, "00000000000012345", "123.45", false},
    {{.decimal = '.', .implied = 2}, "5", "0.05", false},
    {{.decimal = '.', .implied = 2}, "-500", "-5", true},
    {{.decimal = '.', .implied = 2}, "000", "0", false},
    {{.decimal = '.', .implied = 2}, "1.5", NULL, false},
    {{.decimal = '.', .implied = 2, .takes_points = true}, "12.50", "0.125", false},
    {{.decimal = '.', .factor = 10000}, "1.2345", "12345", false},
    {{.decimal = '.', .factor = 10000}, "-0.00001", "-0.1", true},
    {{.decimal = '.', .factor = 10000}, "0", "0", false},
    {{.decimal = '.', .factor = UINT32_MAX},
     "9999999999999999999999999999",
     "42949672949999999999999999995705032705",
     false},
    {{.decimal = '.', .factor = 2}, "99999999999999999999999999999", "range", false},
    {{.decimal = '.'},
     "1234567890123456789012345678901234567890123456789012345678901234",
     "1234567890123456789012345678901234567890123456789012345678901234",
     false},
    {{.decimal = '.'},
     "12345678901234567890123456789012345678901234567890123456789012345",
     "range",
     false},
};

START_TEST(reads_numbers)
{
    struct fa_number number = {.size = 0};
    enum fa_value_status status =
        fa_number_read(&numbers[_i].form, fa_str_from(numbers[_i].text), &number);
    const char *expected = numbers[_i].expected;
    if (!expected) {
        ck_assert_msg(status == FA_VALUE_SYNTAX, "'%s' is a number", numbers[_i].text);
    } else if (strcmp(expected, "range") == 0) {
        ck_assert_int_eq(status, FA_VALUE_RANGE);
    } else {
        struct fa_str made = {number.text, number.size};
        ck_assert_int_eq(status, FA_VALUE_OK);
        ck_assert_msg(fa_str_is(made, expected), "%s gives %.*s", numbers[_i].text,
                      (int)made.size, made.bytes);
        ck_assert_int_eq(number.is_negative, numbers[_i].is_negative);
        ck_assert_int_eq(number.is_same, fa_str_is(made, numbers[_i].text));
    }
}
END_TEST

START_TEST(scales_numbers)
{
    fa_i128 value = 7;
    ck_assert(fa_number_scaled(FA_STR("-12.5"), 2, &value) && value == -1250);
    ck_assert(fa_number_scaled(FA_STR("0"), 12, &value) && value == 0);
    ck_assert(!fa_number_scaled(FA_STR("1.234"), 2, &value));
    ck_assert(!fa_number_scaled(FA_STR("1x"), 2, &value));
    ck_assert(!fa_number_scaled(FA_STR(""), 2, &value));
    /* 36 digits with the decimals that it gets */
    ck_assert(fa_number_scaled(FA_STR("999999999999999999999999"), 12, &value));
    ck_assert(!fa_number_scaled(FA_STR("1000000000000000000000000"), 12, &value));
}
END_TEST

START_TEST(finds_choices)
{
    struct fa_arena arena;
    struct fa_choices choices;
    static const struct fa_choice given[] = {
        {.text = {"in", 2}, .value = 1},
        {.text = {"income of a bill", 16}, .value = 2},
        {.text = {"in", 2}, .value = 3},
        {.text = {"\xe6\x94\xb6\xe5\x85\xa5", 6}, .value = 4}};
    fa_arena_init(&arena);
    ck_assert_int_eq(fa_choices_make(&choices, given, 4, &arena), FA_OK);
    static const struct {
        const char *text; /* what lies behind it is read, too */
        size_t size;
        int64_t value;
    } asked[] = {{"in.......", 2, 1},
                 {"income of a bill........", 16, 2},
                 {"income of a bilk........", 16, -1},
                 {"i........", 1, -1},
                 {"\xe6\x94\xb6\xe5\x85\xa5........", 6, 4},
                 {"\xe6\x94\xb6........", 3, -1}};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        ck_assert_int_eq(
            fa_choices_find(&choices, (struct fa_str){asked[i].text, asked[i].size}),
            asked[i].value);
    fa_arena_release(&arena);
}
END_TEST

/* --- whole files --- */

static char folder[] = "/tmp/flowaudit-test-map-XXXXXX";
static char profile_path[64], file_path[64];

static void put(const char *path, struct fa_str text)
{
    FILE *file = fopen(path, "w");
    must(file && fwrite(text.bytes, 1, text.size, file) == text.size && fclose(file) == 0);
}

static uint64_t random_state = UINT64_C(0x9E3779B97F4A7C15);
static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state % limit);
}

static const char profile_text[] =
    "profile bills\n blanks trim\n surplus empty\n thousands \",\"\n missing \"-\"\n"
    " zone UTC\n currency CNY\n skip \"--*\"\n footer \"end*\"\n"
    " ignore \"no\"\n ignore when \"state\" is \"draft\"\n"
    " table flow\n"
    "  column time from \"day\", \"clock\" form \"YYYYMMDDhhmmss\"\n"
    "  column status = \"settled\"\n"
    "  row when \"way\" is \"in\"\n"
    "   column flow_id from text \"F\", record\n   column amount from \"amount\" prefix \"$\"\n"
    "   column payer_account from \"party\"\n   column payee_account = \"us\"\n"
    "   column kind from \"kind\" map \"order\" pay, \"back\" refund\n"
    "  row when \"way\" is \"in\" and \"fee\" is present\n"
    "   column flow_id from text \"fee-\", record\n   column amount from \"fee\" implied 2\n"
    "   column payer_account from \"party\", text \"/\", \"kind\"\n"
    "   column payee_account from heading \"of {}\"\n   column kind = \"fee\"\n"
    " table statement\n"
    "  row when \"way\" is \"bank\"\n"
    "   column statement_id from text \"S\", record\n   column account from \"party\"\n"
    "   column booked_at from \"day\" form \"YYYYMMDD\"\n"
    "   column amount from \"amount\" sign direction\n   column memo from \"kind\", \"state\"\n"
    "end\n";

/* Of each kind of record some; HOSTILE: those whose quotes spoil or join records, too. */
static void make_file(struct fa_buf *text, uint32_t records, bool is_hostile)
{
    static const char *const sound[] = {
        "%u,20250131,090000,in,P%u,order,\"1,234.50\",-,done\n",
        "%u ,20250131,090000, in\t,P%u,order,$1,150,\n",
        "%u,20250131,,bank,A%u,,-5,,done,,,\n",
        "%u,20250131,,bank,A%u,,\"6,000.00\" ,,\n",
        "%u,20250131,,bank,A%u,\"two\nlines \"\"q\"\"\",+7,,\n",
        "-- a note %u, %u --\n",
        " ,,\t\n",
        "%u,20250131,,in,P%u,order,1,,draft\n",
        "%u,2025013,090000,in,P%u,order,1,,\n",
        "%u,20250131,090000,in,P%u,other,12,3x,\n",
        "%u,20250131,090000,into,P%u,order,1,,\n",
        "%u,20250131,090000,in,P%u\n",
        "%u,20250131,090000,in,P%u,order,1,2,3,4\n",
    };
    static const char *const spoiled[] = {"%u,\"a\"b,P%u\n", "%u,a\"b,P%u\r\n",
                                          "\"%u\n%u\n\"\n"};
    fa_buf_clear(text);
    must(fa_buf_add_text(
             text, "a title\nof Li Si,,\n\nno,day,clock,way,party,kind,amount,fee,state,\n") ==
         FA_OK);
    uint32_t footer_at = random_below(3) ? records : random_below(records);
    for (uint32_t i = 0; i < records; i++) {
        bool is_spoiled = is_hostile && random_below(12) == 0;
        const char *form = is_spoiled ? spoiled[random_below(3)]
                                      : sound[random_below(sizeof sound / sizeof *sound)];
        if (i == footer_at)
            must(fa_buf_add_text(text, "end of list,,\n") == FA_OK);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        must(fa_buf_addf(text, form, i, random_below(50)) == FA_OK);
#pragma GCC diagnostic pop
    }
}

struct collected {
    struct fa_output output;
    struct fa_buf bytes, messages;
};

static enum fa_status collect(struct fa_output *output, const void *bytes, size_t size)
{
    return fa_buf_add(&((struct collected *)output)->bytes, bytes, size);
}

static void note(void *context, const struct fa_diag *diag)
{
    struct collected *collected = context;
    must(fa_buf_addf(&collected->messages, "%llu:%llu %s %.*s\n",
                     (unsigned long long)diag->line_no, (unsigned long long)diag->column_no,
                     fa_code_info(diag->code)->name, (int)diag->text.size,
                     diag->text.bytes) == FA_OK);
}

/* Records of each table are accepted, rejected, ignored or of the other one; nothing else. */
static void check_counts(const struct fa_head *head)
{
    ck_assert_uint_eq(head->sources.count, 2);
    const struct fa_source_count *flow = &head->sources.items[0].count;
    const struct fa_source_count *statement = &head->sources.items[1].count;
    for (int i = 0; i < 2; i++) {
        const struct fa_source_count *count = &head->sources.items[i].count;
        ck_assert_uint_eq(count->records,
                          count->accepted + count->rejected + count->ignored + count->other);
    }
    ck_assert_uint_eq(flow->records, statement->records);
    ck_assert_uint_eq(flow->ignored, statement->ignored);
    ck_assert_uint_eq(flow->other, statement->accepted + statement->rejected);
    ck_assert_uint_eq(statement->other, flow->accepted + flow->rejected);
    ck_assert_uint_ge(flow->rows, flow->accepted);
    ck_assert_uint_eq(statement->rows, statement->accepted);
}

static enum fa_status ingest(size_t window_bytes, unsigned thread_count,
                             struct collected *collected)
{
    const char *paths[] = {file_path}, *profiles[] = {profile_path};
    struct fa_ingest_options options = {.paths = paths,
                                        .path_count = 1,
                                        .profiles = profiles,
                                        .profile_count = 1,
                                        .input_fd = -1,
                                        .window_bytes = window_bytes,
                                        .thread_count = thread_count};
    struct fa_sink sink;
    struct fa_blocks *blocks = NULL;
    *collected = (struct collected){.output = {collect}};
    fa_sink_init(&sink, note, collected);
    enum fa_status status = fa_ingest(&options, &sink, &blocks);
    if (status == FA_OK) {
        check_counts(blocks->head);
        status = fa_stream_write(blocks, false, &collected->output);
    }
    fa_blocks_free(blocks);
    return status;
}

static void release(struct collected *collected)
{
    fa_buf_release(&collected->bytes);
    fa_buf_release(&collected->messages);
}

START_TEST(windows_do_not_matter)
{
    static const struct {
        size_t window_bytes;
        unsigned thread_count;
    } runs[] = {{1 << 20, 1}, {1, 1}, {61, 3}, {1000, 2}};
    struct fa_buf text = {0};
    unsigned accepted_count = 0;
    for (uint32_t round = 0; round < 40; round++) {
        make_file(&text, 1 + random_below(round % 10 ? 40 : 3000), round % 2);
        put(file_path, fa_buf_str(&text));
        struct collected first, other;
        enum fa_status status = ingest(runs[0].window_bytes, runs[0].thread_count, &first);
        accepted_count += status == FA_OK;
        for (size_t i = 1; i < sizeof runs / sizeof *runs; i++) {
            ck_assert_int_eq(ingest(runs[i].window_bytes, runs[i].thread_count, &other),
                             status);
            ck_assert_msg(
                fa_str_equal(fa_buf_str(&first.messages), fa_buf_str(&other.messages)),
                "round %u, run %zu: %.*s\nother:\n%.*s", round, i, (int)first.messages.size,
                first.messages.bytes, (int)other.messages.size, other.messages.bytes);
            ck_assert(fa_str_equal(fa_buf_str(&first.bytes), fa_buf_str(&other.bytes)));
            release(&other);
        }
        release(&first);
    }
    ck_assert_uint_gt(accepted_count, 15);
    fa_buf_release(&text);
}
END_TEST

int main(void)
{
    must(mkdtemp(folder) != NULL);
    snprintf(profile_path, sizeof profile_path, "%s/bills.profile", folder);
    snprintf(file_path, sizeof file_path, "%s/bills.csv", folder);
    put(profile_path, fa_str_from(profile_text));
    Suite *suite = suite_create("map");
    TCase *tests = tcase_create("map");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, reads_numbers, 0, sizeof numbers / sizeof *numbers);
    tcase_add_test(tests, scales_numbers);
    tcase_add_test(tests, finds_choices);
    tcase_add_test(tests, windows_do_not_matter);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    unlink(profile_path);
    unlink(file_path);
    rmdir(folder);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
