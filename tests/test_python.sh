#!/bin/sh
# suite/python/marlgold.py as programs in Python use it: rows as numpy arrays, the digests of the C program, PettingZoo's
# Parallel interface (with its own tests, where it is installed, and with stand-ins for it and gymnasium).
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
: "${MAKE:=make}" "${CC:=gcc}" "${BUILD:=build}"

python=
for candidate in python3 /usr/bin/python3; do
    if [ -z "$python" ] && "$candidate" -c 'import numpy' 2> /dev/null; then
        python=$candidate
    fi
done
if [ -z "$python" ]; then
    skip "no python3 with numpy here"
    finish
fi
check "make install-library" $MAKE install-library "DESTDIR=$scratch/root" prefix=/opt/marlgold
folder=$scratch/root/opt/marlgold/share/marlgold/python
for file in marlgold.py train_predation.py; do
    check "installed: $file" test -s "$folder/$file"
done
digests() {
    "$CC" -std=c11 -I"$scratch/root/opt/marlgold/include" -o "$scratch/user" tests/library_user.c \
        "$scratch/root/opt/marlgold/lib/libmarlgold.a" -lpthread && "$scratch/user" digests > "$scratch/digests"
}
check "a C program plays every environment" digests
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
# From the installed folder, which finds the library beside it.
python() { env -u MARLGOLD_LIBRARY PYTHONPATH="$folder" "$python" "$@" > "$scratch/python.tap" 2> "$scratch/python.err"; }
# said WHO: its lines as ours, and that it came to its end.
said() {
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
    check "$1 came to its end" sh -c "cat '$scratch/python.err'; [ ! -s '$scratch/python.err' ] && tail -n 1 '$scratch/python.tap' | grep -q '^1\.\.'"
}
python tests/marlgold_user.py "$scratch/digests"
said "a user's program"
python tests/pettingzoo_user.py
said "what PettingZoo asks"
python tests/pettingzoo_user.py stand-in
said "what PettingZoo asks, with stand-ins"
finish
