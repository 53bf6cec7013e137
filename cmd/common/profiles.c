#include "profiles.h"

#include "shipped.h"

static const struct shipped_kind profile_kind = {"profiles", ".profile", "profile",
                                                 "flowaudit-profile list"};

enum fa_status profiles_find(struct tool_run *run, const char *name, struct fa_buf *path)
{
    return shipped_find(run, &profile_kind, name, path);
}

enum fa_status profiles_find_shipped(struct tool_run *run, const char *name, struct fa_buf *path)
{
    return shipped_find_named(run, &profile_kind, name, path);
}

static enum fa_status load(void *context, struct tool_run *run, const char *path)
{
    struct profile_list *list = context;
    struct fa_profile profile;
    struct fa_str text, name;
    FA_TRY(shipped_read(run, &profile_kind, path, &list->arena, &text, &name));
    FA_TRY(fa_profile_parse(text, name, &list->dictionary, &list->arena, run->sink, &profile));
    if (fa_vec_add(&list->profiles, profile) == FA_OK)
        return FA_OK;
    fa_profile_release(&profile);
    return fa_out_of_memory(run->sink, "profiles");
}

enum fa_status profiles_load(struct profile_list *list, struct tool_run *run,
                             char *const *names, int name_count)
{
    *list = (struct profile_list){0};
    fa_arena_init(&list->arena);
    FA_TRY(fa_dictionary_builtin(&list->arena, run->sink, &list->dictionary));
    return shipped_each(run, &profile_kind, names, name_count, load, list);
}

void profiles_release(struct profile_list *list)
{
    for (size_t i = 0; i < list->profiles.count; i++)
        fa_profile_release(&list->profiles.items[i]);
    fa_vec_free(&list->profiles);
    fa_arena_release(&list->arena);
}
