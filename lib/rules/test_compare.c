/*
 * Whether what an evaluator says of a test's ledger is what the test lists.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/build.h"
#include "rules/test.h"
#include "value/ratio.h"

/* --- what came out, as text --- */

static struct fa_str name_of(void *context, int table, int64_t id)
{
    const struct fa_test_ledger *ledger = context;
    bool is_known = table >= 0 && id >= 0 && id < ledger->spaces[table].names.count;
    return is_known ? ledger->spaces[table].names.items[id] : (struct fa_str){0};
}

enum fa_status fa_test_format_value(const struct fa_test_ledger *ledger,
                                    const struct fa_value *value, const struct fa_expr *of,
                                    struct fa_buf *text)
{
    struct fa_test_ledger *context = (struct fa_test_ledger *)(uintptr_t)ledger;
    return fa_value_format(value, of, ledger->rule->ruleset, &ledger->kept->head, name_of,
                           context, text);
}

static enum fa_status format_day(int64_t day, struct fa_buf *text)
{
    char buffer[FA_TIME_TEXT_BYTES];
    return fa_buf_add(text, buffer, fa_date_format(day, buffer));
}

static int64_t first_day(const struct fa_test_ledger *ledger, const struct fa_finding *finding)
{
    const struct fa_rule *rule = ledger->rule;
    return rule->has_period ? finding->period_last_day
                            : fa_day_of(finding->first_us, &rule->ruleset->zone);
}

/* The parts of a finding's key but the filer, or the key of its row. */
static enum fa_status format_keys(const struct fa_test_ledger *ledger,
                                  const struct fa_finding *finding, struct fa_buf *text)
{
    const struct fa_rule *rule = ledger->rule;
    if (rule->key_count == 0 || !finding->keys)
        return fa_buf_add_str(text, finding->row_key);
    for (int i = 0; i < rule->key_count; i++) {
        if (i)
            FA_TRY(fa_buf_add_text(text, ", "));
        FA_TRY(fa_test_format_value(ledger, &finding->keys[i], rule->keys[i].expr, text));
    }
    return FA_OK;
}

static enum fa_status format_finding(const struct fa_test_ledger *ledger,
                                     const struct fa_finding *finding, struct fa_buf *text)
{
    const struct fa_rule *rule = ledger->rule;
    bool is_unknown = finding->outcome == FA_INDETERMINATE;
    bool is_pending = finding->outcome == FA_PENDING;
    FA_TRY(fa_buf_add_text(text, is_unknown ? "unknown" : is_pending ? "pending" : "fires"));
    if (is_unknown) {
        FA_TRY(fa_buf_add_text(text, " because of "));
        return fa_buf_add_str(text, finding->cause);
    }
    FA_TRY(fa_buf_add_text(text, " for "));
    FA_TRY(format_keys(ledger, finding, text));
    if (finding->has_time || rule->has_period) {
        FA_TRY(fa_buf_add_text(text, " on "));
        FA_TRY(format_day(first_day(ledger, finding), text));
    }
    for (int i = 0; i < rule->shown_count && finding->first; i++) {
        FA_TRY(fa_buf_add_text(text, i ? ", " : " with "));
        FA_TRY(fa_buf_add_str(text, rule->shown[i].name));
        FA_TRY(fa_buf_add_text(text, " = "));
        FA_TRY(fa_test_format_value(ledger, &finding->first[i], rule->shown[i].expr, text));
    }
    return FA_OK;
}

/* --- matching --- */

/* Whether KEY names a row: the parts of the table's key as written, joined by '|', or the first
 * of them. */
static bool is_row(const struct fa_test_sheet *sheet, int row, struct fa_str key)
{
    const struct fa_table_def *def = sheet->def;
    const struct fa_test_cell *cells = &sheet->cells[row * def->column_count];
    for (int k = 0; k < def->key_count; k++) {
        struct fa_str part = cells[def->key_columns[k]].text;
        if (!fa_str_starts(key, part))
            return false;
        key = (struct fa_str){key.bytes + part.size, key.size - part.size};
        if (key.size == 0)
            return true;
        if (key.bytes[0] != '|')
            return false;
        key = (struct fa_str){key.bytes + 1, key.size - 1};
    }
    return false;
}

