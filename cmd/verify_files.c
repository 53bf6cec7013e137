/*
 * Files held against a record: what a refused filing is made of, and the lists beside a workbook.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/report.h"
#include "verify.h"

enum { READ_BYTES = 1 << 16 };

static enum fa_status no_memory(struct tool_run *run)
{
    return fa_out_of_memory(run->sink, "what differs");
}

/* Of a regular file; O_NONBLOCK: opening a FIFO must not wait for a writer. *FILE NULL: errno says why. */
static FILE *open_regular(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is_regular = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    FILE *file = is_regular ? fdopen(fd, "rb") : NULL;
    if (!file && fd >= 0) {
        close(fd);
        errno = EINVAL;
    }
    return file;
}

enum fa_status verify_hash_file(struct tool_run *run, const char *path,
                                char hex[FA_SHA256_HEX_BYTES])
{
    FILE *file = open_regular(path);
    struct fa_sha256 *sha = fa_sha256_new();
    char *block = malloc(READ_BYTES);
    uint8_t digest[FA_SHA256_BYTES];
    enum fa_status status = FA_OK;
    if (!file)
        status = fa_io_error(run->sink, "open", path, errno);
    else if (!sha || !block)
        status = no_memory(run);
    size_t got = 0;
    while (status == FA_OK && (got = fread(block, 1, READ_BYTES, file)) > 0)
        fa_sha256_add(sha, block, got);
    if (status == FA_OK && ferror(file))
        status = fa_io_error(run->sink, "read", path, errno);
    if (status == FA_OK) {
        fa_sha256_finish(sha, digest);
        fa_sha256_hex(digest, hex);
    }
    if (file)
        fclose(file);
    fa_sha256_free(sha);
    free(block);
    return status;
}

/* --- a filing that ingest refused --- */

/* A name that leads out of the filing is none of a source; a record may come from a stranger. */
static bool is_inside(struct fa_str name)
{
    for (size_t at = 0, end; at <= name.size; at = end + 1) {
        end = at;
        while (end < name.size && name.bytes[end] != '/')
            end++;
        struct fa_str part = {name.bytes + at, end - at};
        if (!part.size || fa_str_is(part, "..") || memchr(part.bytes, '\0', part.size))
            return false;
    }
    return true;
}

/* Where NAME of the record would stand in the filing; NULL: no operand can have it. */
static enum fa_status path_of(struct tool_run *run, struct fa_str name, char **path)
{
    struct stat info;
    *path = NULL;
    for (int i = 1; i < run->operand_count && !*path && is_inside(name); i++) {
        const char *operand = run->operands[i];
        const char *slash = strrchr(operand, '/');
        bool is_there = stat(operand, &info) == 0;
        if (is_there && S_ISDIR(info.st_mode)) {
            if (asprintf(path, "%s/%.*s", operand, (int)name.size, name.bytes) < 0) {
                *path = NULL;
                return no_memory(run);
            }
        } else if (is_there && fa_str_is(name, slash ? slash + 1 : operand)) {
            *path = strdup(operand);
            if (!*path)
                return no_memory(run);
        }
    }
    return FA_OK;
}

/* What cannot be opened was refused for it, and has been told. */
static enum fa_status compare_source(struct tool_run *run, const struct fa_provenance_entry *entry,
                                     struct fa_differences *differences)
{
    char *path, hex[FA_SHA256_HEX_BYTES], quoted[FA_QUOTED_BYTES], hash[FA_QUOTED_BYTES];
    enum fa_status status = FA_OK, added = FA_OK;
    struct stat info;
    FA_TRY(path_of(run, entry->name, &path));
    if (!path)
        return FA_OK;
    const char *role = fa_input_role_name(entry->role);
    if (stat(path, &info) != 0)
        added = fa_difference_add(differences, "%s %s: SHA-256 %s, but only in the record", role,
                                  fa_quoted(entry->name, quoted), fa_quoted(entry->value, hash));
    else if (S_ISREG(info.st_mode)) {
        status = verify_hash_file(run, path, hex);
        if (status == FA_OK && !fa_str_is(entry->value, hex))
            added = fa_difference_add(differences, "%s %s: SHA-256 %s, recorded %s", role,
                                      fa_quoted(entry->name, quoted), hex,
                                      fa_quoted(entry->value, hash));
    }
    free(path);
    return added == FA_OK ? status : no_memory(run);
}

