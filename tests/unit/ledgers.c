#include "ledgers.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void keep(void *context, const struct fa_diag *diag)
{
    struct told *told = context;
    if (diag->severity != FA_ERROR)
        return;
    told->code = diag->code;
    told->count++;
    snprintf(told->text, sizeof told->text, "%.*s", (int)diag->text.size, diag->text.bytes);
}

void told_init(struct told *told)
{
    *told = (struct told){.count = 0};
    fa_sink_init(&told->sink, keep, told);
}

uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

const char small_dictionary[] =
    "table institution\n key institution_id\n column institution_id : id of institution "
    "required\nend\n"
    "table account\n key account_id since\n"
    " column account_id : id of account required\n column since : date\n"
    " column owner : text mask name\n column currency : currency\n"
    " column balance : money signed\nend\n"
    "table flow\n key flow_id\n clock time\n by time\n"
    " column flow_id : key required\n column time : time required\n"
    " column payer : id of account required\n column payee : id of account\n"
    " column amount : money required\n column currency : currency required\n"
    " column kind : enum {pay, refund} required\n column memo : text\nend\n"
    "table statement\n key statement_id\n by booked_at\n"
    " column statement_id : key required\n column booked_at : time required\n"
    " column account : id of account required\n"
    " column direction : enum {credit, debit} required\n"
    " column amount : money required\n column balance : money signed\n"
    " column currency : currency required\nend\n"
    "table break\n written by reconcile\n key break_id\n"
    " column break_id : key required\n column amount : money\nend\n";

enum { INSTITUTION, ACCOUNT, FLOW, STATEMENT, BREAK };
enum { ACCOUNT_COUNT = 5 };

static struct fa_str numbered(const char *format_prefix, uint32_t number, char text[32])
{
    int size = snprintf(text, 32, "%s%07u", format_prefix, number);
    return (struct fa_str){text, (size_t)size};
}

static void add_ids(struct fa_kept *kept, int table, const char *const *texts, uint32_t count)
{
    struct fa_str names[ACCOUNT_COUNT];
    uint32_t filers[ACCOUNT_COUNT] = {0};
    struct fa_buf bytes = {0};
    for (uint32_t i = 0; i < count; i++)
        names[i] = fa_str_from(texts[i]);
    ck_assert_int_eq(fa_block_encode_ids(table, 0, count, names, filers, &bytes), FA_OK);
    struct fa_block block = fa_block_at(&bytes);
    ck_assert_int_eq(fa_spool_add(kept->spool, &block), FA_OK);
    fa_buf_release(&bytes);
}

static struct fa_builder *builder_of(struct fa_kept *kept, int table)
{
    return fa_builder_new(&kept->head.dictionary.tables[table], table, kept->spool,
                          &kept->totals, kept->base.sink);
}

static int column_of(const struct fa_kept *kept, int table, const char *name)
{
    int column = fa_table_find_column(&kept->head.dictionary.tables[table], fa_str_from(name));
    if (column < 0) /* ck_assert costs a message to the runner: too much for every cell */
        ck_abort_msg("no column %s", name);
    return column;
}

static void set(struct fa_builder *builder, const struct fa_kept *kept, int table,
                const char *name, int64_t value)
{
    fa_builder_set(builder, column_of(kept, table, name), value);
}

static void set_text(struct fa_builder *builder, const struct fa_kept *kept, int table,
                     const char *name, struct fa_str text)
{
    if (fa_builder_set_text(builder, column_of(kept, table, name), text) != FA_OK)
        ck_abort_msg("no text");
}

static void end_row(struct fa_builder *builder, const struct fa_kept *kept, int table)
{
    const struct fa_table_def *def = &kept->head.dictionary.tables[table];
    fa_builder_set(builder, def->hidden_from, 0);
    if (fa_builder_end_row(builder) != FA_OK)
        ck_abort_msg("no row");
}

static void finish(struct fa_builder *builder)
{
    ck_assert_int_eq(fa_builder_finish(builder), FA_OK);
    fa_builder_free(builder);
}

static void add_accounts(struct fa_kept *kept, fa_currency cny)
{
    struct fa_builder *builder = builder_of(kept, ACCOUNT);
    for (int i = 0; i < ACCOUNT_COUNT - 1; i++) { /* nobody declares the last */
        set(builder, kept, ACCOUNT, "account_id", i);
        set_text(builder, kept, ACCOUNT, "owner", FA_STR("张三"));
        set(builder, kept, ACCOUNT, "currency", cny);
        if (i != 1)
            set(builder, kept, ACCOUNT, "balance", -100 * i);
        end_row(builder, kept, ACCOUNT);
    }
    finish(builder);
}

static void add_flows(struct fa_kept *kept, uint32_t count, fa_currency cny)
{
    struct fa_builder *builder = builder_of(kept, FLOW);
    uint64_t random = 1;
    char text[32];
    for (uint32_t i = 0; i < count; i++) {
        set_text(builder, kept, FLOW, "flow_id", numbered("F", i, text));
        set(builder, kept, FLOW, "time", INT64_C(1735689600000000) + i * INT64_C(700000));
        set(builder, kept, FLOW, "payer", (int64_t)(next_random(&random) % ACCOUNT_COUNT));
        if (i % 3)
            set(builder, kept, FLOW, "payee", (int64_t)(next_random(&random) % ACCOUNT_COUNT));
        set(builder, kept, FLOW, "amount", (int64_t)(next_random(&random) % 1000000));
        set(builder, kept, FLOW, "currency", cny);
        set(builder, kept, FLOW, "kind", i % 2);
        if (i % 5 == 0)
            set_text(builder, kept, FLOW, "memo", i % 2 ? FA_STR("odd") : FA_STR("货款"));
        end_row(builder, kept, FLOW);
    }
    finish(builder);
}

