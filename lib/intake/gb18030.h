/*
 * The tables of GB 18030, made from lib/intake/gb18030.txt when the library is built (that file
 * says which edition it is). They are in the tree, not asked of the system, because what a file
 * means must not depend on the system's version.
 */
#ifndef FA_INTAKE_GB18030_H
#define FA_INTAKE_GB18030_H

#include <stddef.h>
#include <stdint.h>

/* First bytes 81 to FE, second bytes 40 to 7E and 80 to FE. */
#define FA_GB18030_TWO_COUNT (126 * 190)

/* Code points of the two-byte codes, in order. */
extern const uint16_t fa_gb18030_two[FA_GB18030_TWO_COUNT];
/* Bit (point & 7) of byte (point >> 3): the code point has a two-byte code. */
extern const uint8_t fa_gb18030_has_two[8192];

/* Four-byte codes numbered from 81308130 on; from NUMBER to the next run's, code points follow.
 */
struct fa_gb18030_run {
    uint16_t number, point;
};
extern const struct fa_gb18030_run fa_gb18030_runs[];
extern const size_t fa_gb18030_run_count;
extern const uint32_t fa_gb18030_four_count; /* of the first plane */

#endif
