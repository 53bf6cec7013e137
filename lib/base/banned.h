/*
 * Functions nobody may call here, made into compile errors; force-included by the build. They have
 * no bound on what they write, hide errors, depend on the locale, or keep hidden state.
 *
 * The headers that mention them come first, because a poisoned name is an error wherever it stands.
 */
#ifndef FA_BASE_BANNED_H
#define FA_BASE_BANNED_H

#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

/* Macros in front of the functions, with glibc or with clang. */
#undef alloca
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets
#pragma GCC poison atoi atol atoll atof strtod strtof strtold
#pragma GCC poison gmtime localtime ctime asctime mktemp tmpnam alloca

#endif
