#!/bin/sh
# CityFlow's odd corners against what CityFlow itself wrote for them (reference data, a folder a case):
# every byte of its rows, what is said about it, or that it is refused. A skip where the folder is not at hand; the same
# shapes on networks of our own: test_traffic_odd.c.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
traffic=$PWD/${BUILD:-build}/bin/traffic
cases=$PWD/../shared/data/cityflow-odd

if [ ! -d "$cases" ]; then
    skip "CityFlow's odd corners: no reference data here"
    finish
fi

# Copies a case and goes there.
enter() {
    cp -r "$cases/$1" "$scratch/$1" && chmod -R u+w "$scratch/$1" && cd "$scratch/$1" || exit 1
    case_name=$1
    steps=0
    [ ! -e expected_steps.csv ] || steps=$(tail -n 1 expected_steps.csv | cut -d , -f 1)
}
run() { "$traffic" run --config config.json --steps "$steps" --steps-csv own.csv "$@"; }
says_nothing() { [ -z "$("$@" 2>&1 >/dev/null)" ]; }
# equal_rows NOTE: CityFlow's rows, and the note on stderr and beside the table; "" for none.
equal_rows() {
    if [ -n "$1" ]; then
        check "$case_name: runs and says: $1" refused 0 "$1" run
        check "$case_name: the note lies beside the table" grep -q -e "$1" own.csv.notes.txt
    else
        check "$case_name: runs without a word" says_nothing run
        check "$case_name: no note beside the table" test ! -e own.csv.notes.txt
    fi
    check "$case_name: $steps rows as CityFlow wrote them" cmp expected_steps.csv own.csv
}

enter own_leader_on_a_loop
equal_rows ""
enter duplicate_virtual_intersection
equal_rows ""
enter lane_change_true_but_no_second_lane
equal_rows ""
check "$case_name: with --ignore-lane-change it says that it is ignored" refused 0 'laneChange: true is ignored' \
    run --ignore-lane-change
check "$case_name: and beside the table" grep -q 'laneChange: true is ignored' own.csv.notes.txt
check "$case_name: no second lane, so the same rows" cmp expected_steps.csv own.csv
check "$case_name: without the option again" run
check "$case_name: the old note is gone" test ! -e own.csv.notes.txt
enter invalid_routes_are_silent
equal_rows '2 of 5 flows have no route.*flow_3, flow_4'
enter times_given_as_reals
equal_rows 'of 3 flows is not a whole number.*flow_0, flow_1, flow_2'
enter unused_road_without_extent
equal_rows ""
enter lanelink_points_null
steps=120
check "$case_name: refused with the place" refused 3 'roadLinks\[0\].laneLinks\[0\].points: found null, wanted an array' run
check "$case_name: no table is left" test ! -e own.csv
enter plan_config_with_schedule
check "$case_name: refused" refused 3 'CityFlow keeps the plan' run --lights schedule.csv
check "$case_name: no table is left" test ! -e own.csv
check "$case_name: without the schedule" run
check "$case_name: CityFlow's rows, which are the plan's" cmp expected_steps.csv own.csv

# ---- these comparisons can fail ----
enter_again() { cd "$scratch/$1" || exit 1; }
enter_again own_leader_on_a_loop
differs() { ! cmp -s "$1" "$2"; }
sed 's/"length": 20/"length": 19/' flow.json > other.json && mv other.json flow.json
steps=5
check "a vehicle a metre shorter runs" run
check "and is noticed in the first row" differs expected_steps.csv own.csv
cd "$scratch" || exit 1
finish
