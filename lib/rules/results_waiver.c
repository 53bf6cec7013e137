/*
 * Waivers in the results: each with what became of it and why, and its keys with the column by which
 * reports mask them.
 */
#include <string.h>

#include "rules/waive.h"

static enum fa_status add_money(const struct fa_flagging *flagging, fa_i128 minor,
                                fa_currency currency, struct fa_buf *text)
{
    char amount[FA_MONEY_TEXT_BYTES], name[4] = "";
    fa_money_format(minor, fa_head_scale(flagging->ledger->head, currency), amount);
    if (currency)
        fa_currency_format(currency, name);
    return fa_buf_addf(text, "%s%s%s", amount, currency ? " " : "", name);
}

/* --- why --- */

static enum fa_status tell_incomplete(const struct fa_waived *waived, struct fa_buf *text)
{
    static const char *const names[] = {"rule", "keys",  "owner",   "approver", "reason",
                                        "cite", "from",  "expires", "cap"};
    enum fa_waiver_lack lacks = fa_waiver_lacks(waived->waiver);
    const char *between = "it does not say ";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!(lacks & 1u << i))
            continue;
        FA_TRY(fa_buf_addf(text, "%s%s", between, names[i]));
        between = ", ";
    }
    if (lacks)
        return FA_OK;
    return fa_buf_add_text(text, fa_waiver_is_own(waived->waiver)
                                     ? "its owner has approved it"
                                     : "its cap cannot be written in the filing's money");
}

static bool is_break_class(const struct fa_flagging *flagging, struct fa_str name)
{
    const struct fa_table_def *breaks =
        fa_dictionary_find(flagging->rulesets->dictionary, FA_STR("break"));
    int column = breaks ? fa_table_find_column(breaks, FA_STR("class")) : FA_NO_COLUMN;
    for (uint32_t i = 0; column != FA_NO_COLUMN && i < breaks->columns[column].value_count; i++)
        if (fa_str_equal(breaks->columns[column].values[i], name))
            return true;
    return false;
}

static enum fa_status tell_unknown_rule(const struct fa_flagging *flagging,
                                        const struct fa_waived *waived, struct fa_buf *text)
{
    const struct fa_ruleset_list *list = flagging->rulesets;
    if (is_break_class(flagging, waived->waiver->rule))
        return fa_buf_add_text(text, "breaks are not waived; the tolerance of a scheme says what passes");
    for (size_t s = 0; s < list->rulesets.count; s++)
        for (int p = 0; p < list->rulesets.items[s]->provision_count; p++)
            if (fa_str_equal(list->rulesets.items[s]->provisions[p].id, waived->waiver->rule))
                return fa_buf_add_text(text, "it is a provision, which no filing shows");
    return fa_buf_add_text(text, "no ruleset of the run has the rule");
}

static enum fa_status tell_unknown_key(const struct fa_waived *waived, struct fa_buf *text)
{
    const struct fa_waiver *waiver = waived->waiver;
    for (int k = 0; k < waiver->keys.count; k++) {
        struct fa_str name = waiver->keys.items[k].name;
        if (fa_waive_find_key(waived->rule, name) >= 0)
            continue;
        FA_TRY(fa_buf_addf(text, "the rule has no key %.*s; it has ", (int)name.size, name.bytes));
        break;
    }
    for (int k = 0; k < fa_waive_key_count(waived->rule); k++) {
        FA_TRY(fa_buf_add_text(text, k > 0 ? ", " : ""));
        FA_TRY(fa_buf_add_str(text, fa_waive_key_name(waived->rule, k)));
    }
    return FA_OK;
}

static enum fa_status tell_day(const struct fa_waived *waived, struct fa_buf *text)
{
    char day[FA_TIME_TEXT_BYTES];
    bool is_expired = waived->state == FA_WAIVER_EXPIRED;
    fa_date_format(is_expired ? waived->waiver->expires_day : waived->waiver->from_day, day);
    FA_TRY(fa_buf_addf(text, "%s %s", is_expired ? "it expired on" : "it begins on", day));
    if (waived->matched_count)
        FA_TRY(fa_buf_addf(text, "; %u finding%s its keys", waived->matched_count,
                           waived->matched_count == 1 ? " has" : "s have"));
    return FA_OK;
}

