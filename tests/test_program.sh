#!/bin/sh
# A result's program from outside (the miniature of toy_experiment.h): what it prints, exit statuses, checks that turn
# red, output that cannot be written; and one flipped bit in each real result.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
BUILD=${BUILD:-build}
harness=$PWD/$BUILD/tests/test_harness
[ -x "$harness" ] || harness=$BUILD/tests/test_harness # BUILD may be absolute

# run FOLDER [OPTION...]: the miniature with its files there.
run() {
    run_folder=$scratch/$1
    shift
    "$harness" toy --out "$run_folder" --golden "$scratch/golden" --reports "$scratch/reports" "$@"
}
toy() { run out "$@"; }
mkdir "$scratch/reports"
quick=$scratch/out/toy/quick
straight=$scratch/straight

same_results() { # FOLDER FOLDER
    for file in runs curve trail path deviations summary clauses claims; do
        cmp "$1/$file.csv" "$2/$file.csv" || return 1
    done
}

# column FILE COLUMN PATTERN: that column of the rows that match, in one line.
column() { grep -e "$3" "$1" | cut -d, -f"$2" | paste -s -d ' '; }

# ---- what it says ----
help_is_a_page() { "$harness" toy --help 2> "$scratch/e" | grep -q "EXIT STATUS" && [ ! -s "$scratch/e" ]; }
version_says() { [ "$("$harness" toy --version | grep -c -E '^(toy|semantics 1|compiler|flags|isa) ?')" = 5 ]; }
describes() {
    "$harness" toy --describe > "$scratch/o"
    [ "$(wc -l < "$scratch/o")" = 1 ] && awk -F '\t' 'NF != 2 || $2 != "marlgold result program" { bad = 1 } END { exit bad }' "$scratch/o"
}
lists() { [ "$("$harness" toy --list --seeds 0 | paste -s -d ' ')" = "exact/0 walk/0 walk/wide/0 explode/0" ]; }
wrong_option() {
    toy --no-such > "$scratch/o" 2> "$scratch/e"
    [ $? = 2 ] && [ ! -s "$scratch/o" ] && [ "$(wc -l < "$scratch/e")" = 1 ]
}
nowhere_to_print() {
    "$harness" toy --list > /dev/full 2> "$scratch/e"
    [ $? = 3 ] && grep -q "standard output" "$scratch/e"
}
foreign=simd128
[ "$(uname -m)" = x86_64 ] || foreign=avx512
check "--help is a page on stdout" help_is_a_page
rows_differ() {
    for source in suite/*.c; do
        "$BUILD/bin/$(basename "$source" .c | tr _ -)" --help | sed -n '/^METHODS/,/^$/s/^  [^ ]* *//p' | sort | uniq -d
    done > "$scratch/twice"
    cat "$scratch/twice"
    [ ! -s "$scratch/twice" ]
}
mkdir "$scratch/reports/toy"
printf 'title,source,about\n"A small, walk",somewhere,words\n' > "$scratch/reports/toy/about.csv"
titled() { toy --help | head -n 2 | paste -s -d '|' | grep -q -x 'toy - A small, walk|somewhere'; }
check "--help begins with what about.csv says" titled
rm -r "$scratch/reports/toy"
untitled() { [ "$(toy --help | head -n 1)" = toy ]; }
check "and with the name alone where nothing says it" untitled
check "no two methods of a result say the same of themselves in --help" rows_differ
check "--version names semantics, compiler and instruction set" version_says
check "--describe is one line: the name and the mark" describes
check "--list prints the tasks" lists
check "a wrong option: status 2, one line on stderr, nothing on stdout" wrong_option
check "a wrong option makes no folder" test ! -e "$scratch/out"
small_stack() { (ulimit -s "$1" && toy --quiet --methods walk); }
check "a stack that is too small: status 3, one line, what is wanted" refused 3 'a stack of 255 kB; wanted 256 kB' small_stack 255
check "one that is large enough" small_stack 256
check "an instruction set that this CPU lacks is wrong usage" refused 2 "$foreign" toy --isa $foreign
check "no room on standard output: status 3" nowhere_to_print

