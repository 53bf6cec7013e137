#include <string.h>

#include "base/hash.h"
#include "rules/prev.h"
#include "rules/reach.h"

/* --- binding to a stream --- */

/* Views are in the head at work, behind what the stream has; no table of the stream is one. */
static const struct fa_table_def *find_theirs(const struct fa_program *program,
                                              const struct fa_table_def *mine)
{
    const struct fa_dictionary *dictionary = &program->head->dictionary;
    bool is_view = mine->written_by == FA_BY_VIEW;
    for (int t = 0; t < dictionary->table_count; t++)
        if ((dictionary->tables[t].written_by == FA_BY_VIEW) == is_view &&
            fa_str_equal(dictionary->tables[t].name, mine->name))
            return &dictionary->tables[t];
    return NULL;
}

static enum fa_status bind_table(struct fa_program *program, int t)
{
    const struct fa_table_def *mine = &program->dictionary->tables[t];
    const struct fa_table_def *theirs = find_theirs(program, mine);
    struct fa_bound_table *bound = &program->bound[t];
    bound->table = theirs ? theirs->index : -1;
    bound->columns = fa_arena_array(&program->arena, (size_t)mine->column_count,
                                    sizeof *bound->columns);
    if (!bound->columns)
        return fa_out_of_memory(program->sink, "the plan of the rules");
    for (int c = 0; c < mine->column_count; c++) {
        int column = theirs ? fa_table_find_column(theirs, mine->columns[c].name) : FA_NO_COLUMN;
        /* another version of a ruleset may have declared it otherwise: then it is not there */
        bool agrees = column != FA_NO_COLUMN &&
                      fa_column_agrees(&mine->columns[c], &theirs->columns[column]);
        bound->columns[c] = agrees ? column : FA_NO_COLUMN;
    }
    return FA_OK;
}

enum fa_status fa_program_init(struct fa_program *program, const struct fa_dictionary *dictionary,
                               const struct fa_head *head, int64_t as_of_day, struct fa_meter *meter,
                               struct fa_sink *sink)
{
    *program = (struct fa_program){.dictionary = dictionary, .head = head, .sink = sink,
                                   .meter = meter, .as_of_day = as_of_day};
    fa_arena_init(&program->arena);
    program->bound = fa_arena_array(&program->arena, (size_t)dictionary->table_count,
                                    sizeof *program->bound);
    program->uses = fa_arena_array(&program->arena, (size_t)head->dictionary.table_count,
                                   sizeof *program->uses);
    if (!program->bound || !program->uses)
        return fa_out_of_memory(sink, "the plan of the rules");
    for (int t = 0; t < head->dictionary.table_count; t++) {
        program->uses[t].columns = fa_arena_alloc(
            &program->arena, (size_t)head->dictionary.tables[t].column_count);
        if (!program->uses[t].columns)
            return fa_out_of_memory(sink, "the plan of the rules");
    }
    for (int t = 0; t < dictionary->table_count; t++)
        FA_TRY(bind_table(program, t));
    return FA_OK;
}

int fa_program_table(const struct fa_program *program, int table)
{
    return table < 0 ? -1 : program->bound[table].table;
}

int fa_program_column(const struct fa_program *program, int table, int column)
{
    return table < 0 || column < 0 ? -1 : program->bound[table].columns[column];
}

void fa_program_use(struct fa_program *program, int table, int column, uint8_t use)
{
    if (table < 0)
        return;
    if (column >= 0)
        program->uses[table].columns[column] |= use;
    if (!(use & FA_USE_JUMP))
        return;
    if (!program->uses[table].is_jumped_to)
        program->uses[table].jumped_by = program->rule;
    program->uses[table].is_jumped_to = true;
}

/* --- one formula for equal expressions --- */

struct fa_formula_detail fa_no_detail(void)
{
    return (struct fa_formula_detail){.table = -1, .column = -1, .scope = -1, .scale = 1};
}

static bool is_same_detail(const struct fa_formula_detail *a, const struct fa_formula_detail *b)
{
    return a->table == b->table && a->column == b->column && a->index == b->index &&
           a->scope == b->scope && a->rounding == b->rounding && a->period == b->period &&
           a->unit == b->unit && a->zone_minutes == b->zone_minutes && a->param == b->param &&
           a->calendar == b->calendar && a->scale == b->scale;
}

