#include "base/limits.h"
#include "match/scheme_read.h"

#include <string.h>

/* --- keys of groups --- */

static bool is_key_type(enum fa_type type)
{
    return type != FA_TYPE_MONEY && type != FA_TYPE_RATIO && type != FA_TYPE_TIME &&
           type != FA_TYPE_DURATION;
}

/* What a bank repeats: texts that are the same on both sides. */
static bool is_name_type(enum fa_type type)
{
    return type == FA_TYPE_KEY || type == FA_TYPE_TEXT || type == FA_TYPE_ID;
}

static const char *table_of(enum fa_side side)
{
    return side == FA_SIDE_LEDGER ? "flow" : "statement";
}

static enum fa_status read_key(struct fa_scheme_reading *reading, struct fa_scheme_group *group)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_token token = lexer->token;
    struct fa_scheme_key key = {.name = token.text, .place = fa_lex_here(lexer)};
    const struct fa_column_def *column;
    if (fa_lex_accept(lexer, "day")) {
        key.kind = FA_KEY_DAY;
    } else if (group->many == FA_SIDE_LEDGER && fa_lex_accept(lexer, "counterparty")) {
        key.kind = FA_KEY_COUNTERPARTY;
    } else {
        FA_TRY(fa_scheme_read_column(reading, table_of(group->many), true, &token, &column));
        if (!is_key_type(column->type))
            return fa_scheme_wrong(reading, &token, NULL, "amounts and instants are no keys");
    }
    for (int i = 0; i < group->key_count; i++)
        if (fa_str_equal(group->keys[i].name, token.text))
            return fa_scheme_twice(reading, &token, &group->keys[i].place);
    if (group->key_count == FA_SCHEME_KEYS_MAX)
        return fa_scheme_wrong(reading, &token, NULL, "more keys than a group may have");
    group->keys[group->key_count++] = key;
    return FA_OK;
}

/* = reference: the column of the other side that states the key */
static enum fa_status read_equals(struct fa_scheme_reading *reading,
                                  struct fa_scheme_group *group)
{
    struct fa_lexer *lexer = &reading->lexer;
    enum fa_side one = group->many == FA_SIDE_LEDGER ? FA_SIDE_BANK : FA_SIDE_LEDGER;
    struct fa_token token = lexer->token;
    const struct fa_column_def *column, *key_column = NULL;
    const struct fa_table_def *table =
        fa_dictionary_find(reading->dictionary, fa_str_from(table_of(group->many)));
    if (group->key_count > 1)
        return fa_scheme_wrong(reading, &token, NULL,
                               "a key that the other side states is one column");
    if (group->keys[0].kind == FA_KEY_COLUMN)
        key_column = &table->columns[fa_table_find_column(table, group->keys[0].name)];
    FA_TRY(fa_lex_expect(lexer, "="));
    FA_TRY(fa_scheme_read_column(reading, table_of(one), false, &token, &column));
    if (!key_column || !is_name_type(key_column->type) || !is_name_type(column->type))
        return fa_scheme_wrong(
            reading, &token, NULL,
            "a key that the other side states is an id, key or text of both");
    group->has_name = true;
    group->equals =
        (struct fa_scheme_key){.name = token.text, .place = fa_lex_place(lexer, &token)};
    return FA_OK;
}

static bool is_same_rule(const struct fa_scheme_group *a, const struct fa_scheme_group *b)
{
    bool is_same =
        a->many == b->many && a->key_count == b->key_count && a->has_name == b->has_name;
    for (int i = 0; is_same && i < a->key_count; i++)
        is_same = fa_str_equal(a->keys[i].name, b->keys[i].name);
    return is_same && (!a->has_name || fa_str_equal(a->equals.name, b->equals.name));
}

/* Named ones stand before the others, each kind in the order of the file. */
static enum fa_status add_group(struct fa_scheme_reading *reading,
                                const struct fa_scheme_group *group)
{
    struct fa_scheme_section *section = reading->section;
    for (int i = 0; i < section->groups.count; i++)
        if (is_same_rule(&section->groups.items[i], group))
            return fa_scheme_twice(reading, &reading->statement,
                                   &section->groups.items[i].keys[0].place);
    if (section->groups.count == FA_GROUP_RULES_MAX)
        return fa_scheme_wrong(reading, &reading->statement, NULL,
                               "more groups than accounts may have");
    if (fa_list_add(reading->lexer.arena, &section->groups, *group) != FA_OK)
        return fa_scheme_no_memory(reading);
    struct fa_scheme_group *items = section->groups.items;
    for (int i = section->groups.count - 1; i > 0 && group->has_name && !items[i - 1].has_name;
         i--) {
        items[i] = items[i - 1];
        items[i - 1] = *group;
    }
    return FA_OK;
}

