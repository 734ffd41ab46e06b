// SPDX-License-Identifier: BSL-1.0
// Leaves of a declared structure: nothing outside it is read, gradients are zero there, and the plan makes use of it.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <limits>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

constexpr auto A = matrix<"A", "n", "p">;
constexpr auto b = vector<"b", "n">;
constexpr auto x = scalar<"x">;
constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
constexpr auto U = matrix<"U", "n", "n", upper_triangular>;
constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
constexpr auto O = matrix<"O", "n", "n", orthogonal>;

// Every way to use a square matrix.
constexpr auto every_use(auto K) {
    return logdet(K) + squared_norm(solve(K, A)) + dot(b, solve(transpose(K), b)) + sum(square(inverse(K))) +
           squared_norm(K * A) + squared_norm(transpose(A) * K) + trace(K * K) + dot(b, K * b) + sum(K) +
           squared_norm(transpose(b) * inverse(K)) + 2_c * sum(hadamard(K, b * transpose(b))) +
           squared_norm(inverse(transpose(K)) * A) + norm(diagonal(K)) + sum(exp(0.125_c * K)) + sum(row_sums(K * x));
}
number every_use(dense const& k, dense const& a, dense const& b, number x) {
    using namespace reference;
    return logdet(k) + squared_norm(solve(k, a)) + dot(b, solve(transpose(k), b)) + squared_norm(inverse(k)) +
           squared_norm(k * a) + squared_norm(transpose(a) * k) + trace(k * k) + dot(b, k * b) + sum(k) +
           squared_norm(solve(transpose(k), b)) + 2 * sum(hadamard(k, b * transpose(b))) +
           squared_norm(solve(transpose(k), a)) + norm(diagonal(k)) +
           sum(map(k, [](number entry) { return std::exp(entry / 8); })) + x * sum(k);
}

// Binds NaN wherever `part` drops an entry.
template <class T, class Part>
void structure_is_used(auto K, dense k, Part part, double tolerance = reference::tolerance<T>) {
    random_operands random(231);
    dense a = random.matrix(k.rows(), 3), side = random.column(k.rows());
    auto const loss = every_use(K);
    auto f = compile(loss, grad(loss, K, A, b));
    auto bound = container<T>(k);
    dense const kept = part(dense(k.rows(), k.columns(), 1));
    for (std::size_t i = 0; i < k.entries().size(); ++i)
        if (kept.entries()[i] == 0) bound.data()[i] = std::numeric_limits<T>::quiet_NaN();
    auto [value, dK, dA, db] = f(K = bound, A = container<T>(a), b = column_container<T>(side), x = 0.5);
    auto expected = [&] { return every_use(part(k), a, side, number(0.5)); };
    CHECK(distance(value, expected()) < tolerance);
    CHECK(distance(dK, central_difference(expected, k)) < tolerance);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance);
    CHECK(distance(db, central_difference(expected, side)) < tolerance);
}

TEST_CASE("a lower triangular matrix", "[operators]") {
    random_operands random(232);
    structure_is_used<float>(L, random.well_conditioned(GENERATE(1, 4)), reference::lower_part);
}
TEST_CASE("an upper triangular matrix", "[operators]") {
    random_operands random(233);
    structure_is_used<double>(U, random.well_conditioned(GENERATE(1, 4)), reference::upper_part);
}
TEST_CASE("a diagonal matrix", "[operators]") {
    random_operands random(234);
    structure_is_used<double>(D, random.well_conditioned(GENERATE(1, 4)),
                                [](dense const& k) { return reference::diag(reference::diagonal(k)); });
}
TEST_CASE("a triangular matrix with fixed extents", "[operators]") {
    random_operands random(235);
    dense const l = random.well_conditioned(4), side = random.column(4);
    constexpr auto F = matrix<"F", 4, 4, lower_triangular>;
    constexpr auto c = vector<"c", 4>;
    constexpr auto loss = squared_norm(solve(F, c)) + squared_norm(F * c);
    auto f = compile(loss, grad(loss, F));
    dense k = l;
    auto [value, dF] = f(F = container<double>(k), c = column_container<double>(side));
    auto expected = [&] {
        return squared_norm(reference::solve(reference::lower_part(k), side)) + squared_norm(reference::lower_part(k) * side);
    };
    CHECK(distance(value, expected()) < 1e-12);
    CHECK(distance(dF, central_difference(expected, k)) < 1e-12);
}

