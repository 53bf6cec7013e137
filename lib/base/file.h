/*
 * Whole small files: rulesets, manifests, keys. Data is never read this way.
 */
#ifndef FA_BASE_FILE_H
#define FA_BASE_FILE_H

#include "base/diag.h"

/* Appends the content of the regular file PATH to CONTENT. More than SIZE_MAX bytes: code LIMIT; a
 * folder, FIFO or device: code IO. */
enum fa_status fa_file_read(const char *path, size_t size_max, struct fa_sink *sink,
                            struct fa_buf *content) FA_MUST_USE;

/* The same of a file that holds a key: it must belong to who runs the tool, and nobody else may read or
 * write it (0600, 0400), else code KEY-FILE. */
enum fa_status fa_file_read_secret(const char *path, size_t size_max, struct fa_sink *sink,
                                   struct fa_buf *content) FA_MUST_USE;

#endif
