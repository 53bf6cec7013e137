#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "ledger/stream_format.h"
#include "ledger/trailer.h"
#include "ledger/wire.h"
#include "ledgers.h"

enum { SMALL = 3 };

static struct fa_str small_stream(uint32_t flow_count, struct fa_buf *bytes)
{
    struct told told;
    told_init(&told);
    struct fa_kept *kept = make_ledger(flow_count, &told.sink);
    ck_assert_int_eq(stream_bytes(&kept->base, false, bytes), FA_OK);
    ck_assert_uint_eq(told.count, 0);
    fa_kept_free(kept);
    return fa_buf_str(bytes);
}

static void expect(struct fa_str bytes, enum fa_code code)
{
    struct told told;
    told_init(&told);
    ck_assert_int_eq(read_stream(bytes, false, &told.sink), fa_code_info(code)->status);
    ck_assert_uint_eq(told.count, 1);
    ck_assert_msg(told.code == code, "expected %s, found %s: %s", fa_code_info(code)->name,
                  fa_code_info(told.code)->name, told.text);
}

/* --- whole streams --- */

START_TEST(whole_streams_read)
{
    static const uint32_t counts[] = {
        0, 1, SMALL, FA_BLOCK_ROWS_MAX - 3, FA_BLOCK_ROWS_MAX, 2 * FA_BLOCK_ROWS_MAX + 1};
    uint32_t count = counts[_i];
    struct fa_buf bytes = {0}, again = {0};
    struct told told;
    told_init(&told);
    struct fa_kept *kept = make_ledger(count, &told.sink);
    for (int compress = 0; compress <= 1; compress++) {
        ck_assert_int_eq(kept->base.ops->rewind(&kept->base), FA_OK);
        ck_assert_int_eq(stream_bytes(&kept->base, compress, &bytes), FA_OK);
        ck_assert_int_eq(read_stream(fa_buf_str(&bytes), false, &told.sink), FA_OK);
        /* Read and written, twice: the same bytes. */
        int fd = file_of(fa_buf_str(&bytes));
        struct fa_blocks *blocks;
        ck_assert_int_eq(fa_stream_open(fd, "s", NULL, &told.sink, &blocks), FA_OK);
        for (int pass = 0; pass < 2; pass++) {
            ck_assert_int_eq(stream_bytes(blocks, false, &again), FA_OK);
            ck_assert(fa_str_equal(fa_buf_str(&again), fa_buf_str(&bytes)));
            ck_assert(fa_totals_equal(blocks->totals, &kept->totals));
            ck_assert_int_eq(fa_blocks_rewind(blocks), FA_OK);
        }
        fa_blocks_free(blocks);
        close(fd);
    }
    ck_assert_uint_eq(told.count, 0);
    fa_kept_free(kept);
    fa_buf_release(&bytes);
    fa_buf_release(&again);
}
END_TEST

START_TEST(compression_saves)
{
    struct told told;
    told_init(&told);
    struct fa_buf plain = {0}, small = {0};
    struct fa_kept *kept = make_ledger(50000, &told.sink);
    ck_assert_int_eq(stream_bytes(&kept->base, false, &plain), FA_OK);
    ck_assert_int_eq(fa_blocks_rewind(&kept->base), FA_OK);
    ck_assert_int_eq(stream_bytes(&kept->base, true, &small), FA_OK);
    ck_assert_uint_lt(small.size, plain.size / 2);
    fa_kept_free(kept);
    fa_buf_release(&plain);
    fa_buf_release(&small);
}
END_TEST

START_TEST(one_byte_at_a_time)
{
    struct fa_buf bytes = {0};
    struct told told;
    told_init(&told);
    ck_assert_int_eq(read_stream(small_stream(SMALL, &bytes), true, &told.sink), FA_OK);
    ck_assert_uint_eq(told.count, 0);
    fa_buf_release(&bytes);
}
END_TEST

