/*
 * An explanation in words. Every function returns whether the text found room.
 */
#include "match/explaining.h"

/* --- parts of a line --- */

static enum fa_status tell_money(const struct fa_explaining *e, fa_i128 minor,
                                 fa_currency currency, struct fa_buf *text)
{
    char amount[FA_MONEY_TEXT_BYTES], name[4];
    fa_money_format(minor, fa_head_scale(e->blocks->head, currency), amount);
    fa_currency_format(currency, name);
    return fa_buf_addf(text, "%s %s", amount, name);
}

static enum fa_status tell_account_name(const struct fa_explaining *e, uint32_t account,
                                        struct fa_buf *text)
{
    const struct fa_held_table *accounts = fa_held_get(e->held, e->matcher.account_table);
    if (!accounts || account >= accounts->id_count)
        return fa_buf_add_text(text, "another account");
    return fa_buf_add_str(text, accounts->names[account]);
}

static enum fa_status tell_account(const struct fa_explaining *e,
                                   const struct fa_seen_row *seen, struct fa_buf *text)
{
    FA_TRY(fa_buf_add_text(text, seen->direction == FA_CREDIT ? "credit of " : "debit of "));
    return tell_account_name(e, seen->account, text);
}

static enum fa_status tell_date(const char *before, int64_t day_no, struct fa_buf *text)
{
    char date[FA_TIME_TEXT_BYTES];
    fa_date_format(day_no, date);
    return fa_buf_addf(text, "%s%s", before, date);
}

static enum fa_status tell_row(const struct fa_explaining *e, const struct fa_seen_row *seen,
                               struct fa_buf *text)
{
    char time[FA_TIME_TEXT_BYTES];
    fa_time_format(seen->time_us, &e->blocks->head->zone, time);
    FA_TRY(fa_buf_add_text(text, seen->side == FA_SIDE_LEDGER ? "flow " : "statement line "));
    FA_TRY(fa_buf_add_str(text, seen->id));
    FA_TRY(fa_buf_addf(text, ", %s, ", time));
    FA_TRY(tell_account(e, seen, text));
    FA_TRY(fa_buf_add_text(text, ", "));
    FA_TRY(tell_money(e, seen->amount_minor, seen->currency, text));
    FA_TRY(fa_buf_add_text(text, seen->reference.size ? ", reference " : ", no reference"));
    return fa_buf_add_str(text, seen->reference);
}

