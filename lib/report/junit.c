#include <stdlib.h>

#include "base/fields.h"
#include "base/limits.h"
#include "report/byrule.h"
#include "report/report.h"

/*
 * JUnit XML, the part of it that readers agree on: a suite for each ruleset and a case for each rule,
 * behind a suite for what was read and one for the reconciliation. No times, hosts or dates.
 */

enum { OUTCOME_VIOLATION, OUTCOME_LEAD, OUTCOME_INDETERMINATE };
enum { STATE_TESTED, STATE_NOT_TESTABLE, STATE_NOT_APPLICABLE, STATE_OFF };
enum verdict { PASSED, FAILED, ERROR, SKIPPED, VERDICTS };

struct counts {
    uint64_t cases, of[VERDICTS];
};

/* A rule's findings by what they count as. */
struct rule_case {
    enum verdict verdict;
    uint64_t violations, undecided, leads, waived;
};

struct junit {
    const struct fa_shown_context *context;
    const struct fa_results *results;
    enum fa_language language;
    struct fa_output *output;
    struct fa_by_rule by_rule;
    struct rule_case *cases; /* by rule */
    struct fa_buf text, cell;
};

static enum fa_status send(struct junit *junit)
{
    enum fa_status status =
        junit->output->write(junit->output, junit->text.bytes, junit->text.size);
    fa_buf_clear(&junit->text);
    return status;
}

static int64_t number_of(const struct fa_loaded_table *table, uint64_t row, const char *column)
{
    return fa_result_number(table, row, fa_result_column(table, column));
}

static struct fa_str text_of(const struct fa_loaded_table *table, uint64_t row, const char *column)
{
    return fa_result_text(table, row, fa_result_column(table, column));
}

/* ' NAME="TEXT"' */
static enum fa_status add_attribute(struct junit *junit, const char *name, struct fa_str text)
{
    FA_TRY(fa_buf_addf(&junit->text, " %s=\"", name));
    FA_TRY(fa_xml_add(&junit->text, text));
    return fa_buf_add_char(&junit->text, '"');
}

static enum fa_status add_counts(struct junit *junit, const struct counts *counts)
{
    return fa_buf_addf(&junit->text,
                       " tests=\"%llu\" failures=\"%llu\" errors=\"%llu\" skipped=\"%llu\">\n",
                       (unsigned long long)counts->cases, (unsigned long long)counts->of[FAILED],
                       (unsigned long long)counts->of[ERROR],
                       (unsigned long long)counts->of[SKIPPED]);
}

static enum fa_status begin_suite(struct junit *junit, struct fa_str name,
                                  const struct counts *counts)
{
    FA_TRY(fa_buf_add_text(&junit->text, "  <testsuite"));
    FA_TRY(add_attribute(junit, "name", name));
    return add_counts(junit, counts);
}

static enum fa_status end_suite(struct junit *junit)
{
    return fa_buf_add_text(&junit->text, "  </testsuite>\n");
}

static enum fa_status begin_case(struct junit *junit, struct fa_str suite, struct fa_str name)
{
    FA_TRY(fa_buf_add_text(&junit->text, "    <testcase"));
    FA_TRY(add_attribute(junit, "classname", suite));
    FA_TRY(add_attribute(junit, "name", name));
    return fa_buf_add_text(&junit->text, ">\n");
}

static enum fa_status end_case(struct junit *junit)
{
    FA_TRY(fa_buf_add_text(&junit->text, "    </testcase>\n"));
    return send(junit);
}

/* --- what was read --- */

static struct counts count_filing(const struct junit *junit)
{
    bool has_rejects = junit->results->tables[FA_RESULT_REJECT].row_count > 0;
    return (struct counts){.cases = 2, .of = {[FAILED] = has_rejects}};
}

/* What stands in the cell, as one line, cut where it is too long for a person. */
static enum fa_status add_line(struct junit *junit)
{
    FA_TRY(fa_visible_cut(&junit->cell, 0, FA_TOLD_CHARACTERS_MAX));
    FA_TRY(fa_xml_add(&junit->text, fa_buf_str(&junit->cell)));
    return fa_buf_add_char(&junit->text, '\n');
}