TEST_CASE("a diagonal matrix binds a vector", "[operators]") {
    random_operands random(236);
    dense d = random.positive(4, 1), a = random.matrix(4, 3);
    constexpr auto loss = squared_norm(solve(D, A)) + logdet(D);
    auto f = compile(loss, D * A, grad(loss, D));
    auto expected = [&] { return squared_norm(reference::solve(reference::diag(d), a)) + logdet(reference::diag(d)); };
    auto check = [&](auto const& bound) {
        auto [value, product, dD] = f(D = bound, A = container<double>(a));
        CHECK(distance(value, expected()) < 1e-12);
        CHECK(distance(product, reference::diag(d) * a) < 1e-15);
        CHECK(distance(dD, reference::diag(central_difference(expected, d))) < 1e-12);
    };
    check(column_container<double>(d));
    check(container<double>(d));
    check(container<double>(reference::diag(d)));
    xt::xtensor<double, 2> spread = xt::zeros<double>({8, 8});
    for (std::size_t i = 0; i < 4; ++i)
        spread(2 * i, 2 * i) = static_cast<double>(d(i));
    check(xt::view(spread, xt::range(0, 8, 2), xt::range(0, 8, 2)));
    check(xt::xtensor<double, 2, xt::layout_type::column_major>(container<double>(reference::diag(d))));
    auto const message = message_of<shape_error>([&] { f(D = column_container<double>(dense(3, 1)), A = container<double>(a)); });
    CHECK(mentions(message, "4"));
    CHECK(mentions(message, "3"));
    // a target may be what is bound
    auto g = compile(inverse(D));
    auto matrix = container<double>(reference::diag(d));
    g(D = matrix, into(matrix));
    CHECK(distance(matrix, reference::inverse(reference::diag(d))) < 1e-15);
}

TEST_CASE("an orthogonal matrix is solved with by its transpose", "[operators]") {
    dense const o{{0.6L, -0.8L}, {0.8L, 0.6L}};
    random_operands random(237);
    dense a = random.matrix(2, 3), side = random.column(2), k = o;
    constexpr auto loss = squared_norm(solve(O, A)) + sum(inverse(O)) + logdet(O) + dot(b, solve(transpose(O), b));
    auto f = compile(loss, grad(loss, O, A));
    static_assert(cost(f).calls("getrf") == 0);
    auto [value, dO, dA] = f(O = container<double>(o), A = container<double>(a), b = column_container<double>(side));
    // the gradient is that of the formula as written
    auto expected = [&] {
        using namespace reference;
        return squared_norm(solve(k, a)) + sum(inverse(k)) + logdet(k) + dot(side, solve(transpose(k), side));
    };
    CHECK(distance(value, expected()) < 1e-12);
    CHECK(distance(dO, central_difference(expected, k)) < 1e-12);
    CHECK(distance(dA, central_difference(expected, a)) < 1e-12);
}

TEST_CASE("the second derivative by a triangular and a diagonal matrix", "[operators]") {
    random_operands random(238);
    dense l = random.well_conditioned(3), d = random.well_conditioned(3), side = random.column(3), v = random.matrix(3, 3);
    constexpr auto V = matrix<"V", "n", "n">;
    constexpr auto loss = logdet(L) + squared_norm(solve(D * L, b)) + logdet(D);
    constexpr auto inner = sum(hadamard(grad(loss, L), V)) + sum(hadamard(grad(loss, D), V));
    auto f = compile(inner, grad(inner, L, D));
    auto [value, dL, dD] = f(L = container<double>(l), D = container<double>(d), b = column_container<double>(side),
                             V = container<double>(v));
    auto first = [&] {
        dense const lower = reference::lower_part(l), scale = reference::diag(reference::diagonal(d));
        return logdet(lower) + squared_norm(reference::solve(scale * lower, side)) + logdet(scale);
    };
    auto expected = [&] {
        return sum(hadamard(central_difference(first, l), v)) + sum(hadamard(central_difference(first, d), v));
    };
    CHECK(distance(value, expected()) < 1e-9);
    CHECK(distance(dL, central_difference(expected, l)) < 1e-8);
    CHECK(distance(dD, central_difference(expected, d)) < 1e-8);
}

} // namespace