static enum fa_status need_window(struct fa_scheme_reading *reading)
{
    return reading->section->has_window
               ? FA_OK
               : fa_scheme_lacks(
                     reading, "state a window above it",
                     "without a reference only a window tells which rows can belong "
                     "together");
}

/* flows by instruction_id = reference [net]; lines by day, counterparty [net] */
static enum fa_status read_group(struct fa_scheme_reading *reading, enum fa_side many)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_scheme_group group = {.many = many};
    FA_TRY(fa_lex_expect(lexer, "by"));
    do
        FA_TRY(read_key(reading, &group));
    while (fa_lex_accept(lexer, ","));
    if (fa_lex_at(lexer, "="))
        FA_TRY(read_equals(reading, &group));
    else
        FA_TRY(need_window(reading));
    group.is_net = fa_lex_accept(lexer, "net");
    return add_group(reading, &group);
}

/* --- all of it --- */

/* subset at most 6 */
static enum fa_status read_subset(struct fa_scheme_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    uint64_t count;
    FA_TRY(fa_lex_expect(lexer, "at"));
    FA_TRY(fa_lex_expect(lexer, "most"));
    struct fa_token token = lexer->token;
    FA_TRY(fa_lex_expect_count(lexer, "a number of rows", &count));
    if (count < 2 || count > FA_SCHEME_SUBSET_MAX)
        return fa_scheme_wrong(reading, &token, NULL, "from 2 to 16 rows may add up to one");
    if (reading->section->subset_parts_max > 0)
        return fa_scheme_wrong(reading, &reading->statement, NULL, "subset stands twice");
    FA_TRY(need_window(reading));
    reading->section->subset_parts_max = (int)count;
    return FA_OK;
}

static enum fa_status read_amount(struct fa_scheme_reading *reading)
{
    if (reading->section->matches_amounts)
        return fa_scheme_wrong(reading, &reading->statement, NULL, "amount stands twice");
    FA_TRY(need_window(reading));
    reading->section->matches_amounts = true;
    return FA_OK;
}

static enum fa_status read_details(struct fa_scheme_reading *reading)
{
    if (reading->section->matches_details)
        return fa_scheme_wrong(reading, &reading->statement, NULL, "details stands twice");
    reading->section->matches_details = true;
    return FA_OK;
}

/* reference: by it alone, whatever stands above the sections */
static enum fa_status read_alone(struct fa_scheme_reading *reading)
{
    if (!reading->is_first)
        return fa_scheme_wrong(reading, &reading->statement, NULL,
                               "match reference is the only one of its accounts");
    reading->is_alone = true;
    return FA_OK;
}

static enum fa_status read_flows(struct fa_scheme_reading *reading)
{
    return read_group(reading, FA_SIDE_LEDGER);
}

static enum fa_status read_lines(struct fa_scheme_reading *reading)
{
    return read_group(reading, FA_SIDE_BANK);
}

enum fa_status fa_scheme_read_match(struct fa_scheme_reading *reading)
{
    static const struct {
        const char *name;
        enum fa_status (*read)(struct fa_scheme_reading *);
    } kinds[] = {{"amount", read_amount}, {"details", read_details}, {"flows", read_flows},
                 {"lines", read_lines},   {"subset", read_subset},   {"reference", read_alone}};
    enum { KIND_COUNT = sizeof kinds / sizeof *kinds };
    struct fa_scheme_section *section = reading->section;
    if (reading->is_first) {
        section->matches_amounts = section->matches_details = false;
        memset(&section->groups, 0, sizeof section->groups);
        section->subset_parts_max = 0;
        reading->is_alone = false;
    }
    if (reading->is_alone)
        return fa_scheme_wrong(reading, &reading->statement, NULL,
                               "match reference is the only one of its accounts");
    const char *names[KIND_COUNT];
    for (size_t i = 0; i < KIND_COUNT; i++) {
        names[i] = kinds[i].name;
        if (fa_lex_accept(&reading->lexer, names[i]))
            return kinds[i].read(reading);
    }
    return fa_lex_unknown(&reading->lexer, "way to match", names, KIND_COUNT);
}
