#include "schemes.h"

#include "shipped.h"

static const struct shipped_kind scheme_kind = {"schemes", ".scheme", "scheme",
                                                "flowaudit-scheme list"};

enum fa_status schemes_find_shipped(struct tool_run *run, const char *name, struct fa_buf *path)
{
    return shipped_find_named(run, &scheme_kind, name, path);
}

static enum fa_status load(void *context, struct tool_run *run, const char *path)
{
    struct scheme_list *list = context;
    struct fa_scheme scheme;
    struct fa_str text, name;
    FA_TRY(shipped_read(run, &scheme_kind, path, &list->arena, &text, &name));
    FA_TRY(fa_scheme_parse(text, name, &list->dictionary, &list->arena, run->sink, &scheme));
    return fa_vec_add(&list->schemes, scheme) == FA_OK ? FA_OK
                                                       : fa_out_of_memory(run->sink, "schemes");
}

static enum fa_status begin(struct scheme_list *list, struct tool_run *run)
{
    *list = (struct scheme_list){0};
    fa_arena_init(&list->arena);
    return fa_dictionary_builtin(&list->arena, run->sink, &list->dictionary);
}

enum fa_status schemes_load(struct scheme_list *list, struct tool_run *run, char *const *names,
                            int name_count)
{
    FA_TRY(begin(list, run));
    return shipped_each(run, &scheme_kind, names, name_count, load, list);
}

enum fa_status schemes_load_chosen(struct scheme_list *list, struct tool_run *run,
                                   const char *name, const struct fa_scheme **scheme)
{
    *list = (struct scheme_list){0};
    *scheme = NULL;
    if (!name)
        return FA_OK;
    struct fa_buf path = {0};
    enum fa_status status = begin(list, run);
    if (status == FA_OK)
        status = shipped_find(run, &scheme_kind, name, &path);
    if (status == FA_OK)
        status = load(list, run, path.bytes);
    fa_buf_release(&path);
    if (status == FA_OK)
        *scheme = &list->schemes.items[0];
    return status;
}

void schemes_release(struct scheme_list *list)
{
    fa_vec_free(&list->schemes);
    fa_arena_release(&list->arena);
}
