#include "report/words.h"

static const struct {
    const char *en, *zh;
} words[FA_WORD_COUNT] = {
#define FA_WORD(name, en, zh) {en, zh},
#include "report/words.def"
#undef FA_WORD
};

const char *fa_word_en(enum fa_word word)
{
    return words[word].en;
}

const char *fa_word_zh(enum fa_word word)
{
    return words[word].zh;
}

static enum fa_status add_both(struct fa_str en, struct fa_str zh, enum fa_language language,
                               char between, struct fa_buf *out)
{
    if (language == FA_LANGUAGE_EN && en.size)
        return fa_buf_add_str(out, en);
    if (language == FA_LANGUAGE_ZH && zh.size)
        return fa_buf_add_str(out, zh);
    FA_TRY(fa_buf_add_str(out, en));
    if (fa_str_equal(en, zh)) /* "SHA-256" once */
        return FA_OK;
    if (en.size && zh.size)
        FA_TRY(fa_buf_add_char(out, between));
    return fa_buf_add_str(out, zh);
}

enum fa_status fa_word_add(enum fa_word word, enum fa_language language, struct fa_buf *out)
{
    return add_both(fa_str_from(words[word].en), fa_str_from(words[word].zh), language, ' ',
                    out);
}

enum fa_status fa_text_add(struct fa_str en, struct fa_str zh, enum fa_language language,
                           struct fa_buf *out)
{
    return add_both(en, zh, language, '\n', out);
}
