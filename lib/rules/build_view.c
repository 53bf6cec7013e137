/*
 * Views: each part is checked like a rule that groups rows, or keeps a running value, and whose
 * shown values are columns of a new table in the rules' dictionary. A view is made when it is
 * first named, so views may stand in any order.
 */
#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "rules/build_parts.h"
#include "rules/compile_parts.h"

/* Far more than may rest on one another: a longer chain is refused before the stack ends. */
enum { OPEN_VIEWS_MAX = 64 };

static enum fa_status build_view(struct fa_checker *checker, struct fa_syntax_view *syntax);

/* --- finding --- */

static struct fa_syntax_view *find_syntax(const struct fa_checker *checker, struct fa_str name)
{
    for (int i = 0; i < checker->syntax->views.count; i++)
        if (fa_str_equal(checker->syntax->views.items[i].name.text, name))
            return &checker->syntax->views.items[i];
    return NULL;
}

struct fa_view *fa_view_of(const struct fa_checker *checker, int table)
{
    for (int i = 0; i < checker->views.count; i++)
        if (checker->views.items[i]->table == table)
            return checker->views.items[i];
    return NULL;
}

bool fa_view_is_broken(const struct fa_checker *checker, struct fa_str name)
{
    if (fa_view_is_built_in(name))
        return !checker->account_day;
    const struct fa_syntax_view *syntax = find_syntax(checker, name);
    return syntax && (syntax->is_open || (syntax->is_done && !syntax->is_made));
}

bool fa_view_is_built_in(struct fa_str name)
{
    return fa_str_is(name, "account_day");
}

/* The days of an account with a row or a stated balance. What a day opens with is a part of its own: many
 * filings state closing balances only, and a part lacks what any of its columns lacks. */
static const char account_day[] =
    "view account_day\n"
    "  title   en \"Days of an account with a flow or a stated balance\"\n"
    "  title   zh \"账户逐日\"\n"
    "  on      leg of settled\n"
    "  per     account each day\n"
    "  show    flows = count(), received = sum(amount if direction = credit),\n"
    "          paid = sum(amount if direction = debit)\n"
    "  also on balance\n"
    "  show    statements = count(),\n"
    "          closing = last(closing if source = platform),\n"
    "          bank_closing = last(closing if source = bank)\n"
    "  also on balance\n"
    "  show    opening = first(opening if source = platform),\n"
    "          bank_opening = first(opening if source = bank)\n"
    "end\n";

static bool make_account_day(struct fa_checker *checker)
{
    struct fa_syntax_view syntax;
    struct fa_lexer lexer;
    const struct fa_lexer *outer = checker->lexer;
    if (fa_lexer_init(&lexer, fa_str_from(account_day), FA_STR("account_day"),
                      &checker->list->arena, checker->sink) != FA_OK ||
        fa_syntax_parse_view(&lexer, &syntax) != FA_OK)
        return false;
    checker->lexer = &lexer;
    bool is_made = build_view(checker, &syntax) == FA_OK;
    checker->lexer = outer;
    if (is_made)
        checker->account_day = checker->views.items[checker->views.count - 1];
    return is_made;
}

bool fa_view_prepare(struct fa_checker *checker, struct fa_str name)
{
    if (fa_view_is_built_in(name))
        return checker->account_day || make_account_day(checker);
    struct fa_syntax_view *syntax = find_syntax(checker, name);
    const struct fa_table_def *there = fa_dictionary_find(checker->list->dictionary, name);
    bool is_table = there && there->written_by != FA_BY_VIEW; /* making the view tells of the clash */
    if (!syntax || is_table)
        return true;
    if (syntax->is_open)
        return fa_check_error(checker, FA_CODE_RULE_CYCLE, &syntax->name, NULL,
                              "view '%.*s' needs itself", (int)name.size, name.bytes) == FA_OK;
    /* a mistake in it is counted when all views are made */
    if (syntax->is_done)
        return syntax->is_made;
    if (checker->open_views >= OPEN_VIEWS_MAX)
        return fa_check_error(checker, FA_CODE_RULE_SIZE, &syntax->name, NULL,
                              "views rest on one another at most %d deep", FA_VIEW_DEPTH_MAX) == FA_OK;
    checker->open_views++;
    syntax->status = build_view(checker, syntax);
    checker->open_views--;
    return syntax->is_made;
}

