#!/bin/sh
# Killed, interrupted, resumed, two at a time: the files are those of a straight run. On the miniature of
# toy_experiment.h in its longer profile, at three random points, and on every result's quick profile once.
set -u
cd "$(dirname "$0")/.."
[ ! -w /dev/shm ] || export TMPDIR="${TMPDIR:-/dev/shm}" # a save waits for the disk, and the next for a hundred times as long
. ci/tap.sh
BUILD=${BUILD:-build}
harness=$PWD/$BUILD/tests/test_harness
[ -x "$harness" ] || harness=$BUILD/tests/test_harness

# same FOLDER FOLDER: every CSV file of both.
same() {
    for file in "$1"/*.csv; do
        cmp "$file" "$2/$(basename "$file")" || return 1
    done
    [ "$(ls "$1"/*.csv | wc -l)" = "$(ls "$2"/*.csv | wc -l)" ]
}

# Some whole hundredth of a second between two bounds.
point() {
    awk -v low="$1" -v high="$2" -v seed="$(date +%N)$3" \
        'BEGIN { srand(seed); printf "%.2f\n", low + rand() * (high - low) }'
}

mkdir "$scratch/reports"
run="$harness heeding toy --profile paper --seeds 0 --reports $scratch/reports --quiet"
begun=$(date +%s.%N)
check "a straight run" $run --out "$scratch/straight" --jobs 1
length=$(awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
straight=$scratch/straight/toy/paper
check "a comparison that can fail" sh -c '! cmp -s "$1/trail.csv" "$1/curve.csv"' - "$straight"

count() { ls -d "$@" 2> /dev/null | wc -l; }
count_unfinished() { echo $(($(count "$out"/toy/paper/tasks/*) - $(count "$out"/toy/paper/tasks/*/result))); }

# interrupt NAME SIGNAL JOBS: starts a run and sends it a signal at a random point; leaves `got` and `unfinished`. A run
# that was faster than the point (a loaded machine measures a straight run too long) is started again with an earlier one.
interrupt() {
    for share in 0.5 0.4 0.3 0.2 0.1 0.05; do
        out=$scratch/$1
        rm -rf "$out"
        at=$(point 0.02 "$(awk -v l="$length" -v j="$3" -v s=$share 'BEGIN { print s * l / j }')" "$1$$")
        $run --out "$out" --jobs "$3" 2> "$out.err" &
        job=$!
        sleep "$at"
        kill -s "$2" $job 2> /dev/null
        wait $job
        got=$?
        unfinished=$(count_unfinished)
        [ $got = 0 ] || [ "$unfinished" = 0 ] || return
    done
}

