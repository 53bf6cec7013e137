/*
 * JSON: an object around a list of objects, which are the records (records "data.list"), or
 * such a list itself, or one object. Objects within a record are taken apart: {"a": {"b": 1}}
 * is 1 under "a.b". A list of values is one field, its values separated by semicolons. A list
 * of objects is read by a table that spreads it: each of them is a record, with the fields of
 * the object around it; elsewhere the field is how many there are.
 *
 *   - The header has all keys of all records, in the order in which they first come, and then
 * those that the table asks for and no record has: a key that is not there is a missing value.
 *   - What stands around the list comes before the header, a record "KEY: VALUE" for each
 * value.
 *   - A key that stands twice in one object refuses the file, as any other fault does; so does
 * a list that is neither of values nor of objects, and a second list of records.
 *
 * The document is parsed twice, for its keys and then for its records.
 */
#include <stdlib.h>
#include <string.h>

#include "intake/json.h"
#include "intake/names.h"
#include "intake/profile.h"
#include "intake/reader.h"
#include "intake/replay.h"

/* What an object or list is in the document. */
enum role {
    ROLE_ENVELOPE, /* object around the list of records */
    ROLE_RECORDS,  /* the list of records */
    ROLE_RECORD,   /* a record, or an object within it */
    ROLE_SPREAD,   /* the list that the table spreads */
    ROLE_ELEMENT,  /* an object of it, or one within that */
    ROLE_VALUES,   /* another list */
    ROLE_COUNTED,  /* an object in such a list, and all within it */
};

struct level {
    enum role role;
    bool is_list;
    uint32_t path_size; /* of the level itself */
};

/* The value of a key in this record: bytes of reader.values. */
struct value {
    uint32_t name, start, size;
};

struct element {
    struct fa_origin origin;
    uint32_t value_count; /* in element_values, behind those of the elements before */
};

struct heading {
    uint32_t name, start, size; /* the value, in reader.heading_text */
    struct fa_origin origin;
};

/* The list of values that is open. */
struct value_list {
    struct fa_buf text;
    uint64_t value_count, object_count;
};

struct reader {
    struct fa_reader base;
    struct fa_reader_input input;
    struct fa_json *json;
    struct fa_replay replay;
    char *piece;
    size_t piece_size;
    bool is_second; /* the document is read again, for its records */
    bool is_ended, has_records;
    struct level levels[FA_JSON_DEPTH_MAX];
    unsigned depth;
    struct fa_buf path; /* of the key that was read last */
    size_t path_start;  /* in it, within a record: of the record's own part */
    /* Around the list. */
    struct fa_names envelope;
    FA_VEC(struct heading) headings;
    struct fa_buf heading_text;
    /* The records. */
    struct fa_names names;
    uint64_t object_no; /* of the last record or element */
    uint64_t record_no; /* object_no of this record */
    uint64_t element_no;
    struct fa_origin origin;
    struct fa_buf values;
    FA_VEC(struct value) record_values;
    FA_VEC(struct element) elements;
    FA_VEC(struct value) element_values;
    struct value_list list;
    struct fa_str *row; /* by column */
    struct fa_records *out;
};

static struct fa_str spread_of(const struct reader *reader)
{
    return reader->input.table ? reader->input.table->spread : FA_STR("");
}

static bool fail_memory(struct reader *reader)
{
    fa_fault_set_memory(reader->input.fault);
    return false;
}

/* --- the path of a key --- */

static struct level *top(struct reader *reader)
{
    return reader->depth ? &reader->levels[reader->depth - 1] : NULL;
}

static struct fa_str path_of(const struct reader *reader)
{
    return (struct fa_str){reader->path.bytes + reader->path_start,
                           reader->path.size - reader->path_start};
}

static bool push(struct reader *reader, enum role role, bool is_list)
{
    reader->levels[reader->depth++] =
        (struct level){role, is_list, (uint32_t)reader->path.size};
    return true;
}