bool fa_view_note(struct fa_checker *checker, int table)
{
    struct fa_view *view = fa_view_of(checker, table);
    for (int i = 0; i < checker->reads.count; i++)
        if (checker->reads.items[i] == view)
            return true;
    if (view && fa_list_add(&checker->list->arena, &checker->reads, view) == FA_OK)
        return true;
    (void)fa_check_no_memory(checker);
    return false;
}

/* --- what is read --- */

static enum fa_status add_read(struct fa_checker *checker, struct fa_rule *rule,
                               struct fa_view *view)
{
    for (int i = 0; i < rule->view_count; i++)
        if (rule->views[i] == view)
            return FA_OK;
    if (fa_arena_grow(&checker->list->arena, &rule->views, (size_t)rule->view_count,
                      sizeof *rule->views) != FA_OK)
        return fa_check_no_memory(checker);
    rule->views[rule->view_count++] = view;
    return FA_OK;
}

enum fa_status fa_rule_collect_views(struct fa_checker *checker, struct fa_rule *rule)
{
    rule->views = NULL;
    rule->view_count = 0;
    for (int i = 0; i < checker->reads.count; i++) {
        struct fa_view *view = checker->reads.items[i];
        for (int p = 0; p < view->part_count; p++)
            for (int v = 0; v < view->parts[p].view_count; v++)
                FA_TRY(add_read(checker, rule, view->parts[p].views[v]));
        FA_TRY(add_read(checker, rule, view));
    }
    rule->view_columns = fa_arena_array(&checker->list->arena, (size_t)rule->view_count + 1,
                                        sizeof *rule->view_columns);
    for (int v = 0; rule->view_columns && v < rule->view_count; v++) {
        rule->view_columns[v] =
            fa_arena_array(&checker->list->arena, (size_t)rule->views[v]->column_count,
                           sizeof *rule->view_columns[v]);
        if (!rule->view_columns[v])
            return fa_check_no_memory(checker);
    }
    if (!rule->view_columns)
        return fa_check_no_memory(checker);
    fa_rule_note_columns(rule);
    return FA_OK;
}

/* --- the table --- */

static enum fa_type type_of(enum fa_kind kind)
{
    static const enum fa_type types[] = {
        [FA_KIND_BOOL] = FA_TYPE_BOOL,         [FA_KIND_INT] = FA_TYPE_INT,
        [FA_KIND_MONEY] = FA_TYPE_MONEY,       [FA_KIND_RATIO] = FA_TYPE_RATIO,
        [FA_KIND_DATE] = FA_TYPE_DATE,         [FA_KIND_TIME] = FA_TYPE_TIME,
        [FA_KIND_DURATION] = FA_TYPE_DURATION, [FA_KIND_ID] = FA_TYPE_ID,
        [FA_KIND_TEXT] = FA_TYPE_TEXT,         [FA_KIND_ENUM] = FA_TYPE_ENUM,
        [FA_KIND_SET] = FA_TYPE_SET,           [FA_KIND_CURRENCY] = FA_TYPE_CURRENCY,
    };
    return types[kind];
}

static struct fa_column_def column_def(const struct fa_dictionary *dictionary,
                                       const struct fa_view_column *column)
{
    struct fa_column_def def = {.name = column->name,
                                .type = type_of(column->kind),
                                .is_signed = true,
                                .refers_to = FA_NO_TABLE,
                                .meaning_en = column->name};
    if (column->expr && column->kind == FA_KIND_ID) {
        def.refers_to = column->expr->refers_to;
        def.refers_to_name = dictionary->tables[def.refers_to].name;
    }
    if (column->expr && column->expr->values_of) {
        def.values = column->expr->values_of->values;
        def.value_count = column->expr->values_of->value_count;
    }
    return def;
}

/* Names are unique over all rulesets; the built-in view is there once a ruleset. */
static struct fa_str table_name(struct fa_builder *builder, const struct fa_view *view)
{
    if (!fa_view_is_built_in(view->name))
        return view->name;
    struct fa_buf text;
    fa_buf_init(&text);
    struct fa_str name = {NULL, 0}, ruleset = view->ruleset->id;
    if (fa_buf_addf(&text, "%.*s@%.*s", (int)view->name.size, view->name.bytes,
                    (int)ruleset.size, ruleset.bytes) == FA_OK)
        name = fa_arena_str(&builder->checker->list->arena, fa_buf_str(&text));
    fa_buf_release(&text);
    if (!name.bytes)
        fa_build_no_memory(builder);
    return name;
}

