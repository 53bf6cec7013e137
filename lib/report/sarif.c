#include "report/sarif.h"

#include <stdlib.h>

#include "base/fields.h"

/*
 * One run:
 *
 *   tool.driver     rules with their law, level and counts
 *   invocations     what was not tested, rejected or in doubt, as notifications
 *   artifacts       the files of the filing with their SHA-256
 *   results         violations (kind fail), leads (review), undecided findings (open), breaks (fail)
 *
 * There is no clock in it: the same results give the same bytes.
 */

int64_t fa_sarif_file(struct fa_sarif *sarif, struct fa_str name)
{
    const struct fa_head *head = sarif->results->head;
    for (size_t i = 0; i < head->sources.count; i++) {
        size_t at = (sarif->last_source + i) % head->sources.count;
        if (!fa_str_equal(head->sources.items[at].name, name))
            continue;
        sarif->last_source = at;
        return sarif->source_files[at];
    }
    return FA_SARIF_NO_FILE;
}

/* A file that fills several tables is a source for each, and one artifact. */
static enum fa_status number_files(struct fa_sarif *sarif)
{
    const struct fa_head *head = sarif->results->head;
    sarif->source_files = calloc(head->sources.count + 1, sizeof *sarif->source_files);
    if (!sarif->source_files)
        return FA_ELIMIT;
    for (size_t i = 0; i < head->sources.count; i++) {
        size_t same = 0;
        while (same < i && !fa_str_equal(head->sources.items[same].name, head->sources.items[i].name))
            same++;
        sarif->source_files[i] = same < i ? sarif->source_files[same] : sarif->file_count++;
    }
    return FA_OK;
}

/* "artifactLocation" or "location": {...} */
static enum fa_status put_location(struct fa_sarif *sarif, const char *name, struct fa_str source,
                                   int64_t file)
{
    fa_buf_clear(&sarif->path);
    fa_buf_clear(&sarif->cell);
    FA_TRY(fa_place_path(sarif->options->root, source, &sarif->path));
    FA_TRY(fa_uri_add_path(&sarif->cell, fa_buf_str(&sarif->path)));
    FA_TRY(fa_json_open(&sarif->json, name, '{'));
    FA_TRY(fa_json_put(&sarif->json, "uri", fa_buf_str(&sarif->cell)));
    FA_TRY(fa_json_put(&sarif->json, "uriBaseId", FA_STR("%SRCROOT%")));
    if (file != FA_SARIF_NO_FILE)
        FA_TRY(fa_json_put_number(&sarif->json, "index", file));
    return fa_json_close(&sarif->json, '}');
}

enum fa_status fa_sarif_put_place(struct fa_sarif *sarif, struct fa_report_place place)
{
    FA_TRY(fa_json_open(&sarif->json, "physicalLocation", '{'));
    FA_TRY(put_location(sarif, "artifactLocation", place.source, fa_sarif_file(sarif, place.source)));
    if (place.line_no > 0) {
        FA_TRY(fa_json_open(&sarif->json, "region", '{'));
        FA_TRY(fa_json_put_number(&sarif->json, "startLine", place.line_no));
        FA_TRY(fa_json_close(&sarif->json, '}'));
    }
    return fa_json_close(&sarif->json, '}');
}

/* In a message "[text](target)" is a link (3.11.6), which data must not make. */
enum fa_status fa_sarif_put_message(struct fa_sarif *sarif, const char *name, struct fa_str text)
{
    fa_buf_clear(&sarif->path);
    for (size_t i = 0; i < text.size; i++) {
        FA_TRY(fa_buf_add_char(&sarif->path, text.bytes[i]));
        if (text.bytes[i] == ']' && i + 1 < text.size && text.bytes[i + 1] == '(')
            FA_TRY(fa_buf_add_char(&sarif->path, ' '));
    }
    FA_TRY(fa_json_open(&sarif->json, name, '{'));
    FA_TRY(fa_json_put(&sarif->json, "text", fa_buf_str(&sarif->path)));
    return fa_json_close(&sarif->json, '}');
}

