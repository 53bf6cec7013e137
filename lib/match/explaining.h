/*
 * One explanation, shared by its parts; nobody else includes this.
 *
 *   explain.c       reads the reconciled stream twice and keeps what concerns the name
 *   explain_text.c  says it
 */
#ifndef FA_MATCH_EXPLAINING_H
#define FA_MATCH_EXPLAINING_H

#include "match/matcher.h"

enum { FA_SUBJECTS_MAX = 16, FA_CANDIDATES_MAX = 5, FA_PARTNERS_MAX = 10, FA_NO_MATCH = -1 };

/* A row as the statement of one of its accounts sees it. Texts live in the arena. */
struct fa_seen_row {
    enum fa_side side;
    enum fa_direction direction;
    uint32_t account; /* on whose statement it is */
    fa_currency currency;
    int64_t amount_minor;
    int64_t time_us;
    bool is_settled;    /* lines always are */
    bool is_superseded; /* a line that a booked statement states again */
    bool is_internal;   /* a flow between accounts that face one statement */
    uint64_t row;
    struct fa_str id, reference;
};

/* What the table match says of a row. */
struct fa_claim {
    int64_t match_no; /* FA_NO_MATCH: nothing */
    struct fa_str stage, note; /* values of the enums; note may be empty */
    int64_t fee_minor, absorbed_minor;
    struct fa_str partners[FA_PARTNERS_MAX]; /* the other rows of the movement */
    int partner_count;
    uint64_t partners_left_out;
};

/* What the table break says of a row, or of a statement. */
struct fa_told_break {
    struct fa_str id; /* empty: nothing */
    struct fa_str class, note, other, name; /* name: the statement's or the reference */
    uint32_t account, other_account;        /* UINT32_MAX: none */
    fa_currency currency;
    enum fa_direction direction;
    int64_t day_no, due_on, days_late, candidates, missing_count; /* INT64_MIN: not given */
    int64_t amount_minor, ledger_minor, bank_minor;               /* the same */
    int64_t match_no;
};

struct fa_candidate {
    struct fa_seen_row seen;
    struct fa_claim claim;
    unsigned distance; /* criteria missed */
};

struct fa_subject {
    struct fa_seen_row seen;
    struct fa_claim claim;
    struct fa_told_break brk;     /* in matching */
    struct fa_told_break footing; /* of the balance after the line */
    struct fa_candidate candidates[FA_CANDIDATES_MAX]; /* nearest first */
    int candidate_count;
};

/* Columns of match and break that are read; FA_NO_COLUMN where a table has none of the name. */
struct fa_told_columns {
    int table;
    int account, direction, flow, statement, class, currency, stage, note, match_no, fee,
        absorbed, break_id, amount, ledger_amount, bank_amount, date, due_on, days_late, other,
        other_account, candidates, missing_count, reference;
};

struct fa_explaining {
    struct fa_blocks *blocks;
    struct fa_sink *sink;
    struct fa_str id;          /* as given */
    struct fa_str name;        /* of the rows that are looked for */
    struct fa_matcher matcher; /* knows tables, statements and the scheme; matches nothing */
    struct fa_held *held;
    struct fa_decoder *decoders[4]; /* flow, statement, match, break */
    struct fa_told_columns match, brk;
    struct fa_arena arena;
    struct fa_told_break of_id; /* the break of that number that no row stands for */
    struct fa_subject subjects[FA_SUBJECTS_MAX];
    int subject_count;
    uint64_t subjects_left_out;
};

/* A break is about statements or sums, not about a row of either side. */
bool fa_told_is_of_statements(const struct fa_told_break *told);
/* A row of matching that nothing was found for, though it could have a counterpart. */
bool fa_subject_is_open(const struct fa_subject *subject);
/* Days from flow to line as the terms of their book count them; false: not of one book, or the
 * calendar does not say. */
bool fa_explain_lag(struct fa_explaining *e, const struct fa_seen_row *a,
                    const struct fa_seen_row *b, const struct fa_terms *terms, int64_t *lag);

/* Everything, as lines of text. */
enum fa_status fa_explain_tell(struct fa_explaining *e, struct fa_buf *text) FA_MUST_USE;

#endif