static bool is_same_value(const struct fa_value *a, const struct fa_value *b)
{
    return a->is_missing == b->is_missing && a->is_none == b->is_none &&
           a->numerator == b->numerator && a->denominator == b->denominator &&
           fa_str_equal(a->text, b->text);
}

static bool is_same(const struct fa_formula *f, int op, enum fa_kind kind,
                    const struct fa_formula_detail *detail, const struct fa_value *value,
                    int arg_count, const struct fa_formula *const *args)
{
    if (f->op != op || f->kind != kind || f->arg_count != arg_count ||
        !is_same_detail(&f->detail, detail) || !is_same_value(&f->value, value))
        return false;
    for (int i = 0; i < arg_count; i++)
        if (f->args[i] != args[i])
            return false;
    return true;
}

/* Of what tells formulas apart the most; is_same has the last word. */
static uint64_t hash_of(int op, const struct fa_formula_detail *detail,
                        const struct fa_value *value, int arg_count,
                        const struct fa_formula *const *args)
{
    const struct fa_hash_key key = {0};
    uint64_t words[] = {(uint64_t)op,
                        (uint64_t)detail->table,
                        (uint64_t)detail->column,
                        (uint64_t)detail->index,
                        (uint64_t)detail->scope,
                        (uint64_t)(uintptr_t)detail->param,
                        (uint64_t)value->numerator,
                        fa_hash64(key, value->text.bytes, value->text.size)};
    uint64_t hash = fa_hash64(key, words, sizeof words);
    for (int i = 0; i < arg_count; i++) {
        uint64_t pair[] = {hash, args[i]->hash};
        hash = fa_hash64(key, pair, sizeof pair);
    }
    return hash;
}

static struct fa_formula **alike(const struct fa_program *program, uint64_t hash)
{
    return &program->alike[hash & (program->alike_count - 1)];
}

/* Room for one more, so that few share a place. */
static enum fa_status grow_alike(struct fa_program *program)
{
    size_t count = program->alike_count ? program->alike_count * 2 : 64;
    if (program->formulas.count < program->alike_count)
        return FA_OK;
    program->alike = fa_arena_array(&program->arena, count, sizeof *program->alike);
    if (!program->alike)
        return fa_out_of_memory(program->sink, "the plan of the rules");
    program->alike_count = count;
    for (size_t i = 0; i < program->formulas.count; i++) {
        struct fa_formula *f = program->formulas.items[i];
        f->next_alike = *alike(program, f->hash);
        *alike(program, f->hash) = f;
    }
    return FA_OK;
}

static enum fa_status make(struct fa_program *program, int op, enum fa_kind kind,
                           const struct fa_formula_detail *detail, const struct fa_value *value,
                           int arg_count, const struct fa_formula *const *args,
                           struct fa_formula **formula)
{
    uint64_t hash = hash_of(op, detail, value, arg_count, args);
    FA_TRY(grow_alike(program));
    for (*formula = *alike(program, hash); *formula; *formula = (*formula)->next_alike)
        if (is_same(*formula, op, kind, detail, value, arg_count, args))
            return FA_OK;
    struct fa_formula *f = fa_arena_alloc(&program->arena, sizeof *f);
    const struct fa_formula **copy =
        fa_arena_array(&program->arena, (size_t)arg_count + 1, sizeof *copy);
    if (!f || !copy)
        return fa_out_of_memory(program->sink, "the plan of the rules");
    for (int i = 0; i < arg_count; i++)
        copy[i] = args[i];
    *f = (struct fa_formula){.number = (int)program->formulas.count, .op = op, .kind = kind,
                             .hash = hash, .next_alike = *alike(program, hash),
                             .arg_count = arg_count, .args = copy, .detail = *detail,
                             .value = *value};
    if (fa_vec_add(&program->formulas, f) != FA_OK)
        return fa_out_of_memory(program->sink, "the plan of the rules");
    *formula = *alike(program, hash) = f;
    return FA_OK;
}

static const struct fa_value no_value = {.denominator = 1};

