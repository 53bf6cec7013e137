/*
 * The typed rule model: what the checker makes of ruleset text and what both evaluators run. Every
 * name is resolved, every type checked, every `let` expanded; nothing here can fail for a reason that
 * lies in the rule's text.
 *
 * Meaning of each construct: flowaudit-rules(5). Everything lives in the arena of the list.
 */
#ifndef FA_RULES_RULE_H
#define FA_RULES_RULE_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/vec.h"
#include "ledger/dictionary.h"
#include "rules/name_map.h"
#include "value/datetime.h"

/* --- values and expressions --- */

enum fa_kind {
    FA_KIND_BOOL,
    FA_KIND_INT,
    FA_KIND_MONEY, /* minor units of the ruleset's currency */
    FA_KIND_RATIO, /* exact fraction */
    FA_KIND_DATE,
    FA_KIND_TIME,
    FA_KIND_DURATION,
    FA_KIND_ID,
    FA_KIND_TEXT, /* key and text */
    FA_KIND_ENUM,
    FA_KIND_SET,
    FA_KIND_CURRENCY,
};

/* The kind of the values of a column. */
enum fa_kind fa_kind_of(enum fa_type type);

/* A value of any kind. Numbers are numerator / denominator; the denominator is 1 but for ratios and
 * products with ratios, and always > 0. */
struct fa_value {
    enum fa_kind kind;
    bool is_missing; /* no value: unknown */
    bool is_none;    /* a parameter's `none`: no limit; a comparison with it is false */
    bool is_bound;   /* missing, and known to be at least the number: a cell of a view, a value shown */
    fa_i128 numerator;
    fa_i128 denominator;
    struct fa_str text; /* TEXT and SET */
};

enum fa_op {
    /* leaves */
    FA_OP_CONST,  /* value */
    FA_OP_PATH,   /* path: a column of the judged row, or one reached through references */
    FA_OP_PARAM,  /* param, args = its keys, at */
    FA_OP_LOOKUP, /* lookup, then path within the table looked up */
    FA_OP_HAS,    /* lookup: does such a row exist */
    FA_OP_KEY,    /* index: part of the rule's key (group conditions) */
    FA_OP_AGG,    /* index: aggregate of the rule (group conditions) */
    FA_OP_STATE,  /* index: running value or series of the rule */
    FA_OP_PERIOD_DAY, /* last day of the judged period, or the judged day */
    FA_OP_AS_OF,
    /* arithmetic: 2 arguments but for NEG and ABS; MIN and MAX 2 or more */
    FA_OP_ADD, FA_OP_SUB, FA_OP_MUL, FA_OP_DIV, FA_OP_NEG, FA_OP_ABS, FA_OP_MIN, FA_OP_MAX,
    FA_OP_ROUND, /* args[0] to a multiple of args[1], rounding */
    /* comparisons: of two values of one kind; text compares only EQ and NE */
    FA_OP_EQ, FA_OP_NE, FA_OP_LT, FA_OP_LE, FA_OP_GT, FA_OP_GE,
    FA_OP_IN,         /* args[0] equals one of args[1..] */
    FA_OP_SET_HAS,    /* set args[0] has element args[1] */
    FA_OP_STARTS, FA_OP_CONTAINS,
    /* args[0]; of a path behind them, for each reference on its way, that reference and the id of the
     * row that it leads to: unknown where it leads nowhere, since nobody says what would stand there */
    FA_OP_IS_MISSING,
    /* logic, three-valued */
    FA_OP_AND, FA_OP_OR, FA_OP_NOT,
    FA_OP_ELSE, /* args[0], or args[1] where it is missing */
    FA_OP_CASE, /* condition, value, condition, value, ..., else value */
    /* dates: FA_OP_DATE of a time is its day in the ruleset's zone */
    FA_OP_DATE, FA_OP_DAY, FA_OP_MONTH, FA_OP_QUARTER, FA_OP_YEAR, FA_OP_WEEKDAY, /* Monday = 1 */
    FA_OP_IS_BDAY, FA_OP_BDAYS, FA_OP_START_OF, FA_OP_END_OF, /* period */
    FA_OP_DATE_ADD, /* args[0] a date or time, args[1] INT count, unit */
    FA_OP_SIZE,     /* elements of a set */
    FA_OP_VALID_ID18, FA_OP_VALID_ID15, FA_OP_VALID_USCC, FA_OP_EARLY_USCC, FA_OP_VALID_LEI,
    FA_OP_VALID_LUHN, FA_OP_VALID_IBAN,
    FA_OP_PREV,  /* args[0], over a row: of the row before of the same key (prev_keys) */
    FA_OP_SCALE, /* progressive sum of args[0] over a scale parameter */
    FA_OP_CONVERT, /* args[0], money of the row, in the ruleset's currency; rounding */
    FA_OP_DUTY,  /* shown only: what is known of a duty when it was judged */
};

