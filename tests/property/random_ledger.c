#include "random_ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "ledger/builder.h"
#include "value/ratio.h"

enum { IDS_MAX = 9 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int64_t random_below(uint64_t *state, int64_t count)
{
    return (int64_t)(random_next(state) % (uint64_t)count);
}

struct making {
    uint64_t state;
    struct fa_sink *sink;
    struct fa_kept *kept;
    struct fa_spool *spool;
    int64_t first_day, day_count; /* of what happens */
    int64_t id_counts[FA_TABLES_MAX];
    int missing_percent;
    int64_t filer_count, filer; /* of the row at hand */
    bool has_other_currency, has_reversals, has_holidays;
};

/* Days and instants crowd on few values, so that they meet. */
static int64_t random_day(struct making *making)
{
    if (random_below(&making->state, 12) == 0)
        return making->first_day - 40 + random_below(&making->state, 500);
    return making->first_day + random_below(&making->state, making->day_count);
}

static int64_t random_instant(struct making *making)
{
    static const int64_t in_day[] = {0,
                                     1,
                                     FA_HOUR_US,
                                     9 * FA_HOUR_US,
                                     15 * FA_HOUR_US + 59 * FA_MINUTE_US,
                                     16 * FA_HOUR_US - 1,
                                     16 * FA_HOUR_US,
                                     23 * FA_HOUR_US};
    return random_day(making) * FA_DAY_US + in_day[random_below(&making->state, 8)];
}

static const char *random_text(struct making *making, const struct fa_column_def *column)
{
    static const char *const ids[] = {"110101199003070011", "11010519491231002X",
                                      "110101199003070012"};
    static const char *const texts[] = {"a",         "b",
                                        "sanctions", "custodian banks",
                                        "wallet",    "A1",
                                        "",          "insurance premium",
                                        "cn",        "internet_payment"};
    static const char *const flow_ids[] = {"flow-1", "flow-2", "flow-3", "flow-7", "flow-11"};
    static const char *const sets[] = {"a", "a;b", "internet_payment",
                                       "b;internet_payment;mobile"};
    if (fa_str_is(column->name, "id_number") || fa_str_is(column->name, "uscc"))
        return ids[random_below(&making->state, 3)];
    if (fa_str_is(column->name, "reverses"))
        return flow_ids[random_below(&making->state, 5)];
    if (fa_str_is(column->name, "calendar"))
        return "cn";
    if (column->type == FA_TYPE_SET)
        return sets[random_below(&making->state, 4)];
    const char *text = texts[random_below(&making->state, 10)];
    return *text ? text : "b";
}

static int64_t random_money(struct making *making, const struct fa_column_def *column)
{
    static const int64_t marks[] = {0,        1,       100,     19999999, 20000000,
                                    20000001, 5000000, 4999999, 100000000};
    int64_t money = random_below(&making->state, 2) ? marks[random_below(&making->state, 9)]
                                                    : random_below(&making->state, 30000000);
    if (random_below(&making->state, 200) == 0)
        money = INT64_MAX - random_below(&making->state, 3);
    return column->is_signed && random_below(&making->state, 4) == 0 ? -money : money;
}

/* Ids belong to a filer: those of the row's. */
static int64_t random_id(struct making *making, int table)
{
    int64_t id = random_below(&making->state, making->id_counts[table]);
    return id - id % making->filer_count + making->filer < making->id_counts[table]
               ? id - id % making->filer_count + making->filer
               : making->filer;
}

static int64_t random_value(struct making *making, const struct fa_column_def *column)
{
    switch (column->type) {
    case FA_TYPE_ID:
        return random_id(making, column->refers_to);
    case FA_TYPE_ENUM:
        if (fa_str_is(column->name, "status") && random_below(&making->state, 4))
            return 0;
        return random_below(&making->state,
                            column->value_count < 4 || random_below(&making->state, 2)
                                ? column->value_count
                                : 3);
    case FA_TYPE_BOOL:
        return random_below(&making->state, 2);
    case FA_TYPE_MONEY:
        return random_money(making, column);
    case FA_TYPE_RATIO:
        return random_below(&making->state, 40) * (FA_RATIO_UNIT / 20) +
               random_below(&making->state, 2);
    case FA_TYPE_DATE:
        return random_day(making);
    case FA_TYPE_TIME:
        return random_instant(making);
    case FA_TYPE_CURRENCY: {
        fa_currency currency;
        bool is_other = making->has_other_currency && random_below(&making->state, 6) == 0;
        must(fa_currency_parse(is_other ? FA_STR("USD") : FA_STR("CNY"), &currency));
        return currency;
    }
    default:
        return random_below(&making->state, 5);
    }
}

static void set_key(struct fa_builder *builder, const struct fa_table_def *table, int column,
                    uint32_t row)
{
    char key[64];
    snprintf(key, sizeof key, "%.*s-%u", (int)table->name.size, table->name.bytes, row);
    must(fa_builder_set_text(builder, column, fa_str_from(key)) == FA_OK);
}

static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool is_key(const struct fa_table_def *table, int column)
{
    return table->key_columns[0] == column && table->columns[column].type == FA_TYPE_KEY;
}

/* Most ids once and in order; some again, some never. */
static void declare(struct making *making, struct fa_builder *builder, int table, int column,
                    uint32_t row)
{
    int64_t id = row % making->id_counts[table];
    bool is_own = id % making->filer_count == making->filer;
    fa_builder_set(builder, column,
                   is_own && random_below(&making->state, 6) ? id : random_id(making, table));
}

static void make_rows(struct making *making, int table_idx, uint32_t count)
{
    const struct fa_table_def *table = &making->kept->head.dictionary.tables[table_idx];
    struct fa_builder *builder =
        fa_builder_new(table, table_idx, making->spool, NULL, making->sink);
    int64_t order[64];
    /* A column that no row has now and then: rules cannot be tested without it. */
    int absent = random_below(&making->state, 6) == 0
                     ? (int)random_below(&making->state, table->column_count)
                     : -1;
    for (uint32_t i = 0; i < count; i++)
        order[i] = table->by < 0                                    ? 0
                   : table->columns[table->by].type == FA_TYPE_TIME ? random_instant(making)
                                                                    : random_day(making);
    qsort(order, count, sizeof *order, compare_int64);
    for (uint32_t row = 0; row < count; row++) {
        making->filer = random_below(&making->state, making->filer_count);
        for (int c = 0; c < table->column_count; c++) {
            const struct fa_column_def *column = &table->columns[c];
            bool may_miss = !column->is_required && !column->is_hidden;
            if (may_miss &&
                (c == absent || random_below(&making->state, 100) < making->missing_percent))
                continue;
            if (fa_str_is(column->name, "since") && random_below(&making->state, 3))
                continue;
            if (fa_str_is(column->name, "reverses") &&
                (!making->has_reversals || random_below(&making->state, 5)))
                continue;
            if (c == table->by)
                fa_builder_set(builder, c, order[row]);
            else if (c == table->id_column)
                declare(making, builder, table_idx, c, row);
            else if (fa_str_is(column->name, "filer"))
                fa_builder_set(builder, c, making->filer);
            else if (is_key(table, c))
                set_key(builder, table, c, row);
            else if (fa_type_is_bytes(column->type))
                must(fa_builder_set_text(builder, c,
                                         fa_str_from(random_text(making, column))) == FA_OK);
            else if (!column->is_hidden)
                fa_builder_set(builder, c, random_value(making, column));
        }
        must(fa_builder_end_row(builder) == FA_OK);
    }
    must(fa_builder_finish(builder) == FA_OK);
    fa_builder_free(builder);
}

static void make_ids(struct making *making, int table_idx)
{
    const struct fa_table_def *table = &making->kept->head.dictionary.tables[table_idx];
    struct fa_str names[IDS_MAX];
    char texts[IDS_MAX][64];
    uint32_t filers[IDS_MAX];
    for (int64_t i = 0; i < making->id_counts[table_idx]; i++) {
        snprintf(texts[i], sizeof texts[i], "%.*s%d", (int)table->name.size, table->name.bytes,
                 (int)i);
        names[i] = fa_str_from(texts[i]);
        filers[i] = (uint32_t)(i % making->filer_count);
    }
    struct fa_buf bytes;
    fa_buf_init(&bytes);
    must(fa_block_encode_ids(table_idx, 0, (uint32_t)making->id_counts[table_idx], names,
                             filers, &bytes) == FA_OK);
    struct fa_block block = fa_block_at(&bytes);
    must(fa_spool_add(making->spool, &block) == FA_OK);
    fa_buf_release(&bytes);
}

static void order_blocks(struct making *making)
{
    uint64_t count = fa_spool_count(making->spool);
    bool done[2 * FA_TABLES_MAX] = {false};
    for (uint64_t n = 0; n < count; n++) {
        struct fa_block best = {0}, block;
        uint64_t least = count;
        for (uint64_t i = 0; i < count; i++) {
            must(fa_spool_get(making->spool, i, &block) == FA_OK);
            if (!done[i] &&
                (least == count || fa_block_compare(&making->kept->head, &block, &best) < 0)) {
                least = i;
                best = block;
            }
        }
        done[least] = true;
        must(fa_spool_get(making->spool, least, &block) == FA_OK);
        must(fa_spool_add(making->kept->spool, &block) == FA_OK);
    }
}

void random_tables(struct fa_head *head, struct fa_sink *sink)
{
    static const char *const tables[] = {"institution",  "party",
                                         "account",      "contract",
                                         "freeze_order", "claim",
                                         "financial",    "licence",
                                         "relation",     "listed",
                                         "action",       "filed_report",
                                         "disclosure",   "reconciliation_record",
                                         "cover",        "tariff",
                                         "prepaid_card", "prepaid_fee",
                                         "rate",         "holiday",
                                         "flow",         "statement",
                                         "balance",      "repayment_due",
                                         "break",        "bridge",
                                         "coverage"};
    int index;
    fa_head_init(head);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        must(fa_head_add_table(head, tables[i], sink, &index) == FA_OK);
}

static void make_head(struct making *making, const struct fa_head *tables)
{
    struct fa_head *head = &making->kept->head;
    head->dictionary = tables->dictionary;
    must(fa_zone_find(FA_STR("Asia/Shanghai"), &head->zone));
    head->as_of_day =
        making->first_day + making->day_count - 1 - random_below(&making->state, 4);
    head->filer = random_below(&making->state, 3)
                      ? fa_arena_str(&head->arena, FA_STR("institution0"))
                      : (struct fa_str){"", 0};
    must(fa_currency_parse(FA_STR("CNY"), &head->currency));
    for (int t = 0; t < head->dictionary.table_count; t++) {
        struct fa_cover_info cover = {
            .table = t,
            .from_day = making->first_day + random_below(&making->state, 3),
            .to_day = making->first_day + making->day_count - random_below(&making->state, 3)};
        if (random_below(&making->state, 8))
            must(fa_vec_add(&head->covers, cover) == FA_OK);
    }
}

struct fa_kept *random_ledger(uint64_t seed, int row_max, const struct fa_head *tables_of,
                              struct fa_sink *sink)
{
    struct making making = {.state = seed, .sink = sink};
    must(fa_kept_new(64u << 20, NULL, sink, &making.kept) == FA_OK);
    making.spool = fa_spool_new(64u << 20, NULL, sink);
    static const int years[] = {2017, 2022, 2024};
    making.first_day = fa_day_from_civil(years[random_below(&making.state, 3)],
                                         1 + (int)random_below(&making.state, 12), 1);
    making.day_count = 5 + random_below(&making.state, 60);
    making.missing_percent = (int)random_below(&making.state, 3) * 8;
    making.filer_count = 1 + (random_below(&making.state, 4) == 0);
    making.filer = 0;
    making.has_other_currency = random_below(&making.state, 3) == 0;
    making.has_reversals = random_below(&making.state, 3) == 0;
    make_head(&making, tables_of);
    const struct fa_dictionary *tables = &making.kept->head.dictionary;
    for (int t = 0; t < tables->table_count; t++)
        making.id_counts[t] =
            tables->tables[t].id_column < 0 ? 0 : 2 + random_below(&making.state, IDS_MAX - 2);
    for (int t = 0; t < tables->table_count; t++) {
        bool is_flow = fa_str_is(tables->tables[t].name, "flow");
        bool is_front = tables->tables[t].id_column >= 0;
        if (is_front)
            make_ids(&making, t);
        uint32_t count =
            (uint32_t)random_below(&making.state, is_flow ? row_max : 2 + row_max / 5);
        if (count)
            make_rows(&making, t, count);
    }
    order_blocks(&making);
    fa_spool_free(making.spool);
    return making.kept;
}