/* Columns, and behind them the hidden filer as tables have it that a tool writes. */
static void add_table(struct fa_builder *builder, struct fa_view *view)
{
    struct fa_checker *checker = builder->checker;
    const struct fa_dictionary *dictionary = checker->list->dictionary;
    const struct fa_table_def *flow = fa_dictionary_find(dictionary, FA_STR("flow"));
    struct fa_table_def def = {.name = table_name(builder, view),
                               .meaning_en = view->title_en.size ? view->title_en : view->name,
                               .meaning_zh = view->title_zh,
                               .written_by = FA_BY_VIEW,
                               .column_count = view->column_count + 1,
                               .hidden_from = view->column_count,
                               .key_count = view->key_count + view->has_period,
                               .clock = view->has_period ? view->key_count : FA_NO_COLUMN,
                               .interval_from = FA_NO_COLUMN,
                               .interval_to = FA_NO_COLUMN,
                               .by = FA_NO_COLUMN,
                               .id_column = FA_NO_COLUMN,
                               .currency_column = FA_NO_COLUMN};
    def.columns = fa_build_array(builder, def.column_count, sizeof *def.columns);
    if (!def.columns || !def.name.bytes)
        return;
    for (int c = 0; c < view->column_count; c++)
        def.columns[c] = column_def(dictionary, &view->columns[c]);
    def.columns[view->column_count] = flow->columns[fa_table_hidden_column(flow, "filer")];
    for (int k = 0; k < def.key_count; k++)
        def.key_columns[k] = k;
    struct fa_table_block block = {.name = builder->syntax->id, .def = def};
    enum fa_status status = fa_own_table_add(checker, &block);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return;
    checker->list->own_tables.items[checker->list->own_tables.count - 1].is_view = true;
    view->table = block.def.index;
}

/* --- columns --- */

static const char *period_word(enum fa_period period)
{
    static const char *const words[] = {"day", "bday", "week", "month", "quarter", "year"};
    return words[period];
}

static void add_column(struct fa_builder *builder, struct fa_view *view,
                       const struct fa_token *token, struct fa_view_column column)
{
    for (int c = 0; c < view->column_count; c++)
        if (fa_str_equal(view->columns[c].name, column.name)) {
            fa_build_error(builder, FA_CODE_RULE_TWICE, token, "write NAME = in front of one",
                           "two columns of the view are called '%.*s'", (int)column.name.size,
                           column.name.bytes);
            return;
        }
    if (fa_arena_grow(&builder->checker->list->arena, &view->columns,
                      (size_t)view->column_count, sizeof column) != FA_OK)
        fa_build_no_memory(builder);
    else
        view->columns[view->column_count++] = column;
}

/* A part of the key is called as it says, or as the column that its path ends in. */
static void add_keys(struct fa_builder *builder, struct fa_view *view,
                     const struct fa_syntax_per *per)
{
    struct fa_rule *rule = builder->rule;
    for (int k = 0; builder->status == FA_OK && k < rule->key_count; k++) {
        const struct fa_syntax_key *key = &per->keys.items[k];
        const struct fa_node *node = key->value;
        bool has_name =
            key->name.size || node->kind == FA_NODE_NAME || node->kind == FA_NODE_MEMBER;
        struct fa_str name = key->name.size ? key->name : node->token.text;
        if (!has_name) {
            fa_build_error(builder, FA_CODE_RULE_MISSING, &node->token,
                           "write NAME = in front of it", "a column of a view needs a name");
            return;
        }
        rule->keys[k].name = name;
        struct fa_view_column column = {.name = name,
                                        .kind = rule->keys[k].expr->kind,
                                        .expr = rule->keys[k].expr,
                                        .part = -1,
                                        .shown = -1,
                                        .share_of = -1};
        fa_build_note(builder, fa_rule_mask_column(builder->checker, rule, column.expr,
                                                   &column.mask_column));
        add_column(builder, view, &node->token, column);
    }
    if (view->has_period)
        add_column(builder, view, &per->token,
                   (struct fa_view_column){.name = fa_str_from(period_word(view->period)),
                                           .kind = FA_KIND_DATE,
                                           .part = -1,
                                           .shown = -1,
                                           .share_of = -1});
}

