// SPDX-License-Identifier: BSL-1.0
// Formulas are values in postfix, and what they build is what they say.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/rules/letters.hpp>

#include <vector>

namespace {

using namespace graphs;
using namespace ctgrad::detail::letters;
using builder = graph_builder<60, 1>;

std::vector<op> operations_of(formula const& f) {
    std::vector<op> result;
    for (int i = 0; i < f.count; ++i) result.push_back(f.tokens[i].kind == token_kind::operation ? f.tokens[i].code : op::leaf);
    return result;
}

TEST_CASE("formulas stand in postfix, with the precedence of C++", "[rules]") {
    CHECK(operations_of(A * B + C) == std::vector{op::leaf, op::leaf, op::product, op::leaf, op::add});
    CHECK(operations_of(A + B * C) == std::vector{op::leaf, op::leaf, op::leaf, op::product, op::add});
    CHECK(operations_of(-t(A) % B) == std::vector{op::leaf, op::transpose, op::negate, op::leaf, op::multiply});
    CHECK((A - B).root() == op::subtract);
    CHECK((A / 2).tokens[1].value == 2);
    CHECK((A < B).root() == op::less);
    CHECK((A <= B).root() == op::less_equal);
    CHECK(A.root() == op::number);  // no operation
    CHECK((none.empty() && !A.empty()));
    CHECK(where(A, B, C).count == 4);
}

TEST_CASE("a formula that is too long is refused", "[rules]") {
    formula f = A;
    while (f.count + 2 <= formula::capacity) f = f + B;
    CHECK_THROWS_AS(f + B, char const*);
}

struct built {
    leaves pool;
    std::unique_ptr<builder> graph = std::make_unique<builder>();
    node_id bound[variable_count];

    built() {
        for (node_id& letter : bound) letter = no_node;
        extent const *m = &extent_of<"m">, *n = &extent_of<"n">;
        bound[0] = add_leaf(*graph, pool.make({m, n}));  // a
        bound[1] = add_leaf(*graph, pool.make({n, m}));  // b
        bound[2] = add_leaf(*graph, pool.make({}));      // c
        bound[8] = graph->number(7, {m, n});
    }
    std::string text(formula const& f) {
        node_id const id = build(*graph, f, bound);
        return id == no_node ? "none" : text_of(*graph, id) + ": " + text_of((*graph)[id].extents);
    }
};

TEST_CASE("what a formula says is built", "[rules]") {
    built b;
    CHECK(b.text(A * B + identity(A)) == "a * b + identity<m>: m x m");
    CHECK(b.text(t(A) % B) == "hadamard(transpose(a), b): n x m");
    CHECK(b.text(C * A) == "c * a: m x n");
    CHECK(b.text(2 % A - 0.5) == "2 * a - 0.5: m x n");
    CHECK(b.text(ones(A)) == "1 * ones<m, n>: m x n");
    CHECK(b.text(zeros(B) + B) == "0 * ones<n, m> + b: n x m");
    CHECK(b.text(rows(A) % columns(A)) == "extent<m> * extent<n>: 1 x 1");
    CHECK(b.text(entry(k)) == "7: 1 x 1");
    CHECK(b.text(where(C, A, 0)) == "where(c, a, 0): m x n");
    CHECK(b.text(reshape(A, B)) == "reshape<n, m>(a): n x m");
    CHECK(b.text(exp(-sum(A))) == "exp(-sum(a)): 1 x 1");
}

TEST_CASE("what does not fit is not built", "[rules]") {
    built b;
    CHECK(b.text(A + B) == "none");
    CHECK(b.text(A * A) == "none");
    CHECK(b.text(exp(A + B) * C) == "none");
}

TEST_CASE("parts begin where their corner says", "[rules]") {
    built b;
    auto const begin = [&](corner from) {
        position const p = position_of(*b.graph, from, b.bound);
        text_buffer<80> out;
        out << *p.row << ", " << *p.column;
        return std::string(out.c_str());
    };
    b.bound[4] = b.graph->add(b.graph->shaped_node(op::part, {}, {&extent_of<2>, &extent_of<3>}, b.bound[0]));
    CHECK(begin(corner::origin) == "0, 0");
    CHECK(begin(corner::kept) == "2, 3");
    CHECK(begin(corner::turned) == "3, 2");
    CHECK(begin(corner::below) == "m, 0");
    CHECK(begin(corner::beside) == "0, n");
    CHECK(begin(corner::diagonal) == "m, n");
    node_id const placed = b.graph->add(b.graph->shaped_node(op::place, {&extent_of<9>, &extent_of<9>}, {&extent_of<4>, &extent_of<5>}, b.bound[2]));
    b.bound[4] = b.graph->make(op::add, placed, b.bound[2]);
    CHECK(begin(corner::inner) == "4, 5");
    b.bound[4] = b.graph->make(op::add, b.bound[2], placed);
    CHECK(begin(corner::inner) == "4, 5");
}

} // namespace
