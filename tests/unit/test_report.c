/* What reports show: masked values, cells of a workbook, and a workbook that is read back. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "ledgers.h"
#include "report/celltext.h"
#include "report/mask.h"
#include "report/readback.h"

/* --- text of a cell --- */

static const struct {
    const char *text, *cell;
} cell_texts[] = {
    {"", ""},
    {"plain", "plain"},
    {"\xE8\xB5\x84\xE9\x87\x91", "\xE8\xB5\x84\xE9\x87\x91"},
    {"=1+1", "=1+1"}, /* a text cell is no formula */
    {"a\tb\nc", "a\tb\nc"},
    {"a\x01z", "a\xEF\xBF\xBDz"},
    {"a\xFFz", "a\xEF\xBF\xBDz"},
    {"_x0041_", "_x005F_x0041_"},
    {"_x00e9_!", "_x005F_x00e9_!"},
    {"_x004_", "_x004_"},
    {"_x00G1_", "_x00G1_"},
};

START_TEST(cell_text_is_what_was_given)
{
    struct fa_buf out = {0};
    ck_assert_int_eq(fa_cell_text(fa_str_from(cell_texts[_i].text), &out), FA_OK);
    ck_assert_str_eq(fa_buf_cstr(&out), cell_texts[_i].cell);
    fa_buf_release(&out);
}
END_TEST

/* A cell holds 32,767 UTF-16 units; beyond it a text is cut between characters and says so. */
START_TEST(long_text_is_cut_and_says_so)
{
    enum { UNITS_MAX = 32767 };
    struct fa_buf text = {0}, out = {0};
    for (int i = 0; i < UNITS_MAX; i++)
        ck_assert_int_eq(fa_buf_add_char(&text, 'a'), FA_OK);
    ck_assert_int_eq(fa_cell_text(fa_buf_str(&text), &out), FA_OK);
    ck_assert_uint_eq(out.size, UNITS_MAX);
    fa_buf_clear(&out);
    ck_assert_int_eq(fa_buf_add_char(&text, 'b'), FA_OK);
    ck_assert_int_eq(fa_cell_text(fa_buf_str(&text), &out), FA_OK);
    ck_assert_uint_eq(out.size, UNITS_MAX);
    ck_assert(memcmp(out.bytes + out.size - 9, "... (cut)", 9) == 0);
    fa_buf_clear(&text);
    fa_buf_clear(&out);
    for (int i = 0; i < UNITS_MAX / 2 + 1; i++) /* two units each: one too many */
        ck_assert_int_eq(fa_buf_add_text(&text, "\xF0\x9F\x8F\xA6"), FA_OK);
    ck_assert_int_eq(fa_cell_text(fa_buf_str(&text), &out), FA_OK);
    ck_assert_uint_eq((out.size - 9) % 4, 0);
    ck_assert_uint_le((out.size - 9) / 4 * 2 + 9, UNITS_MAX);
    fa_buf_release(&text);
    fa_buf_release(&out);
}
END_TEST

/* --- masking --- */

static struct fa_arena arena;
static struct fa_head head;
static struct fa_results results;

static void set_up(void)
{
    fa_arena_init(&arena);
    fa_head_init(&head);
    ck_assert_int_eq(fa_dictionary_builtin(&arena, NULL, &head.dictionary), FA_OK);
    results = (struct fa_results){.head = &head};
}

static void tear_down(void)
{
    fa_head_release(&head);
    fa_arena_release(&arena);
}

static void check_mask(const char *key, bool reveal, const char *column, const char *value,
                       const char *expected)
{
    struct fa_masker *masker;
    struct fa_buf out = {0};
    ck_assert_int_eq(fa_masker_new(&results, fa_str_from(key), reveal, &masker), FA_OK);
    ck_assert_int_eq(fa_mask_value(masker, fa_str_from(column), fa_str_from(value), &out), FA_OK);
    ck_assert_str_eq(fa_buf_cstr(&out), expected);
    fa_buf_release(&out);
    fa_masker_free(masker);
}

