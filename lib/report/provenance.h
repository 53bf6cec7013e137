/*
 * What results were made from, as a record that can be held against another: the version of each
 * tool, the options that can change a result, and every text that was read, by its SHA-256. A
 * stream has it in its head (ledger/head.h), a workbook on its sheet of sources.
 */
#ifndef FA_REPORT_PROVENANCE_H
#define FA_REPORT_PROVENANCE_H

#include "ledger/head.h"

struct fa_provenance_entry {
    bool is_option; /* else an input */
    struct fa_str stage;
    enum fa_input_role role; /* of an input */
    struct fa_str name;
    struct fa_str value; /* of an option; of an input its SHA-256, hexadecimal */
    uint64_t size_bytes; /* of an input */
};

struct fa_provenance {
    FA_VEC(struct fa_provenance_entry) entries;
    struct fa_arena arena; /* owns the texts */
};

void fa_provenance_init(struct fa_provenance *made_from);
void fa_provenance_release(struct fa_provenance *made_from);
/* Copies the texts. FA_ELIMIT, here and below: no memory. */
enum fa_status fa_provenance_add(struct fa_provenance *made_from,
                             const struct fa_provenance_entry *entry) FA_MUST_USE;
/* All that a head records: for each step its version, as an option of that name, and its options; then
 * sources and other inputs. */
enum fa_status fa_provenance_from_head(const struct fa_head *head,
                                   struct fa_provenance *made_from) FA_MUST_USE;

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
enum fa_status fa_provenance_compare(struct fa_provenance *made, struct fa_provenance *recorded,
                                 struct fa_differences *differences) FA_MUST_USE;

#endif
