#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# code_blocks.sh PAGE.md: the C++ blocks of a page, in their order, as one program: what the reader is shown compiles.
set -euo pipefail
awk '
    /^```cpp/ { inside = 1; next }
    /^```/ { inside = 0; next }
    inside && /^(#include|using namespace)/ { head = head $0 "\n"; next }
    inside { body = body $0 "\n" }
    END { printf "#include <string>\n%s\nint main() {\n%s}\n", head, body }' "$1"
