// SPDX-License-Identifier: BSL-1.0
// What nearly every test includes, parsed once a build. Tests still include what they use.
#pragma once

#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>
