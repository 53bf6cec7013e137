#include "match/disorder.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/runs.h"

enum fa_status fa_disorder_begin(struct fa_disorder *disorder, const struct fa_table_def *table,
                                 uint64_t memory_max, const char *dir, struct fa_sink *sink)
{
    int count = table->column_count;
    struct fa_disorder made = {.table = *table};
    made.table.columns = calloc((size_t)count + 1, sizeof *made.table.columns);
    made.spool = fa_spool_new(memory_max, dir, sink);
    if (made.table.columns) {
        memcpy(made.table.columns, table->columns, (size_t)count * sizeof *table->columns);
        made.table.columns[count] = (struct fa_column_def){
            .name = FA_STR("place"), .type = FA_TYPE_INT, .refers_to = FA_NO_TABLE};
        made.table.column_count = count + 1;
    }
    *disorder = made;
    if (made.table.columns && made.spool)
        disorder->builder =
            fa_builder_new(&disorder->table, table->index, made.spool, NULL, sink);
    if (disorder->builder)
        return FA_OK;
    fa_disorder_release(disorder);
    return fa_out_of_memory(sink, "the tables of the reconciliation");
}

void fa_disorder_set_place(struct fa_disorder *disorder, uint64_t place)
{
    fa_builder_set(disorder->builder, disorder->table.column_count - 1, (int64_t)place);
}

enum fa_status fa_disorder_end(struct fa_disorder *disorder, uint64_t memory_max,
                               const char *dir, struct fa_sink *sink, struct fa_builder *into)
{
    if (!disorder->builder)
        return FA_OK;
    enum fa_status status = fa_builder_finish(disorder->builder);
    if (status == FA_OK) {
        struct fa_sorting sorting = {
            .table = &disorder->table,
            .by = disorder->table.column_count - 1,
            .spool = disorder->spool,
            .end = fa_spool_count(disorder->spool),
            .into = into,
            .memory_max = memory_max,
            .dir = dir,
            .sink = sink,
        };
        status = fa_runs_sort(&sorting);
    }
    fa_disorder_release(disorder);
    return status;
}

void fa_disorder_release(struct fa_disorder *disorder)
{
    fa_builder_free(disorder->builder);
    fa_spool_free(disorder->spool);
    free(disorder->table.columns);
    *disorder = (struct fa_disorder){0};
}
