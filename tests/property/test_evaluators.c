/*
 * Random small ledgers are judged by both evaluators, which share no expression code, and by the
 * vectorised one in slices of several sizes: every verdict must be the same. The rules are all that
 * the tree has (tests/rules, rulesets) and tests/property/evaluators.rules.
 *
 *     test_evaluators [SEED [COUNT]]    without arguments the seeds of `make check`
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "ledger/builder.h"
#include "ledger/kept.h"
#include "rules/compile.h"
#include "rules/plain.h"
#include "value/ratio.h"

enum { FILE_BYTES_MAX = 1 << 20, SEED_COUNT = 100, IDS_MAX = 9 };

static struct fa_arena arena;
static struct fa_dictionary dictionary;
static struct fa_ruleset_list rulesets;
static struct fa_sink sink;

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void show(void *context, const struct fa_diag *diag)
{
    (void)context;
    fprintf(stderr, "%.*s:%d: %.*s\n", (int)diag->source.size, diag->source.bytes, (int)diag->line_no,
            (int)diag->text.size, diag->text.bytes);
}

/* --- rules --- */

static void compile(const char *path)
{
    struct fa_buf text;
    fa_buf_init(&text);
    must(fa_file_read(path, FILE_BYTES_MAX, &sink, &text) == FA_OK);
    struct fa_str kept = fa_arena_str(&arena, fa_buf_str(&text));
    must(fa_ruleset_compile(&rulesets, kept, fa_arena_str(&arena, fa_str_from(path)), &sink) == FA_OK);
    fa_buf_release(&text);
}

static void compile_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    must(count >= 0);
    for (int i = 0; i < count; i++) {
        char path[8192];
        size_t size = strlen(entries[i]->d_name);
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (size > 6 && strcmp(entries[i]->d_name + size - 6, ".rules") == 0)
            compile(path);
        free(entries[i]);
    }
    free(entries);
}

/* --- random ledgers --- */

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int64_t below(uint64_t *state, int64_t count)
{
    return (int64_t)(next(state) % (uint64_t)count);
}

struct making {
    uint64_t state;
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
    if (below(&making->state, 12) == 0)
        return making->first_day - 40 + below(&making->state, 500);
    return making->first_day + below(&making->state, making->day_count);
}

static int64_t random_instant(struct making *making)
{
    static const int64_t in_day[] = {0, 1, FA_HOUR_US, 9 * FA_HOUR_US, 15 * FA_HOUR_US + 59 * FA_MINUTE_US,
                                     16 * FA_HOUR_US - 1, 16 * FA_HOUR_US, 23 * FA_HOUR_US};
    return random_day(making) * FA_DAY_US + in_day[below(&making->state, 8)];
}

static const char *random_text(struct making *making, const struct fa_column_def *column)
{
    static const char *const ids[] = {"110101199003070011", "11010519491231002X", "110101199003070012"};
    static const char *const texts[] = {"a", "b", "sanctions", "custodian banks", "wallet", "A1", "",
                                        "insurance premium", "cn", "internet_payment"};
    static const char *const flow_ids[] = {"flow-1", "flow-2", "flow-3", "flow-7", "flow-11"};
    static const char *const sets[] = {"a", "a;b", "internet_payment", "b;internet_payment;mobile"};
    if (fa_str_is(column->name, "id_number") || fa_str_is(column->name, "uscc"))
        return ids[below(&making->state, 3)];
    if (fa_str_is(column->name, "reverses"))
        return flow_ids[below(&making->state, 5)];
    if (fa_str_is(column->name, "calendar"))
        return "cn";
    if (column->type == FA_TYPE_SET)
        return sets[below(&making->state, 4)];
    const char *text = texts[below(&making->state, 10)];
    return *text ? text : "b";
}

static int64_t random_money(struct making *making, const struct fa_column_def *column)
{
    static const int64_t marks[] = {0, 1, 100, 19999999, 20000000, 20000001, 5000000, 4999999, 100000000};
    int64_t money = below(&making->state, 2) ? marks[below(&making->state, 9)]
                                             : below(&making->state, 30000000);
    if (below(&making->state, 200) == 0)
        money = INT64_MAX - below(&making->state, 3);
    return column->is_signed && below(&making->state, 4) == 0 ? -money : money;
}

/* Ids belong to a filer: those of the row's. */
static int64_t random_id(struct making *making, int table)
{
    int64_t id = below(&making->state, making->id_counts[table]);
    if (fa_str_is(making->kept->head.dictionary.tables[table].name, "institution"))
        return id;
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
        if (fa_str_is(column->name, "status") && below(&making->state, 4))
            return 0;
        return below(&making->state, column->value_count < 4 || below(&making->state, 2)
                                         ? column->value_count
                                         : 3);
    case FA_TYPE_BOOL:
        return below(&making->state, 2);
    case FA_TYPE_MONEY:
        return random_money(making, column);
    case FA_TYPE_RATIO:
        return below(&making->state, 40) * (FA_RATIO_UNIT / 20) + below(&making->state, 2);
    case FA_TYPE_DATE:
        return random_day(making);
    case FA_TYPE_TIME:
        return random_instant(making);
    case FA_TYPE_CURRENCY: {
        fa_currency currency;
        bool is_other = making->has_other_currency && below(&making->state, 6) == 0;
        must(fa_currency_parse(is_other ? FA_STR("USD") : FA_STR("CNY"), &currency));
        return currency;
    }
    default:
        return below(&making->state, 5);
    }
}

