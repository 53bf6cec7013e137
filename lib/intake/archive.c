#include "intake/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "intake/encoding.h"
#include "intake/unpack.h"
#include "intake/zip.h"

/* --- open archives -------------------------------------------------------------------------
 */

/* An open archive, used by its place in the set and by the feeds of its members. */
struct opened {
    struct fa_zip *zip;
    int fd, disk_fd; /* disk_fd: of the file on disk; another one for an archive in it */
    struct fa_file_identity disk_identity;
    struct opened *outer; /* kept open for disk_fd */
    unsigned use_count;
};

enum { LEVELS = 2 };

struct fa_archive {
    struct fa_archive_set *set;
    const char *path;         /* on disk; NULL: a member of outer */
    struct fa_archive *outer; /* NULL: on disk */
    struct fa_member member;  /* of outer */
    struct fa_file_identity identity;
    bool is_identified;
};

struct fa_archive_set {
    const char *spool_dir;
    FA_VEC(struct fa_archive *) archives;
    struct {
        const struct fa_archive *archive;
        struct opened *opened;
    } current[LEVELS];
};

static void drop(struct opened *opened)
{
    if (!opened || --opened->use_count > 0)
        return;
    if (opened->zip)
        fa_zip_close(opened->zip);
    if (opened->fd >= 0)
        close(opened->fd);
    drop(opened->outer); /* at most one */
    free(opened);
}

struct fa_archive_set *fa_archive_set_new(const char *spool_dir)
{
    struct fa_archive_set *set = calloc(1, sizeof *set);
    if (set)
        set->spool_dir = spool_dir;
    return set;
}

void fa_archive_set_free(struct fa_archive_set *set)
{
    if (!set)
        return;
    for (int level = LEVELS - 1; level >= 0; level--)
        drop(set->current[level].opened);
    for (size_t i = 0; i < set->archives.count; i++)
        free(set->archives.items[i]);
    fa_vec_free(&set->archives);
    free(set);
}

static struct fa_archive *add_archive(struct fa_archive_set *set)
{
    struct fa_archive *archive = calloc(1, sizeof *archive);
    if (!archive)
        return NULL;
    archive->set = set;
    if (fa_vec_add(&set->archives, archive) == FA_OK)
        return archive;
    free(archive);
    return NULL;
}

struct fa_archive *fa_archive_on_disk(struct fa_archive_set *set, const char *path)
{
    struct fa_archive *archive = add_archive(set);
    if (archive)
        archive->path = path;
    return archive;
}

struct fa_archive *fa_archive_in_archive(struct fa_archive *outer,
                                         const struct fa_member *member)
{
    struct fa_archive *archive = add_archive(outer->set);
    if (archive) {
        archive->outer = outer;
        archive->member = *member;
    }
    return archive;
}

bool fa_archive_is_nested(const struct fa_archive *archive)
{
    return archive->outer != NULL;
}

const struct fa_file_identity *fa_archive_identity(const struct fa_archive *archive)
{
    return archive->outer ? &archive->outer->identity : &archive->identity;
}

