#include "match/binding.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "match/output.h"

/* Of one currency in one section. */
struct fa_binding_terms {
    struct fa_terms terms;
    struct fa_binding_terms *next;
};

static enum fa_status no_memory(const struct fa_binding *b)
{
    return fa_out_of_memory(b->sink, "a scheme");
}

/* --- columns --- */

static enum fa_status find_column(const struct fa_binding *b, int table, struct fa_str name,
                                  struct fa_place place, int *column)
{
    *column = FA_NO_COLUMN;
    if (table == FA_NO_TABLE)
        return FA_OK;
    const struct fa_table_def *def = &b->head->dictionary.tables[table];
    *column = fa_table_find_column(def, name);
    if (*column != FA_NO_COLUMN)
        return FA_OK;
    return fa_error(b->sink, FA_CODE_MATCH_COLUMN, place, NULL,
                    "table %.*s of the stream has no column %.*s", (int)def->name.size,
                    def->name.bytes, (int)name.size, name.bytes);
}

/* One whose type the stream may not have changed. */
static enum fa_status find_typed(const struct fa_binding *b, int table, const char *name,
                                 enum fa_type type, int *column)
{
    FA_TRY(find_column(b, table, fa_str_from(name), (struct fa_place){0}, column));
    if (*column == FA_NO_COLUMN)
        return FA_OK;
    const struct fa_table_def *def = &b->head->dictionary.tables[table];
    if (def->columns[*column].type == type)
        return FA_OK;
    return fa_error(b->sink, FA_CODE_MATCH_COLUMN, (struct fa_place){0}, NULL,
                    "column %s of table %.*s of the stream is %s, expected %s", name,
                    (int)def->name.size, def->name.bytes,
                    fa_type_name(def->columns[*column].type), fa_type_name(type));
}

static int table_of(const struct fa_binding *b, enum fa_side side)
{
    return side == FA_SIDE_LEDGER ? b->flow_table : b->line_table;
}

/* REFERENCE: the section's, or none without a scheme. */
static enum fa_status bind_reference(const struct fa_binding *b,
                                     const struct fa_scheme_reference *reference,
                                     struct fa_bound_reference *bound)
{
    const struct fa_str order_id = FA_STR("order_id"), flow_id = FA_STR("flow_id");
    struct fa_str name = reference ? reference->column : (struct fa_str){0};
    struct fa_place place = {0};
    if (name.size == 0)
        name = fa_str_is(b->head->reference, "flow_id") ? flow_id : order_id;
    else
        place = reference->place;
    bound->second = FA_NO_COLUMN;
    FA_TRY(find_column(b, b->flow_table, name, place, &bound->first));
    if (bound->first == FA_NO_COLUMN)
        return FA_OK;
    const struct fa_column_def *def =
        &b->head->dictionary.tables[b->flow_table].columns[bound->first];
    if (!fa_type_is_bytes(def->type))
        return fa_error(b->sink, FA_CODE_MATCH_COLUMN, place, NULL,
                        "column %.*s of table flow of the stream is %s, expected key",
                        (int)name.size, name.bytes, fa_type_name(def->type));
    return fa_str_equal(name, order_id)
               ? find_column(b, b->flow_table, flow_id, place, &bound->second)
               : FA_OK;
}

static enum fa_status bind_key(const struct fa_binding *b, enum fa_side side,
                               const struct fa_scheme_key *key, struct fa_bound_key *bound)
{
    *bound = (struct fa_bound_key){key->kind, FA_NO_COLUMN};
    return key->kind == FA_KEY_COLUMN
               ? find_column(b, table_of(b, side), key->name, key->place, &bound->column)
               : FA_OK;
}

