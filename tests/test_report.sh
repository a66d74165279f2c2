#!/bin/sh
# marlgold report: on a small result made up here, the page tells every claim, number, deviation and failure of the
# CSV files, loads nothing, is well-formed; wrong input is refused, and a changed verdict or number changes the page.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
marlgold=${MARLGOLD:-$PWD/${BUILD:-build}/bin/marlgold}

# ---- a result: two methods, four seeds, one of which diverged ----
make_result() {
    mkdir -p "$1/golden/toy-game/paper" "$1/reports/toy-game" "$1/out"
    cp -R reports/figures reports/*.css "$1/reports"
    printf '%s\n' 'title,source,about' 'A toy,"Nobody, Table 1",Two players & a coin.' > "$1/reports/toy-game/about.csv"
    printf '%s\n' 'id,kind,claim,source,for,clause,paper,note' \
        'T1,hard,One is one,Table 1,,max(a.reward) <= 0,,' \
        'T2,soft,a beats b,Table 1,"by in 0.1, 0.9",reward: a > b by {by} ours,"""more"", by {by}",' \
        'T2,,,,,reward: a,,' \
        'T3,soft,b is > 0 & rising,Table 1,,reward: b > 0,,' \
        'T4,soft,b is steady,Table 1,,reward: b >= -9,,' \
        'T5,soft,c exists,Table 1,,n(c.reward) > 0,,asked but never run' \
        'T6,soft,b beats a,Table 1,,reward: b > a,,' 'T7,soft,b is -0.5,Table 1,,reward: b == -0.5 within 0.01 ours,,' \
        > "$1/reports/toy-game/claims.csv"
    printf '%s\n' 'method,variant,metric,value,unit,source,printed,note' 'a,,reward,-2.5,coins,Table 1,yes,as printed' \
        'b,,reward,-8.125,coins,their files,no,counted' \
        'c,,reward,7,coins,Table 1,yes,' > "$1/reports/toy-game/paper.csv"
    printf '%s\n' 'key,authors,title,venue,year,identifier,results,note' \
        'nobody1999,"Jo Nobody, Al So",Coins & you,Letters,1999,arXiv:9901.00001,toy-game other,' \
        'third2002,A Third,Elsewhere,Meeting 2002,2002,arXiv:0202.00003,other,' \
        'other2001,An Other,Later,Meeting 2001,2001,arXiv:0101.00002,,not yet' > "$1/reports/references.csv"
    folder=$1/golden/toy-game/paper
    printf '%s\n' 'method,variant,seed,reason' 'a,,5,no time' 'a,,6,no time' 'a,,8,no time' > "$folder/not_run.csv"
    awk -v runs="$folder/runs.csv" -v curve="$folder/curve.csv" -v trail="$folder/trail.csv" 'BEGIN {
        print "method,variant,seed,units,episodes,steps,metric,value" > curve
        print "method,variant,seed,checkpoint,units,kind,digest" > trail
        print "method,variant,seed,semantics,units,episodes,steps,updates,status,reward,trail" > runs
        for (m = 0; m < 2; m++)
            for (s = 0; s < 4; s++) {
                bad = m && s == 2
                for (u = 0; u <= 200; u += 100)
                    print (m ? "b" : "a") ",," s "," u "," u "," 5 * u ",reward," (m - 3) / (1 + s + u / 100) > curve
                print (m ? "b" : "a") ",," s ",1,200,policies,000000000000000000000000000000" m s > trail
                print (m ? "b" : "a") ",," s ",7,200," (bad ? 17 : 200) ",1000,policy=200," \
                    (bad ? "diverged: weights at unit 17" : "ok") "," \
                    (bad ? "" : (m - 3) / (3 + s)) ",000000000000000000000000000000" m s > runs
            }
    }'
    printf '%s\n' 'method,variant,metric,n,mean,min,max,std,iqm,low,high,paper,paper_source' \
        'a,,reward,4,-0.7123456789012345,-1,-0.5,0.25,-0.6714285714285715,-0.9333333333333,-0.52,-2.5,Table 1' \
        'b,,reward,3,-0.5,-0.6666666666666666,-0.4,0.2,-0.4888888888888889,-0.66,-0.41,,' > "$folder/summary.csv"
    printf '%s\n' 'version,commit,result,profile,class,tasks,old,new,reason' \
        '0.0.1,abc,toy-game,paper,new,8,,1,first coins' \
        '0.0.1,abc,other,paper,new,8,,1,something else' > "$1/golden/CHANGES.csv"
    printf '%s\n' 'id,claim,criterion,verdict,decided_by,deviations' \
        'T1,One is one,max(a.reward) <= 0,reproduced,,' \
        'T2,a beats b,"for by in 0.1, 0.9: reward: a > b by {by} ours; reward: a",direction only,reward: a > b by 0.9 ours,budget.units' \
        'T3,b is > 0 & rising,reward: b > 0,not reproduced,reward: b > 0,' \
        'T4,b is steady,reward: b >= -9,diverged,reward: b >= -9,' \
        'T6,b beats a,reward: b > a,contradicted,reward: b > a,' \
        'T7,b is -0.5,reward: b == -0.5 within 0.01 ours,unresolved,reward: b == -0.5 within 0.01 ours,' > "$folder/claims.csv"
    printf '%s\n' 'id,clause,text,paper,n,left,right,measured,low,high,threshold,ours,state' \
        'T1,1,max(a.reward) <= 0,,0,,,-0.52345678,,,0,,holds' \
        'T2,1,reward: a > b by 0.1 ours,"""more"", by 0.1",4,0.31234567,-0.41234567,0.72469134,0.25678912,0.78912345,0.1,ours,holds' \
        'T2,2,reward: a > b by 0.9 ours,"""more"", by 0.9",4,0.31234567,-0.41234567,0.72469134,0.25678912,0.78912345,0.9,ours,without size' \
        'T2,3,reward: a,,4,,,0.31234567,0.11234567,0.51234567,,,shown' \
        'T3,1,reward: b > 0,,4,,,-0.5,-0.61111111,0.12222222,0,,fails' \
        'T4,1,reward: b >= -9,,4,,,,,,,,diverged' \
        'T6,1,reward: b > a,,4,-0.41234567,0.31234567,-0.72469134,-0.78912345,-0.25678912,0,,reversed' \
        'T7,1,reward: b == -0.5 within 0.01 ours,,4,,,-0.5,-0.61111111,-0.41111111,-0.5,ours,open' > "$folder/clauses.csv"
    printf '%s\n' 'method,variant,field,paper,used,reason' \
        'a,,budget.units,12341,200,"a ""toy"" <budget>"' \
        'b,,budget.units,12341,200,"a ""toy"" <budget>"' 'b,,rules of the toy,,,the paper says none' > "$folder/deviations.csv"
}

# report FOLDER OPTION...: the page of that folder's result
report() {
    place=$1
    shift
    "$marlgold" report --golden "$place/golden" --results "$place/out" --reports "$place/reports" \
        --out "$place/page" "$@"
}
says() { grep -q -F -e "$2" "$1"; }
silent() { [ -s "$1" ] && ! grep -q -F -e "$2" "$1"; }
fails() { ! "$@"; }

# verdict_of FILE CLAIM VERDICT
verdict_of() {
    awk -v id="$2" '/<span class="id">/ { on = index($0, "\"id\">toy-game " id "<") }
        on && /class="badge/ { print; exit }' "$1" |
        grep -q -F "$3</span>"
}

loads_nothing() {
    [ -s "$1" ] && ! grep -n -i -E 'src=|@import|<link|<script|<iframe|href="?(https?:)?//|url\([^#)]' "$1"
}

# Every tag that is opened is closed, in the right order.
balanced() {
    awk 'BEGIN { RS = "<" } NR > 1 {
        end = index($0, ">")
        if (!end || $0 ~ /^[!?]/) next
        tag = substr($0, 1, end - 1); name = tag
        sub(/[ \t\n\/].*/, "", name)
        if (tag ~ /^\//) {
            name = substr(tag, 2)
            if (!depth || open[depth--] != name) { print "wrong </" name ">"; exit bad = 1 }
        } else if (tag !~ /\/$/) open[++depth] = name
    } END { if (!bad && depth) print "never closed: <" open[depth] ">"; exit bad || depth > 0 }' "$1"
}

