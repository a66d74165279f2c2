#!/bin/sh
# How golden changes and what guards it, with the miniature of toy_experiment.h: blessings that are refused, parts of a
# result, stale rows, another build; and every way to edit golden by hand turns `marlgold check-golden` red and is named.
set -u
cd "$(dirname "$0")/.."
[ ! -w /dev/shm ] || export TMPDIR="${TMPDIR:-/dev/shm}" # every finished task waits for the disk
. ci/tap.sh
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac

# ---- a checkout of its own: programs, sources under git, golden ----
checkout=$scratch/checkout golden=$scratch/checkout/golden
changes=$golden/CHANGES.csv
mkdir -p "$scratch/bin" "$scratch/reports" "$checkout/suite"
cp "$BUILD/bin/marlgold" "$scratch/bin/"
# What marlgold starts holds the mark of a `marlgold result program`.
printf '#!/bin/sh\n# marlgold result program\nexec "%s/tests/test_harness" toy "$@"\n' "$BUILD" > "$scratch/bin/toy"
chmod +x "$scratch/bin/toy"
toy() { "$scratch/bin/toy" --out "$scratch/out" --golden "$golden" --reports "$scratch/reports" --quiet "$@"; }
frozen() {
    "$BUILD/tests/test_harness" frozen --out "$scratch/frozen" --golden "$golden" --reports "$scratch/reports" --quiet "$@"
}
git_here() { git -C "$checkout" -c user.name=t -c user.email=t@example.org "$@" > /dev/null; }
rows() { grep -c -e "$1" "$2"; }
has_rows() { cat "$3"; [ "$(rows "$2" "$3")" = "$1" ]; }

if ! git --version > /dev/null 2>&1; then
    echo "1..0 # SKIP no git here: nothing can be blessed"
    exit 0
fi
: > "$checkout/suite/toy.c"
git_here init -q && git_here add suite && git_here commit -q -m first

# ---- refused before anything runs ----
nothing_ran() { [ ! -e "$scratch/out/toy/quick/runs.csv" ] && [ ! -e "$golden" ]; }
check "a reason without class" refused 2 "wanted a class" toy --bless "because"
check "a class without reason" refused 2 "wanted a class" toy --bless "new: "
echo 'int x;' > "$checkout/suite/toy.c"
check "changes in the working tree" refused 3 "suite/toy.c.*commit them first" toy --bless "new: first"
git_here commit -q -a -m "other sources"
git_here rm -q -r --cached suite && git_here commit -q -m none && git_here reset -q --hard HEAD~1
check "built from what was committed before" toy --list
check "nothing has run for what is refused" nothing_ran
git_here checkout -q --orphan other && git_here commit -q -m "other sources alone"
check "built from sources that no commit has" refused 3 "sources that no commit has (first: suite/toy.c)" \
    toy --bless "new: first"
check "nothing has run" nothing_ran
git_here checkout -q --orphan main2 && : > "$checkout/suite/toy.c" && git_here commit -q -a -m "the sources"
commit=$(git -C "$checkout" rev-parse --short=12 HEAD)

# ---- a first golden, in parts ----
check "a part of the tasks" toy --methods walk/ --seeds 0-1 --bless "new: a part" --not-run "takes a week"
check "... the others are named as not run" has_rows 5 ",takes a week$" "$golden/toy/quick/not_run.csv"
check "... and golden agrees with itself" refused 0 " 0 wrong" toy --check-golden
mkdir "$checkout/core"
echo 'int y;' > "$checkout/core/other.c"
git_here add core && git_here commit -q -m "more work"
check "other sources are no hindrance, the built ones are in an older commit" toy --bless "new: all"
check "... which the row names" has_rows 2 "^0[^,]*,$commit,toy,quick,new," "$changes"
check "the settings that they were run with are the profile's" has_rows 1 '^walk,,budget.units,400$' "$golden/toy/quick/settings.csv"
check "with all tasks there is no note" test ! -e "$golden/toy/quick/not_run.csv"
check "the same again changes nothing" refused 0 "holds these bits already" toy --bless "format: again"
check "... and adds no row" has_rows 3 . "$changes"
check "marlgold check-golden" refused 0 "2 passed, 0 failed, 1 skipped" \
    "$scratch/bin/marlgold" check-golden --golden "$golden" --reports "$scratch/reports"

# ---- refused for what golden would hold ----
check "semantics, and the number is the old one" refused 2 "raise .semantics" toy --bless "semantics: other"
check "a method that never learned" refused 1 "less than 3 times" frozen --bless "bug fix: frozen"
check "... and golden is as before" has_rows 3 . "$changes"

