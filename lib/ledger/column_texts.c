#include "ledger/column_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

enum {
    PREFIX_BYTES = 8,
    DISTINCT_MAX = 1024,
    SLOT_COUNT = 4096, /* of the hash table over distinct texts, at most a quarter full */
    PROBES_MAX = 16,   /* texts made to collide give up the dictionary, not the time */
    NUMBERED_PREFIX_BYTES = 12,
    NUMBERED_STEP = 16,
    NUMBERED_BYTES_MAX = 64, /* of a numbered text: longer ones are no numbers of anything */
    DIGITS_MIN = 3,          /* fewer are not worth it */
    DIGITS_MAX = 18,         /* more may not fit 63 bits */
};

static const struct fa_column_def numbers_def = {.type = FA_TYPE_INT};

static inline uint32_t size_of_row(const struct fa_column *column, uint32_t row)
{
    return column->missing && column->missing[row] ? 0 : column->sizes[row];
}

static bool is_ascii(struct fa_str text)
{
    enum { WORDS = 4 };
    uint64_t any = 0, words[WORDS];
    for (; text.size >= sizeof words; text.bytes += sizeof words, text.size -= sizeof words) {
        memcpy(words, text.bytes, sizeof words);
        any |= words[0] | words[1] | words[2] | words[3];
    }
    for (size_t i = 0; i < text.size; i++)
        any |= (uint8_t)text.bytes[i];
    return !(any & UINT64_C(0x8080808080808080));
}

/* Copies the rest of WIRE as the bytes of COUNT texts whose sizes are in SIZES; fills STARTS.
 */
static enum fa_status take_texts(struct fa_wire *wire, uint32_t count, const uint32_t *sizes,
                                 uint32_t *starts, struct fa_buf *bytes, const char **wrong)
{
    uint64_t total = 0;
    uint32_t longest = 0;
    for (uint32_t i = 0; i < count; i++) {
        starts[i] = (uint32_t)total;
        longest = sizes[i] > longest ? sizes[i] : longest;
        total += sizes[i];
    }
    if (longest > FA_TEXT_BYTES_MAX || total != wire->left)
        return fa_wrong(wrong, "text sizes that do not add up to its bytes");
    struct fa_str rest = {(const char *)wire->at, wire->left};
    if (!is_ascii(rest)) {
        bool is_cut_character = false; /* valid as a whole, but a text begins inside a character */
        for (uint32_t i = 0; i < count; i++)
            is_cut_character |= sizes[i] > 0 && ((uint8_t)rest.bytes[starts[i]] & 0xC0) == 0x80;
        if (is_cut_character || fa_utf8_valid_size(rest) != rest.size)
            return fa_wrong(wrong, "text that is not UTF-8");
    }
    fa_buf_clear(bytes);
    return fa_buf_add_str(bytes, rest);
}

/* --- dictionaries --- */

/* Distinct texts in the order in which they come, found again by hash. */
struct distinct {
    uint32_t count;
    uint32_t limit;
    struct fa_str texts[DISTINCT_MAX];
    uint16_t slots[SLOT_COUNT]; /* index + 1 */
};

/* Decides only where a text is looked for; the same everywhere, because giving up is seen in
 * the bytes. */
static uint32_t slot_hash(struct fa_str text)
{
    uint64_t hash = text.size * UINT64_C(0x9E3779B97F4A7C15);
    const uint8_t *at = (const uint8_t *)text.bytes;
    size_t left = text.size;
    for (; left >= 8; left -= 8, at += 8) {
        hash = (hash ^ fa_wire_u64(at)) * UINT64_C(0xD1B54A32D192ED03);
        hash ^= hash >> 32;
    }
    uint64_t tail = 0;
    for (size_t i = 0; i < left; i++)
        tail |= (uint64_t)at[i] << (8 * i);
    hash = (hash ^ tail) * UINT64_C(0xD1B54A32D192ED03);
    return (uint32_t)(hash >> 40);
}

/* Index of the text; -1 when there are too many. */
static int distinct_find(struct distinct *distinct, struct fa_str text)
{
    uint32_t slot = slot_hash(text) % SLOT_COUNT;
    for (int probe = 0; probe < PROBES_MAX; probe++, slot = (slot + 1) % SLOT_COUNT) {
        if (distinct->slots[slot] == 0) {
            if (distinct->count == distinct->limit)
                return -1;
            distinct->texts[distinct->count] = text;
            distinct->slots[slot] = (uint16_t)++distinct->count;
            return (int)distinct->count - 1;
        }
        int index = distinct->slots[slot] - 1;
        if (fa_str_equal(distinct->texts[index], text))
            return index;
    }
    return -1;
}

