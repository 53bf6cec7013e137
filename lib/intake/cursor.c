#include "intake/run.h"

enum fa_status fa_cursor_open(struct fa_cursor *cursor, struct fa_run *run, int table)
{
    *cursor = (struct fa_cursor){.run = run,
                                 .def = &run->head->dictionary.tables[table],
                                 .end = fa_spool_count(run->kept->spool)};
    cursor->decoder = fa_decoder_new(cursor->def);
    return cursor->decoder ? FA_OK : fa_out_of_memory(run->sink, "a block");
}

enum fa_status fa_cursor_next(struct fa_cursor *cursor, struct fa_batch *batch, bool *is_end)
{
    struct fa_spool *spool = cursor->run->kept->spool;
    while (cursor->at < cursor->end &&
           fa_spool_peek(spool, cursor->at)->table != cursor->def->index)
        cursor->at++;
    *is_end = cursor->at == cursor->end;
    if (*is_end)
        return FA_OK;
    struct fa_block block;
    FA_TRY(fa_spool_get(spool, cursor->at++, &block));
    return fa_decoder_decode(cursor->decoder, &block, cursor->run->sink, batch);
}
