/*
 * Why bytes could not be read, kept until it may be told. Files are read while another thread
 * commits what came before, so whoever reads sends no message; the first fault is kept, reading
 * ends, and fa_fault_tell() sends the one message when its turn has come.
 */
#ifndef FA_INTAKE_FAULT_H
#define FA_INTAKE_FAULT_H

#include "base/diag.h"

struct fa_fault {
    bool is_set;
    enum fa_code code;
    uint64_t line_no, column_no; /* of the source; 0: unknown */
    bool is_cell; /* of a sheet: line_no is the row, column_no the column from 1 */
    char sheet[128];             /* of a cell: the sheet's name, as far as there is room */
    int error;    /* code IO: errno of the file itself; 0: the text says it all */
    char text[FA_QUOTED_BYTES + 256];
    char hint[256];
};

/* Keeps the fault unless there is one; the texts are copied. LINE_NO and COLUMN_NO may be 0.
 * HINT may be NULL. */
void fa_fault_set(struct fa_fault *fault, enum fa_code code, uint64_t line_no,
                  uint64_t column_no, const char *hint, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* Code IO: ERROR is errno. */
void fa_fault_set_io(struct fa_fault *fault, int error);
void fa_fault_set_memory(struct fa_fault *fault);
/* A temporary file could not be made or written: ERROR is errno. */
void fa_fault_set_spool(struct fa_fault *fault, int error);

/* Sends the message and returns its status; FA_OK when there is none. SOURCE is the file within
 * the filing, PATH the one to name when it could not be read. */
enum fa_status fa_fault_tell(const struct fa_fault *fault, struct fa_str source,
                             const char *path, struct fa_sink *sink) FA_MUST_USE;

#endif