enum fa_status fa_formula_make(struct fa_program *program, int op, enum fa_kind kind,
                               const struct fa_formula_detail *detail, int arg_count,
                               const struct fa_formula *const *args, const struct fa_formula **formula)
{
    struct fa_formula *made;
    FA_TRY(make(program, op, kind, detail, &no_value, arg_count, args, &made));
    *formula = made;
    return FA_OK;
}

enum fa_status fa_formula_const(struct fa_program *program, const struct fa_value *value,
                                const struct fa_formula **formula)
{
    struct fa_formula_detail detail = fa_no_detail();
    struct fa_formula *made;
    FA_TRY(make(program, FA_OP_CONST, value->kind, &detail, value, 0, NULL, &made));
    *formula = made;
    return FA_OK;
}

/* "table.column" in the words of the rules' dictionary. */
static enum fa_status name_cause(struct fa_program *program, const struct fa_table_def *table,
                                 int column, struct fa_formula *formula)
{
    if (formula->cause.size)
        return FA_OK;
    struct fa_str column_name = table->columns[column].name;
    char *text = fa_arena_alloc(&program->arena, table->name.size + 1 + column_name.size);
    if (!text)
        return fa_out_of_memory(program->sink, "the plan of the rules");
    memcpy(text, table->name.bytes, table->name.size);
    text[table->name.size] = '.';
    memcpy(text + table->name.size + 1, column_name.bytes, column_name.size);
    formula->cause = (struct fa_str){text, table->name.size + 1 + column_name.size};
    return FA_OK;
}

/* The stream's head carries its own dictionary, whose enums may list other values in another order. */
static enum fa_status map_enum(struct fa_program *program, const struct fa_column_def *mine,
                               const struct fa_column_def *theirs, struct fa_formula *formula)
{
    bool is_equal = mine->value_count == theirs->value_count;
    for (uint32_t i = 0; is_equal && i < mine->value_count; i++)
        is_equal = fa_str_equal(mine->values[i], theirs->values[i]);
    if (is_equal || mine->type != FA_TYPE_ENUM || formula->enum_map)
        return FA_OK;
    int64_t *map = fa_arena_array(&program->arena, theirs->value_count, sizeof *map);
    if (!map)
        return fa_out_of_memory(program->sink, "the plan of the rules");
    for (uint32_t i = 0; i < theirs->value_count; i++) {
        map[i] = -1 - (int64_t)i; /* a value that the rules do not know equals no other */
        for (uint32_t j = 0; j < mine->value_count; j++)
            if (fa_str_equal(theirs->values[i], mine->values[j]))
                map[i] = j;
    }
    formula->enum_map = map;
    return FA_OK;
}

/* A formula that reads column MY_COLUMN of table MY_TABLE (of the rules' dictionary). */
static enum fa_status make_read(struct fa_program *program, int op, int my_table, int my_column,
                                int index, int arg_count, const struct fa_formula *const *args,
                                const struct fa_formula **formula)
{
    const struct fa_table_def *mine = &program->dictionary->tables[my_table];
    struct fa_formula_detail detail = fa_no_detail();
    detail.table = fa_program_table(program, my_table);
    detail.column = fa_program_column(program, my_table, my_column);
    detail.index = index;
    fa_program_use(program, detail.table, detail.column,
                   op == FA_FORMULA_COLUMN ? FA_USE_ROW : FA_USE_JUMP);
    struct fa_value absent = no_value;
    if (detail.column < 0) { /* keeps the causes of two absent columns apart */
        absent.numerator = my_table;
        absent.denominator = my_column + 1;
    }
    struct fa_formula *made;
    FA_TRY(make(program, op, fa_kind_of(mine->columns[my_column].type), &detail, &absent,
                arg_count, args, &made));
    FA_TRY(name_cause(program, mine, my_column, made));
    if (detail.column >= 0)
        FA_TRY(map_enum(program, &mine->columns[my_column],
                        &program->head->dictionary.tables[detail.table].columns[detail.column], made));
    *formula = made;
    return FA_OK;
}

/* --- scopes --- */

