/*
 * The rulebook: rulesets in the order of their jurisdictions, with a table of contents.
 */
#include <string.h>

#include "rules/doc_parts.h"
#include "rules/words.h"

/* --- a provision --- */

static enum fa_status write_provision(struct fa_document *document,
                                      const struct fa_provision *provision)
{
    FA_TRY(fa_doc_heading(document, provision->id, provision->title_en));
    FA_TRY(fa_doc_line(document, provision->title_zh));
    WRITE("- **Article** ");
    FA_TRY(fa_doc_cite(document, &provision->cite));
    WRITE("\n");
    FA_TRY(fa_doc_sources(document, &provision->sources));
    WRITE("- **Severity** %s\n- **In force** ", fa_doc_severities[provision->severity]);
    FA_TRY(fa_doc_days(document, provision->from_day, provision->to_day));
    WRITE("\n");
    FA_TRY(fa_doc_note(document, provision->note_en, provision->note_zh));
    WRITE("- **No filing shows it**: ");
    TEXT(provision->why_en);
    if (provision->why_zh.size)
        WRITE("\n- **申报数据无法反映**：");
    TEXT(provision->why_zh);
    WRITE("\n");
    return FA_OK;
}

/* --- views and statistics --- */

static enum fa_status write_part(struct fa_document *document, const struct fa_view *view,
                                 int part)
{
    const struct fa_rule *rule = &view->parts[part];
    document->rule = rule;
    WRITE("- **%s** ", part ? "Also" : "Made of");
    FA_TRY(fa_doc_population(document, &rule->population));
    WRITE("\n");
    FA_TRY(fa_doc_views(document));
    FA_TRY(fa_doc_date(document));
    FA_TRY(fa_doc_exceptions(document, rule->except_rows, rule->except_row_count,
                             "Rows do not count"));
    if (part == 0)
        FA_TRY(fa_doc_keys(document));
    if (rule->term_count) {
        WRITE("- **`%.*s`** is ", STR(rule->state_name));
        FA_TRY(fa_doc_terms(document, rule->terms, rule->term_count));
        WRITE(", at the end of each period\n");
    }
    for (int c = 0; c < view->column_count; c++) {
        const struct fa_view_column *column = &view->columns[c];
        if (column->part != part || !column->expr)
            continue;
        WRITE("- **Shows** `%.*s`: ", STR(column->name));
        FA_TRY(fa_doc_words(document, column->expr));
        WRITE("\n");
    }
    return FA_OK;
}

static enum fa_status write_view(struct fa_document *document, const struct fa_view *view)
{
    FA_TRY(fa_doc_heading(document, view->name,
                          view->is_statistic ? view->title_en
                                             : FA_STR("rows made for the rules")));
    FA_TRY(fa_doc_line(document, view->title_zh));
    for (int part = 0; part < view->part_count; part++)
        FA_TRY(write_part(document, view, part));
    for (int c = 0; c < view->column_count; c++)
        if (view->columns[c].share_of >= 0)
            WRITE("- **Shows** `%.*s`: the part of `%.*s` in its sum over the period\n",
                  STR(view->columns[c].name),
                  STR(view->columns[view->columns[c].share_of].name));
    if (view->is_statistic)
        WRITE("- A sheet of the workbook%s\n", view->chart ? ", with a chart" : "");
    return FA_OK;
}

/* --- tables --- */

static enum fa_status write_tables(struct fa_document *document)
{
    const struct fa_ruleset_list *list = document->list;
    for (size_t t = 0; t < list->own_tables.count; t++) {
        const struct fa_own_table *own = &list->own_tables.items[t];
        const struct fa_table_def *table =
            &list->dictionary->tables[(size_t)list->core_table_count + t];
        if (own->ruleset != document->ruleset || own->is_view)
            continue;
        FA_TRY(
            fa_doc_heading(document, table->name, FA_STR("a table that a filing may bring")));
        WRITE("```\n");
        FA_TRY(fa_table_def_format(table, document->text));
        WRITE("```\n");
    }
    return FA_OK;
}

