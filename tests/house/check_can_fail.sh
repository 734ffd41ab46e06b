#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# Breaks each rule of check.sh in a small tree of its own and expects to hear of it.
set -euo pipefail
check=$(dirname "$(realpath "$0")")/check.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
licence='// SPDX-License-Identifier: BSL-1.0'

header() { # header PATH LINE...: a header of the tree, with the licence and these lines
    mkdir -p "$(dirname "$tree/include/ctgrad/$1")"
    printf '%s\n' "$licence" "${@:2}" >"$tree/include/ctgrad/$1"
    mkdir -p "$(dirname "$tree/tests/$1")"
    echo "$licence" >"$tree/tests/${1%.hpp}.test.cpp"
}

start_over() {
    rm -rf "${tree:?}"/*
    header ctgrad.hpp '#include <ctgrad/expr/leaf.hpp>' '#include <ctgrad/graph/node.hpp>'
    header version.hpp ''
    header expr/leaf.hpp '#include <vector>' '#include <ctgrad/version.hpp>'
    header graph/node.hpp '#include "../expr/leaf.hpp"' '#include <ctgrad/expr/leaf.hpp>'
}

failures=0
expect() { # expect TEXT: the check fails, saying TEXT
    local output
    if output=$(bash "$check" "$tree"); then
        echo "not noticed: $1"
        failures=$((failures + 1))
    elif ! grep -qF -- "$1" <<<"$output"; then
        printf 'expected: %s\ngot: %s\n' "$1" "$output"
        failures=$((failures + 1))
    fi
    start_over
}

start_over
bash "$check" "$tree" >/dev/null || { echo "a clean tree fails"; exit 1; }

header expr/leaf.hpp '#include <ctgrad/graph/node.hpp>'
expect 'include/ctgrad/expr/leaf.hpp includes ctgrad/graph/node.hpp, which is below it'
header expr/leaf.hpp '  #  include "../graph/node.hpp"'
expect 'include/ctgrad/expr/leaf.hpp includes ctgrad/graph/node.hpp, which is below it'
header graph/node.hpp '#include <ctgrad/ctgrad.hpp>'
expect 'include/ctgrad/graph/node.hpp includes ctgrad/ctgrad.hpp, which is below it'
header version.hpp '#include <ctgrad/expr/leaf.hpp>'
expect 'include/ctgrad/version.hpp includes ctgrad/expr/leaf.hpp, which is below it'
header attic/box.hpp ''
expect 'its folder is none of the rooms'

mapfile -t lines < <(seq 400)
header expr/leaf.hpp "${lines[@]}"
expect 'include/ctgrad/expr/leaf.hpp has 401 lines'
for name in a b c d e; do header expr/$name.hpp "${lines[@]:0:149}"; done
expect 'the median header has 150 lines'

rm "$tree/tests/graph/node.test.cpp"
expect 'include/ctgrad/graph/node.hpp: no test at tests/graph/node.test.cpp'

echo '#pragma once' >"$tree/include/ctgrad/expr/leaf.hpp"
expect "leaf.hpp: no line 'SPDX-License-Identifier: BSL-1.0'"
header expr/leaf.hpp "$licence"
expect "leaf.hpp: no line 'SPDX-License-Identifier: BSL-1.0'"
header expr/leaf.hpp '// TO''DO: later'
expect 'unfinished work'
rm -r "$tree/include"
expect 'no headers'

exit $((failures > 0))