static enum fa_status make_day(struct fa_scope *scope, const struct fa_formula *of,
                               const struct fa_formula **day)
{
    if (of->kind != FA_KIND_TIME) {
        *day = of;
        return FA_OK;
    }
    struct fa_formula_detail detail = fa_no_detail();
    detail.zone_minutes = scope->ruleset->zone.offset_minutes;
    return fa_formula_make(scope->program, FA_OP_DATE, FA_KIND_DATE, &detail, 1, &of, day);
}

enum fa_status fa_scope_row(struct fa_program *program, const struct fa_ruleset *ruleset, int table,
                            bool is_leg, const struct fa_expr *dated_by, struct fa_scope *scope)
{
    *scope = (struct fa_scope){.program = program, .ruleset = ruleset, .table = table,
                               .is_leg = is_leg, .rule_no = -1};
    const struct fa_table_def *def = &program->dictionary->tables[table];
    /* What dates the row is itself read without a date: its own path needs none. */
    FA_TRY(fa_formula_const(program, &(struct fa_value){.kind = FA_KIND_DATE, .is_missing = true},
                            &scope->day));
    scope->judged = scope->day;
    int column = def->clock >= 0 ? def->clock : def->interval_from >= 0 ? def->interval_from : def->by;
    if (dated_by)
        FA_TRY(fa_compile(scope, dated_by, &scope->judged));
    else if (column >= 0)
        FA_TRY(make_read(program, FA_FORMULA_COLUMN, table, column, 0, 0, NULL, &scope->judged));
    else /* a table without any date is judged as it stands at the end */
        FA_TRY(fa_formula_const(program,
                                &(struct fa_value){.kind = FA_KIND_DATE,
                                                   .numerator = program->as_of_day,
                                                   .denominator = 1},
                                &scope->judged));
    return make_day(scope, scope->judged, &scope->day);
}

enum fa_status fa_scope_level(const struct fa_scope *row, const struct fa_rule *rule, int rule_no,
                              struct fa_scope *scope)
{
    *scope = (struct fa_scope){.program = row->program, .ruleset = row->ruleset, .table = row->table,
                               .is_leg = row->is_leg, .rule = rule, .rule_no = rule_no, .row = row};
    struct fa_formula_detail detail = fa_no_detail();
    detail.scope = rule_no;
    bool is_of_row = rule->way == FA_WAY_RUNNING || rule->way == FA_WAY_HOPS ||
                     rule->way == FA_WAY_GAPLESS || rule->window || rule->sequence ||
                     (rule->unique && rule->unique->has_span);
    enum fa_kind kind = is_of_row ? row->judged->kind : FA_KIND_DATE;
    FA_TRY(fa_formula_make(row->program, FA_FORMULA_JUDGED, kind, &detail, 0, NULL, &scope->judged));
    return make_day(scope, scope->judged, &scope->day);
}

void fa_scope_release(struct fa_scope *scope)
{
    fa_vec_free(&scope->captures);
}

/* --- expressions --- */

static enum fa_status steps(struct fa_scope *scope, const struct fa_path *path, int from,
                            const struct fa_formula **formula)
{
    for (int i = from; i < path->step_count; i++) {
        const struct fa_formula *args[] = {*formula, scope->day};
        int table = fa_program_table(scope->program, path->tables[i]);
        if (table >= 0) {
            const struct fa_table_def *def = &scope->program->head->dictionary.tables[table];
            fa_program_use(scope->program, table, fa_table_find_column(def, FA_STR("since")),
                           FA_USE_JUMP);
        }
        FA_TRY(make_read(scope->program, FA_FORMULA_STEP, path->tables[i], path->steps[i], 0, 2,
                         args, formula));
    }
    return FA_OK;
}

