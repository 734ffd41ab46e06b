// SPDX-License-Identifier: BSL-1.0
// Values that live at the same time never share a buffer, each buffer holds what is put into it, and no more are used than a
// chain of steps needs.
#include "support/catch.hpp"

#include <ctgrad/passes/place.hpp>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace {

using namespace ctgrad::detail;

using random_plan = plan<80, 1, 120, 120, 4, 1, 1, 1, 1>;

// The storage whose memory another one is inside of.
template <class Plan>
int whole(Plan const& p, int storage) {
    while (storage >= 0 && p.storages[storage].where == place::inside) storage = p.storages[storage].index;
    return storage;
}

// From the first step that touches a storage to the last one; none if there is none.
struct lifetime {
    int first = -1, last = -1;
    bool meets(lifetime const& other) const { return first >= 0 && other.first >= 0 && first <= other.last && other.first <= last; }
};

template <class Plan>
std::vector<lifetime> lifetimes_of(Plan const& p) {
    std::vector<lifetime> result(std::size_t(p.storage_count));
    for (int i = 0; i < p.step_count; ++i) {
        step const& s = p.steps[i];
        std::vector<int> touched = {s.scale, s.addend, s.scratch};
        touched.insert(touched.end(), s.operands, s.operands + s.operand_count);
        touched.insert(touched.end(), s.outputs, s.outputs + s.output_count);
        for (int storage : touched) {
            if ((storage = whole(p, storage)) < 0) continue;
            lifetime& life = result[std::size_t(storage)];
            if (life.first < 0) life.first = i;
            life.last = i;
        }
    }
    return result;
}

// How many values share the workspace; fails where two that live at the same time overlap.
template <class Plan>
int check_buffers(Plan const& p) {
    std::vector<lifetime> const lives = lifetimes_of(p);
    int placed = 0;
    for (int a = 0; a < p.storage_count; ++a) {
        if (p.storages[a].where != place::workspace || lives[std::size_t(a)].first < 0) continue;
        ++placed;
        REQUIRE((p.storages[a].index >= 0 && p.storages[a].index < p.buffer_count));
        storage const &value = p.storages[a], &buffer = p.buffers[value.index];
        bool const upright = buffer.rows == value.rows && buffer.columns == value.columns;
        CHECK((upright || (buffer.rows == value.columns && buffer.columns == value.rows)));
        CHECK(buffer.has_pivots == value.has_pivots);
        for (int b = 0; b < a; ++b) {
            if (p.storages[b].where != place::workspace || p.storages[b].index != value.index) continue;
            CAPTURE(a, b);
            if (lives[std::size_t(a)].meets(lives[std::size_t(b)])) FAIL_CHECK("two values that live at the same time share a buffer");
        }
    }
    return placed;
}

std::unique_ptr<random_plan> make_random_plan(std::mt19937& engine) {
    auto p = std::make_unique<random_plan>();
    auto const below = [&](int n) { return static_cast<int>(engine() % static_cast<unsigned>(n)); };
    auto const new_storage = [&] {
        storage& s = p->storages[p->storage_count];
        s.rows = below(2);
        s.columns = below(2);
        int const kind = below(10);
        s.where = kind == 0 ? place::input : kind == 1 ? place::result : kind == 2 && p->storage_count > 0 ? place::inside : place::workspace;
        s.has_pivots = below(6) == 0;
        s.index = s.where == place::inside ? below(p->storage_count) : 0;
        return static_cast<short>(p->storage_count++);
    };
    for (int i = 0; i < 3; ++i) new_storage();
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
        auto const after = std::make_unique<random_plan>(place_buffers(*p));
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
    CHECK(place_buffers(p).buffer_count == 2);
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
