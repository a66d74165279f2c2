#!/bin/sh
# Every hard claim has a falsified twin: for each of its clauses in turn, a copy of golden's runs.csv in which that
# clause does not hold, and the shipped program must say which claim is not reproduced, and by which clause.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
bin=$PWD/${BUILD:-build}/bin
golden=$scratch/golden

# told RESULT: what the result's program says of the copy of its quick golden.
told() { "$bin/$1" --profile quick --golden "$golden" --check-golden > "$scratch/told" 2>&1; }
copy_of() {
    rm -rf "$golden" && mkdir -p "$golden/$1" && cp golden/CHANGES.csv "$golden" &&
        cp -R "golden/$1/quick" "$golden/$1"
}

# The ids of a claims file's hard claims.
fails() { ! "$@"; }
hard_ids() { awk -F, '$2 == "hard" { print $1 }' "$1"; }

# falsify CLAUSE RUNS: every run of the clause's method gets a value on the wrong side, in the copy.
falsify() {
    printf '%s\n' "$1" | awk -F, -v OFS=, -v runs="$2" '
        {
            if (!match($0, /^(min|max)\([a-z0-9\/-]+\.[a-z0-9_]+\) (==|<=|>=|<|>) [0-9.e-]+$/)) exit 1
            name = $0; sub(/^...\(/, "", name); sub(/\).*/, "", name)
            metric = name; sub(/.*\./, "", metric)
            method = name; sub(/\.[^.]*$/, "", method)
            variant = ""
            if ((at = index(method, "/"))) { variant = substr(method, at + 1); method = substr(method, 1, at - 1) }
            split($0, word, " ")
            away = word[3] < 0 ? 1 - word[3] : 1 + word[3]
            wrong = word[2] ~ />/ ? word[3] - away : word[3] + away
            while ((getline line < runs) > 0) {
                cells = split(line, cell, ",")
                if (!column) { for (i = 1; i <= cells; i++) if (cell[i] == metric) column = i; if (!column) exit 1 }
                else if (cell[1] == method && cell[2] == variant) { cell[column] = wrong; changed++ }
                text = cell[1]
                for (i = 2; i <= cells; i++) text = text "," cell[i]
                print text
            }
            exit !changed
        }' > "$scratch/runs.csv"
}

# falsified RESULT ID CLAUSE: min and max of one run are falsified together, so either may be named.
falsified() {
    copy_of "$1"
    falsify "$3" "golden/$1/quick/runs.csv" || { echo "$2: '$3' has another form, or no run"; return 1; }
    cp "$scratch/runs.csv" "$golden/$1/quick/runs.csv"
    told "$1"
    grep -q -F -e "hard claim $2 is not reproduced: min${3#???} (" -e "hard claim $2 is not reproduced: max${3#???} (" \
        "$scratch/told" || { echo "$2: '$3' falsified is not noticed:"; grep 'hard claim' "$scratch/told"; return 1; }
}

# One check a result, so that a claim more is no other number of checks; at least one clause a claim.
all_falsified() {
    missed=0
    for id in $(hard_ids "reports/$1/claims.csv"); do
        awk -F, -v id="$id" '$1 == id && $NF == "holds" { print $3 }' "golden/$1/quick/clauses.csv" > "$scratch/clauses"
        [ -s "$scratch/clauses" ] || { echo "$id: no clause of it holds in golden"; missed=1; }
        while read -r clause; do
            falsified "$1" "$id" "$clause" || missed=1
        done < "$scratch/clauses"
    done
    return $missed
}

for claims in reports/*/claims.csv; do
    result=$(basename "$(dirname "$claims")")
    [ -n "$(hard_ids "$claims")" ] || continue
    if [ ! -x "$bin/$result" ] || [ ! -f "golden/$result/quick/clauses.csv" ]; then
        skip "$result: no program or no golden"
        skip "$result: no program or no golden"
        continue
    fi
    copy_of "$result"
    told "$result"
    check "$result: no hard claim fails" fails grep -q 'hard claim' "$scratch/told"
    check "$result: each clause of its hard claims, falsified" all_falsified "$result"
done
finish
