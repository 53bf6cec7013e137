/*
 * One reading of a profile, shared by its parts; nobody else includes this.
 *
 *   profile.c         the statements about the file
 *   profile_table.c   tables, rows and columns
 *   profile_check.c   what can be said only of the whole
 */
#ifndef FA_INTAKE_PROFILE_READ_H
#define FA_INTAKE_PROFILE_READ_H

#include "intake/profile.h"
#include "lang/lexer.h"

enum { FA_PROFILE_STATEMENTS_MAX = 32 }; /* kinds of them */

struct fa_profile_reading {
    struct fa_lexer lexer;
    const struct fa_dictionary *dictionary;
    struct fa_profile *profile;
    struct fa_token name;      /* the profile's */
    struct fa_token statement; /* the word that the current statement begins with */
    struct fa_place seen[FA_PROFILE_STATEMENTS_MAX]; /* by statement: the first one's place */
    enum fa_status status; /* of the first mistake; reading goes on behind its statement */
    bool is_lost;          /* a table is not known: its rows and columns are skipped */
    /* of the table that is being read; its columns until they are copied into each row */
    const struct fa_table_def *def; /* NULL until a table is named */
    FA_VEC(struct fa_profile_column) shared;
    bool has_row; /* a row section began */
};

/* Whether the profile has such a statement, and the first one's place. */
bool fa_profile_find_statement(const struct fa_profile_reading *reading, const char *name,
                               struct fa_place *place);
enum fa_status fa_profile_no_memory(struct fa_profile_reading *reading);
/* "'token': WHAT" at TOKEN. */
enum fa_status fa_profile_wrong(struct fa_profile_reading *reading,
                                const struct fa_token *token, const char *what);

/* "A" {, "B"} */
enum fa_status fa_profile_read_texts(struct fa_profile_reading *reading, const char *what,
                                     struct fa_profile_texts *texts);
/* A pattern that takes something out. */
enum fa_status fa_profile_read_taking(struct fa_profile_reading *reading,
                                      struct fa_str *pattern);
enum fa_status fa_profile_read_condition(struct fa_profile_reading *reading,
                                         struct fa_profile_condition *condition);
void fa_profile_release_condition(struct fa_profile_condition *condition);

/* --- profile_table.c --- */
enum fa_status fa_profile_read_table(struct fa_profile_reading *reading);
enum fa_status fa_profile_read_row(struct fa_profile_reading *reading);
enum fa_status fa_profile_read_column(struct fa_profile_reading *reading);
/* Ends the section of a table, if one is open. */
enum fa_status fa_profile_end_table(struct fa_profile_reading *reading);
void fa_profile_release_column(struct fa_profile_column *column);

/* --- profile_check.c --- */
enum fa_status fa_profile_check(struct fa_profile_reading *reading);

#endif
