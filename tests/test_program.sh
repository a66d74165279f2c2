#!/bin/sh
# A result's program from outside (the miniature of toy_experiment.h): what it prints, exit statuses, checks that turn red,
# output that cannot be written.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
BUILD=${BUILD:-build}
harness=$PWD/$BUILD/tests/test_harness
[ -x "$harness" ] || harness=$BUILD/tests/test_harness # BUILD may be absolute
toy() { "$harness" toy --out "$scratch/out" --golden "$scratch/golden" --reports "$scratch/reports" "$@"; }
quick=$scratch/out/toy/quick

# status WANTED COMMAND...
status() {
    wanted=$1
    shift
    got=0
    "$@" || got=$?
    [ "$got" = "$wanted" ] || { echo "exit status $got, wanted $wanted"; return 1; }
}
same_results() { # folder folder
    for file in runs curve trail path deviations summary claims; do
        cmp "$1/$file.csv" "$2/$file.csv" || return 1
    done
}

# ---- what it says ----
check "--help is a page on stdout" sh -c '"$1" toy --help 2> "$2/err" | grep -q "EXIT STATUS" && [ ! -s "$2/err" ]' - "$harness" "$scratch"
check "--version names semantics, compiler and instruction set" sh -c '"$1" toy --version | grep -c -E "^(toy|semantics 1|compiler|flags|isa) ?" | grep -qx 5' - "$harness"
check "--describe is one line of three fields" sh -c '"$1" toy --describe | awk -F "\t" "NF != 3 { exit 1 } END { exit NR != 1 }"' - "$harness"
check "--list prints the tasks" sh -c '[ "$("$1" toy --list --seeds 0 | tr "\n" " ")" = "exact/0 walk/0 walk/wide/0 explode/0 " ]' - "$harness"
check "a wrong option: status 2, one line on stderr, nothing on stdout" sh -c '"$1" toy --no-such > "$2/o" 2> "$2/e"; [ $? = 2 ] && [ ! -s "$2/o" ] && [ "$(wc -l < "$2/e")" = 1 ]' - "$harness" "$scratch"
check "a wrong option makes no folder" test ! -e "$scratch/out"
check "an instruction set that this CPU lacks is wrong usage" refused 2 "simd128\|avx512" toy --isa "$([ "$(uname -m)" = x86_64 ] && echo simd128 || echo avx512)"
check "no room on standard output: status 3" sh -c '"$1" toy --list > /dev/full 2> "$2/e"; [ $? = 3 ] && grep -q "standard output" "$2/e"' - "$harness" "$scratch"

# ---- a run, its golden, and checks ----
check "all tasks run" toy --quiet
check "results: every file" test -s "$quick/runs.csv" -a -s "$quick/curve.csv" -a -s "$quick/trail.csv" -a -s "$quick/path.csv" -a \
    -s "$quick/deviations.csv" -a -s "$quick/summary.csv" -a -s "$quick/claims.csv" -a -s "$quick/machine.json"
check "no temporary file, no checkpoint of a finished task" sh -c '[ -z "$(find "$1" -name "*.tmp-*" -o -name checkpoint)" ]' - "$quick"
check "evaluations at 0, 90, ... and at the end" sh -c '[ "$(grep "^walk,,0,.*,reward," "$1/curve.csv" | cut -d, -f4 | tr "\n" " ")" = "0 90 180 270 360 400 " ]' - "$quick"
check "checkpoints: the first where it was asked for, the last at the end" sh -c '[ "$(grep "^walk,,0,.*,rng," "$1/trail.csv" | cut -d, -f5 | tr "\n" " ")" = "20 133 200 266 333 400 " ]' - "$quick"
check "final metrics are the mean of the last two evaluations" sh -c '
    grep "^walk,,1,.*,reward," "$1/curve.csv" | tail -n 2 | cut -d, -f8 | paste -s -d" " | awk "{ printf \"%.12g\n\", (\$1 + \$2) / 2 }" > "$2/mean"
    grep "^walk,,1," "$1/runs.csv" | cut -d, -f10 | awk "{ printf \"%.12g\n\", \$1 }" | cmp - "$2/mean"' - "$quick" "$scratch"
