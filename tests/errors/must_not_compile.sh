#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# must_not_compile.sh SOURCE COMPILER ARGUMENT...: the compiler rejects SOURCE, says in its first error what SOURCE expects
# of it, points at the user's line, and says it in few words.
set -euo pipefail
export LC_ALL=C
source=$1
shift
most_errors=3
most_lines=15

failures=0
complain() {
    echo "$1"
    failures=$((failures + 1))
}

# Flags for one compiler: `// flag clang: -fconstexpr-steps=300000`.
kind=gcc
if "$1" --version | grep -q clang; then kind=clang; fi
mapfile -t flags < <(sed -nE "s,^// flag $kind: *(.*[^ ]) *\$,\1,p" "$source")

if output=$("$@" "${flags[@]}" "$source" 2>&1); then
    echo "it compiles"
    exit 1
fi

mapfile -t expected < <(sed -nE 's,^.*// expect: *(.*[^ ]) *$,\1,p' "$source")
if ((${#expected[@]} == 0)); then complain "the source has no line '// expect: TEXT'"; fi
first=$(grep -m1 -E '(^|: )(fatal )?error: ' <<<"$output" || true)
for text in "${expected[@]}"; do
    if ! grep -qF -- "$text" <<<"$first"; then complain "not said: $text"; fi
done

for line in $(grep -nE '// expect-line *$' "$source" | cut -d: -f1); do
    if ! grep -qE "(^|/)$(basename "$source"):$line[:,]" <<<"$output"; then complain "not pointed at: line $line"; fi
done

errors=$(grep -cE '(^|: )(fatal )?error: ' <<<"$output" || true)
if ((errors > most_errors)); then complain "$errors errors, more than $most_errors"; fi
# A precompiled header stands between the user's include and the library's: one line that users do not see.
lines=$(grep -cv '^In file included from <built-in>:' <<<"$output" || true)
if ((lines > most_lines)); then complain "$lines lines, more than $most_lines"; fi

if ((failures > 0)); then
    echo "--- the compiler's output:"
    head -c 20000 <<<"$output"
    exit 1
fi
