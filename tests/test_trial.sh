#!/bin/sh
# For people who want to try: other settings (--set) and more seeds than the profile has (--seeds). Both run, say what
# they are, lie apart, and touch nothing that is compared. On the miniature of toy_experiment.h and on one result.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
BUILD=${BUILD:-build}
harness=$PWD/$BUILD/tests/test_harness
[ -x "$harness" ] || harness=$BUILD/tests/test_harness
mkdir "$scratch/reports"
run() { # FOLDER [OPTION...]
    run_folder=$scratch/$1
    shift
    "$harness" toy --out "$run_folder" --golden "$scratch/golden" --reports "$scratch/reports" --jobs 2 --quiet "$@"
}
same() { # FOLDER FOLDER: every CSV file of both
    for file in "$1"/*.csv; do
        cmp "$file" "$2/$(basename "$file")" || return 1
    done
    [ "$(ls "$1"/*.csv | wc -l)" = "$(ls "$2"/*.csv | wc -l)" ]
}
tasks_of() { sed 1d "$1/runs.csv" | cut -d, -f1-3 | paste -s -d ' '; }
is() { echo "found: $1"; [ "$1" = "$2" ]; }

# ---- seeds ----
check "the listed seeds" run plain
mkdir "$scratch/golden" && cp -r "$scratch/plain/toy" "$scratch/golden/"
rm -rf "$scratch/golden/toy/quick/tasks" "$scratch/golden/toy/quick/lock"
extra=$scratch/more/toy/quick-extra
check "the listed and others" run more --seeds 0-3,977
check "golden files of a run with extra seeds are those of one without" same "$scratch/plain/toy/quick" "$scratch/more/toy/quick"
check "extra seeds lie apart, in order" is "$(tasks_of "$extra")" \
    "walk,,3 walk,,977 walk,wide,2 walk,wide,3 walk,wide,977 explode,,1 explode,,2 explode,,3 explode,,977"
check "where the list is as long as the paper's too" "$harness" toy --profile paper --quiet --reports "$scratch/reports" \
    --out "$scratch/paper" --methods walk/ --seeds 977
check "... are summarised of their own" is "$(awk -F, '$1 == "walk" && $3 == "reward" { print $4 }' "$extra/summary.csv" | paste -s -d ' ')" "2 3"
check "... without claims" sh -c '[ ! -e "$1/claims.csv" ] && [ -s "$1/trail.csv" ] && [ -s "$1/curve.csv" ]' - "$extra"
check "an extra seed is what it would be if it were listed" sh -c '[ "$(grep -c "^walk,,3," "$1/trail.csv")" -gt 6 ]' - "$extra"
check "two more" run more --methods walk/ --seeds 4,5
check "... join those of before" is "$(tasks_of "$extra")" \
    "walk,,3 walk,,4 walk,,5 walk,,977 walk,wide,2 walk,wide,3 walk,wide,977 explode,,1 explode,,2 explode,,3 explode,,977"
check "... and leave the listed as they were" same "$scratch/plain/toy/quick" "$scratch/more/toy/quick"
check "--check looks at the listed alone" run checked --methods walk --seeds 0-3 --check
check "... and has nothing to say of others alone" refused 77 "never compared" run checked --methods walk --seeds 8 --check
check "--bless refuses them" refused 2 "beyond them" run checked --methods walk --seeds 8 --bless "new: more seeds"
resumed() {
    cp "$extra/runs.csv" "$scratch/runs-before" && rm -rf "$extra/tasks/walk.977" &&
        run more --methods walk/ --seeds 0-5,977 --resume && cmp "$scratch/runs-before" "$extra/runs.csv"
}
check "--resume makes what is missing" resumed
check "a wrong listed seed is still seen" refused 1 "walk" \
    run checked --methods walk --seeds 0-3 --check --mutate policies@1

# ---- settings ----
folder=$scratch/set/toy/quick-set-rate=0.001+budget.units=200
check "other settings run" run set --set rate=0.001 --set budget.units=200
every_file_says_it() {
    for file in "$1"/*.csv "$1/machine.json"; do
        grep -q "not the paper's" "$file" || { echo "$file does not"; return 1; }
        ! sed 1d "$file" | grep -v "not the paper's" | grep -q ',' || [ "${file##*/}" = machine.json ] || { echo "$file: not in every row"; return 1; }
    done
}
check "every row of every file says that it is not the paper's" every_file_says_it "$folder"
check "all files are there" is "$(cd "$folder" && ls *.csv | paste -s -d ' ')" \
    "curve.csv deviations.csv path.csv runs.csv summary.csv trail.csv"
