#include "made_open.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const stage_names[FA_STAGE_COUNT] = {
    [FA_STAGE_REFERENCE] = "reference",
    [FA_STAGE_DUPLICATE] = "duplicate",
    [FA_STAGE_REVERSAL] = "reversal",
    [FA_STAGE_REFERENCE_SUM] = "reference_sum",
    [FA_STAGE_REFERENCE_AMOUNT] = "reference_amount",
    [FA_STAGE_OTHER_CURRENCY] = "other_currency",
    [FA_STAGE_OTHER_ACCOUNT] = "other_account",
    [FA_STAGE_DETAIL] = "detail",
    [FA_STAGE_NAMED_GROUP] = "named_group",
    [FA_STAGE_AMOUNT] = "amount",
    [FA_STAGE_GROUP] = "group",
    [FA_STAGE_SUBSET] = "subset",
};

static const struct fa_zone utc = {"UTC", 0, INT64_MIN};

static int64_t minor_of(const char *text)
{
    int64_t minor;
    ck_assert_int_eq(fa_money_parse(fa_str_from(text), 2, false, &minor), FA_VALUE_OK);
    return minor;
}

static struct fa_str kept(struct made_open *made, const char *text)
{
    struct fa_str str = fa_arena_str(&made->arena, fa_str_from(text));
    ck_assert_ptr_nonnull(str.bytes);
    return str;
}

static void set_key(struct made_open *made, struct fa_open *row, size_t rule, const char *text)
{
    ck_assert_uint_lt(rule, FA_GROUP_RULES_MAX);
    struct fa_str *keys = (struct fa_str *)(void *)(size_t)row->keys;
    if (!keys) {
        keys = fa_arena_alloc(&made->arena, FA_GROUP_RULES_MAX * sizeof *keys);
        ck_assert_ptr_nonnull(keys);
        for (int i = 0; i < FA_GROUP_RULES_MAX; i++)
            keys[i] = (struct fa_str){"", 0};
        row->keys = keys;
    }
    keys[rule] = kept(made, text);
}

static void set_option(struct made_open *made, struct fa_open *row, const char *word)
{
    int64_t day_no;
    if (strncmp(word, "ref=", 4) == 0)
        row->reference = kept(made, word + 4);
    else if (strncmp(word, "reverses=", 9) == 0)
        row->reverses = kept(made, word + 9), row->is_reversal = true;
    else if (strncmp(word, "twin=", 5) == 0)
        row->twin = kept(made, word + 5);
    else if (strcmp(word, "reversal") == 0)
        row->is_reversal = true;
    else if (strncmp(word, "key", 3) == 0 && word[4] == '=')
        set_key(made, row, (size_t)(word[3] - '0'), word + 5);
    else if (strncmp(word, "bday=", 5) == 0 &&
             fa_date_parse(fa_str_from(word + 5), &day_no) == FA_VALUE_OK)
        row->business_day = (int32_t)day_no;
    else
        ck_abort_msg("a row of the test says '%s'", word);
}

static void set_place(struct fa_open *row, const char *book, const char *direction,
                      const char *time)
{
    const char *found = strchr("ABU", book[0]);
    ck_assert_ptr_nonnull(found);
    row->book = (uint32_t)(found - "ABU");
    row->direction = strcmp(direction, "credit") == 0 ? FA_CREDIT : FA_DEBIT;
    ck_assert_int_eq(fa_time_parse(fa_str_from(time), &utc, &row->time_us), FA_VALUE_OK);
    row->day_no = row->business_day = (int32_t)fa_day_of(row->time_us, &utc);
}

static void add_row(struct made_open *made, char *line)
{
    enum { WORDS_MAX = 16 };
    char *words[WORDS_MAX], *rest = line;
    int count = 0;
    for (char *word; (word = strtok_r(rest, " ", &rest)) && count < WORDS_MAX;)
        words[count++] = word;
    if (count == 0)
        return;
    static const struct fa_str none = {"", 0};
    struct fa_open row = {.row = made->resolver.rows.count,
                          .reference = none,
                          .id = kept(made, words[1]),
                          .reverses = none,
                          .twin = none,
                          .detail_of = FA_NO_OPEN,
                          .link = FA_NO_LINK};
    int option = 6;
    if (strcmp(words[0], "detail") == 0) {
        option = 4;
        struct fa_open *of = NULL;
        for (size_t i = 0; i < made->resolver.rows.count; i++)
            if (fa_str_equal(made->resolver.rows.items[i].id, row.id))
                of = of ? of : &made->resolver.rows.items[i];
        ck_assert_ptr_nonnull(of);
        row.book = of->book;
        row.direction = of->direction;
        row.time_us = of->time_us;
        row.day_no = row.business_day = of->day_no;
        row.row = of->row;
        row.side = FA_SIDE_BANK;
        row.detail_no = strtol(words[2], NULL, 10);
        row.amount_minor = strcmp(words[3], "-") ? minor_of(words[3]) : FA_OPEN_NO_AMOUNT;
        row.is_aside = true;
    } else {
        ck_assert_int_ge(count, 6);
        row.side = strcmp(words[0], "flow") == 0 ? FA_SIDE_LEDGER : FA_SIDE_BANK;
        set_place(&row, words[2], words[3], words[5]);
        row.amount_minor = minor_of(words[4]);
    }
    for (; option < count; option++)
        set_option(made, &row, words[option]);
    ck_assert_int_eq(fa_vec_add(&made->resolver.rows, row), FA_OK);
}

