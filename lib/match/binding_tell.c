/*
 * What the scheme leaves aside, said at the end of a run. Account numbers are masked, so
 * accounts are told by their roles.
 */
#include <stdio.h>

#include "match/binding.h"

enum { ROLES_TOLD = 3, ROLES_BYTES = 120 };

/* Roles as a text: "role a", "roles a, b, c and others". */
struct roles {
    struct fa_str told[ROLES_TOLD];
    int count; /* ROLES_TOLD + 1: more */
};

static void add_role(struct roles *roles, struct fa_str role)
{
    for (int i = 0; i < roles->count && i < ROLES_TOLD; i++)
        if (fa_str_equal(roles->told[i], role))
            return;
    if (roles->count < ROLES_TOLD)
        roles->told[roles->count] = role;
    if (roles->count <= ROLES_TOLD)
        roles->count++;
}

static const char *roles_text(const struct roles *roles, char text[ROLES_BYTES])
{
    int told = roles->count < ROLES_TOLD ? roles->count : ROLES_TOLD;
    int size = snprintf(text, ROLES_BYTES, "role%s ", roles->count == 1 ? "" : "s");
    for (int i = 0; i < told; i++) {
        int width = roles->told[i].size < 30 ? (int)roles->told[i].size : 30;
        size += snprintf(text + size, (size_t)(ROLES_BYTES - size), "%s%.*s", i ? ", " : "",
                         width, roles->told[i].bytes);
    }
    if (roles->count > told)
        snprintf(text + size, (size_t)(ROLES_BYTES - size), " and others");
    return text;
}

void fa_binding_tell_unnamed(const struct fa_binding *b, const struct fa_books *books)
{
    uint64_t count = 0;
    struct roles roles = {0};
    for (uint64_t account = 0;
         b->section_of && account < b->account_count && account < books->account_count;
         account++) {
        if (b->section_of[account] != b->section_count - 1 ||
            !(books->flags[account] & FA_ACCOUNT_LINED))
            continue;
        count++;
        struct fa_str role = fa_binding_role(b, account);
        if (role.size > 0)
            add_role(&roles, role);
    }
    if (count == 0)
        return;
    char text[ROLES_BYTES];
    fa_note(
        b->sink, FA_CODE_MATCH_UNNAMED, (struct fa_place){0},
        "flowaudit view --table account lists accounts with their roles",
        "%llu account%s with statement lines, of %s, in no section of the scheme: rows there "
        "are matched by reference alone",
        (unsigned long long)count, count == 1 ? "" : "s",
        roles.count ? roles_text(&roles, text) : "no known role");
}

void fa_binding_tell_empty(const struct fa_binding *b)
{
    const struct fa_scheme_section *first = NULL;
    int count = 0;
    for (int i = 0; i < b->section_count - 1; i++) {
        const struct fa_scheme_section *section = b->sections[i].section;
        if (b->sections[i].has_accounts || section->roles.count == 0)
            continue;
        first = first ? first : section;
        count++;
    }
    if (!first)
        return;
    struct roles roles = {0};
    for (int i = 0; i < first->roles.count; i++)
        add_role(&roles, first->roles.items[i].name);
    char text[ROLES_BYTES], more[40] = "";
    if (count > 1)
        snprintf(more, sizeof more, ", nor for %d other section%s", count - 1,
                 count == 2 ? "" : "s");
    fa_note(b->sink, FA_CODE_SCHEME_ROLE, first->roles.items[0].place,
            "flowaudit view --table account lists accounts with their roles",
            "the filing has no account for this section (%s)%s", roles_text(&roles, text),
            more);
}

/* Lines of which most meet no flow. Where flows name the master beside the sub-account, they
 * do. */
static bool lacks_flows(const struct fa_books *books, uint32_t account)
{
    for (uint32_t i = books->first_book[account]; i != FA_NO_BOOK;) {
        const struct fa_book *book = &books->list.items[i];
        if (book->open_lines >
            book->matched[FA_CREDIT].bank_rows + book->matched[FA_DEBIT].bank_rows)
            return true;
        i = book->next_of_account;
    }
    return false;
}

void fa_binding_tell_parts(const struct fa_binding *b, const struct fa_books *books)
{
    uint64_t count = 0;
    if (!b->accounts || (b->scheme && b->scheme->faces_part_of))
        return;
    for (uint32_t account = 0; account < books->account_count; account++) {
        uint8_t flags = books->flags[account];
        if (!(flags & FA_ACCOUNT_FLOWED) || (flags & FA_ACCOUNT_LINED) ||
            fa_binding_face(b, account) != account)
            continue;
        uint32_t master = fa_binding_master(b, account);
        count += master != account && (books->flags[master] & FA_ACCOUNT_LINED) &&
                 lacks_flows(books, master);
    }
    if (count == 0)
        return;
    fa_note(
        b->sink, FA_CODE_MATCH_FACE, (struct fa_place){0}, NULL,
        "%llu account%s with flows %s part of an account with a statement: a scheme that says "
        "face part_of compares %s flows with it",
        (unsigned long long)count, count == 1 ? "" : "s", count == 1 ? "is" : "are",
        count == 1 ? "its" : "their");
}
