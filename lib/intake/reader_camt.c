/*
 * The reader of camt.052, camt.053 and camt.054: expat takes the XML apart piece by piece, the
 * tree (camt_tree.c) says what an element is, and what belongs together is written as a record
 * when its element ends (camt_record.c).
 *
 * The namespace of Document says which message it is and which version; prefixes may be any. A
 * Document may stand in an envelope. What the messages have but no record shows is passed over
 * (charges, cards, securities, addresses); where a bank could lose an entry by a misspelt
 * element, what is not known is refused.
 */
#include <expat.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "intake/camt.h"
#include "intake/reader.h"
#include "intake/xml_names.h"

enum {
    PIECE_BYTES = 64 << 10,
    ROOT_BYTES = 64, /* of the root's name that are kept for a message */
};

/* Between namespace, name and prefix, as expat gives them; none of them can hold it. */
#define SEPARATOR '\n'
#define NAMESPACE "urn:iso:std:iso:20022:tech:xsd:"

struct camt_reader {
    struct fa_reader base;
    struct fa_feed *feed;
    struct fa_fault *fault;
    XML_Parser parser;
    uint64_t fed_bytes;
    bool has_header, is_fed, is_suspended, is_ended;
    struct fa_records *out; /* while next() runs */
    size_t bytes_wanted;
    struct fa_xml_names names;
    char root[ROOT_BYTES];
    /* where the parser is */
    const struct fa_camt_message *message; /* NULL: in no Document */
    char name_start[128];                  /* the namespace of that Document and SEPARATOR */
    size_t name_start_size;
    uint32_t depth, document_depth, skipped_depth; /* of the element; 0: none is */
    uint32_t nodes[FA_XML_DEPTH_MAX + 1];          /* by depth: what is open */
    uint32_t hints[FA_XML_DEPTH_MAX + 1];          /* by depth: the child that came last */
    struct fa_buf text;                            /* of the value that is open */
    struct fa_camt_tree tree;
    struct fa_camt_record record;
};

/* A name as expat gives it. */
struct name {
    struct fa_str space, local, whole;
};

static struct name take_apart(const char *text)
{
    struct name name = {.whole = fa_str_from(text)};
    const char *first = memchr(text, SEPARATOR, name.whole.size);
    const char *end = text + name.whole.size;
    if (!first) {
        name.local = name.whole;
        return name;
    }
    const char *second = memchr(first + 1, SEPARATOR, (size_t)(end - first - 1));
    name.space = (struct fa_str){text, (size_t)(first - text)};
    name.local = (struct fa_str){first + 1, (size_t)((second ? second : end) - first - 1)};
    return name;
}

/* --- faults --- */

static uint64_t line_no(const struct camt_reader *reader)
{
    return XML_GetCurrentLineNumber(reader->parser);
}

static uint64_t column_no(const struct camt_reader *reader)
{
    return XML_GetCurrentColumnNumber(reader->parser) + 1;
}

#define REFUSE(reader, code, hint, ...)                                                        \
    (fa_fault_set((reader)->fault, FA_CODE_##code, line_no(reader), column_no(reader), hint,   \
                  __VA_ARGS__),                                                                \
     (void)XML_StopParser((reader)->parser, XML_FALSE))

static void refuse_memory(struct camt_reader *reader)
{
    fa_fault_set_memory(reader->fault);
    (void)XML_StopParser(reader->parser, XML_FALSE);
}

static void refuse_element(struct camt_reader *reader, struct fa_str name, const char *why)
{
    char quoted[FA_QUOTED_BYTES];
    REFUSE(reader, CAMT_ELEMENT, NULL, "element %s %s", fa_quoted(name, quoted), why);
}

static bool count_name(struct camt_reader *reader, struct fa_str name)
{
    if (fa_xml_names_add(&reader->names, name))
        return true;
    REFUSE(reader, XML_LIMIT, NULL, "the document has more than %u different names",
           FA_XML_NAMES_MAX);
    return false;
}

/* --- which message it is --- */

static struct fa_str str_from(const char *start, const char *end)
{
    return (struct fa_str){start, (size_t)(end - start)};
}

