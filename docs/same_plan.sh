#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# same_plan.sh PAGE EXAMPLE: each line of the plan that PAGE shows, a block without a language whose lines begin with
# numbers, stands in the output that EXAMPLE says it has, which a test compares with what it prints.
set -euo pipefail
plan=$(awk '/^```/ { inside = !inside; is_plain = $0 == "```"; next } inside && is_plain && /^[0-9]+ /' "$1")
if [[ -z $plan ]]; then
    echo "$1 shows no plan"
    exit 1
fi
while read -r line; do
    if ! grep -qF -- "// $line" "$2"; then
        echo "not in $2: $line"
        exit 1
    fi
done <<<"$plan"
