/*
 * Waivers against findings: which findings of the run are waived, and what became of each waiver.
 *
 * A waived finding stays in every total and list; it is marked. Of several waivers that fit a finding
 * the first waives it. A cap in all holds for all findings that fit its waiver, whoever waives them, so
 * that the order of findings decides nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/flagging.h"
#include "rules/waive.h"

/* --- which waivers could apply at all --- */

static const struct fa_rule *find_rule(const struct fa_flagging *flagging, struct fa_str id,
                                       const struct fa_rule_counts **counts)
{
    const struct fa_ruleset_list *list = flagging->rulesets;
    size_t rule_no = 0;
    for (size_t s = 0; s < list->rulesets.count; s++)
        for (int r = 0; r < list->rulesets.items[s]->rule_count; r++, rule_no++)
            if (fa_str_equal(list->rulesets.items[s]->rules[r].id, id)) {
                *counts = &flagging->verdicts.counts[rule_no];
                return &list->rulesets.items[s]->rules[r];
            }
    return NULL;
}

int fa_waive_key_count(const struct fa_rule *rule)
{
    return rule->key_count ? rule->key_count : rule->population.row_table->key_count;
}

static const struct fa_view *view_of(const struct fa_rule *rule)
{
    for (int v = 0; v < rule->view_count; v++)
        if (rule->views[v]->table == rule->population.table)
            return rule->views[v];
    return NULL;
}

struct fa_str fa_waive_key_name(const struct fa_rule *rule, int key)
{
    const struct fa_table_def *table = rule->population.row_table;
    if (rule->key_count)
        return rule->keys[key].name;
    return table->columns[view_of(rule) ? key : table->key_columns[key]].name;
}

enum fa_status fa_waive_key_origin(const struct fa_flagging *flagging, const struct fa_rule *rule,
                                   int key, struct fa_buf *text)
{
    const struct fa_table_def *table = rule->population.row_table;
    const struct fa_view *view = view_of(rule);
    if (rule->key_count)
        return fa_flagging_origin(flagging, rule->keys[key].expr, text);
    fa_buf_clear(text);
    if (view)
        return fa_buf_add_str(text, view->columns[key].mask_column);
    FA_TRY(fa_buf_add_str(text, table->name));
    FA_TRY(fa_buf_add_char(text, '.'));
    return fa_buf_add_str(text, fa_waive_key_name(rule, key));
}

int fa_waive_find_key(const struct fa_rule *rule, struct fa_str name)
{
    for (int k = 0; k < fa_waive_key_count(rule); k++)
        if (fa_str_equal(fa_waive_key_name(rule, k), name))
            return k;
    return -1;
}

static bool is_blank(struct fa_str text)
{
    return fa_str_trim(text).size == 0;
}

/* Whether two names are of one person, however they are spaced and capitalised. */
static bool is_same_name(struct fa_str a, struct fa_str b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.size && a.bytes[i] == ' ')
            i++;
        while (j < b.size && b.bytes[j] == ' ')
            j++;
        if (i == a.size || j == b.size)
            return i == a.size && j == b.size;
        char left = a.bytes[i++], right = b.bytes[j++];
        left = left >= 'A' && left <= 'Z' ? (char)(left - 'A' + 'a') : left;
        right = right >= 'A' && right <= 'Z' ? (char)(right - 'A' + 'a') : right;
        if (left != right)
            return false;
    }
}

bool fa_waiver_is_own(const struct fa_waiver *waiver)
{
    return !is_blank(waiver->owner) && is_same_name(waiver->owner, waiver->approver);
}

