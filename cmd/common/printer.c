#include "printer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXCERPT_SHOWN_MAX = 160, MESSAGE_BYTES_MAX = 16384 };

/* One message, cut when it is full; sizes here are bounded long before that. */
struct message {
    char bytes[MESSAGE_BYTES_MAX];
    size_t size;
};

static void add(struct message *message, struct fa_str text)
{
    size_t room = sizeof message->bytes - message->size;
    size_t size = text.size < room ? text.size : room;
    memcpy(message->bytes + message->size, text.bytes, size);
    message->size += size;
}

static void add_text(struct message *message, const char *text)
{
    add(message, fa_str_from(text));
}

static void add_number(struct message *message, uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    add_text(message, digits);
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

/* A terminal acts on control characters, and file names may hold them. */
static void add_masked(struct message *message, struct fa_str text)
{
    while (text.size > 0) {
        char shown[FA_SHOWN_BYTES];
        size_t taken;
        size_t size = fa_shown(text, shown, &taken);
        add(message, (struct fa_str){shown, size});
        text.bytes += taken;
        text.size -= taken;
    }
}

/* "!C17"; "!17" when the column is unknown. Columns are A to Z, AA to ZZ, AAA and on. */
static void add_cell(struct message *message, const struct fa_diag *diag)
{
    char letters[16];
    size_t at = sizeof letters;
    for (uint64_t no = diag->column_no; no && at; no = (no - 1) / 26)
        letters[--at] = (char)('A' + (no - 1) % 26);
    add_text(message, "!");
    add(message, (struct fa_str){letters + at, sizeof letters - at});
    add_number(message, diag->line_no);
}

/* Standard error has nobody to tell about its own failure. */
static void send(const char *bytes, size_t size)
{
    while (size) {
        ssize_t written = write(STDERR_FILENO, bytes, size);
        if (written < 0 && errno != EINTR)
            return;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
}

/* --- the excerpt ------------------------------------------------------------------------------ */

/* Cells of a terminal that the character at TEXT takes, and its bytes. Wide are the East Asian
 * blocks of Unicode (annex 11); broken UTF-8 counts byte by byte. */
static unsigned character_cells(struct fa_str text, size_t *size)
{
    unsigned char first = (unsigned char)text.bytes[0];
    size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint32_t character = length == 1 ? first : first & (0x7Fu >> length);
    *size = 1;
    if (length > text.size)
        return 1;
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text.bytes[i] & 0xC0) != 0x80)
            return 1;
        character = character << 6 | ((unsigned char)text.bytes[i] & 0x3Fu);
    }
    *size = length;
    bool is_wide = (character >= 0x1100 && character <= 0x115F) ||
                   (character >= 0x2E80 && character <= 0xA4CF && character != 0x303F) ||
                   (character >= 0xAC00 && character <= 0xD7A3) ||
                   (character >= 0xF900 && character <= 0xFAFF) ||
                   (character >= 0xFE30 && character <= 0xFE6F) ||
                   (character >= 0xFF00 && character <= 0xFF60) ||
                   (character >= 0xFFE0 && character <= 0xFFE6) ||
                   (character >= 0x20000 && character <= 0x3FFFD);
    return is_wide ? 2 : 1;
}

/* The line and a caret below byte COLUMN_NO. Tabs stay tabs in both lines, so they agree. */
static void add_excerpt(struct message *message, struct fa_str line, uint64_t column_no)
{
    size_t caret_at = column_no ? (size_t)(column_no - 1) : 0, start = 0;
    if (caret_at > line.size)
        caret_at = line.size;
    if (caret_at > EXCERPT_SHOWN_MAX / 2)
        start = caret_at - EXCERPT_SHOWN_MAX / 2;
    while (start < caret_at && ((unsigned char)line.bytes[start] & 0xC0) == 0x80)
        start++;
    size_t end = start + EXCERPT_SHOWN_MAX < line.size ? start + EXCERPT_SHOWN_MAX : line.size;
    while (end < line.size && ((unsigned char)line.bytes[end] & 0xC0) == 0x80)
        end++;
    struct message below = {.size = 0};
    add_text(message, start ? "    ..." : "    ");
    add_text(&below, start ? "       " : "    ");
    for (size_t at = start, size; at < end; at += size) {
        struct fa_str rest = {line.bytes + at, end - at};
        unsigned cells = character_cells(rest, &size);
        bool is_tab = *rest.bytes == '\t';
        if (is_control(*rest.bytes) && !is_tab)
            add_text(message, "?");
        else
            add(message, (struct fa_str){rest.bytes, size});
        if (at < caret_at)
            add_text(&below, is_tab ? "\t" : cells == 2 ? "  " : " ");
    }
    add_text(message, end < line.size ? "...\n" : "\n");
    if (!column_no)
        return;
    add(message, (struct fa_str){below.bytes, below.size});
    add_text(message, "^\n");
}

/* --- formats ---------------------------------------------------------------------------------- */

static const char *const severity_names[] = {"note", "warning", "error"};

static bool has_color(const struct printer *printer)
{
    return printer->color == PRINTER_ALWAYS ||
           (printer->color == PRINTER_AUTO && printer->is_terminal && !printer->is_plain);
}

static void add_colored(struct message *message, const struct printer *printer, const char *color,
                        const char *text)
{
    if (has_color(printer))
        add_text(message, color);
    add_text(message, text);
    if (has_color(printer))
        add_text(message, "\033[0m");
}