check "a task that diverges says where, has no metrics and a trail to the end" sh -c '
    grep -q "^explode,,0,1,100,100,[0-9]*,weights=100,diverged: policies agent 1 weight at unit 1[0-9][0-9],,,,," "$1/runs.csv" ||
    grep "^explode,,0,1,[0-9]*,[0-9]*,[0-9]*,weights=[0-9]*,diverged: policies agent 1 weight at unit 133,,,,," "$1/runs.csv"' - "$quick"
mkdir -p "$scratch/golden/toy" "$scratch/reports"
cp -R "$quick" "$scratch/golden/toy/quick"
rm -r "$scratch/golden/toy/quick/tasks" "$scratch/golden/toy/quick/machine.json"
cp -R "$quick" "$scratch/straight"
check "the same again, two at a time" toy --quiet --check --jobs 2
check "and in another locale" env LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$harness" toy --out "$scratch/out" --golden "$scratch/golden" \
    --reports "$scratch/reports" --quiet --check
check "files of two jobs and one job are the same" same_results "$quick" "$scratch/straight"
check "no golden: status 3" refused 3 "no such golden" "$harness" toy --out "$scratch/out" --golden "$scratch/nothing" --quiet --check

# ---- one bit ----
for what in policies@3 optimisers@2 environment@4 trail@5; do
    kind=${what%@*}
    [ "$kind" != trail ] || kind=policies # the first row of the checkpoint
    check "--mutate $what: red, and named" refused 1 "walk/0, checkpoint ${what#*@}, $kind" toy --quiet --check --methods walk --mutate $what
done
check "--mutate rng@1 shows in the counters" refused 1 "walk/0, checkpoint 1, rng" toy --quiet --check --methods walk --mutate rng@1
check "--mutate state@2 of a direct task" refused 1 "exact/0, checkpoint 2, state" toy --quiet --check --mutate state@2
check "--mutate with a kind that the task lacks: status 2" refused 2 "no tensor of that kind" toy --quiet --mutate incentives@1
check "--mutate at a checkpoint that never comes: status 2" refused 2 "has 6 checkpoints" toy --quiet --methods walk --mutate policies@7
check "a mutated run leaves the real one alone" same_results "$quick" "$scratch/straight"

# ---- parts of a run ----
check "--until-checkpoint compares the trail that far" refused 0 "check: .* 0 differ" toy --check --until-checkpoint 2
check "... and stops there" sh -c '[ "$(cut -d, -f4 "$1/toy/quick-until-2/trail.csv" | sort -u | tr "\n" " ")" = "1 2 checkpoint " ]' - "$scratch/out"
check "... and sees a bit" refused 1 "walk/0, checkpoint 2, policies" toy --quiet --methods walk --check --until-checkpoint 2 --mutate policies@2
check "--dump writes a checkpoint's numbers" toy --dump walk/1@3
check "--dump of a mutated run" toy --dump walk/1@3 --mutate optimisers@3
check "the two differ in one number, by one bit" sh -c '
    diff "$1/quick/dump-walk.1-3.csv" "$1/quick-mutated/dump-walk.1-3.csv" > "$2/diff"; [ "$(grep -c "^[<>]" "$2/diff")" = 2 ] && grep -q "optimisers,momentum,0,0" "$2/diff"' - "$scratch/out/toy" "$scratch"
check "--dump of a checkpoint that the task lacks: status 2" refused 2 "has 6 checkpoints" toy --dump walk/1@7
check "--dump leaves the run alone" same_results "$quick" "$scratch/straight"

# ---- shards ----
for i in 1 2 3; do
    check "shard $i of 3" "$harness" toy --out "$scratch/shard$i" --reports "$scratch/reports" --quiet --shard $i/3
