#include "report/readback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { WINDOW_BYTES = 256 * 1024, TAIL_BYTES = 64 };

static enum fa_status refuse(struct fa_sink *sink, const char *path, const char *part,
                             const char *why)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(sink, FA_CODE_REPORT_READBACK, (struct fa_place){0},
                    "the disk of the output, or of its temporary files, is probably full",
                    "workbook %s is damaged: part %s: %s", fa_quoted(fa_str_from(path), quoted),
                    part, why);
}

/* Counts "<row" and "<c" tags as the bytes pass; tags may be cut by the end of a window. */
struct tag_counter {
    uint64_t row_count, cell_count;
    char tag[5]; /* the bytes after '<' that were seen, while a tag's name is read */
    int size;    /* -1: not inside a tag's name */
};

/* The byte C of a tag's name, or behind it. */
static void count_name(struct tag_counter *counter, char c)
{
    bool ends = c == ' ' || c == '>' || c == '/';
    if (ends) {
        counter->row_count += counter->size == 3 && memcmp(counter->tag, "row", 3) == 0;
        counter->cell_count += counter->size == 1 && counter->tag[0] == 'c';
    }
    if (ends || counter->size == (int)sizeof counter->tag)
        counter->size = -1;
    else
        counter->tag[counter->size++] = c;
}

static void count_tags(struct tag_counter *counter, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (counter->size < 0) {
            const char *next = memchr(bytes + i, '<', size - i);
            if (!next)
                return;
            i = (size_t)(next - bytes);
        }
        if (bytes[i] == '<')
            counter->size = 0;
        else
            count_name(counter, bytes[i]);
    }
}

/* The name of the root element and that the part's last bytes close it. */
static bool ends_with_root(const char *begin, const char *tail)
{
    const char *root = begin;
    while (root && (root = strchr(root, '<')) && (root[1] == '?' || root[1] == '!'))
        root++;
    if (!root)
        return false;
    size_t size = strcspn(root + 1, " />\r\n");
    char closing[TAIL_BYTES];
    int closing_size =
        snprintf(closing, sizeof closing, "</%.*s>", (int)(size < 48 ? size : 48), root + 1);
    const char *last = strrchr(tail, '<');
    if (!last || closing_size < 0)
        return false;
    bool is_closed = strncmp(last, closing, (size_t)closing_size) == 0;
    bool is_empty_root =
        strchr(begin, '<') && strstr(last, "/>") != NULL; /* a root without content */
    return is_closed || is_empty_root;
}

static enum fa_status read_part(zip_t *zip, zip_uint64_t index, const char *path,
                                const char *name, struct tag_counter *counter,
                                struct fa_sink *sink)
{
    static const char *const no_bytes = "it cannot be read";
    zip_file_t *file = zip_fopen_index(zip, index, 0);
    if (!file)
        return refuse(sink, path, name, no_bytes);
    char *window = malloc(WINDOW_BYTES);
    if (!window) {
        zip_fclose(file);
        return fa_out_of_memory(sink, "reading the workbook back");
    }
    char begin[512] = "", tail[TAIL_BYTES + 1] = "";
    zip_int64_t size;
    size_t total = 0;
    while ((size = zip_fread(file, window, WINDOW_BYTES)) > 0) {
        size_t got = (size_t)size;
        if (total == 0)
            snprintf(begin, sizeof begin, "%.*s", (int)(got < 511 ? got : 511), window);
        count_tags(counter, window, got);
        size_t keep = got < TAIL_BYTES ? got : TAIL_BYTES;
        size_t old = strlen(tail), room = TAIL_BYTES - keep;
        size_t kept_old = old < room ? old : room;
        memmove(tail, tail + old - kept_old, kept_old);
        memcpy(tail + kept_old, window + got - keep, keep);
        tail[kept_old + keep] = '\0';
        total += got;
    }
    free(window);
    int close_error = zip_fclose(file); /* reports a wrong CRC */
    if (size < 0 || close_error)
        return refuse(sink, path, name, no_bytes);
    return ends_with_root(begin, tail) ? FA_OK
                                       : refuse(sink, path, name, "it ends in the middle");
}

static bool is_xml(const char *name)
{
    size_t size = strlen(name);
    return (size > 4 && strcmp(name + size - 4, ".xml") == 0) ||
           (size > 5 && strcmp(name + size - 5, ".rels") == 0);
}

enum fa_status fa_workbook_read_back(const char *path, const struct fa_sheet_count *sheets,
                                     int sheet_count, struct fa_sink *sink)
{
    int error = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    if (!zip)
        return refuse(sink, path, "archive", "it is not a whole zip archive");
    int seen = 0;
    enum fa_status status = FA_OK;
    zip_int64_t entry_count = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; status == FA_OK && i < entry_count; i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
        if (!name || !is_xml(name))
            continue;
        struct tag_counter counter = {.size = -1};
        status = read_part(zip, (zip_uint64_t)i, path, name, &counter, sink);
        int sheet_no = 0;
        if (status == FA_OK && sscanf(name, "xl/worksheets/sheet%d.xml", &sheet_no) == 1) {
            seen++;
            if (sheet_no < 1 || sheet_no > sheet_count ||
                counter.row_count != sheets[sheet_no - 1].row_count ||
                counter.cell_count != sheets[sheet_no - 1].cell_count)
                status = refuse(sink, path, name, "it lacks rows or cells that were written");
        }
    }
    if (status == FA_OK && seen != sheet_count)
        status = refuse(sink, path, "workbook", "a sheet is missing");
    zip_discard(zip);
    return status;
}