static const struct {
    const char *column, *value, *shown;
} masks[] = {
    {"party.id_number", "110101199003070011", "110101********0011"},
    {"flow.payer_account", "6222020200112233445", "622202*********3445"},
    {"flow.payer_account", "A1234567890", "A12345*7890"},
    {"flow.payer_account", "A123456789", "******6789"}, /* 6 + 4 would show all of it */
    {"flow.payer_account", "A123", "**23"},
    {"flow.payer_account", "A", "*"},
    {"party.phone", "13812345678", "138****5678"},
    {"party.phone", "1381234", "***1234"},
    {"party.name", "\xE5\xBC\xA0\xE4\xB8\x89", "P-****"},
    {"flow.memo", "\xE5\xBC\xA0 san", "(5 characters)"},
    {"flow.kind", "pay", "pay"},
    {"flow.no_such_column", "secret", "(6 characters)"},
    {"no_table.x", "secret", "(6 characters)"},
    {"", "199.00", "199.00"},
};

START_TEST(values_are_masked_by_their_column)
{
    check_mask("", false, masks[_i].column, masks[_i].value, masks[_i].shown);
    check_mask("", true, masks[_i].column, masks[_i].value, masks[_i].value);
}
END_TEST

/* HMAC-SHA-256 of RFC 4231 test case 2: key "Jefe", data "what do ya want for nothing?". */
START_TEST(a_key_gives_pseudonyms_that_join)
{
    check_mask("Jefe", false, "party.name", "what do ya want for nothing?", "P-5bdcc146bf60");
}
END_TEST

/* --- results that do not fit together --- */

/* A results stream with one finding, and a value of the finding that VALUE_OF names. */
static struct fa_kept *make_results(const char *value_of, struct fa_sink *sink)
{
    struct fa_kept *kept;
    ck_assert_int_eq(fa_kept_new(1 << 20, NULL, sink, &kept), FA_OK);
    kept->head.kind = FA_STREAM_RESULTS;
    static const char *const names[] = {"result_finding", "result_value"};
    for (int t = 0; t < 2; t++) {
        int index;
        ck_assert_int_eq(fa_head_add_table(&kept->head, names[t], sink, &index), FA_OK);
    }
    for (int t = 0; t < 2; t++) {
        const struct fa_table_def *table =
            fa_dictionary_find(&kept->head.dictionary, fa_str_from(names[t]));
        struct fa_builder *rows =
            fa_builder_new(table, table->index, kept->spool, &kept->totals, sink);
        for (int c = 0; c < table->hidden_from; c++) {
            const struct fa_column_def *column = &table->columns[c];
            bool is_finding = fa_str_is(column->name, "finding");
            if (!column->is_required)
                continue;
            if (fa_type_is_bytes(column->type))
                ck_assert_int_eq(fa_builder_set_text(rows, c,
                                                     is_finding ? fa_str_from(t ? value_of : "F-1")
                                                                : FA_STR("x")),
                                 FA_OK);
            else
                fa_builder_set(rows, c, 0);
        }
        ck_assert_int_eq(fa_builder_end_row(rows), FA_OK);
        ck_assert_int_eq(fa_builder_finish(rows), FA_OK);
        fa_builder_free(rows);
    }
    return kept;
}

START_TEST(a_value_of_no_finding_is_refused)
{
    struct told told;
    struct fa_results *loaded = NULL;
    told_init(&told);
    struct fa_kept *good = make_results("F-1", &told.sink);
    ck_assert_int_eq(fa_results_load(&good->base, &told.sink, &loaded), FA_OK);
    ck_assert_uint_eq(loaded->violations[0], 1);
    fa_results_free(loaded);
    fa_kept_free(good);
    struct fa_kept *bad = make_results("F-2", &told.sink);
    ck_assert_int_eq(fa_results_load(&bad->base, &told.sink, &loaded), FA_EINPUT);
    ck_assert_int_eq(told.code, FA_CODE_REPORT_RESULTS);
    ck_assert_str_eq(told.text, "rows of result_value belong to no row of result_finding");
    fa_kept_free(bad);
}
END_TEST

/* A stranger's stream brings its own idea of the tables: it is refused, never trusted. */
enum { ANOTHER_NAME, ANOTHER_VALUE, ANOTHER_TYPE, WAYS };

