/*
 * The head of a stream: what a reader must know before the first row. Written as text in the
 * project's block grammar (flowaudit-stream(5)), so `head -c` shows it to a person.
 *
 * It holds no clock, host, folder or thread count: same filing, same bytes.
 */
#ifndef FA_LEDGER_HEAD_H
#define FA_LEDGER_HEAD_H

#include "base/hash.h"
#include "base/vec.h"
#include "ledger/dictionary.h"
#include "value/datetime.h"

struct fa_source_info {
    struct fa_str name; /* within the filing, '/' between folders */
    uint64_t size_bytes;
    uint8_t sha256[FA_SHA256_BYTES];
    int table; /* index in the head's dictionary */
    struct fa_str profile; /* that read it; empty: canonical */
    /* What became of its records: each is accepted, rejected, ignored as its profile says, or of
     * another table of its profile, whose own entry counts it. */
    struct fa_source_count {
        uint64_t records, accepted, rejected, ignored, other;
        uint64_t rows; /* of the table, made of the accepted records */
    } count;
};

struct fa_currency_info {
    fa_currency currency;
    int scale;
    int64_t balance_tolerance; /* minor units by which a statement's running balance may be off,
                                  because a profile rounds; 0 unless declared */
};

/* Which days the rows of a table cover. ASSUMED: taken from the data, nobody said so. */
struct fa_cover_info {
    int table;
    int64_t from_day, to_day;
    bool is_assumed;
};

struct fa_step_info {
    struct fa_str tool;    /* "ingest" */
    struct fa_str version;
    struct fa_str options; /* those that can change a result, normalised; may be empty */
    struct fa_str hash;    /* of rulesets, schemes, profiles used; hex, may be empty */
};

/* An option of a step that can change a result, and what a step read besides rows: what a run is
 * made again from. TOOL names the step. */
struct fa_option_info {
    struct fa_str tool, name, value;
};

/* In the order of the dictionary's result_input.role. */
enum fa_input_role {
    FA_INPUT_SOURCE, /* a file of the filing: those of the head's sources */
    FA_INPUT_MANIFEST,
    FA_INPUT_PROFILE,
    FA_INPUT_SCHEME,
    FA_INPUT_RULESET,
    FA_INPUT_SET,
    FA_INPUT_WAIVERS,
    FA_INPUT_BASELINE,
    FA_INPUT_ROLE_COUNT
};

struct fa_input_info {
    struct fa_str tool;
    enum fa_input_role role;
    struct fa_str name; /* its own, or of a file the last part: never a folder */
    uint64_t size_bytes;
    uint8_t sha256[FA_SHA256_BYTES];
};

enum fa_stream_kind { FA_STREAM_LEDGER, FA_STREAM_RESULTS };

struct fa_head {
    enum fa_stream_kind kind;
    struct fa_dictionary dictionary; /* of every table in the stream; block table numbers index it */
    struct fa_str filing;            /* title from the manifest, may be empty */
    struct fa_str filer;             /* institution_id of the filer, may be empty */
    struct fa_zone zone;
    int64_t as_of_day;
    bool as_of_assumed;
    fa_currency currency; /* of the filing; 0 when not stated */
    struct fa_str reference; /* what a statement's reference names: "order_id", "flow_id" or empty */
    FA_VEC(struct fa_currency_info) currencies;
    FA_VEC(struct fa_source_info) sources;
    FA_VEC(struct fa_cover_info) covers;
    FA_VEC(struct fa_step_info) steps;
    FA_VEC(struct fa_option_info) options; /* of all steps, in their order */
    FA_VEC(struct fa_input_info) inputs;   /* without the sources */
    struct fa_arena arena; /* owns every text of the head */
};

void fa_head_init(struct fa_head *head);
void fa_head_release(struct fa_head *head);
enum fa_status fa_head_format(const struct fa_head *head, struct fa_buf *text) FA_MUST_USE;
enum fa_status fa_head_parse(struct fa_str text, struct fa_sink *sink, struct fa_head *head) FA_MUST_USE;
/* A deep copy that the caller may add tables and steps to: how a stage makes its own head. */
enum fa_status fa_head_copy(const struct fa_head *from, struct fa_sink *sink, struct fa_head *to) FA_MUST_USE;
/* Copies the texts into the head. FA_ELIMIT: no memory. */
enum fa_status fa_head_add_option(struct fa_head *head, const char *tool, const char *name,
                                  struct fa_str value) FA_MUST_USE;
enum fa_status fa_head_add_input(struct fa_head *head, const struct fa_input_info *input) FA_MUST_USE;
/* The same for a text whose SHA-256 is not known yet. */
enum fa_status fa_head_add_text(struct fa_head *head, const char *tool, enum fa_input_role role,
                                struct fa_str name, struct fa_str text) FA_MUST_USE;
const char *fa_input_role_name(enum fa_input_role role);
/* Appends the built-in definition of TABLE, and of the tables it refers to, unless they are there; gives
 * its index. Indices of the tables that are there stay; their definitions move (old ones stay readable). */
enum fa_status fa_head_add_table(struct fa_head *head, const char *table, struct fa_sink *sink,
                                 int *index) FA_MUST_USE;
/* The same of those tables of DICTIONARY that IS_WANTED says, by table, with all that they refer to. */
enum fa_status fa_head_add_tables(struct fa_head *head, const struct fa_dictionary *dictionary,
                                  const bool *is_wanted, struct fa_sink *sink) FA_MUST_USE;
/* Its scale in this stream, else ISO 4217's; of the filing's currency when CURRENCY is 0. */
int fa_head_scale(const struct fa_head *head, fa_currency currency);

#endif
