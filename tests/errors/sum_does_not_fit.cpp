// SPDX-License-Identifier: BSL-1.0
// A sum whose extents differ by name; the operands and all four extents are named.
// expect: rates is days x items
// expect: costs is weeks x items
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"rates", "days", "items">;
constexpr auto B = matrix<"costs", "weeks", "items">;
constexpr auto total = A + B;  // expect-line