/* Writes 16-bit indices to OUT. False when texts are too many for a dictionary to be worth it.
 */
static bool index_texts(const struct fa_column *column, uint32_t row_count,
                        struct distinct *distinct, uint8_t *out)
{
    uint32_t before = UINT32_MAX;
    int index = 0;
    for (uint32_t row = 0; row < row_count; row++) {
        if (column->missing && column->missing[row]) {
            fa_wire_store_u16(out + 2 * (size_t)row, 0);
            continue;
        }
        bool is_as_before = before != UINT32_MAX &&
                            column->starts[row] == column->starts[before] &&
                            column->sizes[row] == column->sizes[before];
        if (!is_as_before)
            index = distinct_find(distinct, fa_column_text(column, row));
        if (index < 0)
            return false;
        fa_wire_store_u16(out + 2 * (size_t)row, (uint16_t)index);
        before = row;
    }
    return true;
}

static enum fa_status encode_dictionary(const struct fa_column *column, uint32_t row_count,
                                        struct fa_buf *bytes, bool *is_done)
{
    struct distinct distinct = {.limit = row_count < 4 ? 1 : row_count / 4};
    if (distinct.limit > DISTINCT_MAX)
        distinct.limit = DISTINCT_MAX;
    FA_TRY(fa_buf_reserve(bytes, PREFIX_BYTES + 2 * (size_t)row_count));
    uint8_t *out = (uint8_t *)bytes->bytes + bytes->size;
    uint8_t *indices = out + PREFIX_BYTES;
    *is_done = index_texts(column, row_count, &distinct, indices);
    if (!*is_done)
        return FA_OK;
    unsigned width = fa_width_of(distinct.count - 1);
    if (width == 1)
        for (uint32_t row = 0; row < row_count; row++)
            indices[row] = indices[2 * (size_t)row];
    fa_wire_store_u32(out, width);
    fa_wire_store_u32(out + 4, distinct.count);
    bytes->size += PREFIX_BYTES + (size_t)width * row_count;
    for (uint32_t i = 0; i < distinct.count; i++)
        FA_TRY(fa_buf_add_u32(bytes, (uint32_t)distinct.texts[i].size));
    for (uint32_t i = 0; i < distinct.count; i++)
        FA_TRY(fa_buf_add_str(bytes, distinct.texts[i]));
    return FA_OK;
}

static enum fa_status decode_dictionary(uint32_t row_count, struct fa_wire *wire,
                                        const uint8_t *missing, struct fa_column_memory *memory,
                                        const char **wrong)
{
    const uint8_t *prefix = fa_wire_take(wire, PREFIX_BYTES);
    if (!prefix)
        return fa_wrong(wrong, "a cut description of a dictionary");
    uint32_t width = fa_wire_u32(prefix), count = fa_wire_u32(prefix + 4);
    if (width > 2 || count == 0 || count > DISTINCT_MAX)
        return fa_wrong(wrong, "an impossible description of a dictionary");
    const uint8_t *indices = fa_wire_take(wire, (size_t)row_count * width);
    const uint8_t *wire_sizes = indices ? fa_wire_take(wire, (size_t)count * 4) : NULL;
    if (!wire_sizes)
        return fa_wrong(wrong, "a cut dictionary");
    uint32_t starts[DISTINCT_MAX], sizes[DISTINCT_MAX];
    for (uint32_t i = 0; i < count; i++)
        sizes[i] = fa_wire_u32(wire_sizes + 4 * (size_t)i);
    FA_TRY(take_texts(wire, count, sizes, starts, &memory->bytes, wrong));
    for (uint32_t row = 0; row < row_count; row++) {
        uint32_t index = width == 0   ? 0
                         : width == 1 ? indices[row]
                                      : fa_wire_u16(indices + 2 * (size_t)row);
        if (index >= count)
            return fa_wrong(wrong, "an index behind the end of its dictionary");
        memory->starts[row] = starts[index];
        memory->sizes[row] = sizes[index];
    }
    if (missing)
        for (uint32_t row = 0; row < row_count; row++)
            memory->sizes[row] = missing[row] ? 0 : memory->sizes[row];
    return FA_OK;
}

