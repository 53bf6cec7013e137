/*
 * The rows that a rule looks at, their date, their exceptions and their keys.
 */
#include "rules/build_parts.h"

#include "base/nearest.h"

static bool find_view(struct fa_str name, enum fa_view_kind *view)
{
    *view = fa_str_is(name, "settled")     ? FA_VIEW_SETTLED
            : fa_str_is(name, "effective") ? FA_VIEW_EFFECTIVE
                                           : FA_VIEW_NONE;
    return *view != FA_VIEW_NONE;
}

struct status_search {
    int flow, status;
    bool is_found;
};

static void search_status(void *context, struct fa_expr *expr)
{
    struct status_search *search = context;
    if (expr->op == FA_OP_PATH && expr->path.steps[0] == search->status &&
        (expr->path.table == search->flow || expr->path.table == FA_LEG_TABLE))
        search->is_found = true;
}

static bool reads_status(const struct fa_builder *builder, struct fa_expr *a, struct fa_expr *b)
{
    const struct fa_table_def *flow =
        fa_dictionary_find(builder->checker->list->dictionary, FA_STR("flow"));
    struct status_search search = {.flow = flow->index,
                                   .status = fa_table_find_column(flow, FA_STR("status"))};
    fa_expr_visit(a, search_status, &search);
    fa_expr_visit(b, search_status, &search);
    return search.is_found;
}

static void unknown_table(struct fa_builder *builder, const struct fa_token *token)
{
    const struct fa_dictionary *dictionary = builder->checker->list->dictionary;
    struct fa_nearest nearest = {.wanted = token->text};
    fa_nearest_add(&nearest, FA_STR("settled"));
    fa_nearest_add(&nearest, FA_STR("effective"));
    for (int i = 0; i < dictionary->table_count; i++)
        fa_nearest_add(&nearest, dictionary->tables[i].name);
    char hint[FA_NEAREST_HINT_BYTES], use[FA_NEAREST_HINT_BYTES];
    fa_build_error(builder, FA_CODE_RULE_NAME, token,
                   fa_table_hint(builder->checker, token->text,
                                 fa_nearest_hint(&nearest, NULL, hint), use),
                   "unknown table or view '%.*s'", (int)token->text.size, token->text.bytes);
}

/* False when the table is not known: then nothing about its rows can be checked. */
bool fa_build_population(struct fa_builder *builder, const struct fa_syntax_population *syntax,
                         struct fa_population *population, struct fa_names *names)
{
    struct fa_checker *checker = builder->checker;
    const struct fa_token *token = &syntax->table;
    struct fa_str name =
        find_view(token->text, &population->view) ? FA_STR("flow") : token->text;
    const struct fa_table_def *def = fa_find_table(checker, name);
    if (!def && fa_view_is_broken(checker, name)) {
        fa_build_note(builder, FA_ERULES);
        return false;
    }
    if (!def || def->written_by == FA_BY_FLAG) {
        unknown_table(builder, token);
        return false;
    }
    if (syntax->is_leg && !fa_str_is(def->name, "flow")) {
        fa_build_error(builder, FA_CODE_RULE_TYPE, token,
                       "write leg of effective, leg of settled", "only flows have legs");
        return false;
    }
    population->table = def->index;
    population->is_leg = syntax->is_leg;
    population->row_table = syntax->is_leg ? checker->leg : def;
    *names = (struct fa_names){.level = FA_NAMES_ROW,
                               .table = syntax->is_leg ? FA_LEG_TABLE : def->index,
                               .def = population->row_table,
                               .syntax = builder->syntax,
                               .rule = builder->rule};
    if (syntax->where)
        fa_build_note(builder, fa_check_kind(checker, names, syntax->where, FA_KIND_BOOL,
                                             &population->where));
    return true;
}

/* A rule on bare flow must read status: pending and failed flows moved no money. */
void fa_build_require_status(struct fa_builder *builder,
                             const struct fa_syntax_population *syntax,
                             const struct fa_population *population, struct fa_expr *when)
{
    bool is_flow = fa_str_is(population->row_table->name, "flow") || population->is_leg;
    if (builder->status == FA_OK && is_flow && population->view == FA_VIEW_NONE &&
        !reads_status(builder, population->where, when))
        fa_build_error(
            builder, FA_CODE_RULE_STATUS, &syntax->table,
            "write settled (money that moved), effective (less reversals), or a condition "
            "on status",
            "flow holds pending and failed flows too, and the rule does not read status");
}

