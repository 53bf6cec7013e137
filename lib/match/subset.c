#include "match/subset.h"

#include <assert.h>

enum {
    CHANCES = 20,   /* one in so many is too likely */
    SCALES = 19,    /* powers of ten that fit 63 bits */
    DISTANCES = 64, /* 20 x 2^k */
};

/* A sum on its way. Amounts ascend, so what follows one that is too large is, too. */
struct search {
    const int64_t *amounts;
    int count, parts_max;
    uint64_t least, most; /* other sums are left out; most is below 2^64 - 1 */
    uint64_t
        largest[FA_SUBSET_ROWS_MAX + 1]; /* so many of the largest amounts, cut at the total */
    uint64_t steps;
    void (*see)(struct search *search, uint64_t sum, uint32_t rows);
    uint64_t total;
    struct fa_subset *found;          /* of a search for solutions */
    uint32_t near[SCALES][DISTANCES]; /* of a search for other sums: how many, by how far */
};

static void add_parts(struct search *s, int first, int parts, uint64_t sum, uint32_t rows)
{
    int left =
        s->count - first < s->parts_max - parts ? s->count - first : s->parts_max - parts;
    if (left == 0 || sum + s->largest[left] < s->least)
        return;
    for (int i = first; i < s->count; i++) {
        uint64_t amount = (uint64_t)s->amounts[i];
        if (amount > s->most - sum)
            break;
        s->steps++;
        s->see(s, sum + amount, rows | UINT32_C(1) << i);
        add_parts(s, i + 1, parts + 1, sum + amount, rows | UINT32_C(1) << i);
    }
}

static void see_solution(struct search *s, uint64_t sum, uint32_t rows)
{
    if (sum != s->total)
        return;
    s->found->choices++;
    s->found->rows |= rows;
}

/* The first k for which DISTANCE is at most 20 x 2^k. */
static int distance_class(uint64_t distance)
{
    uint64_t times = distance ? (distance - 1) / CHANCES : 0;
    return times ? 64 - __builtin_clzll(times) : 0;
}

static void see_other(struct search *s, uint64_t sum, uint32_t rows)
{
    (void)rows;
    if (sum == s->total)
        return;
    uint64_t distance = sum < s->total ? s->total - sum : sum - s->total;
    for (int scale = 0; scale < SCALES; scale++) {
        s->near[scale][distance_class(distance)]++;
        if (distance % 10 != 0)
            return;
        distance /= 10;
    }
}

static bool are_multiples(const struct search *s, uint32_t rows, uint64_t unit)
{
    for (int i = 0; i < s->count; i++)
        if (rows >> i & 1 && (uint64_t)s->amounts[i] % unit != 0)
            return false;
    return true;
}

/* Is one of the expected numbers of the header at least one in twenty? */
static bool is_likely_by_chance(const struct search *s, uint32_t rows)
{
    uint64_t unit = 1;
    for (int scale = 0; scale < SCALES && unit <= s->total; scale++, unit *= 10) {
        uint64_t reach_max = (s->total - 1) / unit, reach = 0;
        uint64_t sums = are_multiples(s, rows, unit);
        for (int k = 0; reach < reach_max; k++) {
            reach = (uint64_t)CHANCES << k;
            reach = reach < reach_max ? reach : reach_max;
            sums += s->near[scale][k];
            if (sums * CHANCES >= 2 * reach + 1)
                return true;
        }
    }
    return false;
}

void fa_subset_search(const int64_t *amounts, int count, int64_t total, int parts_max,
                      uint64_t *steps, struct fa_subset *found)
{
    assert(count <= (int)FA_SUBSET_ROWS_MAX && total > 0);
    *found = (struct fa_subset){0};
    struct search s = {.amounts = amounts,
                       .count = count,
                       .parts_max = parts_max,
                       .total = (uint64_t)total,
                       .least = (uint64_t)total,
                       .most = (uint64_t)total,
                       .see = see_solution,
                       .found = found};
    for (int i = 0; i < count; i++) {
        uint64_t amount = (uint64_t)amounts[count - 1 - i], rest = s.total - s.largest[i];
        s.largest[i + 1] = s.largest[i] + (amount < rest ? amount : rest);
    }
    add_parts(&s, 0, 0, 0, 0);
    bool is_one_row = (found->rows & (found->rows - 1)) == 0;
    if (found->choices == 1 && is_one_row) {
        *found = (struct fa_subset){0};
    } else if (found->choices == 1) {
        s.least = 0;
        s.most = 2 * (uint64_t)total - 1;
        s.see = see_other;
        add_parts(&s, 0, 0, 0, 0);
        found->is_sure = !is_likely_by_chance(&s, found->rows);
    }
    *steps += s.steps;
}
