#include "intake/damage.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "value/money.h"

/* --- characters ----------------------------------------------------------------------------
 */

/* Digits and letters; a comma or a bracket may well belong to a Chinese name. */
static bool is_wide(uint32_t point)
{
    return (point >= 0xFF10 && point <= 0xFF19) || (point >= 0xFF21 && point <= 0xFF3A) ||
           (point >= 0xFF41 && point <= 0xFF5A);
}

static bool has_point(struct fa_str text, bool (*is_wanted)(uint32_t), uint32_t *found)
{
    for (size_t at = 0, size; at < text.size; at += size) {
        size = fa_utf8_size((struct fa_str){text.bytes + at, text.size - at});
        uint32_t point = size ? fa_utf8_point(text.bytes + at, size) : 0;
        size = size ? size : 1;
        if (point >= 0x80 && is_wanted(point)) {
            *found = point;
            return true;
        }
    }
    return false;
}

void fa_damage_hidden_name(struct fa_str text, char name[FA_HIDDEN_NAME_BYTES])
{
    uint32_t point;
    name[0] = '\0';
    if (has_point(text, fa_utf8_is_hidden, &point))
        snprintf(name, FA_HIDDEN_NAME_BYTES, "U+%04X", (unsigned)point);
}

/* --- spreadsheets --------------------------------------------------------------------------
 */

bool fa_is_sheet_error(struct fa_str text)
{
    static const char *const errors[] = {"#REF!",   "#N/A",    "#VALUE!", "#NAME?",
                                         "#NULL!",  "#DIV/0!", "#NUM!",   "#GETTING_DATA",
                                         "#SPILL!", "#CALC!"};
    if (text.size == 0 || text.bytes[0] != '#')
        return false;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (fa_str_is(text, errors[i]))
            return true;
    return false;
}

/* What a sheet shows of a number that is wider than its column. */
static bool is_too_narrow(struct fa_str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.bytes[i] != '#')
            return false;
    return text.size >= 3;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool fa_is_sheet_number(struct fa_str text)
{
    if (text.size < 5 || !is_digit(text.bytes[0]))
        return false;
    size_t at = 0;
    while (at < text.size && (is_digit(text.bytes[at]) || text.bytes[at] == '.'))
        at++;
    if (at + 2 >= text.size || text.bytes[at] != 'E' || text.bytes[at + 1] != '+')
        return false;
    for (at += 2; at < text.size; at++)
        if (!is_digit(text.bytes[at]))
            return false;
    return true;
}

/* --- numbers -------------------------------------------------------------------------------
 */

enum { NUMBER_BYTES_MAX = 64 };

static bool is_number(struct fa_str text)
{
    int64_t unused;
    return fa_money_parse(text, FA_MONEY_SCALE_MAX, true, &unused) != FA_VALUE_SYNTAX;
}

/* "1,234.50": groups of three digits behind each comma, up to the point. */
static bool has_thousands(struct fa_str text)
{
    char plain[NUMBER_BYTES_MAX];
    size_t size = 0, comma_count = 0, group = 0;
    bool is_behind_point = false;
    if (text.size > sizeof plain)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        bool ends_group = c == ',' || c == '.';
        if (ends_group && comma_count > 0 && !is_behind_point && group != 3)
            return false;
        if (c == ',' && is_behind_point)
            return false;
        is_behind_point |= c == '.';
        comma_count += c == ',';
        group = ends_group ? 0 : group + 1;
        if (c != ',')
            plain[size++] = c;
    }
    return comma_count > 0 && (is_behind_point || group == 3) &&
           is_number((struct fa_str){plain, size});
}

/* Longer ones before those that they end with. */
static const struct unit {
    const char *word;
    const char *times; /* what a profile says of a number in it */
    bool is_before;
} units[] = {
    {"人民币", NULL, true},
    {"￥", NULL, true},
    {"¥", NULL, true},
    {"$", NULL, true},
    {"RMB", NULL, true},
    {"CNY", NULL, true},
    {"亿元", "100000000", false},
    {"万元", "10000", false},
    {"千元", "1000", false},
    {"元", NULL, false},
    {"亿", "100000000", false},
    {"万", "10000", false},
    {"yuan", NULL, false},
    {"YUAN", NULL, false},
    {"RMB", NULL, false},
    {"CNY", NULL, false},
};