/* The date of a row: what dated by says, else the clock, else as-of. */
void fa_build_date(struct fa_builder *builder, const struct fa_names *names,
                   struct fa_expr **date)
{
    static const struct fa_node as_of = {.kind = FA_NODE_NAME,
                                         .token = {.kind = FA_TOKEN_WORD, .text = {"as_of", 5}},
                                         .text = {"as_of", 5}};
    struct fa_checker *checker = builder->checker;
    const struct fa_node *node = builder->syntax->dated_by;
    if (node) {
        enum fa_status status = fa_check_any(checker, names, node, date);
        if (status == FA_OK && (*date)->kind != FA_KIND_DATE && (*date)->kind != FA_KIND_TIME)
            fa_build_error(builder, FA_CODE_RULE_TYPE, &node->token, NULL,
                           "expected a date or time, found %s",
                           fa_kind_name((int)(*date)->kind));
        fa_build_note(builder, status);
        return;
    }
    if (names->def->clock == FA_NO_COLUMN) {
        fa_build_note(builder,
                      fa_expr_make(checker, &as_of, FA_OP_AS_OF, FA_KIND_DATE, NULL, 0, date));
        return;
    }
    struct fa_path path = {.table = names->table,
                           .step_count = 1,
                           .steps = {names->def->clock},
                           .tables = {names->table}};
    struct fa_node clock = {.kind = FA_NODE_NAME,
                            .text = names->def->columns[names->def->clock].name};
    fa_build_note(builder, fa_path_expr(checker, &clock, &path, date));
}

void fa_build_exceptions(struct fa_builder *builder, const struct fa_names *names,
                         const struct fa_syntax_exception *syntax, int count,
                         struct fa_exception **exceptions, int *exception_count)
{
    *exceptions = fa_build_array(builder, count, sizeof **exceptions);
    for (int i = 0; *exceptions && i < count; i++) {
        (*exceptions)[i].cite = syntax[i].cite;
        fa_build_note(builder, fa_check_kind(builder->checker, names, syntax[i].when,
                                             FA_KIND_BOOL, &(*exceptions)[i].when));
        (*exception_count)++;
    }
}

/* --- keys --- */

static bool can_be_key(enum fa_kind kind)
{
    return kind != FA_KIND_SET && kind != FA_KIND_RATIO;
}

/* An id belongs to the filer who uses it: the same name means someone else in another's books. */
static void check_across(struct fa_builder *builder, const struct fa_syntax_per *per)
{
    struct fa_rule *rule = builder->rule;
    bool can_be = rule->way == FA_WAY_ROW || rule->way == FA_WAY_GROUP ||
                  rule->way == FA_WAY_WINDOW || rule->way == FA_WAY_RUNNING ||
                  rule->way == FA_WAY_COMPARE || rule->way == FA_WAY_SEQUENCE ||
                  rule->way == FA_WAY_UNIQUE;
    rule->is_across_filers = per->is_across_filers;
    if (!per->is_across_filers)
        return;
    if (!can_be)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &per->across, "take out across filers",
                       "keys of this way are within a filer");
    if (builder->syntax->has_duty)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &per->across, "take out across filers",
                       "a duty is discharged in the books of who owes it");
    for (int i = 0; i < rule->key_count; i++)
        if (rule->keys[i].expr->kind == FA_KIND_ID)
            fa_build_error(builder, FA_CODE_RULE_TYPE, &per->keys.items[i].value->token,
                           "name what is the same in the books of all: party.id_number",
                           "'%.*s' is an id, and each filer has its own",
                           (int)rule->keys[i].name.size, rule->keys[i].name.bytes);
}

void fa_build_keys(struct fa_builder *builder, const struct fa_syntax_per *per)
{
    struct fa_rule *rule = builder->rule;
    rule->keys = fa_build_array(builder, per->keys.count, sizeof *rule->keys);
    rule->has_period = per->has_period;
    rule->period = per->period;
    if (per->has_period && per->period == FA_PERIOD_BDAY &&
        !builder->checker->ruleset->calendar.size)
        fa_build_error(builder, FA_CODE_RULE_MISSING, &per->token,
                       "add calendar cn (or another) to the ruleset's head",
                       "working days need a calendar");
    for (int i = 0; rule->keys && i < per->keys.count; i++) {
        const struct fa_syntax_key *key = &per->keys.items[i];
        struct fa_expr *expr;
        enum fa_status status =
            fa_check_any(builder->checker, &builder->row, key->value, &expr);
        fa_build_note(builder, status);
        if (status != FA_OK)
            continue;
        if (!can_be_key(expr->kind))
            fa_build_error(builder, FA_CODE_RULE_TYPE, &key->value->token, NULL,
                           "%s cannot be a key", fa_kind_name((int)expr->kind));
        rule->keys[rule->key_count++] = (struct fa_key_part){
            .name = key->name.size ? key->name : key->value->text, .expr = expr};
    }
    if (builder->status == FA_OK)
        check_across(builder, per);
}
