#include "damage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "books.h"

static void need(enum fa_status status)
{
    if (status != FA_OK)
        die("out of memory");
}

/* --- whole files of the filing --- */

static const char *path_of(const char *folder, const char *name, char path[4096])
{
    if (snprintf(path, 4096, "%s/%s", folder, name) >= 4096)
        die("the name of the folder is too long");
    return path;
}

static struct fa_buf file_read(const char *folder, const char *name)
{
    char path[4096], part[4096];
    struct fa_buf text;
    fa_buf_init(&text);
    FILE *file = fopen(path_of(folder, name, path), "rb");
    if (!file)
        die("cannot read %s: %s", path, strerror(errno));
    for (size_t size; (size = fread(part, 1, sizeof part, file)) > 0;)
        need(fa_buf_add(&text, part, size));
    if (ferror(file))
        die("cannot read %s: %s", path, strerror(errno));
    fclose(file);
    return text;
}

static void file_write(const char *folder, const char *name, struct fa_buf *text)
{
    char path[4096];
    FILE *file = fopen(path_of(folder, name, path), "wb");
    if (!file || fwrite(text->bytes, 1, text->size, file) != text->size || fclose(file) != 0)
        die("cannot write %s: %s", path, strerror(errno));
    fa_buf_release(text);
}

static const char *csv_name(const char *table, char name[64])
{
    snprintf(name, 64, "%s.csv", table);
    return name;
}

/* --- cells of a line --- */

/* The cell that begins at AT ends before what this gives: a comma, the line's end, or END. */
static const char *cell_end(const char *at, const char *end)
{
    bool is_quoted = false;
    for (; at < end && (is_quoted || (*at != ',' && *at != '\n')); at++)
        if (*at == '"')
            is_quoted = !is_quoted;
    return at;
}

/* Without the quotes around it, as header names are compared. */
static bool cell_is(const char *at, const char *stop, const char *text)
{
    if (stop - at >= 2 && *at == '"') {
        at++;
        stop--;
    }
    return (size_t)(stop - at) == strlen(text) && memcmp(at, text, strlen(text)) == 0;
}

/* The number of COLUMN in the header, from 0. */
static int column_index(const struct fa_buf *text, const char *table, const char *column)
{
    const char *end = text->bytes + text->size;
    const char *at = text->bytes;
    for (int i = 0; at < end; i++) {
        const char *stop = cell_end(at, end);
        if (cell_is(at, stop, column))
            return i;
        if (stop == end || *stop == '\n')
            break;
        at = stop + 1;
    }
    die("%s.csv has no column %s", table, column);
}

/* Copies TEXT without cell INDEX of each line (RECORD_NO is none), or with TEXT in that cell of
 * one record. */
static struct fa_buf with_cell(const struct fa_buf *from, int index, unsigned record_no,
                               const char *text)
{
    struct fa_buf to;
    fa_buf_init(&to);
    const char *end = from->bytes + from->size;
    unsigned record = 0;
    for (const char *at = from->bytes; at < end; record++) {
        bool is_first = true;
        for (int i = 0;; i++) {
            const char *stop = cell_end(at, end);
            if (text || i != index) {
                if (!is_first)
                    need(fa_buf_add_char(&to, ','));
                is_first = false;
                if (text && i == index && record == record_no)
                    need(fa_buf_add_text(&to, text));
                else
                    need(fa_buf_add(&to, at, (size_t)(stop - at)));
            }
            at = stop + 1;
            if (stop == end || *stop == '\n')
                break;
        }
        need(fa_buf_add_char(&to, '\n'));
    }
    if (text && record_no >= record)
        die("there are %u records, not %u", record - 1, record_no);
    return to;
}

/* The end of what is left when the file breaks off in the middle of record RECORD_NO. */
static size_t cut_at(const struct fa_buf *text, unsigned record_no)
{
    const char *end = text->bytes + text->size;
    const char *at = text->bytes;
    for (; record_no > 0; record_no--) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        if (!next || next + 1 == end)
            die("the file is too short to be cut there");
        at = next + 1;
    }
    const char *next = memchr(at, '\n', (size_t)(end - at));
    return (size_t)(at - text->bytes) + (size_t)((next ? next : end) - at) / 2;
}

/* --- the manifest --- */

/* The control totals of a file that was changed: those of RECORDS and of SUM_COLUMN's amounts.
 */
