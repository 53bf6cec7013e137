/*
 * The fields of MT940, MT942 and MT950 (SWIFT Category 9): texts taken apart, nothing judged.
 *
 * All texts that come out point into what was given, or into a buffer that is named. Dates come
 * out as YYYY-MM-DD: the format itself says that years 80 to 99 are those of 1900, all others
 * those of 2000. Banks that count 30 days to a month write 29 and 30 February where there are
 * none; they come out as that February's last day. Any other day that is not in the calendar
 * comes out as it is, and whoever reads the record refuses it.
 */
#ifndef FA_INTAKE_MT940_H
#define FA_INTAKE_MT940_H

#include "base/str.h"

enum { FA_MT940_DATE_BYTES = 11 };

/* Where a field stops having the form that its tag demands. */
struct fa_mt940_misfit {
    size_t at;            /* bytes from the field's start */
    const char *expected; /* "an amount with a comma" */
};

/* :60F: :60M: :62F: :62M: :64: :65: - mark, date, currency, amount: "C200101EUR444,29". The
 * currency may be missing: some banks leave it out behind the opening balance. */
struct fa_mt940_balance {
    bool is_debit;
    char date[FA_MT940_DATE_BYTES];
    struct fa_str currency;
    struct fa_str amount; /* without a comma that nothing follows */
};
bool fa_mt940_balance_read(struct fa_str field, struct fa_mt940_balance *balance,
                           struct fa_mt940_misfit *misfit);

/* :61: - value date, entry date or four blanks or nothing, mark, funds code, amount, type, the
 * customer's reference, the bank's behind "//", further text on the next lines. */
struct fa_mt940_line {
    char value_date[FA_MT940_DATE_BYTES];
    char booked_date[FA_MT940_DATE_BYTES]; /* entry date in the year nearest to the value date;
                                              without one, the value date */
    struct fa_str mark;                    /* C, D, RC, RD, EC, ED, ERC, ERD */
    bool is_credit;                        /* money in: C and, a debit taken back, RD */
    bool is_reversal;
    struct fa_str funds_code, amount, type;
    struct fa_str customer_reference, bank_reference, supplement;
};
bool fa_mt940_line_read(struct fa_str field, struct fa_mt940_line *line,
                        struct fa_mt940_misfit *misfit);

/* :90D: :90C: - number of lines, currency, sum: "3PLN0,03". */
struct fa_mt940_sum {
    struct fa_str count, currency, amount;
};
bool fa_mt940_sum_read(struct fa_str field, struct fa_mt940_sum *sum,
                       struct fa_mt940_misfit *misfit);

/* :34F: - currency, perhaps a mark, the smallest amount that is listed: "EURD0,00". */
struct fa_mt940_floor {
    struct fa_str currency, amount;
    char mark; /* C, D; 0: both */
};
bool fa_mt940_floor_read(struct fa_str field, struct fa_mt940_floor *limit,
                         struct fa_mt940_misfit *misfit);

/* :13D: and :13: - day, minute, offset: "1701191815+0100" gives 2017-01-19T18:15+01:00. */
enum { FA_MT940_TIME_BYTES = 24 };
bool fa_mt940_time_read(struct fa_str field, char date[FA_MT940_DATE_BYTES],
                        char text[FA_MT940_TIME_BYTES], struct fa_mt940_misfit *misfit);

/* YYMMDD at TEXT; false unless it is six digits. */
bool fa_mt940_date_read(struct fa_str text, char date[FA_MT940_DATE_BYTES]);

/* What :86: (or :NS:) says of a line. Its own structures:
 *   - a business code of three digits, then subfields behind a mark and two digits:
 * "166?00..?20.."; lines are cut anywhere, so they are put together without anything between
 * them;
 *   - words between strokes: "/EREF/../NAME/..", put together likewise;
 *   - :NS: each line behind its two digits;
 *   - anything else is text, its lines kept. */
struct fa_mt940_details {
    struct fa_str business_code; /* GVC */
    struct fa_str posting_text;  /* ?00 */
    struct fa_str journal_no;    /* ?10 */
    struct fa_str text;          /* ?20 to ?29, ?60 to ?63; or all of it */
    struct fa_str bank;          /* ?30: of the other side */
    struct fa_str account;       /* ?31, ?38; /IBAN/ */
    struct fa_str name;          /* ?32, ?33; /NAME/ */
    struct fa_str end_to_end;    /* EREF+; /EREF/; none for NOTPROVIDED and NONREF */
};
/* SCRATCH is cleared and holds what had to be put together; false when its memory is out. */
bool fa_mt940_details_read(struct fa_str field, bool is_ns, struct fa_buf *scratch,
                           struct fa_mt940_details *details);

/* Whether the text begins with a business code and a subfield, as only that of a :86: does. */
bool fa_mt940_is_structured(struct fa_str field);

/* Whether LINE is the tag of a :61:, or of an opening or closing balance, that is damaged (one
 * of its colons is lost, blanks came in, a letter is small), and behind it what begins such a
 * field: a date and a mark, or a mark and a date. */
bool fa_mt940_is_damaged_tag(struct fa_str line);

#endif