/* --- a ruleset --- */

static enum fa_status write_fact(struct fa_document *document, const char *name,
                                 struct fa_str value)
{
    if (value.size == 0)
        return FA_OK;
    WRITE("- **%s** ", name);
    TEXT(value);
    WRITE("\n");
    return FA_OK;
}

static enum fa_status write_ruleset(struct fa_document *document)
{
    const struct fa_ruleset *ruleset = document->ruleset;
    WRITE("<a id=\"%.*s\"></a>\n# ", STR(ruleset->id));
    FA_TRY(fa_doc_line(document, ruleset->title_en));
    FA_TRY(fa_doc_line(document, ruleset->title_zh));
    WRITE("- **Ruleset** `%.*s`\n", STR(ruleset->id));
    FA_TRY(write_fact(document, "Issued by", ruleset->issuer));
    FA_TRY(write_fact(document, "Document", ruleset->document));
    WRITE("- **In force** ");
    FA_TRY(fa_doc_days(document, ruleset->from_day, ruleset->to_day));
    WRITE("\n");
    if (ruleset->applies) {
        WRITE("- **Applies to** institutions where ");
        FA_TRY(fa_doc_words(document, ruleset->applies));
        WRITE("\n");
    }
    WRITE("- **Days** of %s", ruleset->zone.name);
    if (ruleset->calendar.size)
        WRITE(", working days of the calendar `%.*s`", STR(ruleset->calendar));
    WRITE("\n");
    if (ruleset->currency) {
        char currency[4] = "";
        fa_currency_format(ruleset->currency, currency);
        WRITE("- **Money** in %s\n", currency);
    }
    FA_TRY(write_fact(document, "Sources", ruleset->sources));
    for (int r = 0; r < ruleset->rule_count; r++) {
        document->rule = &ruleset->rules[r];
        FA_TRY(fa_doc_rule(document));
    }
    for (int p = 0; p < ruleset->provision_count; p++)
        FA_TRY(write_provision(document, &ruleset->provisions[p]));
    for (int v = 0; v < ruleset->view_count; v++)
        if (!ruleset->views[v]->is_built_in)
            FA_TRY(write_view(document, ruleset->views[v]));
    return write_tables(document);
}

/* --- the book --- */

static const struct jurisdiction {
    const char *prefix, *name;
} jurisdictions[] = {
    {"cn-", "China 中国"},          {"eu-", "European Union 欧盟"},
    {"uk-", "United Kingdom 英国"}, {"us-", "United States 美国"},
    {"", "Everywhere 通用与国际"},
};
enum { JURISDICTION_COUNT = sizeof jurisdictions / sizeof *jurisdictions };

static int jurisdiction_of(const struct fa_ruleset *ruleset)
{
    int i = 0;
    while (!fa_str_starts(ruleset->id, fa_str_from(jurisdictions[i].prefix)))
        i++;
    return i;
}

static enum fa_status write_link(struct fa_document *document, struct fa_str id,
                                 struct fa_str title_en, struct fa_str title_zh,
                                 const char *note)
{
    WRITE("  - [%.*s](#%.*s) ", STR(id), STR(id));
    TEXT(title_en);
    WRITE(title_zh.size ? " " : "");
    TEXT(title_zh);
    WRITE("%s\n", note);
    return FA_OK;
}

static enum fa_status write_contents_of(struct fa_document *document,
                                        const struct fa_ruleset *ruleset)
{
    static const char *const states[] = {"", " (switched off)", " (a model)"};
    WRITE("- [%.*s](#%.*s) ", STR(ruleset->id), STR(ruleset->id));
    TEXT(ruleset->title_en);
    WRITE(" ");
    TEXT(ruleset->title_zh);
    WRITE("\n");
    for (int r = 0; r < ruleset->rule_count; r++) {
        const struct fa_rule *rule = &ruleset->rules[r];
        FA_TRY(write_link(document, rule->id, rule->title_en, rule->title_zh,
                          rule->state     ? states[rule->state]
                          : rule->is_lead ? " (lead)"
                                          : ""));
    }
    for (int p = 0; p < ruleset->provision_count; p++)
        FA_TRY(write_link(document, ruleset->provisions[p].id, ruleset->provisions[p].title_en,
                          ruleset->provisions[p].title_zh, " (no filing shows it)"));
    for (int v = 0; v < ruleset->view_count; v++)
        if (ruleset->views[v]->is_statistic)
            FA_TRY(write_link(document, ruleset->views[v]->name, ruleset->views[v]->title_en,
                              ruleset->views[v]->title_zh, " (statistic)"));
    return FA_OK;
}

