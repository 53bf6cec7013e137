/*
 * What parsers ask of the lexer: is this next, take it, and say what was expected instead.
 */
#include <string.h>

#include "base/nearest.h"
#include "lang/lexer.h"

bool fa_lex_at(const struct fa_lexer *lexer, const char *spelling)
{
    return (lexer->token.kind == FA_TOKEN_WORD || lexer->token.kind == FA_TOKEN_MARK) &&
           fa_str_is(lexer->token.text, spelling);
}

/* Takes the words from a copy that reports nothing. */
static bool take_words(struct fa_lexer *lexer, const char *words)
{
    lexer->sink = NULL;
    while (*words) {
        size_t size = strcspn(words, " ");
        const struct fa_token *token = &lexer->token;
        if ((token->kind != FA_TOKEN_WORD && token->kind != FA_TOKEN_MARK) ||
            !fa_str_equal(token->text, (struct fa_str){words, size}))
            return false;
        fa_lex_take(lexer);
        words += size + (words[size] == ' ');
    }
    return true;
}

bool fa_lex_at_words(const struct fa_lexer *lexer, const char *words)
{
    struct fa_lexer copy = *lexer;
    return take_words(&copy, words);
}

bool fa_lex_accept_words(struct fa_lexer *lexer, const char *words)
{
    if (!fa_lex_at_words(lexer, words))
        return false;
    for (; *words; words++)
        if (words[1] == ' ' || words[1] == '\0')
            fa_lex_take(lexer);
    return true;
}

bool fa_lex_at_statement_end(const struct fa_lexer *lexer)
{
    return lexer->token.kind == FA_TOKEN_LINE_END || lexer->token.kind == FA_TOKEN_END;
}

bool fa_lex_accept(struct fa_lexer *lexer, const char *spelling)
{
    if (!fa_lex_at(lexer, spelling))
        return false;
    fa_lex_take(lexer);
    return true;
}

bool fa_lex_is_joined(const struct fa_lexer *lexer)
{
    return !fa_lex_at_statement_end(lexer) && lexer->token.offset == lexer->last_end;
}

enum fa_status fa_lex_unexpected(struct fa_lexer *lexer, const char *what)
{
    if (lexer->status != FA_OK)
        return lexer->status;
    char quoted[FA_QUOTED_BYTES];
    const struct fa_token *token = &lexer->token;
    const struct fa_str written = {lexer->text.bytes + token->offset,
                                   token->end - token->offset};
    const char *found = token->kind == FA_TOKEN_END        ? "the end of the file"
                        : token->kind == FA_TOKEN_LINE_END ? "the end of the line"
                        : !lexer->is_private               ? fa_quoted(written, quoted)
                        : token->kind == FA_TOKEN_STRING
                            ? fa_quoted_shape(written, quoted)
                            : fa_quoted_careful(written, FA_WORD_DIGITS_MAX, quoted);
    struct fa_str sign = written; /* with one that it is written together with: == */
    if (token->offset > 0 && token->offset == lexer->last_end && strchr("=<", sign.bytes[-1]))
        sign = (struct fa_str){sign.bytes - 1, sign.size + 1};
    const char *hint = lexer->hint_for ? lexer->hint_for(sign) : NULL;
    return fa_error(lexer->sink, FA_CODE_LANG_EXPECTED, fa_lex_here(lexer), hint,
                    "expected %s, found %s", what, found);
}

enum fa_status fa_lex_unknown(struct fa_lexer *lexer, const char *what,
                              const char *const *names, size_t name_count)
{
    if (lexer->token.kind != FA_TOKEN_WORD) {
        char expected[64];
        snprintf(expected, sizeof expected, "a %s", what);
        return fa_lex_unexpected(lexer, expected);
    }
    struct fa_nearest nearest = {.wanted = lexer->token.text};
    for (size_t i = 0; i < name_count; i++)
        fa_nearest_add(&nearest, fa_str_from(names[i]));
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    const char *otherwise = lexer->hint_for ? lexer->hint_for(lexer->token.text) : NULL;
    return fa_error(lexer->sink, FA_CODE_LANG_UNKNOWN, fa_lex_here(lexer),
                    fa_nearest_hint(&nearest, otherwise, hint), "unknown %s %s", what,
                    fa_quoted(lexer->token.text, quoted));
}

enum fa_status fa_lex_expect(struct fa_lexer *lexer, const char *spelling)
{
    if (fa_lex_accept(lexer, spelling))
        return FA_OK;
    char expected[64];
    snprintf(expected, sizeof expected, "'%s'", spelling);
    return fa_lex_unexpected(lexer, expected);
}

enum fa_status fa_lex_expect_kind(struct fa_lexer *lexer, enum fa_token_kind kind,
                                  const char *what, struct fa_token *token)
{
    if (lexer->token.kind != kind)
        return fa_lex_unexpected(lexer, what);
    *token = fa_lex_take(lexer);
    return FA_OK;
}

enum fa_status fa_lex_expect_word(struct fa_lexer *lexer, const char *what, struct fa_str *word)
{
    struct fa_token token;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, what, &token));
    *word = token.text;
    return FA_OK;
}

enum fa_status fa_lex_expect_string(struct fa_lexer *lexer, const char *what,
                                    struct fa_str *text)
{
    struct fa_token token;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_STRING, what, &token));
    *text = token.text;
    return FA_OK;
}

enum fa_status fa_lex_expect_statement_end(struct fa_lexer *lexer)
{
    if (lexer->status != FA_OK)
        return lexer->status;
    if (!fa_lex_at_statement_end(lexer))
        return fa_lex_unexpected(lexer, "the end of the line");
    fa_lex_take(lexer);
    return FA_OK;
}

enum fa_status fa_lex_expect_joined(struct fa_lexer *lexer, const char *what,
                                    struct fa_str *text)
{
    if (lexer->status != FA_OK || fa_lex_at_statement_end(lexer))
        return fa_lex_unexpected(lexer, what);
    size_t start = lexer->token.offset;
    do
        fa_lex_take(lexer);
    while (fa_lex_is_joined(lexer));
    if (lexer->status != FA_OK)
        return lexer->status;
    *text = (struct fa_str){lexer->text.bytes + start, lexer->last_end - start};
    return FA_OK;
}

enum fa_status fa_lex_expect_count(struct fa_lexer *lexer, const char *what, uint64_t *count)
{
    if (lexer->token.kind != FA_TOKEN_NUMBER || lexer->token.suffix != FA_SUFFIX_NONE)
        return fa_lex_unexpected(lexer, what);
    uint64_t value = 0;
    for (size_t i = 0; i < lexer->token.text.size; i++) {
        char c = lexer->token.text.bytes[i];
        if (c < '0' || c > '9')
            return fa_lex_unexpected(lexer, what);
        if (__builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(c - '0'), &value))
            return fa_error(lexer->sink, FA_CODE_LANG_NUMBER, fa_lex_here(lexer), NULL,
                            "the number does not fit into 64 bits");
    }
    *count = value;
    fa_lex_take(lexer);
    return FA_OK;
}

void fa_lex_skip_statement(struct fa_lexer *lexer)
{
    while (!fa_lex_at_statement_end(lexer))
        fa_lex_take(lexer);
    fa_lex_take(lexer);
}