static bool open_on_disk(struct fa_archive *archive, struct opened *opened,
                         struct fa_fault *fault)
{
    opened->fd = open(archive->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (opened->fd < 0 || !fa_file_identify(opened->fd, &opened->disk_identity)) {
        fa_fault_set_io(fault, errno);
        return false;
    }
    opened->disk_fd = opened->fd;
    if (archive->is_identified && !fa_file_is_same(&archive->identity, &opened->disk_identity))
        fa_fault_set_changed(fault);
    archive->identity = opened->disk_identity;
    archive->is_identified = true;
    return !fault->is_set;
}

/* Unpacks it into an unlinked file. */
static bool open_in_archive(struct fa_archive *archive, struct opened *opened,
                            struct fa_fault *fault)
{
    struct fa_feed *feed = fa_archive_feed(archive->outer, &archive->member, fault);
    if (!feed)
        return false;
    opened->outer = archive->set->current[0].opened;
    opened->outer->use_count++;
    opened->disk_fd = opened->outer->disk_fd;
    opened->disk_identity = opened->outer->disk_identity;
    bool is_whole =
        fa_feed_spool(feed, archive->set->spool_dir, FA_UNPACK_FILE_BYTES_MAX, &opened->fd);
    fa_feed_close(feed);
    return is_whole;
}

/* Opens it unless it is open, and closes what was open in its place. NULL: a fault. */
static struct opened *open_archive(struct fa_archive *archive, struct fa_fault *fault)
{
    int level = archive->outer != NULL;
    struct fa_archive_set *set = archive->set;
    if (set->current[level].archive == archive)
        return set->current[level].opened;
    struct opened *opened = calloc(1, sizeof *opened);
    if (!opened) {
        fa_fault_set_memory(fault);
        return NULL;
    }
    opened->fd = opened->disk_fd = -1;
    opened->use_count = 1;
    bool is_open = archive->outer ? open_in_archive(archive, opened, fault)
                                  : open_on_disk(archive, opened, fault);
    struct fa_file_identity found;
    if (is_open && !(is_open = fa_file_identify(opened->fd, &found)))
        fa_fault_set_io(fault, errno);
    if (is_open)
        opened->zip = fa_zip_open(opened->fd, found.size, fault);
    if (!opened->zip) {
        drop(opened);
        return NULL;
    }
    drop(set->current[level].opened);
    set->current[level].archive = archive;
    set->current[level].opened = opened;
    return opened;
}

/* --- members -------------------------------------------------------------------------------
 */

struct listing {
    zip_t *zip;
    uint64_t archive_bytes, outer_ratio;
    struct fa_arena *arena;
    struct fa_fault *fault;
    struct fa_buf name;
    uint64_t packed_bytes, unpacked_bytes; /* of all members so far */
};

static bool refuse_name(struct listing *listing, struct fa_str name, const char *why)
{
    char quoted[FA_QUOTED_BYTES];
    fa_fault_set(listing->fault, FA_CODE_ZIP_NAME, 0, 0, NULL, "member %s: %s",
                 fa_quoted(name, quoted), why);
    return false;
}

/* Chinese takes three bytes a character in UTF-8. A name whose characters all take two can as
 * well be GBK, and where DOS and Windows wrote it without a mark it is. */
static bool is_rather_gbk(struct listing *listing, zip_uint64_t idx, struct fa_str name)
{
    zip_uint8_t system = ZIP_OPSYS_UNIX;
    zip_uint32_t unused;
    bool has_two = false;
    for (size_t i = 0; i < name.size; i++) {
        if ((unsigned char)name.bytes[i] >= 0xE0)
            return false;
        has_two |= (unsigned char)name.bytes[i] >= 0xC0;
    }
    const char *strict = zip_get_name(listing->zip, idx, ZIP_FL_ENC_STRICT);
    bool is_marked = strict && fa_str_is(name, strict); /* else libzip has converted it */
    zip_file_get_external_attributes(listing->zip, idx, 0, &system, &unused);
    return has_two && !is_marked && system != ZIP_OPSYS_UNIX && system != ZIP_OPSYS_OS_X;
}

/* Zip's own rule for names that are not marked as UTF-8 (which libzip holds to it) is code page
 * 437, which nobody means: programs write UTF-8 without the mark, or what their system speaks.
 */
static bool decode_name(struct listing *listing, zip_uint64_t idx)
{
    const char *raw = zip_get_name(listing->zip, idx, ZIP_FL_ENC_RAW);
    if (!raw) {
        fa_fault_set_memory(listing->fault);
        return false;
    }
    struct fa_str bytes = fa_str_from(raw);
    enum fa_encoding first = FA_ENCODING_UTF8, second = FA_ENCODING_GB18030;
    if (is_rather_gbk(listing, idx, bytes)) {
        first = FA_ENCODING_GB18030;
        second = FA_ENCODING_UTF8;
    }
    fa_buf_clear(&listing->name);
    enum fa_status status = fa_encoding_decode(first, bytes, &listing->name);
    if (status == FA_EINPUT)
        status = fa_encoding_decode(second, bytes, &listing->name);
    if (status == FA_EINPUT)
        return refuse_name(listing, bytes, "its name is neither UTF-8 nor GBK");
    if (status != FA_OK)
        fa_fault_set_memory(listing->fault);
    return status == FA_OK;
}

/* A name between slashes. */
static bool check_part(struct listing *listing, struct fa_str name, struct fa_str part)
{
    if (part.size == 0)
        return refuse_name(listing, name, "its name begins with a slash or has two in a row");
    if (fa_str_is(part, ".") || fa_str_is(part, ".."))
        return refuse_name(listing, name, "its name leads out of its folder");
    return true;
}

/* NAME comes without the slash at the end of a folder's. */
static bool check_name(struct listing *listing, struct fa_str name)
{
    unsigned depth = 0;
    if (name.size > FA_MEMBER_NAME_BYTES_MAX)
        return refuse_name(listing, name, "its name is too long");
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char)name.bytes[i];
        if (c < 0x20 || c == 0x7F)
            return refuse_name(listing, name, "its name has a control character");
        if (c == '\\')
            return refuse_name(listing, name, "its name has a backslash; folders need slashes");
    }
    for (size_t start = 0, end = 0; end <= name.size; end++) {
        if (end < name.size && name.bytes[end] != '/')
            continue;
        struct fa_str part = {name.bytes + start, end - start};
        if (!check_part(listing, name, part))
            return false;
        start = end + 1;
        if (++depth > FA_FOLDER_DEPTH_MAX)
            return refuse_name(listing, name, "its folders are nested too deep");
    }
    return true;
}