enum fa_unit { FA_UNIT_M, FA_UNIT_H, FA_UNIT_D, FA_UNIT_BD, FA_UNIT_MO, FA_UNIT_Y };

/* steps[0] is a column of the row's table (or of the looked-up table); each further step is a column
 * of the table the one before refers to, read in the row in force at the judged date. */
enum { FA_PATH_STEPS_MAX = 8 };
struct fa_path {
    int table; /* dictionary index of the table of steps[0]; FA_LEG_TABLE for rows of leg */
    int step_count;
    int steps[FA_PATH_STEPS_MAX];
    int tables[FA_PATH_STEPS_MAX]; /* dictionary index of the table each step's column belongs to */
};

struct fa_expr;

/* T(column = value, ...) [at X]. The row whose interval holds the date X, or the latest whose clock is
 * not after X where T has no interval. Two answers are unknown unless ANY. */
struct fa_lookup {
    int table;
    int cond_count;
    int *cond_columns;
    struct fa_expr **cond_values;
    struct fa_expr *at; /* DATE or TIME; NULL: the judged date */
    bool is_any;
};

struct fa_expr {
    enum fa_op op;
    enum fa_kind kind;
    const struct fa_column_def *values_of; /* ENUM: the column whose list the index is of */
    int refers_to;                         /* ID: table of the id space */
    struct fa_expr **args;
    int arg_count;
    union {
        struct fa_value value;
        struct fa_path path; /* PATH */
        struct {
            struct fa_lookup *lookup;
            struct fa_path path; /* LOOKUP: within the row found */
        } look;
        struct {
            struct fa_param *param;
            struct fa_expr *at; /* NULL: the judged date */
        } param;
        int index;
        enum fa_rounding rounding;
        enum fa_period period;
        enum fa_unit unit;
    };
    struct fa_str text; /* its source text, for messages, `values` and mutation */
    bool is_converted;  /* PATH: a conversion reads it */
    uint32_t line_no, column_no;
};

/* Whether EXPR is a choice that may answer with its argument ARG. */
bool fa_expr_chooses(const struct fa_expr *expr, int arg);
/* Whether a report masks what comes from NAME ("table.column"; empty: computed). */
bool fa_mask_column_hides(const struct fa_dictionary *dictionary, struct fa_str name);

/* --- parameters --- */

enum fa_confidence { FA_SEEN, FA_KNOWN, FA_UNSURE };

struct fa_cite {
    struct fa_str text; /* "Art. 17(1)" */
    enum fa_confidence confidence;
};

/* Where the text was read, and what was read there. */
enum fa_reading { FA_READ_TEXT, FA_READ_RESTATEMENT, FA_READ_MEMORY };

struct fa_source {
    struct fa_str where;
    enum fa_reading reading;
};

struct fa_sources {
    FA_LIST(struct fa_source) list;
};

struct fa_node; /* lang/expr.h */

struct fa_param_row {
    struct fa_value *keys; /* param->key_count, none for a plain parameter */
    struct fa_value value;
};

/* A scale's parts: RATE applies up to UP_TO (missing: without end). */
struct fa_scale_part {
    struct fa_value rate, up_to;
};

struct fa_param_period {
    int64_t from_day, to_day; /* inclusive; INT64_MIN, INT64_MAX open */
    struct fa_param_row *rows;
    int row_count;
    struct fa_scale_part *parts;
    int part_count;
};

struct fa_ruleset;

