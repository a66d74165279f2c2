#!/bin/sh
# What the tables of options are made into: --help and the manual pages say the same options, the programs take just
# those, man and mandoc find nothing wrong, and bash and zsh complete them.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
build=${BUILD:-build}
bin=$build/bin
results=$(for source in suite/*.c; do basename "$source" .c | tr _ -; done)
programs="$results marlgold traffic"
${MAKE:-make} BUILD="$build" CC="${CC:-gcc}" manual > "$scratch/make.log" 2>&1

fails() { ! "$@"; }

# ---- the pages ----
# Options at the beginning of a line, whatever stands before them: of --help, of a page, one a line.
options_of() { grep -o -e '^ *--[a-z-]*' | tr -d ' ' | sort -u; }
helps() {
    "$bin/$1" --help
    [ "$1" != marlgold ] || for command in $commands; do "$bin/marlgold" "$command" --help; done
}
commands=$("$bin/marlgold" --help | sed -n '/^COMMANDS/,/^$/s/^  \([a-z-]*\) .*/\1/p')
same_options() { # of one program, in --help and in its page
    helps "$1" | options_of > "$scratch/help"
    sed -n '/^\.TP/{n;s/\\f[BIR]//g;s/\\-/-/g;p;}' "$2" | options_of > "$scratch/page"
    [ "$(wc -l < "$scratch/help")" -gt 8 ] && diff "$scratch/help" "$scratch/page"
}
all_same() {
    for program in $programs; do same_options "$program" "$build/manual/$program.1" || { echo "$program"; return 1; }; done
}
check "every option of --help is in the manual page, and no other" all_same
sed '/\\-\\-shard/d' "$build/manual/lio-ipd.1" > "$scratch/lio-ipd.1"
check "a page that lacks one is noticed" fails same_options lio-ipd "$scratch/lio-ipd.1"
named() {
    for program in $programs; do
        head -n 5 "$build/manual/$program.1" | tail -n 1 | sed 's/\\-/-/g' | grep -q -e "^$program - ..*" || return 1
    done
}
numbered() { head -n 5 "$build/manual/lio-ipd.1" | grep -q -F 'prisoner\[u2019]s'; }
check "a letter beyond ASCII is its number" numbered
check "each page begins with the program's name and what it is" named
methods_too() {
    "$bin/as-navigation" --help | sed -n '/^METHODS/,/^$/s/^  \([^ ]*\) .*/\1/p' > "$scratch/methods"
    while read -r method; do
        sed 's/\\-/-/g' "$build/manual/as-navigation.1" | grep -q -x -e "\\\\fB$method\\\\fR" || { echo "$method"; return 1; }
    done < "$scratch/methods"
    [ -s "$scratch/methods" ]
}
check "and has every method" methods_too
troff_quiet() {
    for program in $programs; do groff -man -Tutf8 -ww -z "$build/manual/$program.1" || return 1; done > "$scratch/said" 2>&1
    cat "$scratch/said"
    [ ! -s "$scratch/said" ]
}
mandoc_quiet() {
    for program in $programs; do mandoc -T lint -W warning "$build/manual/$program.1"; done |
        grep -v 'missing date' > "$scratch/said"
    cat "$scratch/said"
    [ ! -s "$scratch/said" ]
}
man_shows() {
    LC_ALL=C MANWIDTH=80 man -l "$build/manual/marlgold.1" 2> "$scratch/said" | col -b | grep -q -e '^ *--first-checkpoint' &&
        [ ! -s "$scratch/said" ]
}
if command -v groff > /dev/null; then check "groff warns of nothing" troff_quiet; else skip "no groff"; fi
if command -v mandoc > /dev/null; then check "mandoc warns of nothing" mandoc_quiet; else skip "no mandoc"; fi
if command -v man > /dev/null && command -v col > /dev/null && command -v groff > /dev/null; then
    check "man shows it" man_shows
else
    skip "no man or col"
fi

# ---- the programs take just those ----
# refuses PROGRAM COMMAND OPTION: calls it unknown; nothing is run, for each has no value or has a wrong option behind it.
refuses() {
    case $1-$2 in
    traffic-generate) said=$("$bin/traffic" generate grid "$3" 2>&1) ;;
    traffic-*) said=$("$bin/traffic" "$2" "$3" 2>&1) ;;
    *-report) said=$("$bin/marlgold" report "$3" x --xyzzy 2>&1) ;;
    *) said=$("$bin/marlgold" "$2" "$3=" 2>&1) ;;
    esac
    case $said in *"no option '$3='"* | *"unknown option '$3'"* | *"unknown argument \"$3\""*) return 0 ;; esac
    return 1
}
known=$({ for program in $programs; do helps "$program"; done | options_of; grep -o -h -e '"--[a-z-]*"' suite/tools/*.c | tr -d '"'
    sed -n 's/.*{\.name = "\([a-z-]*\)".*/--\1/p' suite/tools/traffic_*.c; } | sort -u)
agree() { # PROGRAM COMMAND: each known option is refused just where --help lacks it
    if [ "$1" = traffic ]; then "$bin/traffic" --help | sed -n "/^traffic $2 /,/^$/p"; else "$bin/$1" "$2" --help; fi |
        options_of | paste -s -d ' ' > "$scratch/help"
    read -r listed < "$scratch/help"
    for option in $known; do
        case $option in -- | --help | --version | --manual | --complete) continue ;; esac
        case " $listed " in *" $option "*) wanted=1 ;; *) wanted=0 ;; esac
        refuses "$1" "$2" "$option"
        [ $? = $wanted ] || { echo "$1 $2 $option: in --help? $wanted. It says: $said"; return 1; }
    done
}
for command in list check check-golden audit rejudge diff report export tasks merge; do
    check "marlgold $command takes what its --help says, and nothing else" agree marlgold $command