static bool refuse_member(struct listing *listing, enum fa_code code, const char *hint,
                          struct fa_str name, const char *why)
{
    char quoted[FA_QUOTED_BYTES];
    fa_fault_set(listing->fault, code, 0, 0, hint, "member %s: %s", fa_quoted(name, quoted),
                 why);
    return false;
}

/* Links and devices are only marked by those systems that have them. */
static bool check_kind(struct listing *listing, const struct fa_member *member)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(listing->zip, member->idx, 0, &system, &attributes) !=
        0)
        attributes = 0;
    bool has_mode = system == ZIP_OPSYS_UNIX || system == ZIP_OPSYS_OS_X;
    mode_t type = has_mode ? (mode_t)(attributes >> 16) & S_IFMT : 0;
    mode_t expected = member->is_folder ? S_IFDIR : S_IFREG;
    if (type != 0 && type != expected)
        return refuse_member(listing, FA_CODE_ZIP_KIND, "pack regular files", member->name,
                             S_ISLNK(type) ? "it is a link"
                                           : "it is neither a regular file nor a folder");
    if (member->is_folder && member->size_bytes > 0)
        return refuse_member(listing, FA_CODE_ZIP_KIND, NULL, member->name,
                             "it is a folder that holds bytes");
    return true;
}

static bool check_packing(struct listing *listing, const struct fa_member *member,
                          const zip_stat_t *found)
{
    if (found->encryption_method != ZIP_EM_NONE)
        return refuse_member(listing, FA_CODE_ZIP_ENCRYPTED,
                             "unpack it with its password, and give the folder", member->name,
                             "it is encrypted");
    if (found->comp_method != ZIP_CM_STORE && found->comp_method != ZIP_CM_DEFLATE)
        return refuse_member(listing, FA_CODE_ZIP_METHOD,
                             "pack it again as an ordinary zip, or give the folder",
                             member->name, "it is packed by another method than deflate");
    return true;
}

/* Members that overlap would be larger together than the archive that holds them. */
static bool check_sizes(struct listing *listing, struct fa_member *member,
                        const zip_stat_t *found)
{
    struct fa_unpack unpack = {listing->outer_ratio, found->comp_size, found->size};
    member->ratio = fa_unpack_ratio(&unpack);
    char quoted[FA_QUOTED_BYTES];
    if (!fa_unpack_check(&unpack, fa_quoted(member->name, quoted), listing->fault))
        return false;
    if (found->comp_size > listing->archive_bytes - listing->packed_bytes) {
        fa_fault_set(listing->fault, FA_CODE_ZIP_DATA, 0, 0, NULL,
                     "the members overlap: packed, they are larger together than the archive");
        return false;
    }
    listing->packed_bytes += found->comp_size;
    listing->unpacked_bytes += found->size;
    if (listing->unpacked_bytes > FA_ARCHIVE_BYTES_MAX) {
        fa_fault_set(listing->fault, FA_CODE_UNPACK_LIMIT, 0, 0, "split the archive",
                     "the members of an archive may be %llu bytes large together",
                     (unsigned long long)FA_ARCHIVE_BYTES_MAX);
        return false;
    }
    return true;
}

