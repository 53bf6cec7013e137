#include "base/fields.h"
#include "base/limits.h"
#include "report/places.h"
#include "report/report.h"

/*
 * Workflow commands of GitHub, which mark lines of files: "::error file=F,line=N,title=T::message".
 * A step shows ten of each kind, so the worst come first, no more are written, and a last line that is
 * no command says how many there are.
 */

enum { OUTCOME_VIOLATION, OUTCOME_LEAD };
enum { STATE_NOT_TESTABLE = 1 };
enum { SEVERITY_MEDIUM = 2 };
enum kind { KIND_ERROR, KIND_WARNING, KIND_NOTICE, KINDS };

struct github {
    const struct fa_shown_context *context;
    const struct fa_results *results;
    const struct fa_report_options *options;
    struct fa_buf text, path, title, message;
    uint64_t wanted[KINDS], written[KINDS];
    uint64_t waived;
};

static int64_t number_of(const struct fa_loaded_table *table, uint64_t row, const char *column)
{
    return fa_result_number(table, row, fa_result_column(table, column));
}

/* Counts an annotation of KIND; whether it is to be written, too. */
static bool has_room(struct github *github, enum kind kind)
{
    return github->wanted[kind]++ < FA_ANNOTATIONS_MAX;
}

/* The annotation of what stands in title and message. */
static enum fa_status annotate(struct github *github, enum kind kind, struct fa_report_place place)
{
    static const char *const commands[KINDS] = {"::error ", "::warning ", "::notice "};
    struct fa_buf *text = &github->text;
    github->written[kind]++;
    FA_TRY(fa_buf_add_text(text, commands[kind]));
    if (place.source.size) {
        fa_buf_clear(&github->path);
        FA_TRY(fa_place_path(github->options->root, place.source, &github->path));
        FA_TRY(fa_buf_add_text(text, "file="));
        FA_TRY(fa_workflow_add(text, fa_buf_str(&github->path), true));
        if (place.line_no > 0)
            FA_TRY(fa_buf_addf(text, ",line=%lld", (long long)place.line_no));
        FA_TRY(fa_buf_add_char(text, ','));
    }
    FA_TRY(fa_buf_add_text(text, "title="));
    FA_TRY(fa_workflow_add(text, fa_buf_str(&github->title), true));
    FA_TRY(fa_buf_add_text(text, "::"));
    FA_TRY(fa_visible_cut(&github->message, 0, FA_TOLD_CHARACTERS_MAX));
    FA_TRY(fa_workflow_add(text, fa_buf_str(&github->message), false));
    return fa_buf_add_char(text, '\n');
}

static enum fa_status begin(struct github *github, const char *title)
{
    fa_buf_clear(&github->message);
    fa_buf_clear(&github->title);
    return fa_buf_add_text(&github->title, title);
}

/* What was not read and not tested leads. */
static enum fa_status write_lead(struct github *github)
{
    const struct fa_loaded_table *rejects = &github->results->tables[FA_RESULT_REJECT];
    const struct fa_loaded_table *rules = &github->results->tables[FA_RESULT_RULE];
    struct fa_report_place place = {{"", 0}, 0};
    if (rejects->row_count && has_room(github, KIND_ERROR)) {
        place.source = fa_result_text(rejects, 0, fa_result_column(rejects, "source"));
        place.line_no = number_of(rejects, 0, "line_no");
        FA_TRY(begin(github, "incomplete"));
        FA_TRY(fa_buf_addf(&github->message, "%llu records were rejected; the first is here: ",
                           (unsigned long long)rejects->row_count));
        FA_TRY(fa_shown_add(github->context, FA_RESULT_REJECT, 0, "reason", &github->message));
        FA_TRY(annotate(github, KIND_ERROR, place));
    }
    uint64_t untested = 0, first = 0;
    for (uint64_t row = rules->row_count; row-- > 0;) {
        if (number_of(rules, row, "state") != STATE_NOT_TESTABLE)
            continue;
        untested++;
        first = row;
    }
    if (!untested || !has_room(github, KIND_WARNING))
        return FA_OK;
    FA_TRY(begin(github, "not tested"));
    FA_TRY(fa_buf_addf(&github->message, "%llu rules were not tested; the first: ",
                       (unsigned long long)untested));
    FA_TRY(fa_shown_add(github->context, FA_RESULT_RULE, first, "rule", &github->message));
    FA_TRY(fa_buf_add_text(&github->message, ": "));
    FA_TRY(fa_shown_add(github->context, FA_RESULT_RULE, first, "reason", &github->message));
    return annotate(github, KIND_WARNING, (struct fa_report_place){{"", 0}, 0});
}

