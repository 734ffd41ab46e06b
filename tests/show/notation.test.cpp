// SPDX-License-Identifier: BSL-1.0
// The table of notations: every line is found by its op, names each operand, and closes what it opens.
#include "support/catch.hpp"

#include <ctgrad/show/notation.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

namespace {

using namespace ctgrad::detail;

TEST_CASE("every notation is found by its op, in the order of the table", "[show]") {
    std::set<int> found;
    for (op_entry const& entry : op_table) {
        int last = -1;
        for (int line = notation_of.first[int(entry.code)]; line >= 0; line = notation_of.next[line]) {
            CHECK(notations[line].what.root_op() == entry.code);
            CHECK(line > last);
            found.insert(last = line);
        }
    }
    CHECK(found.size() == std::size(notations));
}

TEST_CASE("notations close what they open", "[show]") {
    for (notation_rule const& rule : notations)
        for (std::string const text : {rule.text, rule.latex}) {
            INFO(text);
            CHECK_FALSE(text.empty());
            CHECK(std::count(text.begin(), text.end(), '{') == std::count(text.begin(), text.end(), '}'));
            CHECK(std::count(text.begin(), text.end(), '(') == std::count(text.begin(), text.end(), ')'));
        }
}

TEST_CASE("Greek letters have different names and signs", "[show]") {
    std::set<std::string> names, signs;
    for (greek_letter const& letter : greek) {
        names.insert(letter.name);
        signs.insert(letter.text);
    }
    CHECK(names.size() == std::size(greek));
    CHECK(signs.size() == std::size(greek));
}

} // namespace
