#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "ledger/column.h"
#include "ledger/wire.h"
#include "ledgers.h"
#include "value/datetime.h"

/* ck_assert costs a message to the runner each time: too much for inner loops. */
static void check_ok(enum fa_status status)
{
    if (status != FA_OK)
        ck_abort_msg("status %d", status);
}

/* --- one column: encoded, decoded, the same --- */

/* How the values of a column are made. */
enum shape {
    CONSTANT, /* one value */
    SMALL,    /* within 200 */
    MIDDLE,   /* within 60,000 */
    LARGE,    /* within 2^32 */
    ANY,      /* any int64, the extremes among them */
    STEPS,    /* rising by the same step */
    RISING,   /* rising unevenly, far in all */
    SECONDS,  /* rising instants in whole seconds */
    SHAPE_COUNT
};

static int64_t make_value(enum shape shape, uint32_t row, int64_t before, uint64_t *random)
{
    uint64_t next = next_random(random);
    switch (shape) {
    case CONSTANT:
        return -77;
    case SMALL:
        return 1000 + (int64_t)(next % 200);
    case MIDDLE:
        return -30000 + (int64_t)(next % 60000);
    case LARGE:
        return (int64_t)(next >> 32);
    case STEPS:
        return (int64_t)row * 3 - 5;
    case RISING:
        return row == 0 ? INT64_MIN : before + (int64_t)(next >> 18) % (INT64_MAX / 65536);
    case SECONDS:
        return row == 0 ? INT64_C(1735689600123456) : before + (int64_t)(next % 90) * 1000000;
    default:
        return next % 5 == 0   ? INT64_MIN
               : next % 5 == 1 ? INT64_MAX
                               : (int64_t)next_random(random);
    }
}

/* The prefix says what was chosen: width, then unit. */
static void check_chosen(enum shape shape, uint32_t count, enum fa_column_encoding encoding,
                         const uint8_t *numbers)
{
    static const struct {
        enum fa_column_encoding encoding;
        uint32_t width, unit;
    } chosen[SHAPE_COUNT] = {
        [CONSTANT] = {FA_COLUMN_OFFSETS, 0, 1}, [SMALL] = {FA_COLUMN_OFFSETS, 1, 1},
        [MIDDLE] = {FA_COLUMN_OFFSETS, 2, 1},   [LARGE] = {FA_COLUMN_OFFSETS, 4, 1},
        [ANY] = {FA_COLUMN_OFFSETS, 8, 1},      [STEPS] = {FA_COLUMN_DELTAS, 0, 1},
        [RISING] = {FA_COLUMN_OFFSETS, 8, 1},   [SECONDS] = {FA_COLUMN_DELTAS, 1, 1000000},
    };
    if (count < 1000)
        return;
    ck_assert_int_eq(encoding, chosen[shape].encoding);
    ck_assert_uint_eq(fa_wire_u32(numbers), chosen[shape].width);
    ck_assert_uint_eq(fa_wire_u32(numbers + 4), chosen[shape].unit);
}

