/*
 * One reading of a profile, shared by its parts; nobody else includes this.
 *
 *   profile.c         the statements about the file
 *   profile_table.c   tables, rows and columns
 */
#ifndef FA_INTAKE_PROFILE_READ_H
#define FA_INTAKE_PROFILE_READ_H

#include "intake/profile.h"
#include "lang/lexer.h"

struct fa_profile_reading {
    struct fa_lexer lexer;
    const struct fa_dictionary *dictionary;
    struct fa_profile *profile;
    uint64_t seen; /* statements that stood already, by their place in the list of them */
    /* of the table that is being read; its columns until they are copied into each row */
    const struct fa_table_def *def; /* NULL until a table is named */
    FA_VEC(struct fa_profile_column) shared;
    bool has_row; /* a row section began */
};

enum fa_status fa_profile_no_memory(struct fa_profile_reading *reading);
/* "'token': WHAT" at TOKEN. */
enum fa_status fa_profile_wrong(struct fa_profile_reading *reading,
                                const struct fa_token *token, const char *what);

/* "A" {, "B"} */
enum fa_status fa_profile_read_texts(struct fa_profile_reading *reading, const char *what,
                                     struct fa_texts *texts);
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

#endif
