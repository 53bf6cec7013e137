/* Breaks in their order and with their numbers; rows of links that are ahead of the other side. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "match/books.h"
#include "match/break.h"

#define OK(expr) ck_assert_int_eq((expr), FA_OK)

/* --- breaks --- */

/* As they must stand, by all that the order goes by, with the numbers they get. */
static const struct made_break {
    uint32_t account;
    const char *currency;
    int32_t day_no;
    enum fa_break_class class;
    const char *name;
    uint64_t row;
    int64_t detail_no;
    bool is_line;
    enum fa_direction direction;
    const char *id;
} made_breaks[] = {
    {0, "CNY", 7, FA_BREAK_TIMING, "a", 9, 0, false, FA_CREDIT, "timing:a#1"},
    {0, "CNY", 7, FA_BREAK_LATE, "a", 3, 0, false, FA_CREDIT, "late:a#1"},
    {0, "CNY", 7, FA_BREAK_MISSING_AT_BANK, "a", 4, 0, false, FA_CREDIT, "missing_at_bank:a#1"},
    {0, "CNY", 7, FA_BREAK_MISSING_AT_BANK, "a", 5, 0, false, FA_CREDIT, "missing_at_bank:a#2"},
    {0, "CNY", 7, FA_BREAK_MISSING_AT_BANK, "a", 5, 0, false, FA_DEBIT, "missing_at_bank:a#3"},
    {0, "CNY", 7, FA_BREAK_MISSING_AT_BANK, "b", 1, 0, false, FA_CREDIT, "missing_at_bank:b#1"},
    {0, "CNY", 7, FA_BREAK_UNEXPLAINED, "s", 1, 1, true, FA_CREDIT, "unexplained:s#1"},
    {0, "CNY", 7, FA_BREAK_UNEXPLAINED, "s", 1, 2, true, FA_CREDIT, "unexplained:s#2"},
    {0, "CNY", 8, FA_BREAK_TIMING, "c", 1, 0, false, FA_CREDIT, "timing:c#1"},
    {0, "CNY", 8, FA_BREAK_DUPLICATE, "d", 2, 0, true, FA_CREDIT, "duplicate:d#1"},
    {0, "CNY", 8, FA_BREAK_DUPLICATE, "d", 2, 0, false, FA_CREDIT, "duplicate:d#2"},
    {0, "USD", 1, FA_BREAK_CURRENCY, "a", 1, 0, true, FA_CREDIT, "currency:a#1"},
    {1, "CNY", 1, FA_BREAK_MISSING_AT_BANK, "a", 6, 0, false, FA_CREDIT, "missing_at_bank:a#4"},
    {1, "CNY", 1, FA_BREAK_REMAINDER, "2025-01-01", 0, 0, false, FA_CREDIT,
     "remainder:2025-01-01#1"},
};
enum { MADE_BREAKS = sizeof made_breaks / sizeof *made_breaks };

static struct fa_break break_of(const struct made_break *made)
{
    fa_currency currency;
    ck_assert(fa_currency_parse(fa_str_from(made->currency), &currency));
    return (struct fa_break){
        .account = made->account,
        .currency = currency,
        .day_no = made->day_no,
        .class = made->class,
        .name = fa_str_from(made->name),
        .row = made->row,
        .detail_no = made->detail_no,
        .ledger_rows = !made->is_line,
        .bank_rows = made->is_line,
        .direction = made->direction,
    };
}

