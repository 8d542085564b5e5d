// SPDX-License-Identifier: GPL-3.0-or-later
// The coded data of an item: put together from its extents, and freed of what is not picture.
#pragma once

#include "collector/intake/bmff/obus.hpp"
#include "collector/intake/heif/heif_file.hpp"
#include "collector/intake/heif/hevc_parameters.hpp"
#include "collector/intake/plan/clean_plan.hpp"
#include "crypto/hash.hpp"

namespace dokaz::intake::heif {

/// A part of an item's data that is left out.
struct DroppedData {
  std::string kind;  ///< "heif.nal.39", "heif.obu.5"
  std::uint64_t offset = 0, length = 0;  ///< where it begins in the file; its length
  Sha256 digest;
};

struct CodedData {
  CleanPlan plan;  ///< of the item's clean data
  std::vector<DroppedData> dropped;
};

/// Item data in the item's own coordinates, read through its extents.
class ItemData {
 public:
  ItemData(ByteView file, const Item& item);
  ItemData(const ItemData&) = delete;
  ItemData& operator=(const ItemData&) = delete;
  std::uint64_t size() const { return plan_.size(); }
  /// All of it; copied only where it lies in several extents.
  ByteView bytes();

  /// What stands behind the first `from` bytes is left out.
  Status drop_behind(std::size_t from, CodedData& of) const;
  /// HEVC: kept NAL units, without parameter sets that the configuration holds; `malformed_media` for others, and
  /// unless there is just one picture.
  Result<CodedData> hevc(const HevcConfiguration& configuration) const;
  /// AV1: OBUs in their one form. `header` receives what the one sequence header says.
  Result<CodedData> av1(bmff::SequenceHeader& header);

 private:
  void copy(std::uint64_t offset, std::uint64_t length, CleanPlan& to) const;
  Status drop(std::string kind, std::uint64_t offset, std::uint64_t length, CodedData& from) const;
  MemoryContent file_;
  CleanPlan plan_;
  PlannedCopy content_;
  Bytes room_;
};

/// The data of a derived item, read and written in one form. Views nothing.
struct Derivation {
  Bytes data;
  std::uint32_t width = 0, height = 0;
  unsigned rows = 0, columns = 0;  ///< of a grid
  std::vector<std::int64_t> offsets;  ///< of an overlay: across and down, for each input
  std::size_t read = 0;            ///< bytes; what stands behind them is no part of it
};
/// ISO/IEC 23008-12, 6.6.2.3.2. `malformed_media`.
Result<Derivation> read_grid(ByteView data);
/// 6.6.2.2.2, for so many inputs. `malformed_media`.
Result<Derivation> read_overlay(ByteView data, std::size_t inputs);

}  // namespace dokaz::intake::heif