/* "camt.053.001.08" behind NAMESPACE. */
static bool find_message(struct camt_reader *reader, struct fa_str space)
{
    char quoted[FA_QUOTED_BYTES];
    struct fa_str start = FA_STR(NAMESPACE);
    struct fa_str id = {space.bytes, 0};
    if (fa_str_starts(space, start))
        id = str_from(space.bytes + start.size, space.bytes + space.size);
    const struct fa_camt_message *message = NULL;
    for (int i = 0; i < FA_CAMT_MESSAGES; i++)
        if (fa_str_starts(id, fa_str_from(fa_camt_messages[i].name)))
            message = &fa_camt_messages[i];
    if (!message) {
        REFUSE(reader, CAMT_MESSAGE, "camt.052, camt.053 and camt.054 hold statements",
               "the document is no bank statement: its namespace is %s",
               space.size ? fa_quoted(space, quoted) : "not named");
        return false;
    }
    size_t name_size = strlen(message->name);
    struct fa_str version = str_from(id.bytes + name_size, id.bytes + id.size);
    bool is_known = version.size == 7 && fa_str_starts(version, FA_STR(".001.0")) &&
                    version.bytes[6] >= '1' && version.bytes[6] < '1' + FA_CAMT_VERSIONS;
    if (!is_known) {
        REFUSE(reader, CAMT_VERSION, "versions 001.01 to 001.08 are read",
               "the document is a %s of a version that is not known: %s", message->name,
               fa_quoted(id, quoted));
        return false;
    }
    reader->message = message;
    return true;
}

static void open_document(struct camt_reader *reader, struct name name)
{
    if (!find_message(reader, name.space))
        return;
    fa_camt_tree_make(reader->message, &reader->tree);
    reader->document_depth = reader->depth;
    reader->name_start_size = name.space.size + 1;
    memcpy(reader->name_start, name.space.bytes, name.space.size);
    reader->name_start[name.space.size] = SEPARATOR;
}

static struct fa_origin here(const struct camt_reader *reader)
{
    XML_Index offset = XML_GetCurrentByteIndex(reader->parser);
    return (struct fa_origin){line_no(reader), offset > 0 ? (uint64_t)offset : 0};
}

static void open_message(struct camt_reader *reader, struct name name)
{
    const struct fa_camt_message *message = reader->message;
    struct fa_str space = {reader->name_start, reader->name_start_size - 1};
    char version = space.bytes[space.size - 1];
    const char *element = version == '1' ? message->element_1 : message->element;
    char quoted[FA_QUOTED_BYTES];
    if (!fa_str_equal(name.space, space) || !fa_str_is(name.local, element)) {
        REFUSE(reader, CAMT_MESSAGE, NULL, "the document is no %s: it holds %s instead of %s",
               message->name, fa_quoted(name.local, quoted), element);
        return;
    }
    const enum fa_camt_scope scope = FA_CAMT_MESSAGE;
    struct fa_str id = str_from(space.bytes + sizeof NAMESPACE - 1, space.bytes + space.size);
    fa_camt_open(&reader->record, scope, here(reader));
    (void)fa_camt_set(&reader->record, scope, FA_CAMT_COLUMN_MESSAGE, id, false);
    (void)fa_camt_set(&reader->record, scope, FA_CAMT_COLUMN_KIND, fa_str_from(message->kind),
                      false);
    reader->nodes[reader->depth] = FA_CAMT_ROOT;
    reader->hints[reader->depth] = 0;
}

/* --- elements --- */

static bool has_text(const struct fa_camt_node *node)
{
    return node->role == FA_CAMT_VALUE;
}

static void add_text(void *context, const char *bytes, int size)
{
    struct camt_reader *reader = context;
    if (size < 0 || (size_t)size > FA_CAMT_VALUE_BYTES_MAX - reader->text.size)
        REFUSE(reader, XML_LIMIT, NULL, "a value has more than %u bytes",
               FA_CAMT_VALUE_BYTES_MAX);
    else if (fa_buf_add(&reader->text, bytes, (size_t)size) != FA_OK)
        refuse_memory(reader);
}

