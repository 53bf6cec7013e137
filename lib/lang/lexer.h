/*
 * The lexer of the one grammar: data dictionary, stream head, manifest, profile, scheme,
 * rulesets.
 *
 *   word     [A-Za-z_] then [A-Za-z0-9_]; a '-' belongs to it when a letter or digit stands
 *            directly on both its sides. So OL16-CAP-NP-1 and cn-online-lending-2016 are words,
 *            and minus between two names needs a blank: "a - b".
 *   string   "..." on one line; \" \\ \n \xNN inside, no raw control characters
 *   number   200000.00, with '%' or one unit directly behind it:
 *            95% 7d 10bd 12mo 1y 24h 30m 5s 2w
 *   date     2016-08-24
 *   time     2017-01-01T09:00, optionally :30, .5 and an offset (Z, +08:00)
 *   mark     ( ) { } , : . .. | = != < <= > >= + - * /
 *   #        starts a comment that ends with the line
 *
 * A statement ends with its line (FA_TOKEN_LINE_END) unless a bracket is open, it ends with a
 * comma, or the next line that is not empty begins with 'and', 'or', '+' or '-'. Empty lines
 * give no tokens.
 *
 * A mistake in a character is reported at once; from then on there are only FA_TOKEN_END tokens
 * and every expect function returns its status without a further message. So parsers just go
 * on.
 *
 * Words, numbers and marks point into the text, which must outlive the tokens; strings with
 * escapes live in the arena.
 */
#ifndef FA_LANG_LEXER_H
#define FA_LANG_LEXER_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"

enum fa_token_kind {
    FA_TOKEN_END, /* of the text */
    FA_TOKEN_LINE_END,
    FA_TOKEN_WORD,
    FA_TOKEN_STRING,
    FA_TOKEN_NUMBER,
    FA_TOKEN_DATE,
    FA_TOKEN_TIME,
    FA_TOKEN_MARK,
};

enum fa_suffix {
    FA_SUFFIX_NONE,
    FA_SUFFIX_PERCENT,
    FA_SUFFIX_SECOND,
    FA_SUFFIX_MINUTE,
    FA_SUFFIX_HOUR,
    FA_SUFFIX_DAY,
    FA_SUFFIX_BDAY,
    FA_SUFFIX_WEEK,
    FA_SUFFIX_MONTH,
    FA_SUFFIX_YEAR,
};

const char *fa_suffix_name(enum fa_suffix unit); /* "bd"; "%"; "" */

struct fa_token {
    enum fa_token_kind kind;
    enum fa_suffix suffix; /* numbers */
    struct fa_str text;    /* string: its content; number: without its unit; else as written */
    size_t offset, end;    /* in the text */
    uint64_t line_no, column_no;
};

struct fa_lexer {
    struct fa_str text, source;
    struct fa_arena *arena;
    struct fa_sink *sink;
    enum fa_status status; /* of the first mistake in a character; FA_OK until then */
    struct fa_token token; /* the current one, not yet taken */
    size_t last_end;       /* end of the token taken last */
    size_t offset;         /* behind the current token */
    size_t line_start;     /* offset of the line that offset is in */
    uint64_t line_no;
    unsigned depth; /* open brackets */
    bool after_comma;
    bool is_strict; /* refuses texts that are not UTF-8 or have a NUL */
    const char *(*hint_for)(struct fa_str found); /* for what cannot stand there; NULL: no hints */
    bool is_private; /* messages show texts in quotes, and long numbers, by their shape */
};

/* Checks size and UTF-8 and reads the first token. SOURCE is the text's name for messages. A
 * byte order mark at the start is skipped. A failure is in lexer->status too. */
enum fa_status fa_lexer_init(struct fa_lexer *lexer, struct fa_str text, struct fa_str source,
                             struct fa_arena *arena, struct fa_sink *sink);
/* The same for files that name people, as waivers do: messages show what stands in quotes, long numbers
 * and comments by their shape. */