/* "flows.csv line 12: not a date" for the first rows of a table. */
static enum fa_status add_told(struct junit *junit, enum fa_result_table table)
{
    const struct fa_loaded_table *told = &junit->results->tables[table];
    for (uint64_t row = 0; row < told->row_count && row < FA_JUNIT_LINES_MAX; row++) {
        fa_buf_clear(&junit->cell);
        FA_TRY(fa_shown_add(junit->context, table, row, "source", &junit->cell));
        if (number_of(told, row, "line_no"))
            FA_TRY(fa_buf_addf(&junit->cell, " line %lld",
                               (long long)number_of(told, row, "line_no")));
        FA_TRY(fa_buf_add_text(&junit->cell, ": "));
        FA_TRY(fa_shown_add(junit->context, table, row, "reason", &junit->cell));
        FA_TRY(fa_buf_add_text(&junit->cell, " ["));
        FA_TRY(fa_shown_add(junit->context, table, row, "code", &junit->cell));
        FA_TRY(fa_buf_add_char(&junit->cell, ']'));
        FA_TRY(add_line(junit));
    }
    if (told->row_count > FA_JUNIT_LINES_MAX)
        FA_TRY(fa_buf_addf(&junit->text, "and %llu more\n",
                           (unsigned long long)(told->row_count - FA_JUNIT_LINES_MAX)));
    return FA_OK;
}

static enum fa_status write_filing(struct junit *junit)
{
    const struct fa_loaded_table *rejects = &junit->results->tables[FA_RESULT_REJECT];
    const struct counts counts = count_filing(junit);
    FA_TRY(begin_suite(junit, FA_STR("filing"), &counts));
    FA_TRY(begin_case(junit, FA_STR("filing"), FA_STR("rejected records")));
    if (rejects->row_count) {
        FA_TRY(fa_buf_addf(&junit->text, "      <failure message=\"%llu records were rejected\" "
                                         "type=\"rejected\">",
                           (unsigned long long)rejects->row_count));
        FA_TRY(add_told(junit, FA_RESULT_REJECT));
        FA_TRY(fa_buf_add_text(&junit->text, "</failure>\n"));
    }
    FA_TRY(end_case(junit));
    FA_TRY(begin_case(junit, FA_STR("filing"), FA_STR("doubts about accepted records")));
    if (junit->results->tables[FA_RESULT_REMARK].row_count) {
        FA_TRY(fa_buf_add_text(&junit->text, "      <system-out>"));
        FA_TRY(add_told(junit, FA_RESULT_REMARK));
        FA_TRY(fa_buf_add_text(&junit->text, "</system-out>\n"));
    }
    FA_TRY(end_case(junit));
    return end_suite(junit);
}

/* --- the reconciliation --- */

/* A case for each class that has breaks, or one that says there are none or none was looked for. */
static struct counts count_breaks(const struct junit *junit)
{
    const struct fa_loaded_table *breaks = &junit->results->tables[FA_RESULT_BREAK];
    const struct fa_loaded_table *controls = &junit->results->tables[FA_RESULT_CONTROL];
    struct counts counts = {.cases = 1};
    if (breaks->row_count) {
        int class = fa_result_column(breaks, "class");
        uint64_t seen[2] = {0, 0};
        for (uint64_t row = 0; row < breaks->row_count; row++) {
            uint64_t value = (uint64_t)fa_result_number(breaks, row, class);
            seen[value / 64 % 2] |= UINT64_C(1) << value % 64;
        }
        counts.cases = (uint64_t)(__builtin_popcountll(seen[0]) + __builtin_popcountll(seen[1]));
        counts.of[FAILED] = counts.cases;
        return counts;
    }
    for (uint64_t row = 0; row < controls->row_count; row++)
        if (fa_str_is(text_of(controls, row, "table"), "statement"))
            return counts;
    counts.of[SKIPPED] = 1;
    return counts;
}