static void set_value(struct camt_reader *reader, const struct fa_camt_node *node,
                      enum fa_camt_column column, struct fa_str value)
{
    struct fa_str name = {node->name, node->name_size};
    switch (fa_camt_set(&reader->record, node->scope, column, value, node->repeats)) {
    case FA_CAMT_SOUND:
        break;
    case FA_CAMT_TWICE:
        refuse_element(reader, name, "stands twice where the message has it once");
        break;
    case FA_CAMT_LATE:
        refuse_element(reader, name, "stands behind what it belongs to");
        break;
    case FA_CAMT_LARGE:
        REFUSE(reader, XML_LIMIT, NULL, "the value of %s is longer than it may be", node->name);
        break;
    }
}

/* Counts what the parser keeps, and takes the currency of an amount. */
static void look_at_attributes(struct camt_reader *reader, const struct fa_camt_node *node,
                               const char **attributes)
{
    for (; *attributes && !reader->fault->is_set; attributes += 2) {
        if (node && node->currency_column && !strcmp(attributes[0], "Ccy"))
            set_value(reader, node, node->currency_column,
                      fa_str_trim(fa_str_from(attributes[1])));
        else
            (void)count_name(reader, fa_str_from(attributes[0]));
    }
}

static void open_node(struct camt_reader *reader, uint32_t idx, const char **attributes)
{
    const struct fa_camt_node *node = &reader->tree.nodes[idx];
    reader->nodes[reader->depth] = idx;
    reader->hints[reader->depth] = node->child;
    switch (node->role) {
    case FA_CAMT_RECORD:
        if (node->scope == FA_CAMT_MESSAGE) /* it began with the message */
            reader->record.scopes[FA_CAMT_MESSAGE].origin = here(reader);
        else
            fa_camt_open(&reader->record, node->scope, here(reader));
        break;
    case FA_CAMT_BATCHED:
        reader->record.has_batch = false;
        break;
    case FA_CAMT_VALUE:
        fa_buf_clear(&reader->text);
        XML_SetCharacterDataHandler(reader->parser, add_text);
        break;
    default:
        break;
    }
    look_at_attributes(reader, node, attributes);
}

static void open_element(struct camt_reader *reader, const char *text, const char **attributes)
{
    uint32_t above = reader->depth - 1, parent = reader->nodes[above];
    const struct fa_camt_node *node = &reader->tree.nodes[parent];
    size_t start = reader->name_start_size;
    uint32_t idx = 0;
    if (strncmp(text, reader->name_start, start) == 0) {
        const char *end = strchr(text + start, SEPARATOR); /* with a prefix behind it */
        size_t size = end ? (size_t)(end - text) - start : strlen(text + start);
        idx =
            fa_camt_tree_find(&reader->tree, parent, reader->hints[above], text + start, size);
        if (end && !count_name(reader, fa_str_from(text)))
            return;
    }
    if (!idx && !count_name(reader, fa_str_from(text)))
        return;
    bool is_closed = node->role == FA_CAMT_CLOSED || node->role == FA_CAMT_RECORD ||
                     node->role == FA_CAMT_BATCHED;
    if (!idx && is_closed) {
        refuse_element(reader, take_apart(text).local, "is not known where it stands");
        return;
    }
    if (has_text(node))
        XML_SetCharacterDataHandler(reader->parser, NULL);
    if (!idx || reader->tree.nodes[idx].role == FA_CAMT_SKIPPED) {
        reader->skipped_depth = reader->depth;
        look_at_attributes(reader, NULL, attributes);
        return;
    }
    reader->hints[above] = idx;
    open_node(reader, idx, attributes);
}

