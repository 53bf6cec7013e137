/*
 * Texts as the forms that reports and messages have take them: fields of CSV (RFC 4180), strings of
 * JSON (RFC 8259), XML 1.0, paths of URIs (RFC 3986), commands of a workflow, and text that a person
 * reads. TEXT may hold any bytes; what comes out is valid in its form. A byte that is not UTF-8
 * becomes U+FFFD.
 *
 * Characters that nobody sees (marks of direction, zero width, controls) can make a text look like
 * another one. Where a machine reads, JSON escapes them, which changes nothing; where a person
 * reads, they are written out as \u{202E}.
 */
#ifndef FA_BASE_FIELDS_H
#define FA_BASE_FIELDS_H

#include "base/str.h"

/* In quotes only where it must be; other bytes as they are. SAFE: what a spreadsheet could take for
 * a formula gets a quote mark in front, which changes the text: it begins with = + - @, a full-width
 * form of these, a tab or an end of line. */
enum fa_status fa_csv_add_field(struct fa_buf *line, struct fa_str text, bool safe) FA_MUST_USE;

/* With its quotes. */
enum fa_status fa_json_add_string(struct fa_buf *line, struct fa_str text) FA_MUST_USE;

/* For people, in one line: no character of it moves what stands beside it. */
enum fa_status fa_visible_add(struct fa_buf *out, struct fa_str text) FA_MUST_USE;
/* Tabs and ends of lines stay. */
enum fa_status fa_visible_add_lines(struct fa_buf *out, struct fa_str text) FA_MUST_USE;

/* Cuts what stands behind FROM after CHARACTERS_MAX characters, and says so with "... (cut)". */
enum fa_status fa_visible_cut(struct fa_buf *out, size_t from, size_t characters_max) FA_MUST_USE;

/* The same as text of an element or value of an attribute in double quotes. */
enum fa_status fa_xml_add(struct fa_buf *out, struct fa_str text) FA_MUST_USE;

/* The same as the message of a workflow command, or as one of its properties. */
enum fa_status fa_workflow_add(struct fa_buf *out, struct fa_str text, bool is_property) FA_MUST_USE;

/* Segments between slashes, all else but letters, digits and -._~ as %XX. */
enum fa_status fa_uri_add_path(struct fa_buf *out, struct fa_str path) FA_MUST_USE;

#endif
