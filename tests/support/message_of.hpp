// SPDX-License-Identifier: BSL-1.0
// The message of the exception that a call throws.
#pragma once

#include "catch.hpp"

#include <string>

// Fails the test when the call throws nothing; another exception than the expected one passes through and
// fails it too.
template <class Exception, class Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (Exception const& exception) {
        return exception.what();
    }
    FAIL("nothing was thrown");
    return {};
}

inline bool mentions(std::string const& message, std::string const& part) {
    return message.find(part) != std::string::npos;
}
