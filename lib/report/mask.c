#include "report/mask.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* A name or party id and the number it is shown by. */
struct pseudonym {
    struct fa_str value;
    uint64_t number; /* P-0001 is 1; 0: empty slot */
};

/* How the values of "table.column" are shown. */
struct origin {
    struct fa_str name; /* no bytes: empty slot */
    enum fa_mask kind;
};

enum { NAME_BYTES_MAX = 256 }; /* of a name that is looked for in prose */

struct fa_masker {
    const struct fa_dictionary *dictionary;
    bool reveal;
    struct fa_hmac *key; /* NULL: none given */
    struct fa_hmac *fingerprint_key;
    struct origin *origins; /* of the dictionary; open addressing, a power of two */
    size_t origin_count;
    struct pseudonym *slots; /* open addressing, a power of two */
    size_t slot_count, used;
    uint64_t last_number;
    bool has_size[NAME_BYTES_MAX + 1]; /* of one of them, in bytes */
    struct fa_arena arena;
};

/* --- the table of pseudonyms --- */

static struct pseudonym *slot_of(const struct fa_masker *masker, struct fa_str value)
{
    uint64_t hash = fa_hash64((struct fa_hash_key){0, 0}, value.bytes, value.size);
    for (size_t at = (size_t)hash & (masker->slot_count - 1);;
         at = (at + 1) & (masker->slot_count - 1)) {
        struct pseudonym *slot = &masker->slots[at];
        if (slot->number == 0 || fa_str_equal(slot->value, value))
            return slot;
    }
}

static enum fa_status grow(struct fa_masker *masker)
{
    struct pseudonym *old = masker->slots;
    size_t old_count = masker->slot_count;
    masker->slot_count = old_count ? old_count * 2 : 1024;
    masker->slots = calloc(masker->slot_count, sizeof *masker->slots);
    if (!masker->slots) {
        masker->slots = old;
        masker->slot_count = old_count;
        return FA_ELIMIT;
    }
    for (size_t i = 0; i < old_count; i++)
        if (old[i].number)
            *slot_of(masker, old[i].value) = old[i];
    free(old);
    return FA_OK;
}

/* Gives VALUE the number NUMBER, or the next one when that is 0; what has a number keeps it. */
static enum fa_status enrol(struct fa_masker *masker, struct fa_str value, uint64_t number,
                            uint64_t *given)
{
    if (value.size == 0)
        return FA_OK;
    if (masker->used * 2 >= masker->slot_count)
        FA_TRY(grow(masker));
    struct pseudonym *slot = slot_of(masker, value);
    if (slot->number == 0) {
        struct fa_str copy = fa_arena_str(&masker->arena, value);
        if (!copy.bytes)
            return FA_ELIMIT;
        *slot = (struct pseudonym){copy, number ? number : ++masker->last_number};
        masker->used++;
        masker->has_size[copy.size <= NAME_BYTES_MAX ? copy.size : 0] = true;
    }
    if (given)
        *given = slot->number;
    return FA_OK;
}

/* --- columns by their names --- */

static struct origin *origin_of(const struct fa_masker *masker, struct fa_str name)
{
    uint64_t hash = fa_hash64((struct fa_hash_key){0, 0}, name.bytes, name.size);
    for (size_t at = (size_t)hash & (masker->origin_count - 1);;
         at = (at + 1) & (masker->origin_count - 1)) {
        struct origin *origin = &masker->origins[at];
        if (!origin->name.bytes || fa_str_equal(origin->name, name))
            return origin;
    }
}

static enum fa_status make_origins(struct fa_masker *masker)
{
    const struct fa_dictionary *dictionary = masker->dictionary;
    size_t count = 0;
    for (int t = 0; t < dictionary->table_count; t++)
        count += (size_t)dictionary->tables[t].column_count;
    for (masker->origin_count = 16; masker->origin_count / 2 < count;)
        masker->origin_count *= 2;
    masker->origins = calloc(masker->origin_count, sizeof *masker->origins);
    if (!masker->origins)
        return FA_ELIMIT;
    struct fa_buf name = {0};
    enum fa_status status = FA_OK;
    for (int t = 0; t < dictionary->table_count; t++) {
        const struct fa_table_def *table = &dictionary->tables[t];
        for (int c = 0; status == FA_OK && c < table->column_count; c++) {
            fa_buf_clear(&name);
            status = fa_buf_addf(&name, "%.*s.%.*s", (int)table->name.size, table->name.bytes,
                                 (int)table->columns[c].name.size, table->columns[c].name.bytes);
            struct fa_str kept = fa_arena_str(&masker->arena, fa_buf_str(&name));
            if (!kept.bytes)
                status = FA_ELIMIT;
            if (status == FA_OK)
                *origin_of(masker, kept) = (struct origin){kept, table->columns[c].mask};
        }
    }
    fa_buf_release(&name);
    return status;
}

