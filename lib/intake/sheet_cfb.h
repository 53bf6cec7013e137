/*
 * A compound file (MS-CFB), the container of .xls: one of its streams, readable at any place. A
 * chain of sectors that is longer than the file is a circle and refused; nothing is allocated
 * that is not smaller than the file.
 */
#ifndef FA_INTAKE_SHEET_CFB_H
#define FA_INTAKE_SHEET_CFB_H

#include "base/vec.h"
#include "intake/fault.h"

/* Sectors, one behind the other. */
struct fa_cfb_chain {
    uint32_t *items;
    size_t count, capacity;
};

/* Zero but for what is named here. */
struct fa_cfb {
    int fd;
    uint64_t file_bytes;
    struct fa_fault *fault;
    unsigned sector_shift;       /* of the file: 512 or 4,096 bytes */
    struct fa_cfb_chain follow;  /* which sector comes behind each */
    struct fa_cfb_chain sectors; /* of the stream */
    struct fa_buf small;         /* a stream below 4,096 bytes, as a whole */
    uint64_t size_bytes;         /* of the stream */
    uint64_t window_at;          /* place of the window in the stream */
    size_t window_bytes;
    uint8_t window[4096];
    bool is_encrypted; /* it has a stream EncryptedPackage: a locked .xlsx */
};

/* Opens the stream that has one of these names, the first before the second. False: a fault was
 * kept, or there is none (is_found). Release it in any case. */
bool fa_cfb_open(struct fa_cfb *cfb, int fd, const char *name, const char *other_name,
                 struct fa_fault *fault);
void fa_cfb_release(struct fa_cfb *cfb);

/* Bytes [at, at + size) of the stream. False: it is shorter, or a fault was kept. */
bool fa_cfb_read(struct fa_cfb *cfb, uint64_t at, void *out, size_t size);

#endif