struct fa_param {
    struct fa_str name;
    const struct fa_ruleset *ruleset; /* that declares it */
    enum fa_kind kind;
    const struct fa_column_def *values_of;
    int key_count;
    enum fa_kind *key_kinds;
    const struct fa_column_def **key_columns; /* ENUM keys: the column whose list the index is of */
    const struct fa_node **key_paths;         /* as written: the checker's */
    bool is_used;                             /* a rule reads it */
    bool is_broken;                           /* only while a file with mistakes is checked */
    bool is_required; /* and has no value unless --param gave one: rules that read it are not testable */
    bool is_scale;
    bool is_overridden; /* --param */
    struct fa_cite cite;
    struct fa_sources sources;
    struct fa_param_period *periods;
    int period_count;
    struct fa_str note;
    uint32_t line_no;
};

/* --- rules --- */

enum fa_view_kind { FA_VIEW_NONE, FA_VIEW_SETTLED, FA_VIEW_EFFECTIVE };

enum { FA_LEG_TABLE = -2 };

/* Rows that a rule looks at. TABLE is the base table in the dictionary. With IS_LEG each flow gives
 * two rows of the leg table (fa_leg_table), payer's first. */
struct fa_population {
    int table;
    enum fa_view_kind view; /* of flow */
    bool is_leg;
    const struct fa_table_def *row_table; /* the table itself, or the leg table */
    struct fa_expr *where;                /* BOOL over the row; NULL: all */
};

/* Of a dated series (a table with a clock and no interval): the column `holds_until`, a date, the last
 * day for which a row is known to hold. FA_NO_COLUMN: a row holds until the next. */
int fa_holds_until_column(const struct fa_table_def *table);

/* The table of `leg of V`: the columns of flow with their own numbers, hidden ones too, and behind them
 * account, counterparty (ids of account), direction (enum {credit, debit} as everywhere in the
 * dictionary; the payer's leg is the debit), signed (money, negative for a debit), internal (bool).
 * NULL: the dictionary lacks flow or account, or memory is out. */
const struct fa_table_def *fa_leg_table(const struct fa_dictionary *dictionary, struct fa_arena *arena);

enum fa_agg_op { FA_AGG_SUM, FA_AGG_COUNT, FA_AGG_DISTINCT, FA_AGG_MIN, FA_AGG_MAX, FA_AGG_FIRST,
                 FA_AGG_LAST, FA_AGG_MEAN, FA_AGG_TOP, FA_AGG_IRR };

struct fa_agg {
    enum fa_agg_op op;
    struct fa_expr *arg;  /* over the row; NULL for count() */
    struct fa_expr *cond; /* `if c`; NULL: every row */
    bool is_compound;     /* IRR: a year is twelve months at interest on interest, else twelve times one */
    struct fa_expr *top;  /* TOP: CONST INT, the sum of how many greatest values */
    enum fa_kind kind;    /* of the result */
    bool only_grows;      /* more rows can only raise it: known in part it is a lower bound */
    struct fa_str text;
};

struct fa_key_part {
    struct fa_str name; /* given name, else the path's text */
    struct fa_expr *expr;
};

/* One signed term of a running value. An opening term adds COLUMN of every row of TABLE whose key
 * (KEYS, over that table's row) is the group's. */
struct fa_running_term {
    bool is_negative;
    bool is_opening;
    struct fa_agg *agg; /* rows: a SUM or COUNT */
    int table;          /* opening: a held table */
    int column;
    struct fa_expr **keys;
    /* opening: BOOL over that table's row; NULL: every row counts. Those conjuncts of the population's
     * `where` all of whose paths go through the column by which the key reaches this table, said of
     * its row: with `where contract.borrower.kind = natural` and keys borrower.id_number it is
     * borrower.kind = natural. Without it the openings of others would be judged. */
    struct fa_expr *where;
};

enum fa_series_kind { FA_SERIES_SUM, FA_SERIES_RUNNING, FA_SERIES_LEVEL };

struct fa_series {
    struct fa_str name;
    enum fa_series_kind kind;
    struct fa_population population;
    struct fa_expr **keys;    /* rule->key_count, over this population's row */
    struct fa_expr *dated_by; /* DATE or TIME of the row */
    struct fa_agg *agg;       /* SUM or COUNT over the row */
    struct fa_running_term *terms; /* RUNNING: its opening terms */
    int term_count;
    bool is_carried;  /* LEVEL: the newest row may lie before the period */
    bool is_previous; /* at end of previous P */
    /* LEVEL: the days of the thing that the table's key names, of an account its first and last day
     * open; NULL: the key names none that has days. No row is asked for outside them. */
    struct fa_expr *opens, *closes;
    enum fa_kind kind_of_value;
};