static enum kind kind_of(int64_t severity)
{
    return severity < SEVERITY_MEDIUM    ? KIND_ERROR
           : severity == SEVERITY_MEDIUM ? KIND_WARNING
                                         : KIND_NOTICE;
}

static enum fa_status write_finding(struct github *github, uint64_t row, enum kind kind)
{
    if (!has_room(github, kind))
        return FA_OK;
    FA_TRY(begin(github, ""));
    FA_TRY(fa_shown_add(github->context, FA_RESULT_FINDING, row, "rule", &github->title));
    FA_TRY(fa_buf_add_text(&github->title, " ("));
    FA_TRY(fa_shown_add(github->context, FA_RESULT_FINDING, row, "severity", &github->title));
    FA_TRY(fa_buf_add_text(&github->title, ", "));
    FA_TRY(fa_shown_add(github->context, FA_RESULT_FINDING, row, "outcome", &github->title));
    FA_TRY(fa_buf_add_char(&github->title, ')'));
    FA_TRY(fa_shown_add(github->context, FA_RESULT_FINDING, row, "finding", &github->message));
    FA_TRY(fa_buf_add_text(&github->message, ": "));
    FA_TRY(fa_shown_columns(github->context, FA_RESULT_FINDING, row, "message",
                            github->options->language, " / ", &github->message));
    return annotate(github, kind, fa_place_of_finding(github->results, row));
}

static enum fa_status write_break(struct github *github, uint64_t row, enum kind kind)
{
    if (!has_room(github, kind))
        return FA_OK;
    FA_TRY(begin(github, "break ("));
    FA_TRY(fa_shown_add(github->context, FA_RESULT_BREAK, row, "severity", &github->title));
    FA_TRY(fa_buf_add_char(&github->title, ')'));
    FA_TRY(fa_shown_break(github->context, row, &github->message));
    return annotate(github, kind, fa_place_of_break(github->results, row));
}

/* What fails, by severity; then the leads. */
static enum fa_status write_by_severity(struct github *github)
{
    const struct fa_loaded_table *findings = &github->results->tables[FA_RESULT_FINDING];
    const struct fa_loaded_table *breaks = &github->results->tables[FA_RESULT_BREAK];
    for (int64_t severity = 0; severity < FA_SEVERITIES; severity++) {
        for (uint64_t row = 0; row < findings->row_count; row++) {
            if (number_of(findings, row, "severity") != severity ||
                number_of(findings, row, "outcome") == OUTCOME_LEAD)
                continue;
            if (number_of(findings, row, "waived"))
                github->waived++;
            else
                FA_TRY(write_finding(github, row, kind_of(severity)));
        }
        for (uint64_t row = 0; row < breaks->row_count; row++)
            if (number_of(breaks, row, "severity") == severity)
                FA_TRY(write_break(github, row, kind_of(severity)));
    }
    for (uint64_t row = 0; row < findings->row_count; row++) {
        if (number_of(findings, row, "outcome") != OUTCOME_LEAD)
            continue;
        if (number_of(findings, row, "waived"))
            github->waived++;
        else
            FA_TRY(write_finding(github, row, KIND_NOTICE));
    }
    return FA_OK;
}

/* It must not begin as a command does. */
static enum fa_status write_end(struct github *github)
{
    static const char *const names[KINDS] = {"errors", "warnings", "notices"};
    FA_TRY(fa_buf_add_text(&github->text, "flowaudit: "));
    bool is_cut = false;
    for (int kind = 0; kind < KINDS; kind++) {
        is_cut |= github->wanted[kind] > github->written[kind];
        FA_TRY(fa_buf_addf(&github->text, "%s%llu %s", kind ? ", " : "",
                           (unsigned long long)github->wanted[kind], names[kind]));
    }
    FA_TRY(fa_buf_addf(&github->text, "; %llu waived", (unsigned long long)github->waived));
    if (is_cut)
        FA_TRY(fa_buf_addf(&github->text,
                           "; the worst %u of each kind are shown, as many as GitHub shows of a step",
                           FA_ANNOTATIONS_MAX));
    return fa_buf_add_char(&github->text, '\n');
}

enum fa_status fa_report_github(const struct fa_shown_context *context,
                                const struct fa_report_options *options, struct fa_output *output)
{
    struct github github = {.context = context, .results = context->results, .options = options};
    enum fa_status status = write_lead(&github);
    if (status == FA_OK)
        status = write_by_severity(&github);
    if (status == FA_OK)
        status = write_end(&github);
    if (status == FA_OK)
        status = output->write(output, github.text.bytes, github.text.size);
    else if (status == FA_ELIMIT)
        status = fa_out_of_memory(context->results->sink, "the report");
    fa_buf_release(&github.text);
    fa_buf_release(&github.path);
    fa_buf_release(&github.title);
    fa_buf_release(&github.message);
    return status;
}