static bool is_share(const struct fa_node *node)
{
    return node->kind == FA_NODE_CALL && fa_str_is(node->token.text, "share");
}

/* share(COLUMN) */
static void add_share(struct fa_builder *builder, struct fa_view *view,
                      const struct fa_syntax_show *show)
{
    const struct fa_node *arg = show->value->arg_count == 1 ? show->value->args[0] : NULL;
    int of = -1;
    for (int c = 0; arg && arg->kind == FA_NODE_NAME && c < view->column_count; c++)
        if (view->columns[c].part >= 0 &&
            fa_str_equal(view->columns[c].name, arg->token.text))
            of = c;
    bool is_number = of >= 0 && (view->columns[of].kind == FA_KIND_MONEY ||
                                 view->columns[of].kind == FA_KIND_INT);
    if (!is_number) {
        fa_build_error(builder, FA_CODE_RULE_TYPE, &show->value->token,
                       "write show total = sum(amount), part = share(total)",
                       "a share is that of a column of the view, money or a whole number");
        return;
    }
    add_column(builder, view, &show->token,
               (struct fa_view_column){.name = show->name,
                                       .kind = FA_KIND_RATIO,
                                       .part = -1,
                                       .shown = -1,
                                       .share_of = of});
}

static void add_shown(struct fa_builder *builder, struct fa_view *view, int part,
                      const struct fa_syntax_show *show)
{
    struct fa_rule *rule = builder->rule;
    struct fa_expr *expr;
    enum fa_status status =
        fa_check_any(builder->checker, &builder->group, show->value, &expr);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return;
    struct fa_shown shown = {.name = show->name, .expr = expr};
    fa_build_note(builder,
                  fa_rule_mask_column(builder->checker, rule, expr, &shown.mask_column));
    if (fa_arena_grow(&builder->checker->list->arena, &rule->shown, (size_t)rule->shown_count,
                      sizeof shown) != FA_OK) {
        fa_build_no_memory(builder);
        return;
    }
    rule->shown[rule->shown_count] = shown;
    add_column(builder, view, &show->token,
               (struct fa_view_column){.name = show->name,
                                       .mask_column = shown.mask_column,
                                       .kind = expr->kind,
                                       .expr = expr,
                                       .part = part,
                                       .shown = rule->shown_count++,
                                       .share_of = -1});
}

/* --- a part --- */

static bool are_alike(const struct fa_expr *a, const struct fa_expr *b)
{
    const struct fa_column_def *x = a->values_of, *y = b->values_of;
    bool is_alike = a->kind == b->kind && a->refers_to == b->refers_to && !x == !y &&
                    (!x || x->value_count == y->value_count);
    for (uint32_t i = 0; is_alike && x && i < x->value_count; i++)
        is_alike = fa_str_equal(x->values[i], y->values[i]);
    return is_alike;
}

/* Keys of the later parts are those of the first, said of their own rows. */
static void check_same_keys(struct fa_builder *builder, const struct fa_view *view)
{
    const struct fa_rule *rule = builder->rule, *first = &view->parts[0];
    for (int k = 0; builder->status == FA_OK && k < rule->key_count; k++)
        if (!are_alike(rule->keys[k].expr, first->keys[k].expr))
            fa_build_error(builder, FA_CODE_RULE_TYPE, &builder->syntax->population.table, NULL,
                           "the key '%.*s' is of different types in the parts of the view",
                           (int)first->keys[k].name.size, first->keys[k].name.bytes);
}

static void build_stock(struct fa_builder *builder)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_rule *rule = builder->rule;
    if (rule->population.row_table->clock == FA_NO_COLUMN)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->population.table, NULL,
                       "the table has no clock to run along");
    if (rule->period == FA_PERIOD_BDAY)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->running,
                       "write at end of each day",
                       "a running value is taken at the end of days, weeks, months, quarters "
                       "or years");
    rule->is_at_day_end = true;
    rule->state_name = syntax->running.text;
    if (builder->status == FA_OK)
        fa_build_running(builder, syntax->running_value, false);
}

