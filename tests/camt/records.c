/*
 * records [-s] FILE [BYTES]: what the reader of camt makes of a file, as CSV, asked for BYTES
 * at a time; -s counts only. A fault is the last line: its code, line, column and text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>

#include "intake/profile.h"
#include "intake/reader.h"

struct file_feed {
    struct fa_feed base;
    int fd;
};

static size_t read_file(struct fa_feed *feed, char *out, size_t size)
{
    ssize_t got = read(((struct file_feed *)feed)->fd, out, size);
    return got > 0 ? (size_t)got : 0;
}

static void close_file(struct fa_feed *feed)
{
    (void)close(((struct file_feed *)feed)->fd);
}

int main(int argc, char **argv)
{
    static const struct fa_feed_type type = {read_file, close_file};
    int first = argc > 1 && strcmp(argv[1], "-s") == 0 ? 2 : 1;
    if (argc <= first) {
        fprintf(stderr, "usage: %s [-s] FILE [BYTES]\n", argv[0]);
        return 2;
    }
    struct fa_fault fault = {0};
    struct file_feed feed = {{&type, &fault}, open(argv[first], O_RDONLY | O_CLOEXEC)};
    if (feed.fd < 0) {
        perror(argv[first]);
        return 5;
    }
    struct fa_reader_input input = {.feed = &feed.base, .fd = -1, .fault = &fault};
    struct fa_reader *reader = fa_reader_camt.open(&input);
    if (!reader)
        return 6;
    size_t bytes = argc > first + 1 ? strtoul(argv[first + 1], NULL, 10) : 1 << 20;
    uint64_t record_count = 0, byte_count = 0;
    struct fa_records records = {0};
    bool is_more = true;
    while (is_more) {
        fa_records_clear(&records);
        is_more = fa_reader_camt.next(reader, bytes, &records);
        record_count += records.origins.count;
        byte_count += records.bytes.size;
        if (first == 1)
            fwrite(records.bytes.bytes, 1, records.bytes.size, stdout);
    }
    if (first == 2)
        printf("%llu records, %llu bytes\n", (unsigned long long)record_count,
               (unsigned long long)byte_count);
    if (fault.is_set)
        printf("%s:%llu:%llu: %s\n", fa_code_info(fault.code)->name,
               (unsigned long long)fault.line_no, (unsigned long long)fault.column_no,
               fault.text);
    fa_reader_camt.close(reader);
    fa_records_release(&records);
    fa_feed_close(&feed.base);
    return 0;
}
