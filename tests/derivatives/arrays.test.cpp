// SPDX-License-Identifier: BSL-1.0
// Jacobians of rank 3 and 4: of matrices, by matrices.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/jacobians.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <string>

namespace {

using namespace ctgrad;
using reference::apart, reference::column_container, reference::container, reference::dense, reference::differences,
    reference::distance, reference::flattened, reference::has_extents, reference::number, reference::random_operands,
    reference::tolerance;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;

template <class T>
void agree(auto W, auto A, auto x) {
    random_operands random(341);
    dense const w = random.matrix(2, 3), a = random.well_conditioned(3), at = random.column(3);
    auto f = compile(jacobian(W * x, W), jacobian(transpose(W), W), jacobian(transpose(W) * W, W),
                     jacobian(tanh(W * A + transpose(x)), x), jacobian(column_sums(square(W)), W), jacobian(softmax(W), W),
                     jacobian(inverse(A), A), jacobian(solve(A, A * x), A),
                     hessian(logdet(A), A), jacobian(squared_norm(W), W));
    auto [by_W, of_transpose, of_gram, by_x, of_row, of_softmax, of_inverse, of_solve, of_logdet, of_scalar] =
        f(W = container<T>(w), A = container<T>(a), x = column_container<T>(at));
    CHECK(has_extents<3>(by_W, {2, 2, 3}));
    CHECK(apart(flattened(by_W, 6), differences([&](dense const& v) { return v * at; }, w)) < tolerance<T>);
    CHECK(has_extents<4>(of_transpose, {3, 2, 2, 3}));
    CHECK(apart(flattened(of_transpose, 6), differences([&](dense const& v) { return transpose(v); }, w)) < tolerance<T>);
    CHECK(has_extents<4>(of_gram, {3, 3, 2, 3}));
    CHECK(apart(flattened(of_gram, 6), differences([&](dense const& v) { return transpose(v) * v; }, w)) < tolerance<T>);
    CHECK(has_extents<3>(by_x, {2, 3, 3}));
    auto layer = [&](dense const& v) { return map(w * a + transpose(v), [](number z) { return std::tanh(z); }); };
    CHECK(apart(flattened(by_x, 3), differences(layer, at)) < tolerance<T>);
    CHECK(has_extents<4>(of_row, {1, 3, 2, 3}));
    CHECK(apart(flattened(of_row, 6), differences([&](dense const& v) { return reference::column_sums(hadamard(v, v)); }, w)) <
          tolerance<T>);
    CHECK(has_extents<4>(of_softmax, {2, 3, 2, 3}));
    CHECK(apart(flattened(of_softmax, 6), differences([&](dense const& v) { return reference::softmax(v); }, w)) < tolerance<T>);
    CHECK(has_extents<4>(of_inverse, {3, 3, 3, 3}));
    dense const inverse_of_a = reference::inverse(a);
    dense expected(9, 9), of_logdet_expected(9, 9);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k)
                for (std::size_t l = 0; l < 3; ++l) {
                    expected(3 * i + j, 3 * k + l) = -inverse_of_a(i, k) * inverse_of_a(l, j);
                    of_logdet_expected(3 * i + j, 3 * k + l) = -inverse_of_a(j, k) * inverse_of_a(l, i);
                }
    CHECK(apart(flattened(of_inverse, 9), expected) < tolerance<T>);
    CHECK(has_extents<4>(of_logdet, {3, 3, 3, 3}));
    CHECK(apart(flattened(of_logdet, 9), of_logdet_expected) < tolerance<T>);
    CHECK(has_extents<3>(of_solve, {3, 3, 3}));
    CHECK(apart(flattened(of_solve, 9), dense(3, 9)) < tolerance<T>);
    CHECK(has_extents<3>(of_scalar, {1, 2, 3}));
    CHECK(apart(flattened(of_scalar, 6), differences([&](dense const& v) { return dense(reference::squared_norm(v)); }, w)) <
          tolerance<T>);
}

TEST_CASE("Jacobians of rank 3 and 4", "[derivatives]") { agree<double>(W, A, x); }
TEST_CASE("Jacobians of rank 3 and 4 in float, with fixed extents", "[derivatives]") {
    agree<float>(matrix<"W", 2, 3>, matrix<"A", 3, 3>, vector<"x", 3>);
}

TEST_CASE("arrays are added, scaled, multiplied entry by entry and summed", "[derivatives]") {
    constexpr auto J = jacobian(tanh(W * x), W);
    constexpr auto K = jacobian(hadamard(W * x, W * x), W);
    constexpr auto mixture = 2_c * J - hadamard(J, K) / 4_c + K;
    random_operands random(342);
    dense w = random.matrix(2, 3);
    dense const at = random.column(3);
    auto f = compile(mixture, sum(mixture), squared_norm(mixture), grad(squared_norm(mixture), W));
    auto [array, total, size, dW] = f(W = container<double>(w), x = column_container<double>(at));
    auto expected = [&] {
        dense result(2, 6);
        dense const z = w * at;
        for (std::size_t i = 0; i < 2; ++i)
            for (std::size_t j = 0; j < 3; ++j) {
                number const t = std::tanh(z(i)), first = (1 - t * t) * at(j), second = 2 * z(i) * at(j);
                result(i, 3 * i + j) = 2 * first - first * second / 4 + second;
            }
        return result;
    };
    CHECK(apart(flattened(array, 6), expected()) < tolerance<double>);
    CHECK(distance(total, reference::sum(expected())) < tolerance<double>);
    CHECK(distance(size, reference::squared_norm(expected())) < tolerance<double>);
    auto size_of_expected = [&] { return reference::squared_norm(expected()); };
    CHECK(distance(dW, reference::central_difference(size_of_expected, w)) < tolerance<double>);
}

TEST_CASE("arrays go into targets", "[derivatives]") {
    random_operands random(343);
    dense const w = random.matrix(2, 3), at = random.column(3);
    auto f = compile(jacobian(W * x, W));
    auto const weights = container<double>(w);
    auto const sample = column_container<double>(at);
    auto const expected = f(W = weights, x = sample);
    xt::xtensor<double, 3> resized;
    f(W = weights, x = sample, into(resized));
    CHECK((resized == expected));
    auto room = xt::xtensor<double, 4>::from_shape({2, 2, 2, 3});
    f(W = weights, x = sample, into(xt::view(room, 1)));
    xt::xtensor<double, 3> const second = xt::view(room, 1);
    CHECK((second == expected));
    xt::xtensor<double, 2> flat;
    std::string const message = message_of<shape_error>([&] { f(W = weights, x = sample, into(flat)); });
    CHECK(mentions(message, "its result is 2 x 2 x 3"));
}

} // namespace
