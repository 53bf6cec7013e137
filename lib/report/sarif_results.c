#include "base/limits.h"
#include "report/sarif.h"

enum { OUTCOME_VIOLATION, OUTCOME_LEAD, OUTCOME_INDETERMINATE };

/* Only what fails has a level; of all else it is "none" (3.27.10). */
static enum fa_status put_verdict(struct fa_sarif *sarif, int64_t outcome, int64_t severity)
{
    static const char *const kinds[] = {"fail", "review", "open"};
    FA_TRY(fa_json_put(&sarif->json, "kind", fa_str_from(kinds[outcome])));
    return fa_json_put(&sarif->json, "level",
                        outcome == OUTCOME_VIOLATION ? fa_sarif_level(severity) : FA_STR("none"));
}

static enum fa_status put_logical(struct fa_sarif *sarif, enum fa_result_table table, uint64_t row,
                                  const char *column, struct fa_str kind)
{
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_shown_add(sarif->context, table, row, column, &sarif->text));
    if (sarif->text.size == 0)
        return FA_OK;
    FA_TRY(fa_json_open(&sarif->json, "logicalLocations", '['));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    FA_TRY(fa_json_put(&sarif->json, "name", fa_buf_str(&sarif->text)));
    FA_TRY(fa_json_put_optional(&sarif->json, "kind", kind));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    return fa_json_close(&sarif->json, ']');
}

static enum fa_status put_main_place(struct fa_sarif *sarif, struct fa_report_place place,
                                     enum fa_result_table table, uint64_t row, const char *column,
                                     struct fa_str kind)
{
    FA_TRY(fa_json_open(&sarif->json, "locations", '['));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    if (place.source.size)
        FA_TRY(fa_sarif_put_place(sarif, place));
    FA_TRY(put_logical(sarif, table, row, column, kind));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    return fa_json_close(&sarif->json, ']');
}

/* The evidence rows behind the first. */
static enum fa_status put_further_places(struct fa_sarif *sarif, uint64_t finding)
{
    struct fa_row_span span = sarif->results->finding_evidence[finding];
    struct fa_report_place place;
    bool is_open = false;
    for (uint64_t e = span.from + 1; e < span.to && e - span.from < FA_SARIF_PLACES_MAX; e++) {
        if (!fa_place_of_evidence(sarif->results, e, &place))
            continue;
        if (!is_open)
            FA_TRY(fa_json_open(&sarif->json, "relatedLocations", '['));
        is_open = true;
        FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
        FA_TRY(fa_sarif_put_place(sarif, place));
        FA_TRY(fa_json_close(&sarif->json, '}'));
    }
    return is_open ? fa_json_close(&sarif->json, ']') : FA_OK;
}

/* GitHub knows a finding again by the second. */
static enum fa_status put_fingerprint(struct fa_sarif *sarif, struct fa_str fingerprint)
{
    FA_TRY(fa_json_open(&sarif->json, "fingerprints", '{'));
    FA_TRY(fa_json_put(&sarif->json, "flowaudit/v1", fingerprint));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    FA_TRY(fa_json_open(&sarif->json, "partialFingerprints", '{'));
    FA_TRY(fa_json_put(&sarif->json, "primaryLocationLineHash", fingerprint));
    return fa_json_close(&sarif->json, '}');
}

static enum fa_status put_finding_properties(struct fa_sarif *sarif, uint64_t row)
{
    static const struct {
        const char *name, *column;
    } cells[] = {{"finding", "finding"},
                 {"outcome", "outcome"},
                 {"severity", "severity"},
                 {"subjectTable", "subject_table"},
                 {"firstTime", "first_time"},
                 {"lastTime", "last_time"},
                 {"stillOn", "still_on"},
                 {"amount", "amount"},
                 {"currency", "currency"},
                 {"disposal", "disposal"},
                 {"disposalCite", "disposal_cite"},
                 {"due", "due"},
                 {"evidenceRows", "evidence_rows"},
                 {"evidenceCarried", "evidence_carried"},
                 {"prior", "prior"},
                 {"firstSeen", "first_seen"}};
    FA_TRY(fa_json_open(&sarif->json, "properties", '{'));
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        FA_TRY(fa_sarif_put_cell(sarif, cells[i].name, FA_RESULT_FINDING, row, cells[i].column));
    return fa_json_close(&sarif->json, '}');
}

