#!/bin/sh
# marlgold, with the shipped programs: what every command does, and that what it should notice turns it red.
set -u
cd "$(dirname "$0")/.."
[ ! -w /dev/shm ] || export TMPDIR="${TMPDIR:-/dev/shm}" # every finished task waits for the disk
. ci/tap.sh
bin=${BUILD:-build}/bin
marlgold=$bin/marlgold
out=$scratch/out golden=$scratch/golden

# quietly COMMAND...: for what has to work but is not the point.
quietly() {
    "$@" > "$scratch/log" 2>&1 || { echo "Bail out! $*"; cat "$scratch/log"; exit 1; }
}

# lines N COMMAND...: succeeds if the command does and prints N lines.
lines() {
    lines_wanted=$1
    shift
    "$@" > "$scratch/lines" || return 1
    cat "$scratch/lines"
    [ "$(wc -l < "$scratch/lines")" = "$lines_wanted" ]
}

# change_digests FILE PATTERN: another last digit in the lines that hold PATTERN.
change_digests() {
    awk -v pattern="$2" '$0 ~ pattern { $0 = substr($0, 1, length - 1) (/0$/ ? "1" : "0") } { print }' \
        "$1" > "$scratch/changed"
    cp "$scratch/changed" "$1"
}

# ---- help and wrong use ----
check "--help" "$marlgold" --help
for command in list run check diff report tasks merge; do
    check "$command --help" "$marlgold" "$command" --help
done
check "--version" "$marlgold" --version
check "no command" refused 2 'no command' "$marlgold"
check "an unknown command names the nearest" refused 2 "did you mean 'check'" "$marlgold" chekc
check "a word like no command gets no hint" refused 2 "no command 'xyzzyxyzzy'; see" "$marlgold" xyzzyxyzzy
check "an unknown result names the nearest" refused 2 "did you mean 'lio-ipd'" "$marlgold" run lio-idp
check "check of an unknown result" refused 2 "no result 'loi'" "$marlgold" check loi
check "an unknown option" refused 2 "no option '--fast'" "$marlgold" check --fast
check "an option without its value" refused 2 '--golden wants a value' "$marlgold" list --golden
check "a flag with a value" refused 2 '--missing takes no value' "$marlgold" tasks --missing=yes
check "a wrong profile" refused 2 'wanted quick or paper' "$marlgold" tasks --profile big
check "list takes no names" refused 2 'takes no names' "$marlgold" list lio-ipd
check "diff of one folder" refused 2 'wanted two folders' "$marlgold" diff one
check "merge without --out" refused 2 'wanted --out' "$marlgold" merge one
check "run hands options on" refused 2 "'3-x'" "$marlgold" run lio-ipd --seeds 3-x
check "run hands --help on" refused 0 'USAGE' "$marlgold" run lio-ipd --help

# ---- programs that are no results are never started ----
mkdir "$scratch/bin"
cp "$marlgold" "$scratch/bin/"
printf '#!/bin/sh\n: > "%s/started"\nprintf "other\\ta\\tb\\n"\n' "$scratch" > "$scratch/bin/other"
chmod +x "$scratch/bin/other"
check "a folder without results" refused 3 'no result program here' "$scratch/bin/marlgold" list
check "and nothing in it was started" test ! -e "$scratch/started"
cp "$bin/lio-ipd" "$scratch/bin/"
check "a result beside it is found" refused 0 'lio-ipd  *quick' "$scratch/bin/marlgold" list
bin=$scratch/bin marlgold=$scratch/bin/marlgold # from here on lio-ipd is the only result

# ---- check against a golden made here ----
check "no golden at all" refused 3 'no such golden' "$marlgold" check lio-ipd --golden "$golden"
quietly "$bin/lio-ipd" --quiet --out "$out"
mkdir -p "$golden/lio-ipd"
cp -R "$out/lio-ipd/quick" "$golden/lio-ipd/quick"
tasks=$("$bin/lio-ipd" --list | wc -l)
check "the same golden" refused 0 '1 passed, 0 failed, 0 skipped' "$marlgold" check --golden "$golden"
check "list says the title" refused 0 "$(sed -n 2p reports/lio-ipd/about.csv | cut -d, -f1)\$" "$marlgold" list --golden "$golden"
check "list counts golden's tasks" refused 0 "golden $tasks " "$marlgold" list --golden "$golden"
change_digests "$golden/lio-ipd/quick/trail.csv" '^lio,,1,'
check "digests edited in golden" refused 1 'trail.csv: lio/1, checkpoint 1' "$marlgold" check --golden "$golden"
check "exit status in the summary" refused 1 '0 passed, 1 failed, 0 skipped' "$marlgold" check --golden "$golden"
check "diff names the same place" refused 1 'trail.csv: lio/1, checkpoint 1' \
    "$marlgold" diff "$out/lio-ipd/quick" "$golden/lio-ipd/quick"
cp "$out/lio-ipd/quick/trail.csv" "$golden/lio-ipd/quick/"
check "diff of the same" refused 0 '0 differ' "$marlgold" diff "$out/lio-ipd/quick" "$golden/lio-ipd/quick"

cp -R reports "$scratch/reports"
claims=$scratch/reports/lio-ipd/claims.csv
sed -i '/^L1,/s/== 1/== 2/' "$claims"
check "a hard claim inverted" refused 1 'hard claim L1 is not reproduced' \
    "$marlgold" check --golden "$golden" --reports "$scratch/reports"
