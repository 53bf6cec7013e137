#include "report/bookread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "intake/sheet_rows.h"

enum { LETTERS = 26 };

/* A cell whose texts are places in the row's bytes, which move while it grows. */
struct kept_cell {
    uint32_t column_no;
    size_t value_at, value_size, formula_at, formula_size;
};

struct fa_book_walk {
    struct fa_book_file *file;
    struct fa_sink *sink;
    struct fa_part *part;
    struct fa_str sheet; /* its name */
    bool is_data, is_row, is_cell, is_text, is_formula, is_shared, is_inline, is_row_over, is_over;
    unsigned depth; /* below the cell */
    uint32_t row_no;
    struct fa_buf bytes, text, formula;
    FA_VEC(struct kept_cell) kept;
    FA_VEC(struct fa_book_cell) cells;
    struct kept_cell cell; /* that is open */
};

static void refuse(struct fa_book_walk *walk, const char *why)
{
    struct fa_fault *fault = &walk->file->fault;
    if (!fault->is_set) {
        fault->is_cell = true;
        snprintf(fault->sheet, sizeof fault->sheet, "%.*s", (int)walk->sheet.size,
                 walk->sheet.bytes);
    }
    fa_fault_set(fault, FA_CODE_SHEET_BROKEN, walk->row_no, walk->cell.column_no, NULL,
                 "the workbook cannot be read: %s", why);
    fa_part_stop(walk->part);
}

static void no_memory(struct fa_book_walk *walk)
{
    fa_fault_set_memory(&walk->file->fault);
    fa_part_stop(walk->part);
}

/* At most nine digits; 0: it is no number from 1. */
static uint32_t number_of(const char *text)
{
    uint32_t value = 0;
    size_t count = 0;
    for (; text[count] >= '0' && text[count] <= '9' && count < 9; count++)
        value = 10 * value + (uint32_t)(text[count] - '0');
    return text[count] ? 0 : value;
}

static void start_row(struct fa_book_walk *walk, const char **attributes)
{
    const char *number = fa_part_attribute(attributes, "r", false);
    uint32_t row_no = number ? number_of(number) : walk->row_no + 1;
    walk->is_row = true;
    walk->cell = (struct kept_cell){0};
    if (row_no <= walk->row_no || row_no > FA_SHEET_ROW_MAX)
        refuse(walk, "a row stands out of order");
    walk->row_no = row_no;
}

static void start_cell(struct fa_book_walk *walk, const char **attributes)
{
    const char *place = fa_part_attribute(attributes, "r", false);
    const char *type = fa_part_attribute(attributes, "t", false);
    uint32_t column_no = walk->cell.column_no + 1;
    if (place) {
        column_no = 0;
        for (size_t i = 0; place[i] >= 'A' && place[i] <= 'Z' && i < 3; i++)
            column_no = LETTERS * column_no + (uint32_t)(place[i] - 'A' + 1);
    }
    if (column_no <= walk->cell.column_no || column_no > FA_SHEET_COLUMN_MAX)
        refuse(walk, "a cell stands out of order");
    walk->cell = (struct kept_cell){.column_no = column_no};
    walk->is_cell = true;
    walk->depth = 0;
    walk->is_shared = type && strcmp(type, "s") == 0;
    walk->is_text = walk->is_formula = walk->is_inline = false;
    fa_buf_clear(&walk->text);
    fa_buf_clear(&walk->formula);
}

static void start_element(void *context, const char *name, const char **attributes)
{
    struct fa_book_walk *walk = context;
    if (!walk->is_data) {
        walk->is_data = !walk->is_over && strcmp(name, "sheetData") == 0;
    } else if (walk->is_cell) {
        walk->depth++;
        walk->is_inline |= strcmp(name, "is") == 0;
        walk->is_formula = strcmp(name, "f") == 0;
        walk->is_text = strcmp(name, "v") == 0 || (walk->is_inline && strcmp(name, "t") == 0);
    } else if (walk->is_row && strcmp(name, "c") == 0) {
        start_cell(walk, attributes);
    } else if (!walk->is_row && strcmp(name, "row") == 0) {
        start_row(walk, attributes);
    }
}

static void add_text(void *context, const char *bytes, int size)
{
    struct fa_book_walk *walk = context;
    if (!walk->is_text && !walk->is_formula)
        return;
    struct fa_buf *to = walk->is_formula ? &walk->formula : &walk->text;
    if ((size_t)size > FA_FIELD_BYTES_MAX - to->size)
        refuse(walk, "a cell is too long");
    else if (fa_buf_add(to, bytes, (size_t)size) != FA_OK)
        no_memory(walk);
}

/* Index of a shared text, or UINT32_MAX. */
static uint32_t shared_number(struct fa_buf *text)
{
    const char *digits = fa_buf_cstr(text);
    if (!digits || !*digits)
        return UINT32_MAX;
    uint32_t number = number_of(digits);
    return number || strcmp(digits, "0") == 0 ? number : UINT32_MAX;
}

static bool resolve(struct fa_book_walk *walk, struct fa_str *value)
{
    struct fa_sheet_texts *texts = &walk->file->book.texts;
    *value = fa_buf_str(&walk->text);
    if (!walk->is_shared || value->size == 0)
        return true;
    uint32_t number = shared_number(&walk->text);
    if (number >= texts->starts.count) {
        refuse(walk, "a cell shows a shared text that is not there");
        return false;
    }
    return fa_sheet_texts_get(texts, number, value, &walk->file->fault);
}

