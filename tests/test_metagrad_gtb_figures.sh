#!/bin/sh
# The figures of metagrad-gtb on what its quick runs committed: a figure that reads what is not there ends the whole
# page, and the page of golden shows that only once all of its paper tasks have been run.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
marlgold=${MARLGOLD:-$PWD/${BUILD:-build}/bin/marlgold}

if ! command -v gnuplot > /dev/null 2>&1; then
    skip "no gnuplot: no figures"
    finish
fi
if [ ! -d golden/metagrad-gtb/quick ]; then
    skip "golden/metagrad-gtb/quick is not there"
    finish
fi
mkdir -p "$scratch/golden/metagrad-gtb" "$scratch/out"
cp -R golden/metagrad-gtb/quick "$scratch/golden/metagrad-gtb/paper"
cp -R reports "$scratch/reports"
page() {
    "$marlgold" report --golden "$scratch/golden" --results "$scratch/out" --reports "$scratch/reports" --out "$scratch/page"
}
check "the page of quick runs" page
for script in reports/metagrad-gtb/*.gp; do
    name=metagrad-gtb-$(basename "$script" .gp)
    check "$name is drawn" grep -q '</svg>' "$scratch/page/$name.svg"
done
ends() { grep -q "after 6 episodes" "$scratch/page/metagrad-gtb-$1.svg"; }
for name in activity activity-curriculum income; do
    check "$name says after how many episodes" ends "$name"
done
finish
