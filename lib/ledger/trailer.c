#include "ledger/trailer.h"

#include <string.h>

#include "ledger/wire.h"

enum { TOTAL_BYTES = 48, ROWS_COLUMN = 0xFFFF };

static enum fa_status format_total(const struct fa_total *total, struct fa_buf *bytes)
{
    uint8_t out[TOTAL_BYTES];
    fa_wire_store_u16(out, (uint16_t)total->table);
    fa_wire_store_u16(out + 2,
                      total->column == FA_NO_COLUMN ? ROWS_COLUMN : (uint16_t)total->column);
    fa_wire_store_u32(out + 4, (uint32_t)total->direction);
    fa_wire_store_u64(out + 8, (uint64_t)total->currency);
    fa_wire_store_u64(out + 16, total->rows);
    fa_wire_store_u64(out + 24, total->rejected);
    fa_wire_store_u64(out + 32, (uint64_t)total->sum);
    fa_wire_store_u64(out + 40, (uint64_t)(total->sum >> 64));
    return fa_buf_add(bytes, out, sizeof out);
}

enum fa_status fa_trailer_format(const struct fa_trailer *trailer, struct fa_buf *bytes)
{
    FA_TRY(fa_buf_add_char(bytes, (char)(trailer->status == FA_END_ABORTED)));
    FA_TRY(fa_buf_add_char(bytes, (char)trailer->exit_status));
    FA_TRY(fa_buf_add_char(bytes, (char)(trailer->code.size & 0xFF)));
    FA_TRY(fa_buf_add_char(bytes, (char)(trailer->code.size >> 8 & 0xFF)));
    FA_TRY(fa_buf_add_str(bytes, trailer->code));
    FA_TRY(fa_buf_add_u32(bytes, (uint32_t)trailer->totals.list.count));
    for (size_t i = 0; i < trailer->totals.list.count; i++)
        FA_TRY(format_total(&trailer->totals.list.items[i], bytes));
    return fa_buf_add(bytes, trailer->sha256, FA_SHA256_BYTES);
}

/* Whether the head has the total's table and a money column of that number. */
static bool is_known(const struct fa_total *total, const struct fa_head *head)
{
    if (!head || total->table >= head->dictionary.table_count)
        return false;
    if (total->column == FA_NO_COLUMN)
        return true;
    const struct fa_table_def *table = &head->dictionary.tables[total->table];
    return total->column < table->column_count &&
           table->columns[total->column].type == FA_TYPE_MONEY;
}

static struct fa_total load_total(const uint8_t *in)
{
    unsigned column = fa_wire_u16(in + 2);
    unsigned __int128 high = fa_wire_u64(in + 40);
    return (struct fa_total){
        .table = fa_wire_u16(in),
        .column = column == ROWS_COLUMN ? FA_NO_COLUMN : (int)column,
        .direction = (int32_t)fa_wire_u32(in + 4),
        .currency = (fa_currency)fa_wire_u64(in + 8),
        .rows = fa_wire_u64(in + 16),
        .rejected = fa_wire_u64(in + 24),
        .sum = (fa_i128)(high << 64 | fa_wire_u64(in + 32)),
    };
}

enum fa_status fa_trailer_parse(struct fa_str payload, const struct fa_head *head,
                                struct fa_trailer *trailer)
{
    struct fa_wire wire = {(const uint8_t *)payload.bytes, payload.size};
    const uint8_t *start = fa_wire_take(&wire, 4);
    if (!start || start[0] > 1)
        return FA_EINPUT;
    size_t code_size = fa_wire_u16(start + 2);
    const uint8_t *code = fa_wire_take(&wire, code_size);
    const uint8_t *counted = code ? fa_wire_take(&wire, 4) : NULL;
    if (!counted)
        return FA_EINPUT;
    size_t count = fa_wire_u32(counted);
    if (wire.left != count * TOTAL_BYTES + FA_SHA256_BYTES)
        return FA_EINPUT;
    trailer->status = start[0] ? FA_END_ABORTED : FA_END_COMPLETE;
    trailer->exit_status = start[1];
    trailer->code = (struct fa_str){(const char *)code, code_size};
    for (size_t i = 0; i < count; i++) {
        struct fa_total total = load_total(fa_wire_take(&wire, TOTAL_BYTES));
        if (!is_known(&total, head))
            return FA_EINPUT;
        FA_TRY(fa_vec_add(&trailer->totals.list, total));
    }
    if (!fa_totals_are_sorted(&trailer->totals))
        return FA_EINPUT;
    memcpy(trailer->sha256, wire.at, FA_SHA256_BYTES);
    return FA_OK;
}
