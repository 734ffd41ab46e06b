// SPDX-License-Identifier: BSL-1.0
// Sums of costly terms are multiplied out where that is cheaper than forming them, and only there.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/passes/distribute.hpp>

#include <memory>

namespace {

using namespace graphs;
using written = graph_builder<60, 2>;
using before = graph<60, 2>;
using normal_builder = rewriting_builder<normalising, normalising_by_op, 200, 2>;
using pass_type = distribution<normal_builder, before, 0>;

struct sample {
    leaves pool;
    written graph;
    extent const* const n = &extent_of<40>;
    node_id a = leaf({n, &extent_of<4>}), d = leaf({n, n}), x = leaf({n, &one_extent}), wide = leaf({n, &extent_of<90>});
    node_id product = graph.make(op::product, a, graph.make(op::transpose, a)), sum = graph.make(op::add, product, d);

    node_id leaf(shape const& s) { return add_leaf(graph, pool.make(s)); }

    // The first root after the pass, whose values are those before.
    std::string after(node_id first, node_id second) {
        graph.roots[0] = first;
        graph.roots[1] = second;
        before const old = graph.finished();
        auto const pass = std::make_unique<pass_type>(old);
        bool const applies = pass->applies();
        for (node_id id = 0; id < old.size; ++id) pass->visit(id);
        auto const& result = pass->finish();
        CHECK(result.failure == trouble::none);
        auto const unchanged = std::make_unique<simplification<normal_builder, before>>(old);
        for (node_id id = 0; id < old.size; ++id) unchanged->visit(id);
        auto const& same = unchanged->finish();
        CHECK(applies == (text_of(same, same.roots[0]) != text_of(result, result.roots[0])));
        moved_point const point = point_for(old, 0);
        CHECK(difference(evaluation<before, moved_point>(old, point)[old.roots[0]],
                         evaluation<normal_builder, moved_point>(result, point)[result.roots[0]]) == "");
        return text_of(result, result.roots[0]);
    }
};

TEST_CASE("a sum that is applied to a column alone is not formed", "[passes]") {
    sample s;
    CHECK(s.after(s.graph.make(op::product, s.sum, s.x), s.x) == "a * transpose(a) * c + b * c");
    CHECK(s.after(s.graph.make(op::product, s.graph.make(op::subtract, s.product, s.d), s.x), s.x) == "a * transpose(a) * c - b * c");
}

TEST_CASE("what is applied to a column is not formed for the column's sake, whatever follows", "[passes]") {
    sample s;
    node_id const wide_column = s.leaf({&extent_of<90>, &one_extent});
    node_id const applied = s.graph.make(op::product, s.sum, s.x), wide = s.graph.make(op::product, applied, s.graph.make(op::transpose, wide_column));
    CHECK(s.after(wide, s.x) == "(a * transpose(a) * c + b * c) * transpose(e)");
}

TEST_CASE("from the left as well", "[passes]") {
    sample s;
    node_id const row = s.graph.make(op::transpose, s.x);
    CHECK(s.after(s.graph.make(op::product, row, s.sum), s.x) == "transpose(c) * a * transpose(a) + transpose(c) * b");
}

TEST_CASE("a sum that something else needs is formed", "[passes]") {
    sample s;
    CHECK(s.after(s.graph.make(op::product, s.sum, s.x), s.sum) == "(b + a * transpose(a)) * c");
}

// The gradient of |W' W X - X|^2 / 2: W R X' + W X R' with the residual R = W' W X - X, which the value needs as well.
template <long Hidden, long Features, long Samples>
struct tied_autoencoder : sample {
    node_id W = leaf({&extent_of<Hidden>, &extent_of<Features>}), X = leaf({&extent_of<Features>, &extent_of<Samples>});
    node_id residual = graph.make(op::subtract, product_of({turned(W), W, X}), X);

