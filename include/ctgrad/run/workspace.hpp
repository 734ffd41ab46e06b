// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstring>
#include <new>

#include "extents.hpp"

namespace ctgrad::detail {

/// Memory that grows and is never copied: a copy of a function starts without any.
class workspace {
 public:
  static constexpr std::size_t alignment = 64;

  workspace() = default;
  workspace(const workspace&) {}
  workspace(workspace&& other) noexcept { swap(other); }
  workspace& operator=(workspace other) noexcept {
    swap(other);
    return *this;
  }
  ~workspace() { release(); }

  void* reserve(std::size_t bytes) {
    if (bytes > size_) {
      void* larger = ::operator new(bytes, std::align_val_t{alignment});
      release();
      data_ = larger;
      size_ = bytes;
    }
    return data_;
  }

 private:
  void swap(workspace& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
  void release() {
    if (data_ != nullptr) ::operator delete(data_, std::align_val_t{alignment});
  }
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Tells the types of calls apart, by an address.
template <class Checked>
inline constexpr char identity_of_call = 0;

/// Calls with many arguments go a way of their own.
template <class Plan>
inline constexpr bool has_many_arguments = the_plan(Plan{}).leaf_count + the_plan(Plan{}).result_count > 32;

/// The last call whose containers were used where they are: where they lay, how large they were, and what followed from that.
template <class Plan>
struct plain_call {
  static constexpr const auto& plan = the_plan(Plan{});
  const void* type = nullptr;  // of the call; null where none is known
  int variant = 0;             // the plan that it chose
  // An address and the extents of each leaf and each result, and the extents that are bound.
  std::uintptr_t words[has_many_arguments<Plan> ? 1 : 3 * plan.leaf_count + 5 * plan.result_count + names_of_plan<Plan>.count];
  union {
    context<Plan, float> of_floats;
    context<Plan, double> of_doubles;
  };

  constexpr plain_call() : words{}, of_doubles{} {}
  template <class T>
  context<Plan, T>& state() {
    if constexpr (std::is_same_v<T, float>)
      return of_floats;
    else
      return of_doubles;
  }
  template <class T>
  context<Plan, T>& new_state() {
    return *::new (&state<T>()) context<Plan, T>();
  }
};

/// Where the buffers of a plan lie in a workspace, for the sizes of the last call; a copy knows nothing yet.
template <class Plan>
struct layout {
  static constexpr int buffer_count = the_plan(Plan{}).buffer_count;
  workspace memory;
  extent_values<Plan> sizes{};
  std::size_t entry_size = 0;  // 0 before the first call
  void* measures = nullptr;
  void* buffers[buffer_count > 0 ? buffer_count : 1]{};
  plain_call<Plan> last;

  layout() = default;
  layout(const layout&) : layout() {}
  layout& operator=(const layout&) {
    entry_size = 0;
    last.type = nullptr;
    return *this;
  }

  bool fits(std::size_t size, const extent_values<Plan>& values) const {
    return entry_size == size && values == sizes;
  }
};

template <class T>
constexpr std::size_t rounded(long entries) {
  constexpr std::size_t line = workspace::alignment / sizeof(T);
  return (static_cast<std::size_t>(entries) + line - 1) / line * line;
}

template <class Plan, class T>
long entries_of_result(const context<Plan, T>& c, int result) {
  const storage& s = c.plan.storages[c.plan.results[result]];
  return c.sizes[s.rows] * c.sizes[s.columns];
}

template <class Plan>
inline constexpr int measure_count = [] {
  constexpr const auto& plan = the_plan(Plan{});
  int count = 0;
  for (int i = 0; i < plan.storage_count; ++i)
    if (plan.storages[i].where == place::measure) ++count;
  return count;
}();

/// Lays the buffers out for new sizes, and points the storages at them.
template <class Plan, class T>
void prepare(layout<Plan>& to, context<Plan, T>& c, const extent_values<Plan>& values) {
  constexpr const auto& plan = the_plan(Plan{});
  if constexpr ((is_tiny<Plan> || plan.buffer_count == 0) && measure_count<Plan> == 0) return;  // nothing lies in a workspace
  if (!to.fits(sizeof(T), values)) {
    to.last.type = nullptr;  // it may lead elsewhere now
    std::size_t offsets[plan.buffer_count + 1] = {};
    for (int i = 0; i < plan.buffer_count; ++i) {
      const long n = c.sizes[plan.buffers[i].rows], entries = n * c.sizes[plan.buffers[i].columns];
      offsets[i + 1] = offsets[i] + rounded<T>(entries + (plan.buffers[i].has_pivots ? n + 1 : 0));
    }
    constexpr std::size_t measures = rounded<T>(measure_count<Plan>) * sizeof(T);
    const std::size_t size = offsets[plan.buffer_count] * sizeof(T) + measures + 1;
    char* base = static_cast<char*>(to.memory.reserve(size));
    std::memset(base, 0, size);  // what lies behind the end of a line is read with it
    T* numbers = reinterpret_cast<T*>(base);
    for (int i = 0, next = 0; i < plan.storage_count; ++i)
      if (plan.storages[i].where == place::measure) numbers[next++] = static_cast<T>(c.sizes[plan.storages[i].index]);
    for (int i = 0; i < plan.buffer_count; ++i) to.buffers[i] = base + measures + offsets[i] * sizeof(T);
    to.measures = base;
    to.sizes = values;
    to.entry_size = sizeof(T);
  }
  T* numbers = static_cast<T*>(to.measures);
  for (int i = 0; i < plan.storage_count; ++i) {
    if (plan.storages[i].where == place::workspace) c.pointers[i] = static_cast<T*>(to.buffers[plan.storages[i].index]);
    if (plan.storages[i].where == place::measure) c.pointers[i] = numbers++;
  }
}

}  // namespace ctgrad::detail
