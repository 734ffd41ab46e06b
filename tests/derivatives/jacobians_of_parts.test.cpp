// SPDX-License-Identifier: BSL-1.0
// Jacobians through parts, assemblies and gathers, which move entries.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/jacobians.hpp"
#include "support/random_operands.hpp"

#include <cstddef>
#include <initializer_list>

namespace {

using namespace ctgrad;
using reference::apart, reference::column_container, reference::container, reference::dense, reference::differences,
    reference::flattened, reference::random_operands, reference::tolerance;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto y = indices<"y", "k">;
constexpr auto labels = indices<"labels", "n">;

dense rows_at(dense const& a, std::initializer_list<std::size_t> places) {
    dense result(places.size(), a.columns());
    std::size_t i = 0;
    for (std::size_t place : places) {
        for (std::size_t j = 0; j < a.columns(); ++j)
            result(i, j) = a(place, j);
        ++i;
    }
    return result;
}
TEST_CASE("Jacobians of parts and gathers", "[derivatives]") {
    random_operands random(371);
    dense const w = random.matrix(3, 4), at = random.column(4);
    xt::xtensor<int, 1> const places{2, 0, 2}, classes{1, 0, 2, 1};
    auto f = compile(jacobian(rows<1, 2>(square(x)), x), jacobian(element<2>(x) * x, x), jacobian(vertical(W * x, square(x)), x),
                     jacobian(rows(W * x, y), x), jacobian(rows(W, y) * x, W), jacobian(columns<1, 2>(square(W)), W),
                     jacobian(rows<1, 2>(square(W)), W), jacobian(pick(square(W), labels), W),
                     jacobian(vec(transpose(W) * W), W), jacobian(horizontal(W, square(W)) * vertical(x, x), W));
    auto [part, scaled, below, gathered, gathered_rows, some_columns, some_rows, picked, column, beside] =
        f(W = container<double>(w), x = column_container<double>(at), y = places, labels = classes);
    auto squared = [](dense const& v) { return hadamard(v, v); };
    CHECK(apart(flattened(part, 4), differences([&](dense const& v) { return rows_at(squared(v), {1, 2}); }, at)) <
          tolerance<double>);
    CHECK(apart(flattened(scaled, 4), differences([&](dense const& v) { return v(2) * v; }, at)) < tolerance<double>);
    auto stack = [&](dense const& v) {
        dense const first = w * v, second = squared(v);
        dense result(7, 1);
        for (std::size_t i = 0; i < 7; ++i)
            result(i) = i < 3 ? first(i) : second(i - 3);
        return result;
    };
    CHECK(apart(flattened(below, 4), differences(stack, at)) < tolerance<double>);
    CHECK(apart(flattened(gathered, 4), rows_at(w, {2, 0, 2})) < tolerance<double>);
    CHECK(apart(flattened(gathered_rows, 12), differences([&](dense const& v) { return rows_at(v, {2, 0, 2}) * at; }, w)) <
          tolerance<double>);
    auto columns_of_square = [&](dense const& v) { return transpose(rows_at(transpose(squared(v)), {1, 2})); };
    CHECK(apart(flattened(some_columns, 12), differences(columns_of_square, w)) < tolerance<double>);
    CHECK(apart(flattened(some_rows, 12), differences([&](dense const& v) { return rows_at(squared(v), {1, 2}); }, w)) <
          tolerance<double>);
    auto pick_square = [&](dense const& v) {
        dense result(1, 4);
        for (std::size_t j = 0; j < 4; ++j)
            result(0, j) = squared(v)(static_cast<std::size_t>(classes(j)), j);
        return result;
    };
    CHECK(apart(flattened(picked, 12), differences(pick_square, w)) < tolerance<double>);
    CHECK(apart(flattened(column, 12), differences([&](dense const& v) { return transpose(v) * v; }, w)) < tolerance<double>);
    CHECK(apart(flattened(beside, 12), differences([&](dense const& v) { return v * at + squared(v) * at; }, w)) <
          tolerance<double>);
}

TEST_CASE("the Jacobian of a cross product", "[derivatives]") {
    constexpr auto u = vector<"u", 3>;
    constexpr auto v = vector<"v", 3>;
    dense const a = reference::column({1, -2, 3}), b = reference::column({0.5L, 4, -1});
    auto f = compile(jacobian(cross(u, square(v)), v), jacobian(cross(u, v), u));
    auto [by_second, by_first] = f(u = column_container<double>(a), v = column_container<double>(b));
    auto cross_of = [](dense const& p, dense const& q) {
        return reference::column({p(1) * q(2) - p(2) * q(1), p(2) * q(0) - p(0) * q(2), p(0) * q(1) - p(1) * q(0)});
    };
    CHECK(apart(flattened(by_second, 3), differences([&](dense const& at) { return cross_of(a, hadamard(at, at)); }, b)) <
          tolerance<double>);
    CHECK(apart(flattened(by_first, 3), differences([&](dense const& at) { return cross_of(at, b); }, a)) < tolerance<double>);
}

} // namespace