/* --- texts as they are --- */

static void write_sizes(const struct fa_column *column, uint32_t row_count, unsigned width,
                        uint8_t *out)
{
    switch (width) {
    case 1:
        for (uint32_t row = 0; row < row_count; row++)
            out[row] = (uint8_t)size_of_row(column, row);
        break;
    case 2:
        for (uint32_t row = 0; row < row_count; row++)
            fa_wire_store_u16(out + 2 * (size_t)row, (uint16_t)size_of_row(column, row));
        break;
    case 4:
        for (uint32_t row = 0; row < row_count; row++)
            fa_wire_store_u32(out + 4 * (size_t)row, size_of_row(column, row));
        break;
    default:
        break;
    }
}

static enum fa_status encode_texts(const struct fa_column *column, uint32_t row_count,
                                   struct fa_buf *bytes)
{
    size_t total = 0;
    uint32_t least = UINT32_MAX, greatest = 0;
    bool is_joined = true; /* each text begins where the one before ends */
    uint32_t first = 0; /* row that has a text: nobody says where a missing one begins */
    while (first + 1 < row_count && size_of_row(column, first) == 0)
        first++;
    uint32_t end = column->starts[first];
    for (uint32_t row = 0; row < row_count; row++) {
        uint32_t size = size_of_row(column, row);
        least = size < least ? size : least;
        greatest = size > greatest ? size : greatest;
        is_joined &= size == 0 || column->starts[row] == end;
        end += size;
        total += size;
    }
    unsigned width = least == greatest ? 0 : fa_width_of(greatest);
    size_t size = PREFIX_BYTES + (size_t)width * row_count + total;
    FA_TRY(fa_buf_reserve(bytes, size));
    uint8_t *out = (uint8_t *)bytes->bytes + bytes->size;
    fa_wire_store_u32(out, width);
    fa_wire_store_u32(out + 4, width == 0 ? greatest : 0);
    write_sizes(column, row_count, width, out + PREFIX_BYTES);
    out += PREFIX_BYTES + (size_t)width * row_count;
    if (is_joined && total > 0) {
        memcpy(out, column->bytes + column->starts[first], total);
    } else {
        for (uint32_t row = 0; row < row_count; row++) {
            uint32_t row_size = size_of_row(column, row);
            if (row_size > 0)
                memcpy(out, column->bytes + column->starts[row], row_size);
            out += row_size;
        }
    }
    bytes->size += size;
    return FA_OK;
}

static enum fa_status decode_texts(uint32_t row_count, struct fa_wire *wire,
                                   const uint8_t *missing, struct fa_column_memory *memory,
                                   const char **wrong)
{
    const uint8_t *prefix = fa_wire_take(wire, PREFIX_BYTES);
    if (!prefix)
        return fa_wrong(wrong, "a cut description of texts");
    uint32_t width = fa_wire_u32(prefix), common = fa_wire_u32(prefix + 4);
    const uint8_t *sizes = fa_wire_take(wire, (size_t)row_count * (width <= 4 ? width : 0));
    if (!sizes || width > 4 || width == 3 || (width != 0 && common != 0))
        return fa_wrong(wrong, "an impossible description of texts");
    for (uint32_t row = 0; row < row_count; row++)
        memory->sizes[row] = width == 0   ? common
                             : width == 1 ? sizes[row]
                             : width == 2 ? fa_wire_u16(sizes + 2 * (size_t)row)
                                          : fa_wire_u32(sizes + 4 * (size_t)row);
    if (missing)
        for (uint32_t row = 0; row < row_count; row++)
            if (missing[row] && memory->sizes[row] != 0)
                return fa_wrong(wrong, "a text in a missing row");
    return take_texts(wire, row_count, memory->sizes, memory->starts, &memory->bytes, wrong);
}

/* --- numbered texts: the same beginning, then a number of as many digits --- */

