#include "match/spill.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/spool.h"

enum { BUFFER_BYTES_MIN = 4096, BUFFER_BYTES_MAX = 65536, BUFFERS_SHARE = 512 };

/* A row as it lies in the file, before its reference and id; this process alone reads it. */
struct record {
    uint64_t hash, order, row;
    int64_t amount_minor;
    uint32_t reference_size, id_size;
    uint32_t book, other_book;
    int32_t day_no, business_day;
    uint8_t side, direction;
};

/* Whole records. */
struct chunk {
    uint64_t offset;
    size_t size;
};

struct partition {
    char *buffer; /* got when the first row comes */
    size_t buffer_used;
    FA_VEC(struct chunk) chunks;
};

struct fa_spill {
    const char *dir;
    struct fa_sink *sink;
    uint64_t memory_max;
    size_t buffer_bytes;
    struct partition partitions[FA_SPILL_PARTITIONS];
    struct fa_buf large;     /* a record that no buffer holds */
    struct fa_buf read_back; /* a chunk */
    int fd;
    uint64_t file_size;
    uint64_t row_count, byte_count;
};

static enum fa_status no_memory(struct fa_spill *spill)
{
    return fa_out_of_memory(spill->sink, "open rows of the reconciliation");
}

struct fa_spill *fa_spill_new(uint64_t memory_max, const char *dir, struct fa_sink *sink)
{
    struct fa_spill *spill = calloc(1, sizeof *spill);
    if (!spill)
        return NULL;
    uint64_t buffer_bytes = memory_max / BUFFERS_SHARE;
    spill->dir = dir;
    spill->sink = sink;
    spill->memory_max = memory_max;
    spill->buffer_bytes = buffer_bytes < BUFFER_BYTES_MIN   ? BUFFER_BYTES_MIN
                          : buffer_bytes > BUFFER_BYTES_MAX ? BUFFER_BYTES_MAX
                                                            : (size_t)buffer_bytes;
    spill->fd = -1;
    return spill;
}

void fa_spill_free(struct fa_spill *spill)
{
    if (!spill)
        return;
    for (int i = 0; i < FA_SPILL_PARTITIONS; i++) {
        free(spill->partitions[i].buffer);
        fa_vec_free(&spill->partitions[i].chunks);
    }
    fa_buf_release(&spill->large);
    fa_buf_release(&spill->read_back);
    if (spill->fd >= 0)
        close(spill->fd);
    free(spill);
}

uint64_t fa_spill_rows(const struct fa_spill *spill)
{
    return spill->row_count;
}

uint64_t fa_spill_bytes(const struct fa_spill *spill)
{
    return spill->byte_count;
}

/* --- writing --- */

static enum fa_status open_file(struct fa_spill *spill)
{
    if (!spill->dir)
        return fa_error(
            spill->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
            "open rows take more than %llu bytes of memory and there is no folder for "
            "a file",
            (unsigned long long)spill->memory_max);
    return fa_spool_file_open(spill->dir, spill->sink, &spill->fd);
}

static enum fa_status write_chunk(struct fa_spill *spill, struct partition *partition,
                                  const char *bytes, size_t size)
{
    struct chunk chunk = {spill->file_size, size};
    if (!size)
        return FA_OK;
    if (spill->fd < 0)
        FA_TRY(open_file(spill));
    FA_TRY(fa_spool_file_write(spill->fd, bytes, size, chunk.offset, spill->sink));
    spill->file_size += size;
    return fa_vec_add(&partition->chunks, chunk) == FA_OK ? FA_OK : no_memory(spill);
}

static void put_record(char *to, const struct fa_arrival *arrival, uint64_t order)
{
    struct record record = {
        .hash = arrival->hash,
        .order = order,
        .row = arrival->row,
        .amount_minor = arrival->amount_minor,
        .reference_size = (uint32_t)arrival->reference.size,
        .id_size = (uint32_t)arrival->id.size,
        .book = arrival->book,
        .other_book = arrival->other_book,
        .day_no = arrival->day_no,
        .business_day = arrival->business_day,
        .side = (uint8_t)arrival->side,
        .direction = (uint8_t)arrival->direction,
    };
    memcpy(to, &record, sizeof record);
    if (record.reference_size)
        memcpy(to + sizeof record, arrival->reference.bytes, record.reference_size);
    if (record.id_size)
        memcpy(to + sizeof record + record.reference_size, arrival->id.bytes, record.id_size);
}

