#include "report/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

/* One side, and memory for its cells. */
struct side {
    const struct fa_results *results;
    struct fa_buf cell;
};

struct comparison {
    struct side made, recorded;
    struct fa_differences *out;
};

static enum fa_status cell_of(struct side *side, enum fa_result_table table, uint64_t row,
                              int column)
{
    return fa_result_format(side->results, &side->results->tables[table], row, column, &side->cell);
}

/* Columns of the same name; those that only one side has are none of the rows' business. */
static int column_of(const struct side *side, enum fa_result_table table,
                     const struct fa_column_def *column)
{
    return fa_table_find_column(side->results->tables[table].def, column->name);
}

/* IS_EQUAL of the cells in column C of MADE. */
static enum fa_status compare_cells(struct comparison *comparison, enum fa_result_table table,
                                    uint64_t made_row, uint64_t recorded_row, int c, bool *is_equal)
{
    const struct fa_table_def *def = comparison->made.results->tables[table].def;
    int other = column_of(&comparison->recorded, table, &def->columns[c]);
    *is_equal = true;
    if (other == FA_NO_COLUMN)
        return FA_OK;
    FA_TRY(cell_of(&comparison->made, table, made_row, c));
    FA_TRY(cell_of(&comparison->recorded, table, recorded_row, other));
    *is_equal = fa_str_equal(fa_buf_str(&comparison->made.cell),
                             fa_buf_str(&comparison->recorded.cell));
    return FA_OK;
}

/* --- findings --- */

struct mark {
    struct fa_str fingerprint;
    uint64_t row;
};