# kill_and_resume NAME SIGNAL STATUS JOBS: interrupts a run, then goes on with it.
kill_and_resume() {
    interrupt "$1" "$2" "$4"
    check "$1: ended with status $3 after $at s of $length" test $got = "$3"
    [ "$2" = KILL ] || check "$1: and says how to go on" grep -q "interrupted: .* --resume" "$out.err"
    [ "$2" = KILL ] || check "$1: no half-written file" sh -c '[ -z "$(find "$1" -name "*.tmp-*")" ]' - "$out"
    saved=$((saved + $(count "$out"/toy/paper/tasks/*/checkpoint)))
    check "$1: in the middle of it ($unfinished tasks left)" test "$unfinished" -gt 0
    check "$1: goes on" $run --out "$out" --jobs "$4" --resume
    check "$1: to the files of a straight run" same "$straight" "$out/toy/paper"
}

saved=0
for i in 1 2 3; do
    kill_and_resume "kill -9, point $i" KILL 137 $((1 + i % 2))
done

# ---- killed as soon as there is a checkpoint to go on from ----
# to_checkpoint SIGNAL: runs until a task has left a checkpoint, then sends the signal; a run that was over before anybody
# looked is started again.
to_checkpoint() {
    for attempt in 1 2 3 4 5; do
        rm -rf "$out"
        $run --out "$out" --jobs 1 --methods walk 2> /dev/null &
        job=$!
        while kill -0 $job 2> /dev/null && [ "$(count "$out"/toy/paper/tasks/*/checkpoint)" = 0 ]; do
            sleep 0.01
        done
        kill -s "$1" $job 2> /dev/null
        wait $job
        got=$?
        [ "$(count "$out"/toy/paper/tasks/*/checkpoint)" = 0 ] || return
    done
}
out=$scratch/checkpoint
to_checkpoint KILL
check "kill -9 after a checkpoint: status 137" test $got = 137
check "... which is there" test "$(count "$out"/toy/paper/tasks/*/checkpoint)" -gt 0
check "... goes on" $run --out "$out" --jobs 2 --resume
check "... to the files of a straight run" same "$straight" "$out/toy/paper"

saved=0
kill_and_resume "SIGINT" INT 130 2
kill_and_resume "SIGINT, one job" INT 130 1
kill_and_resume "SIGTERM" TERM 143 2
check "they left checkpoints ($saved)" test $saved -ge 1

# ---- what the shell ignores for a job in the background ----
# begun FOLDER: waits until a task has begun there, or the run is over
begun() {
    while kill -0 $job 2> /dev/null && [ ! -e "$1/toy/paper/tasks" ]; do :; done
}
out=$scratch/ignoring
$harness toy --profile paper --seeds 0 --reports "$scratch/reports" --quiet --out "$out" --jobs 2 2> "$out.err" &
job=$!
begun "$out"
kill -s INT $job 2> /dev/null
wait $job
got=$?
check "SIGINT ignored at the start stays ignored" test $got = 0
check "... and the files are those of a straight run" same "$straight" "$out/toy/paper"
saved=0
kill_and_resume "SIGHUP" HUP 129 2
(
    trap '' HUP
    exec $harness toy --profile paper --seeds 0 --reports "$scratch/reports" --quiet --out "$scratch/nohup" --jobs 1
) 2> /dev/null &
job=$!
begun "$scratch/nohup"
kill -s HUP $job 2> /dev/null
wait $job
got=$?
check "SIGHUP under nohup: goes on to the end" test $got = 0

# ---- two runs in one folder ----
out=$scratch/shards
$run --out "$out" --jobs 1 --shard 1/2 & one=$!
$run --out "$out" --jobs 1 --shard 2/2 & two=$!
wait $one
got=$?
wait $two
got=$got.$?
check "two shards at once in one folder end well" test $got = 0.0
check "... and leave the files of a straight run" same "$straight" "$out/toy/paper"
out=$scratch/same-task
$run --out "$out" --jobs 1 & job=$!
begun "$out"
kill -s STOP $job
check "a second run of the same tasks there: status 3" refused 3 "another process runs task" $run --out "$out"
check "... in one line" test "$(grep -c . "$scratch/refused.log")" = 1
kill -s CONT $job
wait $job
got=$?
check "... the first goes on to its end" test $got = 0
check "... with the files of a straight run" same "$straight" "$out/toy/paper"

# ---- what killed runs left half-written ----
out=$scratch/tidy
to_checkpoint KILL
task=$(dirname "$(ls "$out"/toy/paper/tasks/*/checkpoint | head -n 1)")
for file in "$out/toy/paper/runs.csv" "$task/checkpoint"; do
    : > "$file.tmp-0123456789abcdef"
    : > "$file.tmp-none"
done
check "a run that goes on" $run --out "$out" --resume
check "... clears half-written files" sh -c '[ -z "$(find "$1" -name "*.tmp-0123456789abcdef")" ]' - "$out"
check "... and nothing that only looks like them" test -e "$out/toy/paper/runs.csv.tmp-none"
rm "$out/toy/paper/lock"
ln -s "$scratch/victim" "$out/toy/paper/lock"
check "a link where the lock should be is not followed" refused 3 "/lock: " $run --out "$out" --resume
check "... nor made" test ! -e "$scratch/victim"

# ---- what is no file ----
for file in checkpoint result; do
    out=$scratch/fifo-$file
    mkdir -p "$out/toy/paper/tasks/walk.0"
    mkfifo "$out/toy/paper/tasks/walk.0/$file"
    check "a FIFO as $file: status 3 at once" refused 3 "$file: is not a regular file" timeout 20 $run --out "$out" --resume
done

# ---- one process of two dies ----
out=$scratch/child
$run --out "$out" --jobs 2 --methods walk 2> "$out.err" &
job=$!
child=
while kill -0 $job 2> /dev/null && { [ -z "$child" ] || [ ! -e "$out/toy/paper/tasks" ]; }; do
    child=$(grep -l "^PPid:[[:space:]]*$job\$" /proc/[0-9]*/status 2> /dev/null | head -n 1 | cut -d/ -f3)
done
kill -s KILL "$child"
wait $job
got=$?
check "a task that is killed: status 3" test $got = 3
check "... and named" grep -q "was ended by signal 9; --resume goes on" "$out.err"
check "... the other is finished" sh -c '[ "$(ls "$1"/toy/paper/tasks/*/result | wc -l)" = 1 ]' - "$out"
check "... and --resume makes it good" $run --out "$out" --resume
check "... to the files of a straight run" same "$straight" "$out/toy/paper"

# ---- a checkpoint that is damaged, or of another config ----
out=$scratch/damaged
to_checkpoint INT
file=$(ls "$out"/toy/paper/tasks/*/checkpoint | head -n 1)
cp "$file" "$scratch/good"
head -c 300 "$scratch/good" > "$file"
check "a checkpoint cut off: status 3" refused 3 "damaged or cut off" $run --out "$out" --resume
cp "$scratch/good" "$file"
check "a checkpoint of another config: status 3" refused 3 "another config" \
    "$harness" changed --profile paper --reports "$scratch/reports" --quiet --out "$out" --resume
check "the good one goes on" $run --out "$out" --resume

# ---- what replay buffers hold, in files beside the checkpoint ----
# wide_segments: a task with replay buffers, ended by SIGINT after several saves; leaves `task`, the folder
wide_segments() {
    # neither too early for a second save nor after the end: a task takes a tenth of a second
    for later in 0.02 0.01 0.03 0 0.05 0.02 0.01 0.03 0 0.05 0.02 0.01 0.03 0 0.05 0.1 0.02 0.01 0.03 0 0.05 0.1; do
        rm -rf "$out"
        $run --out "$out" --jobs 1 --methods walk/wide 2> /dev/null &
        job=$!
        while kill -0 $job 2> /dev/null && [ "$(count "$out"/toy/paper/tasks/*/replay-0-*)" = 0 ]; do
            sleep 0.01
        done
        sleep "$later"
        kill -s INT $job 2> /dev/null
        wait $job
        task=$(dirname "$(ls "$out"/toy/paper/tasks/*/checkpoint 2> /dev/null | head -n 1)")
        [ "$(count "$task"/replay-0-*)" -ge 2 ] && return
    done
}
out=$scratch/segments
wide_segments
cp -R "$out" "$scratch/whole"
last=$(ls "$task"/replay-0-* 2> /dev/null | sort -V | tail -n 1)
last=${last:-$scratch/replay-0-1} # where there is none, what follows fails, and writes nowhere else
before=${last%-*}-$((${last##*-} - 1))
# segment NAME WORDS COMMAND...: with the segment changed by the command, resuming fails in one line that names it
segment() {
    name=$1 words=$2
    shift 2
    "$@"
    check "a segment $name: status 3" refused 3 "$words" $run --out "$out" --resume --methods walk/wide
    check "... in one line" test "$(grep -c . "$scratch/refused.log")" = 1
    cp "$scratch/whole/toy/paper/tasks/walk.wide.0"/replay-* "$task/"
}
check "several saves leave several segments" test "$(count "$task"/replay-0-*)" -ge 2
check "... those of which the buffer holds nothing are gone" test "$(count "$task"/replay-1-*)" = 1
cut() { head -c 333 "$last" > "$last.cut" && mv "$last.cut" "$last"; }
segment "cut off" "damaged or cut off" cut
turn() { printf '\377' | dd of="$last" bs=1 seek=500 conv=notrunc 2> /dev/null; }
segment "with a byte turned" "damaged or cut off" turn
segment "that is gone" "no such file" rm "$last"
segment "in the place of another" "does not follow on the segment before it" cp "$before" "$last"
check "the whole ones go on" $run --out "$out" --resume
check "... to the files of a straight run" same "$straight" "$out/toy/paper"
check "... and nothing of them is left" test "$(count "$out"/toy/paper/tasks/*/replay-*)" = 0
# killed while the next segment was being written: it belongs to no checkpoint, and is written again
rm -rf "$out"
cp -R "$scratch/whole" "$out"
next=${last%-*}-$((${last##*-} + 1))
head -c 100 "$last" > "$next"
check "half a segment that no checkpoint names is no matter" $run --out "$out" --resume
check "... for the files" same "$straight" "$out/toy/paper"

# ---- results ----
for source in suite/*.c; do
    [ -e "$source" ] || continue
    result=$(basename "$source" .c | tr _ -)
    program=$BUILD/bin/$result
    check "$result: straight" "$program" --quiet --out "$scratch/$result-a" --jobs 2
    "$program" --quiet --out "$scratch/$result-b" --jobs 1 2> /dev/null &
    job=$!
    sleep "$(point 0.05 0.3 "$result")"
    kill -s KILL $job 2> /dev/null
    wait $job
    check "$result: killed, then resumed" "$program" --quiet --out "$scratch/$result-b" --jobs 2 --resume
    check "$result: the same files" same "$scratch/$result-a/$result/quick" "$scratch/$result-b/$result/quick"
done
finish
