#include "random_rule.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random_ledger.h"

enum { NAMES_MAX = 1000, DEPTH = 3, VIEWS_MAX = 3 };

enum level { ROW, GROUP };

/* A name that an expression may use where it stands. */
struct name {
    enum fa_kind kind;
    int refers_to;                         /* ID */
    const struct fa_column_def *values_of; /* ENUM */
    char text[64];
};

/* A view that was drawn: its columns. */
struct view {
    struct name columns[8];
    int column_count;
    bool has_clock;
    int depth;
};

struct making {
    uint64_t state;
    struct fa_buf *out;
    struct view views[VIEWS_MAX];
    int view_count;
    int depth; /* of the population's view; 0: a table */
    const struct fa_dictionary *dictionary;
    const struct fa_table_def *table; /* of the population's rows */
    bool is_leg;
    struct name names[NAMES_MAX]; /* of the row */
    int name_count;
    enum level level;
    struct name group_names[8]; /* keys, running values, series, the period */
    int group_name_count;
    bool has_aggregates; /* at this level: not in running values and series */
    bool has_time;       /* the rows are dated by an instant */
    bool has_prev;       /* the condition may ask for the key's row before */
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void put(struct making *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put(struct making *m, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    must(size >= 0 && (size_t)size < sizeof text);
    must(fa_buf_add(m->out, text, (size_t)size) == FA_OK);
}

static int below(struct making *m, int count)
{
    return (int)random_below(&m->state, count);
}

static bool one_in(struct making *m, int count)
{
    return below(m, count) == 0;
}

static const char *one_of(struct making *m, const char *const *texts, int count)
{
    return texts[below(m, count)];
}

#define ONE_OF(m, ...)                                                                         \
    one_of(m, (const char *const[]){__VA_ARGS__},                                              \
           (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)))

/* --- names --- */

static void add_name(struct making *m, const char *prefix, const struct fa_column_def *column)
{
    if (m->name_count == NAMES_MAX)
        return;
    struct name *name = &m->names[m->name_count++];
    *name = (struct name){.kind = fa_kind_of(column->type),
                          .refers_to = column->type == FA_TYPE_ID ? column->refers_to : -1,
                          .values_of = column};
    snprintf(name->text, sizeof name->text, "%s%.*s", prefix, (int)column->name.size,
             column->name.bytes);
}

/* The columns of a table, and of those that it refers to. */
static void add_table_names(struct making *m, const struct fa_table_def *table,
                            const char *prefix, int steps)
{
    for (int c = 0; c < table->column_count; c++) {
        const struct fa_column_def *column = &table->columns[c];
        if (column->is_hidden || column->type == FA_TYPE_CURRENCY)
            continue;
        add_name(m, prefix, column);
        if (column->type != FA_TYPE_ID || steps == 0 || one_in(m, 2))
            continue;
        char longer[64];
        int size = snprintf(longer, sizeof longer, "%s%.*s.", prefix, (int)column->name.size,
                            column->name.bytes);
        if (size > 0 && (size_t)size < sizeof longer - 24)
            add_table_names(m, &m->dictionary->tables[column->refers_to], longer, steps - 1);
    }
}

static void add_leg_names(struct making *m)
{
    const struct fa_table_def *account = fa_dictionary_find(m->dictionary, FA_STR("account"));
    const struct name own[] = {{.kind = FA_KIND_MONEY, .text = "signed"},
                               {.kind = FA_KIND_BOOL, .text = "internal"},
                               {.kind = FA_KIND_ID, .refers_to = account->index, .text = "account"},
                               {.kind = FA_KIND_ID, .refers_to = account->index, .text = "counterparty"}};
    for (size_t i = 0; i < sizeof own / sizeof *own && m->name_count < NAMES_MAX; i++)
        m->names[m->name_count++] = own[i];
    for (int i = 0; i < 2; i++) {
        char prefix[16];
        snprintf(prefix, sizeof prefix, "%s.", i ? "counterparty" : "account");
        add_table_names(m, account, prefix, 1);
    }
}

/* A name of KIND; NULL: there is none. */
static const struct name *pick_name(struct making *m, int kind)
{
    const struct name *found[NAMES_MAX];
    int count = 0;
    const struct name *names = m->level == ROW ? m->names : m->group_names;
    int name_count = m->level == ROW ? m->name_count : m->group_name_count;
    for (int i = 0; i < name_count; i++)
        if ((int)names[i].kind == kind)
            found[count++] = &names[i];
    return count ? found[below(m, count)] : NULL;
}

/* Writes a name of KIND; false: there is none. */
static bool put_name(struct making *m, enum fa_kind kind)
{
    const struct name *name = pick_name(m, kind);
    if (name)
        put(m, "%s", name->text);
    return name != NULL;
}

/* --- expressions --- */

static void put_bool(struct making *m, int depth);
static void put_money(struct making *m, int depth);
static void put_int(struct making *m, int depth);
static void put_date(struct making *m, int depth);

static const char *comparison(struct making *m)
{
    return ONE_OF(m, "=", "!=", "<", "<=", ">", ">=");
}

/* Aggregates speak of rows. */
static void put_row_condition(struct making *m, int depth)
{
    enum level level = m->level;
    bool has_aggregates = m->has_aggregates;
    m->level = ROW;
    m->has_aggregates = false;
    put_bool(m, depth);
    m->level = level;
    m->has_aggregates = has_aggregates;
}

/* NAME( row expression [if c] ); false: no column of that kind */
static bool put_aggregate(struct making *m, const char *function, enum fa_kind kind, int depth)
{
    m->level = ROW;
    const struct name *name = pick_name(m, kind);
    m->level = GROUP;
    if (!name)
        return false;
    put(m, "%s(%s", function, name->text);
    if (one_in(m, 3)) {
        put(m, " if ");
        put_row_condition(m, depth - 2);
    }
    put(m, ")");
    return true;
}

static void put_count(struct making *m, int depth)
{
    static const enum fa_kind kinds[] = {FA_KIND_ID,  FA_KIND_TEXT, FA_KIND_ENUM,
                                         FA_KIND_INT, FA_KIND_DATE, FA_KIND_MONEY};
    if (one_in(m, 3) && put_aggregate(m, "distinct", kinds[below(m, 6)], depth))
        return;
    if (one_in(m, 3)) {
        put(m, "count()");
        return;
    }
    put(m, "count(if ");
    put_row_condition(m, depth - 2);
    put(m, ")");
}

static void put_ratio(struct making *m, int depth)
{
    switch (depth > 0 ? below(m, 5) : 3) {
    case 0:
        put(m, "(");
        put_money(m, depth - 1);
        put(m, ") / (");
        put_money(m, depth - 1);
        put(m, ")");
        return;
    case 1:
        put(m, "(");
        put_int(m, depth - 1);
        put(m, ") / (");
        put_int(m, depth - 1);
        put(m, ")");
        return;
    case 2:
        if (m->level == ROW && put_name(m, FA_KIND_RATIO))
            return;
        /* fall through */
    case 3:
        put(m, "%s", ONE_OF(m, "50%", "12.5%", "100%", "0%", "33.3%"));
        return;
    default:
        put(m, "share");
    }
}

static void put_money_leaf(struct making *m, int depth)
{
    const struct name *money =
        m->level == ROW && m->has_prev ? pick_name(m, FA_KIND_MONEY) : NULL;
    if (money && one_in(m, 3)) {
        put(m, "prev(%s)", money->text);
        return;
    }
    if (m->has_aggregates && one_in(m, 6)) {
        m->level = ROW;
        money = pick_name(m, FA_KIND_MONEY);
        m->level = GROUP;
        if (money) {
            put(m, "top(%d, %s)", 1 + below(m, 3), money->text);
            return;
        }
    }
    if (m->has_aggregates && below(m, 3) &&
        put_aggregate(m, ONE_OF(m, "sum", "sum", "min", "max", "first", "last", "mean"),
                      FA_KIND_MONEY, depth))
        return;
    if (below(m, 3) && put_name(m, FA_KIND_MONEY))
        return;
    /* parameters: a bare number has no type of its own */
    put(m, "%s", ONE_OF(m, "mark", "zero", "cent", "cap"));
}

static void put_two_money(struct making *m, int depth, const char *between)
{
    put(m, "(");
    put_money(m, depth - 1);
    put(m, "%s", between);
    put_money(m, depth - 1);
    put(m, ")");
}

static void put_money(struct making *m, int depth)
{
    switch (depth > 0 ? below(m, 12) : 11) {
    case 0:
        put_two_money(m, depth, " + ");
        return;
    case 1:
        put_two_money(m, depth, " - ");
        return;
    case 2:
        put(m, "%d * ", 1 + below(m, 4));
        put_money_leaf(m, depth);
        return;
    case 3:
        put_money_leaf(m, depth);
        put(m, " * share");
        return;
    case 4:
        put(m, "%s", one_in(m, 2) ? "min" : "max");
        put_two_money(m, depth, ", ");
        return;
    case 5:
        put(m, "abs(");
        put_money(m, depth - 1);
        put(m, ")");
        return;
    case 6:
        put(m, "round(");
        put_money(m, depth - 1);
        put(m, " to %s, %s)", ONE_OF(m, "0.01", "1.00", "100.00"),
            ONE_OF(m, "half up", "half even", "down"));
        return;
    case 7:
        put_two_money(m, depth, " else ");
        return;
    case 8:
        put(m, "case(");
        put_bool(m, depth - 2);
        put(m, " then ");
        put_money(m, depth - 1);
        put(m, ", else ");
        put_money(m, depth - 1);
        put(m, ")");
        return;
    case 9:
        put(m, "scale(");
        put_money(m, depth - 1);
        put(m, ", parts)");
        return;
    default:
        put_money_leaf(m, depth);
    }
}

static void put_int(struct making *m, int depth)
{
    switch (depth > 0 ? below(m, 8) : 7) {
    case 0:
        put(m, "%s(", ONE_OF(m, "day", "month", "quarter", "year", "weekday"));
        put_date(m, depth - 1);
        put(m, ")");
        return;
    case 1:
        put(m, "bdays(");
        put_date(m, depth - 1);
        put(m, ", ");
        put_date(m, depth - 1);
        put(m, ")");
        return;
    case 2:
        put(m, "(");
        put_int(m, depth - 1);
        put(m, "%s", ONE_OF(m, " + ", " - ", " * "));
        put_int(m, depth - 1);
        put(m, ")");
        return;
    case 3:
    case 4:
        if (m->has_aggregates) {
            put_count(m, depth);
            return;
        }
        /* fall through */
    case 5:
        if (put_name(m, FA_KIND_INT))
            return;
        /* fall through */
    default:
        if (m->has_aggregates && one_in(m, 2))
            put_count(m, depth);
        else
            put(m, "%d", 1 + below(m, 6));
    }
}

static void put_date(struct making *m, int depth)
{
    switch (depth > 0 ? below(m, 6) : 5) {
    case 0:
        if (m->level == ROW && pick_name(m, FA_KIND_TIME)) {
            put(m, "date(");
            put_name(m, FA_KIND_TIME);
            put(m, ")");
            return;
        }
        /* fall through */
    case 1:
        put(m, "(");
        put_date(m, depth - 1);
        put(m, " + %d%s)", below(m, 40), ONE_OF(m, "d", "bd", "mo", "w", "y"));
        return;
    case 2:
        put(m, "%s(", ONE_OF(m, "start_of", "end_of"));
        put_date(m, depth - 1);
        put(m, ", %s)", ONE_OF(m, "month", "quarter", "year", "week"));
        return;
    case 3:
        put(m, "as_of");
        return;
    default:
        if (!put_name(m, FA_KIND_DATE))
            put(m, "%d-%02d-%02d", 2017 + 5 * below(m, 2), 1 + below(m, 12), 1 + below(m, 28));
    }
}

static void put_enum(struct making *m)
{
    const struct name *name = pick_name(m, FA_KIND_ENUM);
    if (!name || !name->values_of) {
        put(m, "true");
        return;
    }
    const struct fa_column_def *values = name->values_of;
    int count = (int)values->value_count;
    const struct fa_str a = values->values[below(m, count)],
                        b = values->values[below(m, count)];
    if (one_in(m, 2))
        put(m, "%s %s %.*s", name->text, one_in(m, 3) ? "!=" : "=", (int)a.size, a.bytes);
    else
        put(m, "%s %s {%.*s, %.*s}", name->text, one_in(m, 3) ? "not in" : "in", (int)a.size,
            a.bytes, (int)b.size, b.bytes);
}

static void put_text(struct making *m)
{
    const struct name *name = pick_name(m, FA_KIND_TEXT);
    if (!name)
        put(m, "false");
    else if (one_in(m, 3))
        put(m, "%s(%s)",
            ONE_OF(m, "valid_id18", "valid_uscc", "valid_luhn", "valid_iban", "valid_lei"),
            name->text);
    else
        put(m, "%s %s \"%s\"", name->text, ONE_OF(m, "=", "!=", "starts with", "contains"),
            ONE_OF(m, "a", "b", "flow-3", "cn", "sanctions", ""));
}

/* Two ids of one table, or one that is there or not. */
static void put_id(struct making *m)
{
    const struct name *a = pick_name(m, FA_KIND_ID), *b = pick_name(m, FA_KIND_ID);
    if (a && b && a->refers_to == b->refers_to)
        put(m, "%s %s %s", a->text, one_in(m, 2) ? "=" : "!=", b->text);
    else if (a)
        put(m, "%s is %s", a->text, one_in(m, 2) ? "missing" : "given");
    else
        put(m, "true");
}

static void put_lookup(struct making *m)
{
    const struct name *id = m->level == ROW ? pick_name(m, FA_KIND_ID) : NULL;
    if (!id) {
        put(m, "true");
        return;
    }
    struct fa_str table = m->dictionary->tables[id->refers_to].name;
    if (fa_str_is(table, "account"))
        put(m, "has freeze_order(account = %s, kind = %s)", id->text,
            ONE_OF(m, "freeze", "stop"));
    else if (fa_str_is(table, "party"))
        put(m, "has relation(party = %s, kind = %s)", id->text,
            ONE_OF(m, "controller", "staff"));
    else if (fa_str_is(table, "institution"))
        put(m, "any licence(institution = %s).kind = %s", id->text,
            ONE_OF(m, "payment", "bank"));
    else if (fa_str_is(table, "contract"))
        put(m, "has action(contract = %s)", id->text);
    else
        put(m, "%s is given", id->text);
}

static void put_compared(struct making *m, int depth)
{
    int choice = below(m, m->level == ROW ? 11 : 5);
    switch (choice) {
    case 0:
    case 1:
        put_money(m, depth);
        put(m, " %s ", comparison(m));
        put_money(m, depth - 1);
        return;
    case 2:
        put_int(m, depth);
        put(m, " %s ", comparison(m));
        put_int(m, depth - 1);
        return;
    case 3:
        put_date(m, depth - 1);
        put(m, " %s ", comparison(m));
        put_date(m, depth - 1);
        return;
    case 4:
        put_ratio(m, depth);
        put(m, " %s ", comparison(m));
        put_ratio(m, depth - 1);
        return;
    case 5:
    case 6:
        put_enum(m);
        return;
    case 7:
        put_text(m);
        return;
    case 8:
        put_id(m);
        return;
    case 9:
        put_lookup(m);
        return;
    default:
        if (!put_name(m, FA_KIND_BOOL))
            put(m, "true");
    }
}

static void put_bool(struct making *m, int depth)
{
    switch (depth > 0 ? below(m, 9) : 8) {
    case 0:
    case 1:
        put(m, "(");
        put_bool(m, depth - 1);
        put(m, "%s", one_in(m, 2) ? " and " : " or ");
        put_bool(m, depth - 1);
        put(m, ")");
        return;
    case 2:
        put(m, "not (");
        put_bool(m, depth - 1);
        put(m, ")");
        return;
    case 3:
        put_money(m, depth - 1);
        put(m, " between ");
        put_money(m, depth - 1);
        put(m, " and ");
        put_money(m, depth - 1);
        return;
    case 4: {
        int kind = below(m, FA_KIND_ENUM + 1);
        const struct name *name = m->level == ROW ? pick_name(m, kind) : NULL;
        if (name) {
            put(m, "%s is %s", name->text, one_in(m, 2) ? "missing" : "given");
            return;
        }
    } /* fall through */
    default:
        put_compared(m, depth);
    }
}

/* --- populations and keys --- */

static void take_population(struct making *m, const char *table, bool is_leg)
{
    m->table = fa_dictionary_find(m->dictionary, fa_str_from(table));
    m->is_leg = is_leg;
    m->depth = 0;
    m->name_count = 0;
    m->level = ROW;
    m->has_aggregates = false;
    m->has_time = m->table->clock != FA_NO_COLUMN &&
                  m->table->columns[m->table->clock].type == FA_TYPE_TIME;
    add_table_names(m, m->table, "", 2);
    if (is_leg)
        add_leg_names(m);
}

/* A view as a population: its columns, and what its ids refer to. */
static void take_view(struct making *m, const struct view *view)
{
    m->table = NULL;
    m->is_leg = false;
    m->depth = view->depth;
    m->name_count = 0;
    m->level = ROW;
    m->has_aggregates = m->has_time = false;
    for (int i = 0; i < view->column_count; i++) {
        const struct name *column = &view->columns[i];
        m->names[m->name_count++] = *column;
        if (column->kind != FA_KIND_ID)
            continue;
        char prefix[64];
        int size = snprintf(prefix, sizeof prefix, "%s.", column->text);
        must(size > 0 && (size_t)size < sizeof prefix);
        add_table_names(m, &m->dictionary->tables[column->refers_to], prefix, 1);
    }
}

static void put_where(struct making *m, const char *first)
{
    if (*first)
        put(m, " where %s", first);
    if (one_in(m, 2)) {
        put(m, "%s", *first ? " and " : " where ");
        put_bool(m, 2);
    }
}

static const char *const flow_views[] = {"settled", "effective"};
static const char *const other_tables[] = {
    "statement",    "balance", "action",        "prepaid_fee", "contract",
    "filed_report", "claim",   "repayment_due", "account",     "party"};

static void put_population(struct making *m, bool needs_clock)
{
    const char *table = other_tables[below(m, needs_clock ? 6 : 10)];
    if (m->view_count && one_in(m, 4)) {
        int drawn = below(m, m->view_count);
        if (m->views[drawn].has_clock || !needs_clock) {
            take_view(m, &m->views[drawn]);
            put(m, "view_%d", drawn);
            put_where(m, "");
            return;
        }
    }
    switch (below(m, 5)) {
    case 0:
        take_population(m, "flow", true);
        put(m, "leg of %s", one_of(m, flow_views, 2));
        put_where(m, "");
        return;
    case 1:
        take_population(m, table, false);
        put(m, "%s", table);
        put_where(m, "");
        return;
    case 2:
        take_population(m, "flow", false);
        put(m, "flow");
        put_where(m, ONE_OF(m, "status = settled", "status != failed"));
        return;
    default:
        take_population(m, "flow", false);
        put(m, "%s", one_of(m, flow_views, 2));
        put_where(m, "");
    }
}

/* Keys that groups share: ids first, for they meet most. */
static void put_keys(struct making *m, bool has_filer)
{
    static const enum fa_kind kinds[] = {FA_KIND_ID,   FA_KIND_ID,   FA_KIND_ID,  FA_KIND_ENUM,
                                         FA_KIND_TEXT, FA_KIND_DATE, FA_KIND_BOOL};
    int count = 1 + one_in(m, 3);
    bool has_put_filer = false;
    m->group_name_count = 0;
    for (int i = 0; i < count; i++) {
        const struct name *name = pick_name(m, kinds[below(m, 7)]);
        if (!name || (has_filer && one_in(m, 6))) {
            if (has_put_filer)
                break; /* one column of a view has that name */
            has_put_filer = true;
            put(m, "%sfiler", i ? ", " : "");
            continue;
        }
        struct name *key = &m->group_names[m->group_name_count++];
        *key = *name;
        snprintf(key->text, sizeof key->text, "k%d", i + 1);
        put(m, "%sk%d = %s", i ? ", " : "", i + 1, name->text);
    }
}

static const char *put_period(struct making *m)
{
    const char *period = ONE_OF(m, "day", "week", "month", "quarter", "year", "bday");
    put(m, " each %s", period);
    struct name *name = &m->group_names[m->group_name_count++];
    *name = (struct name){.kind = FA_KIND_DATE};
    snprintf(name->text, sizeof name->text, "%s", strcmp(period, "bday") == 0 ? "day" : period);
    if (strcmp(period, "bday") == 0)
        m->group_name_count--; /* it has no name of its own */
    return period;
}

static void put_exceptions(struct making *m, bool is_rows)
{
    if (!one_in(m, 4))
        return;
    put(m, "  except %s ", is_rows ? "rows when" : "when");
    put_bool(m, 1);
    put(m, " cite \"none\" known\n");
}

static void put_dated_by(struct making *m)
{
    const struct name *name = pick_name(m, one_in(m, 2) ? FA_KIND_DATE : FA_KIND_TIME);
    if (name && one_in(m, 5)) {
        put(m, "  dated by %s\n", name->text);
        m->has_time = name->kind == FA_KIND_TIME;
    }
}

/* --- ways --- */

static void put_when(struct making *m)
{
    put(m, "  when ");
    put_bool(m, DEPTH);
    put(m, "\n");
    put_exceptions(m, false);
    if (one_in(m, 6))
        put(m, "  on unknown %s because \"it may be\"\n", one_in(m, 2) ? "fire" : "clear");
}

static void put_on(struct making *m, bool needs_clock)
{
    put(m, "  on ");
    put_population(m, needs_clock);
    put(m, "\n");
    put_dated_by(m);
    put_exceptions(m, true);
}

static void put_row_way(struct making *m)
{
    bool has_key = one_in(m, 4);
    put_on(m, has_key);
    if (has_key) {
        put(m, "  per ");
        put_keys(m, true);
        put(m, "\n");
        m->has_prev = true;
        put(m, "  when prev(%s) is given or ", m->names[0].text);
        put_bool(m, 2);
        put(m, "\n");
        m->has_prev = false;
        return;
    }
    put_when(m);
    if (one_in(m, 3)) {
        put(m, "  gather per ");
        put_keys(m, false);
        if (one_in(m, 2))
            put_period(m);
        put(m, "\n");
    }
}

static void begin_group(struct making *m, bool has_aggregates)
{
    m->level = GROUP;
    m->has_aggregates = has_aggregates;
}

static void put_group_way(struct making *m)
{
    put_on(m, false);
    put(m, "  per ");
    put_keys(m, true);
    if (below(m, 3))
        put_period(m);
    put(m, "\n");
    begin_group(m, true);
    put(m, "  when count() >= %d and ", below(m, 3));
    put_bool(m, DEPTH);
    put(m, "\n");
    put_exceptions(m, false);
}

static void put_sum(struct making *m)
{
    enum level level = m->level;
    m->level = ROW;
    const struct name *name = pick_name(m, FA_KIND_MONEY);
    put(m, "sum(%s", name ? name->text : "amount");
    if (one_in(m, 2)) {
        put(m, " if ");
        put_bool(m, 1);
    }
    put(m, ")");
    m->level = level;
}

static void add_group_money(struct making *m, const char *text)
{
    struct name *name = &m->group_names[m->group_name_count++];
    *name = (struct name){.kind = FA_KIND_MONEY};
    snprintf(name->text, sizeof name->text, "%s", text);
}

static void put_running_way(struct making *m)
{
    bool has_opening = one_in(m, 2);
    put(m, "  on ");
    if (has_opening || one_in(m, 2)) {
        take_population(m, "flow", true);
        put(m, "leg of %s", one_of(m, flow_views, 2));
        put_where(m, "");
        put(m, "\n");
        put_exceptions(m, true);
        put(m, "  per k1 = account\n  running held = ");
        const struct fa_table_def *account =
            fa_dictionary_find(m->dictionary, FA_STR("account"));
        m->group_names[0] =
            (struct name){.kind = FA_KIND_ID, .refers_to = account->index, .text = "k1"};
        m->group_name_count = 1;
        put(m, "%ssum(signed)", has_opening ? "opening sum(account.opening_balance) + " : "");
    } else {
        put_population(m, true);
        put(m, "\n  per ");
        put_keys(m, false);
        if (!pick_name(m, FA_KIND_MONEY)) { /* nothing that could be summed */
            put(m, "\n  running held = count()");
            struct name *name = &m->group_names[m->group_name_count++];
            *name = (struct name){.kind = FA_KIND_INT, .text = "held"};
        } else {
            put(m, "\n  running held = ");
            put_sum(m);
            put(m, " - ");
            put_sum(m);
            add_group_money(m, "held");
        }
    }
    if (m->group_names[m->group_name_count - 1].kind == FA_KIND_ID)
        add_group_money(m, "held");
    put(m, "%s\n", ONE_OF(m, "", " at instant", " at day end"));
    begin_group(m, false);
    put_when(m);
}

static void put_series(struct making *m, const char *name, const char *account)
{
    put(m, "%s = ", name);
    bool is_balance = one_in(m, 3);
    if (is_balance) {
        put(m, "level sum(closing) of balance where source = %s",
            ONE_OF(m, "platform", "bank"));
        take_population(m, "balance", false);
    } else {
        bool is_running = one_in(m, 2);
        take_population(m, "flow", *account);
        put(m, "%s",
            is_running && *account && one_in(m, 2) ? "opening sum(account.opening_balance) + "
                                                   : "");
        put(m, "%s%s of %s%s", is_running ? "running " : "",
            ONE_OF(m, "sum(amount)", "sum(amount if kind = pay)"), *account ? "leg of " : "",
            one_of(m, flow_views, 2));
    }
    if (one_in(m, 3)) {
        put(m, "%s", is_balance ? " and " : " where ");
        put_bool(m, 1);
    }
    if (is_balance && one_in(m, 2))
        put(m, " carried");
}

static void put_compare_way(struct making *m)
{
    bool is_account = one_in(m, 2);
    const char *period = ONE_OF(m, "day", "week", "month");
    put(m, "  compare ");
    put_series(m, "one", is_account ? "account" : "");
    if (one_in(m, 4))
        put(m, " at end of previous %s", period);
    put(m, ",\n          ");
    put_series(m, "two", is_account ? "account" : "");
    put(m, "\n  per k1 = %s each %s\n", is_account ? "account" : "filer", period);
    m->group_name_count = 0;
    add_group_money(m, "one");
    add_group_money(m, "two");
    begin_group(m, false);
    put_when(m);
}

/* --- ways through time --- */

static void put_window(struct making *m)
{
    put(m, "%s",
        m->has_time ? ONE_OF(m, "24h", "30m", "72h", "1d", "7d", "3bd", "1mo", "1y")
                    : ONE_OF(m, "1d", "7d", "3bd", "1mo", "1y"));
}

static void put_window_way(struct making *m)
{
    put_on(m, true);
    put(m, "  per ");
    put_keys(m, true);
    put(m, " over last ");
    put_window(m);
    put(m, "\n");
    begin_group(m, true);
    put(m, "  when count() >= %d and ", below(m, 4));
    put_bool(m, DEPTH);
    put(m, "\n");
    put_exceptions(m, false);
}

static void put_sequence_way(struct making *m)
{
    put(m, "  on ");
    take_population(m, "flow", true);
    put(m, "leg of %s\n", one_of(m, flow_views, 2));
    put(m, "  per ");
    put_keys(m, true);
    put(m, " first come = ");
    m->level = ROW;
    if (one_in(m, 2))
        put(m, "(direction = credit)");
    else
        put_bool(m, 1);
    put(m, " then go = ");
    if (one_in(m, 2))
        put(m, "(direction = debit)");
    else
        put_bool(m, 1);
    put(m, " within ");
    put_window(m);
    put(m, "\n");
    begin_group(m, true);
    put(m, "  when sum(amount if come) %s sum(amount if go) or ", comparison(m));
    put_bool(m, 2);
    put(m, "\n");
    put_exceptions(m, false);
}

static void put_unique_way(struct making *m)
{
    put_on(m, false);
    put(m, "  unique ");
    put_keys(m, true);
    if (m->table && m->table->clock != FA_NO_COLUMN && one_in(m, 2)) {
        put(m, " within ");
        put_window(m);
    }
    put(m, "\n");
}

static void put_hops_way(struct making *m)
{
    put(m, "  on ");
    take_population(m, "flow", false);
    put(m, "%s", one_of(m, flow_views, 2));
    put_where(m, "");
    put(m, "\n");
    put_exceptions(m, true);
    int least = 2 + below(m, 2);
    put(m, "  %s hops %d..%d within %s", one_in(m, 2) ? "cycle" : "path", least,
        least + below(m, 4), ONE_OF(m, "72h", "2h", "7d", "30d", "1mo"));
    if (one_in(m, 2))
        put(m, " amount within %s", ONE_OF(m, "10%", "50%", "0%", "share"));
    if (one_in(m, 3))
        put(m, " skip role in {custody, %s}", ONE_OF(m, "reserve", "merchant", "fee"));
    if (one_in(m, 6))
        put(m, " budget %d", 1 + below(m, 20));
    put(m, "\n");
    if (one_in(m, 2))
        put(m, "  when sum(amount) %s %d * cap or hops > %d\n", comparison(m), 1 + below(m, 3),
            2 + below(m, 3));
}

static void put_gapless_way(struct making *m)
{
    static const char *const fields[][2] = {
        {"flow", "flow_id"}, {"flow", "order_id"},       {"statement", "statement_id"},
        {"party", "checks"}, {"disclosure", "decimals"}, {"action", "action_id"}};
    const char *const *field = fields[below(m, 6)];
    take_population(m, field[0], false);
    put(m, "  on %s", field[0]);
    put_where(m, strcmp(field[0], "flow") == 0 ? "status = settled" : "");
    put(m, "\n  gapless %s per ", field[1]);
    put_keys(m, true);
    put(m, "\n");
    if (one_in(m, 3))
        put(m, "  when missing >= %d\n", 1 + below(m, 3));
}

static void put_duty(struct making *m)
{
    bool is_ban = one_in(m, 5);
    put(m, "  must %s", is_ban ? "not " : "");
    const struct name *id = pick_name(m, FA_KIND_ID);
    const char *account = NULL, *party = NULL;
    if (id && fa_str_is(m->dictionary->tables[id->refers_to].name, "account"))
        account = id->text;
    if (id && fa_str_is(m->dictionary->tables[id->refers_to].name, "party"))
        party = id->text;
    if (account)
        put(m, "%s same %s = %s", one_in(m, 2) ? "action" : "statement", "account", account);
    else if (party)
        put(m, "%s same party = %s", one_in(m, 2) ? "action" : "filed_report", party);
    else
        put(m, "filed_report same filer = filer");
    switch (below(m, 3)) {
    case 0:
        put(m, " before");
        break;
    case 1:
        put(m, " within ");
        put_window(m);
        break;
    default:
        break;
    }
    put(m, "%s\n", !is_ban && one_in(m, 4) ? " shared" : "");
}

static void put_row_duty_way(struct making *m)
{
    put_on(m, true);
    put(m, "  when ");
    put_bool(m, 2);
    put(m, "\n");
    put_duty(m);
}

static void put_group_duty_way(struct making *m)
{
    put_on(m, true);
    put(m, "  per ");
    put_keys(m, false);
    put_period(m);
    put(m, "\n");
    begin_group(m, true);
    put(m, "  when count() >= 1 and ");
    put_bool(m, 2);
    put(m, "\n");
    m->has_time = false;
    put_duty(m);
}

/* --- intervals and calendars --- */

static void put_stretch_way(struct making *m)
{
    static const char *const tables[] = {"licence",  "account",      "contract",
                                         "relation", "freeze_order", "cover"};
    take_population(m, tables[below(m, 6)], false);
    put(m, "  %s %d of ", ONE_OF(m, "at most", "exactly", "at least"), 1 + below(m, 2));
    static const enum fa_kind kinds[] = {FA_KIND_ID, FA_KIND_ENUM, FA_KIND_TEXT};
    const struct name *value = pick_name(m, kinds[below(m, 3)]);
    if (value && one_in(m, 3))
        put(m, "distinct %s of ", value->text);
    put(m, "%.*s", (int)m->table->name.size, m->table->name.bytes);
    put_where(m, "");
    put(m, " per ");
    put_keys(m, true);
    put(m, " at any time\n");
}

static void put_every_way(struct making *m)
{
    static const char *const tables[] = {"reconciliation_record", "disclosure", "balance",
                                         "action"};
    const char *table = tables[below(m, 4)];
    bool has_activity = one_in(m, 2);
    const char *key = strcmp(table, "disclosure") == 0 ? "filer" : "account";
    if (has_activity) {
        take_population(m, "flow", true);
        put(m, "  on leg of %s", one_of(m, flow_views, 2));
        put_where(m, "");
        put(m, "\n");
    }
    put(m, "  every %s%s%s has %s", ONE_OF(m, "day", "bday", "week", "month"),
        has_activity ? " with activity" : "",
        !has_activity && strcmp(key, "account") == 0 && one_in(m, 2) ? " of each account" : "",
        table);
    take_population(m, table, false);
    put_where(m, "");
    put(m, " per %s", key);
    if (one_in(m, 2)) {
        put(m, " within ");
        put_window(m);
    }
    put(m, "\n");
}

/* --- rules --- */

static const struct {
    int way, weight;
    void (*put)(struct making *m);
} ways[] = {
    {FA_WAY_ROW, 2, put_row_way},         {FA_WAY_GROUP, 3, put_group_way},
    {FA_WAY_RUNNING, 2, put_running_way}, {FA_WAY_WINDOW, 3, put_window_way},
    {FA_WAY_COMPARE, 2, put_compare_way}, {FA_WAY_SEQUENCE, 2, put_sequence_way},
    {FA_WAY_HOPS, 2, put_hops_way},       {FA_WAY_UNIQUE, 1, put_unique_way},
    {FA_WAY_GAPLESS, 1, put_gapless_way}, {10, 2, put_row_duty_way},
    {10, 1, put_group_duty_way},          {FA_WAY_STRETCH, 2, put_stretch_way},
    {FA_WAY_EVERY, 2, put_every_way},
};

static void add_column(struct view *view, const struct name *name, const char *text)
{
    struct name *column = &view->columns[view->column_count++];
    *column = *name;
    snprintf(column->text, sizeof column->text, "%s", text);
}

/* A view by key and perhaps period; those drawn before it may be what it looks at. */
static void put_view(struct making *m)
{
    struct view view = {0};
    put(m, "view view_%d\n  on ", m->view_count);
    bool has_period = below(m, 4) > 0;
    put_population(m, has_period);
    view.depth = m->depth + 1;
    put(m, "\n");
    if (!has_period)
        put_exceptions(m, true);
    put(m, "  per ");
    put_keys(m, false);
    for (int i = 0; i < m->group_name_count; i++)
        add_column(&view, &m->group_names[i], m->group_names[i].text);
    if (has_period)
        put_period(m);
    view.has_clock = has_period;
    put(m, "\n  show n = count()");
    add_column(&view, &(struct name){.kind = FA_KIND_INT}, "n");
    const struct name *money = pick_name(m, FA_KIND_MONEY);
    if (money) {
        put(m, ", total = sum(%s", money->text);
        if (one_in(m, 2)) {
            put(m, " if ");
            put_bool(m, 1);
        }
        put(m, "), most = %s(%s)", ONE_OF(m, "max", "min", "last"), money->text);
        add_column(&view, &(struct name){.kind = FA_KIND_MONEY}, "total");
        add_column(&view, &(struct name){.kind = FA_KIND_MONEY}, "most");
    }
    put(m, "\nend\n\n");
    if (view.depth <= 3)
        m->views[m->view_count++] = view;
}

static void put_rule(struct making *m, int number, uint32_t allowed)
{
    int total = 0;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        total += allowed >> ways[i].way & 1 ? ways[i].weight : 0;
    must(total > 0);
    int drawn = below(m, total);
    size_t w = 0;
    for (;; w++) {
        if (!(allowed >> ways[w].way & 1))
            continue;
        if (drawn < ways[w].weight)
            break;
        drawn -= ways[w].weight;
    }
    put(m, "rule R-%d\n  title en \"drawn\"\n  cite \"none\" known\n  severity low\n", number);
    if (one_in(m, 6))
        put(m, "  kind lead\n");
    if (one_in(m, 6))
        put(m, "  in force 2017-0%d-11 .. 2022-0%d-12\n", 1 + below(m, 9), 1 + below(m, 9));
    ways[w].put(m);
    put(m, "end\n\n");
}

void random_ruleset(uint64_t seed, int count, uint32_t allowed,
                    const struct fa_dictionary *dictionary, struct fa_buf *text)
{
    struct making m = {.state = seed, .out = text, .dictionary = dictionary};
    put(&m,
        "ruleset drawn\n  title en \"Rules from nowhere\"\n  in force 2017-01-01 .. "
        "2030-12-31\n"
        "  zone %s\n  calendar cn\n  currency CNY\nend\n",
        ONE_OF(&m, "Asia/Shanghai", "Asia/Shanghai", "UTC", "-05:30"));
    put(&m, "param mark : money\n  cite \"none\" known\n  from 2017-01-01 = 1000.00\n"
            "  from 2022-06-15 = 200000.00\nend\n"
            "param zero : money\n  cite \"none\" known\n  from 2017-01-01 = 0.00\nend\n"
            "param cent : money\n  cite \"none\" known\n  from 2017-01-01 = 0.01\nend\n"
            "param cap : money\n  cite \"none\" known\n  from 2017-01-01 = 200000.00\nend\n"
            "param share : ratio\n  cite \"none\" known\n  from 2017-01-01 = 1/3\nend\n"
            "param parts : scale\n  cite \"none\" known\n"
            "  from 2017-01-01 = 5%% to 1000.00, 4%% to 200000.00, 3%%\nend\n\n");
    while (allowed >> RANDOM_VIEWS & 1 && m.view_count < VIEWS_MAX &&
           one_in(&m, 2) + one_in(&m, 2))
        put_view(&m);
    for (int i = 0; i < count; i++)
        put_rule(&m, i + 1, allowed);
}
