/* The parser of manifests: any text is understood, or refused with one message and status 3 (4
 * and 6 for what is too large). */
#include "base/arena.h"
#include "fuzz.h"
#include "intake/manifest.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fa_manifest manifest;
    struct fa_arena arena;
    struct fa_sink sink;
    uint64_t errors = 0;
    fa_arena_init(&arena);
    fa_sink_init(&sink, count, &errors);
    enum fa_status status =
        fa_manifest_parse((struct fa_str){(const char *)bytes, size}, FA_STR("fuzz.manifest"),
                          builtin_dictionary(), &arena, &sink, &manifest);
    PROMISE(status == FA_OK || status == FA_ERULES || status == FA_EINPUT ||
            status == FA_ELIMIT);
    PROMISE((status == FA_OK) == (errors == 0));
    if (status == FA_OK) {
        for (size_t i = 0; i < manifest.files.count; i++)
            PROMISE(manifest.files.items[i].name.size > 0);
        fa_manifest_release(&manifest);
    }
    fa_arena_release(&arena);
    return 0;
}