/* The number of the first row from FROM on with this key, or -1. */
static int find_row(const struct fa_test_ledger *ledger, const struct fa_table_def *def,
                    struct fa_str key, int from)
{
    const struct fa_test_sheet *sheet = &ledger->sheets[def->index];
    for (int r = from; sheet->def && r < sheet->row_count; r++)
        if (is_row(sheet, r, key))
            return r;
    return -1;
}

static bool cites(const struct fa_finding *finding, int table, int row)
{
    for (size_t i = 0; i < finding->rows.count; i++) {
        const struct fa_row_range *range = &finding->rows.items[i];
        if (range->table == table && range->from_row <= (uint64_t)row &&
            (uint64_t)row <= range->to_row)
            return true;
    }
    return false;
}

/* "citing flow 1, 2": of that table these rows and no others. A key that stands twice names the
 * next row with it. */
static bool is_citing(const struct fa_test_ledger *ledger, const struct fa_finding *finding,
                      const struct fa_test_cited *cited)
{
    const struct fa_table_def *def =
        fa_dictionary_find(ledger->list->dictionary, cited->table.text);
    if (!def || !ledger->sheets[def->index].def)
        return false;
    int table = fa_test_head_table(ledger, def->index), count = 0;
    for (int r = 0; r < ledger->sheets[def->index].row_count; r++)
        count += cites(finding, table, r);
    for (int i = 0; i < cited->keys.count; i++) {
        int row = find_row(ledger, def, cited->keys.items[i], 0);
        for (int before = 0; row >= 0 && before < i; before++)
            if (fa_str_equal(cited->keys.items[before], cited->keys.items[i]))
                row = find_row(ledger, def, cited->keys.items[i], row + 1);
        if (row < 0 || !cites(finding, table, row))
            return false;
    }
    return count == cited->keys.count;
}

/* "at flow 2": the finding is about that row; an episode begins with it. */
static bool is_at(const struct fa_test_ledger *ledger, const struct fa_finding *finding,
                  const struct fa_expectation *expectation)
{
    const struct fa_table_def *def =
        fa_dictionary_find(ledger->list->dictionary, expectation->at_table.text);
    int row = def ? find_row(ledger, def, expectation->at_key, 0) : -1;
    if (row < 0 || !cites(finding, fa_test_head_table(ledger, def->index), row))
        return false;
    bool is_begin = ledger->rule->way == FA_WAY_RUNNING &&
                    finding->outcome != FA_INDETERMINATE &&
                    ledger->rule->dated_by->op == FA_OP_PATH &&
                    ledger->rule->dated_by->path.steps[0] == def->clock;
    if (!is_begin)
        return true;
    const struct fa_zone *zone = &ledger->rule->ruleset->zone;
    int64_t clock =
        ledger->sheets[def->index].cells[row * def->column_count + def->clock].value;
    if (def->columns[def->clock].type != FA_TYPE_TIME)
        return clock == fa_day_of(finding->first_us, zone);
    return finding->is_dated ? fa_day_of(clock, zone) == fa_day_of(finding->first_us, zone)
                             : clock == finding->first_us;
}

/* "for b, debit" */
static enum fa_status has_keys(const struct fa_test_ledger *ledger,
                               const struct fa_finding *finding,
                               const struct fa_expectation *expectation, bool *matches)
{
    struct fa_buf wanted, found;
    fa_buf_init(&wanted);
    fa_buf_init(&found);
    enum fa_status status = format_keys(ledger, finding, &found);
    for (int i = 0; status == FA_OK && i < expectation->keys.count; i++) {
        status = fa_buf_add_text(&wanted, i ? ", " : "");
        if (status == FA_OK)
            status = fa_buf_add_str(&wanted, expectation->keys.items[i]);
    }
    *matches = fa_str_equal(fa_buf_str(&wanted), fa_buf_str(&found));
    fa_buf_release(&wanted);
    fa_buf_release(&found);
    return status;
}

