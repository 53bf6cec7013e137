#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/head.h"
#include "ledgers.h"

static void format(const struct fa_dictionary *dictionary, struct fa_buf *text)
{
    fa_buf_clear(text);
    for (int i = 0; i < dictionary->table_count; i++)
        ck_assert_int_eq(fa_table_def_format(&dictionary->tables[i], text), FA_OK);
}

START_TEST(builtin_reads_and_writes)
{
    struct told told;
    struct fa_arena arena;
    struct fa_dictionary builtin, again;
    struct fa_buf text = {0}, text_again = {0};
    told_init(&told);
    fa_arena_init(&arena);
    ck_assert_int_eq(fa_dictionary_builtin(&arena, &told.sink, &builtin), FA_OK);
    format(&builtin, &text);
    ck_assert_int_eq(
        fa_dictionary_parse(fa_buf_str(&text), FA_STR("again"), &arena, &told.sink, &again),
        FA_OK);
    format(&again, &text_again);
    ck_assert(fa_str_equal(fa_buf_str(&text), fa_buf_str(&text_again)));
    ck_assert_int_eq(again.table_count, builtin.table_count);
    for (int i = 0; i < builtin.table_count; i++) {
        const struct fa_table_def *a = &builtin.tables[i], *b = &again.tables[i];
        ck_assert(a->column_count == b->column_count && a->clock == b->clock &&
                  a->by == b->by && a->interval_from == b->interval_from &&
                  a->interval_to == b->interval_to && a->id_column == b->id_column &&
                  a->currency_column == b->currency_column && a->key_count == b->key_count &&
                  a->written_by == b->written_by);
        for (int c = 0; c < a->column_count; c++) {
            const struct fa_column_def *x = &a->columns[c], *y = &b->columns[c];
            ck_assert(x->type == y->type && x->refers_to == y->refers_to &&
                      x->mask == y->mask && x->is_required == y->is_required &&
                      x->is_signed == y->is_signed && x->value_count == y->value_count &&
                      fa_str_equal(x->label_zh, y->label_zh));
        }
    }
    ck_assert_uint_eq(told.count, 0);
    fa_buf_release(&text);
    fa_buf_release(&text_again);
    fa_arena_release(&arena);
}
END_TEST

START_TEST(what_is_derived)
{
    struct fa_arena arena;
    struct fa_dictionary dictionary;
    fa_arena_init(&arena);
    ck_assert_int_eq(fa_dictionary_parse(fa_str_from(small_dictionary), FA_STR("small"), &arena,
                                         NULL, &dictionary),
                     FA_OK);
    const struct fa_table_def *account = fa_dictionary_find(&dictionary, FA_STR("account"));
    const struct fa_table_def *flow = fa_dictionary_find(&dictionary, FA_STR("flow"));
    const struct fa_table_def *break_table = fa_dictionary_find(&dictionary, FA_STR("break"));
    ck_assert_int_eq(account->id_column, 0);
    ck_assert_int_eq(account->currency_column, 3);
    ck_assert_int_eq(flow->id_column, FA_NO_COLUMN);
    ck_assert_int_eq(flow->columns[2].refers_to, account->index);
    ck_assert_int_eq(flow->by, 1);
    ck_assert_int_eq(flow->column_count, flow->hidden_from + 4);
    ck_assert_int_eq(break_table->column_count, break_table->hidden_from + 1);
    ck_assert_int_eq(fa_table_hidden_column(flow, "line_no"), flow->hidden_from + 3);
    ck_assert_int_eq(fa_table_hidden_column(flow, "amount"), FA_NO_COLUMN);
    ck_assert_int_eq(flow->columns[flow->hidden_from].refers_to, 0); /* filer: an institution */
    ck_assert_ptr_null(fa_dictionary_find(&dictionary, FA_STR("flows")));
    fa_arena_release(&arena);
}
END_TEST