static enum fa_status bind_groups(struct fa_binding *b, const struct fa_scheme_section *section,
                                  struct fa_bound_section *bound)
{
    struct fa_bound_group *groups =
        fa_arena_array(&b->arena, (size_t)section->groups.count, sizeof *groups);
    if (!groups)
        return no_memory(b);
    for (int i = 0; i < section->groups.count; i++) {
        const struct fa_scheme_group *group = &section->groups.items[i];
        enum fa_side one = group->many == FA_SIDE_LEDGER ? FA_SIDE_BANK : FA_SIDE_LEDGER;
        groups[i].many = group->many;
        groups[i].key_count = group->key_count;
        groups[i].has_name = group->has_name;
        for (int k = 0; k < group->key_count; k++)
            FA_TRY(bind_key(b, group->many, &group->keys[k], &groups[i].keys[k]));
        if (group->has_name)
            FA_TRY(bind_key(b, one, &group->equals, &groups[i].equals));
    }
    bound->groups = groups;
    bound->group_count = section->groups.count;
    return FA_OK;
}

/* --- amounts --- */

/* OTHERWISE when the amount is not stated. */
static int64_t minor_of(const struct fa_binding *b, const struct fa_scheme_amount *amount,
                        int64_t otherwise)
{
    int64_t minor;
    int scale = fa_head_scale(b->head, amount->currency);
    bool is_read = amount->text.size > 0 &&
                   fa_money_parse(amount->text, scale, false, &minor) == FA_VALUE_OK;
    return is_read ? minor : otherwise;
}

static enum fa_status check_amount(const struct fa_binding *b,
                                   const struct fa_scheme_amount *amount)
{
    int64_t minor;
    if (amount->text.size == 0)
        return FA_OK;
    int scale = fa_head_scale(b->head, amount->currency);
    enum fa_value_status status = fa_money_parse(amount->text, scale, false, &minor);
    if (status == FA_VALUE_OK)
        return FA_OK;
    char currency[4], quoted[FA_QUOTED_BYTES];
    fa_currency_format(amount->currency, currency);
    return fa_error(b->sink, FA_CODE_SCHEME_SCALE, amount->place, NULL,
                    status == FA_VALUE_DECIMALS
                        ? "%s has more decimals than the %d of %s in this filing"
                        : "%s does not fit 64 bits with the %d decimals of %s in this filing",
                    fa_quoted(amount->text, quoted), scale, currency);
}

static enum fa_status check_amounts(const struct fa_binding *b,
                                    const struct fa_scheme_section *section)
{
    for (int i = 0; i < section->tolerances.count; i++)
        FA_TRY(check_amount(b, &section->tolerances.items[i]));
    for (int i = 0; i < section->fees.count; i++) {
        FA_TRY(check_amount(b, &section->fees.items[i].fixed));
        FA_TRY(check_amount(b, &section->fees.items[i].at_least));
        FA_TRY(check_amount(b, &section->fees.items[i].at_most));
    }
    return FA_OK;
}

/* --- the head --- */

static enum fa_status bind_section(struct fa_binding *b,
                                   const struct fa_scheme_section *section,
                                   struct fa_bound_section *bound)
{
    bound->section = section;
    bound->is_daily = section->is_daily;
    bound->day_from_us = INT64_MAX;
    FA_TRY(bind_reference(b, &section->reference, &bound->reference));
    FA_TRY(bind_groups(b, section, bound));
    return check_amounts(b, section);
}

/* Of accounts that no section names: by reference alone. */
static enum fa_status bind_rest(struct fa_binding *b, struct fa_bound_section *bound)
{
    bound->day_from_us = INT64_MAX;
    return bind_reference(b, b->scheme ? &b->scheme->common.reference : NULL,
                          &bound->reference);
}

static int find_table(const struct fa_head *head, const char *name)
{
    const struct fa_table_def *table = fa_dictionary_find(&head->dictionary, fa_str_from(name));
    return table ? table->index : FA_NO_TABLE;
}

