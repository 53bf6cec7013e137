#include "intake/sheet_rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

void fa_sheet_fault(struct fa_sheet_rows *rows, enum fa_code code, const char *hint,
                    const char *format, ...)
{
    char text[FA_QUOTED_BYTES + 256];
    va_list args;
    if (rows->fault->is_set)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fa_fault_set(rows->fault, code, rows->row_no, rows->column_no, hint, "%s", text);
    rows->fault->is_cell = rows->row_no > 0;
    struct fa_str name = rows->sheet;
    if (name.size >= sizeof rows->fault->sheet)
        name.size = sizeof rows->fault->sheet - 1;
    name.size = fa_utf8_valid_size(name);
    if (name.size)
        memcpy(rows->fault->sheet, name.bytes, name.size);
    rows->fault->sheet[name.size] = '\0';
}

bool fa_sheet_row(struct fa_sheet_rows *rows, uint64_t row_no)
{
    uint32_t before = rows->row_no;
    if (row_no > FA_SHEET_ROW_MAX || row_no <= before) {
        fa_sheet_fault(rows, FA_CODE_SHEET_BROKEN, "open it in its program and save it again",
                       "row %llu follows row %u; a sheet has rows 1 to %d, in order",
                       (unsigned long long)row_no, before, FA_SHEET_ROW_MAX);
        return false;
    }
    rows->row_no = (uint32_t)row_no;
    rows->column_no = 0;
    rows->is_begun = false;
    return true;
}

bool fa_sheet_cell(struct fa_sheet_rows *rows, uint64_t column_no)
{
    if (column_no > FA_SHEET_COLUMN_MAX || column_no <= rows->column_no) {
        fa_sheet_fault(rows, FA_CODE_SHEET_BROKEN, "open it in its program and save it again",
                       "column %llu follows column %u; a row has columns 1 to %d, in order",
                       (unsigned long long)column_no, rows->column_no, FA_SHEET_COLUMN_MAX);
        return false;
    }
    rows->column_no = (uint32_t)column_no;
    return true;
}

bool fa_sheet_value(struct fa_sheet_rows *rows, struct fa_str text)
{
    struct fa_records *out = rows->out;
    if (!text.size)
        return true;
    if (rows->column_no > FA_RECORD_FIELDS_MAX || text.size > FA_FIELD_BYTES_MAX) {
        fa_sheet_fault(rows, FA_CODE_SHEET_LIMIT, NULL,
                       "a row may have values in %u columns, of %u bytes each",
                       FA_RECORD_FIELDS_MAX, FA_FIELD_BYTES_MAX);
        return false;
    }
    if (!rows->is_begun) {
        fa_record_start(out, (struct fa_origin){.line_no = rows->row_no});
        rows->is_begun = true;
        rows->begun_at = out->bytes.size;
    }
    while (out->field_count + 1 < rows->column_no)
        fa_record_add(out, (struct fa_str){"", 0});
    fa_record_add(out, text);
    if (out->is_out_of_memory) {
        fa_fault_set_memory(rows->fault);
        return false;
    }
    if (out->bytes.size - rows->begun_at > FA_RECORD_BYTES_MAX) {
        fa_sheet_fault(rows, FA_CODE_SHEET_LIMIT, NULL, "a row may have %u bytes",
                       FA_RECORD_BYTES_MAX);
        return false;
    }
    return true;
}

void fa_sheet_row_end(struct fa_sheet_rows *rows)
{
    if (!rows->is_begun)
        return;
    rows->is_begun = false;
    fa_record_end(rows->out);
    if (rows->out->is_out_of_memory)
        fa_fault_set_memory(rows->fault);
}
