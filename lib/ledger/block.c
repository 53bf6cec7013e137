/*
 * Blocks as bytes (flowaudit-stream(5)).
 *
 * Header, 48 bytes, little endian:
 *
 *    0 kind u16      2 flags u16      4 table u16       6 zero u16
 *    8 rows u32     12 payload u32: its bytes as stored
 *   16 first row u64                 24 first order i64
 *   32 plain u32: bytes of the payload when not compressed    36 zero u32
 *   40 CRC32C of the payload as stored           44 CRC32C of the 44 bytes before
 *
 * Payload of rows and ids: column count u32; for each column, in order, column u16, encoding
 * u8, has missing u8, size u32, CRC32C u32; then the columns' bytes. A column that is not there
 * is missing in every row.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/hash.h"
#include "base/limits.h"
#include "ledger/blocks.h"
#include "ledger/column.h"
#include "ledger/wire.h"

enum { FLAG_CRITICAL = 1, FLAG_COMPRESSED = 2, FLAGS_KNOWN = 3 };
enum { ENTRY_BYTES = 12 };
/* The most that deflate gains is 1032 to 1; what claims more is not a stream of ours. */
enum { DEFLATE_RATIO_MAX = 1032 };

/* --- header --- */

struct header {
    unsigned kind, flags, table;
    uint32_t row_count, payload_bytes, plain_bytes;
    uint64_t first_row;
    int64_t first_order;
};

static void store_header(const struct header *header, uint8_t *bytes)
{
    memset(bytes, 0, FA_BLOCK_HEADER_BYTES);
    fa_wire_store_u16(bytes, (uint16_t)header->kind);
    fa_wire_store_u16(bytes + 2, (uint16_t)header->flags);
    fa_wire_store_u16(bytes + 4, (uint16_t)header->table);
    fa_wire_store_u32(bytes + 8, header->row_count);
    fa_wire_store_u32(bytes + 12, header->payload_bytes);
    fa_wire_store_u64(bytes + 16, header->first_row);
    fa_wire_store_u64(bytes + 24, (uint64_t)header->first_order);
    fa_wire_store_u32(bytes + 32, header->plain_bytes);
    fa_wire_store_u32(bytes + 40,
                      fa_crc32c(0, bytes + FA_BLOCK_HEADER_BYTES, header->payload_bytes));
    fa_wire_store_u32(bytes + 44, fa_crc32c(0, bytes, 44));
}

static struct header load_header(const uint8_t *bytes)
{
    return (struct header){
        .kind = fa_wire_u16(bytes),
        .flags = fa_wire_u16(bytes + 2),
        .table = fa_wire_u16(bytes + 4),
        .row_count = fa_wire_u32(bytes + 8),
        .payload_bytes = fa_wire_u32(bytes + 12),
        .first_row = fa_wire_u64(bytes + 16),
        .first_order = (int64_t)fa_wire_u64(bytes + 24),
        .plain_bytes = fa_wire_u32(bytes + 32),
    };
}

static void fill_block(const struct header *header, struct fa_block *block)
{
    block->kind = (enum fa_block_kind)header->kind;
    block->is_critical = header->flags & FLAG_CRITICAL;
    block->is_compressed = header->flags & FLAG_COMPRESSED;
    block->table = (int)header->table;
    block->row_count = header->row_count;
    block->first_row = header->first_row;
    block->first_order = header->first_order;
    block->size_bytes = FA_BLOCK_HEADER_BYTES + (size_t)header->payload_bytes;
}

static struct fa_place place_of(const struct fa_block *block)
{
    return (struct fa_place){.source = block->source};
}

static enum fa_status bad_block(const struct fa_block *block, struct fa_sink *sink,
                                const char *found)
{
    return fa_error(sink, FA_CODE_STREAM_BLOCK, place_of(block), NULL,
                    "block at byte %llu cannot be read: found %s",
                    (unsigned long long)block->offset, found);
}