enum fa_status fa_sarif_put_cell(struct fa_sarif *sarif, const char *name, enum fa_result_table table,
                                 uint64_t row, const char *column)
{
    const struct fa_loaded_table *loaded = &sarif->results->tables[table];
    int at = fa_result_column(loaded, column);
    enum fa_type type = loaded->def->columns[at].type;
    if (fa_result_missing(loaded, row, at))
        return FA_OK;
    if (type == FA_TYPE_INT)
        return fa_json_put_number(&sarif->json, name, fa_result_number(loaded, row, at));
    if (type == FA_TYPE_BOOL)
        return fa_json_put_bool(&sarif->json, name, fa_result_number(loaded, row, at) != 0);
    FA_TRY(fa_shown_cell(sarif->context, table, row, at, &sarif->cell));
    return fa_json_put_optional(&sarif->json, name, fa_buf_str(&sarif->cell));
}

struct fa_str fa_sarif_level(int64_t severity)
{
    return severity <= 1 ? FA_STR("error") : severity == 2 ? FA_STR("warning") : FA_STR("note");
}

/* --- what the run has to say about itself --- */

static enum fa_status put_notification(struct fa_sarif *sarif, struct fa_str id, struct fa_str level,
                                       struct fa_str text, struct fa_report_place place)
{
    FA_TRY(fa_json_break_line(&sarif->json));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    FA_TRY(fa_json_open(&sarif->json, "descriptor", '{'));
    FA_TRY(fa_json_put(&sarif->json, "id", id));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    FA_TRY(fa_json_put(&sarif->json, "level", level));
    FA_TRY(fa_sarif_put_message(sarif, "message", text));
    if (place.source.size) {
        FA_TRY(fa_json_open(&sarif->json, "locations", '['));
        FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
        FA_TRY(fa_sarif_put_place(sarif, place));
        FA_TRY(fa_json_close(&sarif->json, '}'));
        FA_TRY(fa_json_close(&sarif->json, ']'));
    }
    return FA_OK;
}

/* Rules and statistics that the filing or a missing parameter left untested. */
static enum fa_status put_untested(struct fa_sarif *sarif, uint64_t row, struct fa_str id,
                                   struct fa_str level)
{
    const struct fa_loaded_table *rules = &sarif->results->tables[FA_RESULT_RULE];
    struct fa_str rule = fa_result_text(rules, row, fa_result_column(rules, "rule"));
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_visible_add(&sarif->text, rule));
    FA_TRY(fa_buf_add_text(&sarif->text, ": "));
    FA_TRY(fa_shown_add(sarif->context, FA_RESULT_RULE, row, "reason", &sarif->text));
    FA_TRY(put_notification(sarif, id, level, fa_buf_str(&sarif->text),
                            (struct fa_report_place){{"", 0}, 0}));
    FA_TRY(fa_json_open(&sarif->json, "associatedRule", '{'));
    FA_TRY(fa_json_put(&sarif->json, "id", rule));
    FA_TRY(fa_json_put_number(&sarif->json, "index", (int64_t)row));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    return fa_json_close(&sarif->json, '}');
}

enum { STATE_TESTED, STATE_NOT_TESTABLE, STATE_NOT_APPLICABLE, STATE_OFF };

static enum fa_status write_untested(struct fa_sarif *sarif)
{
    const struct fa_loaded_table *rules = &sarif->results->tables[FA_RESULT_RULE];
    FA_TRY(fa_json_open(&sarif->json, "toolConfigurationNotifications", '['));
    for (uint64_t row = 0; row < rules->row_count; row++) {
        int64_t state = fa_result_number(rules, row, fa_result_column(rules, "state"));
        if (state == STATE_NOT_TESTABLE)
            FA_TRY(put_untested(sarif, row, FA_STR("not_testable"), FA_STR("warning")));
        else if (state == STATE_OFF)
            FA_TRY(put_untested(sarif, row, FA_STR("off"), FA_STR("note")));
    }
    return fa_json_close(&sarif->json, ']');
}

