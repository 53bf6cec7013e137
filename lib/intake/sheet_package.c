#include "intake/sheet_package.h"

#include <errno.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "intake/unpack.h"
#include "intake/xml_names.h"

static const char again[] = "open it in its program and save it again";

static bool refuse(struct fa_fault *fault, const char *what, const char *why)
{
    fa_fault_set(fault, FA_CODE_SHEET_BROKEN, 0, 0, again, "%s: %s", what, why);
    return false;
}

bool fa_package_open(struct fa_package *package, int fd, struct fa_fault *fault)
{
    struct stat stat;
    *package = (struct fa_package){.fault = fault};
    if (fstat(fd, &stat) != 0) {
        fa_fault_set_io(fault, errno);
        return false;
    }
    package->file = fa_zip_open(fd, (uint64_t)stat.st_size, fault);
    if (package->file)
        package->zip = fa_zip_handle(package->file);
    return package->zip != NULL;
}

void fa_package_close(struct fa_package *package)
{
    if (package->file)
        fa_zip_close(package->file);
    package->file = NULL;
}

int64_t fa_package_find(const struct fa_package *package, const char *name)
{
    int64_t idx = zip_name_locate(package->zip, name, ZIP_FL_ENC_GUESS);
    return idx >= 0 ? idx
                    : zip_name_locate(package->zip, name, ZIP_FL_ENC_GUESS | ZIP_FL_NOCASE);
}

/* --- a part --- */

enum { INPUT_BYTES = 1 << 15 };

struct fa_part {
    struct fa_fault *fault;
    zip_file_t *file;
    XML_Parser parser;
    const struct fa_part_handlers *handlers;
    void *context;
    const char *name; /* in the zip, which keeps it */
    struct fa_unpack unpack;
    struct fa_xml_names names;
    char prefix[32]; /* of the root, with its colon: that of the main namespace */
    size_t prefix_size;
    unsigned depth;
    unsigned foreign;     /* depth at which another namespace began; 0: none */
    uint64_t quiet_bytes; /* read since the parser last told something */
    bool is_stopped, is_at_end;
};

static void give_up(struct fa_part *part, const char *why)
{
    fa_fault_set(part->fault, FA_CODE_SHEET_BROKEN, 0, 0, again,
                 "part '%s' of the workbook cannot be read, at its line %lu: %s", part->name,
                 (unsigned long)XML_GetCurrentLineNumber(part->parser), why);
    XML_StopParser(part->parser, XML_FALSE);
}

static bool note_name(struct fa_part *part, const char *name)
{
    bool is_kept = fa_xml_names_add(&part->names, fa_str_from(name));
    if (!is_kept)
        give_up(part, "it has too many different names");
    return is_kept;
}

/* Names of one letter are too few to be counted; they are the names of rows and cells. */
static bool note_names(struct fa_part *part, const char *name, const char **attributes)
{
    if (name[0] && name[1] && !note_name(part, name))
        return false;
    for (; *attributes; attributes += 2)
        if (attributes[0][1] && !note_name(part, attributes[0]))
            return false;
    return true;
}

static void find_prefix(struct fa_part *part, const char *root)
{
    const char *colon = strchr(root, ':');
    size_t size = colon ? (size_t)(colon - root) + 1 : 0;
    if (size >= sizeof part->prefix)
        return;
    memcpy(part->prefix, root, size);
    part->prefix_size = size;
}

/* Without the root's prefix; NULL: the name is of another namespace, which extensions use. */
static const char *local_name(const struct fa_part *part, const char *name)
{
    if (strncmp(name, part->prefix, part->prefix_size) != 0)
        return NULL;
    name += part->prefix_size;
    return strchr(name, ':') ? NULL : name;
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct fa_part *part = context;
    part->quiet_bytes = 0;
    if (part->depth == 0)
        find_prefix(part, name);
    if (++part->depth > FA_XML_DEPTH_MAX) {
        give_up(part, "its elements are nested too deep");
        return;
    }
    if (part->foreign || !note_names(part, name, attributes))
        return;
    const char *local = local_name(part, name);
    if (!local)
        part->foreign = part->depth;
    else
        part->handlers->start(part->context, local, attributes);
}

static void on_end(void *context, const char *name)
{
    struct fa_part *part = context;
    part->quiet_bytes = 0;
    if (!part->foreign)
        part->handlers->end(part->context, name + part->prefix_size);
    else if (part->foreign == part->depth)
        part->foreign = 0;
    part->depth--;
}

