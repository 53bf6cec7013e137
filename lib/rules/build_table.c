/*
 * Tables that rulesets declare: into the list's own copy of the dictionary, and who knows them.
 */
#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "rules/compile_parts.h"

/* --- who knows them --- */

bool fa_is_known_ruleset(const struct fa_checker *checker, const struct fa_ruleset *ruleset)
{
    for (int i = 0; i < checker->known.count; i++)
        if (checker->known.items[i] == ruleset)
            return true;
    return false;
}

static const struct fa_own_table *find_own(const struct fa_checker *checker,
                                           const struct fa_table_def *def)
{
    return def ? fa_own_table(checker->list, def->index) : NULL;
}

static const struct fa_table_def *find_known(struct fa_checker *checker, struct fa_str name)
{
    if (!fa_view_prepare(checker, name))
        return NULL;
    const struct fa_table_def *def = fa_dictionary_find(checker->list->dictionary, name);
    if (fa_view_is_built_in(name))
        def = &checker->list->dictionary->tables[checker->account_day->table];
    const struct fa_own_table *own = find_own(checker, def);
    if (own && !fa_is_known_ruleset(checker, own->ruleset))
        return NULL;
    return own && own->is_view && !fa_view_note(checker, def->index) ? NULL : def;
}

static void note_used(struct fa_checker *checker, const struct fa_table_def *def)
{
    struct fa_ruleset_list *list = checker->list;
    if (find_own(checker, def))
        list->own_tables.items[def->index - list->core_table_count].is_used = true;
}

const struct fa_table_def *fa_find_table(struct fa_checker *checker, struct fa_str name)
{
    const struct fa_table_def *def = find_known(checker, name);
    note_used(checker, def);
    return def;
}

const char *fa_table_hint(const struct fa_checker *checker, struct fa_str name,
                          const char *otherwise, char hint[FA_NEAREST_HINT_BYTES])
{
    const struct fa_own_table *own =
        find_own(checker, fa_dictionary_find(checker->list->dictionary, name));
    if (!own || fa_is_known_ruleset(checker, own->ruleset))
        return otherwise;
    snprintf(hint, FA_NEAREST_HINT_BYTES, "it is a table of %.*s: add use %.*s to the head",
             (int)own->ruleset->id.size, own->ruleset->id.bytes, (int)own->ruleset->id.size,
             own->ruleset->id.bytes);
    return hint;
}

const char *fa_first_hint(const struct fa_checker *checker, const struct fa_ruleset *ruleset,
                          uint64_t line_no, char hint[FA_NEAREST_HINT_BYTES])
{
    struct fa_str file = ruleset->file;
    bool is_here = fa_str_equal(file, checker->lexer->source);
    snprintf(hint, FA_NEAREST_HINT_BYTES, "%.*s%s%llu has the first",
             is_here ? 0 : (int)file.size, file.bytes, is_here ? "line " : ":",
             (unsigned long long)line_no);
    return hint;
}

/* --- declaring --- */

/* The list's own copy, made when the first table is declared. */
static enum fa_status extend(struct fa_checker *checker)
{
    struct fa_ruleset_list *list = checker->list;
    if (list->extended)
        return FA_OK;
    struct fa_dictionary *copy = fa_arena_alloc(&list->arena, sizeof *copy);
    if (!copy ||
        fa_dictionary_copy(list->dictionary, FA_RULE_TABLES_MAX, &list->arena, copy) != FA_OK)
        return fa_check_no_memory(checker);
    list->core_table_count = copy->table_count;
    list->extended = copy;
    list->dictionary = copy;
    return FA_OK;
}

enum fa_status fa_own_table_add(struct fa_checker *checker, struct fa_table_block *block)
{
    static const char *const taken[] = {"settled", "effective", "leg", "account_day", "filer"};
    struct fa_str name = block->def.name;
    bool is_taken = fa_is_function_name(name);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        is_taken |= fa_str_is(name, taken[i]);
    const struct fa_table_def *there = fa_dictionary_find(checker->list->dictionary, name);
    const struct fa_own_table *own = find_own(checker, there);
    if (is_taken)
        return fa_check_error(checker, FA_CODE_RULE_TWICE, &block->name, "take another name",
                              "'%.*s' means something else already", (int)name.size,
                              name.bytes);
    char hint[FA_NEAREST_HINT_BYTES];
    if (there)
        return fa_check_error(checker, FA_CODE_RULE_TWICE, &block->name,
                              own ? fa_first_hint(checker, own->ruleset, own->line_no, hint)
                                  : "it is a table of flowaudit-ledger(5)",
                              "table '%.*s' is there already", (int)name.size, name.bytes);
    FA_TRY(extend(checker));
    /* first its entry here: who finds the table looks for it */
    struct fa_ruleset_list *list = checker->list;
    const struct fa_own_table added = {.ruleset = checker->ruleset,
                                       .line_no = (uint32_t)block->name.line_no};
    if (fa_vec_add(&list->own_tables, added) != FA_OK)
        return fa_check_no_memory(checker);
    enum fa_status status =
        fa_table_block_add(checker->lexer, block, list->extended, FA_RULE_TABLES_MAX);
    if (status != FA_OK)
        list->own_tables.count--;
    return status;
}

