#!/bin/sh
# The figures of lio-cleanup on quick runs of it: each is drawn, and what LIO agents receive names the agent that cleans
# more, as runs.csv has it.
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
# cleaners: "MAP, seed S: agent A cleans" of each run of lio
cleaners() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        $1 == "lio" { print $2 ", seed " $3 ": agent " ($column["washed_0"] > $column["washed_1"] ? 0 : 1) " cleans" }' "$quick/runs.csv"
}
named() {
    cleaners > "$scratch/cleaners"
    cat "$scratch/cleaners"
    [ "$(wc -l < "$scratch/cleaners")" = 2 ] || return 1
    while read -r line; do grep -q "$line" "$scratch/page/lio-cleanup-received.svg" || return 1; done < "$scratch/cleaners"
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
for figure in return-7x7 return-10x10 labour probe received film; do
    check "$figure is drawn" grep -q '</svg>' "$scratch/page/lio-cleanup-$figure.svg"
done
check "who cleans is named" named
# A mark for each row of the table, and a line through those of each agent and script.
marks() {
    rows=$(grep -c '^probe,7x7,' "$quick/probe.csv")
    drawn=$(grep -c "href='#gpPt[4-8]'" "$scratch/page/lio-cleanup-probe.svg")
    lines=$(grep -c '<path.*L' "$scratch/page/lio-cleanup-probe.svg")
    echo "$rows rows, $drawn marks, $lines lines"
    [ "$rows" -gt 6 ] && [ "$drawn" -ge "$rows" ] && [ "$lines" -ge 6 ]
}
check "the probes have their marks and lines" marks
cp "$scratch/cleaners" "$scratch/before"
exchange washed_0 washed_1
check "the page of agents the other way round" page
check "names the other agent" named
check "which is another one" other "$scratch/cleaners" "$scratch/before"
finish