/* Records of the filing that were rejected, or accepted with a doubt. */
static enum fa_status write_told(struct fa_sarif *sarif, enum fa_result_table table,
                                 struct fa_str level)
{
    const struct fa_loaded_table *told = &sarif->results->tables[table];
    for (uint64_t row = 0; row < told->row_count; row++) {
        const struct fa_report_place place = {
            .source = fa_result_text(told, row, fa_result_column(told, "source")),
            .line_no = fa_result_number(told, row, fa_result_column(told, "line_no"))};
        fa_buf_clear(&sarif->text);
        FA_TRY(fa_shown_add(sarif->context, table, row, "reason", &sarif->text));
        FA_TRY(put_notification(sarif, fa_result_text(told, row, fa_result_column(told, "code")),
                                level, fa_buf_str(&sarif->text), place));
        FA_TRY(fa_json_close(&sarif->json, '}'));
    }
    return FA_OK;
}

static enum fa_status write_invocation(struct fa_sarif *sarif)
{
    FA_TRY(fa_json_break_line(&sarif->json));
    FA_TRY(fa_json_open(&sarif->json, "invocations", '['));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    FA_TRY(fa_json_put_bool(&sarif->json, "executionSuccessful", true));
    FA_TRY(write_untested(sarif));
    FA_TRY(fa_json_open(&sarif->json, "toolExecutionNotifications", '['));
    FA_TRY(write_told(sarif, FA_RESULT_REJECT, FA_STR("error")));
    FA_TRY(write_told(sarif, FA_RESULT_REMARK, FA_STR("warning")));
    FA_TRY(fa_json_close(&sarif->json, ']'));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    return fa_json_close(&sarif->json, ']');
}

/* --- what was audited --- */

static enum fa_status write_artifacts(struct fa_sarif *sarif)
{
    const struct fa_head *head = sarif->results->head;
    FA_TRY(fa_json_break_line(&sarif->json));
    FA_TRY(fa_json_open(&sarif->json, "originalUriBaseIds", '{'));
    FA_TRY(fa_json_open(&sarif->json, "%SRCROOT%", '{'));
    FA_TRY(fa_sarif_put_message(sarif, "description",
                                sarif->options->root.size ? FA_STR("the root of the sources")
                                                          : FA_STR("the folder of the filing")));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    FA_TRY(fa_json_open(&sarif->json, "artifacts", '['));
    uint32_t next = 0;
    for (size_t i = 0; i < head->sources.count; i++) {
        const struct fa_source_info *source = &head->sources.items[i];
        char hex[FA_SHA256_HEX_BYTES];
        if (sarif->source_files[i] != next)
            continue;
        next++;
        fa_sha256_hex(source->sha256, hex);
        FA_TRY(fa_json_break_line(&sarif->json));
        FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
        FA_TRY(put_location(sarif, "location", source->name, FA_SARIF_NO_FILE));
        FA_TRY(fa_json_put_number(&sarif->json, "length", (int64_t)source->size_bytes));
        FA_TRY(fa_json_open(&sarif->json, "roles", '['));
        FA_TRY(fa_json_put(&sarif->json, NULL, FA_STR("analysisTarget")));
        FA_TRY(fa_json_close(&sarif->json, ']'));
        FA_TRY(fa_json_open(&sarif->json, "hashes", '{'));
        FA_TRY(fa_json_put(&sarif->json, "sha-256", fa_str_from(hex)));
        FA_TRY(fa_json_close(&sarif->json, '}'));
        FA_TRY(fa_json_close(&sarif->json, '}'));
    }
    return fa_json_close(&sarif->json, ']');
}

