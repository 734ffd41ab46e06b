#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# check_output.sh SOURCE PROGRAM: PROGRAM prints what SOURCE says below "// Output:". Blanks do not count, and numbers may
# differ in their last digits, as they do between machines.
set -euo pipefail
source=$1
program=$2
actual=$("$program")
expected=$(sed -n '/^\/\/ Output:/,$ { /^\/\/ Output:/d; s,^//,,p }' "$source")
if [[ -z $expected ]]; then exit 0; fi
awk '
    function is_number(s) { return s ~ /^[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$/ }
    function magnitude(x) { return x < 0 ? -x : x }
    function last_digit(s) { return s ~ /[eE]/ ? 1e-9 : s ~ /\./ ? 10 ^ -(length(s) - index(s, ".")) : 0 }
    function close_enough(a, b) {
        if (a == b) return 1
        gsub(/[(),:;]/, "", a); gsub(/[(),:;]/, "", b)
        if (a == b) return 1
        if (!is_number(a) || !is_number(b)) return 0
        return magnitude(a - b) <= 2e-3 * magnitude(a) + 1.001 * last_digit(a)
    }
    NR == FNR { for (i = 1; i <= NF; ++i) expected[++count] = $i; next }
    { for (i = 1; i <= NF; ++i) if (++place > count || !close_enough(expected[place], $i)) {
          printf "expected %s, got %s, in: %s\n", expected[place], $i, $0; exit failed = 1 } }
    END { if (!failed && place < count) { print "missing: " expected[place + 1]; failed = 1 } exit failed }
' <(echo "$expected") <(echo "$actual")
