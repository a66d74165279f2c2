# Completion for bash: source this file, or let `make install` put it where bash-completion looks. What can be completed
# is asked of the program itself (PROGRAM --complete WORD...), which knows it from the table that --help is made of.
_marlgold()
{
    local word candidate typed= behind= current=${COMP_WORDS[COMP_CWORD]}
    local -a words=() candidates=()
    # bash splits --profile=quick and lio.entropy=0.1 at the equals sign: they are one word here.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ $word == = || $behind == = ]] && ((${#words[@]})); then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        behind=$word
    done
    [[ $current != = ]] || current=
    typed=${words[${#words[@]} - 1]}
    COMPREPLY=()
    mapfile -t candidates < <("${COMP_WORDS[0]/#\~/$HOME}" --complete "${words[@]}" 2> /dev/null)
    for candidate in "${candidates[@]}"; do
        case $candidate in
        @folder) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current") ;;
        @file) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
        *[=@:]) compopt -o nospace; COMPREPLY+=("${candidate#"${typed%"$current"}"}") ;;
        *) COMPREPLY+=("${candidate#"${typed%"$current"}"}") ;;
        esac
    done
}
complete -F _marlgold @programs@