enum fa_status fa_block_parse_header(const uint8_t bytes[FA_BLOCK_HEADER_BYTES],
                                     struct fa_sink *sink, struct fa_block *block)
{
    uint32_t stored = fa_wire_u32(bytes + 44), computed = fa_crc32c(0, bytes, 44);
    if (stored != computed)
        return fa_error(sink, FA_CODE_STREAM_CRC, place_of(block), NULL,
                        "block header at byte %llu was changed: its CRC is %08x, expected %08x",
                        (unsigned long long)block->offset, computed, stored);
    struct header header = load_header(bytes);
    bool is_compressed = header.flags & FLAG_COMPRESSED;
    if (header.flags & ~(unsigned)FLAGS_KNOWN || fa_wire_u16(bytes + 6) != 0 ||
        fa_wire_u32(bytes + 36) != 0)
        return bad_block(block, sink, "flags that this version does not know");
    if (header.payload_bytes > FA_BLOCK_BYTES_MAX || header.plain_bytes > FA_BLOCK_BYTES_MAX)
        return bad_block(block, sink, "a size above the limit of 1 GiB");
    if (!is_compressed && header.plain_bytes != header.payload_bytes)
        return bad_block(block, sink, "two sizes that differ");
    if (is_compressed && header.plain_bytes / DEFLATE_RATIO_MAX > header.payload_bytes)
        return bad_block(block, sink, "a size that no compression reaches");
    bool has_rows = header.kind == FA_BLOCK_TABLE || header.kind == FA_BLOCK_IDS;
    if (has_rows && (header.row_count == 0 || header.row_count > FA_BLOCK_ROWS_MAX))
        return bad_block(block, sink, "a number of rows that is not within 1 and 65536");
    fill_block(&header, block);
    return FA_OK;
}

enum fa_status fa_block_check_payload(const struct fa_block *block, struct fa_sink *sink)
{
    uint32_t stored = fa_wire_u32(block->bytes + 40);
    uint32_t computed = fa_crc32c(0, block->bytes + FA_BLOCK_HEADER_BYTES,
                                  block->size_bytes - FA_BLOCK_HEADER_BYTES);
    if (stored == computed)
        return FA_OK;
    return fa_error(sink, FA_CODE_STREAM_CRC, place_of(block), NULL,
                    "block at byte %llu was changed: its CRC is %08x, expected %08x",
                    (unsigned long long)block->offset, computed, stored);
}

struct fa_block fa_block_at(const struct fa_buf *bytes)
{
    struct fa_block block = {.bytes = (const uint8_t *)bytes->bytes};
    struct header header = load_header(block.bytes);
    fill_block(&header, &block);
    return block;
}

/* --- encoding --- */

/* Room for a header whose block begins at START of BYTES. */
static enum fa_status begin_block(struct fa_buf *bytes, size_t *start)
{
    static const uint8_t zero[FA_BLOCK_HEADER_BYTES];
    *start = bytes->size;
    return fa_buf_add(bytes, zero, sizeof zero);
}

static enum fa_status end_block(struct header *header, size_t start, struct fa_buf *bytes)
{
    size_t payload = bytes->size - start - FA_BLOCK_HEADER_BYTES;
    if (payload > FA_BLOCK_BYTES_MAX)
        return FA_ELIMIT;
    header->payload_bytes = (uint32_t)payload;
    if (!(header->flags & FLAG_COMPRESSED))
        header->plain_bytes = header->payload_bytes;
    store_header(header, (uint8_t *)bytes->bytes + start);
    return FA_OK;
}

static enum fa_status encode_columns(const struct fa_column_def *defs,
                                     const struct fa_column *columns, int column_count,
                                     uint32_t row_count, struct fa_buf *bytes)
{
    uint32_t kept = 0;
    for (int i = 0; i < column_count; i++)
        kept += fa_column_has_value(&columns[i], row_count);
    FA_TRY(fa_buf_add_u32(bytes, kept));
    size_t entry = bytes->size;
    FA_TRY(fa_buf_reserve(bytes, (size_t)kept * ENTRY_BYTES));
    bytes->size += (size_t)kept * ENTRY_BYTES;
    for (int i = 0; i < column_count; i++) {
        if (!fa_column_has_value(&columns[i], row_count))
            continue;
        size_t start = bytes->size;
        enum fa_column_encoding encoding;
        bool has_missing;
        FA_TRY(
            fa_column_encode(&defs[i], &columns[i], row_count, bytes, &encoding, &has_missing));
        size_t size = bytes->size - start;
        if (size > FA_BLOCK_BYTES_MAX)
            return FA_ELIMIT;
        uint8_t *out = (uint8_t *)bytes->bytes + entry;
        fa_wire_store_u16(out, (uint16_t)i);
        out[2] = (uint8_t)encoding;
        out[3] = has_missing;
        fa_wire_store_u32(out + 4, (uint32_t)size);
        fa_wire_store_u32(out + 8, fa_crc32c(0, bytes->bytes + start, size));
        entry += ENTRY_BYTES;
    }
    return FA_OK;
}