/* Of a cap for each finding, the first one that is over it. */
static enum fa_status tell_exceeded(const struct fa_flagging *flagging,
                                    const struct fa_waived *waived, struct fa_buf *text)
{
    bool is_in_all = waived->waiver->cap == FA_CAP_IN_ALL;
    struct fa_waived_sum money = waived->matched;
    if (!is_in_all)
        money = fa_waive_money(&flagging->verdicts.findings.items[waived->first_beyond]);
    if (is_in_all)
        FA_TRY(fa_buf_add_text(text, "its findings"));
    else
        FA_TRY(fa_buf_addf(text, "F-%06u", waived->first_beyond + 1));
    if (money.is_unknown) {
        FA_TRY(fa_buf_add_text(text, is_in_all ? ": not every amount is known" : " has no amount"));
    } else if (money.is_mixed) {
        FA_TRY(fa_buf_add_text(text, " are in several currencies"));
    } else {
        FA_TRY(fa_buf_add_text(text, is_in_all ? " amount to " : " amounts to "));
        FA_TRY(add_money(flagging, money.amount, money.currency, text));
    }
    if (!is_in_all && waived->beyond_count > 1)
        FA_TRY(fa_buf_addf(text, ", and %u more are over its cap", waived->beyond_count - 1));
    return FA_OK;
}

static enum fa_status tell_unused(const struct fa_flagging *flagging,
                                  const struct fa_waived *waived, struct fa_buf *text)
{
    const struct fa_rule_counts *counts = waived->counts;
    if (waived->first_rival) {
        struct fa_str rival = flagging->options->waivers->waivers.items[waived->first_rival - 1].id;
        return fa_buf_addf(text, "%.*s waives what it fits", (int)rival.size, rival.bytes);
    }
    if (counts->verdict == FA_TESTED && counts->finding_count == 0)
        return fa_buf_add_text(text, "its rule found nothing");
    if (counts->verdict == FA_TESTED)
        return fa_buf_add_text(text, waived->waiver->scope == FA_WAIVES_FINGERPRINT
                                         ? "no finding has its fingerprint; that of reports is a keyed "
                                           "one, and flowaudit-view shows the plain one"
                                         : "no finding has its keys");
    FA_TRY(fa_buf_add_text(text, counts->verdict == FA_NOT_TESTABLE     ? "its rule was not testable: "
                                 : counts->verdict == FA_NOT_APPLICABLE ? "its rule does not apply: "
                                                                        : "its rule was not run: "));
    return fa_buf_add_str(text, counts->reason);
}

static enum fa_status tell(const struct fa_flagging *flagging, const struct fa_waived *waived,
                           struct fa_buf *text)
{
    fa_buf_clear(text);
    switch (waived->state) {
    case FA_WAIVER_APPLIED:
        return FA_OK;
    case FA_WAIVER_EXCEEDED:
        return tell_exceeded(flagging, waived, text);
    case FA_WAIVER_UNUSED:
        return tell_unused(flagging, waived, text);
    case FA_WAIVER_EXPIRED:
    case FA_WAIVER_NOT_BEGUN:
        return tell_day(waived, text);
    case FA_WAIVER_INCOMPLETE:
        return tell_incomplete(waived, text);
    case FA_WAIVER_UNKNOWN_RULE:
        return tell_unknown_rule(flagging, waived, text);
    case FA_WAIVER_UNKNOWN_KEY:
        return tell_unknown_key(waived, text);
    }
    return FA_EDEFECT;
}

/* --- rows --- */

static enum fa_status write_key(struct fa_flagging *flagging, const struct fa_waiver *waiver,
                                struct fa_str name, struct fa_str value, struct fa_str origin)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_WAIVER_KEY];
    FA_TRY(fa_flagging_set_text(sheet, "waiver", waiver->id));
    FA_TRY(fa_flagging_set_text(sheet, "name", name));
    FA_TRY(fa_flagging_set_text(sheet, "value", value));
    FA_TRY(fa_flagging_set_text(sheet, "column", origin));
    return fa_builder_end_row(sheet->builder);
}

/* A subject that falls into the keys of the rule is told by them; of any other nothing is shown. */
static enum fa_status write_subject(struct fa_flagging *flagging, const struct fa_waived *waived,
                                    struct fa_str subject, struct fa_buf *origin)
{
    int separators = 0, key_count = waived->rule ? fa_waive_key_count(waived->rule) : 0;
    for (size_t i = 0; i < subject.size; i++)
        separators += subject.bytes[i] == '|';
    if (key_count != separators + 1)
        return write_key(flagging, waived->waiver, FA_STR("subject"), subject,
                         FA_STR("result_waiver.keys"));
    for (int k = 0; k < key_count; k++) {
        const char *end = memchr(subject.bytes, '|', subject.size);
        size_t size = end ? (size_t)(end - subject.bytes) : subject.size;
        FA_TRY(fa_waive_key_origin(flagging, waived->rule, k, origin));
        if (size)
            FA_TRY(write_key(flagging, waived->waiver, fa_waive_key_name(waived->rule, k),
                             (struct fa_str){subject.bytes, size}, fa_buf_str(origin)));
        subject.bytes += size + (end != NULL);
        subject.size -= size + (end != NULL);
    }
    return FA_OK;
}

