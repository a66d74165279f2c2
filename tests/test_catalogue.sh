#!/bin/sh
# The catalogue (suite/harness/catalogue.c) is whole: every environment and every learner of the tree is in it, so that
# what is run of everything misses none.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh

# missing CATALOGUE: the tables of envs/, algos/ and baselines/ that it does not name.
missing() {
    grep -h -o -E '^extern const mg_(env|learner)_table mg_[a-z_0-9]+' envs/*.h algos/*.h baselines/*.h | sed 's/.* //' |
        while read -r table; do
            grep -q -E "&$table[,)]" "$1" || echo "$table"
        done
}
is() { echo "found: $1"; [ "$1" = "$2" ]; }
tables=$(grep -h -c -E '^extern const mg_(env|learner)_table' envs/*.h algos/*.h baselines/*.h | awk '{ n += $1 } END { print n }')
check "there are tables to look for: $tables" test "$tables" -ge 16
check "each is in the catalogue" is "$(missing suite/harness/catalogue.c)" ""
grep -v '&mg_policy_sharing,' suite/harness/catalogue.c > "$scratch/less.c"
check "mutation: one that is not is named" is "$(missing "$scratch/less.c")" mg_policy_sharing
finish