static void check_numbers(enum shape shape, uint32_t count, unsigned missing_in_8)
{
    struct fa_column_def def = {.type = shape == SECONDS ? FA_TYPE_TIME : FA_TYPE_MONEY,
                                .is_signed = true};
    int64_t *values = calloc(count, sizeof *values);
    uint8_t *missing = calloc(count, 1);
    uint64_t random = shape * 31 + count;
    int64_t before = 0;
    for (uint32_t row = 0; row < count; row++) {
        before = make_value(shape, row, before, &random);
        missing[row] = next_random(&random) % 8 < missing_in_8;
        values[row] = missing[row] ? 0 : before;
    }
    if (missing[count / 2]) { /* at least one has a value */
        missing[count / 2] = 0;
        values[count / 2] = before;
    }
    bool has_holes = memchr(missing, 1, count) != NULL;
    struct fa_column column = {.values = values, .missing = missing}, decoded;
    struct fa_buf bytes = {0};
    enum fa_column_encoding encoding;
    bool has_missing;
    const char *wrong;
    struct fa_column_memory memory = {0};
    ck_assert_int_eq(fa_column_encode(&def, &column, count, &bytes, &encoding, &has_missing),
                     FA_OK);
    ck_assert_int_eq(has_missing, has_holes);
    if (!has_holes && shape != RISING)
        check_chosen(shape, count, encoding, (const uint8_t *)bytes.bytes);
    ck_assert_int_eq(fa_column_decode(&def, encoding, has_missing, count,
                                      (const uint8_t *)bytes.bytes, bytes.size, &memory,
                                      &decoded, &wrong),
                     FA_OK);
    for (uint32_t row = 0; row < count; row++) {
        if (fa_is_missing(&decoded, row) != missing[row] || decoded.values[row] != values[row])
            ck_abort_msg("shape %d, row %u of %u differs", shape, row, count);
    }
    /* Every cut is seen, and so is a byte more. */
    size_t step = count < 100 ? 1 : bytes.size / 2 + 1;
    for (size_t size = 0; size <= bytes.size + 1; size += step)
        if (size != bytes.size) {
            ck_assert_int_eq(fa_buf_reserve(&bytes, 1), FA_OK);
            ck_assert_int_eq(fa_column_decode(&def, encoding, has_missing, count,
                                              (const uint8_t *)bytes.bytes, size, &memory,
                                              &decoded, &wrong),
                             FA_EINPUT);
        }
    fa_column_memory_release(&memory);
    fa_buf_release(&bytes);
    free(values);
    free(missing);
}

static const uint32_t row_counts[] = {
    1, 2, 3, 7, 8, 9, 1023, 1024, 1025, 5000, FA_BLOCK_ROWS_MAX};
enum { ROW_COUNTS = sizeof row_counts / sizeof *row_counts };

START_TEST(numbers_come_back)
{
    for (int i = 0; i < ROW_COUNTS; i++)
        for (unsigned missing_in_8 = 0; missing_in_8 <= 8; missing_in_8 += 4)
            check_numbers((enum shape)_i, row_counts[i], missing_in_8);
}
END_TEST

enum text_shape {
    ONE_TEXT,
    FEW_TEXTS,
    SAME_SIZE,
    SHORT_TEXTS,
    MIDDLE_TEXTS,
    LONG_TEXT,
    EMPTY_TEXTS,
    COUNTED,      /* F0000001 */
    LONG_NUMBERS, /* 24 digits, the first six the same */
    ONE_LETTER,   /* numbers, but for a letter in one row */
    TEXT_SHAPES
};

static size_t make_text(enum text_shape shape, uint32_t row, uint64_t *random, char *text)
{
    static const char *const few[] = {"", "a", "借款", "a much longer text than the others"};
    uint64_t next = next_random(random);
    if (shape == COUNTED)
        return (size_t)snprintf(text, 64, "借款F%07u", row);
    if (shape == LONG_NUMBERS)
        return (size_t)snprintf(text, 64, "202501%018llu",
                                (unsigned long long)(next % 1000000000000000000));
    if (shape == ONE_LETTER)
        return (size_t)snprintf(text, 64, row == 700 ? "F%06ux" : "F%07u", row);
    size_t size = shape == SAME_SIZE      ? 12
                  : shape == SHORT_TEXTS  ? next % 200
                  : shape == MIDDLE_TEXTS ? row % 100 ? 3 : 300
                  : shape == LONG_TEXT    ? row == 0 ? 70000 : 3
                                          : 0;
    const char *fixed = shape == ONE_TEXT ? "CNY" : shape == FEW_TEXTS ? few[next % 4] : "";
    if (size == 0 && shape != SHORT_TEXTS) {
        memcpy(text, fixed, strlen(fixed));
        return strlen(fixed);
    }
    for (size_t i = 0; i < size; i++)
        text[i] = (char)('a' + next_random(random) % 26);
    return size;
}

