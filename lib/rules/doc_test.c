/*
 * A rule as it is written, and its tests as examples.
 */
#include <string.h>

#include "rules/build.h"
#include "rules/doc_parts.h"
#include "rules/syntax.h"

static bool begins_with_word(struct fa_str line, const char *const *words, size_t count)
{
    size_t at = 0;
    while (at < line.size && (line.bytes[at] == ' ' || line.bytes[at] == '\t'))
        at++;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(words[i]);
        bool is_word = line.size - at >= size && memcmp(line.bytes + at, words[i], size) == 0;
        if (is_word && (at + size == line.size || line.bytes[at + size] == ' '))
            return true;
    }
    return false;
}

static bool next_line(struct fa_str *rest, struct fa_str *line)
{
    if (rest->size == 0)
        return false;
    const char *stop = memchr(rest->bytes, '\n', rest->size);
    size_t size = stop ? (size_t)(stop - rest->bytes) : rest->size;
    *line = (struct fa_str){rest->bytes, size};
    size_t skip = stop ? size + 1 : size;
    rest->bytes += skip;
    rest->size -= skip;
    return true;
}

/* The statements between the rule's head and its texts: the formula that counts. */
enum fa_status fa_doc_source(struct fa_document *document)
{
    static const char *const head[] = {"title", "cite",  "source", "severity",
                                       "kind",  "state", "note",   "in"};
    static const char *const texts[] = {"say", "disposal", "unnoticed", "test", "end"};
    struct fa_str rest = document->ruleset->text, line;
    uint32_t line_no = 0;
    bool is_head = true;
    WRITE("\n```\n");
    while (next_line(&rest, &line)) {
        if (++line_no <= document->rule->line_no)
            continue;
        is_head = is_head && begins_with_word(line, head, sizeof head / sizeof *head);
        if (begins_with_word(line, texts, sizeof texts / sizeof *texts))
            break;
        if (!is_head)
            WRITE("%.*s\n", STR(line));
    }
    WRITE("```\n");
    return FA_OK;
}

static enum fa_status write_cell(struct fa_document *document, struct fa_str text)
{
    WRITE(" ");
    TEXT(text);
    return fa_buf_add_text(document->text, " |");
}

static enum fa_status write_table(struct fa_document *document,
                                  const struct fa_test_table *table)
{
    WRITE("\n| %.*s |", STR(table->name.text));
    for (int c = 0; c < table->head.cells.count; c++)
        FA_TRY(write_cell(document, table->head.cells.items[c].text));
    WRITE("\n|---|");
    for (int c = 0; c < table->head.cells.count; c++)
        WRITE("---|");
    WRITE("\n");
    for (int r = 0; r < table->rows.count; r++) {
        WRITE("|  |");
        for (int c = 0; c < table->rows.items[r].cells.count; c++)
            FA_TRY(write_cell(document, table->rows.items[r].cells.items[c].text));
        WRITE("\n");
    }
    return FA_OK;
}

/* The line that a token stands in, without blanks around it. */
static enum fa_status write_line(struct fa_document *document, const struct fa_token *token)
{
    struct fa_str text = document->ruleset->text;
    size_t from = token->offset, to = token->offset;
    while (from > 0 && text.bytes[from - 1] != '\n')
        from--;
    while (to < text.size && text.bytes[to] != '\n')
        to++;
    while (from < to && (text.bytes[from] == ' ' || text.bytes[from] == '\t'))
        from++;
    WRITE("- ");
    TEXT(((struct fa_str){text.bytes + from, to - from}));
    return fa_buf_add_text(document->text, "\n");
}

static enum fa_status write_cover(struct fa_document *document,
                                  const struct fa_test_cover *cover)
{
    bool is_of_table = cover->table.kind != FA_TOKEN_END;
    WRITE("\nCovered%s%.*s%s: ", is_of_table ? " of `" : "",
          is_of_table ? (int)cover->table.text.size : 0, cover->table.text.bytes,
          is_of_table ? "`" : "");
    FA_TRY(fa_doc_days(document, cover->from_day, cover->to_day));
    WRITE("\n");
    return FA_OK;
}

enum fa_status fa_doc_test(struct fa_document *document, const struct fa_rule_test *test)
{
    WRITE("\n**");
    TEXT(test->name);
    WRITE("**\n");
    if (test->has_as_of) {
        WRITE("\nAs of ");
        FA_TRY(fa_doc_day(document, test->as_of_day));
        WRITE("\n");
    }
    for (int i = 0; i < test->covers.count; i++)
        FA_TRY(write_cover(document, &test->covers.items[i]));
    for (int i = 0; i < test->lacks.count; i++) {
        const struct fa_test_lack *lack = &test->lacks.items[i];
        bool is_column = lack->column.kind != FA_TOKEN_END;
        WRITE("\nThe filing lacks `%.*s%s%.*s`\n", STR(lack->table.text), is_column ? "." : "",
              is_column ? (int)lack->column.text.size : 0, lack->column.text.bytes);
    }
    for (int i = 0; i < test->params.count; i++) {
        WRITE("\n`%.*s` = ", STR(test->params.items[i].name.text));
        TEXT(test->params.items[i].value);
        WRITE("\n");
    }
    for (int i = 0; i < test->tables.count; i++)
        FA_TRY(write_table(document, &test->tables.items[i]));
    WRITE("\n");
    if (test->expects_nothing)
        WRITE("- expect nothing\n");
    if (test->expects_not_testable)
        WRITE("- expect not testable\n");
    for (int i = 0; i < test->expectations.count; i++)
        FA_TRY(write_line(document, &test->expectations.items[i].token));
    for (int i = 0; i < test->counts.count; i++) /* several may share a line */
        if (i == 0 ||
            test->counts.items[i].token.line_no != test->counts.items[i - 1].token.line_no)
            FA_TRY(write_line(document, &test->counts.items[i].token));
    return FA_OK;
}
