#include "intake/unpack.h"

#include "base/limits.h"

/* Sizes are below 2^63 and a level's ratio is small, so 128 bits hold the product of a few
 * levels; what is beyond 64 bits is past every limit. */
uint64_t fa_unpack_ratio(const struct fa_unpack *unpack)
{
    unsigned __int128 packed = unpack->packed_bytes ? unpack->packed_bytes : 1;
    unsigned __int128 ratio =
        ((unsigned __int128)unpack->unpacked_bytes * unpack->outer_ratio + packed - 1) / packed;
    ratio = ratio < FA_UNPACK_NOT_AT_ALL ? FA_UNPACK_NOT_AT_ALL : ratio;
    return ratio < UINT64_MAX ? (uint64_t)ratio : UINT64_MAX;
}

bool fa_unpack_check(const struct fa_unpack *unpack, const char *what, struct fa_fault *fault)
{
    uint64_t ratio = fa_unpack_ratio(unpack);
    if (unpack->unpacked_bytes > FA_UNPACK_BYTES_MAX)
        fa_fault_set(fault, FA_CODE_UNPACK_LIMIT, 0, 0, "split the file",
                     "unpacked, %s is larger than %llu bytes", what,
                     (unsigned long long)FA_UNPACK_BYTES_MAX);
    else if (unpack->unpacked_bytes > FA_UNPACK_FREE_BYTES &&
             ratio > UINT64_C(1000) * FA_UNPACK_RATIO_MAX)
        fa_fault_set(fault, FA_CODE_UNPACK_LIMIT, 0, 0,
                     "give it unpacked, if it is what it should be",
                     "unpacked, %s is more than %u times as large, as no export is", what,
                     FA_UNPACK_RATIO_MAX);
    return !fault->is_set;
}