# ---- twins: each edit of golden is red, and the place is named ----
copy=$scratch/copy quick=$scratch/copy/toy/quick
check_copy() { "$scratch/bin/marlgold" check-golden --golden "$copy" --reports "$scratch/reports"; }
# without PATTERN FILE: takes the lines away.
without() { sed -i "/$1/d" "$quick/$2"; }
# twin NAME WORDS COMMAND...: the command edits the copy; the check must name it with these words.
twin() {
    twin_name=$1 twin_words=$2
    shift 2
    rm -rf "$copy"
    cp -R "$golden" "$copy"
    "$@"
    ! diff -r -q "$golden" "$copy" > /dev/null || echo "Bail out! $twin_name: nothing edited"
    check "$twin_name" refused 1 "$twin_words" check_copy
}
seed_removed() { for file in runs trail curve; do without '^walk,,2,' $file.csv; done; }
later_checkpoints_removed() { without '^walk,,1,[3-6],' trail.csv; }
kind_removed() { without '^walk,,1,.*,optimisers,' trail.csv; }
evaluation_removed() { without '^walk,,1,180,' curve.csv; }
final_edited() { sed -i '/^walk,,1,400,.*,reward,/s/.$/7x/;s/x$//' "$quick/curve.csv"; }
digits() { awk -F, -v OFS=, -v at="$2" -v row="$3" 'FNR == row { $at = $at "1" } { print }' "$1" > "$scratch/e"; cp "$scratch/e" "$1"; }
emptied() { head -n 1 "$quick/$1" > "$scratch/e"; cp "$scratch/e" "$quick/$1"; }
stale_by_hand() { printf 'method,variant,reason\nwalk,,older\n' > "$quick/stale.csv"; }
not_run_by_hand() { seed_removed; printf 'method,variant,seed,reason\nwalk,,2,\n' > "$quick/not_run.csv"; }
twin "summary edited" "summary.csv does not follow from golden's rows" digits "$quick/summary.csv" 5 2
twin "summary removed" "summary.csv: no such file" rm "$quick/summary.csv"
twin "curve edited" "reward is .* in runs.csv, the end of its curve gives" final_edited
twin "curve removed" "curve.csv: no such file" rm "$quick/curve.csv"
twin "an evaluation removed" "walk/1: an evaluation at units where the program makes none" evaluation_removed
twin "a seed removed everywhere" "walk/2: runs.csv lacks this task" seed_removed
twin "... and excused by hand, without reason" "not_run.csv:2: no reason" not_run_by_hand
twin "deviations emptied" "deviations.csv does not follow" emptied deviations.csv
twin "later checkpoints removed" "walk/1: its trail .* chains to .*, its row says" later_checkpoints_removed
twin "a kind removed" "walk/1: its trail .* chains to" kind_removed
twin "a digest edited in the trail" "exact/0: its trail .* chains to" sed -i '/^exact/s/[0-9a-f]$/g/;s/g$/0/' "$quick/trail.csv"
twin "a task's trail removed" "walk/wide/0: runs.csv has this task, trail.csv has not" without '^walk,wide,0,' trail.csv
twin "another metric in runs.csv" "weight is .*1 in runs.csv" digits "$quick/runs.csv" 12 3
twin "units in runs.csv" "last checkpoint is not at the units" sed -i '/^walk,,0/s/,400,/,401,/' "$quick/runs.csv"
twin "semantics in runs.csv" "is of semantics 7" sed -i '/^walk,,0/s/,0,1,/,0,7,/' "$quick/runs.csv"
twin "a setting edited" "golden's rows of walk were run with" sed -i '/^walk,,budget.units,/s/$/0/' "$quick/settings.csv"
twin "a setting removed" "settings.csv: lacks budget.units of walk" without '^walk,,budget.units,' settings.csv
twin "a setting that nobody has" "no such setting" sed -i '/^walk,,budget.first_checkpoint,/s/.*/&\nwalk,,budget.more,1/' "$quick/settings.csv"
twin "the settings of a method removed" "lacks environment of walk/wide" without '^walk,wide,' settings.csv
twin "settings of nobody" "a method that golden has no rows of" sed -i '$s/.*/&\nrun,,learner,x/' "$quick/settings.csv"
twin "all settings removed" "settings.csv: lacks environment of walk" rm "$quick/settings.csv"
twin "a table's number" "its files are not those of its last row" digits "$quick/path.csv" 5 2
twin "rows of a table moved" "path.csv:.*a task that runs.csv has not\|no task of this" \
    sed -i '2s/^exact,,0/walk,,9/' "$quick/path.csv"
