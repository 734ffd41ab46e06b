#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# check.sh ROOT: the rules of the house that a compiler does not check. Prints each breach; fails if there is one.
#
# - Data flows down through the rooms of include/ctgrad, so a room includes only itself and the rooms above it.
# - Headers stay small: none above 400 lines, the median below 150.
# - Each header of a room has a test of its name: include/ctgrad/ROOM/NAME.hpp in tests/ROOM/NAME.test.cpp.
# - Every source file carries one SPDX line, at its top.
# - Nothing is left for later: no note of unfinished work.
set -euo pipefail
cd "$1"

rooms="expr graph rules passes run show"
longest_header=400
median_header=150

breaches=0
breach() {
    echo "$1"
    breaches=$((breaches + 1))
}

headers() { find include/ctgrad -name '*.hpp' 2>/dev/null | sort; }

sources() {
    find include tests bench examples docs cmake CMakeLists.txt dev .ci/run -type f \
        \( -name '*.hpp' -o -name '*.cpp' -o -name '*.cmake' -o -name '*.sh' -o -name CMakeLists.txt -o -perm -u+x \) \
        2>/dev/null | sort
}

# The room of a path below include/ctgrad/, as its place in the order. The umbrella header stands below all rooms; any
# other header beside it (a version, a configuration) above them.
place_of() {
    local room place=1
    case $1 in
        ctgrad.hpp) echo 1000; return ;;
        */*) ;;
        *) echo 0; return ;;
    esac
    for room in $rooms; do
        if [[ ${1%%/*} == "$room" ]]; then echo $place; return; fi
        place=$((place + 1))
    done
    echo unknown
}

check_arrows() {
    local header line target from to
    while read -r header; do
        from=$(place_of "${header#include/ctgrad/}")
        if [[ $from == unknown ]]; then breach "$header: its folder is none of the rooms: $rooms"; continue; fi
        while read -r line; do
            target=$(sed -E 's/^[^<"]*[<"]([^>"]*)[>"].*/\1/' <<<"$line")
            if [[ $line == *'"'* && -f $(dirname "$header")/$target ]]; then
                target=$(realpath --relative-to=include "$(dirname "$header")/$target")
            fi
            [[ $target == ctgrad/* ]] || continue
            to=$(place_of "${target#ctgrad/}")
            if [[ $to == unknown ]] || ((to > from)); then breach "$header includes $target, which is below it"; fi
        done < <(grep -E '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]' "$header" || true)
    done < <(headers)
}

check_sizes() {
    local header lines median
    while read -r header; do
        lines=$(wc -l <"$header")
        if ((lines > longest_header)); then breach "$header has $lines lines, more than $longest_header"; fi
    done < <(headers)
    median=$(headers | xargs -r -d '\n' -n 1 wc -l | awk '{ print $1 }' | sort -n |
        awk '{ size[NR] = $1 } END { print NR ? size[int((NR + 1) / 2)] : 0 }')
    if ((median >= median_header)); then breach "the median header has $median lines, not below $median_header"; fi
}

check_tests() {
    local header test
    while read -r header; do
        test=tests/${header#include/ctgrad/}
        test=${test%.hpp}.test.cpp
        if [[ $test == tests/*/* && ! -f $test ]]; then breach "$header: no test at $test"; fi
    done < <(headers)
}

check_licences() {
    local source
    while read -r source; do
        if [[ $(head -n 3 "$source" | grep -c 'SPDX-License-Identifier: BSL-1\.0$') != 1 ]]; then
            breach "$source: no line 'SPDX-License-Identifier: BSL-1.0' at its top"
        fi
    done < <(sources)
}

check_nothing_left() {
    local found
    found=$(sources | xargs -r -d '\n' grep -nwE 'TO[D]O|FIX[M]E|X[X]X' || true)
    if [[ -n $found ]]; then breach "unfinished work: $found"; fi
}

if [[ -z $(headers) ]]; then breach "no headers below include/ctgrad"; fi
check_arrows
check_sizes
check_tests
check_licences
check_nothing_left

if ((breaches > 0)); then
    echo "$breaches breaches"
    exit 1
fi
echo "$(headers | wc -l) headers and $(sources | wc -l) sources keep the rules"
