#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# measure.sh FOLDER COMPILER... [-- FLAG...]: compile seconds (of the processor) and peak memory of the programs of
# generate.sh, on each compiler at its default limits. The programs go to FOLDER, the table to FOLDER/compile-times.txt.
# Seconds and memory are those above the same includes alone, with the same options; a figure beyond its bound gets a !.
# Program and includes are compiled in turn, and of each the fastest counts: the clock of a machine changes by the minute.
set -euo pipefail
generate=$(dirname "$(realpath "$0")")/generate.sh
folder=$1
shift
compilers=()
while (($# > 0)) && [[ $1 != -- ]]; do
    compilers+=("$1")
    shift
done
flags=(-std=c++20 -O2 "${@:2}")
mkdir -p "$folder"

ulimit -v $((8 << 20)) # a compilation that runs away fails alone, and not the machine with it

# compile COMPILER SOURCE OPTION...: "SECONDS MEGABYTES" of one compilation, or "fails".
compile() {
    local log="$folder/output.txt"
    if ! timeout 120 /usr/bin/time -f '%U %S %M' -o "$folder/time.txt" \
        "$1" "${flags[@]}" "${@:3}" -c "$2" -o /dev/null >"$log" 2>&1; then
        { echo; echo "$1 does not compile $2, or not in two minutes:"; grep -m 1 'error' "$log"; } >&2
        echo fails
        return
    fi
    awk '{ printf "%.2f %.0f\n", $1 + $2, $3 / 1024 }' "$folder/time.txt"
}

# measure COMPILER SOURCE OPTION...: the same of the fastest compilations of the source and of the includes, a line each.
measure() {
    local source=() includes=() _
    for _ in 1 2 3; do
        includes+=("$(compile "$1" "$folder/includes0.cpp" "${@:3}")")
        source+=("$(compile "$@")")
        if [[ ${source[-1]} == fails ]]; then break; fi
    done
    printf '%s\n' "${source[@]}" | sort -n | head -n 1  # "fails" comes before all numbers
    printf '%s\n' "${includes[@]}" | sort -n | head -n 1
}

cell() { # cell FIGURES BASELINE BOUND: the difference, as a cell of the table
    awk -v figures="$1" -v baseline="$2" -v bound="$3" 'BEGIN {
        if (figures == "fails" || baseline == "fails") { printf "%18s", "fails"; exit }
        split(figures, f, " "); split(baseline, b, " ")
        seconds = f[1] - b[1]
        printf "%8.2f s%s %4d MB", seconds, (bound != "-" && seconds > bound ? "!" : " "), f[2] - b[2] }'
}

row() { # row TITLE BOUND KIND SIZE OPTION...
    local title=$1 bound=$2 kind=$3 size=$4 compiler source figures
    shift 4
    source="$folder/$kind$size.cpp"
    bash "$generate" "$kind" "$size" >"$source"
    printf '%-28s %6s' "$title" "$bound"
    for compiler in "${compilers[@]}"; do
        if [[ $kind == includes ]]; then
            printf '  %s' "$(cell "$(compile "$compiler" "$source" "$@")" '0 0' -)"
        else
            mapfile -t figures < <(measure "$compiler" "$source" "$@")
            printf '  %s' "$(cell "${figures[0]}" "${figures[1]}" "$bound")"
        fi
    done
    printf '\n'
}

table() {
    local compiler
    printf '%-28s %6s' 'above the includes alone' bound
    for compiler in "${compilers[@]}"; do
        printf '  %18s' "$(basename "$compiler") $("$compiler" -dumpfullversion -dumpversion)"
    done
    printf '\n'
    row 'the includes alone' - includes 0
    row 'the includes alone, -g' - includes 0 -g
    row 'tied autoencoder' 1 autoencoder 0
    row 'a proof: tied autoencoder' 1 proof_autoencoder 0
    row 'a proof: GP-LVM' 1 proof_gp_lvm 0
    row 'a proof: contractive units' 1 proof_contractive 0
    row 'Hessian of the autoencoder' 10 hessian 0
    row 'two contractive layers' 10 contractive 0
    row '20 recurrent steps' 10 recurrent 20
    row 'swish net, 1 layer' - net 1
    row 'swish net, 5 layers' - net 5
    row 'swish net, 20 layers' - net 20
    row 'swish net, 50 layers' - net 50
    row 'swish net, 100 layers' 4 net 100
    row '50 steps x + x' 1 chain 50
    row '50 steps x + x, -g' 1 chain 50 -g
    row '50 steps x + tanh(x)' - residual 50
    row '50 steps x + tanh(x), -g' - residual 50 -g
}

table | tee "$folder/compile-times.txt"