enum fa_status fa_block_encode(const struct fa_batch *batch, int table_idx,
                               struct fa_buf *bytes)
{
    const struct fa_table_def *table = batch->table;
    struct header header = {
        .kind = FA_BLOCK_TABLE,
        .flags = FLAG_CRITICAL,
        .table = (unsigned)table_idx,
        .row_count = batch->row_count,
        .first_row = batch->first_row,
    };
    if (batch->row_count == 0 || batch->row_count > FA_BLOCK_ROWS_MAX)
        return FA_EDEFECT;
    if (table->by != FA_NO_COLUMN) {
        if (fa_is_missing(&batch->columns[table->by], 0))
            return FA_EDEFECT;
        header.first_order = batch->columns[table->by].values[0];
    }
    size_t start;
    FA_TRY(begin_block(bytes, &start));
    FA_TRY(encode_columns(table->columns, batch->columns, table->column_count, batch->row_count,
                          bytes));
    return end_block(&header, start, bytes);
}

/* An id block is two columns: the names, and the numbers of their filers. */
static const struct fa_column_def id_columns[] = {
    {.type = FA_TYPE_KEY, .is_required = true},
    {.type = FA_TYPE_ID, .is_required = true},
};
enum { ID_COLUMN_COUNT = 2 };

enum fa_status fa_block_encode_ids(int table_idx, uint64_t first, uint32_t count,
                                   const struct fa_str *names, const uint32_t *filers,
                                   struct fa_buf *bytes)
{
    struct header header = {
        .kind = FA_BLOCK_IDS,
        .flags = FLAG_CRITICAL,
        .table = (unsigned)table_idx,
        .row_count = count,
        .first_row = first,
    };
    if (count == 0 || count > FA_BLOCK_ROWS_MAX)
        return FA_EDEFECT;
    struct fa_buf text = {0};
    uint32_t *starts = malloc(count * sizeof *starts), *sizes = malloc(count * sizeof *sizes);
    int64_t *numbers = malloc(count * sizeof *numbers);
    uint8_t *missing = malloc(count);
    uint32_t missing_count = 0;
    enum fa_status status = starts && sizes && numbers && missing ? FA_OK : FA_ELIMIT;
    for (uint32_t i = 0; i < count && status == FA_OK; i++) {
        starts[i] = (uint32_t)text.size;
        sizes[i] = (uint32_t)names[i].size;
        missing[i] = filers[i] == FA_NO_FILER;
        numbers[i] = missing[i] ? 0 : filers[i];
        missing_count += missing[i];
        status = text.size + names[i].size > FA_BLOCK_BYTES_MAX
                     ? FA_ELIMIT
                     : fa_buf_add_str(&text, names[i]);
    }
    size_t start = 0;
    if (status == FA_OK)
        status = begin_block(bytes, &start);
    if (status == FA_OK) {
        struct fa_column columns[ID_COLUMN_COUNT] = {
            {.bytes = fa_buf_str(&text).bytes, .starts = starts, .sizes = sizes},
            {.values = numbers,
             .is_absent = missing_count == count,
             .missing = missing_count ? missing : NULL},
        };
        status = encode_columns(id_columns, columns, ID_COLUMN_COUNT, count, bytes);
    }
    if (status == FA_OK)
        status = end_block(&header, start, bytes);
    free(starts);
    free(sizes);
    free(numbers);
    free(missing);
    fa_buf_release(&text);
    return status;
}