static void check_texts(enum text_shape shape, uint32_t count, unsigned missing_in_8)
{
    struct fa_column_def def = {.type = FA_TYPE_TEXT};
    uint32_t *starts = calloc(count, sizeof *starts), *sizes = calloc(count, sizeof *sizes);
    uint8_t *missing = calloc(count, 1);
    struct fa_buf texts = {0}, bytes = {0};
    uint64_t random = shape * 131 + count;
    for (uint32_t row = 0; row < count; row++) {
        check_ok(fa_buf_reserve(&texts, 70000));
        starts[row] = (uint32_t)texts.size;
        missing[row] = row != count / 2 && next_random(&random) % 8 < missing_in_8;
        sizes[row] = missing[row]
                         ? 0
                         : (uint32_t)make_text(shape, row, &random, texts.bytes + texts.size);
        texts.size += sizes[row];
        texts.size += row % 4 == 1; /* texts need not lie side by side */
    }
    struct fa_column column = {
        .missing = missing, .bytes = texts.bytes, .starts = starts, .sizes = sizes};
    struct fa_column decoded;
    struct fa_column_memory memory = {0};
    enum fa_column_encoding encoding;
    bool has_missing;
    const char *wrong;
    ck_assert_int_eq(fa_column_encode(&def, &column, count, &bytes, &encoding, &has_missing),
                     FA_OK);
    bool are_few = shape == ONE_TEXT || shape == FEW_TEXTS || shape == EMPTY_TEXTS;
    bool are_numbers = shape == COUNTED || shape == LONG_NUMBERS;
    if (count >= 1000 && missing_in_8 == 0)
        ck_assert_int_eq(encoding, are_few       ? FA_COLUMN_DICTIONARY
                                   : are_numbers ? FA_COLUMN_NUMBERED
                                                 : FA_COLUMN_TEXTS);
    ck_assert_int_eq(fa_column_decode(&def, encoding, has_missing, count,
                                      (const uint8_t *)bytes.bytes, bytes.size, &memory,
                                      &decoded, &wrong),
                     FA_OK);
    for (uint32_t row = 0; row < count; row++) {
        bool is_equal =
            fa_str_equal(fa_column_text(&decoded, row), fa_column_text(&column, row));
        if (fa_is_missing(&decoded, row) != missing[row] || !is_equal)
            ck_abort_msg("shape %d, row %u of %u differs", shape, row, count);
    }
    for (size_t size = 0; size < bytes.size; size += count < 100 ? 1 : bytes.size / 2 + 1)
        ck_assert_int_eq(fa_column_decode(&def, encoding, has_missing, count,
                                          (const uint8_t *)bytes.bytes, size, &memory, &decoded,
                                          &wrong),
                         FA_EINPUT);
    fa_column_memory_release(&memory);
    fa_buf_release(&texts);
    fa_buf_release(&bytes);
    free(starts);
    free(sizes);
    free(missing);
}

START_TEST(texts_come_back)
{
    for (int i = 0; i < ROW_COUNTS; i++)
        for (unsigned missing_in_8 = 0; missing_in_8 <= 8; missing_in_8 += 4)
            check_texts((enum text_shape)_i, row_counts[i], missing_in_8);
}
END_TEST

/* 1,024 texts fit a dictionary, one more does not; both read back. */
START_TEST(dictionary_border)
{
    enum { ROWS = 20000 };
    for (uint32_t distinct = 1023; distinct <= 1025; distinct++) {
        uint32_t starts[ROWS], sizes[ROWS];
        struct fa_buf texts = {0}, bytes = {0};
        for (uint32_t row = 0; row < ROWS; row++) {
            starts[row] = (uint32_t)texts.size;
            check_ok(fa_buf_addf(&texts, "%u-name", row % distinct));
            sizes[row] = (uint32_t)texts.size - starts[row];
        }
        struct fa_column column = {.bytes = texts.bytes, .starts = starts, .sizes = sizes},
                         decoded;
        struct fa_column_def def = {.type = FA_TYPE_KEY};
        struct fa_column_memory memory = {0};
        enum fa_column_encoding encoding;
        bool has_missing;
        const char *wrong;
        ck_assert_int_eq(fa_column_encode(&def, &column, ROWS, &bytes, &encoding, &has_missing),
                         FA_OK);
        ck_assert_int_eq(encoding,
                         distinct <= 1024 ? FA_COLUMN_DICTIONARY : FA_COLUMN_TEXTS);
        ck_assert_int_eq(fa_column_decode(&def, encoding, false, ROWS,
                                          (const uint8_t *)bytes.bytes, bytes.size, &memory,
                                          &decoded, &wrong),
                         FA_OK);
        for (uint32_t row = 0; row < ROWS; row++)
            if (!fa_str_equal(fa_column_text(&decoded, row), fa_column_text(&column, row)))
                ck_abort_msg("row %u differs", row);
        fa_column_memory_release(&memory);
        fa_buf_release(&texts);
        fa_buf_release(&bytes);
    }
}
END_TEST

