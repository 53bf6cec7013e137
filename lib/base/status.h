/*
 * The outcome of a fallible function.
 *
 * Its values are the exit statuses of every tool (flowaudit(7)), so a command ends with the status
 * that the library returned and nothing is translated on the way. Status 1, "findings at or above
 * --fail-on", is a verdict and not a failure: the library never returns it, a command does.
 *
 * A function that fails has already told its sink why (base/diag.h); callers clean up and pass the
 * status on without a message of their own. Results come through the last parameters and are
 * untouched on failure.
 */
#ifndef FA_BASE_STATUS_H
#define FA_BASE_STATUS_H

enum fa_status {
    FA_OK = 0,
    FA_FINDINGS = 1, /* only as an exit status */
    FA_EUSAGE = 2,   /* wrong use of a tool */
    FA_ERULES = 3,   /* rules, profile, scheme, waivers or manifest do not compile */
    FA_EINPUT = 4,   /* input refused: malformed, truncated, totals disagree */
    FA_EIO = 5,      /* a file or pipe could not be read or written */
    FA_ELIMIT = 6,   /* memory or a limit of the run was reached */
    FA_EDEFECT = 7,  /* a defect in flowaudit itself */
};

#define FA_MUST_USE __attribute__((warn_unused_result))

/* Leaves the enclosing function with the status of EXPR when that is not FA_OK. */
#define FA_TRY(expr)                                                                               \
    do {                                                                                           \
        enum fa_status fa_try_status_ = (expr);                                                    \
        if (fa_try_status_ != FA_OK)                                                               \
            return fa_try_status_;                                                                 \
    } while (0)

#endif
