// SPDX-License-Identifier: BSL-1.0
// Vectors times matrices that a loop computes: one loop, which does not store the matrix.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/pipelines.hpp"
#include "support/random_operands.hpp"

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;
using reference::column_container, reference::container, reference::dense;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto M = matrix<"M", "m", "n">;
constexpr auto B = matrix<"B", "m", "k">;
constexpr auto C = matrix<"C", "k", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto w = vector<"w", "m">;

template <class... Expressions>
int products(Expressions...) {
    return count_steps(passes_of<Expressions...>::planned, op::product);
}

TEST_CASE("no product is left where a loop computes the matrix for it alone", "[passes]") {
    CHECK(products(exp(A) * x) == 0);
    CHECK(products(transpose(exp(A)) * w) == 0);
    CHECK(products(transpose(w) * hadamard(A, M)) == 0);
    CHECK(products(transpose(x) * transpose(tanh(A))) == 0);
    CHECK(products(hadamard(B * C, A) * x) == 1); // B C
    CHECK(count_loops(passes_of<decltype(exp(A) * x + w)>::planned) == 1);
}

TEST_CASE("products stay where the matrix is in memory, or another one reads it", "[passes]") {
    CHECK(products(A * x) == 1);
    CHECK(products(exp(A) * x, exp(A)) == 1);
    CHECK(products(exp(A) * x, transpose(exp(A)) * w) == 2);
    CHECK(products(exp(A) * transpose(C)) == 1);
    CHECK(products((M + B * C) * x) >= 2);
    CHECK(products(transpose(exp(w)) * w) == 0); // a sum anyway
}

TEMPLATE_TEST_CASE("sums in loops have the values of the products", "[passes]", float, double) {
    using T = TestType;
    reference::random_operands random(91);
    auto f = compile(exp(A) * x, transpose(exp(M)) * w, transpose(w) * hadamard(A, M), transpose(x) * transpose(tanh(A)));
    for (std::size_t m : {1u, 3u, 9u, 40u})
        for (std::size_t n : {1u, 2u, 8u, 19u}) {
            dense const a = random.matrix(m, n), b = random.matrix(m, n), v = random.column(n), u = random.column(m);
            dense e(m, n), other(m, n), both(m, n), bent(m, n);
            for (std::size_t i = 0; i < m; ++i)
                for (std::size_t j = 0; j < n; ++j) {
                    e(i, j) = std::exp(a(i, j));
                    other(i, j) = std::exp(b(i, j));
                    both(i, j) = a(i, j) * b(i, j);
                    bent(i, j) = std::tanh(a(i, j));
                }
            auto [right, left, row, turned] =
                f(A = container<T>(a), M = container<T>(b), x = column_container<T>(v), w = column_container<T>(u));
            double const bound = 30 * std::numeric_limits<T>::epsilon();
            CHECK(distance(right, e * v) < bound);
            CHECK(distance(left, transpose(other) * u) < bound);
            CHECK(distance(row, transpose(u) * both) < bound);
            CHECK(distance(turned, transpose(v) * transpose(bent)) < bound);
        }
}

} // namespace
