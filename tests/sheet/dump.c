/*
 * Shows what the reader of workbooks gives, so that scripts can compare it:
 *
 *     dump FILE [SHEET]
 *
 * A line "ROW<tab>RECORD" for each record, line breaks in it as \n; then "rows N", or the
 * fault.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intake/profile.h"
#include "intake/reader.h"

static void show_field(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            fputs("\\n", stdout);
        else
            putchar(bytes[i]);
    }
}

/* A record ends at the line break that is outside quotes. */
static uint64_t show(const struct fa_records *records)
{
    size_t at = 0;
    for (size_t i = 0; i < records->origins.count; i++) {
        size_t start = at;
        bool is_quoted = false;
        for (; is_quoted || records->bytes.bytes[at] != '\n'; at++)
            is_quoted ^= records->bytes.bytes[at] == '"';
        printf("%llu\t", (unsigned long long)records->origins.items[i].line_no);
        show_field(records->bytes.bytes + start, at - start);
        putchar('\n');
        at++;
    }
    return records->origins.count;
}

static void show_fault(const struct fa_fault *fault)
{
    printf("fault %s", fa_code_info(fault->code)->name);
    if (fault->is_cell)
        printf(" at row %llu column %llu", (unsigned long long)fault->line_no,
               (unsigned long long)fault->column_no);
    printf(": %s", fault->text);
    if (fault->hint[0])
        printf(" (%s)", fault->hint);
    putchar('\n');
}

int main(int count, char **arguments)
{
    enum { WINDOW_BYTES = 1 << 16 };
    if (count < 2)
        return 2;
    struct fa_fault fault = {.is_set = false};
    struct fa_profile profile = {.sheet = fa_str_from(count > 2 ? arguments[2] : NULL)};
    struct fa_reader_input input = {.fd = open(arguments[1], O_RDONLY | O_CLOEXEC),
                                    .profile = &profile,
                                    .spool_dir = "/tmp",
                                    .fault = &fault};
    struct fa_records records = {.field_count = 0};
    uint64_t row_count = 0;
    struct fa_reader *reader = fa_reader_sheet.open(&input);
    bool has_more = reader != NULL;
    while (has_more) {
        fa_records_clear(&records);
        has_more = reader->type->next(reader, WINDOW_BYTES, &records);
        row_count += fault.is_set ? 0 : show(&records);
    }
    if (reader)
        reader->type->close(reader);
    fa_records_release(&records);
    close(input.fd);
    if (fault.is_set)
        show_fault(&fault);
    else
        printf("rows %llu\n", (unsigned long long)row_count);
    return fault.is_set ? 4 : 0;
}
