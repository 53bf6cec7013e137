#include "match/books.h"

#include <stdlib.h>
#include <string.h>

enum fa_status fa_books_init(struct fa_books *books, uint64_t account_count)
{
    struct fa_books made = {.account_count = account_count};
    made.flags = calloc(account_count + 1, sizeof *made.flags);
    made.first_book = malloc((account_count + 1) * sizeof *made.first_book);
    if (!made.flags || !made.first_book) {
        free(made.flags);
        free(made.first_book);
        return FA_ELIMIT;
    }
    memset(made.first_book, 0xFF, (account_count + 1) * sizeof *made.first_book);
    *books = made;
    return FA_OK;
}

void fa_books_clear(struct fa_books *books)
{
    for (size_t i = 0; i < books->list.count; i++) {
        books->first_book[books->list.items[i].account] = FA_NO_BOOK;
        fa_vec_free(&books->list.items[i].days);
        fa_vec_free(&books->list.items[i].late_days);
    }
    books->list.count = 0;
}

void fa_books_release(struct fa_books *books)
{
    fa_books_clear(books);
    fa_vec_free(&books->list);
    free(books->flags);
    free(books->first_book);
    *books = (struct fa_books){0};
}

uint32_t fa_books_find(const struct fa_books *books, uint32_t account, fa_currency currency)
{
    uint32_t book = books->first_book[account];
    while (book != FA_NO_BOOK && books->list.items[book].currency != currency)
        book = books->list.items[book].next_of_account;
    return book;
}

enum fa_status fa_books_get(struct fa_books *books, uint32_t account, fa_currency currency,
                            uint32_t *book)
{
    uint32_t *link = &books->first_book[account];
    while (*link != FA_NO_BOOK) {
        struct fa_book *found = &books->list.items[*link];
        if (found->currency == currency) {
            *book = *link;
            return FA_OK;
        }
        link = &found->next_of_account;
    }
    if (books->list.count >= FA_NO_BOOK)
        return FA_ELIMIT;
    uint32_t added = (uint32_t)books->list.count;
    *link = added; /* before the list may move */
    enum fa_status status = fa_vec_add(&books->list, ((struct fa_book){
                                                         .account = account,
                                                         .next_of_account = FA_NO_BOOK,
                                                         .currency = currency,
                                                         .filer = FA_NOBODY,
                                                     }));
    if (status == FA_OK)
        *book = added;
    return status;
}

size_t fa_day_place(const void *items, size_t count, size_t stride, int32_t day_no)
{
    const char *bytes = items;
    size_t low = 0, high = count;
    while (low < high) {
        /* The last item first: rows come nearly in the order of time. */
        size_t middle = high == count ? count - 1 : low + (high - low) / 2;
        int32_t there;
        memcpy(&there, bytes + middle * stride, sizeof there);
        if (there == day_no)
            return middle;
        if (there < day_no)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum fa_status fa_book_get_day(struct fa_book *book, int32_t day_no, struct fa_book_day **day)
{
    size_t at = fa_day_place(book->days.items, book->days.count, sizeof *book->days.items, day_no);
    if (at == book->days.count || book->days.items[at].day_no != day_no) {
        FA_TRY(fa_vec_add(&book->days, ((struct fa_book_day){.day_no = day_no})));
        struct fa_book_day *place = &book->days.items[at];
        memmove(place + 1, place, (book->days.count - 1 - at) * sizeof *place);
        *place = (struct fa_book_day){.day_no = day_no};
    }
    *day = &book->days.items[at];
    return FA_OK;
}

static enum fa_status get_late_day(struct fa_book *book, int32_t day_no, struct fa_late_day **day)
{
    size_t at = fa_day_place(book->late_days.items, book->late_days.count,
                             sizeof *book->late_days.items, day_no);
    if (at == book->late_days.count || book->late_days.items[at].day_no != day_no) {
        FA_TRY(fa_vec_add(&book->late_days, ((struct fa_late_day){.day_no = day_no})));
        struct fa_late_day *place = &book->late_days.items[at];
        memmove(place + 1, place, (book->late_days.count - 1 - at) * sizeof *place);
        *place = (struct fa_late_day){.day_no = day_no};
    }
    *day = &book->late_days.items[at];
    return FA_OK;
}

static enum fa_status change_ahead(struct fa_book *book, enum fa_side side,
                                   enum fa_direction direction, int32_t day_no, bool is_late,
                                   fa_i128 minor, int64_t rows)
{
    struct fa_book_day *day; /* also for what is late: the bridge has a line for each of its days */
    FA_TRY(fa_book_get_day(book, day_no, &day));
    if (!is_late) {
        day->ahead[side][direction] += minor;
        day->ahead_rows[side] += rows;
        return FA_OK;
    }
    struct fa_late_day *late;
    FA_TRY(get_late_day(book, day_no, &late));
    late->ahead[side][direction] += minor;
    late->ahead_rows[side] += rows;
    return FA_OK;
}

enum fa_status fa_book_add_ahead(struct fa_book *book, enum fa_side side,
                                 enum fa_direction direction, int32_t row_day,
                                 int32_t complete_day, int64_t minor, bool is_late)
{
    if (row_day >= complete_day)
        return FA_OK;
    FA_TRY(change_ahead(book, side, direction, row_day, is_late, minor, 1));
    return change_ahead(book, side, direction, complete_day, is_late, -(fa_i128)minor, -1);
}
