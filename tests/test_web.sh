#!/bin/sh
# The page that computes (suite/web), without a browser: its parts under node (tests/web_parts.mjs), and the folder as it is
# packed, of stand-ins for the report and the programs. `make check-web` asks the page itself.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh

# ---- the folder ----
mkdir "$scratch/report"
printf '<html>\n<head>\n</head>\n<body>\n</body>\n</html>\n' > "$scratch/report/index.html"
echo '<svg/>' > "$scratch/report/a.svg"
echo simd > "$scratch/simd"
echo scalar > "$scratch/scalar"
for source in suite/*.c; do
    folder=$scratch/golden/$(basename "$source" .c | tr _ -)/quick
    mkdir -p "$folder"
    echo "$source" > "$folder/runs.csv"
    echo 'trail,1' > "$folder/trail.csv"
done
pack() { suite/web/pack "$scratch/report/index.html" "$scratch/simd" "$scratch/scalar" "$scratch/$1" "$scratch/golden"; }
part() { sed 's/^[^=]*= "//; s/";$//' "$scratch/web/$1.js" | base64 -d | gzip -d; }
same_twice() { pack again && diff -r "$scratch/web" "$scratch/again"; }
all_listed() { [ "$(find "$scratch/web" -name 'files-*.js' | wc -l)" = "$(find suite -maxdepth 1 -name '*.c' | wc -l)" ]; }
listed() { grep -q "results: \[.*'lio-ipd'.*\]" "$scratch/web/page.js"; }
whole() { # every file that is compared, by the name that the program knows, with its length, and the claims
    part files-lio-ipd > "$scratch/files"
    cat "$scratch/files"
    for file in reports/lio-ipd/claims.csv reports/numbers.csv; do
        grep -q -x -a "$file $(wc -c < "$file" | tr -d ' ')" "$scratch/files" || { echo "no $file"; return 1; }
    done
    grep -q -x 'golden/lio-ipd/quick/trail.csv 8' "$scratch/files"
}
first() { part files-lio-ipd | head -n 2 | tr '\n' ' ' | grep -q '^golden/lio-ipd/quick/runs.csv 16 suite/lio_ipd.c '; }
check "a folder is packed" pack web
check "the page takes its script and style" grep -q -z 'page.css"/></head>.*page.js"></script></body>' "$scratch/web/index.html"
check "figures that the page links to are there" test -s "$scratch/web/a.svg"
check "the programs come back out of their parts" test "$(part marlgold-simd128) $(part marlgold-scalar)" = "simd scalar"
check "every result has its files" all_listed
check "and its name in the page" listed
none_without_golden() {
    rm -r "$scratch/golden/ltos-table2"
    pack fewer && [ ! -e "$scratch/fewer/files-ltos-table2.js" ] && ! grep -q "results: .*'ltos-table2'" "$scratch/fewer/page.js"
}
check "the files are golden's and the claims" whole
check "the bytes follow their line" first
check "the same bytes a second time" same_twice
check "a result without golden is not offered" none_without_golden

# ---- the parts ----
if ! command -v node > /dev/null; then
    skip "no node: the parts"
    finish
fi
node tests/web_parts.mjs > "$scratch/parts"
found_otherwise() { ! grep -A 1 -F -e "$1" "$scratch/parts"; }
while read -r line; do
    case $line in
    ok*) check "${line#*- }" true ;;
    'not ok'*) check "${line#*- }" found_otherwise "$line" ;;
    esac
done < "$scratch/parts"
check "all of them" grep -q '^1\.\.4' "$scratch/parts"
finish
