#!/bin/sh
# A task that goes on from another one's checkpoint: the parent runs first and once, the child has its networks and its
# trail, whatever --jobs, --shard, kills and resumes. On the phases of tests/test_harness.c.
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
    "$harness" phases --out "$run_folder" --golden "$scratch/golden" --reports "$scratch/reports" --quiet "$@"
}
same() { # FOLDER FOLDER: every CSV file of both
    for file in "$1"/*.csv; do
        cmp "$file" "$2/$(basename "$file")" || return 1
    done
    [ "$(ls "$1"/*.csv | wc -l)" = "$(ls "$2"/*.csv | wc -l)" ]
}
is() { echo "found: $1"; [ "$1" = "$2" ]; }
listed() { "$harness" phases --list "$@" | paste -s -d ' '; }
straight=$scratch/straight/toy/quick
tasks=$straight/tasks

check "a straight run" run straight --jobs 1
check "the parent leaves its checkpoint, and one that no child wants none" \
    is "$(ls "$tasks/first.0" "$tasks/second.a.0" "$tasks/still.0" | grep parent | paste -s -d ' ')" "parent-3 parent-2"
check "four jobs" run four --jobs 4
check "... the same bits" same "$straight" "$scratch/four/toy/quick"
weights() { # TASK CHECKPOINT: networks and optimisers
    grep -E '^(policies|optimisers),' "$straight/dump-$1-$2.csv"
}
run straight --dump first/1@3 > /dev/null && run straight --dump still/1@1 > /dev/null && run straight --dump first/1@1 > /dev/null
weights first.1 3 > "$scratch/parent" && weights still.1 1 > "$scratch/child" && weights first.1 1 > "$scratch/earlier"
rm "$straight"/dump-*.csv
check "the child begins with the parent's networks and optimisers" cmp "$scratch/parent" "$scratch/child"
check "... which are those of that checkpoint" sh -c '! cmp -s "$1" "$2"' - "$scratch/earlier" "$scratch/child"
trail_of() { grep "^$2," "$1/toy/$3/trail.csv"; }
check "a falsified parent" run wrong --mutate trail@3
falsified() { # the child's networks are the same, its digests are not
    trail_of "$scratch/straight" still,,0 quick > "$scratch/a" && trail_of "$scratch/wrong" still,,0 quick-mutated > "$scratch/b"
    ! cmp -s "$scratch/a" "$scratch/b" && grep -q policies "$scratch/b"
}
check "... is seen in the child's trail" falsified
mkdir "$scratch/golden" && cp -r "$scratch/straight/toy" "$scratch/golden/" && rm -rf "$scratch/golden/toy/quick/tasks" "$scratch/golden/toy/quick/lock"
check "--check of the children" refused 0 "0 differ" run checked --methods second,third --seeds 0 --check
check "... sees a wrong parent" refused 1 "first" run checked --methods second --seeds 0 --check --mutate policies@3

check "... and a child that learned nothing since" refused 1 "still/0: .*network 'agent 0 weight' never changed" \
    run checked --methods still --seeds 0 --check

# ---- which tasks ----
check "a child brings its parents" is "$(listed --methods third --seeds 1)" "first/1 second/a/1 third/1"
check "children go where their parents go" is "$(listed --methods second,first --shard 1/2)|$(listed --methods second,first --shard 2/2)" \
    "first/0 first/2 second/a/0 second/a/2|first/1 second/a/1"
check "a run that stops before has no children" is "$(listed --until-checkpoint 1 --seeds 0)" "first/0 explode/0"
check "... and nothing to do for them alone" refused 77 "later checkpoints of their parents" run until --until-checkpoint 2 --methods third
check "one that stops at it has them" is "$(listed --until-checkpoint 3 --methods third --seeds 0)" "first/0 second/a/0 third/0"
check "shard 1" run shards --shard 1/3
check "shard 2" run shards --shard 2/3 --resume
check "shard 3" run shards --shard 3/3 --resume
check "put together" run shards --merge
check "... the same bits" same "$straight" "$scratch/shards/toy/quick"
extra() { run extra --methods second --seeds 7 && trail_of "$scratch/extra" second,a,7 quick-extra > /dev/null && [ -e "$scratch/extra/toy/quick-extra/tasks/first.7/result" ]; }
check "an extra seed has its own parent" extra

# ---- once, and again ----
again() {
    rm "$scratch/four/toy/quick/tasks/second.a.1/result" "$scratch/four/toy/quick/tasks/third.1/result"
    touch -d '2001-01-01' "$scratch/four/toy/quick/tasks/first.1/result"
    run four --resume --jobs 2 && [ "$(stat -c %Y "$scratch/four/toy/quick/tasks/first.1/result")" -lt 1000000000 ] &&
        same "$straight" "$scratch/four/toy/quick"
}
check "--resume runs the children, the parent not again" again
rm -rf "$scratch/four/toy/quick/tasks/first.2"
check "a child alone wants its parent" refused 3 "run its parent first/2 first, up to its checkpoint 3" run four --dump still/2@1
check "a parent that diverged" grep -q "^orphan,,0,1,0,0,0,weights=0,diverged: its parent explode/0 before checkpoint 6" "$straight/runs.csv"

# ---- killed ----
# A killed run's jobs may hold their locks for a moment.
go_on() {
    for attempt in 1 2 3 4 5 6 7 8; do
        run kill --profile paper --jobs 2 --resume 2> "$scratch/e" && return 0
        grep "another process" "$scratch/e" || break
        sleep 0.5
    done
    cat "$scratch/e"
    return 1
}
check "a straight run of the longer profile" run long --profile paper --jobs 2
for signal in INT KILL; do
    for when in 0.1 0.3 0.6; do
        timeout -s $signal $when "$harness" phases --out "$scratch/kill" --reports "$scratch/reports" --quiet --profile paper --jobs 2 --resume
    done > "$scratch/o" 2>&1
    check "killed three times by $signal, it goes on" go_on
    check "... to the same bits" same "$scratch/long/toy/paper" "$scratch/kill/toy/paper"
    rm -rf "$scratch/kill"
done
finish
