/*
 * Private to way 7: the flows of the last while as a log, and the search for chains in it.
 *
 * The log is a ring in the order of time. Each flow points back to the one before it that was paid
 * into the same account, so that all that an account received is walked from the newest to the
 * oldest, and a flow that is too old ends the walk.
 */
#ifndef FA_RULES_HOPS_H
#define FA_RULES_HOPS_H

#include "base/limits.h"
#include "rules/aggregate.h"
#include "rules/passed.h"

#define FA_HOP_NO_AMOUNT INT64_MIN
#define FA_HOP_MAY_BE_EXCEPTED (UINT64_C(1) << 63)

struct fa_hop {
    int64_t time_us;
    int64_t amount;  /* FA_HOP_NO_AMOUNT: missing, and not asked for */
    uint64_t row;    /* of its table; and FA_HOP_MAY_BE_EXCEPTED */
    uint32_t payer;  /* group */
    uint32_t before; /* so many places back lies the flow before it into the same account; 0: none */
};

struct fa_hop_account {
    uint64_t received; /* place of the newest flow that it received; 0: none */
    int64_t paid_us;   /* when it paid last; INT64_MIN: never */
};

/* Places count from 1 and never begin anew; those from FROM up to TO (exclusive) are there. */
struct fa_hop_log {
    struct fa_hop *hops;
    struct fa_passed *passed; /* COLUMN_COUNT of each place */
    int column_count;
    size_t capacity; /* a power of two, or 0 */
    uint64_t from, to;
    struct fa_hop_account *accounts;
    size_t account_capacity;
};

static inline struct fa_hop *fa_hop_at(const struct fa_hop_log *log, uint64_t place)
{
    return &log->hops[place & (log->capacity - 1)];
}

static inline struct fa_passed *fa_hop_passed(const struct fa_hop_log *log, uint64_t place)
{
    return log->passed + (place & (log->capacity - 1)) * (size_t)log->column_count;
}

void fa_hop_log_init(struct fa_hop_log *log, int column_count);
void fa_hop_log_release(struct fa_hop_log *log, struct fa_meter *meter);
/* Room for MORE flows among accounts below ACCOUNT_COUNT. */
enum fa_status fa_hop_log_reserve(struct fa_hop_log *log, struct fa_meter *meter, uint32_t more,
                                  size_t account_count) FA_MUST_USE;
/* Forgets flows before START. */
void fa_hop_log_forget(struct fa_hop_log *log, int64_t start_us);
/* Adds a flow, not before any other, and gives its place. Its BEFORE is set here. */
uint64_t fa_hop_log_add(struct fa_hop_log *log, const struct fa_hop *hop, uint32_t payee);

/* A flow that may be the last of a chain. */
struct fa_closing {
    uint64_t place;
    uint32_t payee;
    int64_t start_us; /* no flow before it belongs to a chain that ends here */
    int64_t judged;   /* the judged date or time */
    bool has_tolerance, is_wide; /* IS_WIDE: its numbers are too large for plain products */
    struct fa_ratio tolerance;
    uint16_t cause;   /* not 0: of a flow outside what is covered nothing is known */
    /* what came out so far */
    bool has_fired, is_cut;
    uint16_t unknown_cause; /* of the first chain whose condition is unknown */
};

/* One search: gives each chain to TAKE, in the order of flowaudit-rules(5), until there is no more,
 * TAKE says so, or BUDGET flows were looked at. */
struct fa_hop_search {
    const struct fa_hop_log *log;
    struct fa_closing *closing;
    bool is_cycle;
    int hops_min, hops_max;
    uint32_t budget, looked;
    bool is_done;
    enum fa_status (*take)(struct fa_hop_search *search, int hop_count);
    void *context;
    uint64_t places[FA_HOPS_MAX];   /* of the chain, its last flow first */
    uint32_t accounts[FA_HOPS_MAX + 1]; /* on it: the last payee, then each payer */
};

enum fa_status fa_hop_search_run(struct fa_hop_search *search) FA_MUST_USE;

#endif