static void XMLCALL start_element(void *context, const char *text, const char **attributes)
{
    struct camt_reader *reader = context;
    if (reader->fault->is_set)
        return;
    if (++reader->depth > FA_XML_DEPTH_MAX) {
        REFUSE(reader, XML_LIMIT, NULL, "elements are nested more than %u deep",
               FA_XML_DEPTH_MAX);
        return;
    }
    if (reader->message && reader->depth > reader->document_depth + 1 &&
        !reader->skipped_depth) {
        open_element(reader, text, attributes);
        return;
    }
    look_at_attributes(reader, NULL, attributes);
    if (reader->fault->is_set || !count_name(reader, fa_str_from(text)) ||
        reader->skipped_depth)
        return;
    struct name name = take_apart(text);
    if (reader->message)
        open_message(reader, name);
    else if (fa_str_is(name.local, "Document"))
        open_document(reader, name);
    else if (reader->depth == 1)
        snprintf(reader->root, sizeof reader->root, "%.*s", (int)name.local.size,
                 name.local.bytes);
}

static void close_node(struct camt_reader *reader, const struct fa_camt_node *node)
{
    struct fa_camt_record *record = &reader->record;
    if (has_text(node)) {
        struct fa_str value = fa_str_trim(fa_buf_str(&reader->text));
        if (value.size)
            set_value(reader, node, node->column, value);
        fa_buf_clear(&reader->text);
        XML_SetCharacterDataHandler(reader->parser, NULL);
    } else if (node->role == FA_CAMT_RECORD) {
        fa_camt_close(record, node->scope, (struct fa_str){node->name, node->name_size},
                      reader->out);
        if (reader->out->bytes.size >= reader->bytes_wanted)
            (void)XML_StopParser(reader->parser, XML_TRUE);
    }
    if (record->is_out_of_memory || reader->out->is_out_of_memory)
        refuse_memory(reader);
    else if (record->is_too_large)
        REFUSE(reader, XML_LIMIT, NULL, "the values of one element %s have more than %u bytes",
               node->name, FA_CAMT_RECORD_BYTES_MAX);
}

static void XMLCALL end_element(void *context, const char *text)
{
    struct camt_reader *reader = context;
    (void)text;
    if (reader->fault->is_set)
        return;
    uint32_t depth = reader->depth--;
    if (reader->skipped_depth) {
        if (reader->skipped_depth == depth) {
            reader->skipped_depth = 0;
            const struct fa_camt_node *node = &reader->tree.nodes[reader->nodes[depth - 1]];
            if (has_text(node))
                XML_SetCharacterDataHandler(reader->parser, add_text);
        }
        return;
    }
    if (!reader->message)
        return;
    if (depth == reader->document_depth)
        reader->message = NULL;
    else if (depth > reader->document_depth + 1)
        close_node(reader, &reader->tree.nodes[reader->nodes[depth]]);
}

static void XMLCALL start_prefix(void *context, const char *prefix, const char *uri)
{
    struct camt_reader *reader = context;
    (void)uri;
    if (!reader->fault->is_set)
        (void)count_name(reader, fa_str_from(prefix));
}

static void XMLCALL start_doctype(void *context, const char *name, const char *system_id,
                                  const char *public_id, int has_subset)
{
    struct camt_reader *reader = context;
    (void)name, (void)system_id, (void)public_id, (void)has_subset;
    if (!reader->fault->is_set)
        REFUSE(reader, XML_DOCTYPE, NULL,
               "the document declares a DOCTYPE, which no bank does");
}

/* --- pieces --- */

static void refuse_xml(struct camt_reader *reader, enum XML_Error error)
{
    const char *why = XML_ErrorString(error);
    switch (error) {
    case XML_ERROR_ABORTED: /* stopped by a fault */
        break;
    case XML_ERROR_NO_MEMORY:
        fa_fault_set_memory(reader->fault);
        break;
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
    case XML_ERROR_PARTIAL_CHAR:
        REFUSE(reader, XML_CUT, NULL, "the file ends before its last element does");
        break;
    case XML_ERROR_UNKNOWN_ENCODING:
    case XML_ERROR_INCORRECT_ENCODING:
        REFUSE(reader, XML_ENCODING, "UTF-8, UTF-16, ISO-8859-1 and US-ASCII are read",
               "the file is not in the encoding that it names: %s", why);
        break;
    default:
        REFUSE(reader, XML_SYNTAX, NULL, "the file is not well-formed XML: %s", why);
        break;
    }
}

