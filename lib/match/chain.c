#include "match/chain.h"

bool fa_chain_connects(const struct fa_bank_period *before, const struct fa_bank_period *period)
{
    return before->closing != FA_PERIOD_UNKNOWN && before->closing == period->opening;
}

static bool differs(const struct fa_bank_period *before, const struct fa_bank_period *period)
{
    return before->closing != FA_PERIOD_UNKNOWN && period->opening != FA_PERIOD_UNKNOWN &&
           before->closing != period->opening;
}

/* Banks without numbers write 0; the next one must be a number, too. */
static bool is_number(int64_t number)
{
    return number > 0 && number < INT64_MAX;
}

/* Its closing balance is one between pages, so a page is to come. Some banks mark all balances
 * so, also those of a first page: their marks say nothing. */
static bool is_unfinished(const struct fa_bank_period *period)
{
    return period->is_closing_page && is_number(period->number) && is_number(period->page) &&
           period->is_opening_page == (period->page > 1);
}

/* --- repeated statements --- */

static bool has_same_balances(const struct fa_bank_period *a, const struct fa_bank_period *b)
{
    return a->opening == b->opening && a->closing == b->closing;
}

/* One statement twice, be it in two formats: the same balances at the end of one day, between
 * which something moved; or the same number and page as well. */
static bool is_copy(const struct fa_bank_period *before, const struct fa_bank_period *period)
{
    if (before->to_day != period->to_day || before->to_day == FA_PERIOD_UNKNOWN ||
        !has_same_balances(before, period))
        return false;
    bool moves = period->opening != FA_PERIOD_UNKNOWN && period->closing != FA_PERIOD_UNKNOWN &&
                 period->opening != period->closing;
    return moves || (is_number(period->number) && before->number == period->number &&
                     before->page == period->page && before->from_day == period->from_day &&
                     before->is_opening_page == period->is_opening_page);
}

static bool is_same_number(const struct fa_bank_period *a, const struct fa_bank_period *b)
{
    return is_number(a->number) && a->number == b->number;
}

/* Days that both have, but for the day on which one closes and the other opens. Pages of one
 * number may state the days of the whole. */
static bool covers_again(const struct fa_bank_period *before,
                         const struct fa_bank_period *period)
{
    return fa_period_has_days(before) && fa_period_has_days(period) &&
           period->from_day < before->to_day && !is_same_number(before, period);
}

/* --- numbers --- */

/* Mondays to Fridays before DAY_NO, up to a constant. */
static int64_t weekdays_before(int64_t day_no)
{
    int64_t since_monday = day_no + 3; /* day 0 was a Thursday */
    int64_t weeks = since_monday / 7, rest = since_monday % 7;
    if (rest < 0) {
        weeks--;
        rest += 7;
    }
    return weeks * 5 + (rest < 5 ? rest : 5);
}

/* How far numbers and days moved from one statement to the next. */
struct step {
    int64_t numbers, days, weekdays; /* days: by the last ones */
    bool is_weekend;                 /* no weekday between the two */
};

/* False: no step of a sequence. */
static bool get_step(const struct fa_bank_period *before, const struct fa_bank_period *period,
                     struct step *step)
{
    if (!is_number(before->number) || !is_number(period->number) ||
        period->number <= before->number)
        return false;
    bool has_days = before->to_day != FA_PERIOD_UNKNOWN && period->to_day != FA_PERIOD_UNKNOWN;
    *step = (struct step){.numbers = period->number - before->number};
    if (has_days) {
        step->days = period->to_day - before->to_day;
        step->weekdays = weekdays_before(period->to_day) - weekdays_before(before->to_day);
        step->is_weekend =
            weekdays_before(period->to_day) == weekdays_before(before->to_day + 1);
    }
    return step->numbers - 1 <= (step->days > 1 ? step->days : 1);
}

static bool is_weekend(int64_t day_no)
{
    return weekdays_before(day_no + 1) == weekdays_before(day_no);
}