static bool on_key(struct reader *reader, struct fa_str key)
{
    struct level *level = top(reader);
    if (level->role == ROLE_COUNTED)
        return true;
    reader->path.size = level->path_size;
    if (key.size + path_of(reader).size >= FA_JSON_NAME_BYTES_MAX) {
        fa_json_fault(reader->json, FA_CODE_JSON_LIMIT, NULL,
                      "a key, with those around it, is longer than %u bytes",
                      FA_JSON_NAME_BYTES_MAX);
        return false;
    }
    bool is_whole = path_of(reader).size == 0 || fa_buf_add_char(&reader->path, '.') == FA_OK;
    is_whole = is_whole && fa_buf_add_str(&reader->path, key) == FA_OK;
    return is_whole || fail_memory(reader);
}

/* A name in both an element and its record would hide one of two values. */
static bool is_seen(const struct reader *reader, enum role role, uint64_t object_no)
{
    if (role == ROLE_ENVELOPE)
        return object_no == (reader->is_second ? 2 : 1);
    if (role == ROLE_ELEMENT)
        return object_no == reader->element_no || object_no == reader->record_no;
    return object_no >= reader->record_no;
}

/* The number of the path in the object at hand, where it must be new. */
static bool enter_name(struct reader *reader, uint32_t *number)
{
    enum role role = top(reader)->role;
    struct fa_names *names = role == ROLE_ENVELOPE ? &reader->envelope : &reader->names;
    struct fa_str path = path_of(reader);
    enum fa_status status = fa_names_add(names, path, number);
    if (status == FA_EINPUT) {
        fa_json_fault(reader->json, FA_CODE_JSON_LIMIT, NULL, "there are more than %u keys",
                      FA_JSON_KEYS_MAX);
        return false;
    }
    if (status != FA_OK)
        return fail_memory(reader);
    struct fa_name *name = &names->list.items[*number];
    if (is_seen(reader, role, name->seen)) {
        char quoted[FA_QUOTED_BYTES];
        fa_json_fault(reader->json, FA_CODE_JSON_TWICE,
                      "ask for an export in which each key of an object has one value",
                      "key %s stands twice in one object", fa_quoted(path, quoted));
        return false;
    }
    if (role == ROLE_ENVELOPE)
        name->seen = reader->is_second ? 2 : 1;
    else
        name->seen = role == ROLE_ELEMENT ? reader->element_no : reader->record_no;
    return true;
}

/* --- values --- */

static bool list_fault(struct reader *reader, const char *what)
{
    char quoted[FA_QUOTED_BYTES];
    bool is_around = top(reader) && top(reader)->role == ROLE_ENVELOPE;
    fa_json_fault(reader->json, FA_CODE_JSON_LIST,
                  is_around ? "records in the profile names another list" : NULL, "list %s %s",
                  fa_quoted(path_of(reader), quoted), what);
    return false;
}

static bool add_heading(struct reader *reader, struct fa_str text)
{
    struct heading heading = {.origin = fa_json_place(reader->json)};
    if (!enter_name(reader, &heading.name))
        return false;
    if (reader->is_second)
        return true;
    heading.start = (uint32_t)reader->heading_text.size;
    heading.size = (uint32_t)text.size;
    if (reader->heading_text.size + text.size > FA_RECORD_BYTES_MAX) {
        fa_json_fault(reader->json, FA_CODE_JSON_LIMIT, NULL,
                      "what stands around the records is longer than %u bytes",
                      FA_RECORD_BYTES_MAX);
        return false;
    }
    bool is_whole = fa_buf_add_str(&reader->heading_text, text) == FA_OK &&
                    fa_vec_add(&reader->headings, heading) == FA_OK;
    return is_whole || fail_memory(reader);
}

static bool add_value(struct reader *reader, struct fa_str text)
{
    struct value value = {.start = (uint32_t)reader->values.size, .size = (uint32_t)text.size};
    if (!enter_name(reader, &value.name))
        return false;
    fa_names_make_column(&reader->names, value.name);
    if (reader->values.size + text.size > FA_RECORD_BYTES_MAX ||
        reader->element_values.count >= FA_JSON_VALUES_MAX) {
        fa_json_fault(reader->json, FA_CODE_JSON_LIMIT, NULL,
                      "a record has more than %u bytes or %u values", FA_RECORD_BYTES_MAX,
                      FA_JSON_VALUES_MAX);
        return false;
    }
    bool is_whole = fa_buf_add_str(&reader->values, text) == FA_OK;
    if (top(reader)->role == ROLE_ELEMENT) {
        is_whole = is_whole && fa_vec_add(&reader->element_values, value) == FA_OK;
        reader->elements.items[reader->elements.count - 1].value_count++;
    } else {
        is_whole = is_whole && fa_vec_add(&reader->record_values, value) == FA_OK;
    }
    return is_whole || fail_memory(reader);
}

