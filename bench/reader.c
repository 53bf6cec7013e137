/*
 * The readers that the bench compares, on the same file and nothing else done with it:
 *
 *     reader libcsv FILE...   libcsv, strict, with callbacks that do nothing
 *     reader inflate FILE...  zlib's own inflate of .gz files, which looks at nothing
 *     reader expat FILE...    expat with namespaces, with handlers that do nothing
 *     reader expat-plain FILE...  the same without namespaces
 *     reader sheet FILE...    this project's reader of workbooks
 *     reader typed FILE...    this project's reader; columns of times, dates and money are made
 *                             into numbers (no look-ups, hashes, or output)
 */
#include <csv.h>
#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "intake/csv.h"
#include "intake/profile.h"
#include "intake/reader.h"
#include "value/datetime.h"

enum { WINDOW_BYTES = 1 << 20, ROWS = 4096, COLUMNS_MAX = 64 };

static _Noreturn void fail(const char *path, const char *why)
{
    fprintf(stderr, "reader: %s: %s\n", path, why);
    exit(5);
}

static size_t read_full(int file, char *bytes, size_t size, const char *path)
{
    size_t got = 0;
    while (got < size) {
        ssize_t part = read(file, bytes + got, size - got);
        if (part < 0)
            fail(path, strerror(errno));
        if (part == 0)
            break;
        got += (size_t)part;
    }
    return got;
}

/* --- libcsv --- */

static void no_field(void *text, size_t size, void *context)
{
    (void)text, (void)size, (void)context;
}

static void no_record(int end, void *context)
{
    (void)end, (void)context;
}

static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void read_libcsv(const char *path)
{
    static char window[WINDOW_BYTES];
    struct csv_parser parser;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        fail(path, strerror(errno));
    csv_set_space_func(&parser, no_space);
    for (size_t size; (size = read_full(file, window, sizeof window, path)) > 0;)
        if (csv_parse(&parser, window, size, no_field, no_record, NULL) != size)
            fail(path, csv_strerror(csv_error(&parser)));
    csv_fini(&parser, no_field, no_record, NULL);
    csv_free(&parser);
    close(file);
}

/* --- expat --- */

static void no_start(void *context, const char *name, const char **attributes)
{
    (void)context, (void)name, (void)attributes;
}

static void no_end(void *context, const char *name)
{
    (void)context, (void)name;
}

static void no_text(void *context, const char *text, int size)
{
    (void)context, (void)text, (void)size;
}

static void parse_with(XML_Parser parser, const char *path)
{
    enum { PIECE_BYTES = 1 << 16 };
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || !parser)
        fail(path, file < 0 ? strerror(errno) : "no memory");
    XML_SetElementHandler(parser, no_start, no_end);
    XML_SetCharacterDataHandler(parser, no_text);
    size_t got;
    do {
        char *piece = XML_GetBuffer(parser, PIECE_BYTES);
        if (!piece)
            fail(path, "no memory");
        got = read_full(file, piece, PIECE_BYTES, path);
        if (XML_ParseBuffer(parser, (int)got, got < PIECE_BYTES) != XML_STATUS_OK)
            fail(path, "is no XML");
    } while (got == PIECE_BYTES);
    XML_ParserFree(parser);
    close(file);
}

/* --- inflate --- */

static void read_inflated(const char *path)
{
    static char input[WINDOW_BYTES], window[WINDOW_BYTES];
    enum { GZIP_ONLY = 16 };
    z_stream stream = {0};
    int result = inflateInit2(&stream, GZIP_ONLY + MAX_WBITS);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || result != Z_OK)
        fail(path, strerror(errno));
    while (result != Z_STREAM_END) {
        if (stream.avail_in == 0) {
            stream.next_in = (unsigned char *)input;
            stream.avail_in = (uInt)read_full(file, input, sizeof input, path);
        }
        stream.next_out = (unsigned char *)window;
        stream.avail_out = sizeof window;
        result = inflate(&stream, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END)
            fail(path, "cannot be inflated");
    }
    inflateEnd(&stream);
    close(file);
}

static void read_expat(const char *path)
{
    parse_with(XML_ParserCreateNS(NULL, '\n'), path);
}

static void read_expat_plain(const char *path)
{
    parse_with(XML_ParserCreate(NULL), path);
}

/* --- sheet --- */

/* This project's reader of workbooks, nothing done with its records. */
static void read_sheet(const char *path)
{
    struct fa_fault fault = {.is_set = false};
    struct fa_profile profile = {.format = FA_FORMAT_SHEET};
    struct fa_reader_input input = {
        .fd = open(path, O_RDONLY | O_CLOEXEC), .profile = &profile, .fault = &fault};
    struct fa_records records = {.field_count = 0};
    uint64_t count = 0;
    struct fa_reader *reader = input.fd >= 0 ? fa_reader_sheet.open(&input) : NULL;
    bool has_more = reader != NULL;
    while (has_more) {
        fa_records_clear(&records);
        has_more = reader->type->next(reader, WINDOW_BYTES, &records);
        count += records.origins.count;
    }
    if (!reader || fault.is_set)
        fail(path, fault.is_set ? fault.text : strerror(errno));
    reader->type->close(reader);
    fa_records_release(&records);
    close(input.fd);
    printf("%s: %llu records\n", path, (unsigned long long)count);
}

/* --- typed --- */

enum type { TEXT, TIME, DATE, MONEY };

