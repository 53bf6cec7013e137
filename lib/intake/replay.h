/*
 * What a feed gave, kept so that it can be read a second time: in memory up to a limit, beyond
 * it in an unlinked file among the system's temporary ones.
 */
#ifndef FA_INTAKE_REPLAY_H
#define FA_INTAKE_REPLAY_H

#include <stdio.h>

#include "intake/feed.h"

struct fa_replay {
    struct fa_feed *feed;
    struct fa_buf kept; /* the beginning */
    FILE *rest;         /* what is behind it; NULL: nothing */
    uint64_t position;  /* of the next read */
    bool is_again;
};

/* FEED stays the caller's and takes the faults. */
void fa_replay_init(struct fa_replay *replay, struct fa_feed *feed);
void fa_replay_release(struct fa_replay *replay);
/* Fills OUT; less than SIZE only at the end or on a fault. */
size_t fa_replay_read(struct fa_replay *replay, char *out, size_t size);
/* From the beginning again: once, when everything was read. */
void fa_replay_rewind(struct fa_replay *replay);

#endif
