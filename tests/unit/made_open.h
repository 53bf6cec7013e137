/*
 * Open rows for tests of the resolver, written down as text, one a line:
 *
 *     flow f1 A credit 100.00 2025-01-02T10:00 ref=O1 key0=B7 reverses=f0 twin=f9
 *     line l1 A credit  99.00 2025-01-03T09:00 ref=O1 reversal
 *     detail l1 1 60.00 ref=O1
 *
 * A and B are accounts 0 and 1 in CNY, U is account 0 in USD; amounts have two decimals, times are
 * UTC, a business day is the day of the time unless "bday=2025-01-06" says otherwise. keyN is the
 * row's key by the book's N-th group rule. A detail stands behind its line; amount "-": none.
 */
#ifndef TESTS_MADE_OPEN_H
#define TESTS_MADE_OPEN_H

#include "match/resolve.h"

enum { MADE_A, MADE_B, MADE_U, MADE_BOOKS };

struct made_open {
    struct fa_resolver resolver;
    struct fa_terms terms[MADE_BOOKS]; /* empty; a test fills them before it runs a stage */
    const struct fa_terms *term_list[MADE_BOOKS];
    struct fa_books books;
    struct fa_calendar *calendar; /* Monday to Friday of 2024 and 2025, without holidays */
    struct fa_arena arena;
    struct fa_sink *sink;
};

/* Rows are sorted. Any mistake ends the test. */
void made_open_init(struct made_open *made, const char *text, struct fa_sink *sink);
void made_open_release(struct made_open *made);

/* Each link as a line "reference_sum: f1 f2 = l1, fee 0.50, absorbed 0.01, interchangeable", in the order
 * in which they were made; details as "l1/1". Then each row that is still free as "open: f3" with
 * ", 2 choices" or ", beyond limit". */
void made_open_print(const struct made_open *made, struct fa_buf *text);

#endif