# The cells of a method's row of numbers, as a reader sees them, told apart by |.
row_reads() { # row_reads PAGE METHOD CELLS
    sed -n "/^<tr><th scope=\"row\">$2[ <].*class=\"number ours\"/{p;q}" "$1" |
        sed 's/<br\/>/ /g; s/<\/t[hd]>/|/g; s/<[^>]*>//g' | tee "$scratch/cells"
    [ "$(cat "$scratch/cells")" = "$3" ]
}

each_once() {
    grep -o " id=[\"'][^\"']*" "$1" | tr "'" '"' | sort > "$scratch/ids"
    [ "$(wc -l < "$scratch/ids")" -gt 20 ] && [ -z "$(uniq -d "$scratch/ids")" ]
}

# Every table has a caption, lies in a region that a keyboard reaches, and no two regions have one name.
tables_are_named() {
    tables=$(grep -o '<table' "$1" | wc -l)
    echo "$tables tables"
    [ "$tables" -gt 3 ] && [ "$(grep -o '<caption id=' "$1" | wc -l)" = "$tables" ] &&
        [ "$(grep -o '<div class="wide" role="region" tabindex="0" aria-labelledby="[^"]*"><table' "$1" | wc -l)" = "$tables" ] &&
        [ -z "$(sed -n 's/.*<caption id="[^"]*">\(.*\)<\/caption>.*/\1/p' "$1" | sort | uniq -d)" ]
}

# Every link inside the page, and every label, leads to an id that is there.
links_lead() {
    grep -o " id=[\"'][^\"']*" "$1" | sed "s/ id=.//" | sort > "$scratch/there"
    grep -o -E "href=[\"']#[^\"']*|aria-labelledby=[\"'][^\"']*" "$1" | sed -E "s/^[^\"']*[\"']#?//" | sort -u > "$scratch/wanted"
    [ "$(wc -l < "$scratch/wanted")" -gt 10 ] && [ -z "$(comm -13 "$scratch/there" "$scratch/wanted" | tee /dev/stderr)" ]
}

# Every picture has a name, and nothing in it has another (gnuplot's are expressions); no heading level is left out.
pictures_are_named() {
    ! grep -o '<svg[^>]*>' "$1" | grep -v 'role="img" aria-labelledby=' | grep 'viewBox' &&
        [ "$(grep -c '<title>' "$1")" -eq 1 ]
}
levels() {
    grep -o '<h[1-6]' "$1" | cut -c 3 | awk '$1 > last + 1 { print "a level " $1 " after " last; bad = 1 } { last = $1 } END { exit bad || !NR }'
}

# Every number of summary.csv is on the page with all of its digits.
all_numbers() {
    awk -F, 'NR > 1 { for (i = 4; i <= 12; i++) if (i != 8 && $i != "") print $i }' "$2" | while read -r number; do
        grep -q -F "<data value=\"$number\"" "$1" || { echo "missing: $number"; exit 1; }
    done
}

# ---- the machines of make matrix ----
make_result "$scratch/machines"
printf '%s\n' 'compiler,version,level,machine,isa,jobs,ran,result,seconds,date,marlgold' \
    'gcc,12.2,-O2,glibc,sse2,1,"core, toy-game",same,1,2026-01-02,abc' 'gcc,12.2,-O2,glibc,sse2,2,"core, toy-game",same,1,2026-01-02,abc' \
    'gcc,12.2,-O2,glibc,avx2,1,"core, toy-game",same,1,2026-01-02,abc' 'gcc,12.2,-O2,glibc,avx512,1,"core, toy-game",DIFFERENT,1,2026-01-02,abc' \
    'tcc,0.9,-O2,<glibc>,scalar,1,core,same,1,2026-01-03,abd' > "$scratch/machines/reports/matrix.csv"
machines() { sed -n '/id="machines"/,/<\/section>/p' "$scratch/machines/page/index.html" | sed -n 's/<[^>]*>/|/gp' | tr -s '|'; }
told() { machines | grep -x -F "|$1|"; }
report "$scratch/machines" --no-figures > "$scratch/log" 2>&1
check "machines: in the menu" says "$scratch/machines/page/index.html" '<li><a href="#machines">'
check "machines: a line for cells that are the same" told "gcc |12.2| -O2|glibc|sse2, avx2|same|core and results|2026-01-02|abc"
check "another for one that is not" told "gcc |12.2| -O2|glibc|avx512|DIFFERENT|core and results|2026-01-02|abc"
check "and one for the core alone" told "tcc |0.9| -O2|&lt;glibc&gt;|scalar|same|the core alone|2026-01-03|abd"
check "well-formed" balanced "$scratch/machines/page/index.html"
sed '$s/abd/abe/' "$scratch/machines/reports/matrix.csv" > "$scratch/machines/out/matrix.csv"
report "$scratch/machines" --no-figures > "$scratch/log" 2>&1
check "what was run here comes before what is committed" told "tcc |0.9| -O2|&lt;glibc&gt;|scalar|same|the core alone|2026-01-03|abe"
sed -i 1s/isa/set/ "$scratch/machines/out/matrix.csv"
check "a table of another form is refused" refused 3 'out/matrix.csv:1: ' report "$scratch/machines" --no-figures

# ---- the page without figures needs nothing but the program ----
toy=$scratch/toy
make_result "$toy"
page=$toy/page/index.html
check "a page without figures" report "$toy" --no-figures
check "well-formed" balanced "$page"
if command -v xmllint > /dev/null; then
    check "well-formed, says xmllint" xmllint --noout "$page"
else
    skip "no xmllint"
fi
check "loads nothing" loads_nothing "$page"
check "tables have captions and can be reached" tables_are_named "$page"
check "links and labels lead somewhere" links_lead "$page"
check "no heading level is left out" levels "$page"
check "the title of about.csv, once" test "$(grep -c -F '<h2><code>toy-game</code> A toy</h2>' "$page")" = 1
check "its source" says "$page" '<p class="source">Nobody, Table 1</p>'
check "and what it is about" says "$page" '<p>Two players &amp; a coin.</p>'
check "a menu of the results" says "$page" '<li><a href="#toy-game">toy-game</a></li>'
check "and of a result's parts" says "$page" '<li><a href="#toy-game.claims">Claims</a></li>'
check "every verdict of the overview" says "$page" 'not run</span></span>'
check "the paper, linked" says "$page" '<a href="#ref.nobody1999">Nobody et al. (1999)</a>, <cite>Coins &amp; you</cite>'
check "the paper in full" says "$page" \
    '<li id="ref.nobody1999">Jo Nobody, Al So. <cite>Coins &amp; you</cite>. Letters, 1999. <code>arXiv:9901.00001</code>'
check "no other result's paper" silent "$page" '#ref.third2002'
check "but in the list" says "$page" 'An Other. <cite>Later</cite>. Meeting 2001. <code>arXiv:0101.00002</code>. <small>not yet</small>'
check "seeds that were not run, in one line" says "$page" 'a, seeds 5, 6, 8: no time'
check "every number of summary.csv, in full" all_numbers "$page" "$toy/golden/toy-game/paper/summary.csv"
check "each in its cell" row_reads "$page" a \
    'a|reward coins|−2.5 Table 1|−0.6714|[−0.9333, −0.52]|4 of 7 200 episodes|−0.7123|−1|−0.5|'
check "and where a run diverged" row_reads "$page" b 'b|reward coins|−0.4889|[−0.66, −0.41]|3 of 4 17 to 200 episodes|−0.5|−0.6667|−0.4|'
for id in T1 T2 T3 T4 T5 T6 T7; do
    check "claim $id" says "$page" "<article class=\"claim\" id=\"toy-game-$id\">"
done
check "reproduced" verdict_of "$page" T1 reproduced
check "direction only" verdict_of "$page" T2 "direction only"
check "not reproduced" verdict_of "$page" T3 "not reproduced"
check "diverged" verdict_of "$page" T4 diverged
check "not in claims.csv: not run" verdict_of "$page" T5 "not run"
check "contradicted" verdict_of "$page" T6 contradicted
check "unresolved" verdict_of "$page" T7 unresolved

# clause FILE TEXT N: the text of cell N of the first row with this clause, tags taken out.
clause() {
    grep -F "<code>$2</code></th>" "$1" | head -n 1 | sed 's/<\/t[hd]>/\n/g' | sed -n "${3}p" | sed 's/<[^>]*>//g'
}
cell() { [ "$(clause "$page" "$1" "$2")" = "$3" ] || { clause "$page" "$1" "$2"; return 1; }; }
check "a clause: its state" cell 'reward: a &gt; b by 0.9 ours' 2 '≈ without size'
check "both learners and their difference" cell 'reward: a &gt; b by 0.9 ours' 3 '0.7247 (0.3123 against −0.4123)'
check "the interval, low end first" cell 'reward: a &gt; b by 0.9 ours' 4 '[0.2568, 0.7891]'
check "the threshold is ours" cell 'reward: a &gt; b by 0.9 ours' 5 '0.9 ours'
check "n" cell 'reward: a &gt; b by 0.9 ours' 6 4
check "what the paper says of it" cell 'reward: a &gt; b by 0.9 ours' 7 '&quot;more&quot;, by 0.9'
check "a threshold of the paper" cell 'reward: b &gt; 0' 5 0
check "a value without learners" cell 'reward: b &gt; 0' 3 '−0.5'
check "an exact clause has no interval" cell 'max(a.reward) &lt;= 0' 4 ''
check "and no n" cell 'max(a.reward) &lt;= 0' 6 –
check "what is shown" cell 'reward: a' 2 shown
check "and folded away" says "$page" '<summary>1 number beside it</summary>'
decider_first() { grep -F '<code>reward: a &gt; b by' "$1" | grep -F '</th>' | head -n 1 | grep -q 'tr class="decides".*by 0.9'; }
check "the clause that decided goes first and is marked" decider_first "$page"
check "and is named" says "$page" '<dt>Decided by</dt><dd><code>reward: a &gt; b by 0.9 ours</code>'
check "the tally of clauses" says "$page" \
    '7 comparisons, clause by clause: 2&#160;hold, 1&#160;without size, 1&#160;open, 1&#160;fails, 1&#160;reversed, 1&#160;diverged.'
overview() { sed -n '/<section id="overview">/,/<\/section>/p' "$1"; }
contradicted_in_overview() {
    overview "$1" | grep -F '<a href="#toy-game-T6">toy-game T6</a>' | sed 's/<[^>]*>//g' |
        grep -q -F 'b beats a. reward: b &gt; a reversed: −0.7247 (−0.4123 against 0.3123), 95 % interval [−0.7891, −0.2568]'
}
check "the overview names what is contradicted, and by which clause" contradicted_in_overview "$page"
failed() { sed -n '/<h3 id="toy-game.failures">/,/<\/ul>/p' "$1" | grep -o '#toy-game-T[0-9]' | tr -d '#\n'; }
check "what failed, the worst first" test "$(failed "$page")" = toy-game-T6toy-game-T3toy-game-T4toy-game-T7toy-game-T2toy-game-T5
check "a deviation that is no field has its name" says "$page" '<th scope="row">rules of the toy</th>'
check "what the paper does not print is in no column" silent "$page" '<td class="number paper"><data value="-8.125"'
check "but told" says "$page" 'not printed in the paper (their files)'
check "text is escaped" says "$page" 'b is &gt; 0 &amp; rising'
check "a deviation, all its digits" says "$page" '<td class="number">12341</td>'
check "its reason" says "$page" 'a &quot;toy&quot; &lt;budget&gt;'
check "one row for both methods" says "$page" '<td>a, b</td>'
check "how many of the runs there are" says "$page" 'profile, 8 of 11 runs.'
check "the run that diverged" says "$page" 'b, seed 2: weights at unit 17'
check "n of how many" says "$page" '<small>of 4</small>'
check "the paper's value that nothing answers" says "$page" '<data value="7">7</data>'
check "the kind of interval" says "$page" '2000 resamples'
check "semantics" says "$page" '<dt>Semantics</dt><dd>7</dd>'
check "the command" says "$page" 'build/bin/toy-game --profile paper --check'
check "why golden changed" says "$page" '0.0.1, new: first coins'
check "no change of another result" silent "$page" 'something else'
check "golden, not checked here" says "$page" 'Not checked here'
if command -v xxhsum > /dev/null; then
    digest=$(xxhsum -H2 "$toy/golden/toy-game/paper/trail.csv" | cut -d ' ' -f 1)
    check "the digest of the trail" says "$page" "<code>$digest</code>"
else
    skip "no xxhsum"
fi

# ---- twins: what must turn a check above red ----
sed 's/tabindex="0" aria-labelledby="overview/aria-labelledby="overview/' "$page" > "$scratch/unreachable.html"
check "twin: a region that no keyboard reaches is noticed" fails tables_are_named "$scratch/unreachable.html"
sed 's/<caption id="toy-game\.table\.[a-z]*">[^<]*</<caption id="x">The same</' "$page" > "$scratch/alike.html"
check "twin: two regions of one name are noticed" fails tables_are_named "$scratch/alike.html"
sed 's/ id="toy-game.claims"//' "$page" > "$scratch/nowhere.html"
check "twin: a link that leads nowhere is noticed" fails links_lead "$scratch/nowhere.html"
sed 's/<h3/<h5/' "$page" > "$scratch/level.html"
check "twin: a heading level left out is noticed" fails levels "$scratch/level.html"
sed 's/<\/section>//' "$page" > "$scratch/broken.html"
check "twin: an unclosed section is noticed" fails balanced "$scratch/broken.html"
sed 's/<main>/<main><img src="http:\/\/example.org\/x.png"\/>/' "$page" > "$scratch/loading.html"
check "twin: a picture from the network is noticed" fails loads_nothing "$scratch/loading.html"
twin=$scratch/twin
make_result "$twin"
sed -i 's/not reproduced/reproduced/; s/0.6714285714285715/0.6714285714285716/' "$twin"/golden/toy-game/paper/*.csv
check "twin: another verdict" report "$twin" --no-figures
check "twin: changes the page" verdict_of "$twin/page/index.html" T3 reproduced
check "twin: a last digit is noticed" fails all_numbers "$twin/page/index.html" \
    "$toy/golden/toy-game/paper/summary.csv"
sed -i 's/reward: b > 0,,/reward: b > -1,,/' "$twin/reports/toy-game/claims.csv"
printf 'method,variant,reason\na,,older program\n' > "$twin/golden/toy-game/paper/stale.csv"
check "another criterion, a stale method" report "$twin" --no-figures
check "another criterion: stale" verdict_of "$twin/page/index.html" T3 stale
check "a stale method: its numbers say so" row_reads "$twin/page/index.html" a \
    'a ↻ stale|reward coins|−2.5 Table 1|−0.6714|[−0.9333, −0.52]|4 of 7 200 episodes|−0.7123|−1|−0.5|'
check "a stale method: why is told" says "$twin/page/index.html" '</span> a: older program</li>'
check "a stale method: its claims too" verdict_of "$twin/page/index.html" T1 stale
check "and no others" verdict_of "$twin/page/index.html" T4 diverged

# ---- compared with what was run here ----
cp -r "$toy/golden/toy-game" "$toy/out/"
check "with a run of this machine" report "$toy" --no-figures
check "same bits" says "$page" 'checked here: same bits</span> (7 files)'
check "no extra seeds, no table of them" silent "$page" 'More seeds, run on this machine'
mkdir "$toy/out/toy-game/paper-extra"
printf '%s\n' 'method,variant,metric,n,mean,min,max,std,iqm,low,high,paper,paper_source' \
    'a,,reward,2,-0.8125,-1,-0.5,0.25,-0.8125,-0.9375,-0.6875,,' > "$toy/out/toy-game/paper-extra/summary.csv"
check "with seeds beyond the list" report "$toy" --no-figures
check "they are told apart" says "$page" '<summary>More seeds, run on this machine: never compared</summary>'
check "... with their interval" says "$page" '[<data value="-0.9375">'
check "... and the others are as they were" says "$page" 'checked here: same bits</span> (7 files)'
rm -r "$toy/out/toy-game/paper-extra"
sed -i '3s/.$/e/' "$toy/out/toy-game/paper/trail.csv"
check "with another trail" report "$toy" --no-figures
check "different" says "$page" 'checked here: different'
check "the file is named" says "$page" 'trail.csv'
check "not the same" silent "$page" 'checked here: same bits'
mv "$toy/golden/toy-game" "$scratch/away"
check "only run here" report "$toy" --no-figures
check "not yet golden" says "$page" 'not yet golden'
rm "$toy/out/toy-game/paper/summary.csv" "$toy/out/toy-game/paper/claims.csv"
check "run in part" report "$toy" --no-figures
check "a part only" says "$page" 'Only a part of it has been run'
check "its claims are not run" verdict_of "$page" T2 "not run"
rm -r "$toy/out/toy-game"
check "not run at all" report "$toy" --no-figures
check "every claim not run" verdict_of "$page" T1 "not run"
mv "$scratch/away" "$toy/golden/toy-game"

# ---- refusals; none leaves half a page ----
rm -r "$toy/page"
check "an unknown option" refused 2 'unknown argument "--fast"' report "$toy" --fast
check "an option without its value" refused 2 'wants a folder' report "$toy" --data
check "no golden folder" refused 3 'no such folder' report "$toy" --golden "$scratch/nothing" --no-figures
cp "$toy/reports/toy-game/about.csv" "$scratch/about.csv"
echo 'Another,"Somebody, Table 2",Two more.' >> "$toy/reports/toy-game/about.csv"
check "a result with two titles" refused 3 'about.csv: 2 rows, wanted one' report "$toy" --no-figures
printf 'title,source\nA toy,Nobody\n' > "$toy/reports/toy-game/about.csv"
check "one about which nothing is said" refused 3 'about.csv:1' report "$toy" --no-figures
mv "$scratch/about.csv" "$toy/reports/toy-game/about.csv"
check "no style" refused 3 'style.css' report "$toy" --reports "$scratch/nothing" --no-figures
for file in runs curve summary claims clauses deviations; do
    rm -rf "$scratch/cut"
    make_result "$scratch/cut"
    csv=$scratch/cut/golden/toy-game/paper/$file.csv
    head -c "$(($(wc -c < "$csv") - 3))" "$csv" > "$scratch/short" && cp "$scratch/short" "$csv"
    check "$file.csv cut off" refused 3 "$file.csv:" report "$scratch/cut" --no-figures
    rm -r "$scratch/cut"
    make_result "$scratch/cut"
    sed -i '1s/^[a-z]*,/wrong,/' "$csv"
    check "$file.csv without a column" refused 3 "$file.csv:1: no column" report "$scratch/cut" --no-figures
done
check "nothing written" test ! -e "$toy/page" -a ! -e "$scratch/cut/page"
mkdir "$scratch/empty"
check "no gnuplot" refused 3 'gnuplot was not found' env PATH="$scratch/empty" "$marlgold" report \
    --golden "$toy/golden" --results "$toy/out" --reports "$toy/reports" --out "$toy/page"
check "no gnuplot: nothing written" test ! -e "$toy/page"

# ---- figures ----
if ! command -v gnuplot > /dev/null; then
    skip "no gnuplot: figures, and the page of golden"
    finish
fi
check "figures" report "$toy" --data "$scratch/data"
check "a result without a script: its curves" grep -q '</svg>' "$toy/page/toy-game-curves-reward.svg"
check "inline, well-formed" balanced "$page"
check "inline, loads nothing" loads_nothing "$page"
check "inline, no id twice" each_once "$page"
check "inline, pictures have names" pictures_are_named "$page"
check "ink, grid and ground are the page's own" says "$page" 'var(--figure-ground,#ffffff)'
check "and nothing neutral is left that a dark page would hide" silent "$page" 'stroke="rgb(107'
check "the mean of the seeds" awk 'BEGIN { mean = -3 * (1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 4 }
    $1 == 100 { found = ($2 - mean) ^ 2 < 1e-20 && $5 == 4 } END { exit !found }' \
    "$scratch/data/toy-game/mean-reward-a.dat"
# A seed that ended early is in the mean and the band as long as it went.
ended=$scratch/ended
make_result "$ended"
sed -i '/^b,,2,200,/d' "$ended/golden/toy-game/paper/curve.csv"
check "a seed that ended early" report "$ended" --data "$scratch/ended-data"
check "its part of the band" awk '
    function near(a, b) { return (a - b) ^ 2 < 1e-11 } # curve.csv above has six digits
    $1 == 0 { good += near($2, -(2 + 1 + 2 / 3 + 1 / 2) / 4) && near($3, -2) && near($4, -1 / 2) && $5 == 4 }
    $1 == 100 { good += near($2, -(1 + 2 / 3 + 1 / 2 + 2 / 5) / 4) && near($3, -1) && near($4, -2 / 5) && $5 == 4 }
    $1 == 200 { good += near($2, -(2 / 3 + 1 / 2 + 1 / 3) / 3) && near($3, -2 / 3) && near($4, -1 / 3) && $5 == 3 }
    END { exit good != 3 }' "$scratch/ended-data/toy-game/mean-reward-b.dat"
printf '# title: Own & only\n# caption: one\n#          two\nset terminal svg\nset output output\nplot x\n' \
    > "$toy/reports/toy-game/own.gp"
rm -r "$toy/page"
check "a script of its own" report "$toy"
check "instead of the curves" test -e "$toy/page/toy-game-own.svg" -a ! -e "$toy/page/toy-game-curves-reward.svg"
check "its title and caption" says "$page" '<b>Own &amp; only.</b> one two'
figures_are() { [ "$(grep -o '<b>\(Own &amp; only\|Second\|Third\)' "$page" | cut -c 4- | paste -s -d ,)" = "$1" ]; }
sed 's/# title: .*/# title: Second/' "$toy/reports/toy-game/own.gp" > "$toy/reports/toy-game/a-second.gp"
sed 's/# title: .*/# title: Third/' "$toy/reports/toy-game/own.gp" > "$toy/reports/toy-game/b-third.gp"
check "three scripts" report "$toy"
check "in the order of their names" figures_are 'Second,Third,Own &amp; only'
sed -i '1a # place: 2' "$toy/reports/toy-game/b-third.gp"
sed -i '1a # place: 1' "$toy/reports/toy-game/own.gp"
check "two of which name a place" report "$toy"
check "those first, by place" figures_are 'Own &amp; only,Third,Second'
sed -i 's/# place: 2/# place: first/' "$toy/reports/toy-game/b-third.gp"
check "a place that is none" refused 3 "b-third.gp: '# place: first', wanted a number from 1 to" report "$toy"
sed -i 's/# place: first/# place: 0/' "$toy/reports/toy-game/b-third.gp"
check "place 0" refused 3 "b-third.gp: '# place: 0', wanted" report "$toy"
rm "$toy/reports/toy-game/a-second.gp" "$toy/reports/toy-game/b-third.gp"
sed -i '/^# place/d' "$toy/reports/toy-game/own.gp"
cp -r "$toy/golden/toy-game" "$toy/golden/another"
mkdir "$toy/reports/another"
cp "$toy/reports/toy-game/claims.csv" "$toy/reports/another/"
mv "$toy/reports/toy-game/own.gp" "$toy/reports/another/one.gp"
rm -r "$toy/page"
mkdir "$toy/reports/later"
cp "$toy/reports/toy-game/claims.csv" "$toy/reports/later/"
check "a script in another result's folder" report "$toy"
check "is the other's, and this one has its curves" test -e "$toy/page/another-one.svg" \
    -a -e "$toy/page/toy-game-curves-reward.svg" -a ! -e "$toy/page/another-curves-reward.svg"
in_order() { [ "$(grep -o "<section id=\"[a-z-]*\" class=\"result\">" "$page" | cut -d "\"" -f 2 | grep -v references | paste -s -d " ")" = "$1" ]; }
check "results in the order of their names, one that has nothing but claims among them" in_order "another later toy-game"
printf '%s\n' number,result 3,nowhere 2,toy-game 1,another > "$toy/reports/numbers.csv"
check "with numbers" report "$toy"
check "results in the order of numbers.csv" in_order "toy-game another later"
echo 'plot no_such_name' >> "$toy/reports/another/one.gp"
check "a script that fails" refused 3 'another/one.gp: gnuplot ended' report "$toy"

# Two outcomes: a mean outside the interval of the middle half. Counted is what rounds to the paper's digits, here of -1, -.75,
# -.6 and -.5; a run that diverged counts as one.
outcomes=$scratch/outcomes
make_result "$outcomes"
sed -i 's/^a,,reward,4,-0.7123456789012345/a,,reward,4,-0.4/; s/^b,,reward,3,-0.5,/b,,reward,3,-0.3,/' \
    "$outcomes/golden/toy-game/paper/summary.csv"
sed -i 's/^a,,reward,-2.5/a,,reward,-1.0/; s/^b,,reward,-8.125,coins,their files,no/b,,reward,-1,coins,Table 1,yes/' \
    "$outcomes/reports/toy-game/paper.csv"
check "two outcomes" report "$outcomes" --no-figures
counted=$outcomes/page/index.html
check "are counted, with the interval of their share" grep -q \
    '1 of 4<br/><small>round to the paper’s value; IQM .*\[5 %, 70 %\]' "$counted"
check "a run that diverged is one of them" says "$counted" '2 of 4<br/><small>round to the paper’s value'

# A script that finds no data makes no figure and no error: here every figure of every result, on the toy's data.
for script in reports/*/*.gp; do
    case $script in reports/figures/*) continue ;; esac
    own=$(echo "$script" | sed 's/reports\/\(.*\)\/\(.*\).gp/\1-\2/')
    rm -rf "$scratch/bare"
    make_result "$scratch/bare"
    cp "$script" "$scratch/bare/reports/toy-game/$own.gp"
    check "$own without its data" report "$scratch/bare"
    check "$own without its data: no figure" test ! -e "$scratch/bare/page/toy-game-$own.svg"
done

# ---- the committed results ----
# A figure may be missing only where golden itself lacks tasks.
drawn() { [ -s "$scratch/real/$2.svg" ] || [ -s "golden/$1/paper/not_run.csv" ]; }
looked_for=0 real=$scratch/real/index.html
for claims in reports/*/claims.csv; do
    result=$(basename "$(dirname "$claims")")
    if [ ! -d "golden/$result" ]; then
        skip "golden/$result is not there"
        continue
    fi
    [ -e "$real" ] || check "the page of golden" "$marlgold" report --out "$scratch/real"
    check "$result: its papers" says "$real" "href=\"#ref.$(awk -F, -v name="$result" '
        index($0, name) { print $1; exit }' reports/references.csv)\""
    for id in $(awk -F, 'NR > 1 { print $1 }' "$claims" | sort -u); do
        check "$result: claim $id" says "$real" " id=\"$result-$id\">"
        looked_for=$((looked_for + 1))
    done
    for script in reports/"$result"/*.gp; do
        [ -e "$script" ] || continue # a result of tables alone
        check "$result-$(basename "$script" .gp)" drawn "$result" "$result-$(basename "$script" .gp)"
    done
done

all_looked_for() { [ "$(grep -o '<article class="claim"' "$1" | wc -l)" = "$looked_for" ]; }
check "golden: no claim of the page was left out above" all_looked_for "$real"
if [ -e "$real" ]; then
    check "golden: well-formed" balanced "$real"
    check "golden: loads nothing" loads_nothing "$real"
    check "golden: no id twice" each_once "$real"
    check "golden: tables have captions and can be reached" tables_are_named "$real"
    check "golden: links and labels lead somewhere" links_lead "$real"
fi

# ---- every paper is cited in full: page, README, CITATION.cff ----
cited() {
    sed 1d reports/references.csv | grep -o -E 'arXiv:[0-9.]+|openreview[^,]*|repository\.gatech[^,]*' > "$scratch/identifiers"
    [ "$(wc -l < "$scratch/identifiers")" = "$(sed 1d reports/references.csv | wc -l)" ] || return 1
    while read -r identifier; do
        grep -q -F "$identifier" "$1" || { echo "$1 does not cite $identifier"; return 1; }
    done < "$scratch/identifiers"
}
check "README cites every paper" cited README.md
check "CITATION.cff does" cited CITATION.cff

finish
