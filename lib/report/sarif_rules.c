#include <stdlib.h>
#include <string.h>

#include "base/fields.h"
#include "report/sarif.h"

static struct fa_str text_of(const struct fa_loaded_table *table, uint64_t row, const char *column)
{
    return fa_result_text(table, row, fa_result_column(table, column));
}

/* "CashOfACustomer": what SARIF calls a name is one word (3.49.7). */
static enum fa_status put_name(struct fa_sarif *sarif, struct fa_str title)
{
    bool starts_word = true;
    fa_buf_clear(&sarif->cell);
    for (size_t i = 0; i < title.size; i++) {
        unsigned char c = (unsigned char)title.bytes[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_letter)
            FA_TRY(fa_buf_add_char(&sarif->cell,
                                   (char)(starts_word && c >= 'a' ? c - 'a' + 'A' : c)));
        starts_word = !is_letter && c != '\'';
    }
    return fa_json_put_optional(&sarif->json, "name", fa_buf_str(&sarif->cell));
}

/* The address of a source that was read as the text of the law: "host.tld/path (text)", and nothing else. */
static struct fa_str address_in(struct fa_str sources)
{
    static const char mark[] = " (text)";
    const struct fa_str none = {"", 0};
    size_t host = 0, end = 0;
    bool has_dot = false;
    while (host < sources.size && sources.bytes[host] != '/') {
        unsigned char c = (unsigned char)sources.bytes[host++];
        has_dot |= c == '.';
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
            return none;
    }
    for (end = host; end < sources.size && sources.bytes[end] > ' ' && sources.bytes[end] != ';' &&
                     sources.bytes[end] != ',' && sources.bytes[end] != 0x7F;)
        end++;
    struct fa_str behind = {sources.bytes + end, sources.size - end};
    bool is_address = has_dot && end > host + 1 && fa_str_starts(behind, fa_str_from(mark));
    return is_address ? (struct fa_str){sources.bytes, end} : none;
}

/* Markdown takes these for marks (CommonMark 2.4: a backslash takes that away). */
static enum fa_status add_markdown(struct fa_buf *out, struct fa_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] && strchr("\\`*_{}[]<>#|!&~", text.bytes[i]))
            FA_TRY(fa_buf_add_char(out, '\\'));
        FA_TRY(fa_buf_add_char(out, text.bytes[i]));
    }
    return FA_OK;
}

/* "Law: ...": a line of the help, in both of its forms; nothing where TEXT is empty. */
static enum fa_status add_help(struct fa_buf *plain, struct fa_buf *markdown, const char *label,
                               struct fa_str text)
{
    if (text.size == 0)
        return FA_OK;
    FA_TRY(fa_buf_add_text(plain, plain->size ? "\n" : ""));
    FA_TRY(fa_buf_add_text(plain, label));
    FA_TRY(fa_buf_add_text(plain, ": "));
    size_t from = plain->size;
    FA_TRY(fa_visible_add(plain, text));
    FA_TRY(fa_buf_addf(markdown, "%s**%s:** ", markdown->size ? "  \n" : "", label));
    return add_markdown(markdown, (struct fa_str){plain->bytes + from, plain->size - from});
}

static bool find_ruleset(const struct fa_results *results, struct fa_str name, uint64_t *row)
{
    const struct fa_loaded_table *rulesets = &results->tables[FA_RESULT_RULESET];
    for (*row = 0; *row < rulesets->row_count; ++*row)
        if (fa_str_equal(text_of(rulesets, *row, "ruleset"), name))
            return true;
    return false;
}

static enum fa_status make_help(struct fa_sarif *sarif, uint64_t row, struct fa_buf *plain,
                                struct fa_buf *markdown)
{
    const struct fa_loaded_table *rules = &sarif->results->tables[FA_RESULT_RULE];
    const struct fa_loaded_table *rulesets = &sarif->results->tables[FA_RESULT_RULESET];
    uint64_t of;
    fa_buf_clear(&sarif->text);
    if (find_ruleset(sarif->results, text_of(rules, row, "ruleset"), &of)) {
        FA_TRY(fa_shown_columns(sarif->context, FA_RESULT_RULESET, of, "title",
                                sarif->options->language, " / ", &sarif->text));
        FA_TRY(add_help(plain, markdown, "Law", fa_buf_str(&sarif->text)));
        FA_TRY(add_help(plain, markdown, "Issuer", text_of(rulesets, of, "issuer")));
        FA_TRY(add_help(plain, markdown, "Document", text_of(rulesets, of, "document")));
    }
    FA_TRY(add_help(plain, markdown, "Article", text_of(rules, row, "cite")));
    FA_TRY(add_help(plain, markdown, "Read in", text_of(rules, row, "source")));
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_buf_add_text(&sarif->text, "flowaudit rules explain "));
    FA_TRY(fa_buf_add_str(&sarif->text, text_of(rules, row, "rule")));
    return add_help(plain, markdown, "How it judges", fa_buf_str(&sarif->text));
}