done
check "a shard has no summary" test ! -e "$scratch/shard1/toy/quick/summary.csv"
mkdir -p "$scratch/shards/toy/quick/tasks"
cp -R "$scratch"/shard[123]/toy/quick/tasks/* "$scratch/shards/toy/quick/tasks/"
check "--merge puts them together" "$harness" toy --out "$scratch/shards" --reports "$scratch/reports" --merge
check "shards merged are the straight run" same_results "$scratch/shards/toy/quick" "$scratch/straight"
check "--merge runs nothing" test ! -e "$scratch/shards/toy/quick/machine.json"
check "a shard checked: the others count as skipped" refused 0 "0 differ, [1-9][0-9]* skipped" "$harness" toy --out "$scratch/shard1" --golden "$scratch/golden" \
    --reports "$scratch/reports" --shard 1/3 --resume --check
rm -r "$scratch/shards/toy/quick/tasks/walk.1"
check "--merge of an incomplete folder takes the summary away" sh -c '"$1" toy --out "$2/shards" --reports "$2/reports" --merge --quiet && [ ! -e "$2/shards/toy/quick/summary.csv" ]' - "$harness" "$scratch"

# ---- another build of the program, with the same configs ----
cp "$harness" "$scratch/other" && echo >> "$scratch/other"
cp -R "$scratch/out" "$scratch/mixed"
check "--resume keeps another build's tasks, and says so" refused 0 "7 finished tasks .* made by another build" "$scratch/other" toy \
    --out "$scratch/mixed" --reports "$scratch/reports" --resume
check "a run of some tasks does not pass others off as its own" "$scratch/other" toy --out "$scratch/mixed" --reports "$scratch/reports" \
    --quiet --methods walk
check "... its result has only those" sh -c '[ "$(cut -d, -f1 "$1/toy/quick/runs.csv" | sort -u | tr "\n" " ")" = "method walk " ]' - "$scratch/mixed"
check "... until --merge puts all together" sh -c '"$1" toy --out "$2/mixed" --reports "$2/reports" --quiet --merge && cmp "$2/mixed/toy/quick/runs.csv" "$2/straight/runs.csv"' - \
    "$harness" "$scratch"

# ---- what must not pass ----
cp -R "$scratch/golden" "$scratch/golden2"
check "a network that never learns is not accepted, whatever the golden says" sh -c '
    "$1" frozen --out "$2/frozen" --reports "$2/reports" --quiet && mkdir -p "$2/golden3/toy" && cp -R "$2/frozen/toy/quick" "$2/golden3/toy/quick" || exit 1
    "$1" frozen --out "$2/frozen" --golden "$2/golden3" --reports "$2/reports" --quiet --check 2> "$2/err" && exit 1
    cat "$2/err"; grep -q "walk/0: .*weights.* less than 3 times.*agent 0 weight.* never changed" "$2/err"' - "$harness" "$scratch"
check "a budget that cannot be is refused" refused 3 "checkpoint 1 falls at unit 399, not before checkpoint 2" "$harness" lone --out "$scratch/lone" --quiet
check "a config that changed is not resumed" refused 3 "of another config" "$harness" changed --out "$scratch/out" --reports "$scratch/reports" --quiet --resume
check "... but started afresh" "$harness" changed --out "$scratch/out" --reports "$scratch/reports" --quiet

# ---- where nothing can be written ----
: > "$scratch/file"
check "--out is a file: status 3" refused 3 "folder is wanted\|not a directory\|file stands" "$harness" toy --out "$scratch/file" --quiet
check "--out below /proc: status 3" refused 3 "/proc/no" "$harness" toy --out /proc/no/such --quiet
for blocks in 1 8; do # a task's file, and a result's file, is larger
    check "files of at most $((blocks * 512)) bytes: status 3" refused 3 "larger than allowed" sh -c 'ulimit -f "$3"; exec "$1" toy --out "$2/limit$3" --reports "$2/reports" --quiet' - "$harness" "$scratch" $blocks
    check "... and nothing half-written" sh -c '[ -z "$(find "$1" -name "*.tmp-*")" ] && for file in "$1"/toy/quick/*.csv; do [ ! -e "$file" ] || [ -z "$(tail -c 1 "$file")" ] || exit 1; done' - "$scratch/limit$blocks"
done
check "... which --resume finishes when there is room" "$harness" toy --out "$scratch/limit8" --reports "$scratch/reports" --quiet --resume
check "... to the same files" same_results "$scratch/limit8/toy/quick" "$scratch/straight"
if unshare -rm sh -c 'mount -t tmpfs -o size=64k none "$1"' - "$scratch/golden2" 2> /dev/null; then
    check "a full disk: status 3" refused 3 "no space left" unshare -rm sh -c 'mkdir "$2/small" && mount -t tmpfs -o size=64k none "$2/small" && exec "$1" toy --out "$2/small" --reports "$2/reports" --quiet' - "$harness" "$scratch"
    check "a read-only disk: status 3" refused 3 "read-only" unshare -rm sh -c 'mkdir "$2/still" && mount -t tmpfs -o ro none "$2/still" && exec "$1" toy --out "$2/still" --quiet' - "$harness" "$scratch"
else
    skip "no file systems of our own here: full disk"
    skip "no file systems of our own here: read-only disk"
fi
finish
