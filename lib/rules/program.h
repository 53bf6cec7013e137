/*
 * The program: all expressions of all rules of a run as one graph of formulas in which equal
 * expressions are one node, bound to the tables and columns of one stream. What two rules have in
 * common is therefore evaluated once a slice.
 *
 * A formula belongs to the row of a table (steps, look-ups and parameters read at a judged date,
 * which is an argument of theirs), or to a level: the judged groups, instants or periods of one rule.
 */
#ifndef FA_RULES_PROGRAM_H
#define FA_RULES_PROGRAM_H

#include "ledger/held.h"
#include "rules/vector.h"

/* What the rule model has no operator for. */
enum fa_formula_op {
    FA_FORMULA_COLUMN = 1000, /* table, column: of the row */
    FA_FORMULA_LEG,           /* index: a column of a leg that flow lacks (enum fa_leg_column) */
    FA_FORMULA_STEP,   /* column of the row of TABLE that args[0] (an id) names on day args[1] */
    FA_FORMULA_FIND,   /* find: row number of a look-up, -1 none, -2 - row when it is not the only one */
    FA_FORMULA_LOOK,   /* table, column: in the row that args[0] found; index 1: `any` */
    FA_FORMULA_NUMBER, /* dense number of the text args[0], for keys */
    FA_FORMULA_CAPTURE,/* level: index: a column of the group's first row */
    FA_FORMULA_JUDGED, /* level: the judged instant or day */
    FA_FORMULA_PREV,   /* index: a column of rows before (prev.c), known before it is asked for */
};

/* Columns of the leg table behind those of flow. */
enum fa_leg_column { FA_LEG_ACCOUNT, FA_LEG_COUNTERPARTY, FA_LEG_DIRECTION, FA_LEG_SIGNED,
                     FA_LEG_INTERNAL };

struct fa_flat;   /* path.c */
struct fa_prev;   /* prev.c */
struct fa_find;   /* find.c */
struct fa_texts;  /* keymap.c: texts with dense numbers */

struct fa_formula {
    int number; /* index in the program */
    uint64_t hash;
    struct fa_formula *next_alike; /* of hashes that meet */
    int op;     /* enum fa_op or enum fa_formula_op */
    enum fa_kind kind;
    int arg_count;
    const struct fa_formula **args;
    struct fa_formula_detail {
        int table, column; /* of the head's dictionary; -1: the stream lacks it */
        int index;
        int scope; /* of a leaf of a level: the rule's number; else -1 */
        enum fa_rounding rounding;
        enum fa_period period;
        enum fa_unit unit;
        int32_t zone_minutes;
        const struct fa_param *param;
        struct fa_calendar *calendar;
        fa_i128 scale; /* PARAM, SCALE of money: minor units of the stream for one of the rule's */
    } detail;
    struct fa_value value;      /* CONST */
    const int64_t *enum_map;    /* the rules' number of each enum value of the stream; NULL: equal */
    struct fa_str cause;        /* what a missing value of it is blamed on */
    struct fa_find *find;       /* FIND */
    struct fa_flat *flat;       /* STEP, NUMBER: made when first used */
    struct fa_texts *texts;     /* NUMBER */
};

/* How a column of a table is used. */
enum { FA_USE_ROW = 1,   /* judging a row of the table, or a finding of it, reads it */
       FA_USE_JUMP = 2,  /* a path or look-up from another row reads it: the table must be held */
       FA_USE_GIVEN = 4  /* whether it is given at all matters */ };

/* Values of a view's column that no column of a stream could hold. */
struct fa_view_exact {
    const struct fa_ratio *wide; /* NULL: the column's own values */
    const uint8_t *missing;      /* 0 there, 1 missing, 2 at least this; NULL: the column's own */
};

struct fa_table_use {
    uint8_t *columns;      /* uses, one byte a column of the head's table */
    bool is_jumped_to;     /* some column has FA_USE_JUMP, or a look-up asks for rows */
    struct fa_str jumped_by; /* the first rule that does */
    const struct fa_held_table *held; /* once loaded; NULL: no such rows */
    const struct fa_held_table *space; /* names of its ids, which streamed tables have, too */
    const struct fa_view_exact *exact; /* of a view, by column */
};

struct fa_bound_table {
    int table;    /* in the head; -1: not in the stream */
    int *columns; /* -1: not in the stream */
};

struct fa_calendar_use {
    struct fa_str name;
    struct fa_calendar *calendar;
};

struct fa_program {
    const struct fa_dictionary *dictionary; /* the rules' */
    const struct fa_head *head;
    struct fa_sink *sink;
    struct fa_meter *meter;
    struct fa_arena arena;
    FA_VEC(struct fa_formula *) formulas;
    struct fa_formula **alike; /* by hash of what makes them, the first of each; a power of two of them */
    size_t alike_count;
    FA_VEC(struct fa_find *) finds;
    FA_VEC(struct fa_calendar_use) calendars;
    struct fa_bound_table *bound; /* a table of the rules' dictionary each */
    struct fa_table_use *uses;    /* a table of the head each */
    int64_t as_of_day;
    struct fa_str rule; /* that is being planned */
    struct fa_rates *rates; /* convert.c: made when first used */
};

/* What the names of an expression mean. */
struct fa_scope {
    struct fa_program *program;
    const struct fa_ruleset *ruleset;
    int table; /* of the row, in the rules' dictionary */
    bool is_leg;
    bool is_any_currency; /* rows in every currency are looked at */
    bool is_across_filers; /* whose row it is does not part keys */
    const struct fa_formula *judged; /* DATE or TIME */
    const struct fa_formula *day;    /* DATE */
    struct fa_prev *prev;            /* of a row: the rows before it; NULL: none is asked for */
    /* of a level */
    const struct fa_rule *rule; /* NULL: a row */
    int rule_no;
    const struct fa_scope *row;  /* of the rule's population */
    FA_VEC(const struct fa_formula *) captures; /* formulas of the row, by index of CAPTURE */
};

