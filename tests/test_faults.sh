#!/bin/sh
# tests/test_faults.sh [--full] - every call that can fail, made to fail: memory, files, folders, processes. A program
# then ends as if nothing had been, or with status 3 and one line: never with other files, never by a signal. Wants a C
# library of GNU's and programs linked dynamically, which are built here from the objects at hand; a dozen places of each
# kind of call, --full: all.
set -u
cd "$(dirname "$0")/.."
[ ! -w /dev/shm ] || export TMPDIR="${TMPDIR:-/dev/shm}" # every file waits for the disk
. ci/tap.sh
BUILD=${BUILD:-build} CC=${CC:-gcc} JOBS=${JOBS:-2}
most=6
[ "${1:-}" != --full ] || most=100000
kinds="malloc open read listen write write+ fsync close rename stat opendir readdir mkdir unlink fork waitpid pipe"
scenarios="two resume segments merge check other report list"
library=$BUILD/lib/libmarlgold.a
bin=$scratch/bin
mkdir "$bin"

# dynamic OUTPUT SOURCE...: a program linked dynamically
dynamic() {
    output=$1
    shift
    $CC -std=c11 -O1 -g -D_POSIX_C_SOURCE=200809L -I. "$@" "$library" -lyajl -lcsv -o "$output"
}
build() {
    $CC -O1 -shared -fPIC tests/fault_shim.c -ldl -o "$scratch/shim.so" &&
        dynamic "$bin/toy" tests/fault_toy.c &&
        dynamic "$bin/marlgold" $(ls "$BUILD"/obj/suite/tools/*.o | grep -v '/traffic') &&
        dynamic "$scratch/lio-ipd" "$BUILD/obj/suite/lio_ipd.o" &&
        dynamic "$scratch/sweep" tests/fault_sweep.c &&
        env FAULT_PROGRAMS=toy FAULT_TRACE="$scratch/trace" LD_PRELOAD="$scratch/shim.so" "$bin/toy" --describe &&
        [ -e "$scratch/trace" ]
}
if ! build > "$scratch/build.log" 2>&1; then
    tail -n 3 "$scratch/build.log" | sed 's/^/# /'
    for what in order fsync rename $scenarios kinds status crash; do
        skip "no dynamic build here, or not GNU's C library: $what"
    done
    finish
fi

# ---- what the scenarios start from: reports of the toy's own, which is in no list of the project's ----
t=$scratch/template
mkdir -p "$t/reports" "$t/golden/toy"
cp reports/style.css "$t/reports/"
toy() { "$bin/toy" --quiet --reports "$t/reports" "$@"; }
{
    env FAULT_PROGRAMS=toy FAULT_TRACE="$scratch/trace" LD_PRELOAD="$scratch/shim.so" \
        "$bin/toy" --quiet --jobs 1 --reports "$t/reports" --out "$scratch/traced" &&
        toy --shard 1/2 --out "$t/a" && toy --shard 2/2 --out "$t/b" && toy --out "$t/out"
} || { echo "Bail out! the miniature does not run"; exit 1; }
cp -R "$t/out/toy/quick" "$t/golden/toy/quick"
# a task with replay buffers, ended in the middle: a checkpoint, and segments beside it
half() {
    for attempt in 1 2 3 4 5 6; do
        rm -rf "$t/half"
        toy --profile paper --seeds 0 --methods walk/wide --jobs 1 --out "$t/half" 2> /dev/null &
        job=$!
        while kill -0 $job 2> /dev/null && [ -z "$(ls "$t"/half/toy/paper/tasks/*/replay-0-0 2> /dev/null)" ]; do
            sleep 0.01
        done
        kill -s TERM $job 2> /dev/null
        wait $job
        [ $? = 143 ] && return
    done
    return 1
}
half || { echo "Bail out! no task could be ended in the middle"; exit 1; }
rm -r "$t/golden/toy/quick/tasks" "$t/golden/toy/quick/machine.json" "$t/golden/toy/quick/lock"