/* Rows whose keys a rule judges beside those of its population: of each T, or with activity. */
struct fa_each {
    struct fa_population population;
    struct fa_expr *dated_by; /* DATE or TIME of the row */
    struct fa_expr **keys;    /* rule->key_count, over this population's row */
};

/* Way 11: how many intervals of the population there are at a time. The condition compares that
 * number (STATE 0) with the one the rule allows. */
struct fa_stretch {
    struct fa_expr *distinct; /* over the row: values are counted; NULL: rows are */
    struct fa_each *each;     /* whose keys are judged, while a row of theirs is in force; NULL: keys
                                 that have a row, at any time */
};

/* Way 12: each period of a key needs a row of the population. The condition asks of the number of
 * such rows (STATE 0: 0 or 1). */
struct fa_every {
    struct fa_each *activity; /* periods in which the key has such a row; NULL: all periods */
    struct fa_each *each;     /* keys with such a row in force on the period's last day; NULL: those
                                 of the activity, else those of the population */
    struct fa_expr *within;   /* the row may come so long after the period: a constant DURATION, or an
                                 INT of UNIT; NULL: it must be dated in the period */
    enum fa_unit unit;        /* D, BD, MO or Y */
};

/* A condition on the rows that answer a duty together: AGG of them compared with NEED, which is said
 * of what owes. */
struct fa_duty_part {
    struct fa_agg *agg; /* SUM of a column of money or whole numbers, or COUNT */
    enum fa_op op;      /* EQ, NE, LT, LE, GT, GE */
    struct fa_expr *need;
    int shown; /* index of NEED among rule->shown */
};

enum { FA_DUTY_SAME_MAX = 8, FA_DUTY_PARTS_MAX = 4 };

/* What a unit owes where the rule fires: rows of POPULATION that agree with it, in time. */
struct fa_duty {
    struct fa_population population;
    struct fa_expr *dated_by; /* of such a row; AS_OF where its table has no clock */
    bool has_clock;
    int same_count; /* column by column: THEIRS over the row, OURS over what owes */
    struct fa_expr *theirs[FA_DUTY_SAME_MAX], *ours[FA_DUTY_SAME_MAX];
    int same_shown[FA_DUTY_SAME_MAX]; /* index of OURS among rule->shown */
    bool is_ban, is_before, is_shared;
    struct fa_expr *within; /* INT constant, of UNIT; NULL: at any time */
    enum fa_unit unit;
    struct fa_duty_part parts[FA_DUTY_PARTS_MAX];
    int part_count; /* 0: one row is enough */
    bool has_moment;     /* groups of all days have none */
    enum fa_kind moment; /* DATE or TIME: from where it counts */
    /* Values that a finding shows, -1: none. due: the last day or instant; since: of `before within`
     * the first day; came: when it was given too late, or a ban broken; done: the first part's
     * aggregate of what came in time. */
    int due_shown, since_shown, came_shown, done_shown;
};

/* A length of time. Elapsed time (m, h) reaches from the instant itself, whole days of the zone (d, bd,
 * mo, y) from the day after the one that lies so far back. */
struct fa_length {
    bool is_elapsed;
    struct fa_expr *length; /* CONST: a duration, or how many of UNIT */
    enum fa_unit unit;
};

/* Way 3: the rows of the key that a length of time up to the judged instant takes in. */
struct fa_window {
    struct fa_length last;
};

/* Way 6: rows of the key that are FIRST, then rows that are THEN; judged at each of those. */
struct fa_sequence {
    struct fa_expr *first, *then; /* BOOL over the row; aggregates know them by name, as lets */
    struct fa_length within;
};

/* Way 8: no two rows have the same key, ever or within a length of time. */
struct fa_unique {
    bool has_span;
    struct fa_length within;
};