    node_id turned(node_id id) { return graph.make(op::transpose, id); }
    node_id product_of(std::initializer_list<node_id> factors) {
        node_id product = no_node;
        for (node_id factor : factors) product = product == no_node ? factor : graph.make(op::product, product, factor);
        return product;
    }
    std::string gradient() {
        node_id const first = product_of({W, residual, turned(X)}), second = product_of({W, X, turned(residual)});
        return after(graph.make(op::add, first, second), residual);
    }
};

TEST_CASE("a sum that something else needs is not multiplied where its terms cost less", "[passes]") {
    // W R = (W W') (W X) - W X, with W X there anyway: W W' is half a product of few rows. So it is with W X R', one term of
    // which can be put together with (W R) X'.
    CHECK(tied_autoencoder<4, 90, 40>().gradient() ==
          "(e * transpose(e) * e * f - e * f) * transpose(f) + (e * f * transpose(f) * transpose(e) * e - e * f * transpose(f))");
    // With as many rows as samples and more that no longer holds.
    CHECK(tied_autoencoder<90, 95, 4>().gradient() ==
          "e * (transpose(e) * e * f - f) * transpose(f) + e * f * transpose(transpose(e) * e * f - f)");
}

TEST_CASE("a factor in front of longer products is taken out where that costs less", "[passes]") {
    // W (R X' + X R'), where X R' = (R X')' is there: half the products.
    CHECK(tied_autoencoder<40, 40, 40>().gradient() ==
          "e * ((transpose(e) * e * f - f) * transpose(f) + f * transpose(transpose(e) * e * f - f))");
}

TEST_CASE("a transposed sum as well, with a transpose that is there before the product", "[passes]") {
    // (W' W X - X)' F = (F' W' W X - F' X)' where F' X is there; F' may not be one that is made later.
    for (bool is_made_before : {true, false}) {
        tied_autoencoder<2, 9, 40> s;
        node_id const F = s.leaf({&extent_of<9>, &extent_of<2>}), there = s.product_of({s.turned(s.X), F});
        if (is_made_before) s.turned(F);
        node_id const asked = s.product_of({s.turned(s.residual), F});
        auto const sum_of = [&](node_id id) { return s.graph.make(op::sum, id); };
        node_id const others = s.graph.make(op::add, sum_of(s.graph.make(op::exp, s.turned(F))), s.graph.make(op::add, sum_of(there), sum_of(s.residual)));
        CHECK((s.after(asked, others) == "transpose(transpose(e) * e * f - f) * g") == !is_made_before);
    }
}

TEST_CASE("a sum of a product as long as products get is not multiplied out", "[passes]") {
    tied_autoencoder<4, 4, 4> s;
    node_id const square = s.leaf({&extent_of<4>, &extent_of<4>}), start = s.leaf({&extent_of<4>, &extent_of<4>});
    node_id power = square;
    for (int i = 1; i < chain::capacity; ++i) power = s.graph.make(op::product, power, square);
    node_id const sum = s.graph.make(op::subtract, power, start), there = s.product_of({s.W, start});
    CHECK(s.after(s.product_of({s.W, sum}), s.graph.make(op::add, there, sum)).starts_with("e * ("));
}

TEST_CASE("common factors behind, and with scales", "[passes]") {
    sample s;
    node_id const scale = s.leaf({&one_extent, &one_extent}), p = s.graph.make(op::product, s.d, s.x), q = s.graph.make(op::product, s.graph.make(op::exp, s.d), s.x);
    CHECK(s.after(s.graph.make(op::subtract, p, s.graph.make(op::multiply, scale, q)), s.x) == "(b - e * exp(b)) * c");
    sample t;  // nothing is saved where something else needs a product
    node_id const first = t.graph.make(op::product, t.d, t.x), second = t.graph.make(op::product, t.graph.make(op::exp, t.d), t.x);
    CHECK(t.after(t.graph.make(op::add, first, second), first) == "b * c + exp(b) * c");
}

TEST_CASE("common factors on both sides", "[passes]") {
    tied_autoencoder<40, 40, 40> s;
    node_id const first = s.product_of({s.W, s.d, s.X}), second = s.product_of({s.W, s.graph.make(op::exp, s.d), s.X});
    CHECK(s.after(s.graph.make(op::add, first, second), s.x) == "e * (b + exp(b)) * f");
}

TEST_CASE("of many terms all with a common factor are put together, whatever stands between them", "[passes]") {
    tied_autoencoder<40, 40, 40> s;
    auto const exp_of = [&](node_id id) { return s.graph.make(op::exp, id); };
    auto const applied = [&](node_id matrix) { return s.product_of({matrix, s.X}); };
    // d X - (V X - exp(d) X) + exp(X) - X' exp(X)
    node_id const V = s.leaf({s.n, s.n}), bracket = s.graph.make(op::subtract, applied(V), applied(exp_of(s.d)));
    node_id const begin = s.graph.make(op::add, s.graph.make(op::subtract, applied(s.d), bracket), exp_of(s.X));
    CHECK(s.after(s.graph.make(op::subtract, begin, s.product_of({s.turned(s.X), exp_of(s.X)})), s.x) ==
          "exp(f) + (exp(b) + (b - g)) * f - transpose(f) * exp(f)");
}

TEST_CASE("of matrices no sum is formed for a column, which costs less to multiply by each, but one that is stored anyway", "[passes]") {
    auto const after_sum_with = [](auto make_second) {
        sample s;
        node_id const second = make_second(s), first_product = s.graph.make(op::product, s.d, s.x);
        return s.after(s.graph.make(op::add, first_product, s.graph.make(op::product, second, s.x)), s.x);
    };
    CHECK(after_sum_with([](sample& s) { return s.leaf({s.n, s.n}); }) == "b * c + e * c");
    CHECK(after_sum_with([](sample& s) { return s.graph.make(op::transpose, s.d); }) == "b * c + transpose(b) * c");
    CHECK(after_sum_with([](sample& s) { return s.graph.make(op::exp, s.d); }) == "(b + exp(b)) * c");
}

TEST_CASE("a term that has no factor left beside those on both sides stays out", "[passes]") {
    tied_autoencoder<40, 40, 40> s;
    node_id const first = s.product_of({s.W, s.d, s.W}), second = s.product_of({s.W, s.graph.make(op::exp, s.d), s.W});
    CHECK(s.after(s.graph.make(op::add, s.graph.make(op::add, first, second), s.product_of({s.W, s.W})), s.x) ==
          "e * e + e * (b + exp(b)) * e");
}

TEST_CASE("terms in brackets keep their signs", "[passes]") {
    tied_autoencoder<40, 40, 40> s;
    // d X - (exp(d) X - (exp(X) - X X))
    node_id const inner = s.graph.make(op::subtract, s.graph.make(op::exp, s.X), s.product_of({s.X, s.X}));
    node_id const bracket = s.graph.make(op::subtract, s.product_of({s.graph.make(op::exp, s.d), s.X}), inner);
    CHECK(s.after(s.graph.make(op::subtract, s.product_of({s.d, s.X}), bracket), s.x) == "exp(f) + (b - exp(b) - f) * f");
}

TEST_CASE("several groups of terms, each with its own factor", "[passes]") {
    tied_autoencoder<40, 40, 40> s;
    node_id sum = s.product_of({s.W, s.d});
    for (node_id term : {s.product_of({s.X, s.d}), s.product_of({s.W, s.X}), s.product_of({s.X, s.graph.make(op::exp, s.X)}),
                         s.product_of({s.X, s.X})})
        sum = s.graph.make(op::add, sum, term);
    CHECK(s.after(sum, s.x) == "e * f + (e + f) * b + f * (f + exp(f))");
}

TEST_CASE("what is wide is multiplied once", "[passes]") {
    sample s;
    CHECK(s.after(s.graph.make(op::product, s.sum, s.wide), s.x) == "(b + a * transpose(a)) * d");
}

TEST_CASE("a sum that costs little to form is formed", "[passes]") {
    sample s;
    CHECK(s.after(s.graph.make(op::product, s.graph.make(op::add, s.d, s.graph.make(op::exp, s.d)), s.x), s.x) == "(b + exp(b)) * c");
}

} // namespace
