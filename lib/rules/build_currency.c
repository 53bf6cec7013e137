/*
 * Amounts of several currencies: x in USD, and what a rule with currency any may do with them.
 *
 * Either amounts are converted, so that all are in the ruleset's currency, or the key has the
 * currency, so that only amounts of one are added and compared.
 */
#include "rules/build_parts.h"

static enum fa_rounding rounding_of(const struct fa_node *node)
{
    return fa_node_is(node, FA_NODE_NAME, "half up")     ? FA_ROUND_HALF_UP
           : fa_node_is(node, FA_NODE_NAME, "half even") ? FA_ROUND_HALF_EVEN
                                                         : FA_ROUND_DOWN;
}

enum fa_status fa_check_convert(struct fa_checker *checker, const struct fa_names *names,
                                const struct fa_node *node, struct fa_expr **expr)
{
    fa_currency currency;
    struct fa_expr *amount;
    if (!fa_currency_parse(node->token.text, &currency) ||
        currency != checker->ruleset->currency)
        return fa_check_error(checker, FA_CODE_RULE_CURRENCY, &node->token,
                              "numbers of a rule are in the currency of its ruleset's head",
                              "amounts are converted to the ruleset's currency only");
    FA_TRY(fa_check_kind(checker, names, node->args[0], FA_KIND_MONEY, &amount));
    if (names->level != FA_NAMES_ROW || amount->op != FA_OP_PATH ||
        amount->path.step_count != 1)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, fa_node_start(node->args[0]),
                              "convert the column, then calculate: sum(x in USD half up)",
                              "only an amount of the row itself is converted");
    amount->is_converted = true;
    FA_TRY(fa_expr_make(checker, node, FA_OP_CONVERT, FA_KIND_MONEY, &amount, 1, expr));
    (*expr)->rounding = rounding_of(node->args[1]);
    return FA_OK;
}

struct search {
    bool has_mixed, has_number;
};

static void search_money(void *context, struct fa_expr *expr)
{
    struct search *search = context;
    if (expr->kind != FA_KIND_MONEY)
        return;
    bool is_read = expr->op == FA_OP_PATH || expr->op == FA_OP_LOOKUP;
    search->has_mixed |= is_read && !expr->is_converted;
    /* zero is zero in every currency */
    search->has_number |= (expr->op == FA_OP_CONST && expr->value.numerator != 0) ||
                          expr->op == FA_OP_PARAM || expr->op == FA_OP_SCALE;
}

static bool has_opening(const struct fa_rule *rule)
{
    bool is_found = false;
    for (int i = 0; i < rule->term_count; i++)
        is_found |= rule->terms[i].is_opening;
    for (int s = 0; s < rule->series_count; s++)
        for (int i = 0; i < rule->series[s].term_count; i++)
            is_found |= rule->series[s].terms[i].is_opening;
    return is_found;
}

/* The currency of the row's money: its own column's, or else its account's or contract's. */
static bool is_currency_key(const struct fa_builder *builder, const struct fa_expr *key)
{
    if (key->kind != FA_KIND_CURRENCY || key->op != FA_OP_PATH)
        return false;
    const struct fa_column_def *first = fa_path_column(builder->checker, &key->path, 0);
    return key->path.step_count == 1 ||
           (key->path.step_count == 2 && (fa_str_is(first->name, "account") ||
                                          fa_str_is(first->name, "contract")));
}

void fa_build_any_currency(struct fa_builder *builder)
{
    const struct fa_token *token = &builder->syntax->any_currency;
    struct fa_rule *rule = builder->rule;
    if (token->kind == FA_TOKEN_END)
        return;
    rule->is_any_currency = true;
    rule->amount_column = -1; /* a finding's rows have no sum */
    struct search search = {.has_mixed = has_opening(rule)};
    fa_rule_visit(rule, search_money, &search);
    if (!search.has_mixed)
        return;
    bool has_key = false;
    for (int i = 0; i < rule->key_count; i++)
        has_key |= is_currency_key(builder, rule->keys[i].expr);
    char code[4], hint[FA_NEAREST_HINT_BYTES];
    fa_currency_format(builder->checker->ruleset->currency, code);
    snprintf(hint, sizeof hint, "convert: amount in %s half up; or %s", code,
             has_key ? "compare amounts of a key with each other" : "add currency to the key");
    if (!has_key)
        fa_build_error(builder, FA_CODE_RULE_CURRENCY, token, hint,
                       "amounts of several currencies would stand side by side");
    else if (search.has_number)
        fa_build_error(builder, FA_CODE_RULE_CURRENCY, token, hint,
                       "a number of one currency stands beside amounts of any");
}