static enum fa_status write_class(struct junit *junit, int class, uint32_t value)
{
    const struct fa_loaded_table *breaks = &junit->results->tables[FA_RESULT_BREAK];
    struct fa_str name = breaks->def->columns[class].values[value];
    uint64_t count = 0;
    for (uint64_t row = 0; row < breaks->row_count; row++)
        count += fa_result_number(breaks, row, class) == value;
    if (!count)
        return FA_OK;
    FA_TRY(begin_case(junit, FA_STR("reconciliation"), name));
    FA_TRY(fa_buf_addf(&junit->text, "      <failure message=\"%llu break%s\" type=\"break\">",
                       (unsigned long long)count, count == 1 ? "" : "s"));
    uint64_t shown = 0;
    for (uint64_t row = 0; row < breaks->row_count && shown < FA_JUNIT_LINES_MAX; row++) {
        if (fa_result_number(breaks, row, class) != value)
            continue;
        fa_buf_clear(&junit->cell);
        FA_TRY(fa_shown_add(junit->context, FA_RESULT_BREAK, row, "severity", &junit->cell));
        FA_TRY(fa_buf_add_char(&junit->cell, ' '));
        FA_TRY(fa_shown_break(junit->context, row, &junit->cell));
        FA_TRY(add_line(junit));
        shown++;
    }
    if (count > shown)
        FA_TRY(fa_buf_addf(&junit->text, "and %llu more\n", (unsigned long long)(count - shown)));
    FA_TRY(fa_buf_add_text(&junit->text, "</failure>\n"));
    return end_case(junit);
}

static enum fa_status write_breaks(struct junit *junit)
{
    const struct fa_loaded_table *breaks = &junit->results->tables[FA_RESULT_BREAK];
    const struct counts counts = count_breaks(junit);
    FA_TRY(begin_suite(junit, FA_STR("reconciliation"), &counts));
    if (breaks->row_count) {
        int class = fa_result_column(breaks, "class");
        for (uint32_t v = 0; v < breaks->def->columns[class].value_count; v++)
            FA_TRY(write_class(junit, class, v));
    } else {
        FA_TRY(begin_case(junit, FA_STR("reconciliation"), FA_STR("breaks")));
        if (counts.of[SKIPPED])
            FA_TRY(fa_buf_add_text(&junit->text,
                                   "      <skipped message=\"the filing has no statement\"/>\n"));
        FA_TRY(end_case(junit));
    }
    return end_suite(junit);
}

/* --- the rules --- */

static struct rule_case judge(const struct junit *junit, uint64_t rule)
{
    const struct fa_loaded_table *rules = &junit->results->tables[FA_RESULT_RULE];
    const struct fa_loaded_table *findings = &junit->results->tables[FA_RESULT_FINDING];
    struct rule_case made = {.verdict = PASSED};
    for (uint64_t i = junit->by_rule.starts[rule]; i < junit->by_rule.starts[rule + 1]; i++) {
        uint64_t finding = junit->by_rule.findings[i];
        fa_shown_forget(junit->context, FA_RESULT_FINDING, finding);
        int64_t outcome = number_of(findings, finding, "outcome");
        if (number_of(findings, finding, "waived"))
            made.waived++;
        else if (outcome == OUTCOME_LEAD)
            made.leads++;
        else
            ++*(outcome == OUTCOME_VIOLATION ? &made.violations : &made.undecided);
    }
    int64_t state = number_of(rules, rule, "state");
    if (made.violations || made.undecided)
        made.verdict = FAILED;
    else if (state == STATE_NOT_TESTABLE)
        made.verdict = ERROR;
    else if (state != STATE_TESTED || number_of(rules, rule, "population") == 0)
        made.verdict = SKIPPED; /* nothing tested can never look like nothing wrong */
    return made;
}

