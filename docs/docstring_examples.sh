#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# docstring_examples.sh HEADER...: the examples of the headers' docstrings, lines that begin "///     ", as one program that
# is there to be compiled. Each is a function of its own: either statements or one expression. Their leaves are those of
# tests/docs/vocabulary.hpp.
set -euo pipefail
echo '#include "docs/vocabulary.hpp"'
awk '
    function finish() {
        if (count == 0) return
        printf "void example_%d() {\n", ++examples
        if (!has_statements) printf "constexpr auto example =\n"
        printf "#line %d \"%s\"\n%s%s}\n", first, file, body, has_statements ? "" : ";\n"
        count = has_statements = 0
        body = ""
    }
    FNR == 1 { finish() }
    /^ *\/\/\/     / {
        if (count++ == 0) { first = FNR; file = FILENAME }
        sub(/^ *\/\/\/     /, "")
        code = $0
        sub(/ *\/\/.*$/, "", code)
        if (code ~ /;$/) has_statements = 1
        sub(/^inline /, "")
        body = body $0 "\n"
        next
    }
    { finish() }
    END { finish() }' "$@"