twin "stale by hand" "walk is stale without a row in CHANGES.csv" stale_by_hand
twin "an unknown file" "notes.txt: a file that no program writes" touch "$quick/notes.txt"
twin "an unknown folder in a result" "toy/slow: belongs to no profile" mkdir "$copy/toy/slow"
twin "an unknown folder of no result" "golden2\|other: belongs to no program" mkdir "$copy/other"
twin "the folder removed" "toy/quick: its files are not those" rm -r "$quick"
twin "a link instead of a file" "is not a regular file" ln -sf /dev/null "$quick/runs.csv"

# ---- another program under the same names ----
changed() { "$BUILD/tests/test_harness" other-settings --out "$scratch/changed" --golden "$golden" --reports "$scratch/reports" --quiet "$@"; }
check "a program with other settings is red without a run" refused 1 "golden's rows of walk were run with" changed --check-golden
check "... and puts no seed beside golden's" refused 3 "golden keeps rows of walk that were run with" \
    changed --methods walk --seeds 1 --bless "bug fix: one"
check "... before anything runs" test ! -e "$scratch/changed/toy/quick/runs.csv"

# ---- metrics of which only the end is told ----
git clone -q "$checkout" "$scratch/curves"
curves=$scratch/curves/golden
all_curves() { "$BUILD/tests/test_harness" all-curves --out "$scratch/all-curves" --golden "$curves" --reports "$scratch/reports" --quiet "$@"; }
ends_only() { toy --golden "$curves" "$@"; }
no_way() { ! grep -q ",length," "$1" && grep -q ",reward," "$1"; }
check "a curve of length, by a program that tells all curves" sh -c '"$@" && grep -q ",length," "$0/toy/quick/curve.csv"' "$curves" \
    "$BUILD/tests/test_harness" all-curves --out "$scratch/all-curves" --golden "$curves" --reports "$scratch/reports" --quiet --bless "new: all"
cp "$curves/toy/quick/runs.csv" "$scratch/runs.all"
check "... is red where only its end is to be told" refused 1 "an evaluation lacks a metric" ends_only --check-golden
check "... rejudge touches no rows" refused 3 "curves that the program no longer tells" ends_only --rejudge "no curve"
check "... a blessed run of another task takes it away" ends_only --methods exact --bless "format: length has no curve"
check "... and only it" no_way "$curves/toy/quick/curve.csv"
check "... not the end of it" cmp "$curves/toy/quick/runs.csv" "$scratch/runs.all"
check "... then golden agrees" refused 0 "0 wrong" ends_only --check-golden
check "... and so does a run" ends_only --check
check "... and is red for the program that tells all" refused 1 "an evaluation lacks a metric" all_curves --check-golden

# ---- CHANGES.csv ----
swap_rows() { awk 'FNR == 2 { kept = $0; next } { print } FNR == 3 { print kept }' "$changes" > "$copy/CHANGES.csv"; }
twin "a reason edited in CHANGES.csv" "CHANGES.csv:2: the chain is" sed -i '2s/a part/a whole/' "$copy/CHANGES.csv"
twin "... in its last row" "CHANGES.csv:3: the chain is" sed -i '3s/all/none/' "$copy/CHANGES.csv"
twin "a row removed" "CHANGES.csv:2: the chain is" sed -i 2d "$copy/CHANGES.csv"
twin "the last row removed" "its files are not those of its last row" sed -i 3d "$copy/CHANGES.csv"
twin "rows in another order" "CHANGES.csv:2: the chain is" swap_rows
twin "a row doubled" "CHANGES.csv:4: the chain is" sed -i 3p "$copy/CHANGES.csv"
twin "CHANGES.csv removed" "CHANGES.csv has no row of it" rm "$copy/CHANGES.csv"
twin "all rows removed" "CHANGES.csv has no row of it" sed -i '2,$d' "$copy/CHANGES.csv"

# ---- rejudge, stale, and rows of a folder that was edited ----
check "rejudge of what is right changes nothing" refused 0 "holds these bits already" \
    "$scratch/bin/marlgold" rejudge toy --profile quick --reason again --golden "$golden" --reports "$scratch/reports"
