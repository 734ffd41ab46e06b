// SPDX-License-Identifier: BSL-1.0
#include "support/random_programs.hpp"

TEST_CASE("random programs compute what the evaluator says, part 3", "[passes]") {
    random_programs::check_all<16>(std::make_integer_sequence<std::uint64_t, 8>{});
}
