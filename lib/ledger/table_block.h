/*
 * One `table NAME ... end` block as text: how the data dictionary, the head of a stream and a ruleset
 * declare a table (grammar: the head of dictionary.txt). Reading, adding and resolving are three
 * steps, because a column may refer to a table that comes later.
 */
#ifndef FA_LEDGER_TABLE_BLOCK_H
#define FA_LEDGER_TABLE_BLOCK_H

#include "lang/lexer.h"
#include "ledger/dictionary.h"

struct fa_table_reference {
    int column;
    struct fa_token table; /* whose ids it holds */
};

struct fa_table_block {
    struct fa_table_def def; /* in no dictionary yet: its index and what columns refer to are not set */
    struct fa_token name;
    FA_LIST(struct fa_table_reference) references;
};

extern const char *const fa_type_names[FA_TYPE_COUNT];
extern const char *const fa_mask_names[FA_MASK_COUNT];
extern const char *const fa_writer_names[FA_WRITER_COUNT];

/* Reads a block from the name behind `table` to its end. Everything lives in the lexer's arena. */
enum fa_status fa_table_block_read(struct fa_lexer *lexer, struct fa_table_block *block) FA_MUST_USE;
/* Appends it to DICTIONARY, which has room for TABLE_MAX tables, and sets its index. LEXER is that of
 * the block's file, for places. */
enum fa_status fa_table_block_add(const struct fa_lexer *lexer, struct fa_table_block *block,
                                  struct fa_dictionary *dictionary, int table_max) FA_MUST_USE;
/* Finds the tables that its columns refer to, once all are there. */
enum fa_status fa_table_block_resolve(const struct fa_lexer *lexer, const struct fa_table_block *block,
                                      const struct fa_dictionary *dictionary) FA_MUST_USE;

#endif