done
for command in run generate render; do
    check "traffic $command takes what --help says, and nothing else" agree traffic $command
done

# ---- completion ----
completes() { # WANTED PROGRAM WORD...: just these, in one line
    wanted=$1 program=$2
    shift 2
    found=$("$bin/$program" --complete "$@" | paste -s -d ' ')
    echo "found:  $found"
    echo "wanted: $wanted"
    [ "$found" = "$wanted" ]
}
check "an option" completes "--methods --merge" lio-ipd --me
check "a choice" completes "quick paper" lio-ipd --profile ""
check "a choice in one word" completes "--profile=paper" lio-ipd --profile=p
check "a method, and its variants" completes "lio lio/pure lio/untrained lio-asym" lio-ipd --quiet --methods li
check "the last of some methods" completes "pg,lio/pure" lio-ipd --methods pg,lio/p
check "a field, once" completes "budget.evaluate_every= budget.evaluation_episodes=" lio-ipd --set budget.eval
check "a task" completes "lio/pure/0@ lio/pure/1@" lio-ipd --dump lio/pure
check "a folder" completes "@folder" lio-ipd --out ""
check "an instruction set" completes "avx2 avx512" marlgold check --isa av
check "nothing for what is no option" completes "" lio-ipd x
check "a command" completes "tasks" marlgold t
check "a result" completes "ltos-prisoner" marlgold check ltos-p
check "a result's method behind run" completes "lio-asym" marlgold run lio-ipd --methods lio-
check "a result's task behind watch" completes "lio/1@" marlgold watch lio-ipd lio/1
check "a format" completes "json" marlgold export lio-ipd --format j
check "files behind diff" completes "@file" marlgold diff x
check "lights of traffic" completes "max-pressure @file" traffic run --lights m
check "a kind of network" completes "ltos-6x6" traffic generate l
check "every result" completes "$(echo "$results" | sort | paste -s -d ' ') $("$bin/marlgold" check --help | options_of | tac | paste -s -d ' ' |
    tr ' ' '\n' | sort > "$scratch/sorted"; "$bin/marlgold" check --help | grep -o -e '^ *--[a-z-]*' | tr -d ' ' | paste -s -d ' ')" \
    marlgold check ""

# bash_completes WANTED WORD...: as bash would have split the line; the last word is the one under the cursor.
cat > "$scratch/try.bash" << 'BASH'
. "$1"
compopt() { :; }
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_marlgold
echo "${COMPREPLY[*]}"
BASH
cat > "$scratch/try.zsh" << 'ZSH'
script=$1
shift
words=("$@") CURRENT=$#
compadd() { [[ $1 == -S ]] && shift 2; print -n -- "${@[2]} " }
_files() { print -n -- "files$1 " }
. $script
ZSH
shell_completes() { # SHELL SCRIPT WANTED WORD...
    shell=$1 script=$2 wanted=$3
    shift 3
    found=$("$shell" "$scratch/try.$shell" "$script" "$@" | sed 's/ *$//')
    echo "found: $found, wanted: $wanted"
    [ "$found" = "$wanted" ]
}
in_bash() { shell_completes bash "$build/manual/marlgold.bash" "$@"; }
in_zsh() { shell_completes zsh "$build/manual/_marlgold" "$@"; }
registered() {
    bash -c '. "$1"; shift; for name; do complete -p "$name" | grep -q " -F _marlgold " || exit 1; done' bash \
        "$build/manual/marlgold.bash" $programs
}
mkdir "$scratch/place"
if command -v bash > /dev/null; then
    check "bash knows every program" registered
    check "bash: options" in_bash "--methods --merge" "$bin/lio-ipd" --me
    check "bash: a value behind an equals sign, which bash makes a word of its own" \
        in_bash "quick" "$bin/lio-ipd" --profile = q
    check "bash: nothing typed behind it" in_bash "quick paper" "$bin/lio-ipd" --profile =
    check "bash: a field in a word with its option" in_bash "budget.units=" "$bin/lio-ipd" --set = budget.u
    check "bash: no candidate for a number" in_bash "" "$bin/lio-ipd" --set lio.entropy = 0
    check "bash: methods behind a comma" in_bash "pg,lio/pure" "$bin/marlgold" run lio-ipd --methods pg,lio/p
    check "bash: folders" in_bash "$scratch/place" "$bin/lio-ipd" --out "$scratch/pla"
else
    for missing in 1 2 3 4 5 6 7 8; do skip "no bash"; done
fi
if command -v zsh > /dev/null; then
    check "zsh: options" in_zsh "--methods --merge" "$bin/lio-ipd" --me
    check "zsh: a value in one word" in_zsh "--profile=quick" "$bin/lio-ipd" --profile=q
    check "zsh: results" in_zsh "lio-ipd" "$bin/marlgold" export lio-i
    check "zsh: folders" in_zsh "files-/" "$bin/lio-ipd" --out ""
    heads() { head -n 1 "$build/manual/_marlgold" | grep -q -x "#compdef .*lio-ipd.* marlgold traffic"; }
    check "zsh: the head names the programs" heads
else
    for missing in 1 2 3 4 5; do skip "no zsh"; done
fi
finish