/* The ways to look at the data, numbered as in flowaudit-rules(5); 10 and 13 are clauses and views. */
enum fa_way {
    FA_WAY_ROW = 1,
    FA_WAY_GROUP = 2,
    FA_WAY_WINDOW = 3,
    FA_WAY_RUNNING = 4,
    FA_WAY_COMPARE = 5,
    FA_WAY_SEQUENCE = 6,
    FA_WAY_HOPS = 7,
    FA_WAY_UNIQUE = 8,
    FA_WAY_GAPLESS = 9,
    FA_WAY_STRETCH = 11,
    FA_WAY_EVERY = 12,
    FA_WAY_STOCK = 13, /* of views only: a running value at the end of each period */
};

/* Way 7: chains of flows, each paid by the account that the one before paid. */
struct fa_hops {
    bool is_cycle; /* the last pays the account that paid the first */
    struct fa_expr *hops_min, *hops_max; /* INT constants */
    struct fa_expr *within;    /* DURATION, or an INT constant of WITHIN_UNIT; reads no row */
    bool is_within_days;
    enum fa_unit within_unit;  /* D, MO or Y */
    struct fa_expr *tolerance; /* RATIO, reads no row; NULL: any amount follows */
    uint32_t budget;           /* rows that one search may look at */
    struct fa_expr *payee;     /* PATH: the account that a flow pays */
    const struct fa_expr *skip;  /* as it was written, of an account; the population's condition
                                    has it for both; NULL: none is skipped */
    struct fa_expr *where; /* of the population without that; NULL: all */
};

/* What a chain has beside aggregates of its rows: indexes of STATE. */
enum fa_hops_value { FA_HOPS_COUNT, FA_HOPS_ELAPSED, FA_HOPS_VALUE_COUNT };

/* Way 9: numbers that follow each other. */
struct fa_gapless {
    struct fa_expr *field; /* INT, or TEXT that ends in digits */
    int digits;            /* so many at the end of a text are the number, at most */
};

/* What a gap has: indexes of STATE. */
enum fa_gap_value { FA_GAP_MISSING, FA_GAP_FIRST, FA_GAP_LAST, FA_GAP_SERIES, FA_GAP_VALUE_COUNT };

/* Names that the judged units of a way have of themselves; the index is that of STATE. */
struct fa_unit_name {
    const char *name;
    enum fa_kind kind;
};
const struct fa_unit_name *fa_unit_names(enum fa_way way, int *count);

enum fa_level { FA_SEVERITY_CRITICAL, FA_SEVERITY_HIGH, FA_SEVERITY_MEDIUM, FA_SEVERITY_LOW,
                FA_SEVERITY_INFO };
enum fa_rule_state { FA_RULE_ON, FA_RULE_OFF, FA_RULE_MODEL };
enum fa_on_unknown { FA_UNKNOWN_STAYS, FA_UNKNOWN_FIRES, FA_UNKNOWN_CLEARS };

struct fa_exception {
    struct fa_expr *when; /* rows: over the row; findings: over the rule's level */
    struct fa_cite cite;
};

/* A value that a finding carries: a leaf of the condition, or a name that `say` uses. Over the row in
 * way 1, over the group's level elsewhere (there a PATH is read from the first row of the group). */
struct fa_shown {
    struct fa_str name;
    struct fa_expr *expr;
    struct fa_str mask_column; /* "table.column" it came from, or empty */
};

/* A column that a rule needs. EXCEPTION_ONLY: only an exception reads it. */
struct fa_need {
    int table, column;
    bool is_exception_only;
    bool is_shown_only; /* shown columns of a statistic read it: without it they have no values */
};

struct fa_rule_test;

/* A change that no test can notice, and why: text as `test --mutate` prints it. */
struct fa_unnoticed {
    struct fa_str change, why;
    uint64_t line_no, column_no;
    bool is_used; /* of the mutation: some change is this */
};

struct fa_view;

struct fa_rule {
    struct fa_str id;
    const struct fa_ruleset *ruleset;
    const struct fa_view *view; /* NULL, or the view whose part this is: then it has no condition, and
                                   SHOWN are columns */
    struct fa_str title_en, title_zh;
    struct fa_cite cite;
    struct fa_sources sources;
    enum fa_level severity;
    bool is_lead;
    enum fa_rule_state state;
    struct fa_str state_why;
    struct fa_str note_en, note_zh; /* where the law, or what is made of it, is open */
    int64_t from_day, to_day; /* in force, inclusive; the ruleset's unless it has its own */