/* One step of the parser: the next piece, or on from where it was suspended. */
static void parse_on(struct camt_reader *reader)
{
    enum XML_Status status;
    if (reader->is_suspended) {
        status = XML_ResumeParser(reader->parser);
    } else {
        void *piece = XML_GetBuffer(reader->parser, PIECE_BYTES);
        if (!piece) {
            fa_fault_set_memory(reader->fault);
            return;
        }
        size_t size = fa_feed_read(reader->feed, piece, PIECE_BYTES);
        if (reader->fault->is_set)
            return;
        reader->fed_bytes += size;
        reader->is_fed = size < PIECE_BYTES;
        status = XML_ParseBuffer(reader->parser, (int)size, reader->is_fed);
    }
    reader->is_suspended = status == XML_STATUS_SUSPENDED;
    if (status == XML_STATUS_ERROR)
        refuse_xml(reader, XML_GetErrorCode(reader->parser));
    if (reader->is_suspended || reader->fault->is_set)
        return;
    XML_Index at = XML_GetCurrentByteIndex(reader->parser);
    if (at >= 0 && reader->fed_bytes - (uint64_t)at > FA_XML_TOKEN_BYTES_MAX + PIECE_BYTES)
        REFUSE(reader, XML_LIMIT, NULL, "a tag, comment or instruction has more than %u bytes",
               FA_XML_TOKEN_BYTES_MAX);
    reader->is_ended = reader->is_fed;
}

static void check_end(struct camt_reader *reader)
{
    char quoted[FA_QUOTED_BYTES];
    if (reader->name_start_size == 0)
        fa_fault_set(
            reader->fault, FA_CODE_CAMT_MESSAGE, 1, 0,
            "camt.052, camt.053 and camt.054 hold statements",
            "the document is no bank statement: its element is %s, and no Document is in it",
            fa_quoted(fa_str_from(reader->root), quoted));
}

static bool next(struct fa_reader *base, size_t bytes_wanted, struct fa_records *out)
{
    struct camt_reader *reader = (struct camt_reader *)base;
    size_t count_before = out->origins.count;
    reader->out = out;
    reader->bytes_wanted = bytes_wanted;
    if (!reader->has_header)
        fa_camt_write_header(out);
    reader->has_header = true;
    while (!reader->is_ended && !reader->fault->is_set && out->bytes.size < bytes_wanted) {
        parse_on(reader);
        if (reader->is_ended && !reader->fault->is_set)
            check_end(reader);
    }
    if (out->is_out_of_memory)
        fa_fault_set_memory(reader->fault);
    return !reader->fault->is_set && out->origins.count > count_before;
}

static void close_reader(struct fa_reader *base)
{
    struct camt_reader *reader = (struct camt_reader *)base;
    if (!reader)
        return;
    if (reader->parser)
        XML_ParserFree(reader->parser);
    fa_xml_names_release(&reader->names);
    fa_buf_release(&reader->text);
    fa_camt_record_release(&reader->record);
    free(reader);
}

static struct fa_reader *open_reader(const struct fa_reader_input *input)
{
    struct camt_reader *reader = calloc(1, sizeof *reader);
    if (reader)
        reader->parser = XML_ParserCreateNS(NULL, SEPARATOR);
    if (!reader || !reader->parser) {
        fa_fault_set_memory(input->fault);
        free(reader);
        return NULL;
    }
    reader->base.type = &fa_reader_camt;
    reader->feed = input->feed;
    reader->fault = input->fault;
    XML_SetUserData(reader->parser, reader);
    XML_SetReturnNSTriplet(reader->parser, 1);
    XML_SetElementHandler(reader->parser, start_element, end_element);
    XML_SetStartNamespaceDeclHandler(reader->parser, start_prefix);
    XML_SetStartDoctypeDeclHandler(reader->parser, start_doctype);
    return &reader->base;
}

const struct fa_reader_type fa_reader_camt = {
    .name = "camt", .open = open_reader, .next = next, .close = close_reader};