enum fa_status fa_binding_init(struct fa_binding *b, const struct fa_scheme *scheme,
                               const struct fa_head *head, struct fa_sink *sink)
{
    *b = (struct fa_binding){.scheme = scheme,
                             .head = head,
                             .sink = sink,
                             .days.sink = sink,
                             .flow_table = find_table(head, "flow"),
                             .line_table = find_table(head, "statement"),
                             .account_table = find_table(head, "account"),
                             .holiday_table = find_table(head, "holiday")};
    fa_arena_init(&b->arena);
    int named = scheme ? scheme->sections.count : 0;
    bool is_common = scheme && named == 0;
    b->section_count = named + 1;
    b->sections = fa_arena_array(&b->arena, (size_t)b->section_count, sizeof *b->sections);
    if (!b->sections)
        return no_memory(b);
    for (int i = 0; i < named; i++)
        FA_TRY(bind_section(b, &scheme->sections.items[i], &b->sections[i]));
    FA_TRY(is_common ? bind_section(b, &scheme->common, &b->sections[0])
                     : bind_rest(b, &b->sections[named]));
    b->has_one_reference = true;
    for (int i = 1; i < b->section_count; i++)
        b->has_one_reference &=
            b->sections[i].reference.first == b->sections[0].reference.first;
    FA_TRY(find_typed(b, b->account_table, "role", FA_TYPE_ENUM, &b->role));
    FA_TRY(find_typed(b, b->account_table, "part_of", FA_TYPE_ID, &b->part_of));
    FA_TRY(find_typed(b, b->holiday_table, "calendar", FA_TYPE_TEXT, &b->holiday.calendar));
    FA_TRY(find_typed(b, b->holiday_table, "date", FA_TYPE_DATE, &b->holiday.date));
    return find_typed(b, b->holiday_table, "kind", FA_TYPE_ENUM, &b->holiday.kind);
}

void fa_binding_release(struct fa_binding *b)
{
    fa_calendar_free(b->calendar);
    b->calendar = NULL;
    fa_arena_release(&b->arena);
}

void fa_binding_want_held(const struct fa_binding *b, struct fa_held *held)
{
    if (b->holiday_table != FA_NO_TABLE) {
        fa_held_want(held, b->holiday_table, b->holiday.calendar);
        fa_held_want(held, b->holiday_table, b->holiday.date);
        fa_held_want(held, b->holiday_table, b->holiday.kind);
    }
    if (b->account_table == FA_NO_TABLE)
        return;
    fa_held_want(held, b->account_table, b->part_of);
    if (!b->scheme)
        return;
    fa_held_want(held, b->account_table, b->role);
    fa_held_want_names(held, b->account_table);
}

void fa_binding_want_reference(const struct fa_binding *b, struct fa_decoder *decoder)
{
    for (int i = 0; i < b->section_count; i++) {
        const struct fa_bound_reference *reference = &b->sections[i].reference;
        if (reference->first != FA_NO_COLUMN)
            fa_decoder_want(decoder, reference->first);
        if (reference->second != FA_NO_COLUMN)
            fa_decoder_want(decoder, reference->second);
    }
}

static void want_key(const struct fa_bound_key *key, struct fa_decoder *decoder)
{
    if (key->column != FA_NO_COLUMN)
        fa_decoder_want(decoder, key->column);
}

void fa_binding_want_keys(const struct fa_binding *b, const struct fa_table_def *table,
                          struct fa_decoder *decoder)
{
    for (int s = 0; s < b->section_count; s++)
        for (int g = 0; g < b->sections[s].group_count; g++) {
            const struct fa_bound_group *group = &b->sections[s].groups[g];
            bool is_many = table->index == table_of(b, group->many);
            for (int k = 0; is_many && k < group->key_count; k++)
                want_key(&group->keys[k], decoder);
            if (!is_many && group->has_name)
                want_key(&group->equals, decoder);
        }
}

/* --- the calendar --- */

static bool is_days_calendar(const struct fa_binding *b, struct fa_str name)
{
    return fa_str_equal(b->days.calendar_name, name);
}