/* Every digit place, with every byte that is no digit. */
START_TEST(digits_and_others)
{
    struct fa_column_def def = {.type = FA_TYPE_KEY};
    for (size_t digit_count = 3; digit_count <= 18; digit_count++)
        for (size_t place = 0; place < digit_count; place++)
            for (int c = 1; c < 128; c++) {
                uint32_t starts[8], sizes[8];
                char text[8 * 20];
                for (uint32_t row = 0; row < 8; row++) {
                    starts[row] = row * 20;
                    sizes[row] = (uint32_t)digit_count + 1;
                    snprintf(text + starts[row], 20, "K%0*d", (int)digit_count, (int)row);
                }
                text[starts[5] + 1 + place] = (char)c;
                struct fa_column column = {.bytes = text, .starts = starts, .sizes = sizes};
                struct fa_column decoded;
                struct fa_buf bytes = {0};
                struct fa_column_memory memory = {0};
                enum fa_column_encoding encoding;
                bool has_missing;
                const char *wrong;
                check_ok(fa_column_encode(&def, &column, 8, &bytes, &encoding, &has_missing));
                bool is_digit = c >= '0' && c <= '9';
                if ((encoding == FA_COLUMN_NUMBERED) != is_digit)
                    ck_abort_msg("byte %d in place %zu of %zu", c, place, digit_count);
                check_ok(fa_column_decode(&def, encoding, false, 8,
                                          (const uint8_t *)bytes.bytes, bytes.size, &memory,
                                          &decoded, &wrong));
                for (uint32_t row = 0; row < 8; row++)
                    if (!fa_str_equal(fa_column_text(&decoded, row),
                                      fa_column_text(&column, row)))
                        ck_abort_msg("byte %d in place %zu of %zu", c, place, digit_count);
                fa_column_memory_release(&memory);
                fa_buf_release(&bytes);
            }
}
END_TEST

/* --- values that a type cannot have --- */

START_TEST(values_out_of_bounds)
{
    struct fa_str two[] = {FA_STR("a"), FA_STR("b")};
    const struct {
        struct fa_column_def def;
        int64_t good, bad;
    } cases[] = {
        {{.type = FA_TYPE_ENUM, .values = two, .value_count = 2}, 1, 2},
        {{.type = FA_TYPE_ENUM, .values = two, .value_count = 2}, 0, -1},
        {{.type = FA_TYPE_BOOL}, 1, 2},
        {{.type = FA_TYPE_ID}, 0, -1},
        {{.type = FA_TYPE_ID}, INT64_C(0xFFFFFFFE), INT64_C(0xFFFFFFFF)},
        {{.type = FA_TYPE_MONEY}, INT64_MAX, -1},
        {{.type = FA_TYPE_DATE}, FA_DAY_FIRST, FA_DAY_FIRST - 1},
        {{.type = FA_TYPE_DATE}, FA_DAY_LAST, FA_DAY_LAST + 1},
        {{.type = FA_TYPE_TIME}, 0, INT64_MAX},
        {{.type = FA_TYPE_TIME}, 0, INT64_MIN},
        {{.type = FA_TYPE_CURRENCY}, 'C' << 16 | 'N' << 8 | 'Y', 'C' << 16 | 'n' << 8 | 'Y'},
        {{.type = FA_TYPE_CURRENCY}, 'Z' << 16 | 'A' << 8 | 'R', 'Z' << 16 | 'Z' << 8 | 'Z'},
        {{.type = FA_TYPE_CURRENCY}, 'A' << 16 | 'E' << 8 | 'D', 0},
    };
    const struct fa_column_def free_def = {.type = FA_TYPE_INT};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int is_bad = 0; is_bad <= 1; is_bad++) {
            int64_t values[] = {cases[i].good, is_bad ? cases[i].bad : cases[i].good};
            struct fa_column column = {.values = values}, decoded;
            struct fa_column_memory memory = {0};
            struct fa_buf bytes = {0};
            enum fa_column_encoding encoding;
            bool has_missing;
            const char *wrong;
            /* Written as another type, then read as this one. */
            ck_assert_int_eq(
                fa_column_encode(&free_def, &column, 2, &bytes, &encoding, &has_missing),
                FA_OK);
            enum fa_status status = fa_column_decode(&cases[i].def, encoding, false, 2,
                                                     (const uint8_t *)bytes.bytes, bytes.size,
                                                     &memory, &decoded, &wrong);
            ck_assert_msg(status == (is_bad ? FA_EINPUT : FA_OK), "case %zu", i);
            fa_buf_clear(&bytes);
            status =
                fa_column_encode(&cases[i].def, &column, 2, &bytes, &encoding, &has_missing);
            ck_assert_msg(status == (is_bad ? FA_EDEFECT : FA_OK), "case %zu", i);
            fa_column_memory_release(&memory);
            fa_buf_release(&bytes);
        }
}
END_TEST