static void end_cell(struct fa_book_walk *walk)
{
    struct fa_str value;
    walk->is_cell = false;
    if (!resolve(walk, &value) || (value.size == 0 && walk->formula.size == 0))
        return;
    struct kept_cell cell = walk->cell;
    cell.value_at = walk->bytes.size;
    cell.value_size = value.size;
    cell.formula_at = cell.value_at + value.size;
    cell.formula_size = walk->formula.size;
    if (fa_buf_add_str(&walk->bytes, value) != FA_OK ||
        fa_buf_add_str(&walk->bytes, fa_buf_str(&walk->formula)) != FA_OK ||
        fa_vec_add(&walk->kept, cell) != FA_OK)
        no_memory(walk);
    else if (walk->bytes.size > FA_RECORD_BYTES_MAX)
        refuse(walk, "a row is too long");
}

static void end_element(void *context, const char *name)
{
    struct fa_book_walk *walk = context;
    walk->is_text = walk->is_formula = false;
    if (!walk->is_data)
        return;
    if (walk->is_cell && walk->depth) {
        walk->depth--;
    } else if (walk->is_cell) {
        end_cell(walk);
    } else if (walk->is_row && strcmp(name, "row") == 0) {
        walk->is_row = false;
        walk->is_row_over = true;
        fa_part_stop(walk->part);
    } else if (strcmp(name, "sheetData") == 0) {
        walk->is_data = false;
        walk->is_over = true;
    }
}

/* --- the file --- */

static enum fa_status tell(struct fa_book_file *file, struct fa_sink *sink)
{
    return fa_fault_tell(&file->fault, fa_str_from(file->path), file->path, sink);
}

enum fa_status fa_book_file_open(struct fa_book_file *file, const char *path, const char *spool_dir,
                                 struct fa_sink *sink)
{
    *file = (struct fa_book_file){.fd = open(path, O_RDONLY | O_CLOEXEC), .path = path};
    if (file->fd < 0)
        return fa_io_error(sink, "open", path, errno);
    if (!fa_sheet_book_open(&file->book, file->fd, spool_dir, &file->fault))
        return tell(file, sink);
    return FA_OK;
}

void fa_book_file_close(struct fa_book_file *file)
{
    if (file->fd < 0)
        return;
    fa_sheet_book_close(&file->book);
    close(file->fd);
    file->fd = -1;
}

enum fa_status fa_book_walk_open(struct fa_book_file *file, size_t sheet, struct fa_sink *sink,
                                 struct fa_book_walk **walk)
{
    static const struct fa_part_handlers handlers = {start_element, end_element, add_text};
    struct fa_book_walk *made = calloc(1, sizeof *made);
    if (!made)
        return fa_out_of_memory(sink, "the rows of a workbook");
    *walk = made;
    made->file = file;
    made->sink = sink;
    made->sheet = file->book.sheets.items[sheet].name;
    if (file->book.sheets.items[sheet].part < 0)
        made->is_over = true;
    else
        made->part = fa_part_open(&file->book.package, file->book.sheets.items[sheet].part,
                                  &handlers, made);
    return made->part || made->is_over ? FA_OK : tell(file, sink);
}

enum fa_status fa_book_walk_next(struct fa_book_walk *walk, struct fa_book_row *row)
{
    fa_buf_clear(&walk->bytes);
    walk->kept.count = walk->cells.count = 0;
    walk->is_row_over = false;
    *row = (struct fa_book_row){0};
    while (walk->part && !walk->is_row_over && fa_part_read(walk->part))
        continue;
    FA_TRY(tell(walk->file, walk->sink));
    if (!walk->is_row_over)
        return FA_OK;
    for (size_t i = 0; i < walk->kept.count; i++) {
        const struct kept_cell *kept = &walk->kept.items[i];
        const struct fa_book_cell cell = {
            kept->column_no, {walk->bytes.bytes + kept->value_at, kept->value_size},
            {walk->bytes.bytes + kept->formula_at, kept->formula_size}};
        if (fa_vec_add(&walk->cells, cell) != FA_OK)
            return fa_out_of_memory(walk->sink, "the rows of a workbook");
    }
    *row = (struct fa_book_row){walk->row_no, walk->cells.items, walk->cells.count};
    return FA_OK;
}

void fa_book_walk_close(struct fa_book_walk *walk)
{
    if (!walk)
        return;
    fa_part_close(walk->part);
    fa_buf_release(&walk->bytes);
    fa_buf_release(&walk->text);
    fa_buf_release(&walk->formula);
    fa_vec_free(&walk->kept);
    fa_vec_free(&walk->cells);
    free(walk);
}

const char *fa_cell_name(uint32_t row_no, uint32_t column_no, char text[FA_CELL_NAME_BYTES])
{
    char letters[8];
    size_t size = sizeof letters;
    letters[--size] = '\0';
    for (uint32_t rest = column_no; rest && size; rest = (rest - 1) / LETTERS)
        letters[--size] = (char)('A' + (rest - 1) % LETTERS);
    snprintf(text, FA_CELL_NAME_BYTES, "%s%u", letters + size, (unsigned)row_no);
    return text;
}