START_TEST(pipes_rewind_with_a_folder)
{
    struct fa_buf bytes = {0};
    struct fa_str whole = small_stream(SMALL, &bytes);
    struct told told;
    told_init(&told);
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], whole.bytes, whole.size), whole.size);
    close(ends[1]);
    struct fa_blocks *blocks;
    ck_assert_int_eq(fa_stream_open(ends[0], "s", "/tmp", &told.sink, &blocks), FA_OK);
    ck_assert(fa_blocks_can_rewind(blocks));
    struct fa_block block;
    bool is_end;
    ck_assert_int_eq(fa_blocks_next(blocks, &block, &is_end),
                     FA_OK); /* and again from the middle */
    for (int pass = 0; pass < 2; pass++) {
        struct fa_buf again = {0};
        ck_assert_int_eq(fa_blocks_rewind(blocks), FA_OK);
        ck_assert_int_eq(stream_bytes(blocks, false, &again), FA_OK);
        ck_assert(fa_str_equal(fa_buf_str(&again), whole));
        fa_buf_release(&again);
    }
    fa_blocks_free(blocks);
    close(ends[0]);
    fa_buf_release(&bytes);
}
END_TEST

/* --- damage --- */

START_TEST(cut_at_every_byte)
{
    struct fa_buf bytes = {0};
    struct fa_str whole = small_stream(SMALL, &bytes);
    for (size_t size = 0; size < whole.size; size++)
        expect((struct fa_str){whole.bytes, size}, FA_CODE_STREAM_CUT);
    fa_buf_release(&bytes);
}
END_TEST