/* The number of eight digits, or above 99,999,999 when they are not all digits. */
static inline uint64_t eight_digits(const uint8_t *at)
{
    uint64_t text = fa_wire_u64(at);
    uint64_t digits = text ^ UINT64_C(0x3030303030303030); /* 0 to 9 if digits */
    if (((digits + UINT64_C(0x7676767676767676)) | digits) & UINT64_C(0x8080808080808080))
        return UINT64_MAX;
    /* Neighbours are joined to two, four, then eight digits. */
    digits = digits * 10 + (digits >> 8);
    digits = (digits & UINT64_C(0x00FF00FF00FF00FF)) * 100 +
             (digits >> 16 & UINT64_C(0x00FF00FF00FF00FF));
    digits &= UINT64_C(0x0000FFFF0000FFFF);
    return (digits * 10000 + (digits >> 32)) & UINT32_MAX;
}

static bool read_digits(const uint8_t *at, size_t count, int64_t *number)
{
    uint64_t value = 0;
    for (; count % 8 != 0; count--, at++) {
        if (*at < '0' || *at > '9')
            return false;
        value = value * 10 + (*at - '0');
    }
    for (; count > 0; count -= 8, at += 8) {
        uint64_t eight = eight_digits(at);
        if (eight > 99999999)
            return false;
        value = value * 100000000 + eight;
    }
    *number = (int64_t)value;
    return true;
}

static void write_digits(int64_t number, size_t count, char *at)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233"
        "34353637383940414243444546474849505152535455565758596061626364656667"
        "6869707172737475767778798081828384858687888990919293949596979899";
    uint64_t left = (uint64_t)number;
    for (; count >= 2; count -= 2) {
        memcpy(at + count - 2, pairs + 2 * (left % 100), 2);
        left /= 100;
    }
    if (count == 1)
        at[0] = (char)('0' + left % 10);
}

/* Reads every text as beginning + number; false when one is not so. */
static bool read_numbers(const struct fa_column *column, uint32_t row_count,
                         struct fa_str first, size_t digit_count, int64_t *numbers)
{
    size_t beginning = first.size - digit_count;
    for (uint32_t row = 0; row < row_count; row++) {
        if (column->missing && column->missing[row])
            continue;
        const char *text = column->bytes + column->starts[row];
        if (column->sizes[row] != first.size || memcmp(text, first.bytes, beginning) != 0 ||
            !read_digits((const uint8_t *)text + beginning, digit_count, &numbers[row]))
            return false;
    }
    return true;
}

static enum fa_status write_numbered(const struct fa_column *column, const int64_t *numbers,
                                     uint32_t row_count, struct fa_str first,
                                     size_t digit_count, struct fa_buf *bytes)
{
    struct fa_column as_numbers = {.missing = column->missing, .values = numbers};
    size_t start = bytes->size, beginning = first.size - digit_count;
    FA_TRY(fa_buf_add_u32(bytes, 0)); /* the encoding of the numbers is known last */
    FA_TRY(fa_buf_add_u32(bytes, (uint32_t)beginning));
    FA_TRY(fa_buf_add_u32(bytes, (uint32_t)digit_count));
    FA_TRY(fa_buf_add(bytes, first.bytes, beginning));
    enum fa_column_encoding encoding;
    FA_TRY(fa_numbers_encode(&numbers_def, &as_numbers, row_count, bytes, &encoding));
    fa_wire_store_u32((uint8_t *)bytes->bytes + start, encoding);
    return FA_OK;
}

static enum fa_status encode_numbered(const struct fa_column *column, uint32_t row_count,
                                      struct fa_buf *bytes, bool *is_done)
{
    uint32_t row = 0;
    while (column->missing && column->missing[row])
        row++;
    struct fa_str first = fa_column_text(column, row);
    size_t digit_count = 0;
    while (digit_count < first.size && digit_count < DIGITS_MAX &&
           first.bytes[first.size - 1 - digit_count] >= '0' &&
           first.bytes[first.size - 1 - digit_count] <= '9')
        digit_count++;
    *is_done = false;
    if (digit_count < DIGITS_MIN || first.size > NUMBERED_BYTES_MAX)
        return FA_OK;
    int64_t *numbers = malloc(row_count * sizeof *numbers);
    if (!numbers)
        return FA_ELIMIT;
    *is_done = read_numbers(column, row_count, first, digit_count, numbers);
    enum fa_status status =
        *is_done ? write_numbered(column, numbers, row_count, first, digit_count, bytes)
                 : FA_OK;
    free(numbers);
    return status;
}

static enum fa_status reserve_values(struct fa_column_memory *memory)
{
    if (!memory->values)
        memory->values = malloc(memory->row_capacity * sizeof *memory->values);
    return memory->values ? FA_OK : FA_ELIMIT;
}