/* "F-000001 high: message" */
static enum fa_status add_finding(struct junit *junit, uint64_t finding)
{
    fa_buf_clear(&junit->cell);
    FA_TRY(fa_shown_add(junit->context, FA_RESULT_FINDING, finding, "finding", &junit->cell));
    FA_TRY(fa_buf_add_char(&junit->cell, ' '));
    FA_TRY(fa_shown_add(junit->context, FA_RESULT_FINDING, finding, "severity", &junit->cell));
    FA_TRY(fa_buf_add_text(&junit->cell, ": "));
    FA_TRY(fa_shown_columns(junit->context, FA_RESULT_FINDING, finding, "message", junit->language,
                            " / ", &junit->cell));
    return add_line(junit);
}

enum listed { LIST_FAILURES, LIST_LEADS, LIST_WAIVED };

static enum fa_status add_findings(struct junit *junit, uint64_t rule, enum listed listed,
                                   uint64_t count)
{
    const struct fa_loaded_table *findings = &junit->results->tables[FA_RESULT_FINDING];
    uint64_t shown = 0;
    for (uint64_t i = junit->by_rule.starts[rule];
         i < junit->by_rule.starts[rule + 1] && shown < FA_JUNIT_LINES_MAX; i++) {
        uint64_t finding = junit->by_rule.findings[i];
        bool is_waived = number_of(findings, finding, "waived") != 0;
        bool is_lead = number_of(findings, finding, "outcome") == OUTCOME_LEAD;
        enum listed as = is_waived ? LIST_WAIVED : is_lead ? LIST_LEADS : LIST_FAILURES;
        if (as != listed)
            continue;
        FA_TRY(add_finding(junit, finding));
        shown++;
    }
    if (count <= shown)
        return FA_OK;
    return fa_buf_addf(&junit->text, "and %llu more\n", (unsigned long long)(count - shown));
}

static enum fa_status add_failure(struct junit *junit, uint64_t rule, const struct rule_case *of)
{
    FA_TRY(fa_buf_add_text(&junit->text, "      <failure message=\""));
    if (of->violations)
        FA_TRY(fa_buf_addf(&junit->text, "%llu violation%s", (unsigned long long)of->violations,
                           of->violations == 1 ? "" : "s"));
    if (of->undecided)
        FA_TRY(fa_buf_addf(&junit->text, "%s%llu undecided", of->violations ? ", " : "",
                           (unsigned long long)of->undecided));
    FA_TRY(fa_buf_addf(&junit->text, "\" type=\"%s\">",
                       of->violations ? "violation" : "indeterminate"));
    FA_TRY(add_findings(junit, rule, LIST_FAILURES, of->violations + of->undecided));
    return fa_buf_add_text(&junit->text, "</failure>\n");
}

static enum fa_status add_reason(struct junit *junit, uint64_t rule, enum verdict verdict)
{
    const struct fa_loaded_table *rules = &junit->results->tables[FA_RESULT_RULE];
    struct fa_str reason = text_of(rules, rule, "reason");
    int64_t state = number_of(rules, rule, "state");
    if (!reason.size)
        reason = state == STATE_TESTED ? FA_STR("no row to judge") : FA_STR("switched off");
    FA_TRY(fa_buf_add_text(&junit->text, verdict == ERROR ? "      <error" : "      <skipped"));
    FA_TRY(add_attribute(junit, "message", reason));
    return fa_buf_add_text(&junit->text, verdict == ERROR ? " type=\"not_testable\"/>\n" : "/>\n");
}

static enum fa_status write_rule(struct junit *junit, struct fa_str ruleset, uint64_t rule)
{
    const struct fa_loaded_table *rules = &junit->results->tables[FA_RESULT_RULE];
    const struct rule_case *of = &junit->cases[rule];
    fa_buf_clear(&junit->cell);
    FA_TRY(fa_buf_add_str(&junit->cell, text_of(rules, rule, "rule")));
    FA_TRY(fa_buf_add_char(&junit->cell, ' '));
    FA_TRY(fa_shown_columns(junit->context, FA_RESULT_RULE, rule, "title", junit->language, " / ",
                            &junit->cell));
    FA_TRY(begin_case(junit, ruleset, fa_buf_str(&junit->cell)));
    if (of->verdict == FAILED)
        FA_TRY(add_failure(junit, rule, of));
    else if (of->verdict != PASSED)
        FA_TRY(add_reason(junit, rule, of->verdict));
    if (of->leads || of->waived) {
        FA_TRY(fa_buf_add_text(&junit->text, "      <system-out>"));
        if (of->leads) {
            FA_TRY(fa_buf_addf(&junit->text, "%llu lead%s\n", (unsigned long long)of->leads,
                               of->leads == 1 ? "" : "s"));
            FA_TRY(add_findings(junit, rule, LIST_LEADS, of->leads));
        }
        if (of->waived) {
            FA_TRY(fa_buf_addf(&junit->text, "%llu waived\n", (unsigned long long)of->waived));
            FA_TRY(add_findings(junit, rule, LIST_WAIVED, of->waived));
        }
        FA_TRY(fa_buf_add_text(&junit->text, "</system-out>\n"));
    }
    return end_case(junit);
}

