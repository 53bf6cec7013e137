#include "report/json_writer.h"

#include "base/fields.h"

enum { FLUSH_BYTES = 65536 };

static enum fa_status begin_item(struct fa_json_writer *json, const char *name)
{
    if (json->needs_comma)
        FA_TRY(fa_buf_add_char(&json->text, ','));
    json->needs_comma = true;
    if (!name)
        return FA_OK;
    FA_TRY(fa_buf_add_char(&json->text, '"'));
    FA_TRY(fa_buf_add_text(&json->text, name));
    return fa_buf_add(&json->text, "\":", 2);
}

enum fa_status fa_json_open(struct fa_json_writer *json, const char *name, char bracket)
{
    FA_TRY(begin_item(json, name));
    json->needs_comma = false;
    return fa_buf_add_char(&json->text, bracket);
}

enum fa_status fa_json_close(struct fa_json_writer *json, char bracket)
{
    json->needs_comma = true;
    FA_TRY(fa_buf_add_char(&json->text, bracket));
    return json->text.size < FLUSH_BYTES ? FA_OK : fa_json_send(json);
}

enum fa_status fa_json_put(struct fa_json_writer *json, const char *name, struct fa_str text)
{
    FA_TRY(begin_item(json, name));
    return fa_json_add_string(&json->text, text);
}

enum fa_status fa_json_put_optional(struct fa_json_writer *json, const char *name, struct fa_str text)
{
    return text.size ? fa_json_put(json, name, text) : FA_OK;
}

enum fa_status fa_json_put_number(struct fa_json_writer *json, const char *name, int64_t number)
{
    FA_TRY(begin_item(json, name));
    return fa_buf_addf(&json->text, "%lld", (long long)number);
}

enum fa_status fa_json_put_bool(struct fa_json_writer *json, const char *name, bool value)
{
    FA_TRY(begin_item(json, name));
    return fa_buf_add_text(&json->text, value ? "true" : "false");
}

enum fa_status fa_json_break_line(struct fa_json_writer *json)
{
    if (json->needs_comma)
        FA_TRY(fa_buf_add_char(&json->text, ','));
    json->needs_comma = false;
    return fa_buf_add_char(&json->text, '\n');
}

enum fa_status fa_json_send(struct fa_json_writer *json)
{
    enum fa_status status = json->text.size ? json->output->write(json->output, json->text.bytes,
                                                                  json->text.size)
                                            : FA_OK;
    fa_buf_clear(&json->text);
    return status;
}