static enum fa_status leg_column(struct fa_scope *scope, int index,
                                 const struct fa_formula **formula)
{
    static const enum fa_kind kinds[] = {FA_KIND_ID, FA_KIND_ID, FA_KIND_ENUM, FA_KIND_MONEY,
                                         FA_KIND_BOOL};
    static const char *const names[] = {"leg.account", "leg.counterparty", "leg.direction",
                                        "leg.signed", "leg.internal"};
    static const char *const reads[] = {"payer_account", "payee_account", "amount"};
    struct fa_program *program = scope->program;
    const struct fa_table_def *flow = &program->dictionary->tables[scope->table];
    /* payer, payee and amount, then their owners: what the columns of a leg are made from */
    const struct fa_formula *args[5];
    for (int i = 0; i < 3; i++)
        FA_TRY(make_read(program, FA_FORMULA_COLUMN, scope->table,
                         fa_table_find_column(flow, fa_str_from(reads[i])), 0, 0, NULL, &args[i]));
    int arg_count = 3;
    if (index == FA_LEG_INTERNAL) {
        const struct fa_table_def *account = fa_dictionary_find(program->dictionary, FA_STR("account"));
        struct fa_path owner = {.step_count = 2};
        owner.tables[1] = account->index;
        owner.steps[1] = fa_table_find_column(account, FA_STR("owner"));
        for (int i = 0; i < 2; i++) {
            args[3 + i] = args[i];
            FA_TRY(steps(scope, &owner, 1, &args[3 + i]));
        }
        arg_count = 5;
    }
    struct fa_formula_detail detail = fa_no_detail();
    detail.index = index;
    struct fa_formula *made;
    FA_TRY(make(program, FA_FORMULA_LEG, kinds[index], &detail, &no_value, arg_count, args, &made));
    made->cause = fa_str_from(names[index]);
    *formula = made;
    return FA_OK;
}

static enum fa_status first_column(struct fa_scope *scope, int column,
                                   const struct fa_formula **formula)
{
    int count = scope->program->dictionary->tables[scope->table].column_count;
    if (scope->is_leg && column >= count)
        return leg_column(scope, column - count, formula);
    return make_read(scope->program, FA_FORMULA_COLUMN, scope->table, column, 0, 0, NULL, formula);
}

enum fa_status fa_compile_column(struct fa_scope *scope, int column, const struct fa_formula **formula)
{
    return first_column(scope, column, formula);
}

static enum fa_status level_leaf(struct fa_scope *scope, int op, enum fa_kind kind, int index,
                                 const struct fa_formula **formula)
{
    struct fa_formula_detail detail = fa_no_detail();
    detail.scope = scope->rule_no;
    detail.index = index;
    return fa_formula_make(scope->program, op, kind, &detail, 0, NULL, formula);
}

static bool is_prefix(const struct fa_expr *key, const struct fa_path *path)
{
    if (key->op != FA_OP_PATH || key->path.step_count > path->step_count)
        return false;
    return memcmp(key->path.steps, path->steps,
                  (size_t)key->path.step_count * sizeof *path->steps) == 0;
}

/* At a level a path begins with the group's key, or else in the group's first row. */
static enum fa_status level_path(struct fa_scope *scope, const struct fa_path *path,
                                 const struct fa_formula **formula)
{
    const struct fa_rule *rule = scope->rule;
    int key = -1;
    for (int i = 0; i < rule->key_count; i++)
        if (key < 0 && is_prefix(rule->keys[i].expr, path))
            key = i;
    if (key >= 0) {
        const struct fa_expr *expr = rule->keys[key].expr;
        FA_TRY(level_leaf(scope, FA_OP_KEY, expr->kind, key, formula));
        return steps(scope, path, expr->path.step_count, formula);
    }
    struct fa_scope row = *scope->row;
    const struct fa_formula *column;
    FA_TRY(first_column(&row, path->steps[0], &column));
    size_t index = 0;
    while (index < scope->captures.count && scope->captures.items[index] != column)
        index++;
    if (index == scope->captures.count && fa_vec_add(&scope->captures, column) != FA_OK)
        return fa_out_of_memory(scope->program->sink, "the plan of the rules");
    FA_TRY(level_leaf(scope, FA_FORMULA_CAPTURE, column->kind, (int)index, formula));
    ((struct fa_formula *)scope->program->formulas.items[(*formula)->number])->cause = column->cause;
    return steps(scope, path, 1, formula);
}

static enum fa_status compile_at(struct fa_scope *scope, const struct fa_expr *at,
                                 const struct fa_formula **judged, const struct fa_formula **day)
{
    *judged = scope->judged;
    if (at)
        FA_TRY(fa_compile(scope, at, judged));
    return make_day(scope, *judged, day);
}

