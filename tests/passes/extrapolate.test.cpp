// SPDX-License-Identifier: BSL-1.0
// Tables that grow with each layer, continued.
#include "support/catch.hpp"

#include <ctgrad/passes/extrapolate.hpp>

#include <optional>
#include <vector>

namespace {

using namespace ctgrad::detail;

// What two tables become with so many layers more than the second one.
template <class Entry>
std::optional<std::vector<Entry>> continued(std::vector<Entry> const& shorter, std::vector<Entry> const& longer, int more, int apart = 1) {
    if (longer.size() < shorter.size()) return std::nullopt;
    std::vector<Entry> result(longer.size() + std::size_t(more) * (longer.size() - shorter.size()) / std::size_t(apart));
    table<Entry> const first = {shorter.data(), int(shorter.size())}, second = {longer.data(), int(longer.size())};
    if (!extrapolate_into(result.data(), int(result.size()), first, second, apart, more)) return std::nullopt;
    CHECK(is_extrapolated(first, second, apart, more, {result.data(), int(result.size())}));
    return result;
}

// The storages of a net: an input, then a weight for each layer, the last ones first; a result for each weight; two values for
// each layer.
std::vector<storage> storages(int layers) {
    std::vector<storage> result;
    result.push_back({.where = place::input, .index = layers, .rows = 1});
    for (int i = 0; i < layers; ++i) result.push_back({.where = place::input, .index = layers - 1 - i});
    for (int i = 0; i < layers; ++i) result.push_back({.where = place::result, .index = i});
    for (int i = 0; i < layers; ++i) {
        result.push_back({.rows = 1});
        result.push_back({.rows = 1, .columns = 1});
    }
    return result;
}

// Forwards a product and a loop for each layer, then a loop, then backwards two products.
std::vector<step> steps(int layers) {
    std::vector<step> result;
    int const first_value = 1 + 2 * layers;
    for (int i = 0; i < layers; ++i) {
        step product;
        product.code = op::product;
        product.operand_count = 2;
        product.operands[0] = short(1 + i);
        product.operands[1] = short(i == 0 ? 0 : first_value + 2 * i - 1);
        product.output_count = 1;
        product.outputs[0] = short(first_value + 2 * i);
        product.kind = 0;
        step loop;
        loop.is_loop = true;
        loop.program = 0;
        loop.operand_count = loop.output_count = 1;
        loop.operands[0] = product.outputs[0];
        loop.outputs[0] = short(first_value + 2 * i + 1);
        loop.kind = 1;
        result.insert(result.end(), {product, loop});
    }
    step last;
    last.is_loop = true;
    last.program = 1;
    last.operand_count = 1;
    last.operands[0] = short(first_value + 2 * layers - 1);
    last.kind = 2 * layers;
    result.push_back(last);
    for (int i = layers; i-- > 0;) {
        step back;
        back.code = op::product;
        back.transposed[1] = true;
        back.operand_count = 2;
        back.operands[0] = short(1 + i);
        back.operands[1] = short(i == 0 ? 0 : first_value + 2 * i - 1);
        back.output_count = 1;
        back.outputs[0] = short(1 + layers + i);
        back.kind = 2 * layers + 1;
        back.factor = 2;
        result.push_back(back);
    }
    return result;
}

template <class Entry>
void check_same(std::vector<Entry> const& a, std::vector<Entry> const& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK((are_alike(a[i], b[i]) && references_of(a[i]) == references_of(b[i])));
}

TEST_CASE("what two tables say is what they are with more layers", "[passes]") {
    for (int layers : {4, 5, 9})
        for (int apart : {1, 2, 3})
            for (int more : {0, 1, 2, 30}) {
                auto const longer_storages = continued(storages(layers), storages(layers + apart), more, apart);
                REQUIRE(longer_storages);
                check_same(*longer_storages, storages(layers + apart + more));
                auto const longer_steps = continued(steps(layers), steps(layers + apart), more, apart);
                REQUIRE(longer_steps);
                check_same(*longer_steps, steps(layers + apart + more));
            }
}

TEST_CASE("tables that do not grow evenly say nothing", "[passes]") {
    CHECK(!continued(steps(1), steps(2), 3));  // no layer before that could be repeated
    CHECK(!continued(steps(6), steps(5), 3));
    CHECK(!continued<int>({1, 2, 4, 7}, {1, 2, 4, 7, 11}, 3));
    CHECK(*continued<int>({1, 2, 3, 4}, {1, 2, 3, 4, 5}, 3) == std::vector{1, 2, 3, 4, 5, 6, 7, 8});

    // one step that is another: its factor, its operands, what it refers to
    auto const spoil = [](auto change) {
        auto longer = steps(6);
        change(longer);
        return continued(steps(5), longer, 3);
    };
    CHECK(spoil([](auto&) {}));
    CHECK(!spoil([](auto& s) { s.back().factor = 3; }));
    CHECK(!spoil([](auto& s) { s[9].operand_count = 0; }));
    CHECK(!spoil([](auto& s) { s.push_back(s.front()); }));
}

TEST_CASE("of tables two layers apart everything is even", "[passes]") {
    auto const shorter = steps(4);
    auto longer = steps(6);
    CHECK(continued(shorter, longer, 3, 2));
    for (step& s : longer) {
        step const before = s;
        s.operands[0] += 1;
        CHECK(!continued(shorter, longer, 3, 2));
        s = before;
        s.factor += 1;
        CHECK(!continued(shorter, longer, 3, 2));
        s = before;
    }
    longer.pop_back();
    CHECK(!continued(shorter, longer, 3, 2));
}

} // namespace
