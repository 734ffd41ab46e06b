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

# Optional: kernels for products of small matrices.
find_path(LIBXSMM_INCLUDE_DIR libxsmm.h)
find_library(LIBXSMM_LIBRARY xsmm)
mark_as_advanced(LIBXSMM_INCLUDE_DIR LIBXSMM_LIBRARY)
if(LIBXSMM_INCLUDE_DIR AND LIBXSMM_LIBRARY AND NOT TARGET LIBXSMM::LIBXSMM)
  find_dependency(Threads)
  add_library(LIBXSMM::LIBXSMM INTERFACE IMPORTED)
  target_include_directories(LIBXSMM::LIBXSMM INTERFACE "${LIBXSMM_INCLUDE_DIR}")
  target_link_libraries(LIBXSMM::LIBXSMM INTERFACE "${LIBXSMM_LIBRARY}" BLAS::BLAS Threads::Threads ${CMAKE_DL_LIBS})
endif()
if(CTGRAD_USE_LIBXSMM AND NOT TARGET LIBXSMM::LIBXSMM)
  message(FATAL_ERROR "ctgrad: CTGRAD_USE_LIBXSMM is set, but LIBXSMM was not found. On Debian: apt-get install libxsmm-dev; "
    "elsewhere set LIBXSMM_INCLUDE_DIR and LIBXSMM_LIBRARY, or CMAKE_PREFIX_PATH.")
endif()
