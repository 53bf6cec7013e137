#include "rules/waiver.h"

#include <string.h>

#include "base/limits.h"
#include "lang/lexer.h"
#include "value/datetime.h"

struct reading {
    struct fa_lexer lexer;
    struct fa_waiver_list *list;
    struct fa_waiver waiver; /* that is being read */
    struct fa_str file;
    uint64_t seen[16]; /* by statement: the line where it stands; 0: not yet */
    enum fa_status status;
};

void fa_waiver_list_init(struct fa_waiver_list *list)
{
    *list = (struct fa_waiver_list){0};
    fa_arena_init(&list->arena);
}

void fa_waiver_list_release(struct fa_waiver_list *list)
{
    fa_vec_free(&list->waivers);
    fa_vec_free(&list->files);
    fa_arena_release(&list->arena);
}

static enum fa_status no_memory(struct reading *reading)
{
    return fa_out_of_memory(reading->lexer.sink, "waivers");
}

static enum fa_status wrong(struct reading *reading, const struct fa_token *token,
                            const char *hint, const char *what)
{
    return fa_error(reading->lexer.sink, FA_CODE_WAIVER_SYNTAX,
                    fa_lex_place(&reading->lexer, token), hint, "%s", what);
}

/* --- statements --- */

static enum fa_status read_rule(struct reading *reading)
{
    return fa_lex_expect_word(&reading->lexer, "the id of a rule", &reading->waiver.rule);
}

static enum fa_status add_key(struct reading *reading, struct fa_str name, struct fa_str value)
{
    const struct fa_waiver_key key = {name, value};
    return fa_list_add(reading->lexer.arena, &reading->waiver.keys, key) == FA_OK
               ? FA_OK
               : no_memory(reading);
}

/* "text", or a date or number as it stands */
static enum fa_status read_key_value(struct reading *reading, struct fa_str *value)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token token = lexer->token;
    bool is_value = token.kind == FA_TOKEN_STRING || token.kind == FA_TOKEN_DATE ||
                    token.kind == FA_TOKEN_TIME ||
                    (token.kind == FA_TOKEN_NUMBER && token.suffix == FA_SUFFIX_NONE);
    if (!is_value)
        return fa_lex_unexpected(lexer, "the value of the key, in quotes");
    fa_lex_take(lexer);
    *value = token.text;
    return value->size ? FA_OK
                       : wrong(reading, &token, "take the key out to waive whatever it is",
                               "the value of a key is empty");
}

/* borrower, or contract.borrower: a key has the name that its rule gives it, or else its path. */
static enum fa_status read_key_name(struct reading *reading, struct fa_token *name)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_token part;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD,
                              "a key of the rule, subject, fingerprint or any", name));
    while (fa_lex_at(lexer, ".") && fa_lex_is_joined(lexer)) {
        fa_lex_take(lexer);
        FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "the rest of the key's path", &part));
        name->text.size = part.end - name->offset;
    }
    return FA_OK;
}

/* borrower = "P-1", day = 2017-01-05 */
static enum fa_status read_named_keys(struct reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_waiver *waiver = &reading->waiver;
    waiver->scope = FA_WAIVES_KEYS;
    do {
        struct fa_token name;
        struct fa_str value;
        FA_TRY(read_key_name(reading, &name));
        FA_TRY(fa_lex_expect(lexer, "="));
        FA_TRY(read_key_value(reading, &value));
        for (int i = 0; i < waiver->keys.count; i++)
            if (fa_str_equal(waiver->keys.items[i].name, name.text))
                return wrong(reading, &name, "write another waiver for another value",
                             "the same key stands twice");
        if (waiver->keys.count == (int)FA_WAIVER_KEYS_MAX)
            return wrong(reading, &name, NULL, "more keys than a waiver may have");
        FA_TRY(add_key(reading, name.text, value));
    } while (fa_lex_accept(lexer, ","));
    return FA_OK;
}

/* keys any; keys subject "..."; keys fingerprint "..."; keys borrower = "P-1", ... */
static enum fa_status read_keys(struct reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    static const struct {
        const char *word;
        enum fa_waiver_scope scope;
    } wholes[] = {{"subject", FA_WAIVES_SUBJECT}, {"fingerprint", FA_WAIVES_FINGERPRINT}};
    const struct fa_token first = lexer->token;
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++) {
        struct fa_lexer ahead = *lexer;
        if (!fa_lex_accept(&ahead, wholes[i].word) || fa_lex_at(&ahead, "="))
            continue;
        struct fa_str value;
        *lexer = ahead;
        reading->waiver.scope = wholes[i].scope;
        FA_TRY(read_key_value(reading, &value));
        return add_key(reading, first.text, value);
    }
    struct fa_lexer ahead = *lexer;
    if (fa_lex_accept(&ahead, "any") && !fa_lex_at(&ahead, "=")) {
        *lexer = ahead;
        reading->waiver.scope = FA_WAIVES_ANY;
        return FA_OK;
    }
    return read_named_keys(reading);
}

