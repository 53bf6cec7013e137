#include "intake/template.h"

enum fa_status fa_template_header(const struct fa_table_def *table, struct fa_buf *text)
{
    for (int i = 0; i < table->hidden_from; i++) {
        if (i > 0)
            FA_TRY(fa_buf_add_char(text, ','));
        FA_TRY(fa_buf_add_str(text, table->columns[i].name));
    }
    return fa_buf_add_char(text, '\n');
}

enum fa_status fa_template_manifest_start(struct fa_buf *text)
{
    return fa_buf_add_text(
        text,
        "# What is filed (flowaudit-filing(5)). State what the lines behind # ask for, and\n"
        "# take out the tables that are not filed together with their files.\n"
        "filing \"Filing\"\n"
        "  # filer    ID                          the institution that files\n"
        "  # period   2025-01-01 .. 2025-01-31    the days covered, both included\n"
        "  # zone     Asia/Shanghai               of times without an offset\n"
        "  # currency CNY                         of amounts that name none\n");
}

enum fa_status fa_template_manifest_file(const struct fa_table_def *table, struct fa_buf *text)
{
    FA_TRY(fa_buf_add_text(text, "\n  # "));
    FA_TRY(fa_buf_add_str(text, table->meaning_en));
    FA_TRY(fa_buf_add_text(text, "\n  # required: "));
    unsigned count = 0;
    for (int i = 0; i < table->hidden_from; i++) {
        if (!table->columns[i].is_required)
            continue;
        if (count++ > 0)
            FA_TRY(fa_buf_add_text(text, ", "));
        FA_TRY(fa_buf_add_str(text, table->columns[i].name));
    }
    FA_TRY(fa_buf_add_text(text, "\n  file \""));
    FA_TRY(fa_buf_add_str(text, table->name));
    FA_TRY(fa_buf_add_text(text, ".csv\" table "));
    FA_TRY(fa_buf_add_str(text, table->name));
    return fa_buf_add_char(text, '\n');
}

enum fa_status fa_template_manifest_end(struct fa_buf *text)
{
    return fa_buf_add_text(text, "end\n");
}