static enum fa_status write_keys(struct fa_flagging *flagging, const struct fa_waived *waived,
                                 struct fa_buf *text)
{
    const struct fa_waiver *waiver = waived->waiver;
    if (waiver->scope == FA_WAIVES_SUBJECT)
        return write_subject(flagging, waived, waiver->keys.items[0].value, text);
    for (int k = 0; k < waiver->keys.count; k++) {
        const struct fa_waiver_key *key = &waiver->keys.items[k];
        int place = waived->rule ? fa_waive_find_key(waived->rule, key->name) : -1;
        struct fa_str origin = FA_STR("result_waiver.keys");
        if (waiver->scope == FA_WAIVES_FINGERPRINT) {
            origin = FA_STR("result_finding.fingerprint");
        } else if (place >= 0) {
            FA_TRY(fa_waive_key_origin(flagging, waived->rule, place, text));
            origin = fa_buf_str(text);
        }
        FA_TRY(write_key(flagging, waiver, key->name, key->value, origin));
    }
    return FA_OK;
}

/* "borrower = P-1, day = 2017-01-05" */
static enum fa_status set_keys(struct fa_sheet *sheet, const struct fa_waiver *waiver,
                               struct fa_buf *text)
{
    fa_buf_clear(text);
    if (waiver->scope == FA_WAIVES_ANY)
        FA_TRY(fa_buf_add_text(text, "any"));
    for (int k = 0; k < waiver->keys.count; k++) {
        FA_TRY(fa_buf_add_text(text, k > 0 ? ", " : ""));
        FA_TRY(fa_buf_add_str(text, waiver->keys.items[k].name));
        FA_TRY(fa_buf_add_text(text, " = "));
        FA_TRY(fa_buf_add_str(text, waiver->keys.items[k].value));
    }
    return fa_flagging_set_text(sheet, "keys", fa_buf_str(text));
}

static void set_money(struct fa_sheet *sheet, const struct fa_waived *waived)
{
    const struct fa_waiver *waiver = waived->waiver;
    if (waived->waived_count && !waived->sum.is_mixed && !waived->sum.is_unknown)
        fa_flagging_set_money(sheet, "amount", waived->sum.amount);
    if (waiver->has_cap)
        fa_flagging_set(sheet, "cap", waiver->cap);
    if (waiver->cap != FA_CAP_NONE && waived->cap_minor >= 0)
        fa_flagging_set(sheet, "amount_max", waived->cap_minor);
    fa_currency currency = waiver->cap_currency ? waiver->cap_currency
                           : waived->sum.is_mixed ? 0
                                                  : waived->sum.currency;
    if (currency)
        fa_flagging_set(sheet, "currency", currency);
}

static enum fa_status write_waiver(struct fa_flagging *flagging, const struct fa_waived *waived,
                                   struct fa_buf *text)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_WAIVER];
    const struct fa_waiver *waiver = waived->waiver;
    FA_TRY(write_keys(flagging, waived, text));
    FA_TRY(fa_flagging_set_text(sheet, "waiver", waiver->id));
    fa_flagging_set(sheet, "state", waived->state);
    FA_TRY(tell(flagging, waived, text));
    FA_TRY(fa_flagging_set_text(sheet, "state_reason", fa_buf_str(text)));
    FA_TRY(fa_flagging_set_text(sheet, "rule", waiver->rule));
    FA_TRY(set_keys(sheet, waiver, text));
    FA_TRY(fa_flagging_set_text(sheet, "owner", waiver->owner));
    FA_TRY(fa_flagging_set_text(sheet, "approver", waiver->approver));
    FA_TRY(fa_flagging_set_text(sheet, "reason", waiver->reason));
    FA_TRY(fa_flagging_set_text(sheet, "cite", waiver->cite));
    if (waiver->from_day != INT64_MIN)
        fa_flagging_set(sheet, "begins", waiver->from_day);
    if (waiver->expires_day != INT64_MIN)
        fa_flagging_set(sheet, "expires", waiver->expires_day);
    set_money(sheet, waived);
    fa_flagging_set(sheet, "matched", waived->matched_count);
    fa_flagging_set(sheet, "findings", waived->waived_count);
    FA_TRY(fa_flagging_set_text(sheet, "source", waiver->file));
    fa_flagging_set(sheet, "line_no", (int64_t)waiver->place.line_no);
    return fa_builder_end_row(sheet->builder);
}

enum fa_status fa_flagging_write_waivers(struct fa_flagging *flagging,
                                         const struct fa_waived *waived, size_t count)
{
    struct fa_buf text = {0};
    enum fa_status status = FA_OK;
    for (size_t w = 0; status == FA_OK && w < count; w++)
        status = write_waiver(flagging, &waived[w], &text);
    fa_buf_release(&text);
    return status;
}