enum fa_waiver_lack fa_waiver_lacks(const struct fa_waiver *waiver)
{
    enum fa_waiver_lack lacks = 0;
    lacks |= waiver->rule.size ? 0 : FA_LACKS_RULE;
    lacks |= waiver->scope != FA_WAIVES_UNSTATED ? 0 : FA_LACKS_KEYS;
    lacks |= !is_blank(waiver->owner) ? 0 : FA_LACKS_OWNER;
    lacks |= !is_blank(waiver->approver) ? 0 : FA_LACKS_APPROVER;
    lacks |= !is_blank(waiver->reason) ? 0 : FA_LACKS_REASON;
    lacks |= !is_blank(waiver->cite) ? 0 : FA_LACKS_CITE;
    lacks |= waiver->from_day != INT64_MIN ? 0 : FA_LACKS_FROM;
    lacks |= waiver->expires_day != INT64_MIN ? 0 : FA_LACKS_EXPIRES;
    lacks |= waiver->has_cap ? 0 : FA_LACKS_CAP;
    return lacks;
}

/* What keeps a waiver from applying, whatever is found; FA_WAIVER_UNUSED: nothing. */
static enum fa_waiver_state standing(const struct fa_flagging *flagging, struct fa_waived *waived)
{
    const struct fa_waiver *waiver = waived->waiver;
    int64_t as_of = flagging->out->head.as_of_day;
    waived->rule = find_rule(flagging, waiver->rule, &waived->counts);
    int scale = fa_head_scale(flagging->ledger->head, waiver->cap_currency);
    waived->cap_minor = -1;
    bool is_unwritable = waiver->cap != FA_CAP_NONE &&
                         fa_money_parse(waiver->cap_amount, scale, false, &waived->cap_minor) !=
                             FA_VALUE_OK;
    if (fa_waiver_lacks(waiver) || fa_waiver_is_own(waiver) || is_unwritable)
        return FA_WAIVER_INCOMPLETE;
    if (!waived->rule)
        return FA_WAIVER_UNKNOWN_RULE;
    for (int k = 0; waiver->scope == FA_WAIVES_KEYS && k < waiver->keys.count; k++)
        if (fa_waive_find_key(waived->rule, waiver->keys.items[k].name) < 0)
            return FA_WAIVER_UNKNOWN_KEY;
    if (as_of < waiver->from_day)
        return FA_WAIVER_NOT_BEGUN;
    return as_of > waiver->expires_day ? FA_WAIVER_EXPIRED : FA_WAIVER_UNUSED;
}

/* --- which findings a waiver fits --- */

/* The KEY-th part of a row's key, whose parts are joined with '|'; the last ones may be missing. */
static struct fa_str row_part(const struct fa_rule *rule, struct fa_str whole, int key)
{
    struct fa_str part = whole;
    for (int k = 0;; k++) {
        const char *end = part.size ? memchr(part.bytes, '|', part.size) : NULL;
        struct fa_str rest = {end ? end + 1 : "", end ? part.size - (size_t)(end + 1 - part.bytes) : 0};
        if (k == key && key + 1 == fa_waive_key_count(rule))
            return part; /* of the last one a '|' is a part */
        if (k == key)
            return (struct fa_str){part.bytes, part.size - rest.size - (end != NULL)};
        part = rest;
    }
}

/* Where a part has a '|' of its own nobody knows where it ends; the filer, who chose it, must not make it look
 * like the key of another row that is waived. Such a row is waived by its whole subject. */
static bool has_known_parts(const struct fa_rule *rule, struct fa_str whole)
{
    int bars = 0;
    for (size_t i = 0; i < whole.size; i++)
        bars += whole.bytes[i] == '|';
    return fa_waive_key_count(rule) == 1 || bars < fa_waive_key_count(rule);
}

static bool has_key(const struct fa_finding *finding, const struct fa_subject *subject,
                    const struct fa_waiver_key *key)
{
    if (finding->row_key.size) {
        int place = fa_waive_find_key(finding->rule, key->name);
        return place >= 0 && has_known_parts(finding->rule, fa_buf_str(&subject->whole)) && fa_str_equal(row_part(finding->rule, fa_buf_str(&subject->whole), place),
                                          key->value);
    }
    for (size_t i = 0; i < subject->parts.count; i++)
        if (fa_str_equal(subject->parts.items[i].name, key->name))
            return fa_str_equal(fa_subject_value(subject, i), key->value);
    return false;
}

