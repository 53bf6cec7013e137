/*
 * The texts that the cells of a workbook share: added in order, looked up by number. Those that
 * take more memory than a limit go to an unlinked file.
 */
#ifndef FA_INTAKE_SHEET_TEXTS_H
#define FA_INTAKE_SHEET_TEXTS_H

#include "base/vec.h"
#include "intake/fault.h"

struct fa_sheet_texts {
    struct fa_buf bytes;     /* of the texts behind those that the file holds */
    FA_VEC(uint32_t) starts; /* of each text, counted over file and memory */
    uint64_t total_bytes, file_bytes;
    int fd; /* -1: everything is in memory */
    const char *spool_dir;
    struct fa_buf loaded; /* the text that was last read from the file */
    uint64_t memory_max;
};

/* SPOOL_DIR, for the file, outlives the texts; NULL: there can be none, and the limit is a
 * fault. */
void fa_sheet_texts_init(struct fa_sheet_texts *texts, const char *spool_dir);
void fa_sheet_texts_release(struct fa_sheet_texts *texts);
/* False: the fault was kept. */
bool fa_sheet_texts_add(struct fa_sheet_texts *texts, struct fa_str text,
                        struct fa_fault *fault);
/* NUMBER < starts.count. The text stays valid until the next call. False: a fault was kept. */
bool fa_sheet_texts_get(struct fa_sheet_texts *texts, uint32_t number, struct fa_str *text,
                        struct fa_fault *fault);

#endif
