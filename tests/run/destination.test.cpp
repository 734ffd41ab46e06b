// SPDX-License-Identifier: BSL-1.0
// How targets take their results, and which containers may share entries.
#include "support/catch.hpp"

#include <ctgrad/run/destination.hpp>

namespace {

using namespace ctgrad::detail;
using matrix = xt::xtensor<double, 2>;
using column = xt::xtensor<double, 1>;

template <class T, class Target>
destination<T> destination_of(Target&& target, result_size const& size = {}) {
    destination<T> d;
    look_at(target, size, d);
    return d;
}

TEST_CASE("a target is written directly where its entries are of the type and follow each other", "[run]") {
    matrix a = xt::zeros<double>({3, 4});
    double number = 0;
    CHECK(destination_of<double>(a).data == a.data());
    CHECK_FALSE(destination_of<double>(a).through_spare);
    CHECK(destination_of<double>(number).data == &number);
    CHECK(destination_of<double>(xt::view(a, 1, xt::all())).data == a.data() + 4);
    CHECK_FALSE(destination_of<double>(xt::view(a, 1, xt::all())).through_spare);
    CHECK(destination_of<double>(xt::view(a, xt::all(), 1)).through_spare);
    CHECK(destination_of<float>(a).through_spare);
    CHECK(destination_of<float>(number).through_spare);
}

TEST_CASE("containers that own their entries meet themselves alone", "[run]") {
    matrix a = xt::zeros<double>({3, 4}), b = a;
    auto const in_a = destination_of<double>(a), in_b = destination_of<double>(b);
    STATIC_REQUIRE(owner_type<matrix> != nullptr);
    STATIC_REQUIRE(owner_type<matrix> != owner_type<column>);
    STATIC_REQUIRE(owner_type<decltype(xt::view(a, 0, xt::all()))> == nullptr);
    CHECK(may_meet<owner_type<matrix>, owner_type<matrix>>(in_a, in_a));
    CHECK_FALSE(may_meet<owner_type<matrix>, owner_type<matrix>>(in_a, in_b));
    CHECK_FALSE(may_meet<owner_type<matrix>, owner_type<column>>(in_a, in_a));
    auto row = xt::view(a, 1, xt::all());
    CHECK(may_meet<owner_type<matrix>, nullptr>(in_a, destination_of<double>(row)));
    CHECK_FALSE(may_meet<owner_type<matrix>, nullptr>(in_b, destination_of<double>(row)));
}

TEST_CASE("what went through spare memory arrives", "[run]") {
    matrix a = xt::zeros<double>({2, 3});
    auto middle = xt::view(a, xt::all(), 1);
    double result[] = {5, 7};
    copy_to_target(middle, result);
    CHECK(a(0, 1) == 5);
    CHECK(a(1, 1) == 7);
    CHECK(a(0, 0) == 0);
    CHECK(a(1, 2) == 0);
}

TEST_CASE("a target that has another shape is given that of its result, and looked at again", "[run]") {
    matrix a = xt::zeros<double>({2, 3});
    result_size const same{{2, 3}}, larger{{4, 5}};
    CHECK(destination_of<double>(a, same).fits);
    auto found = destination_of<double>(a, larger);
    CHECK_FALSE(found.fits);
    check_takes(a, 0, larger, found);
    CHECK(a.shape(0) == 2);
    shape_target(a, larger, found);
    CHECK((found.fits && a.shape(0) == 4 && a.shape(1) == 5 && found.data == a.data()));
    auto row = xt::view(a, 1, xt::all());
    CHECK_THROWS_AS(check_takes(row, 0, larger, destination_of<double>(row, larger)), ctgrad::shape_error);
}

} // namespace
