#include "rows.h"

#include <stdlib.h>

#include "base/fields.h"
#include "ledger/cell.h"

struct printing {
    const struct rows_choice *choice;
    struct tool_run *run;
    const struct fa_head *head;
    struct fa_held *held;
    struct fa_decoder **decoders; /* by table; NULL: no row of it came yet */
    bool is_held_printed;
    struct fa_buf line, cell;
};

static enum fa_status no_memory(struct printing *printing)
{
    return fa_out_of_memory(printing->run->sink, "the rows");
}

static bool is_shown(const struct printing *printing, int table)
{
    const struct fa_table_def *def = &printing->head->dictionary.tables[table];
    for (int c = 0; def->written_by == FA_BY_FILING && c < def->hidden_from; c++)
        if (printing->choice->is_shown(printing->choice->context, def, c))
            return true;
    return false;
}

static bool is_held(const struct printing *printing, int table)
{
    return printing->head->dictionary.tables[table].by == FA_NO_COLUMN;
}

/* One line; ROW -1: the names of the columns. */
static enum fa_status print_line(struct printing *printing, const struct fa_batch *batch,
                                 int64_t row)
{
    const struct fa_cell_context cells = {printing->head, printing->held};
    bool is_first = true;
    fa_buf_clear(&printing->line);
    for (int c = 0; c < batch->table->hidden_from; c++) {
        if (!printing->choice->is_shown(printing->choice->context, batch->table, c))
            continue;
        struct fa_str text = batch->table->columns[c].name;
        if (row >= 0) {
            fa_buf_clear(&printing->cell);
            if (fa_cell_format(&cells, batch, c, (uint32_t)row, &printing->cell) != FA_OK)
                return no_memory(printing);
            text = fa_buf_str(&printing->cell);
        }
        if ((!is_first && fa_buf_add_char(&printing->line, ',') != FA_OK) ||
            fa_csv_add_field(&printing->line, text, false) != FA_OK)
            return no_memory(printing);
        is_first = false;
    }
    printf("%.*s\n", (int)printing->line.size, printing->line.bytes);
    return FA_OK;
}

static enum fa_status print_rows(struct printing *printing, const struct fa_batch *batch,
                                 const uint32_t *order)
{
    printf("\n%.*s:\n", (int)batch->table->name.size, batch->table->name.bytes);
    FA_TRY(print_line(printing, batch, -1));
    for (uint32_t i = 0; i < batch->row_count && i < printing->choice->row_max; i++)
        FA_TRY(print_line(printing, batch, order ? order[i] : i));
    return FA_OK;
}

/* Held rows in the order of the stream, which they lost when they were put in order by id. */
static enum fa_status print_held(struct printing *printing, int table)
{
    const struct fa_held_table *held = fa_held_get(printing->held, table);
    if (!held || held->rows.row_count == 0)
        return FA_OK;
    uint32_t *order = held->numbers ? malloc(held->rows.row_count * sizeof *order) : NULL;
    if (held->numbers && !order)
        return no_memory(printing);
    for (uint32_t row = 0; order && row < held->rows.row_count; row++)
        order[held->numbers[row]] = row;
    enum fa_status status = print_rows(printing, &held->rows, order);
    free(order);
    return status;
}

static enum fa_status print_all_held(struct printing *printing)
{
    if (printing->is_held_printed)
        return FA_OK;
    printing->is_held_printed = true;
    FA_TRY(fa_held_finish(printing->held));
    for (int table = 0; table < printing->head->dictionary.table_count; table++)
        if (is_held(printing, table) && is_shown(printing, table))
            FA_TRY(print_held(printing, table));
    return FA_OK;
}

/* Of a table by time the first block has the first rows. */
static enum fa_status print_first(struct printing *printing, const struct fa_block *block)
{
    struct fa_batch batch;
    struct fa_decoder **decoder = &printing->decoders[block->table];
    if (*decoder || !is_shown(printing, block->table))
        return FA_OK;
    *decoder = fa_decoder_new(&printing->head->dictionary.tables[block->table]);
    if (!*decoder)
        return no_memory(printing);
    fa_decoder_want_all(*decoder);
    FA_TRY(fa_decoder_decode(*decoder, block, printing->run->sink, &batch));
    return print_rows(printing, &batch, NULL);
}

static enum fa_status print_blocks(struct printing *printing, struct fa_blocks *blocks)
{
    const struct fa_dictionary *dictionary = &printing->head->dictionary;
    for (int table = 0; table < dictionary->table_count; table++) {
        if (!is_shown(printing, table))
            continue;
        fa_cell_want(printing->held, printing->head, table);
        for (int c = 0; is_held(printing, table) && c < dictionary->tables[table].hidden_from;
             c++)
            fa_held_want(printing->held, table, c);
    }
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
        if (is_end)
            return print_all_held(printing);
        enum fa_section section = fa_block_section(printing->head, &block);
        if (section == FA_SECTION_IDS || section == FA_SECTION_HELD) {
            FA_TRY(fa_held_add(printing->held, &block));
        } else if (section != FA_SECTION_END) {
            FA_TRY(print_all_held(printing));
            FA_TRY(print_first(printing, &block));
        }
    }
}

enum fa_status rows_print(struct fa_blocks *blocks, const struct rows_choice *choice,
                          struct tool_run *run)
{
    struct printing printing = {.choice = choice, .run = run, .head = blocks->head};
    size_t table_count = (size_t)blocks->head->dictionary.table_count;
    printing.held = fa_held_new(blocks->head, run->sink);
    printing.decoders = calloc(table_count + 1, sizeof *printing.decoders);
    enum fa_status status = printing.held && printing.decoders ? print_blocks(&printing, blocks)
                                                               : no_memory(&printing);
    for (size_t i = 0; printing.decoders && i < table_count; i++)
        fa_decoder_free(printing.decoders[i]);
    free(printing.decoders);
    fa_held_free(printing.held);
    fa_buf_release(&printing.line);
    fa_buf_release(&printing.cell);
    return status;
}