static bool fits(const struct fa_waiver *waiver, const struct fa_finding *finding,
                 const struct fa_subject *subject, struct fa_str fingerprint)
{
    switch (waiver->scope) {
    case FA_WAIVES_UNSTATED:
        return false;
    case FA_WAIVES_ANY:
        return true;
    case FA_WAIVES_SUBJECT:
        return fa_str_equal(waiver->keys.items[0].value, fa_buf_str(&subject->whole));
    case FA_WAIVES_FINGERPRINT:
        return fa_str_equal(waiver->keys.items[0].value, fingerprint);
    case FA_WAIVES_KEYS:
        break;
    }
    for (int k = 0; k < waiver->keys.count; k++)
        if (!has_key(finding, subject, &waiver->keys.items[k]))
            return false;
    return true;
}

/* --- caps --- */

struct fa_waived_sum fa_waive_money(const struct fa_finding *finding)
{
    struct fa_ruleset own;
    struct fa_waived_sum money = {.currency = fa_flagging_speaker(finding, &own)->currency};
    money.is_unknown = !fa_flagging_amount(finding, &money.amount);
    return money;
}

/* Sums stay far below 128 bits: amounts have 64, and findings are counted in 32. */
static void add_money(struct fa_waived_sum *sum, const struct fa_waived_sum *money, bool is_first)
{
    sum->is_mixed |= !is_first && sum->currency != money->currency;
    sum->currency = money->currency;
    sum->is_unknown |= money->is_unknown;
    sum->amount += money->amount;
}

/* A cap is for how much it is about: money that goes out is as much as what comes in. */
static fa_i128 size_of(fa_i128 amount)
{
    return amount < 0 ? -amount : amount;
}

/* Money that nobody knows, or in another currency, is not known to be within it. */
static bool is_within_cap(const struct fa_waived *waived, const struct fa_waived_sum *money)
{
    return waived->waiver->cap == FA_CAP_NONE ||
           (!money->is_unknown && !money->is_mixed &&
            money->currency == waived->waiver->cap_currency && size_of(money->amount) <= waived->cap_minor);
}

/* --- the run --- */

/* A waiver fits a finding. */
struct fit {
    uint32_t finding, waiver;
};

struct waiving {
    struct fa_flagging *flagging;
    struct fa_waived *waived;
    size_t count;
    FA_VEC(struct fit) fits; /* by finding, then waiver */
    struct fa_subject subject;
    struct fa_buf fingerprint;
};

static enum fa_status find_fits(struct waiving *waiving, size_t finding_no)
{
    struct fa_flagging *flagging = waiving->flagging;
    const struct fa_finding *finding = &flagging->verdicts.findings.items[finding_no];
    bool is_made = false;
    for (size_t w = 0; w < waiving->count; w++) {
        struct fa_waived *waived = &waiving->waived[w];
        if (waived->rule != finding->rule)
            continue;
        if (!is_made) {
            FA_TRY(fa_subject_make(flagging, finding, &waiving->subject));
            FA_TRY(fa_flagging_fingerprint(flagging, finding, fa_buf_str(&waiving->subject.whole),
                                           &waiving->fingerprint));
            is_made = true;
        }
        if (!fits(waived->waiver, finding, &waiving->subject, fa_buf_str(&waiving->fingerprint)))
            continue;
        struct fa_waived_sum money = fa_waive_money(finding);
        money.amount = size_of(money.amount);
        add_money(&waived->matched, &money, waived->matched_count++ == 0);
        FA_TRY(fa_vec_add(&waiving->fits, ((struct fit){(uint32_t)finding_no, (uint32_t)w})));
    }
    return FA_OK;
}

