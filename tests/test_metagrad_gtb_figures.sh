#!/bin/sh
# The figures of metagrad-gtb on quick runs of it: a figure that reads what is not there ends the whole page, and the page
# of golden shows that only once all of its paper tasks have been run.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
bin=$PWD/${BUILD:-build}/bin

if ! command -v gnuplot > /dev/null 2>&1; then
    skip "no gnuplot: no figures"
    finish
fi
mkdir -p "$scratch/golden/metagrad-gtb" "$scratch/out"
cp -R reports "$scratch/reports"
runs() {
    "$bin/metagrad-gtb" --quiet --out "$scratch/runs" &&
        mv "$scratch/runs/metagrad-gtb/quick" "$scratch/golden/metagrad-gtb/paper" && rm -r "$scratch/golden/metagrad-gtb/paper/tasks"
}
page() {
    "$bin/marlgold" report --golden "$scratch/golden" --results "$scratch/out" --reports "$scratch/reports" \
        --out "$scratch/page"
}
check "quick runs" runs
check "their page" page
for script in reports/metagrad-gtb/*.gp; do
    name=metagrad-gtb-$(basename "$script" .gp)
    check "$name is drawn" grep -q '</svg>' "$scratch/page/$name.svg"
done
ends() { grep -q "after 6 episodes" "$scratch/page/metagrad-gtb-$1.svg"; }
for name in activity activity-curriculum income; do
    check "$name says after how many episodes" ends "$name"
done
finish
