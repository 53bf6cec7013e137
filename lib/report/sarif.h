/*
 * The parts of the SARIF writer (OASIS, Static Analysis Results Interchange Format 2.1.0).
 */
#ifndef FA_REPORT_SARIF_H
#define FA_REPORT_SARIF_H

#include "report/byrule.h"
#include "report/json_writer.h"
#include "report/places.h"
#include "report/report.h"

struct fa_sarif {
    const struct fa_shown_context *context;
    const struct fa_results *results;
    const struct fa_report_options *options;
    struct fa_json_writer json;
    struct fa_by_rule by_rule;
    struct fa_by_name waivers;
    struct fa_buf text, path, cell;
    uint64_t *class_rules;  /* by class of breaks: its number among the rules, from 1; 0: none */
    uint32_t *source_files; /* by source of the head: its index among the artifacts */
    uint32_t file_count;
    size_t last_source; /* found last: most places are in the file of the one before */
};

enum { FA_SARIF_NO_FILE = -1 };

/* Index of the artifact NAME; FA_SARIF_NO_FILE where the head does not list it. */
int64_t fa_sarif_file(struct fa_sarif *sarif, struct fa_str name);
/* "physicalLocation": {...} */
enum fa_status fa_sarif_put_place(struct fa_sarif *sarif, struct fa_report_place place) FA_MUST_USE;
/* NAME: {"text": TEXT}, in which nothing becomes a link. */
enum fa_status fa_sarif_put_message(struct fa_sarif *sarif, const char *name, struct fa_str text) FA_MUST_USE;
/* A cell under NAME, masked; nothing where it is missing. */
enum fa_status fa_sarif_put_cell(struct fa_sarif *sarif, const char *name, enum fa_result_table table,
                                 uint64_t row, const char *column) FA_MUST_USE;
/* "error", "warning" or "note" */
struct fa_str fa_sarif_level(int64_t severity);

/* tool.driver.rules: those of the rulesets, then a rule for each class of breaks. */
enum fa_status fa_sarif_write_rules(struct fa_sarif *sarif) FA_MUST_USE;
enum fa_status fa_sarif_write_results(struct fa_sarif *sarif) FA_MUST_USE;

#endif