static bool list_member(struct listing *listing, zip_uint64_t idx, struct fa_member *member)
{
    const zip_uint64_t needed =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    zip_stat_t found;
    if (zip_stat_index(listing->zip, idx, 0, &found) != 0 || (found.valid & needed) != needed) {
        fa_fault_set(listing->fault, FA_CODE_ZIP_DATA, 0, 0, "ask for the archive again",
                     "the archive is damaged: member %llu of its directory cannot be read",
                     (unsigned long long)idx);
        return false;
    }
    if (!decode_name(listing, idx))
        return false;
    struct fa_str name = fa_buf_str(&listing->name);
    bool is_folder = name.size > 0 && name.bytes[name.size - 1] == '/';
    name.size -= is_folder;
    *member =
        (struct fa_member){fa_arena_str(listing->arena, name), is_folder, idx, found.size, 0};
    if (!member->name.bytes)
        fa_fault_set_memory(listing->fault);
    return !listing->fault->is_set && check_name(listing, name) &&
           check_kind(listing, member) && check_packing(listing, member, &found) &&
           check_sizes(listing, member, &found);
}

bool fa_archive_list(struct fa_archive *archive, struct fa_arena *arena,
                     struct fa_members *members, struct fa_fault *fault)
{
    struct opened *opened = open_archive(archive, fault);
    struct fa_file_identity file;
    if (!opened)
        return false;
    if (!fa_file_identify(opened->fd, &file)) {
        fa_fault_set_io(fault, errno);
        return false;
    }
    struct listing listing = {
        .zip = fa_zip_handle(opened->zip),
        .archive_bytes = file.size,
        .outer_ratio = archive->outer ? archive->member.ratio : FA_UNPACK_NOT_AT_ALL,
        .arena = arena,
        .fault = fault,
    };
    zip_int64_t count = zip_get_num_entries(listing.zip, 0);
    for (zip_int64_t i = 0; i < count; i++) {
        struct fa_member member;
        if (!list_member(&listing, (zip_uint64_t)i, &member))
            break;
        if (fa_vec_add(&members->list, member) != FA_OK) {
            fa_fault_set_memory(fault);
            break;
        }
    }
    fa_buf_release(&listing.name);
    return !fault->is_set;
}

/* --- what a member holds -------------------------------------------------------------------
 */

struct member_feed {
    struct fa_feed base;
    struct opened *opened;
    zip_file_t *file;
    uint64_t stated_bytes, given_bytes;
    char quoted[FA_QUOTED_BYTES]; /* the member's name */
};

static void check_end(struct member_feed *member)
{
    struct fa_file_identity now;
    if (member->given_bytes != member->stated_bytes)
        fa_fault_set(member->base.fault, FA_CODE_ZIP_CHECK, 0, 0, "ask for the archive again",
                     "the archive states %llu bytes for member %s, found %llu",
                     (unsigned long long)member->stated_bytes, member->quoted,
                     (unsigned long long)member->given_bytes);
    else if (!fa_file_identify(member->opened->disk_fd, &now))
        fa_fault_set_io(member->base.fault, errno);
    else if (!fa_file_is_same(&now, &member->opened->disk_identity))
        fa_fault_set_changed(member->base.fault);
}

static size_t read_member(struct fa_feed *feed, char *out, size_t size)
{
    struct member_feed *member = (struct member_feed *)feed;
    zip_int64_t got = zip_fread(member->file, out, size);
    if (got < 0) {
        fa_zip_fault(member->opened->zip, zip_file_get_error(member->file), member->quoted,
                     feed->fault);
        return 0;
    }
    member->given_bytes += (uint64_t)got;
    if (got == 0 || member->given_bytes > member->stated_bytes)
        check_end(member);
    return feed->fault->is_set ? 0 : (size_t)got;
}

static void close_member(struct fa_feed *feed)
{
    struct member_feed *member = (struct member_feed *)feed;
    zip_fclose(member->file);
    drop(member->opened);
    free(member);
}

struct fa_feed *fa_archive_feed(struct fa_archive *archive, const struct fa_member *member,
                                struct fa_fault *fault)
{
    static const struct fa_feed_type type = {read_member, close_member};
    struct opened *opened = open_archive(archive, fault);
    if (!opened)
        return NULL;
    struct member_feed *feed = malloc(sizeof *feed);
    if (!feed) {
        fa_fault_set_memory(fault);
        return NULL;
    }
    *feed = (struct member_feed){
        .base = {&type, fault}, .opened = opened, .stated_bytes = member->size_bytes};
    fa_quoted(member->name, feed->quoted);
    zip_t *zip = fa_zip_handle(opened->zip);
    feed->file = zip_fopen_index(zip, member->idx, 0);
    if (!feed->file) {
        fa_zip_fault(opened->zip, zip_get_error(zip), feed->quoted, fault);
        free(feed);
        return NULL;
    }
    opened->use_count++;
    return &feed->base;
}