static int compare_marks(const void *left, const void *right)
{
    const struct mark *a = left, *b = right;
    int order = fa_str_compare(a->fingerprint, b->fingerprint);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

static enum fa_status make_marks(const struct fa_results *results, struct mark **marks)
{
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    *marks = malloc((findings->row_count + 1) * sizeof **marks);
    if (!*marks)
        return FA_ELIMIT;
    for (uint64_t row = 0; row < findings->row_count; row++)
        (*marks)[row] = (struct mark){
            fa_result_text(findings, row, fa_result_column(findings, "fingerprint")), row};
    if (findings->row_count > 1)
        qsort(*marks, findings->row_count, sizeof **marks, compare_marks);
    return FA_OK;
}

static enum fa_status add_finding(struct comparison *comparison, const struct fa_results *results,
                                  uint64_t row, uint64_t nth, const char *what)
{
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    struct fa_str number = fa_result_text(findings, row, fa_result_column(findings, "finding"));
    struct fa_str rule = fa_result_text(findings, row, fa_result_column(findings, "rule"));
    char quoted[2][FA_QUOTED_BYTES];
    if (nth >= FA_DIFFERENCES_NAMED)
        return FA_OK;
    return fa_difference_add(comparison->out, "finding %s of %s: %s", fa_quoted(number, quoted[0]),
                             fa_quoted(rule, quoted[1]), what);
}

/* The values of a condition stand in a table of their own. */
static enum fa_status compare_values(struct comparison *comparison, uint64_t made_row,
                                     uint64_t recorded_row, bool *is_equal)
{
    struct fa_row_span a = comparison->made.results->finding_values[made_row];
    struct fa_row_span b = comparison->recorded.results->finding_values[recorded_row];
    const struct fa_table_def *def = comparison->made.results->tables[FA_RESULT_VALUE].def;
    *is_equal = a.to - a.from == b.to - b.from;
    for (uint64_t i = 0; *is_equal && i < a.to - a.from; i++)
        for (int c = 0; *is_equal && c < def->hidden_from; c++)
            if (!fa_str_is(def->columns[c].name, "finding"))
                FA_TRY(compare_cells(comparison, FA_RESULT_VALUE, a.from + i, b.from + i, c,
                                     is_equal));
    return FA_OK;
}

/* "changed in amount, last_time"; WHAT stays empty when nothing is. The number of a finding may change,
 * it is still the same one. */
static enum fa_status compare_finding(struct comparison *comparison, uint64_t made_row,
                                      uint64_t recorded_row, struct fa_buf *what)
{
    const struct fa_table_def *def = comparison->made.results->tables[FA_RESULT_FINDING].def;
    bool is_equal;
    fa_buf_clear(what);
    for (int c = 0; c < def->hidden_from; c++) {
        FA_TRY(compare_cells(comparison, FA_RESULT_FINDING, made_row, recorded_row, c, &is_equal));
        if (is_equal || fa_str_is(def->columns[c].name, "finding"))
            continue;
        FA_TRY(fa_buf_add_text(what, what->size ? ", " : "changed in "));
        FA_TRY(fa_buf_add_str(what, def->columns[c].name));
    }
    FA_TRY(compare_values(comparison, made_row, recorded_row, &is_equal));
    return is_equal ? FA_OK : fa_buf_add_text(what, what->size ? ", values" : "changed in values");
}

/* Which recorded finding each one made is, NOBODY for a new one, and what there is to tell of them. */
struct pairing {
    struct mark *made, *recorded;   /* by fingerprint */
    uint64_t *partner;              /* by row of what was made */
    bool *is_found;                 /* by row of the record */
    uint64_t made_count, recorded_count;
    struct fa_buf what;
    uint64_t new, missing, changed;
};

static const uint64_t nobody = UINT64_MAX;

static void pair(struct pairing *pairing)
{
    uint64_t m = 0, r = 0;
    while (m < pairing->made_count || r < pairing->recorded_count) {
        int order = m == pairing->made_count       ? 1
                    : r == pairing->recorded_count ? -1
                                                   : fa_str_compare(pairing->made[m].fingerprint,
                                                                    pairing->recorded[r].fingerprint);
        if (order == 0)
            pairing->is_found[pairing->recorded[r].row] = true;
        if (order <= 0)
            pairing->partner[pairing->made[m].row] =
                order == 0 ? pairing->recorded[r].row : nobody;
        m += order <= 0;
        r += order >= 0;
    }
}

/* In the order of findings: new and changed ones, then those that are missing. */
static enum fa_status name_findings(struct comparison *comparison, struct pairing *pairing)
{
    for (uint64_t row = 0; row < pairing->made_count; row++) {
        if (pairing->partner[row] == nobody) {
            FA_TRY(add_finding(comparison, comparison->made.results, row, pairing->new ++,
                               "not in the record"));
            continue;
        }
        FA_TRY(compare_finding(comparison, row, pairing->partner[row], &pairing->what));
        if (!pairing->what.size)
            continue;
        if (!fa_buf_cstr(&pairing->what))
            return FA_ELIMIT;
        FA_TRY(add_finding(comparison, comparison->made.results, row, pairing->changed++,
                           pairing->what.bytes));
    }
    for (uint64_t row = 0; row < pairing->recorded_count; row++)
        if (!pairing->is_found[row])
            FA_TRY(add_finding(comparison, comparison->recorded.results, row, pairing->missing++,
                               "only in the record"));
    return FA_OK;
}

static enum fa_status compare_findings(struct comparison *comparison)
{
    struct pairing pairing = {
        .made_count = comparison->made.results->tables[FA_RESULT_FINDING].row_count,
        .recorded_count = comparison->recorded.results->tables[FA_RESULT_FINDING].row_count};
    pairing.partner = malloc((pairing.made_count + 1) * sizeof *pairing.partner);
    pairing.is_found = calloc(pairing.recorded_count + 1, sizeof *pairing.is_found);
    enum fa_status status = pairing.partner && pairing.is_found ? FA_OK : FA_ELIMIT;
    if (status == FA_OK)
        status = make_marks(comparison->made.results, &pairing.made);
    if (status == FA_OK)
        status = make_marks(comparison->recorded.results, &pairing.recorded);
    if (status == FA_OK) {
        pair(&pairing);
        status = name_findings(comparison, &pairing);
    }
    if (status == FA_OK && (pairing.new || pairing.missing || pairing.changed))
        status = fa_difference_add(
            comparison->out, "findings: %llu, recorded %llu: %llu new, %llu missing, %llu changed",
            (unsigned long long)pairing.made_count, (unsigned long long)pairing.recorded_count,
            (unsigned long long)pairing.new, (unsigned long long)pairing.missing,
            (unsigned long long)pairing.changed);
    fa_buf_release(&pairing.what);
    free(pairing.partner);
    free(pairing.is_found);
    free(pairing.made);
    free(pairing.recorded);
    return status;
}

/* --- other tables --- */

/* The first row that differs, and its column; ROW is the shorter table's count when none does. */
static enum fa_status find_first(struct comparison *comparison, enum fa_result_table table,
                                 uint64_t *row, int *column)
{
    const struct fa_loaded_table *made = &comparison->made.results->tables[table];
    const struct fa_loaded_table *recorded = &comparison->recorded.results->tables[table];
    uint64_t count = made->row_count < recorded->row_count ? made->row_count : recorded->row_count;
    bool is_equal = true;
    for (*row = 0; *row < count; (*row)++) {
        for (*column = 0; *column < made->def->hidden_from; (*column)++) {
            FA_TRY(compare_cells(comparison, table, *row, *row, *column, &is_equal));
            if (!is_equal)
                return FA_OK;
        }
    }
    *column = FA_NO_COLUMN;
    return FA_OK;
}

static enum fa_status compare_table(struct comparison *comparison, enum fa_result_table table)
{
    const struct fa_loaded_table *made = &comparison->made.results->tables[table];
    const struct fa_loaded_table *recorded = &comparison->recorded.results->tables[table];
    if (!made->def && !recorded->def)
        return FA_OK;
    if (!made->def || !recorded->def) {
        const struct fa_table_def *def = made->def ? made->def : recorded->def;
        return fa_difference_add(comparison->out, "table %.*s: %s", (int)def->name.size,
                                 def->name.bytes,
                                 made->def ? "not in the record" : "only in the record");
    }
    uint64_t row;
    int column;
    FA_TRY(find_first(comparison, table, &row, &column));
    if (column == FA_NO_COLUMN && made->row_count == recorded->row_count)
        return FA_OK;
    char where[160] = "";
    if (column != FA_NO_COLUMN)
        snprintf(where, sizeof where, ", in column %.*s",
                 (int)made->def->columns[column].name.size, made->def->columns[column].name.bytes);
    return fa_difference_add(comparison->out,
                             "table %.*s: %llu rows, recorded %llu; row %llu is the first that "
                             "differs%s",
                             (int)made->def->name.size, made->def->name.bytes,
                             (unsigned long long)made->row_count,
                             (unsigned long long)recorded->row_count, (unsigned long long)row + 1,
                             where);
}

static enum fa_status compare_heads(struct comparison *comparison)
{
    const struct fa_head *made = comparison->made.results->head;
    const struct fa_head *recorded = comparison->recorded.results->head;
    char days[2][FA_TIME_TEXT_BYTES], quoted[2][FA_QUOTED_BYTES];
    fa_date_format(made->as_of_day, days[0]);
    fa_date_format(recorded->as_of_day, days[1]);
    if (made->as_of_day != recorded->as_of_day)
        FA_TRY(fa_difference_add(comparison->out, "as of: %s, recorded %s", days[0], days[1]));
    if (!fa_str_equal(made->filer, recorded->filer))
        FA_TRY(fa_difference_add(comparison->out, "filer: %s, recorded %s",
                                 fa_quoted(made->filer, quoted[0]),
                                 fa_quoted(recorded->filer, quoted[1])));
    if (!fa_str_equal(made->filing, recorded->filing))
        FA_TRY(fa_difference_add(comparison->out, "title of the filing: %s, recorded %s",
                                 fa_quoted(made->filing, quoted[0]),
                                 fa_quoted(recorded->filing, quoted[1])));
    return FA_OK;
}

enum fa_status fa_results_compare(const struct fa_results *made, const struct fa_results *recorded,
                                  struct fa_differences *differences)
{
    struct comparison comparison = {{made, {0}}, {recorded, {0}}, differences};
    enum fa_status status = compare_heads(&comparison);
    for (int table = 0; status == FA_OK && table < FA_RESULT_TABLE_COUNT; table++) {
        bool is_both = made->tables[table].def && recorded->tables[table].def;
        if (table == FA_RESULT_FINDING && is_both)
            status = compare_findings(&comparison);
        else if (table != FA_RESULT_OPTION && table != FA_RESULT_INPUT)
            status = compare_table(&comparison, (enum fa_result_table)table);
    }
    fa_buf_release(&comparison.made.cell);
    fa_buf_release(&comparison.recorded.cell);
    return status;
}
