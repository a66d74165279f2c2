#!/bin/sh
# The figures of lio-cleanup on quick runs of it: each is drawn, and what LIO agents receive names the agent that cleans
# more, as runs.csv has it, where labour is divided.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
bin=$PWD/${BUILD:-build}/bin

if ! command -v gnuplot > /dev/null 2>&1; then
    skip "no gnuplot: no figures"
    finish
fi
mkdir -p "$scratch/golden/lio-cleanup" "$scratch/out"
cp -R reports "$scratch/reports"
quick=$scratch/golden/lio-cleanup/paper
runs() {
    "$bin/lio-cleanup" --quiet --methods lio,probe --out "$scratch/runs" &&
        mv "$scratch/runs/lio-cleanup/quick" "$quick" && rm -r "$quick/tasks"
}
page() {
    "$bin/marlgold" report --golden "$scratch/golden" --results "$scratch/out" --reports "$scratch/reports" \
        --out "$scratch/page"
}
# titles: "seed S, agent A, who cleans, N apples" of the rows of lio on one map
titles() {
    awk -F, -v map="$1" 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        $1 == "lio" && $2 == map { printf "seed %d, agent %d, who cleans, %.0f apples\n", $3,
            ($column["washed_0"] > $column["washed_1"] ? 0 : 1), $column["return_sum"] }' "$quick/runs.csv"
}
named() {
    for map in 7x7 10x10; do
        titles $map | tee -a "$scratch/titles"
        [ "$(titles $map | wc -l)" = 1 ] && grep -q "$(titles $map)" "$scratch/page/lio-cleanup-received-$map.svg" || return 1
    done
}
nobody() { ! grep -l "who cleans\|who eats" "$scratch/page/lio-cleanup-received-"*.svg; }
agents() { # both agents have a panel, of what is washed and of three ways to be paid
    for map in 7x7 10x10; do
        lines=$(awk '/gnuplot_plot_/ { curve = 1 } curve && /<path.*L/ { lines++; curve = 0 } END { print lines + 0 }' \
            "$scratch/page/lio-cleanup-received-$map.svg")
        echo "$map: $lines lines"
        [ "$lines" = 8 ] || return 1
        for agent in 0 1; do
            grep -q "seed 0, agent $agent, [0-9]* apples" "$scratch/page/lio-cleanup-received-$map.svg" || return 1
        done
    done
}
# eaten NUMBER NUMBER: the apples of lio on both maps, as if runs.csv had them, and more waste than apples are ever eaten
eaten() {
    awk -F, -v OFS=, -v small="$1" -v large="$2" 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
        $1 == "lio" { $column["return_sum"] = $2 == "7x7" ? small : large; $column["washed_0"] = 49 } { print }' "$quick/runs.csv" > "$scratch/eaten" &&
        mv "$scratch/eaten" "$quick/runs.csv"
}
# exchange COLUMN COLUMN: their values in runs.csv, the other way round
exchange() {
    awk -F, -v OFS=, -v one="$1" -v other="$2" 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; print; next }
        { kept = $column[one]; $column[one] = $column[other]; $column[other] = kept; print }' "$quick/runs.csv" > "$scratch/exchanged" &&
        mv "$scratch/exchanged" "$quick/runs.csv"
}
other() { ! cmp -s "$1" "$2"; }
check "quick runs" runs
check "their page" page
for figure in return-7x7 return-10x10 labour-7x7 labour-10x10 probe-7x7 probe-10x10 received-7x7 received-10x10 film; do
    check "$figure is drawn" grep -q '</svg>' "$scratch/page/lio-cleanup-$figure.svg"
done
check "where labour is not divided both agents are shown" agents
check "... and none is the cleaner" nobody
# A mark for each row of the table, and a line through those of each agent and script.
marks() {
    for map in 7x7 10x10; do
        rows=$(grep -c "^probe,$map," "$quick/probe.csv")
        drawn=$(grep -c "href='#gpPt[4-8]'" "$scratch/page/lio-cleanup-probe-$map.svg")
        lines=$(grep -c '<path.*L' "$scratch/page/lio-cleanup-probe-$map.svg")
        echo "$map: $rows rows, $drawn marks, $lines lines"
        [ "$rows" -gt 6 ] && [ "$drawn" -ge "$rows" ] && [ "$lines" -ge 6 ] || return 1
    done
}
check "the probes have their marks and lines" marks
check "apples that only one who cleans can bring" eaten 35.4 12.4
check "their page" page
check "who cleans is named" named
cp "$scratch/titles" "$scratch/before"
: > "$scratch/titles"
exchange washed_0 washed_1
check "the page of agents the other way round" page
check "names the other agent" named
check "which is another one" other "$scratch/titles" "$scratch/before"
check "a little less" eaten 34.6 11.6
check "their page" page
check "... names none" nobody
finish
