/*
 * The binding of a scheme (match/scheme.h) to a stream: amounts became minor units of the
 * stream's scales, names became columns and accounts, the table holiday became a calendar.
 * Without a scheme everything is there too, with the empty terms and the filing's own
 * reference.
 *
 *     fa_binding_init        needs the head
 *     fa_binding_want_held   asks for the columns of account and holiday
 *     fa_binding_set_held    once, when the held tables are complete; from then on all else
 *                            works, while they live
 *
 * Its memory grows with accounts, not with rows.
 */
#ifndef FA_MATCH_BINDING_H
#define FA_MATCH_BINDING_H

#include "ledger/held.h"
#include "match/books.h"
#include "match/scheme.h"

struct fa_bound_key {
    enum fa_scheme_key_kind kind;
    int column; /* of its table; FA_KEY_DAY: FA_NO_COLUMN; FA_KEY_COUNTERPARTY of a flow:
                   FA_NO_COLUMN, the account on the other side of the face */
};

/* The columns of the group rule with the same place in fa_terms.groups. */
struct fa_bound_group {
    enum fa_side many;
    struct fa_bound_key keys[FA_SCHEME_KEYS_MAX]; /* of flow or statement, as MANY says */
    int key_count;
    bool has_name;
    struct fa_bound_key equals; /* of the other table */
};

/* What a flow is known by at the bank: the first of these columns that has a value. */
struct fa_bound_reference {
    int first, second; /* of flow; second may be FA_NO_COLUMN */
};

/* What holds for an account, whatever the currency. */
struct fa_bound_section {
    const struct fa_scheme_section
        *section; /* NULL: no scheme, or the account is in none of its sections */
    struct fa_bound_reference reference;
    const struct fa_bound_group *groups; /* by group rule */
    int group_count;
    bool is_daily;
    bool has_accounts; /* the filing has an account of this section of the scheme */
    struct fa_binding_terms *terms; /* by currency, made when needed */
    int64_t day_from_us,
        day_to_us; /* the instants of the business day that was looked up last */
    int32_t business_day;
};

struct fa_binding {
    const struct fa_scheme *scheme; /* NULL: none */
    const struct fa_head *head;
    struct fa_sink *sink;
    struct fa_days days; /* calendar NULL: neither the scheme nor the filing has just one */
    struct fa_calendar *calendar;
    struct fa_bound_section
        *sections; /* those of the scheme, then the one for all other accounts */
    int section_count;
    bool has_one_reference; /* all sections alike */
    const uint32_t
        *faces; /* by account: on whose statement its flows are; NULL: each on its own */
    const uint16_t *section_of; /* by account, but for one section; NULL: the last for all */
    uint64_t account_count;
    const struct fa_held_table *accounts; /* NULL: the stream has no such table */
    int flow_table, line_table, account_table,
        holiday_table; /* FA_NO_TABLE: not in the stream */
    int role, part_of; /* columns of account */
    struct {
        int calendar, date, kind;
    } holiday; /* its columns */
    struct fa_arena arena;
};

/* SCHEME may be NULL; it and HEAD outlive the binding. What the head alone shows to be wrong:
 * columns that it lacks (MATCH-COLUMN), amounts finer than the currency's scale (SCHEME-SCALE).
 */
enum fa_status fa_binding_init(struct fa_binding *binding, const struct fa_scheme *scheme,
                               const struct fa_head *head, struct fa_sink *sink) FA_MUST_USE;
void fa_binding_release(struct fa_binding *binding);
void fa_binding_want_held(const struct fa_binding *binding, struct fa_held *held);
/* Accounts and calendar. SCHEME-ACCOUNT: the filing has no such account; SCHEME-CALENDAR: it
 * has no such calendar; MATCH-CIRCLE: accounts are part of one another in a circle. */
enum fa_status fa_binding_set_held(struct fa_binding *binding,
                                   const struct fa_held *held) FA_MUST_USE;

/* The columns of the reference (TABLE flow), and those of group keys (flow, statement). */
void fa_binding_want_reference(const struct fa_binding *binding, struct fa_decoder *decoder);
void fa_binding_want_keys(const struct fa_binding *binding, const struct fa_table_def *table,
                          struct fa_decoder *decoder);

/* The account on whose statement flows of ACCOUNT are. A flow both of whose accounts face the
 * same one moves nothing there and faces nobody. */
static inline uint32_t fa_binding_face(const struct fa_binding *binding, uint32_t account)
{
    return binding->faces && account < binding->account_count ? binding->faces[account]
                                                              : account;
}

/* Of the account whose statement it is; never NULL. */
static inline struct fa_bound_section *fa_binding_section(const struct fa_binding *binding,
                                                          uint32_t account)
{
    int place = binding->section_of && account < binding->account_count
                    ? binding->section_of[account]
                    : binding->section_count - 1;
    return &binding->sections[place];
}

/* The terms of a book; they live as long as the binding. FA_ELIMIT with a message. */
enum fa_status fa_binding_get_terms(struct fa_binding *binding, uint32_t account,
                                    fa_currency currency,
                                    const struct fa_terms **terms) FA_MUST_USE;

/* The day that a flow of this instant belongs to: its civil day, or the next one from the
 * cut-off on; where the scheme has a calendar and its window does not count calendar days, the
 * first working day that is not before that. Quick when flows come in order of time. FA_EINPUT
 * (MATCH-CALENDAR) when the calendar does not know the day. */
enum fa_status fa_binding_business_day(const struct fa_binding *binding,
                                       struct fa_bound_section *section, int64_t instant_us,
                                       int32_t *business_day) FA_MUST_USE;

/* The role of an account at the end of the covered time; empty: not known. Only with a scheme.
 */
struct fa_str fa_binding_role(const struct fa_binding *binding, uint64_t account);

/* The account that one is part of, else itself. Where the stream has a table account. */
uint32_t fa_binding_master(const struct fa_binding *binding, uint32_t account);

/* Notes at the end of a run, each at most once; in binding_tell.c. */
/* Statements of accounts came that no section of the scheme names (MATCH-UNNAMED); a section
 * for roles has no account (SCHEME-ROLE). */
void fa_binding_tell_unnamed(const struct fa_binding *binding, const struct fa_books *books);
void fa_binding_tell_empty(const struct fa_binding *binding);
/* Most lines of a statement meet no flow, flows of accounts that are part of its account are
 * compared with no statement, and no scheme says whether they face it (MATCH-FACE). */
void fa_binding_tell_parts(const struct fa_binding *binding, const struct fa_books *books);

#endif