enum fa_status verify_compare_sources(struct tool_run *run, const struct fa_provenance *record,
                                      struct fa_differences *differences)
{
    for (size_t i = 0; i < record->entries.count; i++) {
        const struct fa_provenance_entry *entry = &record->entries.items[i];
        bool is_filed = !entry->is_option &&
                        (entry->role == FA_INPUT_SOURCE || entry->role == FA_INPUT_MANIFEST);
        if (is_filed)
            FA_TRY(compare_source(run, entry, differences));
    }
    return FA_OK;
}

/* --- lists beside a workbook --- */

/* "FOLDER of BOOK/STEM.findings.csv" */
static enum fa_status rest_path(struct tool_run *run, const char *book, struct fa_str stem, int rest,
                                char **path)
{
    const char *slash = strrchr(book, '/');
    int folder = slash ? (int)(slash + 1 - book) : 0;
    if (asprintf(path, "%.*s%.*s.%s.csv", folder, book, (int)stem.size, stem.bytes,
                 fa_report_rest_name(rest)) >= 0)
        return FA_OK;
    *path = NULL;
    return no_memory(run);
}

/* LINE_NO: the first that differs, 0: none does. */
static enum fa_status find_line(struct tool_run *run, FILE *made, const char *made_path,
                                FILE *recorded, const char *path, uint64_t *line_no)
{
    uint64_t line = 1;
    int a, b;
    do {
        a = getc(made);
        b = getc(recorded);
        if (a == b)
            line += a == '\n';
    } while (a == b && a != EOF);
    int error = errno;
    if (ferror(made) || ferror(recorded))
        return fa_io_error(run->sink, "read", ferror(made) ? made_path : path, error);
    *line_no = a == b ? 0 : line;
    return FA_OK;
}

static enum fa_status compare_rest(struct tool_run *run, const char *made_path, const char *path,
                                   struct fa_differences *differences)
{
    char quoted[FA_QUOTED_BYTES];
    const char *slash = strrchr(path, '/');
    struct fa_str name = fa_str_from(slash ? slash + 1 : path);
    FILE *made = open_regular(made_path);
    if (!made)
        return FA_OK; /* the workbook shows the list whole */
    FILE *recorded = open_regular(path);
    uint64_t line_no = 0;
    enum fa_status status = FA_OK, added = FA_OK;
    if (!recorded)
        added = fa_difference_add(differences, "file %s: not beside the workbook",
                                  fa_quoted(name, quoted));
    else
        status = find_line(run, made, made_path, recorded, path, &line_no);
    if (line_no)
        added = fa_difference_add(differences, "file %s: line %llu is the first that differs",
                                  fa_quoted(name, quoted), (unsigned long long)line_no);
    fclose(made);
    if (recorded)
        fclose(recorded);
    return added == FA_OK ? status : no_memory(run);
}

enum fa_status verify_compare_rests(struct tool_run *run, const char *made_book, struct fa_str stem,
                                    struct fa_differences *differences)
{
    for (int rest = 0; rest < FA_REPORT_RESTS; rest++) {
        char *made = NULL, *path = NULL;
        enum fa_status status = rest_path(run, made_book, stem, rest, &made);
        if (status == FA_OK)
            status = rest_path(run, run->operands[0], stem, rest, &path);
        if (status == FA_OK)
            status = compare_rest(run, made, path, differences);
        free(made);
        free(path);
        FA_TRY(status);
    }
    return FA_OK;
}
