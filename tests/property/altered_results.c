/*
 * Results that a stranger made: every column of every table of a stream is given other values, in streams
 * whose checksums are right, and each is shown in every format, held against the true one and read as
 * earlier results. Whatever they say, each ends with a status and a message. check_altered.pl runs it:
 *
 *     altered_results STREAM FOLDER    in FOLDER some of the streams, for the tools
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "ledger/builder.h"
#include "ledger/column.h"
#include "ledger/kept.h"
#include "ledger/stream.h"
#include "report/compare.h"
#include "report/report.h"
#include "rules/baseline.h"

enum { KEPT_BYTES = 1 << 26, BLOCKS_MAX = 256, WORKBOOK_EACH = 199, FILE_EACH = 23, TEXT_BYTES = 40000 };

#define MUST(is) \
    do { \
        if (!(is)) { \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #is); \
            exit(1); \
        } \
    } while (0)

/* --- the true stream --- */

static struct {
    struct fa_blocks *blocks;
    struct fa_block ids[BLOCKS_MAX];
    struct fa_batch batches[BLOCKS_MAX];      /* in the stream's order */
    struct fa_decoder *decoders[BLOCKS_MAX]; /* that own the batches' memory, to the end */
    int ids_count, batch_count;
    struct fa_buf head;
    struct fa_results *results;
} made_of;

static unsigned messages;
static char last_text[512];

static void take_message(void *context, const struct fa_diag *diag)
{
    (void)context;
    messages++;
    snprintf(last_text, sizeof last_text, "%.*s", (int)diag->text.size, diag->text.bytes);
}

static struct fa_sink sink = {.emit = take_message};

static int open_stream(const struct fa_buf *bytes, struct fa_blocks **blocks, enum fa_status *status)
{
    int fd = memfd_create("stream", MFD_CLOEXEC);
    MUST(fd >= 0 && write(fd, bytes->bytes, bytes->size) == (ssize_t)bytes->size);
    MUST(lseek(fd, 0, SEEK_SET) == 0);
    *blocks = NULL;
    *status = fa_stream_open(fd, "altered", NULL, &sink, blocks);
    return fd;
}

static void load_original(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct fa_buf bytes = {0};
    enum fa_status status;
    char piece[4096];
    MUST(file);
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        MUST(fa_buf_add(&bytes, piece, got) == FA_OK);
    fclose(file);
    (void)open_stream(&bytes, &made_of.blocks, &status);
    MUST(status == FA_OK);
    MUST(fa_head_format(made_of.blocks->head, &made_of.head) == FA_OK);
    struct fa_block block;
    bool is_end = false;
    while (fa_blocks_next(made_of.blocks, &block, &is_end) == FA_OK && !is_end) {
        if (block.kind == FA_BLOCK_IDS) {
            uint8_t *copy = malloc(block.size_bytes);
            MUST(copy && made_of.ids_count < BLOCKS_MAX);
            memcpy(copy, block.bytes, block.size_bytes);
            block.bytes = copy;
            made_of.ids[made_of.ids_count++] = block;
            continue;
        }
        struct fa_decoder *decoder =
            fa_decoder_new(&made_of.blocks->head->dictionary.tables[block.table]);
        MUST(decoder && made_of.batch_count < BLOCKS_MAX);
        fa_decoder_want_all(decoder);
        made_of.decoders[made_of.batch_count] = decoder;
        MUST(fa_decoder_decode(decoder, &block, &sink,
                               &made_of.batches[made_of.batch_count++]) == FA_OK);
    }
    struct fa_blocks *again;
    (void)open_stream(&bytes, &again, &status);
    MUST(status == FA_OK && fa_results_load(again, &sink, &made_of.results) == FA_OK);
    fa_buf_release(&bytes);
}

/* --- an altered one --- */

enum rows { AS_THEY_ARE, WITHOUT_FIRST, FIRST_TWICE, BACKWARDS, NONE, IN_SHORT_BLOCKS, ROWS_WAYS };

struct alteration {
    struct fa_str table, column; /* no column: of the rows */
    enum rows rows;
    uint32_t row;
    bool is_missing;
    int64_t number;
    struct fa_str text;
};