enum fa_mask fa_mask_kind_of(const struct fa_masker *masker, struct fa_str column)
{
    if (!column.size || !memchr(column.bytes, '.', column.size))
        return FA_MASK_NONE; /* a computed value */
    const struct origin *origin = origin_of(masker, column);
    /* A column that this dictionary does not know is hidden rather than shown. */
    return origin->name.bytes ? origin->kind : FA_MASK_TEXT;
}

enum fa_mask fa_mask_kind_again(const struct fa_masker *masker, struct fa_mask_memo *memo,
                                struct fa_str column)
{
    if (column.size == 0)
        return FA_MASK_NONE;
    unsigned char last = (unsigned char)column.bytes[column.size - 1];
    size_t slot = (column.size + last) % FA_MASK_MEMO;
    if (!fa_str_equal(memo->columns[slot], column)) {
        memo->columns[slot] = column;
        memo->kinds[slot] = fa_mask_kind_of(masker, column);
    }
    return memo->kinds[slot];
}

static bool is_pseudonymous(enum fa_mask kind)
{
    return kind == FA_MASK_NAME || kind == FA_MASK_PARTY;
}

static enum fa_status enrol_rows_of(struct fa_masker *masker, const struct fa_results *results,
                                    struct fa_result_walk *origins)
{
    const struct fa_loaded_table *values = &results->tables[FA_RESULT_VALUE];
    int value = fa_result_column(values, "value");
    struct fa_mask_memo memo;
    for (uint64_t row = 0; row < values->row_count; row++) {
        if (row % FA_BLOCK_ROWS_MAX == 0)
            memo = (struct fa_mask_memo){0}; /* whose texts are of the block before */
        FA_TRY(fa_result_walk_to(origins, row));
        if (!is_pseudonymous(
                fa_mask_kind_again(masker, &memo, fa_result_walk_text(origins, row))))
            continue;
        fa_result_forget(results, FA_RESULT_VALUE, row);
        FA_TRY(enrol(masker, fa_result_text(values, row, value), 0, NULL));
    }
    return FA_OK;
}

/* Numbers every person in the order of the findings' values, then of the evidence, of statistics
 * and of earlier findings. */
static enum fa_status enrol_values(struct fa_masker *masker, const struct fa_results *results)
{
    const struct fa_loaded_table *values = &results->tables[FA_RESULT_VALUE];
    if (values->row_count == 0)
        return FA_OK;
    struct fa_result_walk origins;
    enum fa_status status =
        fa_result_walk(&origins, values, fa_result_column(values, "column"));
    if (status == FA_OK)
        status = enrol_rows_of(masker, results, &origins);
    fa_result_walk_release(&origins);
    return status;
}

static enum fa_status enrol_statistics(struct fa_masker *masker, const struct fa_results *results)
{
    const struct fa_loaded_table *columns = &results->tables[FA_RESULT_COLUMN];
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_STATISTIC];
    for (uint64_t view = 0; view < results->tables[FA_RESULT_VIEW].row_count; view++) {
        struct fa_row_span span = results->view_columns[view], of = results->view_cells[view];
        for (uint64_t cell = of.from; cell < of.to; cell++) {
            uint64_t column = span.from + (cell - of.from) % (span.to - span.from);
            struct fa_str origin =
                fa_result_text(columns, column, fa_result_column(columns, "column"));
            int value = fa_result_column(cells, "value");
            if (is_pseudonymous(fa_mask_kind_of(masker, origin)) && !fa_result_missing(cells, cell, value))
                FA_TRY(enrol(masker, fa_result_text(cells, cell, value), 0, NULL));
        }
    }
    return FA_OK;
}

/* --- parts of a subject, joined with '|' --- */

static size_t count_parts(struct fa_str text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.size; i++)
        count += text.bytes[i] == '|';
    return count;
}

/* Takes the text up to the next '|', or all of it, off the front of REST. */
static struct fa_str next_part(struct fa_str *rest)
{
    const char *bar = rest->size ? memchr(rest->bytes, '|', rest->size) : NULL;
    struct fa_str part = {rest->bytes, bar ? (size_t)(bar - rest->bytes) : rest->size};
    size_t taken = part.size + (bar != NULL);
    *rest = (struct fa_str){rest->bytes + taken, rest->size - taken};
    return part;
}