static bool is_on(const struct fa_test_ledger *ledger, const struct fa_finding *finding,
                  int64_t day)
{
    const struct fa_rule *rule = ledger->rule;
    int64_t first = first_day(ledger, finding);
    if (!rule->has_period || rule->period == FA_PERIOD_BDAY)
        return first == day;
    return first == fa_period_last(rule->period, day);
}

/* "to 2022-01-05": the last day, or a day of the last period. */
static bool is_to(const struct fa_test_ledger *ledger, const struct fa_finding *finding,
                  int64_t day)
{
    const struct fa_rule *rule = ledger->rule;
    int64_t last = fa_day_of(finding->last_us, &rule->ruleset->zone);
    if (!rule->has_period || rule->period == FA_PERIOD_BDAY)
        return last == day;
    return fa_period_last(rule->period, last) == fa_period_last(rule->period, day);
}

/* Numbers by value (50% is 0.5), everything else by its text. */
static enum fa_status is_value(const struct fa_test_ledger *ledger,
                               const struct fa_value *value, const struct fa_expr *of,
                               struct fa_str wanted, bool *matches)
{
    int64_t ppb;
    if (value->kind == FA_KIND_RATIO && !value->is_missing &&
        fa_ratio_parse(wanted, &ppb) == FA_VALUE_OK) {
        struct fa_ratio a = {value->numerator, value->denominator}, b = {ppb, FA_RATIO_UNIT};
        *matches = fa_ratio_compare(a, b) == 0;
        return FA_OK;
    }
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = fa_test_format_value(ledger, value, of, &text);
    *matches = fa_str_equal(fa_buf_str(&text), wanted);
    int64_t instant;
    if (!*matches && value->kind == FA_KIND_TIME &&
        fa_time_parse(wanted, &ledger->rule->ruleset->zone, &instant) == FA_VALUE_OK)
        *matches = instant == value->numerator;
    fa_buf_release(&text);
    return status;
}

static enum fa_status has_values(const struct fa_test_ledger *ledger,
                                 const struct fa_finding *finding,
                                 const struct fa_expectation *expectation, bool *matches)
{
    const struct fa_rule *rule = ledger->rule;
    *matches = true;
    for (int v = 0; *matches && v < expectation->values.count; v++) {
        const struct fa_test_value *wanted = &expectation->values.items[v];
        struct fa_str name = fa_shown_name(wanted->name);
        const struct fa_value *values =
            fa_str_starts(wanted->name, FA_STR("worst.")) ? finding->worst : finding->first;
        *matches = false;
        for (int i = 0; values && i < rule->shown_count; i++)
            if (fa_str_equal(rule->shown[i].name, name)) {
                FA_TRY(
                    is_value(ledger, &values[i], rule->shown[i].expr, wanted->value, matches));
                break;
            }
    }
    return FA_OK;
}

static enum fa_status fits(const struct fa_test_ledger *ledger,
                           const struct fa_finding *finding,
                           const struct fa_expectation *expectation, bool *matches)
{
    bool is_unknown = finding->outcome == FA_INDETERMINATE;
    bool is_pending = finding->outcome == FA_PENDING;
    *matches = is_unknown == (expectation->outcome == FA_EXPECT_UNKNOWN) &&
               is_pending == (expectation->outcome == FA_EXPECT_PENDING);
    if (*matches && expectation->at_table.kind != FA_TOKEN_END)
        *matches = is_at(ledger, finding, expectation);
    /* there is one indeterminate finding a cause, whatever the keys: it has none, nor a span */
    bool asks_key = expectation->keys.count || expectation->has_day || expectation->has_last_day ||
                    expectation->is_still_on || expectation->values.count;
    if (*matches && is_unknown && finding->cause.size && asks_key)
        *matches = false;
    if (*matches && expectation->keys.count)
        FA_TRY(has_keys(ledger, finding, expectation, matches));
    if (*matches && expectation->has_day)
        *matches = is_on(ledger, finding, expectation->day);
    if (*matches && expectation->has_last_day)
        *matches = is_to(ledger, finding, expectation->last_day);
    if (*matches && expectation->is_still_on)
        *matches = finding->is_still_on;
    for (int i = 0; *matches && i < expectation->cited.count; i++)
        *matches = is_citing(ledger, finding, &expectation->cited.items[i]);
    if (*matches)
        FA_TRY(has_values(ledger, finding, expectation, matches));
    return FA_OK;
}

