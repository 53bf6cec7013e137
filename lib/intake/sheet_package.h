/*
 * A workbook of .xlsx is a zip of XML parts. Here they are found and read, within limits that
 * hold whatever the file says about itself: sizes, ratios, names, depth. A document type, which
 * could declare entities, ends reading.
 */
#ifndef FA_INTAKE_SHEET_PACKAGE_H
#define FA_INTAKE_SHEET_PACKAGE_H

#include "intake/zip.h"

struct fa_package {
    struct fa_zip *file; /* NULL: not open */
    zip_t *zip;          /* its handle */
    struct fa_fault *fault;
};

/* FD outlives the package; its position does not matter. False: a fault was kept. */
bool fa_package_open(struct fa_package *package, int fd, struct fa_fault *fault);
void fa_package_close(struct fa_package *package);

/* A part, whatever the case of its name; -1: there is none. */
int64_t fa_package_find(const struct fa_package *package, const char *name);

/* What is told of a part. Names come without the prefix of their namespace. */
struct fa_part_handlers {
    void (*start)(void *context, const char *name, const char **attributes);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, const char *bytes, int size); /* NULL: none is wanted */
};

struct fa_part; /* a part that is being read */

/* IDX: of fa_package_find(). NULL: a fault. */
struct fa_part *fa_part_open(struct fa_package *package, int64_t idx,
                             const struct fa_part_handlers *handlers, void *context);
/* Reads until a handler stops it or the part ends. False: it has ended, or a fault. */
bool fa_part_read(struct fa_part *part);
void fa_part_close(struct fa_part *part); /* NULL does nothing */
/* In a handler: none is called again before the next fa_part_read(). */
void fa_part_stop(struct fa_part *part);

/* The value of an attribute, NULL where there is none. HAS_PREFIX: whether its name has one:
 * r:id is another attribute than id. */
const char *fa_part_attribute(const char **attributes, const char *name, bool has_prefix);

#endif