/* Whether the waiver waives a finding that it fits; what its cap keeps out is counted. */
static bool waives(struct fa_waived *waived, uint32_t finding_no, const struct fa_waived_sum *money)
{
    if (waived->state != FA_WAIVER_UNUSED && waived->state != FA_WAIVER_APPLIED &&
        waived->state != FA_WAIVER_EXCEEDED)
        return false;
    const struct fa_waived_sum *held = waived->waiver->cap == FA_CAP_IN_ALL ? &waived->matched : money;
    if (is_within_cap(waived, held))
        return true;
    waived->state = FA_WAIVER_EXCEEDED;
    if (waived->beyond_count++ == 0)
        waived->first_beyond = finding_no;
    return false;
}

static void waive(struct waiving *waiving)
{
    struct fa_flagging *flagging = waiving->flagging;
    for (size_t i = 0; i < waiving->fits.count; i++) {
        const struct fit *fit = &waiving->fits.items[i];
        struct fa_waived *waived = &waiving->waived[fit->waiver];
        struct fa_waived_sum money = fa_waive_money(&flagging->verdicts.findings.items[fit->finding]);
        uint32_t *waived_by = &flagging->waived_by[fit->finding];
        if (*waived_by && !waived->first_rival)
            waived->first_rival = *waived_by;
        if (!waives(waived, fit->finding, &money) || *waived_by)
            continue;
        *waived_by = fit->waiver + 1;
        waived->state = waived->state == FA_WAIVER_EXCEEDED ? FA_WAIVER_EXCEEDED : FA_WAIVER_APPLIED;
        add_money(&waived->sum, &money, waived->waived_count++ == 0);
    }
}

/* Where a filing was is not known to who reads a stream of it; what it held is. */
static enum fa_status check_files(const struct fa_flagging *flagging)
{
    const struct fa_waiver_list *list = flagging->options->waivers;
    const struct fa_head *head = flagging->ledger->head;
    for (size_t f = 0; f < list->files.count; f++)
        for (size_t s = 0; s < head->sources.count; s++)
            if (list->files.items[f].size_bytes &&
                memcmp(list->files.items[f].sha256, head->sources.items[s].sha256,
                       FA_SHA256_BYTES) == 0)
                return fa_error(flagging->sink, FA_CODE_WAIVER_FILING, (struct fa_place){0},
                                "keep waivers where the filer cannot write",
                                "the waivers %.*s are a file of the filing under test",
                                (int)list->files.items[f].name.size, list->files.items[f].name.bytes);
    return FA_OK;
}

enum fa_status fa_flagging_waive(struct fa_flagging *flagging)
{
    const struct fa_waiver_list *list = flagging->options->waivers;
    if (!list)
        return FA_OK;
    FA_TRY(check_files(flagging));
    struct waiving waiving = {.flagging = flagging, .count = list->waivers.count};
    size_t finding_count = flagging->verdicts.findings.count;
    waiving.waived = calloc(waiving.count + 1, sizeof *waiving.waived);
    flagging->waived_by = calloc(finding_count + 1, sizeof *flagging->waived_by);
    enum fa_status status = waiving.waived && flagging->waived_by ? FA_OK : FA_ELIMIT;
    for (size_t w = 0; status == FA_OK && w < waiving.count; w++) {
        waiving.waived[w].waiver = &list->waivers.items[w];
        waiving.waived[w].state = standing(flagging, &waiving.waived[w]);
    }
    for (size_t f = 0; status == FA_OK && f < finding_count; f++)
        status = find_fits(&waiving, f);
    if (status == FA_OK)
        waive(&waiving);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(flagging->sink, "waivers");
    if (status == FA_OK)
        status = fa_flagging_write_waivers(flagging, waiving.waived, waiving.count);
    fa_vec_free(&waiving.fits);
    fa_subject_release(&waiving.subject);
    fa_buf_release(&waiving.fingerprint);
    free(waiving.waived);
    return status;
}

const struct fa_waiver *fa_flagging_waiver(const struct fa_flagging *flagging, size_t index)
{
    uint32_t number = flagging->waived_by ? flagging->waived_by[index] : 0;
    return number ? &flagging->options->waivers->waivers.items[number - 1] : NULL;
}
