/*
 * Earlier results of the same filer, as a run compares itself with them: the findings that they made,
 * and those that they had from results before them and did not make (table result_earlier). Given the
 * last results every time, what became of a finding is told from month to month.
 *
 * Only what the comparison needs is kept: 10^6 findings take some 250 MB.
 */
#ifndef FA_RULES_BASELINE_H
#define FA_RULES_BASELINE_H

#include "ledger/blocks.h"
#include "rules/dense.h"

/* What a finding says that may be otherwise in the next results. */
struct fa_facts {
    int outcome, severity; /* as in table result_finding */
    bool has_time, is_still_on, has_amount;
    int64_t first_us, last_us;
    int64_t amount; /* minor units at the scale of the run */
    fa_currency currency;
    uint64_t evidence_rows;
};

/* result_earlier.state and .why, in the dictionary's order. */
enum fa_earlier_state { FA_EARLIER_FIXED, FA_EARLIER_NOT_TESTABLE, FA_EARLIER_CARRIED };
enum fa_earlier_why {
    FA_WHY_CLEAR,
    FA_WHY_CLEAR_BY_OTHER_TEXT,
    FA_WHY_RULE_ABSENT,
    FA_WHY_RULE_UNTESTED,
    FA_WHY_OTHER_PARAMETERS,
    FA_WHY_NOT_IN_FORCE,
    FA_WHY_OUTSIDE_PERIOD,
    FA_WHY_SUBJECT_ABSENT,
    FA_WHY_UNKNOWN,
    FA_WHY_REJECTED
};

enum { FA_FINGERPRINT_BYTES = 16 };

/* One finding of the earlier results. Texts that many share are numbers in `texts`. */
struct fa_earlier {
    uint8_t fingerprint[FA_FINGERPRINT_BYTES];
    struct fa_facts facts;
    struct fa_str finding, subject;
    uint32_t rule;                   /* index in `rules` */
    uint32_t table, subject_columns; /* texts */
    uint32_t reason;                 /* text; of one that was not made then */
    int32_t first_seen, last_seen, fixed_on; /* days; fixed_on only when fixed */
    uint8_t state, why;              /* of one that was not made then */
    uint64_t table_rows; /* rows that it rested on, of one table that comes by time; 0: not known */
    uint32_t rows_by_table; /* text: "flow 12; balance 3", of all that come by time */
    uint32_t rows_table; /* text: that table; FA_NO_NUMBER: the rule's own */
    bool is_waived;
    bool is_history; /* it was not made by those results but by some before them */
    bool is_again;   /* this run makes it, too */
    bool is_found;   /* its subject is in this filing: a row of its table, or its ids are named */
    uint64_t row;    /* the first such row, where the subject is a row */
    uint32_t next;   /* index + 1 of the next with its fingerprint; 0: none */
    uint32_t next_on; /* the same of those that were still on, with its rule and subject */
};

struct fa_earlier_rule {
    struct fa_str id, ruleset, title_en, title_zh, cite, params;
};

/* Which days the rows of a table of those results cover. */
struct fa_earlier_cover {
    struct fa_str table;
    int64_t from_day, to_day;
};

struct fa_baseline {
    struct fa_input_info file; /* the maker's of the struct: what it was read from, for the provenance */
    struct fa_str filer;
    int64_t as_of_day;
    fa_currency currency; /* of that filing */
    FA_VEC(struct fa_currency_info) currencies;
    FA_VEC(struct fa_earlier) list; /* those of results before them first */
    FA_VEC(struct fa_earlier_rule) rules;
    FA_VEC(struct fa_earlier_cover) covers;
    FA_VEC(struct fa_str) hashes; /* of rulesets, by number in `rulesets` */
    struct fa_texts texts, rule_ids, rulesets;
    struct fa_tuples fingerprints; /* chains of `list` by fingerprint: heads[number] */
    uint32_t *heads;
    struct fa_texts still_on;      /* the same by rule and subject: on_heads[number] */
    uint32_t *on_heads;
    struct fa_meter meter;         /* without a bound */
    struct fa_arena arena;
    struct fa_place place; /* of messages: the file */
    struct fa_sink *sink;
};

/* For who fills LIST (baseline_read.c): an empty one, and the chains of what is in it. */
void fa_baseline_init(struct fa_baseline *baseline, struct fa_str name, struct fa_sink *sink);
enum fa_status fa_baseline_index(struct fa_baseline *baseline) FA_MUST_USE;

/* Reads RESULTS to their end. Refuses a ledger, and results that lack a column of findings. NAME is for
 * messages and outlives the baseline. */
enum fa_status fa_baseline_load(struct fa_blocks *results, struct fa_str name, struct fa_sink *sink,
                                struct fa_baseline **baseline) FA_MUST_USE;
void fa_baseline_free(struct fa_baseline *baseline);

/* The bytes of a fingerprint's digits; false: it is none. */
bool fa_fingerprint_read(struct fa_str text, uint8_t fingerprint[FA_FINGERPRINT_BYTES]);

/* Refuses results of another filer than HEAD's, and those that are as of a later day than AS_OF_DAY;
 * else brings their amounts to HEAD's scales. One that this scale cannot say is left out. */
enum fa_status fa_baseline_fit(struct fa_baseline *baseline, const struct fa_head *head,
                               int64_t as_of_day) FA_MUST_USE;

/* The first of those with that fingerprint that this run has not made yet: index + 1, 0: none. */
uint32_t fa_baseline_find(const struct fa_baseline *baseline,
                          const uint8_t fingerprint[FA_FINGERPRINT_BYTES]);
/* The same of those that were still on, by rule and subject. */
uint32_t fa_baseline_find_on(const struct fa_baseline *baseline, struct fa_str rule,
                             struct fa_str subject, struct fa_buf *key);

#endif