/* The row of result_waiver that waives a finding. */
static bool find_waiver(const struct fa_sarif *sarif, uint64_t finding, uint64_t *row)
{
    const struct fa_loaded_table *findings = &sarif->results->tables[FA_RESULT_FINDING];
    struct fa_str id = fa_result_text(findings, finding, fa_result_column(findings, "waiver"));
    return id.size && fa_by_name_find(&sarif->waivers, id, row);
}

static enum fa_status put_suppression(struct fa_sarif *sarif, uint64_t finding)
{
    static const struct {
        const char *name, *column;
    } cells[] = {{"waiver", "waiver"},     {"owner", "owner"}, {"approver", "approver"},
                 {"citation", "cite"},     {"expires", "expires"}};
    uint64_t waiver;
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    FA_TRY(fa_json_put(&sarif->json, "kind", FA_STR("external")));
    FA_TRY(fa_json_put(&sarif->json, "status", FA_STR("accepted")));
    if (find_waiver(sarif, finding, &waiver)) {
        fa_buf_clear(&sarif->text);
        FA_TRY(fa_shown_add(sarif->context, FA_RESULT_WAIVER, waiver, "reason", &sarif->text));
        FA_TRY(fa_json_put_optional(&sarif->json, "justification", fa_buf_str(&sarif->text)));
        FA_TRY(fa_json_open(&sarif->json, "properties", '{'));
        for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
            FA_TRY(fa_sarif_put_cell(sarif, cells[i].name, FA_RESULT_WAIVER, waiver, cells[i].column));
        FA_TRY(fa_json_close(&sarif->json, '}'));
    }
    return fa_json_close(&sarif->json, '}');
}

/* An empty list says that waivers were looked for and none holds; no list, that none were given. */
static enum fa_status put_suppressions(struct fa_sarif *sarif, uint64_t row)
{
    const struct fa_loaded_table *findings = &sarif->results->tables[FA_RESULT_FINDING];
    bool is_waived = fa_result_number(findings, row, fa_result_column(findings, "waived")) != 0;
    if (!is_waived && sarif->results->tables[FA_RESULT_WAIVER].row_count == 0)
        return FA_OK;
    FA_TRY(fa_json_open(&sarif->json, "suppressions", '['));
    if (is_waived)
        FA_TRY(put_suppression(sarif, row));
    return fa_json_close(&sarif->json, ']');
}

/* SARIF has no word for what was fixed and came again: it is new, and its properties say so. */
static enum fa_status put_baseline(struct fa_sarif *sarif, uint64_t row)
{
    static const char *const states[] = {"new", "unchanged", "updated", "new"};
    const struct fa_loaded_table *findings = &sarif->results->tables[FA_RESULT_FINDING];
    int prior = fa_result_column(findings, "prior");
    if (fa_result_missing(findings, row, prior))
        return FA_OK;
    return fa_json_put(&sarif->json, "baselineState",
                       fa_str_from(states[fa_result_number(findings, row, prior)]));
}