static bool copy_row(struct fa_builder *rows, const struct fa_table_def *def,
                     const struct fa_batch *batch, uint32_t row, const struct alteration *altered)
{
    for (int c = 0; c < batch->table->column_count; c++) {
        const struct fa_column_def *was = &batch->table->columns[c];
        const struct fa_column *column = &batch->columns[c];
        int to = fa_table_find_column(def, was->name);
        if (to == FA_NO_COLUMN || def->columns[to].type != was->type)
            continue;
        bool is_altered = altered && fa_str_equal(altered->column, was->name);
        bool is_text = fa_type_is_bytes(was->type);
        if (is_altered ? altered->is_missing : fa_is_missing(column, row))
            continue;
        if (is_text)
            MUST(fa_builder_set_text(rows, to, is_altered ? altered->text
                                                          : fa_column_text(column, row)) == FA_OK);
        else
            fa_builder_set(rows, to, is_altered ? altered->number : column->values[row]);
    }
    return fa_builder_end_row(rows) == FA_OK;
}

/* False: no block can hold such a value. */
static bool copy_table(struct fa_kept *kept, const struct fa_table_def *def,
                       const struct alteration *altered)
{
    struct fa_builder *rows =
        fa_builder_new(def, def->index, kept->spool, &kept->totals, &sink);
    bool is_its = fa_str_equal(def->name, altered->table);
    enum rows way = is_its ? altered->rows : AS_THEY_ARE;
    uint32_t at = 0;
    bool is_made = true;
    if (way == IN_SHORT_BLOCKS)
        fa_builder_set_block_rows(rows, 1);
    for (int b = 0; way != NONE && b < made_of.batch_count; b++) {
        const struct fa_batch *batch = &made_of.batches[b];
        if (!fa_str_equal(batch->table->name, def->name))
            continue;
        for (uint32_t i = 0; i < batch->row_count; i++, at++) {
            uint32_t row = way == BACKWARDS ? batch->row_count - 1 - i : i;
            bool is_first = at == 0;
            if (is_first && way == WITHOUT_FIRST)
                continue;
            for (int twice = 0; twice <= (is_first && way == FIRST_TWICE); twice++)
                is_made &= copy_row(
                    rows, def, batch, row,
                    is_its && altered->column.size && at == altered->row ? altered : NULL);
        }
    }
    is_made = is_made && fa_builder_finish(rows) == FA_OK;
    fa_builder_free(rows);
    return is_made;
}

struct bytes_output {
    struct fa_output base;
    struct fa_buf bytes;
};

static enum fa_status add_bytes(struct fa_output *output, const void *bytes, size_t size)
{
    return fa_buf_add(&((struct bytes_output *)output)->bytes, bytes, size);
}

static enum fa_status lose_bytes(struct fa_output *output, const void *bytes, size_t size)
{
    (void)output;
    (void)bytes;
    (void)size;
    return FA_OK;
}

/* False: such a stream cannot be made. */
static bool make(struct fa_str head, const struct alteration *altered, struct fa_buf *bytes)
{
    struct fa_kept *kept;
    MUST(fa_kept_new(KEPT_BYTES, NULL, &sink, &kept) == FA_OK);
    fa_head_release(&kept->head);
    if (fa_head_parse(head, &sink, &kept->head) != FA_OK) {
        fa_head_init(&kept->head);
        fa_kept_free(kept);
        return false;
    }
    for (int i = 0; i < made_of.ids_count; i++)
        MUST(fa_spool_add(kept->spool, &made_of.ids[i]) == FA_OK);
    bool is_made = true;
    for (int t = 0; t < kept->head.dictionary.table_count; t++)
        is_made &= copy_table(kept, &kept->head.dictionary.tables[t], altered);
    fa_spool_sort(kept->spool, &kept->head);
    struct bytes_output output = {{add_bytes}, {0}};
    is_made = is_made && fa_stream_write(&kept->base, false, &output.base) == FA_OK;
    *bytes = output.bytes;
    fa_kept_free(kept);
    return is_made;
}

/* --- what reads it --- */