struct reader {
    const char *path;
    struct fa_zone zone;
    struct fa_csv_rows rows;
    enum type types[COLUMNS_MAX];
    int64_t *values[COLUMNS_MAX];
    uint64_t row_count, bad_count;
};

static enum type type_of(struct fa_str name)
{
    static const char *const times[] = {"time", "booked_at", "filed_at"};
    static const char *const dates[] = {"date", "value_date"};
    static const char *const money[] = {"amount", "balance_after", "closing"};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (fa_str_is(name, times[i]))
            return TIME;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        if (fa_str_is(name, dates[i]))
            return DATE;
    for (size_t i = 0; i < sizeof money / sizeof *money; i++)
        if (fa_str_is(name, money[i]))
            return MONEY;
    return TEXT;
}

static struct fa_str field(const struct reader *reader, const char *base, uint32_t row, uint32_t column)
{
    const struct fa_csv_field *at = &reader->rows.fields[row * reader->rows.width + column];
    return (struct fa_str){base + at->start, at->size};
}

static void read_header(struct reader *reader, const char *bytes, size_t size)
{
    const char *end = memchr(bytes, '\n', size);
    if (!end)
        fail(reader->path, "no header");
    for (const char *at = bytes; at < end;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma ? comma : end;
        uint32_t column = reader->rows.width++;
        if (column == COLUMNS_MAX)
            fail(reader->path, "too many columns");
        reader->types[column] = type_of((struct fa_str){at, (size_t)(stop - at)});
        reader->values[column] = calloc(ROWS, sizeof(int64_t));
        at = stop + 1;
    }
    reader->rows.stride = reader->rows.width;
    reader->rows.count_max = ROWS;
    reader->rows.fields = calloc((size_t)ROWS * reader->rows.width, sizeof *reader->rows.fields);
    reader->rows.records = calloc(ROWS, sizeof *reader->rows.records);
    if (!reader->rows.fields || !reader->rows.records)
        fail(reader->path, "out of memory");
}

static void type_column(struct reader *reader, const char *base, uint32_t column)
{
    int64_t *values = reader->values[column];
    for (uint32_t row = 0; row < reader->rows.count; row++) {
        struct fa_str text = field(reader, base, row, column);
        enum fa_value_status status = FA_VALUE_OK;
        switch (reader->types[column]) {
        case TIME:
            status = fa_time_parse(text, &reader->zone, &values[row]);
            break;
        case DATE:
            status = fa_date_parse(text, &values[row]);
            break;
        case MONEY:
            status = fa_money_parse(text, 2, true, &values[row]);
            break;
        case TEXT:
            break;
        }
        reader->bad_count += status != FA_VALUE_OK;
    }
}

static void read_piece(struct reader *reader, char *bytes, uint32_t size)
{
    struct fa_csv csv;
    enum fa_csv_outcome outcome;
    fa_csv_init(&csv, bytes, size);
    do {
        outcome = fa_csv_split(&csv, &reader->rows);
        if (outcome > FA_CSV_END)
            fail(reader->path, "refused");
        for (uint32_t column = 0; column < reader->rows.width; column++)
            if (reader->types[column] != TEXT)
                type_column(reader, csv.base, column);
        reader->row_count += reader->rows.count;
    } while (outcome == FA_CSV_MORE);
}

static void read_typed(const char *path)
{
    struct reader reader = {.path = path};
    static char window[2 * WINDOW_BYTES + FA_CSV_PADDING], piece[2 * WINDOW_BYTES + FA_CSV_PADDING];
    struct fa_csv_cut cut;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || !fa_zone_find(FA_STR("Asia/Shanghai"), &reader.zone))
        fail(path, strerror(errno));
    fa_csv_cut_init(&cut);
    uint32_t have = 0;
    for (bool is_last = false; !is_last;) {
        size_t got = read_full(file, window + have, WINDOW_BYTES - have, path);
        is_last = got < WINDOW_BYTES - have;
        have += (uint32_t)got;
        if (reader.rows.width == 0)
            read_header(&reader, window, have);
        uint32_t size = fa_csv_cut_find(&cut, window, have, is_last);
        if (size == 0 && have > 0)
            fail(path, "a record longer than the window");
        memcpy(piece, window, size);
        memset(piece + size, 0, FA_CSV_PADDING);
        read_piece(&reader, piece, size);
        memmove(window, window + size, have - size);
        have -= size;
        fa_csv_cut_shift(&cut, size);
    }
    close(file);
    printf("%s: %llu records, %llu cells of a wrong type\n", path,
           (unsigned long long)reader.row_count, (unsigned long long)reader.bad_count);
    for (uint32_t column = 0; column < reader.rows.width; column++)
        free(reader.values[column]);
    free(reader.rows.fields);
    free(reader.rows.records);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*read)(const char *path);
    } readers[] = {{"libcsv", read_libcsv}, {"expat", read_expat}, {"expat-plain", read_expat_plain}, {"inflate", read_inflated}, {"sheet", read_sheet}, {"typed", read_typed}};
    for (size_t k = 0; argc > 2 && k < sizeof readers / sizeof *readers; k++) {
        if (strcmp(argv[1], readers[k].name) != 0)
            continue;
        for (int i = 2; i < argc; i++)
            readers[k].read(argv[i]);
        return 0;
    }
    fputs("usage: reader libcsv|expat|expat-plain|inflate|sheet|typed FILE...\n", stderr);
    return 2;
}
