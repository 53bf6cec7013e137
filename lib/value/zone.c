#include "value/datetime.h"

#include <string.h>

/* Asia/Shanghai has kept +08:00 since its last summer time ended on 1991-09-15 (tz database, rule
 * "PRC"); the first whole day under that rule is the day after. */
static const struct fa_zone zones[] = {
    {"UTC", 0, INT64_MIN},
    {"Asia/Shanghai", 8 * 60, INT64_C(684950400000000)}, /* 1991-09-15T16:00:00Z */
};

bool fa_zone_find(struct fa_str name, struct fa_zone *zone)
{
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (fa_str_is(name, zones[i].name)) {
            *zone = zones[i];
            return true;
        }
    }
    /* A fixed offset: what an offset means is known in one place, the parser of instants. */
    char text[] = "1970-01-02T00:00:00+00:00";
    int64_t instant_us;
    if (name.size != 6)
        return false;
    memcpy(text + sizeof text - 1 - name.size, name.bytes, name.size);
    if (fa_time_parse(fa_str_from(text), NULL, &instant_us) != FA_VALUE_OK)
        return false;
    *zone = (struct fa_zone){.offset_minutes = (int32_t)((FA_DAY_US - instant_us) / FA_MINUTE_US),
                             .valid_from_us = INT64_MIN};
    memcpy(zone->name, name.bytes, name.size);
    return true;
}
