#!/bin/sh
# No result opens a random stream twice: its quick profile in a build that records every name and ends at a repeat.
# That a repeat does end it, with exit 1 and the name, is test_random_names.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
BUILD=${BUILD:-build}

for source in suite/*.c; do
    result=$(basename "$source" .c | tr _ -)
    check "$result: every random stream has a name of its own" \
        "$BUILD/recording/$result" --profile quick --jobs 1 --quiet --out "$scratch/out"
    check "$result: recording changes no bit" \
        "$BUILD/recording/$result" --profile quick --jobs 1 --quiet --resume --check --out "$scratch/out"
done
finish
