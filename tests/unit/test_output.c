#include "../../cmd/common/output.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../cmd/common/signals.h"

/* Each test runs in an empty folder of its own. */
static char folder[] = "/tmp/test_output.XXXXXX";
static const char empty_folder[] = "/tmp/test_output.XXXXXX";

static char last_message[512];
static struct fa_sink sink;
static struct output output;

static void collect(void *context, const struct fa_diag *diag)
{
    (void)context;
    snprintf(last_message, sizeof last_message, "%.*s", (int)diag->text.size, diag->text.bytes);
}

static void enter(void)
{
    memcpy(folder, empty_folder, sizeof folder);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    fa_sink_init(&sink, collect, NULL);
    last_message[0] = '\0';
}

static void leave(void)
{
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, entry->d_type == DT_DIR ? AT_REMOVEDIR : 0);
    closedir(dir);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

static int file_count(void)
{
    int count = -2; /* . and .. */
    DIR *dir = opendir(".");
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void assert_holds(const char *path, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    found[fread(found, 1, sizeof found - 1, file)] = '\0';
    fclose(file);
    ck_assert_str_eq(found, text);
}

START_TEST(replaces_only_when_finished)
{
    put("out", "old");
    ck_assert_int_eq(output_open(&output, "out", OUTPUT_BINARY, &sink), FA_OK);
    ck_assert_int_eq(output_write(&output, "ne", 2), FA_OK);
    ck_assert_int_eq(output_write(&output, "w", 1), FA_OK);
    assert_holds("out", "old");
    ck_assert_int_eq(output_finish(&output, FA_OK), FA_OK);
    assert_holds("out", "new");
    struct stat info;
    ck_assert(stat("out", &info) == 0 && (info.st_mode & 0777) == 0600);
    ck_assert_int_eq(file_count(), 1);
}
END_TEST

START_TEST(failure_keeps_the_old_file)
{
    put("out", "old");
    ck_assert_int_eq(output_open(&output, "out", OUTPUT_TEXT, &sink), FA_OK);
    ck_assert_int_eq(output_write(&output, "new", 3), FA_OK);
    ck_assert_int_eq(output_finish(&output, FA_EINPUT), FA_EINPUT);
    assert_holds("out", "old");
    ck_assert_int_eq(file_count(), 1);
}
END_TEST

START_TEST(more_than_the_buffer_arrives_in_order)
{
    static unsigned char bytes[3 * OUTPUT_BUFFER_BYTES + 5], found[sizeof bytes + 1];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 31 >> 3);
    ck_assert_int_eq(output_open(&output, "out", OUTPUT_TEXT, &sink), FA_OK);
    for (size_t at = 0, size = 1; at < sizeof bytes; at += size, size = size * 3 + 1) {
        size = size < sizeof bytes - at ? size : sizeof bytes - at;
        ck_assert_int_eq(output_write(&output, bytes + at, size), FA_OK);
    }
    ck_assert_int_eq(output_finish(&output, FA_OK), FA_OK);
    FILE *file = fopen("out", "r");
    ck_assert_uint_eq(fread(found, 1, sizeof found, file), sizeof bytes);
    fclose(file);
    ck_assert_mem_eq(found, bytes, sizeof bytes);
}
END_TEST

START_TEST(a_link_stays_a_link)
{
    put("real", "old");
    ck_assert_int_eq(symlink("real", "link"), 0);
    ck_assert_int_eq(output_open(&output, "link", OUTPUT_TEXT, &sink), FA_OK);
    ck_assert_int_eq(output_write(&output, "new", 3), FA_OK);
    ck_assert_int_eq(output_finish(&output, FA_OK), FA_OK);
    struct stat info;
    ck_assert(lstat("link", &info) == 0 && S_ISLNK(info.st_mode));
    assert_holds("real", "new");
}
END_TEST