static enum fa_status add_large(struct fa_spill *spill, struct partition *partition,
                                const struct fa_arrival *arrival, uint64_t order, size_t size)
{
    fa_buf_clear(&spill->large);
    if (fa_buf_reserve(&spill->large, size) != FA_OK)
        return no_memory(spill);
    put_record(spill->large.bytes, arrival, order);
    return write_chunk(spill, partition, spill->large.bytes, size);
}

enum fa_status fa_spill_add(struct fa_spill *spill, unsigned partition_no,
                            const struct fa_arrival *arrival, uint64_t order)
{
    struct partition *partition = &spill->partitions[partition_no];
    if (arrival->reference.size > UINT32_MAX || arrival->id.size > UINT32_MAX)
        return no_memory(spill);
    size_t size = sizeof(struct record) + arrival->reference.size + arrival->id.size;
    if (!partition->buffer && !(partition->buffer = malloc(spill->buffer_bytes)))
        return no_memory(spill);
    if (size > spill->buffer_bytes - partition->buffer_used) {
        FA_TRY(write_chunk(spill, partition, partition->buffer, partition->buffer_used));
        partition->buffer_used = 0;
    }
    if (size > spill->buffer_bytes) {
        FA_TRY(add_large(spill, partition, arrival, order, size));
    } else {
        put_record(partition->buffer + partition->buffer_used, arrival, order);
        partition->buffer_used += size;
    }
    spill->row_count++;
    spill->byte_count += size;
    return FA_OK;
}

/* --- reading --- */

static enum fa_status read_chunk(struct fa_spill *spill, const struct chunk *chunk)
{
    fa_buf_clear(&spill->read_back);
    if (fa_buf_reserve(&spill->read_back, chunk->size) != FA_OK)
        return no_memory(spill);
    size_t done = 0;
    while (done < chunk->size) {
        ssize_t got = pread(spill->fd, spill->read_back.bytes + done, chunk->size - done,
                            (off_t)(chunk->offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fa_io_error(spill->sink, "read a temporary file in", spill->dir,
                               got < 0 ? errno : EIO);
        done += (size_t)got;
    }
    return FA_OK;
}

enum fa_status fa_spill_next(struct fa_spill *spill, struct fa_spill_reader *reader,
                             struct fa_arrival *arrival, uint64_t *order, bool *is_end)
{
    const struct partition *partition = &spill->partitions[reader->partition];
    *is_end = false;
    if (reader->at == reader->bytes.size) {
        *is_end = reader->next_chunk > partition->chunks.count ||
                  (reader->next_chunk == partition->chunks.count && !partition->buffer_used);
        if (*is_end)
            return FA_OK;
        if (reader->next_chunk < partition->chunks.count) {
            const struct chunk *chunk = &partition->chunks.items[reader->next_chunk];
            FA_TRY(read_chunk(spill, chunk));
            reader->bytes = (struct fa_str){spill->read_back.bytes, chunk->size};
        } else {
            reader->bytes = (struct fa_str){partition->buffer, partition->buffer_used};
        }
        reader->next_chunk++;
        reader->at = 0;
    }
    struct record record;
    const char *from = reader->bytes.bytes + reader->at;
    memcpy(&record, from, sizeof record);
    const char *texts = from + sizeof record;
    *arrival = (struct fa_arrival){
        .hash = record.hash,
        .reference = {texts, record.reference_size},
        .id = {texts + record.reference_size, record.id_size},
        .amount_minor = record.amount_minor,
        .row = record.row,
        .book = record.book,
        .other_book = record.other_book,
        .day_no = record.day_no,
        .business_day = record.business_day,
        .side = (enum fa_side)record.side,
        .direction = (enum fa_direction)record.direction,
    };
    *order = record.order;
    reader->at += sizeof record + record.reference_size + record.id_size;
    return FA_OK;
}
