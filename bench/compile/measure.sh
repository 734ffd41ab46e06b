#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# measure.sh FOLDER COMPILER... [-- FLAG...]: compile seconds (of the processor) and peak memory of the programs of
# generate.sh, on each compiler at its default limits. The programs go to FOLDER, the table to FOLDER/compile-times.txt.
# Seconds and memory are those above the same includes alone, with the same options; a figure beyond its bound gets a !.
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

# measure COMPILER SOURCE OPTION...: "SECONDS MEGABYTES" of one compilation, the faster of two, or "fails".
measure() {
    local figures best='' log="$folder/output.txt" _
    for _ in 1 2; do
        if ! timeout 120 /usr/bin/time -f '%U %S %M' -o "$folder/time.txt" \
            "$1" "${flags[@]}" "${@:3}" -c "$2" -o /dev/null >"$log" 2>&1; then
            { echo; echo "$1 does not compile $2, or not in two minutes:"; grep -m 1 'error' "$log"; } >&2
            echo fails
            return
        fi
        figures=$(awk '{ printf "%.2f %.0f\n", $1 + $2, $3 / 1024 }' "$folder/time.txt")
        best=$(printf '%s\n' "$best" "$figures" | sed '/^$/d' | sort -n | head -n 1)
    done
    echo "$best"
}

cell() { # cell FIGURES BASELINE BOUND: the difference, as a cell of the table
    awk -v figures="$1" -v baseline="$2" -v bound="$3" 'BEGIN {
        if (figures == "fails" || baseline == "fails") { printf "%18s", "fails"; exit }
        split(figures, f, " "); split(baseline, b, " ")
        seconds = f[1] - b[1]
        printf "%8.2f s%s %4d MB", seconds, (bound != "-" && seconds > bound ? "!" : " "), f[2] - b[2] }'
}

declare -A includes
row() { # row TITLE BOUND KIND SIZE OPTION...
    local title=$1 bound=$2 kind=$3 size=$4 compiler source figures
    shift 4
    source="$folder/$kind$size.cpp"
    bash "$generate" "$kind" "$size" >"$source"
    printf '%-28s %6s' "$title" "$bound"
    for compiler in "${compilers[@]}"; do
        figures=$(measure "$compiler" "$source" "$@")
        if [[ $kind == includes ]]; then
            includes[$compiler$*]=$figures
            printf '  %s' "$(cell "$figures" '0 0' -)"
        else
            printf '  %s' "$(cell "$figures" "${includes[$compiler$*]}" "$bound")"
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
    row '50 steps x + tanh(x)' 1 residual 50
    row '50 steps x + tanh(x), -g' 1 residual 50 -g
}

table | tee "$folder/compile-times.txt"
