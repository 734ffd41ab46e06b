// SPDX-License-Identifier: BSL-1.0
// Values that live at the same time never share a buffer, each buffer holds what is put into it, and no more are used than a
// chain of steps needs.
#include "support/catch.hpp"
#include "support/plans.hpp"

#include <ctgrad/passes/place.hpp>

#include <algorithm>
#include <memory>
#include <random>

namespace {

using namespace plan_checks;

using random_plan = plan<80, 1, 120, 120, 4, 1, 1, 1, 1>;

std::unique_ptr<random_plan> make_random_plan(std::mt19937& engine) {
    auto p = std::make_unique<random_plan>();
    constexpr int inputs = 3;
    auto const below = [&](int n) { return static_cast<int>(engine() % static_cast<unsigned>(n)); };
    auto const new_storage = [&] {
        storage& s = p->storages[p->storage_count];
        s.rows = below(2);
        s.columns = below(2);
        int const kind = below(10);
        s.where = p->storage_count < inputs ? place::input : kind == 1 ? place::result : place::workspace;
        s.has_pivots = below(6) == 0;
        if (kind == 2 && p->storage_count > inputs) {
            s.where = place::inside;
            s.index = inputs + below(p->storage_count - inputs);
        }
        return static_cast<short>(p->storage_count++);
    };
    for (int i = 0; i < inputs; ++i) new_storage();
    p->step_count = 1 + below(30);
    for (int i = 0; i < p->step_count; ++i) {
        step& s = p->steps[i];
        auto const any = [&] { return static_cast<short>(p->storage_count - 1 - below(std::min(p->storage_count, below(4) == 0 ? 40 : 5))); };
        s.operand_count = below(4);
        for (int j = 0; j < s.operand_count; ++j) s.operands[j] = any();
        if (below(4) == 0) s.scale = any();
        if (below(4) == 0) s.addend = any();
        if (below(6) == 0) s.scratch = new_storage();
        s.output_count = 1 + below(2);
        for (int j = 0; j < s.output_count; ++j) s.outputs[j] = below(5) == 0 ? any() : new_storage();
    }
    return p;
}

TEST_CASE("values that live at the same time have buffers of their own", "[passes]") {
    std::mt19937 engine(1);
    int placed = 0, buffers = 0;
    for (int i = 0; i < 400; ++i) {
        auto const p = make_random_plan(engine);
        auto const after = std::make_unique<random_plan>(*p);
        place_buffers(*after);
        REQUIRE(after->failure == trouble::none);
        CAPTURE(i);
        placed += check_buffers(*after);
        buffers += after->buffer_count;
    }
    CHECK(buffers * 3 < placed * 2);  // some are shared
}

TEST_CASE("a chain of steps needs two buffers, however long it is", "[passes]") {
    random_plan p;
    p.storage_count = 21;
    for (int i = 0; i <= 20; ++i) p.storages[i].where = i == 0 ? place::input : i == 20 ? place::result : place::workspace;
    for (p.step_count = 0; p.step_count < 20; ++p.step_count) {
        step& s = p.steps[p.step_count];
        s.operand_count = s.output_count = 1;
        s.operands[0] = static_cast<short>(p.step_count);
        s.outputs[0] = static_cast<short>(p.step_count + 1);
    }
    place_buffers(p);
    CHECK(p.buffer_count == 2);
}

TEST_CASE("a plan at its exact size is the same plan", "[passes]") {
    std::mt19937 engine(2);
    auto const p = make_random_plan(engine);
    using exact_plan = plan<31, 0, 100, 100, 4, 0, 0, 0, 1>;
    auto const exact = std::make_unique<exact_plan>(shrink_plan<exact_plan>(*p));
    CHECK(exact->step_count == p->step_count);
    CHECK(exact->storage_count == p->storage_count);
    for (int i = 0; i < p->step_count; ++i) CHECK(exact->steps[i].has_form_of(p->steps[i]));
    for (int i = 0; i < p->storage_count; ++i) CHECK((exact->storages[i].where == p->storages[i].where && exact->storages[i].index == p->storages[i].index));
}

} // namespace