static unsigned tried, shown, refused, unmade;

static void check(enum fa_status status, unsigned before, const char *what)
{
    bool is_told = status == FA_OK || messages > before;
    bool is_expected = status == FA_OK || status == FA_EINPUT || status == FA_ELIMIT;
    if (is_told && is_expected)
        return;
    fprintf(stderr, "%s: status %d, %u messages, the last: %s\n", what, (int)status,
            messages - before, last_text);
    exit(1);
}

static void show_all(const struct fa_results *results)
{
    static enum fa_status (*const writers[])(const struct fa_shown_context *,
                                             const struct fa_report_options *,
                                             struct fa_output *) = {
        fa_report_text, fa_report_csv, fa_report_ndjson,
        fa_report_sarif, fa_report_junit, fa_report_github};
    struct fa_output nowhere = {lose_bytes};
    struct fa_masker *masker;
    struct fa_report_options options = {.language = FA_LANGUAGE_BOTH, .csv_safe = true};
    MUST(fa_masker_new(results, FA_STR(""), false, &masker) == FA_OK);
    struct fa_shown_context context = {results, masker, false, NULL};
    MUST(fa_shown_begin(&context) == FA_OK);
    for (size_t w = 0; w < sizeof writers / sizeof *writers; w++) {
        unsigned before = messages;
        check(writers[w](&context, &options, &nowhere), before, "a report");
    }
    for (int t = 0; t < FA_RESULT_TABLE_COUNT; t++) {
        unsigned before = messages;
        check(fa_report_csv_table(&context, &options, (enum fa_result_table)t, &nowhere), before,
              "a table");
    }
    for (int rest = 0; rest < FA_REPORT_RESTS; rest++) {
        unsigned before = messages;
        check(fa_report_rest(&context, &options, rest, &nowhere), before, "a list");
    }
    if (shown % WORKBOOK_EACH == 0) {
        unsigned before = messages;
        options.rest_stem = "stem";
        check(fa_report_workbook(&context, &options, "altered.xlsx", "."), before, "a workbook");
        unlink("altered.xlsx");
    }
    (void)fa_results_fail(results, 4, true);
    fa_shown_end(&context);
    fa_masker_free(masker);
}

static void read_results(const struct fa_buf *bytes)
{
    struct fa_blocks *blocks;
    struct fa_results *results = NULL;
    struct fa_differences differences = {0};
    enum fa_status status;
    unsigned before = messages;
    int fd = open_stream(bytes, &blocks, &status);
    if (status == FA_OK)
        status = fa_results_load(blocks, &sink, &results);
    check(status, before, "results");
    if (status == FA_OK) {
        show_all(results);
        shown++;
        MUST(fa_results_compare(made_of.results, results, &differences) == FA_OK);
        MUST(fa_results_compare(results, made_of.results, &differences) == FA_OK);
        fa_differences_release(&differences);
    } else {
        refused++;
    }
    fa_results_free(results);
    fa_blocks_free(blocks);
    close(fd);
}

static void read_baseline(const struct fa_buf *bytes)
{
    struct fa_blocks *blocks;
    struct fa_baseline *baseline = NULL;
    enum fa_status status;
    unsigned before = messages;
    int fd = open_stream(bytes, &blocks, &status);
    if (status == FA_OK)
        status = fa_baseline_load(blocks, FA_STR("altered"), &sink, &baseline);
    if (status == FA_OK)
        status = fa_baseline_fit(baseline, made_of.blocks->head, INT32_MAX);
    check(status, before, "earlier results");
    fa_baseline_free(baseline);
    fa_blocks_free(blocks);
    close(fd);
}

static const char *folder;

static void try_one(struct fa_str head, const struct alteration *altered)
{
    struct fa_buf bytes = {0};
    tried++;
    if (make(head, altered, &bytes)) {
        read_results(&bytes);
        read_baseline(&bytes);
        if (tried % FILE_EACH == 0) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%u", folder, tried);
            FILE *file = fopen(path, "wb");
            MUST(file && fwrite(bytes.bytes, 1, bytes.size, file) == bytes.size);
            MUST(fclose(file) == 0);
        }
    } else {
        unmade++;
    }
    fa_buf_release(&bytes);
}