static enum fa_status put_help(struct fa_sarif *sarif, uint64_t row)
{
    struct fa_buf plain = {0}, markdown = {0};
    enum fa_status status = make_help(sarif, row, &plain, &markdown);
    if (status == FA_OK)
        status = fa_json_open(&sarif->json, "help", '{');
    if (status == FA_OK)
        status = fa_json_put(&sarif->json, "text", fa_buf_str(&plain));
    if (status == FA_OK)
        status = fa_json_put(&sarif->json, "markdown", fa_buf_str(&markdown));
    if (status == FA_OK)
        status = fa_json_close(&sarif->json, '}');
    fa_buf_release(&plain);
    fa_buf_release(&markdown);
    return status;
}

static enum fa_status put_rule_properties(struct fa_sarif *sarif, uint64_t row)
{
    static const struct {
        const char *name, *column;
    } cells[] = {{"citation", "cite"},         {"confidence", "confidence"},
                 {"severity", "severity"},     {"kind", "kind"},
                 {"ruleset", "ruleset"},       {"state", "state"},
                 {"reason", "reason"},         {"population", "population"},
                 {"tested", "tested"},         {"fired", "fired"},
                 {"clear", "clear"},           {"unknown", "unknown"},
                 {"pending", "pending"},       {"notInForce", "not_in_force"},
                 {"findings", "finding_count"}};
    const struct fa_loaded_table *rules = &sarif->results->tables[FA_RESULT_RULE];
    FA_TRY(fa_json_open(&sarif->json, "properties", '{'));
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        FA_TRY(fa_sarif_put_cell(sarif, cells[i].name, FA_RESULT_RULE, row, cells[i].column));
    FA_TRY(fa_json_open(&sarif->json, "tags", '['));
    FA_TRY(fa_json_put(&sarif->json, NULL, text_of(rules, row, "ruleset")));
    FA_TRY(fa_json_close(&sarif->json, ']'));
    return fa_json_close(&sarif->json, '}');
}

static enum fa_status put_rule(struct fa_sarif *sarif, uint64_t row)
{
    enum { KIND_LEAD = 1, STATE_OFF = 3 };
    const struct fa_loaded_table *rules = &sarif->results->tables[FA_RESULT_RULE];
    bool is_lead = fa_result_number(rules, row, fa_result_column(rules, "kind")) == KIND_LEAD;
    bool is_off = fa_result_number(rules, row, fa_result_column(rules, "state")) == STATE_OFF;
    struct fa_str address = address_in(text_of(rules, row, "source"));
    FA_TRY(fa_json_break_line(&sarif->json));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    FA_TRY(fa_json_put(&sarif->json, "id", text_of(rules, row, "rule")));
    FA_TRY(put_name(sarif, text_of(rules, row, "title_en")));
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_shown_columns(sarif->context, FA_RESULT_RULE, row, "title", sarif->options->language,
                            " / ", &sarif->text));
    if (sarif->text.size == 0)
        FA_TRY(fa_visible_add(&sarif->text, text_of(rules, row, "rule")));
    FA_TRY(fa_sarif_put_message(sarif, "shortDescription", fa_buf_str(&sarif->text)));
    if (!fa_result_missing(rules, row, fa_result_column(rules, "cite"))) {
        FA_TRY(fa_buf_add_text(&sarif->text, " ("));
        FA_TRY(fa_visible_add(&sarif->text, text_of(rules, row, "cite")));
        FA_TRY(fa_buf_add_char(&sarif->text, ')'));
    }
    FA_TRY(fa_sarif_put_message(sarif, "fullDescription", fa_buf_str(&sarif->text)));
    if (address.size) {
        fa_buf_clear(&sarif->text);
        FA_TRY(fa_buf_add_text(&sarif->text, "https://"));
        FA_TRY(fa_uri_add_path(&sarif->text, address));
        FA_TRY(fa_json_put(&sarif->json, "helpUri", fa_buf_str(&sarif->text)));
    }
    FA_TRY(put_help(sarif, row));
    FA_TRY(fa_json_open(&sarif->json, "defaultConfiguration", '{'));
    if (is_off)
        FA_TRY(fa_json_put_bool(&sarif->json, "enabled", false));
    FA_TRY(fa_json_put(&sarif->json, "level",
                        is_lead ? FA_STR("note")
                                : fa_sarif_level(fa_result_number(
                                      rules, row, fa_result_column(rules, "severity")))));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    FA_TRY(put_rule_properties(sarif, row));
    return fa_json_close(&sarif->json, '}');
}

