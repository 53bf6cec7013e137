/*
 * The data dictionary: every table and column that flowaudit knows, from lib/ledger/dictionary.txt.
 * Row parser, templates, manual page, view --schema and masking read it; there is no second list of
 * columns. A stream carries the text of its own tables in its head, read by the same parser, so a
 * stream says what it holds even to a version with another dictionary.
 *
 * In memory every value of a type that is a number is an int64_t:
 *   id        dense number within the id space of the table it refers to (ledger/ids.h)
 *   enum      index of the value in the column's list, from 0
 *   bool 0/1 · int · money minor units · ratio 10^-9 · date day number · time, duration microseconds
 *   currency  packed letters (value/money.h)
 * key, text and set are bytes; a set is its elements, sorted, unique, joined with ';'.
 */
#ifndef FA_LEDGER_DICTIONARY_H
#define FA_LEDGER_DICTIONARY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

enum fa_type {
    FA_TYPE_ID,
    FA_TYPE_KEY,
    FA_TYPE_TEXT,
    FA_TYPE_ENUM,
    FA_TYPE_SET,
    FA_TYPE_BOOL,
    FA_TYPE_INT,
    FA_TYPE_MONEY,
    FA_TYPE_RATIO,
    FA_TYPE_DATE,
    FA_TYPE_TIME,
    FA_TYPE_DURATION,
    FA_TYPE_CURRENCY,
    FA_TYPE_COUNT
};

enum fa_mask { FA_MASK_NONE, FA_MASK_NAME, FA_MASK_PARTY, FA_MASK_NUMBER, FA_MASK_PHONE, FA_MASK_TEXT };

enum { FA_MASK_COUNT = FA_MASK_TEXT + 1 };
enum { FA_NO_COLUMN = -1, FA_NO_TABLE = -1, FA_KEY_COLUMNS_MAX = 6 };

struct fa_column_def {
    struct fa_str name;
    enum fa_type type;
    bool is_required;
    bool is_signed;       /* money that may be below zero: balances and net figures */
    bool is_hidden;       /* filer, source_idx, record_no, line_no: made by ingest, in no file */
    enum fa_mask mask;
    int refers_to;        /* id: index of the table within the dictionary, else FA_NO_TABLE */
    struct fa_str refers_to_name;
    struct fa_str *values; /* enum and closed set: the allowed values in order */
    uint32_t value_count;
    struct fa_str label_zh;
    struct fa_str meaning_en;
};

enum fa_writer {
    FA_BY_FILING,
    FA_BY_INGEST,
    FA_BY_RECONCILE,
    FA_BY_FLAG,
    FA_BY_VIEW /* made of other tables while rules are judged: in no stream */
};

enum { FA_WRITER_COUNT = FA_BY_FLAG + 1 };

struct fa_table_def {
    struct fa_str name;
    struct fa_str meaning_en, meaning_zh;
    int index; /* within its dictionary */
    enum fa_writer written_by;
    struct fa_column_def *columns; /* declared ones in order, then the hidden ones */
    int column_count;
    int hidden_from;               /* index of the first hidden column; filer, then (tables of a filing
                                      only) source_idx, record_no, line_no */
    int key_columns[FA_KEY_COLUMNS_MAX];
    int key_count;
    int clock;                     /* column that orders rows and chooses the law, or FA_NO_COLUMN */
    int interval_from, interval_to;
    int by;                        /* streamed tables: the ordering column, else FA_NO_COLUMN */
    int id_column;                 /* the column that declares this table's ids, or FA_NO_COLUMN */
    int currency_column;           /* of type currency, or FA_NO_COLUMN */
};

struct fa_dictionary {
    struct fa_table_def *tables;
    int table_count;
};

/* Parses table blocks. Everything lives in ARENA. NAME is the file's name for messages. */
enum fa_status fa_dictionary_parse(struct fa_str text, struct fa_str name, struct fa_arena *arena,
                                   struct fa_sink *sink, struct fa_dictionary *dictionary) FA_MUST_USE;
/* The same from the current token to the end of the text: table blocks behind something else. The
 * lexer's text must live in its arena. */
struct fa_lexer;
enum fa_status fa_dictionary_read(struct fa_lexer *lexer, struct fa_dictionary *dictionary) FA_MUST_USE;
/* The dictionary of this version, parsed from the embedded text. */
enum fa_status fa_dictionary_builtin(struct fa_arena *arena, struct fa_sink *sink,
                                     struct fa_dictionary *dictionary) FA_MUST_USE;
/* A copy with room for TABLE_MAX tables, whose columns are those of FROM, which must outlive it.
 * FA_ELIMIT without a message when memory is out. */
enum fa_status fa_dictionary_copy(const struct fa_dictionary *from, int table_max,
                                  struct fa_arena *arena, struct fa_dictionary *to) FA_MUST_USE;
/* The text of one table such that parsing it gives the same definition. */
enum fa_status fa_table_def_format(const struct fa_table_def *table, struct fa_buf *buf) FA_MUST_USE;

/* NULL or FA_NO_COLUMN when there is none. */
const struct fa_table_def *fa_dictionary_find(const struct fa_dictionary *dictionary, struct fa_str name);
int fa_table_find_column(const struct fa_table_def *table, struct fa_str name);
int fa_table_hidden_column(const struct fa_table_def *table, const char *name);

/* Whether a column of one dictionary holds what one of another does: the same type, and ids of a table
 * of the same name. The values of enums may differ. */
bool fa_column_agrees(const struct fa_column_def *a, const struct fa_column_def *b);

static inline bool fa_type_is_bytes(enum fa_type type)
{
    return type == FA_TYPE_KEY || type == FA_TYPE_TEXT || type == FA_TYPE_SET;
}

const char *fa_type_name(enum fa_type type);

#endif
