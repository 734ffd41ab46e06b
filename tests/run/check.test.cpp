// SPDX-License-Identifier: BSL-1.0
// Which containers can stand for which leaves, as the compiler finds out.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

#include <string>
#include <vector>

namespace {

using namespace ctgrad;
using detail::container_fits, detail::facts_of;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto r = matrix<"r", 1, "n">;
constexpr auto s = scalar<"s">;
constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
constexpr auto y = indices<"y", "n">;

template <class Container, class Leaf>
constexpr bool fits(Leaf leaf) {
    return container_fits(facts_of<decltype(leaf = std::declval<Container>())>);
}

TEST_CASE("containers fit leaves of their rank and of floating-point entries", "[run]") {
    using rank_1 = xt::xtensor<double, 1>;
    using rank_2 = xt::xtensor<float, 2>;
    static_assert(fits<rank_2>(A) && !fits<rank_1>(A) && !fits<double>(A));
    static_assert(fits<rank_1>(x) && fits<rank_2>(x) && fits<rank_1>(r) && fits<rank_2>(r));
    static_assert(fits<rank_1>(D) && fits<rank_2>(D));
    static_assert(fits<double>(s) && fits<int>(s) && fits<float const&>(s) && fits<rank_2>(s) && !fits<rank_1>(A));
    static_assert(!fits<xt::xtensor<int, 2>>(A) && !fits<std::vector<double>>(x));
    static_assert(fits<std::vector<int>>(y) && fits<xt::xtensor<long, 1>>(y) && !fits<rank_1>(y) && !fits<xt::xtensor<int, 2>>(y));
    CHECK(fits<xt::xtensor_fixed<double, xt::xshape<3, 4>>>(A));
}

TEST_CASE("what does not fit is answered with what to write", "[run]") {
    auto const answer = [](auto binding) { return std::string(detail::describe_container(facts_of<decltype(binding)>).c_str()); };
    CHECK(answer(A = 2.5) == "a number bound to|A (m x n)|bind a container of xtensor");
    CHECK(answer(A = xt::xtensor<double, 1>{}) == "wrong rank for|A (m x n)|bind a container of rank 2");
    CHECK(answer(A = xt::xtensor<int, 2>{}) == "entries must be float or double:|A (m x n)");
    CHECK(answer(y = xt::xtensor<double, 1>{}) == "no container of integers:|y (n x 1)|indices are integers");
}

} // namespace
