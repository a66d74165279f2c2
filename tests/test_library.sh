#!/bin/sh
# The library for other programs, from the installed files alone: in C and C++, shared and static, with threads; what is
# visible of it; and the same bits as the project's own rollout.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
: "${MAKE:=make}" "${CC:=gcc}" "${BUILD:=build}"
CXX=${CXX:-$(echo "$CC" | sed 's/gcc/g++/; s/clang/clang++/')}
root=$scratch/root prefix=/opt/marlgold
lib=$root$prefix/lib

check "make library, and its part of make install" sh -c "$MAKE library && $MAKE install-library DESTDIR=$root prefix=$prefix"
for file in include/marlgold.h lib/libmarlgold.a lib/libmarlgold.so lib/pkgconfig/marlgold.pc; do
    check "installed: $file" test -s "$root$prefix/$file"
done

# ---- what is visible ----
others() { nm -g --defined-only $1 "$2" | awk 'NF == 3 && $3 !~ /^marlgold_/ { print; found = 1 } END { exit !found }'; }
declared() { sed -n 's/^MARLGOLD_API.*[ *]\(marlgold_[a-z_]*\)(.*/\1/p' suite/library/marlgold.h | sort; }
visible() { nm -g --defined-only $1 "$2" | awk 'NF == 3 { print $3 }' | sort; }
declared > "$scratch/declared"
check "the header declares functions" test "$(wc -l < "$scratch/declared")" -gt 20
visible -D "$lib/libmarlgold.so" > "$scratch/shared"
check "libmarlgold.so shows what the header declares and nothing else" cmp "$scratch/declared" "$scratch/shared"
visible '' "$lib/libmarlgold.a" > "$scratch/static"
check "so does libmarlgold.a" cmp "$scratch/declared" "$scratch/static"
# Sections that a program can write to; .data.rel.ro is constant once it is loaded.
objdump -t "$BUILD/library/marlgold.o" | awk 'NF > 3 && $(NF-2) ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)(\.[^r].*)?$/ && $NF !~ /^\./' \
    > "$scratch/written"
check "one variable can be written: where memory that runs out leads, a thread's own" sh -c \
    "cat '$scratch/written'; [ \$(wc -l < '$scratch/written') = 1 ] && grep -q 'tbss.*no_memory' '$scratch/written'"

# ---- somebody else's program ----
if command -v pkg-config > /dev/null; then
    flags=$(PKG_CONFIG_PATH=$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root pkg-config --cflags --libs marlgold)
    # (pkg-config leaves out folders that every compiler looks in: hence a prefix of its own)
    check "pkg-config names its folders" test "$(echo $flags)" = "-I$root$prefix/include -L$lib -lmarlgold"
else
    skip "no pkg-config here"
fi
build() { # OUTPUT, compiler and what else
    output=$1
    shift
    "$@" -Wall -Wextra -I"$root$prefix/include" -o "$scratch/$output" > "$scratch/build.log" 2>&1 &&
        [ ! -s "$scratch/build.log" ] || { cat "$scratch/build.log"; false; }
}
check "C, shared" build shared "$CC" -std=c11 tests/library_user.c -L"$lib" -lmarlgold -lpthread
check "C, static" build static "$CC" -std=c11 tests/library_user.c "$lib/libmarlgold.a" -lpthread
if command -v "$CXX" > /dev/null; then
    check "C++, shared" build plus "$CXX" -x c++ -std=c++11 tests/library_user.c -L"$lib" -lmarlgold -lpthread
else
    cp "$scratch/shared" "$scratch/plus"
    skip "no C++ compiler here"
fi
for form in shared static plus; do
    LD_LIBRARY_PATH=$lib "$scratch/$form" > "$scratch/$form.tap" 2>&1
    check "$form: what a user relies on" sh -c "grep -v '^ok' '$scratch/$form.tap'; tail -n 1 '$scratch/$form.tap' | grep -q '^1\.\.42$' && ! grep -q '^not ok' '$scratch/$form.tap'"
done

check "where there is no memory a handle is refused, and the program goes on" sh -c \
    "ulimit -v 400000; '$scratch/static' memory > '$scratch/memory'; cat '$scratch/memory'
     grep -q '^environment traffic-control: not enough memory for 65536 rows, and then a small one' '$scratch/memory'"

# ---- the bits ----
LD_LIBRARY_PATH=$lib "$scratch/shared" digests > "$scratch/library.digests"
"$BUILD/tests/test_library_bits" | sed -n 's/^# \(digest .*\)/\1/p' | sort > "$scratch/rollout.digests"
sort -o "$scratch/library.digests" "$scratch/library.digests"
check "two rows of every environment" test "$(wc -l < "$scratch/rollout.digests")" -ge 14
check "the library plays to the bit what the project's rollout plays" cmp "$scratch/library.digests" "$scratch/rollout.digests"
sed 's/7) % agent.actions/8) % agent.actions/; s/step \* 7/step * 8/' tests/library_user.c > "$scratch/other.c"
check "a program that decides otherwise" build other "$CC" -std=c11 "$scratch/other.c" "$lib/libmarlgold.a" -lpthread
"$scratch/other" digests | sort > "$scratch/other.digests"
check "... has other digests" sh -c "! cmp '$scratch/other.digests' '$scratch/rollout.digests'"
finish