/* Minor units of the stream for one of the rules, which speak in those of ISO 4217. */
static fa_i128 money_scale(const struct fa_scope *scope, enum fa_kind kind)
{
    fa_i128 scale = 1;
    if (kind == FA_KIND_MONEY) {
        int more = fa_head_scale(scope->program->head, scope->ruleset->currency) -
                   fa_currency_scale(scope->ruleset->currency);
        for (int i = 0; i < more; i++)
            scale *= 10;
    }
    return scale;
}

struct fa_calendar *fa_scope_calendar(struct fa_scope *scope)
{
    struct fa_program *program = scope->program;
    for (size_t i = 0; i < program->calendars.count; i++)
        if (fa_str_equal(program->calendars.items[i].name, scope->ruleset->calendar))
            return program->calendars.items[i].calendar;
    struct fa_calendar_use use = {scope->ruleset->calendar, fa_calendar_new()};
    if (!use.calendar || fa_vec_add(&program->calendars, use) != FA_OK) {
        fa_calendar_free(use.calendar);
        return NULL;
    }
    const struct fa_table_def *holiday = fa_dictionary_find(&program->head->dictionary, FA_STR("holiday"));
    for (int c = 0; holiday && c < holiday->column_count; c++)
        fa_program_use(program, holiday->index, c, FA_USE_JUMP);
    return use.calendar;
}

enum { ARGS_MAX = 4096 };

static enum fa_status compile_args(struct fa_scope *scope, const struct fa_expr *expr, int extra,
                                   const struct fa_formula ***args)
{
    *args = fa_arena_array(&scope->program->arena, (size_t)(expr->arg_count + extra) + 1, sizeof **args);
    if (!*args)
        return fa_out_of_memory(scope->program->sink, "the plan of the rules");
    for (int i = 0; i < expr->arg_count; i++)
        FA_TRY(fa_compile(scope, expr->args[i], &(*args)[i]));
    return FA_OK;
}

static enum fa_status compile_param(struct fa_scope *scope, const struct fa_expr *expr,
                                    const struct fa_formula **formula)
{
    const struct fa_formula **args, *judged;
    FA_TRY(compile_args(scope, expr, 1, &args));
    FA_TRY(compile_at(scope, expr->param.at, &judged, &args[expr->arg_count]));
    struct fa_formula_detail detail = fa_no_detail();
    detail.param = expr->param.param;
    detail.scale = money_scale(scope, expr->kind);
    struct fa_formula *made;
    FA_TRY(make(scope->program, expr->op, expr->kind, &detail, &no_value, expr->arg_count + 1, args,
                &made));
    made->cause = expr->param.param->name;
    *formula = made;
    return FA_OK;
}

static enum fa_status compile_look(struct fa_scope *scope, const struct fa_expr *expr,
                                   const struct fa_formula **formula)
{
    const struct fa_lookup *look = expr->look.lookup;
    struct fa_program *program = scope->program;
    const struct fa_formula **args =
        fa_arena_array(&program->arena, (size_t)look->cond_count + 2, sizeof *args);
    if (!args)
        return fa_out_of_memory(program->sink, "the plan of the rules");
    for (int i = 0; i < look->cond_count; i++)
        FA_TRY(fa_compile(scope, look->cond_values[i], &args[i]));
    FA_TRY(compile_at(scope, look->at, &args[look->cond_count], &args[look->cond_count + 1]));
    const struct fa_formula *find;
    FA_TRY(fa_find_make(scope, look, args, &find));
    if (expr->op == FA_OP_HAS) {
        struct fa_formula_detail detail = fa_no_detail();
        return fa_formula_make(program, FA_OP_HAS, FA_KIND_BOOL, &detail, 1, &find, formula);
    }
    const struct fa_path *path = &expr->look.path;
    FA_TRY(make_read(program, FA_FORMULA_LOOK, path->tables[0], path->steps[0], look->is_any, 1,
                     &find, formula));
    return steps(scope, path, 1, formula);
}

/* Whether an operator speaks of civil days, so that an instant becomes its day first. */
static bool wants_days(enum fa_op op)
{
    return (op >= FA_OP_DATE && op <= FA_OP_END_OF);
}

