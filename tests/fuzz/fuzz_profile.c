/* The parser of profiles: any text is understood, or refused with at least one message and
 * status 3 (4 and 6 for what is too large). What is understood is used: patterns and forms on
 * the text itself. */
#include "base/arena.h"
#include "fuzz.h"
#include "intake/form.h"
#include "intake/pattern.h"
#include "intake/profile.h"

static void count(void *context, const struct fa_diag *diag)
{
    PROMISE(diag->text.size > 0);
    PROMISE(!diag->excerpt.size || diag->column_no <= diag->excerpt.size + 1);
    *(uint64_t *)context += diag->severity == FA_ERROR;
}

static const struct fa_dictionary *builtin_dictionary(void)
{
    static struct fa_arena arena;
    static struct fa_dictionary dictionary;
    if (!dictionary.tables) {
        fa_arena_init(&arena);
        PROMISE(fa_dictionary_builtin(&arena, NULL, &dictionary) == FA_OK);
    }
    return &dictionary;
}

static void match(struct fa_str pattern, struct fa_str text)
{
    struct fa_str taken, part = {text.bytes, text.size < 200 ? text.size : 200};
    PROMISE(fa_pattern_fault(pattern) == NULL);
    if (fa_pattern_match(pattern, part, &taken))
        PROMISE(taken.bytes >= part.bytes &&
                taken.bytes + taken.size <= part.bytes + part.size);
}

static void read_form(struct fa_str form, struct fa_str text)
{
    char canonical[FA_FORM_CANONICAL_BYTES];
    size_t used = 0;
    if (form.size == 0)
        return;
    PROMISE(fa_form_fault(form, FA_FORM_ANY) == NULL);
    size_t size = fa_form_read(form, text, &used, canonical);
    PROMISE(size == 0 || size == 10 || size == FA_FORM_CANONICAL_BYTES);
    PROMISE(used <= text.size);
}

static void use_row(const struct fa_profile_row *row, struct fa_str text)
{
    for (size_t i = 0; i < row->columns.count; i++) {
        const struct fa_profile_column *column = &row->columns.items[i];
        PROMISE(column->parts.count > 0);
        read_form(column->form, text);
        for (size_t k = 0; k < column->parts.count; k++) {
            const struct fa_profile_part *part = &column->parts.items[k];
            PROMISE((part->kind == FA_PART_FIELD) == (part->headers.count > 0));
            if (part->kind == FA_PART_HEADING || part->kind == FA_PART_NAME)
                match(part->text, text);
        }
    }
}

static void use(const struct fa_profile *profile, struct fa_str text)
{
    PROMISE(profile->tables.count > 0);
    read_form(profile->date_form, text);
    for (size_t i = 0; i < profile->skips.count; i++)
        match(profile->skips.items[i], text);
    for (size_t i = 0; i < profile->totals.count; i++)
        match(profile->totals.items[i].pattern, text);
    for (size_t i = 0; i < profile->tables.count; i++) {
        PROMISE(profile->tables.items[i].rows.count > 0);
        for (size_t r = 0; r < profile->tables.items[i].rows.count; r++)
            use_row(&profile->tables.items[i].rows.items[r], text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fa_profile profile;
    struct fa_arena arena;
    struct fa_sink sink;
    uint64_t errors = 0;
    fa_arena_init(&arena);
    fa_sink_init(&sink, count, &errors);
    struct fa_str text = {(const char *)bytes, size};
    enum fa_status status = fa_profile_parse(text, FA_STR("fuzz.profile"), builtin_dictionary(),
                                             &arena, &sink, &profile);
    PROMISE(status == FA_OK || status == FA_ERULES || status == FA_EINPUT ||
            status == FA_ELIMIT);
    PROMISE((status == FA_OK) == (errors == 0));
    if (status == FA_OK) {
        use(&profile, text);
        fa_profile_release(&profile);
    }
    fa_arena_release(&arena);
    return 0;
}
