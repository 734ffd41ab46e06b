// SPDX-License-Identifier: BSL-1.0
// The limits of compilers: small graphs are within them, and what is said of large ones.
#include "support/catch.hpp"

#include <ctgrad/passes/limits.hpp>

#include <string>

namespace {

using namespace ctgrad::detail;

TEST_CASE("graphs of usual size are within the default limits", "[passes]") {
    static_assert(within_limits<1> && within_limits<sources_within_default_limits>);
    static_assert(take_steps(0) && take_steps(25000));
}

TEST_CASE("a graph that is too large says what to pass to the compiler", "[passes]") {
    std::string const text = limit_of<5000>.c_str();
    CHECK(text.find("5000 subexpressions") == 0);
#if defined(__clang__)
    CHECK(text.find("-fconstexpr-steps=10000000") != std::string::npos);
#else
    CHECK(text.find("-fconstexpr-ops-limit=|160000000") != std::string::npos);
#endif
}

} // namespace
