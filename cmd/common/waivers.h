/*
 * Waivers as the tools take them: files of who audits, never of the filing.
 */
#ifndef FLOWAUDIT_COMMON_WAIVERS_H
#define FLOWAUDIT_COMMON_WAIVERS_H

#include "rules/waiver.h"
#include "tool.h"

/* Reads every file of PATHS before giving up, so that all mistakes show at once. FILING is the path of
 * the filing under test, or NULL: a file in it, or beside a filing that is a file, is refused, code
 * WAIVER-FILING. LIST is empty; release it in any case. */
enum fa_status waivers_load(struct fa_waiver_list *list, struct tool_run *run,
                            const struct option_list *paths, const char *filing) FA_MUST_USE;

#endif