/* Copies SIZE bytes and up to a step more, which the next text overwrites: most are of one step. */
static inline void copy_in_steps(char *to, const char *from, size_t size)
{
    char step[NUMBERED_STEP];
    for (size_t at = 0; at < size; at += sizeof step) {
        memcpy(step, from + at, sizeof step);
        memcpy(to + at, step, sizeof step);
    }
}

static enum fa_status decode_numbered(uint32_t row_count, struct fa_wire *wire,
                                      const uint8_t *missing, struct fa_column_memory *memory,
                                      const char **wrong)
{
    const uint8_t *prefix = fa_wire_take(wire, NUMBERED_PREFIX_BYTES);
    if (!prefix)
        return fa_wrong(wrong, "a cut description of numbered texts");
    uint32_t encoding = fa_wire_u32(prefix), beginning = fa_wire_u32(prefix + 4);
    uint32_t digit_count = fa_wire_u32(prefix + 8);
    if ((encoding != FA_COLUMN_OFFSETS && encoding != FA_COLUMN_DELTAS) ||
        digit_count == 0 || digit_count > DIGITS_MAX || beginning > NUMBERED_BYTES_MAX)
        return fa_wrong(wrong, "an impossible description of numbered texts");
    const uint8_t *text = fa_wire_take(wire, beginning);
    if (!text ||
        fa_utf8_valid_size((struct fa_str){(const char *)text, beginning}) != beginning)
        return fa_wrong(wrong, "numbered texts without their beginning");
    FA_TRY(reserve_values(memory));
    FA_TRY(fa_numbers_decode(&numbers_def, (enum fa_column_encoding)encoding, row_count, wire, missing,
                             memory->values, wrong));
    uint32_t size = beginning + digit_count;
    fa_buf_clear(&memory->bytes);
    FA_TRY(fa_buf_reserve(&memory->bytes, (size_t)size * row_count + NUMBERED_STEP));
    uint64_t limit = 1; /* of numbers with so many digits */
    for (uint32_t i = 0; i < digit_count; i++)
        limit *= 10;
    char *out = memory->bytes.bytes;
    bool is_too_large = false;
    for (uint32_t row = 0; row < row_count; row++, out += size) {
        is_too_large |= (uint64_t)memory->values[row] >= limit;
        if (row == 0) {
            memcpy(out, text, beginning);
            write_digits(memory->values[row], digit_count, out + beginning);
        } else {
            copy_in_steps(out, out - size, size);
            if (memory->values[row] != memory->values[row - 1])
                write_digits(memory->values[row], digit_count, out + beginning);
        }
        memory->starts[row] = row * size;
        memory->sizes[row] = missing && missing[row] ? 0 : size;
    }
    memory->bytes.size = (size_t)size * row_count;
    return is_too_large ? fa_wrong(wrong, "a number with more digits than its text has")
                        : FA_OK;
}

/* --- the choice --- */

enum fa_status fa_texts_encode(const struct fa_column *column, uint32_t row_count,
                               struct fa_buf *bytes, enum fa_column_encoding *encoding)
{
    bool is_done;
    *encoding = FA_COLUMN_DICTIONARY;
    FA_TRY(encode_dictionary(column, row_count, bytes, &is_done));
    if (is_done)
        return FA_OK;
    *encoding = FA_COLUMN_NUMBERED;
    FA_TRY(encode_numbered(column, row_count, bytes, &is_done));
    if (is_done)
        return FA_OK;
    *encoding = FA_COLUMN_TEXTS;
    return encode_texts(column, row_count, bytes);
}

enum fa_status fa_texts_decode(enum fa_column_encoding encoding, uint32_t row_count,
                               struct fa_wire *wire, const uint8_t *missing,
                               struct fa_column_memory *memory, const char **wrong)
{
    switch (encoding) {
    case FA_COLUMN_TEXTS:
        return decode_texts(row_count, wire, missing, memory, wrong);
    case FA_COLUMN_DICTIONARY:
        return decode_dictionary(row_count, wire, missing, memory, wrong);
    case FA_COLUMN_NUMBERED:
        return decode_numbered(row_count, wire, missing, memory, wrong);
    default:
        return fa_wrong(wrong, "an encoding that texts do not have");
    }
}
