// SPDX-License-Identifier: BSL-1.0
// Random expressions that are generated, compiled and called: the results of kernels, loops and buffers against the evaluator.
#pragma once

#include "catch.hpp"
#include "worst.hpp"

#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstdint>
#include <tuple>
#include <utility>

namespace random_programs {

using namespace ctgrad::detail;

struct choice {
    op code = op::number;
    int first = 0, second = 0;
};

// What the generator chooses from; ops that stand twice are chosen more often.
inline constexpr op choices[] = {
    op::exp, op::sin, op::tanh, op::sigmoid, op::swish, op::relu, op::softplus, op::gelu, op::erf, op::abs, op::square,
    op::sqrt, op::log1p, op::negate, op::add, op::add, op::subtract, op::multiply, op::multiply, op::divide, op::maximum,
    op::minimum, op::less, op::transpose, op::transpose, op::product, op::product, op::product, op::product, op::inverse,
    op::solve, op::solve, op::logdet, op::trace, op::diag, op::diagonal, op::sum, op::row_sums, op::column_sums, op::row_means,
    op::norm, op::dot, op::outer, op::softmax, op::log_softmax_rows, op::logsumexp_columns, op::logsumexp_rows, op::row_max,
    op::lower_part, op::upper_part, op::cumulative_sum, op::stop_gradient, op::squared_norm, op::mean, op::column_means};

struct generator {
    std::uint64_t state;
    constexpr std::uint64_t below(std::uint64_t n) { return (state = mix(state, 1)) % n; }
};

// An op and operands among the given expressions, newest first, that fit each other.
template <std::uint64_t Seed, digest... Pool>
consteval choice choose() {
    constexpr const source* pool[] = {&definition(expr<Pool>{})...};
    constexpr std::uint64_t count = sizeof...(Pool);
    generator random{mix(Seed, count)};
    for (int attempt = 0; attempt < 1000; ++attempt) {
        choice c{choices[random.below(std::size(choices))], static_cast<int>(random.below(random.below(2) == 0 ? count : 2)),
                 static_cast<int>(random.below(count))};
        const shape shapes[3] = {pool[c.first]->extents, pool[c.second]->extents, {}};
        const bool scales = c.code == op::product && (shapes[0].is_scalar() || shapes[1].is_scalar());
        if (!scales && infer_shape(c.code, shapes).problem == nullptr) return c;
    }
    return {};
}

// The newest of so many expressions, each made of those before it.
template <std::uint64_t Seed, int Steps, digest... Pool>
consteval auto grow(digest_list<Pool...>) {
    constexpr digest pool[] = {Pool...};
    if constexpr (Steps == 0) {
        return expr<pool[0]>{};
    } else {
        constexpr choice c = choose<Seed, Pool...>();
        constexpr expr<pool[c.first]> first;
        if constexpr (about(c.code).arity == 1)
            return grow<Seed, Steps - 1>(digest_list<decltype(apply<c.code>(first))::key, Pool...>{});
        else
            return grow<Seed, Steps - 1>(digest_list<decltype(apply<c.code>(first, expr<pool[c.second]>{}))::key, Pool...>{});
    }
}

inline constexpr auto leaves = std::tuple{
    ctgrad::matrix<"A", "m", "n">, ctgrad::matrix<"B", "n", "m">,    ctgrad::matrix<"K", "n", "n", ctgrad::spd>,
    ctgrad::vector<"v", "n">,      ctgrad::vector<"w", "m">,         ctgrad::scalar<"s", ctgrad::positive>,
    ctgrad::matrix<"C", "n", "n">, ctgrad::matrix<"L", "n", "n", ctgrad::lower_triangular>};

template <digest... Keys>
consteval auto key_list(std::tuple<expr<Keys>...>) {
    return digest_list<Keys...>{};
}

template <class Graph>
constexpr bool has_leaf(Graph const& graph, digest key) {
    for (node_id id = 0; id < graph.size; ++id)
        if (graph[id].code == op::leaf && graph[id].leaf->key == key) return true;
    return false;
}

// The container of a leaf at a point, as a tuple that is empty where the graph has no such leaf.
template <auto const& Graph, digest Leaf>
auto bound(random_point const& point, expr<Leaf> leaf) {
    if constexpr (!has_leaf(Graph, Leaf)) {
        return std::tuple{};
    } else {
        source const& s = definition(leaf);
        auto const rows = static_cast<std::size_t>(point.size_of(*s.extents.rows));
        auto const columns = static_cast<std::size_t>(point.size_of(*s.extents.columns));
        auto values = xt::xtensor<double, 2>::from_shape({rows, columns});
        std::vector<double> errors(rows * columns);
        point.draw(s, {values.data(), errors.data(), static_cast<int>(rows), static_cast<int>(columns)});
        return std::tuple{leaf = std::move(values)};
    }
}

// How far a result is from what the evaluator says, beside what rounding may do to both.
template <class Result>
double distance(Result const& result, small_matrix const& expected) {
    double worst = 0;
    for (int i = 0; i < expected.size(); ++i) {
        double entry;
        if constexpr (std::is_arithmetic_v<Result>) entry = result;
        else entry = result.data()[i];
        double const allowed = 0x1p-45 * expected.error[i] + 1e-11 * (1 + std::abs(expected.value[i]));
        worst = reference::worse(worst, std::abs(entry - expected.value[i]) / allowed);
    }
    return worst;
}

// One program: a random expression, a loss of it and two gradients.
template <std::uint64_t Seed>
void check() {
    constexpr auto y = grow<Seed, 9>(key_list(leaves));
    constexpr auto loss = ctgrad::sum(ctgrad::sin(y));
    constexpr auto first = std::get<Seed % std::tuple_size_v<decltype(leaves)>>(leaves);
    constexpr auto second = std::get<(Seed / 3 + 5) % std::tuple_size_v<decltype(leaves)>>(leaves);
    constexpr auto first_gradient = ctgrad::grad(loss, first);
    constexpr auto second_gradient = ctgrad::grad(loss * loss, second);
    using passes = derivation<y.key, loss.key, first_gradient.key, second_gradient.key>;
    constexpr auto const& derived = passes::derived;
    auto f = ctgrad::compile(y, loss, first_gradient, second_gradient);

    text_buffer<1000> text;
    print_source(text, definition(y), 30);
    INFO("seed " << Seed << ": " << text.c_str());
    bool compared = false;
    for (std::uint64_t seed = 0; seed < 16 && !compared; ++seed) {
        random_point point(seed);
        point.note(extent_of<"m">);
        point.note(extent_of<"n">);
        point.settle();
        evaluation const values(derived, point);
        bool finite = true;
        for (node_id root : derived.roots)
            for (int i = 0; i < values[root].size(); ++i)
                finite = finite && std::isfinite(values[root].value[i]) && values[root].error[i] < 1e9;
        if (!finite) continue;
        compared = true;
        auto const bindings = std::apply([&](auto... leaf) { return std::tuple_cat(bound<passes::written>(point, leaf)...); }, leaves);
        auto const results = std::apply([&](auto const&... binding) { return f((expr<std::remove_cvref_t<decltype(binding)>::key>{} = binding.container)...); }, bindings);
        CHECK(distance(std::get<0>(results), values[derived.roots[0]]) < 1);
        CHECK(distance(std::get<1>(results), values[derived.roots[1]]) < 1);
        CHECK(distance(std::get<2>(results), values[derived.roots[2]]) < 1);
        CHECK(distance(std::get<3>(results), values[derived.roots[3]]) < 1);
    }
    CHECK(compared);
}

template <std::uint64_t First, std::uint64_t... I>
void check_all(std::integer_sequence<std::uint64_t, I...>) {
    (check<First + I>(), ...);
}

} // namespace random_programs
