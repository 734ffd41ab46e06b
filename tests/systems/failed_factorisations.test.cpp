// SPDX-License-Identifier: BSL-1.0
// A factorisation that fails throws the named error, which names the expression, and the function stays
// usable.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto K = matrix<"K", "n", "n", spd>;
constexpr auto b = vector<"b", "n">;
constexpr auto X = matrix<"X", "n", "q">;

auto const singular = container<double>({{1, 2, 3}, {2, 4, 6}, {1, 0, 1}});
auto const regular = container<double>({{2, 0, 0}, {0, 4, 0}, {0, 0, 8}});
auto const indefinite = container<double>({{1, 2, 0}, {2, 1, 0}, {0, 0, 1}});

TEST_CASE("a singular matrix", "[systems]") {
    auto f = compile(inverse(A));
    auto const message = message_of<singular_matrix>([&] { f(A = singular); });
    INFO(message);
    CHECK(mentions(message, "A"));
    CHECK(distance(f(A = regular), {{0.5, 0, 0}, {0, 0.25, 0}, {0, 0, 0.125}}) < 1e-15);
}

TEST_CASE("a singular matrix in a product with its inverse", "[systems]") {
    auto f = compile(inverse(A) * b, grad(sum(inverse(A) * b), A));
    auto const message =
        message_of<singular_matrix>([&] { f(A = singular, b = column_container<double>(dense(3, 1, 1))); });
    INFO(message);
    CHECK(mentions(message, "A"));
}

TEST_CASE("the log-determinant of a singular sum", "[systems]") {
    auto f = compile(logdet(A + transpose(A)), grad(logdet(A + transpose(A)), A));
    auto const message = message_of<singular_matrix>([&] { f(A = container<double>({{0.5, 0.5}, {0.5, 0.5}})); });
    INFO(message);
    CHECK(mentions(message, "A"));
    auto [value, slope] = f(A = container<double>({{1, 0}, {0, 2}}));
    CHECK(distance(value, std::log(reference::number(8))) < 1e-14);
    CHECK(distance(slope, {{1, 0}, {0, 0.5}}) < 1e-14);
}

TEST_CASE("a matrix declared positive definite that is not", "[systems]") {
    auto f = compile(logdet(K), solve(K, b));
    auto const ones = column_container<double>(dense(3, 1, 1));
    auto const message = message_of<not_positive_definite>([&] { f(K = indefinite, b = ones); });
    INFO(message);
    CHECK(mentions(message, "K"));
    auto [value, solution] = f(K = regular, b = ones);
    CHECK(distance(value, std::log(reference::number(64))) < 1e-14);
    CHECK(distance(solution, reference::column({0.5, 0.25, 0.125})) < 1e-15);
}

TEST_CASE("a sum inferred to be positive definite that is not", "[systems]") {
    constexpr auto noise = scalar<"noise", positive>;
    auto f = compile(logdet(X * transpose(X) + noise * identity<"n">));
    auto const points = container<double>({{1, 0}, {0, 1}, {1, 1}});
    auto const message = message_of<not_positive_definite>([&] { f(X = points, noise = -0.5); });
    INFO(message);
    CHECK(mentions(message, "X"));
    CHECK(mentions(message, "noise"));
}

} // namespace