/* However they come: begin with the COME-th, in steps that meet each once. */
START_TEST(breaks_stand_in_one_order)
{
    static const size_t steps[] = {1, 3, 5, 9, 11, 13};
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        struct fa_break_list list = {0};
        for (size_t i = 0; i < MADE_BREAKS; i++)
            OK(fa_vec_add(&list.breaks,
                          break_of(&made_breaks[((size_t)_i + i * steps[s]) % MADE_BREAKS])));
        fa_breaks_number(&list);
        for (size_t i = 0; i < MADE_BREAKS; i++) {
            struct fa_buf id = {0};
            OK(fa_break_format_id(&list.breaks.items[i], &id));
            ck_assert_str_eq(fa_buf_cstr(&id), made_breaks[i].id);
            ck_assert_int_eq(list.breaks.items[i].direction, made_breaks[i].direction);
            ck_assert_int_eq(list.breaks.items[i].detail_no, made_breaks[i].detail_no);
            fa_buf_release(&id);
        }
        fa_vec_free(&list.breaks);
    }
}
END_TEST

START_TEST(every_class_has_a_name)
{
    for (int class = 0; class < FA_BREAK_CLASS_COUNT; class++)
        for (int other = 0; other < class; other++)
            ck_assert_str_ne(fa_break_class_name((enum fa_break_class)class),
                             fa_break_class_name((enum fa_break_class)other));
}
END_TEST

/* --- rows that are ahead --- */

/* Rows of one link, complete on day 5: what each day changes. */
START_TEST(rows_are_ahead_until_their_link_is_complete)
{
    bool is_late = _i == 1;
    struct fa_books books;
    uint32_t no;
    OK(fa_books_init(&books, 1));
    OK(fa_books_get(&books, 0, 156, &no));
    struct fa_book *book = &books.list.items[no];
    OK(fa_book_add_ahead(book, FA_SIDE_LEDGER, FA_CREDIT, 3, 5, INT64_MAX, is_late));
    OK(fa_book_add_ahead(book, FA_SIDE_LEDGER, FA_CREDIT, 3, 5, INT64_MAX, is_late));
    OK(fa_book_add_ahead(book, FA_SIDE_LEDGER, FA_DEBIT, 4, 5, 7, is_late));
    OK(fa_book_add_ahead(book, FA_SIDE_BANK, FA_CREDIT, 5, 5, 9, is_late));
    OK(fa_book_add_ahead(book, FA_SIDE_BANK, FA_CREDIT, 6, 5, 9, is_late));
    ck_assert_uint_eq(book->days.count, 3);
    ck_assert_uint_eq(book->late_days.count, is_late ? 3 : 0);
    static const int32_t days[] = {3, 4, 5};
    fa_i128 both = 2 * (fa_i128)INT64_MAX, sum[2] = {0, 0};
    int64_t rows = 0;
    for (int i = 0; i < 3; i++) {
        const struct fa_book_day *day = &book->days.items[i];
        ck_assert_int_eq(day->day_no, days[i]);
        const fa_i128(*ahead)[2] = is_late ? book->late_days.items[i].ahead : day->ahead;
        const int64_t *counts = is_late ? book->late_days.items[i].ahead_rows : day->ahead_rows;
        sum[FA_CREDIT] += ahead[FA_SIDE_LEDGER][FA_CREDIT];
        sum[FA_DEBIT] += ahead[FA_SIDE_LEDGER][FA_DEBIT];
        rows += counts[FA_SIDE_LEDGER];
        ck_assert(sum[FA_CREDIT] == (i < 2 ? both : 0));
        ck_assert(sum[FA_DEBIT] == (i == 1 ? 7 : 0));
        ck_assert_int_eq(rows, i == 0 ? 2 : i == 1 ? 3 : 0);
        ck_assert(ahead[FA_SIDE_BANK][FA_CREDIT] == 0);
        if (is_late)
            ck_assert_int_eq(day->ahead_rows[FA_SIDE_LEDGER], 0);
    }
    fa_books_release(&books);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("break");
    TCase *tcase = tcase_create("break");
    tcase_add_loop_test(tcase, breaks_stand_in_one_order, 0, MADE_BREAKS);
    tcase_add_test(tcase, every_class_has_a_name);
    tcase_add_loop_test(tcase, rows_are_ahead_until_their_link_is_complete, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
