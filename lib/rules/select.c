#include "rules/select.h"

#include <stdlib.h>

#include "base/limits.h"
#include "rules/check.h"
#include "rules/compile.h"
#include "rules/judge.h"
#include "rules/verify.h"

struct fa_selection {
    struct fa_run run;
    struct fa_ruleset_list list; /* empty: its arena has the condition */
    struct fa_ruleset nobody;    /* the filing's zone and currency */
    struct fa_scope scope;
    const struct fa_formula *when;
    const struct fa_formula *currency; /* NULL: rows in all of them can be asked about */
    int table;
};

/* --- the condition --- */

static bool compares_money(const struct fa_expr *expr)
{
    for (int i = 0; i < expr->arg_count; i++)
        if (compares_money(expr->args[i]))
            return true;
    return expr->kind == FA_KIND_MONEY && expr->op == FA_OP_CONST;
}

/* The built-in view is the only one that is known without a ruleset; a stream has no view. */
static const struct fa_node *find_view(const struct fa_node *node)
{
    const struct fa_node *found = NULL;
    if (node->kind == FA_NODE_CALL && fa_view_is_built_in(node->token.text))
        return node;
    for (int i = 0; i < node->arg_count && !found; i++)
        found = find_view(node->args[i]);
    return found;
}

static enum fa_status check(struct fa_selection *selection, struct fa_lexer *lexer,
                            const struct fa_node *node, struct fa_expr **expr)
{
    struct fa_syntax_ruleset none = {.is_broken = false};
    struct fa_checker checker = {.list = &selection->list,
                                 .lexer = lexer,
                                 .sink = lexer->sink,
                                 .syntax = &none,
                                 .ruleset = &selection->nobody};
    const struct fa_names names = {
        .level = FA_NAMES_ROW,
        .table = selection->table,
        .def = &selection->list.dictionary->tables[selection->table]};
    const struct fa_node *view = find_view(node);
    if (view)
        return fa_check_error(&checker, FA_CODE_RULE_NAME, &view->token,
                              "write a rule that reads it",
                              "the stream has no table '%.*s': rules make it when they run",
                              (int)view->token.text.size, view->token.text.bytes);
    return fa_check_kind(&checker, &names, node, FA_KIND_BOOL, expr);
}

static enum fa_status parse(struct fa_selection *selection, struct fa_str text,
                            struct fa_str source, struct fa_sink *sink, struct fa_expr **expr)
{
    struct fa_lexer lexer;
    const struct fa_node *node;
    FA_TRY(fa_lexer_init(&lexer, text, source, &selection->list.arena, sink));
    FA_TRY(fa_expr_parse(&lexer, &node));
    FA_TRY(fa_lex_expect_statement_end(&lexer));
    if (lexer.token.kind != FA_TOKEN_END)
        return fa_error(sink, FA_CODE_LANG_EXPECTED, fa_lex_place(&lexer, &lexer.token),
                        "join conditions with and, or", "the condition goes on behind its end");
    return check(selection, &lexer, node, expr);
}

static enum fa_status plan(struct fa_selection *selection, const struct fa_expr *expr)
{
    struct fa_run *run = &selection->run;
    struct fa_scope *scope = &selection->scope;
    FA_TRY(fa_program_init(&run->program, selection->list.dictionary, run->head,
                           run->head->as_of_day, &run->meter, run->sink));
    FA_TRY(fa_scope_row(&run->program, &selection->nobody, selection->table, false, NULL, scope));
    FA_TRY(fa_compile(scope, expr, &selection->when));
    if (compares_money(expr))
        FA_TRY(fa_currency_test(scope, &selection->currency));
    return fa_plan_verify(run, NULL, 0);
}