/* Of the scheme's calendar; without one, of the only one that the filing has. */
static enum fa_status name_calendar(struct fa_binding *b, const struct fa_held_table *holidays)
{
    const struct fa_column *names =
        holidays ? &holidays->rows.columns[b->holiday.calendar] : NULL;
    uint32_t count = holidays ? holidays->rows.row_count : 0;
    struct fa_str wanted = b->scheme ? b->scheme->calendar : (struct fa_str){0};
    struct fa_nearest nearest = {.wanted = wanted};
    for (uint32_t i = 0; i < count; i++) {
        if (fa_is_missing(names, i))
            continue;
        struct fa_str name = fa_column_text(names, i);
        if (wanted.size == 0 && b->days.calendar_name.size > 0 && !is_days_calendar(b, name)) {
            b->days.calendar_name = (struct fa_str){0};
            return FA_OK; /* several: nobody said which */
        }
        if (wanted.size == 0 || fa_str_equal(wanted, name))
            b->days.calendar_name = name;
        fa_nearest_add(&nearest, name);
    }
    if (wanted.size == 0 || b->days.calendar_name.size > 0)
        return FA_OK;
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    return fa_error(
        b->sink, FA_CODE_SCHEME_CALENDAR, b->scheme->calendar_place,
        fa_nearest_hint(&nearest,
                        "file its days in table holiday, or declare calendar weekdays", hint),
        "table holiday of the filing has no calendar %s", fa_quoted(wanted, quoted));
}

static enum fa_status add_holidays(struct fa_binding *b, const struct fa_held_table *holidays)
{
    const struct fa_column *names = &holidays->rows.columns[b->holiday.calendar];
    const struct fa_column *dates = &holidays->rows.columns[b->holiday.date];
    const struct fa_column *kinds = &holidays->rows.columns[b->holiday.kind];
    int64_t work = fa_enum_index(&holidays->table->columns[b->holiday.kind], "work");
    for (uint32_t i = 0; i < holidays->rows.row_count; i++) {
        if (fa_is_missing(names, i) || fa_is_missing(dates, i) || fa_is_missing(kinds, i) ||
            !is_days_calendar(b, fa_column_text(names, i)))
            continue;
        if (fa_calendar_add(b->calendar, dates->values[i], kinds->values[i] == work) != FA_OK)
            return no_memory(b);
    }
    return FA_OK;
}

static enum fa_status set_calendar(struct fa_binding *b, const struct fa_held_table *holidays)
{
    bool is_weekdays = b->scheme && b->scheme->is_weekdays;
    if (is_weekdays)
        b->days.calendar_name = b->scheme->calendar;
    else
        FA_TRY(name_calendar(b, holidays));
    if (b->days.calendar_name.size == 0)
        return FA_OK;
    b->calendar = fa_calendar_new();
    if (!b->calendar)
        return no_memory(b);
    b->days.calendar = b->calendar;
    if (!is_weekdays)
        return add_holidays(b, holidays);
    fa_calendar_know_weekdays(b->calendar);
    return FA_OK;
}

/* --- accounts --- */

/* An account that the scheme names, and where it does. */
struct named {
    const struct fa_scheme_key *key;
    uint16_t section;              /* of accounts "X" */
    uint32_t *face_from, *face_to; /* of a face: where the account's number goes; may be NULL */
    bool is_found;
};

struct named_list {
    struct named *items;
    size_t count;
};

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    return fa_str_compare(a->key->name, b->key->name);
}

struct face {
    uint32_t from, to;
};

static enum fa_status list_named(struct fa_binding *b, struct face *faces,
                                 struct named_list *list)
{
    const struct fa_scheme *scheme = b->scheme;
    size_t count = 2 * (size_t)scheme->faces.count;
    for (int s = 0; s < scheme->sections.count; s++)
        count += (size_t)scheme->sections.items[s].accounts.count;
    list->items = fa_arena_array(&b->arena, count, sizeof *list->items);
    if (!list->items)
        return no_memory(b);
    for (int s = 0; s < scheme->sections.count; s++)
        for (int i = 0; i < scheme->sections.items[s].accounts.count; i++)
            list->items[list->count++] = (struct named){
                .key = &scheme->sections.items[s].accounts.items[i], .section = (uint16_t)s};
    for (int i = 0; i < scheme->faces.count; i++) {
        const struct fa_scheme_face *face = &scheme->faces.items[i];
        list->items[list->count++] =
            (struct named){.key = &face->from, .face_from = &faces[i].from};
        list->items[list->count++] = (struct named){.key = &face->to, .face_to = &faces[i].to};
    }
    qsort(list->items, list->count, sizeof *list->items, compare_named);
    return FA_OK;
}