/* --- comparing --- */

struct comparison {
    const struct fa_test_ledger *ledger;
    struct fa_sink *sink; /* NULL: in silence */
    bool is_equal;
};

static void differ(struct comparison *comparison, const struct fa_token *token,
                   const char *text)
{
    const struct fa_test_ledger *ledger = comparison->ledger;
    comparison->is_equal = false;
    fa_error(comparison->sink, FA_CODE_RULE_TEST_FAILED, fa_lex_place(&ledger->file, token),
             NULL, "%.*s: %s", (int)ledger->rule->id.size, ledger->rule->id.bytes, text);
}

static enum fa_status report_unexpected(struct comparison *comparison,
                                        const struct fa_finding *finding)
{
    const struct fa_test_ledger *ledger = comparison->ledger;
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = fa_buf_add_text(&text, "came out and is not expected: ");
    if (status == FA_OK)
        status = format_finding(ledger, finding, &text);
    const char *cstr = status == FA_OK ? fa_buf_cstr(&text) : NULL;
    if (cstr)
        differ(comparison, &ledger->test->token, cstr);
    else
        status = FA_ELIMIT;
    fa_buf_release(&text);
    return status;
}

/* What came out: findings, and behind them duties that are pending. */
static size_t outcome_count(const struct fa_verdicts *verdicts)
{
    return verdicts->findings.count + verdicts->pending.count;
}

static const struct fa_finding *outcome_at(const struct fa_verdicts *verdicts, size_t index)
{
    size_t count = verdicts->findings.count;
    return index < count ? &verdicts->findings.items[index]
                         : &verdicts->pending.items[index - count];
}

/* "clear for b": nothing came out for it, and something was clear. */
static enum fa_status compare_clear(struct comparison *comparison,
                                    const struct fa_verdicts *verdicts,
                                    const struct fa_expectation *expectation)
{
    static const enum fa_expected others[] = {FA_EXPECT_FIRES, FA_EXPECT_PENDING};
    struct fa_expectation other = *expectation;
    bool matches = verdicts->counts[0].clear == 0;
    for (size_t f = 0; !matches && f < 2 * outcome_count(verdicts); f++) {
        other.outcome = others[f % 2];
        FA_TRY(fits(comparison->ledger, outcome_at(verdicts, f / 2), &other, &matches));
    }
    if (matches)
        differ(comparison, &expectation->token, "expected to be clear, and is not");
    return FA_OK;
}

/* Each expectation takes one finding of those that no other has taken; of indeterminate ones
 * any. */
static enum fa_status compare_findings(struct comparison *comparison,
                                       const struct fa_verdicts *verdicts, bool *is_taken)
{
    const struct fa_test_ledger *ledger = comparison->ledger;
    size_t count = outcome_count(verdicts);
    for (int e = 0; e < ledger->test->expectations.count; e++) {
        const struct fa_expectation *expectation = &ledger->test->expectations.items[e];
        bool is_met = false;
        if (expectation->outcome == FA_EXPECT_CLEAR) {
            FA_TRY(compare_clear(comparison, verdicts, expectation));
            continue;
        }
        for (size_t f = 0; f < count; f++) {
            bool is_shared = expectation->outcome == FA_EXPECT_UNKNOWN, matches = false;
            if (!is_shared && (is_met || is_taken[f]))
                continue;
            FA_TRY(fits(ledger, outcome_at(verdicts, f), expectation, &matches));
            is_met |= matches;
            is_taken[f] |= matches;
        }
        if (!is_met)
            differ(comparison, &expectation->token, "expected, and did not come out");
    }
    for (size_t f = 0; f < count; f++)
        if (!is_taken[f])
            FA_TRY(report_unexpected(comparison, outcome_at(verdicts, f)));
    return FA_OK;
}

