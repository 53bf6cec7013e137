/*
 * Blocks and the iterator over them: the one interface between stages. Ingest, a stream that is
 * read, reconcile and flag all give a struct fa_blocks; reconcile, flag, report, view and the
 * stream writer take one. That is why `audit` in one process and the pipe give the same bytes.
 *
 * Order of the blocks (flowaudit-stream(5)): id dictionaries; held tables, complete; tables by
 * time, interleaved by the time of their first row; what stages added; end.
 */
#ifndef FA_LEDGER_BLOCKS_H
#define FA_LEDGER_BLOCKS_H

#include "ledger/batch.h"
#include "ledger/head.h"

enum fa_block_kind {
    FA_BLOCK_IDS = 1,   /* names of an id space, in number order */
    FA_BLOCK_TABLE = 2, /* rows of one table */
    FA_BLOCK_END = 3,   /* the trailer */
};

/* A reader gives a block of a kind it does not know only if that is not critical: copy it, or
 * leave it.
 *
 * One encoded block: its bytes are exactly those in a stream, header and CRC included, so a
 * stage that does not change a block copies it. Valid until the next call on the iterator. */
struct fa_block {
    enum fa_block_kind kind;
    bool is_critical;   /* a reader that does not know the kind must refuse */
    bool is_compressed; /* the payload is a zlib stream (RFC 1950) */
    int table;          /* index in the head's dictionary */
    uint32_t row_count; /* of names for FA_BLOCK_IDS */
    uint64_t first_row;
    int64_t
        first_order; /* value of the ordering column in its first row; orders interleaving */
    const uint8_t *bytes;
    size_t size_bytes;
    struct fa_str
        source; /* for messages: the stream it was read from and where in it; else empty */
    uint64_t offset;
};

/* A control total: for each table, column and currency (and direction, where the table has one)
 * the exact sum, and once a table (column FA_NO_COLUMN) the rows. */
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
    int exit_status;    /* of an aborted stream */
    struct fa_str code; /* of an aborted stream: the code's printed name */
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
    const struct fa_head *head;     /* complete from the start */
    const struct fa_totals *totals; /* complete after the end was reached */
    struct fa_sink *sink;
};

static inline enum fa_status fa_blocks_next(struct fa_blocks *blocks, struct fa_block *block,
                                            bool *is_end)
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

/* --- order (order.c) --- */

enum fa_section {
    FA_SECTION_IDS,   /* names of ids */
    FA_SECTION_HELD,  /* tables of the filing that are held */
    FA_SECTION_TIME,  /* tables of the filing that are streamed `by` a column */
    FA_SECTION_ADDED, /* tables that tools write */
    FA_SECTION_END,
};
enum fa_section fa_block_section(const struct fa_head *head, const struct fa_block *block);
/* The one order of blocks: section; in FA_SECTION_TIME first_order; table; first row. <0, 0,
 * >0. */
int fa_block_compare(const struct fa_head *head, const struct fa_block *a,
                     const struct fa_block *b);

/* --- encoding (block.c) --- */

/* Encodes a batch. TABLE_IDX is its number in the stream's head. Appends to BYTES. */
enum fa_status fa_block_encode(const struct fa_batch *batch, int table_idx,
                               struct fa_buf *bytes) FA_MUST_USE;
/* Encodes COUNT names of an id space, numbered from FIRST; FILERS gives each name's filer
 * number, or FA_NO_FILER where nobody said who files. */
#define FA_NO_FILER UINT32_MAX
enum fa_status fa_block_encode_ids(int table_idx, uint64_t first, uint32_t count,
                                   const struct fa_str *names, const uint32_t *filers,
                                   struct fa_buf *bytes) FA_MUST_USE;
/* A block of another kind (the trailer) from its payload; critical, of no table. */
enum fa_status fa_block_encode_other(enum fa_block_kind kind, struct fa_str payload,
                                     struct fa_buf *bytes) FA_MUST_USE;
/* The same block with its payload compressed; as it is if it was, or if that saves nothing. */
enum fa_status fa_block_compress(const struct fa_block *block,
                                 struct fa_buf *bytes) FA_MUST_USE;

/* Reads a block's header (kind, table, rows, size) and checks its CRC and bounds. BLOCK keeps
 * its bytes, source and offset, which are for messages; size_bytes becomes that of the whole
 * block. */