static void build_part(struct fa_builder *builder, struct fa_view *view, int part,
                       const struct fa_syntax_part *syntax)
{
    struct fa_rule *rule = builder->rule;
    struct fa_syntax_rule *said = builder->syntax;
    const struct fa_syntax_rule *first_said = builder->syntax;
    if (!fa_build_population(builder, &said->population, &rule->population, &builder->row))
        return;
    fa_build_date(builder, &builder->row, &rule->dated_by);
    fa_build_exceptions(builder, &builder->row, said->except_rows.items,
                        said->except_rows.count, &rule->except_rows, &rule->except_row_count);
    fa_build_keys(builder, &first_said->per);
    if (rule->is_across_filers)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &first_said->per.across,
                       "take out across filers", "keys of a view are within a filer");
    if (rule->way == FA_WAY_STOCK && builder->status == FA_OK)
        build_stock(builder);
    fa_build_require_status(builder, &said->population, &rule->population, NULL);
    if (builder->status != FA_OK)
        return;
    if (part == 0) {
        view->key_count = rule->key_count;
        view->has_period = rule->has_period;
        view->period = rule->period;
        add_keys(builder, view, &said->per);
    } else {
        check_same_keys(builder, view);
    }
    builder->group = builder->row;
    builder->group.level = FA_NAMES_GROUP;
    for (int i = 0; builder->status == FA_OK && i < syntax->shows.count; i++)
        if (is_share(syntax->shows.items[i].value))
            add_share(builder, view, &syntax->shows.items[i]);
        else
            add_shown(builder, view, part, &syntax->shows.items[i]);
}

static void require(struct fa_builder *builder, bool is_given, const char *what,
                    const char *hint)
{
    const struct fa_token *id = &builder->syntax->id;
    if (!is_given)
        fa_build_error(builder, FA_CODE_RULE_MISSING, id, hint, "view '%.*s' lacks '%s'",
                       (int)id->text.size, id->text.bytes, what);
}

/* --- a view --- */

static void check_part(struct fa_builder *builder, const struct fa_syntax_view *view, int part)
{
    const struct fa_syntax_rule *said = builder->syntax;
    const struct fa_syntax_part *syntax = &view->parts.items[part];
    require(builder, said->has_population, "on", "write on TABLE");
    require(builder, said->has_per && said->per.keys.count, "per",
            "write per KEY each day, or per filer each day");
    require(builder, syntax->shows.count, "show", "write show total = sum(amount)");
    if (part > 0 && (said->running.kind != FA_TOKEN_END || view->parts.items[0].rule.running.kind != FA_TOKEN_END))
        fa_build_error(builder, FA_CODE_RULE_TYPE, &said->population.table,
                       "make it a view of its own",
                       "a view of a running value has one population");
    if (part == 0 && view->is_statistic)
        require(builder, view->title_en.size, "title en", NULL);
    if (part == 0 && view->has_chart && !view->is_statistic)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &view->chart_token,
                       "write statistic instead of view", "only a statistic has a chart");
    if (part == 0 && view->sheet_token.kind && !view->is_statistic)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &view->sheet_token,
                       "write statistic instead of view", "only a statistic has a sheet");
    if (part == 0 && view->sheet_token.kind)
        require(builder, view->sheet_en.size, "sheet en", NULL);
    if (part == 0 && view->sheet_token.kind && view->chart != FA_CHART_NONE)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &view->chart_token, "take out chart, or sheet",
                       "a statistic that shares its sheet has no chart");
    if (part == 0 && said->per.keys.count + said->per.has_period > FA_KEY_COLUMNS_MAX)
        fa_build_error(builder, FA_CODE_RULE_SIZE, &said->per.token, NULL,
                       "the key of a view has at most %d parts, its period among them",
                       FA_KEY_COLUMNS_MAX);
}

static void finish_part(struct fa_builder *builder, struct fa_view *view)
{
    struct fa_checker *checker = builder->checker;
    struct fa_rule *rule = builder->rule;
    if (checker->ruleset->currency)
        rule->amount_column = fa_rule_amount(rule->population.row_table);
    fa_build_note(builder, fa_rule_collect_views(checker, rule));
    fa_build_whole(builder);
    if (builder->status == FA_OK)
        fa_build_note(builder, fa_rule_collect_needs(checker, rule));
    for (int v = 0; v < rule->view_count; v++)
        if (rule->views[v]->depth >= view->depth)
            view->depth = rule->views[v]->depth + 1;
    for (int i = 0; builder->status == FA_OK && i < builder->syntax->lets.count; i++)
        fa_rule_warn_unused(checker, &builder->syntax->lets.items[i]);
}

