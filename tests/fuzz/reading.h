/*
 * A reader's whole output, for fuzz targets: the same whether its bytes come at once or in
 * pieces, and its records are taken at once or a few at a time; each of them CSV that splits
 * cleanly.
 */
#ifndef FA_TESTS_FUZZ_READING_H
#define FA_TESTS_FUZZ_READING_H

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "fuzz.h"
#include "intake/csv.h"
#include "intake/profile.h"
#include "intake/reader.h"

struct reading {
    uint64_t sum; /* over all records, their places and the fault */
    uint64_t count;
    bool has_fault;
};

/* Gives PIECE bytes at a time. */
struct piece_feed {
    struct fa_feed base;
    struct fa_str rest;
    size_t piece;
};

static size_t read_piece(struct fa_feed *feed, char *out, size_t size)
{
    struct piece_feed *pieces = (struct piece_feed *)feed;
    size_t given = pieces->rest.size < pieces->piece ? pieces->rest.size : pieces->piece;
    if (given > size)
        given = size;
    if (given)
        memcpy(out, pieces->rest.bytes, given);
    pieces->rest.bytes += given;
    pieces->rest.size -= given;
    return given;
}

static void close_pieces(struct fa_feed *feed)
{
    (void)feed;
}

static void add_sum(struct reading *reading, const void *bytes, size_t size)
{
    struct fa_hash_key key = {reading->sum, 0};
    reading->sum = fa_hash64(key, bytes, size);
}

static void look_at_records(const struct fa_records *records, struct reading *reading)
{
    enum { ROWS = 256 };
    static struct fa_csv_field fields[ROWS];
    static struct fa_csv_record found[ROWS];
    size_t size = records->bytes.size;
    char *base = calloc(1, 2 * size + FA_CSV_PADDING);
    PROMISE(base && !records->is_out_of_memory);
    if (size)
        memcpy(base, records->bytes.bytes, size);
    struct fa_csv csv;
    fa_csv_init(&csv, base, (uint32_t)size);
    enum fa_csv_outcome outcome;
    uint64_t count = 0;
    do {
        struct fa_csv_rows rows = {
            .width = 1, .stride = 1, .count_max = ROWS, .fields = fields, .records = found};
        outcome = fa_csv_split(&csv, &rows);
        for (uint32_t i = 0; i < rows.count; i++)
            PROMISE(rows.records[i].fault == FA_CSV_SOUND ||
                    rows.records[i].fault == FA_CSV_MANY);
        count += rows.count;
    } while (outcome == FA_CSV_MORE);
    PROMISE(outcome == FA_CSV_END && count == records->origins.count);
    free(base);
    add_sum(reading, records->bytes.bytes, size);
    for (size_t i = 0; i < records->origins.count; i++) {
        add_sum(reading, &records->origins.items[i], sizeof records->origins.items[i]);
        PROMISE(records->origins.items[i].line_no > 0);
    }
    reading->count += count;
}

/* A file in memory; for readers that need one. */
static int file_of(struct fa_str bytes)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    PROMISE(fd >= 0 && write(fd, bytes.bytes, bytes.size) == (ssize_t)bytes.size);
    return fd;
}

/* All that TYPE makes of BYTES, PIECE of them at a time, WANTED bytes of records at a time. The
 * sum is of single records, so it does not depend on how they came. */
static struct reading read_with(const struct fa_reader_type *type,
                                const struct fa_profile *profile, struct fa_str bytes,
                                size_t piece, size_t wanted)
{
    static const struct fa_feed_type feed_type = {read_piece, close_pieces};
    struct reading reading = {0};
    struct fa_fault fault = {0};
    struct piece_feed feed = {{&feed_type, &fault}, bytes, piece};
    struct fa_reader_input input = {.feed = type->needs_file ? NULL : &feed.base,
                                    .fd = type->needs_file ? file_of(bytes) : -1,
                                    .profile = profile,
                                    .table = profile->tables.items,
                                    .fault = &fault};
    struct fa_records records = {0}, all = {0};
    struct fa_reader *reader = type->open(&input);
    PROMISE(reader || fault.is_set);
    bool has_more = reader != NULL;
    while (has_more) {
        fa_records_clear(&records);
        has_more = reader->type->next(reader, wanted, &records);
        PROMISE(!has_more || !fault.is_set);
        PROMISE(!has_more || records.bytes.size >= wanted);
        PROMISE(fa_buf_add(&all.bytes, records.bytes.bytes, records.bytes.size) == FA_OK);
        for (size_t i = 0; i < records.origins.count; i++)
            PROMISE(fa_vec_add(&all.origins, records.origins.items[i]) == FA_OK);
    }
    if (reader)
        reader->type->close(reader);
    if (input.fd >= 0)
        close(input.fd);
    look_at_records(&all, &reading);
    fa_records_release(&records);
    fa_records_release(&all);
    reading.has_fault = fault.is_set;
    if (fault.is_set) {
        PROMISE(fault.code != FA_CODE_MEMORY && fault.code != FA_CODE_IO);
        uint64_t place[] = {fault.code, fault.line_no, fault.column_no};
        add_sum(&reading, place, sizeof place);
    }
    return reading;
}

static struct reading read_both_ways(const struct fa_reader_type *type,
                                     const struct fa_profile *profile, struct fa_str bytes)
{
    struct reading whole = read_with(type, profile, bytes, SIZE_MAX, 1 << 20);
    struct reading pieces = read_with(type, profile, bytes, 7, 1);
    PROMISE(whole.sum == pieces.sum && whole.count == pieces.count);
    return whole;
}

#endif
