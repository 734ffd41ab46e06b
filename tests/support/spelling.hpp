// SPDX-License-Identifier: BSL-1.0
// Extents, shapes and expressions: made from text, and as text.
#pragma once

#include "catch.hpp"

#include <ctgrad/expr/print.hpp>

#include <deque>
#include <string>

namespace spelling {

using namespace ctgrad::detail;

template <class... Parts>
std::string text(Parts const&... parts) {
    text_buffer<2000> out;
    (out << ... << parts);
    return out.c_str();
}

// What is made lives as long as the program, as do the extents that a user writes.
inline extent const* extent_from(std::string const& text) {
    static std::deque<extent_names> names;
    static std::deque<extent> extents;
    names.push_back(split_names(text.c_str()));
    extents.push_back(parse_extent(text.c_str(), names.back()));
    return &extents.back();
}

// From "m x n".
inline shape shape_from(std::string const& text) {
    std::size_t const sign = text.find(" x ");
    return {extent_from(text.substr(0, sign)), extent_from(text.substr(sign + 3))};
}

template <digest Key>
std::string written(expr<Key> e) {
    text_buffer<2000> out;
    print_source(out, definition(e), 30);
    return out.c_str();
}

template <digest Key>
std::string shape_of(expr<Key> e) {
    source const& node = definition(e);
    return node.array->rank > 0 ? text(*node.array) : text(node.extents);
}

template <digest Key>
constexpr op op_of(expr<Key> e) {
    return definition(e).code;
}

template <digest Key>
void check_spelling(std::string const& extents, std::string const& spelled, expr<Key> e) {
    CHECK(written(e) == spelled);
    INFO(spelled);
    CHECK(shape_of(e) == extents);
}

} // namespace spelling

// An expression is printed as it was written, and has the shape that is said.
#define CHECK_SPELLING(extents, ...) spelling::check_spelling(extents, #__VA_ARGS__, __VA_ARGS__)
