# SPDX-License-Identifier: BSL-1.0
# What ctgrad stands on: read by this build, and pasted into the installed ctgrad-config.cmake.
include(CMakeFindDependencyMacro)

find_dependency(xtensor)

# xtensor-blas links whichever BLAS CMake meets first. OpenBLAS brings CBLAS and LAPACK in one library and is what
# ctgrad is measured with, so it is asked for first; a choice made by the user (BLA_VENDOR) stands.
if(NOT DEFINED BLA_VENDOR)
  set(BLA_VENDOR OpenBLAS)
  set(ctgrad_chose_blas TRUE)
  find_package(BLAS QUIET)
  if(NOT BLAS_FOUND)
    unset(BLA_VENDOR)
  endif()
endif()
find_dependency(BLAS)
find_dependency(LAPACK)
find_dependency(xtensor-blas)
if(ctgrad_chose_blas)
  unset(BLA_VENDOR)
  unset(ctgrad_chose_blas)
endif()

# Only Boost's headers are used (Hana).
find_dependency(Boost 1.74)

# Vector code comes from xsimd where it is installed. xtensor's own containers use it only where the user sets
# XTENSOR_USE_XSIMD: that changes their type, and every translation unit of a program must agree on it.
find_package(xsimd QUIET)