# ---- a run, its golden, and checks ----
every_file() {
    for file in runs.csv curve.csv trail.csv path.csv deviations.csv summary.csv clauses.csv claims.csv machine.json; do
        [ -s "$quick/$file" ] || { echo "$file is missing"; return 1; }
    done
}
left_over() { [ -z "$(find "$quick" -name '*.tmp-*' -o -name checkpoint)" ]; }
evaluations() { [ "$(column "$quick/curve.csv" 4 '^walk,,0,.*,reward,')" = "0 90 180 270 360 400" ]; }
checkpoints() { [ "$(column "$quick/trail.csv" 5 '^walk,,0,.*,rng,')" = "20 133 200 266 333 400" ]; }
final_mean() {
    column "$quick/curve.csv" 8 '^walk,,1,.*,reward,' |
        awk '{ printf "%.12g\n", ($(NF - 1) + $NF) / 2 }' > "$scratch/mean"
    column "$quick/runs.csv" 10 '^walk,,1,' | awk '{ printf "%.12g\n", $1 }' | cmp - "$scratch/mean"
}
diverged() {
    grep -q '^explode,,0,1,133,133,[0-9]*,weights=133,diverged: policies agent 1 weight at unit 133,,,,,' \
        "$quick/runs.csv" &&
        [ "$(column "$quick/trail.csv" 5 '^explode,.*,policies,')" = "20 133" ]
}
german() { LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 toy --quiet --check; }
check "all tasks run" toy --quiet
check "every file is there" every_file
check "no temporary file, no checkpoint of a finished task" left_over
check "evaluations at 0, 90, ... and at the end" evaluations
check "checkpoints: the first where it was asked for, the last at the end" checkpoints
check "final metrics are the mean of the last two evaluations" final_mean
check "a task that diverges says where, has no metrics, and a trail until there" diverged
mkdir -p "$scratch/golden/toy" "$straight"
cp -R "$quick" "$scratch/golden/toy/quick"
rm -r "$scratch/golden/toy/quick/tasks" "$scratch/golden/toy/quick/machine.json"
cp "$quick"/*.csv "$straight"
check "the same again, two at a time" toy --quiet --check --jobs 2
check "and in another locale" german
check "files of two jobs and one job are the same" same_results "$quick" "$straight"
check "no golden: status 3" refused 3 "no such golden; restore it" toy --golden "$scratch/reports" --quiet --check
check "no folder of golden: where to run this" refused 3 "run this in a checkout of marlgold, or say --golden" \
    toy --golden "$scratch/nothing" --quiet --check
nowhere() { refused 3 "$scratch/nothing: no such folder; wanted the papers" toy --quiet --reports "$scratch/nothing" "$@"; }
check "no folder of reports" nowhere
check "nor for a check" nowhere --check
mkdir "$scratch/away"
away() { (cd "$scratch/away" && "$harness" toy --quiet --check --out here); }
check "elsewhere, where there is none by default" refused 3 "reports: no such folder.*checkout" away

# ---- one bit ----
for what in policies@3 policies-last@3 optimisers@2 environment@4 rng@1 trail@5; do
    kind=${what%@*} kind=${kind%-last}
    [ $kind != trail ] || kind=policies # the first row of the checkpoint
    check "--mutate $what: red, and named" \
        refused 1 "walk/0, checkpoint ${what#*@}, $kind" toy --quiet --check --methods walk --mutate $what
done
check "--mutate state-last@2: the last of seven tensors" \
    refused 1 "walk/0, checkpoint 2, state" toy --quiet --check --methods walk --mutate state-last@2
for what in replay@3 replay-last@2; do
    check "--mutate $what, of what a replay remembers" refused 1 "walk/wide/0, checkpoint ${what#*@}, replay" \
        toy --quiet --check --methods walk/wide --mutate $what
done
check "--mutate state@2 of a direct task" \
    refused 1 "exact/0, checkpoint 2, state" toy --quiet --check --mutate state@2
check "a kind that the task lacks: status 2" refused 2 "no tensor of that kind" toy --quiet --mutate incentives@1
check "a checkpoint that never comes: status 2" \
    refused 2 "has 6 checkpoints" toy --quiet --methods walk --mutate policies@7
check "a mutated run leaves the real one alone" same_results "$quick" "$straight"

# ---- parts of a run ----
stopped() {
    cut -d, -f4 "$scratch/out/toy/quick-until-2/trail.csv" | sort -u | paste -s -d ' ' | grep -x "1 2 checkpoint"
}
one_number_differs() {
    folder=$scratch/out/toy
    diff "$folder/quick/dump-walk.1-3.csv" "$folder/quick-mutated/dump-walk.1-3.csv" | grep '^[<>]' > "$scratch/diff"
    cat "$scratch/diff"
    [ "$(grep -c ' optimisers,momentum,0,0,' "$scratch/diff")" = 2 ] && [ "$(wc -l < "$scratch/diff")" = 2 ]
}
check "--until-checkpoint compares the trail that far" refused 0 "check: .* 0 differ" toy --check --until-checkpoint 2
check "... and stops there" stopped
check "... and sees a bit" refused 1 "walk/0, checkpoint 2, policies" \
    toy --quiet --methods walk --check --until-checkpoint 2 --mutate policies@2
check "--dump writes a checkpoint's numbers" toy --dump walk/1@3
check "--dump of a mutated run" toy --dump walk/1@3 --mutate optimisers@3
check "the two differ in one number" one_number_differs
check "--dump of a task with replays" toy --dump walk/wide/1@3
check "... has their newest step, chain and counts" test "$(cut -d, -f1,2 \
    "$scratch/out/toy/quick/dump-walk.wide.1-3.csv" | grep '^replay' | sort -u | grep -c -e newest -e chain -e units)" = 8
check "--dump of a checkpoint that the task lacks: status 2" refused 2 "has 6 checkpoints" toy --dump walk/1@7
check "--dump leaves the run alone" same_results "$quick" "$straight"

# ---- an episode to look at ----
# Frames until the episode is over, then its metrics: the second is its length.
plays() { # TASK UNITS
    toy --watch "$1" > "$scratch/$(basename "$1")" 2> "$scratch/e" && [ ! -s "$scratch/e" ] || return 1
    frames=$(grep -c '^step ' "$scratch/$(basename "$1")")
    head -n 1 "$scratch/$(basename "$1")" | grep -q '^step 0: agents at ' &&
        grep -q "^length $((frames - 1)) (steps)$" "$scratch/$(basename "$1")" &&
        [ "$(wc -l < "$scratch/$(basename "$1")")" = $((frames + 3)) ] &&
        grep -q "^trained $2 (episode)$" "$scratch/$(basename "$1")"
}
trained_otherwise() { ! cmp -s "$scratch/1@0" "$scratch/1@6"; }
under_way() {
    "$harness" toy --out "$scratch/way" --reports "$scratch/reports" --profile paper --methods walk/ --seeds 0 --quiet &
    for _ in $(seq 100); do
        [ -e "$scratch/way/toy/paper/tasks/walk.0/checkpoint" ] && break
        sleep 0.05
    done
    kill -TERM $!
    wait $!
    cp "$scratch/way/toy/paper/tasks/walk.0/checkpoint" "$scratch/before"
    "$harness" toy --out "$scratch/way" --profile paper --watch walk/0 > "$scratch/o" && grep -q '^length ' "$scratch/o" &&
        cmp "$scratch/before" "$scratch/way/toy/paper/tasks/walk.0/checkpoint"
}
check "--watch TASK@0 plays an untrained episode, frame by frame" plays walk/1@0 0
check "... and TASK@6 a trained one" plays walk/1@6 400
check "... which goes another way" trained_otherwise
check "--watch TASK plays what --out holds of a task under way, and leaves it as it is" under_way
check "--watch of a task that is not: status 3" refused 3 "not under way; --watch walk/1@1" toy --watch walk/1
check "--watch of no task: status 2" refused 2 "no task 'walk/9'" toy --watch walk/9@0
check "--watch of a computed task: status 2" refused 2 "computed, not trained" toy --watch exact/0@0
check "--watch of no checkpoint: status 2" refused 2 "0 (untrained) to 40" toy --watch walk/1@41
check "--watch of a checkpoint that the task lacks: status 2" refused 2 "--watch: task walk/1 has 6" toy --watch walk/1@7
check "--watch runs nothing else: status 2" refused 2 "runs nothing else" toy --watch walk/1@0 --check
check "--watch leaves the run alone" same_results "$quick" "$straight"

# ---- shards ----
for i in 1 2 3; do
    check "shard $i of 3" run shard$i --quiet --shard $i/3
done
check "a shard has no summary" test ! -e "$scratch/shard1/toy/quick/summary.csv"
mkdir -p "$scratch/shards/toy/quick/tasks"
cp -R "$scratch"/shard[123]/toy/quick/tasks/* "$scratch/shards/toy/quick/tasks/"
check "--merge puts them together" run shards --merge
check "shards merged are the straight run" same_results "$scratch/shards/toy/quick" "$straight"
check "--merge runs nothing" test ! -e "$scratch/shards/toy/quick/machine.json"
check "a shard checked: the others count as skipped" \
    refused 0 " 0 differ, [1-9][0-9]* skipped" run shard1 --shard 1/3 --resume --check
rm -r "$scratch/shards/toy/quick/tasks/walk.1"
check "--merge of an incomplete folder" run shards --merge --quiet
check "... takes the summary away" test ! -e "$scratch/shards/toy/quick/summary.csv"

# ---- another build of the program, with the same configs ----
other() { "$scratch/other" toy --out "$scratch/mixed" --reports "$scratch/reports" "$@"; }
only_walk() { [ "$(cut -d, -f1 "$scratch/mixed/toy/quick/runs.csv" | sort -u | paste -s -d ' ')" = "method walk" ]; }
cp "$harness" "$scratch/other"
echo >> "$scratch/other"
cp -R "$scratch/out" "$scratch/mixed"
check "--resume keeps another build's tasks, and says so" \
    refused 0 "7 finished tasks .* by another build" other --resume
check "--resume --check proves this build: theirs run again" \
    refused 0 "7 finished tasks .* they run again" other --resume --check --golden "$scratch/golden"
check "... once" refused 0 "0 run now" other --resume --check --golden "$scratch/golden"
cp -R "$scratch/out/." "$scratch/mixed"
check "a run of some tasks does not pass others off as its own" other --quiet --methods walk
check "... its result has only those" only_walk
check "... until --merge" run mixed --quiet --merge
check "... puts all together" same_results "$scratch/mixed/toy/quick" "$straight"

# ---- what must not pass ----
frozen() {
    "$harness" frozen --out "$scratch/frozen" --golden "$scratch/frozen-golden" --reports "$scratch/reports" --quiet "$@"
}
frozen_golden() {
    frozen && mkdir -p "$scratch/frozen-golden/toy/quick" &&
        cp "$scratch/frozen/toy/quick"/*.csv "$scratch/frozen-golden/toy/quick"
}
check "a method that never learns can be run" frozen_golden
check "... but not pass, whatever the golden says" \
    refused 1 "walk/0: .*weights.* less than 3 times.*agent 0 weight.* never changed" frozen --check
check "a budget that cannot be is refused" refused 3 "checkpoint 1 falls at unit 399, not before checkpoint 2" \
    "$harness" lone --out "$scratch/lone" --quiet
check "a config that changed is not resumed" refused 3 "another config" \
    "$harness" changed --out "$scratch/out" --reports "$scratch/reports" --quiet --resume
check "... but started afresh" "$harness" changed --out "$scratch/out" --reports "$scratch/reports" --quiet

# ---- where nothing can be written ----
limited() { (ulimit -f "$1" && run "limit$1" --quiet); }
nothing_half_written() {
    [ -z "$(find "$1" -name '*.tmp-*')" ] || return 1
    for file in "$1"/toy/quick/*.csv; do
        [ ! -e "$file" ] || [ -z "$(tail -c 1 "$file")" ] || return 1
    done
}
# on_tmpfs OPTIONS: the miniature on a small file system of its own.
on_tmpfs() {
    mkdir "$scratch/disk-$1"
    unshare -rm sh -c 'mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@"' - "$1" "$scratch/disk-$1" \
        "$harness" toy --out "$scratch/disk-$1" --reports "$scratch/reports" --quiet
}
: > "$scratch/file"
check "--out is a file: status 3" refused 3 "folder is wanted" run file --quiet
check "--out below /proc: status 3" refused 3 "/proc/no" "$harness" toy --out /proc/no/such --quiet
for blocks in 1 8; do # a task's file, and a result's file, is larger
    check "files of at most $((blocks * 512)) bytes: status 3" refused 3 "larger than allowed" limited $blocks
    check "... and nothing half-written" nothing_half_written "$scratch/limit$blocks"
done
check "... which --resume finishes when there is room" run limit8 --quiet --resume
check "... to the same files" same_results "$scratch/limit8/toy/quick" "$straight"
if unshare -rm mount -t tmpfs none "$scratch/reports" 2> /dev/null; then
    check "a full disk: status 3" refused 3 "no space left" on_tmpfs size=64k
    check "a read-only disk: status 3" refused 3 "read-only" on_tmpfs ro
else
    skip "no file systems of our own here: full disk"
    skip "no file systems of our own here: read-only disk"
fi

# ---- every result: its own quick run as golden, then one bit of a policy ----
# mutated PROGRAM RESULT WHICH: (`-last`: of the last tensor) the first method that has policies (of none: the first method's state); red, and the place is
# named.
mutated() {
    first=$("$1" --list | sed -n '1s,/[^/]*$,,p')
    for method in $("$1" --list | sed 's,/[^/]*$,,' | uniq) "$first"; do
        what=policies$3@2
        [ "$method" != "$first" ] || [ "$what_ran" = none ] || what=state$3@1
        what_ran=$method got=0
        "$1" --out "$scratch/$2" --golden "$scratch/golden" --quiet --check --methods "$method" --mutate $what \
            > "$scratch/log" 2>&1 || got=$?
        [ $got != 2 ] || continue # it has none
        cat "$scratch/log"
        kind=${what%@*}
        [ $got = 1 ] && grep -q "trail.csv: $method/0, checkpoint ${what#*@}, ${kind%-last}: digest is" "$scratch/log"
        return
    done
    return 1
}
for source in suite/*.c; do
    [ -e "$source" ] || continue
    result=$(basename "$source" .c | tr _ -)
    program=$BUILD/bin/$result
    check "$result: quick" "$program" --out "$scratch/$result" --quiet
    mkdir -p "$scratch/golden/$result/quick"
    cp "$scratch/$result/$result/quick"/*.csv "$scratch/golden/$result/quick"
    check "$result: the same again" \
        "$program" --out "$scratch/$result" --golden "$scratch/golden" --quiet --check --jobs 2
    what_ran=none
    check "$result: a bit of a policy or a state turns the check red" mutated "$program" "$result" ""
    what_ran=none
    check "$result: a bit of its last one too" mutated "$program" "$result" -last
done
finish
