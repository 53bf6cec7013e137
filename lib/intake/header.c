#include "intake/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "intake/map.h"

struct finding {
    struct fa_source *source;
    struct fa_chunk *chunk;
    struct fa_csv csv;
    struct fa_csv_rows rows; /* one record, as wide as any may be */
    struct fa_wants wants;   /* none: the first record is the header */
    struct fa_arena *arena;
    struct fa_sink *sink;
    struct fa_header *header;
    struct fa_buf text;
    FA_VEC(struct fa_heading) headings;
    /* the record that has most of what is wanted */
    struct fa_str *best_names;
    uint32_t best_count, best_found;
    uint64_t best_line_no;
};

static enum fa_status no_memory(struct finding *finding)
{
    return fa_out_of_memory(finding->sink, "a header");
}

static struct fa_place place_of(const struct finding *finding, uint64_t line_no)
{
    const struct fa_reader *reader = finding->source->reader;
    bool is_cell = reader && reader->type->is_sheet && line_no > 0;
    return (struct fa_place){.source = finding->source->input.file->name,
                             .line_no = line_no,
                             .column_no = is_cell ? 1 : 0,
                             .is_cell = is_cell,
                             .sheet = is_cell ? reader->sheet : (struct fa_str){"", 0}};
}

/* Of record number RECORD of the window, which was split last. */
static uint64_t line_of(const struct finding *finding, uint32_t record)
{
    const struct fa_chunk *chunk = finding->chunk;
    if (chunk->has_origins && record < chunk->origins.count)
        return chunk->origins.items[record].line_no;
    return finding->rows.records[0].line_idx + 1;
}

static bool has_wrong_quotes(const struct fa_csv_record *record)
{
    return record->fault == FA_CSV_QUOTE_INSIDE || record->fault == FA_CSV_QUOTE_AFTER;
}

static enum fa_status refuse_record(struct finding *finding, enum fa_csv_outcome outcome)
{
    bool has_record = finding->rows.count > 0;
    struct fa_place place = place_of(finding, has_record ? finding->rows.records[0].line_idx + 1
                                                         : finding->csv.refused_line_idx + 1);
    if (outcome == FA_CSV_OPEN_QUOTE)
        return fa_error(finding->sink, FA_CODE_CSV_QUOTE, place, NULL,
                        "the quote that opens here, in the header, is never closed");
    return fa_error(finding->sink, FA_CODE_CSV_COLUMN, place, NULL,
                    "the header cannot be read: %s",
                    has_record ? "a quote stands where none may" : "it is too long");
}

static struct fa_str field_of(const struct finding *finding, uint32_t field_idx)
{
    const struct fa_csv_field *field = &finding->rows.fields[field_idx];
    return (struct fa_str){finding->csv.base + field->start, field->size};
}

/* The fields of the record that was split last, in the arena. */
static enum fa_status keep_names(struct finding *finding, struct fa_str **names,
                                 uint32_t *count)
{
    *count = finding->rows.records[0].field_count;
    *names = fa_arena_array(finding->arena, *count, sizeof **names);
    if (!*names)
        return no_memory(finding);
    for (uint32_t i = 0; i < *count; i++) {
        (*names)[i] = fa_arena_str(finding->arena, field_of(finding, i));
        if (!(*names)[i].bytes)
            return no_memory(finding);
    }
    return FA_OK;
}

/* How many of the wanted headers the record has. */
static uint32_t count_found(struct finding *finding, struct fa_str *names, uint32_t count)
{
    uint32_t found = 0;
    for (size_t i = 0; i < finding->wants.list.count; i++)
        found += fa_want_find(&finding->wants.list.items[i], names, count) >= 0;
    return found;
}

static enum fa_status keep_heading(struct finding *finding, uint64_t line_no)
{
    struct fa_heading heading = {.line_no = line_no};
    if (fa_record_text(&finding->csv, &finding->rows, 0, &finding->text, &heading.text) !=
        FA_OK)
        return no_memory(finding);
    heading.text = fa_arena_str(finding->arena, heading.text);
    if (!heading.text.bytes || fa_vec_add(&finding->headings, heading) != FA_OK)
        return no_memory(finding);
    return FA_OK;
}

static enum fa_status keep_header(struct finding *finding, uint32_t record, uint64_t line_no)
{
    struct fa_header *header = finding->header;
    FA_TRY(keep_names(finding, &header->names, &header->count));
    header->bytes = (uint32_t)finding->chunk->file_offset + finding->csv.pos;
    header->lines = finding->csv.line_idx;
    header->records = record + 1;
    header->line_no = line_no;
    header->heading_count = (uint32_t)finding->headings.count;
    header->headings =
        fa_arena_array(finding->arena, finding->headings.count + 1, sizeof *header->headings);
    if (!header->headings)
        return no_memory(finding);
    for (size_t i = 0; i < finding->headings.count; i++)
        header->headings[i] = finding->headings.items[i];
    return FA_OK;
}