static enum fa_status read_owner(struct reading *reading)
{
    return fa_lex_expect_string(&reading->lexer, "who answers for it, in quotes",
                                &reading->waiver.owner);
}

static enum fa_status read_approver(struct reading *reading)
{
    return fa_lex_expect_string(&reading->lexer, "who approved it, in quotes",
                                &reading->waiver.approver);
}

static enum fa_status read_reason(struct reading *reading)
{
    return fa_lex_expect_string(&reading->lexer, "the reason in quotes", &reading->waiver.reason);
}

static enum fa_status read_cite(struct reading *reading)
{
    return fa_lex_expect_string(&reading->lexer, "what the waiver rests on, in quotes",
                                &reading->waiver.cite);
}

static enum fa_status read_day(struct reading *reading, int64_t *day_no)
{
    struct fa_token token;
    FA_TRY(fa_lex_expect_kind(&reading->lexer, FA_TOKEN_DATE, "a date such as 2017-06-30", &token));
    return fa_date_parse(token.text, day_no) == FA_VALUE_OK
               ? FA_OK
               : wrong(reading, &token, NULL, "no day of the calendar");
}

static enum fa_status check_days(struct reading *reading, const struct fa_token *token)
{
    const struct fa_waiver *waiver = &reading->waiver;
    if (waiver->from_day == INT64_MIN || waiver->expires_day == INT64_MIN ||
        waiver->from_day <= waiver->expires_day)
        return FA_OK;
    return wrong(reading, token, "both days belong to it", "it would expire before it begins");
}

static enum fa_status read_from(struct reading *reading)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(read_day(reading, &reading->waiver.from_day));
    return check_days(reading, &token);
}

static enum fa_status read_expires(struct reading *reading)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(read_day(reading, &reading->waiver.expires_day));
    return check_days(reading, &token);
}

/* cap 50000.00 CNY each; cap 50000.00 CNY in all; cap none */
static enum fa_status read_cap(struct reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_waiver *waiver = &reading->waiver;
    struct fa_token amount = lexer->token, currency;
    const char *point;
    int64_t minor;
    if (fa_lex_accept(lexer, "none")) {
        waiver->has_cap = true;
        return FA_OK;
    }
    if (amount.kind != FA_TOKEN_NUMBER || amount.suffix != FA_SUFFIX_NONE)
        return fa_lex_unexpected(lexer, "an amount such as 50000.00 CNY, or none");
    fa_lex_take(lexer);
    point = memchr(amount.text.bytes, '.', amount.text.size);
    size_t decimals = point ? (size_t)(amount.text.bytes + amount.text.size - point - 1) : 0;
    if (decimals > (size_t)FA_MONEY_SCALE_MAX)
        return wrong(reading, &amount, NULL, "amounts have at most 12 decimals");
    if (fa_money_parse(amount.text, (int)decimals, false, &minor) != FA_VALUE_OK)
        return wrong(reading, &amount, NULL, "does not fit 64 bits of minor units");
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a currency such as CNY", &currency));
    if (!fa_currency_parse(currency.text, &waiver->cap_currency))
        return wrong(reading, &currency, NULL, "not a currency of ISO 4217");
    waiver->cap = fa_lex_accept_words(lexer, "in all") ? FA_CAP_IN_ALL : FA_CAP_EACH;
    if (waiver->cap == FA_CAP_EACH && !fa_lex_accept(lexer, "each"))
        return fa_lex_unexpected(lexer, "each or in all, what the cap holds for");
    waiver->cap_amount = amount.text;
    waiver->has_cap = true;
    return FA_OK;
}

/* --- the whole --- */

static const struct statement {
    const char *name;
    enum fa_status (*read)(struct reading *);
} statements[] = {
    {"rule", read_rule},         {"keys", read_keys},     {"owner", read_owner},
    {"approver", read_approver}, {"reason", read_reason}, {"cite", read_cite},
    {"from", read_from},         {"expires", read_expires}, {"cap", read_cap},
};

enum { STATEMENT_COUNT = sizeof statements / sizeof *statements };

