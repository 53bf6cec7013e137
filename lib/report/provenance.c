#include "report/provenance.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

void fa_provenance_init(struct fa_provenance *made_from)
{
    *made_from = (struct fa_provenance){0};
    fa_arena_init(&made_from->arena);
}

void fa_provenance_release(struct fa_provenance *made_from)
{
    fa_vec_free(&made_from->entries);
    fa_arena_release(&made_from->arena);
}

enum fa_status fa_provenance_add(struct fa_provenance *made_from, const struct fa_provenance_entry *entry)
{
    struct fa_provenance_entry kept = *entry;
    kept.stage = fa_arena_str(&made_from->arena, entry->stage);
    kept.name = fa_arena_str(&made_from->arena, entry->name);
    kept.value = fa_arena_str(&made_from->arena, entry->value);
    if (!kept.stage.bytes || !kept.name.bytes || !kept.value.bytes)
        return FA_ELIMIT;
    return fa_vec_add(&made_from->entries, kept);
}

static enum fa_status add_options(const struct fa_head *head, struct fa_provenance *made_from)
{
    for (size_t i = 0; i < head->steps.count; i++) {
        const struct fa_step_info *step = &head->steps.items[i];
        const struct fa_provenance_entry version = {.is_option = true,
                                                .stage = step->tool,
                                                .name = FA_STR("version"),
                                                .value = step->version};
        FA_TRY(fa_provenance_add(made_from, &version));
        for (size_t k = 0; k < head->options.count; k++) {
            const struct fa_option_info *option = &head->options.items[k];
            const struct fa_provenance_entry entry = {.is_option = true,
                                                  .stage = option->tool,
                                                  .name = option->name,
                                                  .value = option->value};
            if (fa_str_equal(option->tool, step->tool))
                FA_TRY(fa_provenance_add(made_from, &entry));
        }
    }
    return FA_OK;
}

enum fa_status fa_provenance_from_head(const struct fa_head *head, struct fa_provenance *made_from)
{
    char hex[FA_SHA256_HEX_BYTES];
    FA_TRY(add_options(head, made_from));
    for (size_t i = 0; i < head->sources.count; i++) {
        const struct fa_source_info *source = &head->sources.items[i];
        const struct fa_provenance_entry entry = {.stage = FA_STR("ingest"),
                                              .role = FA_INPUT_SOURCE,
                                              .name = source->name,
                                              .value = {hex, FA_SHA256_HEX_BYTES - 1},
                                              .size_bytes = source->size_bytes};
        fa_sha256_hex(source->sha256, hex);
        FA_TRY(fa_provenance_add(made_from, &entry));
    }
    for (size_t i = 0; i < head->inputs.count; i++) {
        const struct fa_input_info *input = &head->inputs.items[i];
        const struct fa_provenance_entry entry = {.stage = input->tool,
                                              .role = input->role,
                                              .name = input->name,
                                              .value = {hex, FA_SHA256_HEX_BYTES - 1},
                                              .size_bytes = input->size_bytes};
        fa_sha256_hex(input->sha256, hex);
        FA_TRY(fa_provenance_add(made_from, &entry));
    }
    return FA_OK;
}

/* --- differences --- */

void fa_differences_release(struct fa_differences *differences)
{
    fa_buf_release(&differences->text);
    *differences = (struct fa_differences){0};
}

enum fa_status fa_difference_add(struct fa_differences *differences, const char *format, ...)
{
    char line[4 * FA_QUOTED_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    differences->count++;
    FA_TRY(fa_buf_add(&differences->text, line,
                      (size_t)size < sizeof line ? (size_t)size : sizeof line - 1));
    return fa_buf_add_char(&differences->text, '\n');
}

/* Whether two entries speak of the same thing: options of one name may differ in value. */
static int compare_subjects(const struct fa_provenance_entry *a, const struct fa_provenance_entry *b)
{
    int order = (int)b->is_option - (int)a->is_option;
    if (!order)
        order = (int)a->role - (int)b->role;
    if (!order)
        order = fa_str_compare(a->stage, b->stage);
    return order ? order : fa_str_compare(a->name, b->name);
}

static int compare_entries(const void *left, const void *right)
{
    const struct fa_provenance_entry *a = left, *b = right;
    int order = compare_subjects(a, b);
    return order ? order : fa_str_compare(a->value, b->value);
}

/* "option --only of flag", "source 'flow.csv'" */
static const char *subject_of(const struct fa_provenance_entry *entry, char text[2 * FA_QUOTED_BYTES])
{
    char quoted[FA_QUOTED_BYTES];
    if (!entry->is_option)
        snprintf(text, (size_t)2 * FA_QUOTED_BYTES, "%s %s", fa_input_role_name(entry->role),
                 fa_quoted(entry->name, quoted));
    else if (fa_str_is(entry->name, "version"))
        snprintf(text, (size_t)2 * FA_QUOTED_BYTES, "version of %s", fa_quoted(entry->stage, quoted));
    else
        snprintf(text, (size_t)2 * FA_QUOTED_BYTES, "option %s of %.*s",
                 fa_quoted(entry->name, quoted), entry->stage.size < 32 ? (int)entry->stage.size : 32,
                 entry->stage.bytes);
    return text;
}

static enum fa_status add_alone(const struct fa_provenance_entry *entry, bool is_recorded,
                                struct fa_differences *differences)
{
    char subject[2 * FA_QUOTED_BYTES], value[FA_QUOTED_BYTES];
    return fa_difference_add(differences, "%s: %s %s, but %s", subject_of(entry, subject),
                             entry->is_option ? "value" : "SHA-256", fa_quoted(entry->value, value),
                             is_recorded ? "only in the record" : "not in the record");
}

static enum fa_status add_changed(const struct fa_provenance_entry *made,
                                  const struct fa_provenance_entry *recorded,
                                  struct fa_differences *differences)
{
    char subject[2 * FA_QUOTED_BYTES], found[FA_QUOTED_BYTES], expected[FA_QUOTED_BYTES];
    return fa_difference_add(differences, "%s: %s %s, recorded %s", subject_of(made, subject),
                             made->is_option ? "value" : "SHA-256", fa_quoted(made->value, found),
                             fa_quoted(recorded->value, expected));
}

static void sort(struct fa_provenance *made_from)
{
    if (made_from->entries.count > 1)
        qsort(made_from->entries.items, made_from->entries.count, sizeof *made_from->entries.items,
              compare_entries);
}

enum fa_status fa_provenance_compare(struct fa_provenance *made, struct fa_provenance *recorded,
                                 struct fa_differences *differences)
{
    size_t m = 0, r = 0;
    sort(made);
    sort(recorded);
    while (m < made->entries.count || r < recorded->entries.count) {
        const struct fa_provenance_entry *a = made->entries.items + m;
        const struct fa_provenance_entry *b = recorded->entries.items + r;
        int order = m == made->entries.count       ? 1
                    : r == recorded->entries.count ? -1
                                                   : compare_subjects(a, b);
        if (order == 0) {
            if (!fa_str_equal(a->value, b->value))
                FA_TRY(add_changed(a, b, differences));
        } else {
            FA_TRY(add_alone(order < 0 ? a : b, order > 0, differences));
        }
        m += order <= 0;
        r += order >= 0;
    }
    return FA_OK;
}
