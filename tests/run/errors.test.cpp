// SPDX-License-Identifier: BSL-1.0
// Exceptions keep their messages, and are caught as what they are kinds of.
#include "support/catch.hpp"

#include <ctgrad/run/errors.hpp>

#include <string>
#include <type_traits>

namespace {

template <class Exception, class Base>
void check_exception() {
    static_assert(std::is_base_of_v<Base, Exception> && std::is_nothrow_copy_constructible_v<Exception>);
    try {
        throw Exception("what went wrong");
    } catch (Base const& caught) {
        CHECK(std::string(caught.what()) == "what went wrong");
    }
}

TEST_CASE("exceptions are kinds of those of the standard library", "[run]") {
    check_exception<ctgrad::shape_error, std::invalid_argument>();
    check_exception<ctgrad::alias_error, std::invalid_argument>();
    check_exception<ctgrad::index_error, std::out_of_range>();
    check_exception<ctgrad::not_positive_definite, std::domain_error>();
    check_exception<ctgrad::singular_matrix, std::domain_error>();
}

} // namespace