sed -i '/^L1,/s/grid, random/gird, random/' "$claims"
check "a claim with a misspelt method" refused 3 "lio-ipd/claims.csv:2: clause, character .*no method 'exact/gird'" \
    "$marlgold" check --golden "$golden" --reports "$scratch/reports"

# ---- first checkpoints of paper tasks ----
check "no paper result yet" refused 77 'no committed paper result' \
    "$marlgold" check --first-checkpoint --golden "$golden"
quietly "$bin/lio-ipd" --quiet --profile paper --methods pg --seeds 0 --until-checkpoint 1 --out "$out"
mkdir "$golden/lio-ipd/paper"
grep -e '^method' -e '^pg,,0' "$golden/lio-ipd/quick/runs.csv" > "$golden/lio-ipd/paper/runs.csv"
cp "$out/lio-ipd/paper-until-1/trail.csv" "$golden/lio-ipd/paper/"
check "the first checkpoint of a paper task" refused 0 'pg/0 to checkpoint 1' \
    "$marlgold" check --first-checkpoint --golden "$golden"
change_digests "$golden/lio-ipd/paper/trail.csv" ',policies,'
check "another digest there" refused 1 'pg/0, checkpoint 1, policies' \
    "$marlgold" check --first-checkpoint --golden "$golden"
rm "$golden/lio-ipd/paper/trail.csv"
check "the trail removed there" refused 3 'trail.csv: no such file' \
    "$marlgold" check --first-checkpoint --golden "$golden"

# ---- tasks and merge ----
check "a line per task" lines "$tasks" "$marlgold" tasks lio-ipd --profile quick
check "golden has them all" lines 0 "$marlgold" tasks --missing --profile quick --golden "$golden"
sed -i '/^lio,,1,/d' "$golden/lio-ipd/quick/runs.csv"
check "one removed is missing" refused 0 '--methods lio/ --seeds 1 ' \
    "$marlgold" tasks --missing --profile quick --golden "$golden"
check "and the only one" lines 1 "$marlgold" tasks --missing --profile quick --golden "$golden"
"$marlgold" tasks lio-ipd --profile quick --out "$scratch/a b" > "$scratch/commands"
sed -n 'p;n' "$scratch/commands" > "$scratch/odd.sh"
quietly sh -e "$scratch/odd.sh"
check "the commands run as they are printed" test -s "$scratch/a b/lio-ipd/quick/runs.csv"
"$marlgold" tasks lio-ipd --profile quick --slurm --out "$scratch/of slurm" > "$scratch/script"
check "--slurm: an array of as many" grep -q -x -e "#SBATCH --array=1-$tasks" "$scratch/script"
third=$(sed -n 3p "$scratch/commands")
in_the_array() { grep -q -F -e "3) exec ${third%% --out*} --out " "$scratch/script"; }
check "its third is the third of the list" in_the_array
element() { env SLURM_ARRAY_TASK_ID="$1" sh "$scratch/script"; }
check "an element runs its task and no other" element 3
one_ran() { [ "$(wc -l < "$scratch/of slurm/lio-ipd/quick/runs.csv")" = 2 ]; }
check "and leaves its row" one_ran
check "an index behind the last" refused 2 'no task 999' element 999
check "no task for an array" refused 3 'no task to run: golden has them all' \
    "$marlgold" tasks lio-ipd --profile quick --slurm --missing --golden "$out"
quietly "$bin/lio-ipd" --quiet --shard 2/2 --out "$scratch/b"
quietly "$marlgold" merge --out "$scratch/c" "$scratch/a b" "$scratch/b"
check "merged shards are the whole result" refused 0 '0 differ' \
    "$marlgold" diff "$scratch/c/lio-ipd/quick" "$out/lio-ipd/quick"
quietly "$bin/lio-ipd" --quiet --methods pg --seeds 0 --mutate policies@1 --out "$scratch/d"
mv "$scratch/d/lio-ipd/quick-mutated" "$scratch/d/lio-ipd/quick"
check "two folders that disagree on a task" refused 1 'are of one task and differ' \
    "$marlgold" merge --out "$scratch/c" "$scratch/d"
check "a folder that is not there" refused 3 'no such folder' "$marlgold" merge --out "$scratch/c" "$scratch/e"

# ---- an episode to look at ----
check "watch plays an episode of a result's task" refused 0 '^cooperation_1 ' "$marlgold" watch lio-ipd lio/0@0 --out "$out"
check "watch without a task" refused 2 'one of its tasks' "$marlgold" watch lio-ipd
check "watch of a result that is not there" refused 2 'no result' "$marlgold" watch lio-ip lio/0@0

# ---- diff of dumps ----
quietly "$bin/lio-ipd" --quiet --methods lio --dump lio/0@1 --out "$out"
cp "$out/lio-ipd/quick/dump-lio.0-1.csv" "$scratch/dump.csv"
check "the same dump" refused 0 'the same' \
    "$marlgold" diff "$out/lio-ipd/quick/dump-lio.0-1.csv" "$scratch/dump.csv"
quietly "$bin/lio-ipd" --quiet --methods lio --dump lio/0@1 --mutate policies@1 --out "$out"
check "the dump of a mutated run" refused 1 'policies, agent 0.*value is .* apart' \
    "$marlgold" diff "$out/lio-ipd/quick-mutated/dump-lio.0-1.csv" "$scratch/dump.csv"
finish
