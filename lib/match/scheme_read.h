/*
 * One reading of a scheme, shared by its parts; nobody else includes this.
 *
 *   scheme.c          the file, its head and its sections
 *   scheme_terms.c    cut-off, window, tolerance, fees
 *   scheme_match.c    what is matched beyond the reference
 */
#ifndef FA_MATCH_SCHEME_READ_H
#define FA_MATCH_SCHEME_READ_H

#include "lang/lexer.h"
#include "match/scheme.h"

enum { FA_SCHEME_STATEMENTS_MAX = 16 }; /* kinds of them */

struct fa_scheme_reading {
    struct fa_lexer lexer;
    const struct fa_dictionary *dictionary;
    struct fa_scheme *scheme;
    struct fa_scheme_section *section; /* that is being read: the common one, or the last */
    struct fa_token statement;         /* the word that the current statement begins with */
    /* by statement: the first one's place, in the section if it belongs to one */
    struct fa_place seen[FA_SCHEME_STATEMENTS_MAX];
    bool is_first;           /* the current statement is the section's first of its kind */
    bool is_alone;           /* match reference: no other match statement of the section */
    struct fa_place part_of; /* face part_of */
    enum fa_status status;   /* of the first mistake; reading goes on behind its statement */
};

enum fa_status fa_scheme_no_memory(struct fa_scheme_reading *reading);
/* "'token': WHAT" at TOKEN; a string without its quotes. */
enum fa_status fa_scheme_wrong(struct fa_scheme_reading *reading, const struct fa_token *token,
                               const char *hint, const char *what);
/* "'token' stands twice, first in line N". */
enum fa_status fa_scheme_twice(struct fa_scheme_reading *reading, const struct fa_token *token,
                               const struct fa_place *first);
/* Like fa_scheme_wrong, at the current statement, for what needs another statement above it.
 * Silent after a mistake, which may have been in that statement. */
enum fa_status fa_scheme_lacks(struct fa_scheme_reading *reading, const char *hint,
                               const char *what);
/* A column of TABLE that a person can name; day too, where IS_KEY. */
enum fa_status fa_scheme_read_column(struct fa_scheme_reading *reading, const char *table,
                                     bool is_key, struct fa_token *token,
                                     const struct fa_column_def **column);

/* --- scheme_terms.c --- */
enum fa_status fa_scheme_read_cutoff(struct fa_scheme_reading *reading);
enum fa_status fa_scheme_read_window(struct fa_scheme_reading *reading);
enum fa_status fa_scheme_read_tolerance(struct fa_scheme_reading *reading);
enum fa_status fa_scheme_read_fee(struct fa_scheme_reading *reading);

/* --- scheme_match.c --- */
enum fa_status fa_scheme_read_match(struct fa_scheme_reading *reading);

#endif
