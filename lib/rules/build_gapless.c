/*
 * Numbers without gaps (way 9).
 */
#include "rules/build_parts.h"

#include "base/limits.h"

void fa_build_gapless(struct fa_builder *builder)
{
    const struct fa_syntax_gapless *syntax = builder->syntax->gapless;
    struct fa_rule *rule = builder->rule;
    fa_build_require(builder, builder->syntax->has_per, "per",
                     "numbers follow each other within a key: per filer");
    rule->gapless = fa_build_array(builder, 1, sizeof *rule->gapless);
    if (!rule->gapless)
        return;
    if (builder->syntax->per.has_period)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &builder->syntax->per.token,
                       "write per K, year(time)", "numbers are judged per key, not each period");
    if (syntax->digits_token.kind != FA_TOKEN_END &&
        (syntax->digits < 1 || syntax->digits > FA_NUMBER_DIGITS_MAX))
        fa_build_error(builder, FA_CODE_RULE_VALUE, &syntax->digits_token, NULL,
                       "a number has 1 to %d digits", FA_NUMBER_DIGITS_MAX);
    rule->gapless->digits = syntax->digits_token.kind == FA_TOKEN_END ? FA_NUMBER_DIGITS_MAX
                                                                       : (int)syntax->digits;
    enum fa_status status =
        fa_check_any(builder->checker, &builder->row, syntax->field, &rule->gapless->field);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return;
    enum fa_kind kind = rule->gapless->field->kind;
    if (kind != FA_KIND_INT && kind != FA_KIND_TEXT)
        fa_build_error(builder, FA_CODE_RULE_TYPE, fa_node_start(syntax->field),
                       "write a column of whole numbers, or of texts that end in digits",
                       "%s has no number that could be missing", fa_kind_name((int)kind));
    if (kind == FA_KIND_INT && syntax->digits_token.kind != FA_TOKEN_END)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->digits_token, "take out digits",
                       "a whole number is read as it is");
}