/* What a stage does, behind "matched with ...". */
static const char *words_of_stage(struct fa_str stage)
{
    static const char *const words[][2] = {
        {"reference_sum", "rows of one reference that add up to the same"},
        {"reference_amount", "one reference, another amount"},
        {"other_currency", "one reference, another currency"},
        {"other_account", "one reference, another account"},
        {"detail", "payments within a line, by reference and amount"},
        {"named_group", "a group whose key the other side names"},
        {"amount", "by amount, the scheme's match amount"},
        {"group", "a group of one key that adds up"},
        {"subset", "the only choice of rows that adds up"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fa_str_is(stage, words[i][0]))
            return words[i][1];
    return "";
}

static enum fa_status tell_partners(const struct fa_claim *claim, struct fa_buf *text)
{
    for (int i = 0; i < claim->partner_count; i++) {
        FA_TRY(fa_buf_add_text(text, i ? ", " : ""));
        FA_TRY(fa_buf_add_str(text, claim->partners[i]));
    }
    if (claim->partners_left_out)
        FA_TRY(
            fa_buf_addf(text, " and %llu more", (unsigned long long)claim->partners_left_out));
    return FA_OK;
}

/* "matched with ..., in which way" */
static enum fa_status tell_claim(const struct fa_explaining *e, const struct fa_claim *claim,
                                 fa_currency currency, struct fa_buf *text)
{
    FA_TRY(tell_partners(claim, text));
    const char *words = words_of_stage(claim->stage);
    if (*words)
        FA_TRY(fa_buf_addf(text, ": %s", words));
    if (claim->fee_minor) {
        FA_TRY(fa_buf_add_text(text, "; a declared fee of "));
        FA_TRY(tell_money(e, claim->fee_minor, currency, text));
    }
    if (claim->absorbed_minor) {
        FA_TRY(fa_buf_add_text(text, "; a difference of "));
        FA_TRY(tell_money(e, claim->absorbed_minor, currency, text));
        FA_TRY(fa_buf_add_text(text, " within the declared tolerance"));
    }
    if (fa_str_is(claim->note, "interchangeable"))
        FA_TRY(fa_buf_add_text(text, "; rows alike were paired in the order of time"));
    if (fa_str_is(claim->note, "greedy"))
        FA_TRY(fa_buf_add_text(text, "; too many rows hung together for the best choice"));
    return FA_OK;
}

/* --- candidates --- */

/* One criterion after another, with what stands between them. */
struct listing {
    struct fa_buf *text;
    const char *mark;
};

static enum fa_status next_item(struct listing *listing)
{
    FA_TRY(fa_buf_add_text(listing->text, listing->mark));
    listing->mark = "; ";
    return FA_OK;
}

/* By how much, and what a fee or the tolerance would have made of it. */
static enum fa_status tell_amount(const struct fa_explaining *e, const struct fa_seen_row *from,
                                  const struct fa_seen_row *seen, const struct fa_terms *terms,
                                  struct listing *listing)
{
    struct fa_buf *text = listing->text;
    if (seen->currency == from->currency && seen->amount_minor == from->amount_minor)
        return FA_OK;
    FA_TRY(next_item(listing));
    FA_TRY(fa_buf_add_text(text, "amount is "));
    FA_TRY(tell_money(e, seen->amount_minor, seen->currency, text));
    if (seen->currency != from->currency)
        return FA_OK;
    fa_i128 more = (fa_i128)seen->amount_minor - from->amount_minor;
    fa_i128 size = more < 0 ? -more : more;
    FA_TRY(fa_buf_add_text(text, ", "));
    FA_TRY(tell_money(e, size, seen->currency, text));
    FA_TRY(fa_buf_add_text(text, more < 0 ? " less" : " more"));
    if (size <= terms->tolerance_minor)
        return fa_buf_add_text(text, ", within the tolerance");
    const struct fa_seen_row *flow = from->side == FA_SIDE_LEDGER ? from : seen;
    const struct fa_seen_row *line = from->side == FA_SIDE_LEDGER ? seen : from;
    int64_t left;
    for (int i = 0; i < terms->fee_count; i++)
        if (fa_fee_apply(&terms->fees[i], line->direction, flow->amount_minor, &left) &&
            left == line->amount_minor)
            return fa_buf_add_text(text, ", which a declared fee explains");
    if (terms->tolerance_minor) {
        FA_TRY(fa_buf_add_text(text, ", beyond the tolerance by "));
        FA_TRY(tell_money(e, size - terms->tolerance_minor, seen->currency, text));
    }
    for (int i = 0; i < terms->fee_count; i++) {
        if (!fa_fee_apply(&terms->fees[i], line->direction, flow->amount_minor, &left))
            continue;
        FA_TRY(fa_buf_add_text(text, ", with the declared fee it would be "));
        FA_TRY(tell_money(e, left, seen->currency, text));
    }
    return FA_OK;
}

static enum fa_status tell_window(struct fa_explaining *e, const struct fa_seen_row *from,
                                  const struct fa_seen_row *seen, const struct fa_terms *terms,
                                  struct listing *listing)
{
    int64_t lag;
    if (!fa_explain_lag(e, from, seen, terms, &lag) ||
        (lag >= terms->window_from && lag <= terms->window_to))
        return FA_OK;
    FA_TRY(next_item(listing));
    return fa_buf_addf(listing->text, "%lld %s from flow to line, the window is %d to %d",
                       (long long)lag, terms->is_window_bdays ? "working days" : "days",
                       (int)terms->window_from, (int)terms->window_to);
}

static enum fa_status tell_candidate(struct fa_explaining *e, const struct fa_seen_row *from,
                                     const struct fa_candidate *candidate,
                                     const struct fa_terms *terms, struct fa_buf *text)
{
    const struct fa_seen_row *seen = &candidate->seen;
    struct listing listing = {text, ": "};
    FA_TRY(fa_buf_add_text(text, "    "));
    FA_TRY(fa_buf_add_str(text, seen->id));
    if (!seen->reference.size || !fa_str_equal(seen->reference, from->reference)) {
        FA_TRY(next_item(&listing));
        FA_TRY(fa_buf_add_text(text, seen->reference.size ? "reference is " : "no reference"));
        FA_TRY(fa_buf_add_str(text, seen->reference));
    }
    if (seen->account != from->account || seen->direction != from->direction) {
        FA_TRY(next_item(&listing));
        FA_TRY(fa_buf_add_text(text, "a "));
        FA_TRY(tell_account(e, seen, text));
    }
    FA_TRY(tell_amount(e, from, seen, terms, &listing));
    FA_TRY(tell_window(e, from, seen, terms, &listing));
    if (candidate->claim.match_no != FA_NO_MATCH) {
        FA_TRY(next_item(&listing));
        FA_TRY(fa_buf_add_text(text, "claimed by "));
        FA_TRY(tell_partners(&candidate->claim, text));
    }
    FA_TRY(next_item(&listing));
    uint64_t apart_us = seen->time_us > from->time_us
                            ? (uint64_t)seen->time_us - (uint64_t)from->time_us
                            : (uint64_t)from->time_us - (uint64_t)seen->time_us;
    if (apart_us == 0)
        return fa_buf_add_text(text, "at the same time\n");
    char apart[FA_TIME_TEXT_BYTES];
    fa_duration_format((int64_t)(apart_us > INT64_MAX ? INT64_MAX : apart_us), apart);
    return fa_buf_addf(text, "%s %s\n", apart,
                       seen->time_us < from->time_us ? "earlier" : "later");
}

/* What the scheme does not declare cannot bring rows together. */
static enum fa_status tell_ways(const struct fa_explaining *e, const struct fa_terms *terms,
                                struct fa_buf *text)
{
    const char *only = "only rows of one reference meet";
    if (!e->matcher.binding.scheme)
        return fa_buf_addf(text, "    without a scheme %s\n", only);
    if (!terms->matches_amounts)
        return fa_buf_addf(text, "    the scheme does not say match amount, so %s%s%s\n", only,
                           terms->group_count ? ", or sums of one key" : "",
                           terms->subset_parts_max ? ", or rows that add up" : "");
    return FA_OK;
}

static enum fa_status tell_candidates(struct fa_explaining *e, const struct fa_subject *subject,
                                      struct fa_buf *text)
{
    const struct fa_terms *terms;
    FA_TRY(fa_binding_get_terms(&e->matcher.binding, subject->seen.account,
                                subject->seen.currency, &terms));
    FA_TRY(fa_buf_add_text(text, subject->candidate_count
                                     ? "; what comes nearest, and why it is not the same:\n"
                                     : "; nothing on the other side comes near\n"));
    bool needs_ways = false;
    for (int i = 0; i < subject->candidate_count; i++) {
        const struct fa_candidate *candidate = &subject->candidates[i];
        needs_ways |= candidate->claim.match_no == FA_NO_MATCH &&
                      !fa_str_equal(candidate->seen.reference, subject->seen.reference);
        FA_TRY(tell_candidate(e, &subject->seen, candidate, terms, text));
    }
    return needs_ways ? tell_ways(e, terms, text) : FA_OK;
}

/* --- breaks --- */

/* Behind the number of a break: why it has its class. The partners of a movement follow behind.
 */
static enum fa_status tell_class(const struct fa_explaining *e,
                                 const struct fa_told_break *told, struct fa_buf *text)
{
    if (fa_str_is(told->class, "duplicate"))
        FA_TRY(fa_buf_add_text(text, ": a copy of "));
    else if (fa_str_is(told->class, "reversal"))
        FA_TRY(fa_buf_add_text(text, ": it is taken back by, or takes back, "));
    else if (fa_str_is(told->class, "overlap"))
        FA_TRY(fa_buf_add_text(text, ": it says again what this statement says: "));
    else if (fa_str_is(told->class, "gap"))
        FA_TRY(fa_buf_add_text(text, ": what is missing: "));
    bool is_partner =
        fa_str_is(told->class, "currency") || fa_str_is(told->class, "wrong_account");
    if (!is_partner)
        FA_TRY(fa_buf_add_str(text, told->other));
    if (told->other_account != UINT32_MAX) {
        FA_TRY(fa_buf_add_text(text, ", booked on "));
        FA_TRY(tell_account_name(e, told->other_account, text));
    }
    if (told->candidates != INT64_MIN)
        FA_TRY(fa_buf_addf(text, ": %lld ways to match it, none of them better",
                           (long long)told->candidates));
    if (fa_str_is(told->note, "beyond_limit"))
        FA_TRY(fa_buf_add_text(text, ": too many rows hung together to look at it"));
    if (told->due_on != INT64_MIN)
        FA_TRY(tell_date(", due on ", told->due_on, text));
    if (told->days_late != INT64_MIN && told->days_late > 0)
        FA_TRY(fa_buf_addf(text, ", %lld days late", (long long)told->days_late));
    return FA_OK;
}

/* A break that no row stands for: what was expected and what the bank states. */
static enum fa_status tell_statement_break(const struct fa_explaining *e,
                                           const struct fa_told_break *told,
                                           struct fa_buf *text)
{
    static const struct {
        const char *class, *ledger, *bank;
    } words[] = {
        {"footing", "the lines lead to ", "the statement states "},
        {"continuity", "the statement before ended with ", "this one begins with "},
        {"gap", "the statement before ended with ", "the next one begins with "},
        {"no_balance", "the lines lead to ", "the statement states "},
        {"remainder", "the platform's closing balance is ", "the bank's closing balance is "},
        {"absorbed", "the lines lead to ", "the statement states "},
    };
    FA_TRY(fa_buf_add_str(text, told->id));
    FA_TRY(tell_date(", ", told->day_no, text));
    FA_TRY(fa_buf_add_text(text, ", "));
    FA_TRY(tell_account_name(e, told->account, text));
    FA_TRY(tell_class(e, told, text));
    FA_TRY(fa_buf_add_char(text, '\n'));
    const char *ledger = "the ledger has ", *bank = "the bank has ";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fa_str_is(told->class, words[i].class)) {
            ledger = words[i].ledger;
            bank = words[i].bank;
        }
    const struct {
        const char *words;
        int64_t minor;
    } parts[] = {{ledger, told->ledger_minor}, {bank, told->bank_minor}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].minor == INT64_MIN)
            continue;
        FA_TRY(fa_buf_addf(text, "  %s", parts[i].words));
        FA_TRY(tell_money(e, parts[i].minor, told->currency, text));
        FA_TRY(fa_buf_add_char(text, '\n'));
    }
    bool is_remainder = fa_str_is(told->class, "remainder");
    if (told->amount_minor > 0) {
        FA_TRY(fa_buf_addf(text, "  %sthe bank has ",
                           is_remainder ? "with all breaks of the bridge of that day counted, "
                                        : ""));
        FA_TRY(tell_money(e, told->amount_minor, told->currency, text));
        FA_TRY(fa_buf_addf(text, " %s", told->direction == FA_CREDIT ? "more" : "less"));
        FA_TRY(fa_buf_addf(text, "%s\n", is_remainder ? ", which no row explains" : ""));
    }
    return FA_OK;
}

