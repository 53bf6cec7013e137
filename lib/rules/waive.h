/*
 * Private to the flag stage: what becomes of waivers, between waive.c (applies them) and
 * results_waiver.c (writes their rows).
 */
#ifndef FA_RULES_WAIVE_H
#define FA_RULES_WAIVE_H

#include "rules/flagging.h"

enum fa_waiver_state { /* as result_waiver.state */
    FA_WAIVER_APPLIED,
    FA_WAIVER_EXCEEDED,
    FA_WAIVER_UNUSED,
    FA_WAIVER_EXPIRED,
    FA_WAIVER_NOT_BEGUN,
    FA_WAIVER_INCOMPLETE,
    FA_WAIVER_UNKNOWN_RULE,
    FA_WAIVER_UNKNOWN_KEY,
};

/* Bits: what a waiver leaves out. */
enum fa_waiver_lack {
    FA_LACKS_RULE = 1,
    FA_LACKS_KEYS = 2,
    FA_LACKS_OWNER = 4,
    FA_LACKS_APPROVER = 8,
    FA_LACKS_REASON = 16,
    FA_LACKS_CITE = 32,
    FA_LACKS_FROM = 64,
    FA_LACKS_EXPIRES = 128,
    FA_LACKS_CAP = 256,
};

/* Money of findings. */
struct fa_waived_sum {
    fa_i128 amount;
    fa_currency currency;
    bool is_mixed;   /* in several currencies */
    bool is_unknown; /* of a finding that has none */
};

/* A waiver and what became of it. */
struct fa_waived {
    const struct fa_waiver *waiver;
    enum fa_waiver_state state;
    const struct fa_rule *rule;          /* NULL: no ruleset has it */
    const struct fa_rule_counts *counts; /* of the rule */
    int64_t cap_minor; /* -1: it has none, or one that cannot be written in the filing's money */
    uint32_t matched_count, waived_count, beyond_count; /* findings; BEYOND: over its cap */
    uint32_t first_beyond;                              /* index of the finding */
    uint32_t first_rival; /* number of the waiver that waived one of its findings before it; 0: none */
    struct fa_waived_sum matched, sum; /* of the findings that it fits, and of those that it waives */
};

enum fa_waiver_lack fa_waiver_lacks(const struct fa_waiver *waiver);
/* Its owner has approved it. */
bool fa_waiver_is_own(const struct fa_waiver *waiver);

struct fa_waived_sum fa_waive_money(const struct fa_finding *finding);

/* The keys by which a waiver can name findings of RULE: those of its groups, else of its rows. */
int fa_waive_key_count(const struct fa_rule *rule);
struct fa_str fa_waive_key_name(const struct fa_rule *rule, int key);
int fa_waive_find_key(const struct fa_rule *rule, struct fa_str name); /* -1: has none of this name */
/* "table.column" by which it is masked; clears TEXT first. */
enum fa_status fa_waive_key_origin(const struct fa_flagging *flagging, const struct fa_rule *rule,
                                   int key, struct fa_buf *text) FA_MUST_USE;

/* Rows of result_waiver and result_waiver_key (results_waiver.c). */
enum fa_status fa_flagging_write_waivers(struct fa_flagging *flagging,
                                         const struct fa_waived *waived, size_t count) FA_MUST_USE;

#endif
