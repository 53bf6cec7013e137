#include "intake/slice.h"

#include "value/ratio.h"

enum fa_code fa_value_fault(enum fa_value_status status)
{
    switch (status) {
    case FA_VALUE_DECIMALS:
        return FA_CODE_ROW_DECIMALS;
    case FA_VALUE_RANGE:
        return FA_CODE_ROW_RANGE;
    case FA_VALUE_NEGATIVE:
        return FA_CODE_ROW_NEGATIVE;
    case FA_VALUE_IMPOSSIBLE:
        return FA_CODE_ROW_DAY;
    case FA_VALUE_OK:
    case FA_VALUE_SYNTAX:
        break;
    }
    return FA_CODE_ROW_NUMBER;
}

static inline enum fa_code parse_int(struct fa_slice *slice, const struct fa_field_plan *field,
                                     uint32_t row, struct fa_str text, int64_t *value)
{
    (void)slice, (void)field, (void)row;
    enum fa_value_status status = fa_money_parse(text, 0, true, value);
    return status == FA_VALUE_OK ? FA_CODE_COUNT : fa_value_fault(status);
}

static inline enum fa_code parse_ratio(struct fa_slice *slice,
                                       const struct fa_field_plan *field, uint32_t row,
                                       struct fa_str text, int64_t *value)
{
    (void)slice, (void)row;
    enum { DECIMALS = 9 }; /* of FA_RATIO_UNIT */
    enum fa_value_status status = fa_ratio_parse(text, value);
    if (status == FA_VALUE_DECIMALS && field->rounding != FA_ROUND_REFUSE &&
        fa_money_parse_scientific(text, DECIMALS, true, field->rounding, value, NULL) ==
            FA_VALUE_OK)
        return FA_CODE_COUNT;
    return status == FA_VALUE_OK ? FA_CODE_COUNT : fa_value_fault(status);
}

static inline enum fa_code parse_bool(struct fa_slice *slice, const struct fa_field_plan *field,
                                      uint32_t row, struct fa_str text, int64_t *value)
{
    (void)slice, (void)field, (void)row;
    static const char words[2][8] = {"false", "true"};
    uint64_t first = fa_first_bytes(text);
    *value = first == fa_first_bytes((struct fa_str){words[1], 4}) && text.size == 4;
    bool is_false = first == fa_first_bytes((struct fa_str){words[0], 5}) && text.size == 5;
    return *value || is_false ? FA_CODE_COUNT : FA_CODE_ROW_BOOL;
}

static inline enum fa_code parse_duration(struct fa_slice *slice,
                                          const struct fa_field_plan *field, uint32_t row,
                                          struct fa_str text, int64_t *value)
{
    (void)slice, (void)field, (void)row;
    enum fa_value_status status = fa_duration_parse(text, value);
    return status == FA_VALUE_OK      ? FA_CODE_COUNT
           : status == FA_VALUE_RANGE ? FA_CODE_ROW_RANGE
                                      : FA_CODE_ROW_DURATION;
}

static inline enum fa_code parse_currency(struct fa_slice *slice,
                                          const struct fa_field_plan *field, uint32_t row,
                                          struct fa_str text, int64_t *value)
{
    (void)field, (void)row;
    struct fa_row_scratch *scratch = slice->scratch;
    if (text.size == 3 && fa_first_bytes(text) == scratch->currency_bytes) {
        *value = scratch->currency; /* mostly the same as before */
        return FA_CODE_COUNT;
    }
    if (!fa_currency_parse(text, value) || fa_row_scale(slice->env, *value) < 0)
        return FA_CODE_ROW_CURRENCY;
    scratch->currency_bytes = fa_first_bytes(text);
    scratch->currency = *value;
    return FA_CODE_COUNT;
}

static inline enum fa_code read_money(const struct fa_slice *slice,
                                      const struct fa_field_plan *field, uint32_t row,
                                      struct fa_str text, int64_t *value)
{
    int scale = slice->scratch->scales[row];
    if (scale < 0) /* a scale as wide as any tells what else is wrong with it */
        return fa_money_parse(text, FA_MONEY_SCALE_MAX, true, value) == FA_VALUE_SYNTAX
                   ? FA_CODE_ROW_NUMBER
                   : FA_CODE_ROW_CURRENCY;
    bool is_signed = slice->plan->table->columns[field->column].is_signed;
    enum fa_value_status status =
        field->is_scientific
            ? fa_money_parse_scientific(text, scale, is_signed, field->rounding, value, NULL)
            : fa_money_parse(text, scale, is_signed, value);
    return status == FA_VALUE_OK ? FA_CODE_COUNT : fa_value_fault(status);
}

static inline enum fa_code parse_money(struct fa_slice *slice,
                                       const struct fa_field_plan *field, uint32_t row,
                                       struct fa_str text, int64_t *value)
{
    return read_money(slice, field, row, text, value);
}

enum fa_code fa_slice_parse_money(const struct fa_slice *slice,
                                  const struct fa_field_plan *field, uint32_t row,
                                  struct fa_str text, int64_t *value)
{
    return read_money(slice, field, row, text, value);
}

static inline enum fa_code parse_enum(struct fa_slice *slice, const struct fa_field_plan *field,
                                      uint32_t row, struct fa_str text, int64_t *value)
{
    (void)slice, (void)row;
    int64_t found = fa_choices_find(&field->choices, text);
    *value = found < 0 ? 0 : found;
    return found < 0 ? FA_CODE_ROW_ENUM : FA_CODE_COUNT;
}

void fa_slice_parse_values(struct fa_slice *slice, const struct fa_field_plan *field)
{
    switch (slice->plan->table->columns[field->column].type) {
    case FA_TYPE_ENUM:
        fa_parse_column(slice, field, parse_enum);
        break;
    case FA_TYPE_BOOL:
        fa_parse_column(slice, field, parse_bool);
        break;
    case FA_TYPE_INT:
        fa_parse_column(slice, field, parse_int);
        break;
    case FA_TYPE_MONEY:
        fa_parse_column(slice, field, parse_money);
        break;
    case FA_TYPE_RATIO:
        fa_parse_column(slice, field, parse_ratio);
        break;
    case FA_TYPE_DURATION:
        fa_parse_column(slice, field, parse_duration);
        break;
    case FA_TYPE_CURRENCY:
        fa_parse_column(slice, field, parse_currency);
        slice->scratch->has_own_currency = true;
        break;
    default: /* the others have parsers of their own */
        break;
    }
}