static void find_one(struct named_list *list, struct fa_str name, uint32_t account,
                     uint16_t *section_of)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fa_str_compare(list->items[middle].key->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < list->count && fa_str_equal(list->items[low].key->name, name); low++) {
        struct named *named = &list->items[low];
        named->is_found = true;
        if (named->face_from)
            *named->face_from = account;
        else if (named->face_to)
            *named->face_to = account;
        else
            section_of[account] = named->section;
    }
}

static enum fa_status check_found(const struct fa_binding *b, const struct named_list *list)
{
    enum fa_status status = FA_OK;
    char quoted[FA_QUOTED_BYTES];
    for (size_t i = 0; i < list->count; i++)
        if (!list->items[i].is_found)
            status = fa_error(b->sink, FA_CODE_SCHEME_ACCOUNT, list->items[i].key->place,
                              "a scheme for several filings names roles",
                              "the filing has no account %s",
                              fa_quoted(list->items[i].key->name, quoted));
    return status;
}

/* The row that describes an account at the end of the covered time; UINT32_MAX: none. */
static uint32_t row_of(const struct fa_binding *b, const struct fa_held_table *accounts,
                       uint64_t account)
{
    return accounts->is_present
               ? fa_held_row(accounts, (int64_t)account, b->head->as_of_day, NULL)
               : UINT32_MAX;
}

/* The section of each value of account.role. */
static void sections_of_roles(const struct fa_binding *b, const struct fa_column_def *role,
                              uint16_t *section_of)
{
    for (uint32_t value = 0; value < role->value_count; value++) {
        section_of[value] = (uint16_t)(b->section_count - 1);
        for (int s = 0; s < b->scheme->sections.count; s++)
            for (int i = 0; i < b->scheme->sections.items[s].roles.count; i++)
                if (fa_str_equal(b->scheme->sections.items[s].roles.items[i].name,
                                 role->values[value]))
                    section_of[value] = (uint16_t)s;
    }
}

/* The value of account.role; its value_count: not known. */
static uint32_t role_of(const struct fa_binding *b, const struct fa_held_table *accounts,
                        uint64_t account)
{
    const struct fa_column *roles = &accounts->rows.columns[b->role];
    uint32_t count = accounts->table->columns[b->role].value_count;
    uint32_t row = row_of(b, accounts, account);
    bool is_known =
        row != UINT32_MAX && !fa_is_missing(roles, row) && (uint64_t)roles->values[row] < count;
    return is_known ? (uint32_t)roles->values[row] : count;
}

struct fa_str fa_binding_role(const struct fa_binding *b, uint64_t account)
{
    const struct fa_column_def *def = &b->accounts->table->columns[b->role];
    uint32_t value = role_of(b, b->accounts, account);
    return value < def->value_count ? def->values[value] : (struct fa_str){"", 0};
}

static enum fa_status set_roles(struct fa_binding *b, const struct fa_held_table *accounts,
                                uint16_t *section_of)
{
    const struct fa_column_def *def = &accounts->table->columns[b->role];
    uint16_t *of_role = fa_arena_array(&b->arena, def->value_count, sizeof *of_role);
    if (!of_role)
        return no_memory(b);
    sections_of_roles(b, def, of_role);
    for (uint64_t id = 0; id < accounts->id_count; id++) {
        uint32_t role = role_of(b, accounts, id);
        section_of[id] =
            role < def->value_count ? of_role[role] : (uint16_t)(b->section_count - 1);
    }
    return FA_OK;
}