static enum fa_status write_tool(struct fa_sarif *sarif)
{
    FA_TRY(fa_json_open(&sarif->json, "tool", '{'));
    FA_TRY(fa_json_open(&sarif->json, "driver", '{'));
    FA_TRY(fa_json_put(&sarif->json, "name", FA_STR("flowaudit")));
    FA_TRY(fa_json_put(&sarif->json, "version", FA_STR(PACKAGE_VERSION)));
    FA_TRY(fa_json_put(&sarif->json, "semanticVersion", FA_STR(PACKAGE_VERSION)));
    FA_TRY(fa_sarif_write_rules(sarif));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    return fa_json_close(&sarif->json, '}');
}

/* What of a filing stays the same from run to run, then what tells its runs apart. */
static enum fa_status write_automation(struct fa_sarif *sarif)
{
    const struct fa_head *head = sarif->results->head;
    char day[FA_TIME_TEXT_BYTES];
    size_t size = fa_date_format(head->as_of_day, day);
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_buf_add_text(&sarif->text, "flowaudit/"));
    FA_TRY(fa_visible_add(&sarif->text, head->filer));
    FA_TRY(fa_buf_add_text(&sarif->text, head->filer.size ? "/" : ""));
    FA_TRY(fa_buf_add(&sarif->text, day, size));
    FA_TRY(fa_json_break_line(&sarif->json));
    FA_TRY(fa_json_open(&sarif->json, "automationDetails", '{'));
    FA_TRY(fa_json_put(&sarif->json, "id", fa_buf_str(&sarif->text)));
    if (head->filing.size) {
        fa_buf_clear(&sarif->text);
        FA_TRY(fa_visible_add(&sarif->text, head->filing));
        FA_TRY(fa_sarif_put_message(sarif, "description", fa_buf_str(&sarif->text)));
    }
    return fa_json_close(&sarif->json, '}');
}

static enum fa_status write_run(struct fa_sarif *sarif)
{
    FA_TRY(number_files(sarif));
    FA_TRY(fa_by_rule_make(sarif->results, &sarif->by_rule));
    FA_TRY(fa_by_name_make(&sarif->results->tables[FA_RESULT_WAIVER], "waiver", &sarif->waivers));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    FA_TRY(fa_json_put(&sarif->json, "$schema",
                        FA_STR("https://json.schemastore.org/sarif-2.1.0.json")));
    FA_TRY(fa_json_put(&sarif->json, "version", FA_STR("2.1.0")));
    FA_TRY(fa_json_open(&sarif->json, "runs", '['));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    FA_TRY(write_tool(sarif));
    FA_TRY(write_invocation(sarif));
    FA_TRY(write_automation(sarif));
    FA_TRY(write_artifacts(sarif));
    FA_TRY(fa_json_put(&sarif->json, "columnKind", FA_STR("unicodeCodePoints")));
    FA_TRY(fa_json_put(&sarif->json, "language",
                        sarif->options->language == FA_LANGUAGE_ZH ? FA_STR("zh-CN")
                                                                   : FA_STR("en-US")));
    FA_TRY(fa_sarif_write_results(sarif));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    FA_TRY(fa_json_close(&sarif->json, ']'));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    FA_TRY(fa_buf_add_char(&sarif->json.text, '\n'));
    return fa_json_send(&sarif->json);
}

enum fa_status fa_report_sarif(const struct fa_shown_context *context,
                               const struct fa_report_options *options, struct fa_output *output)
{
    struct fa_sarif sarif = {.context = context,
                             .results = context->results,
                             .options = options,
                             .json = {.output = output}};
    enum fa_status status = write_run(&sarif);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(context->results->sink, "the report");
    fa_by_rule_release(&sarif.by_rule);
    fa_by_name_release(&sarif.waivers);
    free(sarif.class_rules);
    free(sarif.source_files);
    fa_buf_release(&sarif.json.text);
    fa_buf_release(&sarif.text);
    fa_buf_release(&sarif.path);
    fa_buf_release(&sarif.cell);
    return status;
}