static enum fa_status write_counts(struct fa_document *document)
{
    const struct fa_ruleset_list *list = document->list;
    int rules = 0, leads = 0, off = 0, provisions = 0, statistics = 0, tests = 0;
    for (size_t i = 0; i < list->rulesets.count; i++) {
        const struct fa_ruleset *ruleset = list->rulesets.items[i];
        rules += ruleset->rule_count;
        provisions += ruleset->provision_count;
        for (int r = 0; r < ruleset->rule_count; r++) {
            leads += ruleset->rules[r].is_lead;
            off += ruleset->rules[r].state != FA_RULE_ON;
            tests += ruleset->rules[r].test_count;
        }
        for (int v = 0; v < ruleset->view_count; v++)
            statistics += ruleset->views[v]->is_statistic;
    }
    WRITE("%zu rulesets with %d rules (%d leads, %d switched off or models), %d provisions "
          "that no "
          "filing shows, %d statistics; %d tests stand here as examples.\n",
          list->rulesets.count, rules, leads, off, provisions, statistics, tests);
    return FA_OK;
}

static enum fa_status write_sets(struct fa_document *document)
{
    if (document->list->sets.count)
        WRITE("\n## What goes together\n\n");
    for (size_t i = 0; i < document->list->sets.count; i++) {
        const struct fa_ruleset_set *set = &document->list->sets.items[i];
        WRITE("- **`%.*s`** ", STR(set->id));
        TEXT(set->title_en);
        WRITE(" ");
        TEXT(set->title_zh);
        WRITE(":");
        for (int r = 0; r < set->ruleset_count; r++)
            WRITE("%s [%.*s](#%.*s)", r ? "," : "", STR(set->rulesets[r]->id),
                  STR(set->rulesets[r]->id));
        if (set->applies) {
            WRITE("; for institutions where ");
            FA_TRY(fa_doc_words(document, set->applies));
        }
        WRITE("\n");
    }
    return FA_OK;
}

static enum fa_status write_book(struct fa_document *document)
{
    const struct fa_ruleset_list *list = document->list;
    WRITE("# Rulebook 规则手册\n\n");
    FA_TRY(write_counts(document));
    FA_TRY(write_sets(document));
    for (int j = 0; j < JURISDICTION_COUNT; j++) {
        bool is_first = true;
        for (size_t i = 0; i < list->rulesets.count; i++) {
            if (jurisdiction_of(list->rulesets.items[i]) != j)
                continue;
            if (is_first)
                WRITE("\n## %s\n\n", jurisdictions[j].name);
            is_first = false;
            FA_TRY(write_contents_of(document, list->rulesets.items[i]));
        }
    }
    for (int j = 0; j < JURISDICTION_COUNT; j++)
        for (size_t i = 0; i < list->rulesets.count; i++) {
            document->ruleset = list->rulesets.items[i];
            document->rule = NULL;
            if (jurisdiction_of(document->ruleset) != j)
                continue;
            WRITE("\n");
            FA_TRY(write_ruleset(document));
        }
    return FA_OK;
}

enum fa_status fa_rulebook(const struct fa_ruleset_list *list, struct fa_buf *text)
{
    struct fa_document document = {.list = list, .text = text};
    if (list->rulesets.count != 1)
        return write_book(&document);
    document.ruleset = list->rulesets.items[0];
    return write_ruleset(&document);
}