static enum fa_status put_finding(struct fa_sarif *sarif, uint64_t row)
{
    const struct fa_loaded_table *findings = &sarif->results->tables[FA_RESULT_FINDING];
    FA_TRY(fa_json_break_line(&sarif->json));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    FA_TRY(fa_sarif_put_cell(sarif, "ruleId", FA_RESULT_FINDING, row, "rule"));
    FA_TRY(fa_json_put_number(&sarif->json, "ruleIndex", sarif->by_rule.rules[row]));
    FA_TRY(put_verdict(sarif, fa_result_number(findings, row, fa_result_column(findings, "outcome")),
                       fa_result_number(findings, row, fa_result_column(findings, "severity"))));
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_shown_columns(sarif->context, FA_RESULT_FINDING, row, "message",
                            sarif->options->language, "\n", &sarif->text));
    FA_TRY(fa_sarif_put_message(sarif, "message", fa_buf_str(&sarif->text)));
    FA_TRY(put_main_place(sarif, fa_place_of_finding(sarif->results, row), FA_RESULT_FINDING, row,
                          "subject",
                          fa_result_text(findings, row, fa_result_column(findings, "subject_table"))));
    FA_TRY(put_further_places(sarif, row));
    FA_TRY(fa_shown_cell(sarif->context, FA_RESULT_FINDING, row,
                         fa_result_column(findings, "fingerprint"), &sarif->cell));
    FA_TRY(put_fingerprint(sarif, fa_buf_str(&sarif->cell)));
    FA_TRY(put_baseline(sarif, row));
    FA_TRY(put_suppressions(sarif, row));
    FA_TRY(put_finding_properties(sarif, row));
    return fa_json_close(&sarif->json, '}');
}

/* --- findings of earlier results that these do not make --- */

enum { EARLIER_FIXED };

static enum fa_status put_earlier_properties(struct fa_sarif *sarif, uint64_t row)
{
    static const char *const columns[] = {"finding",  "outcome",  "severity",  "state",
                                          "why",      "reason",   "amount",    "currency",
                                          "waived"};
    FA_TRY(fa_json_open(&sarif->json, "properties", '{'));
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        FA_TRY(fa_sarif_put_cell(sarif, columns[i], FA_RESULT_EARLIER, row, columns[i]));
    FA_TRY(fa_sarif_put_cell(sarif, "firstSeen", FA_RESULT_EARLIER, row, "first_seen"));
    FA_TRY(fa_sarif_put_cell(sarif, "lastSeen", FA_RESULT_EARLIER, row, "last_seen"));
    FA_TRY(fa_sarif_put_cell(sarif, "fixedOn", FA_RESULT_EARLIER, row, "fixed_on"));
    return fa_json_close(&sarif->json, '}');
}

/* Fixed is absent. Of the others nothing new is known: they stand unchanged, and open. */
static enum fa_status put_earlier(struct fa_sarif *sarif, uint64_t row)
{
    const struct fa_loaded_table *earlier = &sarif->results->tables[FA_RESULT_EARLIER];
    struct fa_str rule = fa_result_text(earlier, row, fa_result_column(earlier, "rule"));
    bool is_fixed =
        fa_result_number(earlier, row, fa_result_column(earlier, "state")) == EARLIER_FIXED;
    uint64_t of;
    FA_TRY(fa_json_break_line(&sarif->json));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    FA_TRY(fa_json_put(&sarif->json, "ruleId", rule));
    /* the rule may have gone with its ruleset since: then the result names it without its place */
    if (fa_by_name_find(&sarif->by_rule.names, rule, &of))
        FA_TRY(fa_json_put_number(&sarif->json, "ruleIndex", (int64_t)of));
    FA_TRY(fa_json_put(&sarif->json, "kind", is_fixed ? FA_STR("pass") : FA_STR("open")));
    FA_TRY(fa_json_put(&sarif->json, "level", FA_STR("none")));
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_shown_columns(sarif->context, FA_RESULT_EARLIER, row, "title", sarif->options->language,
                            " / ", &sarif->text));
    FA_TRY(fa_buf_add_text(&sarif->text, sarif->text.size ? ": " : ""));
    FA_TRY(fa_shown_add(sarif->context, FA_RESULT_EARLIER, row, "state", &sarif->text));
    FA_TRY(fa_sarif_put_message(sarif, "message", fa_buf_str(&sarif->text)));
    FA_TRY(put_main_place(
        sarif,
        fa_place_of_table(sarif->results,
                          fa_result_text(earlier, row, fa_result_column(earlier, "subject_table"))),
        FA_RESULT_EARLIER, row, "subject",
        fa_result_text(earlier, row, fa_result_column(earlier, "subject_table"))));
    FA_TRY(fa_shown_cell(sarif->context, FA_RESULT_EARLIER, row,
                         fa_result_column(earlier, "fingerprint"), &sarif->cell));
    FA_TRY(put_fingerprint(sarif, fa_buf_str(&sarif->cell)));
    FA_TRY(fa_json_put(&sarif->json, "baselineState",
                       is_fixed ? FA_STR("absent") : FA_STR("unchanged")));
    FA_TRY(put_earlier_properties(sarif, row));
    return fa_json_close(&sarif->json, '}');
}

