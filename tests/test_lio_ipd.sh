#!/bin/sh
# lio-ipd's quick profile from outside, without golden files: known answers of its exact part, and that learned runs differ
# where they must.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
program=${BUILD:-build}/bin/lio-ipd
"$program" --quiet --out "$scratch/out" > "$scratch/log" 2>&1
ran=$?
runs=$scratch/out/lio-ipd/quick/runs.csv
check "the quick profile runs" test "$ran" = 0

# cell METHOD VARIANT COLUMN: of seed 0.
cell() {
    awk -F, -v method="$1" -v variant="$2" -v name="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i; next }
        $1 == method && $2 == variant && $3 == 0 { print $column }' "$runs"
}
is() { # VALUE METHOD VARIANT COLUMN
    echo "$2/$3 $4 is $(cell "$2" "$3" "$4"), wanted $1"
    [ "$(cell "$2" "$3" "$4")" = "$1" ]
}
below() { # VALUE METHOD VARIANT COLUMN
    cell "$2" "$3" "$4" | awk -v high="$1" '{ print; exit !($0 > 0 && $0 < high) }'
}
all_trails_differ() { [ "$(sed 1d "$runs" | sed 's/.*,//' | sort | uniq -d | wc -l)" = 0 ]; }

# 5 probabilities x 4 x 4 incentives; of the 16 pairs of incentives 6 have eta_C - eta_D >= 1, where cooperation begins to
# grow before any clamp stops the giver: 30 of 80 starts.
check "80 starts of the grid, all of them converge" is 80 exact grid starts
check "... to cooperation" is 1 exact grid converged
check "... turning where the closed form says" is 0 exact grid flip_error
# Of the recorded starts (columns 6 to 11: theta and incentives of both agents), at step 0.
starts() {
    awk -F, -v variant="$1" '$2 == variant && $5 == 0 && !seen[$6, $7, $8, $9, $10, $11]++ { n++ } END { print n + 0 }' \
        "$scratch/out/lio-ipd/quick/trajectory.csv"
}
check "... 80 different ones" test "$(starts grid)" = 80
check "64 random starts" is 64 exact random starts
check "... 64 different ones" test "$(starts random)" = 64
check "... converge" is 1 exact random converged
check "... turning where the closed form says" is 0 exact random flip_error
check "through the clamp: 80 starts" is 80 exact through-clamp starts
check "... 30 of them end in cooperation" is 0.375 exact through-clamp cooperating
check "... 50 in defection" is 0.625 exact through-clamp defecting
check "9 panels of 13 x 11 arrows" is 1287 exact field arrows
check "... with the signs of Appendix B.2" is 1 exact field sign_agreement
check "10 batches of the meta-gradient" is 10 meta-gradient '' batches
check "... near the plain one's slope" below 1e-5 meta-gradient '' relative_error
check "with log pi too" below 1e-5 meta-gradient pure relative_error
check "no two tasks are the same run: methods and seeds reach what is run" all_trails_differ

# An offer lies between nothing and R_max, and two agents do not begin alike.
offers() {
    for column in offer_0_for_0 offer_0_for_1 offer_1_for_0 offer_1_for_1; do
        below 3 lio '' "$column" || return 1
    done
    [ "$(cell lio '' offer_0_for_0)" != "$(cell lio '' offer_1_for_0)" ]
}
check "what each giver offers is in runs.csv" offers
check "a lone giver's too" below 3 lio-asym '' offer_0_for_1
check "who gives nothing offers nothing" is "" lio-asym '' offer_1_for_1
finish
