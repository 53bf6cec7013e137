/*
 * What every page of the rulebook is made of: headings, days, articles, formulas in words,
 * populations.
 */
#include "rules/doc_parts.h"
#include "rules/words.h"

static const char *const confidences[] = {"seen in the source",
                                          "known, the text itself was not read", "unsure"};

const char *const fa_doc_severities[] = {"critical", "high", "medium", "low", "info"};

enum fa_status fa_doc_heading(struct fa_document *document, struct fa_str id,
                              struct fa_str title)
{
    WRITE("\n<a id=\"%.*s\"></a>\n## %.*s: ", STR(id), STR(id));
    TEXT(title);
    return fa_buf_add_text(document->text, "\n\n");
}

enum fa_status fa_doc_day(struct fa_document *document, int64_t day_no)
{
    char text[FA_TIME_TEXT_BYTES];
    if (day_no == INT64_MIN || day_no == INT64_MAX)
        return FA_OK;
    return fa_buf_add(document->text, text, fa_date_format(day_no, text));
}

/* "from 2016-08-24 to 2020-12-31" */
enum fa_status fa_doc_days(struct fa_document *document, int64_t from_day, int64_t to_day)
{
    WRITE("from ");
    FA_TRY(fa_doc_day(document, from_day));
    if (to_day == INT64_MAX)
        return fa_buf_add_text(document->text, " on");
    WRITE(" to ");
    return fa_doc_day(document, to_day);
}

enum fa_status fa_doc_cite(struct fa_document *document, const struct fa_cite *cite)
{
    TEXT(cite->text);
    WRITE(" (%s)", confidences[cite->confidence]);
    return FA_OK;
}

const char *const fa_doc_readings[] = {"its text", "a restatement", "from memory"};

enum fa_status fa_doc_sources(struct fa_document *document, const struct fa_sources *sources)
{
    if (sources->list.count == 0 && document->ruleset->sources.size) {
        WRITE("- **Source** that of the ruleset: ");
        TEXT(document->ruleset->sources);
        WRITE("\n");
    }
    for (int i = 0; i < sources->list.count; i++) {
        WRITE("- **Source** ");
        TEXT(sources->list.items[i].where);
        WRITE(" (%s)\n", fa_doc_readings[sources->list.items[i].reading]);
    }
    return FA_OK;
}

enum fa_status fa_doc_note(struct fa_document *document, struct fa_str en, struct fa_str zh)
{
    if (en.size) {
        WRITE("- **To be kept in mind** ");
        TEXT(en);
        WRITE("\n");
    }
    if (zh.size) {
        WRITE("- **注意** ");
        TEXT(zh);
        WRITE("\n");
    }
    return FA_OK;
}

enum fa_status fa_doc_words(struct fa_document *document, const struct fa_expr *expr)
{
    if (expr->op == FA_OP_PATH && expr->kind == FA_KIND_BOOL) {
        FA_TRY(fa_expr_words(document->list, document->rule, expr, document->text));
        return fa_buf_add_text(document->text, " is true");
    }
    return fa_expr_words(document->list, document->rule, expr, document->text);
}

enum fa_status fa_doc_population(struct fa_document *document,
                                 const struct fa_population *population)
{
    static const char *const views[] = {"", "settled", "effective"};
    struct fa_str table = document->list->dictionary->tables[population->table].name;
    bool is_view = population->view == FA_VIEW_SETTLED || population->view == FA_VIEW_EFFECTIVE;
    WRITE("%s`%s%.*s`", population->is_leg ? "legs of " : "",
          is_view ? views[population->view] : "", is_view ? 0 : (int)table.size, table.bytes);
    if (!population->where)
        return FA_OK;
    WRITE(" where ");
    return fa_doc_words(document, population->where);
}
