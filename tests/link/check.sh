#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# check.sh NM PROGRAM SYMBOL...: the program takes each SYMBOL from a library, and contains no generic BLAS loop.
set -euo pipefail
nm=$1 program=$2
shift 2

failures=0
symbols=$("$nm" -C "$program")
for symbol in "$@"; do
    if ! grep -qE "^ +U $symbol(@|\$)" <<<"$symbols"; then
        echo "not called: $symbol"
        failures=$((failures + 1))
    fi
done
if generic=$(grep -E '\bcxxblas::.*_generic|\bcxxblas::[a-z0-9_]*generic' <<<"$symbols"); then
    echo "generic code is linked:"
    echo "$generic"
    failures=$((failures + 1))
fi
exit $((failures > 0))
