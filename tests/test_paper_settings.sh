#!/bin/sh
# Every setting of a method as the paper prints it: tests/paper-settings.csv, written from the papers and not from the
# program, against what the program says (--settings). A result with a row in the table must have one for every field of
# every method, and every row must speak of something.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
bin=${BUILD:-build}/bin
table=tests/paper-settings.csv

# agrees TABLE RESULT: prints what does not agree; true if nothing is printed. Of several rows that fit a field the one
# that names method and variant goes before one with a *.
agrees() {
    "$bin/$2" --settings > "$scratch/settings.csv" || return 1
    awk -v result="$2" '
        function split_line(line, n, quoted, at, c) {
            n = 1; field[1] = ""; quoted = 0
            for (at = 1; at <= length(line); at++) {
                c = substr(line, at, 1)
                if (quoted && c == "\"" && substr(line, at + 1, 1) == "\"") { field[n] = field[n] c; at++ }
                else if (c == "\"") quoted = !quoted
                else if (c == "," && !quoted) field[++n] = ""
                else field[n] = field[n] c
            }
            return n
        }
        function same(a, b) {
            return a == b || (a ~ number && b ~ number && a + 0 == b + 0)
        }
        function say(text) { print result ": " text; wrong = 1 }
        function fit(method, variant, name,    m, v, key) {
            for (m = 0; m < 2; m++)
                for (v = 0; v < 2; v++) {
                    key = (m ? "*" : method) SUBSEP (v ? "*" : variant) SUBSEP name
                    if (key in row) return key
                }
            return ""
        }
        BEGIN { number = "^-?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?$" }
        FNR == 1 { file++; next }
        file == 1 {
            if (split_line($0) != 7) { say("line " FNR " of the table has not 7 columns"); next }
            if (field[1] != result) next
            key = field[2] SUBSEP field[3] SUBSEP field[4]
            if (key in row) say("line " FNR " of the table says again what line " row[key] " says")
            if (field[7] == "") say("line " FNR " of the table has no source")
            row[key] = FNR; printed[key] = field[5]; used[key] = field[6]
            next
        }
        {
            split_line($0)
            fields++
            place = field[1] (field[2] == "" ? "" : "/" field[2]) ", " field[3]
            key = fit(field[1], field[2], field[3])
            if (key == "") { say("the table has no row for " place); next }
            spoken[key] = 1
            if (!same(field[5], printed[key])) say(place " is " field[5] " as in the paper, the table says " printed[key])
            wanted = used[key] == "" ? printed[key] : used[key]
            if (!same(field[7], wanted)) say(place " is used with " field[7] ", the table says " wanted)
        }
        END {
            for (key in row)
                if (!(key in spoken)) say("line " row[key] " of the table speaks of no setting")
            if (!fields) say("the program has no settings")
            exit wrong
        }' "$1" "$scratch/settings.csv"
}

# disagrees TEXT SCRIPT: the table changed by the sed script must be refused with that text.
disagrees() {
    sed "$2" "$table" > "$scratch/changed.csv"
    ! cmp -s "$table" "$scratch/changed.csv" && refused 1 "$1" agrees "$scratch/changed.csv" lio-ipd
}

for result in $(sed 1d "$table" | cut -d, -f1 | sort -u); do
    check "$result: every setting is as the paper prints it" agrees "$table" "$result"
done
check "mutation: a rate off by one per cent" disagrees 'policy_rate is 0.001' 's/^\(lio-ipd,\*,\*,lio.policy_rate,\)1e-3/\11.01e-3/'
check "mutation: a setting of the table is gone" disagrees 'no row for lio, lio.entropy' '/^lio-ipd,\*,\*,lio.entropy/d'
check "mutation: a setting that no method has" disagrees 'speaks of no setting' 's/^\(lio-ipd,\*,\*,lio.\)discount,\(.*\)/&\n\1discounts,\2/'
check "mutation: another learner" disagrees 'pg, learner is policy-gradient' 's/^\(lio-ipd,pg,\*,learner,\)policy-gradient/\1lio/'
check "mutation: a value that is used instead of the paper's" disagrees 'is used with 1e-15' 's/^\(lio-ipd,\*,\*,lio.log_guard,0,\)1e-15/\11e-14/'
check "mutation: without a source" disagrees 'has no source' 's/^\(lio-ipd,\*,\*,lio.discount,[^,]*,[^,]*,\).*/\1/'
finish
