#include "report/places.h"

struct fa_report_place fa_place_of_table(const struct fa_results *results, struct fa_str table)
{
    const struct fa_head *head = results->head;
    const struct fa_table_def *def = fa_dictionary_find(&head->dictionary, table);
    for (size_t i = 0; def && i < head->sources.count; i++)
        if (head->sources.items[i].table == def->index)
            return (struct fa_report_place){.source = head->sources.items[i].name};
    return (struct fa_report_place){
        .source = head->sources.count ? head->sources.items[0].name : (struct fa_str){"", 0}};
}

bool fa_place_of_evidence(const struct fa_results *results, uint64_t evidence,
                          struct fa_report_place *place)
{
    const struct fa_loaded_table *links = &results->tables[FA_RESULT_EVIDENCE];
    const struct fa_loaded_table *rows = &results->tables[FA_RESULT_ROW];
    int64_t row_no = fa_result_number(links, evidence, fa_result_column(links, "row_no"));
    if (row_no < 1 || (uint64_t)row_no > rows->row_count)
        return false;
    uint64_t row = (uint64_t)row_no - 1;
    *place = (struct fa_report_place){
        .source = fa_result_text(rows, row, fa_result_column(rows, "source")),
        .line_no = fa_result_number(rows, row, fa_result_column(rows, "line_no"))};
    return place->source.size > 0;
}

struct fa_report_place fa_place_of_finding(const struct fa_results *results, uint64_t finding)
{
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    struct fa_row_span span = results->finding_evidence[finding];
    struct fa_report_place place;
    for (uint64_t e = span.from; e < span.to; e++)
        if (fa_place_of_evidence(results, e, &place))
            return place;
    return fa_place_of_table(results, fa_result_text(findings, finding,
                                           fa_result_column(findings, "subject_table")));
}

struct fa_report_place fa_place_of_break(const struct fa_results *results, uint64_t row)
{
    const struct fa_loaded_table *breaks = &results->tables[FA_RESULT_BREAK];
    bool is_flow = !fa_result_missing(breaks, row, fa_result_column(breaks, "flow"));
    return fa_place_of_table(results, is_flow ? FA_STR("flow") : FA_STR("statement"));
}

enum fa_status fa_place_path(struct fa_str root, struct fa_str source, struct fa_buf *out)
{
    FA_TRY(fa_buf_add_str(out, root));
    if (root.size && root.bytes[root.size - 1] != '/')
        FA_TRY(fa_buf_add_char(out, '/'));
    return fa_buf_add_str(out, source);
}