START_TEST(every_bit_flipped)
{
    struct fa_buf bytes = {0};
    struct fa_str whole = small_stream(SMALL, &bytes);
    for (size_t bit = 0; bit < 8 * whole.size; bit++) {
        struct told told;
        told_init(&told);
        bytes.bytes[bit / 8] ^= (char)(1 << bit % 8);
        enum fa_status status = read_stream(whole, false, &told.sink);
        ck_assert_msg(status == FA_EINPUT && told.count == 1, "bit %zu: status %d", bit,
                      status);
        bytes.bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    fa_buf_release(&bytes);
}
END_TEST

START_TEST(bytes_behind)
{
    struct fa_buf bytes = {0};
    struct fa_str whole = small_stream(SMALL, &bytes);
    size_t size = whole.size;
    ck_assert_int_eq(fa_buf_add_char(&bytes, '\n'), FA_OK);
    expect(fa_buf_str(&bytes), FA_CODE_STREAM_TAIL);
    bytes.size = size;
    ck_assert_int_eq(fa_buf_reserve(&bytes, size), FA_OK);
    ck_assert_int_eq(fa_buf_add(&bytes, bytes.bytes, size), FA_OK);
    expect(fa_buf_str(&bytes), FA_CODE_STREAM_TAIL);
    fa_buf_release(&bytes);
}
END_TEST

START_TEST(other_input)
{
    expect(FA_STR("flow_id,time,payer_account\n"), FA_CODE_STREAM_MAGIC);
    expect(FA_STR("\x89"
                  "flowaudit\n\x1a\n and more of it"),
           FA_CODE_STREAM_MAGIC);
    uint8_t newer[FA_STREAM_START_BYTES] = FA_STREAM_MAGIC;
    newer[14] = 2;
    expect((struct fa_str){(char *)newer, sizeof newer}, FA_CODE_STREAM_VERSION);
}
END_TEST

/* --- streams that are made wrong, with every CRC and the SHA-256 right --- */

/* A stream taken apart: start and head, and its blocks. */
struct parts {
    struct fa_buf head;
    FA_VEC(struct fa_buf) blocks; /* without the trailer */
    struct fa_trailer trailer;
    struct fa_head parsed;
};

static void take_apart(struct fa_str bytes, struct parts *parts)
{
    *parts = (struct parts){.head = {0}};
    size_t at = FA_STREAM_START_BYTES + fa_load_u32(bytes.bytes + 16);
    ck_assert_int_eq(fa_buf_add(&parts->head, bytes.bytes, at), FA_OK);
    ck_assert_int_eq(fa_head_parse((struct fa_str){bytes.bytes + FA_STREAM_START_BYTES,
                                                   at - FA_STREAM_START_BYTES},
                                   NULL, &parts->parsed),
                     FA_OK);
    while (at < bytes.size) {
        struct fa_buf block = {0};
        size_t size = FA_BLOCK_HEADER_BYTES + (size_t)fa_load_u32(bytes.bytes + at + 12);
        ck_assert_int_eq(fa_buf_add(&block, bytes.bytes + at, size), FA_OK);
        ck_assert_int_eq(fa_vec_add(&parts->blocks, block), FA_OK);
        at += size;
    }
    struct fa_buf *last = &parts->blocks.items[--parts->blocks.count];
    fa_totals_init(&parts->trailer.totals);
    ck_assert_int_eq(fa_trailer_parse((struct fa_str){last->bytes + FA_BLOCK_HEADER_BYTES,
                                                      last->size - FA_BLOCK_HEADER_BYTES},
                                      &parts->parsed, &parts->trailer),
                     FA_OK);
    fa_buf_release(last);
}

/* A changed block gets new CRCs. */
static void seal(struct fa_buf *block)
{
    uint8_t *bytes = (uint8_t *)block->bytes;
    uint32_t payload = (uint32_t)(block->size - FA_BLOCK_HEADER_BYTES);
    fa_wire_store_u32(bytes + 12, payload);
    fa_wire_store_u32(bytes + 32, payload);
    fa_wire_store_u32(bytes + 40, fa_crc32c(0, bytes + FA_BLOCK_HEADER_BYTES, payload));
    fa_wire_store_u32(bytes + 44, fa_crc32c(0, bytes, 44));
}

/* KEEP_SHA: the trailer's own SHA-256 stays, else it is made anew. Releases PARTS. */
static struct fa_str put_together(struct parts *parts, bool keep_sha, struct fa_buf *bytes)
{
    struct fa_sha256 *sha = fa_sha256_new();
    struct fa_buf payload = {0};
    fa_buf_clear(bytes);
    ck_assert_int_eq(fa_buf_add_str(bytes, fa_buf_str(&parts->head)), FA_OK);
    fa_sha256_add(sha, parts->head.bytes, parts->head.size);
    for (size_t i = 0; i < parts->blocks.count; i++) {
        fa_sha256_add(sha, parts->blocks.items[i].bytes, FA_BLOCK_HEADER_BYTES);
        ck_assert_int_eq(fa_buf_add_str(bytes, fa_buf_str(&parts->blocks.items[i])), FA_OK);
        fa_buf_release(&parts->blocks.items[i]);
    }
    if (!keep_sha)
        fa_sha256_finish(sha, parts->trailer.sha256);
    ck_assert_int_eq(fa_trailer_format(&parts->trailer, &payload), FA_OK);
    ck_assert_int_eq(fa_block_encode_other(FA_BLOCK_END, fa_buf_str(&payload), bytes), FA_OK);
    fa_buf_release(&payload);
    fa_sha256_free(sha);
    fa_vec_free(&parts->blocks);
    fa_buf_release(&parts->head);
    fa_totals_release(&parts->trailer.totals);
    fa_head_release(&parts->parsed);
    return fa_buf_str(bytes);
}

enum { INSTITUTION_IDS, ACCOUNT_IDS, ACCOUNTS, FLOWS, STATEMENTS, BREAKS };

static void swap(struct parts *parts, size_t a, size_t b)
{
    struct fa_buf kept = parts->blocks.items[a];
    parts->blocks.items[a] = parts->blocks.items[b];
    parts->blocks.items[b] = kept;
}

/* Decodes a block, gives its columns to CHANGE, encodes it again. */
static void change_rows(struct parts *parts, size_t block_idx,
                        void (*change)(struct fa_batch *batch, struct fa_buf *scratch))
{
    struct fa_buf *bytes = &parts->blocks.items[block_idx];
    struct fa_block block = fa_block_at(bytes);
    struct fa_decoder *decoder = fa_decoder_new(&parts->parsed.dictionary.tables[block.table]);
    struct fa_batch batch;
    struct fa_buf changed = {0}, scratch = {0};
    fa_decoder_want_all(decoder);
    ck_assert_int_eq(fa_decoder_decode(decoder, &block, NULL, &batch), FA_OK);
    change(&batch, &scratch);
    ck_assert_int_eq(fa_block_encode(&batch, block.table, &changed), FA_OK);
    fa_buf_release(bytes);
    *bytes = changed;
    fa_decoder_free(decoder);
    fa_buf_release(&scratch);
}

/* The column's values, which may be changed. */
static int64_t *values_of(struct fa_batch *batch, const char *name, struct fa_buf *scratch)
{
    struct fa_column *column =
        &batch->columns[fa_table_find_column(batch->table, fa_str_from(name))];
    fa_buf_clear(scratch);
    ck_assert_int_eq(
        fa_buf_add(scratch, column->values, batch->row_count * sizeof *column->values), FA_OK);
    int64_t *values = (int64_t *)(void *)scratch->bytes;
    column->values = values;
    return values;
}

static void drop_row(struct fa_batch *batch, struct fa_buf *scratch)
{
    (void)scratch;
    batch->row_count--;
}

static void change_amount(struct fa_batch *batch, struct fa_buf *scratch)
{
    values_of(batch, "amount", scratch)[1] += 1;
}

static void change_direction(struct fa_batch *batch, struct fa_buf *scratch)
{
    values_of(batch, "direction", scratch)[1] ^= 1;
}

static void change_time(struct fa_batch *batch, struct fa_buf *scratch)
{
    values_of(batch, "time", scratch)[1] -= 1000000000;
}

static void change_payer(struct fa_batch *batch, struct fa_buf *scratch)
{
    values_of(batch, "payer", scratch)[1] = 5; /* there are names for 0 to 4 */
}

static void lose_required(struct fa_batch *batch, struct fa_buf *scratch)
{
    (void)scratch;
    batch->columns[fa_table_find_column(batch->table, FA_STR("kind"))].is_absent = true;
}

START_TEST(rows_changed)
{
    static const struct {
        size_t block;
        void (*change)(struct fa_batch *batch, struct fa_buf *scratch);
        enum fa_code code;
    } cases[] = {
        {BREAKS, drop_row, FA_CODE_STREAM_TOTALS},
        {FLOWS, drop_row, FA_CODE_STREAM_TOTALS},
        {FLOWS, change_amount, FA_CODE_STREAM_TOTALS},
        {STATEMENTS, change_direction, FA_CODE_STREAM_TOTALS},
        {FLOWS, change_time, FA_CODE_STREAM_ORDER},
        {FLOWS, change_payer, FA_CODE_STREAM_BLOCK},
        {FLOWS, lose_required, FA_CODE_STREAM_BLOCK},
    };
    for (int keep_sha = 0; keep_sha <= 1; keep_sha++) {
        struct fa_buf bytes = {0};
        struct parts parts;
        take_apart(small_stream(SMALL, &bytes), &parts);
        change_rows(&parts, cases[_i].block, cases[_i].change);
        bool is_seen_before = cases[_i].code != FA_CODE_STREAM_TOTALS;
        enum fa_code code =
            keep_sha && !is_seen_before ? FA_CODE_STREAM_DIGEST : cases[_i].code;
        expect(put_together(&parts, keep_sha, &bytes), code);
        fa_buf_release(&bytes);
    }
}
END_TEST

START_TEST(blocks_swapped)
{
    for (size_t i = INSTITUTION_IDS; i < BREAKS; i++) {
        struct fa_buf bytes = {0};
        struct parts parts;
        take_apart(small_stream(SMALL, &bytes), &parts);
        ck_assert_uint_eq(parts.blocks.count, BREAKS + 1);
        swap(&parts, i, i + 1);
        /* Accounts without names are met before names that come late. */
        expect(put_together(&parts, false, &bytes),
               i == ACCOUNT_IDS ? FA_CODE_STREAM_BLOCK : FA_CODE_STREAM_ORDER);
        fa_buf_release(&bytes);
    }
}
END_TEST

START_TEST(blocks_dropped_or_doubled)
{
    for (size_t i = ACCOUNTS; i <= BREAKS; i++) {
        struct fa_buf bytes = {0};
        struct parts parts;
        take_apart(small_stream(SMALL, &bytes), &parts);
        fa_buf_release(&parts.blocks.items[i]);
        for (size_t j = i; j < BREAKS; j++)
            parts.blocks.items[j] = parts.blocks.items[j + 1];
        parts.blocks.count--;
        expect(put_together(&parts, false, &bytes), FA_CODE_STREAM_TOTALS);

        take_apart(small_stream(SMALL, &bytes), &parts);
        struct fa_buf doubled = {0};
        ck_assert_int_eq(fa_buf_add_str(&doubled, fa_buf_str(&parts.blocks.items[i])), FA_OK);
        fa_wire_store_u64((uint8_t *)doubled.bytes + 16,
                          fa_block_at(&doubled).first_row + fa_block_at(&doubled).row_count);
        seal(&doubled);
        ck_assert_int_eq(fa_vec_add(&parts.blocks, doubled), FA_OK);
        for (size_t j = parts.blocks.count - 1; j > i + 1; j--)
            swap(&parts, j, j - 1);
        expect(put_together(&parts, false, &bytes), FA_CODE_STREAM_ORDER);
        fa_buf_release(&bytes);
    }
}
END_TEST

START_TEST(rows_numbered_wrong)
{
    struct fa_buf bytes = {0};
    struct parts parts;
    take_apart(small_stream(SMALL, &bytes), &parts);
    fa_wire_store_u64((uint8_t *)parts.blocks.items[FLOWS].bytes + 16, 1);
    seal(&parts.blocks.items[FLOWS]);
    expect(put_together(&parts, false, &bytes), FA_CODE_STREAM_ORDER);
    fa_buf_release(&bytes);
}
END_TEST

START_TEST(unknown_blocks)
{
    for (int is_critical = 0; is_critical <= 1; is_critical++) {
        struct fa_buf bytes = {0}, unknown = {0}, again = {0};
        struct parts parts;
        struct told told;
        told_init(&told);
        take_apart(small_stream(SMALL, &bytes), &parts);
        ck_assert_int_eq(fa_block_encode_other((enum fa_block_kind)77,
                                               FA_STR("from a later version"), &unknown),
                         FA_OK);
        unknown.bytes[2] = (char)is_critical;
        seal(&unknown);
        ck_assert_int_eq(fa_vec_add(&parts.blocks, unknown), FA_OK);
        for (size_t j = parts.blocks.count - 1; j > FLOWS; j--)
            swap(&parts, j, j - 1);
        struct fa_str made = put_together(&parts, false, &bytes);
        if (is_critical) {
            expect(made, FA_CODE_STREAM_KIND);
        } else { /* copied, byte for byte */
            int fd = file_of(made);
            struct fa_blocks *blocks;
            ck_assert_int_eq(fa_stream_open(fd, "s", NULL, &told.sink, &blocks), FA_OK);
            ck_assert_int_eq(stream_bytes(blocks, false, &again), FA_OK);
            ck_assert(fa_str_equal(fa_buf_str(&again), made));
            fa_blocks_free(blocks);
            close(fd);
        }
        fa_buf_release(&bytes);
        fa_buf_release(&again);
    }
}
END_TEST

/* --- makers that give up --- */

static enum fa_status fail_after_two(struct fa_blocks *blocks, struct fa_block *block,
                                     bool *is_end)
{
    struct fa_kept *kept = (struct fa_kept *)blocks;
    if (kept->next_block == 2)
        return fa_error(blocks->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL, "enough");
    *is_end = false;
    FA_TRY(fa_spool_get(kept->spool, kept->next_block, block));
    kept->next_block++;
    return FA_OK;
}

START_TEST(aborted_upstream)
{
    struct told told;
    struct fa_buf bytes = {0};
    told_init(&told);
    struct fa_kept *kept = make_ledger(SMALL, &told.sink);
    struct fa_blocks_ops ops = *kept->base.ops;
    ops.next = fail_after_two;
    kept->base.ops = &ops;
    ck_assert_int_eq(stream_bytes(&kept->base, false, &bytes), FA_ELIMIT);
    ck_assert_uint_eq(told.count, 1);
    told_init(&told);
    ck_assert_int_eq(read_stream(fa_buf_str(&bytes), false, &told.sink), FA_ELIMIT);
    ck_assert_uint_eq(told.count, 1);
    ck_assert_int_eq(told.code, FA_CODE_UPSTREAM);
    ck_assert_str_eq(told.text,
                     "the tool that made the stream gave up with status 6, code 'LIMIT'");
    fa_kept_free(kept);
    fa_buf_release(&bytes);
}
END_TEST

struct memory_output {
    struct fa_output base;
    struct fa_buf bytes;
    size_t room;
};

static enum fa_status write_memory(struct fa_output *output, const void *bytes, size_t size)
{
    struct memory_output *memory = (struct memory_output *)output;
    if (size > memory->room)
        return FA_EIO;
    memory->room -= size;
    return fa_buf_add(&memory->bytes, bytes, size);
}

START_TEST(aborted_before_a_head)
{
    struct told told;
    struct memory_output output = {.base = {write_memory}, .room = SIZE_MAX};
    told_init(&told);
    ck_assert_int_eq(fa_stream_write_aborted(FA_ERULES, "LANG-EXPECTED", &output.base), FA_OK);
    ck_assert_int_eq(read_stream(fa_buf_str(&output.bytes), false, &told.sink), FA_ERULES);
    ck_assert_uint_eq(told.count, 1);
    ck_assert_int_eq(told.code, FA_CODE_UPSTREAM);
    for (size_t size = 0; size < output.bytes.size; size++)
        expect((struct fa_str){output.bytes.bytes, size}, FA_CODE_STREAM_CUT);
    fa_buf_release(&output.bytes);
}
END_TEST

START_TEST(full_output)
{
    struct told told;
    told_init(&told);
    struct fa_buf bytes = {0};
    size_t whole = small_stream(SMALL, &bytes).size;
    struct fa_kept *kept = make_ledger(SMALL, &told.sink);
    for (size_t room = 0; room < whole; room += 97) {
        struct memory_output output = {.base = {write_memory}, .room = room};
        ck_assert_int_eq(fa_blocks_rewind(&kept->base), FA_OK);
        ck_assert_int_eq(fa_stream_write(&kept->base, false, &output.base), FA_EIO);
        ck_assert_uint_eq(told.count, 0); /* the output itself says why */
        fa_buf_release(&output.bytes);
    }
    fa_kept_free(kept);
    fa_buf_release(&bytes);
}
END_TEST

START_TEST(miscounting_stage)
{
    struct told told;
    told_init(&told);
    struct fa_buf bytes = {0};
    struct fa_kept *kept = make_ledger(SMALL, &told.sink);
    kept->totals.list.items[0].rows++;
    ck_assert_int_eq(stream_bytes(&kept->base, false, &bytes), FA_EDEFECT);
    ck_assert_int_eq(read_stream(fa_buf_str(&bytes), false, NULL), FA_EDEFECT);
    fa_kept_free(kept);
    fa_buf_release(&bytes);
}
END_TEST

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    Suite *suite = suite_create("stream");
    TCase *tests = tcase_create("stream");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, whole_streams_read, 0, 6);
    tcase_add_test(tests, compression_saves);
    tcase_add_test(tests, one_byte_at_a_time);
    tcase_add_test(tests, pipes_rewind_with_a_folder);
    tcase_add_test(tests, cut_at_every_byte);
    tcase_add_test(tests, every_bit_flipped);
    tcase_add_test(tests, bytes_behind);
    tcase_add_test(tests, other_input);
    tcase_add_loop_test(tests, rows_changed, 0, 7);
    tcase_add_test(tests, blocks_swapped);
    tcase_add_test(tests, blocks_dropped_or_doubled);
    tcase_add_test(tests, rows_numbered_wrong);
    tcase_add_test(tests, unknown_blocks);
    tcase_add_test(tests, aborted_upstream);
    tcase_add_test(tests, aborted_before_a_head);
    tcase_add_test(tests, full_output);
    tcase_add_test(tests, miscounting_stage);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
