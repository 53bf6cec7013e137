/*
 * Waivers: which findings somebody answers for, with whose approval, why, until when and up to which
 * amount (flowaudit-waivers(5)). They come from who audits, never from the filing.
 *
 * This is the file as it was read. What is written wrongly is refused; what is left out makes a waiver
 * incomplete, so that it waives nothing and is listed. What becomes of each in a run is the flag
 * stage's business (rules/waive.c).
 */
#ifndef FA_RULES_WAIVER_H
#define FA_RULES_WAIVER_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/vec.h"
#include "value/money.h"

enum fa_waiver_scope {
    FA_WAIVES_UNSTATED,
    FA_WAIVES_ANY,         /* every finding of the rule, which the file must say */
    FA_WAIVES_KEYS,        /* those that have all these keys */
    FA_WAIVES_SUBJECT,     /* whole, as the results have it */
    FA_WAIVES_FINGERPRINT, /* plain, as the results have it */
};

enum fa_waiver_cap { FA_CAP_NONE, FA_CAP_EACH, FA_CAP_IN_ALL }; /* as result_waiver.cap */

struct fa_waiver_key {
    struct fa_str name, value;
};

/* Texts that the file leaves out are empty, days INT64_MIN. */
struct fa_waiver {
    struct fa_str id, rule, owner, approver, reason, cite;
    enum fa_waiver_scope scope;
    FA_LIST(struct fa_waiver_key) keys; /* one without a name of a subject or fingerprint */
    int64_t from_day, expires_day;
    bool has_cap; /* that nothing caps it must be stated, too */
    enum fa_waiver_cap cap;
    struct fa_str cap_amount; /* as written */
    fa_currency cap_currency;
    struct fa_str file; /* without its folders, so that results do not tell where they were made */
    struct fa_place place;
};

struct fa_waiver_file {
    struct fa_str name; /* without its folders */
    uint64_t size_bytes;
    uint8_t sha256[FA_SHA256_BYTES];
};

/* In the order of the files and within them: of several that fit a finding, the first waives it. */
struct fa_waiver_list {
    struct fa_arena arena;
    FA_VEC(struct fa_waiver) waivers;
    FA_VEC(struct fa_waiver_file) files;
};

void fa_waiver_list_init(struct fa_waiver_list *list);
void fa_waiver_list_release(struct fa_waiver_list *list);

/* Adds the waivers of a file. PATH is its name for messages; both texts must outlive the list. Every
 * mistake is reported before giving up; none of the messages shows a key. FA_ERULES. */
enum fa_status fa_waivers_parse(struct fa_str text, struct fa_str path, struct fa_sink *sink,
                                struct fa_waiver_list *list) FA_MUST_USE;

#endif