/* Of a table that has a subject and the columns of its parts. */
static enum fa_status enrol_subjects(struct fa_masker *masker, const struct fa_loaded_table *table)
{
    for (uint64_t row = 0; row < table->row_count; row++) {
        struct fa_str value = fa_result_text(table, row, fa_result_column(table, "subject"));
        struct fa_str columns =
            fa_result_text(table, row, fa_result_column(table, "subject_columns"));
        size_t count = count_parts(columns);
        if (count > 1 && count != count_parts(value))
            continue;
        for (size_t i = 0; i < count; i++) {
            struct fa_str part = count == 1 ? value : next_part(&value);
            if (is_pseudonymous(fa_mask_kind_of(masker, next_part(&columns))))
                FA_TRY(enrol(masker, part, 0, NULL));
        }
    }
    return FA_OK;
}

/* The column NAME of TABLE: mostly not far behind the one BEFORE. */
static int column_behind(const struct fa_table_def *table, int before, struct fa_str name)
{
    if (!table)
        return FA_NO_COLUMN;
    for (int c = before == FA_NO_COLUMN ? 0 : before + 1; c < table->column_count; c++)
        if (fa_str_equal(table->columns[c].name, name))
            return c;
    return fa_table_find_column(table, name);
}

static enum fa_status enrol_waivers(struct fa_masker *masker, const struct fa_results *results)
{
    const struct fa_loaded_table *keys = &results->tables[FA_RESULT_WAIVER_KEY];
    for (uint64_t row = 0; row < keys->row_count; row++)
        if (is_pseudonymous(
                fa_mask_kind_of(masker, fa_result_text(keys, row, fa_result_column(keys, "column")))))
            FA_TRY(enrol(masker, fa_result_text(keys, row, fa_result_column(keys, "value")), 0,
                         NULL));
    return FA_OK;
}

static bool has_persons(const struct fa_table_def *table)
{
    for (int c = 0; table && c < table->column_count; c++)
        if (is_pseudonymous(table->columns[c].mask))
            return true;
    return false;
}

static enum fa_status enrol_evidence(struct fa_masker *masker, const struct fa_results *results)
{
    const struct fa_loaded_table *rows = &results->tables[FA_RESULT_ROW];
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_CELL];
    if (rows->row_count == 0 || cells->row_count == 0)
        return FA_OK;
    int table_column = fa_result_column(rows, "table");
    int name_column = fa_result_column(cells, "column"),
        value = fa_result_column(cells, "value");
    const struct fa_table_def *table = NULL;
    struct fa_str table_name = {NULL, 0};
    bool has_any = false;
    for (uint64_t row = 0; row < rows->row_count; row++) {
        if (row % FA_BLOCK_ROWS_MAX == 0) {
            fa_result_forget(results, FA_RESULT_ROW, row);
            table_name = (struct fa_str){NULL, 0};
        }
        fa_result_forget(results, FA_RESULT_CELL, results->row_cells[row].from);
        struct fa_str name = fa_result_text(rows, row, table_column);
        if (!table_name.bytes || !fa_str_equal(table_name, name)) {
            table_name = name;
            table = fa_dictionary_find(masker->dictionary, name);
            has_any = has_persons(table);
        }
        if (!has_any)
            continue;
        bool is_party = fa_str_is(table_name, "party");
        uint64_t party_number = 0;
        struct fa_row_span span = results->row_cells[row];
        int column = FA_NO_COLUMN;
        for (uint64_t cell = span.from; cell < span.to; cell++) {
            column = column_behind(table, column, fa_result_text(cells, cell, name_column));
            if (column == FA_NO_COLUMN || !is_pseudonymous(table->columns[column].mask))
                continue;
            bool is_own_id = is_party && column == table->id_column;
            bool is_own_name = is_party && table->columns[column].mask == FA_MASK_NAME;
            FA_TRY(enrol(masker, fa_result_text(cells, cell, value),
                         is_own_name ? party_number : 0, is_own_id ? &party_number : NULL));
        }
    }
    return FA_OK;
}

/* --- making one --- */