check "the settings are those" sh -c '"$1" toy --set rate=0.001 --settings | grep -q "^walk,not the paper.s,toy-learner.rate,ours,0.0005,0.001,0.001\$"' - "$harness"
check "they are in effect" is "$(awk -F, '$1 == "walk" && $2 == "not the paper'"'"'s" { print $5 }' "$folder/runs.csv" | sort -u)" 200
check "deviations name what was set" grep -q "toy-learner.rate,0.0005,0.001,--set: not the paper's" "$folder/deviations.csv"
check "the listed folder is not touched" sh -c '[ ! -e "$1/toy/quick" ]' - "$scratch/set"
check "other settings are other numbers" sh -c '! cmp -s "$1/runs.csv" "$2/toy/quick/runs.csv"' - "$folder" "$scratch/plain"
check "seeds and settings together" run set --methods walk/ --seeds 977 --set rate=0.001
check "... lie apart too" is "$(tasks_of "$scratch/set/toy/quick-set-rate=0.001-extra")" "walk,not the paper's,977"
check "a mistyped field" refused 2 "no field 'ratte' of the chosen methods; did you mean 'rate'" run set --set ratte=1
check "a mistyped budget" refused 2 "did you mean 'budget.units'" run set --set budget.unit=1
check "a field of none of the chosen" refused 2 "no field 'rate'" run set --methods exact --set rate=0.1
check "a number out of its range" refused 2 "toy-learner.rate=2: wanted a number from 0 to 1" run set --set rate=2
check "no whole number" refused 2 "toy-line.longest=2.5: wanted a whole number from 1 to 1000" run set --set longest=2.5
check "a field set twice" refused 2 "rate is set already" run set --set rate=0.001 --set rate=0.002
check "a watched one says that it is not the paper's" sh -c '"$1" --out "$2" --methods pg --set budget.units=4 --set evaluate_every=2 --set checkpoints=1 --watch pg/0@0 2>&1 | grep -q "not the paper.s: .*units=4"' - "$BUILD/bin/lio-ipd" "$scratch/watched"
check "no number" refused 2 "rate=nan: wanted a number from 0 to 1" run set --set rate=nan
check "a switch that is no number" refused 2 "wanted true or false" \
    "$BUILD/bin/lio-ipd" --out "$scratch/lio" --methods pg --set log_of_mixture=0.5
check "--check refuses" refused 2 "never compared" run set --set rate=0.001 --check
check "--bless refuses" refused 2 "never compared" run set --set rate=0.001 --bless "new: mine"
resumed_set() { cp "$folder/runs.csv" "$scratch/b" && rm -rf "$folder/tasks/walk.1" && run set --set rate=0.001 --set budget.units=200 --resume && cmp "$scratch/b" "$folder/runs.csv"; }
check "--resume goes on with them" resumed_set

# ---- another road network ----
roads=$BUILD/bin/ltos-table3
"$BUILD/bin/traffic" generate grid --out "$scratch/roads" --rows 1 --cols 2 --lights agents --every 4 > "$scratch/o" 2>&1
on_roads() { "$roads" --out "$scratch/net" --quiet --jobs 1 --methods max-pressure/town --network "$@"; }
check "a town from files" on_roads "$scratch/roads"
of_files=$(cd "$scratch/net/ltos-table3" && ls -d quick-set-network=????????)
check "... lies apart, and says that it is not the paper's" is "$(sed 1d "$scratch/net/ltos-table3/$of_files/runs.csv" | grep -c "^max-pressure,town (not the paper.s),0,")" 1
check "... with its folder among the deviations" \
    grep -q -F "max-pressure,town (not the paper's),network,,$scratch/roads,--network: not the paper's" "$scratch/net/ltos-table3/$of_files/deviations.csv"
other_files() {
    cp -R "$scratch/roads" "$scratch/roads-2" && sed 's/"interval":4/"interval":5/' "$scratch/roads/flow.json" > "$scratch/roads-2/flow.json"
    ! cmp -s "$scratch/roads/flow.json" "$scratch/roads-2/flow.json" || return 1
    on_roads "$scratch/roads-2" && [ "$(ls -d "$scratch/net/ltos-table3"/quick-set-network=???????? | wc -l)" = 2 ] &&
        ! cmp "$scratch/net/ltos-table3"/quick-set-network=*/runs.csv
}
check "... and other files in another folder, with other numbers" other_files
check "a method with roads of its own: status 2" refused 2 "ltos/6x6 keeps to what it runs on; choose those that take another, such as --methods ltos/town" \
    "$roads" --out "$scratch/net" --quiet --network "$scratch/roads"
check "a result without roads: status 2" refused 2 "nothing in lio-ipd runs on road networks" \
    "$BUILD/bin/lio-ipd" --out "$scratch/net" --quiet --network "$scratch/roads"
check "a folder without them: status 3" refused 3 "roadnet.json: no such file" on_roads "$scratch/nowhere"
check "two networks: status 2" refused 2 "once is enough" on_roads "$scratch/roads" --network "$scratch/roads"
check "--check refuses it" refused 2 "never compared" on_roads "$scratch/roads" --check

# ---- a real one ----
pg="$BUILD/bin/lio-ipd --quiet --jobs 1 --out $scratch/lio --methods pg"
check "a result with a flag set" $pg --seeds 0,7 --set log_of_mixture=false --set units=3 --set evaluate_every=3 --set checkpoints=1
check "... says so" grep -q "^pg,not the paper's,7," "$scratch/lio/lio-ipd/quick-set-log_of_mixture=0+units=3+evaluate_every=3+checkpoints=1-extra/runs.csv"
finish
