/*
 * Terms: what a scheme (flowaudit-scheme(5)) says of the rows of one book, bound to a stream:
 * texts became minor units of the stream's scale, names became columns, accounts found their
 * section.
 *
 * Without a scheme a book has the empty terms: rows are matched by reference alone, nothing is
 * taken off, no row is late because nobody said when it is due.
 */
#ifndef FA_MATCH_TERMS_H
#define FA_MATCH_TERMS_H

#include "match/pending.h"
#include "value/datetime.h"
#include "value/money.h"

/* What a bank may keep for itself of one movement: it credits less than the flow, or debits
 * more. */
struct fa_fee {
    bool is_on[2]; /* by direction of the book */
    bool is_rate;
    int64_t fixed_minor; /* unless is_rate */
    int64_t rate_ppb;
    int64_t at_least_minor, at_most_minor; /* of a rate; INT64_MAX: no upper bound */
    enum fa_rounding rounding;             /* of a rate; FA_ROUND_REFUSE: must come out even */
};

/* Many rows of one side that are one row of the other: rows of one key add up to it. */
struct fa_group_rule {
    enum fa_side many; /* the side whose rows are added */
    int key_count; /* columns; a row's key is their values, put together by who reads the rows
                    */
    bool has_name; /* the key is what the other side's `equals` column says, else any row of the
                      book in the window may be the sum */
    bool is_net;   /* credits and debits together */
};

enum { FA_GROUP_RULES_MAX = 8 };

struct fa_terms {
    fa_currency currency;
    bool has_window;
    bool is_window_bdays; /* counted in working days, else in calendar days */
    int32_t window_from,
        window_to;           /* days from a flow's business day to its line; from <= to */
    int64_t tolerance_minor; /* by which one flow and one line may differ; 0 unless declared */
    const struct fa_fee *fees;
    int fee_count;
    bool matches_amounts; /* one flow and one line of like amount, whatever their references */
    bool matches_details; /* the payments within a line, each by its reference */
    struct fa_group_rule groups[FA_GROUP_RULES_MAX]; /* named ones first */
    int group_count;
    int subset_parts_max; /* rows that may add up to one; 0: not searched for */
};

/* The line's amount that FEE leaves of a flow's; false: not of this direction, does not come
 * out even, or not above zero. */
bool fa_fee_apply(const struct fa_fee *fee, enum fa_direction direction, int64_t flow_minor,
                  int64_t *line_minor);

/* Days as a scheme counts them. CALENDAR NULL: no working days are known. Where a window counts
 * working days, a day off counts as the next working day, for flows and lines alike. */
struct fa_days {
    const struct fa_calendar *calendar;
    struct fa_str calendar_name; /* for messages */
    struct fa_sink *sink;
};
/* The first working day that is not before DAY_NO. FA_EINPUT with a message (MATCH_CALENDAR)
 * when the calendar does not know a day on the way. */
enum fa_status fa_days_roll(const struct fa_days *days, int32_t day_no,
                            int32_t *working_day) FA_MUST_USE;
/* Days from a flow's business day to a line's day as the terms count them, negative when the
 * line is first. Errors as above. */
enum fa_status fa_days_lag(const struct fa_days *days, const struct fa_terms *terms,
                           int32_t business_day, int32_t line_day, int64_t *lag) FA_MUST_USE;
/* By how many days a flow and its line lie outside the window of terms that have one: the bank booked
 * after it, or the platform so late that the line lies before it; 0: inside. DUE_DAY is the last day
 * on which the side that is late should have booked. Errors as above. */
enum fa_status fa_days_late(const struct fa_days *days, const struct fa_terms *terms,
                            int32_t business_day, int32_t line_day, int64_t *days_late,
                            int32_t *due_day) FA_MUST_USE;
/* The last day of the window of terms that have one: a line of a later day is late. Errors as
 * above. */
enum fa_status fa_days_due(const struct fa_days *days, const struct fa_terms *terms,
                           int32_t business_day, int32_t *due_day) FA_MUST_USE;
/* Working days after FROM up to TO, FROM <= TO. Errors as above. */
enum fa_status fa_days_count(const struct fa_days *days, int32_t from_day, int32_t to_day,
                             int64_t *count) FA_MUST_USE;
/* Age of an open row: working days after FROM up to TO, negative backwards. false: not known.
 */
bool fa_days_age(const struct fa_days *days, int32_t from_day, int32_t to_day, int64_t *age);

#endif
