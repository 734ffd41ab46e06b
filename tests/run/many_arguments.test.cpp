// SPDX-License-Identifier: BSL-1.0
// Calls with so many arguments that they are taken from lists.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>

namespace {

using namespace ctgrad;
using reference::container, reference::dense, reference::number, reference::random_operands;

template <std::size_t Place>
constexpr char name_of[] = {'x', static_cast<char>('a' + Place), '\0'};
template <std::size_t Place>
constexpr auto part = vector<name_of<Place>, "n">;

template <std::size_t... Place>
void check_many_arguments(std::index_sequence<Place...>) {
    constexpr auto loss = (squared_norm(part<Place>) + ...);
    auto f = compile(loss, grad(loss, part<Place>...));
    random_operands random(772);
    dense const start = random.matrix(3, sizeof...(Place));
    auto const columns = container<double>(start);
    number const expected = sum(map(start, [](number z) { return z * z; }));
    auto is_doubled = [&](auto const& vectors) {
        bool doubled = true;
        for (std::size_t j = 0; j < sizeof...(Place); ++j)
            for (std::size_t i = 0; i < 3; ++i) doubled = doubled && vectors[j](i) == 2 * columns(i, j);
        return doubled;
    };
    double value = 0;
    xt::xtensor<double, 1> gradients[sizeof...(Place)];
    f(part<Place> = xt::view(columns, xt::all(), Place)..., into(value, gradients[Place]...));
    CHECK(std::abs(value - static_cast<double>(expected)) < 1e-12);
    CHECK(is_doubled(gradients));
    CHECK_THROWS_AS(f(part<Place> = gradients[Place]..., into(value, gradients[Place / 2]...)), alias_error);

    xt::xtensor<double, 1> parts[] = {xt::view(columns, xt::all(), Place)...};
    f(part<Place> = parts[Place]..., into(value, parts[Place]...));
    CHECK(is_doubled(parts));
}
TEST_CASE("a call with dozens of arguments and targets", "[run]") { check_many_arguments(std::make_index_sequence<20>{}); }

} // namespace
