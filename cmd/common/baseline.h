/*
 * --baseline: the results stream of an earlier filing, as flag and audit read it.
 */
#ifndef FLOWAUDIT_COMMON_BASELINE_H
#define FLOWAUDIT_COMMON_BASELINE_H

#include "rules/baseline.h"
#include "tool.h"

#define BASELINE_OPTION(path)                                                                  \
    {                                                                                          \
        "baseline", 0, "FILE",                                                                 \
            "compare with the results of an earlier filing, as flag wrote them to FILE",       \
            OPTION_TEXT, &(path)                                                               \
    }

/* Reads PATH, which is no pipe, for it is named with its hash among what the results were made from.
 * NULL gives none. */
enum fa_status baseline_load(const char *path, struct tool_run *run,
                             struct fa_baseline **baseline) FA_MUST_USE;

#endif
