// SPDX-License-Identifier: BSL-1.0
// Targets that are inputs, and targets that overlap one partly.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <xtensor/xadapt.hpp>
#include <xtensor/xview.hpp>

#include <array>
#include <vector>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands, reference::tolerance;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto B = matrix<"B", "n", "n">;
constexpr auto C = matrix<"C", "n", "n">;
constexpr auto x = vector<"x", "n">;

// Whether the plan lets a result go into the memory of a leaf at once.
template <class Plan>
constexpr bool goes_in_place(detail::function<Plan> const&, char leaf, int result = 0) {
    constexpr auto const& plan = detail::overwriting<Plan>::plan;
    for (int i = 0; i < plan.leaf_count; ++i)
        if (plan.leaves[i]->leaf_name[0] == leaf) return detail::overwriting_of<Plan>.may_overwrite(i, result);
    return false;
}

struct fixture {
    random_operands random{231};
    dense first = random.matrix(6, 6), second = random.matrix(6, 6), third = random.matrix(6, 6),
          sample = random.column(6);
    xt::xtensor<double, 2> a = container<double>(first), b = container<double>(second),
                           c = container<double>(third);
    xt::xtensor<double, 1> v = column_container<double>(sample);
};

TEST_CASE_METHOD(fixture, "an operand is updated in place", "[call]") {
    auto f = compile(C + A * B);
    dense expected = third + first * second;
    f(A = a, B = b, C = c, into(c));
    CHECK(distance(c, expected) < tolerance<double>);
    expected = expected + first * second;
    f(A = a, B = b, C = c, into(c));
    CHECK(distance(c, expected) < tolerance<double>);
    CHECK(distance(a, first) == 0);
    CHECK(distance(b, second) == 0);
}