static bool add_to_list(struct reader *reader, struct fa_str text)
{
    struct fa_buf *list = &reader->list.text;
    if (reader->list.object_count)
        return list_fault(reader, "has values beside objects");
    if (text.size == 0 || memchr(text.bytes, ';', text.size))
        return list_fault(reader,
                          "has an empty value or one with a semicolon, which separates them");
    if (list->size + text.size >= FA_FIELD_BYTES_MAX)
        return list_fault(reader, "is longer than a field may be");
    bool is_whole = reader->list.value_count++ == 0 || fa_buf_add_char(list, ';') == FA_OK;
    is_whole = is_whole && fa_buf_add_str(list, text) == FA_OK;
    return is_whole || fail_memory(reader);
}

/* Where the list of records must be, FOUND is. */
static bool records_fault(struct reader *reader, const char *found)
{
    char quoted[FA_QUOTED_BYTES];
    if (reader->input.profile->records.size)
        fa_json_fault(reader->json, FA_CODE_JSON_RECORDS, "correct the profile's records",
                      "no list %s of records, which the profile expects: there is %s",
                      fa_quoted(reader->input.profile->records, quoted), found);
    else
        fa_json_fault(reader->json, FA_CODE_JSON_RECORDS, "name the list of records by records",
                      "no record and no list of them: there is %s", found);
    return false;
}

/* In a record, at the list that the table spreads. */
static bool is_at_spread(struct reader *reader)
{
    return top(reader)->role == ROLE_RECORD && spread_of(reader).size &&
           fa_str_equal(path_of(reader), spread_of(reader));
}

static bool is_at_records(const struct reader *reader)
{
    return fa_str_equal(path_of(reader), reader->input.profile->records);
}

static bool on_value(struct reader *reader, struct fa_str text, bool is_null)
{
    struct level *level = top(reader);
    if (!level)
        return records_fault(reader, "a value");
    switch (level->role) {
    case ROLE_ENVELOPE:
        return is_at_records(reader) ? records_fault(reader, "a value")
                                     : add_heading(reader, text);
    case ROLE_RECORDS:
        return records_fault(reader, "a value in it");
    case ROLE_SPREAD:
        return list_fault(reader, "has values, but its objects are to be read");
    case ROLE_VALUES:
        return add_to_list(reader, text);
    case ROLE_COUNTED:
        return true;
    default:
        break;
    }
    uint32_t name;
    if (!is_at_spread(reader))
        return add_value(reader, text);
    return is_null ? enter_name(reader, &name) : list_fault(reader, "is a value");
}

/* --- objects and lists --- */

static bool start_record(struct reader *reader)
{
    reader->has_records = true;
    reader->record_no = ++reader->object_no;
    reader->origin = fa_json_place(reader->json);
    reader->path_start = reader->path.size;
    fa_buf_clear(&reader->values);
    reader->record_values.count = 0;
    reader->elements.count = 0;
    reader->element_values.count = 0;
    return push(reader, ROLE_RECORD, false);
}

static bool start_element(struct reader *reader)
{
    if (reader->elements.count == FA_JSON_VALUES_MAX)
        return list_fault(reader, "has too many objects");
    struct element element = {.origin = fa_json_place(reader->json)};
    if (fa_vec_add(&reader->elements, element) != FA_OK)
        return fail_memory(reader);
    reader->element_no = ++reader->object_no;
    return push(reader, ROLE_ELEMENT, false);
}

