/*
 * Blocks and the iterator over them: the one interface between stages. Ingest, a stream that is
 * read, reconcile and flag all give a struct fa_blocks; reconcile, flag, report, view and the stream
 * writer take one. That is why `audit` in one process and the pipe give the same bytes.
 *
 * Order of the blocks (flowaudit-stream(5)): id dictionaries; held tables, complete; tables by time,
 * interleaved by the time of their first row; what stages added; end.
 */
#ifndef FA_LEDGER_BLOCKS_H
#define FA_LEDGER_BLOCKS_H

#include "ledger/batch.h"
#include "ledger/head.h"

enum fa_block_kind {
    FA_BLOCK_IDS = 1,  /* names of an id space, in number order */
    FA_BLOCK_TABLE = 2, /* rows of one table */
    FA_BLOCK_END = 3,  /* the trailer */
};

/* One encoded block: its bytes are exactly those in a stream, header and CRC included, so a stage
 * that does not change a block copies it. Valid until the next call on the iterator. */
struct fa_block {
    enum fa_block_kind kind;
    bool is_critical;    /* a reader that does not know the kind must refuse */
    int table;           /* index in the head's dictionary */
    uint32_t row_count;  /* of names for FA_BLOCK_IDS */
    uint64_t first_row;
    int64_t first_order; /* value of the ordering column in its first row; orders interleaving */
    const uint8_t *bytes;
    size_t size_bytes;
};

/* A control total: for each table, column and currency (and direction, where the table has one) the
 * exact sum, and once a table (column FA_NO_COLUMN) the rows. */
struct fa_total {
    int table;
    int column;           /* money column, or FA_NO_COLUMN for the row counts */
    fa_currency currency; /* 0 where none applies */
    int direction;        /* enum index of the table's direction column, or -1 */
    uint64_t rows;        /* accepted */
    uint64_t rejected;    /* only with column FA_NO_COLUMN */
    fa_i128 sum;          /* minor units */
};

struct fa_totals {
    FA_VEC(struct fa_total) list; /* sorted by table, column, currency, direction: canonical */
};

enum fa_end_status { FA_END_COMPLETE, FA_END_ABORTED };

struct fa_trailer {
    enum fa_end_status status;
    int exit_status;            /* of an aborted stream */
    struct fa_str code;         /* of an aborted stream: the code's printed name */
    struct fa_totals totals;
    uint8_t sha256[FA_SHA256_BYTES]; /* over the head and every block's CRC */
};

struct fa_blocks;

struct fa_blocks_ops {
    /* Gives the next block; *IS_END instead when all were given. */
    enum fa_status (*next)(struct fa_blocks *blocks, struct fa_block *block, bool *is_end);
    /* Starts again at the first block. NULL: this source can be read once. */
    enum fa_status (*rewind)(struct fa_blocks *blocks);
    void (*free)(struct fa_blocks *blocks);
};

/* The base of every iterator; implementations put it first in their own struct. */
struct fa_blocks {
    const struct fa_blocks_ops *ops;
    const struct fa_head *head;      /* complete from the start */
    const struct fa_totals *totals;  /* complete after the end was reached */
    struct fa_sink *sink;
};

static inline enum fa_status fa_blocks_next(struct fa_blocks *blocks, struct fa_block *block, bool *is_end)
{
    return blocks->ops->next(blocks, block, is_end);
}

static inline enum fa_status fa_blocks_rewind(struct fa_blocks *blocks)
{
    return blocks->ops->rewind ? blocks->ops->rewind(blocks) : FA_EDEFECT;
}

static inline bool fa_blocks_can_rewind(const struct fa_blocks *blocks)
{
    return blocks->ops->rewind != NULL;
}

static inline void fa_blocks_free(struct fa_blocks *blocks)
{
    if (blocks)
        blocks->ops->free(blocks);
}

/* --- encoding (block.c) --- */

/* Encodes a batch. TABLE_IDX is its number in the stream's head. Appends to BYTES. */
enum fa_status fa_block_encode(const struct fa_batch *batch, int table_idx, struct fa_buf *bytes) FA_MUST_USE;
/* Encodes COUNT names of an id space, numbered from FIRST; FILERS gives each name's filer number. */
enum fa_status fa_block_encode_ids(int table_idx, uint64_t first, uint32_t count,
                                   const struct fa_str *names, const uint32_t *filers,
                                   struct fa_buf *bytes) FA_MUST_USE;
/* Reads a block's header (kind, table, rows, size) from its first bytes and checks its bounds. */
enum { FA_BLOCK_HEADER_BYTES = 48 };
enum fa_status fa_block_parse_header(const uint8_t header[FA_BLOCK_HEADER_BYTES], struct fa_sink *sink,
                                     struct fa_place place, struct fa_block *block,
                                     uint32_t *header_crc) FA_MUST_USE;

/* Memory that decoding fills and reuses; one for each table read at a time. */
struct fa_decoder;
struct fa_decoder *fa_decoder_new(const struct fa_table_def *table);
void fa_decoder_free(struct fa_decoder *decoder);
/* Asks for a column; none is decoded unless asked for. */
void fa_decoder_want(struct fa_decoder *decoder, int column);
void fa_decoder_want_all(struct fa_decoder *decoder);
/* Decodes with every bound and CRC checked. The batch lives until the next call. */
enum fa_status fa_decoder_decode(struct fa_decoder *decoder, const struct fa_block *block,
                                 struct fa_sink *sink, struct fa_batch *batch) FA_MUST_USE;
/* Names of an FA_BLOCK_IDS block, in ARENA. */
enum fa_status fa_block_decode_ids(const struct fa_block *block, struct fa_arena *arena,
                                   struct fa_sink *sink, struct fa_str **names,
                                   uint32_t **filers) FA_MUST_USE;

/* --- totals (totals.c) --- */
void fa_totals_init(struct fa_totals *totals);
void fa_totals_release(struct fa_totals *totals);
/* Adds a batch's rows and money. The columns that it reads must be decoded (fa_totals_want). */
enum fa_status fa_totals_add_batch(struct fa_totals *totals, const struct fa_batch *batch, int table_idx) FA_MUST_USE;
void fa_totals_want(const struct fa_table_def *table, struct fa_decoder *decoder);
enum fa_status fa_totals_add_rejected(struct fa_totals *totals, int table_idx, uint64_t rows) FA_MUST_USE;
enum fa_status fa_totals_merge(struct fa_totals *into, const struct fa_totals *from) FA_MUST_USE;
bool fa_totals_equal(const struct fa_totals *a, const struct fa_totals *b);

#endif