TEST_CASE_METHOD(fixture, "in place where the old value is not needed any more, through the workspace where it is", "[call]") {
    // Last read where the result is begun: accumulated, or entry by entry.
    auto const product = first * second;
    auto accumulate = compile(C + A * B);
    static_assert(goes_in_place(accumulate, 'C') && !goes_in_place(accumulate, 'A') && !goes_in_place(accumulate, 'B'));
    auto step = compile(A - 0.125_c * grad(squared_norm(A * x), A));
    static_assert(goes_in_place(step, 'A') && !goes_in_place(step, 'x'));
    auto turn = compile(transpose(A));
    static_assert(!goes_in_place(turn, 'A'));
    accumulate(A = a, B = b, C = c, into(c));
    CHECK(distance(c, third + product) < tolerance<double>);
    // A row and a column of the target's own memory are read in each row of the loop: the old values.
    auto sweep = compile(A + transpose(rows<5, 1>(A)) * rows<5, 1>(A) + columns<0, 1>(A) * rows<0, 1>(A));
    dense const last = transpose(first) * reference::column({0, 0, 0, 0, 0, 1}), top = transpose(first) * reference::column({1, 0, 0, 0, 0, 0}),
                left = first * reference::column({1, 0, 0, 0, 0, 0});
    sweep(A = a, into(a));
    CHECK(distance(a, first + last * transpose(last) + left * transpose(top)) < tolerance<double>);
    auto broadcast = compile(B + rows<5, 1>(B), column_sums(B));
    xt::xtensor<double, 2> sums = xt::xtensor<double, 2>::from_shape({1, 6});
    dense const bottom = transpose(transpose(second) * reference::column({0, 0, 0, 0, 0, 1}));
    broadcast(B = b, into(b, sums));
    CHECK(distance(b, second + bottom) < tolerance<double>);
    CHECK(distance(sums, column_sums(second)) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "a block of a container is updated in place", "[call]") {
    auto f = compile(C + A * B, transpose(C) * A);
    auto frame = xt::xtensor<double, 2>::from_shape({8, 10});
    frame.fill(7);
    auto block = xt::view(frame, xt::range(1, 7), xt::range(2, 8));
    block = c;
    auto other = a;
    f(A = a, B = b, C = block, into(xt::view(frame, xt::range(1, 7), xt::range(2, 8)), other));
    xt::xtensor<double, 2> const updated = block;
    CHECK(distance(updated, third + first * second) < tolerance<double>);
    CHECK(distance(other, transpose(third) * first) < tolerance<double>);
    CHECK(frame(0, 2) == 7);
    CHECK(frame(1, 1) == 7);
    CHECK(frame(7, 7) == 7);
    // Whole rows are one run of memory; in float too.
    auto const float_a = container<float>(first), float_b = container<float>(second);
    auto rows_of_c = xt::xtensor<float, 2>::from_shape({9, 6});
    rows_of_c.fill(0);
    xt::view(rows_of_c, xt::range(2, 8), xt::all()) = container<float>(third);
    auto g = compile(C + A * B);
    g(A = float_a, B = float_b, C = xt::view(rows_of_c, xt::range(2, 8), xt::all()),
      into(xt::view(rows_of_c, xt::range(2, 8), xt::all())));
    xt::xtensor<float, 2> const sum_in_float = xt::view(rows_of_c, xt::range(2, 8), xt::all());
    CHECK(distance(sum_in_float, third + first * second) < tolerance<float>);
    CHECK(rows_of_c(1, 5) == 0);
    CHECK(rows_of_c(8, 0) == 0);
}

TEST_CASE_METHOD(fixture, "a failed call leaves what it would have updated in place", "[call]") {
    constexpr auto S = matrix<"S", "n", "n", spd>;
    auto f = compile(C + A, logdet(S));
    auto const before = c;
    double value = 0;
    CHECK_THROWS_AS(f(A = a, C = c, S = container<double>(-reference::identity(6)), into(c, value)), not_positive_definite);
    CHECK((c == before));
}

TEST_CASE_METHOD(fixture, "parts of operands into the operands themselves", "[call]") {
    auto f = compile(vertical(rows<3, 3>(A), rows<0, 3>(A)), horizontal(columns<1, 5>(B), columns<0, 1>(B)));
    f(A = a, B = b, into(a, b));
    dense swapped(6, 6), turned(6, 6);
    for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j) {
            swapped(i, j) = first((i + 3) % 6, j);
            turned(i, j) = second(i, (j + 1) % 6);
        }
    CHECK(distance(a, swapped) == 0);
    CHECK(distance(b, turned) == 0);
}

TEST_CASE_METHOD(fixture, "an operand of a product is replaced by the product", "[call]") {
    auto f = compile(C + A * B);
    SECTION("the first factor") {
        f(A = a, B = b, C = c, into(a));
        CHECK(distance(a, third + first * second) < tolerance<double>);
        CHECK(distance(c, third) == 0);
    }
    SECTION("the second factor") {
        f(A = a, B = b, C = c, into(b));
        CHECK(distance(b, third + first * second) < tolerance<double>);
    }
    SECTION("one container bound to all leaves") {
        f(A = a, B = a, C = a, into(a));
        CHECK(distance(a, first + first * first) < tolerance<double>);
    }
}