static void format_text(const struct printer *printer, const struct fa_diag *diag,
                        struct message *message)
{
    static const char *const colors[] = {"\033[1;36m", "\033[1;35m", "\033[1;31m"};
    if (diag->source.size)
        add_masked(message, diag->source);
    else
        add_text(message, printer->tool_name);
    if (diag->line_no && diag->is_cell) {
        add_text(message, diag->sheet.size ? ":" : "");
        add_masked(message, diag->sheet);
        add_cell(message, diag);
    } else if (diag->line_no) {
        add_text(message, ":");
        add_number(message, diag->line_no);
    }
    if (diag->line_no && diag->column_no && !diag->is_cell) {
        add_text(message, ":");
        add_number(message, diag->column_no);
    }
    add_text(message, ": ");
    add_colored(message, printer, colors[diag->severity], severity_names[diag->severity]);
    add_text(message, ": ");
    add_masked(message, diag->text);
    add_text(message, " [");
    add_text(message, fa_code_info(diag->code)->name);
    add_text(message, "]\n");
    if (diag->excerpt.size)
        add_excerpt(message, diag->excerpt, diag->column_no);
    if (diag->hint.size) {
        add_colored(message, printer, "\033[1;32m", "hint");
        add_text(message, ": ");
        add_masked(message, diag->hint);
        add_text(message, "\n");
    }
}

/* GitHub's workflow commands: % and line breaks are escaped, in properties also : and comma. */
static void add_github(struct message *message, struct fa_str text, bool is_property)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i], hex[4];
        bool is_special = is_control(c) || c == '%' || (is_property && (c == ':' || c == ','));
        snprintf(hex, sizeof hex, "%%%02X", (unsigned char)c);
        if (is_special)
            add_text(message, hex);
        else
            add(message, (struct fa_str){&c, 1});
    }
}

static void format_github(const struct printer *printer, const struct fa_diag *diag,
                          struct message *message)
{
    static const char *const commands[] = {"::notice ", "::warning ", "::error "};
    add_text(message, commands[diag->severity]);
    if (diag->source.size) {
        add_text(message, "file=");
        add_github(message, diag->source, true);
        add_text(message, ",");
    }
    if (diag->line_no) {
        add_text(message, "line=");
        add_number(message, diag->line_no);
        add_text(message, ",");
    }
    if (diag->line_no && diag->column_no) {
        add_text(message, "col=");
        add_number(message, diag->column_no);
        add_text(message, ",");
    }
    add_text(message, "title=");
    add_github(message, fa_str_from(printer->tool_name), true);
    add_text(message, "::");
    if (diag->line_no && diag->is_cell) { /* a workbook has no lines that could be shown */
        add_github(message, diag->sheet, false);
        add_cell(message, diag);
        add_text(message, ": ");
    }
    add_github(message, diag->text, false);
    add_text(message, " [");
    add_text(message, fa_code_info(diag->code)->name);
    add_text(message, "]");
    if (diag->hint.size) {
        add_text(message, "%0Ahint: ");
        add_github(message, diag->hint, false);
    }
    add_text(message, "\n");
}

/* --- the printer ------------------------------------------------------------------------------ */

static void clear_line(struct printer *printer)
{
    if (!printer->has_line)
        return;
    static const char clear[] = "\r\033[K";
    send(clear, sizeof clear - 1);
    printer->has_line = false;
}

static void print_bytes(struct printer *printer, const char *bytes, size_t size)
{
    pthread_mutex_lock(&printer->lock);
    clear_line(printer);
    send(bytes, size);
    pthread_mutex_unlock(&printer->lock);
}

static void print(void *context, const struct fa_diag *diag)
{
    struct printer *printer = context;
    if (printer->sink.counts[diag->code] > FA_DIAG_PRINTED_MAX)
        return;
    struct message message = {.size = 0};
    if (printer->format == PRINTER_GITHUB)
        format_github(printer, diag, &message);
    else
        format_text(printer, diag, &message);
    print_bytes(printer, message.bytes, message.size);
}

void printer_print(struct printer *printer, const char *lines)
{
    print_bytes(printer, lines, strlen(lines));
}

void printer_init(struct printer *printer, const char *tool_name)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    *printer = (struct printer){.tool_name = tool_name};
    fa_sink_init(&printer->sink, print, printer);
    pthread_mutex_init(&printer->lock, NULL);
    printer->is_terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
    printer->is_plain = no_color && *no_color;
}

void printer_finish(struct printer *printer)
{
    printer_show_line(printer, NULL);
    for (unsigned code = 0; code < FA_CODE_COUNT; code++) {
        if (printer->sink.counts[code] <= FA_DIAG_PRINTED_MAX)
            continue;
        struct message message = {.size = 0};
        add_text(&message, printer->tool_name);
        add_text(&message, ": ");
        add_number(&message, printer->sink.counts[code] - FA_DIAG_PRINTED_MAX);
        add_text(&message, " more [");
        add_text(&message, fa_code_info(code)->name);
        add_text(&message, "]\n");
        send(message.bytes, message.size);
    }
}

void printer_show_line(struct printer *printer, const char *line)
{
    pthread_mutex_lock(&printer->lock);
    clear_line(printer);
    if (line) {
        send(line, strlen(line));
        printer->has_line = true;
    }
    pthread_mutex_unlock(&printer->lock);
}
