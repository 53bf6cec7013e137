/*
 * What people who know SQL write out of habit, and what the rule language has instead.
 */
#ifndef FA_RULES_HABITS_H
#define FA_RULES_HABITS_H

#include "base/str.h"

/* A hint for a word or sign that cannot stand where it was FOUND; NULL: there is none. */
const char *fa_habit_hint(struct fa_str found);

#endif