/* Looks at the record that was split last; *IS_FOUND: it is the header. */
static enum fa_status look(struct finding *finding, uint32_t record, bool *is_found)
{
    const struct fa_csv_record *now = &finding->rows.records[0];
    uint64_t line_no = line_of(finding, record);
    struct fa_str *names;
    uint32_t count;
    if (now->field_count > FA_RECORD_FIELDS_MAX)
        return fa_error(finding->sink, FA_CODE_CSV_COLUMN, place_of(finding, line_no), NULL,
                        "the header names more than %u columns", FA_RECORD_FIELDS_MAX);
    if (finding->wants.list.count == 0) {
        *is_found = true;
        return keep_header(finding, record, line_no);
    }
    if (!has_wrong_quotes(now)) {
        FA_TRY(keep_names(finding, &names, &count));
        uint32_t found = count_found(finding, names, count);
        *is_found = found == finding->wants.list.count;
        if (*is_found)
            return keep_header(finding, record, line_no);
        if (found > finding->best_found) {
            finding->best_names = names;
            finding->best_count = count;
            finding->best_found = found;
            finding->best_line_no = line_no;
        }
    }
    return keep_heading(finding, line_no);
}

/* The wanted headers that the best record lacks, each once. */
static enum fa_status list_missing(const struct finding *finding, struct fa_buf *list,
                                   struct fa_str *first)
{
    enum { SHOWN_MAX = 5 };
    char quoted[FA_QUOTED_BYTES];
    FA_VEC(struct fa_str) names = {0};
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < finding->wants.list.count; i++) {
        const struct fa_want *want = &finding->wants.list.items[i];
        if (fa_want_find(want, finding->best_names, finding->best_count) >= 0 ||
            fa_header_find(names.items, (uint32_t)names.count, want->names[0]) >= 0)
            continue;
        if (names.count < SHOWN_MAX)
            status = fa_buf_addf(list, "%s%s", names.count > 0 ? ", " : "",
                                 fa_quoted(want->names[0], quoted));
        else if (names.count == SHOWN_MAX)
            status = fa_buf_add_text(list, " and more");
        if (status == FA_OK)
            status = fa_vec_add(&names, want->names[0]);
    }
    *first = names.count > 0 ? names.items[0] : FA_STR("");
    fa_vec_free(&names);
    return status == FA_OK && fa_buf_cstr(list) ? FA_OK : FA_ELIMIT;
}

/* Names of columns have few digits; dates, amounts and numbers of people do not stand in a header. */
static bool is_data(struct fa_str name)
{
    unsigned in_row = 0, most = 0, all = 0;
    for (size_t i = 0; i < name.size; i++) {
        bool is_digit = name.bytes[i] >= '0' && name.bytes[i] <= '9';
        in_row = is_digit ? in_row + 1 : 0;
        all += is_digit;
        most = in_row > most ? in_row : most;
    }
    bool starts_so = name.size && name.bytes[0] >= '0' && name.bytes[0] <= '9';
    return most > FA_WORD_DIGITS_MAX || (starts_so && all > 3);
}

const char *fa_header_quoted(const struct fa_str *names, uint32_t count, struct fa_str name,
                             char buffer[FA_QUOTED_BYTES])
{
    for (uint32_t i = 0; i < count; i++)
        if (is_data(names[i]))
            return fa_quoted_shape(name, buffer);
    return fa_quoted(name, buffer);
}

/* Where nothing is near, a header that nobody knows is perhaps the new name of one that is
 * missing. */
static const char *hint_unknown(const struct finding *finding, const struct fa_nearest *nearest,
                                char hint[FA_QUOTED_BYTES + 64])
{
    const struct fa_profile *profile = finding->source->input.profile;
    char quoted[FA_QUOTED_BYTES], near[FA_NEAREST_HINT_BYTES];
    const char *said = fa_nearest_hint(nearest, NULL, near);
    if (said) {
        snprintf(hint, FA_QUOTED_BYTES + 64, "%s", said);
        return hint;
    }
    for (uint32_t i = 0; i < finding->best_count; i++) {
        struct fa_str name = finding->best_names[i];
        if (name.size == 0 || fa_profile_uses(profile, name))
            continue;
        snprintf(hint, FA_QUOTED_BYTES + 64, "the profile does not know %s, which it has",
                 fa_header_quoted(finding->best_names, finding->best_count, name, quoted));
        return hint;
    }
    return NULL;
}