TEST_CASE_METHOD(fixture, "targets exchange roles with the inputs", "[call]") {
    auto f = compile(A + B, A - B, transpose(A) * x, exp(x));
    auto w = v;
    f(A = a, B = b, x = v, into(b, a, v, w));
    CHECK(distance(b, first + second) < tolerance<double>);
    CHECK(distance(a, first - second) < tolerance<double>);
    CHECK(distance(v, transpose(first) * sample) < tolerance<double>);
    CHECK(distance(w, map(sample, [](number z) { return std::exp(z); })) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "the transpose of an operand into itself", "[call]") {
    auto f = compile(transpose(A), A * x);
    f(A = a, x = v, into(a, v));
    CHECK(distance(a, transpose(first)) == 0);
    CHECK(distance(v, first * sample) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "a step of gradient descent in place", "[call]") {
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto rate = scalar<"rate">;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);
    auto f = compile(loss, W - rate * grad(loss, W));
    dense weights = random.matrix(2, 6);
    auto w = container<double>(weights);
    for (int step = 0; step < 3; ++step) {
        double value = 0;
        f(W = w, x = v, rate = 0.125, into(value, w));
        dense const residual = transpose(weights) * weights * sample - sample;
        CHECK(distance(value, squared_norm(residual) / 2) < tolerance<double>);
        weights =
            weights - number(0.125) * weights * (residual * transpose(sample) + sample * transpose(residual));
        CHECK(distance(w, weights) < tolerance<double>);
    }
}

TEST_CASE_METHOD(fixture, "a diagonal that is bound as a vector is replaced by the result", "[call]") {
    constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
    auto scaled = compile(D * x);
    auto applied = compile(A * (D * x));
    auto solved = compile(solve(D, x) + diagonal(D));
    random_operands random(245);
    dense const d = random.positive(6, 1), v = random.column(6);
    auto const vector = column_container<double>(v);
    auto one = column_container<double>(d), two = one, three = one;
    scaled(D = one, x = vector, into(one));
    applied(D = two, x = vector, A = a, into(two));
    solved(D = three, x = vector, into(three));
    dense quotient = d;
    for (std::size_t i = 0; i < 6; ++i) quotient(i) = v(i) / d(i) + d(i);
    CHECK(distance(one, hadamard(d, v)) < tolerance<double>);
    CHECK(distance(two, first * hadamard(d, v)) < tolerance<double>);
    CHECK(distance(three, quotient) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "a target that overlaps an input partly is an alias_error", "[call]") {
    auto f = compile(A + B);
    auto frame = xt::xtensor<double, 2>::from_shape({9, 9});
    frame.fill(1);
    auto const before = frame;
    SECTION("shifted by rows") {
        CHECK_THROWS_AS(f(A = xt::view(frame, xt::range(0, 6), xt::range(0, 6)), B = b,
                          into(xt::view(frame, xt::range(1, 7), xt::range(0, 6)))),
                        alias_error);
    }
    SECTION("shifted by a column") {
        CHECK_THROWS_AS(f(B = b, A = xt::view(frame, xt::range(0, 6), xt::range(0, 6)),
                          into(xt::view(frame, xt::range(0, 6), xt::range(1, 7)))),
                        alias_error);
    }
    SECTION("an adaptor on shifted memory") {
        auto input = xt::adapt(frame.data(), 36, xt::no_ownership(), std::array<std::size_t, 2>{6, 6});
        auto target = xt::adapt(frame.data() + 6, 36, xt::no_ownership(), std::array<std::size_t, 2>{6, 6});
        CHECK_THROWS_AS(f(A = input, B = b, into(target)), alias_error);
    }
    CHECK((frame == before));
}

TEST_CASE_METHOD(fixture, "one target for two results is an alias_error", "[call]") {
    auto f = compile(A + 1_c, A + 2_c);
    xt::xtensor<double, 2> target;
    CHECK_THROWS_AS(f(A = a, into(target, target)), alias_error); // has no entries yet
    target = a;
    CHECK_THROWS_AS(f(A = a, into(target, target)), alias_error);
    CHECK((target == a));
}

TEST_CASE_METHOD(fixture, "blocks of one container side by side do not overlap", "[call]") {
    auto f = compile(A + B);
    auto frame = xt::xtensor<double, 2>::from_shape({6, 12});
    auto left = xt::view(frame, xt::all(), xt::range(0, 6));
    auto right = xt::view(frame, xt::all(), xt::range(6, 12));
    left = a;
    f(A = left, B = b, into(right));
    xt::xtensor<double, 2> const left_after = left, right_after = right;
    CHECK(distance(left_after, first) == 0);
    CHECK(distance(right_after, first + second) < tolerance<double>);
}

} // namespace
