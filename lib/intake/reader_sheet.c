#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "intake/profile.h"
#include "intake/sheet.h"

/* --- which sheet --- */

struct naming {
    char text[FA_QUOTED_BYTES];
    size_t size;
};

/* "'Sheet1', 'Sheet2', ..." as long as there is room. */
static void add_name(struct naming *names, struct fa_str name)
{
    char quoted[FA_QUOTED_BYTES];
    const char *next = fa_quoted(name, quoted);
    size_t room = sizeof names->text - names->size;
    if (strlen(next) + sizeof ", , ..." > room) {
        if (names->size && names->text[names->size - 1] != '.')
            names->size += (size_t)snprintf(names->text + names->size, room, ", ...");
        return;
    }
    names->size += (size_t)snprintf(names->text + names->size, room, "%s%s",
                                    names->size ? ", " : "", next);
}

static const struct fa_sheet_info *choose_named(const struct fa_sheet_info *sheets,
                                                size_t count, struct fa_str wanted,
                                                struct fa_fault *fault)
{
    struct fa_nearest nearest = {.wanted = wanted};
    struct naming names = {.size = 0};
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    for (size_t i = 0; i < count; i++) {
        if (sheets[i].part < 0)
            continue;
        if (fa_str_equal(sheets[i].name, wanted))
            return &sheets[i];
        fa_nearest_add(&nearest, sheets[i].name);
        add_name(&names, sheets[i].name);
    }
    fa_fault_set(fault, FA_CODE_SHEET_CHOICE, 0, 0,
                 fa_nearest_hint(&nearest, "correct the profile's sheet statement", hint),
                 "the workbook has no sheet %s; it has %s", fa_quoted(wanted, quoted),
                 names.size ? names.text : "none");
    return NULL;
}

const struct fa_sheet_info *fa_sheet_choose(
    const struct fa_sheet_info *sheets, size_t count, struct fa_str wanted,
    bool (*has_value)(void *context, const struct fa_sheet_info *sheet), void *context,
    struct fa_fault *fault)
{
    const struct fa_sheet_info *first = NULL, *found = NULL;
    struct naming names = {.size = 0};
    unsigned found_count = 0;
    if (wanted.size)
        return choose_named(sheets, count, wanted, fault);
    for (size_t i = 0; i < count && !fault->is_set; i++) {
        if (sheets[i].part < 0 || sheets[i].is_hidden)
            continue;
        if (!first)
            first = &sheets[i];
        if (!has_value(context, &sheets[i]))
            continue;
        if (!found)
            found = &sheets[i];
        found_count++;
        add_name(&names, sheets[i].name);
    }
    if (!fault->is_set && found_count > 1)
        fa_fault_set(fault, FA_CODE_SHEET_CHOICE, 0, 0,
                     "name the one to read in the profile: sheet \"NAME\"",
                     "the workbook has %u sheets with values: %s", found_count, names.text);
    else if (!fault->is_set && !first)
        fa_fault_set(fault, FA_CODE_SHEET_CHOICE, 0, 0,
                     "name the one to read in the profile: sheet \"NAME\"",
                     "the workbook has no visible sheet with cells");
    return fault->is_set ? NULL : found ? found : first;
}

/* --- which kind of file --- */

static bool starts_with(const unsigned char *start, size_t size, const char *magic,
                        size_t count)
{
    return size >= count && memcmp(start, magic, count) == 0;
}

/* Exports that are called .xls and are not, told by how they begin. */
static const char *other_kind(const unsigned char *start, size_t size, const char **hint)
{
    struct fa_str text = {(const char *)start, size};
    *hint = "ask for the export as .xlsx or CSV";
    if (starts_with(start, size, "%PDF", 4))
        return "a PDF document";
    if (starts_with(start, size, "\xEF\xBB\xBF", 3))
        text = (struct fa_str){text.bytes + 3, text.size - 3};
    text = fa_str_trim(text);
    if (fa_str_starts(text, FA_STR("<?xml")) || fa_str_starts(text, FA_STR("<?mso")))
        return "XML, perhaps an XML spreadsheet of 2003";
    if (text.size && text.bytes[0] == '<')
        return "HTML";
    *hint = "read it with format text in the profile";
    for (size_t i = 0; i < size; i++)
        if (start[i] < 0x20 && start[i] != '\t' && start[i] != '\r' && start[i] != '\n')
            return NULL;
    return size ? "text" : "empty";
}

static struct fa_reader *open_sheet(const struct fa_reader_input *input)
{
    unsigned char start[512];
    const char *hint = NULL;
    ssize_t size;
    do {
        size = pread(input->fd, start, sizeof start, 0);
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
        fa_fault_set_io(input->fault, errno);
        return NULL;
    }
    if (starts_with(start, (size_t)size, "PK\3\4", 4))
        return fa_sheet_xlsx_open(input);
    if (starts_with(start, (size_t)size, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8))
        return fa_sheet_xls_open(input);
    const char *kind = other_kind(start, (size_t)size, &hint);
    fa_fault_set(input->fault, FA_CODE_SHEET_KIND, 0, 0,
                 kind ? hint : "ask for the export as .xlsx or CSV",
                 "the file is %s, no workbook", kind ? kind : "of an unknown kind");
    return NULL;
}

/* The halves have types of their own. */
const struct fa_reader_type fa_reader_sheet = {
    .name = "sheet", .needs_file = true, .is_sheet = true, .open = open_sheet};