static enum fa_status refuse_all(struct finding *finding)
{
    struct fa_buf list = {0};
    struct fa_nearest nearest = {.wanted = FA_STR("")};
    char hint[FA_QUOTED_BYTES + 64];
    enum fa_status status = list_missing(finding, &list, &nearest.wanted);
    for (uint32_t i = 0; i < finding->best_count; i++)
        fa_nearest_add(&nearest, finding->best_names[i]);
    if (status != FA_OK)
        status = no_memory(finding);
    else if (finding->best_found == 0)
        status = fa_error(finding->sink, FA_CODE_CSV_MISSING, place_of(finding, 0),
                          "perhaps the file belongs to another profile",
                          "no record of the file is its header, which has %s", list.bytes);
    else
        status = fa_error(
            finding->sink, FA_CODE_CSV_MISSING, place_of(finding, finding->best_line_no),
            hint_unknown(finding, &nearest, hint), "the header lacks %s", list.bytes);
    fa_buf_release(&list);
    return status;
}

static enum fa_status find(struct finding *finding)
{
    bool is_found = false;
    enum fa_csv_outcome outcome = FA_CSV_MORE;
    fa_csv_init(&finding->csv, finding->chunk->base, finding->chunk->size);
    finding->csv.dialect = finding->source->cut.dialect;
    for (uint32_t record = 0; !is_found && outcome == FA_CSV_MORE; record++) {
        outcome = fa_csv_split(&finding->csv, &finding->rows);
        bool is_unread = outcome == FA_CSV_OPEN_QUOTE || outcome == FA_CSV_FIELD_TOO_LONG ||
                         outcome == FA_CSV_RECORD_TOO_LONG;
        bool is_spoiled = finding->rows.count > 0 && finding->wants.list.count == 0 &&
                          has_wrong_quotes(&finding->rows.records[0]);
        if (is_spoiled || (finding->rows.count == 0 && is_unread))
            return refuse_record(finding, outcome);
        if (finding->rows.count > 0)
            FA_TRY(look(finding, record, &is_found));
    }
    if (is_found)
        return FA_OK;
    return finding->wants.list.count > 0 && finding->headings.count > 0
               ? refuse_all(finding)
               : fa_error(finding->sink, FA_CODE_CSV_EMPTY, place_of(finding, 0), NULL,
                          "the file has no header");
}

static enum fa_status read_window(struct finding *finding)
{
    const struct fa_source_input *input = &finding->source->input;
    finding->rows = (struct fa_csv_rows){
        .width = FA_RECORD_FIELDS_MAX, .stride = FA_RECORD_FIELDS_MAX, .count_max = 1};
    finding->rows.fields = malloc(FA_RECORD_FIELDS_MAX * sizeof *finding->rows.fields);
    finding->rows.records = malloc(sizeof *finding->rows.records);
    if (!finding->rows.fields || !finding->rows.records ||
        (input->profile &&
         fa_wants_make(input->profile, input->table, &finding->wants) != FA_OK))
        return no_memory(finding);
    bool has_window = fa_source_next(finding->source, FA_HEADER_WINDOW_BYTES, finding->chunk);
    if (finding->source->fault.is_set)
        return fa_source_complain(finding->source, finding->sink);
    if (!has_window || finding->chunk->size == 0)
        return fa_error(finding->sink, FA_CODE_CSV_EMPTY, place_of(finding, 0), NULL,
                        "the file is empty: it has no header");
    fa_encoding_tell(&finding->source->encoding, input->file->name, finding->sink);
    finding->header->identity = finding->source->identity;
    finding->header->size_bytes = finding->source->size_bytes;
    finding->header->dialect = finding->source->cut.dialect;
    finding->header->is_sheet =
        finding->source->reader && finding->source->reader->type->is_sheet;
    if (finding->header->is_sheet) {
        finding->header->sheet = fa_arena_str(finding->arena, finding->source->reader->sheet);
        if (!finding->header->sheet.bytes)
            return no_memory(finding);
    }
    finding->header->encoding = finding->source->encoding.encoding;
    finding->header->found = finding->source->encoding;
    return find(finding);
}

enum fa_status fa_header_read(const struct fa_source_input *input, struct fa_arena *arena,
                              struct fa_sink *sink, struct fa_header *header)
{
    struct fa_source source;
    struct fa_chunk chunk;
    int fd;
    FA_TRY(fa_filing_open_file(input->file, sink, &fd)); /* to say why not */
    if (fd >= 0)
        close(fd);
    if (fa_chunk_init(&chunk, 0) != FA_OK)
        return fa_out_of_memory(sink, "a header");
    fa_source_open(&source, input);
    *header = (struct fa_header){.count = 0};
    struct finding finding = {
        .source = &source, .chunk = &chunk, .arena = arena, .sink = sink, .header = header};
    enum fa_status status = read_window(&finding);
    free(finding.rows.fields);
    free(finding.rows.records);
    fa_wants_release(&finding.wants);
    fa_vec_free(&finding.headings);
    fa_buf_release(&finding.text);
    fa_source_close(&source);
    fa_chunk_release(&chunk);
    return status;
}