    enum fa_way way;
    struct fa_population population; /* ways 1, 2, 4; for way 5 that of the first series */
    struct fa_expr *dated_by;        /* DATE or TIME over the row */
    struct fa_exception *except_rows;
    int except_row_count;

    struct fa_key_part *keys; /* per; in way 1: gather per */
    int key_count;
    bool is_any_currency; /* rows in every currency are judged */
    bool is_across_filers; /* one key for all filers; what is found is the filing's */
    bool has_period;
    enum fa_period period; /* each P */

    /* whose row before prev(x) means: keys, but in way 1 those of per; none: prev is not used */
    struct fa_key_part *prev_keys;
    int prev_key_count;

    struct fa_agg **aggs; /* ways 2, 3, 6, 8 */
    int agg_count;
    struct fa_str state_name; /* way 4: name of the running value */
    struct fa_running_term *terms;
    int term_count;
    bool is_at_day_end; /* way 4: judged after the last row of the day, else of the instant */
    enum fa_kind state_kind;
    struct fa_series *series; /* way 5 */
    int series_count;
    struct fa_stretch *stretch; /* way 11 */
    struct fa_every *every;     /* way 12 */
    struct fa_window *window;     /* way 3 */
    struct fa_sequence *sequence; /* way 6 */
    struct fa_unique *unique;     /* way 8 */

    struct fa_hops *hops;       /* way 7 */
    struct fa_gapless *gapless; /* way 9 */

    struct fa_expr *when; /* BOOL: over the row (1), or over aggregates, states, keys (2, 4, 5) */
    struct fa_duty *duty; /* must: what fires owes it; NULL: what fires is a finding */
    struct fa_exception *except_findings;
    int except_finding_count;
    enum fa_on_unknown on_unknown;
    struct fa_str on_unknown_why;

    struct fa_shown *shown;
    int shown_count;
    int worst_shown; /* index of the number whose extreme makes the worst instant, or -1 */
    bool worst_is_smallest;
    int amount_column; /* of row_table: money column that says what a finding is about, or -1 */

    struct fa_str say_en, say_zh; /* templates: {name}, {first.name}, {worst.name}, {from}, {to} */
    struct fa_str measure; /* "correct"; may be empty */
    struct fa_str disposal;
    struct fa_expr *disposal_within; /* INT constant of DISPOSAL_UNIT; NULL: no time is set */
    enum fa_unit disposal_unit;      /* D, BD, MO or Y */
    int disposal_due_shown;          /* index of the day by which it is due, or -1 */
    struct fa_cite disposal_cite;

    struct fa_view **views; /* that it reads, each behind those that it reads itself */
    bool **view_columns;    /* for each of them, which of its columns decide */
    int view_count;
    struct fa_need *needs;
    int need_count;
    struct fa_param **params; /* read outside exceptions: without a value of each it is not testable */
    int param_count;
    struct fa_unnoticed *unnoticed;
    int unnoticed_count;
    struct fa_rule_test *tests;
    int test_count;
    uint32_t line_no;
};

/* An article that no filing can show: it is listed with the law, and never judged. */
struct fa_provision {
    struct fa_str id;
    const struct fa_ruleset *ruleset;
    struct fa_str title_en, title_zh;
    struct fa_cite cite;
    struct fa_sources sources;
    enum fa_level severity;
    int64_t from_day, to_day; /* in force, as of a rule */
    struct fa_str note_en, note_zh; /* as of a rule */
    struct fa_str why_en, why_zh; /* why no filing shows it, and what would */
    uint32_t line_no;
};

/* --- views --- */

enum fa_chart { FA_CHART_NONE, FA_CHART_COLUMN, FA_CHART_LINE, FA_CHART_BAR };

/* A table that is made of the rows of others: `view NAME`, or `statistic NAME`, which the report
 * prints. Its columns are the parts of the key, the last day of the period, what each part shows,
 * and the hidden filer. A key and period that one part has rows of has a row. */