static void unclaim(const char *folder, const struct damage *damage)
{
    struct fa_buf from = file_read(folder, "filing.manifest"), to;
    char start[96], sum[80];
    fa_buf_init(&to);
    snprintf(start, sizeof start, "  file \"%s.csv\" ", damage->table);
    snprintf(sum, sizeof sum, " sum %s = ", damage->column ? damage->column : "");
    const char *end = from.bytes + from.size;
    for (const char *at = from.bytes; at < end;) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        next = next ? next + 1 : end;
        size_t size = (size_t)(next - at);
        char line[512];
        bool is_it = size > strlen(start) && memcmp(at, start, strlen(start)) == 0;
        if (!is_it) {
            need(fa_buf_add(&to, at, size));
        } else if (damage->kind != LOSE_TABLE) {
            if (size >= sizeof line)
                die("a line of the manifest is too long");
            memcpy(line, at, size);
            line[size - 1] = '\0';
            char *stop = strstr(line, damage->kind == CUT_FILE ? " rows " : " sha256 ");
            if (!stop)
                stop = line + size - 1;
            if (damage->kind == LOSE_COLUMN && strstr(line, sum))
                stop = strstr(line, sum);
            need(fa_buf_add(&to, line, (size_t)(stop - line)));
            need(fa_buf_add_char(&to, '\n'));
        }
        at = next;
    }
    fa_buf_release(&from);
    file_write(folder, "filing.manifest", &to);
}

/* --- what is to come of it --- */

static void damage_say(const struct damage *damage, struct fa_buf *expected,
                       struct fa_buf *readme)
{
    const char *table = damage->table;
    switch (damage->kind) {
    case LOSE_TABLE:
        need(fa_buf_addf(readme, "- `%s.csv` is not there\n", table));
        break;
    case LOSE_COLUMN:
        need(fa_buf_addf(readme, "- `%s.csv` lacks the column `%s`\n", table, damage->column));
        break;
    case GARBLE_CELL:
        need(fa_buf_addf(readme, "- `%s.csv`, record %u: `%s` is `%s`\n", table,
                         damage->record_no, damage->column, damage->text));
        break;
    case CUT_FILE:
        need(fa_buf_addf(readme, "- `%s.csv` breaks off in the middle of record %u\n", table,
                         damage->record_no));
        break;
    }
    if (damage->code)
        need(fa_buf_addf(expected, "reject,%s,%s.csv,,,,,,%u\n", damage->code, table,
                         damage->record_no));
}

static void hindered_say(const struct hindered *hindered, size_t count, struct fa_buf *expected,
                         struct fa_buf *readme)
{
    need(fa_buf_add_text(
        readme, "\n## What cannot be said of it\n\n| rule | | why |\n|---|---|---|\n"));
    for (size_t i = 0; i < count; i++) {
        const struct hindered *rule = &hindered[i];
        need(fa_buf_addf(expected, "%s,%s,,,,,,,\n",
                         rule->is_unknown ? "indeterminate" : "not_testable", rule->rule));
        need(fa_buf_addf(readme, "| %s | %s | %s |\n", rule->rule,
                         rule->is_unknown ? "in doubt" : "not testable", rule->why));
    }
}

/* --- damage --- */

static void damage_file(const char *folder, const struct damage *damage)
{
    char name[64], path[4096];
    csv_name(damage->table, name);
    if (damage->kind == LOSE_TABLE) {
        if (remove(path_of(folder, name, path)) != 0)
            die("cannot remove %s: %s", path, strerror(errno));
        return;
    }
    struct fa_buf from = file_read(folder, name);
    if (damage->kind == CUT_FILE) {
        from.size = cut_at(&from, damage->record_no);
        file_write(folder, name, &from);
        return;
    }
    int index = column_index(&from, damage->table, damage->column);
    struct fa_buf to = damage->kind == LOSE_COLUMN
                           ? with_cell(&from, index, 0, NULL)
                           : with_cell(&from, index, damage->record_no, damage->text);
    fa_buf_release(&from);
    file_write(folder, name, &to);
}

void damage_filing(const char *folder, const struct damage *damages, size_t damage_count,
                   const struct hindered *hindered, size_t hindered_count)
{
    struct fa_buf expected = file_read(folder, "expected.csv");
    struct fa_buf readme = file_read(folder, "README.md");
    need(fa_buf_add_text(&readme, "\n## What is damaged\n\n"));
    for (size_t i = 0; i < damage_count; i++) {
        damage_file(folder, &damages[i]);
        unclaim(folder, &damages[i]);
        damage_say(&damages[i], &expected, &readme);
    }
    hindered_say(hindered, hindered_count, &expected, &readme);
    file_write(folder, "expected.csv", &expected);
    file_write(folder, "README.md", &readme);
}
