#include "intake/reader.h"

#include <stddef.h>

#include "intake/profile.h"

const struct fa_reader_type *fa_reader_of(const struct fa_profile *profile)
{
    switch (profile->format) {
    case FA_FORMAT_TEXT:
        break;
    case FA_FORMAT_FIXED:
        return &fa_reader_fixed;
    case FA_FORMAT_JSON:
        return &fa_reader_json;
    case FA_FORMAT_MT940:
        return &fa_reader_mt940;
    case FA_FORMAT_CAMT:
        return &fa_reader_camt;
    case FA_FORMAT_SHEET:
        return &fa_reader_sheet;
    }
    return NULL;
}