/* Without a key, fingerprints are keyed by what was filed: the sources' own hashes. */
static enum fa_status make_keys(struct fa_masker *masker, struct fa_str key,
                                const struct fa_head *head)
{
    uint8_t digest[FA_SHA256_BYTES];
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return FA_ELIMIT;
    if (key.size)
        fa_sha256_add(sha, key.bytes, key.size);
    else
        for (size_t i = 0; i < head->sources.count; i++)
            fa_sha256_add(sha, head->sources.items[i].sha256, FA_SHA256_BYTES);
    fa_sha256_finish(sha, digest);
    fa_sha256_free(sha);
    masker->fingerprint_key = fa_hmac_new(digest, sizeof digest);
    masker->key = key.size ? fa_hmac_new(key.bytes, key.size) : NULL;
    return masker->fingerprint_key && (masker->key || !key.size) ? FA_OK : FA_ELIMIT;
}

enum fa_status fa_masker_new(const struct fa_results *results, struct fa_str key, bool reveal,
                             struct fa_masker **masker)
{
    struct fa_masker *made = calloc(1, sizeof *made);
    if (!made)
        return fa_out_of_memory(results->sink, "masking");
    made->dictionary = &results->head->dictionary;
    made->reveal = reveal;
    fa_arena_init(&made->arena);
    enum fa_status status = grow(made);
    if (status == FA_OK)
        status = make_origins(made);
    if (status == FA_OK)
        status = make_keys(made, key, results->head);
    if (status == FA_OK)
        status = enrol_values(made, results);
    if (status == FA_OK)
        status = enrol_evidence(made, results);
    if (status == FA_OK)
        status = enrol_statistics(made, results);
    if (status == FA_OK)
        status = enrol_waivers(made, results);
    if (status == FA_OK)
        status = enrol_subjects(made, &results->tables[FA_RESULT_PENDING]);
    if (status == FA_OK)
        status = enrol_subjects(made, &results->tables[FA_RESULT_EARLIER]);
    if (status != FA_OK) {
        fa_masker_free(made);
        return fa_out_of_memory(results->sink, "masking");
    }
    *masker = made;
    return FA_OK;
}

void fa_masker_free(struct fa_masker *masker)
{
    if (!masker)
        return;
    fa_hmac_free(masker->key);
    fa_hmac_free(masker->fingerprint_key);
    free(masker->origins);
    free(masker->slots);
    fa_arena_release(&masker->arena);
    free(masker);
}

bool fa_mask_is_keyed(const struct fa_masker *masker)
{
    return masker->key != NULL;
}

/* --- showing --- */

static enum fa_status add_hmac(const struct fa_hmac *key, struct fa_str value, int hex_digits,
                               struct fa_buf *out)
{
    uint8_t digest[FA_SHA256_BYTES];
    char hex[FA_SHA256_HEX_BYTES];
    fa_hmac_digest(key, value.bytes, value.size, digest);
    fa_sha256_hex(digest, hex);
    return fa_buf_add(out, hex, (size_t)hex_digits);
}

static size_t character_count(struct fa_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    return count;
}

/* Bytes of the first COUNT characters. */
static size_t size_of_characters(struct fa_str text, size_t count)
{
    size_t at = 0;
    for (size_t seen = 0; at < text.size; at++) {
        seen += ((unsigned char)text.bytes[at] & 0xC0) != 0x80;
        if (seen > count)
            break;
    }
    return at;
}

/* The first HEAD and last TAIL characters, a star for each between. A text too short for both
 * keeps only its end, so that a short number is never shown whole. */
static enum fa_status add_partly(struct fa_str value, size_t head, size_t tail,
                                 struct fa_buf *out)
{
    size_t count = character_count(value);
    if (count <= head + tail) {
        head = 0;
        tail = count > tail ? tail : count / 2;
    }
    size_t hidden = count - head - tail, hidden_from = size_of_characters(value, head);
    size_t hidden_to = size_of_characters(value, count - tail);
    FA_TRY(fa_buf_add(out, value.bytes, hidden_from));
    FA_TRY(fa_buf_reserve(out, hidden));
    if (hidden)
        memset(out->bytes + out->size, '*', hidden);
    out->size += hidden;
    return fa_buf_add(out, value.bytes + hidden_to, value.size - hidden_to);
}

static enum fa_status add_pseudonym(const struct fa_masker *masker, struct fa_str value,
                                    struct fa_buf *out)
{
    if (masker->key) {
        FA_TRY(fa_buf_add_text(out, "P-"));
        return add_hmac(masker->key, value, 12, out);
    }
    const struct pseudonym *slot = slot_of(masker, value);
    /* A value outside findings and evidence (a reject's, a break's) has no number of its own.
     */
    return slot->number ? fa_buf_addf(out, "P-%04llu", (unsigned long long)slot->number)
                        : fa_buf_add_text(out, "P-****");
}

