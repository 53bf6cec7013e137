#include "base/nearest.h"

#include <limits.h>
#include <stdio.h>

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

unsigned fa_edit_distance(struct fa_str a, struct fa_str b)
{
    if (a.size > FA_NEAREST_BYTES_MAX || b.size > FA_NEAREST_BYTES_MAX)
        return UINT_MAX;
    /* rows i-2, i-1 and i of the table, used in turn */
    unsigned rows[3][FA_NEAREST_BYTES_MAX + 1];
    for (size_t j = 0; j <= b.size; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a.size; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.size; j++) {
            unsigned cost = a.bytes[i - 1] != b.bytes[j - 1];
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + cost);
            if (i > 1 && j > 1 && a.bytes[i - 1] == b.bytes[j - 2] &&
                a.bytes[i - 2] == b.bytes[j - 1] && above2[j - 2] + 1 < row[j])
                row[j] = above2[j - 2] + 1;
        }
    }
    return rows[a.size % 3][b.size];
}

void fa_nearest_add(struct fa_nearest *nearest, struct fa_str candidate)
{
    /* a third of the letters may be wrong, but a name of one or two letters is no hint at all
     */
    unsigned allowed = nearest->wanted.size < 3 ? 0 : nearest->wanted.size < 6 ? 1 : 2;
    if (nearest->wanted.size >= 9)
        allowed = 3;
    unsigned distance = fa_edit_distance(nearest->wanted, candidate);
    if (distance == 0 || distance > allowed ||
        (nearest->best.size && distance >= nearest->distance))
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}

const char *fa_nearest_hint(const struct fa_nearest *nearest, const char *otherwise,
                            char buffer[FA_NEAREST_HINT_BYTES])
{
    if (!nearest->best.size)
        return otherwise;
    snprintf(buffer, FA_NEAREST_HINT_BYTES, "did you mean '%.*s'?", (int)nearest->best.size,
             nearest->best.bytes);
    return buffer;
}