enum fa_status fa_lexer_init_private(struct fa_lexer *lexer, struct fa_str text,
                                     struct fa_str source, struct fa_arena *arena,
                                     struct fa_sink *sink);

/* From the current token on, escapes may not make a text that is not UTF-8 or has a NUL (code
 * LANG-UTF8): for texts that go into streams, reports and sheets. Heads and manifests have names
 * of files, which may be any bytes. */
enum fa_status fa_lex_be_strict(struct fa_lexer *lexer) FA_MUST_USE;

/* Takes the current token. */
struct fa_token fa_lex_take(struct fa_lexer *lexer);
/* Whether the current token is this word or mark. */
bool fa_lex_at(const struct fa_lexer *lexer, const char *spelling);
/* Whether the current and the next tokens are these, with a blank between each: "at day end".
 */
bool fa_lex_at_words(const struct fa_lexer *lexer, const char *words);
bool fa_lex_at_statement_end(const struct fa_lexer *lexer); /* of the line or the text */
bool fa_lex_accept(struct fa_lexer *lexer, const char *spelling);
bool fa_lex_accept_words(struct fa_lexer *lexer, const char *words);
/* Whether the current token stands directly behind the one taken last, without a blank. */
bool fa_lex_is_joined(const struct fa_lexer *lexer);

/* Each takes one token or reports "expected WHAT, found ..." (code LANG-EXPECTED). */
enum fa_status fa_lex_expect(struct fa_lexer *lexer, const char *spelling) FA_MUST_USE;
enum fa_status fa_lex_expect_kind(struct fa_lexer *lexer, enum fa_token_kind kind,
                                  const char *what, struct fa_token *token) FA_MUST_USE;
enum fa_status fa_lex_expect_word(struct fa_lexer *lexer, const char *what,
                                  struct fa_str *word) FA_MUST_USE;
enum fa_status fa_lex_expect_string(struct fa_lexer *lexer, const char *what,
                                    struct fa_str *text) FA_MUST_USE;
enum fa_status fa_lex_expect_statement_end(struct fa_lexer *lexer) FA_MUST_USE;
/* The text of all tokens that stand together without a blank: Asia/Shanghai, +08:00, flow.csv.
 */
enum fa_status fa_lex_expect_joined(struct fa_lexer *lexer, const char *what,
                                    struct fa_str *text) FA_MUST_USE;
/* A non-negative whole number that fits, without a unit. */
enum fa_status fa_lex_expect_count(struct fa_lexer *lexer, const char *what,
                                   uint64_t *count) FA_MUST_USE;
/* "| a | b |" from the current '|' to the end of the line; a cell is its bytes without blanks
 * around them and may be empty. Takes the end of the line as well. */
struct fa_cell {
    struct fa_str text;
    uint64_t column_no;
};
struct fa_cells {
    struct fa_cell *items; /* a vector (base/vec.h), the caller's */
    size_t count, capacity;
};
enum fa_status fa_lex_expect_cells(struct fa_lexer *lexer, struct fa_cells *cells) FA_MUST_USE;

/* "expected WHAT, found ..." at the current token. */
enum fa_status fa_lex_unexpected(struct fa_lexer *lexer, const char *what);
/* "unknown WHAT 'word'" at the current token, with the nearest of the names; returns its
 * status. */
enum fa_status fa_lex_unknown(struct fa_lexer *lexer, const char *what,
                              const char *const *names, size_t name_count);
/* Goes behind the end of the current statement: how a parser goes on after a mistake. */
void fa_lex_skip_statement(struct fa_lexer *lexer);

/* Where a token stands, with its line as excerpt. */
struct fa_place fa_lex_place(const struct fa_lexer *lexer, const struct fa_token *token);
struct fa_place fa_lex_here(const struct fa_lexer *lexer);

/* The text as a string token that reads back to the same bytes, quotes included. */
enum fa_status fa_lex_quote(struct fa_str text, struct fa_buf *buf) FA_MUST_USE;

#endif
