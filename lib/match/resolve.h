/*
 * The resolver: rows that stay open when every flow has met the lines of its own reference and
 * amount. Stages look at them one after the other; each takes only what the earlier ones left, and
 * what it brings together is a link. A row is claimed at most once.
 *
 * Rows stand in one total order (fa_resolver_sort), and every stage decides by that order and by
 * values, never by addresses, hashes or the order of arrival. So the result does not depend on
 * threads or on how the files were cut.
 *
 * It knows nothing of streams: tests make rows by hand.
 */
#ifndef FA_MATCH_RESOLVE_H
#define FA_MATCH_RESOLVE_H

#include "base/arena.h"
#include "base/diag.h"
#include "match/books.h"
#include "match/terms.h"

/* What brought rows together, in the order in which the stages run. */
enum fa_stage {
    FA_STAGE_REFERENCE,        /* same reference, same amount: before the resolver, as rows come */
    FA_STAGE_REVERSAL,         /* two rows of one side that take each other back */
    FA_STAGE_DETAIL,           /* a payment within a line: same reference, same amount */
    FA_STAGE_REFERENCE_SUM,    /* rows of one reference that add up to the same on both sides */
    FA_STAGE_REFERENCE_AMOUNT, /* same reference, another amount */
    FA_STAGE_OTHER_CURRENCY,   /* same reference and account, another currency */
    FA_STAGE_OTHER_ACCOUNT,    /* same reference and amount, another account */
    FA_STAGE_DUPLICATE,        /* one row alone: its twin was matched, it was not */
    FA_STAGE_NAMED_GROUP,      /* declared key that the other side states */
    FA_STAGE_AMOUNT,           /* one flow and one line of like amount in the window */
    FA_STAGE_GROUP,            /* declared key, any sum of the book in the window */
    FA_STAGE_SUBSET,           /* the only choice of rows that adds up */
    FA_STAGE_COUNT
};

/* How sure a link is; bits. */
enum {
    FA_LINK_INTERCHANGEABLE = 1, /* other pairings of rows alike would do as well */
    FA_LINK_GREEDY = 2,          /* too many candidates hung together for the best assignment */
};

enum { FA_NO_LINK = UINT32_MAX, FA_NO_OPEN = UINT32_MAX, FA_OPEN_NO_AMOUNT = -1 };

/* A face of a flow, or a line, or one payment within a line.
 *
 * The payments within a line (its details) wait aside while the line itself is open. When the stage
 * of details finds that they add up to the line, and that one of them has the reference of an open
 * flow, they change places: the line stands aside for good and its details are open rows, to be
 * matched or reported each on its own. So either a line is counted or its details are. */
struct fa_open {
    uint32_t book;
    enum fa_side side;
    enum fa_direction direction;
    int64_t amount_minor;   /* at least 0; FA_OPEN_NO_AMOUNT: a detail that states none, or one in
                               another currency than its line */
    int64_t time_us;
    int32_t day_no;         /* civil day of its time */
    int32_t business_day;   /* of a flow: the day from which the window counts; of a line: day_no */
    uint64_t row;           /* its number in its table */
    struct fa_str reference, id; /* empty: none */
    struct fa_str reverses; /* of a flow: flow_id that it takes back; empty: none */
    bool is_reversal;       /* a line that takes another one back, or a flow that names one */
    struct fa_str twin;     /* id of a matched row of this side, account, direction, reference and amount;
                               empty: none */
    const struct fa_str *keys; /* by group rule of the book's terms: the row's key as the many, or the
                                  name that it states as the one; empty text: none. May be NULL */
    int64_t detail_no;      /* number of the payment within the line of the same `row`; 0: not one */
    uint64_t detail_row;    /* of a detail: its number in its table */
    uint32_t detail_of;     /* of a detail: place of its line, set by fa_resolver_sort; else FA_NO_OPEN */
    bool is_aside;          /* a detail whose line is counted (so to begin with), or a line whose
                               details are */
    uint32_t link;          /* that claimed it; FA_NO_LINK */
    uint32_t choices;       /* a stage found so many ways to match it and took none; 0: no such case */
    bool is_beyond_limit;   /* a stage did not look because too many rows hung together */
};

struct fa_link {
    enum fa_stage stage;
    unsigned notes;       /* FA_LINK_* */
    uint32_t first_member, member_count; /* in members: flows first, each side in the order of rows */
    int64_t fee_minor;    /* that explains a difference; of the whole link; 0: none */
    int64_t absorbed_minor; /* by which the sides differ within the tolerance, at least 0 */
};

struct fa_resolver {
    const struct fa_books *books;
    const struct fa_terms *const *terms; /* by number of a book; never NULL */
    struct fa_days days;
    struct fa_hash_key hash_key; /* changes no result */
    struct fa_sink *sink;
    FA_VEC(struct fa_open) rows;
    FA_VEC(struct fa_link) links;
    FA_VEC(uint32_t) members; /* places in rows */
    uint64_t large_components, large_blocks; /* that a stage left alone for their size; told in notes */
    uint64_t split_lines;  /* whose details took their places */
    uint64_t uneven_lines; /* open lines whose details lack amounts or do not add up; told by the stage */
};

void fa_resolver_release(struct fa_resolver *resolver);

/* By account, currency, direction, side, time, amount, reference, id, row, detail. Once, before the
 * stages. The line of every detail must be there. FA_ELIMIT with a message. */
enum fa_status fa_resolver_sort(struct fa_resolver *resolver) FA_MUST_USE;

/* Claims rows for a link; each must be free. MEMBERS are put into order. FA_ELIMIT with a message. */
enum fa_status fa_resolver_link(struct fa_resolver *resolver, const struct fa_link *link,
                                const uint32_t *members, uint32_t member_count) FA_MUST_USE;

/* Runs all stages. What is left is every row that is free. */
enum fa_status fa_resolver_run(struct fa_resolver *resolver) FA_MUST_USE;

/* Notes of what stages left alone for its size; each once. */
void fa_resolver_tell(const struct fa_resolver *resolver);

static inline bool fa_open_is_free(const struct fa_open *row)
{
    return row->link == FA_NO_LINK && !row->is_aside;
}

/* --- the stages, each in a file of its name; they run in the order of enum fa_stage --- */

enum fa_status fa_stage_reversals(struct fa_resolver *resolver) FA_MUST_USE;
enum fa_status fa_stage_details(struct fa_resolver *resolver) FA_MUST_USE;
/* Reference sum, another amount, another currency, another account. */
enum fa_status fa_stage_references(struct fa_resolver *resolver) FA_MUST_USE;
/* Behind these: a second row of a reference is no copy when the other side has a second one too,
 * nor when its own side took it back. */
enum fa_status fa_stage_duplicates(struct fa_resolver *resolver) FA_MUST_USE;
enum fa_status fa_stage_named_groups(struct fa_resolver *resolver) FA_MUST_USE;
enum fa_status fa_stage_equal_amounts(struct fa_resolver *resolver) FA_MUST_USE;
enum fa_status fa_stage_groups(struct fa_resolver *resolver) FA_MUST_USE;
/* With a fee, then within the tolerance: behind the groups, so that neither parts an exact sum. */
enum fa_status fa_stage_near_amounts(struct fa_resolver *resolver) FA_MUST_USE;
enum fa_status fa_stage_subsets(struct fa_resolver *resolver) FA_MUST_USE;
/* The last: what nothing else explained, but a name holds together, is one link (NAMED_GROUP) with
 * different sums, which is one break instead of one for each row. */
enum fa_status fa_stage_group_amounts(struct fa_resolver *resolver) FA_MUST_USE;

#endif
