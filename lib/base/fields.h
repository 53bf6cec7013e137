/*
 * Texts as fields of CSV (RFC 4180) and as strings of JSON (RFC 8259).
 */
#ifndef FA_BASE_FIELDS_H
#define FA_BASE_FIELDS_H

#include "base/str.h"

/* In quotes only where it must be. SAFE: what a spreadsheet could take for a formula gets a
 * quote mark in front, which changes the text. */
enum fa_status fa_csv_add_field(struct fa_buf *line, struct fa_str text, bool safe) FA_MUST_USE;

/* With its quotes; a byte that is not UTF-8 becomes U+FFFD. */
enum fa_status fa_json_add_string(struct fa_buf *line, struct fa_str text) FA_MUST_USE;

#endif