# ---- a file is made under another name, written, flushed, renamed and closed (its lock goes then), in this order ----
in_order() {
    awk '
        { what = $1 }
        what == "create" { if (state != "") exit bad = 1; state = "create"; files++; next }
        what == "write" { if (state != "create" && state != "write") exit bad = 1; state = "write"; next }
        what == "fsync" { if (state != "create" && state != "write") exit bad = 1; state = "fsync"; next }
        what == "rename" { if (state != "fsync") exit bad = 1; state = "rename"; next }
        what == "close" { if (state != "rename") exit bad = 1; state = ""; next }
        { exit bad = 1 }
        END { if (bad) print "at line " NR ": " $0 " after " state; exit bad || state != "" || files < 10 }' "$1"
}
check "every file: created anew, written, fsync, rename, close" in_order "$scratch/trace"
grep -v '^fsync' "$scratch/trace" > "$scratch/unsynced"
check "twin: without fsync it is noticed" sh -c '! "$@"' - awk '/^rename/ && last != "fsync" { exit 1 } { last = $1 }' \
    "$scratch/unsynced"
in_wrong_order() { ! in_order "$scratch/unsynced"; }
check "twin: by the check above too" in_wrong_order

# sweep SCENARIO KIND
cat > "$scratch/one" <<'ONE'
#!/bin/sh
scratch=$1 most=$2 scenario=$3 kind=$4 t=$1/template bin=$1/bin
case $scenario in
two) t=- && set -- "$scratch/lio-ipd" --methods exact/grid,pg --seeds 0 --jobs 2 --quiet --out out ;;
resume) set -- "$bin/toy" --resume --check --golden golden --reports reports --out out ;;
segments) set -- "$bin/toy" --resume --quiet --profile paper --seeds 0 --methods walk/wide --jobs 1 --reports reports --out half ;;
merge) set -- "$bin/marlgold" merge --out c a b ;;
check) set -- "$bin/marlgold" check --golden golden --reports reports --jobs 1 --out o ;;
other) set -- "$bin/marlgold" diff golden/toy/quick a/toy/quick ;;
report) set -- "$bin/marlgold" report --golden golden --results out --reports reports --no-figures --out page ;;
list) set -- "$bin/marlgold" list --golden golden ;;
esac
"$scratch/sweep" "$scratch/shim.so" lio-ipd,marlgold,toy "$kind" "$most" "$t" "$scratch/work-$scenario-$kind" "$@" \
    > "$scratch/$scenario.$kind" 2>&1
echo "status $?" >> "$scratch/$scenario.$kind"
rm -rf "$scratch/work-$scenario-$kind"
ONE
chmod +x "$scratch/one"
for scenario in $scenarios; do
    for kind in $kinds; do
        echo "$scenario $kind"
    done
done | xargs -P "$JOBS" -L 1 "$scratch/one" "$scratch" "$most"

# A scenario makes no call of some kinds, but each kind is tried somewhere.
survives() {
    for file in "$scratch/$1".*; do
        grep -q -e '^status 0' -e ' 0 calls, 0 places, 0 bad' "$file" && continue
        cat "$file"
        return 1
    done
    [ "$(cat "$scratch/$1".* | awk '/ places, / { places += $4 } END { print places + 0 }')" -ge 20 ]
}
for scenario in $scenarios; do
    check "$scenario: any one call fails" survives "$scenario"
done
every_kind() {
    for kind in $kinds; do
        grep -q ' [1-9][0-9]* places, 0 bad' "$scratch"/*."$kind" || { echo "$kind was never tried"; return 1; }
    done
}
check "every kind of call was made to fail somewhere" every_kind

# ---- twins: programs that do not survive are seen ----
unlike() {
    "$scratch/sweep" "$scratch/shim.so" cat "$1" 3 "$t" "$scratch/work-twin" "$scratch/cat" reports/style.css \
        > "$scratch/twin" 2>&1
    [ $? = 1 ] && grep -q "$2" "$scratch/twin"
}
printf '%s\n' '#include <fcntl.h>' '#include <stdlib.h>' '#include <unistd.h>' 'int main(int n, char **text) {' \
    'char *p = malloc(9); *p = 1; return n > 1 && read(open(text[1], O_RDONLY), p, 9) < 9; }' > "$scratch/c.c"
$CC -O0 "$scratch/c.c" -o "$scratch/cat"
check "twin: a program that tells a failed read by another status" unlike read 'another status'
check "twin: a program that trusts malloc crashes" unlike malloc 'ended by a signal'
finish