mkdir "$scratch/reports/toy"
printf 'method,variant,metric,value,unit,source,printed,note\nwalk,,reward,1.5,,Table 1,yes,\n' > "$scratch/reports/toy/paper.csv"
check "a paper's number stated anew is red" refused 1 "summary.csv does not follow" toy --check-golden
for file in runs trail curve path; do cp "$golden/toy/quick/$file.csv" "$scratch/$file.before"; done
check "rejudge makes the summary again" toy --rejudge "a number of Table 1"
rows_stay() { for file in runs trail curve path; do cmp "$golden/toy/quick/$file.csv" "$scratch/$file.before" || return 1; done; }
check "... no row of a task" rows_stay
check "... and writes it down" has_rows 1 ",toy,quick,format,,.*,a number of Table 1," "$changes"
check "... then golden agrees" refused 0 "0 wrong" toy --check-golden
check "stale" toy --methods walk/ --stale "an older program"
check "... is a skip, said aloud" refused 0 "walk is stale: an older program" toy --check-golden
check "... in check too" refused 0 "walk is stale and not compared: an older program" toy --check
not_named() { toy --out "$scratch/alone" --methods exact --check > "$scratch/check" 2>&1; cat "$scratch/check"; ! grep -q stale "$scratch/check"; }
check "... where its tasks are asked for" not_named
check "... until it is blessed again" toy --methods walk/ --bless "bug fix: walks again"
check "... then the note is gone" test ! -e "$golden/toy/quick/stale.csv"
cp -R "$golden" "$scratch/before"
digits "$golden/toy/quick/path.csv" 5 2
check "a folder edited by hand would keep rows: they are named" \
    refused 3 "keep the rows of exact/0 walk/0-1 walk/wide/0-1 explode/0" toy --methods walk/ --seeds 2 --bless "bug fix: one"
check "rejudge of a folder edited by hand" refused 3 "was changed since its last row" toy --rejudge "why not"
check "all tasks again keep nothing of it" refused 0 "nothing of it is kept" toy --bless "bug fix: whole again"
check "... and golden agrees" refused 0 "0 wrong" toy --check-golden

# ---- a change that was killed (tests/test_bless.c kills it everywhere): what is left is told, the next one settles it ----
check_here() { "$scratch/bin/marlgold" check-golden --golden "$golden" --reports "$scratch/reports"; }
mkdir "$golden/.bless" "$golden/.bless/new"
check "killed before its row: told" refused 1 "killed before its row was in CHANGES.csv: golden is as before" check_here
check "... undone by the next" refused 0 "removed what a killed program had prepared" toy --rejudge "next"
check "... and gone" check_here
cp -R "$golden/toy/quick" "$scratch/older"
check "another change" toy --methods walk/ --stale "older again"
mkdir "$golden/.bless" && mv "$golden/toy/quick" "$golden/.bless/new" && mv "$scratch/older" "$golden/toy/quick"
check "killed after its row: told" refused 1 "killed after its row was in CHANGES.csv" check_here
check "... finished by the next" refused 0 "finished the change of toy, quick" toy --rejudge "next"
check "... and golden agrees" check_here

# ---- the commits that rows name ----
git_here add golden && git_here commit -q -m "golden"
check "each is in the history" check_here
git_here checkout -q --orphan rewritten && git_here commit -q -m "all in one"
check "a history without them is red" refused 1 "CHANGES.csv:2: commit .* is not in the history of HEAD" check_here
git_here checkout -q main2
check "... back again" check_here
upstream=$scratch/upstream follower=$scratch/follower
commit_in() { git -C "$1" -c user.name=t -c user.email=t@example.org commit -q -a -m "$2"; }
mkdir -p "$upstream/suite" && echo 'int x;' > "$upstream/suite/toy.c"
git -C "$upstream" init -q && git -C "$upstream" add suite && commit_in "$upstream" first
git clone -q "$upstream" "$follower"
: > "$follower/suite/toy.c"
commit_in "$follower" "the sources, not yet pushed"
follow() { "$scratch/bin/toy" --out "$scratch/out" --golden "$follower/golden" --reports "$scratch/reports" --quiet "$@"; }
check "the commit that made it is not pushed, and could be rebased" \
    refused 3 "not yet in the branch that this one follows: push it first" follow --methods exact --bless "new: x"
git -C "$follower" push -q origin HEAD:refs/heads/landed && git -C "$follower" branch -q --set-upstream-to=origin/landed
check "... pushed: it may be named" follow --methods exact --bless "new: x"

# ---- one change at a time ----
if command -v flock > /dev/null; then
    check "another change is at work" refused 3 "another --bless is at work" \
        flock -s "$golden" "$scratch/bin/toy" --rejudge "at the same time" --golden "$golden" --reports "$scratch/reports"
else
    skip "no flock here: two changes at once"
fi
finish