static bool on_object(struct reader *reader)
{
    struct level *level = top(reader);
    uint32_t name;
    if (!level)
        return reader->input.profile->records.size ? push(reader, ROLE_ENVELOPE, false)
                                                   : start_record(reader);
    switch (level->role) {
    case ROLE_ENVELOPE:
        if (is_at_records(reader))
            return records_fault(reader, "an object");
        return enter_name(reader, &name) && push(reader, ROLE_ENVELOPE, false);
    case ROLE_RECORDS:
        return start_record(reader);
    case ROLE_SPREAD:
        return start_element(reader);
    case ROLE_VALUES:
        if (reader->list.value_count)
            return list_fault(reader, "has objects beside values");
        reader->list.object_count++;
        return push(reader, ROLE_COUNTED, false);
    case ROLE_COUNTED:
        return push(reader, ROLE_COUNTED, false);
    default:
        return enter_name(reader, &name) && push(reader, level->role, false);
    }
}

static bool start_values(struct reader *reader)
{
    fa_buf_clear(&reader->list.text);
    reader->list.value_count = reader->list.object_count = 0;
    return push(reader, ROLE_VALUES, true);
}

static bool on_list(struct reader *reader)
{
    struct level *level = top(reader);
    uint32_t name;
    if (!level)
        return reader->input.profile->records.size ? records_fault(reader, "a list around it")
                                                   : push(reader, ROLE_RECORDS, true);
    switch (level->role) {
    case ROLE_ENVELOPE:
        if (!is_at_records(reader))
            return start_values(reader);
        reader->has_records = true;
        return enter_name(reader, &name) && push(reader, ROLE_RECORDS, true);
    case ROLE_RECORDS:
        return records_fault(reader, "a list in it");
    case ROLE_SPREAD:
    case ROLE_VALUES:
        return list_fault(reader, "holds another list");
    case ROLE_COUNTED:
        return push(reader, ROLE_COUNTED, true);
    default:
        if (is_at_spread(reader))
            return enter_name(reader, &name) && push(reader, ROLE_SPREAD, true);
        return start_values(reader);
    }
}

/* The list of values has ended; the level around it is on top again. */
static bool end_values(struct reader *reader)
{
    struct value_list *list = &reader->list;
    if (top(reader)->role == ROLE_ENVELOPE) {
        if (list->object_count)
            return list_fault(reader, "has objects, but is not the list of records");
        return add_heading(reader, fa_buf_str(&list->text));
    }
    if (list->object_count &&
        fa_buf_addf(&list->text, "%ju", (uintmax_t)list->object_count) != FA_OK)
        return fail_memory(reader);
    return add_value(reader, fa_buf_str(&list->text));
}

/* --- records --- */

static void put_row(struct reader *reader, struct fa_origin origin)
{
    fa_record_start(reader->out, origin);
    for (uint32_t i = 0; i < reader->names.column_count; i++)
        fa_record_add(reader->out, reader->row[i]);
    fa_record_end(reader->out);
}

static void fill(struct reader *reader, const struct value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct fa_name *name = &reader->names.list.items[values[i].name];
        reader->row[name->column_no - 1] =
            (struct fa_str){reader->values.bytes + values[i].start, values[i].size};
    }
}

static void empty(struct reader *reader, const struct value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        reader->row[reader->names.list.items[values[i].name].column_no - 1] = FA_STR("");
}

static bool put_elements(struct reader *reader)
{
    const struct value *values = reader->element_values.items;
    size_t before = reader->out->bytes.size;
    for (size_t i = 0; i < reader->elements.count; i++) {
        const struct element *element = &reader->elements.items[i];
        fill(reader, values, element->value_count);
        put_row(reader, element->origin);
        empty(reader, values, element->value_count);
        values += element->value_count;
        if (reader->out->bytes.size - before > FA_RECORD_BYTES_MAX) {
            fa_json_fault(reader->json, FA_CODE_JSON_LIMIT, NULL,
                          "the records that one object gives are longer than %u bytes",
                          FA_RECORD_BYTES_MAX);
            return false;
        }
    }
    return true;
}

static bool end_record(struct reader *reader)
{
    reader->path_start = 0;
    if (!reader->is_second)
        return true;
    bool is_sound = true;
    fill(reader, reader->record_values.items, reader->record_values.count);
    if (reader->elements.count > 0)
        is_sound = put_elements(reader);
    else
        put_row(reader, reader->origin);
    empty(reader, reader->record_values.items, reader->record_values.count);
    return is_sound;
}

