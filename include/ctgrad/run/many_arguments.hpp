// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>

#include "destination.hpp"
#include "operands.hpp"

namespace ctgrad::detail {

// A call with many arguments has them in a list, as addresses beside what is done with objects of their types: of code for
// each argument the compilers would make functions of many thousand instructions.

template <class C>
[[gnu::always_inline]] inline void* address_of(C& object) {
  return const_cast<std::remove_cv_t<C>*>(std::addressof(object));
}

template <class T>
struct container_code {
  void (*inspect)(void* container, const source&, operand<T>&) = nullptr;
  void (*place)(void* container, operand<T>&, T*& next) = nullptr;
};
template <class T, class Container>
void inspect_at(void* container, const source& leaf, operand<T>& result) {
  inspect<T>(*static_cast<Container*>(container), leaf, result);
}
template <class T, class Container>
void place_at(void* container, operand<T>& o, T*& next) {
  place_operand<T>(*static_cast<Container*>(container), o, next);
}
template <class T, class Container>
inline constexpr container_code<T> code_for_container{&inspect_at<T, Container>, &place_at<T, Container>};

template <class T, class Argument>
inline constexpr const container_code<T>* code_for_argument = nullptr;
template <class T, digest Key, class Container>
inline constexpr const container_code<T>* code_for_argument<T, binding<Key, Container>> =
    &code_for_container<T, std::remove_reference_t<Container>>;

template <class Container>
[[gnu::always_inline]] inline void* address_of_container(const bound<Container>& argument) {
  return address_of(argument.container);
}
template <class... Targets>
void* address_of_container(const into_targets<Targets...>&) {
  return nullptr;
}

/// The containers of a call's arguments; `leaf_of` tells which leaf each is bound to, -1 where it is bound to none.
template <class T, int Count>
struct container_list {
  void* containers[Count];
  const container_code<T>* const* codes;
  const int* leaf_of;

  void inspect(const source* const* leaves, operand<T>* operands) const {
    for (int i = 0; i < Count; ++i)
      if (const int leaf = leaf_of[i]; leaf >= 0) codes[i]->inspect(containers[i], *leaves[leaf], operands[leaf]);
  }
  T* place(operand<T>* operands, T* next) const {
    for (int i = 0; i < Count; ++i)
      if (const int leaf = leaf_of[i]; leaf >= 0) codes[i]->place(containers[i], operands[leaf], next);
    return next;
  }
};

template <class Plan, class T>
struct target_code {
  void (*check)(void* target, int result, const context<Plan, T>&, const operand<T>*, destination<T>&);
  void (*shape)(void* target, int result, const context<Plan, T>&, destination<T>&);
  void (*finish)(void* target, const destination<T>&);
};

}  // namespace ctgrad::detail