struct fa_view {
    struct fa_str name;
    const struct fa_ruleset *ruleset;
    bool is_statistic, is_built_in;
    struct fa_str title_en, title_zh;
    enum fa_chart chart;
    struct fa_str sheet_en, sheet_zh; /* of the sheet that it shares with others; empty: it has one alone */
    bool is_sheet_first;              /* that sheet stands behind the summary */
    int table; /* of the rules' dictionary */
    int depth; /* 1: it reads tables only */
    int part_count;
    struct fa_rule *parts; /* FA_WAY_GROUP or FA_WAY_STOCK; keys and period of all are alike */
    int key_count;
    bool has_period;
    enum fa_period period;
    struct fa_view_column {
        struct fa_str name;
        struct fa_str mask_column; /* "table.column" it came from, or empty */
        enum fa_kind kind;
        const struct fa_expr *expr; /* key or shown; NULL: the period's last day, or a share */
        int part, shown; /* of its value; -1: key part INDEX, the period, or a share */
        int share_of;    /* it is the part of that column in its sum over the period; -1: no share */
    } *columns;
    int column_count;
    uint32_t line_no;
};

struct fa_ruleset {
    struct fa_str id, file;
    struct fa_str title_en, title_zh, issuer, document, sources;
    int64_t from_day, to_day;
    struct fa_zone zone;
    struct fa_str calendar; /* name in the holiday table; may be empty */
    fa_currency currency;
    struct fa_expr *applies; /* BOOL over a row of institution; NULL: always */
    struct fa_param *params;
    int param_count;
    struct fa_rule *rules;
    int rule_count;
    struct fa_provision *provisions;
    int provision_count;
    bool is_for_use; /* others use it; its rules are not there */
    struct fa_view **views;
    int view_count;
    char hash[FA_SHA256_HEX_BYTES]; /* SHA-256 of its text */
    struct fa_str text;
};

/* A table that a ruleset declares. It stands behind the core ones in the list's dictionary, so paths,
 * look-ups, populations, tests and needs treat it as any other. Its name is taken in all rulesets of
 * the list; known is it in its own and in those that use it. */
struct fa_own_table {
    const struct fa_ruleset *ruleset;
    bool is_view; /* rules make its rows; no stream has it */
    bool is_used; /* a rule, view or other table names it */
    uint32_t line_no;
};

/* Rulesets that go together: what is asked of one kind of institution. */
struct fa_ruleset_set {
    struct fa_str id, title_en, title_zh;
    struct fa_str text;      /* of its file */
    struct fa_expr *applies; /* as of a ruleset */
    const struct fa_ruleset **rulesets;
    int ruleset_count;
};

struct fa_ruleset_draft; /* compile.c: a ruleset as it was parsed */

struct fa_token;
/* Where an id of a rule or provision stands first. */
struct fa_noted_id {
    const struct fa_token *id;
    const struct fa_ruleset *ruleset;
};

struct fa_ruleset_list {
    FA_VEC(struct fa_ruleset *) rulesets; /* in the order in which they were given */
    const struct fa_dictionary *dictionary; /* the core's until a ruleset declares a table */
    FA_VEC(struct fa_ruleset_set) sets;
    bool picks_sets; /* of the rulesets run only those of the sets that apply to the filer, if any does */
    struct fa_dictionary *extended;         /* the list's own copy; NULL: none is needed yet */
    int core_table_count;
    FA_VEC(struct fa_own_table) own_tables; /* by table number less core_table_count */
    FA_VEC(struct fa_ruleset_draft *) drafts;
    FA_VEC(struct fa_set_draft *) set_drafts;
    size_t checked_count, checked_set_count; /* of the drafts */
    FA_LIST(struct fa_noted_id) ids; /* of rules and provisions, each once */
    struct fa_name_map id_places;    /* in ids */
    size_t noted_count;              /* of the drafts: their ids are there */
    int mistake_count;    /* files that did not parse since */
    struct fa_arena arena;
};

/* What is known of the ruleset that declares TABLE; NULL: it is a core table. */
static inline const struct fa_own_table *fa_own_table(const struct fa_ruleset_list *list, int table)
{
    return table < list->core_table_count || list->own_tables.count == 0
               ? NULL
               : &list->own_tables.items[table - list->core_table_count];
}

#endif
