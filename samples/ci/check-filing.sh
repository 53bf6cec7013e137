#!/bin/sh
# Checks a filing before it goes out: fails on findings and breaks that are high or critical and not
# waived, and leaves SARIF for a viewer. As a hook of git: call it with the folder of the filing.
#
#     check-filing.sh [FILING [SARIF]]
#
# Give CHECK_WAIVERS and CHECK_BASELINE files of waivers and of earlier results, if there are any.
set -u
filing=${1:-filing}
sarif=${2:-flowaudit.sarif}

set --
[ -n "${CHECK_WAIVERS:-}" ] && set -- "$@" --waivers "$CHECK_WAIVERS"
[ -n "${CHECK_BASELINE:-}" ] && set -- "$@" --baseline "$CHECK_BASELINE"

# The summary goes to the terminal. What cannot be read or judged ends with a status above 1 and
# leaves no SARIF.
flowaudit audit --format sarif --root "$filing" --fail-on high -o "$sarif" "$@" "$filing"
status=$?
[ "$status" -eq 1 ] && echo "check-filing: findings or breaks that are high or critical; see $sarif" >&2
exit "$status"