/* FACES first hold the next account on the way to the one that is faced, then that one. */
static enum fa_status follow_parts(const struct fa_binding *b,
                                   const struct fa_held_table *accounts, uint32_t *faces,
                                   uint8_t *is_final)
{
    enum { OPEN, FINAL, ON_THE_WAY };
    for (uint32_t id = 0; id < accounts->id_count; id++) {
        uint32_t top = id;
        while (is_final[top] == OPEN && faces[top] != top) {
            is_final[top] = ON_THE_WAY;
            top = faces[top];
        }
        if (is_final[top] == ON_THE_WAY) {
            char quoted[FA_QUOTED_BYTES];
            return fa_error(b->sink, FA_CODE_MATCH_CIRCLE, (struct fa_place){0}, NULL,
                            "account %s is part of itself, by the accounts that it is part of",
                            accounts->names ? fa_quoted_shape(accounts->names[top], quoted)
                                            : "?");
        }
        uint32_t face = faces[top];
        for (uint32_t at = id; is_final[at] != FINAL;) {
            uint32_t next = faces[at];
            faces[at] = face;
            is_final[at] = FINAL;
            at = next;
        }
    }
    return FA_OK;
}

uint32_t fa_binding_master(const struct fa_binding *b, uint32_t account)
{
    const struct fa_held_table *accounts = b->accounts;
    uint32_t row = row_of(b, accounts, account);
    if (row == UINT32_MAX)
        return account;
    const struct fa_column *parts = &accounts->rows.columns[b->part_of];
    bool is_part =
        !fa_is_missing(parts, row) && (uint64_t)parts->values[row] < accounts->id_count;
    return is_part ? (uint32_t)parts->values[row] : account;
}

static enum fa_status set_faces(struct fa_binding *b, const struct fa_held_table *accounts,
                                const struct face *declared)
{
    const struct fa_scheme *scheme = b->scheme;
    if (scheme->faces.count == 0 && !scheme->faces_part_of)
        return FA_OK;
    uint32_t *faces = fa_arena_array(&b->arena, accounts->id_count, sizeof *faces);
    uint8_t *is_final = calloc(accounts->id_count + 1, 1);
    if (!faces || !is_final) {
        free(is_final);
        return no_memory(b);
    }
    for (uint32_t id = 0; id < accounts->id_count; id++)
        faces[id] = scheme->faces_part_of ? fa_binding_master(b, id) : id;
    for (int i = 0; i < scheme->faces.count; i++) {
        faces[declared[i].from] = declared[i].to;
        is_final[declared[i].from] = 1;
    }
    enum fa_status status = follow_parts(b, accounts, faces, is_final);
    free(is_final);
    b->faces = faces;
    return status;
}

static enum fa_status set_accounts(struct fa_binding *b, const struct fa_held_table *accounts)
{
    uint16_t *section_of = fa_arena_array(&b->arena, accounts->id_count, sizeof *section_of);
    struct face *faces =
        fa_arena_array(&b->arena, (size_t)b->scheme->faces.count, sizeof *faces);
    if (!section_of || !faces)
        return no_memory(b);
    struct named_list named = {0};
    FA_TRY(list_named(b, faces, &named));
    FA_TRY(set_roles(b, accounts, section_of));
    for (uint32_t id = 0; named.count > 0 && id < accounts->id_count; id++)
        find_one(&named, accounts->names[id], id, section_of);
    FA_TRY(check_found(b, &named));
    for (uint32_t id = 0; id < accounts->id_count; id++)
        b->sections[section_of[id]].has_accounts = true;
    b->account_count = accounts->id_count;
    if (b->section_count > 1)
        b->section_of = section_of;
    return set_faces(b, accounts, faces);
}

static const struct fa_held_table *held_of(const struct fa_held *held, int table)
{
    return table == FA_NO_TABLE ? NULL : fa_held_get(held, table);
}

enum fa_status fa_binding_set_held(struct fa_binding *b, const struct fa_held *held)
{
    const struct fa_held_table *accounts = held_of(held, b->account_table);
    const struct fa_held_table *holidays = held_of(held, b->holiday_table);
    FA_TRY(set_calendar(b, holidays && holidays->is_present ? holidays : NULL));
    b->accounts = accounts;
    return b->scheme && accounts ? set_accounts(b, accounts) : FA_OK;
}

/* --- terms --- */

