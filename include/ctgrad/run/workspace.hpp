// SPDX-License-Identifier: BSL-1.0
#pragma once

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

/// Where the buffers of a plan lie in a workspace, for the sizes of the last call; a copy knows nothing yet.
template <class Plan>
struct layout {
  static constexpr int buffer_count = the_plan(Plan{}).buffer_count;
  workspace memory;
  extent_values<Plan> sizes{};
  std::size_t entry_size = 0;  // 0 before the first call
  void* measures = nullptr;
  void* buffers[buffer_count > 0 ? buffer_count : 1]{};

  layout() = default;
  layout(const layout&) : layout() {}
  layout& operator=(const layout&) {
    entry_size = 0;
    return *this;
  }

  bool fits(std::size_t size, const extent_values<Plan>& values) const {
    return entry_size == size && values == sizes;
  }
};

}  // namespace ctgrad::detail
