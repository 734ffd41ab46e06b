// SPDX-License-Identifier: BSL-1.0
#pragma once

// The rooms in order: what the user writes, what the compiler sees, the mathematics, the compiler, what runs, what
// is shown of it.
#include "expr/text.hpp"
#include "expr/extent.hpp"
#include "expr/leaves.hpp"
#include "expr/operators.hpp"
#include "expr/functions.hpp"
#include "expr/derivatives.hpp"
#include "graph/lower.hpp"
#include "rules/definitions.hpp"
#include "rules/gradients.hpp"
#include "rules/identities.hpp"
#include "rules/kernel_forms.hpp"
#include "passes/pipeline.hpp"
#include "run/compile.hpp"
#include "show/check_gradient.hpp"
#include "show/cost.hpp"
#include "show/dot.hpp"
#include "show/explain.hpp"
#include "show/paths.hpp"
#include "show/prove.hpp"
#include "show/text.hpp"