enum fa_status fa_block_encode_other(enum fa_block_kind kind, struct fa_str payload,
                                     struct fa_buf *bytes)
{
    struct header header = {.kind = kind, .flags = FLAG_CRITICAL};
    size_t start;
    FA_TRY(begin_block(bytes, &start));
    FA_TRY(fa_buf_add_str(bytes, payload));
    return end_block(&header, start, bytes);
}

enum fa_status fa_block_compress(const struct fa_block *block, struct fa_buf *bytes)
{
    struct header header = load_header(block->bytes);
    if (header.flags & FLAG_COMPRESSED)
        return fa_buf_add(bytes, block->bytes, block->size_bytes);
    uLong size = compressBound(header.plain_bytes);
    size_t start;
    FA_TRY(begin_block(bytes, &start));
    FA_TRY(fa_buf_reserve(bytes, size));
    if (compress2((Bytef *)bytes->bytes + bytes->size, &size,
                  block->bytes + FA_BLOCK_HEADER_BYTES, header.plain_bytes,
                  Z_BEST_SPEED) != Z_OK)
        return FA_ELIMIT;
    if (size >= header.plain_bytes) {
        bytes->size = start;
        return fa_buf_add(bytes, block->bytes, block->size_bytes);
    }
    bytes->size += size;
    header.flags |= FLAG_COMPRESSED;
    return end_block(&header, start, bytes);
}

/* --- decoding --- */

/* A column of the block at work as it is stored. */
struct stored {
    const uint8_t *entry, *bytes; /* NULL: it is not there, or decoded already */
};

struct fa_decoder {
    const struct fa_table_def *table;
    bool *is_wanted;
    bool demands_required;
    const struct fa_block *block;
    struct stored *stored;
    struct fa_column *columns;
    struct fa_column_memory *memories;
    struct fa_buf plain; /* payload of a compressed block */
};

static struct fa_decoder *new_decoder(int column_count)
{
    struct fa_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder)
        return NULL;
    decoder->is_wanted = calloc((size_t)column_count + 1, sizeof *decoder->is_wanted);
    decoder->stored = calloc((size_t)column_count + 1, sizeof *decoder->stored);
    decoder->columns = calloc((size_t)column_count + 1, sizeof *decoder->columns);
    decoder->memories = calloc((size_t)column_count + 1, sizeof *decoder->memories);
    return decoder;
}

struct fa_decoder *fa_decoder_new(const struct fa_table_def *table)
{
    struct fa_decoder *decoder = new_decoder(table->column_count);
    if (!decoder)
        return NULL;
    decoder->table = table;
    if (decoder->is_wanted && decoder->stored && decoder->columns && decoder->memories)
        return decoder;
    fa_decoder_free(decoder);
    return NULL;
}

void fa_decoder_free(struct fa_decoder *decoder)
{
    if (!decoder)
        return;
    for (int i = 0; decoder->memories && i < decoder->table->column_count; i++)
        fa_column_memory_release(&decoder->memories[i]);
    free(decoder->is_wanted);
    free(decoder->stored);
    free(decoder->columns);
    free(decoder->memories);
    fa_buf_release(&decoder->plain);
    free(decoder);
}

void fa_decoder_want(struct fa_decoder *decoder, int column)
{
    decoder->is_wanted[column] = true;
}

void fa_decoder_want_all(struct fa_decoder *decoder)
{
    for (int i = 0; i < decoder->table->column_count; i++)
        decoder->is_wanted[i] = true;
}

void fa_decoder_demand_required(struct fa_decoder *decoder)
{
    decoder->demands_required = true;
}

/* The payload as it was before compression; in PLAIN if it was compressed. */
static enum fa_status plain_payload(const struct fa_block *block, struct fa_sink *sink,
                                    struct fa_buf *plain, struct fa_wire *wire)
{
    struct header header = load_header(block->bytes);
    *wire = (struct fa_wire){block->bytes + FA_BLOCK_HEADER_BYTES, header.payload_bytes};
    if (!(header.flags & FLAG_COMPRESSED))
        return FA_OK;
    fa_buf_clear(plain);
    if (fa_buf_reserve(plain, header.plain_bytes) != FA_OK)
        return fa_out_of_memory(sink, "a block");
    uLongf size = header.plain_bytes;
    uLong taken = header.payload_bytes;
    int result = uncompress2((Bytef *)plain->bytes, &size, wire->at, &taken);
    if (result == Z_MEM_ERROR)
        return fa_out_of_memory(sink, "a block");
    if (result != Z_OK || size != header.plain_bytes || taken != header.payload_bytes)
        return bad_block(block, sink, "compressed bytes that cannot be unpacked");
    *wire = (struct fa_wire){(const uint8_t *)plain->bytes, size};
    return FA_OK;
}