enum { FA_BLOCK_HEADER_BYTES = 48 };
enum fa_status fa_block_parse_header(const uint8_t header[FA_BLOCK_HEADER_BYTES],
                                     struct fa_sink *sink, struct fa_block *block) FA_MUST_USE;
/* Whether the payload, all of which follows the header in block->bytes, has the CRC the header
 * says. */
enum fa_status fa_block_check_payload(const struct fa_block *block,
                                      struct fa_sink *sink) FA_MUST_USE;
/* The block that BYTES, which this process encoded, begin with. */
struct fa_block fa_block_at(const struct fa_buf *bytes);

/* The payload as it is when not compressed, in SPARE where it is; points into either. The block's CRCs
 * were checked. */
enum fa_status fa_block_payload(const struct fa_block *block, struct fa_sink *sink,
                                struct fa_buf *spare, struct fa_str *payload) FA_MUST_USE;

/* Memory that decoding fills and reuses; one for each table read at a time. */
struct fa_decoder;
struct fa_decoder *fa_decoder_new(const struct fa_table_def *table);
void fa_decoder_free(struct fa_decoder *decoder);
/* Asks for a column; none is decoded unless asked for. */
void fa_decoder_want(struct fa_decoder *decoder, int column);
void fa_decoder_want_all(struct fa_decoder *decoder);
/* Refuses blocks with a row that lacks a required column, wanted or not: for bytes from
 * outside. */
void fa_decoder_demand_required(struct fa_decoder *decoder);
/* Decodes with every bound, type and column's CRC checked: enum values are in their list, dates
 * in the years 1 to 9999, texts UTF-8. The batch lives until the next call. */
enum fa_status fa_decoder_decode(struct fa_decoder *decoder, const struct fa_block *block,
                                 struct fa_sink *sink, struct fa_batch *batch) FA_MUST_USE;
/* The same, but each column is decoded when it is first asked for, while the block is there. Until
 * then of a column only is_absent is true of it. What is not asked for is not checked. */
enum fa_status fa_decoder_open(struct fa_decoder *decoder, const struct fa_block *block,
                               struct fa_sink *sink, struct fa_batch *batch) FA_MUST_USE;
enum fa_status fa_decoder_ask(struct fa_decoder *decoder, int column, struct fa_sink *sink) FA_MUST_USE;
/* Names of an FA_BLOCK_IDS block, in ARENA. */
enum fa_status fa_block_decode_ids(const struct fa_block *block, struct fa_arena *arena,
                                   struct fa_sink *sink, struct fa_str **names,
                                   uint32_t **filers) FA_MUST_USE;

/* --- totals (totals.c) --- */
void fa_totals_init(struct fa_totals *totals);
void fa_totals_release(struct fa_totals *totals);
/* Adds a batch's rows and money. The columns that it reads must be decoded (fa_totals_want). */
enum fa_status fa_totals_add_batch(struct fa_totals *totals, const struct fa_batch *batch,
                                   int table_idx) FA_MUST_USE;
void fa_totals_want(const struct fa_table_def *table, struct fa_decoder *decoder);
enum fa_status fa_totals_add_rejected(struct fa_totals *totals, int table_idx,
                                      uint64_t rows) FA_MUST_USE;
enum fa_status fa_totals_merge(struct fa_totals *into,
                               const struct fa_totals *from) FA_MUST_USE;
/* Adds one line to the equal one, or puts it in its place. FA_ELIMIT, here and below: memory is out or
 * there are FA_TOTALS_MAX lines. */
enum fa_status fa_totals_add(struct fa_totals *totals,
                             const struct fa_total *total) FA_MUST_USE;
/* The line with KEY's table, column, currency and direction; NULL when there is none. */
const struct fa_total *fa_totals_find(const struct fa_totals *totals,
                                      const struct fa_total *key);
bool fa_totals_are_sorted(const struct fa_totals *totals); /* each line once, in order */
/* The first line that is not in both with equal numbers; NULL: there is none. */
const struct fa_total *fa_totals_find_difference(const struct fa_totals *a,
                                                 const struct fa_totals *b);
bool fa_totals_equal(const struct fa_totals *a, const struct fa_totals *b);

#endif