START_TEST(refusals)
{
    const struct {
        const char *path, *message;
    } cases[] = {
        {".", "cannot write '.': Is a directory"},
        {"", "cannot write '': No such file or directory"},
        {"no/out", "cannot create a file beside 'no/out': No such file or directory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq(output_open(&output, cases[i].path, OUTPUT_TEXT, &sink), FA_EIO);
        ck_assert_str_eq(last_message, cases[i].message);
    }
    ck_assert_int_eq(file_count(), 0);
}
END_TEST

/* A device is written to and never replaced; a full one is an error that names it. */
START_TEST(devices)
{
    struct stat before, after;
    ck_assert_int_eq(stat("/dev/null", &before), 0);
    ck_assert_int_eq(output_open(&output, "/dev/null", OUTPUT_BINARY, &sink), FA_OK);
    ck_assert_int_eq(output_write(&output, "x", 1), FA_OK);
    ck_assert_int_eq(output_finish(&output, FA_OK), FA_OK);
    ck_assert(stat("/dev/null", &after) == 0 && before.st_ino == after.st_ino);

    ck_assert_int_eq(output_open(&output, "/dev/full", OUTPUT_BINARY, &sink), FA_OK);
    ck_assert_int_eq(output_write(&output, "x", 1), FA_OK);
    ck_assert_int_eq(output_finish(&output, FA_OK), FA_EIO);
    ck_assert_str_eq(last_message, "cannot write '/dev/full': No space left on device");
}
END_TEST

/* What someone else writes by name reaches a pipe whole, or a file by renaming. */
START_TEST(named)
{
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    int reader = open("fifo", O_RDONLY | O_NONBLOCK);
    ck_assert_int_eq(setenv("TMPDIR", folder, 1), 0);
    ck_assert_int_eq(output_open(&output, "fifo", OUTPUT_NAMED, &sink), FA_OK);
    put(output_file(&output), "workbook");
    ck_assert_int_eq(output_finish(&output, FA_OK), FA_OK);
    char found[16] = "";
    ck_assert_int_eq(read(reader, found, sizeof found - 1), 8);
    ck_assert_str_eq(found, "workbook");
    close(reader);
    ck_assert_int_eq(file_count(), 1);

    ck_assert_int_eq(output_open(&output, "out", OUTPUT_NAMED, &sink), FA_OK);
    put(output_file(&output), "workbook");
    ck_assert_int_eq(output_finish(&output, FA_OK), FA_OK);
    assert_holds("out", "workbook");
    ck_assert_int_eq(file_count(), 2);
}
END_TEST

START_TEST(a_reader_that_went_away_is_silent)
{
    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    int reader = open("fifo", O_RDONLY | O_NONBLOCK);
    ck_assert_int_eq(output_open(&output, "fifo", OUTPUT_BINARY, &sink), FA_OK);
    close(reader);
    ck_assert_int_eq(output_write(&output, "x", 1), FA_OK);
    ck_assert_int_eq(output_finish(&output, FA_OK), FA_EIO);
    ck_assert_str_eq(last_message, "");
}
END_TEST

/* In a child: opens "out", then does what ENDING says. Returns the child's wait status. */
static int child_that(int ending)
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        static struct printer printer;
        static struct fa_progress progress;
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDERR_FILENO);
        printer_init(&printer, "test");
        signal(ending, SIG_DFL); /* whoever runs the tests may ignore it, as nohup does */
        signals_start(&printer, &progress);
        if (output_open(&output, "out", OUTPUT_BINARY, &printer.sink) != FA_OK ||
            output_write(&output, "new", 3) != FA_OK)
            _exit(99);
        if (ending == SIGABRT)
            abort();
        kill(getpid(), ending);
        for (;;)
            pause();
    }
    int status = 0;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

START_TEST(signals_leave_nothing_behind)
{
    static const int endings[] = {SIGTERM, SIGINT, SIGHUP};
    put("out", "old");
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        int status = child_that(endings[i]);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == endings[i]);
        assert_holds("out", "old");
        ck_assert_int_eq(file_count(), 1);
    }
}
END_TEST

START_TEST(a_crash_leaves_nothing_behind)
{
#if !defined __SANITIZE_ADDRESS__
    put("out", "old");
    int status = child_that(SIGABRT);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == FA_EDEFECT);
    assert_holds("out", "old");
    ck_assert_int_eq(file_count(), 1);
#endif
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *tcase = tcase_create("output");
    tcase_add_checked_fixture(tcase, enter, leave);
    tcase_add_test(tcase, replaces_only_when_finished);
    tcase_add_test(tcase, failure_keeps_the_old_file);
    tcase_add_test(tcase, more_than_the_buffer_arrives_in_order);
    tcase_add_test(tcase, a_link_stays_a_link);
    tcase_add_test(tcase, refusals);
    tcase_add_test(tcase, devices);
    tcase_add_test(tcase, named);
    tcase_add_test(tcase, a_reader_that_went_away_is_silent);
    tcase_add_test(tcase, signals_leave_nothing_behind);
    tcase_add_test(tcase, a_crash_leaves_nothing_behind);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
