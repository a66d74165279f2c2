#!/bin/sh
# core-selftest: every instruction set of this CPU has the golden digests, and an edited golden file is noticed and
# named.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
selftest=${BUILD:-build}/bin/core-selftest
golden=golden/core-selftest.csv

for isa in reference scalar simd128 sse2 avx2 avx512; do
    if "$selftest" --isa $isa > /dev/null 2>&1; then
        check "$isa: the golden digests" "$selftest" --isa $isa --check $golden
    fi
done

for topic in $("$selftest" | sed -n 's/^\([a-z-]*\),[0-9a-f]\{32\}$/\1/p'); do
    awk -F, -v OFS=, -v topic="$topic" '
        $1 == topic { $2 = substr($2, 1, 31) (substr($2, 32) == "0" ? "1" : "0") }
        { print }' $golden > "$scratch/edited.csv"
    check "$topic: one hex digit edited" refused 1 "$topic differs" "$selftest" --check "$scratch/edited.csv"
done
sed '/^training,/d' $golden > "$scratch/short.csv"
check "a row removed" refused 1 'training differs' "$selftest" --check "$scratch/short.csv"
check "the file removed" refused 3 'cannot read' "$selftest" --check "$scratch/nothing.csv"
check "an unknown instruction set" refused 2 "isa 'mmx'" "$selftest" --isa mmx
check "an unknown option" refused 2 "wrong use of '--fast'" "$selftest" --fast yes
check "an option without its value" refused 2 "wrong use of '--isa'" "$selftest" --isa
finish
