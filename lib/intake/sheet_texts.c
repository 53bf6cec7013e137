#include "intake/sheet_texts.h"

#include <errno.h>
#include <unistd.h>

#include "base/limits.h"
#include "ledger/spool.h"

void fa_sheet_texts_init(struct fa_sheet_texts *texts, const char *spool_dir)
{
    *texts = (struct fa_sheet_texts){
        .fd = -1, .spool_dir = spool_dir, .memory_max = FA_SHEET_TEXTS_MEMORY_MAX};
}

void fa_sheet_texts_release(struct fa_sheet_texts *texts)
{
    fa_buf_release(&texts->bytes);
    fa_buf_release(&texts->loaded);
    fa_vec_free(&texts->starts);
    if (texts->fd >= 0)
        close(texts->fd);
    texts->fd = -1;
}

/* All that is in memory becomes the file's end. */
static bool move_to_file(struct fa_sheet_texts *texts, struct fa_fault *fault)
{
    bool is_open =
        texts->fd >= 0 ||
        (texts->spool_dir && fa_spool_file_open(texts->spool_dir, NULL, &texts->fd) == FA_OK);
    if (!is_open || fa_spool_file_write(texts->fd, texts->bytes.bytes, texts->bytes.size,
                                        texts->file_bytes, NULL) != FA_OK) {
        fa_fault_set_io(fault, errno);
        return false;
    }
    texts->file_bytes += texts->bytes.size;
    fa_buf_clear(&texts->bytes);
    return true;
}

bool fa_sheet_texts_add(struct fa_sheet_texts *texts, struct fa_str text,
                        struct fa_fault *fault)
{
    if (texts->starts.count == FA_SHEET_TEXTS_MAX ||
        texts->total_bytes + text.size > FA_SHEET_TEXTS_BYTES_MAX) {
        fa_fault_set(fault, FA_CODE_SHEET_LIMIT, 0, 0, "split the workbook",
                     "a workbook may have %u shared texts, of %u bytes together",
                     FA_SHEET_TEXTS_MAX, FA_SHEET_TEXTS_BYTES_MAX);
        return false;
    }
    if (texts->bytes.size + text.size > texts->memory_max && texts->bytes.size &&
        !move_to_file(texts, fault))
        return false;
    if (fa_vec_add(&texts->starts, (uint32_t)texts->total_bytes) != FA_OK ||
        fa_buf_add_str(&texts->bytes, text) != FA_OK) {
        fa_fault_set_memory(fault);
        return false;
    }
    texts->total_bytes += text.size;
    return true;
}

static bool load(struct fa_sheet_texts *texts, uint64_t start, size_t size,
                 struct fa_fault *fault)
{
    fa_buf_clear(&texts->loaded);
    if (fa_buf_reserve(&texts->loaded, size) != FA_OK) {
        fa_fault_set_memory(fault);
        return false;
    }
    while (texts->loaded.size < size) {
        ssize_t got = pread(texts->fd, texts->loaded.bytes + texts->loaded.size,
                            size - texts->loaded.size, (off_t)(start + texts->loaded.size));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            fa_fault_set_io(fault, got ? errno : EIO);
            return false;
        }
        texts->loaded.size += (size_t)got;
    }
    return true;
}

bool fa_sheet_texts_get(struct fa_sheet_texts *texts, uint32_t number, struct fa_str *text,
                        struct fa_fault *fault)
{
    uint64_t start = texts->starts.items[number];
    uint64_t end =
        number + 1 < texts->starts.count ? texts->starts.items[number + 1] : texts->total_bytes;
    *text = (struct fa_str){"", 0};
    if (start == end)
        return true;
    if (start >= texts->file_bytes) {
        *text = (struct fa_str){texts->bytes.bytes + (start - texts->file_bytes), end - start};
        return true;
    }
    if (!load(texts, start, end - start, fault))
        return false;
    *text = fa_buf_str(&texts->loaded);
    return true;
}
