// SPDX-License-Identifier: BSL-1.0
#pragma once

// The functions that make expressions, by topic.
#include "elementwise.hpp"
#include "linear_algebra.hpp"
#include "parts.hpp"
#include "reductions.hpp"
#include "softmax.hpp"
#include "user_function.hpp"