static bool on_end(struct reader *reader)
{
    struct level ended = reader->levels[--reader->depth];
    struct level *level = top(reader);
    if (ended.role != ROLE_COUNTED)
        reader->path.size = ended.path_size;
    if (ended.role == ROLE_VALUES)
        return end_values(reader);
    if (ended.role == ROLE_RECORD && (!level || level->role == ROLE_RECORDS))
        return end_record(reader);
    return true;
}

static bool on_event(void *context, enum fa_json_event event, struct fa_str text)
{
    struct reader *reader = context;
    switch (event) {
    case FA_JSON_OBJECT:
        return on_object(reader);
    case FA_JSON_LIST:
        return on_list(reader);
    case FA_JSON_OBJECT_END:
    case FA_JSON_LIST_END:
        return on_end(reader);
    case FA_JSON_KEY:
        return on_key(reader, text);
    default:
        return on_value(reader, text, event == FA_JSON_NULL);
    }
}

/* --- both passes --- */

/* Parses the next piece. False: the document has ended, or a fault was kept. */
static bool parse_piece(struct reader *reader)
{
    size_t size = fa_json_step(reader->json);
    if (size > reader->piece_size) {
        char *piece = realloc(reader->piece, size);
        if (!piece)
            return fail_memory(reader);
        reader->piece = piece;
        reader->piece_size = size;
    }
    size_t got = fa_replay_read(&reader->replay, reader->piece, size);
    if (reader->input.fault->is_set || !fa_json_add(reader->json, reader->piece, got))
        return false;
    if (got == size)
        return true;
    (void)fa_json_end(reader->json);
    return false;
}

/* HEADERS: alternatives. Where no record has one of them, the first is a column all the same.
 */
static bool ask_for(struct reader *reader, const struct fa_str *headers, size_t count)
{
    uint32_t number = 0;
    for (size_t i = count; i-- > 0;) {
        enum fa_status status = fa_names_add(&reader->names, headers[i], &number);
        if (status != FA_OK)
            return status == FA_EINPUT || fail_memory(reader);
        if (reader->names.list.items[number].column_no)
            return true;
    }
    if (count)
        fa_names_make_column(&reader->names, number);
    return true;
}

static bool ask_for_tested(struct reader *reader, const struct fa_profile_condition *condition)
{
    for (size_t i = 0; i < condition->tests.count; i++)
        if (!ask_for(reader, &condition->tests.items[i].header, 1))
            return false;
    return true;
}

static bool ask_for_row(struct reader *reader, const struct fa_profile_row *row)
{
    for (size_t i = 0; i < row->columns.count; i++) {
        const struct fa_profile_column *column = &row->columns.items[i];
        for (size_t k = 0; k < column->parts.count; k++) {
            const struct fa_profile_part *part = &column->parts.items[k];
            if (part->kind == FA_PART_FIELD &&
                !ask_for(reader, part->headers.items, part->headers.count))
                return false;
        }
    }
    return true;
}

/* Also what tells which records are rows of other tables. */
static bool ask_for_all(struct reader *reader)
{
    const struct fa_profile *profile = reader->input.profile;
    for (size_t i = 0; i < profile->ignored_when.count; i++)
        if (!ask_for_tested(reader, &profile->ignored_when.items[i]))
            return false;
    for (size_t i = 0; i < profile->totals.count; i++) {
        const struct fa_profile_total *total = &profile->totals.items[i];
        if (!ask_for(reader, &total->header, total->header.size > 0) ||
            !ask_for_tested(reader, &total->when))
            return false;
    }
    for (size_t i = 0; i < profile->tables.count; i++) {
        const struct fa_profile_table *table = &profile->tables.items[i];
        for (size_t k = 0; k < table->rows.count; k++)
            if ((table == reader->input.table && !ask_for_row(reader, &table->rows.items[k])) ||
                !ask_for_tested(reader, &table->rows.items[k].when))
                return false;
    }
    return true;
}