static bool wants_calendar(const struct fa_expr *expr)
{
    switch (expr->op) {
    case FA_OP_IS_BDAY:
    case FA_OP_BDAYS:
        return true;
    case FA_OP_START_OF:
    case FA_OP_END_OF:
        return expr->period == FA_PERIOD_BDAY;
    case FA_OP_DATE_ADD:
        return expr->unit == FA_UNIT_BD;
    default:
        return false;
    }
}

static enum fa_status compile_operator(struct fa_scope *scope, const struct fa_expr *expr,
                                       const struct fa_formula **formula)
{
    const struct fa_formula **args;
    FA_TRY(compile_args(scope, expr, 0, &args));
    if (wants_days(expr->op))
        for (int i = 0; i < expr->arg_count; i++)
            FA_TRY(make_day(scope, args[i], &args[i]));
    if (expr->op == FA_OP_DATE) {
        *formula = args[0];
        return FA_OK;
    }
    struct fa_formula_detail detail = fa_no_detail();
    if (expr->op == FA_OP_ROUND)
        detail.rounding = expr->rounding;
    if (expr->op == FA_OP_START_OF || expr->op == FA_OP_END_OF)
        detail.period = expr->period;
    if (expr->op == FA_OP_DATE_ADD) {
        detail.unit = expr->unit;
        detail.zone_minutes = scope->ruleset->zone.offset_minutes;
    }
    if (wants_calendar(expr) && !(detail.calendar = fa_scope_calendar(scope)))
        return fa_out_of_memory(scope->program->sink, "the plan of the rules");
    return fa_formula_make(scope->program, expr->op, expr->kind, &detail, expr->arg_count, args,
                           formula);
}

enum fa_status fa_compile(struct fa_scope *scope, const struct fa_expr *expr,
                          const struct fa_formula **formula)
{
    switch (expr->op) {
    case FA_OP_CONST: {
        struct fa_value value = expr->value;
        if (!value.denominator)
            value.denominator = 1;
        value.numerator *= money_scale(scope, value.kind);
        return fa_formula_const(scope->program, &value, formula);
    }
    case FA_OP_PATH:
        if (scope->rule)
            return level_path(scope, &expr->path, formula);
        FA_TRY(first_column(scope, expr->path.steps[0], formula));
        return steps(scope, &expr->path, 1, formula);
    case FA_OP_PARAM:
    case FA_OP_SCALE:
        return compile_param(scope, expr, formula);
    case FA_OP_PREV:
        FA_TRY(fa_compile(scope, expr->args[0], formula));
        return fa_prev_leaf(scope->prev, *formula, formula);
    case FA_OP_LOOKUP:
    case FA_OP_HAS:
        return compile_look(scope, expr, formula);
    case FA_OP_CONVERT:
        return fa_convert_make(scope, expr, formula);
    case FA_OP_KEY:
    case FA_OP_AGG:
    case FA_OP_STATE:
        return level_leaf(scope, (int)expr->op, expr->kind, expr->index, formula);
    case FA_OP_PERIOD_DAY:
        *formula = scope->day;
        return FA_OK;
    case FA_OP_AS_OF:
        return fa_formula_const(scope->program,
                                &(struct fa_value){.kind = FA_KIND_DATE, .denominator = 1,
                                                   .numerator = scope->program->as_of_day},
                                formula);
    case FA_OP_DUTY: /* known when all rows have come */
        return fa_formula_const(scope->program,
                                &(struct fa_value){.kind = expr->kind, .is_missing = true}, formula);
    default:
        return compile_operator(scope, expr, formula);
    }
}

void fa_program_release(struct fa_program *program)
{
    for (size_t i = 0; i < program->formulas.count; i++)
        fa_flat_free(program->formulas.items[i]->flat, program->meter);
    for (size_t i = 0; i < program->finds.count; i++)
        fa_find_free(program->finds.items[i], program->meter);
    for (size_t i = 0; i < program->calendars.count; i++)
        fa_calendar_free(program->calendars.items[i].calendar);
    fa_rates_free(program->rates, program->meter);
    fa_vec_free(&program->formulas);
    fa_vec_free(&program->finds);
    fa_vec_free(&program->calendars);
    fa_arena_release(&program->arena);
}