static enum fa_status check_block(struct fa_checker *checker,
                                  const struct fa_table_block *block)
{
    const struct fa_table_def *def = &block->def;
    int since = fa_table_find_column(def, FA_STR("since"));
    if (def->written_by != FA_BY_FILING)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &block->name,
                              "take out written by; a view is a table that rules make",
                              "table '%.*s' is for filings to bring", (int)def->name.size,
                              def->name.bytes);
    for (int i = def->hidden_from; i < def->column_count; i++)
        if (fa_table_find_column(def, def->columns[i].name) != i)
            return fa_check_error(checker, FA_CODE_RULE_TWICE, &block->name,
                                  "every row of a filing has a column of this name already",
                                  "table '%.*s' cannot have a column '%.*s'",
                                  (int)def->name.size, def->name.bytes,
                                  (int)def->columns[i].name.size, def->columns[i].name.bytes);
    if (def->key_count == 0)
        return fa_check_error(checker, FA_CODE_RULE_MISSING, &block->name,
                              "name the columns that are unique within a filer: key COLUMN",
                              "table '%.*s' lacks 'key'", (int)def->name.size, def->name.bytes);
    if (def->by != FA_NO_COLUMN && def->by != def->clock)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &block->name,
                              "name the same column behind clock and by",
                              "table '%.*s' is streamed in another order than its clock's",
                              (int)def->name.size, def->name.bytes);
    if (memchr(def->name.bytes, '-', def->name.size))
        return fa_check_error(checker, FA_CODE_RULE_VALUE, &block->name,
                              "write _: of a file's name, as refund_request-2024.csv, what "
                              "stands before the first - says the table",
                              "the name of a table has no '-'");
    if (since != FA_NO_COLUMN && def->columns[since].type != FA_TYPE_DATE)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &block->name,
                              "since says from which day a row describes its id",
                              "column 'since' of table '%.*s' is no date", (int)def->name.size,
                              def->name.bytes);
    return FA_OK;
}

/* Columns may refer to the core's tables and to those that are known here. */
static enum fa_status check_references(struct fa_checker *checker,
                                       const struct fa_table_block *block)
{
    FA_TRY(fa_table_block_resolve(checker->lexer, block, checker->list->dictionary));
    for (int i = 0; i < block->references.count; i++) {
        const struct fa_token *token = &block->references.items[i].table;
        const struct fa_table_def *to = find_known(checker, token->text);
        char hint[FA_NEAREST_HINT_BYTES];
        if (to && !fa_str_equal(to->name, block->def.name))
            note_used(checker, to); /* its own id is no use of it */
        if (!to || to->id_column == FA_NO_COLUMN)
            return fa_check_error(checker, FA_CODE_RULE_NAME, token,
                                  fa_table_hint(checker, token->text,
                                                "an id is declared by the first column of the "
                                                "key, of type id",
                                                hint),
                                  "table '%.*s' has no ids to refer to", (int)token->text.size,
                                  token->text.bytes);
    }
    return FA_OK;
}

enum fa_status fa_tables_make(struct fa_checker *checker)
{
    enum fa_status total = FA_OK;
    int count = checker->syntax->tables.count;
    for (int i = 0; i < count; i++) {
        struct fa_table_block *block = &checker->syntax->tables.items[i];
        enum fa_status status = check_block(checker, block);
        if (status == FA_OK)
            status = fa_own_table_add(checker, block);
        total = status == FA_OK ? total : status;
        if (total != FA_OK && total != FA_ERULES)
            return total;
    }
    for (int i = 0; total == FA_OK && i < count; i++) {
        const struct fa_table_block *block = &checker->syntax->tables.items[i];
        enum fa_status status = check_references(checker, block);
        total = status == FA_OK ? total : status;
    }
    return total;
}

enum fa_status fa_ruleset_list_filing(const struct fa_ruleset_list *list, struct fa_arena *arena,
                                      struct fa_dictionary *dictionary)
{
    const struct fa_dictionary *from = list->dictionary;
    FA_TRY(fa_dictionary_copy(from, from->table_count, arena, dictionary));
    for (int t = 0; t < from->table_count; t++) {
        const struct fa_own_table *own = fa_own_table(list, t);
        if (own && own->is_view)
            dictionary->tables[t].written_by = FA_BY_FLAG;
    }
    return FA_OK;
}