/* "KEY: VALUE" for each value around the list, then the names of the records' fields. */
static void put_head(struct reader *reader)
{
    struct fa_buf text;
    fa_buf_init(&text);
    for (size_t i = 0; i < reader->headings.count; i++) {
        const struct heading *heading = &reader->headings.items[i];
        struct fa_str value = {reader->heading_text.bytes + heading->start, heading->size};
        fa_buf_clear(&text);
        if (fa_buf_add_str(&text, fa_names_text(&reader->envelope, heading->name)) != FA_OK ||
            fa_buf_add_text(&text, ": ") != FA_OK || fa_buf_add_str(&text, value) != FA_OK)
            reader->out->is_out_of_memory = true;
        fa_record_start(reader->out, heading->origin);
        fa_record_add(reader->out, fa_buf_str(&text));
        fa_record_end(reader->out);
    }
    fa_buf_release(&text);
    for (size_t i = 0; i < reader->names.list.count; i++)
        if (reader->names.list.items[i].column_no)
            reader->row[reader->names.list.items[i].column_no - 1] =
                fa_names_text(&reader->names, i);
    put_row(reader, (struct fa_origin){1, 0});
    for (uint32_t i = 0; i < reader->names.column_count; i++)
        reader->row[i] = FA_STR("");
}

static bool start_parse(struct reader *reader)
{
    fa_json_free(reader->json);
    reader->json = fa_json_new(on_event, reader, reader->input.fault);
    reader->depth = 0;
    reader->path.size = reader->path_start = 0;
    return reader->json != NULL;
}

/* Reads the whole document for its keys, and makes ready to read it for its records. */
static bool read_keys(struct reader *reader)
{
    while (parse_piece(reader))
        ;
    if (!reader->input.fault->is_set && !reader->has_records)
        records_fault(reader, "nothing of that name");
    if (reader->input.fault->is_set || !ask_for_all(reader))
        return false;
    reader->row = calloc(reader->names.column_count + 1, sizeof *reader->row);
    if (!reader->row)
        return fail_memory(reader);
    fa_replay_rewind(&reader->replay);
    reader->is_second = true;
    if (!start_parse(reader))
        return false;
    put_head(reader);
    return true;
}

static bool json_next(struct fa_reader *base, size_t bytes_wanted, struct fa_records *out)
{
    struct reader *reader = (struct reader *)base;
    reader->out = out;
    if (!reader->is_second && !read_keys(reader))
        reader->is_ended = true;
    while (!reader->is_ended && out->bytes.size < bytes_wanted)
        reader->is_ended = !parse_piece(reader);
    if (out->is_out_of_memory)
        fail_memory(reader);
    return !reader->is_ended && !reader->input.fault->is_set;
}

static void json_close(struct fa_reader *base)
{
    struct reader *reader = (struct reader *)base;
    fa_json_free(reader->json);
    fa_replay_release(&reader->replay);
    free(reader->piece);
    fa_buf_release(&reader->path);
    fa_names_release(&reader->envelope);
    fa_vec_free(&reader->headings);
    fa_buf_release(&reader->heading_text);
    fa_names_release(&reader->names);
    fa_buf_release(&reader->values);
    fa_vec_free(&reader->record_values);
    fa_vec_free(&reader->elements);
    fa_vec_free(&reader->element_values);
    fa_buf_release(&reader->list.text);
    free(reader->row);
    free(reader);
}

static struct fa_reader *json_open(const struct fa_reader_input *input)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        fa_fault_set_memory(input->fault);
        return NULL;
    }
    reader->base.type = &fa_reader_json;
    reader->input = *input;
    fa_replay_init(&reader->replay, input->feed);
    /* So that there is a place 0 in them. */
    bool is_whole = fa_buf_reserve(&reader->path, 1) == FA_OK &&
                    fa_buf_reserve(&reader->values, 1) == FA_OK &&
                    fa_buf_reserve(&reader->heading_text, 1) == FA_OK;
    if (!is_whole)
        fail_memory(reader);
    else if (start_parse(reader))
        return &reader->base;
    json_close(&reader->base);
    return NULL;
}

const struct fa_reader_type fa_reader_json = {.name = "json",
                                              .is_decoded = true,
                                              .open = json_open,
                                              .next = json_next,
                                              .close = json_close};