static enum fa_status build_parts(struct fa_checker *checker, struct fa_syntax_view *syntax,
                                  struct fa_view *view)
{
    struct fa_builder builder = {.checker = checker};
    const struct fa_syntax_rule *first = &syntax->parts.items[0].rule;
    view->parts = fa_build_array(&builder, syntax->parts.count, sizeof *view->parts);
    for (int p = 0; view->parts && p < syntax->parts.count; p++) {
        struct fa_syntax_rule *said = &syntax->parts.items[p].rule;
        if (p > 0) { /* keys and period are said once */
            said->per = first->per;
            said->has_per = first->has_per;
        }
        view->parts[p] = (struct fa_rule){
            .id = view->name,
            .ruleset = checker->ruleset,
            .view = view,
            .from_day = checker->ruleset->from_day,
            .to_day = checker->ruleset->to_day,
            .way = said->running.kind != FA_TOKEN_END ? FA_WAY_STOCK : FA_WAY_GROUP,
            .title_en = view->title_en,
            .worst_shown = -1,
            .amount_column = -1,
            .line_no = view->line_no};
        view->part_count++;
        builder.syntax = said;
        builder.rule = &view->parts[p];
        checker->reads.count = 0;
        check_part(&builder, syntax, p);
        if (builder.status == FA_OK)
            build_part(&builder, view, p, &syntax->parts.items[p]);
        if (builder.status == FA_OK)
            finish_part(&builder, view);
    }
    if (builder.status == FA_OK && view->depth > FA_VIEW_DEPTH_MAX)
        fa_build_error(&builder, FA_CODE_RULE_SIZE, &syntax->name, NULL,
                       "views rest on one another at most %d deep", FA_VIEW_DEPTH_MAX);
    if (builder.status == FA_OK)
        add_table(&builder, view);
    return builder.status;
}

static enum fa_status build_view(struct fa_checker *checker, struct fa_syntax_view *syntax)
{
    struct fa_arena *arena = &checker->list->arena;
    struct fa_view *view = fa_arena_alloc(arena, sizeof *view);
    if (!view)
        return fa_check_no_memory(checker);
    *view = (struct fa_view){.name = syntax->name.text,
                             .ruleset = checker->ruleset,
                             .is_statistic = syntax->is_statistic,
                             .is_built_in = fa_view_is_built_in(syntax->name.text),
                             .title_en = syntax->title_en,
                             .title_zh = syntax->title_zh,
                             .chart = syntax->chart,
                             .sheet_en = syntax->sheet_en,
                             .sheet_zh = syntax->sheet_zh,
                             .is_sheet_first = syntax->is_sheet_first,
                             .depth = 1,
                             .line_no = (uint32_t)syntax->name.line_no};
    /* what names it may be at work itself */
    struct fa_checker outer = *checker;
    checker->reads.items = NULL;
    checker->reads.count = 0;
    checker->expr_count = checker->depth = 0;
    syntax->is_open = true;
    enum fa_status status = syntax->is_broken ? FA_ERULES : build_parts(checker, syntax, view);
    syntax->is_open = false;
    syntax->is_done = true;
    checker->reads = outer.reads;
    checker->expr_count = outer.expr_count;
    checker->depth = outer.depth;
    FA_TRY(status);
    struct fa_ruleset *ruleset = checker->ruleset;
    if (fa_list_add(arena, &checker->views, view) != FA_OK ||
        fa_arena_grow(arena, &ruleset->views, (size_t)ruleset->view_count,
                      sizeof *ruleset->views) != FA_OK)
        return fa_check_no_memory(checker);
    ruleset->views[ruleset->view_count++] = view;
    syntax->is_made = true;
    return FA_OK;
}

enum fa_status fa_views_make(struct fa_checker *checker)
{
    enum fa_status total = FA_OK;
    for (int i = 0; i < checker->syntax->views.count; i++) {
        struct fa_syntax_view *syntax = &checker->syntax->views.items[i];
        if (find_syntax(checker, syntax->name.text) != syntax)
            syntax->status = fa_check_error(checker, FA_CODE_RULE_TWICE, &syntax->name, NULL,
                                            "view '%.*s' is there already",
                                            (int)syntax->name.text.size,
                                            syntax->name.text.bytes);
        else if (!syntax->is_done)
            syntax->status = build_view(checker, syntax);
        if (total == FA_OK || (total == FA_ERULES && syntax->status != FA_OK))
            total = syntax->status;
    }
    return total;
}
