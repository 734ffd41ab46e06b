#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# harness_can_fail.sh COMPILER: must_not_compile.sh tells right sources from wrong ones.
set -euo pipefail
harness=$(dirname "$(realpath "$0")")/must_not_compile.sh
compiler=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

judge() { # judge accepts|TEXT LINE...: what the harness says of a source with these lines
    local output verdict=accepts
    printf '%s\n' "${@:2}" >"$folder/case.cpp"
    output=$(bash "$harness" "$folder/case.cpp" "$compiler" -std=c++20 -fsyntax-only) || verdict=rejects
    if [[ $1 == accepts && $verdict != accepts ]] || { [[ $1 != accepts ]] &&
        { [[ $verdict == accepts ]] || ! grep -qF -- "$1" <<<"$output"; }; }; then
        printf 'expected: %s\ngot: %s\n' "$1" "$output"
        failures=$((failures + 1))
    fi
}

judge accepts '// expect: no such luck' 'template <class T> struct a { static_assert(sizeof(T) == 0, "no such luck"); };' \
    'a<int> b;  // expect-line'
judge 'it compiles' '// expect: no such luck' 'int main() {}'
judge 'not said: no such luck' '// expect: no such luck' 'static_assert(false, "another");'
judge 'not said: second' '// expect: first' '// expect: second' 'static_assert(false, "first");'
judge 'not pointed at: line 2' '// expect: here' 'int a;  // expect-line' 'static_assert(false, "here");'
judge 'not said: second' '// expect: first' '// expect: second' 'static_assert(false, "first");' \
    'static_assert(false, "second");'
judge 'lines, more than 15' '// expect: here' "$(printf '#warning %s\n' one two three four five six)" \
    'static_assert(false, "here");'
judge "no line '// expect: TEXT'" 'static_assert(false, "here");'
judge '4 errors' '// expect: here' 'static_assert(false, "here");' 'static_assert(false, "");' \
    'static_assert(false, "");' 'static_assert(false, "");'

exit $((failures > 0))
