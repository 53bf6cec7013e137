/*
 * A bare libxlsxwriter loop over the cells of a workbook, which bench/book.pl lists for it: what
 * flowaudit-report is measured against. The list is read first; only the writing is timed.
 *
 * A line of the list is KIND TAB ROW TAB COLUMN TAB FORMAT TAB TEXT: s for a string, n for a number, f
 * for a formula (its cached value behind another TAB), b for a blank; "w NAME" begins a sheet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <xlsxwriter.h>

enum { FORMATS = 64 };

struct cell {
    char kind;
    lxw_row_t row;
    lxw_col_t column;
    unsigned format;
    char *text, *value;
    double number;
};

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* A tab, a line feed or a backslash within a text comes as \t, \n or \\. */
static char *unescape(char *text)
{
    char *to = text;
    for (char *from = text; *from; from++) {
        if (*from != '\\' || !from[1]) {
            *to++ = *from;
            continue;
        }
        from++;
        *to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : '\\';
    }
    *to = '\0';
    return text;
}

static char *field(char **rest)
{
    static char nothing[1];
    char *begin = *rest, *end = begin ? strchr(begin, '\t') : NULL;
    if (end)
        *end = '\0';
    *rest = end ? end + 1 : NULL;
    return begin ? begin : nothing;
}

static size_t read_list(const char *path, struct cell **cells)
{
    size_t count = 0, capacity = 0, room = 0;
    char *line = NULL;
    FILE *in = fopen(path, "r");
    if (!in) {
        perror(path);
        exit(1);
    }
    for (ssize_t size; (size = getline(&line, &room, in)) > 0;) {
        line[size - 1] = '\0';
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 65536;
            *cells = realloc(*cells, capacity * sizeof **cells);
        }
        char *rest = strdup(line);
        struct cell *cell = &(*cells)[count++];
        cell->kind = *field(&rest);
        cell->row = (lxw_row_t)strtoul(field(&rest), NULL, 10);
        cell->column = (lxw_col_t)strtoul(field(&rest), NULL, 10);
        cell->format = (unsigned)strtoul(field(&rest), NULL, 10) % FORMATS;
        cell->text = unescape(field(&rest));
        cell->value = unescape(field(&rest));
        cell->number = 0;
        if (cell->kind == 'n' && sscanf(cell->text, "%lf", &cell->number) != 1) {
            fprintf(stderr, "%s: no number: %s\n", path, cell->text);
            exit(1);
        }
    }
    free(line);
    fclose(in);
    return count;
}

int main(int argc, char **argv)
{
    struct cell *cells = NULL;
    if (argc != 3) {
        fprintf(stderr, "usage: book LIST OUTPUT\n");
        return 2;
    }
    size_t count = read_list(argv[1], &cells);
    double begin = cpu_seconds();
    lxw_workbook_options options = {.constant_memory = 1};
    lxw_workbook *file = workbook_new_opt(argv[2], &options);
    lxw_format *formats[FORMATS];
    lxw_worksheet *sheet = NULL;
    for (int i = 0; i < FORMATS; i++) {
        formats[i] = workbook_add_format(file);
        format_set_font_color(formats[i], (lxw_color_t)i);
    }
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = &cells[i];
        lxw_format *format = formats[cell->format];
        if (cell->kind == 'w')
            sheet = workbook_add_worksheet(file, cell->text);
        else if (cell->kind == 's')
            worksheet_write_string(sheet, cell->row, cell->column, cell->text, format);
        else if (cell->kind == 'n')
            worksheet_write_number(sheet, cell->row, cell->column, cell->number, format);
        else if (cell->kind == 'f')
            worksheet_write_formula_str(sheet, cell->row, cell->column, cell->text, format,
                                        cell->value);
        else
            worksheet_write_blank(sheet, cell->row, cell->column, format);
    }
    lxw_error error = workbook_close(file);
    printf("%.3f\n", cpu_seconds() - begin);
    return error != LXW_NO_ERROR;
}