START_TEST(tables_of_another_shape_are_refused)
{
    struct told told;
    struct fa_results *loaded = NULL;
    told_init(&told);
    struct fa_kept *kept = make_results("F-1", &told.sink);
    struct fa_dictionary *tables = &kept->head.dictionary;
    struct fa_table_def *finding =
        &tables->tables[fa_dictionary_find(tables, FA_STR("result_finding"))->index];
    struct fa_column_def *outcome =
        &finding->columns[fa_table_find_column(finding, FA_STR("outcome"))];
    if (_i == ANOTHER_NAME)
        outcome->name = FA_STR("result");
    else if (_i == ANOTHER_VALUE)
        outcome->values[2] = FA_STR("undecided");
    else
        outcome->type = FA_TYPE_INT;
    ck_assert_int_eq(fa_results_load(&kept->base, &told.sink, &loaded), FA_EINPUT);
    ck_assert_int_eq(told.code, FA_CODE_REPORT_RESULTS);
    ck_assert_str_eq(told.text, "table result_finding of the results has no column outcome as this "
                                "version knows it");
    fa_kept_free(kept);
}
END_TEST

/* --- reading back --- */

static char folder[] = "/tmp/flowaudit-test-XXXXXX";
static char path[64];

static void make_workbook(void)
{
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/book.xlsx", folder);
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "A");
    worksheet_write_string(sheet, 0, 0, "x", NULL);
    worksheet_write_number(sheet, 2, 1, 5, NULL);
    worksheet_write_number(sheet, 2, 2, 6, NULL);
    workbook_add_worksheet(book, "B");
    ck_assert_int_eq(workbook_close(book), LXW_NO_ERROR);
}

static void remove_workbook(void)
{
    unlink(path);
    rmdir(folder);
}

START_TEST(a_whole_workbook_is_accepted)
{
    const struct fa_sheet_count counts[] = {{2, 3}, {0, 0}};
    ck_assert_int_eq(fa_workbook_read_back(path, counts, 2, NULL), FA_OK);
}
END_TEST

START_TEST(a_missing_cell_row_or_sheet_is_noticed)
{
    const struct fa_sheet_count wrong[][2] = {{{2, 4}, {0, 0}}, {{3, 3}, {0, 0}}, {{2, 3}, {1, 0}}};
    struct told told;
    told_init(&told);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(fa_workbook_read_back(path, wrong[i], 2, &told.sink), FA_EIO);
        ck_assert_int_eq(told.code, FA_CODE_REPORT_READBACK);
        ck_assert_ptr_nonnull(strstr(told.text, "it lacks rows or cells that were written"));
    }
    const struct fa_sheet_count more[] = {{2, 3}, {0, 0}, {0, 0}};
    ck_assert_int_eq(fa_workbook_read_back(path, more, 3, NULL), FA_EIO);
}
END_TEST

/* Cut anywhere: never taken for whole. */
START_TEST(a_cut_workbook_is_noticed)
{
    FILE *file = fopen(path, "rb");
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    fclose(file);
    const struct fa_sheet_count counts[] = {{2, 3}, {0, 0}};
    for (long cut = size - 1; cut >= 0; cut -= cut > 64 ? 61 : 1) {
        ck_assert_int_eq(truncate(path, cut), 0);
        ck_assert_int_eq(fa_workbook_read_back(path, counts, 2, NULL), FA_EIO);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *cells = tcase_create("cells");
    tcase_add_loop_test(cells, cell_text_is_what_was_given, 0,
                        sizeof cell_texts / sizeof *cell_texts);
    tcase_add_test(cells, long_text_is_cut_and_says_so);
    suite_add_tcase(suite, cells);
    TCase *masking = tcase_create("masking");
    tcase_add_checked_fixture(masking, set_up, tear_down);
    tcase_add_loop_test(masking, values_are_masked_by_their_column, 0, sizeof masks / sizeof *masks);
    tcase_add_test(masking, a_key_gives_pseudonyms_that_join);
    suite_add_tcase(suite, masking);
    TCase *shape = tcase_create("results");
    tcase_add_test(shape, a_value_of_no_finding_is_refused);
    tcase_add_loop_test(shape, tables_of_another_shape_are_refused, 0, WAYS);
    suite_add_tcase(suite, shape);
    TCase *readback = tcase_create("readback");
    tcase_add_checked_fixture(readback, make_workbook, remove_workbook);
    tcase_add_test(readback, a_whole_workbook_is_accepted);
    tcase_add_test(readback, a_missing_cell_row_or_sheet_is_noticed);
    tcase_add_test(readback, a_cut_workbook_is_noticed);
    suite_add_tcase(suite, readback);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
