#include "intake/replay.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"

void fa_replay_init(struct fa_replay *replay, struct fa_feed *feed)
{
    *replay = (struct fa_replay){.feed = feed};
}

void fa_replay_release(struct fa_replay *replay)
{
    fa_buf_release(&replay->kept);
    if (replay->rest)
        fclose(replay->rest);
    replay->rest = NULL;
}

static void keep(struct fa_replay *replay, const char *bytes, size_t size)
{
    size_t room = FA_REPLAY_BYTES_MAX - replay->kept.size;
    size_t kept = size < room ? size : room;
    if (fa_buf_add(&replay->kept, bytes, kept) != FA_OK)
        fa_fault_set_memory(replay->feed->fault);
    if (kept == size)
        return;
    if (!replay->rest)
        replay->rest = tmpfile();
    if (!replay->rest || fwrite(bytes + kept, 1, size - kept, replay->rest) != size - kept)
        fa_fault_set_io(replay->feed->fault, errno);
}

static size_t read_kept(struct fa_replay *replay, char *out, size_t size)
{
    size_t left =
        replay->position < replay->kept.size ? replay->kept.size - replay->position : 0;
    size_t given = left < size ? left : size;
    if (given)
        memcpy(out, replay->kept.bytes + replay->position, given);
    if (given < size && replay->rest) {
        given += fread(out + given, 1, size - given, replay->rest);
        if (ferror(replay->rest))
            fa_fault_set_io(replay->feed->fault, errno);
    }
    return given;
}

size_t fa_replay_read(struct fa_replay *replay, char *out, size_t size)
{
    size_t given;
    if (replay->is_again) {
        given = read_kept(replay, out, size);
    } else {
        given = fa_feed_read(replay->feed, out, size);
        keep(replay, out, given);
    }
    replay->position += given;
    return given;
}

void fa_replay_rewind(struct fa_replay *replay)
{
    replay->is_again = true;
    replay->position = 0;
    if (replay->rest && fseek(replay->rest, 0, SEEK_SET) != 0)
        fa_fault_set_io(replay->feed->fault, errno);
}
