/*
 * Groups: rows of one book that have one key by a rule of the scheme, and what of their sum
 * reaches the other side. Shared by the stages that match declared groups.
 */
#ifndef FA_MATCH_GROUPS_H
#define FA_MATCH_GROUPS_H

#include "match/resolve.h"

/* A free row with a key. Rows of one group stand together: flows, then lines, each in the order
 * of rows. */
struct fa_keyed {
    struct fa_str key;
    uint32_t place;
    enum fa_direction
        part; /* of a rule that is not net: its direction; else FA_CREDIT for all */
    enum fa_side side;
};

typedef FA_VEC(struct fa_keyed) fa_keyed_list;

/* Rows of one book, which stand together. */
struct fa_stretch {
    uint32_t first, end;
};
/* The book's rows that begin at FIRST. */
struct fa_stretch fa_book_rows(const struct fa_resolver *resolver, uint32_t first);

/* The free rows of a stretch with a key by its book's rule, in order; of the rule's many side
 * only, or of both. FA_ELIMIT with a message. */
enum fa_status fa_keyed_collect(struct fa_resolver *resolver, struct fa_stretch rows,
                                int rule_no, bool both_sides, fa_keyed_list *list) FA_MUST_USE;
/* Where the group that begins at FROM ends. */
size_t fa_keyed_end(const fa_keyed_list *list, size_t from);

/* Credits less debits. */
fa_i128 fa_keyed_net(const struct fa_resolver *resolver, const struct fa_keyed *rows,
                     size_t count);

/* Ways in which a bank may book flows together: their sum, or what a fee leaves when it is
 * taken from each flow, or once from what they sum up to. Numbered from FA_WAY_EXACT. */
enum { FA_WAY_EXACT };
int fa_way_count(const struct fa_terms *terms);
/* The fee of a way; NULL: none. */
const struct fa_fee *fa_way_fee(const struct fa_terms *terms, int way, bool *is_of_each);
/* What a fee leaves of an amount: all of it in a direction that it is not for. false: it cannot
 * be taken. */
bool fa_fee_leaves(const struct fa_fee *fee, enum fa_direction direction, fa_i128 minor,
                   fa_i128 *left);
/* Credits less debits of what a way leaves of flows. false: the fee cannot be taken. */
bool fa_keyed_left(const struct fa_resolver *resolver, const struct fa_terms *terms, int way,
                   const struct fa_keyed *flows, size_t count, fa_i128 *net);

/* A link over the rows of a group. */
struct fa_group_link {
    enum fa_stage stage;
    unsigned notes;
    const struct fa_keyed *rows;
    size_t row_count;
    uint32_t omitted; /* place of one of them that is left out; FA_NO_OPEN */
    uint32_t one;     /* place of a row more; FA_NO_OPEN */
    int64_t fee_minor;
};
enum fa_status fa_keyed_link(struct fa_resolver *resolver,
                             const struct fa_group_link *group) FA_MUST_USE;

/* Size of what a fee took; false: more than an amount can be. */
bool fa_fee_size(fa_i128 flow_net, fa_i128 line_net, int64_t *fee_minor);

#endif