/* --- subjects --- */

static const char *why_not_compared(const struct fa_explaining *e,
                                    const struct fa_seen_row *seen)
{
    if (!seen->is_settled)
        return "is not settled, so it moved nothing and is not compared";
    if (seen->is_internal)
        return "moves nothing there: both its accounts are on one statement";
    if (seen->side == FA_SIDE_LEDGER)
        return "faces no account with a statement";
    if (seen->is_superseded)
        return "is not compared: a booked statement covers its day";
    return e->matcher.flow_table == FA_NO_TABLE ? "is not compared: the filing has no flows"
                                                : "is a payment whose parts are compared";
}

static enum fa_status tell_subject(struct fa_explaining *e, const struct fa_subject *subject,
                                   struct fa_buf *text)
{
    const struct fa_claim *claim = &subject->claim;
    const struct fa_told_break *brk = &subject->brk;
    FA_TRY(tell_row(e, &subject->seen, text));
    FA_TRY(fa_buf_add_text(text, "\n  "));
    if (!brk->id.size && claim->match_no == FA_NO_MATCH)
        return fa_buf_addf(text, "%s\n", why_not_compared(e, &subject->seen));
    if (brk->id.size) {
        FA_TRY(fa_buf_add_text(text, "is the break "));
        FA_TRY(fa_buf_add_str(text, brk->id));
        FA_TRY(tell_class(e, brk, text));
    }
    if (claim->partner_count) {
        FA_TRY(fa_buf_add_text(text, brk->id.size ? "; with " : "is matched with "));
        FA_TRY(tell_claim(e, claim, subject->seen.currency, text));
    }
    if (fa_str_is(brk->class, "amount") && brk->ledger_minor != INT64_MIN &&
        brk->bank_minor != INT64_MIN) {
        fa_i128 more = (fa_i128)brk->bank_minor - brk->ledger_minor;
        FA_TRY(fa_buf_add_text(text, "; the bank has "));
        FA_TRY(tell_money(e, more < 0 ? -more : more, brk->currency, text));
        FA_TRY(fa_buf_add_text(text, more < 0 ? " less" : " more"));
    }
    if (fa_subject_is_open(subject))
        return tell_candidates(e, subject, text);
    return fa_buf_add_char(text, '\n');
}