START_TEST(mistakes)
{
    static const struct {
        const char *text;
        enum fa_code code;
        const char *message;
    } cases[] = {
        {"table a\n column x : text\n column x : int\nend\n", FA_CODE_DICT_TWICE,
         "column 'x' is there twice"},
        {"table a\nend\ntable a\nend\n", FA_CODE_DICT_TWICE, "table 'a' is there twice"},
        {"table a\n column x : enum {b, c, b}\nend\n", FA_CODE_DICT_TWICE,
         "value 'b' is there twice"},
        {"table a\n key y\n column x : text\nend\n", FA_CODE_DICT_COLUMN,
         "the table has no column 'y'"},
        {"table a\n clock x\n column x : text\nend\n", FA_CODE_DICT_TYPE,
         "column 'x' must be a date or a time, found text"},
        {"table a\n by x\n column x : time\nend\n", FA_CODE_DICT_TYPE,
         "a column that orders rows must be required"},
        {"table a\n interval x .. y\n column x : time, y : date\nend\n", FA_CODE_DICT_TYPE,
         "both ends of an interval must be dates, or both times"},
        {"table a\n column x : id of b\nend\n", FA_CODE_DICT_TABLE, "there is no table 'b'"},
        {"table a\n key x x x x x x x\n column x : text\nend\n", FA_CODE_DICT_LIMIT,
         "a key has more than 6 columns"},
        {"table a\n column x : number\nend\n", FA_CODE_LANG_UNKNOWN, "unknown type 'number'"},
        {"table a\n column x : text signed\nend\n", FA_CODE_LANG_EXPECTED,
         "expected required, signed (money), mask, zh, en or the end of the line, found "
         "'signed'"},
        {"table a\n colum x : text\nend\n", FA_CODE_LANG_UNKNOWN,
         "unknown clause of a table 'colum'"},
        {"table a\n written by hand\nend\n", FA_CODE_LANG_UNKNOWN, "unknown tool 'hand'"},
        {"table a\n column x : text\n", FA_CODE_LANG_EXPECTED,
         "expected a clause of a table, found the end of the file"},
        {"table a\n column x : text ?\nend\n", FA_CODE_LANG_CHARACTER, NULL},
        {"tabel a\nend\n", FA_CODE_LANG_EXPECTED, "expected 'table', found 'tabel'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct told told;
        struct fa_arena arena;
        struct fa_dictionary dictionary;
        told_init(&told);
        fa_arena_init(&arena);
        ck_assert_int_eq(fa_dictionary_parse(fa_str_from(cases[i].text), FA_STR("d"), &arena,
                                             &told.sink, &dictionary),
                         FA_ERULES);
        ck_assert_uint_eq(told.count, 1);
        ck_assert_msg(told.code == cases[i].code, "case %zu: %s", i, told.text);
        if (cases[i].message)
            ck_assert_str_eq(told.text, cases[i].message);
        fa_arena_release(&arena);
    }
}
END_TEST

START_TEST(heads_come_back)
{
    struct told told;
    struct fa_head head, copy;
    struct fa_buf text = {0}, text_again = {0};
    int flow, finding;
    told_init(&told);
    fa_head_init(&head);
    ck_assert_int_eq(fa_head_add_table(&head, "flow", &told.sink, &flow), FA_OK);
    ck_assert_int_eq(fa_head_add_table(&head, "result_finding", &told.sink, &finding), FA_OK);
    int again;
    ck_assert_int_eq(fa_head_add_table(&head, "flow", &told.sink, &again), FA_OK);
    ck_assert_int_eq(again, flow);
    /* What flow refers to came with it. */
    ck_assert_ptr_nonnull(fa_dictionary_find(&head.dictionary, FA_STR("party")));
    ck_assert_ptr_null(fa_dictionary_find(&head.dictionary, FA_STR("claim")));
    head.kind = FA_STREAM_RESULTS;
    head.filing = FA_STR("quotes \" and \\ and\nlines, 名称");
    head.filer = FA_STR("demo");
    head.reference = FA_STR("order_id");
    ck_assert(fa_zone_find(FA_STR("Asia/Shanghai"), &head.zone));
    ck_assert(fa_currency_parse(FA_STR("CNY"), &head.currency));
    ck_assert_int_eq(fa_date_parse(FA_STR("2025-01-31"), &head.as_of_day), FA_VALUE_OK);
    head.as_of_assumed = true;
    struct fa_source_info source = {FA_STR("a b/flow.csv"),
                                    UINT64_MAX,
                                    {1, 2, 0xFF},
                                    flow,
                                    FA_STR("bills"),
                                    {UINT64_MAX, 1, 2, 3, 4, 5}};
    struct fa_source_info unused = {.name = FA_STR("read me"), .table = FA_NO_TABLE};
    struct fa_cover_info cover = {flow, head.as_of_day - 30, head.as_of_day, true};
    struct fa_step_info step = {FA_STR("ingest"), FA_STR("0.1.0"), FA_STR("--as-of 2025-01-31"),
                                FA_STR("")};
    struct fa_currency_info scale = {head.currency, 8, 3};
    ck_assert_int_eq(fa_vec_add(&head.sources, source), FA_OK);
    ck_assert_int_eq(fa_vec_add(&head.sources, unused), FA_OK);
    ck_assert_int_eq(fa_vec_add(&head.covers, cover), FA_OK);
    ck_assert_int_eq(fa_vec_add(&head.steps, step), FA_OK);
    ck_assert_int_eq(fa_vec_add(&head.currencies, scale), FA_OK);
    struct fa_input_info waivers = {FA_STR("flag"), FA_INPUT_WAIVERS, FA_STR("a \"b\"\n.waivers"),
                                    UINT64_MAX, {3, 2, 0xFE}};
    ck_assert_int_eq(fa_head_add_option(&head, "flag", "param", FA_STR("a.b=\"c\"\t")), FA_OK);
    ck_assert_int_eq(fa_head_add_input(&head, &waivers), FA_OK);
    ck_assert_int_eq(fa_head_add_text(&head, "ingest", FA_INPUT_MANIFEST, FA_STR("m"),
                                      FA_STR("abc")), FA_OK);
    ck_assert_int_eq(fa_head_copy(&head, &told.sink, &copy), FA_OK);
    ck_assert_int_eq(fa_head_format(&head, &text), FA_OK);
    ck_assert_int_eq(fa_head_format(&copy, &text_again), FA_OK);
    ck_assert(fa_str_equal(fa_buf_str(&text), fa_buf_str(&text_again)));
    ck_assert(fa_str_equal(copy.filing, head.filing) && copy.kind == head.kind);
    ck_assert(copy.sources.items[0].size_bytes == UINT64_MAX &&
              copy.sources.items[0].table == flow);
    ck_assert_mem_eq(copy.sources.items[0].sha256, source.sha256, sizeof source.sha256);
    ck_assert(fa_str_is(copy.sources.items[0].profile, "bills"));
    ck_assert_mem_eq(&copy.sources.items[0].count, &source.count, sizeof source.count);
    ck_assert_int_eq(copy.sources.items[1].table, FA_NO_TABLE);
    ck_assert_int_eq(copy.zone.offset_minutes, 480);
    ck_assert_int_eq(fa_head_scale(&copy, head.currency), 8);
    ck_assert_int_eq(fa_head_scale(&copy, 0), 8);
    ck_assert_int_eq(copy.currencies.items[0].balance_tolerance, 3);
    ck_assert(fa_str_is(copy.options.items[0].name, "param"));
    ck_assert(fa_str_is(copy.options.items[0].value, "a.b=\"c\"\t"));
    ck_assert(copy.inputs.items[0].role == FA_INPUT_WAIVERS &&
              copy.inputs.items[0].size_bytes == UINT64_MAX);
    ck_assert_mem_eq(copy.inputs.items[0].sha256, waivers.sha256, sizeof waivers.sha256);
    ck_assert(copy.inputs.items[1].size_bytes == 3 && copy.inputs.items[1].sha256[0] == 0xBA);
    ck_assert_uint_eq(told.count, 0);
    ck_assert_int_eq(fa_head_add_table(&head, "no_such", &told.sink, &again), FA_EDEFECT);
    fa_head_release(&head);
    fa_head_release(&copy);
    fa_buf_release(&text);
    fa_buf_release(&text_again);
}
END_TEST

/* Nobody writes a head by hand: whatever is wrong in one, the input is refused (status 4). */
START_TEST(wrong_heads)
{
    static const char *const texts[] = {
        "",
        "stream\nend\n",
        "stream ledger\n zone Mars/Base\nend\n",
        "stream ledger\n as of 2025-02-30\nend\n",
        "stream ledger\n currency XXY\nend\n",
        "stream ledger\n scale CNY 99\nend\n",
        "stream ledger\n covers flow 2025-01-01 .. 2025-01-31\nend\n",
        "stream ledger\n source \"a\" table flow size 1 sha256 \"00\"\nend\n",
        "stream ledger\n nothing\nend\n",
        "stream ledger\n option \"a\" name \"b\"\nend\n",
        "stream ledger\n input \"a\" role potato name \"b\" size 1 sha256 \"00\"\nend\n",
        "stream ledger\n input \"a\" role set name \"b\" size 1 sha256 \"00\"\nend\n",
        "stream ledger\n scale CNY 2\n scale CNY 3\nend\n",
        "stream ledger\n covers a 2025-01-01 .. 2025-01-02\n covers a 2025-01-01 .. "
        "2025-01-03\nend\n"
        "table a\n column x : text\nend\n",
        "stream ledger\nend\ntable a\n column x : id of b\nend\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct told told;
        struct fa_head head;
        told_init(&told);
        ck_assert_msg(fa_head_parse(fa_str_from(texts[i]), &told.sink, &head) == FA_EINPUT,
                      "case %zu", i);
        ck_assert_uint_eq(told.count, 1);
        if (i == 4) {
            ck_assert_int_eq(told.code, FA_CODE_STREAM_HEAD);
            ck_assert_str_eq(told.text, "the head of the stream has an unknown currency 'XXY'");
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dictionary");
    TCase *tests = tcase_create("dictionary");
    tcase_add_test(tests, builtin_reads_and_writes);
    tcase_add_test(tests, what_is_derived);
    tcase_add_test(tests, mistakes);
    tcase_add_test(tests, heads_come_back);
    tcase_add_test(tests, wrong_heads);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
