// SPDX-License-Identifier: BSL-1.0
// The entry point of every test program. Catch2 2 is a header and compiles its runner here; Catch2 3 is a library.
#define CATCH_CONFIG_RUNNER
#include "support/catch.hpp"

int main(int argc, char* argv[]) { return Catch::Session().run(argc, argv); }