enum fa_status fa_block_payload(const struct fa_block *block, struct fa_sink *sink,
                                struct fa_buf *spare, struct fa_str *payload)
{
    struct fa_wire wire;
    FA_TRY(plain_payload(block, sink, spare, &wire));
    *payload = (struct fa_str){(const char *)wire.at, wire.left};
    return FA_OK;
}

static enum fa_status bad_column(const struct fa_block *block, struct fa_sink *sink,
                                 const struct fa_column_def *def, const char *found)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(sink, FA_CODE_STREAM_BLOCK, place_of(block), NULL,
                    "block at byte %llu: column %s cannot be read: found %s",
                    (unsigned long long)block->offset, fa_quoted(def->name, quoted), found);
}

enum fa_status fa_decoder_ask(struct fa_decoder *decoder, int column, struct fa_sink *sink)
{
    const struct fa_column_def *def = &decoder->table->columns[column];
    const struct fa_block *block = decoder->block;
    const uint8_t *entry = decoder->stored[column].entry, *bytes = decoder->stored[column].bytes;
    if (!entry)
        return FA_OK;
    decoder->stored[column].entry = NULL;
    uint32_t size = fa_wire_u32(entry + 4);
    if (fa_crc32c(0, bytes, size) != fa_wire_u32(entry + 8))
        return bad_column(block, sink, def, "another CRC than its block says");
    const char *wrong;
    enum fa_status status =
        fa_column_decode(def, (enum fa_column_encoding)entry[2], entry[3], block->row_count, bytes,
                         size, &decoder->memories[column], &decoder->columns[column], &wrong);
    if (status == FA_ELIMIT)
        return fa_out_of_memory(sink, "a block's columns");
    return wrong ? bad_column(block, sink, def, wrong) : status;
}

/* ENTRIES are not checked yet: one that is out of order hides a column, which is then refused
 * here. */
static enum fa_status check_required(const struct fa_block *block,
                                     const struct fa_column_def *defs, int column_count,
                                     const uint8_t *entries, uint32_t count,
                                     struct fa_sink *sink)
{
    uint32_t at = 0;
    for (int i = 0; i < column_count; i++) {
        while (at < count && fa_wire_u16(entries + (size_t)at * ENTRY_BYTES) < i)
            at++;
        const uint8_t *entry = entries + (size_t)at * ENTRY_BYTES;
        bool is_full = at < count && fa_wire_u16(entry) == i && entry[3] == 0;
        if (defs[i].is_required && !is_full)
            return bad_column(block, sink, &defs[i],
                              "a row without a value, which it must have");
    }
    return FA_OK;
}

/* Where the block's columns are. */
static enum fa_status find_columns(struct fa_decoder *decoder, const struct fa_block *block,
                                   struct fa_sink *sink)
{
    const struct fa_column_def *defs = decoder->table->columns;
    int column_count = decoder->table->column_count;
    struct fa_wire wire;
    decoder->block = block;
    FA_TRY(plain_payload(block, sink, &decoder->plain, &wire));
    for (int i = 0; i < column_count; i++) {
        decoder->columns[i] = (struct fa_column){.is_absent = true};
        decoder->stored[i] = (struct stored){0};
    }
    const uint8_t *counted = fa_wire_take(&wire, 4);
    uint32_t count = counted ? fa_wire_u32(counted) : 0;
    if (!counted || count > (uint32_t)column_count)
        return bad_block(block, sink, "more columns than its table has");
    const uint8_t *entries = fa_wire_take(&wire, (size_t)count * ENTRY_BYTES);
    if (!entries)
        return bad_block(block, sink, "a cut list of columns");
    if (decoder->demands_required)
        FA_TRY(check_required(block, defs, column_count, entries, count, sink));
    int before = -1;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = entries + (size_t)i * ENTRY_BYTES;
        int column = fa_wire_u16(entry);
        if (column <= before || column >= column_count || entry[3] > 1)
            return bad_block(block, sink,
                             "a column that its table does not have, or out of order");
        const uint8_t *bytes = fa_wire_take(&wire, fa_wire_u32(entry + 4));
        if (!bytes)
            return bad_block(block, sink, "a column that is longer than its block");
        decoder->stored[column] = (struct stored){entry, bytes};
        before = column;
    }
    return wire.left == 0 ? FA_OK : bad_block(block, sink, "bytes behind its last column");
}