/* What the numbers of an account tell of its bank. */
struct numbering {
    bool counts_days;  /* numbers are those of days: every step says so, and many leave some out
                        */
    bool has_weekends; /* some statement ends on a Saturday or Sunday */
};

static struct numbering get_numbering(struct fa_bank_period *const *order, uint32_t count)
{
    /* A bank that works from Monday to Friday leaves out a number in five steps; one that loses
     * a statement now and then, in more. */
    enum { STEPS_A_JUMP = 6 };
    const struct fa_bank_period *before = NULL;
    struct numbering numbering = {false, false};
    bool are_days = true, are_weekdays = true, connect = true;
    uint64_t step_count = 0, jump_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct fa_bank_period *period = order[i];
        struct step step;
        if (!period->is_booked)
            continue;
        numbering.has_weekends |=
            period->to_day != FA_PERIOD_UNKNOWN && is_weekend(period->to_day);
        if (before && get_step(before, period, &step)) {
            bool is_jump = step.numbers > 1;
            are_days &= step.numbers == step.days;
            are_weekdays &= step.numbers == step.weekdays;
            connect &= !is_jump || fa_chain_connects(before, period);
            step_count++;
            jump_count += is_jump;
        }
        before = period;
    }
    numbering.counts_days = jump_count > 1 && jump_count * STEPS_A_JUMP >= step_count &&
                            connect && (are_days || are_weekdays);
    return numbering;
}

/* --- two statements --- */

struct judging {
    struct fa_chain_links *found;
    struct fa_bank_period *const *undated; /* their place in time is not known; by number */
    uint32_t undated_count;
    struct numbering numbering;
    struct fa_bank_period *before; /* the last of the chain */
    struct fa_bank_period *beside; /* one that repeated days, behind it; NULL: none */
};

static struct fa_chain_link link_of(enum fa_chain_fault fault,
                                    const struct fa_bank_period *before,
                                    const struct fa_bank_period *period)
{
    return (struct fa_chain_link){.fault = fault,
                                  .before = before,
                                  .period = period,
                                  .missing_from = FA_PERIOD_UNKNOWN,
                                  .missing_to = FA_PERIOD_UNKNOWN};
}

static struct fa_chain_link lack_pages(const struct fa_bank_period *before,
                                       const struct fa_bank_period *period, int64_t number,
                                       int64_t from, int64_t to)
{
    struct fa_chain_link link = link_of(FA_CHAIN_PAGES, before, period);
    link.number = number;
    link.missing_from = from;
    link.missing_to = to;
    return link;
}

static bool is_undated(const struct fa_bank_period *period)
{
    return period->from_day == FA_PERIOD_UNKNOWN && period->to_day == FA_PERIOD_UNKNOWN;
}

