/*
 * A scheme: how the rows of a ledger and those of a bank's statement are to be brought together
 * (flowaudit-scheme(5)). What the bank repeats, when a row is due, what the bank keeps, which
 * difference is let pass, which keys sums are made by, which account faces which. Nothing of it
 * is guessed, and nothing of it comes from the filing, whose maker must not choose its own
 * tolerance.
 *
 * This is the file as it was read, checked as far as it can be without a stream. Its binding to
 * a stream is match/binding.h.
 *
 * A section of accounts has a copy of every statement that stands above the first `accounts`;
 * what it states itself replaces all of them of the same kind.
 */
#ifndef FA_MATCH_SCHEME_H
#define FA_MATCH_SCHEME_H

#include "base/arena.h"
#include "base/hash.h"
#include "ledger/dictionary.h"
#include "match/terms.h"

enum { FA_SCHEME_KEYS_MAX = 6 }; /* columns of one group rule */

/* "0.10 CNY": it gets minor units when the scale is known, which is the stream's. */
struct fa_scheme_amount {
    struct fa_str text; /* empty: not stated */
    fa_currency currency;
    struct fa_place place;
};

/* cutoff 17:00 from 2017-01-01: from that time of day on a flow belongs to the next day. */
struct fa_scheme_cutoff {
    int64_t time_us;  /* since midnight in the filing's zone */
    int64_t from_day; /* INT64_MIN: since ever */
};

struct fa_scheme_fee {
    bool is_on[2]; /* by direction of the line */
    bool is_rate;
    int64_t rate_ppb;
    struct fa_scheme_amount fixed, at_least, at_most; /* of one currency */
    fa_currency currency;                             /* 0: any, of a rate without bounds */
    enum fa_rounding rounding;
};

enum fa_scheme_key_kind {
    FA_KEY_COLUMN,       /* of the table, by its name */
    FA_KEY_DAY,          /* a flow's business day, a line's day */
    FA_KEY_COUNTERPARTY, /* a flow's other account */
};
struct fa_scheme_key {
    enum fa_scheme_key_kind kind;
    struct fa_str name;
    struct fa_place place;
};

/* match flows by instruction_id = reference [net] */
struct fa_scheme_group {
    enum fa_side many;
    struct fa_scheme_key
        keys[FA_SCHEME_KEYS_MAX]; /* of the many's table; one when it has a name */
    int key_count;
    bool has_name;
    struct fa_scheme_key equals; /* of the other side's table */
    bool is_net;
};

struct fa_scheme_reference {
    struct fa_str column; /* of flow; empty: what the filing says */
    struct fa_place place;
};

struct fa_scheme_section {
    FA_LIST(struct fa_scheme_key) roles;    /* account.role; names as keys, for their places */
    FA_LIST(struct fa_scheme_key) accounts; /* account ids */
    struct fa_scheme_reference reference;
    FA_LIST(struct fa_scheme_cutoff) cutoffs; /* by from_day, ascending */
    bool has_window, is_window_bdays;
    int32_t window_from, window_to;
    FA_LIST(struct fa_scheme_amount) tolerances; /* one of a currency */
    FA_LIST(struct fa_scheme_fee) fees;
    bool is_daily; /* a statement is due for each working day */
    bool matches_amounts, matches_details;
    FA_LIST(struct fa_scheme_group) groups; /* named ones first */
    int subset_parts_max;                   /* 0: not searched for */
};

/* face "LEDGER-1" with "BANK-1": flows of the first are on the statement of the second. */
struct fa_scheme_face {
    struct fa_scheme_key from, to;
};

struct fa_scheme {
    struct fa_str name, title;
    struct fa_str calendar; /* name in the filing's table holiday; empty: none */
    bool is_weekdays;       /* calendar weekdays: Monday to Friday, whatever the filing holds */
    struct fa_place calendar_place;
    bool faces_part_of; /* a sub-account's flows are on the statement of its master */
    FA_LIST(struct fa_scheme_face) faces;
    struct fa_scheme_section common;            /* what stands above the first `accounts` */
    FA_LIST(struct fa_scheme_section) sections; /* none: the common one is for every account */
    uint8_t sha256[FA_SHA256_BYTES];            /* of its text */
    uint64_t size_bytes;                        /* of the same */
};

/* Texts point into TEXT or live in ARENA, as does everything else; NAME is the file's for
 * messages. Columns are looked up in DICTIONARY. Every mistake is reported before giving up.
 * FA_ERULES. */
enum fa_status fa_scheme_parse(struct fa_str text, struct fa_str name,
                               const struct fa_dictionary *dictionary, struct fa_arena *arena,
                               struct fa_sink *sink, struct fa_scheme *scheme) FA_MUST_USE;

#endif