enum fa_status fa_decoder_decode(struct fa_decoder *decoder, const struct fa_block *block,
                                 struct fa_sink *sink, struct fa_batch *batch)
{
    FA_TRY(find_columns(decoder, block, sink));
    for (int i = 0; i < decoder->table->column_count; i++)
        if (decoder->is_wanted[i])
            FA_TRY(fa_decoder_ask(decoder, i, sink));
    *batch = (struct fa_batch){decoder->table, block->first_row, block->row_count, decoder->columns};
    return FA_OK;
}

enum fa_status fa_decoder_open(struct fa_decoder *decoder, const struct fa_block *block,
                               struct fa_sink *sink, struct fa_batch *batch)
{
    FA_TRY(find_columns(decoder, block, sink));
    for (int i = 0; i < decoder->table->column_count; i++)
        decoder->columns[i].is_absent = !decoder->stored[i].entry;
    *batch = (struct fa_batch){decoder->table, block->first_row, block->row_count, decoder->columns};
    return FA_OK;
}

static enum fa_status copy_ids(const struct fa_block *block, const struct fa_column *columns,
                               struct fa_arena *arena, struct fa_sink *sink,
                               struct fa_str **names, uint32_t **filers)
{
    uint32_t count = block->row_count;
    if (columns[0].is_absent || columns[0].missing)
        return bad_block(block, sink, "an id without a name");
    size_t total = (size_t)columns[0].starts[count - 1] + columns[0].sizes[count - 1];
    for (uint32_t i = 0; i < count; i++) { /* texts of a dictionary lie in any order */
        size_t end = (size_t)columns[0].starts[i] + columns[0].sizes[i];
        total = end > total ? end : total;
    }
    struct fa_str text = fa_arena_str(arena, (struct fa_str){columns[0].bytes, total});
    struct fa_str *made_names = fa_arena_array(arena, count, sizeof *made_names);
    uint32_t *made_filers = fa_arena_array(arena, count, sizeof *made_filers);
    if (!text.bytes || !made_names || !made_filers)
        return fa_out_of_memory(sink, "names of ids");
    for (uint32_t i = 0; i < count; i++) {
        made_names[i] = (struct fa_str){text.bytes + columns[0].starts[i], columns[0].sizes[i]};
        made_filers[i] =
            fa_is_missing(&columns[1], i) ? FA_NO_FILER : (uint32_t)columns[1].values[i];
    }
    *names = made_names;
    *filers = made_filers;
    return FA_OK;
}

enum fa_status fa_block_decode_ids(const struct fa_block *block, struct fa_arena *arena,
                                   struct fa_sink *sink, struct fa_str **names,
                                   uint32_t **filers)
{
    struct fa_column_def columns[ID_COLUMN_COUNT];
    memcpy(columns, id_columns, sizeof columns);
    struct fa_table_def table = {.columns = columns, .column_count = ID_COLUMN_COUNT};
    struct fa_decoder *decoder = fa_decoder_new(&table);
    if (!decoder)
        return fa_out_of_memory(sink, "names of ids");
    fa_decoder_want_all(decoder);
    struct fa_batch batch;
    enum fa_status status = fa_decoder_decode(decoder, block, sink, &batch);
    if (status == FA_OK)
        status = copy_ids(block, batch.columns, arena, sink, names, filers);
    fa_decoder_free(decoder);
    return status;
}
