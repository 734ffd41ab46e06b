// SPDX-License-Identifier: BSL-1.0
// Four recurrent steps h <- tanh(W h + U x_t + b) with shared weights, each step's output compared with a
// target.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <array>
#include <cstddef>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands;

void agrees_with_the_reference(auto W, auto U, auto b, auto V, auto h0, auto x1, auto x2, auto x3, auto x4,
                               auto y) {
    auto step = [&](auto h, auto x) { return tanh(W * h + U * x + b); };
    auto const h1 = step(h0, x1);
    auto const h2 = step(h1, x2);
    auto const h3 = step(h2, x3);
    auto const h4 = step(h3, x4);
    auto error = [&](auto h) { return 0.5_c * squared_norm(V * h - y); };
    auto const loss = error(h1) + error(h2) + error(h3) + error(h4);
    auto f = compile(loss, grad(loss, W, U, b, V, h0, x1, x4));

    random_operands random(91);
    dense recurrent = random.matrix(4, 4), input = random.matrix(4, 3), bias = random.column(4),
          output = random.matrix(2, 4), start = random.column(4), target = random.column(2);
    std::array<dense, 4> x{random.column(3), random.column(3), random.column(3), random.column(3)};
    auto [value, dW, dU, db, dV, dh0, dx1, dx4] =
        f(W = container<double>(recurrent), U = container<double>(input), b = column_container<double>(bias),
          V = container<double>(output), h0 = column_container<double>(start),
          x1 = column_container<double>(x[0]), x2 = column_container<double>(x[1]),
          x3 = column_container<double>(x[2]), x4 = column_container<double>(x[3]),
          y = column_container<double>(target));

    auto expected = [&] {
        dense state = start;
        number total = 0;
        for (auto const& sample : x) {
            state = map(recurrent * state + input * sample + bias, [](number z) { return std::tanh(z); });
            total += squared_norm(output * state - target) / 2;
        }
        return total;
    };
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dW, central_difference(expected, recurrent)) < 1e-10);
    CHECK(distance(dU, central_difference(expected, input)) < 1e-10);
    CHECK(distance(db, central_difference(expected, bias)) < 1e-10);
    CHECK(distance(dV, central_difference(expected, output)) < 1e-10);
    CHECK(distance(dh0, central_difference(expected, start)) < 1e-10);
    CHECK(distance(dx1, central_difference(expected, x[0])) < 1e-10);
    CHECK(distance(dx4, central_difference(expected, x[3])) < 1e-10);
}

TEST_CASE("four recurrent steps with shared weights", "[systems]") {
    agrees_with_the_reference(matrix<"W", "h", "h">, matrix<"U", "h", "n">, vector<"b", "h">,
                              matrix<"V", "k", "h">, vector<"h0", "h">, vector<"x1", "n">, vector<"x2", "n">,
                              vector<"x3", "n">, vector<"x4", "n">, vector<"y", "k">);
}

TEST_CASE("four recurrent steps with shared weights and fixed extents", "[systems]") {
    agrees_with_the_reference(matrix<"W", 4, 4>, matrix<"U", 4, 3>, vector<"b", 4>, matrix<"V", 2, 4>,
                              vector<"h0", 4>, vector<"x1", 3>, vector<"x2", 3>, vector<"x3", 3>,
                              vector<"x4", 3>, vector<"y", 2>);
}

} // namespace
