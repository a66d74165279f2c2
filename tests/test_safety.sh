#!/bin/sh
# What comes from elsewhere is data: names, paths and files of a stranger's result folder run nothing, write nothing and
# break no page; and a check that could not be made is no check that was passed.
set -u
cd "$(dirname "$0")/.."
[ ! -w /dev/shm ] || export TMPDIR="${TMPDIR:-/dev/shm}" # every finished task waits for the disk
. ci/tap.sh
root=$PWD BUILD=${BUILD:-build}
case $BUILD in /*) build=$BUILD ;; *) build=$root/$BUILD ;; esac
marlgold=$build/bin/marlgold lio=$build/bin/lio-ipd harness=$build/tests/test_harness

# ---- a small result, and the page of it ----
# make_result FOLDER: method a with two seeds, one metric, one extra table
make_result() {
    mkdir -p "$1/golden/toy/paper" "$1/reports/toy" "$1/out"
    cp -R reports/figures reports/style.css "$1/reports/"
    p=$1/golden/toy/paper
    printf '%s\n' 'title,source,about' 't,s,a' > "$1/reports/toy/about.csv"
    printf '%s\n' 'id,kind,claim,source,for,clause,paper,note' 'T1,soft,c,s,,x: a > 1,p,n' \
        > "$1/reports/toy/claims.csv"
    printf '%s\n' 'method,variant,metric,value,unit,source,printed,note' 'a,,x,1,u,s,yes,n' > "$1/reports/toy/paper.csv"
    printf '%s\n' 'method,variant,seed,semantics,units,episodes,steps,updates,status,x,trail' \
        'a,,0,1,9,9,9,p=1,ok,1,00' 'a,,1,1,9,9,9,p=1,ok,2,00' > "$p/runs.csv"
    printf '%s\n' 'method,variant,seed,units,episodes,steps,metric,value' 'a,,0,0,0,0,x,1' 'a,,0,9,9,9,x,2' \
        'a,,1,0,0,0,x,1' 'a,,1,9,9,9,x,3' > "$p/curve.csv"
    printf '%s\n' 'method,variant,seed,checkpoint,units,kind,digest' 'a,,0,1,9,policies,00' > "$p/trail.csv"
    printf '%s\n' 'method,variant,metric,n,mean,min,max,std,iqm,low,high,paper,paper_source' \
        'a,,x,2,1.5,1,2,0.5,1.5,1,2,1,s' > "$p/summary.csv"
    printf '%s\n' 'id,claim,criterion,verdict,decided_by,deviations' 'T1,c,x: a > 1,reproduced,,d' > "$p/claims.csv"
    printf '%s\n' 'id,clause,text,paper,n,left,right,measured,low,high,threshold,ours,state' \
        'T1,1,x: a > 1,p,2,,,1.5,1.1,2,1,ours,holds' > "$p/clauses.csv"
    printf '%s\n' 'method,variant,field,paper,used,reason' 'a,,f,1,2,r' > "$p/deviations.csv"
    printf '%s\n' 'method,variant,seed,reason' 'a,,2,r' > "$p/not_run.csv"
    printf '%s\n' 'method,variant,reason' 'b,,r' > "$p/stale.csv"
    printf '%s\n' 'method,variant,seed,k,v' 'a,,0,1,2' > "$p/path.csv"
    printf '%s\n' 'version,commit,result,profile,class,tasks,old,new,reason' '1,c,toy,paper,new,1,,1,r' \
        > "$1/golden/CHANGES.csv"
}
# report FOLDER OPTION...: its page, made in the folder itself
report() {
    place=$1
    shift
    (cd "$place" && "$marlgold" report --golden golden --results out --reports reports --out page "$@")
}
# only_page FOLDER: nothing came to be there but the page
only_page() {
    (cd "$1" && find . | grep -v '^\./page' | sort) > "$scratch/after"
    diff "$scratch/before" "$scratch/after" && [ ! -e "$root/PWN" ] && [ -z "$(ls "$scratch/tmp")" ]
}
# hostile NAME TEXT COMMAND...: after COMMAND in the folder, `marlgold report` refuses with status 3 in one line that says
# TEXT (empty: makes a page), runs nothing and leaves nothing
hostile() {
    name=$1 text=$2
    shift 2
    rm -rf "$scratch/h"
    make_result "$scratch/h"
    (cd "$scratch/h" && "$@")
    (cd "$scratch/h" && find . | sort) > "$scratch/before"
    if [ -n "$text" ]; then
        check "$name: refused" refused 3 "$text" report "$scratch/h" $figures
        check "$name: in one line" test "$(grep -c . "$scratch/refused.log")" = 1
    else
        check "$name: a page" report "$scratch/h" $figures
    fi
    check "$name: nothing but the page" only_page "$scratch/h"
}
# with NAME FROM TO: a sed on one file of the result
edit() { sed -i "$2" "golden/toy/paper/$1"; }
mkdir "$scratch/tmp"
figures=
command -v gnuplot > /dev/null || figures=--no-figures
[ -z "$figures" ] || echo "# no gnuplot here: without figures"
kept=${TMPDIR:-/tmp}
export TMPDIR="$scratch/tmp"
tick='`touch PWN`'
hostile "a harmless result" '' true
hostile "a table called like a command" "touch PWN.*wanted a table's name" \
    sh -c 'printf "a,b\n1,2\n" > "golden/toy/paper/\`touch PWN\`.csv"'
hostile "a table whose name holds a quote" "wanted a table's name" \
    sh -c 'printf "a,b\n1,2\n" > "golden/toy/paper/x'"'"'; system \"touch PWN\"; y.csv"'
hostile "a method called like a command" 'runs.csv:2: method is .*wanted a name' edit runs.csv "2s/^a,/$tick,/"
hostile "a variant" 'runs.csv:2: variant is .*wanted a name' edit runs.csv "2s/^a,,/a,$tick,/"
hostile "a seed" 'curve.csv:2: seed is .*wanted a name' edit curve.csv "2s/^a,,0/a,,$tick/"
hostile "a metric of runs.csv" 'runs.csv:1: a metric is .*wanted a name' edit runs.csv "1s/,x,/,$tick,/"
hostile "a metric of curve.csv" 'curve.csv:3: metric is .*wanted a name' edit curve.csv "3s/,x,/,$tick,/"
hostile "a metric of summary.csv" 'summary.csv:2: metric is .*wanted a name' edit summary.csv '2s/,x,/,<script>,/'
hostile "a method with a string's end" 'wanted a name' edit runs.csv "2s/^a,/a'.system(1).',/"
hostile "two methods of one key" 'differ only in punctuation' edit runs.csv '3s/^a,,1/a,b,0/; 2s/^a,,/a_b,,/'
hostile "a curve of a method that never ran" 'curve.csv:2: method zz has no row' edit curve.csv '2s/^a,/zz,/'
hostile "infinity is the only value of a curve" '' edit curve.csv '2,$s/[123]$/inf/'
hostile "a text full of commands" '' edit deviations.csv "2s/,r\$/,$tick @x 'y' \$(touch PWN)/"
hostile "a FIFO instead of a file" 'curve.csv: is not a regular file' \
    sh -c 'rm golden/toy/paper/curve.csv; mkfifo golden/toy/paper/curve.csv'
hostile "a link to nowhere" '' ln -s /no/such/place golden/toy/paper/odd.txt
make_result "$scratch/odd"
for value in '<touch PWN' '|touch PWN'; do
    check "--data '$value' is refused" refused 2 'begins with neither' report "$scratch/odd" --data "$value"
    check "--reports '$value' is refused" refused 2 'begins with neither' report "$scratch/odd" --reports "$value"
done
check "neither ran" test ! -e "$scratch/odd/PWN"
mkdir "$scratch/it's \`touch PWN\` \"x\""
export TMPDIR="$scratch/it's \`touch PWN\` \"x\""
check "a TMPDIR full of signs" report "$scratch/odd" $figures
check "... ran nothing" test ! -e "$scratch/odd/PWN" -a ! -e PWN
check "... and is empty again" sh -c '[ -z "$(ls "$TMPDIR")" ]'
check "data in a folder with a quote" report "$scratch/odd" --data "it's" $figures
long=$scratch/$(awk 'BEGIN { for (i = 0; i < 8; i++) printf "%s/", "a-folder-of-forty-characters-and-some-more" }')
make_result "$long"
check "a page of folders under more than 300 characters" "$marlgold" report --golden "$long/golden" \
    --results "$long/out" --reports "$long/reports" --out "$long/page" $figures
check "... with the result in it" grep -q 'Shown: the golden result' "$long/page/index.html"
export TMPDIR="$kept"

# ---- every cell of every file, one after another, with what a page must not hold as it is ----
# The page then says it escaped or not at all; a refusal is one line.
fuzz_page() {
    probe="<i>&\"'\`x\`"
    tried=0 pages=0
    for file in golden/CHANGES.csv reports/toy/about.csv reports/toy/claims.csv reports/toy/paper.csv \
        $(cd "$scratch/odd" && echo golden/toy/paper/*.csv); do
        columns=$(head -n 1 "$scratch/odd/$file" | awk -F, '{ print NF }')
        for column in $(seq "$columns"); do
            rm -rf "$scratch/fuzz"
            cp -R "$scratch/odd" "$scratch/fuzz"
            rm -rf "$scratch/fuzz/page"
            awk -F, -v OFS=, -v c="$column" -v probe="$probe" \
                'NR == 2 { gsub(/"/, "\"\"", probe); $c = "\"" probe "\"" } { print }' "$scratch/fuzz/$file" \
                > "$scratch/cell" && cp "$scratch/cell" "$scratch/fuzz/$file"
            report "$scratch/fuzz" --no-figures > "$scratch/fuzz.log" 2>&1
            status=$?
            tried=$((tried + 1))
            if [ $status = 0 ]; then
                pages=$((pages + 1))
                ! grep -n -F '<i>' "$scratch/fuzz/page/index.html" || { echo "$file, column $column"; return 1; }
                ! grep -n -F "\"'\`x" "$scratch/fuzz/page/index.html" || { echo "$file, column $column"; return 1; }
            elif [ $status != 3 ] || [ "$(grep -c . "$scratch/fuzz.log")" != 1 ]; then
                echo "$file, column $column: status $status"
                cat "$scratch/fuzz.log"
                return 1
            fi
        done
    done
    echo "$tried cells, $pages pages"
    [ "$tried" -ge 80 ] && [ "$pages" -ge 30 ]
}
check "the page with every cell hostile in turn" fuzz_page
rm -rf "$scratch/fuzz"
cp -R "$scratch/odd" "$scratch/fuzz"
printf '%s\n' 'method,variant,field,paper,used,reason' "a,,f,1,2,\"<i>&\"\"'\"" \
    > "$scratch/fuzz/golden/toy/paper/deviations.csv"
report "$scratch/fuzz" --no-figures > /dev/null
check "twin: such a cell does reach the page, escaped" grep -q -F '&lt;i&gt;&amp;&quot;&#39;' \
    "$scratch/fuzz/page/index.html"

# ---- marlgold check: what could not be checked has failed ----
bin=$scratch/bin
mkdir "$bin"
cp "$marlgold" "$lio" "$bin/"
# a result that crashes when asked who it is: it only holds the mark
printf '#!/bin/sh\n# marlgold result program\nkill -9 $$\n' > "$bin/broken"
chmod +x "$bin/broken"
few() { "$bin/marlgold" check --golden "$scratch/empty" --out "$scratch/o" "$@"; }
mkdir "$scratch/empty"
check "a result that cannot say who it is has FAILED" refused 3 'FAILED  broken .*exit status 137' few broken
check "... and is counted" refused 3 '0 passed, 1 failed' few broken
check "... also when nobody asked for it by name" refused 3 'FAILED  broken' few --first-checkpoint
check "... list does not leave it out" refused 3 'broken --describe: exit status 137' "$bin/marlgold" list
printf '#!/bin/sh\n# marlgold result program\n[ "$1" != --describe ] || { printf "broken\\ta\\tb\\n"; exit; }\nkill -11 $$\n' \
    > "$bin/broken"
check "a result that crashes: status 3, the signal is told" refused 3 'FAILED  broken .*ended by signal 11' few broken
printf '#!/bin/sh\n# marlgold result program\n[ "$1" != --describe ] || { printf "broken\\ta\\tb\\n"; exit; }\n%s\n' \
    'echo $$ > "'"$scratch"'/child"; exec sleep 30' > "$bin/broken"
with_chld_ignored() { (trap '' CHLD && "$@"); }
check "SIGCHLD ignored by the caller: a failure is a failure" refused 3 'FAILED  lio-ipd' with_chld_ignored few lio-ipd
check "... and report ends" with_chld_ignored timeout 60 "$marlgold" report --golden "$scratch/odd/golden" \
    --results "$scratch/odd/out" --reports "$scratch/odd/reports" --out "$scratch/p" $figures
# Still running; one that has ended and waits to be reaped is not.
alive() { kill -0 "$(cat "$scratch/child")" 2> /dev/null && ! grep -q '^State:.Z' "/proc/$(cat "$scratch/child")/status"; }
dead() { ! alive; }
# stop SIGNAL: starts a check of a program that sleeps, sends the signal; leaves got
stop() {
    rm -f "$scratch/child"
    TMPDIR=$scratch/tmp "$bin/marlgold" check broken --golden "$scratch/empty" > /dev/null 2>&1 &
    job=$!
    while kill -0 $job 2> /dev/null && [ ! -s "$scratch/child" ]; do :; done
    kill -s "$1" $job
    wait $job
    got=$?
    for i in 1 2 3 4 5 6 7 8 9 10; do
        ! alive || sleep 0.1
    done
}
stop TERM 2> /dev/null
check "SIGTERM: status 143" test $got = 143
check "... is passed on" dead
check "... and leaves no temporary folder" sh -c '[ -z "$(ls "$1")" ]' - "$scratch/tmp"
stop KILL 2> /dev/null
if [ "$(uname -s)" = Linux ]; then
    check "kill -9 leaves nobody running" dead
else
    skip "a killed program's children live on here"
fi
rm -rf "$scratch/tmp"/* "$bin/broken"

# ---- output that cannot be written ----
lost() { "$@" > /dev/full 2> "$scratch/e"; [ $? = 3 ] && grep -q 'standard output' "$scratch/e"; }
if [ -w /dev/full ]; then
    for words in --help --version "help check" "list --help" list "tasks lio-ipd" \
        "diff $scratch/odd/golden/toy/paper $scratch/odd/golden/toy/paper" "diff --help" "merge --help" "report --help"; do
        check "marlgold $words > /dev/full" lost "$marlgold" $words
    done
    check "marlgold check > /dev/full" lost "$bin/marlgold" check --golden "$scratch/empty" --out "$scratch/o"
    check "marlgold report > /dev/full" lost report "$scratch/odd" --no-figures
    for words in --help --version --list --describe; do
        check "lio-ipd $words > /dev/full" lost "$lio" $words
    done
    check "a run > /dev/full" lost "$lio" --methods exact/grid --out "$scratch/o"
    check "traffic --help > /dev/full" lost "$build/bin/traffic" --help
    "$build/bin/traffic" generate grid --out "$scratch/grid"
    check "traffic --version > /dev/full" lost "$build/bin/traffic" --version
    check "traffic run > /dev/full" lost "$build/bin/traffic" run --config "$scratch/grid/config.json" --steps 5
else
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        skip "no /dev/full"
    done
fi

# ---- long paths, many files ----
deep=$scratch/$(awk 'BEGIN { for (i = 0; i < 9; i++) printf "%s/", "another-folder-of-fifty-characters-in-the-whole-path" }')
mkdir -p "$deep"
"$lio" --quiet --methods exact/grid --out "$deep" && mkdir -p "$deep/golden/lio-ipd" &&
    cp -R "$deep/lio-ipd/quick" "$deep/golden/lio-ipd/quick"
check "--check below 500 characters" refused 1 'differ, [0-9]* skipped' "$lio" --quiet --methods exact/grid --out "$deep" \
    --golden "$deep/golden" --check
check "... finds the task equal" grep -q '[1-9][0-9]* compared' "$scratch/refused.log"
check "an --out of 1100 characters is refused" refused 3 'path is too long' "$lio" --quiet --methods exact/grid \
    --out "$deep/$deep/$deep"
mkdir "$scratch/many-a" "$scratch/many-b"
for i in $(seq 100); do
    printf 'a,b\n1,2\n' > "$scratch/many-a/table-$i.csv"
    printf 'a,b\n1,2\n' > "$scratch/many-b/table-$i.csv"
done
printf 'a,b\n1,3\n' > "$scratch/many-b/table-99.csv"
odd_name=$(awk 'BEGIN { for (i = 0; i < 100; i++) printf "n" }').csv
printf 'a,b\n1,2\n' > "$scratch/many-a/$odd_name"
printf 'a,b\n1,4\n' > "$scratch/many-b/$odd_name"
check "diff looks at every file" refused 1 '101 files compared, 2 differ' "$marlgold" diff "$scratch/many-a" "$scratch/many-b"
big() {
    awk -v first="$1" 'BEGIN { print "method,variant,seed,x"; for (i = 0; i < 40000; i++) print "m" i + first ",,0,1" }' > "$2"
}
big 0 "$scratch/big-a.csv"
big 20000 "$scratch/big-b.csv"
check "diff of 40 000 tasks, half of them elsewhere, takes no minute" refused 1 '20000 tasks only in A, 20000 only in B' \
    timeout 20 "$marlgold" diff "$scratch/big-a.csv" "$scratch/big-b.csv"

# ---- merge: all is looked at before anything is copied ----
"$lio" --quiet --methods exact/grid,pg --seeds 0 --out "$scratch/m1"
"$lio" --quiet --methods pg --seeds 1 --out "$scratch/m2"
result=$(ls "$scratch"/m2/lio-ipd/quick/tasks/pg.1/result)
cp "$result" "$scratch/whole"
head -c 200 "$scratch/whole" > "$result"
check "a damaged task" refused 3 'damaged or cut off' "$marlgold" merge --out "$scratch/m" "$scratch/m1" "$scratch/m2"
check "... nothing was copied" test ! -e "$scratch/m"
cp "$scratch/whole" "$result"
mkdir "$scratch/m2/lio-ipd/quick/tasks/none.7"
cp "$result" "$scratch/m2/lio-ipd/quick/tasks/none.7/result"
check "a task that the result has not" refused 3 'has no such task' "$marlgold" merge --out "$scratch/m" "$scratch/m1" \
    "$scratch/m2"
check "... nothing was copied either" test ! -e "$scratch/m"
rm -r "$scratch/m2/lio-ipd/quick/tasks/none.7"
cp "$scratch"/m1/lio-ipd/quick/tasks/pg.0/result "$result"
check "a task under another's name" refused 3 'another configuration' "$marlgold" merge --out "$scratch/m" "$scratch/m1" \
    "$scratch/m2"
check "... copies are taken back" sh -c '[ -z "$(find "$1" -name result)" ]' - "$scratch/m"
cp "$scratch/whole" "$result"
check "good ones" refused 0 '3 tasks copied' "$marlgold" merge --out "$scratch/m" "$scratch/m1" "$scratch/m2"

# ---- a checkpoint whose checksum is right and whose counts are not ----
walk="$harness toy --profile paper --methods walk --seeds 0 --jobs 1 --quiet"
leave_checkpoint() { # a run that is stopped after its first checkpoint
    for attempt in 1 2 3 4 5 6 7 8; do
        rm -rf "$1"
        $walk --out "$1" 2> /dev/null &
        job=$!
        while kill -0 $job 2> /dev/null && [ ! -e "$1/toy/paper/tasks/walk.0/checkpoint" ]; do :; done
        kill -s TERM $job 2> /dev/null
        wait $job
        [ ! -e "$1/toy/paper/tasks/walk.0/checkpoint" ] || return
    done
}
leave_checkpoint "$scratch/forged" 2> /dev/null
file=$scratch/forged/toy/paper/tasks/walk.0/checkpoint
cp "$file" "$scratch/true"
# forged NAME SECTION PLACE NUMBER
forged() {
    cp "$scratch/true" "$file"
    "$harness" forge "$file" "$2" "$3" "$4"
    check "$1: refused" refused 3 'do not belong to its' timeout 20 $walk --out "$scratch/forged" --resume
}
progress="state/harness: evaluations, checkpoints"
forged "2^40 evaluations" "$progress" 0 1099511627776
forged "no evaluation" "$progress" 0 0
forged "checkpoint -1" "$progress" 1 4294967295
forged "checkpoint 1000" "$progress" 1 1000
forged "2^62 units" "rng/units" 0 4611686018427387904
forged "an episode of 2^30 steps" "rng/step within the episode" 0 1073741824
cp "$scratch/true" "$file"
check "the true one goes on" $walk --out "$scratch/forged" --resume
check "no tensor of a checkpoint holds seconds" sh -c '! grep -a -q "state/[a-z: ]*seconds" "$1" && grep -a -q seconds "$1"' - \
    "$scratch/true"

# ---- a full disk is one line; a small stack is enough ----
one_line() {
    (ulimit -f 1 && exec "$lio" --quiet --methods exact,pg,lio --jobs 2 --out "$scratch/full") 2> "$scratch/e"
    [ $? = 3 ] && [ "$(wc -l < "$scratch/e")" = 1 ] && grep -q 'file larger than allowed' "$scratch/e"
}
check "every task fails in the same way: status 3, one line" one_line
small_stack() { (ulimit -s 256 && exec "$@"); }
check "a stack of 256 KB: a run" small_stack "$lio" --quiet --jobs 2 --out "$scratch/stack"
check "... one with a film of the roads" small_stack "$build/bin/ltos-table3" --quiet --methods ltos --jobs 2 \
    --out "$scratch/stack-film"
check "... its merge" small_stack "$marlgold" merge --out "$scratch/stack2" "$scratch/stack"
check "... a diff" small_stack "$marlgold" diff "$scratch/stack/lio-ipd/quick" "$scratch/stack2/lio-ipd/quick"
check "... the page" small_stack "$marlgold" report --no-figures --golden "$scratch/odd/golden" \
    --results "$scratch/odd/out" --reports "$scratch/odd/reports" --out "$scratch/p2"
finish