static enum fa_status add_fees(struct fa_binding *b, const struct fa_scheme_section *section,
                               struct fa_terms *terms)
{
    struct fa_fee *fees = fa_arena_array(&b->arena, (size_t)section->fees.count, sizeof *fees);
    if (!fees)
        return no_memory(b);
    for (int i = 0; i < section->fees.count; i++) {
        const struct fa_scheme_fee *fee = &section->fees.items[i];
        if (fee->currency != 0 && fee->currency != terms->currency)
            continue;
        fees[terms->fee_count++] =
            (struct fa_fee){.is_on = {fee->is_on[0], fee->is_on[1]},
                            .is_rate = fee->is_rate,
                            .fixed_minor = minor_of(b, &fee->fixed, 0),
                            .rate_ppb = fee->rate_ppb,
                            .at_least_minor = minor_of(b, &fee->at_least, 0),
                            .at_most_minor = minor_of(b, &fee->at_most, INT64_MAX),
                            .rounding = fee->rounding};
    }
    terms->fees = fees;
    return FA_OK;
}

static enum fa_status fill_terms(struct fa_binding *b, const struct fa_scheme_section *section,
                                 struct fa_terms *terms)
{
    terms->has_window = section->has_window;
    terms->is_window_bdays = section->is_window_bdays;
    terms->window_from = section->window_from;
    terms->window_to = section->window_to;
    for (int i = 0; i < section->tolerances.count; i++)
        if (section->tolerances.items[i].currency == terms->currency)
            terms->tolerance_minor = minor_of(b, &section->tolerances.items[i], 0);
    terms->matches_amounts = section->matches_amounts;
    terms->matches_details = section->matches_details;
    for (int i = 0; i < section->groups.count; i++) {
        const struct fa_scheme_group *group = &section->groups.items[i];
        terms->groups[terms->group_count++] = (struct fa_group_rule){
            group->many, group->key_count, group->has_name, group->is_net};
    }
    terms->subset_parts_max = section->subset_parts_max;
    return add_fees(b, section, terms);
}

enum fa_status fa_binding_get_terms(struct fa_binding *b, uint32_t account,
                                    fa_currency currency, const struct fa_terms **terms)
{
    struct fa_bound_section *section = fa_binding_section(b, account);
    for (const struct fa_binding_terms *known = section->terms; known; known = known->next)
        if (known->terms.currency == currency) {
            *terms = &known->terms;
            return FA_OK;
        }
    struct fa_binding_terms *made = fa_arena_alloc(&b->arena, sizeof *made);
    if (!made)
        return no_memory(b);
    made->terms.currency = currency;
    if (section->section)
        FA_TRY(fill_terms(b, section->section, &made->terms));
    made->next = section->terms;
    section->terms = made;
    *terms = &made->terms;
    return FA_OK;
}

/* --- business days --- */

static int64_t cutoff_us(const struct fa_scheme_section *section, int64_t day_no)
{
    int64_t time_us = FA_DAY_US;
    for (int i = 0; section && i < section->cutoffs.count; i++)
        if (section->cutoffs.items[i].from_day <= day_no)
            time_us = section->cutoffs.items[i].time_us;
    return time_us;
}

enum fa_status fa_binding_business_day(const struct fa_binding *b,
                                       struct fa_bound_section *bound, int64_t instant_us,
                                       int32_t *business_day)
{
    if (instant_us >= bound->day_from_us && instant_us < bound->day_to_us) {
        *business_day = bound->business_day;
        return FA_OK;
    }
    const struct fa_scheme_section *section = bound->section;
    int64_t day = fa_day_of(instant_us, &b->head->zone);
    int64_t start_us = fa_day_start(day, &b->head->zone);
    int64_t end_us = start_us + cutoff_us(section, day);
    bool is_after = instant_us >= end_us;
    int32_t day_no = (int32_t)(is_after ? day + 1 : day);
    if (section && b->scheme->calendar.size > 0 &&
        (!section->has_window || section->is_window_bdays))
        FA_TRY(fa_days_roll(&b->days, day_no, &day_no));
    bound->day_from_us = is_after ? end_us : start_us;
    bound->day_to_us = is_after ? start_us + FA_DAY_US : end_us;
    bound->business_day = day_no;
    *business_day = day_no;
    return FA_OK;
}
