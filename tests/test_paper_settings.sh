#!/bin/sh
# Every setting of a method as the paper prints it: tests/paper-settings.csv, written from the papers and not from the
# program, against what the program says (--settings). A result with a row in the table must have one for every field of
# every method, and every row must speak of something.
#
# In the table's columns method, variant and field a * stands for any letters; of several rows that fit the most exact
# one speaks. `used`: the value of the paper profile where it is not the paper's. A value - is not looked at: the paper
# prints none and ours is nothing to hold on to.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
bin=${BUILD:-build}/bin
table=tests/paper-settings.csv

# agrees TABLE RESULT: prints what does not agree; true if nothing is printed.
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
        # 0: it does not fit; the more letters are said, the more exact.
        function exact(pattern, text,    star, tail) {
            star = index(pattern, "*")
            if (!star) return pattern == text ? 1000 : 0
            tail = substr(pattern, star + 1)
            if (length(text) < length(pattern) - 1 || substr(text, 1, star - 1) != substr(pattern, 1, star - 1) ||
                substr(text, length(text) - length(tail) + 1) != tail) return 0
            return length(pattern)
        }
        function fit(method, variant, name,    k, m, v, f, best, most) {
            best = most = 0
            for (k = 1; k <= keys; k++) {
                if (!(f = exact(name_of[k], name)) || !(m = exact(method_of[k], method)) ||
                    !(v = exact(variant_of[k], variant))) continue
                if (m + v + f == most) say("lines " row[best] " and " row[k] " of the table both fit " method "/" variant ", " name)
                if (m + v + f > most) { most = m + v + f; best = k }
            }
            return best
        }
        BEGIN { number = "^-?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?$" }
        FNR == 1 { file++; next }
        file == 1 {
            if (split_line($0) != 7) { say("line " FNR " of the table has not 7 columns"); next }
            if (field[1] != result) next
            key = field[2] SUBSEP field[3] SUBSEP field[4]
            if (key in line) say("line " FNR " of the table says again what line " line[key] " says")
            if (field[7] == "") say("line " FNR " of the table has no source")
            line[key] = FNR
            keys++
            method_of[keys] = field[2]; variant_of[keys] = field[3]; name_of[keys] = field[4]
            row[keys] = FNR; printed[keys] = field[5]; used[keys] = field[6] == "" ? field[5] : field[6]
            next
        }
        {
            split_line($0)
            fields++
            place = field[1] (field[2] == "" ? "" : "/" field[2]) ", " field[3]
            key = fit(field[1], field[2], field[3])
            if (!key) { say("the table has no row for " place); next }
            spoken[key] = 1
            if (printed[key] != "-" && !same(field[5], printed[key]))
                say(place " is " field[5] " as in the paper, the table says " printed[key])
            if (used[key] != "-" && !same(field[7], used[key]))
                say(place " is used with " field[7] ", the table says " used[key])
        }
        END {
            for (key = 1; key <= keys; key++)
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
