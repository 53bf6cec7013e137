/*
 * A zip file that comes from a stranger, opened by libzip through a descriptor. libzip keeps
 * the directory in memory and believes what it says, so reading it is bounded here, before
 * anything is built from it: by the bytes that the directory takes and by the members that it
 * announces.
 */
#ifndef FA_INTAKE_ZIP_H
#define FA_INTAKE_ZIP_H

#include <zip.h>

#include "intake/fault.h"

struct fa_zip;

/* FD is a regular file of SIZE bytes and stays the caller's. NULL: a fault. */
struct fa_zip *fa_zip_open(int fd, uint64_t size, struct fa_fault *fault);
void fa_zip_close(struct fa_zip *zip);

zip_t *fa_zip_handle(struct fa_zip *zip);

/* What libzip could not do, as a fault: of reading the file (code IO), of memory, of a
 * checksum, or of the archive. WHAT: "the archive", or a member's name for the message. */
void fa_zip_fault(struct fa_zip *zip, zip_error_t *error, const char *what,
                  struct fa_fault *fault);

#endif