enum fa_status fa_mask_kind(const struct fa_masker *masker, enum fa_mask kind,
                            struct fa_str value, struct fa_buf *out)
{
    if (value.size == 0)
        return FA_OK;
    if (masker->reveal)
        return fa_buf_add_str(out, value);
    switch (kind) {
    case FA_MASK_NONE:
        return fa_buf_add_str(out, value);
    case FA_MASK_NAME:
    case FA_MASK_PARTY:
        return add_pseudonym(masker, value, out);
    case FA_MASK_NUMBER:
        return add_partly(value, 6, 4, out);
    case FA_MASK_PHONE:
        return add_partly(value, 3, 4, out);
    case FA_MASK_TEXT:
        return fa_buf_addf(out, "(%zu characters)", character_count(value));
    }
    return FA_EDEFECT;
}

enum fa_status fa_mask_value(const struct fa_masker *masker, struct fa_str column,
                             struct fa_str value, struct fa_buf *out)
{
    return fa_mask_kind(masker, fa_mask_kind_of(masker, column), value, out);
}

enum fa_status fa_mask_parts(const struct fa_masker *masker, struct fa_str columns,
                             struct fa_str value, struct fa_buf *out)
{
    size_t count = count_parts(columns);
    if (count == 1)
        return fa_mask_value(masker, columns, value, out);
    if (count != count_parts(value))
        return fa_mask_kind(masker, FA_MASK_TEXT, value, out);
    for (size_t i = 0; i < count; i++) {
        struct fa_str part = next_part(&value);
        FA_TRY(i ? fa_buf_add_char(out, '|') : FA_OK);
        FA_TRY(fa_mask_value(masker, next_part(&columns), part, out));
    }
    return FA_OK;
}

/* --- prose --- */

static bool is_word_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Whether no word goes on across AT; letters beyond ASCII (Chinese) have no such bounds. */
static bool is_bound(struct fa_str text, size_t at)
{
    return at == 0 || at == text.size || !is_word_byte(text.bytes[at - 1]) ||
           !is_word_byte(text.bytes[at]);
}

/* Bytes of the longest name or id of a person that stands at AT; 0: none does. */
static size_t person_at(const struct fa_masker *masker, struct fa_str text, size_t at)
{
    if (!is_bound(text, at))
        return 0;
    size_t longest = text.size - at < NAME_BYTES_MAX ? text.size - at : NAME_BYTES_MAX;
    for (size_t size = longest; size > 0; size--) {
        struct fa_str part = {text.bytes + at, size};
        if (!masker->has_size[size] || !is_bound(text, at + size))
            continue;
        bool is_ascii = character_count(part) == size;
        if (size >= (is_ascii ? (size_t)FA_PROSE_WORD_MIN : 2u) && slot_of(masker, part)->number)
            return size;
    }
    return 0;
}

/* Bytes of the word or number at AT, where one begins. */
static size_t word_at(struct fa_str text, size_t at, size_t *digits)
{
    size_t end = at;
    *digits = 0;
    while (end < text.size && is_word_byte(text.bytes[end]) && text.bytes[end] != '_') {
        *digits += text.bytes[end] >= '0' && text.bytes[end] <= '9';
        end++;
    }
    return end - at;
}

enum fa_status fa_mask_prose(const struct fa_masker *masker, struct fa_str text,
                             struct fa_buf *out)
{
    enum { ID_CHARACTERS_MIN = 15 }; /* below, the number is one of a phone */
    if (masker->reveal)
        return fa_buf_add_str(out, text);
    for (size_t at = 0, step; at < text.size; at += step) {
        size_t digits, person = person_at(masker, text, at), word = word_at(text, at, &digits);
        struct fa_str rest = {text.bytes + at, text.size - at};
        step = person ? person : word ? word : 1;
        if (person)
            FA_TRY(add_pseudonym(masker, (struct fa_str){rest.bytes, person}, out));
        else if (word >= (size_t)FA_PROSE_NUMBER_MIN && digits >= (size_t)FA_PROSE_DIGITS_MIN)
            FA_TRY(add_partly((struct fa_str){rest.bytes, word},
                              word >= (size_t)ID_CHARACTERS_MIN ? 6 : 3, 4, out));
        else
            FA_TRY(fa_buf_add(out, rest.bytes, step));
    }
    return FA_OK;
}

enum fa_status fa_mask_fingerprint(const struct fa_masker *masker, struct fa_str fingerprint,
                                   struct fa_buf *out)
{
    return add_hmac(masker->fingerprint_key, fingerprint, 32, out);
}
