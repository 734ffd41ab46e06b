# SPDX-License-Identifier: BSL-1.0
# Flags for this project's own programs (tests, benchmarks, examples). They are set for the whole directory rather than
# for single targets: the type of an xtensor container depends on -march, so all objects of a program must share it.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

option(CTGRAD_NATIVE "Compile ctgrad's own programs for this machine (-march=native)" ${PROJECT_IS_TOP_LEVEL})
set(CTGRAD_SANITIZE "" CACHE STRING "Sanitizers for ctgrad's own programs, such as address,undefined")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_compile_options(-Wall -Wextra -Wpedantic)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns in its own AVX-512 header as soon as an intrinsic with an undefined operand is inlined.
  add_compile_options(-Wno-maybe-uninitialized -Wno-uninitialized)
endif()
if(CTGRAD_NATIVE)
  add_compile_options(-march=native)
endif()
if(CTGRAD_SANITIZE)
  add_compile_options(-fsanitize=${CTGRAD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # xsimd's exp converts every lane to an integer, also of a NaN, before it chooses the result.
  add_compile_options(-fno-sanitize=float-cast-overflow)
  add_link_options(-fsanitize=${CTGRAD_SANITIZE})
endif()
