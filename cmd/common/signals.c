#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "progress.h"

static struct {
    pthread_t thread;
    bool is_running;
    atomic_bool is_stopping;
    sigset_t signals;
    struct printer *printer;
    const struct fa_progress *progress;
} attendant;

/* Wakes the attendant for signals_stop(); from anybody else it means nothing. */
static const int stop_signal = SIGUSR1;

static void die_of(int signal_no)
{
    printer_show_line(attendant.printer, NULL);
    output_abandon_all(false);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal_no);
    signal(signal_no, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    kill(getpid(), signal_no);
}

static void *attend(void *context)
{
    (void)context;
    struct progress_view view = {0};
    for (;;) {
        /* Without a terminal there is nothing to show and no reason to wake up. */
        struct timespec tick = {attendant.printer->is_terminal ? 0 : 3600, 200000000};
        int signal_no = sigtimedwait(&attendant.signals, NULL, &tick);
        if (atomic_load(&attendant.is_stopping))
            return NULL;
        if (signal_no > 0 && signal_no != stop_signal)
            die_of(signal_no);
        else if (signal_no < 0 && errno == EAGAIN && attendant.printer->is_terminal)
            progress_show(&view, attendant.progress, attendant.printer);
    }
}

#if defined __SANITIZE_ADDRESS__
#define HAS_SANITIZER 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

#ifndef HAS_SANITIZER
static void crash(int signal_no)
{
    (void)signal_no;
    static const char text[] = ": error: a defect in flowaudit itself [DEFECT]\n"
                               "hint: please report it with the command line and the version\n";
    output_abandon_all(true);
    const char *name = attendant.printer->tool_name;
    if (write(STDERR_FILENO, name, strlen(name)) >= 0 &&
        write(STDERR_FILENO, text, sizeof text - 1) >= 0)
        _exit(FA_EDEFECT);
    _exit(FA_EDEFECT);
}
#endif

void signals_start(struct printer *printer, const struct fa_progress *progress)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP};
    attendant.printer = printer;
    attendant.progress = progress;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
#ifndef HAS_SANITIZER
    static const int crashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    struct sigaction action = {.sa_handler = crash, .sa_flags = (int)SA_RESETHAND};
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        sigaction(crashes[i], &action, NULL);
#endif
    sigemptyset(&attendant.signals);
    sigaddset(&attendant.signals, stop_signal);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction now;
        if (sigaction(ends[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&attendant.signals, ends[i]);
    }
    pthread_sigmask(SIG_BLOCK, &attendant.signals, NULL);
    attendant.is_running = pthread_create(&attendant.thread, NULL, attend, NULL) == 0;
    if (!attendant.is_running) /* then a signal ends the tool at once, as without us */
        pthread_sigmask(SIG_UNBLOCK, &attendant.signals, NULL);
}

void signals_stop(void)
{
    if (!attendant.is_running)
        return;
    attendant.is_running = false;
    atomic_store(&attendant.is_stopping, true);
    pthread_kill(attendant.thread, stop_signal);
    pthread_join(attendant.thread, NULL);
}
