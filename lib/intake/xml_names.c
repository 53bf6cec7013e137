#include "intake/xml_names.h"

#include <string.h>

#include "base/hash.h"

/* A name is looked for in a few places only: names that were made to collide are too many as
 * well, and never cost time. */
enum { PROBES = 32 };

bool fa_xml_names_add(struct fa_xml_names *names, struct fa_str name)
{
    const struct fa_hash_key key = {0, 0};
    uint64_t hash = fa_hash64(key, name.bytes, name.size);
    for (uint32_t i = 0; i < PROBES && name.size > 0; i++) {
        struct fa_xml_name *slot = &names->slots[(hash + i) % FA_XML_NAME_SLOTS];
        if (slot->size == name.size &&
            memcmp(names->text.bytes + slot->start, name.bytes, name.size) == 0)
            return true;
        if (slot->size > 0)
            continue;
        if (names->count == FA_XML_NAMES_MAX ||
            name.size > FA_XML_NAMES_BYTES_MAX - names->text.size)
            return false;
        *slot = (struct fa_xml_name){(uint32_t)names->text.size, (uint32_t)name.size};
        names->count++;
        return fa_buf_add_str(&names->text, name) == FA_OK;
    }
    return name.size == 0;
}

void fa_xml_names_release(struct fa_xml_names *names)
{
    fa_buf_release(&names->text);
}