/* --- breaks --- */

static enum fa_status put_break_properties(struct fa_sarif *sarif, uint64_t row)
{
    static const struct {
        const char *name, *column;
    } cells[] = {{"severity", "severity"},
                 {"date", "date"},
                 {"amount", "amount"},
                 {"ledgerAmount", "ledger_amount"},
                 {"bankAmount", "bank_amount"},
                 {"currency", "currency"},
                 {"dueOn", "due_on"},
                 {"daysLate", "days_late"}};
    FA_TRY(fa_json_open(&sarif->json, "properties", '{'));
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        FA_TRY(fa_sarif_put_cell(sarif, cells[i].name, FA_RESULT_BREAK, row, cells[i].column));
    return fa_json_close(&sarif->json, '}');
}

static enum fa_status put_break(struct fa_sarif *sarif, uint64_t row)
{
    const struct fa_loaded_table *breaks = &sarif->results->tables[FA_RESULT_BREAK];
    int class = fa_result_column(breaks, "class");
    int64_t value = fa_result_number(breaks, row, class);
    FA_TRY(fa_json_break_line(&sarif->json));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_buf_add_text(&sarif->text, "break-"));
    FA_TRY(fa_buf_add_str(&sarif->text, breaks->def->columns[class].values[value]));
    FA_TRY(fa_json_put(&sarif->json, "ruleId", fa_buf_str(&sarif->text)));
    FA_TRY(fa_json_put_number(&sarif->json, "ruleIndex", (int64_t)sarif->class_rules[value] - 1));
    FA_TRY(put_verdict(sarif, OUTCOME_VIOLATION,
                       fa_result_number(breaks, row, fa_result_column(breaks, "severity"))));
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_shown_break(sarif->context, row, &sarif->text));
    FA_TRY(fa_sarif_put_message(sarif, "message", fa_buf_str(&sarif->text)));
    FA_TRY(put_main_place(sarif, fa_place_of_break(sarif->results, row), FA_RESULT_BREAK, row, "account",
                          FA_STR("account")));
    fa_buf_clear(&sarif->cell);
    FA_TRY(fa_mask_fingerprint(sarif->context->masker,
                               fa_result_text(breaks, row, fa_result_column(breaks, "break_id")),
                               &sarif->cell));
    FA_TRY(put_fingerprint(sarif, fa_buf_str(&sarif->cell)));
    FA_TRY(put_break_properties(sarif, row));
    return fa_json_close(&sarif->json, '}');
}

enum fa_status fa_sarif_write_results(struct fa_sarif *sarif)
{
    FA_TRY(fa_json_open(&sarif->json, "results", '['));
    for (uint64_t row = 0; row < sarif->results->tables[FA_RESULT_FINDING].row_count; row++) {
        fa_shown_forget(sarif->context, FA_RESULT_FINDING, row);
        fa_shown_forget(sarif->context, FA_RESULT_VALUE, sarif->results->finding_values[row].from);
        fa_shown_forget(sarif->context, FA_RESULT_EVIDENCE,
                        sarif->results->finding_evidence[row].from);
        FA_TRY(put_finding(sarif, row));
    }
    for (uint64_t row = 0; row < sarif->results->tables[FA_RESULT_EARLIER].row_count; row++)
        FA_TRY(put_earlier(sarif, row));
    for (uint64_t row = 0; row < sarif->results->tables[FA_RESULT_BREAK].row_count; row++)
        FA_TRY(put_break(sarif, row));
    return fa_json_close(&sarif->json, ']');
}