static void add_up(struct counts *sum, const struct counts *counts)
{
    sum->cases += counts->cases;
    for (int v = 0; v < VERDICTS; v++)
        sum->of[v] += counts->of[v];
}

static struct counts count_ruleset(const struct junit *junit, struct fa_str ruleset)
{
    const struct fa_loaded_table *rules = &junit->results->tables[FA_RESULT_RULE];
    struct counts counts = {0};
    for (uint64_t row = 0; row < rules->row_count; row++) {
        if (!fa_str_equal(text_of(rules, row, "ruleset"), ruleset))
            continue;
        counts.cases++;
        counts.of[junit->cases[row].verdict]++;
    }
    return counts;
}

static enum fa_status write_ruleset(struct junit *junit, struct fa_str ruleset)
{
    const struct fa_loaded_table *rules = &junit->results->tables[FA_RESULT_RULE];
    const struct counts counts = count_ruleset(junit, ruleset);
    if (counts.cases == 0)
        return FA_OK; /* one of provisions alone */
    FA_TRY(begin_suite(junit, ruleset, &counts));
    for (uint64_t row = 0; row < rules->row_count; row++)
        if (fa_str_equal(text_of(rules, row, "ruleset"), ruleset))
            FA_TRY(write_rule(junit, ruleset, row));
    return end_suite(junit);
}

static enum fa_status write_all(struct junit *junit)
{
    const struct fa_loaded_table *rulesets = &junit->results->tables[FA_RESULT_RULESET];
    const struct fa_loaded_table *rules = &junit->results->tables[FA_RESULT_RULE];
    FA_TRY(fa_by_rule_make(junit->results, &junit->by_rule));
    junit->cases = calloc(rules->row_count + 1, sizeof *junit->cases);
    if (!junit->cases)
        return FA_ELIMIT;
    for (uint64_t row = 0; row < rules->row_count; row++)
        junit->cases[row] = judge(junit, row);
    struct counts sum = count_filing(junit), breaks = count_breaks(junit);
    add_up(&sum, &breaks);
    for (uint64_t row = 0; row < rulesets->row_count; row++) {
        struct counts counts = count_ruleset(junit, text_of(rulesets, row, "ruleset"));
        add_up(&sum, &counts);
    }
    FA_TRY(fa_buf_add_text(&junit->text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                         "<testsuites name=\"flowaudit\""));
    FA_TRY(add_counts(junit, &sum));
    FA_TRY(write_filing(junit));
    FA_TRY(write_breaks(junit));
    for (uint64_t row = 0; row < rulesets->row_count; row++)
        FA_TRY(write_ruleset(junit, text_of(rulesets, row, "ruleset")));
    FA_TRY(fa_buf_add_text(&junit->text, "</testsuites>\n"));
    return send(junit);
}

enum fa_status fa_report_junit(const struct fa_shown_context *context,
                               const struct fa_report_options *options, struct fa_output *output)
{
    struct junit junit = {.context = context,
                          .results = context->results,
                          .language = options->language,
                          .output = output};
    enum fa_status status = write_all(&junit);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(context->results->sink, "the report");
    fa_by_rule_release(&junit.by_rule);
    free(junit.cases);
    fa_buf_release(&junit.text);
    fa_buf_release(&junit.cell);
    return status;
}
