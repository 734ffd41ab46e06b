// SPDX-License-Identifier: BSL-1.0
// The computational graph of a ReLU layer, the reverse sweep beside the forward one:
// draw_the_graph | dot -Tsvg > graph.svg
#include <ctgrad/ctgrad.hpp>

#include <iostream>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = sum(relu(W * x));

int main() {
    std::cout << to_dot(loss, grad(loss, W));
}
