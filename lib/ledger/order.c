#include "ledger/blocks.h"

enum fa_section fa_block_section(const struct fa_head *head, const struct fa_block *block)
{
    if (block->kind == FA_BLOCK_IDS)
        return FA_SECTION_IDS;
    if (block->kind != FA_BLOCK_TABLE)
        return FA_SECTION_END;
    const struct fa_table_def *table = &head->dictionary.tables[block->table];
    if (table->written_by != FA_BY_FILING)
        return FA_SECTION_ADDED;
    return table->by == FA_NO_COLUMN ? FA_SECTION_HELD : FA_SECTION_TIME;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int fa_block_compare(const struct fa_head *head, const struct fa_block *a,
                     const struct fa_block *b)
{
    enum fa_section a_section = fa_block_section(head, a),
                    b_section = fa_block_section(head, b);
    int order = compare_numbers(a_section, b_section);
    if (order == 0 && a_section == FA_SECTION_TIME)
        order = compare_numbers(a->first_order, b->first_order);
    if (order == 0)
        order = compare_numbers(a->table, b->table);
    return order ? order : (a->first_row > b->first_row) - (a->first_row < b->first_row);
}
