// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "call_checks.hpp"
#include "destination.hpp"
#include "operands.hpp"

namespace ctgrad::detail {

// The arguments of a call as lists, of addresses and of what is done with objects of their types: of code for each of many
// arguments the compilers would make functions of many thousand instructions.

template <class T>
struct container_code {
  void (*inspect)(void* container, const source&, operand<T>&) = nullptr;
  void (*place)(void* container, operand<T>&, T*& next) = nullptr;
  long (*whole_number)(void* container) = nullptr;
  void (*check_indices)(void* container, const source&, const extent& into, long size) = nullptr;
};
template <class T, class Container>
void inspect_at(void* container, const source& leaf, operand<T>& result) {
  inspect<T>(*static_cast<Container*>(container), leaf, result);
}
template <class T, class Container>
void place_at(void* container, operand<T>& o, T*& next) {
  place_operand<T>(*static_cast<Container*>(container), o, next);
}
template <class Container>
long whole_number_at(void* container) {
  return static_cast<long>(*static_cast<Container*>(container));
}
template <class Container>
void check_indices_at(void* container, const source& leaf, const extent& into, long size) {
  check_indices(*static_cast<Container*>(container), leaf, into, size);
}
template <class T, class Container>
inline constexpr container_code<T> code_for_container = [] {
  container_code<T> code{&inspect_at<T, Container>, &place_at<T, Container>};
  if constexpr (std::is_integral_v<Container>) code.whole_number = &whole_number_at<Container>;
  if constexpr (integer_range<Container>) code.check_indices = &check_indices_at<Container>;
  return code;
}();
template <class T>
inline constexpr container_code<T> code_for_container<T, void>{};

template <class T>
struct target_code {
  void (*look_at)(void* target, int result, const result_size&, destination<T>&) = nullptr;
  void (*shape)(void* target, const result_size&, destination<T>&) = nullptr;
  void (*copy)(void* target, const T* result) = nullptr;
};
template <class T, class Target>
void look_at_target(void* target, int result, const result_size& size, destination<T>& d) {
  look_at(*static_cast<Target*>(target), size, d);
  check_takes(*static_cast<Target*>(target), result, size, d);
}
template <class T, class Target>
void shape_target_at(void* target, const result_size& size, destination<T>& d) {
  shape_target(*static_cast<Target*>(target), size, d);
}
template <class T, class Target>
void copy_to_target_at(void* target, const T* result) {
  copy_to_target(*static_cast<Target*>(target), result);
}
template <class T, class Target>
inline constexpr target_code<T> code_for_target{&look_at_target<T, Target>, &shape_target_at<T, Target>, &copy_to_target_at<T, Target>};

template <class T, class Targets>
struct target_list;
template <class T, template <class...> class List, class... Targets>
struct target_list<T, List<Targets...>> {
  static constexpr const target_code<T>* codes[] = {&code_for_target<T, std::remove_reference_t<Targets>>...};
};

/// What a call with arguments of given types is made of.
template <class T>
struct call_lists {
  int count;                             // of the arguments
  const container_code<T>* const* codes;
  const int* leaf_of;                    // which leaf each argument is bound to, -1 for none
  const int* name_of;                    // or which name
  const target_code<T>* const* target_codes;
};

}  // namespace ctgrad::detail