enum fa_status fa_program_init(struct fa_program *program, const struct fa_dictionary *dictionary,
                               const struct fa_head *head, int64_t as_of_day, struct fa_meter *meter,
                               struct fa_sink *sink) FA_MUST_USE;
void fa_program_release(struct fa_program *program);

/* The scope of a row judged by DATED_BY (NULL: by its clock). */
enum fa_status fa_scope_row(struct fa_program *program, const struct fa_ruleset *ruleset, int table,
                            bool is_leg, const struct fa_expr *dated_by, struct fa_scope *scope) FA_MUST_USE;
/* The scope of the judged units of a rule whose rows have scope ROW. */
enum fa_status fa_scope_level(const struct fa_scope *row, const struct fa_rule *rule, int rule_no,
                              struct fa_scope *scope) FA_MUST_USE;
void fa_scope_release(struct fa_scope *scope);
/* The calendar of the scope's ruleset; NULL: memory is out. */
struct fa_calendar *fa_scope_calendar(struct fa_scope *scope);

enum fa_status fa_compile(struct fa_scope *scope, const struct fa_expr *expr,
                          const struct fa_formula **formula) FA_MUST_USE;
/* A column of the scope's row, by its index in the head's table. */
enum fa_status fa_compile_column(struct fa_scope *scope, int column, const struct fa_formula **formula) FA_MUST_USE;
/* The one formula with this operator and these arguments. */
enum fa_status fa_formula_make(struct fa_program *program, int op, enum fa_kind kind,
                               const struct fa_formula_detail *detail, int arg_count,
                               const struct fa_formula *const *args, const struct fa_formula **formula) FA_MUST_USE;
enum fa_status fa_formula_const(struct fa_program *program, const struct fa_value *value,
                                const struct fa_formula **formula) FA_MUST_USE;
struct fa_formula_detail fa_no_detail(void);

/* The stream's table for one of the rules' dictionary, and its column; -1: there is none. */
int fa_program_table(const struct fa_program *program, int table);
int fa_program_column(const struct fa_program *program, int table, int column);
void fa_program_use(struct fa_program *program, int table, int column, uint8_t use);


/* --- evaluation --- */

/* The rows of a batch that are being judged, or judged units of a level. */
struct fa_slice {
    struct fa_program *program;
    struct fa_pool *pool;
    const struct fa_batch *batch;
    int table; /* of the head */
    uint32_t from, count; /* rows of the batch */
    const uint32_t *order; /* rows of the batch by position; NULL: from, from + 1, ... */
    const uint8_t *doubts; /* of the batch's rows, of a view: FA_DOUBT_EXCEPT; NULL: none */
    const uint32_t *numbers; /* of the batch's rows within their table; NULL: as they lie */
    struct fa_decoder *decoder; /* of the batch, whose columns are decoded when asked for; NULL: they are */
    enum fa_status status; /* why an evaluation gave NULL; FA_OK: memory was out */
};

struct fa_units {
    /* The values of a leaf (KEY, AGG, STATE, CAPTURE, JUDGED, PERIOD_DAY) for the frame's units. */
    const struct fa_vector *(*leaf)(struct fa_units *units, const struct fa_formula *formula,
                                    struct fa_pool *pool);
    /* Why AGG or STATE of unit I is missing or a bound. */
    struct fa_str (*cause)(struct fa_units *units, const struct fa_formula *formula, uint32_t i);
};

/* Some rows of a slice or level. Values are remembered, and taken from the frame that these rows
 * were picked from when it has them. */
struct fa_frame {
    struct fa_slice *slice;
    struct fa_units *units;
    struct fa_frame *parent;
    uint32_t count;
    const uint32_t *pick;     /* row of the parent; NULL: the same rows */
    const uint32_t *base_row; /* row of the batch; NULL: slice->from + i, or a level */
    const uint8_t *side;      /* of a leg: 0 payer's, 1 payee's; NULL: no leg */
    const uint8_t *doubt;     /* FA_DOUBT_ bits; NULL: none */
    const uint32_t *group;    /* group number by the rule's keys; NULL: not asked for */
    const struct fa_vector ***memo; /* fa_frame_remember */
};

enum { FA_DOUBT_MEMBER = 1, FA_DOUBT_EXCEPT = 2 };

/* NULL: memory is out, or slice->status says why. */
struct fa_frame *fa_frame_base(struct fa_slice *slice);
struct fa_frame *fa_frame_units(struct fa_slice *slice, struct fa_units *units, uint32_t count);
/* The rows of PARENT that PICK names, in its order. */
struct fa_frame *fa_frame_pick(struct fa_frame *parent, const uint32_t *pick, uint32_t count);
const struct fa_vector *fa_eval(struct fa_frame *frame, const struct fa_formula *formula);
/* What the formula of that NUMBER is in the frame's rows, for fa_eval: V, or NULL if that is NULL or memory
 * is out. */
const struct fa_vector *fa_frame_remember(struct fa_frame *frame, int number, const struct fa_vector *v);
/* Index of the row in the batch, and its number in its table. */
uint32_t fa_frame_index(const struct fa_frame *frame, uint32_t i);
uint64_t fa_frame_row(const struct fa_frame *frame, uint32_t i);
/* What makes FORMULA missing in row I; empty when it is not. */
struct fa_str fa_cause(struct fa_frame *frame, const struct fa_formula *formula, uint32_t i);

#endif