START_TEST(texts_that_are_not_utf8)
{
    static const struct {
        const char *bytes;
        uint32_t sizes[2];
        enum fa_status status;
    } cases[] = {
        {"ab\xE5\x80\x9F", {2, 3}, FA_OK},
        {"ab\xE5\x80\x9F", {3, 2}, FA_EINPUT}, /* a character is cut in two */
        {"ab\xE5\x80", {2, 2}, FA_EINPUT},
        {"a\xFF", {1, 1}, FA_EINPUT},
        {"\xC0\x80x", {2, 1}, FA_EINPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t starts[] = {0, cases[i].sizes[0]};
        struct fa_column column = {
            .bytes = cases[i].bytes, .starts = starts, .sizes = cases[i].sizes};
        struct fa_column decoded;
        struct fa_column_def def = {.type = FA_TYPE_TEXT};
        struct fa_column_memory memory = {0};
        struct fa_buf bytes = {0};
        enum fa_column_encoding encoding;
        bool has_missing;
        const char *wrong;
        ck_assert_int_eq(fa_column_encode(&def, &column, 2, &bytes, &encoding, &has_missing),
                         FA_OK);
        enum fa_status status =
            fa_column_decode(&def, encoding, false, 2, (const uint8_t *)bytes.bytes, bytes.size,
                             &memory, &decoded, &wrong);
        ck_assert_msg(status == cases[i].status, "case %zu", i);
        fa_column_memory_release(&memory);
        fa_buf_release(&bytes);
    }
}
END_TEST

/* Any bytes at all: refused or decoded, never a crash (under sanitizers a bad access is one).
 */
START_TEST(any_bytes)
{
    uint64_t random = 7;
    struct fa_str two[] = {FA_STR("a"), FA_STR("b")};
    for (int round = 0; round < 50000; round++) {
        uint8_t bytes[80];
        size_t size = next_random(&random) % sizeof bytes;
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = next_random(&random) % 3 ? (uint8_t)(next_random(&random) % 5)
                                                : (uint8_t)next_random(&random);
        struct fa_column_def def = {.type =
                                        (enum fa_type)(next_random(&random) % FA_TYPE_COUNT),
                                    .values = two,
                                    .value_count = 2};
        struct fa_column decoded;
        struct fa_column_memory memory = {0};
        const char *wrong;
        uint32_t rows = 1 + (uint32_t)(next_random(&random) % 20);
        enum fa_status status = fa_column_decode(
            &def, (enum fa_column_encoding)(next_random(&random) % 7), next_random(&random) % 2, rows,
            bytes, size, &memory, &decoded, &wrong);
        if ((status != FA_OK && status != FA_EINPUT) || (status == FA_OK) != (wrong == NULL))
            ck_abort_msg("round %d: status %d", round, status);
        for (uint32_t row = 0; status == FA_OK && fa_type_is_bytes(def.type) && row < rows;
             row++)
            if ((size_t)decoded.starts[row] + decoded.sizes[row] > memory.bytes.size)
                ck_abort_msg("round %d: a text behind the bytes", round);
        fa_column_memory_release(&memory);
    }
}
END_TEST

/* --- blocks --- */

START_TEST(columns_not_wanted_are_absent)
{
    struct told told;
    told_init(&told);
    struct fa_kept *kept = make_ledger(10, &told.sink);
    const struct fa_table_def *flow =
        fa_dictionary_find(&kept->head.dictionary, FA_STR("flow"));
    struct fa_decoder *decoder = fa_decoder_new(flow);
    fa_decoder_want(decoder, 4);
    for (uint64_t i = 0; i < fa_spool_count(kept->spool); i++) {
        struct fa_block block;
        struct fa_batch batch;
        ck_assert_int_eq(fa_spool_get(kept->spool, i, &block), FA_OK);
        if (block.kind != FA_BLOCK_TABLE || block.table != flow->index)
            continue;
        ck_assert_int_eq(fa_decoder_decode(decoder, &block, &told.sink, &batch), FA_OK);
        ck_assert_uint_eq(batch.row_count, 10);
        for (int column = 0; column < flow->column_count; column++)
            ck_assert_int_eq(batch.columns[column].is_absent, column != 4);
    }
    fa_decoder_free(decoder);
    fa_kept_free(kept);
}
END_TEST

START_TEST(spool_in_memory_and_file)
{
    struct told told;
    told_init(&told);
    struct fa_kept *kept = make_ledger(100, &told.sink);
    for (uint64_t memory_max = 0; memory_max < 20000; memory_max += 1777) {
        struct fa_spool *spool = fa_spool_new(memory_max, "/tmp", &told.sink);
        struct fa_block block, again;
        for (int pass = 0; pass < 2; pass++)
            for (uint64_t i = 0; i < fa_spool_count(kept->spool); i++) {
                ck_assert_int_eq(fa_spool_get(kept->spool, i, &block), FA_OK);
                if (pass == 0)
                    ck_assert_int_eq(fa_spool_add(spool, &block), FA_OK);
                else
                    ck_assert_int_eq(fa_spool_get(spool, i, &again), FA_OK);
                if (pass == 1)
                    ck_assert_mem_eq(again.bytes, block.bytes, block.size_bytes);
            }
        ck_assert_uint_le(fa_spool_memory(spool), memory_max);
        fa_spool_free(spool);
    }
    struct fa_spool *none = fa_spool_new(10, NULL, &told.sink);
    struct fa_block block;
    ck_assert_int_eq(fa_spool_get(kept->spool, 0, &block), FA_OK);
    ck_assert_int_eq(fa_spool_add(none, &block), FA_ELIMIT);
    ck_assert_int_eq(told.code, FA_CODE_LIMIT);
    fa_spool_free(none);
    fa_kept_free(kept);
}
END_TEST

/* Rows added one by one, as ranges, or picked: the same blocks. */
START_TEST(builder_ways_agree)
{
    struct told told;
    told_init(&told);
    struct fa_kept *kept = make_ledger(FA_BLOCK_ROWS_MAX + 1000, &told.sink);
    const struct fa_table_def *flow =
        fa_dictionary_find(&kept->head.dictionary, FA_STR("flow"));
    struct fa_decoder *decoder = fa_decoder_new(flow);
    fa_decoder_want_all(decoder);
    struct fa_totals totals[2];
    struct fa_spool *spools[2];
    struct fa_builder *builders[2];
    uint32_t *picked = malloc(FA_BLOCK_ROWS_MAX * sizeof *picked);
    for (uint32_t i = 0; i < FA_BLOCK_ROWS_MAX; i++)
        picked[i] = i;
    for (int way = 0; way < 2; way++) {
        fa_totals_init(&totals[way]);
        spools[way] = fa_spool_new(UINT64_C(1) << 30, NULL, &told.sink);
        builders[way] =
            fa_builder_new(flow, flow->index, spools[way], &totals[way], &told.sink);
    }
    uint64_t first = UINT64_MAX;
    for (uint64_t i = 0; i < fa_spool_count(kept->spool); i++) {
        struct fa_block block;
        struct fa_batch batch;
        ck_assert_int_eq(fa_spool_get(kept->spool, i, &block), FA_OK);
        if (block.kind != FA_BLOCK_TABLE || block.table != flow->index)
            continue;
        first = first == UINT64_MAX ? i : first;
        ck_assert_int_eq(fa_decoder_decode(decoder, &block, &told.sink, &batch), FA_OK);
        for (uint32_t from = 0; from < batch.row_count; from += 777) {
            uint32_t count = batch.row_count - from < 777 ? batch.row_count - from : 777;
            ck_assert_int_eq(fa_builder_add_rows(builders[0], &batch, from, count), FA_OK);
            ck_assert_int_eq(fa_builder_add_picked(builders[1], &batch, picked + from, count),
                             FA_OK);
        }
    }
    for (int way = 0; way < 2; way++) {
        ck_assert_int_eq(fa_builder_finish(builders[way]), FA_OK);
        ck_assert_uint_eq(fa_builder_row_count(builders[way]), FA_BLOCK_ROWS_MAX + 1000);
        ck_assert_uint_eq(fa_spool_count(spools[way]), 2);
        uint64_t at = 0;
        for (uint64_t i = first; i < fa_spool_count(kept->spool); i++) {
            struct fa_block block, again;
            ck_assert_int_eq(fa_spool_get(kept->spool, i, &block), FA_OK);
            if (block.kind != FA_BLOCK_TABLE || block.table != flow->index)
                continue;
            ck_assert_int_eq(fa_spool_get(spools[way], at++, &again), FA_OK);
            ck_assert_uint_eq(again.size_bytes, block.size_bytes);
            ck_assert_mem_eq(again.bytes, block.bytes, block.size_bytes);
        }
        for (size_t i = 0; i < totals[way].list.count; i++) {
            const struct fa_total *total = &totals[way].list.items[i];
            const struct fa_total *expected = fa_totals_find(&kept->totals, total);
            ck_assert_ptr_nonnull(expected);
            ck_assert(total->rows == expected->rows && total->sum == expected->sum);
        }
        fa_builder_free(builders[way]);
        fa_spool_free(spools[way]);
        fa_totals_release(&totals[way]);
    }
    free(picked);
    fa_decoder_free(decoder);
    fa_kept_free(kept);
}
END_TEST

START_TEST(id_names)
{
    enum { COUNT = 3000 };
    static struct fa_str names[COUNT];
    static uint32_t filers[COUNT];
    struct fa_arena arena;
    fa_arena_init(&arena);
    for (uint32_t i = 0; i < COUNT; i++) {
        struct fa_buf text = {0};
        ck_assert_int_eq(fa_buf_addf(&text, "账户-%u", i * 7), FA_OK);
        names[i] = fa_arena_str(&arena, fa_buf_str(&text));
        filers[i] = i % 3;
        fa_buf_release(&text);
    }
    struct fa_buf bytes = {0}, packed = {0};
    ck_assert_int_eq(fa_block_encode_ids(4, 70, COUNT, names, filers, &bytes), FA_OK);
    struct fa_block block = fa_block_at(&bytes);
    ck_assert_int_eq(fa_block_compress(&block, &packed), FA_OK);
    for (int is_packed = 0; is_packed <= 1; is_packed++) {
        struct fa_str *names_again;
        uint32_t *filers_again;
        block = fa_block_at(is_packed ? &packed : &bytes);
        ck_assert(block.kind == FA_BLOCK_IDS && block.table == 4 && block.first_row == 70);
        ck_assert_int_eq(block.is_compressed, is_packed);
        ck_assert_int_eq(fa_block_decode_ids(&block, &arena, NULL, &names_again, &filers_again),
                         FA_OK);
        for (uint32_t i = 0; i < COUNT; i++) {
            ck_assert(fa_str_equal(names[i], names_again[i]));
            ck_assert_uint_eq(filers[i], filers_again[i]);
        }
    }
    fa_buf_release(&bytes);
    fa_buf_release(&packed);
    fa_arena_release(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("block");
    TCase *tests = tcase_create("block");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, numbers_come_back, 0, SHAPE_COUNT);
    tcase_add_loop_test(tests, texts_come_back, 0, TEXT_SHAPES);
    tcase_add_test(tests, digits_and_others);
    tcase_add_test(tests, dictionary_border);
    tcase_add_test(tests, values_out_of_bounds);
    tcase_add_test(tests, texts_that_are_not_utf8);
    tcase_add_test(tests, any_bytes);
    tcase_add_test(tests, columns_not_wanted_are_absent);
    tcase_add_test(tests, spool_in_memory_and_file);
    tcase_add_test(tests, builder_ways_agree);
    tcase_add_test(tests, id_names);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