static void make_books(struct made_open *made)
{
    static const char *const currencies[MADE_BOOKS] = {"CNY", "CNY", "USD"};
    static const uint32_t accounts[MADE_BOOKS] = {0, 1, 0};
    ck_assert_int_eq(fa_books_init(&made->books, 2), FA_OK);
    for (uint32_t i = 0; i < MADE_BOOKS; i++) {
        uint32_t book;
        ck_assert(fa_currency_parse(fa_str_from(currencies[i]), &made->terms[i].currency));
        ck_assert_int_eq(
            fa_books_get(&made->books, accounts[i], made->terms[i].currency, &book), FA_OK);
        ck_assert_uint_eq(book, i);
        made->term_list[i] = &made->terms[i];
    }
}

void made_open_init(struct made_open *made, const char *text, struct fa_sink *sink)
{
    *made = (struct made_open){.sink = sink};
    fa_arena_init(&made->arena);
    make_books(made);
    made->calendar = fa_calendar_new();
    ck_assert_ptr_nonnull(made->calendar);
    for (int year = 2024; year <= 2025; year++) /* a Tuesday and a Wednesday make the years known */
        ck_assert_int_eq(fa_calendar_add(made->calendar,
                                         fa_day_from_civil(year, 12, 31),
                                         true),
                         FA_OK);
    made->resolver = (struct fa_resolver){.books = &made->books,
                                          .terms = made->term_list,
                                          .days = {made->calendar, FA_STR("cn"), sink},
                                          .sink = sink};
    char *copy = malloc(strlen(text) + 1), *rest = copy;
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, strlen(text) + 1);
    for (char *line; (line = strtok_r(rest, "\n", &rest));)
        add_row(made, line);
    free(copy);
    ck_assert_int_eq(fa_resolver_sort(&made->resolver), FA_OK);
}

void made_open_release(struct made_open *made)
{
    fa_resolver_release(&made->resolver);
    fa_books_release(&made->books);
    fa_calendar_free(made->calendar);
    fa_arena_release(&made->arena);
}

static void add_text(struct fa_buf *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add_text(struct fa_buf *text, const char *format, ...)
{
    char one[256];
    va_list args;
    va_start(args, format);
    vsnprintf(one, sizeof one, format, args);
    va_end(args);
    ck_assert_int_eq(fa_buf_add_text(text, one), FA_OK);
}

static void print_row(const struct fa_open *row, struct fa_buf *text)
{
    add_text(text, " %.*s", (int)row->id.size, row->id.bytes);
    if (row->detail_no)
        add_text(text, "/%d", (int)row->detail_no);
}

static void print_link(const struct fa_resolver *r, const struct fa_link *link,
                       struct fa_buf *text)
{
    add_text(text, "%s:", stage_names[link->stage]);
    enum fa_side side = FA_SIDE_LEDGER;
    for (uint32_t i = 0; i < link->member_count; i++) {
        const struct fa_open *row = &r->rows.items[r->members.items[link->first_member + i]];
        if (side == FA_SIDE_LEDGER && row->side == FA_SIDE_BANK)
            add_text(text, " =");
        side = row->side;
        print_row(row, text);
    }
    if (link->fee_minor)
        add_text(text, ", fee %d.%02d", (int)(link->fee_minor / 100), (int)(link->fee_minor % 100));
    if (link->absorbed_minor)
        add_text(text, ", absorbed %d.%02d", (int)(link->absorbed_minor / 100),
                 (int)(link->absorbed_minor % 100));
    if (link->notes & FA_LINK_INTERCHANGEABLE)
        add_text(text, ", interchangeable");
    if (link->notes & FA_LINK_GREEDY)
        add_text(text, ", greedy");
    add_text(text, "\n");
}

void made_open_print(const struct made_open *made, struct fa_buf *text)
{
    const struct fa_resolver *r = &made->resolver;
    for (size_t i = 0; i < r->links.count; i++)
        print_link(r, &r->links.items[i], text);
    for (size_t i = 0; i < r->rows.count; i++) {
        const struct fa_open *row = &r->rows.items[i];
        if (!fa_open_is_free(row))
            continue;
        add_text(text, "open:");
        print_row(row, text);
        if (row->choices)
            add_text(text, ", %u choices", row->choices);
        if (row->is_beyond_limit)
            add_text(text, ", beyond limit");
        add_text(text, "\n");
    }
}