/* --- breaks: a rule for each class that occurs --- */

static enum fa_status number_classes(struct fa_sarif *sarif)
{
    const struct fa_loaded_table *breaks = &sarif->results->tables[FA_RESULT_BREAK];
    if (breaks->row_count == 0)
        return FA_OK;
    int class = fa_result_column(breaks, "class");
    const struct fa_column_def *def = &breaks->def->columns[class];
    uint64_t next = sarif->results->tables[FA_RESULT_RULE].row_count + 1;
    sarif->class_rules = calloc(def->value_count + 1, sizeof *sarif->class_rules);
    if (!sarif->class_rules)
        return FA_ELIMIT;
    for (uint64_t row = 0; row < breaks->row_count; row++)
        sarif->class_rules[fa_result_number(breaks, row, class)] = 1;
    for (uint32_t c = 0; c < def->value_count; c++)
        if (sarif->class_rules[c])
            sarif->class_rules[c] = next++;
    return FA_OK;
}

static enum fa_status put_class(struct fa_sarif *sarif, struct fa_str class)
{
    FA_TRY(fa_json_break_line(&sarif->json));
    FA_TRY(fa_json_open(&sarif->json, NULL, '{'));
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_buf_add_text(&sarif->text, "break-"));
    FA_TRY(fa_buf_add_str(&sarif->text, class));
    FA_TRY(fa_json_put(&sarif->json, "id", fa_buf_str(&sarif->text)));
    FA_TRY(put_name(sarif, fa_buf_str(&sarif->text)));
    fa_buf_clear(&sarif->text);
    FA_TRY(fa_buf_add_text(&sarif->text, "Ledger and bank differ: "));
    for (size_t i = 0; i < class.size; i++)
        FA_TRY(fa_buf_add_char(&sarif->text, class.bytes[i] == '_' ? ' ' : class.bytes[i]));
    FA_TRY(fa_sarif_put_message(sarif, "shortDescription", fa_buf_str(&sarif->text)));
    FA_TRY(fa_sarif_put_message(sarif, "help",
                                FA_STR("flowaudit-reconcile(1) tells what the classes mean.")));
    FA_TRY(fa_json_open(&sarif->json, "properties", '{'));
    FA_TRY(fa_json_open(&sarif->json, "tags", '['));
    FA_TRY(fa_json_put(&sarif->json, NULL, FA_STR("reconciliation")));
    FA_TRY(fa_json_close(&sarif->json, ']'));
    FA_TRY(fa_json_close(&sarif->json, '}'));
    return fa_json_close(&sarif->json, '}');
}

enum fa_status fa_sarif_write_rules(struct fa_sarif *sarif)
{
    const struct fa_loaded_table *breaks = &sarif->results->tables[FA_RESULT_BREAK];
    FA_TRY(number_classes(sarif));
    FA_TRY(fa_json_open(&sarif->json, "rules", '['));
    for (uint64_t row = 0; row < sarif->results->tables[FA_RESULT_RULE].row_count; row++)
        FA_TRY(put_rule(sarif, row));
    if (sarif->class_rules) {
        const struct fa_column_def *def =
            &breaks->def->columns[fa_result_column(breaks, "class")];
        for (uint32_t c = 0; c < def->value_count; c++)
            if (sarif->class_rules[c])
                FA_TRY(put_class(sarif, def->values[c]));
    }
    return fa_json_close(&sarif->json, ']');
}