static void set_key(struct fa_builder *builder, const struct fa_table_def *table, int column, uint32_t row)
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
static void declare(struct making *making, struct fa_builder *builder, int table, int column, uint32_t row)
{
    int64_t id = row % making->id_counts[table];
    bool is_own = id % making->filer_count == making->filer;
    fa_builder_set(builder, column, is_own && below(&making->state, 6) ? id : random_id(making, table));
}

static void make_rows(struct making *making, int table_idx, uint32_t count)
{
    const struct fa_table_def *table = &making->kept->head.dictionary.tables[table_idx];
    struct fa_builder *builder = fa_builder_new(table, table_idx, making->spool, NULL, &sink);
    int64_t order[64];
    /* A column that no row has now and then: rules cannot be tested without it. */
    int absent = below(&making->state, 6) == 0 ? (int)below(&making->state, table->column_count) : -1;
    for (uint32_t i = 0; i < count; i++)
        order[i] = table->by < 0                                        ? 0
                   : table->columns[table->by].type == FA_TYPE_TIME ? random_instant(making)
                                                                        : random_day(making);
    qsort(order, count, sizeof *order, compare_int64);
    for (uint32_t row = 0; row < count; row++) {
        making->filer = below(&making->state, making->filer_count);
        for (int c = 0; c < table->column_count; c++) {
            const struct fa_column_def *column = &table->columns[c];
            bool may_miss = !column->is_required && !column->is_hidden;
            if (may_miss && (c == absent || below(&making->state, 100) < making->missing_percent))
                continue;
            if (fa_str_is(column->name, "since") && below(&making->state, 3))
                continue;
            if (fa_str_is(column->name, "reverses") && (!making->has_reversals || below(&making->state, 5)))
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
                must(fa_builder_set_text(builder, c, fa_str_from(random_text(making, column))) == FA_OK);
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
        snprintf(texts[i], sizeof texts[i], "%.*s%d", (int)table->name.size, table->name.bytes, (int)i);
        names[i] = fa_str_from(texts[i]);
        filers[i] = (uint32_t)(i % making->filer_count);
    }
    struct fa_buf bytes;
    fa_buf_init(&bytes);
    must(fa_block_encode_ids(table_idx, 0, (uint32_t)making->id_counts[table_idx], names, filers, &bytes) ==
         FA_OK);
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
            if (!done[i] && (least == count || fa_block_compare(&making->kept->head, &block, &best) < 0)) {
                least = i;
                best = block;
            }
        }
        done[least] = true;
        must(fa_spool_get(making->spool, least, &block) == FA_OK);
        must(fa_spool_add(making->kept->spool, &block) == FA_OK);
    }
}

static void make_head(struct making *making)
{
    static const char *const tables[] = {
        "institution", "party", "account", "contract", "freeze_order", "claim", "financial", "licence",
        "relation", "listed", "action", "filed_report", "disclosure", "reconciliation_record", "cover",
        "tariff", "prepaid_card", "prepaid_fee", "rate", "holiday", "flow", "statement", "balance",
        "repayment_due", "break", "bridge", "coverage"};
    struct fa_head *head = &making->kept->head;
    int index;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        must(fa_head_add_table(head, tables[i], &sink, &index) == FA_OK);
    must(fa_zone_find(FA_STR("Asia/Shanghai"), &head->zone));
    head->as_of_day = making->first_day + making->day_count - 1 - below(&making->state, 4);
    head->filer = below(&making->state, 3) ? fa_arena_str(&head->arena, FA_STR("institution0"))
                                           : (struct fa_str){"", 0};
    must(fa_currency_parse(FA_STR("CNY"), &head->currency));
    for (int t = 0; t < head->dictionary.table_count; t++) {
        struct fa_cover_info cover = {.table = t, .from_day = making->first_day + below(&making->state, 3),
                                      .to_day = making->first_day + making->day_count - below(&making->state, 3)};
        if (below(&making->state, 8))
            must(fa_vec_add(&head->covers, cover) == FA_OK);
    }
}