/* The first unit at one end of the text, which is taken off; NULL: none. */
static const struct unit *take_unit(struct fa_str *text, bool is_before)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct fa_str word = fa_str_from(units[i].word);
        if (units[i].is_before != is_before || text->size <= word.size)
            continue;
        size_t rest = text->size - word.size;
        if (!fa_str_equal((struct fa_str){text->bytes + (is_before ? 0 : rest), word.size},
                          word))
            continue;
        *text = fa_str_trim((struct fa_str){text->bytes + (is_before ? word.size : 0), rest});
        return &units[i];
    }
    return NULL;
}

/* The unit beside a number, which may have thousands marks and blanks; NULL: none. */
static const struct unit *unit_of(struct fa_str text)
{
    if (text.size > NUMBER_BYTES_MAX)
        return NULL;
    const struct unit *before = take_unit(&text, true), *behind = take_unit(&text, false);
    if (!is_number(text) && !has_thousands(text))
        return NULL;
    return behind ? behind : before;
}

/* --- the code ------------------------------------------------------------------------------
 */

enum fa_code fa_damage_of_name(struct fa_str text)
{
    uint32_t unused;
    if (fa_is_sheet_error(text))
        return FA_CODE_ROW_SHEET_ERROR;
    if (fa_is_sheet_number(text))
        return FA_CODE_ROW_SHEET_NUMBER;
    if (has_point(text, fa_utf8_is_hidden, &unused))
        return FA_CODE_ROW_HIDDEN;
    return has_point(text, is_wide, &unused) ? FA_CODE_ROW_WIDE : FA_CODE_COUNT;
}

enum fa_code fa_damage_code(struct fa_str text, enum fa_code code)
{
    switch (code) {
    case FA_CODE_ROW_BOOL:
    case FA_CODE_ROW_CURRENCY:
    case FA_CODE_ROW_DATE:
    case FA_CODE_ROW_DURATION:
    case FA_CODE_ROW_ENUM:
    case FA_CODE_ROW_NUMBER:
    case FA_CODE_ROW_TIME:
        break;
    default:
        return fa_is_sheet_error(text) ? FA_CODE_ROW_SHEET_ERROR : code;
    }
    if (is_too_narrow(text))
        return FA_CODE_ROW_SHEET_ERROR;
    enum fa_code damage = fa_damage_of_name(text);
    if (damage == FA_CODE_ROW_SHEET_NUMBER && code != FA_CODE_ROW_NUMBER)
        return code;
    if (damage != FA_CODE_COUNT || code != FA_CODE_ROW_NUMBER)
        return damage != FA_CODE_COUNT ? damage : code;
    return has_thousands(text) ? FA_CODE_ROW_THOUSANDS
           : unit_of(text)     ? FA_CODE_ROW_UNIT
                               : code;
}

const char *fa_damage_hint(struct fa_str text, enum fa_code code,
                           char buffer[FA_DAMAGE_HINT_BYTES])
{
    const struct unit *unit;
    switch (code) {
    case FA_CODE_ROW_THOUSANDS:
        return "say in a profile: thousands \",\"";
    case FA_CODE_ROW_UNIT:
        unit = unit_of(text);
        if (!unit)
            return NULL;
        snprintf(buffer, FA_DAMAGE_HINT_BYTES, "say of the column in a profile: %s \"%s\"%s%s",
                 unit->is_before ? "prefix" : "suffix", unit->word,
                 unit->times ? " times " : "", unit->times ? unit->times : "");
        return buffer;
    case FA_CODE_ROW_WIDE:
        return "export it with the digits and letters of ASCII";
    case FA_CODE_ROW_HIDDEN:
        return "it was copied from a page or a spreadsheet: export it from the source";
    default:
        return NULL;
    }
}
