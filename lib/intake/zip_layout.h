/*
 * Whether an archive is nothing but its members and its one directory. Programs differ in where
 * they look for the directory, so of two archives one behind the other each shows another one,
 * and what the directory does not list nobody sees. So every byte must have its place:
 *
 *     members, one behind the other    from byte 0 on
 *     directory                        right behind the last one
 *     end record and its comment       right behind the directory, up to the end of the file
 */
#ifndef FA_INTAKE_ZIP_LAYOUT_H
#define FA_INTAKE_ZIP_LAYOUT_H

#include <zip.h>

#include "intake/fault.h"

/* FD has SIZE bytes; ZIP is what libzip made of it. False: the fault says what is out of
 * place. */
bool fa_zip_layout_check(int fd, uint64_t size, zip_t *zip, struct fa_fault *fault);

#endif