/* Whether a statement without days has one of the numbers. */
static bool is_there(const struct judging *j, int64_t from, int64_t to)
{
    uint32_t low = 0, high = j->undated_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (j->undated[middle]->number < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < j->undated_count && j->undated[low]->number <= to;
}

/* What numbers and pages say. */
static struct fa_chain_link compare_numbers(const struct judging *j,
                                            const struct fa_bank_period *before,
                                            const struct fa_bank_period *period)
{
    struct fa_chain_link link =
        link_of(differs(before, period) ? FA_CHAIN_JUMP : FA_CHAIN_NONE, before, period);
    bool connects = fa_chain_connects(before, period);
    if (is_same_number(before, period)) {
        if (is_number(before->page) && is_number(period->page) &&
            period->page > before->page + 1)
            return lack_pages(before, period, period->number, before->page + 1,
                              period->page - 1);
        return link;
    }
    struct step step;
    if (!get_step(before, period, &step))
        return link;
    if (step.numbers > 1) {
        bool is_weekend_only =
            step.is_weekend && step.numbers == step.days && !j->numbering.has_weekends;
        if ((connects && (j->numbering.counts_days || is_weekend_only)) ||
            is_there(j, before->number + 1, period->number - 1))
            return link;
        link.fault = FA_CHAIN_NUMBERS;
        link.missing_from = before->number + 1;
        link.missing_to = period->number - 1;
        return link;
    }
    if (is_number(period->page) && period->page > 1)
        return lack_pages(before, period, period->number, 1, period->page - 1);
    if (is_unfinished(before) && !connects)
        return lack_pages(before, period, before->number, before->page + 1, FA_PERIOD_UNKNOWN);
    return link;
}

static enum fa_status add_link(struct judging *j, const struct fa_chain_link *link)
{
    if (link->fault == FA_CHAIN_NONE)
        return FA_OK;
    return fa_vec_add(&j->found->links, *link);
}

/* Others have the lines of PERIOD up to DAY_NO. */
static void repeat_to(struct fa_bank_period *period, int64_t day_no)
{
    if (day_no > period->to_day)
        day_no = period->to_day;
    if (day_no > period->repeated_to)
        period->repeated_to = day_no;
}

/* Behind a statement that repeats days either it or the one that it repeats goes on. */
static enum fa_status judge(struct judging *j, struct fa_bank_period *period)
{
    struct fa_bank_period *before = j->before;
    if (fa_chain_connects(before, period) && !is_copy(before, period)) {
        struct fa_chain_link link = compare_numbers(j, before, period);
        j->before = period;
        if (j->beside)
            repeat_to(j->beside, period->to_day);
        return add_link(j, &link);
    }
    if (is_copy(before, period) || covers_again(before, period)) {
        struct fa_chain_link link = link_of(FA_CHAIN_REPEAT, before, period);
        j->beside = period;
        repeat_to(period, before->to_day);
        return add_link(j, &link);
    }
    if (j->beside &&
        (fa_chain_connects(j->beside, period) || j->beside->to_day > before->to_day))
        before = j->beside;
    struct fa_chain_link link = compare_numbers(j, before, period);
    period->opens_after = link.fault != FA_CHAIN_NONE && fa_period_has_days(period) &&
                          before->to_day < period->from_day &&
                          period->from_day < period->to_day;
    j->before = period;
    j->beside = NULL;
    return add_link(j, &link);
}

/* The statements of one account and currency. Those without days stand first; where others have
 * days, nobody knows what they follow. */
static enum fa_status judge_chain(struct fa_bank_period *const *order, uint32_t count,
                                  struct fa_chain_links *found)
{
    uint32_t undated_count = 0;
    while (undated_count < count && is_undated(order[undated_count]))
        undated_count++;
    struct judging j = {.found = found, .undated = order};
    if (undated_count < count) {
        j.undated_count = undated_count;
        order += undated_count;
        count -= undated_count;
    }
    j.numbering = get_numbering(order, count);
    for (uint32_t i = 0; i < count; i++) {
        struct fa_bank_period *period = order[i];
        if (!period->is_booked)
            continue;
        if (j.before) {
            FA_TRY(judge(&j, period));
            continue;
        }
        j.before = period;
        if (!is_number(period->number) || !is_number(period->page) || period->page == 1)
            continue;
        struct fa_chain_link link =
            lack_pages(NULL, period, period->number, 1, period->page - 1);
        FA_TRY(add_link(&j, &link));
    }
    if (!j.before || !is_unfinished(j.before))
        return FA_OK;
    struct fa_chain_link link =
        lack_pages(j.before, NULL, j.before->number, j.before->page + 1, FA_PERIOD_UNKNOWN);
    return add_link(&j, &link);
}

enum fa_status fa_chain_judge(struct fa_periods *periods, struct fa_chain_links *found)
{
    struct fa_bank_period **order = periods->order;
    for (uint32_t from = 0, to; from < periods->count; from = to) {
        to = from + 1;
        while (to < periods->count && order[to]->account == order[from]->account &&
               order[to]->currency == order[from]->currency)
            to++;
        FA_TRY(judge_chain(order + from, to - from, found));
    }
    return FA_OK;
}
