# tap.sh - the Test Anything Protocol for shell suites; to be sourced.
#
#     . ci/tap.sh
#     check "two and two" test $((2 + 2)) = 4      # ok if the command succeeds; what it prints goes to the log
#     skip "no emulator here"
#     finish
#
# The plan comes last, so that a suite that dies has none and counts as failed.

tap_points=0
tap_failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# check NAME COMMAND...: what a failing command printed follows as diagnostics.
check() {
    tap_name=$1
    shift
    tap_points=$((tap_points + 1))
    if "$@" > "$scratch/tap.log" 2>&1; then
        echo "ok $tap_points - $tap_name"
    else
        tap_failures=$((tap_failures + 1))
        echo "not ok $tap_points - $tap_name"
        tail -n 12 "$scratch/tap.log" | sed 's/^/# /'
    fi
}

skip() {
    tap_points=$((tap_points + 1))
    echo "ok $tap_points # SKIP $*"
}

finish() {
    echo "1..$tap_points"
    [ "$tap_failures" = 0 ]
    exit
}

# refused STATUS TEXT COMMAND...: the command must end with that status and say TEXT.
refused() {
    tap_wanted=$1 tap_text=$2
    shift 2
    tap_status=0
    "$@" > "$scratch/refused.log" 2>&1 || tap_status=$?
    cat "$scratch/refused.log"
    echo "exit status $tap_status, wanted $tap_wanted and the words: $tap_text"
    [ "$tap_status" = "$tap_wanted" ] && grep -q -e "$tap_text" "$scratch/refused.log"
}
