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

/// The containers bound to the leaves of a plan, in the order of the leaves.
template <class T, int Count>
struct container_list {
  void* containers[Count];
  const container_code<T>* codes[Count];

  template <class Container>
  [[gnu::always_inline]] void add(int leaf, Container& container) {
    containers[leaf] = address_of(container);
    codes[leaf] = &code_for_container<T, Container>;
  }
  void inspect(const source* const* leaves, operand<T>* operands) const {
    for (int i = 0; i < Count; ++i) codes[i]->inspect(containers[i], *leaves[i], operands[i]);
  }
  T* place(operand<T>* operands, T* next) const {
    for (int i = 0; i < Count; ++i) codes[i]->place(containers[i], operands[i], next);
    return next;
  }
};

template <class Plan, class T>
struct target_code {
  void (*check)(void* target, int result, const context<Plan, T>&, const operand<T>*, destination<T>&);
  void (*shape)(void* target, int result, const context<Plan, T>&, destination<T>&);
  void (*finish)(void* target, const destination<T>&);
};

/// The targets of a call, in the order of the results.
template <class Plan, class T>
struct target_list {
  static constexpr int count = the_plan(Plan{}).result_count;
  void* targets[count];
  const target_code<Plan, T>* codes[count];
};

}  // namespace ctgrad::detail