static enum fa_status tell_footing(const struct fa_explaining *e,
                                   const struct fa_subject *subject, struct fa_buf *text)
{
    const struct fa_told_break *told = &subject->footing;
    if (!told->id.size)
        return FA_OK;
    FA_TRY(fa_buf_add_text(text, "  the balance after it is "));
    FA_TRY(tell_money(e, told->amount_minor, told->currency, text));
    FA_TRY(fa_buf_addf(text, " %s than the last one and the lines since: ",
                       told->direction == FA_CREDIT ? "more" : "less"));
    FA_TRY(fa_buf_add_str(text, told->id));
    return fa_buf_add_char(text, '\n');
}

static bool is_told_of(const struct fa_subject *subject)
{
    return subject->brk.id.size || subject->claim.match_no != FA_NO_MATCH;
}

/* A flow between an account with a statement and one without is told of the first only. */
static bool is_worth_telling(const struct fa_explaining *e, int i)
{
    const struct fa_subject *subject = &e->subjects[i];
    if (subject->seen.side == FA_SIDE_BANK || is_told_of(subject))
        return true;
    int other = subject->seen.direction == FA_DEBIT ? i + 1 : i - 1;
    if (other < 0 || other >= e->subject_count ||
        e->subjects[other].seen.row != subject->seen.row)
        return true;
    return !is_told_of(&e->subjects[other]) && subject->seen.direction == FA_DEBIT;
}

enum fa_status fa_explain_tell(struct fa_explaining *e, struct fa_buf *text)
{
    if (!e->subject_count)
        return tell_statement_break(e, &e->of_id, text);
    for (int i = 0; i < e->subject_count; i++) {
        if (!is_worth_telling(e, i))
            continue;
        FA_TRY(tell_subject(e, &e->subjects[i], text));
        FA_TRY(tell_footing(e, &e->subjects[i], text));
    }
    if (e->subjects_left_out)
        FA_TRY(fa_buf_addf(text, "and %llu more rows of this name\n",
                           (unsigned long long)e->subjects_left_out));
    return FA_OK;
}