/* --- what is altered --- */

static void alter_number(const struct fa_column_def *column, struct alteration altered)
{
    int64_t least, greatest;
    fa_column_bounds(column, &least, &greatest);
    if (column->type == FA_TYPE_ENUM)
        greatest = (int64_t)column->value_count - 1;
    const int64_t numbers[] = {least, greatest, 0, 1, 2, least / 2 + greatest / 2, 1000000};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if ((!altered.row || i < 2) && numbers[i] >= least && numbers[i] <= greatest) {
            altered.number = numbers[i];
            try_one(fa_buf_str(&made_of.head), &altered);
        }
}

static void alter_text(struct alteration altered)
{
    static char long_text[TEXT_BYTES];
    memset(long_text, 'A', sizeof long_text);
    const struct fa_str texts[] = {
        FA_STR("x"), FA_STR("|"), FA_STR("a|b|c|d|e|f|g|h|i|j"), FA_STR("{"), FA_STR("{who} {{}}"),
        FA_STR("F-000002"), FA_STR("../../etc/passwd"), FA_STR("=1+1\t\r\n\x01\x7f"),
        FA_STR("flow.flow_id"), FA_STR("party.name|party.name|."), FA_STR("\xE2\x80\xAE\xF0\x9F\x98\x80"),
        FA_STR("9223372036854775807"), FA_STR("-1"), FA_STR("flow:1-99999999999,5;party:"),
        FA_STR("00000000000000000000000000000000"), {long_text, sizeof long_text}};
    for (size_t i = tried % 6; i < sizeof texts / sizeof *texts; i += 6) {
        altered.text = texts[i];
        try_one(fa_buf_str(&made_of.head), &altered);
    }
}

static void alter_column(const struct fa_batch *batch, int c)
{
    const struct fa_column_def *column = &batch->table->columns[c];
    struct alteration altered = {.table = batch->table->name, .column = column->name};
    uint32_t last = batch->row_count - 1;
    for (int side = 0; side < (last ? 2 : 1); side++) {
        altered.row = side ? last : 0;
        altered.is_missing = true;
        try_one(fa_buf_str(&made_of.head), &altered);
        altered.is_missing = false;
        if (fa_type_is_bytes(column->type))
            alter_text(altered);
        else
            alter_number(column, altered);
    }
}

/* The head without one of its lines, as an older or a newer version would have it, or with a line twice. */
static void alter_head(void)
{
    struct fa_str head = fa_buf_str(&made_of.head);
    const struct alteration nothing = {.rows = AS_THEY_ARE};
    struct fa_buf text = {0};
    for (size_t at = 0, end; at < head.size; at = end) {
        const char *newline = memchr(head.bytes + at, '\n', head.size - at);
        end = newline ? (size_t)(newline - head.bytes) + 1 : head.size;
        for (int twice = 0; twice < (tried % 4 ? 1 : 2); twice++) {
            fa_buf_clear(&text);
            MUST(fa_buf_add(&text, head.bytes, twice ? end : at) == FA_OK);
            MUST(fa_buf_add(&text, head.bytes + (twice ? at : end),
                            head.size - (twice ? at : end)) == FA_OK);
            try_one(fa_buf_str(&text), &nothing);
        }
    }
    fa_buf_release(&text);
}

int main(int argc, char **argv)
{
    MUST(argc == 3);
    load_original(argv[1]);
    folder = argv[2];
    alter_head();
    for (int b = 0; b < made_of.batch_count; b++) {
        const struct fa_batch *batch = &made_of.batches[b];
        for (int c = 0; c < batch->table->column_count; c++)
            alter_column(batch, c);
        for (int way = WITHOUT_FIRST; way < ROWS_WAYS; way++) {
            struct alteration altered = {.table = batch->table->name, .rows = (enum rows)way};
            try_one(fa_buf_str(&made_of.head), &altered);
        }
    }
    printf("%u altered: %u shown, %u refused, %u cannot be made\n", tried, shown, refused, unmade);
    return 0;
}
