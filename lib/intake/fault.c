#include "intake/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void fa_fault_set(struct fa_fault *fault, enum fa_code code, uint64_t line_no,
                  uint64_t column_no, const char *hint, const char *format, ...)
{
    if (fault->is_set)
        return;
    va_list args;
    fault->is_set = true;
    fault->code = code;
    fault->line_no = line_no;
    fault->column_no = column_no;
    va_start(args, format);
    vsnprintf(fault->text, sizeof fault->text, format, args);
    va_end(args);
    snprintf(fault->hint, sizeof fault->hint, "%s", hint ? hint : "");
}

void fa_fault_set_io(struct fa_fault *fault, int error)
{
    if (!fault->is_set)
        fault->error = error;
    fa_fault_set(fault, FA_CODE_IO, 0, 0, NULL, "cannot be read");
}

void fa_fault_set_memory(struct fa_fault *fault)
{
    fa_fault_set(fault, FA_CODE_MEMORY, 0, 0, NULL, "memory is out");
}

void fa_fault_set_spool(struct fa_fault *fault, int error)
{
    fa_fault_set(fault, FA_CODE_IO, 0, 0,
                 "free space where temporary files go, or name another folder with TMPDIR",
                 "cannot write a temporary file: %s", strerror(error));
}

enum fa_status fa_fault_tell(const struct fa_fault *fault, struct fa_str source,
                             const char *path, struct fa_sink *sink)
{
    if (!fault->is_set)
        return FA_OK;
    if (fault->code == FA_CODE_IO && fault->error)
        return fa_io_error(sink, "read", path, fault->error);
    if (fault->code == FA_CODE_MEMORY)
        return fa_out_of_memory(sink, "the reader of a file");
    struct fa_place place = {.source = source,
                             .line_no = fault->line_no,
                             .column_no = fault->column_no,
                             .is_cell = fault->is_cell,
                             .sheet = fa_str_from(fault->sheet)};
    return fa_error(sink, fault->code, place, fault->hint[0] ? fault->hint : NULL, "%s",
                    fault->text);
}
