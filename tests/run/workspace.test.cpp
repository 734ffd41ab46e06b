// SPDX-License-Identifier: BSL-1.0
// Memory that grows, is reused, and is nobody else's.
#include "support/catch.hpp"

#include <ctgrad/run/compile.hpp>

#include <cstdint>
#include <cstring>
#include <utility>

namespace {

using namespace ctgrad;
using detail::workspace;

TEST_CASE("memory is aligned, reused while it is enough, and grows", "[run]") {
    workspace memory;
    void* const small = memory.reserve(100);
    CHECK(reinterpret_cast<std::uintptr_t>(small) % workspace::alignment == 0);
    CHECK(memory.reserve(50) == small);
    CHECK(memory.reserve(100) == small);
    void* const large = memory.reserve(1 << 20);
    CHECK(reinterpret_cast<std::uintptr_t>(large) % workspace::alignment == 0);
    std::memset(large, 1, 1 << 20);
    CHECK(memory.reserve(100) == large);
}

TEST_CASE("a copy has memory of its own, what is moved takes it along", "[run]") {
    workspace memory;
    void* const first = memory.reserve(1000);
    workspace copy = memory;
    CHECK(copy.reserve(1000) != first);
    workspace moved = std::move(memory);
    CHECK(moved.reserve(1000) == first);
    copy = moved;
    CHECK(copy.reserve(1000) != first);
    copy = std::move(moved);
    CHECK(copy.reserve(1000) == first);
}

} // namespace
