// SPDX-License-Identifier: BSL-1.0
// Which rows a loop sees of its operands and results, and which loops take the rows of the product before them.
#include "support/catch.hpp"

#include <vector>

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;
using namespace ctgrad::detail;

TEST_CASE("a part of a loop begins where its rows do", "[run]") {
    loop_program program;
    program.input_count = 4;
    program.inputs[0] = program.inputs[1] = access::full;
    program.inputs[2] = access::row;
    program.inputs[3] = access::column;
    program.output_count = 3;
    program.outputs[0].form = access::full;
    program.outputs[1].form = access::column;
    program.outputs[2].form = access::scalar;
    std::vector<double> entries(100);
    double* const first = entries.data();
    double const* const in[] = {first, first, first, first};
    double* const out[] = {first, first, first};
    loop_block<double, 4, 3> const whole(10, 7, in, out);
    row_source source{.operand = 1, .rows_at_a_time = 4};
    auto const kept = whole.part(program, source, 8, 2);
    CHECK((kept.rows == 2 && kept.columns == 7));
    CHECK((kept.in[0] == first + 56 && kept.in[1] == first + 56 && kept.in[2] == first && kept.in[3] == first + 8));
    CHECK((kept.out[0] == first + 56 && kept.out[1] == first + 8 && kept.out[2] == first));
    source.keeps_rows = false;
    auto const overwritten = whole.part(program, source, 8, 2);
    CHECK((overwritten.in[0] == first + 56 && overwritten.in[1] == first));
    auto flat = whole;
    flat.flatten();
    CHECK((flat.rows == 1 && flat.columns == 70));
}

TEST_CASE("the last rows are as many as are left", "[run]") {
    std::vector<std::size_t> computed;
    row_source const source{.rows_at_a_time = 4, .product = &computed, .compute = [](void const* p, std::size_t first, std::size_t count) {
                                auto& list = *const_cast<std::vector<std::size_t>*>(static_cast<std::vector<std::size_t> const*>(p));
                                list.push_back(first);
                                list.push_back(count);
                            }};
    CHECK(source.compute_from(0, 6) == 4);
    CHECK(source.compute_from(4, 6) == 2);
    CHECK(computed == std::vector<std::size_t>{0, 4, 4, 2});
}

template <class Plan>
constexpr bool takes(function<Plan> const&, int kind) {
    return takes_rows<Plan>(kind);
}
template <class Plan, class... Variants>
constexpr bool is_read_once(function<Plan, Variants...> const&) {
    return is_for_loop_alone<Plan>(0);
}

TEST_CASE("a loop takes the rows of the product right before it", "[run]") {
    constexpr auto A = matrix<"A", "m", "k">;
    constexpr auto B = matrix<"B", "k", "n">;
    constexpr auto C = matrix<"C", "m", "n">;
    CHECK(takes(compile(exp(A * B)), 1));
    CHECK_FALSE(takes(compile(A * B, exp(C)), 1));
    CHECK_FALSE(takes(compile(softmax(A * B)), 1)); // along the columns
    CHECK(is_read_once(compile(exp(A * B) - C)));
    CHECK_FALSE(is_read_once(compile(exp(A * B), A * B)));                     // a result
    CHECK_FALSE(is_read_once(compile(exp(A * B), transpose(C) * (A * B)))); // read by a product, too
}

} // namespace
