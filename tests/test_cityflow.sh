#!/bin/sh
# CityFlow's interface to the traffic simulator: the library's functions from a C program built against the installed
# files, and suite/python/cityflow.py as a program for CityFlow uses it, against CityFlow's own tables where they are.
# BENCH=1 tests/test_cityflow.sh also prints what the Python module costs beside a loop in C.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
: "${MAKE:=make}" "${CC:=gcc}" "${BUILD:=build}"
root=$scratch/root prefix=/opt/marlgold
traffic=$PWD/$BUILD/bin/traffic

check "make install-library" $MAKE install-library "DESTDIR=$root" "prefix=$prefix"
check "a network" "$traffic" generate grid --rows 2 --cols 2 --spacing 150 --width 16 --every 6 --flow turns --lights agents \
    --seed 3 --out "$scratch/city"
build() {
    "$CC" -std=c11 -Wall -Wextra -Werror -I"$root$prefix/include" -o "$scratch/user" tests/library_traffic.c \
        "$root$prefix/lib/libmarlgold.a" -lpthread
}
check "a C program on the installed library" build
"$scratch/user" "$scratch/city/config.json" > "$scratch/c.tap" 2>&1
check "what it relies on" sh -c "grep -v '^ok' '$scratch/c.tap'; tail -n 1 '$scratch/c.tap' | grep -q '^1\.\.2[0-9]' && ! grep -q '^not ok' '$scratch/c.tap'"

if ! command -v python3 > /dev/null; then
    skip "no python3 here"
    finish
fi
folder=$root$prefix/share/marlgold/python
for file in cityflow.py max_pressure.py; do
    check "installed: $file" test -s "$folder/$file"
done
# Elsewhere than the folder that it names: beside it.
installed() {
    cat > "$scratch/where.py" << 'PYTHON'
import os
import sys

import cityflow

sys.exit(os.path.realpath(cityflow._library._name) != os.path.realpath(sys.argv[1]))
PYTHON
    env -u MARLGOLD_LIBRARY PYTHONPATH="$folder" python3 -B "$scratch/where.py" "$root$prefix/lib/libmarlgold.so.1"
}
check "the installed module finds the installed library" installed
check "and names where it was installed" grep -q "^_INSTALLED = \"$prefix/lib\"" "$folder/cityflow.py"
no_library() { MARLGOLD_LIBRARY=$scratch/none.so PYTHONPATH=suite/python python3 -c 'import cityflow'; }
check "without a library it says how to build it" refused 1 "make library builds it" no_library

MARLGOLD_LIBRARY=$PWD/$BUILD/library/libmarlgold.so
PYTHONPATH=$PWD/suite/python PYTHONDONTWRITEBYTECODE=1
export MARLGOLD_LIBRARY PYTHONPATH PYTHONDONTWRITEBYTECODE
mkdir "$scratch/python"
python3 tests/cityflow_user.py "$traffic" "$scratch/python" "$PWD/../shared/data/cityflow" > "$scratch/python.tap" 2> "$scratch/python.err"
while IFS= read -r line; do
    tap_points=$((tap_points + 1))
    case $line in
    "ok "*" # SKIP "*) echo "ok $tap_points # SKIP ${line#* # SKIP }" ;;
    "ok "*) echo "ok $tap_points - ${line#* - }" ;;
    *) echo "not ok $tap_points - ${line#* - }" && tap_failures=$((tap_failures + 1)) ;;
    esac
done << LINES
$(grep -E '^(not )?ok ' "$scratch/python.tap")
LINES
check "the program came to its end" sh -c "cat '$scratch/python.err'; [ ! -s '$scratch/python.err' ] && tail -n 1 '$scratch/python.tap' | grep -q '^1\.\.'"

if [ -n "${BENCH:-}" ]; then
    "$traffic" generate ltos-6x6 --seed 0 --out "$scratch/ltos" > /dev/null
    sed -i 's/"rlTrafficLight":true/"rlTrafficLight":false/' "$scratch/ltos/config.json"
    cat > "$scratch/speed.py" << 'PYTHON'
import sys
import time

import cityflow

for reads in ("nothing", "lane counts", "counts, waiting, speeds"):
    engine = cityflow.Engine(sys.argv[1])
    begin = time.process_time()
    for _ in range(3600):
        engine.next_step()
        if reads != "nothing":
            engine.get_lane_vehicle_count()
        if reads.endswith("speeds"):
            engine.get_lane_waiting_vehicle_count()
            engine.get_vehicle_speed()
    print("# python, reading %s: %.4f s, average travel time %.17g s" % (reads, time.process_time() - begin, engine.get_average_travel_time()))
PYTHON
    for round in 1 2 3; do
        echo "# C, reading lane counts: $("$scratch/user" speed "$scratch/ltos/config.json" 3600)"
        python3 "$scratch/speed.py" "$scratch/ltos/config.json"
    done
fi
finish