static struct fa_kept *make_ledger(uint64_t seed)
{
    struct making making = {.state = seed};
    must(fa_kept_new(64u << 20, NULL, &sink, &making.kept) == FA_OK);
    making.spool = fa_spool_new(64u << 20, NULL, &sink);
    static const int years[] = {2017, 2022, 2024};
    making.first_day = fa_day_from_civil(years[below(&making.state, 3)], 1 + (int)below(&making.state, 12), 1);
    making.day_count = 5 + below(&making.state, 60);
    making.missing_percent = (int)below(&making.state, 3) * 8;
    making.filer_count = 1 + (below(&making.state, 4) == 0);
    making.filer = 0;
    making.has_other_currency = below(&making.state, 3) == 0;
    making.has_reversals = below(&making.state, 3) == 0;
    make_head(&making);
    const struct fa_dictionary *tables = &making.kept->head.dictionary;
    for (int t = 0; t < tables->table_count; t++)
        making.id_counts[t] = tables->tables[t].id_column < 0 ? 0 : 2 + below(&making.state, IDS_MAX - 2);
    for (int t = 0; t < tables->table_count; t++) {
        bool is_flow = fa_str_is(tables->tables[t].name, "flow");
        bool is_front = tables->tables[t].id_column >= 0;
        if (is_front)
            make_ids(&making, t);
        uint32_t count = (uint32_t)below(&making.state, is_flow ? 60 : 14);
        if (count)
            make_rows(&making, t, count);
    }
    order_blocks(&making);
    fa_spool_free(making.spool);
    return making.kept;
}

/* --- the comparison --- */

/* For a look at what differs: TEST_DUMP=RULE. */
static void dump(const struct fa_verdicts *verdicts, const char *title)
{
    const char *rule = getenv("TEST_DUMP");
    for (size_t i = 0; rule && i < verdicts->findings.count; i++) {
        const struct fa_finding *f = &verdicts->findings.items[i];
        if (!fa_str_is(f->rule->id, rule))
            continue;
        fprintf(stderr, "%s %zu: outcome %d key %d from %lld to %lld worst %lld judged %d opening %d on %d "
                        "carried %d rows %d cause %.*s:",
                title, i, f->outcome, f->keys ? (int)f->keys[0].numerator : -1,
                (long long)(f->first_us / 1000000), (long long)(f->last_us / 1000000),
                (long long)(f->worst_us / 1000000), (int)f->judged_count, f->is_from_opening,
                f->is_still_on, (int)f->carried_count, (int)f->row_count, (int)f->cause.size,
                f->cause.bytes);
        for (size_t k = 0; k < f->rows.count; k++)
            fprintf(stderr, " %d:%d-%d", f->rows.items[k].table, (int)f->rows.items[k].from_row,
                    (int)f->rows.items[k].to_row);
        fprintf(stderr, "\n");
    }
}

static bool is_same(uint64_t seed, struct fa_kept *kept, const struct fa_verdicts *expected,
                    uint32_t slice_rows)
{
    struct fa_verdicts verdicts;
    struct fa_evaluate_options options = {.as_of_day = INT64_MIN, .slice_rows = slice_rows};
    struct fa_buf why;
    fa_buf_init(&why);
    fa_verdicts_init(&verdicts);
    must(fa_blocks_rewind(&kept->base) == FA_OK);
    must(fa_evaluate(&rulesets, &kept->base, &options, &sink, &verdicts) == FA_OK);
    bool same = fa_verdicts_equal(expected, &verdicts, &why);
    if (!same)
        fprintf(stderr, "seed %llu, slices of %u: %s\n", (unsigned long long)seed, slice_rows,
                fa_buf_cstr(&why));
    if (!same) {
        dump(expected, "plain");
        dump(&verdicts, "fast");
    }
    fa_verdicts_release(&verdicts);
    fa_buf_release(&why);
    return same;
}

static bool run(uint64_t seed, uint64_t *finding_count)
{
    static const uint32_t slices[] = {0, 1, 7};
    struct fa_kept *kept = make_ledger(seed);
    struct fa_verdicts plain;
    struct fa_evaluate_options options = {.as_of_day = INT64_MIN};
    fa_verdicts_init(&plain);
    must(fa_evaluate_plain(&rulesets, &kept->base, &options, &sink, &plain) == FA_OK);
    *finding_count += plain.findings.count;
    bool same = true;
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        same = is_same(seed, kept, &plain, slices[i]) && same;
    fa_verdicts_release(&plain);
    fa_kept_free(kept);
    return same;
}

int main(int argc, char **argv)
{
    const char *source = getenv("srcdir");
    char path[4096];
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : argc > 1 ? 1 : SEED_COUNT;
    fa_arena_init(&arena);
    fa_sink_init(&sink, show, NULL);
    must(fa_dictionary_builtin(&arena, &sink, &dictionary) == FA_OK);
    fa_ruleset_list_init(&rulesets, &dictionary);
    static const char *const folders[] = {"tests/rules", "tests/property", "rulesets/cn"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", source ? source : ".", folders[i]);
        compile_folder(path);
    }
    uint64_t failed = 0, finding_count = 0;
    for (uint64_t i = 0; i < count; i++)
        failed += !run(seed + i, &finding_count);
    printf("%llu ledgers, %llu findings, %llu ledgers with differences\n", (unsigned long long)count,
           (unsigned long long)finding_count, (unsigned long long)failed);
    fa_ruleset_list_release(&rulesets);
    fa_arena_release(&arena);
    return failed || !finding_count;
}