static void on_text(void *context, const char *bytes, int size)
{
    struct fa_part *part = context;
    part->quiet_bytes = 0;
    if (part->handlers->text && !part->foreign)
        part->handlers->text(part->context, bytes, size);
}

static void on_comment(void *context, const char *text)
{
    struct fa_part *part = context;
    (void)text;
    part->quiet_bytes = 0;
}

static void on_document_type(void *context, const char *name, const char *system,
                             const char *public, int has_subset)
{
    (void)name, (void)system, (void)public, (void)has_subset;
    give_up(context, "it has a document type, which no workbook has");
}

struct fa_part *fa_part_open(struct fa_package *package, int64_t idx,
                             const struct fa_part_handlers *handlers, void *context)
{
    zip_stat_t stat;
    struct fa_part *part = calloc(1, sizeof *part);
    if (!part) {
        fa_fault_set_memory(package->fault);
        return NULL;
    }
    part->fault = package->fault;
    part->handlers = handlers;
    part->context = context;
    part->unpack.outer_ratio = FA_UNPACK_NOT_AT_ALL;
    if (zip_stat_index(package->zip, (zip_uint64_t)idx, 0, &stat) == 0) {
        part->name = stat.name;
        part->unpack.packed_bytes = stat.comp_size;
        part->file = zip_fopen_index(package->zip, (zip_uint64_t)idx, 0);
    }
    part->parser = XML_ParserCreate(NULL);
    if (!part->file)
        refuse(package->fault, "a part of the workbook cannot be read",
               zip_strerror(package->zip));
    else if (!part->parser)
        fa_fault_set_memory(package->fault);
    if (package->fault->is_set) {
        fa_part_close(part);
        return NULL;
    }
    XML_SetUserData(part->parser, part);
    XML_SetElementHandler(part->parser, on_start, on_end);
    XML_SetCharacterDataHandler(part->parser, on_text);
    XML_SetCommentHandler(part->parser, on_comment);
    XML_SetStartDoctypeDeclHandler(part->parser, on_document_type);
    return part;
}

void fa_part_close(struct fa_part *part)
{
    if (!part)
        return;
    if (part->file)
        zip_fclose(part->file);
    if (part->parser)
        XML_ParserFree(part->parser);
    fa_xml_names_release(&part->names);
    free(part);
}

void fa_part_stop(struct fa_part *part)
{
    part->is_stopped = true;
    XML_StopParser(part->parser, XML_TRUE);
}

/* The next piece of the part into the parser. */
static enum XML_Status feed(struct fa_part *part)
{
    void *buffer = XML_GetBuffer(part->parser, INPUT_BYTES);
    if (!buffer)
        return XML_STATUS_ERROR;
    zip_int64_t got = zip_fread(part->file, buffer, INPUT_BYTES);
    if (got < 0) {
        refuse(part->fault, part->name, zip_file_strerror(part->file));
        return XML_STATUS_ERROR;
    }
    part->unpack.unpacked_bytes += (uint64_t)got;
    part->quiet_bytes += (uint64_t)got;
    if (!fa_unpack_check(&part->unpack, part->name, part->fault))
        return XML_STATUS_ERROR;
    if (part->quiet_bytes > FA_XML_TOKEN_BYTES_MAX) {
        give_up(part, "a tag is too long");
        return XML_STATUS_ERROR;
    }
    part->is_at_end = got == 0;
    return XML_ParseBuffer(part->parser, (int)got, got == 0);
}

bool fa_part_read(struct fa_part *part)
{
    bool is_resumed = part->is_stopped;
    part->is_stopped = false;
    while (!part->fault->is_set) {
        enum XML_Status status = is_resumed ? XML_ResumeParser(part->parser) : feed(part);
        is_resumed = false;
        if (status == XML_STATUS_ERROR) {
            enum XML_Error error = XML_GetErrorCode(part->parser);
            if (error == XML_ERROR_NO_MEMORY)
                fa_fault_set_memory(part->fault);
            if (!part->fault->is_set)
                give_up(part, XML_ErrorString(error));
            return false;
        }
        if (part->is_stopped)
            return true;
        if (part->is_at_end)
            return false;
    }
    return false;
}

const char *fa_part_attribute(const char **attributes, const char *name, bool has_prefix)
{
    for (; *attributes; attributes += 2) {
        const char *colon = strchr(attributes[0], ':');
        if ((colon != NULL) == has_prefix &&
            strcmp(colon ? colon + 1 : attributes[0], name) == 0)
            return attributes[1];
    }
    return NULL;
}
