/*
 * What results were made from, as a record that can be held against another: the version of each
 * tool, the options that can change a result, and every text that was read, by its SHA-256. A
 * stream has it in its head (ledger/head.h), a workbook on its sheet of sources.
 */
#ifndef FA_REPORT_ORIGIN_H
#define FA_REPORT_ORIGIN_H

#include "ledger/head.h"

struct fa_origin_entry {
    bool is_option; /* else an input */
    struct fa_str stage;
    enum fa_input_role role; /* of an input */
    struct fa_str name;
    struct fa_str value; /* of an option; of an input its SHA-256, hexadecimal */
    uint64_t size_bytes; /* of an input */
};

struct fa_origin {
    FA_VEC(struct fa_origin_entry) entries;
    struct fa_arena arena; /* owns the texts */
};

void fa_origin_init(struct fa_origin *origin);
void fa_origin_release(struct fa_origin *origin);
/* Copies the texts. FA_ELIMIT, here and below: no memory. */
enum fa_status fa_origin_add(struct fa_origin *origin,
                             const struct fa_origin_entry *entry) FA_MUST_USE;
/* All that a head records: for each step its version, as an option of that name, and its options; then
 * sources and other inputs. */
enum fa_status fa_origin_from_head(const struct fa_head *head,
                                   struct fa_origin *origin) FA_MUST_USE;

/* --- differences, as lines for a person --- */

enum { FA_DIFFERENCES_NAMED = 20 }; /* of a kind; the rest is counted */

struct fa_differences {
    struct fa_buf text;
    uint64_t count;
};

void fa_differences_release(struct fa_differences *differences);
/* One line, without its end. */
enum fa_status fa_difference_add(struct fa_differences *differences, const char *format, ...)
    __attribute__((format(printf, 2, 3))) FA_MUST_USE;
/* What MADE and RECORDED do not have in common; sorts the entries of both. */
enum fa_status fa_origin_compare(struct fa_origin *made, struct fa_origin *recorded,
                                 struct fa_differences *differences) FA_MUST_USE;

#endif