enum fa_status fa_selection_new(const struct fa_head *head, int table, struct fa_str expr,
                                struct fa_str source, uint64_t memory_max, struct fa_sink *sink,
                                struct fa_selection **made)
{
    struct fa_selection *selection = calloc(1, sizeof *selection);
    if (!selection)
        return fa_out_of_memory(sink, "the condition");
    fa_ruleset_list_init(&selection->list, &head->dictionary);
    selection->table = table;
    selection->nobody = (struct fa_ruleset){.id = source,
                                            .from_day = INT64_MIN,
                                            .to_day = INT64_MAX,
                                            .zone = head->zone,
                                            .currency = head->currency};
    selection->run = (struct fa_run){.meter = {.max = memory_max, .sink = sink},
                                     .arena = &selection->list.arena,
                                     .sink = sink,
                                     .head = head,
                                     .rulesets = &selection->list};
    fa_stages_init(&selection->run.stages);
    fa_pool_init(&selection->run.row_pool);
    struct fa_expr *checked = NULL;
    enum fa_status status = parse(selection, expr, source, sink, &checked);
    if (status == FA_OK)
        status = plan(selection, checked);
    if (status == FA_OK)
        *made = selection;
    else
        fa_selection_free(selection);
    return status;
}

void fa_selection_free(struct fa_selection *selection)
{
    if (!selection)
        return;
    struct fa_run *run = &selection->run;
    fa_stages_release(&run->stages, &run->meter);
    if (run->program.dictionary)
        fa_program_release(&run->program);
    fa_scope_release(&selection->scope);
    fa_pool_release(&run->row_pool);
    fa_ruleset_list_release(&selection->list);
    free(selection);
}

/* --- rows --- */

bool fa_selection_want(const struct fa_selection *selection, struct fa_held *held)
{
    const struct fa_program *program = &selection->run.program;
    const struct fa_dictionary *dictionary = &selection->run.head->dictionary;
    bool reads_stream = false;
    for (int t = 0; t < dictionary->table_count; t++) {
        const struct fa_table_use *use = &program->uses[t];
        const struct fa_table_def *def = &dictionary->tables[t];
        for (int c = 0; c < def->column_count; c++)
            if (use->columns[c] & FA_USE_JUMP)
                fa_held_want(held, t, c);
        if (!use->is_jumped_to)
            continue;
        fa_held_want(held, t, FA_NO_COLUMN);
        if (def->by != FA_NO_COLUMN || def->written_by != FA_BY_FILING) {
            fa_held_want_streamed(held, t);
            reads_stream = true;
        }
    }
    return reads_stream;
}

enum fa_status fa_selection_begin(struct fa_selection *selection, const struct fa_held *held)
{
    struct fa_run *run = &selection->run;
    for (int t = 0; t < run->head->dictionary.table_count; t++) {
        run->program.uses[t].space = fa_held_get(held, t);
        if (run->program.uses[t].is_jumped_to ||
            run->head->dictionary.tables[t].by == FA_NO_COLUMN)
            run->program.uses[t].held = run->program.uses[t].space;
    }
    return fa_run_fill_calendars(run);
}

static enum fa_status mark_slice(struct fa_selection *selection, struct fa_slice *slice,
                                 uint8_t *marks)
{
    static const uint8_t of[] = {FA_LEFT, FA_SELECTED, FA_SELECT_UNKNOWN};
    fa_pool_clear(slice->pool);
    struct fa_frame *frame = fa_frame_base(slice);
    const struct fa_vector *when = frame ? fa_eval(frame, selection->when) : NULL;
    const struct fa_vector *is_ours =
        when && selection->currency ? fa_eval(frame, selection->currency) : NULL;
    if (!when || (selection->currency && !is_ours))
        return fa_failed(slice);
    for (uint32_t i = 0; i < slice->count; i++) {
        bool is_other = is_ours && fa_truth_at(is_ours, i) != FA_TRUE;
        marks[i] = is_other ? FA_SELECT_OTHER_CURRENCY : of[fa_truth_at(when, i)];
    }
    return FA_OK;
}

enum fa_status fa_selection_mark(struct fa_selection *selection, const struct fa_batch *batch,
                                 uint8_t *marks)
{
    for (uint32_t from = 0; from < batch->row_count; from += FA_SLICE_ROWS) {
        uint32_t left = batch->row_count - from;
        struct fa_slice slice = {.program = &selection->run.program,
                                 .pool = &selection->run.row_pool,
                                 .batch = batch,
                                 .table = selection->table,
                                 .from = from,
                                 .count = left < FA_SLICE_ROWS ? left : FA_SLICE_ROWS};
        FA_TRY(mark_slice(selection, &slice, marks + from));
    }
    return FA_OK;
}
