// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "checks.hpp"
#include "loop_program.hpp"

namespace ctgrad::detail {

/// Where a value lives while the plan runs.
enum class place : std::uint8_t { input, result, workspace, measure, inside };

struct storage {
  place where = place::workspace;
  int index = 0;                // which leaf, result, buffer or extent; inside which other storage
  int rows = 0, columns = 0;    // extents of the plan
  bool has_pivots = false;      // a factor: n + 1 entries more
  int stride = 0;               // from row to row, an extent of the plan
  int first_row = 0, first_column = 0;  // inside another storage, extents of the plan
};

/// One kernel call, or one fused loop.
struct step {
  static constexpr int operand_capacity = loop_program::input_capacity;
  op code = op::number, factor_kind = op::number;
  bool is_loop = false;
  int operand_count = 0, output_count = 0;
  short operands[operand_capacity]{};                        // storages
  short outputs[loop_program::output_capacity]{};            // storages
  int operand_rows[2]{}, operand_columns[2]{};               // of a call: the extents of its operands as it sees them
  bool transposed[2] = {false, false};
  structure triangles[2] = {structure::none, structure::none};  // of an operand in memory, before it is transposed: only that is read
  structure part = structure::none;                          // of a product: which triangle of it, the rest being zeros
  double factor = 1, addend_factor = 1;
  short scale = -1, addend = -1, scratch = -1;               // storages
  short program = -1;                                        // of a loop
  int rows = 0, columns = 0;                                 // of a loop: the extents it runs over; of a rectangle: its own
  int first_row = 0, first_column = 0;                       // of a rectangle: where it begins
  node_id node = no_node;                                    // what it computes, for messages
  int kind = 0;                                              // the first step of the same form
  bool is_symmetric = false;                                 // of a product: one triangle is enough, and is mirrored where that pays

  /// Whether all of a product of matrices as they are is computed, nothing being known of it.
  constexpr bool is_plain_product() const {
    return code == op::product && !is_loop && !is_symmetric && triangular_operand() < 0 && part == structure::none;
  }
  /// Which operand is a triangle; -1 if none is.
  constexpr int triangular_operand() const {
    return triangles[0] != structure::none ? 0 : triangles[1] != structure::none ? 1 : -1;
  }
  /// Whether the same code can run both: they differ only in what they work on.
  constexpr bool has_form_of(const step& other) const {
    return code == other.code && factor_kind == other.factor_kind && is_loop == other.is_loop && program == other.program &&
           transposed[0] == other.transposed[0] && transposed[1] == other.transposed[1] &&
           triangles[0] == other.triangles[0] && triangles[1] == other.triangles[1] && part == other.part &&
           (scale >= 0) == (other.scale >= 0) && (addend >= 0) == (other.addend >= 0);
  }
};

/// The extents of a result of rank 3 or 4; rank 0 for all others.
struct result_array {
  int rank = 0;
  int extents[4]{};  // of the plan
};

/// What runs: steps over storages. The entries of one workspace are shared by buffers whose lifetimes do not meet.
template <int Steps, int Programs, int Storages, int Buffers, int Extents, int Checks, int IndexChecks, int Leaves,
          int Results>
struct plan {
  step steps[Steps > 0 ? Steps : 1]{};
  loop_program programs[Programs > 0 ? Programs : 1]{};
  storage storages[Storages > 0 ? Storages : 1]{};
  storage buffers[Buffers > 0 ? Buffers : 1]{};              // what each buffer must hold
  const extent* extents[Extents > 0 ? Extents : 1]{};
  call_check checks[Checks > 0 ? Checks : 1]{};
  index_check index_checks[IndexChecks > 0 ? IndexChecks : 1]{};
  const source* leaves[Leaves > 0 ? Leaves : 1]{};
  int leaf_rows[Leaves > 0 ? Leaves : 1]{}, leaf_columns[Leaves > 0 ? Leaves : 1]{};  // extents of the plan
  short results[Results > 0 ? Results : 1]{};                // storages
  shape result_shapes[Results > 0 ? Results : 1]{};
  result_array result_arrays[Results > 0 ? Results : 1]{};

  static constexpr int step_capacity = Steps, program_capacity = Programs, storage_capacity = Storages,
                       buffer_capacity = Buffers, extent_capacity = Extents, check_capacity = Checks,
                       index_check_capacity = IndexChecks, leaf_capacity = Leaves, result_count = Results;
  int step_count = 0, program_count = 0, storage_count = 0, buffer_count = 0, extent_count = 0, check_count = 0, index_check_count = 0, leaf_count = 0;
  trouble failure = trouble::none;
};

}  // namespace ctgrad::detail