static void add_statements(struct fa_kept *kept, uint32_t count, fa_currency cny,
                           fa_currency usd)
{
    struct fa_builder *builder = builder_of(kept, STATEMENT);
    char text[32];
    for (uint32_t i = 0; i < count; i++) {
        set_text(builder, kept, STATEMENT, "statement_id", numbered("S", i, text));
        set(builder, kept, STATEMENT, "booked_at",
            INT64_C(1735689600000001) + i * INT64_C(650001));
        set(builder, kept, STATEMENT, "account", i % 2);
        set(builder, kept, STATEMENT, "direction", i % 2);
        set(builder, kept, STATEMENT, "amount", 100 + i);
        set(builder, kept, STATEMENT, "balance", 5 - (int64_t)i);
        set(builder, kept, STATEMENT, "currency", i % 7 ? cny : usd);
        end_row(builder, kept, STATEMENT);
    }
    finish(builder);
}

struct fa_kept *make_ledger(uint32_t flow_count, struct fa_sink *sink)
{
    static const char *const institutions[] = {"demo-pay"};
    static const char *const accounts[] = {"A1", "A2", "A3", "账户4", "A5"};
    struct fa_kept *kept;
    ck_assert_int_eq(fa_kept_new(UINT64_C(1) << 30, NULL, sink, &kept), FA_OK);
    ck_assert_int_eq(fa_dictionary_parse(fa_str_from(small_dictionary), FA_STR("small"),
                                         &kept->head.arena, sink, &kept->head.dictionary),
                     FA_OK);
    kept->head.filing = FA_STR("a \"small\" filing");
    fa_currency cny, usd;
    ck_assert(fa_currency_parse(FA_STR("CNY"), &cny) && fa_currency_parse(FA_STR("USD"), &usd));
    /* Deliberately not in the order of a stream. */
    struct fa_builder *builder = builder_of(kept, BREAK);
    for (int i = 0; i < 2; i++) {
        char text[32];
        set_text(builder, kept, BREAK, "break_id", numbered("B", (uint32_t)i, text));
        set(builder, kept, BREAK, "amount", i);
        end_row(builder, kept, BREAK);
    }
    finish(builder);
    add_statements(kept, flow_count + 3, cny, usd);
    add_flows(kept, flow_count, cny);
    add_accounts(kept, cny);
    add_ids(kept, ACCOUNT, accounts, ACCOUNT_COUNT);
    add_ids(kept, INSTITUTION, institutions, 1);
    ck_assert_int_eq(fa_totals_add_rejected(&kept->totals, FLOW, 4), FA_OK);
    fa_spool_sort(kept->spool, &kept->head);
    return kept;
}

struct memory_output {
    struct fa_output base;
    struct fa_buf *bytes;
};

static enum fa_status write_memory(struct fa_output *output, const void *bytes, size_t size)
{
    return fa_buf_add(((struct memory_output *)output)->bytes, bytes, size);
}

enum fa_status stream_bytes(struct fa_blocks *blocks, bool compress, struct fa_buf *bytes)
{
    struct memory_output output = {{write_memory}, bytes};
    fa_buf_clear(bytes);
    return fa_stream_write(blocks, compress, &output.base);
}

int file_of(struct fa_str bytes)
{
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes.bytes, 1, bytes.size, file), bytes.size);
    ck_assert_int_eq(fflush(file), 0);
    int fd = dup(fileno(file));
    fclose(file);
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

struct dripping {
    struct fa_str bytes;
    int fd;
};

static void *drip_bytes(void *context)
{
    struct dripping *dripping = context;
    for (size_t i = 0; i < dripping->bytes.size; i++)
        if (write(dripping->fd, dripping->bytes.bytes + i, 1) != 1)
            break; /* the reader refused what it got */
    close(dripping->fd);
    return NULL;
}

static enum fa_status read_all(int fd, struct fa_sink *sink)
{
    struct fa_blocks *blocks;
    enum fa_status status = fa_stream_open(fd, "the stream", NULL, sink, &blocks);
    if (status != FA_OK)
        return status;
    bool is_end = false;
    while (status == FA_OK && !is_end) {
        struct fa_block block;
        status = fa_blocks_next(blocks, &block, &is_end);
    }
    fa_blocks_free(blocks);
    return status;
}

enum fa_status read_stream(struct fa_str bytes, bool drip, struct fa_sink *sink)
{
    enum { FITS_PIPE = 60000 };
    if (!drip && bytes.size > FITS_PIPE) {
        int fd = file_of(bytes);
        enum fa_status status = read_all(fd, sink);
        close(fd);
        return status;
    }
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    if (!drip) { /* cheaper than a file */
        ck_assert_int_eq(write(ends[1], bytes.bytes, bytes.size), bytes.size);
        close(ends[1]);
        enum fa_status status = read_all(ends[0], sink);
        close(ends[0]);
        return status;
    }
    pthread_t thread;
    struct dripping dripping = {bytes, ends[1]};
    ck_assert_int_eq(pthread_create(&thread, NULL, drip_bytes, &dripping), 0);
    enum fa_status status = read_all(ends[0], sink);
    close(ends[0]);
    pthread_join(thread, NULL);
    return status;
}