/* One of the counts as text; sums of money as the ledger's filing writes them. */
static enum fa_status format_count(const struct fa_test_ledger *ledger,
                                   const struct fa_rule_counts *counts,
                                   enum fa_test_counted counted, struct fa_buf *text)
{
    const uint64_t numbers[] = {
        [FA_COUNT_POPULATION] = counts->tested,
        [FA_COUNT_FIRED] = counts->fired,
        [FA_COUNT_CLEAR] = counts->clear,
        [FA_COUNT_UNKNOWN] = counts->unknown,
        [FA_COUNT_PENDING] = counts->pending,
        [FA_COUNT_NOT_IN_FORCE] = counts->not_in_force,
        [FA_COUNT_OTHER_CURRENCY] = counts->other_currency,
        [FA_COUNT_AFTER_AS_OF] = counts->after_as_of,
        [FA_COUNT_OUTSIDE_GROUP] = counts->outside_group,
        [FA_COUNT_EXCEPTED_ROWS] = counts->excepted_rows,
        [FA_COUNT_EXCEPTED_FINDINGS] = counts->excepted_findings,
        [FA_COUNT_FINDINGS] = counts->finding_count,
    };
    bool is_excepted = counted == FA_COUNT_EXCEPTED_AMOUNT;
    if (!is_excepted && counted != FA_COUNT_OUTSIDE_GROUP_AMOUNT)
        return fa_buf_addf(text, "%llu", (unsigned long long)numbers[counted]);
    const struct fa_value money = {.kind = FA_KIND_MONEY,
                                   .numerator = is_excepted ? counts->excepted_sum
                                                            : counts->outside_group_sum,
                                   .denominator = 1};
    return fa_test_format_value(ledger, &money, NULL, text);
}

static enum fa_status compare_counts(struct comparison *comparison,
                                     const struct fa_rule_counts *counts)
{
    const struct fa_rule_test *test = comparison->ledger->test;
    for (int i = 0; i < test->counts.count; i++) {
        const struct fa_test_count *count = &test->counts.items[i];
        struct fa_buf text;
        fa_buf_init(&text);
        enum fa_status status = format_count(comparison->ledger, counts, count->counted, &text);
        if (status == FA_OK && !fa_str_equal(fa_buf_str(&text), count->value)) {
            char found[FA_QUOTED_BYTES], wanted[FA_QUOTED_BYTES], message[3 * FA_QUOTED_BYTES];
            snprintf(message, sizeof message, "expected %.*s to be %s, and it is %s",
                     (int)count->token.text.size, count->token.text.bytes,
                     fa_quoted(count->value, wanted), fa_quoted(fa_buf_str(&text), found));
            differ(comparison, &count->token, message);
        }
        fa_buf_release(&text);
        FA_TRY(status);
    }
    return FA_OK;
}

enum fa_status fa_test_compare(const struct fa_test_ledger *ledger,
                               const struct fa_verdicts *verdicts, struct fa_sink *sink,
                               bool *is_equal)
{
    struct comparison comparison = {ledger, sink, true};
    const struct fa_rule_counts *counts = &verdicts->counts[0];
    bool is_refused = counts->verdict != FA_TESTED;
    bool is_wanted = counts->verdict == FA_NOT_TESTABLE ? ledger->test->expects_not_testable
                     : counts->verdict == FA_NOT_APPLICABLE
                         ? ledger->test->expects_nothing
                         : !ledger->test->expects_not_testable;
    if (!is_refused && !is_wanted)
        differ(&comparison, &ledger->test->token,
               "expected not to be testable, and was tested");
    if (is_refused && is_wanted) {
        *is_equal = true;
        return FA_OK;
    }
    if (is_refused) {
        char text[FA_QUOTED_BYTES], quoted[FA_QUOTED_BYTES];
        snprintf(text, sizeof text, "was not tested: %.400s",
                 fa_quoted(counts->reason, quoted));
        differ(&comparison, &ledger->test->token, text);
        *is_equal = false;
        return FA_OK;
    }
    bool *is_taken = calloc(outcome_count(verdicts) + 1, sizeof *is_taken);
    if (!is_taken)
        return fa_out_of_memory(ledger->sink, "a test");
    enum fa_status status = compare_findings(&comparison, verdicts, is_taken);
    free(is_taken);
    if (status == FA_OK)
        status = compare_counts(&comparison, counts);
    if (status == FA_OK)
        *is_equal = comparison.is_equal;
    return status;
}
