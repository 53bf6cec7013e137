/*
 * Grouping keys as dense numbers: an account id is one already, an id with a side or a class is a
 * product, anything else is numbered through a hash table as it is first seen. Groups of different
 * filers never meet: where no part is an id (ids belong to a filer), the filer is one more part.
 */
#ifndef FA_RULES_KEYS_H
#define FA_RULES_KEYS_H

#include "rules/dense.h"
#include "rules/program.h"

enum { FA_KEY_PARTS_MAX = 8 };

/* Numbers of the parts after the first: beyond it an array over the product would be mostly holes. */
enum { FA_KEY_PRODUCT_MAX = 256 };

struct fa_keyspace {
    int number;
    int part_count;  /* of the rule's key; the filer, where it is a part, is one more */
    bool has_filer;
    bool is_across_filers;
    const struct fa_formula *parts[FA_KEY_PARTS_MAX + 1]; /* whose space this is, to find it again */
    enum fa_kind kinds[FA_KEY_PARTS_MAX + 1];
    int tables[FA_KEY_PARTS_MAX + 1];          /* ids: of the head */
    uint32_t value_counts[FA_KEY_PARTS_MAX + 1]; /* enums */
    struct fa_texts texts[FA_KEY_PARTS_MAX + 1]; /* of text parts */
    bool is_ready, is_product;
    bool is_sparse; /* never a product: most numbers of it would be nobody's */
    uint32_t radix[FA_KEY_PARTS_MAX + 1];
    /* A product that begins with a text has many holes, as of the filers that never file: its numbers
     * are numbered as they are first seen, in an array by text for each number of the other parts. */
    bool is_renumbered;
    uint32_t rest_count; /* numbers of the parts after the first */
    struct fa_key_groups {
        uint32_t *of; /* group + 1, 0: none; by text */
        size_t capacity;
    } *groups; /* REST_COUNT of them */
    uint64_t *product_of; /* by group */
    uint32_t group_count;
    size_t product_capacity;
    struct fa_tuples tuples;
    uint32_t space;      /* every number so far is below it */
    int64_t filer;       /* of all groups, while they have one; -1: none given */
    bool has_seen_filer;
    uint32_t *filer_of;  /* filer + 1, once there are several */
    size_t filer_capacity;
};

/* Keys of the rows of one table in a space: formulas of that table, texts as their numbers. */
struct fa_keys {
    struct fa_keyspace *space;
    const struct fa_formula *parts[FA_KEY_PARTS_MAX + 1];
    const struct fa_formula *filer;
};

struct fa_keyspaces {
    FA_VEC(struct fa_keyspace *) list;
};

void fa_keyspaces_release(struct fa_keyspaces *spaces, struct fa_meter *meter);
/* The keys EXPRS of the rows of SCOPE, in SPACE; a NULL SPACE is found or made and given back. */
enum fa_status fa_keys_make(struct fa_keyspaces *spaces, struct fa_scope *scope,
                            struct fa_expr *const *exprs, int count, const struct fa_formula *extra,
                            struct fa_keyspace **space, struct fa_keys *keys) FA_MUST_USE;
/* The group of each row of FRAME; FA_NO_NUMBER where a part is missing. NULL: slice->status. */
const uint32_t *fa_keys_number(const struct fa_keys *keys, struct fa_frame *frame);
/* A part of the keys of groups as a vector. */
const struct fa_vector *fa_keyspace_part(const struct fa_keyspace *space, int part,
                                         const uint32_t *groups, uint32_t count, struct fa_pool *pool);
/* The number of the institution, -1: not known. */
struct fa_cost;
struct fa_key_part;
enum fa_status fa_keys_cost(const struct fa_key_part *parts, int count, struct fa_cost *cost) FA_MUST_USE;
int64_t fa_keyspace_filer(const struct fa_keyspace *space, uint32_t group);

#endif
