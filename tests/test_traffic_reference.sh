#!/bin/sh
# The traffic simulator against what CityFlow itself wrote for five networks (reference data): every byte
# of every table, and a changed digit of a table or of a vehicle noticed. A skip where the reference data are not at
# hand.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
traffic=$PWD/${BUILD:-build}/bin/traffic
reference=$PWD/../shared/data/cityflow

if [ ! -d "$reference" ]; then
    skip "CityFlow's tables: no reference data here"
    finish
fi

last_step() { tail -n 1 "$1" | cut -d , -f 1; }
run() { (cd "$scratch/$case" && "$traffic" run "$@"); }
same() { cmp "$scratch/$case/$1" "$scratch/$case/own_$1"; }
differs() { ! cmp -s "$1" "$2"; }

for folder in "$reference"/p*; do
    case=$(basename "$folder")
    mkdir "$scratch/$case"
    cp "$folder"/* "$scratch/$case"
    chmod -R u+w "$scratch/$case"
    gunzip "$scratch/$case"/*.gz
    cd "$scratch/$case" || exit 1
    steps=$(last_step steps_fixed.csv)
    check "$case: runs with the plan of its lights" run --config config_fixed.json --steps "$steps" --lights plan \
        --steps-csv own_steps_fixed.csv --positions-csv own_positions_fixed.csv \
        --positions-steps "$(last_step positions_fixed.csv)" --geom-csv own_geom.csv
    check "$case: lengths, points, crosses and their order" same geom.csv
    check "$case: steps_fixed, $steps rows" same steps_fixed.csv
    check "$case: positions_fixed" same positions_fixed.csv
    positions=0
    [ ! -e positions_rl.csv ] || positions=$(last_step positions_rl.csv)
    check "$case: runs with a schedule" run --config config_rl.json --steps "$(last_step steps_rl.csv)" \
        --lights schedule_rl.csv --steps-csv own_steps_rl.csv --positions-csv own_positions_rl.csv \
        --positions-steps "$positions"
    check "$case: steps_rl" same steps_rl.csv
    [ ! -e positions_rl.csv ] || check "$case: positions_rl" same positions_rl.csv
    if [ -e env_rl.csv ]; then
        check "$case: 360 decisions of the agents" run --config config_rl.json --env-actions env_actions.csv \
            --env-csv own_env_rl.csv
        check "$case: env_rl" same env_rl.csv
    fi
    cd - > /dev/null || exit 1
done

# ---- these comparisons can fail ----
case=p4_warped2x3_dt05
cd "$scratch/$case" || exit 1
awk -F , -v OFS=, 'NR == 1000 { $6 = $6 + 1 } { print }' steps_fixed.csv > edited.csv
check "an edited number of a table is noticed" differs edited.csv own_steps_fixed.csv
# The last printed digit of one vehicle's acceleration: one part in 10^16.
sed 's/1.7961062583620144/1.7961062583620146/' flow.json > changed.json
check "the changed vehicle is there" differs flow.json changed.json
cp changed.json flow.json
check "it runs" run --config config_fixed.json --steps 400 --steps-csv changed.csv
head -n 401 own_steps_fixed.csv > first.csv
check "an acceleration off by its last digit changes the hashes" differs first.csv changed.csv
cd - > /dev/null || exit 1
finish