static enum fa_status read_statement(struct reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    const char *names[STATEMENT_COUNT];
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        names[i] = statements[i].name;
        if (!fa_lex_at(lexer, names[i]))
            continue;
        const struct fa_token token = fa_lex_take(lexer);
        if (reading->seen[i])
            return wrong(reading, &token, NULL, "the statement stands twice in a waiver");
        reading->seen[i] = token.line_no;
        FA_TRY(statements[i].read(reading));
        return fa_lex_expect_statement_end(lexer);
    }
    return fa_lex_unknown(lexer, "statement of a waiver", names, STATEMENT_COUNT);
}

/* Statements to the end; a mistake is reported and the next statement read. */
static enum fa_status read_statements(struct reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    while (!fa_lex_at(lexer, "end")) {
        if (lexer->token.kind == FA_TOKEN_END)
            return fa_lex_unexpected(lexer, "a statement, or end");
        enum fa_status status = read_statement(reading);
        if (lexer->status != FA_OK)
            return lexer->status;
        if (status != FA_OK && status != FA_ERULES)
            return status;
        if (status == FA_OK)
            continue;
        reading->status = status;
        fa_lex_skip_statement(lexer);
    }
    fa_lex_take(lexer);
    return fa_lex_expect_statement_end(lexer);
}

static enum fa_status add_waiver(struct reading *reading, const struct fa_token *id)
{
    struct fa_waiver_list *list = reading->list;
    for (size_t i = 0; i < list->waivers.count; i++)
        if (fa_str_equal(list->waivers.items[i].id, id->text))
            return fa_error(reading->lexer.sink, FA_CODE_WAIVER_SYNTAX,
                            fa_lex_place(&reading->lexer, id), NULL,
                            "there is another waiver %.*s, in line %llu of %.*s",
                            (int)id->text.size, id->text.bytes,
                            (unsigned long long)list->waivers.items[i].place.line_no,
                            (int)list->waivers.items[i].file.size,
                            list->waivers.items[i].file.bytes);
    if (list->waivers.count == FA_WAIVERS_MAX)
        return fa_error(reading->lexer.sink, FA_CODE_LIMIT, fa_lex_place(&reading->lexer, id), NULL,
                        "there are more waivers than the %u that a run may have", FA_WAIVERS_MAX);
    return fa_vec_add(&list->waivers, reading->waiver) == FA_OK ? FA_OK : no_memory(reading);
}

static enum fa_status read_waiver(struct reading *reading)
{
    static const char *const first[] = {"waiver"};
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token begin = lexer->token;
    struct fa_token id;
    if (!fa_lex_accept(lexer, "waiver"))
        return fa_lex_unknown(lexer, "block of a file of waivers", first, 1);
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "the waiver's id", &id));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    memset(reading->seen, 0, sizeof reading->seen);
    reading->waiver = (struct fa_waiver){.id = id.text,
                                         .from_day = INT64_MIN,
                                         .expires_day = INT64_MIN,
                                         .file = reading->file,
                                         .place = fa_lex_place(lexer, &begin)};
    FA_TRY(read_statements(reading));
    enum fa_status status = add_waiver(reading, &id);
    if (status == FA_ERULES)
        reading->status = status;
    return status == FA_ERULES ? FA_OK : status;
}

static enum fa_status add_file(struct fa_waiver_list *list, struct fa_str text, struct fa_str name)
{
    struct fa_waiver_file file = {.name = name, .size_bytes = text.size};
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return FA_ELIMIT;
    fa_sha256_add(sha, text.bytes, text.size);
    fa_sha256_finish(sha, file.sha256);
    fa_sha256_free(sha);
    return fa_vec_add(&list->files, file);
}

enum fa_status fa_waivers_parse(struct fa_str text, struct fa_str path, struct fa_sink *sink,
                                struct fa_waiver_list *list)
{
    struct reading reading = {.list = list, .file = path};
    for (size_t i = 0; i < path.size; i++)
        if (path.bytes[i] == '/')
            reading.file = (struct fa_str){path.bytes + i + 1, path.size - i - 1};
    if (add_file(list, text, reading.file) != FA_OK)
        return fa_out_of_memory(sink, "waivers");
    FA_TRY(fa_lexer_init_private(&reading.lexer, text, path, &list->arena, sink));
    FA_TRY(fa_lex_be_strict(&reading.lexer));
    while (reading.lexer.token.kind != FA_TOKEN_END)
        FA_TRY(read_waiver(&reading));
    return reading.lexer.status != FA_OK ? reading.lexer.status : reading.status;
}
